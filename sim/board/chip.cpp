#include "sim/board/chip.h"

#include <cmath>
#include <cstring>
#include <utility>

#include "sim/board/off_chip_socket.h"
#include "sim/core/config.h"

namespace epysim::board {

struct Chip::Impl {
  Impl(Chip& chip, const core::Config& config, core::MulticoreOptions options, Advance how)
      : autonomous(how == Advance::Autonomous),
        step(static_cast<Cycle>(config.integer("chip.step", 1, 1'000'000'000))),
        type(core::CoreType::named(config.text("chip.core"))),
        memory(chip.off_chip),
        cores(type.build(config, memory, std::move(options))) {
    memory.set_clock(cores->clock_hz());
  }

  sc_core::sc_time time_of(Cycle cycle) const { return {static_cast<double>(cycle) * 1e9 / cores->clock_hz(), sc_core::SC_NS}; }
  Cycle cycle_of(const sc_core::sc_time& time) const { return static_cast<Cycle>(std::llround(time.to_seconds() * cores->clock_hz())); }

  bool autonomous;
  Cycle step;
  const core::CoreType& type;
  OffChipSocket<Chip> memory;
  core::ObservedCode observed;
  std::unique_ptr<core::Multicore> cores;
  sc_core::sc_event go;
  Cycle deadline = 0;
  core::RunStop stop = core::RunStop::Deadline;
};

Chip::Chip(const sc_core::sc_module_name& name, const core::Config& config, core::MulticoreOptions options, Advance advance)
    : sc_module(name), off_chip("off_chip"), host("host"), impl_(std::make_unique<Impl>(*this, config, std::move(options), advance)) {
  host.register_b_transport(this, &Chip::b_transport);
  host.register_transport_dbg(this, &Chip::transport_dbg);
  off_chip.register_invalidate_direct_mem_ptr(this, &Chip::invalidate_direct_mem_ptr);
  SC_HAS_PROCESS(Chip);
  SC_THREAD(process);
}

Chip::~Chip() = default;

const core::CoreType& Chip::type() const { return impl_->type; }
core::Multicore& Chip::cores() { return *impl_->cores; }
const core::Multicore& Chip::cores() const { return *impl_->cores; }

core::RunStop Chip::run(Cycle deadline) {
  impl_->deadline = deadline;
  impl_->go.notify(sc_core::SC_ZERO_TIME);
  sc_core::sc_start();
  return impl_->stop;
}

void Chip::observe(std::vector<Address> places, core::Observer& observer) {
  impl_->observed = core::ObservedCode(std::move(places), observer);
  impl_->cores->observe(impl_->observed);
  impl_->memory.observe(&observer);
}

void Chip::process() {
  if (impl_->autonomous) {
    for (;;) {
      impl_->cores->run(impl_->cycle_of(sc_core::sc_time_stamp()) + impl_->step);
      wait(impl_->time_of(impl_->step));
    }
  }
  for (;;) {
    wait(impl_->go);
    impl_->stop = impl_->cores->run(impl_->deadline);
    const sc_core::sc_time now = impl_->time_of(impl_->cores->now());
    if (now > sc_core::sc_time_stamp()) wait(now - sc_core::sc_time_stamp());
    sc_core::sc_pause();
  }
}

// The host as a SystemC module: its stores travel through the mesh and arrive as events, its loads are answered at once.
void Chip::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  const Address address = static_cast<Address>(payload.get_address());
  std::byte* const data = reinterpret_cast<std::byte*>(payload.get_data_ptr());
  const unsigned bytes = payload.get_data_length();
  if (payload.get_byte_enable_ptr() != nullptr || payload.get_address() > ~Address{0}) {
    payload.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    return;
  }
  if (payload.is_read()) {
    const bool done = impl_->cores->debug_read(address, {data, bytes}, -1);
    payload.set_response_status(done ? tlm::TLM_OK_RESPONSE : tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return;
  }
  const Cycle at = impl_->cycle_of(sc_core::sc_time_stamp() + delay);
  for (unsigned done = 0; done < bytes;) {
    // Naturally aligned pieces of 8, 4, 2 or 1 bytes, as the mesh carries them.
    unsigned piece = 8;
    while (piece > 1 && (((address + done) & (piece - 1)) != 0 || piece > bytes - done)) piece /= 2;
    std::uint64_t value = 0;
    std::memcpy(&value, data + done, piece);
    impl_->cores->host_store(at, address + done, piece, value);
    done += piece;
  }
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

unsigned Chip::transport_dbg(tlm::tlm_generic_payload& payload) {
  const Address address = static_cast<Address>(payload.get_address());
  std::byte* const data = reinterpret_cast<std::byte*>(payload.get_data_ptr());
  const unsigned bytes = payload.get_data_length();
  const bool done = payload.is_read() ? impl_->cores->debug_read(address, {data, bytes}, -1)
                                      : payload.is_write() && impl_->cores->debug_write(address, {data, bytes}, -1);
  return done ? bytes : 0;
}

void Chip::invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) { impl_->memory.invalidate(); }

}  // namespace epysim::board
