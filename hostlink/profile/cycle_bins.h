#pragma once
// Where the cycles went: by kernel, and by the line of Python where somebody observes the VM. Every cycle of every core is in exactly one
// bin: a line, the rest of a kernel (its launch, its arguments, its return), or outside of all kernels. So, cause by cause,
//   sum over lines + sum over rests + outside = the cores' cycles.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/core/cause.h"

namespace epysim::hostlink {

class Program;

class CycleBins {
 public:
  explicit CycleBins(std::size_t cores) : cores_(cores), outside_(cores) {}

  /// The lines of a program, and its code by lines.
  void load(const Program& program);

  /// The number of a kernel, by its name and the function of the loaded program that it calls.
  std::size_t kernel(const std::string& name, std::uint32_t function);
  void count_launch(std::size_t kernel) { ++kernels_[kernel].launches; }
  /// Cycles of this core belong to the rest of a kernel, or to what is outside, from where it has come by `now`.
  void begin(int core, std::size_t kernel, const core::CauseAccount& now);
  void end(int core, const core::CauseAccount& now);
  /// Nothing begins; what has passed is put where it belongs.
  void settle(int core, const core::CauseAccount& now);
  /// A core with a kernel begins the instruction at an offset of the loaded program's code. Returns whether another line begins with it:
  /// then go_on() has to be told where the core has come by.
  bool instruction(int core, std::uint32_t offset);
  void go_on(int core, const core::CauseAccount& now);
  /// What a core does now has waited for a variable's elements (by its number).
  void waited(int core, std::size_t variable, Cycle cycles);

  /// [{"name", "file", "line", "launches", "runs", "cycles", "causes"}, ...]; causes that there were.
  nlohmann::ordered_json kernels() const;
  nlohmann::ordered_json outside() const;
  /// [{"kernel", "function", "file", "line", "text", "times", "instructions", "cycles", "causes", "cores", "waits"}, ...] by kernel, file,
  /// line. `variables`: their names, by number.
  nlohmann::ordered_json lines(const std::vector<std::string>& variables);
  /// What of each kernel belongs to no line, as kernels().
  nlohmann::ordered_json rests() const;

 private:
  /// By cause. May be negative for a moment's work: what has waited for the host is known when the wait is over, and changes its cause
  /// then.
  using Cycles = std::array<std::int64_t, core::kCauseCount>;
  struct Bin {
    explicit Bin(std::size_t cores) : by_core(cores) {}
    std::vector<Cycles> by_core;
    std::map<std::size_t, Cycle> waits;  // by variable
    std::uint64_t instructions = 0;
    std::uint64_t times = 0;  // that its most frequent instruction was executed
  };
  struct Line {
    std::string file;
    std::uint32_t line = 0;
    std::string function;
    bool operator<(const Line& other) const { return std::tie(file, line, function) < std::tie(other.file, other.line, other.function); }
  };
  struct Kernel {
    std::string name;
    Line line;  // where it begins
    std::uint64_t launches = 0, runs = 0;
    std::unique_ptr<Bin> rest;
    std::vector<std::unique_ptr<Bin>> lines;  // by number of the line
    std::vector<std::uint64_t> counts;        // by offset in the loaded program: how often that instruction was begun
  };
  struct Core {
    std::size_t kernel = kNone;
    Bin* bin = nullptr;
    Bin* next = nullptr;  // from the next go_on() on
    core::CauseAccount before;
  };
  static constexpr std::size_t kNone = ~std::size_t{0};

  std::size_t number_of(const Line& line);
  void move(int core, Bin& to, const core::CauseAccount& now);
  void settle_counts();
  static Cycles sum(const Bin& bin);
  static void put(nlohmann::ordered_json& entry, const Cycles& cycles);

  std::size_t cores_;
  const Program* program_ = nullptr;
  std::vector<Line> lines_;
  std::vector<std::string> texts_;  // of lines
  std::map<Line, std::size_t> numbers_;
  std::vector<std::size_t> line_of_;  // by offset in the loaded program
  std::vector<Kernel> kernels_;
  std::map<std::pair<std::string, Line>, std::size_t> kernel_numbers_;
  Bin outside_;
  std::vector<Core> now_ = std::vector<Core>(cores_);
};

}  // namespace epysim::hostlink
