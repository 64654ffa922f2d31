#pragma once
// Plain zero-wait memory over an address range, shared by all cores and priced like local memory. For programs that are larger than
// a scratchpad and are run for what they compute. Accesses of several cores to it are not ordered within a quantum.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

#include "sim/core/types.h"

namespace epysim::epiphany {

class Ram {
 public:
  /// Zero at first; pages that nobody writes cost the simulating machine nothing.
  Ram(Address base, std::uint32_t bytes) : base_(base), bytes_(bytes), memory_(static_cast<std::byte*>(std::calloc(bytes, 1))) {
    if (!memory_) throw std::bad_alloc();
  }
  bool holds(Address address, std::uint64_t length) const { return address - base_ < bytes_ && bytes_ - (address - base_) >= length; }
  std::uint32_t from(Address address) const { return bytes_ - (address - base_); }  // bytes from there to the end
  std::byte* at(Address address) { return memory_.get() + (address - base_); }
  const std::byte* at(Address address) const { return memory_.get() + (address - base_); }

 private:
  struct Free {
    void operator()(std::byte* memory) const { std::free(memory); }
  };
  Address base_;
  std::uint32_t bytes_;
  std::unique_ptr<std::byte, Free> memory_;
};

}  // namespace epysim::epiphany
