#pragma once
// A piece of work that cores get: a kernel with its arguments, or what runs before there are kernels.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hostlink/placement.h"

namespace epysim::hostlink {

struct Work {
  /// An argument behind a reference.
  struct Variable {
    std::string name;
    std::uint32_t reference = 0;
    std::string kind;  // where it lives: "host", "shared", "client"
    std::uint32_t elements = 0;
    Range shared;  // where cores reach it without the host; no bytes: nowhere
  };
  std::string name;
  std::uint32_t function = 0;  // of the program that is loaded
  std::vector<Variable> variables;
};

}  // namespace epysim::hostlink
