// epysim compile: ePython source to a byte code image.

#include "vm/compiler/compile.h"

#include "cli/commands.h"
#include "cli/common_options.h"
#include "cli/image_file.h"
#include "sim/core/config.h"
#include "sim/core/error.h"

namespace epysim::cli {
namespace {

struct CompileOptions {
  std::filesystem::path program;
  std::filesystem::path output;
  std::string dialect;
};

void compile(const CompileOptions& options) {
  compiler::Options how;
  how.built_in_modules = (core::home() / "vm/modules").string();
  if (!options.dialect.empty()) {
    how.dialect = options.dialect == "modern" ? compiler::Dialect::kModern : compiler::Dialect::kLegacy;
    how.follow_first_line = false;
  }
  const compiler::Image image = compiler::compile(compiler::read_source(options.program.string()), how);
  write_image_file(image, options.output.empty() ? options.program.stem().replace_extension(".epb") : options.output);
}

}  // namespace

void add_compile(CLI::App& root, int& exit_code) {
  auto options = std::make_shared<CompileOptions>();
  CLI::App* command = root.add_subcommand("compile", "Compile an ePython program to a byte code image");
  command->add_option("FILE", options->program, "ePython program (.py)")->required();
  command->add_option("-o,--output", options->output, "The image [FILE with the ending .epb, in this folder]")->option_text("FILE.epb");
  command
      ->add_option("--dialect", options->dialect,
                   "Language rules: legacy (as published) or modern (as CPython) [what the file says, else legacy]")
      ->check(CLI::IsMember({"legacy", "modern"}));
  describe(*command, "epysim compile examples/hello.py -o hello.epb");
  command->callback([options, &exit_code] {
    compile(*options);
    exit_code = kDone;
  });
}

}  // namespace epysim::cli
