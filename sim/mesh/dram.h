#pragma once
// Off-chip memory that host and cores share: a TLM-2.0 target over plain bytes, at absolute device addresses.
//
// It adds no time of its own: what an access costs, the link included, is priced by the interconnect, which knows who asks and from
// where (see interconnect.h). Memory is zero at first; pages that nobody writes cost the simulating machine nothing.

#include <tlm_utils/simple_target_socket.h>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <span>
#include <systemc>
#include <tlm>

#include "sim/core/memory_provider.h"
#include "sim/core/types.h"

namespace epysim::core {
class Config;
}

namespace epysim::mesh {

class Dram : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<Dram> socket;

  /// Reads dram.base and dram.bytes; where `memory` is given, it provides the bytes (base, size) and keeps them. Throws UsageError
  /// naming a bad key.
  Dram(const sc_core::sc_module_name& name, const core::Config& config, const core::MemoryProvider& memory = {});

  Address base() const { return base_; }
  std::uint32_t bytes() const { return bytes_; }

 private:
  struct Free {
    void operator()(std::byte* memory) const { std::free(memory); }
  };

  /// The bytes of an access; empty when part of it lies outside.
  std::span<std::byte> at(std::uint64_t address, std::uint64_t length) const;
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(tlm::tlm_generic_payload& payload);
  bool get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi);

  Address base_;
  std::uint32_t bytes_;
  std::unique_ptr<std::byte, Free> own_;
  std::byte* memory_;
};

}  // namespace epysim::mesh
