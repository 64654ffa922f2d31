#include "hostlink/profile/attribution.h"

#include <cstring>
#include <nlohmann/json.hpp>

#include "hostlink/program.h"
#include "sim/core/elf_image.h"
#include "sim/core/error.h"

namespace epysim::hostlink {

Attribution::Attribution(Device& board)
    : board_(board),
      cores_(static_cast<std::size_t>(board.description().core_count)),
      cycles_(static_cast<std::size_t>(board.description().core_count)) {}

void Attribution::profile_lines(const std::filesystem::path& vm) {
  dispatch_.emplace(core::ElfImage(vm));
  if (!board_.observe(dispatch_->places(), *this))
    throw UsageError("--profile needs a simulated board: nobody sees what the cores of a real one are at");
}

void Attribution::load(const Program& program, const Layout& layout) {
  for (std::size_t rank = 0; rank < layout.board_cores; ++rank) end(layout.cores[rank]);
  cycles_.load(program);
  const compiler::Resident parts = compiler::take_apart(program.image().resident, "the program");
  epy_resident header{};
  std::memcpy(&header, program.image().resident.data(), sizeof header);
  bytes_ = parts.code;
  shared_.load(layout, program.resident_bytes());
  for (Core& one : cores_) one.code = {};
  for (std::size_t rank = 0; rank < layout.board_cores; ++rank)
    core(layout.cores[rank]).code = {layout.core[rank].code + header.code, parts.functions.front().code, bytes_};
}

void Attribution::launched(const Work& work) { cycles_.count_launch(cycles_.kernel(work.name, work.function)); }

void Attribution::begin(int id, const Work& work) {
  Core& one = core(id);
  one.kernel = cycles_.kernel(work.name, work.function);
  one.name = work.name;
  one.variables.clear();
  one.awaited.clear();
  for (const Work::Variable& variable : work.variables) {
    const std::size_t number = one.variables[variable.reference] = variables_.number(work.name, variable);
    shared_.place(variable.shared, number);
  }
  if (const auto account = board_.account(id)) cycles_.begin(id, *one.kernel, *account);
}

void Attribution::end(int id) {
  core(id).kernel.reset();
  if (const auto account = board_.account(id)) cycles_.end(id, *account);
}

void Attribution::transfer(int id, std::uint32_t cell, const epy_transfer& asked, Address word, bool served) {
  Core& one = core(id);
  if (!one.kernel) return;
  const auto known = one.variables.find(asked.reference);
  const std::size_t variable =
      known != one.variables.end() ? known->second : variables_.number(one.name, {"buffer", asked.reference, "host", 0, {}});
  variables_.transfer(variable, cell, asked, served);
  one.awaited[word] = variable;
}

void Attribution::reached(int id, Address pc, std::span<const std::uint32_t> registers, const Account& account) {
  const Core& one = core(id);
  if (!one.kernel) return;
  const auto offset = dispatch_->begun(pc, registers, one.code);
  if (offset && cycles_.instruction(id, *offset)) cycles_.go_on(id, account());
}

void Attribution::accessed(Address address, std::size_t bytes, bool stores) {
  if (const auto variable = shared_.accessed(address, bytes, stores)) variables_.accessed(*variable, bytes, stores);
}

void Attribution::waited(int id, Address word, Cycle cycles) {
  const Core& one = core(id);
  const auto variable = one.awaited.find(word);
  if (variable == one.awaited.end()) return;
  variables_.waited(variable->second, cycles);
  cycles_.waited(id, variable->second, cycles);
}

void Attribution::add_to(nlohmann::ordered_json& document) {
  for (std::size_t id = 0; id < cores_.size(); ++id)
    if (const auto account = board_.account(static_cast<int>(id))) cycles_.settle(static_cast<int>(id), *account);
  document["kernels"] = cycles_.kernels();
  document["outside"] = cycles_.outside();
  document["variables"] = variables_.list();
  if (!dispatch_) return;
  document["profile"] = {{"lines", cycles_.lines(variables_.names())}, {"rests", cycles_.rests()}, {"shared", shared_.list()}};
}

}  // namespace epysim::hostlink
