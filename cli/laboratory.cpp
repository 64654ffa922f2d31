// The commands of the laboratory (docs/laboratory.md): written in Python, in python/laboratory; what stands here starts them.

#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/python.h"

namespace epysim::cli {
namespace {

void add(CLI::App& root, const std::string& name, const std::string& text) {
  CLI::App* command = root.add_subcommand(name, text);
  command->set_help_flag();
  command->prefix_command();
  command->callback([command, name] {
    std::vector<std::string> words = {"-m", "laboratory", name};
    const std::vector<std::string> rest = command->remaining();
    words.insert(words.end(), rest.begin(), rest.end());
    become_python(name, std::move(words));
  });
}

}  // namespace

void add_laboratory(CLI::App& root) {
  add(root, "reproduce", "Repeat the published results of the papers: published, simulated, verdict");
  add(root, "report", "Show where the cycles went: by kernel, line of Python, variable and core");
  add(root, "sweep", "Run a study: a program with many settings, on all processors or a cluster");
  add(root, "tune", "Search for the best prefetch settings and memory kinds of an offload script");
}

}  // namespace epysim::cli
