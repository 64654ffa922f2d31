// struct stat and struct timeval have the layout of newlib 3 (64-bit time_t), little-endian:
//   dev 0:2  ino 2:2  mode 4:4  nlink 8:2  uid 10:2  gid 12:2  rdev 14:2  size 16:4  atim 24:16  mtim 40:16  ctim 56:16
//   blksize 72:4  blocks 76:4  (88 bytes in all);  timeval: sec 0:8  usec 8:4  (16 bytes)

#include "sim/core/guest_services.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

namespace epysim::core {
namespace {

constexpr int kConsole = -1;                     // in files_: leads to the console, not to a file of ours
constexpr std::size_t kChunk = 65536;            // longest piece copied at once, whatever length the program claims
constexpr std::size_t kLongestPath = 4096;       // PATH_MAX
constexpr std::uint32_t kPreferredBlock = 1024;  // newlib's buffer size for a stream
constexpr std::uint64_t kAddressSpace = std::uint64_t{1} << 32;

// newlib's open() flags in the host's.
std::optional<int> host_flags(std::uint32_t flags) {
  if ((flags & 3u) == 3u) return std::nullopt;
  int host = static_cast<int>(flags & 3u) | O_CLOEXEC | O_NOCTTY;
  if ((flags & 0x0008u) != 0) host |= O_APPEND;
  if ((flags & 0x0200u) != 0) host |= O_CREAT;
  if ((flags & 0x0400u) != 0) host |= O_TRUNC;
  if ((flags & 0x0800u) != 0) host |= O_EXCL;
  return host;
}

std::optional<std::string> read_text(GuestMemory& memory, Address at, int& error) {
  std::string text;
  for (; text.size() < kLongestPath; ++at) {
    std::byte c;
    if (!memory.read(at, {&c, 1})) {
      error = EFAULT;
      return std::nullopt;
    }
    if (c == std::byte{0}) return text;
    text.push_back(static_cast<char>(c));
  }
  error = ENAMETOOLONG;
  return std::nullopt;
}

// Little-endian fields of a structure in the program's memory.
template <std::size_t Bytes>
class Record {
 public:
  void put(std::size_t offset, std::size_t bytes, std::uint64_t value) {
    for (std::size_t i = 0; i < bytes; ++i) data_[offset + i] = static_cast<std::byte>(value >> (8 * i));
  }
  bool store(GuestMemory& memory, Address to) const { return memory.write(to, data_); }

 private:
  std::array<std::byte, Bytes> data_{};
};

int store_stat(std::uint32_t mode, std::uint32_t links, std::uint64_t size, Address to, GuestMemory& memory) {
  if (size > INT32_MAX) return EOVERFLOW;
  Record<88> record;
  record.put(4, 4, mode);
  record.put(8, 2, links);
  record.put(16, 4, size);
  record.put(72, 4, kPreferredBlock);
  record.put(76, 4, (size + 511) / 512);
  return record.store(memory, to) ? 0 : EFAULT;
}

int store_stat(const struct ::stat& host, Address to, GuestMemory& memory) {
  return store_stat(host.st_mode, static_cast<std::uint32_t>(std::min<nlink_t>(host.st_nlink, UINT16_MAX)),
                    static_cast<std::uint64_t>(host.st_size), to, memory);
}

}  // namespace

// Up to ERANGE (34) host and newlib follow the same tradition.
std::uint32_t newlib_errno(int error) {
  if (error <= ERANGE) return static_cast<std::uint32_t>(error);
  switch (error) {
    case EDEADLK:
      return 45;
    case ENOLCK:
      return 46;
    case ENOSYS:
      return 88;
    case ENOTEMPTY:
      return 90;
    case ENAMETOOLONG:
      return 91;
    case ELOOP:
      return 92;
    case EOPNOTSUPP:
      return 95;
    case EDQUOT:
      return 132;
    case EILSEQ:
      return 138;
    case EOVERFLOW:
      return 139;
    default:
      return EIO;
  }
}

GuestServices::Console GuestServices::process_console() {
  Console console;
  console.write = [](int fd, std::span<const std::byte> bytes) -> std::ptrdiff_t {
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t n = ::write(fd, bytes.data() + done, bytes.size() - done);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return done > 0 ? static_cast<std::ptrdiff_t>(done) : -1;
      done += static_cast<std::size_t>(n);
    }
    return static_cast<std::ptrdiff_t>(done);
  };
  console.read = [](std::span<std::byte> bytes) -> std::ptrdiff_t { return ::read(STDIN_FILENO, bytes.data(), bytes.size()); };
  return console;
}

