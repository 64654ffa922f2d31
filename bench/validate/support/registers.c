#include "support.h"

#include "registers.h"

// Each of these is a file of its own in the library, so no call is replaced by what it does.
#define OUT_OF_LINE __attribute__((noipa))
enum { kSelf = -1 };

volatile struct Group group;

OUT_OF_LINE void loader(void) {
  group.first = kFirstNode;
  group.row = (word)row();
  group.column = (word)column();
}

OUT_OF_LINE void* global_address(word row, word column, const void* local) {
  word id;
  if (((word)local & 0xfff00000) != 0) return (void*)local;
  if (row == (word)kSelf || column == (word)kSelf)
    id = node_id();
  else
    id = group.first + (row << 6) + column;
  return (void*)(id << 20 | ((word)local & 0xfffff));
}

// The library keeps what it moves to or from CONFIG and STATUS on the stack.
OUT_OF_LINE word register_read(word which) {
  volatile word kept;
  switch (which) {
    case kConfig:
      __asm__ volatile("movfs %0, config" : "=r"(kept));
      return kept;
    case kStatus:
      __asm__ volatile("movfs %0, status" : "=r"(kept));
      return kept;
    default:
      return *(volatile word*)global_address(group.row, group.column, (const void*)which);
  }
}

OUT_OF_LINE void register_write(word which, word value) {
  volatile word kept = value;
  switch (which) {
    case kConfig:
      __asm__ volatile("movts config, %0" : : "r"(kept));
      break;
    case kStatus:
      __asm__ volatile("movts status, %0" : : "r"(kept));
      break;
    default:
      *(volatile word*)global_address(group.row, group.column, (const void*)which) = value;
  }
}

OUT_OF_LINE word timer_stop(int timer) {
  const word mask = 15u << (timer ? 8 : 4);
  const word config = register_read(kConfig);
  register_write(kConfig, config & ~mask);
  return register_read(timer ? kTimer1 : kTimer0);
}
