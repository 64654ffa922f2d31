#pragma once
// Global time of a chip: which core goes next, and what happens between cores. Knows no SystemC.
//
//   The core with the smallest local time runs (tie: the lower number), ahead through its private work, until it is `quantum` cycles ahead
//   of the next core, or five where it has to do with others (Core::near_others), or eight quanta where these have left it alone for long
//   (Core::left_alone), or where the next event touches it. Before an access
//   that others can notice it stops unless no core and no event is earlier; so such accesses happen in exact time order, whatever the
//   quantum is. A posted store to memory on the chip need not wait: what it stores arrives in its own time, and the mesh takes requests in
//   any order; and the sooner its target knows, the less it can miss.
//
// What is under way between cores is an event with a time, in one queue ordered by (time, source, sequence): the moment at which a load
// reads its target, signals, DMA elements, the arrival of a store. Most stores only change bytes that nobody looks at meanwhile: they wait
// in front of their memory (arrivals.h). A line of local memory is marked as shared when the request for it is made; what quantum > 1 can
// still delay, by less than a quantum, is a core's notice of its very first shared line, of code that another one stores, and of an
// interrupt.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/core/agenda.h"
#include "sim/core/core_phases.h"
#include "sim/core/multicore.h"
#include "sim/core/types.h"
#include "sim/epiphany/core.h"
#include "sim/epiphany/dma.h"
#include "sim/epiphany/event_queue.h"
#include "sim/epiphany/last_stores.h"
#include "sim/epiphany/outside.h"
#include "sim/epiphany/ram.h"
#include "sim/epiphany/registers.h"
#include "sim/epiphany/syscalls.h"
#include "sim/mesh/interconnect.h"

namespace epysim::epiphany {

class Scheduler : public Outside, public core::Multicore {
 public:
  struct Shape {
    int rows;
    int columns;
    int first_row;
    int first_column;
    std::uint32_t local_bytes;
    Cycle quantum;
    double clock_hz;
    unsigned block_visits;  // of Core::use_fast_engine(); 0: the reference engine
    DmaTiming dma;

    std::size_t core_count() const { return static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns); }
  };
  /// Sections "chip" and "dma" of a configuration (core_type.cpp).
  static Shape read_shape(const core::Config& config);

  /// `interconnect` and `off_chip` are not owned.
  Scheduler(const Shape& shape, mesh::Interconnect& interconnect, core::OffChip& off_chip, core::MulticoreOptions options);
  ~Scheduler() override;

  const Shape& shape() const { return shape_; }
  Core& core(int id) { return *cores_[static_cast<std::size_t>(id)]; }

  // -- Multicore, for the board
  int core_count() const override { return static_cast<int>(cores_.size()); }
  double clock_hz() const override { return shape_.clock_hz; }
  Address window(int id) const override;
  std::uint32_t local_bytes() const override { return shape_.local_bytes; }
  bool cores_reach_each_other() const override { return true; }
  Address local_end() const override { return kWindowBytes; }
  bool debug_read(Address address, std::span<std::byte> to, int as) const override;
  bool debug_write(Address address, std::span<const std::byte> from, int as) override;
  void memory_changed(int id, Address offset, std::uint32_t bytes) override;
  std::vector<core::HostRegister> host_registers() const override;
  void reset(int id) override;
  void start(int id, std::optional<Address> entry) override;
  void halt(int id) override;
  void stop_for_good(int id) override;
  Cycle now() const override { return now_; }
  core::RunStop run(Cycle deadline) override;
  void request_stop() override { stop_requested_.store(true, std::memory_order_relaxed); }
  void watch(std::span<const Address> words) override;
  std::vector<core::Ring> take_rings() override;
  void write_at(Cycle at, Address address, unsigned bytes, std::uint64_t value) override;
  /// It travels through the mesh.
  void host_store(Cycle at, Address address, unsigned bytes, std::uint64_t value) override;
  void host_wait_begins(int id) override;
  void host_wait_ends(int id) override;
  void observe(const core::ObservedCode& code) override;
  core::CoreSnapshot snapshot(int id) override;
  nlohmann::ordered_json links() const override { return interconnect_.links(); }
  void finish_trace() override;

