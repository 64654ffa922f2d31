#pragma once
// Runs a whole program to its end: every core executes the module from top to bottom.

#include <string>
#include <vector>

#include "hostlink/machine.h"
#include "hostlink/monitor.h"
#include "hostlink/outcome.h"

namespace epysim::hostlink {

struct ProgramResult {
  Outcome outcome;
  std::vector<double> core_seconds;  // by rank: device time from the start to the core's end; negative when it did not end
};

/// Serves until all cores have ended. After an error the other cores are told to stop, and halted when they do not
/// within kStopSeconds of device time (with `keep_going` they go on); so are all when the cycle limit is reached or every core waits for a
/// message.
ProgramResult run_to_end(Monitor& monitor, bool keep_going = false);

/// Lays the program out on a machine, as the request says, and runs it to its end.
ProgramResult run_on(Machine& machine, const Program& program, const MachineRequest& request, bool keep_going, OutputSink& output,
                     InputSource& input);

}  // namespace epysim::hostlink