GuestServices::GuestServices(std::vector<std::string> arguments, Console console)
    : arguments_(std::move(arguments)), console_(std::move(console)) {
  reset();
}

GuestServices::~GuestServices() { reset(); }

void GuestServices::reset() {
  for (const auto& [fd, host] : files_)
    if (host != kConsole) ::close(host);
  files_ = {{0, kConsole}, {1, kConsole}, {2, kConsole}};
}

GuestServices::Reply GuestServices::call(GuestCall number, std::span<const std::uint32_t, 3> a, GuestMemory& memory,
                                         std::uint64_t microseconds) {
  const auto seconds = microseconds / 1'000'000;
  int error = 0;
  switch (number) {
    case GuestCall::Open:
      return open(a[0], a[1], a[2], memory);
    case GuestCall::Close:
      return close(a[0]);
    case GuestCall::Read:
      return read(a[0], a[1], a[2], memory);
    case GuestCall::Write:
      return write(a[0], a[1], a[2], memory);
    case GuestCall::Seek:
      return seek(a[0], static_cast<std::int32_t>(a[1]), a[2]);
    case GuestCall::Unlink: {
      const auto path = read_text(memory, a[0], error);
      return {0, !path ? error : ::unlink(path->c_str()) == 0 ? 0 : errno};
    }
    case GuestCall::ProcessId:
      return {1, 0};
    case GuestCall::FileStatus:
      return stat_open(a[0], a[1], memory);
    case GuestCall::Status:
      return stat_path(a[0], a[1], memory);
    case GuestCall::Time:
      return {static_cast<std::int32_t>(seconds), 0};
    case GuestCall::TimeOfDay: {
      Record<16> time;
      time.put(0, 8, seconds);
      time.put(8, 4, microseconds % 1'000'000);
      return {0, time.store(memory, a[0]) ? 0 : EFAULT};
    }
    case GuestCall::Link: {
      const auto from = read_text(memory, a[0], error);
      const auto to = from ? read_text(memory, a[1], error) : std::nullopt;
      return {0, !to ? error : ::link(from->c_str(), to->c_str()) == 0 ? 0 : errno};
    }
    case GuestCall::ArgumentCount:
      return {static_cast<std::int32_t>(arguments_.size()), 0};
    case GuestCall::ArgumentLength:
      if (a[0] >= arguments_.size()) return {-1, EINVAL};
      return {static_cast<std::int32_t>(arguments_[a[0]].size()), 0};
    case GuestCall::Argument:
      return argument(a[0], a[1], memory);
    default:
      return {-1, ENOSYS};
  }
}

GuestServices::Reply GuestServices::open(Address path, std::uint32_t flags, std::uint32_t mode, GuestMemory& memory) {
  int error = 0;
  const auto name = read_text(memory, path, error);
  if (!name) return {-1, error};
  const auto host = host_flags(flags);
  if (!host) return {-1, EINVAL};
  const int file = ::open(name->c_str(), *host, static_cast<mode_t>(mode & 0777u));
  if (file < 0) return {-1, errno};
  std::uint32_t fd = 0;
  while (files_.contains(fd)) ++fd;
  files_[fd] = file;
  return {static_cast<std::int32_t>(fd), 0};
}

