#pragma once
// Typed access to device memory: words and the structures of vm/format, little-endian on both sides.

#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "hostlink/device.h"

namespace epysim::hostlink {

static_assert(std::endian::native == std::endian::little, "device structures are copied as they are");

/// Copies one structure out of device memory.
template <typename T>
T read_as(Device& device, Address from) {
  static_assert(std::is_trivially_copyable_v<T>);
  T value;
  device.read(from, std::as_writable_bytes(std::span(&value, 1)));
  return value;
}

/// Copies one structure into device memory.
template <typename T>
void write_as(Device& device, Address to, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  device.write(to, std::as_bytes(std::span(&value, 1)));
}

inline std::vector<std::byte> read_bytes(Device& device, Address from, std::size_t bytes) {
  std::vector<std::byte> data(bytes);
  device.read(from, data);
  return data;
}

inline void fill_zero(Device& device, Address to, std::size_t bytes) {
  const std::vector<std::byte> zeros(bytes);
  device.write(to, zeros);
}

inline bool is_shared(const Device& device, Address address) {
  const DeviceDescription& d = device.description();
  return address >= d.shared_base && address - d.shared_base < d.shared_bytes;
}

/// Adds a copy of `bytes` from (to) `address` to what a service costs: the two kinds of memory have different rates.
inline void add_read(host::ServiceCost& cost, const Device& device, Address address, std::size_t bytes) {
  (is_shared(device, address) ? cost.bytes_read : cost.local_bytes_read) += bytes;
}
inline void add_write(host::ServiceCost& cost, const Device& device, Address address, std::size_t bytes) {
  (is_shared(device, address) ? cost.bytes_written : cost.local_bytes_written) += bytes;
}

/// Addresses below it are a core's own.
inline constexpr Address kOwnEnd = 0x100000;
/// A place that a core sees, in the address space of all cores.
inline Address global_address(Address address, Address window) { return address < kOwnEnd ? window + address : address; }

}  // namespace epysim::hostlink
