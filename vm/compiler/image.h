#pragma once
// Byte code images in memory and as files (.epb). The layout is vm/format/image.h.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace epysim::compiler {

struct Image {
  struct Line {
    uint32_t offset;  ///< in the code; the entry holds up to the next one
    uint32_t file;    ///< index into `files`
    uint32_t line;
  };
  struct FunctionInfo {
    std::string name;
    std::string file;
    uint32_t line = 0;
    std::vector<std::string> parameters;
    std::vector<std::string> locals;  ///< in the order of their slots, after the parameters
  };

  uint32_t flags = 0;             ///< EPY_IMAGE_MODERN
  std::vector<uint8_t> resident;  ///< the section that a core needs: struct epy_resident and what follows

  // For the host only.
  std::vector<Line> lines;              ///< sorted by offset
  std::vector<FunctionInfo> functions;  ///< by index; 0 is the top level
  std::vector<std::string> globals;     ///< by index
  std::map<std::string, uint32_t> exports;
  std::vector<std::string> files;
  std::map<std::string, std::string> sources;  ///< file to text; lines of a file that were not compiled are empty

  bool modern() const;
  /// The source line of a code offset; nullptr when there is none.
  const Line* line_at(uint32_t code_offset) const;
  /// The function that a code offset lies in.
  uint32_t function_at(uint32_t code_offset) const;
};

/// The resident section taken apart.
struct Resident {
  struct Function {
    uint32_t code;  ///< offset from the start of the code
    uint32_t end;   ///< one past its last byte
    uint8_t parameters, required, slots, operands;
  };
  std::vector<Function> functions;
  uint32_t globals = 0;
  std::vector<uint32_t> constants;
  std::vector<std::string> strings;
  std::vector<uint8_t> code;
};

/// UsageError when it is damaged: offsets, lengths, function table, and every instruction are checked, so that what passes can be listed
/// and run. `name` is how messages call the image.
Resident take_apart(const std::vector<uint8_t>& resident, const std::string& name);

std::vector<uint8_t> write_image(const Image& image);

/// UsageError naming what is wrong for anything that write_image() did not write.
Image read_image(const std::vector<uint8_t>& bytes, const std::string& name);

/// The same from a file.
Image load_image(const std::string& path);

}  // namespace epysim::compiler
