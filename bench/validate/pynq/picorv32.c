// What each class of instructions costs on a PicoRV32: a hundred of them between two readings of the cycle counter.
#include <support/support.h>

#define MEASURE(name, text)                  \
  static word name(void) {                   \
    word from, to;                           \
    __asm__ volatile(                        \
        "la t0, 1f\n\t"                      \
        "la t1, cell\n\t"                    \
        "li t3, 31\n\t"                      \
        "rdcycle %0\n\t"                     \
        ".rept 100\n\t" text                 \
        "\n\t.endr\n"                        \
        "1: rdcycle %1"                      \
        : "=&r"(from), "=&r"(to)             \
        :                                    \
        : "t0", "t1", "t2", "t3", "memory"); \
    return to - from;                        \
  }

volatile word cell;

static word nothing(void) {
  word from, to;
  __asm__ volatile("rdcycle %0\n\trdcycle %1" : "=&r"(from), "=&r"(to));
  return to - from;
}
MEASURE(jal, "j . + 4")
MEASURE(jalr, "auipc t0, 0\n\tjalr t2, 8(t0)")
MEASURE(auipc, "auipc t0, 0")
MEASURE(alu_register, "add t2, t0, t1")
MEASURE(alu_immediate, "addi t2, t0, 1")
MEASURE(branch_not_taken, "bne t0, t0, . + 4")
MEASURE(branch_taken, "beq t0, t0, . + 4")
MEASURE(load, "lw t2, 0(t1)")
MEASURE(store, "sw t2, 0(t1)")
MEASURE(shift_0, "slli t2, t0, 0")
MEASURE(shift_31, "slli t2, t0, 31")
MEASURE(shift_by_register, "sll t2, t0, t3")
MEASURE(multiply, "mul t2, t0, t1")
MEASURE(multiply_high, "mulhu t2, t0, t1")
MEASURE(divide, "div t2, t0, t1")

static struct {
  const char* name;
  word (*run)(void);
  word cycles;
} lines[] = {{"nothing", nothing, 0},
             {"jal", jal, 0},
             {"jalr", jalr, 0},
             {"auipc", auipc, 0},
             {"alu_register", alu_register, 0},
             {"alu_immediate", alu_immediate, 0},
             {"branch_not_taken", branch_not_taken, 0},
             {"branch_taken", branch_taken, 0},
             {"load", load, 0},
             {"store", store, 0},
             {"shift_0", shift_0, 0},
             {"shift_31", shift_31, 0},
             {"shift_by_register", shift_by_register, 0},
             {"multiply", multiply, 0},
             {"multiply_high", multiply_high, 0},
             {"divide", divide, 0}};

int main(void) {
  for (word i = 0; i < sizeof lines / sizeof *lines; ++i) lines[i].cycles = lines[i].run();
  for (word i = 0; i < sizeof lines / sizeof *lines; ++i) report(lines[i].name, lines[i].cycles);
  return 0;
}
