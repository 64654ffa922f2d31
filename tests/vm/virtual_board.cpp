#include "tests/vm/virtual_board.h"

#include <sys/mman.h>

#include <charconv>
#include <cmath>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>

#include "hostlink/prefetch.h"
#include "hostlink/real_division.h"
#include "vm/device/posix/virtual_core.h"

namespace epysim::test {
namespace {

constexpr std::size_t kArenaBytes = 32u << 20;

/// Memory whose addresses fit 32 bits.
class Arena {
 public:
  Arena() {
    base_ = mmap(nullptr, kArenaBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    if (base_ == MAP_FAILED) throw std::runtime_error("no memory below 4 GB");
  }
  ~Arena() { munmap(base_, kArenaBytes); }
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  /// 8-byte aligned, filled with a pattern that is no value, so that nothing relies on zeros.
  uint32_t take(std::size_t bytes, int fill = 0xa5) {
    used_ = (used_ + 7) & ~std::size_t{7};
    char* at = static_cast<char*>(base_) + used_;
    used_ += bytes;
    if (used_ > kArenaBytes) throw std::runtime_error("the arena is full");
    std::memset(at, fill, bytes);
    return static_cast<uint32_t>(reinterpret_cast<std::uintptr_t>(at));
  }

 private:
  void* base_;
  std::size_t used_ = 0;
};

template <class T>
T* at(uint32_t address) {
  return reinterpret_cast<T*>(static_cast<std::uintptr_t>(address));
}

float real(uint32_t word) {
  float value;
  std::memcpy(&value, &word, 4);
  return value;
}
uint32_t bits(float value) {
  uint32_t word;
  std::memcpy(&word, &value, 4);
  return word;
}

std::string real_text(float value, bool modern) {
  char text[64];
  if (!modern || !std::isfinite(value)) {
    std::snprintf(text, sizeof text, "%f", static_cast<double>(value));
    return text;
  }
  // Python's repr: plain between 1e-4 and 1e16, at least one decimal.
  const float size = std::fabs(value);
  const bool plain = size == 0 || (size >= 1e-4f && size < 1e16f);
  std::string shortest(
      text, std::to_chars(text, text + sizeof text, value, plain ? std::chars_format::fixed : std::chars_format::scientific).ptr);
  return plain && shortest.find('.') == std::string::npos ? shortest + ".0" : shortest;
}

std::string value_text(uint32_t tag, uint32_t word, bool modern) {
  switch (tag) {
    case EPY_INT:
      return std::to_string(static_cast<int32_t>(word));
    case EPY_REAL:
      return real_text(real(word), modern);
    case EPY_STRING:
      return {at<epy_string>(word)->text, at<epy_string>(word)->bytes};
    case EPY_BOOL:
      return modern ? (word ? "True" : "False") : (word ? "true" : "false");
    case EPY_NONE:
      return modern ? "None" : "NONE";
    case EPY_LIST: {
      const epy_list& list = *at<epy_list>(word);
      const auto* tags = reinterpret_cast<const uint8_t*>(at<uint32_t>(list.payload) + list.capacity);
      std::string text = "[";
      for (uint32_t i = 0; i < list.length; ++i) {
        text +=
            (i ? ", " : "") + value_text(list.element_tag == EPY_MIXED ? tags[i] : list.element_tag, at<uint32_t>(list.payload)[i], modern);
      }
      return text + "]";
    }
    default:
      return "<" + std::to_string(tag) + ">";
  }
}

struct Host {
  const BoardOptions& options;
  bool modern;
  epy_control& control;
  std::function<uint32_t(uint32_t)> line_of;
  Result result{};
  std::vector<std::size_t> next_launch{};
  std::vector<uint32_t> served{};  // by core: number of the last transfer
  const std::vector<Launch>* launches = nullptr;
  const compiler::Image* image = nullptr;
  std::vector<std::vector<uint32_t>>* data = nullptr;
  std::vector<uint32_t> data_address{};
  uint8_t element_tag = EPY_INT;
  std::size_t next_input = 0;

