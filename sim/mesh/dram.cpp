#include "sim/mesh/dram.h"

#include <cstring>
#include <new>

#include "sim/core/config.h"
#include "sim/core/error.h"

namespace epysim::mesh {

Dram::Dram(const sc_core::sc_module_name& name, const core::Config& config, const core::MemoryProvider& memory)
    : sc_module(name),
      socket("socket"),
      base_(static_cast<Address>(config.integer("dram.base", 0x100000, 0xffffffff))),
      bytes_(static_cast<std::uint32_t>(config.integer("dram.bytes", 4096, 0x40000000))) {
  if (base_ % 8 != 0) throw UsageError("dram.base must be a multiple of 8");
  if (bytes_ % 8 != 0) throw UsageError("dram.bytes must be a multiple of 8");
  if (std::uint64_t{base_} + bytes_ > 0x100000000) throw UsageError("dram.bytes: the memory would end beyond 32-bit addresses");
  if (memory) {
    memory_ = memory(base_, bytes_).data();
  } else {
    // calloc, because large blocks of it come from the operating system as pages that exist once they are written.
    own_.reset(static_cast<std::byte*>(std::calloc(bytes_, 1)));
    if (!own_) throw std::bad_alloc();
    memory_ = own_.get();
  }
  socket.register_b_transport(this, &Dram::b_transport);
  socket.register_transport_dbg(this, &Dram::transport_dbg);
  socket.register_get_direct_mem_ptr(this, &Dram::get_direct_mem_ptr);
}

std::span<std::byte> Dram::at(std::uint64_t address, std::uint64_t length) const {
  if (address < base_ || length > bytes_ || address - base_ > bytes_ - length) return {};
  return {memory_ + (address - base_), static_cast<std::size_t>(length)};
}

void Dram::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time&) {
  if (payload.get_byte_enable_ptr() != nullptr) return payload.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
  if (payload.get_streaming_width() < payload.get_data_length()) return payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
  const bool done = transport_dbg(payload) == payload.get_data_length();
  payload.set_dmi_allowed(done);
  payload.set_response_status(done ? tlm::TLM_OK_RESPONSE : tlm::TLM_ADDRESS_ERROR_RESPONSE);
}

unsigned Dram::transport_dbg(tlm::tlm_generic_payload& payload) {
  const std::span<std::byte> memory = at(payload.get_address(), payload.get_data_length());
  if (memory.empty()) return 0;
  if (payload.is_write()) std::memcpy(memory.data(), payload.get_data_ptr(), memory.size());
  if (payload.is_read()) std::memcpy(payload.get_data_ptr(), memory.data(), memory.size());
  return payload.get_data_length();
}

bool Dram::get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) {
  if (at(payload.get_address(), 1).empty()) return false;
  dmi.set_dmi_ptr(reinterpret_cast<unsigned char*>(memory_));
  dmi.set_start_address(base_);
  dmi.set_end_address(std::uint64_t{base_} + bytes_ - 1);
  dmi.allow_read_write();
  return true;
}

}  // namespace epysim::mesh
