// The epysim command: finds the command, runs it, turns what goes wrong into a message and an exit code (README, "Exit codes").
// SystemC's library has a main() of its own that calls sc_main(); the one here comes first, so that the banner can be silenced.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <sstream>
#include <systemc>

#include "cli/commands.h"
#include "cli/old_options.h"
#include "sim/core/error.h"
#include "sim/core/nearest.h"

namespace epysim::cli {
namespace {

void complain(const std::string& text) { std::cerr << "epysim: " << text << std::endl; }

// A mistyped command or option deserves the one that was probably meant.
std::string suggestion(const std::string& word, const std::vector<std::string>& known) {
  const std::string near = core::nearest(word, known);
  return near.empty() ? "" : ", did you mean '" + near + "'?";
}

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

std::string explain(const CLI::ParseError& error, const CLI::App& root) {
  const auto chosen = root.get_subcommands();
  const CLI::App& command = chosen.empty() ? root : *chosen.front();
  const std::string name = chosen.empty() ? "" : " " + command.get_name();
  const std::string what = error.what();
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError)) {  // "The following argument was not expected: --coers ..."
    std::istringstream words(what.substr(what.rfind(':') + 1));
    std::string word;
    words >> word;
    const bool option = word.starts_with("-");
    return (chosen.empty() ? "" : command.get_name() + ": ") + (option ? "unknown option '" : "unexpected argument '") + word + "'" +
           (option ? suggestion(word.substr(0, word.find('=')), option_names(command)) : "") + "\nSee `epysim" + name + " --help`.";
  }
  return (chosen.empty() ? "" : command.get_name() + ": ") + what + "\nSee `epysim" + name + " --help`.";
}

int run(int argc, char** argv) {
  int exit_code = kDone;
  CLI::App root("epysim: ePython and native programs on simulated micro-core boards", "epysim");
  root.set_version_flag("--version", std::string("epysim ") + EPYSIM_VERSION);
  root.require_subcommand(1);
  root.footer(
      "Three commands of the ./epysim script come on top: `test` (the project's tests), `toolchain` (build the cross compilers), "
      "`esdk`.\n\n"
      "Exit codes: 0 done, 1 the program failed, 2 wrong use, 3 a fault of epysim itself, 130 interrupted.\n\n"
      "Example:\n  epysim run examples/hello.py\n`epysim COMMAND --help` says more.");
  add_run(root, exit_code);
  add_exec(root, exit_code);
  add_compare(root, exit_code);
  add_board(root, exit_code);
  add_serve(root, exit_code);
  add_replay(root, exit_code);
  add_compile(root, exit_code);
  add_disasm(root, exit_code);
  add_bench(root, exit_code);
  add_validate(root, exit_code);
  add_laboratory(root);

  if (argc == 1) {
    std::cout << root.help();
    return kWrongUse;
  }
  const std::vector<std::string> root_options = {"-h", "--help", "--version"};
  std::vector<std::string> commands;
  for (const CLI::App* command : root.get_subcommands(nullptr)) commands.push_back(command->get_name());
  const std::string word = argv[1];
  if (word.starts_with("-") && std::find(root_options.begin(), root_options.end(), word) == root_options.end()) {
    complain("unknown option '" + word + "'" + suggestion(word, root_options) + "\nSee `epysim --help`.");
    return kWrongUse;
  }
  if (!word.starts_with("-") && std::find(commands.begin(), commands.end(), word) == commands.end()) {
    std::string list;
    for (const std::string& command : commands) list += " " + command;
    complain("unknown command '" + word + "'" + suggestion(word, commands) + "\nCommands:" + list);
    return kWrongUse;
  }
  try {
    std::vector<std::string> arguments(argv + 1, argv + argc);
    if (word == "run") arguments = in_todays_spelling(arguments);
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
    root.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return root.exit(error);  // --help, --version
    complain(explain(error, root));
    return kWrongUse;
  }
  return exit_code;
}

}  // namespace
}  // namespace epysim::cli

extern "C" int sc_main(int argc, char** argv) {
  using namespace epysim;
  try {
    return cli::run(argc, argv);
  } catch (const UsageError& error) {
    cli::complain(error.what());
    return cli::kWrongUse;
  } catch (const ProgramError& error) {
    std::cerr << error.what() << std::endl;
    return cli::kProgramFailed;
  } catch (const std::exception& error) {
    cli::complain(std::string("a fault of epysim itself: ") + error.what());
    return cli::kInternalFault;
  }
}

int main(int argc, char** argv) {
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
  return sc_core::sc_elab_and_sim(argc, argv);
}
