#include "hostlink/residents.h"

namespace epysim::hostlink {
namespace {

constexpr const char* kPrefix = "epython_";

}  // namespace

std::string reading_function(const Resident& resident) { return kPrefix + ("get_" + resident.name); }
std::string scalar_function(const Resident& resident) { return kPrefix + ("put_" + resident.name); }
std::string array_function(const Resident& resident, std::uint32_t dimensions) {
  return kPrefix + ("put" + std::to_string(dimensions) + "_" + resident.name);
}

std::vector<std::string> resident_function_names(const Resident& resident) {
  std::vector<std::string> names{reading_function(resident), scalar_function(resident)};
  for (std::uint32_t dimensions = 1; dimensions <= resident.dimensions; ++dimensions) names.push_back(array_function(resident, dimensions));
  return names;
}

bool is_resident_function(const std::string& name) { return name.starts_with(kPrefix); }

compiler::SourceChunk resident_functions(const std::vector<Resident>& residents) {
  std::string text;
  for (const Resident& resident : residents) {
    const std::string& name = resident.name;
    text += "def " + reading_function(resident) + "():\n  return " + name + "\n";
    text += "def " + scalar_function(resident) + "(value):\n  " + name + " = value\n";
    for (std::uint32_t dimensions = 1; dimensions <= resident.dimensions; ++dimensions) {
      std::string extents;
      for (std::uint32_t i = 0; i < dimensions; ++i) extents += ", n" + std::to_string(i);
      const bool flat = dimensions == 1;
      // The old contents make room first.
      text += "def " + array_function(resident, dimensions) + "(value" + (flat ? "" : extents) + "):\n  " + name + " = None\n  " + name +
              " = " + (flat ? "value[:]" : "native rtl_reshape(value[:]" + extents + ")") + "\n";
    }
  }
  return {"<device data>", 1, text};
}

}  // namespace epysim::hostlink
