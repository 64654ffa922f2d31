#pragma once
// What TRAP means to a program linked with newlib's libgloss.
//
// Services (binutils/newlib libgloss for Epiphany):
//   TRAP 0 write (r0 fd, r1 buffer, r2 bytes)      TRAP 4 "test passed": ends the program, exit code 0
//   TRAP 1 read  (r0 fd, r1 buffer, r2 bytes)      TRAP 5 "test failed": ends the program, exit code 1
//   TRAP 2 open  (r0 path, r1 flags, r2 mode)      TRAP 6 close (r0 fd)
//   TRAP 3 exit  (r0 code)                         TRAP 7 call r3 of core::GuestCall, arguments in r0 to r2
// Result in r0 (-1 on failure), errno in r3 (0 on success), in newlib's numbers.

#include <cstdint>
#include <span>

#include "sim/core/guest_services.h"

namespace epysim::epiphany {

/// What the core does after a TRAP.
struct TrapOutcome {
  enum class Kind { Continue, Exit, Unknown };  // Unknown: no service has this number; r0..r3 are untouched
  Kind kind = Kind::Continue;
  int exit_code = 0;  // of Exit: the low 8 bits of r0, as a shell sees it
};

class Syscalls : public core::GuestServices {
 public:
  using GuestServices::GuestServices;

  static bool ends_program(unsigned trap) { return trap >= 3 && trap <= 5; }

  /// Serves TRAP `trap`. `r` are r0 to r3, read and written in place; `microseconds` is simulated time.
  TrapOutcome handle(unsigned trap, std::span<std::uint32_t, 4> r, core::GuestMemory& memory, std::uint64_t microseconds);
};

}  // namespace epysim::epiphany
