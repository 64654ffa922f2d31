#include "hostlink/recording/entry.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace epysim::hostlink {
namespace {

using Cost = std::array<std::uint64_t, 5>;
using Bells = std::array<Address, 3>;

bool is_core_of_host(Event event) { return event != Event::Wait; }
bool is_detail_of_host(Event event) { return event == Event::Acknowledge || event == Event::Verdict || event == Event::Program; }

template <class T>
std::vector<std::byte> copy(const T& value) {
  const auto bytes = std::as_bytes(std::span(&value, 1));
  return {bytes.begin(), bytes.end()};
}

template <class T>
T copy_of(std::span<const std::byte> data) {
  T value{};
  std::memcpy(&value, data.data(), std::min(data.size(), sizeof value));
  return value;
}

}  // namespace

bool is_data_of_host(Event event) {
  return event != Event::Read && event != Event::Status && event != Event::Input && event != Event::Request && event != Event::Refused;
}

bool same_action(const Entry& one, const Entry& other) {
  return one.event == other.event && one.address == other.address && one.value == other.value && one.asked == other.asked &&
         (!is_core_of_host(one.event) || one.core == other.core) && (!is_detail_of_host(one.event) || one.detail == other.detail) &&
         (!is_data_of_host(one.event) || one.data == other.data);
}

bool same_answer(const Entry& one, const Entry& other) {
  return one.event == other.event && one.seconds == other.seconds && one.answer == other.answer &&
         (is_core_of_host(one.event) || one.core == other.core) && (is_detail_of_host(one.event) || one.detail == other.detail) &&
         (is_data_of_host(one.event) || one.data == other.data);
}

std::vector<std::byte> bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

std::string text_of(std::span<const std::byte> data) { return {reinterpret_cast<const char*>(data.data()), data.size()}; }

std::vector<std::byte> bytes_of(const host::ServiceCost& cost) {
  return copy(Cost{cost.bytes_read, cost.bytes_written, cost.local_bytes_read, cost.local_bytes_written, cost.data_bytes});
}

host::ServiceCost cost_of(std::span<const std::byte> data) {
  const auto parts = copy_of<Cost>(data);
  return {parts[0], parts[1], parts[2], parts[3], parts[4]};
}

std::vector<std::byte> bytes_of(std::span<const Doorbells> doorbells) {
  std::vector<std::byte> data;
  for (const Doorbells& bells : doorbells) {
    const auto words = copy(Bells{bells.request, bells.channel, bells.awaited});
    data.insert(data.end(), words.begin(), words.end());
  }
  return data;
}

std::vector<Doorbells> doorbells_of(std::span<const std::byte> data) {
  std::vector<Doorbells> doorbells;
  for (; data.size() >= sizeof(Bells); data = data.subspan(sizeof(Bells))) {
    const auto words = copy_of<Bells>(data);
    doorbells.push_back({words[0], words[1], words[2]});
  }
  return doorbells;
}

}  // namespace epysim::hostlink
