#include "hostlink/profile/cycle_bins.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "hostlink/program.h"

namespace epysim::hostlink {
namespace {

/// Line `number` of a text, counted from 1, without its end.
std::string text_of(const std::string& text, std::uint32_t number) {
  std::size_t begin = 0;
  for (std::uint32_t i = 1; i < number && begin != std::string::npos; ++i) {
    begin = text.find('\n', begin);
    if (begin != std::string::npos) ++begin;
  }
  return begin == std::string::npos ? "" : text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace

void CycleBins::load(const Program& program) {
  settle_counts();
  program_ = &program;
  line_of_.clear();
  const compiler::Image& image = program.image();
  const std::size_t bytes = compiler::take_apart(image.resident, "the program").code.size();
  std::uint32_t offset = 0;
  while (offset < bytes) {
    const Program::Position position = program.position(offset);
    const std::size_t number = number_of({position.file, static_cast<std::uint32_t>(position.line), position.function});
    const auto next = std::upper_bound(image.lines.begin(), image.lines.end(), offset,
                                       [](std::uint32_t at, const compiler::Image::Line& line) { return at < line.offset; });
    const std::uint32_t function = image.function_at(offset);
    std::uint32_t end = next == image.lines.end() ? static_cast<std::uint32_t>(bytes) : next->offset;
    while (end > offset + 1 && image.function_at(end - 1) != function) --end;
    line_of_.resize(end, number);
    offset = end;
  }
}

std::size_t CycleBins::number_of(const Line& line) {
  const auto [known, fresh] = numbers_.emplace(line, lines_.size());
  if (fresh) {
    const auto& sources = program_->image().sources;
    const auto source = sources.find(line.file);
    lines_.push_back(line);
    texts_.push_back(source == sources.end() ? "" : text_of(source->second, line.line));
  }
  return known->second;
}

std::size_t CycleBins::kernel(const std::string& name, std::uint32_t function) {
  Line line;
  if (program_ != nullptr && function < program_->image().functions.size()) {
    const compiler::Image::FunctionInfo& info = program_->image().functions[function];
    line = {info.file, info.line, info.name};
  }
  const auto [known, fresh] = kernel_numbers_.emplace(std::pair(name, line), kernels_.size());
  if (fresh) {
    Kernel& kernel = kernels_.emplace_back();
    kernel.name = name;
    kernel.line = line;
    kernel.rest = std::make_unique<Bin>(cores_);
  }
  return known->second;
}

void CycleBins::move(int core, Bin& to, const core::CauseAccount& now) {
  Core& at = now_[static_cast<std::size_t>(core)];
  Cycles& cycles = (at.bin == nullptr ? outside_ : *at.bin).by_core[static_cast<std::size_t>(core)];
  for (std::size_t i = 0; i < core::kCauseCount; ++i) {
    const core::Cause cause = static_cast<core::Cause>(i);
    cycles[i] += static_cast<std::int64_t>(now[cause] - at.before[cause]);
  }
  at.before = now;
  at.bin = &to;
}

void CycleBins::begin(int core, std::size_t kernel, const core::CauseAccount& now) {
  move(core, *kernels_[kernel].rest, now);
  ++kernels_[kernel].runs;
  now_[static_cast<std::size_t>(core)].kernel = kernel;
}

void CycleBins::end(int core, const core::CauseAccount& now) {
  move(core, outside_, now);
  now_[static_cast<std::size_t>(core)].kernel = kNone;
}

void CycleBins::settle(int core, const core::CauseAccount& now) {
  Bin* const bin = now_[static_cast<std::size_t>(core)].bin;
  move(core, bin == nullptr ? outside_ : *bin, now);
}

bool CycleBins::instruction(int core, std::uint32_t offset) {
  Core& at = now_[static_cast<std::size_t>(core)];
  if (at.kernel == kNone || offset >= line_of_.size()) return false;
  Kernel& kernel = kernels_[at.kernel];
  if (kernel.counts.size() <= offset) kernel.counts.resize(line_of_.size());
  ++kernel.counts[offset];
  const std::size_t line = line_of_[offset];
  if (kernel.lines.size() <= line) kernel.lines.resize(lines_.size());
  if (!kernel.lines[line]) kernel.lines[line] = std::make_unique<Bin>(cores_);
  at.next = kernel.lines[line].get();
  return at.next != at.bin;
}

void CycleBins::go_on(int core, const core::CauseAccount& now) { move(core, *now_[static_cast<std::size_t>(core)].next, now); }

void CycleBins::waited(int core, std::size_t variable, Cycle cycles) {
  Bin* const bin = now_[static_cast<std::size_t>(core)].bin;
  if (bin != nullptr) bin->waits[variable] += cycles;
}

// Before another program's code takes the place of this one's.
void CycleBins::settle_counts() {
  for (Kernel& kernel : kernels_) {
    std::map<Bin*, std::uint64_t> most;
    for (std::size_t offset = 0; offset < kernel.counts.size(); ++offset) {
      if (kernel.counts[offset] == 0) continue;
      Bin* const bin = kernel.lines[line_of_[offset]].get();
      bin->instructions += kernel.counts[offset];
      most[bin] = std::max(most[bin], kernel.counts[offset]);
    }
    for (const auto& [bin, times] : most) bin->times += times;
    kernel.counts.clear();
  }
}

CycleBins::Cycles CycleBins::sum(const Bin& bin) {
  Cycles total{};
  for (const Cycles& one : bin.by_core)
    for (std::size_t i = 0; i < total.size(); ++i) total[i] += one[i];
  return total;
}

void CycleBins::put(nlohmann::ordered_json& entry, const Cycles& cycles) {
  entry["cycles"] = std::accumulate(cycles.begin(), cycles.end(), std::int64_t{0});
  nlohmann::ordered_json& causes = entry["causes"] = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < cycles.size(); ++i)
    if (cycles[i] != 0) causes[std::string(core::kCauseNames[i])] = cycles[i];
}

nlohmann::ordered_json CycleBins::kernels() const {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Kernel& kernel : kernels_) {
    Cycles total = sum(*kernel.rest);
    for (const auto& line : kernel.lines) {
      if (!line) continue;
      const Cycles more = sum(*line);
      for (std::size_t i = 0; i < total.size(); ++i) total[i] += more[i];
    }
    nlohmann::ordered_json entry{{"name", kernel.name},
                                 {"file", kernel.line.file},
                                 {"line", kernel.line.line},
                                 {"launches", kernel.launches},
                                 {"runs", kernel.runs}};
    put(entry, total);
    list.push_back(std::move(entry));
  }
  return list;
}

nlohmann::ordered_json CycleBins::outside() const {
  nlohmann::ordered_json entry;
  put(entry, sum(outside_));
  return entry;
}

nlohmann::ordered_json CycleBins::rests() const {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Kernel& kernel : kernels_) {
    nlohmann::ordered_json entry{{"kernel", kernel.name}};
    put(entry, sum(*kernel.rest));
    list.push_back(std::move(entry));
  }
  return list;
}

nlohmann::ordered_json CycleBins::lines(const std::vector<std::string>& variables) {
  settle_counts();
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Kernel& kernel : kernels_) {
    for (const auto& [line, number] : numbers_) {
      if (number >= kernel.lines.size() || !kernel.lines[number]) continue;
      const Bin& bin = *kernel.lines[number];
      nlohmann::ordered_json entry{
          {"kernel", kernel.name}, {"function", line.function},       {"file", line.file}, {"line", line.line}, {"text", texts_[number]},
          {"times", bin.times},    {"instructions", bin.instructions}};
      put(entry, sum(bin));
      nlohmann::ordered_json& cores = entry["cores"] = nlohmann::ordered_json::array();
      for (const Cycles& one : bin.by_core) cores.push_back(std::accumulate(one.begin(), one.end(), std::int64_t{0}));
      nlohmann::ordered_json& waits = entry["waits"] = nlohmann::ordered_json::object();
      for (const auto& [variable, cycles] : bin.waits) {
        const std::string& name = variables.at(variable);
        waits[name] = cycles + (waits.contains(name) ? waits[name].get<Cycle>() : 0);
      }
      list.push_back(std::move(entry));
    }
  }
  return list;
}

}  // namespace epysim::hostlink
