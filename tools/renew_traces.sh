#!/bin/sh
# Records traces/link anew: after a change of the VM's images, of what host and cores share, of the simulated times, or of the recordings
# themselves (docs/recording.md says when). Look at what changed before committing it: `./epysim replay --list FILE` of both.
# Needs the build; from anywhere: tools/renew_traces.sh
set -eu
cd "$(dirname "$0")/.."
epysim=${EPYSIM:-build/release/epysim}
folder=traces/link
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

keep() { gzip -9n <"$work/$1" >"$folder/$1.rec.gz"; }

# The example with fewer points and less precision: as it stands it takes half a minute.
program=$(sed 's/^points = 100$/points = 12/; s/^tolerance = 0.0001$/tolerance = 0.02/' examples/jacobi.py)
"$epysim" run --cores 4 --record "$work/jacobi" --text "$program"
keep jacobi

# Questions to the user, on soft cores in programmable logic: no local memory is reached by another core.
printf 'Ada\nGrace\n' | "$epysim" run --board pynq-fpu --cores 2 --record "$work/input" examples/input.py
keep input

# A program that fails; host and board come to the same verdict.
"$epysim" run -q --cores 2 --record "$work/deadlock" examples/bad/deadlock.py || [ $? = 1 ]
keep deadlock

# A client. Its script is run under its name from here, so that no path of this machine is in the recording.
client=$folder/session.py
EPYSIM=$epysim PYTHONPATH=python EPYTHON_STUDY="{\"options\": {\"cores\": 2, \"record\": \"$work/session\"}}" \
  /usr/bin/python3 -c "import sys; exec(compile(open(sys.argv[1]).read(), sys.argv[1], 'exec'))" "$client"
keep session

for trace in "$folder"/*.rec.gz; do
  echo "$trace"
  "$epysim" replay "$trace"
done
