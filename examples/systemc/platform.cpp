// The chip in a SystemC platform of one's own: 16 cores, a memory behind their eLink, and a host that loads, starts and watches them, all
// connected by TLM-2.0 sockets. Built as build/release/platform; run it without arguments.
//
//   Host --(host)--> Chip --(off_chip)--> Memory <-- Host

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iostream>
#include <systemc>
#include <tlm>
#include <vector>

#include "sim/board/chip.h"
#include "sim/core/config.h"
#include "sim/core/elf_image.h"
#include "sim/core/error.h"
#include "sim/core/multicore.h"

namespace {

constexpr std::uint32_t kMemory = 0x8e000000;
constexpr std::uint32_t kIlatst = 0xf042c;  // in a core's window: a 1 in bit 0 starts it

/// 4 KB at kMemory. It grants no direct pointers, so that every access comes here.
class Memory : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<Memory> from_chip;
  tlm_utils::simple_target_socket<Memory> from_host;

  explicit Memory(const sc_core::sc_module_name& name) : sc_module(name) {
    for (auto* socket : {&from_chip, &from_host}) {
      socket->register_b_transport(this, &Memory::b_transport);
      socket->register_transport_dbg(this, &Memory::transport_dbg);
    }
  }
  int accesses() const { return accesses_; }

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time&) {
    ++accesses_;
    payload.set_response_status(transport_dbg(payload) != 0 ? tlm::TLM_OK_RESPONSE : tlm::TLM_ADDRESS_ERROR_RESPONSE);
  }
  unsigned transport_dbg(tlm::tlm_generic_payload& payload) {
    const sc_dt::uint64 offset = payload.get_address() - kMemory;
    const unsigned length = payload.get_data_length();
    if (payload.get_address() < kMemory || offset + length > bytes_.size()) return 0;
    if (payload.is_read()) std::memcpy(payload.get_data_ptr(), bytes_.data() + offset, length);
    if (payload.is_write()) std::memcpy(bytes_.data() + offset, payload.get_data_ptr(), length);
    return length;
  }

  std::array<std::byte, 4096> bytes_{};
  int accesses_ = 0;
};

/// Loads the program into every core through the mesh, starts them, and waits for their results in the memory.
class Host : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<Host> chip;
  tlm_utils::simple_initiator_socket<Host> memory;

  Host(const sc_core::sc_module_name& name, const epysim::core::ElfImage& program, const epysim::core::Multicore& cores)
      : sc_module(name), program_(program), cores_(cores) {
    SC_HAS_PROCESS(Host);
    SC_THREAD(run);
  }

 private:
  void run() {
    for (int core = 0; core < cores_.core_count(); ++core) {
      for (const auto& segment : program_.segments()) {
        std::vector<std::byte> bytes = segment.bytes;
        access(chip, tlm::TLM_WRITE_COMMAND, cores_.window(core) + segment.address, bytes.data(), bytes.size());
      }
      std::uint32_t sync = 1;
      access(chip, tlm::TLM_WRITE_COMMAND, cores_.window(core) + kIlatst, &sync, sizeof sync);
    }
    for (std::uint32_t core = 0; core < 16; ++core) {
      std::uint32_t square = 0;
      while (square == 0) {
        wait(1, sc_core::SC_US);
        access(memory, tlm::TLM_READ_COMMAND, kMemory + 4 * core, &square, sizeof square);
      }
      std::cout << "core " << core << ": " << square << '\n';
    }
    sc_core::sc_stop();
  }

  void access(tlm_utils::simple_initiator_socket<Host>& socket, tlm::tlm_command command, std::uint32_t address, void* data,
              std::size_t bytes) {
    tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(static_cast<unsigned char*>(data));
    payload.set_data_length(static_cast<unsigned>(bytes));
    payload.set_streaming_width(static_cast<unsigned>(bytes));
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    socket->b_transport(payload, delay);
    if (payload.is_response_error()) SC_REPORT_FATAL("host", payload.get_response_string().c_str());
    wait(delay);
  }

  const epysim::core::ElfImage& program_;
  const epysim::core::Multicore& cores_;
};

}  // namespace

extern "C" int sc_main(int, char**) {
  const auto config = epysim::core::Config::load("parallella");
  const epysim::core::ElfImage program(epysim::core::home() / "examples/systemc/squares.elf");

  // Nobody calls Chip::run: its process advances with SystemC's time.
  epysim::board::Chip chip("chip", config, {}, epysim::board::Chip::Advance::Autonomous);
  Memory memory("memory");
  Host host("host", program, chip.cores());
  host.chip.bind(chip.host);
  chip.off_chip.bind(memory.from_chip);
  host.memory.bind(memory.from_host);
  sc_core::sc_start();
  std::cout << "memory accesses: " << memory.accesses() << '\n';
  return 0;
}
