/* The inner loop that the core is made for: one FMADD per cycle, each paired with a load, a store or an integer instruction. Eight sums are
 * under way at once, so that none waits for the one before; the hardware loop costs nothing; and the data are in another memory bank than the
 * code, which needs all of its own. 1000 passes of 16 FMADDs. */
#include "epiphany.h"

enum { PASSES = 1000 };

int main(void) {
  register uint32_t address __asm__("r16") = 0x4000; /* bank 2 */
  __asm__ volatile(
      "  mov r17,%%low(.Lbegin)\n"
      "  movt r17,%%high(.Lbegin)\n"
      "  mov r18,%%low(.Lend)\n"
      "  movt r18,%%high(.Lend)\n"
      "  mov r19,%1\n"
      "  gid\n"
      "  movts ls,r17\n"
      "  movts le,r18\n"
      "  movts lc,r19\n"
      "  .balignw 8,0x01a2\n"
      ".Lbegin:\n"
      "  fmadd.l r44,r52,r53\n  ldrd.l r20,[r16,#0]\n"
      "  fmadd.l r45,r52,r53\n  ldrd.l r22,[r16,#1]\n"
      "  fmadd.l r46,r52,r53\n  ldrd.l r24,[r16,#2]\n"
      "  fmadd.l r47,r52,r53\n  ldrd.l r26,[r16,#3]\n"
      "  fmadd.l r48,r52,r53\n  strd.l r20,[r16,#8]\n"
      "  fmadd.l r49,r52,r53\n  strd.l r22,[r16,#9]\n"
      "  fmadd.l r50,r52,r53\n  add.l r54,r54,#1\n"
      "  fmadd.l r51,r52,r53\n  add.l r55,r55,#2\n"
      "  fmadd.l r44,r52,r53\n  ldrd.l r20,[r16,#0]\n"
      "  fmadd.l r45,r52,r53\n  ldrd.l r22,[r16,#1]\n"
      "  fmadd.l r46,r52,r53\n  ldrd.l r24,[r16,#2]\n"
      "  fmadd.l r47,r52,r53\n  ldrd.l r26,[r16,#3]\n"
      "  fmadd.l r48,r52,r53\n  strd.l r20,[r16,#8]\n"
      "  fmadd.l r49,r52,r53\n  strd.l r22,[r16,#9]\n"
      "  fmadd.l r50,r52,r53\n  add.l r54,r54,#1\n"
      "  fmadd.l r51,r52,r53\n"
      ".Lend:\n"
      "  add.l r55,r55,#2\n"
      "  gie\n"
      : "+r"(address)
      : "n"(PASSES)
      : "r17", "r18", "r19", "r20", "r21", "r22", "r23", "r24", "r25", "r26", "r27", "r44", "r45", "r46", "r47", "r48", "r49", "r50", "r51",
        "r52", "r53", "r54", "r55", "memory", "cc");
  return 0;
}
