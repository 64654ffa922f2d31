#include "sim/microblaze/pvr.h"

namespace epysim::microblaze {
namespace {

std::uint32_t bit(bool is, std::uint32_t mask) { return is ? mask : 0; }

bool any_exception(const Options& o) {
  return o.exceptions.unaligned || o.exceptions.illegal_opcode || o.exceptions.bus || o.exceptions.divide || o.exceptions.fpu;
}

std::uint32_t summary(const Options& o) {
  return bit(o.pvr == 2, 0x80000000) | bit(o.barrel, 0x40000000) | bit(o.divider, 0x20000000) | bit(o.multiplier > 0, 0x10000000) |
         bit(o.fpu > 0, 0x08000000) | bit(any_exception(o), 0x04000000) | bit(!o.big_endian, 0x00200000) |
         static_cast<std::uint32_t>(o.version) << 8 | o.user1;
}

std::uint32_t details(const Options& o) {
  constexpr std::uint32_t kPorts = 0x80000000 | 0x40000000 | 0x10000000;  // data by AXI and LMB, instructions by LMB
  return kPorts | bit(o.msr, 0x00020000) | bit(o.pattern, 0x00010000) | bit(!o.five_stages, 0x00008000) | bit(o.barrel, 0x4000) |
         bit(o.divider, 0x2000) | bit(o.multiplier > 0, 0x1000) | bit(o.fpu > 0, 0x0800) | bit(o.multiplier == 2, 0x0400) |
         bit(o.fpu == 2, 0x0200) | bit(o.exceptions.zero_opcode, 0x0040) | bit(o.exceptions.unaligned, 0x0020) |
         bit(o.exceptions.illegal_opcode, 0x0010) | bit(o.exceptions.bus, 0x0004) | bit(o.exceptions.divide, 0x0002) |
         bit(o.exceptions.fpu, 0x0001);
}

constexpr unsigned kStreamShift = 7;  // in register 3

}  // namespace

std::uint32_t version_register(const Options& options, unsigned number) {
  if (options.pvr == 0 || (options.pvr == 1 && number > 1)) return 0;
  switch (number) {
    case 0:
      return summary(options);
    case 1:
      return options.user2;
    case 2:
      return details(options);
    case 3:
      return (options.streams & 7u) << kStreamShift;
    case 11:
      return options.reset_msr & 0x7ffu;
    default:
      return 0;
  }
}

}  // namespace epysim::microblaze