GuestServices::Reply GuestServices::close(std::uint32_t fd) {
  const auto file = files_.find(fd);
  if (file == files_.end()) return {-1, EBADF};
  const int error = file->second == kConsole || ::close(file->second) == 0 ? 0 : errno;
  files_.erase(file);
  return {0, error};
}

GuestServices::Reply GuestServices::read(std::uint32_t fd, Address buffer, std::uint32_t bytes, GuestMemory& memory) {
  const auto file = files_.find(fd);
  if (file == files_.end() || (file->second == kConsole && fd != STDIN_FILENO)) return {-1, EBADF};
  // A short count is a correct answer to any read; the buffer is tried first, so that a bad one loses no input.
  std::vector<std::byte> data(std::min<std::size_t>(bytes, kChunk));
  if (buffer + std::uint64_t{data.size()} > kAddressSpace || !memory.read(buffer, data)) return {-1, EFAULT};
  const std::ptrdiff_t n = file->second == kConsole ? console_.read(data) : ::read(file->second, data.data(), data.size());
  if (n < 0) return {-1, errno};
  if (!memory.write(buffer, std::span(data).first(static_cast<std::size_t>(n)))) return {-1, EFAULT};
  return {static_cast<std::int32_t>(n), 0};
}

GuestServices::Reply GuestServices::write(std::uint32_t fd, Address buffer, std::uint32_t bytes, GuestMemory& memory) {
  const auto file = files_.find(fd);
  if (file == files_.end() || (file->second == kConsole && fd == STDIN_FILENO)) return {-1, EBADF};
  std::vector<std::byte> data(std::min<std::size_t>(bytes, kChunk));
  if (buffer + std::uint64_t{data.size()} > kAddressSpace || !memory.read(buffer, data)) return {-1, EFAULT};
  const std::ptrdiff_t n =
      file->second == kConsole ? console_.write(static_cast<int>(fd), data) : ::write(file->second, data.data(), data.size());
  if (n < 0) return {-1, errno};
  return {static_cast<std::int32_t>(n), 0};
}

GuestServices::Reply GuestServices::seek(std::uint32_t fd, std::int32_t offset, std::uint32_t whence) {
  const auto file = files_.find(fd);
  if (file == files_.end()) return {-1, EBADF};
  if (file->second == kConsole) return {-1, ESPIPE};
  if (whence > 2) return {-1, EINVAL};
  const off_t position = ::lseek(file->second, offset, static_cast<int>(whence));
  if (position < 0) return {-1, errno};
  if (position > INT32_MAX) return {-1, EOVERFLOW};
  return {static_cast<std::int32_t>(position), 0};
}

GuestServices::Reply GuestServices::stat_path(Address path, Address to, GuestMemory& memory) {
  int error = 0;
  const auto name = read_text(memory, path, error);
  if (!name) return {-1, error};
  struct ::stat host;
  if (::stat(name->c_str(), &host) != 0) return {-1, errno};
  return {0, store_stat(host, to, memory)};
}

GuestServices::Reply GuestServices::stat_open(std::uint32_t fd, Address to, GuestMemory& memory) {
  const auto file = files_.find(fd);
  if (file == files_.end()) return {-1, EBADF};
  if (file->second == kConsole) return {0, store_stat(S_IFCHR | 0620u, 1, 0, to, memory)};
  struct ::stat host;
  if (::fstat(file->second, &host) != 0) return {-1, errno};
  return {0, store_stat(host, to, memory)};
}

GuestServices::Reply GuestServices::argument(std::uint32_t index, Address to, GuestMemory& memory) const {
  if (index >= arguments_.size()) return {-1, EINVAL};
  const std::string& text = arguments_[index];
  return {0, memory.write(to, std::as_bytes(std::span(text.c_str(), text.size() + 1))) ? 0 : EFAULT};
}

}  // namespace epysim::core
