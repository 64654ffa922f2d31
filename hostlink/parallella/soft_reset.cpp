#include "hostlink/parallella/soft_reset.h"

#include <array>
#include <chrono>
#include <vector>

#include "sim/core/error.h"

namespace epysim::hostlink {
namespace {

using Register = CoreRegister;

constexpr auto kPatience = std::chrono::seconds(2);
constexpr auto kPoll = std::chrono::microseconds(20);
constexpr std::uint32_t kHalted = 1, kExternalPending = 2;              // DEBUGSTATUS
constexpr std::uint32_t kActive = 1;                                    // STATUS
constexpr std::uint32_t kPauseDma = 1u << 24, kClockGating = 1u << 22;  // CONFIG
constexpr std::uint32_t kSyncOnly = ~1u, kEast = 2;                     // IMASK; MESHCONFIG as the board has it
constexpr std::uint32_t kDmaBusy = 7;                                   // DMAxSTATUS
constexpr Address kProgram = 0x2c;
constexpr std::uint32_t kDmaRegisters = 8;

/// For the ten vectors and what lies before the program: a branch to it. Then
///   movfs r0, ipend; sub r0, r0, #0; beq done; rti; done: gie; mov r0, #0x60; str r0, [r0]; idle
/// The mark that it leaves says that the stores before have been seen: a core that sleeps may as well not have begun.
constexpr std::array<std::uint16_t, 9> kLeaveInterrupts{0x151f, 0x0402, 0x0033, 0x0200, 0x01d2, 0x0192, 0x0c03, 0x0054, 0x01b2};
constexpr Address kMark = 0x60;

std::uint32_t branch(Address from, Address to) { return 0xe8u | ((to - from) / 2) << 8; }

template <typename Condition>
void await(MappedMemory& memory, int core, const char* what, Condition&& holds) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) {
      throw ProgramError("core " + std::to_string(core) + " " + what + ": it cannot be reset alone; reset the whole board");
    }
    memory.pass(kPoll);
  }
}

void halt(MappedMemory& memory, CoreRegisters& registers, int core) {
  if ((registers.read(core, Register::DEBUGSTATUS) & kHalted) == 0) registers.write(core, Register::DEBUGCMD, 1);
  await(memory, core, "does not halt", [&] { return (registers.read(core, Register::DEBUGSTATUS) & kHalted) != 0; });
  await(memory, core, "waits for a load from outside that never ends",
        [&] { return (registers.read(core, Register::DEBUGSTATUS) & kExternalPending) == 0; });
}

void stop_dma(CoreRegisters& registers, int core) {
  const std::uint32_t busy = registers.read(core, Register::DMA0STATUS) | registers.read(core, Register::DMA1STATUS);
  if ((busy & kDmaBusy) == 0) return;
  registers.write(core, Register::CONFIG, registers.read(core, Register::CONFIG) | kPauseDma);
  for (const Register first : {Register::DMA0CONFIG, Register::DMA1CONFIG})
    for (std::uint32_t i = 0; i < kDmaRegisters; ++i)
      registers.write(core, static_cast<Register>(static_cast<std::uint32_t>(first) + 4 * i), 0);
}

void leave_interrupts(MappedMemory& memory, CoreRegisters& registers, int core) {
  const Address window = memory.description().windows[static_cast<std::size_t>(core)];
  for (Address at = 0; at < kProgram; at += 4) memory.write_word(window + at, branch(at, kProgram));
  memory.write(window + kProgram, std::as_bytes(std::span(kLeaveInterrupts)));
  memory.write_word(window + kMark, 0);
  registers.write(core, Register::CONFIG, 0);
  registers.write(core, Register::ILATCL, ~0u);
  registers.write(core, Register::IMASK, 0);
  registers.write(core, Register::IRET, kProgram);
  registers.write(core, Register::PC, kProgram);
  registers.write(core, Register::FSTATUS, kActive);
  registers.write(core, Register::DEBUGCMD, 0);
  await(memory, core, "does not leave its interrupts", [&] {
    return memory.read_word(window + kMark) == kMark && (registers.read(core, Register::IPEND) | registers.read(core, Register::ILAT) |
                                                         (registers.read(core, Register::STATUS) & kActive)) == 0;
  });
}

void clear(MappedMemory& memory, CoreRegisters& registers, int core) {
  for (std::uint32_t r = 0; r < 64; ++r) registers.write(core, static_cast<Register>(4 * r), 0);
  for (const Register which : {Register::FSTATUS, Register::PC, Register::LC, Register::LS, Register::LE, Register::IRET, Register::CTIMER0,
                               Register::CTIMER1, Register::MEMSTATUS, Register::MEMPROTECT})
    registers.write(core, which, 0);
  registers.write(core, Register::CONFIG, kClockGating);
  registers.write(core, Register::ILATCL, ~0u);
  registers.write(core, Register::IMASK, kSyncOnly);
  registers.write(core, Register::MESHCONFIG, kEast);
  const std::vector<std::byte> zeros(memory.description().local_bytes);
  memory.write(memory.description().windows[static_cast<std::size_t>(core)], zeros);
  memory.settle();  // before anything else is stored to these registers
}

}  // namespace

void soft_reset(MappedMemory& memory, CoreRegisters& registers, int core) {
  halt(memory, registers, core);
  stop_dma(registers, core);
  leave_interrupts(memory, registers, core);
  clear(memory, registers, core);
}

}  // namespace epysim::hostlink
