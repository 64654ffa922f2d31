#include "sim/microblaze/options.h"

#include "sim/core/error.h"

namespace epysim::microblaze {

Options Options::preset(std::string_view name) {
  Options options;
  if (name == "mb-default" || name == "mb-default-fpu") {
    options.shared_port_cycles = 1;
    options.fpu = name == "mb-default" ? 0 : 1;
    return options;
  }
  if (name != "mb-full")
    throw UsageError("there are no MicroBlaze options \"" + std::string(name) +
                     "\"; use \"mb-default\", \"mb-default-fpu\" or \"mb-full\"");
  options.barrel = options.divider = options.pattern = options.msr = true;
  options.multiplier = options.fpu = 2;
  options.exceptions = {true, true, false, true, true, true};
  options.pvr = 2;
  return options;
}

bool Options::has(Option option) const {
  switch (option) {
    case Option::Barrel:
      return barrel;
    case Option::Multiplier:
      return multiplier >= 1;
    case Option::Multiplier64:
      return multiplier >= 2;
    case Option::Divider:
      return divider;
    case Option::Fpu:
      return fpu >= 1;
    case Option::FpuExtended:
      return fpu >= 2;
    case Option::Pattern:
      return pattern;
    case Option::MsrAccess:
      return msr;
    case Option::Reorder:
      return reorder;
    case Option::Streams:
      return streams > 0;
    case Option::Always:
    case Option::Count:
      break;
  }
  return true;
}

std::string_view parameter(Option option) {
  switch (option) {
    case Option::Barrel:
      return "C_USE_BARREL";
    case Option::Multiplier:
      return "C_USE_HW_MUL of 1 or 2";
    case Option::Multiplier64:
      return "C_USE_HW_MUL of 2";
    case Option::Divider:
      return "C_USE_DIV";
    case Option::Fpu:
      return "C_USE_FPU of 1 or 2";
    case Option::FpuExtended:
      return "C_USE_FPU of 2";
    case Option::Pattern:
      return "C_USE_PCMP_INSTR";
    case Option::MsrAccess:
      return "C_USE_MSR_INSTR";
    case Option::Reorder:
      return "C_USE_REORDER_INSTR";
    case Option::Streams:
      return "C_FSL_LINKS";
    case Option::Always:
    case Option::Count:
      break;
  }
  return "";
}

std::string_view remedy(Option option) {
  switch (option) {
    case Option::Barrel:
      return "compile without -mxl-barrel-shift";
    case Option::Multiplier:
      return "compile with -mxl-soft-mul";
    case Option::Multiplier64:
      return "compile without -mxl-multiply-high";
    case Option::Divider:
      return "compile with -mxl-soft-div";
    case Option::Fpu:
      return "compile with -msoft-float";
    case Option::FpuExtended:
      return "compile without -mxl-float-convert and -mxl-float-sqrt";
    case Option::Pattern:
      return "compile without -mxl-pattern-compare";
    case Option::Reorder:
      return "compile with -mno-xl-reorder";
    case Option::MsrAccess:
      return "use MFS and MTS instead";
    case Option::Streams:
    case Option::Always:
    case Option::Count:
      break;
  }
  return "there is nothing to replace it";
}

}  // namespace epysim::microblaze
