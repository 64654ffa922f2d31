#!/bin/bash
# clang-format and clang-tidy over the tree, or over the files given: tools/lint.sh [FILE...]
# Needs the Debian packages clang-format and clang-tidy, and a build (build/release/compile_commands.json). About half an hour for all.
set -euo pipefail
cd "$(dirname "$0")/.."
files=("$@")
((${#files[@]})) || mapfile -t files < <(git ls-files '*.cpp' '*.h' '*.c' ':!tests/epiphany/programs' ':!bench')
clang-format --dry-run -Werror "${files[@]}"
sources=()
for file in "${files[@]}"; do [[ $file != *.cpp || $file == tests/* ]] || sources+=("$file"); done
((${#sources[@]} == 0)) || printf '%s\n' "${sources[@]}" | xargs -P "$(nproc)" -n 4 clang-tidy --quiet -p build/release
