#pragma once
// What TRAP means to a program linked with newlib's libgloss: file and console input and output, simulated time, exit.
//
// Services (binutils/newlib libgloss for Epiphany, and GDB's system call numbers):
//   TRAP 0 write (r0 fd, r1 buffer, r2 bytes)      TRAP 4 "test passed": ends the program, exit code 0
//   TRAP 1 read  (r0 fd, r1 buffer, r2 bytes)      TRAP 5 "test failed": ends the program, exit code 1
//   TRAP 2 open  (r0 path, r1 flags, r2 mode)      TRAP 6 close (r0 fd)
//   TRAP 3 exit  (r0 code)                         TRAP 7 system call, its number in r3: see syscalls.cpp
// Result in r0 (-1 on failure), errno in r3 (0 on success), in newlib's numbers.
//
// Wall time never enters a program: gettimeofday and time give simulated time, the times in struct stat are zero, and the console
// always looks like a terminal to the program, whatever it is connected to.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "sim/core/types.h"

namespace epysim::epiphany {

/// The memory of the program that trapped, by the addresses it uses. Each returns false when nothing answers there: the
/// program then sees EFAULT.
class GuestMemory {
 public:
  virtual ~GuestMemory() = default;
  virtual bool read(Address address, std::span<std::byte> to) = 0;
  virtual bool write(Address address, std::span<const std::byte> from) = 0;
};

/// What the core does after a TRAP.
struct TrapOutcome {
  enum class Kind { Continue, Exit, Unknown };  // Unknown: no service has this number; r0..r3 are untouched
  Kind kind = Kind::Continue;
  int exit_code = 0;  // of Exit: the low 8 bits of r0, as a shell sees it
};

/// The open files of one core's program. Files are opened relative to the simulator's working folder.
class Syscalls {
 public:
  /// Where fd 0, 1 and 2 lead. Both behave like write(2) and read(2): bytes done, or -1 with errno set.
  struct Console {
    std::function<std::ptrdiff_t(int fd, std::span<const std::byte>)> write;
    std::function<std::ptrdiff_t(std::span<std::byte>)> read;
  };
  /// The simulator's own standard input, output and error.
  static Console process_console();

  explicit Syscalls(std::vector<std::string> arguments = {}, Console console = process_console());
  ~Syscalls();
  Syscalls(const Syscalls&) = delete;
  Syscalls& operator=(const Syscalls&) = delete;

  /// Serves TRAP `trap`. `r` are r0 to r3, read and written in place; `microseconds` is simulated time.
  TrapOutcome handle(unsigned trap, std::span<std::uint32_t, 4> r, GuestMemory& memory, std::uint64_t microseconds);

  /// Closes every file the program left open.
  void reset();

 private:
  struct Reply {
    std::int32_t value = 0;
    int error = 0;  // the host's errno
  };
  Reply call(std::uint32_t number, std::span<const std::uint32_t, 3> arguments, GuestMemory& memory, std::uint64_t microseconds);
  Reply open(Address path, std::uint32_t flags, std::uint32_t mode, GuestMemory& memory);
  Reply close(std::uint32_t fd);
  Reply read(std::uint32_t fd, Address buffer, std::uint32_t bytes, GuestMemory& memory);
  Reply write(std::uint32_t fd, Address buffer, std::uint32_t bytes, GuestMemory& memory);
  Reply seek(std::uint32_t fd, std::int32_t offset, std::uint32_t whence);
  Reply stat_path(Address path, Address to, GuestMemory& memory);
  Reply stat_open(std::uint32_t fd, Address to, GuestMemory& memory);
  Reply argument(std::uint32_t index, Address to, GuestMemory& memory) const;

  std::vector<std::string> arguments_;
  Console console_;
  std::map<std::uint32_t, int> files_;  // the program's descriptors from 3 on, and ours behind them
};

}  // namespace epysim::epiphany
