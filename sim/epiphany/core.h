#pragma once
// One Epiphany-III core: local memory, registers, interrupts, timers, and its own count of cycles. It runs ahead through private work and
// stops before everything that others could notice until its turn in global time has come; the scheduler decides when that is.
//
// Life: Reset -> Running <-> Idle; Halted by a debugger or a breakpoint; Exited by TRAP. While a load or fetch from outside is under way,
// or a store waits for room, the core is Running but waiting, and does not appear in the scheduler's list.

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/cause.h"
#include "sim/core/core_state.h"
#include "sim/core/decode_cache.h"
#include "sim/core/misuse.h"
#include "sim/core/observer.h"
#include "sim/core/scratchpad.h"
#include "sim/core/types.h"
#include "sim/epiphany/arrivals.h"
#include "sim/epiphany/banks.h"
#include "sim/epiphany/block.h"
#include "sim/epiphany/common_code.h"
#include "sim/epiphany/cpu_state.h"
#include "sim/epiphany/decoded.h"
#include "sim/epiphany/interrupts.h"
#include "sim/epiphany/outside.h"
#include "sim/epiphany/pipeline.h"
#include "sim/epiphany/ram.h"
#include "sim/epiphany/timers.h"

namespace epysim::epiphany {

inline constexpr Address kWindowBytes = 1u << 20;  // of one core's share of the address space
inline constexpr Address kRegisterBase = 0xf0000;  // memory-mapped registers inside it
inline constexpr Address kRegisterBytes = 0x800;

class Core {
 public:
  /// `window`: global base address, a multiple of 1 MB. `ram` and `outside` are not owned.
  Core(int id, Address window, std::uint32_t local_bytes, std::span<Ram> ram, Outside& outside);
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  /// Instead of the reference engine. `visits`, 1 to 255: how often it comes to a place before it makes a block of it. `common`: of cores
  /// that mostly run the same code; outlives them.
  void use_fast_engine(unsigned visits, CommonCode* common = nullptr);

  int id() const { return id_; }
  Address window() const { return window_; }

  // -- time
  Cycle now() const { return pipeline_.now(); }
  /// When this core next wants to do something by itself; kNever while only others can make it go on.
  Cycle next_time() const {
    if (life_ == Life::Awake && !halted_ && !waiting()) [[likely]]
      return std::max(now(), wanted_);
    return next_time_asleep();
  }
  /// Executes until local time reaches `until`, or the next instruction would be noticed by others at or after `horizon`: the first moment
  /// at which another core or a pending event may still act before it.
  void run(Cycle until, Cycle horizon);
  /// While running: whether nobody can act before it at `at`.
  bool has_turn(Cycle at) const { return at < horizon_; }
  /// While running: others may act at `at`.
  void others_act(Cycle at) {
    if (at < horizon_) horizon_ = at;
  }
  /// While running: something will happen to it at `at`.
  void limit(Cycle at) {
    if (at < until_) until_ = at;
    if (at < limit_) limit_ = at;
  }
  /// Charges sleeping, waiting and halted time up to `at`; a running core is left alone.
  void settle(Cycle at);

  // -- answers from outside
  void complete_load(std::uint64_t value, Cycle returned);
  void complete_fetch(std::uint64_t line, Cycle returned);
  /// The store that met a full path has left; the core goes on at `accepted`.
  void complete_store(Cycle accepted);

  // -- signals, at a moment of global time
  void latch(unsigned number, Cycle at);
  void reset(Cycle at);  // registers and interrupts as after the SDK's soft reset; memory stays
  /// By RESETCORE: a core that waits for an answer from outside stays stuck, as on the chip, where only a reset of everything helps.
  void reset_alone(Cycle at);
  void start_at(Address entry, Cycle at);
  void halt(Cycle at, bool by_all = false);  // `by_all`: an MBKPT anywhere
  void resume(Cycle at);
  /// Halts it; nothing above lets it go on.
  void stop_for_good(Cycle at);

