// The accesses of a core that are not plain private ones: lines that others use too, memory-mapped registers, RAM windows, other cores,
// off-chip memory, instruction lines from outside; and local memory as others see it.

#include <algorithm>
#include <cstring>
#include <string>

#include "sim/core/hex.h"
#include "sim/epiphany/core.h"
#include "sim/epiphany/registers.h"

namespace epysim::epiphany {

using core::Cause;
using core::hex;
using core::LocalDecodeCache;
using core::Scratchpad;

namespace {

constexpr unsigned kExceptionUnaligned = 2;  // EXCAUSE of Epiphany-III

std::uint64_t load_bytes(const std::byte* from, unsigned bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, from, bytes);
  return value;
}

void store_bytes(std::byte* to, unsigned bytes, std::uint64_t data) { std::memcpy(to, &data, bytes); }

bool in_registers(Address offset) { return offset - kRegisterBase < kRegisterBytes; }

Ram* ram_at(std::span<Ram> windows, Address address, unsigned bytes) {
  for (Ram& ram : windows) {
    if (ram.holds(address, bytes)) return &ram;
  }
  return nullptr;
}

}  // namespace

// ---------------------------------------------------------------------------------------------------- the core's own accesses

void Core::put_loaded(const Instruction& insn, std::uint64_t value) {
  if (insn.size < 3) {
    state_.r[insn.rd] = static_cast<std::uint32_t>(value);
  } else {
    state_.r[insn.rd & ~1u] = static_cast<std::uint32_t>(value);
    state_.r[insn.rd | 1u] = static_cast<std::uint32_t>(value >> 32);
  }
}

bool Core::load_elsewhere(const Decoded& d, Address address) {
  const unsigned bytes = 1u << d.insn.size;
  const Address aligned = address & ~(bytes - 1);
  const bool local = aligned < local_.bytes();
  Ram* const ram = aligned >= kWindowBytes ? ram_at(ram_, aligned, bytes) : nullptr;
  const bool near = local ? (local_.flags(aligned) & Scratchpad::kOrdered) == 0 : ram != nullptr;
  Cycle at = 0;
  if (!near && (at = turn(pipeline_.earliest(d))) == kNever) return false;

  const bool odd = d.insn.size == 3 && (d.insn.rd & 1) != 0;
  if (address != aligned) {
    misuse(core::Misuse::Unaligned, "unaligned load of " + std::to_string(bytes) + " bytes at " + hex(address) + ": reads " + hex(aligned));
  } else if (odd) {
    misuse(core::Misuse::Unaligned, "LDRD into r" + std::to_string(d.insn.rd) + ", which is not an even register");
  }
  if (address != aligned || odd) raise_exception(kExceptionUnaligned);

  const bool postmodify = d.insn.addressing >= Addressing::PostmodifyRegister;
  const std::uint32_t base = postmodify ? postmodified_base(state_, d.insn) : 0;
  if (aligned < kWindowBytes || ram != nullptr) {
    pipeline_.issue_load(d);
    std::uint64_t value = 0;
    if (local) {
      take_bank(d, aligned);
      value = load_bytes(local_.data() + aligned, bytes);
    } else if (ram != nullptr) {
      value = load_bytes(ram->at(aligned), bytes);
    } else if (in_registers(aligned)) {
      value = outside_read(aligned, bytes);
    }
    if (!local && ram == nullptr && !is_register(aligned - kRegisterBase)) {
      misuse(core::Misuse::Reserved, "load from reserved address " + hex(aligned) + ": reads 0");
    }
    if (postmodify) state_.r[d.insn.rn] = base;
    put_loaded(d.insn, value);
    return true;
  }
  pipeline_.issue_outside_load(d);
  if (postmodify) state_.r[d.insn.rn] = base;
  waiting_ = {Waiting::Data, Cause::RemoteLoad, d.insn.rd, d.insn.size, 0};
  waiting_.cause = outside_.load(*this, aligned, bytes, at);
  limit_ = 0;
  return true;
}

