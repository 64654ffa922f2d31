#pragma once
// The registers of a Parallella's cores, mapped.

#include <cstdint>
#include <vector>

#include "hostlink/mapped/mapped_memory.h"

namespace epysim::core {
class Config;
}

namespace epysim::hostlink {

/// Offsets of registers from the first one of a core (Epiphany Architecture Reference, register tables).
enum class CoreRegister : std::uint32_t {
  CONFIG = 0x400,
  STATUS = 0x404,
  PC = 0x408,
  DEBUGSTATUS = 0x40c,
  LC = 0x414,
  LS = 0x418,
  LE = 0x41c,
  IRET = 0x420,
  IMASK = 0x424,
  ILAT = 0x428,
  ILATST = 0x42c,
  ILATCL = 0x430,
  IPEND = 0x434,
  CTIMER0 = 0x438,
  CTIMER1 = 0x43c,
  FSTATUS = 0x440,
  DEBUGCMD = 0x448,
  DMA0CONFIG = 0x500,
  DMA0STATUS = 0x51c,
  DMA1CONFIG = 0x520,
  DMA1STATUS = 0x53c,
  MEMSTATUS = 0x604,
  MEMPROTECT = 0x608,
  MESHCONFIG = 0x700,
  COREID = 0x704
};

/// Where the cores' memories are, by core.
std::vector<Address> parallella_windows(const core::Config& config);

class CoreRegisters {
 public:
  /// `memory` is not owned. Throws UsageError when the cores there are others.
  explicit CoreRegisters(MappedMemory& memory);

  std::uint32_t read(int core, CoreRegister which) const { return memory_.read_word(address(core, which)); }
  void write(int core, CoreRegister which, std::uint32_t value) { memory_.write_word(address(core, which), value); }

 private:
  Address address(int core, CoreRegister which) const;

  MappedMemory& memory_;
};

}  // namespace epysim::hostlink
