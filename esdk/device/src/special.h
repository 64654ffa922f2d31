/* Registers that MOVFS and MOVTS reach. */
#ifndef SPECIAL_H
#define SPECIAL_H

#define GET_SPECIAL(name)                                             \
  ({                                                                  \
    unsigned value_;                                                  \
    __asm__ volatile("movfs %0, " #name : "=r"(value_) : : "memory"); \
    value_;                                                           \
  })
#define SET_SPECIAL(name, value) __asm__ volatile("movts " #name ", %0" : : "r"((unsigned)(value)) : "memory")

#endif
