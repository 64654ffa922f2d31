#!/bin/sh
# Fuzzes the decoder of frames: tests/fuzz/run.sh [SECONDS], 60 by default, from the inputs in tests/fuzz/corpus. One that breaks it is added there.
# Needs clang (Debian package clang).
set -eu
cd "$(dirname "$0")/../.."
command -v clang++ >/dev/null || { echo "run.sh: no clang++: install the package clang" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -I. tests/fuzz/frame_fuzzer.cpp hostlink/block.cpp hostlink/protocol.cpp -o "$work/frame_fuzzer"
mkdir "$work/found"
"$work/frame_fuzzer" -max_total_time="${1:-60}" -max_len=512 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 -artifact_prefix="$work/" \
  "$work/found" tests/fuzz/corpus >"$work/log" 2>&1 || {
  tail -40 "$work/log"
  find "$work" -maxdepth 1 -name 'crash-*' -o -maxdepth 1 -name 'timeout-*' -o -maxdepth 1 -name 'oom-*' | xargs -r cp -t tests/fuzz/corpus
  exit 1
}
grep -E "number_of_executed_units|new_units_added" "$work/log"
