#!/bin/sh
# Rebuilds the C programs of the papers (PATH must have the cross compiler).
set -e
cd "$(dirname "$0")"
validate=../validate
common="-std=gnu11 -ffreestanding -mfp-mode=round-nearest -mshort-calls -fno-tree-loop-distribute-patterns -Wall -Wextra -Werror -I. -I$validate"

# program NAME FLAGS SOURCE
program() {
  epiphany-elf-gcc $common $2 -nostartfiles -nostdlib -Wl,--no-warn-rwx-segments,-z,max-page-size=8 -T $validate/support/local.ld \
    $validate/support/start.s $validate/support/support.c $validate/support/registers.c $validate/support/dma.c "$3" -lc -lgcc -o "$1.elf"
  epiphany-elf-strip --strip-debug "$1.elf"
  chmod -x "$1.elf"
}

for level in O0 O1 O2 O3; do
  program "gauss_seidel_local_$level" "-$level" gauss_seidel.c
  program "gauss_seidel_heap_$level" "-$level -DHEAP" gauss_seidel.c
done
program bandwidth -O2 bandwidth.c
program bandwidth_alone "-O2 -DALONE" bandwidth.c
program jacobi "-O2 -DCORES=8" jacobi.c

# LINPACK in all orders and at all levels that the table has; the program is that of the validation.
for order in 16 40 80; do
  for level in O1 O2 O3 Os; do program "linpack_${order}_$level" "-$level -DORDER=$order" $validate/pynq/linpack.c; done
done