  void give_text(epy_core_block& block, const std::string& text) {
    std::memcpy(block.text, text.data(), std::min<std::size_t>(text.size(), EPY_TEXT_BYTES));
    block.text_bytes = static_cast<uint32_t>(text.size());
  }

  void maths(epy_core_block& block) {
    const uint32_t* a = block.arguments;
    if (a[0] == 33) {
      const epy_string& text = *at<epy_string>(a[2]);
      float value = 0;
      const auto [end, error] = std::from_chars(text.text, text.text + text.bytes, value);
      const bool good = error == std::errc() && end == text.text + text.bytes;
      block.result[0] = good ? EPY_REAL : EPY_UNSET;
      block.result[1] = bits(value);
      return;
    }
    const float x = a[1] == EPY_REAL ? real(a[2]) : static_cast<float>(static_cast<int32_t>(a[2]));
    const float y = a[3] == EPY_REAL ? real(a[4]) : static_cast<float>(static_cast<int32_t>(a[4]));
    float value = 0;
    switch (a[0]) {
      case 1:
        value = std::sin(x);
        break;
      case 2:
        value = std::cos(x);
        break;
      case 12:
        value = std::log(x);
        break;
      case 15:
        value = std::exp(x);
        break;
      case 32:
        value = std::pow(x, y);
        break;
      case 34:
        value = hostlink::truncated_remainder(x, y);
        break;
      case 35:
        value = hostlink::floor_remainder(x, y);
        break;
      case 36:
        value = hostlink::floor_quotient(x, y);
        break;
      default:
        throw std::runtime_error("an operation the test does not know");
    }
    block.result[0] = EPY_REAL;
    block.result[1] = bits(value);
  }

  /// Serves the transfers that a core has asked for since the last time.
  void transfers(uint32_t core) {
    auto& channel = *at<epy_channel>(control.layout[core].channel);
    while (control.block[core].channel_sequence >> 2 != served[core]) {
      const uint32_t number = ++served[core];
      for (uint32_t cell = 0; cell < EPY_CELLS; ++cell) {
        epy_transfer& asked = channel.transfer[cell];
        const uint32_t operation = asked.state & EPY_TRANSFER_ASKED;
        if (operation == 0 || asked.state >> 2 != number) continue;
        result.transfers.push_back({operation, asked.position, asked.count});
        asked.state = transfer(asked, operation == EPY_TRANSFER_WRITE, channel.cell[cell]) << 2;
        break;
      }
    }
  }

  /// Returns an error's code, or 0.
  uint32_t transfer(const epy_transfer& asked, bool write, uint32_t* cell) {
    if (asked.reference == 0 || asked.reference > data->size() || asked.position + asked.count > (*data)[asked.reference - 1].size())
      return 0x46;
    uint32_t* home = (*data)[asked.reference - 1].data() + asked.position;
    for (uint32_t i = 0; i < asked.count; ++i) (write ? home[i] : cell[i]) = write ? cell[i] : home[i];
    return 0;
  }

  void next(uint32_t core, epy_core_block& block) {
    if (core == 0 && next_launch[core]) result.returned.push_back(value_text(block.arguments[0], block.arguments[1], modern));
    block.result[0] = 0;
    if (next_launch[core] >= launches->size()) return;
    const Launch& launch = (*launches)[next_launch[core]++];
    block.result[0] = 1;
    block.launch.function = image->exports.at(launch.function);
    block.launch.argument_count = static_cast<uint32_t>(launch.arguments.size());
    for (std::size_t i = 0; i < launch.arguments.size(); ++i) {
      const KernelArgument& from = launch.arguments[i];
      auto& to = block.launch.arguments[i];
      if (from.tag != EPY_EXTERNAL) {
        to.tag = from.tag;
        to.word = from.word;
        continue;
      }
      epy_external external{};
      external.length = static_cast<uint32_t>((*data)[from.data].size());
      external.reference = from.data + 1;
      external.home = from.addressed ? data_address[from.data] : 0;
      external.element_tag = element_tag;
      external.read_only = from.read_only;
      const hostlink::Ring ring{from.elements, from.chunks, from.ahead, EPY_FIRST_CHUNK_CELL};
      to = hostlink::external_argument(external, from.chunks > 0 ? &ring : nullptr, control.layout[core].channel);
    }
  }

