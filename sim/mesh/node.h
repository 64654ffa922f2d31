#pragma once
// A node of the chip's grid.

#include <cstddef>

namespace epysim::mesh {

/// Counted from the chip's north-west corner.
struct Node {
  int row = 0;
  int column = 0;
  bool operator==(const Node&) const = default;
  /// Its number in a grid of so many columns, row by row.
  std::size_t number(int columns) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(column);
  }
};

}  // namespace epysim::mesh
