#include "hostlink/checks/program_guard.h"

#include <algorithm>
#include <cstddef>
#include <span>

#include "hostlink/device_format.h"
#include "hostlink/memory.h"
#include "sim/core/elf_image.h"
#include "sim/core/hex.h"

namespace epysim::hostlink {
namespace {

constexpr std::size_t kStop = offsetof(epy_control, stop);  // the one word of it that the host changes

}  // namespace

ProgramGuard::ProgramGuard(Device& device, const Program& program, const Layout& layout) : device_(device), layout_(layout) {
  const auto resident = std::as_bytes(std::span(program.image().resident));
  const std::vector<std::byte> byte_code(resident.begin(), resident.end());
  const core::ElfImage vm(program.vm());
  for (std::size_t rank = 0; rank < layout.board_cores; ++rank) {
    const epy_core_layout& core = layout.core[rank];
    std::vector<Part>& parts = own_.emplace_back();
    for (const core::ElfImage::Section& section : vm.sections())
      if (!section.writable) parts.push_back({"the VM's " + section.name, global_address(section.address, core.window), section.bytes});
    if (core.code != layout.image) parts.push_back({"the byte code", global_address(core.code, core.window), byte_code});
  }
  if (layout.board_cores > 0) shared_.push_back({"the byte code in shared memory", layout.image, byte_code});
}

void ProgramGuard::load() {
  if (layout_.board_cores > 0)
    control_ = {"the control structure", layout_.control, read_bytes(device_, layout_.control, offsetof(epy_control, block))};
}

std::optional<std::string> ProgramGuard::damage(Device& device, const Part& part, host::ServiceCost& cost) {
  std::vector<std::byte> found = read_bytes(device, part.at, part.bytes.size());
  add_read(cost, device, part.at, found.size());
  if (part.name == "the control structure") std::copy_n(part.bytes.begin() + kStop, sizeof(std::uint32_t), found.begin() + kStop);
  const auto [was, is] = std::mismatch(part.bytes.begin(), part.bytes.end(), found.begin());
  if (was == part.bytes.end()) return std::nullopt;
  const auto place = static_cast<Address>(was - part.bytes.begin());
  return part.name + " has changed: the byte at " + core::hex(part.at + place) + " is " + std::to_string(std::to_integer<int>(*is)) +
         " and was " + std::to_string(std::to_integer<int>(*was));
}

std::optional<std::string> ProgramGuard::damage(std::size_t rank, host::ServiceCost& cost) const {
  if (rank >= own_.size()) return std::nullopt;
  for (const std::vector<Part>* parts : {&own_[rank], &shared_})
    for (const Part& part : *parts)
      if (auto damaged = damage(device_, part, cost)) return damaged;
  return control_.bytes.empty() ? std::nullopt : damage(device_, control_, cost);
}

}  // namespace epysim::hostlink
