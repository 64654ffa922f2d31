#pragma once
// Device data: module variables of a kernel program that the host reads and writes by name. Each core has its own. The host does both by
// launching small functions that are compiled into the program, so that they keep their order among the kernels of a core.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hostlink/values.h"
#include "vm/compiler/source.h"

namespace epysim::hostlink {

struct Resident {
  std::string name;
  std::uint32_t dimensions = 1;  // the most it can be given
};

/// What the variables hold, by name and rank; nothing for one that is not set, or cannot be put into another program.
using ResidentValues = std::map<std::string, std::vector<std::optional<Value>>>;

/// Names of the functions, in the modern dialect, that return a variable, give it a scalar, or give it a copy of its argument's elements
/// (with more than one dimension: and of so many further arguments, its extents).
std::string reading_function(const Resident& resident);
std::string scalar_function(const Resident& resident);
std::string array_function(const Resident& resident, std::uint32_t dimensions);
std::vector<std::string> resident_function_names(const Resident& resident);
/// Whether a function is one of these.
bool is_resident_function(const std::string& name);

/// Their source.
compiler::SourceChunk resident_functions(const std::vector<Resident>& residents);

}  // namespace epysim::hostlink
