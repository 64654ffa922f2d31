#!/bin/sh
# Builds the device images of all ports and their manifest. Needs the cross compilers only; users of the simulator need none of it.
#
#   vm/images/build.sh            the compilers are found in $EPYSIM_TOOLCHAIN/<target>/bin, else in PATH
#   vm/images/build.sh IMAGE...   these only
#
# An image is a file vm/device/PORT/IMAGE.image, which sets `target` (of the compiler), `machine` (its options for these cores) and, where
# -Os needs others beside it, `small`; and `tails`, a program that makes the functions compiled so share how they end.
# The committed images have to match the sources: tests/vm compares the manifest's hashes (vm/images/manifest.py --check).
set -eu
cd "$(dirname "$0")/../.."
[ $# -gt 0 ] || set -- $(ls vm/device/*/*.image | sed "s|.*/||; s|\.image$||")

# Code generation:
#   -fno-strict-aliasing     words of the stack and of payloads hold ints, reals and addresses in turn
#   -fno-tree-loop-distribute-patterns   a copy loop stays a loop of words (memcpy here copies bytes)
#   -ffp-contract=off        a product is rounded before it is added to, as on every other port
language="-std=gnu11 -ffreestanding -fno-strict-aliasing -fno-tree-loop-distribute-patterns -ffp-contract=off"
sections="-ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables"
warnings="-Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Werror"
# Aligned labels cost 2 KB. Merged tails, work moved to before a test, and flags made of several comparisons cost cycles in the frequent
# instructions, whose order of loads is that of the source. Where the source says so, and only there, an instruction jumps to the next by itself.
fast="-O2 -fno-align-functions -fno-align-labels -fno-align-loops -fno-align-jumps -fno-crossjumping -fno-tree-pre -fno-code-hoisting"
fast="$fast -fno-schedule-insns2 -fira-algorithm=priority --param=logical-op-non-short-circuit=0 --param=max-goto-duplication-insns=3"

# The image with this definition, into this file.
link() {
  for source in vm/device/*.c vm/device/freestanding/*.c "vm/device/$port"/*.c; do
    name=$work/$(basename "$source" .c)
    rm -f "$name".*
    case $1$source in
      *'*.c') continue ;;
      -DEPY_NO_REFERENCES*/channel.c | -DEPY_NO_REFERENCES*/prefetch.c | -DEPY_NO_REFERENCES*/references.c) continue ;;
      */interpreter.c) "${prefix}gcc" $flags $1 $fast -c "$source" -o "$name.o" ;;
      # what programs call most keeps its own returns
      */arithmetic.c | */lists.c | */natives.c | */numbers.c) "${prefix}gcc" $flags $1 $small -c "$source" -o "$name.o" ;;
      *) "${prefix}gcc" $flags $1 $small -S "$source" -o "$name.s" ;;
    esac
  done
  [ -z "$tails" ] || python3 "$tails" "$work/tails.s" "$work"/*.s
  for source in "$work"/*.s "vm/device/$port/start.S"; do
    "${prefix}gcc" $machine -c "$source" -o "$work/$(basename "${source%.*}").o"
  done
  "${prefix}gcc" $machine -nostdlib -nostartfiles -T "vm/device/$port/$port.ld" -Wl,-n,--gc-sections,--build-id=none,--no-warn-rwx-segments \
    -o "$2" "$work"/*.o -lgcc
}

resident_end() { echo $((0x$("${prefix}nm" "$1" | awk '$3 == "resident_end" { print $1 }'))); }

for image in "$@"; do
  settings=$(ls vm/device/*/"$image.image" 2>/dev/null) || {
    echo "build.sh: there is no image $image" >&2
    exit 2
  }
  port=$(basename "$(dirname "$settings")")
  small="-Os" tails=
  . "./$settings"
  prefix=${EPYSIM_TOOLCHAIN:+$EPYSIM_TOOLCHAIN/$target/bin/}$target-
  [ -x "${prefix}gcc" ] || prefix=$target-
  command -v "${prefix}gcc" >/dev/null || {
    echo "build.sh: no ${prefix}gcc: set EPYSIM_TOOLCHAIN to the cross compilers' folder; ./epysim toolchain makes those that Debian lacks" >&2
    exit 2
  }
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  headers=$(realpath "$("${prefix}gcc" -print-file-name=include)")
  debug="-g1 -gdwarf-4 -gno-column-info -gno-variable-location-views -gno-statement-frontiers -fno-var-tracking"
  debug="$debug -ffile-prefix-map=$PWD=. -ffile-prefix-map=$headers=gcc" # no path of this machine
  flags="$machine $language $sections $warnings $debug -I. -Ivm/device/$port"

  link "" "$work/image.elf"
  # How much of it is for data by reference (channel, engines, prefetch): what an image without is smaller by. Nobody runs that one.
  link -DEPY_NO_REFERENCES "$work/without.elf"
  references=$(($(resident_end "$work/image.elf") - $(resident_end "$work/without.elf")))
  mv "$work/image.elf" "vm/images/epython-$image.elf"
  python3 vm/images/manifest.py --write "$image" --port "$port" --references "$references" --compiler "$("${prefix}gcc" --version | head -n 1)" \
    --flags "$machine $language; interpreter.c: $fast; others: $small"
  echo "$image"
  "${prefix}size" -A "vm/images/epython-$image.elf" | awk '/^\.(vectors|boot|text|rodata|data|bss) / { print }'
done
