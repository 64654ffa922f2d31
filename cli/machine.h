#pragma once
// Options about how ePython programs lie in memory, shared by run and serve.

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>

#include "cli/common_options.h"
#include "hostlink/run.h"

namespace epysim::cli {

struct MachineOptions {
  std::string code = "auto";
  std::string data = "auto";
  std::filesystem::path vm;

  void add_to(CLI::App& command);
  hostlink::MachineRequest request(const CommonOptions& common) const;
};

}  // namespace epysim::cli
