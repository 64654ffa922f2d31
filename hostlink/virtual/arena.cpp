#include "hostlink/virtual/arena.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstring>

#include "sim/core/error.h"

namespace epysim::hostlink {
namespace {

// The one place that makes pointers of addresses.
template <typename T = void>
T* pointer(Address address) {
  return reinterpret_cast<T*>(static_cast<std::uintptr_t>(address));  // NOLINT(performance-no-int-to-ptr): addresses have 32 bits
}

// Where no board has memory that cores reach and a program of the host has none of its own.
constexpr Address kBegin = 0x60000000;

}  // namespace

Arena::Arena(std::uint32_t bytes) : bytes_(bytes) {
  void* const wanted = pointer(kBegin);
  void* const base = mmap(wanted, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE | MAP_NORESERVE, -1, 0);
  if (base != wanted) {
    if (base != MAP_FAILED) munmap(base, bytes);
    throw UsageError("virtual cores need " + std::to_string(bytes) + " bytes of memory at 0x60000000, which the system does not give");
  }
  begin_ = kBegin;
}

Arena::~Arena() { munmap(pointer(begin_), bytes_); }

std::byte* Arena::at(Address address, std::size_t bytes) const {
  if (!contains(address) || bytes > end() - address) throw UsageError("an address outside the memory of the virtual cores");
  return pointer<std::byte>(address);
}

void Arena::read(Address from, std::span<std::byte> to) const {
  if (!to.empty()) std::memcpy(to.data(), at(from, to.size()), to.size());
}

void Arena::write(Address to, std::span<const std::byte> from) {
  if (!from.empty()) std::memcpy(at(to, from.size()), from.data(), from.size());
}

}  // namespace epysim::hostlink
