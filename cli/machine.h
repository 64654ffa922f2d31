#pragma once
// Options about how ePython programs lie in memory, shared by run and serve.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "cli/common_options.h"
#include "hostlink/run.h"

namespace epysim::cli {

struct MachineOptions {
  std::string code = "auto";
  std::string data = "auto";
  std::uint32_t stack = hostlink::Placement{}.stack_bytes;
  std::optional<std::uint32_t> heap;
  std::filesystem::path vm;
  std::filesystem::path device;
  std::filesystem::path record;
  bool profile = false;

  void add_to(CLI::App& command);
  hostlink::MachineRequest request(const CommonOptions& common) const;
};

}  // namespace epysim::cli
