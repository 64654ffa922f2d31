#pragma once
// Off-chip memory through a TLM-2.0 socket: by a direct pointer where the target grants one, otherwise transaction by transaction.

#include <tlm_utils/simple_initiator_socket.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <systemc>
#include <tlm>
#include <vector>

#include "sim/core/multicore.h"
#include "sim/core/observer.h"
#include "sim/core/types.h"

namespace epysim::board {

template <typename Module>
class OffChipSocket : public core::OffChip {
 public:
  explicit OffChipSocket(tlm_utils::simple_initiator_socket<Module>& socket) : socket_(socket) {}

  /// Of the core clock; before the first access.
  void set_clock(double hz) { clock_hz_ = hz; }

  /// Not owned; null: nobody looks on.
  void observe(core::Observer* observer) { observer_ = observer; }

  bool read(Address address, std::span<std::byte> to, Cycle at) override {
    if (observer_ != nullptr) observer_->accessed(address, to.size(), false);
    if (const std::byte* direct = direct_at(address, to.size())) {
      std::memcpy(to.data(), direct, to.size());
      return true;
    }
    return transport(tlm::TLM_READ_COMMAND, address, to.data(), to.size(), at);
  }
  bool write(Address address, std::span<const std::byte> from, Cycle at) override {
    if (observer_ != nullptr) observer_->accessed(address, from.size(), true);
    if (std::byte* direct = direct_at(address, from.size())) {
      std::memcpy(direct, from.data(), from.size());
      return true;
    }
    std::array<std::byte, 8> copy;  // a payload's data is not const
    std::copy(from.begin(), from.end(), copy.begin());
    return transport(tlm::TLM_WRITE_COMMAND, address, copy.data(), from.size(), at);
  }
  bool debug_read(Address address, std::span<std::byte> to) const override {
    if (const std::byte* direct = granted_at(address, to.size())) {
      std::memcpy(to.data(), direct, to.size());
      return true;
    }
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
    return granted_ || ask_direct(address) ? granted_at(address, bytes) : nullptr;
  }
  std::byte* granted_at(Address address, std::size_t bytes) const {
    if (!granted_) return nullptr;
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
    socket_->b_transport(payload_, delay);  // the model of the chip has priced the access already
    return payload_.is_response_ok();
  }

  bool debug(tlm::tlm_command command, Address address, std::byte* data, std::size_t bytes) const {
    tlm::tlm_generic_payload payload;
    fill(payload, command, address, data, bytes);
    return socket_->transport_dbg(payload) == bytes;
  }

  tlm_utils::simple_initiator_socket<Module>& socket_;
  core::Observer* observer_ = nullptr;
  double clock_hz_ = 1;
  tlm::tlm_generic_payload payload_;
  tlm::tlm_dmi dmi_;
  bool granted_ = false;
  bool refused_ = false;
};

}  // namespace epysim::board
