#pragma once
// One compiled program with the VM that runs it: its names and lines, and how it gets onto the cores.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "hostlink/device.h"
#include "hostlink/device_format.h"
#include "hostlink/placement.h"
#include "hostlink/text.h"
#include "vm/compiler/image.h"

namespace epysim::hostlink {

class Program {
 public:
  /// `vm` is the device ELF. Throws UsageError when that is not one of ours.
  Program(compiler::Image image, std::filesystem::path vm);

  const compiler::Image& image() const { return image_; }
  /// The device ELF.
  const std::filesystem::path& vm() const { return vm_; }
  Dialect dialect() const;
  std::uint32_t resident_bytes() const;
  /// Local address behind the VM's last byte.
  std::uint32_t vm_end() const { return vm_end_; }

  struct Position {
    std::string function;  // empty for the module's top level, or when unknown
    std::string file;      // empty when unknown
    int line = 0;
  };
  /// What the byte at this offset of the code belongs to.
  Position position(std::uint32_t code_offset) const;
  /// Empty for an unknown index.
  std::string function_name(std::uint32_t index) const;

  /// Whether the last core, a virtual one, is the client's own: it runs no program but sends and receives for the client.
  enum class OfClient {
    None,
    Partner,  // the others can send to it and receive from it
    Member    // and it is counted, and takes part in collective operations
  };
  struct LoadOptions {
    std::uint64_t seed = 0;
    bool worker = false;  // after the top level ask for kernels instead of ending
    OfClient last = OfClient::None;
    std::uint32_t pace_turns = 0;  // of a paced VM: turns of an empty loop before every instruction
    epy_engine engine = EPY_ENGINE_WORDS;
  };
  /// Puts everything on the cores of `layout` and starts them, but for the client's own. The time that copying takes is charged to the
  /// device.
  void load(Device& device, const Layout& layout, const LoadOptions& options) const;

 private:
  void load_control(Device& device, const Layout& layout, Address control, Address image, const LoadOptions& options,
                    host::ServiceCost& cost) const;

  compiler::Image image_;
  std::filesystem::path vm_;
  std::uint32_t vm_end_ = 0;
  std::uint32_t vm_bytes_ = 0;
  Address boot_ = 0;
};

/// A prebuilt VM: vm/images/epython-<image>.elf. Throws UsageError when it is missing.
std::filesystem::path default_vm(const std::string& image);

}  // namespace epysim::hostlink
