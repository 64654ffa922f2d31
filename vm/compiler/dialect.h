#pragma once
// The two dialects of ePython: one byte code, differences resolved by the compiler as far as they can be.

namespace epysim::compiler {

enum class Dialect {
  kLegacy,  ///< the published language: `/` truncates, `^` is power, names without case, print of true and NONE
  kModern   ///< what CPython 3 would do with the same text, as far as the language goes
};

}  // namespace epysim::compiler
