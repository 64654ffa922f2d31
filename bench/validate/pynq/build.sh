#!/bin/sh
# Rebuilds the validation programs of the soft cores (PATH must have the cross compilers, Debian's for RISC-V among them); then the manifest says what they were built from.
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

program jacobi "-Os -mhard-float" jacobi.c

riscv64-unknown-elf-gcc -march=rv32im -mabi=ilp32 -msmall-data-limit=0 -std=gnu11 -ffreestanding -Wall -Wextra -Werror -I. -O2 -nostdlib \
  -T support/local.ld -Wl,--no-warn-rwx-segments,--build-id=none support/start_riscv.S support/support.c picorv32.c -lgcc -o picorv32.elf
riscv64-unknown-elf-strip --strip-debug picorv32.elf

# The same LINPACK as large as it fits into 32 KB, optimised as the SDK's examples are.
epiphany-elf-gcc -std=gnu11 -ffreestanding -mfp-mode=round-nearest -mshort-calls -fno-tree-loop-distribute-patterns -Wall -Wextra -Werror -I.. \
  -O3 -DORDER=80 -nostartfiles -nostdlib -Wl,--no-warn-rwx-segments,-z,max-page-size=8 -T ../support/local.ld \
  ../support/start.s ../support/support.c ../support/registers.c linpack.c -lc -lgcc -o linpack_epiphany.elf
epiphany-elf-strip --strip-debug linpack_epiphany.elf
chmod -x picorv32.elf linpack_epiphany.elf

../manifest.py --board pynq --write
