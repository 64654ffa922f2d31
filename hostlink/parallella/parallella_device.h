#pragma once
// A real Parallella as a Device, or whatever else answers at its addresses.

#include <memory>

#include "hostlink/mapped/mapped_device.h"
#include "hostlink/parallella/core_registers.h"

namespace epysim::hostlink {

class ParallellaDevice final : public MappedDevice {
 public:
  /// `file`: its device, or a folder of an exported board. Throws UsageError.
  ParallellaDevice(const std::filesystem::path& file, const core::Config& config);

  void halt(int core) override { registers_.write(core, CoreRegister::DEBUGCMD, 1); }
  CoreStatus status(int core) const override;

 private:
  void reset(int core) override;
  void release(int core) override;
  bool all_stopped(const std::vector<int>& watched) const override;
  nlohmann::ordered_json show(int core) const override;

  CoreRegisters registers_;
};

}  // namespace epysim::hostlink
