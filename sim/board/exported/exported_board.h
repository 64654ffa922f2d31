#pragma once
// A board that stands in for hardware: other processes map its memory and registers as they would map those of a real one, and the
// simulator reacts to what they store there.
//
// In the folder: `memory` (exported_memory.h), and `control` (export_control.h). All memory lies in the file itself; registers are compared
// with it whenever the board exchanges with the host: in free time every few hundred microseconds, in virtual time at each command.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "sim/board/board.h"
#include "sim/board/exported/export_control.h"
#include "sim/board/exported/exported_memory.h"
#include "sim/board/exported/exported_registers.h"
#include "sim/board/exported/exported_scratchpad.h"

namespace epysim::board {

class ExportedBoard {
 public:
  /// Makes both files, with the layout of the board's device (exported_memory.h). `access_cycles`: what an access by the host is to cost in
  /// virtual time.
  ExportedBoard(const std::filesystem::path& folder, const core::Config& config, epx_time time, std::uint32_t access_cycles);
  ~ExportedBoard();
  ExportedBoard(const ExportedBoard&) = delete;
  ExportedBoard& operator=(const ExportedBoard&) = delete;

  /// Where the board is to have its memories: for board::Options.
  std::span<std::byte> memory(Address base, std::size_t bytes);
  /// From here on the files are those of this board.
  void attach(Board& board);
  /// Serves until stop(), or the board's limit of cycles. Returns why the board stopped last.
  Stop serve();
  /// Safe from a signal handler.
  void stop();

 private:
  void take_stores();
  void exchange();
  bool carry_out();
  Stop run(Cycle cycles);

  std::filesystem::path folder_;
  int control_file_;  // locked
  epx_control* control_;
  ExportedMemory memory_;
  std::map<Address, std::span<std::byte>> memories_;
  Board* board_ = nullptr;
  std::vector<ExportedScratchpad> scratchpads_;
  std::unique_ptr<ExportedRegisters> registers_;
  std::atomic<bool> stopping_{false};
};

}  // namespace epysim::board
