#!/bin/sh
# Builds the device image of the Epiphany port and its manifest. Needs the cross compiler only; users of the simulator need neither.
#
#   vm/images/build.sh            the compiler is found in $EPYSIM_TOOLCHAIN/bin, else in PATH
#
# The committed image has to match the sources: tests/vm compares the manifest's hash (vm/images/manifest.py --check).
set -eu
cd "$(dirname "$0")/../.."
prefix=${EPYSIM_TOOLCHAIN:+$EPYSIM_TOOLCHAIN/bin/}epiphany-elf-
command -v "${prefix}gcc" >/dev/null || {
  echo "build.sh: no ${prefix}gcc: set EPYSIM_TOOLCHAIN to the cross compilers' folder, or make them with ./epysim toolchain" >&2
  exit 2
}
image=vm/images/epython-epiphany.elf
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Code generation:
#   -mfp-mode=round-nearest  the FPU stays in float mode, rounding to nearest, as start.S sets it
#   -mshort-calls            everything is within reach of a direct call
#   -msmall16                all symbols lie below 64 KB, so one instruction loads an address
#   -fno-strict-aliasing     words of the stack and of payloads hold ints, reals and addresses in turn
#   -fno-tree-loop-distribute-patterns   a copy loop stays a loop of words (memcpy here copies bytes)
#   -ffp-contract=off        a product is rounded before it is added to, as on every other port
machine="-mfp-mode=round-nearest -mshort-calls -msmall16"
language="-std=gnu11 -ffreestanding -fno-strict-aliasing -fno-tree-loop-distribute-patterns -ffp-contract=off"
sections="-ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables"
warnings="-Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Werror"
headers=$(realpath "$("${prefix}gcc" -print-file-name=include)")
debug="-g1 -gdwarf-4 -gno-column-info -gno-variable-location-views -gno-statement-frontiers -fno-var-tracking"
debug="$debug -ffile-prefix-map=$PWD=. -ffile-prefix-map=$headers=gcc" # no path of this machine
small="-Os -fno-jump-tables" # with -Os and -msmall16 GCC makes tables of 16-bit addresses, which the linker fills wrongly
# aligned labels cost 2 KB; merged tails and flags made of several comparisons cost cycles in the frequent instructions
fast="-O2 -fno-align-functions -fno-align-labels -fno-align-loops -fno-align-jumps"
fast="$fast -fno-crossjumping -fno-tree-pre --param=logical-op-non-short-circuit=0"
flags="$machine $language $sections $warnings $debug -I. -Ivm/device/epiphany"

for source in vm/device/*.c vm/device/epiphany/*.c; do
  case $source in
    */interpreter.c) optimize=$fast ;;
    *) optimize=$small ;;
  esac
  "${prefix}gcc" $flags $optimize -c "$source" -o "$work/$(basename "$source" .c).o"
done
"${prefix}gcc" -c vm/device/epiphany/start.S -o "$work/start.o"
"${prefix}gcc" -nostdlib -nostartfiles -T vm/device/epiphany/epiphany.ld -Wl,-n,--gc-sections,--build-id=none,--no-warn-rwx-segments \
  -o "$work/image.elf" "$work"/*.o -lgcc
mv "$work/image.elf" "$image"
python3 vm/images/manifest.py --write --compiler "$("${prefix}gcc" --version | head -n 1)" --flags "$machine $language; interpreter.c: $fast; others: $small"
"${prefix}size" -A "$image" | awk '/^\.(vectors|boot|text|rodata|data|bss) / { print }'
