#!/bin/sh
# Rebuilds the validation programs of the soft cores (PATH must have the cross compiler); then the manifest says what they were built from.
set -e
cd "$(dirname "$0")"

# The core of the PYNQ overlay has none of the options.
core="-mlittle-endian -mcpu=v10.0 -mxl-soft-mul -mxl-soft-div"

# program NAME FLAGS SOURCES...
program() {
  name=$1 flags=$2
  shift 2
  microblazeel-elf-gcc $core -std=gnu11 -ffreestanding -fno-tree-loop-distribute-patterns -Wall -Wextra -Werror -I. $flags -nostartfiles \
    -nostdlib -T support/local.ld -Wl,--no-warn-rwx-segments support/start.S support/support.c "$@" -lgcc -o "$name.elf"
  microblazeel-elf-strip --strip-debug "$name.elf"
  chmod -x "$name.elf"
}

program pipeline -O2 pipeline.c pipeline.S
program ddr -O2 ddr.c ddr.S
program linpack -Os linpack.c
program linpack_fpu "-Os -mhard-float" linpack.c
program linpack_made "-Os -DSOLVE=0" linpack.c
program linpack_fpu_made "-Os -mhard-float -DSOLVE=0" linpack.c

../manifest.py --board pynq --write
