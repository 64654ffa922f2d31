#pragma once
// What the cores' accesses to shared memory are for: which part of a program's layout, or which variable, lies there.

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "hostlink/placement.h"
#include "sim/core/types.h"

namespace epysim::hostlink {

class SharedAccesses {
 public:
  /// From now on things lie where this layout says.
  void load(const Layout& layout, std::uint32_t image_bytes);
  /// A variable lies there, whatever did before.
  void place(Range range, std::size_t variable);
  /// Counts an access; the number of the variable that it is to.
  std::optional<std::size_t> accessed(Address address, std::size_t bytes, bool stores);

  /// [{"what", "loads", "bytes_loaded", "stores", "bytes_stored"}, ...]; what there was none of is left out.
  nlohmann::ordered_json list() const;

 private:
  enum What : std::uint8_t { Control, ByteCode, Stack, Heap, Cells, Messages, Variables, Other, Whats };
  struct Piece {
    std::uint64_t end = 0;
    What what = Other;
    std::size_t variable = 0;
  };
  struct Count {
    std::uint64_t loads = 0, bytes_loaded = 0, stores = 0, bytes_stored = 0;
  };
  void put(Address begin, std::uint32_t bytes, What what);

  std::map<Address, Piece> pieces_;  // by begin
  Count counts_[Whats];
};

}  // namespace epysim::hostlink
