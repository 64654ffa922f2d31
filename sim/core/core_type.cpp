#include "sim/core/core_type.h"

#include <algorithm>

#include "sim/core/error.h"

namespace epysim::core {
namespace {

std::vector<const CoreType*>& registered() {
  static std::vector<const CoreType*> types;  // inside a function: registrations run before main in any order
  return types;
}

}  // namespace

CoreType::Registration::Registration(const CoreType& type) {
  auto& types = registered();
  types.insert(std::upper_bound(types.begin(), types.end(), &type, [](auto* a, auto* b) { return a->name < b->name; }), &type);
}

const std::vector<const CoreType*>& CoreType::all() { return registered(); }

const CoreType& CoreType::named(std::string_view name) {
  std::string names;
  for (const CoreType* type : all()) {
    if (type->name == name) return *type;
    names += (names.empty() ? "" : ", ") + std::string(type->name);
  }
  throw UsageError("chip.core: there are no cores called \"" + std::string(name) + "\"; there are " + names);
}

const CoreType* CoreType::of_machine(std::uint16_t elf_machine) {
  const auto found = std::find_if(all().begin(), all().end(), [&](auto* type) { return type->elf_machine == elf_machine; });
  return found == all().end() ? nullptr : *found;
}

}  // namespace epysim::core
