#!/bin/sh
# Rebuilds the validation programs (PATH must have the cross compiler); then the manifest says what they were built from.
set -e
cd "$(dirname "$0")"
common="-std=gnu11 -ffreestanding -mfp-mode=round-nearest -fno-tree-loop-distribute-patterns -Wall -Wextra -Werror -I."
support="support/start.s support/support.c"
library="support/registers.c support/dma.c"

# program PROGRAM LAYOUT FLAGS SOURCES...: the sources with these flags, or without optimisation when their name says so; the shared ones
# always the same way, but what the SDK has in its library, with long calls, at $library_level
library_level=-O2
program() {
  name=$1 layout=$2 flags=$3
  shift 3
  work=$(mktemp -d)
  for file in $support; do epiphany-elf-gcc $common -mshort-calls -O2 -c "$file" -o "$work/$(basename "$file").o"; done
  for file in $library; do epiphany-elf-gcc $common $library_level -c "$file" -o "$work/$(basename "$file").o"; done
  for file in "$@"; do
    case $file in
      *_unoptimised.c) level=-O0 ;;
      elink_dma.c) level="-O3 -ffast-math -funroll-loops" ;;
      *) level="-mshort-calls $flags" ;;
    esac
    epiphany-elf-gcc $common $level -c "$file" -o "$work/$(basename "$file").o"
  done
  epiphany-elf-gcc -nostartfiles -nostdlib -Wl,--no-warn-rwx-segments,-z,max-page-size=8 -T "support/$layout.ld" "$work"/*.o -lm -lc -lgcc -o "$name.elf"
  epiphany-elf-strip --strip-debug "$name.elf"
  chmod -x "$name.elf"
  rm -r "$work"
}

program pipeline local "-O2" pipeline.c pipeline.s
program remote local "-O2" remote.c remote.s
library_level=-O0
program elink_alone local "-O2" elink_alone.c elink.c elink_dma.c elink.s
program elink_all local "-O2" elink_all.c elink.c elink_dma.c elink.s
library_level=-O2
program pingpong local "-O2" pingpong.c pingpong_unoptimised.c
program forum local "-O2" forum.c
program events dram "-O3 -mlong-calls -ffp-contract=fast -funroll-loops" events.c
program filters local "-O2" filters.c filters_unoptimised.c
program contention local "-O2" contention.c contention.s
program matmul local "-O2" matmul.c matmul.s
program traffic local "-O2" traffic.c
program primes local "-O2" primes.c
program pi local "-O2" pi.c
program dma_flows local "-O2" dma_flows.c dma_flows_unoptimised.c

./manifest.py --write
