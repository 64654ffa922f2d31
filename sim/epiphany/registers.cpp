#include "sim/epiphany/registers.h"

#include <array>
#include <string>

#include "sim/epiphany/core.h"

namespace epysim::epiphany {

/// What reading and writing each register does; registers.def names these functions.
struct RegisterTable {
  enum class Order : std::uint8_t { Private, Shared };
  using Read = std::uint32_t (*)(const Core&, SpecialRegister);
  using Write = void (*)(Core&, SpecialRegister, std::uint32_t, Cycle);
  struct Row {
    const char* name = "";
    std::uint32_t reset = 0;
    Read read = nullptr;
    Write write = nullptr;
    Order order = Order::Private;
  };
  using Rows = std::array<Row, 256>;
  static const Rows rows;

  // -- storage and nothing
  static std::uint32_t read_stored(const Core& core, SpecialRegister number) { return core.special_[number]; }
  static void write_stored(Core& core, SpecialRegister number, std::uint32_t value, Cycle) { core.special_[number] = value; }
  static std::uint32_t read_none(const Core&, SpecialRegister) { return 0; }
  static void write_none(Core&, SpecialRegister, std::uint32_t, Cycle) {}

  // -- processor state
  static std::uint32_t read_config(const Core& core, SpecialRegister) { return core.state_.config; }
  static void write_config(Core& core, SpecialRegister, std::uint32_t value, Cycle) {
    const bool pause_changed = ((core.state_.config ^ value) & config::kPauseDma) != 0;
    core.state_.config = value;
    if (pause_changed) core.outside_.pause_dma(core, (value & config::kPauseDma) != 0);
    core.pipeline_.set_truncate((value & config::kTruncate) != 0);
    const std::array<unsigned, 2> selected{(value >> config::kTimer0Shift) & 15u, (value >> config::kTimer1Shift) & 15u};
    for (std::size_t i = 0; i < 2; ++i) {
      EventTimer& timer = core.timers_[i];
      if (timer.event() == selected[i]) continue;
      timer.select(selected[i], core.events(timer.event()), core.events(selected[i]));
    }
    core.schedule_timers();
    core.limit_ = core.timer_check_ < core.limit_ ? core.timer_check_ : core.limit_;
  }
  static std::uint32_t read_status(const Core& core, SpecialRegister) { return core.state_.status; }
  static void write_status(Core& core, SpecialRegister, std::uint32_t value, Cycle) {
    core.state_.status = (core.state_.status & 7u) | (value & ~7u);
  }
  static void write_fstatus(Core& core, SpecialRegister, std::uint32_t value, Cycle at) {
    if (core.life_ == Core::Life::Asleep) core.settle(at);
    core.state_.status = value;
    if (core.life_ == Core::Life::Dead) {  // a program that has exited leaves the core halted; here the host takes it up again
      core.exit_code_.reset();
      core.halted_ = true;
    }
    core.enter((value & status::kActive) != 0 ? Core::Life::Awake : Core::Life::Asleep);
    core.attention();
  }
  static std::uint32_t read_pc(const Core& core, SpecialRegister) { return core.state_.pc; }
  static void write_pc(Core& core, SpecialRegister, std::uint32_t value, Cycle) { core.state_.pc = core.state_.next_pc = value & ~1u; }
  static std::uint32_t read_coreid(const Core& core, SpecialRegister) { return core.window_ >> 20; }

  // -- hardware loop
  static void write_loop(Core& core, SpecialRegister number, std::uint32_t value, Cycle) {
    core.special_[number] = value;
    core.refresh_loop();
  }

  // -- interrupts
  static std::uint32_t read_iret(const Core& core, SpecialRegister) { return core.interrupts_.return_to; }
  static void write_iret(Core& core, SpecialRegister, std::uint32_t value, Cycle) { core.interrupts_.return_to = value & ~1u; }
  static std::uint32_t read_imask(const Core& core, SpecialRegister) { return core.interrupts_.masked; }
  static void write_imask(Core& core, SpecialRegister, std::uint32_t value, Cycle at) {
    core.interrupts_.masked = value & interrupt::kAll;
    signal(core, at);
  }
  static std::uint32_t read_ilat(const Core& core, SpecialRegister) { return core.interrupts_.latched; }
  static void write_ilat(Core& core, SpecialRegister, std::uint32_t value, Cycle at) {
    core.interrupts_.latched = value & interrupt::kAll;
    signal(core, at);
  }
  static void write_ilatst(Core& core, SpecialRegister, std::uint32_t value, Cycle at) {
    core.interrupts_.latched |= value & interrupt::kAll;
    signal(core, at);
  }
  static void write_ilatcl(Core& core, SpecialRegister, std::uint32_t value, Cycle at) {
    core.interrupts_.latched &= ~value;
    signal(core, at);
  }
  static std::uint32_t read_ipend(const Core& core, SpecialRegister) { return core.interrupts_.in_service; }
  static void write_ipend(Core& core, SpecialRegister, std::uint32_t value, Cycle at) {
    core.interrupts_.in_service = value & interrupt::kAll;
    signal(core, at);
  }
  static void signal(Core& core, Cycle at) {
    core.settle(at);
    core.attention();
  }

  // -- timers
  static std::uint32_t read_ctimer0(const Core& core, SpecialRegister) {
    return core.timers_[0].value(core.events(core.timers_[0].event()));
  }
  static std::uint32_t read_ctimer1(const Core& core, SpecialRegister) {
    return core.timers_[1].value(core.events(core.timers_[1].event()));
  }
  static void write_ctimer0(Core& core, SpecialRegister, std::uint32_t value, Cycle) { set_timer(core, 0, value); }
  static void write_ctimer1(Core& core, SpecialRegister, std::uint32_t value, Cycle) { set_timer(core, 1, value); }
  static void set_timer(Core& core, std::size_t i, std::uint32_t value) {
    core.timers_[i].set_value(value, core.events(core.timers_[i].event()));
    core.schedule_timers();
    core.limit_ = core.timer_check_ < core.limit_ ? core.timer_check_ : core.limit_;
  }