bool Core::store_elsewhere(const Decoded& d, Address address) {
  const unsigned bytes = 1u << d.insn.size;
  const Address aligned = address & ~(bytes - 1);
  const bool local = aligned < local_.bytes();
  Ram* const ram = aligned >= kWindowBytes ? ram_at(ram_, aligned, bytes) : nullptr;
  const bool near = local ? (local_.flags(aligned) & Scratchpad::kOrdered) == 0 : ram != nullptr;
  const bool odd = d.insn.size == 3 && (d.insn.rd & 1) != 0;
  Cycle at = pipeline_.earliest(d);
  if (!odd && may_post(address, bytes, at)) {
    const Cycle accepted = outside_.post(*this, aligned, bytes, data_of_store(d.insn), at);
    if (accepted != kNever) [[likely]] {
      pipeline_.issue_store(d);
      if (d.insn.addressing >= Addressing::PostmodifyRegister) state_.r[d.insn.rn] = postmodified_base(state_, d.insn);
      pipeline_.charge_until(Cause::BackPressure, accepted);
      return true;
    }
  }
  if (!near && (at = turn(at)) == kNever) return false;

  if (address != aligned) {
    misuse(core::Misuse::Unaligned,
           "unaligned store of " + std::to_string(bytes) + " bytes at " + hex(address) + ": writes " + hex(aligned));
  } else if (odd) {
    misuse(core::Misuse::Unaligned, "STRD from r" + std::to_string(d.insn.rd) + ", which is not an even register");
  }
  if (address != aligned || odd) raise_exception(kExceptionUnaligned);

  const std::uint64_t data = data_of_store(d.insn);
  pipeline_.issue_store(d);
  if (d.insn.addressing >= Addressing::PostmodifyRegister) state_.r[d.insn.rn] = postmodified_base(state_, d.insn);
  if (local) {
    take_bank(d, aligned);
    write_local(aligned, bytes, data);
    if (!near) outside_.stored_at_home(*this, aligned, bytes, data, at);
  } else if (ram != nullptr) {
    ram->store(aligned, std::as_bytes(std::span(&data, 1)).first(bytes));
  } else if (in_registers(aligned)) {
    outside_write(aligned, bytes, data, at);
    if (!is_register(aligned - kRegisterBase)) misuse(core::Misuse::Reserved, "store to reserved address " + hex(aligned) + ": ignored");
  } else if (aligned < kWindowBytes) {
    misuse(core::Misuse::Reserved, "store to reserved address " + hex(aligned) + ": ignored");
  } else {
    const Cycle accepted = outside_.store(*this, aligned, bytes, data, at);
    if (accepted != kNever) {
      pipeline_.charge_until(Cause::BackPressure, accepted);
    } else {
      waiting_ = {Waiting::Room, Cause::BackPressure, 0, 0, 0};
      limit_ = 0;
    }
  }
  return true;
}

bool Core::testset(const Decoded& d) {
  const Address address = effective_address(state_, d.insn);
  const Address aligned = address & ~3u;
  Ram* const ram = aligned >= kWindowBytes ? ram_at(ram_, aligned, 4) : nullptr;
  Cycle at = 0;
  if ((at = turn(pipeline_.earliest(d))) == kNever) return false;
  if (address != aligned) {
    misuse(core::Misuse::Unaligned, "unaligned TESTSET at " + hex(address) + ": uses " + hex(aligned));
    raise_exception(kExceptionUnaligned);
  }
  const std::uint32_t value = state_.r[d.insn.rd];
  if (aligned < kWindowBytes) {
    // The test is not made through the local alias: an ordinary load (assumption; the manual only says that it does not work).
    misuse(core::Misuse::Testset, "TESTSET on local address " + hex(aligned) + " does nothing but load: use the core's global address");
    pipeline_.issue_control(d);
    state_.r[d.insn.rd] = static_cast<std::uint32_t>(outside_read(aligned, 4));
    return true;
  }
  if (ram != nullptr) {
    pipeline_.issue_control(d);
    const std::uint64_t old = load_bytes(ram->at(aligned), 4);
    if (old == 0) ram->store(aligned, std::as_bytes(std::span(&value, 1)));
    state_.r[d.insn.rd] = static_cast<std::uint32_t>(old);
    return true;
  }
  pipeline_.issue_outside_load(d);
  waiting_ = {Waiting::Data, Cause::RemoteLoad, d.insn.rd, 2, 0};
  waiting_.cause = outside_.testset(*this, aligned, value, at);
  limit_ = 0;
  return true;
}

