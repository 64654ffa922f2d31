#pragma once
// The file `control` of an exported board (sim/board/exported/export_control.h), as a host uses it: to have its stores to registers carried
// out, to let time pass where it passes only then, and to learn whether the board is still there.

#include <cstdint>
#include <filesystem>

#include "sim/board/exported/export_control.h"
#include "sim/core/types.h"

namespace epysim::hostlink {

class ExportControl {
 public:
  /// Throws UsageError when no board answers there.
  explicit ExportControl(std::filesystem::path file);
  ~ExportControl();
  ExportControl(const ExportControl&) = delete;
  ExportControl& operator=(const ExportControl&) = delete;

  /// Both come back when the board has done it, and throw ProgramError when it has ended.
  void exchange() { command(EPX_EXCHANGE, 0); }
  void advance(Cycle cycles) { command(EPX_ADVANCE, cycles); }

  /// Time passes by commands, if not only by them.
  bool is_virtual() const { return page_->time != EPX_FREE; }
  std::uint64_t clock_hz() const { return page_->clock_hz; }
  Cycle now() const;
  /// No core can go on by itself: it has been found so since the last command but advance().
  bool all_stopped() const;
  bool answers() const;
  /// Throws ProgramError when the board has ended.
  void check() const;

 private:
  void command(epx_command what, Cycle cycles);

  std::filesystem::path file_;
  int descriptor_ = -1;
  epx_control* page_ = nullptr;
};

}  // namespace epysim::hostlink