  // -- Outside, for the cores
  Cycle post(Core& core, Address address, unsigned bytes, std::uint64_t data, Cycle at) override;
  Cycle store(Core& core, Address address, unsigned bytes, std::uint64_t data, Cycle at) override;
  core::Cause load(Core& core, Address address, unsigned bytes, Cycle at) override;
  core::Cause testset(Core& core, Address address, std::uint32_t value, Cycle at) override;
  void fetch(Core& core, Address line, Cycle at) override;
  void sync(Core& core, Cycle at) override;
  void wand(Core& core, Cycle at) override;
  void breakpoint_all(Core& core, Cycle at) override;
  TrapOutcome trap(Core& core, unsigned number) override;
  void configure_dma(Core& core, unsigned channel, Cycle at) override;
  void dma_slave_data(Core& core, unsigned channel, bool high, Cycle at) override;
  void pause_dma(Core& core, bool paused) override;
  void changed(const Core& core) override;
  void land(Core& core, Cycle at) override;
  void watch_arrivals(Core& core) override;
  void stored_at_home(Core& core, Address offset, unsigned bytes, std::uint64_t data, Cycle at) override;
  std::uint64_t mesh_events(const Core& core, unsigned code) override;
  void diagnose(const Core& core, core::Misuse kind, Address pc, Cycle at, const std::string& text) override;

 private:
  struct Event {
    enum class Kind : std::uint8_t {
      Store,
      Load,
      Testset,
      Fetch,
      Latch,
      Halt,
      DmaTick,
      DmaRead,
      DmaReturn,
      DmaDatum,
      DmaStore,
      Link,
      Edge
    };
    Cycle at = 0;
    int source = 0;  // a core, or core_count() for the host
    Kind kind = Kind::Store;
    std::uint8_t bytes = 0;    // of an access; interrupt number of Latch
    std::uint8_t channel = 0;  // of DMA kinds; of Edge: the control mode
    bool message = false;      // of stores: raises the message interrupt where it arrives
    unsigned life = 0;         // of the requesting core when it asked, of DMA kinds: the channel's count of transfers
    int core = 0;              // of signals: the target
    Address pc = 0;            // of stores: the instruction
    Address address = 0;
    std::uint64_t data = 0;  // of DmaRead: the address of the destination
    Cycle issued = 0;        // of stores
    Cycle returned = 0;      // of reads: when the requester has the answer
  };
  /// Where an address leads: to a RAM window, to a core, or off the chip.
  struct Place {
    Ram* ram = nullptr;
    int core = -1;
    Address address = 0;  // inside the core's window, or as it was
  };
  /// Where a core's last posted store went.
  struct Route {
    Address window = kNowhere;
    Core* target = nullptr;
    mesh::Interconnect::Way way;
    static constexpr Address kNowhere = 1;  // is no window
  };
  class Guest;

  Place place_of(Address address) const {
    for (Ram& ram : ram_) {
      if (ram.holds(address, 1)) return {&ram, -1, address};
    }
    const unsigned row = (address >> 26) - static_cast<unsigned>(shape_.first_row);
    const unsigned column = (address >> 20 & 63u) - static_cast<unsigned>(shape_.first_column);
    if (row >= static_cast<unsigned>(shape_.rows) || column >= static_cast<unsigned>(shape_.columns)) return {nullptr, -1, address};
    return {nullptr, static_cast<int>(row) * shape_.columns + static_cast<int>(column), address & (kWindowBytes - 1)};
  }
  /// As a core sees it: addresses below 1 MB are its own.
  Place place_for(int id, Address address) const;
  mesh::Node node(int id) const { return nodes_[static_cast<std::size_t>(id)]; }
  /// `concerns`: the only core whose private work could notice it.
  void push(const Event& event, int concerns = kEverybody);
  /// Puts a store of event.bytes to event.address on its way from a node; it becomes an event when its time is known. Returns when the
  /// sender may go on; kNever: `room_for` is called then.
  Cycle send(Event& event, mesh::Node from, Cycle at);
  /// The same for a read of any kind.
  void request(Event event, mesh::Node from, Cycle at);
  /// Whether what waits for its turn at the link is a read off the chip. That touches nobody: a core stands still until it has its datum,
  /// and a DMA engine's comes back as an event of its own.
  static bool only_asks(const Event& event) {
    return event.kind == Event::Kind::Load || event.kind == Event::Kind::Fetch || event.kind == Event::Kind::DmaRead;
  }
  mesh::Interconnect::Ticket park(const Event& event);
  void watch_link();
  void link_moves(const Event& event);
  void room_for(const Event& store, Cycle accepted);
  void happen(const Event& event);
  void answer(const Event& event);
  /// Notes accesses of a core to what another core does not have, or not now.
  void judge(const Event& event, const Place& place, Address pc) {
    if (place.core >= 0 && place.address >= shape_.local_bytes && event.source < core_count()) [[unlikely]]
      judge_register(event, place, pc);
  }
  void judge_register(const Event& event, const Place& place, Address pc);
  /// The value there at `at`; nothing when nobody answers.
  std::optional<std::uint64_t> value_at(Place place, unsigned bytes, Cycle at);
  bool put_at(Place place, unsigned bytes, std::uint64_t data, Cycle at, int writer);
  /// A plain store is on its way to a core's local memory.
  void deliver(Core& target, const Arrival& arrival);
  void land(const Place& place, Cycle at) {
    if (place.core >= 0 && core(place.core).arrivals().first() <= at) land(core(place.core), at);
  }
  void land_all(Cycle at);
  core::RunStop run_cores(Cycle deadline);
  /// The cycle in which an access that gets there at `at` through the mesh is made.
  Cycle visit(Place place, Cycle at);
  static StoreRecord record(const Event& event, const Place& place, unsigned agent = 0) {
    return {place.address, event.pc, event.issued, event.data, static_cast<std::int16_t>(event.source), static_cast<std::uint8_t>(agent),
            event.bytes};
  }
  /// Looks whether a store meets another one that nothing orders.
  void note_store(const Place& place, const Event& event, unsigned agent) {
    if (event.source >= core_count() || place.ram != nullptr || (place.core >= 0 && place.address >= shape_.local_bytes)) return;
    land(place, event.at);
    note_store(place.core, record(event, place, agent), event.life);
  }
  /// `owner`: whose local memory it is; negative: nobody's. `life`: of a DMA engine's store: the channel's count of transfers.
  void note_store(int owner, const StoreRecord& store, unsigned life) {
    LastStores& stores = stores_[owner >= 0 ? static_cast<std::size_t>(owner) : cores_.size()];
    const auto before = stores.note(store);
    if (before) [[unlikely]]
      judge_order(owner, *before, store, life);
  }
  void judge_order(int owner, const StoreRecord& before, const StoreRecord& store, unsigned life);