void Core::first_visit(Address offset, Cycle at) {
  share(offset, at);
  const unsigned bank = banks_.bank_of(offset);
  if ((marked_banks_ >> bank & 1u) != 0) return;
  marked_banks_ |= static_cast<std::uint8_t>(1u << bank);
  local_.set_all(bank * banks_.bank_bytes(), banks_.bank_bytes(), Scratchpad::kVisited);
}

void Core::unmark_quiet_banks() {
  banks_checked_ = now();
  for (unsigned bank = 0; bank < Banks::kCount; ++bank) {
    if ((marked_banks_ >> bank & 1u) == 0 || banks_.busy(bank, now())) continue;
    marked_banks_ &= static_cast<std::uint8_t>(~(1u << bank));
    local_.clear_all(bank * banks_.bank_bytes(), banks_.bank_bytes(), Scratchpad::kVisited);
  }
}

void Core::write_local(Address address, unsigned bytes, std::uint64_t data) {
  const std::uint8_t flags = local_.flags(address);
  if ((flags & Scratchpad::kProtected) != 0) {
    misuse(core::Misuse::Protected, "store to write-protected address " + hex(address) + ": ignored");
    special_[special::MEMSTATUS] |= 1u << 2;
    interrupts_.latched |= 1u << interrupt::kMemoryFault;
    attention();
    return;
  }
  store_bytes(local_.data() + address, bytes, data);
  if ((flags & Scratchpad::kDecoded) != 0) drop_code(address);
}

// ------------------------------------------------------------------------------------------------------------ instructions

void Core::decode_into(Decoded& slot, Address pc) {
  // Only stores to these very lines: an engine may decode far ahead, and that must make no difference to when the core stops.
  if (!arrivals_.empty() && arrivals_.reach(pc & ~7u, (pc & ~7u) + 16)) [[unlikely]]
    outside_.watch_arrivals(*this);
  slot = prepare(peek_code(pc), local_.bytes());
  if (pc >= local_.bytes()) return;
  slot.observed = observed_ != nullptr && observed_->holds(pc);
  slot.new_line = (pc & 7u) == 0 || (pc & 7u) + slot.length() > 8;
  LocalDecodeCache<Decoded>::mark(local_, pc, slot.length());
}

bool Core::takes_over(Address pc, std::uint32_t bytes) {
  if (!common_->same(local_, pc, bytes)) return false;
  if (!arrivals_.empty() && arrivals_.reach(pc & ~7u, ((pc + bytes) & ~7u) + 8)) outside_.watch_arrivals(*this);
  for (Address line = pc & ~7u; line < pc + bytes; line += 8) local_.set(line, Scratchpad::kDecoded);
  return true;
}

void Core::leave_common() {
  if (common_ == nullptr) return;
  common_->leave(bit_);
  common_ = nullptr;
  resume_ = {};
}

void Core::observe(const core::ObservedCode& code) {
  leave_common();
  observed_ = &code;
  drop_code(0, local_.bytes());
}

void Core::tell_observer() {
  if (told_ == std::pair(now(), state_.pc)) return;  // it had to wait for its turn
  told_ = {now(), state_.pc};
  observed_->reached(id_, state_.pc, state_.r, [this] { return causes(); });
}

void Core::drop_code(Address address) {
  leave_common();
  decoded_.drop_line(local_, address);
  const Address line = address & ~7u;
  blocks_.drop(line < 2 ? 0 : line - 2, line + 7);
}

Ram::CodePage Core::ram_code(Address pc) {
  Ram* const ram = pc >= kWindowBytes ? ram_at(ram_, pc, 2) : nullptr;
  return ram != nullptr ? ram->code(pc) : Ram::CodePage{};
}

