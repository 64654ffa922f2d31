#include "cli/old_options.h"

#include <algorithm>
#include <array>
#include <iostream>
#include <string_view>

#include "sim/core/error.h"

namespace epysim::cli {
namespace {

struct OldOption {
  std::string_view name;
  std::vector<std::string> today;  // empty: nothing is left of it
  bool value = false;              // its value follows
};

const std::array<OldOption, 18> kOld = {{{"-d", {"--cores"}, true},
                                         {"-fullpython", {"--full-python"}},
                                         {"-interactive", {"--interactive"}},
                                         {"-codecore", {"--code", "local"}},
                                         {"-corecode", {"--code", "local"}},
                                         {"-codeshared", {"--code", "shared"}},
                                         {"-coreshared", {"--code", "shared"}},
                                         {"-datashared", {"--data", "shared"}},
                                         {"-pp", {"--preprocessed"}},
                                         {"-pipein", {"--text"}, true},
                                         {"-help", {"--help"}},
                                         {"-t", {"--time"}},
                                         {"-s", {"--sizes"}},
                                         {"-o", {"--output"}, true},
                                         {"-l", {}, false},
                                         {"-elf", {}},
                                         {"-srec", {}},
                                         {"-v", {"--verbose"}}}};

std::string lower(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return word;
}

bool is_number(const std::string& word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

// "3" was core 3 alone, "2:5" a range.
std::string core_list(std::string cores) {
  std::replace(cores.begin(), cores.end(), ':', '-');
  return is_number(cores) ? cores + "," : lower(cores);
}

}  // namespace

std::vector<std::string> in_todays_spelling(const std::vector<std::string>& arguments) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string word = lower(arguments[i]);
    const auto value = [&] {
      if (i + 1 >= arguments.size()) throw UsageError(arguments[i] + " needs a value");
      return arguments[++i];
    };
    if (word == "-c") {
      out.insert(out.end(), {"--cores", core_list(value())});
      continue;
    }
    if (word == "-h" && i + 1 < arguments.size() && is_number(arguments[i + 1])) {  // alone it asks for help
      out.insert(out.end(), {"--host-cores", value()});
      continue;
    }
    const auto* old = std::find_if(kOld.begin(), kOld.end(), [&](const OldOption& option) { return option.name == word; });
    if (old == kOld.end()) {
      out.push_back(arguments[i]);
      continue;
    }
    if (word == "-elf" || word == "-srec")
      std::cerr << "notice: " << word << " is ignored: the image of the device is an ELF file" << std::endl;
    out.insert(out.end(), old->today.begin(), old->today.end());
    if (old->value) out.push_back(value());
  }
  return out;
}

}  // namespace epysim::cli
