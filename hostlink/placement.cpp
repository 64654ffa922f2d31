#include "hostlink/placement.h"

#include <algorithm>
#include <cstddef>

#include "hostlink/memory.h"
#include "sim/core/error.h"

namespace epysim::hostlink {
namespace {

constexpr Address kDataBegin = 0x6000;  // the VM keeps below it
constexpr std::uint32_t kImageOffset = 0x100000;
constexpr std::uint32_t kCoresOffset = 0x200000;
constexpr std::uint32_t kOverflowStackBytes = 64000;
constexpr std::uint32_t kOverflowHeapBytes = 448000;
constexpr std::uint32_t kLeastHeapBytes = 1024;  // with less, local code is not worth it
constexpr std::uint32_t kChannelBytes = sizeof(epy_channel);

std::uint32_t align(std::uint32_t value, std::uint32_t to) { return (value + to - 1) / to * to; }

[[noreturn]] void does_not_fit(const std::string& what, std::uint64_t needed, std::uint64_t available) {
  throw UsageError(what + " does not fit: " + std::to_string(needed) + " bytes are needed, " + std::to_string(available) + " are there");
}

}  // namespace

Where parse_where(const std::string& option, const std::string& text) {
  if (text == "auto") return Where::Auto;
  if (text == "local") return Where::Local;
  if (text == "shared") return Where::Shared;
  throw UsageError(option + ": \"" + text + "\" is not a place; use auto, local or shared");
}

std::size_t Layout::rank_of(int id) const { return static_cast<std::size_t>(std::find(cores.begin(), cores.end(), id) - cores.begin()); }

Address Layout::block(std::size_t rank) const {
  return control_of(rank) + static_cast<Address>(offsetof(epy_control, block) + rank * sizeof(epy_core_block));
}

Address Layout::status(std::size_t rank) const { return global_address(core[rank].status, core[rank].window); }
Address Layout::mailbox(std::size_t rank) const { return core[rank].partner_mailbox; }

namespace {

// One virtual core: its local memory, overflow stack and heap, channel.
std::uint32_t virtual_core_bytes(const DeviceDescription& device) {
  return device.local_bytes + kOverflowStackBytes + kOverflowHeapBytes + kChannelBytes;
}

// The same places as on a core of the board, but all of them addressed directly.
void make_virtual(epy_core_layout& core, const DeviceDescription& device, const Layout& layout, bool mailbox_outside) {
  for (std::uint32_t* address : {&core.status, &core.stack, &core.heap}) *address += core.window;
  core.code = layout.code_local ? core.code + core.window : layout.virtual_image;
  if (!mailbox_outside) core.mailbox = core.partner_mailbox = core.mailbox + core.window;
  const Address overflow = core.window + device.local_bytes;
  if (core.shared_stack != 0) {
    core.shared_stack = overflow;
    core.shared_heap = overflow + kOverflowStackBytes;
  }
  if (!mailbox_outside) core.channel = overflow + kOverflowStackBytes + kOverflowHeapBytes;
}

}  // namespace

std::uint32_t virtual_arena_bytes(const DeviceDescription& board, int virtual_cores) {
  return kCoresOffset + static_cast<std::uint32_t>(virtual_cores) * virtual_core_bytes(board);
}

Address virtual_window(const DeviceDescription& device, int index) {
  return device.virtual_memory + kCoresOffset + static_cast<Address>(index) * virtual_core_bytes(device);
}

Layout compute_layout(const DeviceDescription& device, const std::vector<int>& cores, std::uint32_t resident_end, std::uint32_t image_bytes,
                      const Placement& placement) {
  if (cores.empty()) throw UsageError("no core takes part");
  if (cores.size() > EPY_MAX_CORES) does_not_fit("a program on " + std::to_string(cores.size()) + " cores", cores.size(), EPY_MAX_CORES);
  const auto count = static_cast<std::uint32_t>(cores.size());

  Layout layout;
  layout.cores = cores;
  layout.board_cores =
      static_cast<std::size_t>(std::count_if(cores.begin(), cores.end(), [&](int core) { return !device.is_virtual(core); }));
  if (layout.board_cores < cores.size()) {
    layout.virtual_control = device.virtual_memory;
    layout.virtual_image = device.virtual_memory + kImageOffset;
  }
  // Mailboxes lie in local memory where all cores reach it, else in shared memory; a board's cores do not reach virtual ones.
  const bool all_virtual = layout.board_cores == 0;
  const bool mixed = !all_virtual && layout.board_cores < cores.size();
  const bool local_mailboxes = all_virtual || device.cores_reach_each_other;

  // Shared memory.
  const Address segment = device.shared_base + device.shared_bytes / 2;
  const Address segment_end = device.shared_base + device.shared_bytes;
  static_assert(sizeof(epy_control) <= kImageOffset);
  layout.control = segment;
  layout.image = segment + kImageOffset;
  if (image_bytes > kCoresOffset - kImageOffset) does_not_fit("the byte code", image_bytes, kCoresOffset - kImageOffset);
  const Address cores_begin = segment + kCoresOffset;
  const Address channels = cores_begin + count * (kOverflowStackBytes + kOverflowHeapBytes);
  const auto mailbox_bytes =
      align(static_cast<std::uint32_t>(sizeof(epy_mailbox)) + count * static_cast<std::uint32_t>(sizeof(epy_slot)), 8);
  const Address mailboxes = channels + count * kChannelBytes;
  const Address buffers = align(mailboxes + (local_mailboxes && !mixed ? 0 : count * mailbox_bytes), 64);
  if (buffers > segment_end || device.shared_bytes / 2 < kCoresOffset) {
    does_not_fit("the program's shared segment", buffers - segment, segment_end - segment);
  }
  if (buffers < segment_end) layout.free.push_back({buffers, segment_end - buffers});
  if (segment > device.shared_base) layout.free.push_back({device.shared_base, segment - device.shared_base});

  // Local memory, the same on every core.
  const std::uint32_t status = align(std::max<std::uint32_t>(kDataBegin, resident_end), 8);
  const std::uint32_t mailbox = status + static_cast<std::uint32_t>(sizeof(epy_status) + count * sizeof(epy_partner));
  const std::uint32_t code = mailbox + (local_mailboxes ? mailbox_bytes : 0);
  if (code > device.local_bytes) does_not_fit("the VM with the mailboxes of " + std::to_string(count) + " cores", code, device.local_bytes);
  const std::uint32_t room = device.local_bytes - code;
  const std::uint32_t code_bytes = align(image_bytes, 8);
  const std::uint32_t stack_bytes = placement.data == Where::Shared ? 0 : align(placement.stack_bytes, 8);
  const std::uint32_t least_heap = placement.data == Where::Shared ? 0 : kLeastHeapBytes;
  if (stack_bytes > room) does_not_fit("a local stack of " + std::to_string(stack_bytes) + " bytes", stack_bytes, room);
  const bool code_fits = std::uint64_t{code_bytes} + stack_bytes <= room;
  if (placement.code == Where::Local && !code_fits)
    does_not_fit("byte code in local memory", code_bytes + std::uint64_t{stack_bytes}, room);
  layout.code_local =
      placement.code == Where::Local || (placement.code == Where::Auto && std::uint64_t{code_bytes} + stack_bytes + least_heap <= room);
  const std::uint32_t stack = code + (layout.code_local ? code_bytes : 0);
  const std::uint32_t heap = stack + stack_bytes;
  const std::uint32_t heap_room = placement.data == Where::Shared ? 0 : device.local_bytes - heap;
  const std::uint32_t heap_bytes = std::min(heap_room, align(placement.heap_bytes.value_or(heap_room), 8));

  for (std::uint32_t rank = 0; rank < count; ++rank) {
    const Address own = cores_begin + rank * (kOverflowStackBytes + kOverflowHeapBytes);
    epy_core_layout core{};
    core.id = static_cast<std::uint32_t>(cores[rank]);
    core.window = device.windows.at(static_cast<std::size_t>(cores[rank]));
    core.status = status;
    const bool local_mailbox = local_mailboxes && !(mixed && layout.is_virtual(rank));
    core.partner_mailbox = local_mailbox ? core.window + mailbox : mailboxes + rank * mailbox_bytes;
    core.mailbox = local_mailbox ? mailbox : core.partner_mailbox;
    core.code = layout.code_local ? code : layout.image;
    core.stack = stack;
    core.stack_bytes = stack_bytes;
    core.heap = heap;
    core.heap_bytes = heap_bytes;
    if (placement.data != Where::Local) {
      core.shared_stack = own;
      core.shared_stack_bytes = kOverflowStackBytes;
      core.shared_heap = own + kOverflowStackBytes;
      core.shared_heap_bytes = kOverflowHeapBytes;
    }
    core.channel = channels + rank * kChannelBytes;
    core.reachable = local_mailbox ? 1 : 0;
    if (layout.is_virtual(rank)) make_virtual(core, device, layout, !local_mailbox);
    layout.core.push_back(core);
  }
  return layout;
}

}  // namespace epysim::hostlink
