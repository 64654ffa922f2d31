#include "hostlink/recording/record_run.h"

#include "hostlink/recording/recorder.h"

namespace epysim::hostlink {

ProgramResult record_run(Recorder& recorder, Machine& machine, const Program& program, const MachineRequest& request, bool keep_going,
                         OutputSink& output, InputSource& input) {
  recorder.add(program_entry(program.image(), keep_going));
  RecordingOutput lines(output, recorder);
  RecordingInput answers(input, recorder);
  ProgramResult result = run_on(machine, program, request, keep_going, lines, answers);
  recorder.add(verdict_entry(result.outcome));
  return result;
}

}  // namespace epysim::hostlink
