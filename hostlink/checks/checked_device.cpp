#include "hostlink/checks/checked_device.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "hostlink/memory.h"
#include "sim/core/elf_image.h"
#include "sim/core/fault_log.h"
#include "sim/core/hex.h"

namespace epysim::hostlink {
namespace {

constexpr int kTries = 5;

}  // namespace

void CheckedDevice::again(const char* what, Address at, std::size_t bytes, int tries) {
  const std::string block = std::to_string(bytes) + " bytes at " + core::hex(at);
  if (tries == kTries) {
    throw LinkError("the link to the board is damaged: " + block + " were " + what + " " + std::to_string(kTries) +
                    " times, and never came through");
  }
  log_.noticed(to_cycle(*this, seconds()), block + " did not come through: they are " + what + " again");
}

void CheckedDevice::read(Address from, std::span<std::byte> to) {
  ForwardingDevice::read(from, to);
  std::vector<std::byte> second(to.size());
  for (int tries = 1;; ++tries) {
    ForwardingDevice::read(from, second);
    add_read(checks_, *this, from, to.size());
    if (std::equal(to.begin(), to.end(), second.begin())) return;
    again("read", from, to.size(), tries);
    std::copy(second.begin(), second.end(), to.begin());
  }
}

void CheckedDevice::write(Address to, std::span<const std::byte> from) {
  std::vector<std::byte> back(from.size());
  for (int tries = 1;; ++tries) {
    ForwardingDevice::write(to, from);
    read(to, back);
    add_read(checks_, *this, to, from.size());
    if (std::equal(from.begin(), from.end(), back.begin())) return;
    add_write(checks_, *this, to, from.size());
    again("written", to, from.size(), tries);
  }
}

void CheckedDevice::load(int core, const std::filesystem::path& elf) {
  ForwardingDevice::load(core, elf);
  const Address window = description().windows.at(static_cast<std::size_t>(core));
  const core::ElfImage image(elf);
  for (const core::ElfImage::Segment& segment : image.segments()) {
    const Address at = global_address(segment.address, window);
    std::vector<std::byte> back(segment.bytes.size());
    read(at, back);
    add_read(checks_, *this, at, back.size());
    if (back == segment.bytes) continue;
    again("written", at, back.size(), 1);
    write(at, segment.bytes);
  }
}

host::ServiceCost CheckedDevice::with_checks(host::ServiceCost cost) {
  const host::ServiceCost checks = std::exchange(checks_, {});
  cost.bytes_read += checks.bytes_read;
  cost.bytes_written += checks.bytes_written;
  cost.local_bytes_read += checks.local_bytes_read;
  cost.local_bytes_written += checks.local_bytes_written;
  return cost;
}

double CheckedDevice::acknowledge(const Answer& answer) {
  Answer dearer = answer;
  dearer.cost = with_checks(answer.cost);
  return ForwardingDevice::acknowledge(dearer);
}

void CheckedDevice::charge(const host::ServiceCost& cost) { ForwardingDevice::charge(with_checks(cost)); }

}  // namespace epysim::hostlink
