#pragma once
// The interrupt registers of a core and the rule that picks the next interrupt ("Epiphany Architecture Reference", interrupt chapter):
// edge-triggered latches; the lowest number is the most urgent; an interrupt is accepted when interrupts are enabled, it is latched and not
// masked, and it is more urgent than everything in service.

#include <bit>
#include <cstdint>
#include <optional>

namespace epysim::epiphany {

namespace interrupt {
inline constexpr unsigned kSync = 0, kException = 1, kMemoryFault = 2, kTimer0 = 3, kTimer1 = 4, kMessage = 5, kDma0 = 6, kDma1 = 7,
                          kWand = 8, kUser = 9, kCount = 10;
inline constexpr std::uint32_t kAll = (1u << kCount) - 1;
inline constexpr std::uint32_t kVectorBytes = 4;  // vector n is the branch at address 4 n
}  // namespace interrupt

struct Interrupts {
  std::uint32_t latched = 0;     // ILAT
  std::uint32_t masked = 0;      // IMASK, 1 = masked
  std::uint32_t in_service = 0;  // IPEND
  std::uint32_t return_to = 0;   // IRET

  std::uint32_t waiting() const { return latched & ~masked & interrupt::kAll; }

  /// The interrupt to take now; `disabled` is STATUS.GID.
  std::optional<unsigned> acceptable(bool disabled) const {
    if (disabled || waiting() == 0) return std::nullopt;
    const unsigned next = static_cast<unsigned>(std::countr_zero(waiting()));
    if (in_service != 0 && next >= static_cast<unsigned>(std::countr_zero(in_service))) return std::nullopt;
    return next;
  }
  void accept(unsigned number, std::uint32_t next_pc) {
    return_to = next_pc;
    in_service |= 1u << number;
    latched &= ~(1u << number);
  }
  /// RTI: the most urgent interrupt in service is done; also legal when there is none.
  void finish() { in_service &= in_service - 1; }
};

}  // namespace epysim::epiphany
