#!/bin/sh
# Rebuilds the ELFs that the tests run (PATH must have the cross compiler) and what objdump says of them.
set -e
cd "$(dirname "$0")"
epiphany-elf-gcc -O2 external.c -o external.elf
epiphany-elf-gcc -Os -T ../../../tools/internal.ld internal.c -o internal.elf
epiphany-elf-strip --strip-debug external.elf internal.elf
chmod -x external.elf internal.elf
for program in external internal; do
  epiphany-elf-objdump -d $program.elf | sha256sum | cut -d' ' -f1 >$program.listing.sha256
done
epiphany-elf-objdump -d ../../core/data/calls.elf | sed 's|^[^ ]*calls.elf:|calls.elf:|' >calls.listing
