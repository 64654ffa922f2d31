#!/bin/sh
# Rebuilds the device programs that the tests run (EPYSIM_TOOLCHAIN or PATH has the cross compiler), with an eSDK made for the purpose.
#   tests/esdk/build.sh
set -e
cd "$(dirname "$0")"
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
../../esdk/install.sh --prefix "$tree"
make -s -B -C programs ESDK="$tree" device
make -s -C ../../examples/esdk/hello-world ESDK="$tree" OUT="$tree" "$tree/e_hello.elf"
mv "$tree/e_hello.elf" ../../examples/esdk/hello-world/src/
for elf in $(ls programs/*.elf 2>/dev/null) ../../examples/esdk/hello-world/src/e_hello.elf; do
  "$tree/tools/e-gnu/bin/e-strip" --strip-debug -R .comment "$elf"
  chmod -x "$elf"
done