  // -- memory and registers as others see them. `offset`: inside the 1 MB window. Misuse is reported against nobody's pc.
  /// An access of 1, 2, 4 or 8 aligned bytes.
  std::uint64_t outside_read(Address offset, unsigned bytes) const;
  /// TESTSET: stores `value` when the word is zero; returns what it was.
  std::uint32_t outside_testset(Address offset, std::uint32_t value);
  void outside_write(Address offset, unsigned bytes, std::uint64_t data, Cycle at);
  /// Whether a store to an address in local memory can have no effect but that on the bytes.
  bool is_plain(Address offset) const { return (local_.flags(offset) & (core::Scratchpad::kDecoded | core::Scratchpad::kProtected)) == 0; }
  /// Notes that others access this line, from `at` on; `kind`: kShared for good, kTransfer until end_transfers().
  void share(Address offset, Cycle at, core::Scratchpad::Flag kind = core::Scratchpad::kShared) {
    if (offset >= local_.bytes() || (local_.flags(offset) & kind) != 0) return;
    local_.set(offset, kind);
    near_until_ = std::max(near_until_, at + Banks::kLately);
  }
  void end_transfers() { local_.clear_all(0, local_.bytes(), core::Scratchpad::kTransfer); }
  /// An access of somebody else is on its way through the mesh and gets here at `at`. Returns when it has the memory bank.
  Cycle visit(Address offset, Cycle at) {
    if (offset >= local_.bytes()) return at;
    if ((~local_.flags(offset) & (core::Scratchpad::kShared | core::Scratchpad::kVisited)) != 0) [[unlikely]]
      first_visit(offset, at);
    return banks_.reserve(offset, at);
  }
  /// Not owned; outlives it.
  void observe(const core::ObservedCode& code);
  Banks& banks() { return banks_; }
  Arrivals& arrivals() { return arrivals_; }
  /// Whether it has to do with others, as far as one can tell: they have used a line for the first time or interrupted it lately, or the
  /// mesh comes to a bank that it uses.
  bool near_others(Cycle now) const { return now < near_until_ || banks_.meets_mesh(state_.pc, now); }
  /// Whether others have had nothing to do with it for so long that they will hardly begin just now.
  bool left_alone(Cycle now) const { return now > std::max(near_until_, banks_.last_mesh()) + kLong; }
  static constexpr Cycle kLong = 1u << 20;
  /// Zero bytes; nothing shared, nothing decoded.
  void clear_memory();
  core::Scratchpad& local() { return local_; }
  const core::Scratchpad& local() const { return local_; }
  /// Bytes in local memory, without side effects but dropping decoded instructions.
  /// Drops what was decoded of bytes that have changed.
  void drop_code(Address offset, std::uint32_t bytes);
  void poke(Address offset, std::span<const std::byte> from);

  CpuState& cpu() { return state_; }
  const CpuState& cpu() const { return state_; }
  std::uint32_t read_register(Address offset) const;  // offset from kRegisterBase
  void write_register(Address offset, std::uint32_t value, Cycle at);
  /// Plain storage of a special register (DMA descriptors ...), without its effects.
  std::uint32_t& stored(SpecialRegister number) { return special_[number]; }

  // -- what happened
  core::CoreState state() const;
  /// Counts resets: an answer to a request of an earlier life is void.
  unsigned life() const { return lives_; }
  bool waiting() const { return waiting_.what != Waiting::Nothing; }
  std::optional<int> exit_code() const { return exit_code_; }
  const Pipeline& pipeline() const { return pipeline_; }
  /// Sums to now().
  core::CauseAccount causes() const;
  /// What is charged in between is the host's doing.
  void begin_host_wait() { blamed_.begin_wait(pipeline_.causes()); }
  void end_host_wait() { blamed_.end_wait(pipeline_.causes()); }
  bool waits_for_host() const { return blamed_.waits(); }
  /// The program has broken a rule of the machine, here or at `pc`.
  void misuse(core::Misuse kind, const std::string& text) { misuse(kind, state_.pc, text); }
  void misuse(core::Misuse kind, Address pc, const std::string& text);
  /// Reports that nobody answers at an address; a load from there never returns.
  void unanswered(Address address, bool store, Address pc);
  std::uint64_t misuses() const { return misuses_; }

 private:
  friend class ReferenceEngine;
  friend class FastEngine;
  friend struct RegisterTable;

  enum class Life { Asleep, Awake, Dead };  // of the program; `halted_` is on top of it
  struct Waiting {
    enum What { Nothing, Data, Line, Room } what = Nothing;
    core::Cause cause = core::Cause::RemoteLoad;
    std::uint8_t rd = 0;
    std::uint8_t size = 0;
    Address line = 0;
  };

  // core.cpp
  Cycle next_time_asleep() const;
  void attend();
  void take_interrupt(unsigned number);
  void raise_exception(unsigned cause);
  /// Raises the FPU's exception if a sticky flag is set that CONFIG enables.
  bool raise_float_exception();
  void reset_registers();  // registers.cpp
  void refresh_loop();
  void sleep();
  void enter(Life life);
  /// The moment of an access that others can notice, once it is this core's turn; kNever (and the engine stops) before.
  Cycle turn(Cycle at);
  void attention() {
    attention_ = true;
    limit_ = 0;
  }
  std::uint64_t events(unsigned code) const;
  void schedule_timers();
  bool counts_mesh() const { return timers_[0].event() >= event::kMesh0 || timers_[1].event() >= event::kMesh0; }

