#include "cli/image_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "sim/core/error.h"

namespace epysim::cli {

void write_image_file(const compiler::Image& image, const std::filesystem::path& file) {
  const std::vector<std::uint8_t> bytes = compiler::write_image(image);
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) throw UsageError("cannot write " + file.string() + ": " + std::strerror(errno));
}

}  // namespace epysim::cli
