#!/bin/sh
# Rebuilds the programs (PATH must have the cross compiler). Warnings are errors.
#   tests/epiphany/programs/build.sh [NAME ...]
set -e
cd "$(dirname "$0")"
[ $# -gt 0 ] || set -- $(ls *.c | sed 's/\.c$//')
for name in "$@"; do
  epiphany-elf-gcc -O2 -Wall -Wextra -Werror --param=min-pagesize=0 -ffunction-sections -fdata-sections -Wl,--gc-sections -Wl,--no-warn-rwx-segments \
    -T ../../../tools/internal.ld "$name.c" -o "$name.elf"
  epiphany-elf-strip --strip-debug "$name.elf"
  chmod -x "$name.elf"
done
