#include "sim/epiphany/chip.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "sim/core/config.h"
#include "sim/core/error.h"
#include "sim/epiphany/scheduler.h"
#include "sim/mesh/interconnect.h"

namespace epysim::epiphany {
namespace {

Scheduler::Shape read_shape(const core::Config& config) {
  Scheduler::Shape shape;
  constexpr int kMesh = 64;
  shape.rows = static_cast<int>(config.integer("chip.rows", 1, kMesh));
  shape.columns = static_cast<int>(config.integer("chip.columns", 1, kMesh));
  shape.first_row = static_cast<int>(config.integer("chip.first_row", 0, kMesh - shape.rows));
  shape.first_column = static_cast<int>(config.integer("chip.first_column", 0, kMesh - shape.columns));
  if (shape.first_row == 0 && shape.first_column == 0) {
    throw UsageError("chip.first_row and chip.first_column are both 0: mesh node 0 has no global address");
  }
  shape.local_bytes = static_cast<std::uint32_t>(config.integer("chip.local_bytes", 4096, 524288));
  if ((shape.local_bytes & (shape.local_bytes - 1)) != 0) throw UsageError("chip.local_bytes must be a power of two");
  shape.quantum = static_cast<Cycle>(config.integer("chip.quantum", 1, 1'000'000));
  shape.clock_hz = static_cast<double>(config.integer("chip.clock_hz", 1'000'000, 10'000'000'000));
  const std::string engine = config.text("chip.engine");
  if (engine != "fast" && engine != "reference") {
    throw UsageError("chip.engine: there is no engine \"" + engine + "\"; use \"fast\" or \"reference\"");
  }
  shape.fast_engine = engine == "fast";
  const auto thousandths = [&config](const char* key) {
    return static_cast<std::uint64_t>(std::llround(config.real(key, 1, 100'000) * 1000));
  };
  shape.dma.startup = static_cast<Cycle>(config.integer("dma.startup_cycles", 0, 1'000'000));
  shape.dma.descriptor = static_cast<Cycle>(config.integer("dma.descriptor_cycles", 0, 1'000'000));
  shape.dma.inject_gap = thousandths("dma.inject_gap");
  shape.dma.read_window = static_cast<unsigned>(config.integer("dma.read_window", 1, 1024));
  // A part of the gap passes on the link, whose byte slots are the edges of LCLK.
  const double slot = shape.clock_hz / (2 * static_cast<double>(config.integer("elink.lclk_hz", 1'000'000, 10'000'000'000)));
  const double read_gap = config.real("dma.off_chip_read_cycles", 0, 100'000) + slot * config.real("dma.off_chip_read_slots", 0, 100'000);
  shape.dma.off_chip_read_gap = static_cast<std::uint64_t>(std::llround(read_gap * 1000));
  shape.dma.off_chip_read_window = static_cast<unsigned>(config.integer("dma.off_chip_read_window", 1, 1024));
  return shape;
}

/// Off-chip memory through the elink socket: by a direct pointer where the target grants one, otherwise transaction by transaction.
class ElinkMemory : public OffChip {
 public:
  explicit ElinkMemory(tlm_utils::simple_initiator_socket<Chip>& socket, double clock_hz) : socket_(socket), clock_hz_(clock_hz) {}

  bool read(Address address, std::span<std::byte> to, Cycle at) override {
    if (const std::byte* direct = direct_at(address, to.size())) {
      std::memcpy(to.data(), direct, to.size());
      return true;
    }
    return transport(tlm::TLM_READ_COMMAND, address, to.data(), to.size(), at);
  }
  bool write(Address address, std::span<const std::byte> from, Cycle at) override {
    if (std::byte* direct = direct_at(address, from.size())) {
      std::memcpy(direct, from.data(), from.size());
      return true;
    }
    std::array<std::byte, 8> copy;  // a payload's data is not const
    std::copy(from.begin(), from.end(), copy.begin());
    return transport(tlm::TLM_WRITE_COMMAND, address, copy.data(), from.size(), at);
  }
  bool debug_read(Address address, std::span<std::byte> to) const override {
    return debug(tlm::TLM_READ_COMMAND, address, to.data(), to.size());
  }
  bool debug_write(Address address, std::span<const std::byte> from) override {
    std::vector<std::byte> copy(from.begin(), from.end());
    return debug(tlm::TLM_WRITE_COMMAND, address, copy.data(), copy.size());
  }
  void invalidate() { granted_ = false; }

 private:
  static void fill(tlm::tlm_generic_payload& payload, tlm::tlm_command command, Address address, std::byte* data, std::size_t bytes) {
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(data));
    payload.set_data_length(static_cast<unsigned>(bytes));
    payload.set_streaming_width(static_cast<unsigned>(bytes));
    payload.set_byte_enable_ptr(nullptr);
    payload.set_dmi_allowed(false);
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  }

  std::byte* direct_at(Address address, std::size_t bytes) {
    if (!granted_ && !ask_direct(address)) return nullptr;
    if (address < dmi_.get_start_address() || address + std::uint64_t{bytes} - 1 > dmi_.get_end_address()) return nullptr;
    return reinterpret_cast<std::byte*>(dmi_.get_dmi_ptr()) + (address - dmi_.get_start_address());
  }

  bool ask_direct(Address address) {
    if (refused_) return false;
    fill(payload_, tlm::TLM_READ_COMMAND, address, nullptr, 0);
    granted_ = socket_->get_direct_mem_ptr(payload_, dmi_) && dmi_.is_read_write_allowed();
    refused_ = !granted_ && transport_answers(address);  // a target without direct pointers; an address without a target may just be wrong
    return granted_;
  }

  bool transport_answers(Address address) {
    std::byte probe{};
    return debug(tlm::TLM_READ_COMMAND, address, &probe, 1);
  }

  bool transport(tlm::tlm_command command, Address address, std::byte* data, std::size_t bytes, Cycle at) {
    fill(payload_, command, address, data, bytes);
    const sc_core::sc_time then(static_cast<double>(at) * 1e9 / clock_hz_, sc_core::SC_NS);
    sc_core::sc_time delay = then > sc_core::sc_time_stamp() ? then - sc_core::sc_time_stamp() : sc_core::SC_ZERO_TIME;
    socket_->b_transport(payload_, delay);  // the interconnect has priced the access already
    return payload_.is_response_ok();
  }

  bool debug(tlm::tlm_command command, Address address, std::byte* data, std::size_t bytes) const {
    tlm::tlm_generic_payload payload;
    fill(payload, command, address, data, bytes);
    return socket_->transport_dbg(payload) == bytes;
  }

  tlm_utils::simple_initiator_socket<Chip>& socket_;
  double clock_hz_;
  tlm::tlm_generic_payload payload_;
  tlm::tlm_dmi dmi_;
  bool granted_ = false;
  bool refused_ = false;
};

}  // namespace

struct Chip::Impl {
  Impl(Chip& chip, const Scheduler::Shape& shape, mesh::Interconnect& network, ChipOptions options, Cycle platform_step)
      : interconnect(network),
        autonomous(options.autonomous),
        step(platform_step),
        elink(chip.elink, shape.clock_hz),
        scheduler(shape, network, elink, std::move(options)) {}

  sc_core::sc_time time_of(Cycle cycle) const { return {static_cast<double>(cycle) * 1e9 / scheduler.shape().clock_hz, sc_core::SC_NS}; }
  Cycle cycle_of(const sc_core::sc_time& time) const {
    return static_cast<Cycle>(std::llround(time.to_seconds() * scheduler.shape().clock_hz));
  }

  mesh::Interconnect& interconnect;
  bool autonomous;
  Cycle step;
  ElinkMemory elink;
  Scheduler scheduler;
  sc_core::sc_event go;
  Cycle deadline = 0;
  ChipStop stop = ChipStop::Deadline;
};

Chip::Chip(const sc_core::sc_module_name& name, const core::Config& config, mesh::Interconnect& interconnect, ChipOptions options)
    : sc_module(name), elink("elink"), host("host") {
  const Cycle step = static_cast<Cycle>(config.integer("chip.step", 1, 1'000'000'000));
  impl_ = std::make_unique<Impl>(*this, read_shape(config), interconnect, std::move(options), step);
  host.register_b_transport(this, &Chip::b_transport);
  host.register_transport_dbg(this, &Chip::transport_dbg);
  elink.register_invalidate_direct_mem_ptr(this, &Chip::invalidate_direct_mem_ptr);
  SC_HAS_PROCESS(Chip);
  SC_THREAD(process);
}

Chip::~Chip() = default;

int Chip::core_count() const { return impl_->scheduler.core_count(); }
Address Chip::window(int core) const { return impl_->scheduler.window(core); }
std::uint32_t Chip::local_bytes() const { return impl_->scheduler.shape().local_bytes; }
double Chip::clock_hz() const { return impl_->scheduler.shape().clock_hz; }

bool Chip::debug_read(Address address, std::span<std::byte> to, int as) const { return impl_->scheduler.debug_read(address, to, as); }
bool Chip::debug_write(Address address, std::span<const std::byte> from, int as) { return impl_->scheduler.debug_write(address, from, as); }

void Chip::reset(int core) { impl_->scheduler.reset(core); }
void Chip::start(int core, std::optional<Address> entry) { impl_->scheduler.start(core, entry); }
void Chip::halt(int core) { impl_->scheduler.halt(core); }

Cycle Chip::now() const { return impl_->scheduler.now(); }

ChipStop Chip::run(Cycle deadline) {
  impl_->deadline = deadline;
  impl_->go.notify(sc_core::SC_ZERO_TIME);
  sc_core::sc_start();
  return impl_->stop;
}

void Chip::process() {
  if (impl_->autonomous) {
    for (;;) {
      impl_->scheduler.run(impl_->cycle_of(sc_core::sc_time_stamp()) + impl_->step);
      wait(impl_->time_of(impl_->step));
    }
  }
  for (;;) {
    wait(impl_->go);
    impl_->stop = impl_->scheduler.run(impl_->deadline);
    const sc_core::sc_time now = impl_->time_of(impl_->scheduler.now());
    if (now > sc_core::sc_time_stamp()) wait(now - sc_core::sc_time_stamp());
    sc_core::sc_pause();
  }
}

void Chip::request_stop() { impl_->scheduler.request_stop(); }
void Chip::watch(std::span<const Address> words) { impl_->scheduler.watch(words); }
std::vector<Ring> Chip::take_rings() { return impl_->scheduler.take_rings(); }
void Chip::write_at(Cycle at, Address address, std::uint32_t value) { impl_->scheduler.write_at(at, address, 4, value); }

void Chip::host_wait_begins(int core) { impl_->scheduler.host_wait_begins(core); }
void Chip::host_wait_ends(int core) { impl_->scheduler.host_wait_ends(core); }

CoreSnapshot Chip::snapshot(int core) const { return impl_->scheduler.snapshot(core); }
void Chip::finish_trace() { impl_->scheduler.finish_trace(); }

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
    const bool done = debug_read(address, {data, bytes});
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
    impl_->scheduler.host_store(at, address + done, piece, value);
    done += piece;
  }
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

unsigned Chip::transport_dbg(tlm::tlm_generic_payload& payload) {
  const Address address = static_cast<Address>(payload.get_address());
  std::byte* const data = reinterpret_cast<std::byte*>(payload.get_data_ptr());
  const unsigned bytes = payload.get_data_length();
  const bool done = payload.is_read() ? debug_read(address, {data, bytes}) : payload.is_write() && debug_write(address, {data, bytes});
  return done ? bytes : 0;
}

void Chip::invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) { impl_->elink.invalidate(); }

}  // namespace epysim::epiphany