  /// The monitors count something else from now on.
  static void write_meshcfg(Core& core, SpecialRegister number, std::uint32_t value, Cycle) {
    const std::array<std::uint64_t, 2> before{core.events(core.timers_[0].event()), core.events(core.timers_[1].event())};
    core.special_[number] = value;
    for (std::size_t i = 0; i < 2; ++i) core.timers_[i].select(core.timers_[i].event(), before[i], core.events(core.timers_[i].event()));
  }

  // -- debugger
  static std::uint32_t read_debugstatus(const Core& core, SpecialRegister) {
    return (core.halted_ || core.life_ == Core::Life::Dead ? debug::kHalted : 0) | (core.waiting() ? debug::kExternalPending : 0) |
           (core.halted_by_all_ ? debug::kByAll : 0);
  }
  static void write_debugcmd(Core& core, SpecialRegister, std::uint32_t value, Cycle at) {
    if ((value & 3u) == 1) core.halt(at);
    if ((value & 3u) == 0) core.resume(at);
  }
  static void write_resetcore(Core& core, SpecialRegister, std::uint32_t value, Cycle at) {
    if ((value & 1u) == 0) return;
    core.reset_alone(at);
    core.outside_.pause_dma(core, false);
    for (unsigned channel = 0; channel < 2; ++channel) core.outside_.configure_dma(core, channel, at);
  }

  // -- memory and DMA
  static void write_memprotect(Core& core, SpecialRegister number, std::uint32_t value, Cycle) {
    core.special_[number] = value;
    core.apply_protection(value);
  }
  static void write_dma0config(Core& core, SpecialRegister number, std::uint32_t value, Cycle at) {
    configure_dma(core, number, 0, value, at);
  }
  static void write_dma1config(Core& core, SpecialRegister number, std::uint32_t value, Cycle at) {
    configure_dma(core, number, 1, value, at);
  }
  static void write_dma0auto0(Core& core, SpecialRegister number, std::uint32_t value, Cycle at) {
    feed(core, number, 0, false, value, at);
  }
  static void write_dma0auto1(Core& core, SpecialRegister number, std::uint32_t value, Cycle at) { feed(core, number, 0, true, value, at); }
  static void write_dma1auto0(Core& core, SpecialRegister number, std::uint32_t value, Cycle at) {
    feed(core, number, 1, false, value, at);
  }
  static void write_dma1auto1(Core& core, SpecialRegister number, std::uint32_t value, Cycle at) { feed(core, number, 1, true, value, at); }
  static void feed(Core& core, SpecialRegister number, unsigned channel, bool high, std::uint32_t value, Cycle at) {
    core.special_[number] = value;
    core.outside_.dma_slave_data(core, channel, high, at);
  }
  static void configure_dma(Core& core, SpecialRegister number, unsigned channel, std::uint32_t value, Cycle at) {
    core.special_[number] = value;
    core.outside_.configure_dma(core, channel, at);
  }
};

const RegisterTable::Rows RegisterTable::rows = [] {
  Rows table;
#define EPIPHANY_REGISTER(name, group, number, reset, read, write, order) \
  table[special::name] = {#name, reset, &RegisterTable::read_##read, &RegisterTable::write_##write, Order::order};
#include "sim/epiphany/registers.def"
#undef EPIPHANY_REGISTER
  return table;
}();

bool is_shared(SpecialRegister number) { return RegisterTable::rows[number].order == RegisterTable::Order::Shared; }
const char* register_name(SpecialRegister number) { return RegisterTable::rows[number].name; }

namespace {

/// The special register at an offset from the register base, if it can be one.
constexpr int special_at(Address offset) {
  const Address block = offset >> 8;
  if (block < 4 || block > 7) return -1;
  return static_cast<int>((block - 4) * 64 + (offset & 0xff) / 4);
}

}  // namespace

bool is_register(std::uint32_t offset) {
  const int number = special_at(offset);
  return offset < 0x100 || (number >= 0 && *register_name(static_cast<SpecialRegister>(number)) != '\0');
}

std::uint32_t Core::read_register(Address offset) const {
  if (offset < 0x100) return state_.r[offset / 4];
  const int number = special_at(offset);
  if (number < 0 || RegisterTable::rows[static_cast<std::size_t>(number)].read == nullptr) return 0;
  return RegisterTable::rows[static_cast<std::size_t>(number)].read(*this, static_cast<SpecialRegister>(number));
}

void Core::write_register(Address offset, std::uint32_t value, Cycle at) {
  if (offset < 0x100) {
    state_.r[offset / 4] = value;
    return;
  }
  const int number = special_at(offset);
  if (number < 0 || RegisterTable::rows[static_cast<std::size_t>(number)].write == nullptr) return;
  RegisterTable::rows[static_cast<std::size_t>(number)].write(*this, static_cast<SpecialRegister>(number), value, at);
}

void Core::reset_registers() {
  for (std::size_t i = 0; i < special_.size(); ++i) special_[i] = RegisterTable::rows[i].reset;
  state_.config = RegisterTable::rows[special::CONFIG].reset;
  interrupts_.masked = RegisterTable::rows[special::IMASK].reset;
  apply_protection(0);
}

void Core::refresh_loop() { loop_end_ = special_[special::LC] != 0 ? special_[special::LE] : 1; }

}  // namespace epysim::epiphany