Decoded* Core::fetch_elsewhere(Address pc) {
  const auto decode = [this](std::uint32_t word) { return prepare(word, local_.bytes()); };
  if (pc < kWindowBytes) {
    misuse(core::Misuse::Reserved, "instruction fetch from reserved address " + hex(pc) + ": reads 0");
    return &external_.lookup(pc, 0, decode);
  }
  const auto buffered = [&](Address line) -> const Line* {
    for (const Line& buffer : lines_) {
      if (buffer.address == line) return &buffer;
    }
    const Cycle at = turn(now());
    if (at == kNever) return nullptr;
    waiting_ = {Waiting::Line, Cause::ExternalFetch, 0, 0, line};
    limit_ = 0;
    outside_.fetch(*this, line, at);
    return nullptr;
  };
  const Line* first = buffered(pc & ~7u);
  if (first == nullptr) return nullptr;
  std::uint64_t word = first->bytes >> (8 * (pc & 7u));
  if ((pc & 7u) == 6 && prepare(static_cast<std::uint32_t>(word), local_.bytes()).length() == 4) {
    const Line* second = buffered((pc & ~7u) + 8);
    if (second == nullptr) return nullptr;
    word |= second->bytes << 16;
  }
  return &external_.lookup(pc, static_cast<std::uint32_t>(word), decode);
}

std::uint32_t Core::peek_code(Address pc) const {
  if (pc < local_.bytes()) return local_.load<std::uint32_t>(pc);
  const Ram* ram = pc >= kWindowBytes ? ram_at(ram_, pc, 2) : nullptr;
  return ram != nullptr ? static_cast<std::uint32_t>(load_bytes(ram->at(pc), std::min(4u, ram->from(pc)))) : 0;
}

void Core::unanswered(Address address, bool store, Address pc) {
  misuse(core::Misuse::Unmapped, pc,
         store ? "store to " + hex(address) + ", where nothing answers: lost"
               : "load or fetch from " + hex(address) + ", where nothing answers: the core hangs");
}

// ---------------------------------------------------------------------------------------------------------- as others see it

std::uint64_t Core::outside_read(Address offset, unsigned bytes) const {
  if (offset < local_.bytes()) return load_bytes(local_.data() + offset, bytes);
  if (!in_registers(offset)) return 0;
  const Address from = offset - kRegisterBase;
  std::uint64_t value = read_register(from & ~3u);
  if (bytes == 8) value |= std::uint64_t{read_register((from & ~7u) + 4)} << 32;
  value >>= 8 * (from & 3u);
  return bytes == 8 ? value : value & ((std::uint64_t{1} << (8 * bytes)) - 1);
}

void Core::outside_write(Address offset, unsigned bytes, std::uint64_t data, Cycle at) {
  if (offset < local_.bytes()) {
    write_local(offset, bytes, data);
  } else if (in_registers(offset)) {
    write_register((offset - kRegisterBase) & ~3u, static_cast<std::uint32_t>(data), at);
    if (bytes == 8) write_register(((offset - kRegisterBase) & ~7u) + 4, static_cast<std::uint32_t>(data >> 32), at);
  }
}

std::uint32_t Core::outside_testset(Address offset, std::uint32_t value) {
  if (offset >= local_.bytes()) return 0;
  const std::uint32_t old = local_.load<std::uint32_t>(offset);
  if (old == 0) write_local(offset, 4, value);
  return old;
}

void Core::poke(Address offset, std::span<const std::byte> from) {
  std::memcpy(local_.data() + offset, from.data(), from.size());
  drop_code(offset, static_cast<std::uint32_t>(from.size()));
}

void Core::drop_code(Address offset, std::uint32_t bytes) {
  for (Address line = offset & ~7u; line < offset + bytes; line += 8) {
    if ((local_.flags(line) & Scratchpad::kDecoded) != 0) drop_code(line);
  }
}

void Core::clear_memory() {
  local_.reset();
  marked_banks_ = code_banks_ = 0;
  decoded_.drop_all();
  blocks_.drop_all();
  leave_common();
  if (observed_ == nullptr) common_ = offered_;
  apply_protection(special_[special::MEMPROTECT]);
}

void Core::apply_protection(std::uint32_t pages) {
  constexpr Address kPage = 4096;
  if (!arrivals_.empty()) outside_.watch_arrivals(*this);
  for (Address line = 0; line < local_.bytes(); line += 8) {
    const Address page = line / kPage;
    if (page < 8 && ((pages >> page) & 1u) != 0) {
      local_.set(line, Scratchpad::kProtected);
    } else {
      local_.clear(line, Scratchpad::kProtected);
    }
  }
}

}  // namespace epysim::epiphany