  // core_memory.cpp: accesses that are not plain private local ones. False: the engine has to stop.
  bool load_elsewhere(const Decoded& d, Address address);
  bool store_elsewhere(const Decoded& d, Address address);
  bool testset(const Decoded& d);
  /// Whether a store that would issue at `at` may leave the core before its turn.
  bool may_post(Address address, unsigned bytes, Cycle at) const {
    return at < until_ && (address & (bytes - 1)) == 0 && address >= kWindowBytes;
  }
  /// The mesh uses a line, or a bank, for the first time in a while.
  void first_visit(Address offset, Cycle at);
  /// Those banks are plain again that it has not used lately.
  void unmark_quiet_banks();
  void put_loaded(const Instruction& insn, std::uint64_t value);
  std::uint64_t data_of_store(const Instruction& insn) const {
    if (insn.size < 3) [[likely]]
      return state_.r[insn.rd];
    return state_.r[insn.rd & ~1u] | std::uint64_t{state_.r[insn.rd | 1u]} << 32;
  }
  void write_local(Address address, unsigned bytes, std::uint64_t data);
  /// The load or store of local memory that was just issued meets the others at its bank.
  void take_bank(const Decoded& d, Address address) {
    if (const Cycle wait = banks_.access(address, pipeline_.now() - 1); wait != 0) [[unlikely]]
      pipeline_.wait_for_bank(d, wait);
  }
  Decoded* fetch_elsewhere(Address pc);
  Ram::CodePage ram_code(Address pc);
  /// The RAM window that an access is likely to go to, if the aligned access of this size does.
  Ram* plain_ram(Address address, unsigned size) const {
    return ram_.empty() || !ram_.front().covers(address) || (address & ((1u << size) - 1)) != 0 || address < kWindowBytes ? nullptr
                                                                                                                          : &ram_.front();
  }
  std::uint32_t peek_code(Address pc) const;

  void decode_into(Decoded& slot, Address pc);
  /// The core's code at `pc` is what the others have there, and it will notice when that changes; false: it is not.
  bool takes_over(Address pc, std::uint32_t bytes);
  /// From now on the core uses blocks of its own.
  void leave_common();
  /// The next instruction is an observed one.
  void tell_observer();
  /// The code in the line of `address` has changed.
  void drop_code(Address address);
  void apply_protection(std::uint32_t pages);

  // core_system.cpp: instructions beyond registers and memory. False: the engine has to stop before it.
  bool execute_system(const Decoded& d);
  /// Whether this is a GIE with an IDLE behind it in the same fetch line: the two belong together.
  bool idle_follows(const Instruction& insn, Address pc, Address next) const;
  bool move_to_special(const Decoded& d);
  bool move_from_special(const Decoded& d);
  void hardware_loop(Address pc, Address sequential);
  void check_loop(Address start, Address last);

  // -- touched by every instruction
  CpuState state_;
  Pipeline pipeline_;
  Cycle limit_ = 0;       // the engine's loop ends here; 0 = look up
  Address loop_end_ = 1;  // LE while LC > 0, otherwise an address no instruction has
  core::Scratchpad local_;
  core::LocalDecodeCache<Decoded> decoded_;
  Banks banks_;
  // of the fast engine
  std::array<Address, 4> outside_local_{};  // by log2 of an access's bytes: address bits that are zero when it is aligned and local
  BlockTable blocks_;
  CommonCode* common_ = nullptr;  // instead of its own blocks
  std::uint64_t bit_;             // in Block::live
  unsigned block_visits_ = 0;
  std::uint8_t code_banks_ = 0;    // in which blocks start, by bit
  std::uint8_t marked_banks_ = 0;  // whose lines have the flag kVisited
  Cycle banks_checked_ = 0;        // whether they still need it
  Resume resume_;
  std::array<Address, Block::kLineAccesses> touched_{};  // where the loads and stores of the present line went
  bool (*engine_)(Core&);

  // -- the rest
  core::ExternalDecodeCache<Decoded> external_;
  CommonCode* offered_ = nullptr;  // what common_ is, unless the core has left it
  int id_;
  Address window_;
  std::span<Ram> ram_;
  Outside& outside_;
  Cycle until_ = 0;
  Cycle horizon_ = 0;
  Cycle near_until_ = 0;  // others have used a line for the first time, or interrupted it, lately
  Cycle wanted_ = 0;      // the moment of the shared access that the core stopped before
  Cycle timer_check_ = kNever;
  Arrivals arrivals_;
  bool attention_ = false;
  std::pair<Address, Address> checked_loop_{1, 1};  // LS and LE of the loop whose body was looked at last
  Address hold_interrupts_ = 1;                     // the IDLE after a GIE in the same fetch line: no interrupt between the two
  Life life_ = Life::Asleep;
  unsigned lives_ = 0;
  bool started_ = false;
  bool halted_ = false;
  bool broken_ = false;         // stays halted
  bool halted_by_all_ = false;  // by an MBKPT
  Waiting waiting_;
  std::optional<int> exit_code_;
  Interrupts interrupts_;
  std::array<EventTimer, 2> timers_;
  std::array<std::uint32_t, 256> special_{};
  struct Line {
    Address address = 1;
    std::uint64_t bytes = 0;
  };
  std::array<Line, 2> lines_;  // instruction lines from outside
  unsigned oldest_line_ = 0;
  core::BlamedAccount blamed_;
  std::set<std::pair<core::Misuse, Address>> reported_;
  std::uint64_t misuses_ = 0;
  const core::ObservedCode* observed_ = nullptr;
  std::pair<Cycle, Address> told_{kNever, 0};  // the observer, last
};

}  // namespace epysim::epiphany
