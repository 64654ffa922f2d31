#!/bin/sh
# Rebuilds the ELFs that the tests run (PATH must have the cross compiler).
set -e
cd "$(dirname "$0")"
for source in *.c; do
  program=${source%.c}
  microblazeel-elf-gcc -mlittle-endian -mcpu=v10.0 -mxl-soft-mul -mxl-soft-div -std=gnu11 -Os -Wall -Wextra -Werror -ffreestanding -nostdlib \
    -Wl,--section-start=.vectors=0x10,--section-start=.start=0x50,-Ttext=0x100,-e,_start,-n,--no-warn-rwx-segments "$source" -o "$program.elf"
  microblazeel-elf-strip "$program.elf"
  chmod -x "$program.elf"
done
