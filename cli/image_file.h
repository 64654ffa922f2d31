#pragma once
// Byte code images as files.

#include <filesystem>

#include "vm/compiler/image.h"

namespace epysim::cli {

/// Throws UsageError when the file cannot be written.
void write_image_file(const compiler::Image& image, const std::filesystem::path& file);

}  // namespace epysim::cli
