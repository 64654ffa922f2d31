#include "hostlink/server/token.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "sim/core/error.h"

namespace epysim::hostlink {
namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kLongest = 256;  // characters in the file

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& why) {
  throw UsageError("token file " + file.string() + ": " + why);
}

std::string fresh_token() {
  std::array<unsigned char, kTokenBytes> random{};
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) throw std::runtime_error("no random numbers for a token");
  std::string text;
  for (const unsigned char byte : random) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

/// A descriptor that is closed.
struct File {
  explicit File(int number) : descriptor(number) {}
  ~File() {
    if (descriptor >= 0) ::close(descriptor);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int descriptor;
};

/// False when there is one already: another server may have been quicker.
bool create(const std::filesystem::path& file) {
  std::error_code failure;
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), failure);
  // Written whole under another name first, so that nobody ever reads half a token.
  const std::string partial = file.string() + "." + std::to_string(::getpid());
  {
    const File made(::open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
    const std::string line = fresh_token() + "\n";
    if (made.descriptor < 0 || ::write(made.descriptor, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
      refuse(file, std::string("cannot be written: ") + std::strerror(errno));
    }
  }
  const bool linked = ::link(partial.c_str(), file.c_str()) == 0;
  const int error = errno;
  ::unlink(partial.c_str());
  if (!linked && error != EEXIST) refuse(file, std::string("cannot be written: ") + std::strerror(error));
  return linked;
}

}  // namespace

std::filesystem::path default_token_file() {
  const char* const config = std::getenv("XDG_CONFIG_HOME");
  if (config != nullptr && *config != 0) return std::filesystem::path(config) / "epysim" / "token";
  const char* const home = std::getenv("HOME");
  if (home == nullptr || *home == 0) throw UsageError("neither HOME nor XDG_CONFIG_HOME is set: name a token file (--token-file FILE)");
  return std::filesystem::path(home) / ".config" / "epysim" / "token";
}

std::string token_from(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) create(file);
  const File opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat about {};
  if (opened.descriptor < 0 || ::fstat(opened.descriptor, &about) != 0)
    refuse(file, std::string("cannot be read: ") + std::strerror(errno));
  if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0) refuse(file, "others may read or write it; do: chmod 600 " + file.string());
  std::array<char, kLongest + 1> text{};
  const ssize_t bytes = ::read(opened.descriptor, text.data(), text.size());
  if (bytes < 0) refuse(file, std::string("cannot be read: ") + std::strerror(errno));
  std::string token(text.data(), static_cast<std::size_t>(bytes));
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r' || token.back() == ' ')) token.pop_back();
  if (token.empty()) refuse(file, "it is empty; remove it, and a new token is made");
  if (token.size() > kLongest) refuse(file, "it is longer than a token (" + std::to_string(kLongest) + " characters)");
  return token;
}

bool is_token(const std::string& token, const std::string& text) {
  // Digests are of one length, so that not even the token's length is told by the time this takes.
  std::array<unsigned char, SHA256_DIGEST_LENGTH> expected{}, given{};
  SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), expected.data());
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), given.data());
  return CRYPTO_memcmp(expected.data(), given.data(), expected.size()) == 0;
}

}  // namespace epysim::hostlink
