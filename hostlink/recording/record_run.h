#pragma once
// A whole program, recorded: its byte code, what it prints and is given, and how it ends.

#include "hostlink/program_run.h"

namespace epysim::hostlink {

class Recorder;

/// run_on(), of a machine that is recorded.
ProgramResult record_run(Recorder& recorder, Machine& machine, const Program& program, const MachineRequest& request, bool keep_going,
                         OutputSink& output, InputSource& input);

}  // namespace epysim::hostlink
