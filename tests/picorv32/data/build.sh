#!/bin/sh
# Rebuilds the ELF that the tests run (Debian's gcc-riscv64-unknown-elf) and what objdump says of it.
set -e
cd "$(dirname "$0")"
riscv64-unknown-elf-gcc -march=rv32im -mabi=ilp32 -msmall-data-limit=0 -Os -g1 -ffreestanding -nostdlib -ffile-prefix-map="$PWD"=. \
  -Wl,-Ttext=0x100,-e,_start,--no-warn-rwx-segments,--build-id=none,-n,--sort-section=name program.c -o program.elf
chmod -x program.elf
riscv64-unknown-elf-objdump -d program.elf >program.listing
