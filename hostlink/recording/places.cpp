#include "hostlink/recording/places.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <cstring>

#include "hostlink/recording/recording_file.h"
#include "sim/core/elf_image.h"

namespace epysim::hostlink {
namespace {

std::string hex(std::uint32_t number) {
  std::array<char, 12> text{};
  std::snprintf(text.data(), text.size(), "0x%x", unsigned{number});
  return text.data();
}

bool within(Address address, Address begin, std::uint64_t bytes) { return begin != 0 && address >= begin && address - begin < bytes; }

struct Field {
  std::uint32_t offset, bytes;
  const char* name;
  bool array;  // of words
};

#define FIELD(type, name, array) \
  { offsetof(type, name), sizeof(type::name), #name, array }
constexpr std::array<Field, 10> kBlock = {{
    FIELD(epy_core_block, request_sequence, false),
    FIELD(epy_core_block, request, false),
    FIELD(epy_core_block, arguments, true),
    FIELD(epy_core_block, channel_sequence, false),
    FIELD(epy_core_block, awaited, false),
    FIELD(epy_core_block, reply_sequence, false),
    FIELD(epy_core_block, text_bytes, false),
    FIELD(epy_core_block, result, true),
    FIELD(epy_core_block, text, false),
    FIELD(epy_core_block, launch, false),
}};
constexpr std::array<Field, 5> kStatus = {{
    FIELD(epy_status, activity, false),
    FIELD(epy_status, partner, false),
    FIELD(epy_status, where, false),
    FIELD(epy_status, progress, false),
    FIELD(epy_status, stop, false),
}};
constexpr std::array<Field, 4> kTransfer = {{
    FIELD(epy_transfer, state, false),
    FIELD(epy_transfer, reference, false),
    FIELD(epy_transfer, position, false),
    FIELD(epy_transfer, count, false),
}};
#undef FIELD

template <std::size_t N>
std::string field(const std::array<Field, N>& fields, std::uint32_t offset) {
  for (const Field& one : fields) {
    if (offset < one.offset || offset - one.offset >= one.bytes) continue;
    const std::uint32_t inside = offset - one.offset;
    if (one.array) return std::string(one.name) + "[" + std::to_string(inside / 4) + "]";
    return one.name + (inside < 4 ? "" : "+" + hex(inside));
  }
  return "padding";
}

std::string plus(const char* what, std::uint32_t offset) { return offset == 0 ? what : what + std::string("+") + hex(offset); }

}  // namespace

void Places::learn(const Entry& entry) {
  if (entry.event != Event::Write) return;
  std::uint32_t magic = 0;
  if (entry.data.size() == offsetof(epy_control, layout)) std::memcpy(&magic, entry.data.data(), sizeof magic);
  if (magic == EPY_CONTROL_MAGIC) {
    control_ = entry.address;
    std::memcpy(&head_, entry.data.data(), entry.data.size());
    cores_.clear();
  } else if (control_ != 0 && cores_.empty() && entry.address == control_ + offsetof(epy_control, layout)) {
    cores_.resize(std::min<std::size_t>(entry.data.size() / sizeof(epy_core_layout), EPY_MAX_CORES));
    if (!cores_.empty()) std::memcpy(cores_.data(), entry.data.data(), cores_.size() * sizeof(epy_core_layout));
  }
}

std::optional<Places::Place> Places::in_control(Address address) const {
  if (!within(address, control_, sizeof(epy_control))) return std::nullopt;
  const Address offset = address - control_;
  if (offset < offsetof(epy_control, layout)) return Place{-1, plus("the control structure", offset)};
  const bool is_block = offset >= offsetof(epy_control, block);
  const Address inside = offset - static_cast<Address>(is_block ? offsetof(epy_control, block) : offsetof(epy_control, layout));
  const auto bytes = static_cast<Address>(is_block ? sizeof(epy_core_block) : sizeof(epy_core_layout));
  const std::size_t rank = inside / bytes;
  const int core = rank < cores_.size() ? static_cast<int>(cores_[rank].id) : -1;
  if (!is_block) return Place{core, plus("its layout in the control structure", inside % bytes)};
  return Place{core, field(kBlock, inside % bytes) + " of its block"};
}

std::optional<Places::Place> Places::in_shared(Address address) const {
  if (within(address, head_.image, head_.image_bytes)) return Place{-1, plus("the byte code", address - head_.image)};
  for (const epy_core_layout& layout : cores_) {
    const int core = static_cast<int>(layout.id);
    if (within(address, layout.shared_stack, layout.shared_stack_bytes))
      return Place{core, plus("its stack in shared memory", address - layout.shared_stack)};
    if (within(address, layout.shared_heap, layout.shared_heap_bytes))
      return Place{core, plus("its heap in shared memory", address - layout.shared_heap)};
    if (layout.mailbox == layout.partner_mailbox && within(address, layout.mailbox, sizeof(epy_mailbox) + cores_.size() * sizeof(epy_slot)))
      return Place{core, plus("its mailbox", address - layout.mailbox)};
    if (!within(address, layout.channel, sizeof(epy_channel))) continue;
    const Address offset = address - layout.channel;
    if (offset < offsetof(epy_channel, cell)) {
      return Place{core, field(kTransfer, offset % static_cast<Address>(sizeof(epy_transfer))) + " of descriptor " +
                             std::to_string(offset / sizeof(epy_transfer)) + " of its channel"};
    }
    const Address inside = offset - static_cast<Address>(offsetof(epy_channel, cell));
    return Place{core, plus(("cell " + std::to_string(inside / EPY_CELL_BYTES) + " of its channel").c_str(), inside % EPY_CELL_BYTES)};
  }
  return std::nullopt;
}

std::string Places::in_local(const epy_core_layout* layout, Address offset) const {
  if (layout != nullptr) {
    const Address mailbox = layout->status + static_cast<Address>(sizeof(epy_status) + cores_.size() * sizeof(epy_partner));
    if (within(offset, layout->status, sizeof(epy_status))) return field(kStatus, offset - layout->status) + " of its status";
    if (within(offset, layout->stack, layout->stack_bytes)) return plus("its stack", offset - layout->stack);
    if (within(offset, layout->heap, layout->heap_bytes)) return plus("its heap", offset - layout->heap);
    if (within(offset, layout->code, head_.image_bytes)) return plus("its byte code", offset - layout->code);
    if (within(offset, layout->status, mailbox - layout->status)) return "what it knows of its partners";
    if (within(offset, mailbox, sizeof(epy_mailbox) + cores_.size() * sizeof(epy_slot))) return plus("its mailbox", offset - mailbox);
  }
  std::string section;
  if (vm_ != nullptr) {
    for (const core::ElfImage::Section& one : vm_->sections())
      if (offset >= one.address && offset - one.address < one.bytes.size()) section = " (" + one.name + ")";
    if (const std::string symbol = vm_->symbolise(offset); !symbol.empty()) return symbol + section;
  }
  return plus("its memory", offset) + section;
}

Places::Place Places::at(Address address) const {
  if (auto place = in_control(address)) return *place;
  if (auto place = in_shared(address)) return *place;
  for (std::size_t core = 0; core < device_.windows.size(); ++core) {
    if (address < device_.windows[core] || address - device_.windows[core] >= device_.local_bytes) continue;
    const auto layout = std::find_if(cores_.begin(), cores_.end(), [&](const epy_core_layout& one) { return one.id == core; });
    return {static_cast<int>(core), in_local(layout == cores_.end() ? nullptr : &*layout, address - device_.windows[core])};
  }
  if (within(address, device_.shared_base, device_.shared_bytes)) return {-1, plus("shared memory", address - device_.shared_base)};
  return {-1, "no memory of the board"};
}

std::string Places::text(Address address) const {
  const Place place = at(address);
  return (place.core < 0 ? "" : "core " + std::to_string(place.core) + ", ") + place.what;
}

std::optional<int> Places::block_begin(Address address) const {
  const Address first = control_ + static_cast<Address>(offsetof(epy_control, block));
  if (control_ == 0 || address < first || (address - first) % sizeof(epy_core_block) != 0) return std::nullopt;
  const std::size_t rank = (address - first) / sizeof(epy_core_block);
  if (rank >= cores_.size()) return std::nullopt;
  return static_cast<int>(cores_[rank].id);
}

std::optional<int> Places::channel_begin(Address address) const {
  for (const epy_core_layout& layout : cores_)
    if (layout.channel == address) return static_cast<int>(layout.id);
  return std::nullopt;
}

Places places_of(const std::filesystem::path& recording, const DeviceDescription& device, const core::ElfImage* vm) {
  Places places(device, vm);
  RecordingReader reader(recording);
  while (!places.known()) {
    const std::optional<Entry> entry = reader.next();
    if (!entry) break;
    places.learn(*entry);
  }
  return places;
}

}  // namespace epysim::hostlink
