#pragma once
// A board of virtual cores: the device's own C code on fibers, one arena below 4 GB as its memory, and the smallest host that serves its
// requests.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "vm/compiler/compile.h"
#include "vm/format/control_block.h"
#include "vm/format/value.h"

namespace epysim::test {

struct BoardOptions {
  uint32_t cores = 1;
  bool reachable = true;  // whether a core can store into another one's memory
  uint32_t stack_bytes = 2048;
  uint32_t heap_bytes = 4096;
  uint32_t shared_stack_bytes = 64000;
  uint32_t shared_heap_bytes = 448000;
  uint32_t seed = 1;
  std::vector<std::string> input;  ///< lines for input()
};

struct Failure {
  uint32_t code;
  uint32_t line;
  uint32_t detail;
};

struct KernelArgument {
  uint32_t tag = EPY_NONE;
  uint32_t word = 0;
  uint32_t data = 0;       ///< of an EPY_EXTERNAL: index into Launch::data
  bool addressed = false;  ///< the core loads it directly
  bool read_only = false;
  uint32_t elements = 0, chunks = 0, ahead = 0;  ///< prefetch, as in struct epy_launch; one argument of a kernel
};

struct Launch {
  std::string function;
  std::vector<KernelArgument> arguments;
};

struct Transfer {
  uint32_t operation = 0, position = 0, count = 0;  ///< enum epy_transfer_state
  bool operator==(const Transfer&) const = default;
};

struct Result {
  std::vector<std::vector<std::string>> lines;  ///< printed, by core
  std::vector<std::vector<Failure>> failures;   ///< by core
  std::vector<std::vector<uint32_t>> notices;   ///< by core
  std::vector<std::string> returned;            ///< text of what each launch gave on core 0
  std::vector<uint32_t> activity;               ///< at the end, by core
  std::vector<Transfer> transfers;              ///< of all cores, in their order
  std::string output;                           ///< core 0's lines, each with a newline
};

/// Compiles and runs a program on all cores at once.
Result run(const std::string& source, compiler::Dialect dialect = compiler::Dialect::kLegacy, const BoardOptions& options = {});
/// The same for a resident section made by hand.
Result run_resident(const std::vector<uint8_t>& resident, const BoardOptions& options = {});
/// Runs kernels one after the other on every core; `data` are the arrays that external arguments refer to (words, read and written).
Result run_kernels(const std::string& source, const std::vector<Launch>& launches, std::vector<std::vector<uint32_t>>& data,
                   uint8_t element_tag = EPY_INT, const BoardOptions& options = {});

}  // namespace epysim::test
