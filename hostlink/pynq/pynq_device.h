#pragma once
// A real Pynq with soft cores in its programmable logic as a Device, or whatever else answers at its addresses: block RAM at the cores'
// windows, DDR memory that the host's operating system leaves alone, and a line to each core that holds it in reset.
//
// The cores show nothing of themselves: where they are, and whether they have stopped, only their programs can tell. An exported board
// tells at least when none of them can go on.

#include "hostlink/mapped/mapped_device.h"

namespace epysim::hostlink {

class PynqDevice final : public MappedDevice {
 public:
  /// `file`: physical memory (/dev/mem), or a folder of an exported board. Throws UsageError.
  PynqDevice(const std::filesystem::path& file, const core::Config& config);

  void halt(int core) override { hold(core, true); }
  CoreStatus status(int core) const override;

 private:
  void reset(int core) override;
  void release(int core) override { hold(core, false); }
  bool all_stopped(const std::vector<int>& watched) const override;
  nlohmann::ordered_json show(int core) const override;

  void hold(int core, bool reset);
  bool is_held(int core) const;

  Address lines_;
};

}  // namespace epysim::hostlink
