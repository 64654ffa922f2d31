#pragma once
// "chip.engine": how cores execute instructions. It never changes a result.

namespace epysim::core {

class Config;

/// How often a core comes to a place before it makes a block of it: `enough`, what pays, with the fast engine; 1 with the eager one; 0
/// stands for the reference engine, which makes none. Throws UsageError for another name.
unsigned block_visits(const Config& config, unsigned enough);

}  // namespace epysim::core
