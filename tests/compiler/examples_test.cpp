// The examples of this tree compile, and small: code, constants and tables of each fit the 2,048 bytes that a core keeps for them.

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/compiler/support.h"

using namespace epysim::compiler;
using namespace compiler_test;

TEST_CASE("examples fit on a core") {
  size_t programs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(EPYSIM_SOURCE_DIR "/examples")) {
    if (entry.path().extension() != ".py") continue;
    const Source source = read_source(entry.path().string());
    if (source.chunks[0].text.find("epython import") != std::string::npos ||
        source.chunks[0].text.find("import epython") != std::string::npos)
      continue;
    INFO(entry.path().string());
    CHECK(epysim::compiler::compile(source, options()).resident.size() <= 2048);
    ++programs;
  }
  CHECK(programs >= 10);
}
