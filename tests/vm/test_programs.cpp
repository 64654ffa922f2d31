// The programs of tests/vm/programs on virtual cores; test_programs.py runs the same ones on the simulated chip. What they are to print was
// written by CPython (FILE_modern) or follows from the published language (legacy).
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/vm/virtual_board.h"

namespace {
std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}
}  // namespace

TEST_CASE("programs print the same on virtual cores as elsewhere") {
  int programs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(EPYSIM_SOURCE_DIR "/tests/vm/programs")) {
    if (entry.path().extension() != ".py") continue;
    ++programs;
    const bool modern = entry.path().stem().string().find("modern") != std::string::npos;
    const auto result =
        epysim::test::run(contents(entry.path()), modern ? epysim::compiler::Dialect::kModern : epysim::compiler::Dialect::kLegacy);
    INFO(entry.path().filename().string());
    CHECK(result.output == contents(std::filesystem::path(entry.path()).replace_extension(".txt")));
    CHECK(result.failures[0].empty());
  }
  CHECK(programs == 5);
}
