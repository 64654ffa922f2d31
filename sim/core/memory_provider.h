#pragma once
// Memory of a model that lies where somebody else wants it: in a file that other processes map.

#include <cstddef>
#include <functional>
#include <span>

#include "sim/core/types.h"

namespace epysim::core {

/// The bytes of a memory, given the address that all cores know it by and its size. Whoever provides them keeps them.
using MemoryProvider = std::function<std::span<std::byte>(Address base, std::size_t bytes)>;

}  // namespace epysim::core