  /// Serves one request; true when the core is done.
  bool serve(uint32_t core) {
    epy_core_block& block = control.block[core];
    const uint32_t* a = block.arguments;
    switch (block.request) {
      case EPY_REQUEST_PRINT: {
        std::string line;
        for (uint32_t i = 0; i < a[0]; ++i) line += (i ? " " : "") + value_text(at<uint8_t>(a[2])[i], at<uint32_t>(a[1])[i], modern);
        result.lines[core].push_back(line);
        if (core == 0) result.output += line + "\n";
        break;
      }
      case EPY_REQUEST_INPUT: {
        const std::string text = options.input.at(next_input++);
        int number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        const bool is_int = error == std::errc() && end == text.data() + text.size();
        give_text(block, text);
        block.result[0] = is_int ? EPY_INT : EPY_STRING;
        block.result[1] = is_int ? static_cast<uint32_t>(number) : static_cast<uint32_t>(text.size());
        break;
      }
      case EPY_REQUEST_ERROR:
        result.failures[core].push_back({a[0], line_of ? line_of(a[1]) : a[1], a[2]});
        return true;
      case EPY_REQUEST_FORMAT: {
        const std::string text = value_text(a[0], a[1], modern);
        give_text(block, text);
        block.result[0] = static_cast<uint32_t>(text.size());
        break;
      }
      case EPY_REQUEST_MATHS:
        maths(block);
        break;
      case EPY_REQUEST_NEXT:
        next(core, block);
        break;
      case EPY_REQUEST_NOTICE:
        result.notices[core].push_back(a[0]);
        break;
      case EPY_REQUEST_END:
        break;
      default:
        throw std::runtime_error("unknown request");
    }
    return false;
  }
};

Result run_on(Arena& arena, Host& host, const std::vector<uint8_t>& resident, const BoardOptions& options, bool worker) {
  epy_control& control = host.control;
  control.magic = EPY_CONTROL_MAGIC;
  control.version = EPY_CONTROL_VERSION;
  control.core_count = control.partners = options.cores;
  control.seed = options.seed;
  control.image = arena.take(resident.size() + 4);
  control.image_bytes = static_cast<uint32_t>(resident.size());
  control.worker = worker;
  std::memcpy(at<char>(control.image), resident.data(), resident.size());
  for (uint32_t i = 0; i < options.cores; ++i) {
    epy_core_layout& layout = control.layout[i];
    layout.id = i;
    layout.window = 0;
    layout.status = arena.take(sizeof(epy_status) + options.cores * sizeof(epy_partner), 0);
    layout.mailbox = layout.partner_mailbox = arena.take(sizeof(epy_mailbox) + options.cores * sizeof(epy_slot), 0);
    layout.code = arena.take(resident.size() + 4);
    layout.stack = arena.take(layout.stack_bytes = options.stack_bytes);
    layout.heap = arena.take(layout.heap_bytes = options.heap_bytes);
    layout.shared_stack = arena.take(layout.shared_stack_bytes = options.shared_stack_bytes);
    layout.shared_heap = arena.take(layout.shared_heap_bytes = options.shared_heap_bytes);
    layout.channel = arena.take(sizeof(epy_channel), 0);
    layout.reachable = options.reachable;
  }
  host.result.lines.resize(options.cores);
  host.result.failures.resize(options.cores);
  host.result.notices.resize(options.cores);
  host.next_launch.resize(options.cores);
  host.served.resize(options.cores);

  constexpr uint32_t kSteps = 100;
  struct Core {
    epy_virtual_core* fiber;
    uint32_t served = 0;
    bool ended = false;
  };
  const epy_outside nothing{0, 0xffffffff, nullptr, nullptr, nullptr};
  const auto control_address = static_cast<uint32_t>(reinterpret_cast<std::uintptr_t>(&control));
  std::vector<Core> cores;
  for (uint32_t i = 0; i < options.cores; ++i) cores.push_back({epy_virtual_core_new({control_address, i}, &nothing)});
  for (uint32_t running = options.cores; running > 0;) {
    for (uint32_t i = 0; i < options.cores; ++i) {
      Core& core = cores[i];
      if (core.ended) continue;
      uint32_t made = 0;
      core.ended = epy_virtual_core_run(core.fiber, kSteps, &made) == EPY_TURN_ENDED;
      if (core.ended) --running;
      host.transfers(i);
      const uint32_t number = control.block[i].request_sequence;
      if (number == core.served) continue;
      if (host.serve(i)) { /* one core's error releases those that wait for it */
        for (uint32_t other = 0; other < options.cores; ++other) at<epy_status>(control.layout[other].status)->stop = 1;
      }
      core.served = control.block[i].reply_sequence = number;
    }
  }
  for (const Core& core : cores) epy_virtual_core_delete(core.fiber);
  for (uint32_t i = 0; i < options.cores; ++i) host.result.activity.push_back(at<epy_status>(control.layout[i].status)->activity);
  return std::move(host.result);
}

compiler::Image compile_text(const std::string& source, compiler::Dialect dialect, bool export_all) {
  compiler::Source chunks;
  chunks.chunks.push_back({"test.py", 1, source});
  compiler::Options options;
  options.dialect = dialect;
  options.follow_first_line = false;
  options.built_in_modules = EPYSIM_SOURCE_DIR "/vm/modules";
  options.export_all = export_all;
  return compiler::compile(chunks, options);
}

std::function<uint32_t(uint32_t)> lines_of(const compiler::Image& image) {
  return [&image](uint32_t offset) {
    const auto* line = image.line_at(offset);
    return line ? line->line : 0;
  };
}

}  // namespace

Result run(const std::string& source, compiler::Dialect dialect, const BoardOptions& options) {
  const compiler::Image image = compile_text(source, dialect, false);
  Arena arena;
  Host host{options, image.modern(), *at<epy_control>(arena.take(sizeof(epy_control), 0)), lines_of(image)};
  return run_on(arena, host, image.resident, options, false);
}

Result run_resident(const std::vector<uint8_t>& resident, const BoardOptions& options) {
  Arena arena;
  Host host{options, (resident[2] & 1) != 0, *at<epy_control>(arena.take(sizeof(epy_control), 0)), nullptr};
  return run_on(arena, host, resident, options, false);
}

Result run_kernels(const std::string& source, const std::vector<Launch>& launches, std::vector<std::vector<uint32_t>>& data,
                   uint8_t element_tag, const BoardOptions& options) {
  const compiler::Image image = compile_text(source, compiler::Dialect::kModern, true);
  Arena arena;
  Host host{options, image.modern(), *at<epy_control>(arena.take(sizeof(epy_control), 0)), lines_of(image)};
  host.launches = &launches;
  host.image = &image;
  host.data = &data;
  host.element_tag = element_tag;
  for (const auto& words : data) {
    host.data_address.push_back(arena.take(words.size() * 4));
    std::memcpy(at<char>(host.data_address.back()), words.data(), words.size() * 4);
  }
  Result result = run_on(arena, host, image.resident, options, true);
  for (std::size_t i = 0; i < data.size(); ++i) { /* what cores stored directly */
    for (const Launch& launch : launches) {
      for (const KernelArgument& argument : launch.arguments) {
        if (argument.tag == EPY_EXTERNAL && argument.addressed && argument.data == i) {
          std::memcpy(data[i].data(), at<char>(host.data_address[i]), data[i].size() * 4);
        }
      }
    }
  }
  return result;
}

}  // namespace epysim::test