  // signals (signals.cpp)
  std::vector<int> wave_from(int origin);
  void signal(Event::Kind kind, unsigned interrupt, int source, int target, Cycle at);

  // control modes (control_modes.cpp)
  Cycle store_by_mode(Core& core, Event event, unsigned mode, Cycle at);
  Cycle multicast(Core& core, Event event, Cycle at);
  bool load_hangs(Core& core, Address address);
  void edge_store(const Event& event);

  /// Brings the agenda up to date.
  void touch(int id) { agenda_.set(id, core(id).next_time()); }
  void retrace(const Core& core);

  // DMA (dma.cpp)
  DmaEngine& dma_of(int id) { return dma_[static_cast<std::size_t>(id)]; }
  void dma_reset(int id);
  void dma_stop(int id, unsigned channel, dma::State shown);
  void dma_wrong(int id, unsigned channel, const std::string& text);
  void dma_show(int id, unsigned channel);
  void dma_share(int id, Place place, Cycle at);
  void dma_settle(int id);
  void dma_descriptor(int id, unsigned channel, Address pointer, Cycle at, Cycle first);
  void dma_begin(int id, unsigned channel, Cycle at, Cycle first);
  void dma_finish(int id, unsigned channel, Cycle at);
  void dma_schedule(int id);
  bool dma_may_ask(int id, unsigned channel);
  void dma_tick(int id, Cycle at);
  bool dma_loses_bank(int id, unsigned channel, Cycle at);
  std::uint64_t dma_read_gap() const;
  void dma_element(int id, unsigned channel, Cycle at, std::uint64_t exact);
  Cycle dma_send(mesh::Node from, Event event, Cycle at);
  void dma_read(const Event& event);
  void dma_return(Event event);
  void dma_arrive(const Event& event);
  void dma_accepted(const Event& store, Cycle accepted);

  Shape shape_;
  mesh::Interconnect& interconnect_;
  core::OffChip& off_chip_;
  core::MulticoreOptions options_;
  std::vector<mesh::Node> nodes_;  // of the cores
  mutable std::vector<Ram> ram_;
  std::unique_ptr<CommonCode> common_code_;
  std::vector<std::unique_ptr<Core>> cores_;
  std::vector<std::unique_ptr<Syscalls>> syscalls_;
  std::vector<Route> routes_;
  core::Agenda agenda_;  // by Core::next_time() of each
  EventQueue<Event> events_;
  std::vector<Event> parked_;  // what waits for its turn at the link, by ticket
  std::vector<mesh::Interconnect::Ticket> free_tickets_;
  unsigned stores_parked_ = 0;
  Cycle link_event_ = kNever;  // the pending Link event
  bool link_heeded_ = false;   // it concerns everybody
  Cycle now_ = 0;
  Core* running_ = nullptr;
  bool attentive_ = true;  // it has not been left alone for long
  std::atomic<bool> stop_requested_{false};
  std::vector<Address> watched_;  // sorted
  std::vector<core::Ring> rings_;
  core::CorePhases phases_;
  std::vector<DmaEngine> dma_;
  std::vector<Cycle> wand_at_;      // when each core last executed WAND
  std::vector<LastStores> stores_;  // per core's local memory, and off the chip
};

}  // namespace epysim::epiphany
