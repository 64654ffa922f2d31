#pragma once
// Where a program's parts go on a core: 32 KB local memory, of which the VM takes the first 24, and a segment of shared memory.
//
//   local   resident end, at least 0x6000:  status, partners | mailbox | code (if local) | stack | heap ... end of local memory
//   shared  segment = upper half of the memory that host and cores share
//             +0x000000  control structure
//             +0x100000  master copy of the byte code
//             +0x200000  per core: overflow stack (64,000 bytes), overflow heap (448,000 bytes)
//             then       per core: its channel
//             then       per core: its mailbox, where the cores cannot store into each other's memory
//             then       buffers of kind Shared
//   host    memory of virtual cores, addressed directly: control structure and byte code as above, then per core what a core of the board
//           has in local and in shared memory
//
// The sizes are those of the published ePython memory map for the Parallella; cores learn every address from the control structure.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hostlink/device.h"
#include "hostlink/device_format.h"

namespace epysim::hostlink {

enum class Where {
  Auto,   // local when it fits, else shared
  Local,  // local only; an error when it does not fit
  Shared
};

/// "auto", "local" or "shared"; throws UsageError naming `option`.
Where parse_where(const std::string& option, const std::string& text);

struct Placement {
  Where code = Where::Auto;
  Where data = Where::Auto;          // stack and heap: Auto = local first, overflow in shared memory; Local = no overflow
  std::uint32_t stack_bytes = 1024;  // local
  std::optional<std::uint32_t> heap_bytes = std::nullopt;  // local; what is left when not given
};

/// A range of device memory.
struct Range {
  Address begin = 0;
  std::uint32_t bytes = 0;
};

/// Where everything of one program lies.
struct Layout {
  Address control = 0;
  Address image = 0;
  bool code_local = true;
  Address virtual_control = 0;  // the same structure and byte code for virtual cores; 0 when there are none
  Address virtual_image = 0;
  std::size_t board_cores = 0;        // ranks from here on are virtual
  std::vector<int> cores;             // absolute ids, ascending; index = rank
  std::vector<epy_core_layout> core;  // by rank
  std::vector<Range> free;            // shared memory that is left for buffers

  bool is_virtual(std::size_t rank) const { return rank >= board_cores; }
  /// Of a core that is one of `cores`.
  std::size_t rank_of(int id) const;
  Address control_of(std::size_t rank) const { return is_virtual(rank) ? virtual_control : control; }
  Address block(std::size_t rank) const;    // address of a core's epy_core_block
  Address status(std::size_t rank) const;   // of its epy_status, in the address space of host and cores
  Address mailbox(std::size_t rank) const;  // of its epy_mailbox, likewise
};

/// What virtual cores need of the host's memory, and where in it the local memory of the first, second ... of them lies.
std::uint32_t virtual_arena_bytes(const DeviceDescription& board, int virtual_cores);
Address virtual_window(const DeviceDescription& device, int index);

/// Throws UsageError when something does not fit, saying by how many bytes. `resident_end` is the local address behind
/// the VM's last byte, `image_bytes` the size of the image's resident section.
Layout compute_layout(const DeviceDescription& device, const std::vector<int>& cores, std::uint32_t resident_end, std::uint32_t image_bytes,
                      const Placement& placement);

}  // namespace epysim::hostlink
