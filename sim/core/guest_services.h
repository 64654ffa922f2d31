#pragma once
// What a native program gets from the system below it: file and console input and output, simulated time, its arguments. How it asks for
// that is the business of its core type.
//
// Wall time never enters a program: TimeOfDay and Time give simulated time, the times in struct stat are zero, and the console always looks
// like a terminal to the program, whatever it is connected to.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "sim/core/types.h"

namespace epysim::core {

/// The program's memory, by the addresses it uses. Each returns false when nothing answers there: the
/// program then sees EFAULT.
class GuestMemory {
 public:
  virtual ~GuestMemory() = default;
  virtual bool read(Address address, std::span<std::byte> to) = 0;
  virtual bool write(Address address, std::span<const std::byte> from) = 0;
};

/// What a program can ask for; the numbers are those of GDB's simulators and libgloss.
enum class GuestCall : std::uint32_t {
  Exit = 1,  // not served here: how a core ends is its own business
  Open = 2,  // path, flags, mode: newlib's numbers
  Close = 3,
  Read = 4,
  Write = 5,
  Seek = 6,
  Unlink = 7,
  ProcessId = 8,
  FileStatus = 10,
  Status = 15,
  Time = 18,
  TimeOfDay = 19,
  Link = 21,
  ArgumentCount = 22,
  ArgumentLength = 23,  // of argument n
  Argument = 24         // n, buffer
};

/// The host's errno in newlib's numbers.
std::uint32_t newlib_errno(int error);

/// The open files of one core's program. Files are opened relative to the simulator's working folder.
class GuestServices {
 public:
  /// Where fd 0, 1 and 2 lead. Both behave like write(2) and read(2): bytes done, or -1 with errno set.
  struct Console {
    std::function<std::ptrdiff_t(int fd, std::span<const std::byte>)> write;
    std::function<std::ptrdiff_t(std::span<std::byte>)> read;
  };
  /// The simulator's own standard input, output and error.
  static Console process_console();

  explicit GuestServices(std::vector<std::string> arguments = {}, Console console = process_console());
  ~GuestServices();
  GuestServices(const GuestServices&) = delete;
  GuestServices& operator=(const GuestServices&) = delete;

  struct Reply {
    std::int32_t value = 0;
    int error = 0;  // the host's errno; 0: none
  };
  /// `microseconds` is simulated time. ENOSYS for a number that is no GuestCall.
  Reply call(GuestCall number, std::span<const std::uint32_t, 3> arguments, GuestMemory& memory, std::uint64_t microseconds);

  /// Closes every file the program left open.
  void reset();

 protected:
  const Console& console() const { return console_; }

 private:
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

}  // namespace epysim::core
