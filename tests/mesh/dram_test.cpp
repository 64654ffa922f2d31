// Off-chip memory as any SystemC platform sees it: transport, debug transport, direct memory.

#include "sim/mesh/dram.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <array>
#include <catch2/catch.hpp>
#include <cstring>

#include "sim/core/config.h"

using namespace epysim;

namespace {

struct Initiator : sc_core::sc_module {
  tlm_utils::simple_initiator_socket<Initiator> socket;
  explicit Initiator(sc_core::sc_module_name name) : sc_module(name), socket("socket") {}

  tlm::tlm_response_status access(tlm::tlm_command command, std::uint64_t address, void* data, unsigned bytes) {
    tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(static_cast<unsigned char*>(data));
    payload.set_data_length(bytes);
    payload.set_streaming_width(bytes);
    sc_core::sc_time delay;
    socket->b_transport(payload, delay);
    CHECK(delay == sc_core::SC_ZERO_TIME);
    return payload.get_response_status();
  }
};

}  // namespace

TEST_CASE("DRAM answers over TLM-2.0", "[dram]") {
  mesh::Dram dram("dram", core::Config::load(EPYSIM_SOURCE_DIR "/configs/parallella.json"));
  Initiator initiator("initiator");
  initiator.socket.bind(dram.socket);
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  CHECK(dram.base() == 0x8e000000);
  CHECK(dram.bytes() == 32u << 20);

  std::uint64_t word = 0x1122334455667788;
  CHECK(initiator.access(tlm::TLM_WRITE_COMMAND, 0x8e000008, &word, 8) == tlm::TLM_OK_RESPONSE);
  std::uint32_t half = 0;
  CHECK(initiator.access(tlm::TLM_READ_COMMAND, 0x8e00000c, &half, 4) == tlm::TLM_OK_RESPONSE);
  CHECK(half == 0x11223344);
  CHECK(initiator.access(tlm::TLM_READ_COMMAND, 0x8ffffffc, &half, 4) == tlm::TLM_OK_RESPONSE);
  CHECK(half == 0);

  CHECK(initiator.access(tlm::TLM_READ_COMMAND, 0x8dfffffc, &half, 4) == tlm::TLM_ADDRESS_ERROR_RESPONSE);
  CHECK(initiator.access(tlm::TLM_READ_COMMAND, 0x8ffffffe, &half, 4) == tlm::TLM_ADDRESS_ERROR_RESPONSE);
  CHECK(initiator.access(tlm::TLM_WRITE_COMMAND, 0x90000000, &half, 4) == tlm::TLM_ADDRESS_ERROR_RESPONSE);

  tlm::tlm_generic_payload payload;
  tlm::tlm_dmi dmi;
  payload.set_address(0x8e000010);
  REQUIRE(initiator.socket->get_direct_mem_ptr(payload, dmi));
  CHECK(dmi.get_start_address() == 0x8e000000);
  CHECK(dmi.get_end_address() == 0x8fffffff);
  std::memcpy(&half, dmi.get_dmi_ptr() + 8, 4);
  CHECK(half == 0x55667788);
  payload.set_address(0x90000000);
  CHECK_FALSE(initiator.socket->get_direct_mem_ptr(payload, dmi));
}
