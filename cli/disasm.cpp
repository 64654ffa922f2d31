// epysim disasm: the listing of a native ELF (as objdump -d prints it) or of a byte code image.

#include <array>
#include <fstream>
#include <iostream>

#include "cli/commands.h"
#include "cli/common_options.h"
#include "cli/elf_listing.h"
#include "sim/core/elf_image.h"
#include "vm/compiler/image.h"
#include "vm/compiler/listing.h"

namespace epysim::cli {
namespace {

bool is_byte_code(const std::filesystem::path& file) {
  std::array<char, 4> magic{};
  std::ifstream(file, std::ios::binary).read(magic.data(), magic.size());
  return std::string_view(magic.data(), magic.size()) == "EPYB";
}

}  // namespace

void add_disasm(CLI::App& root, int& exit_code) {
  auto file = std::make_shared<std::filesystem::path>();
  CLI::App* command = root.add_subcommand("disasm", "List a native ELF or a byte code image");
  command->add_option("FILE", *file, "ELF executable, or byte code (.epb)")->required();
  describe(*command, "epysim disasm prog.elf");
  command->callback([file, &exit_code] {
    if (is_byte_code(*file))
      std::cout << compiler::listing(compiler::load_image(file->string()));
    else
      list_elf(core::ElfImage(*file), std::cout);
    std::cout.flush();
    exit_code = kDone;
  });
}

}  // namespace epysim::cli
