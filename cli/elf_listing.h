#pragma once
// The code of an ELF as `objdump -d` (binutils 2.40) prints it, line by line.

#include <iosfwd>

namespace epysim::core {
class ElfImage;
}

namespace epysim::cli {

/// Throws UsageError for a machine whose instructions are not known.
void list_elf(const core::ElfImage& image, std::ostream& out);

}  // namespace epysim::cli
