// What the validation programs share: which core this is, addresses of others, timers, a barrier, results.
//
// A result is a line "CORE NAME VALUE" on standard output (TRAP 0), written when all measuring is over.
#pragma once

typedef unsigned word;
typedef unsigned long long dword;

#define BANK1 __attribute__((section(".bank1"), aligned(8)))
#define BANK2 __attribute__((section(".bank2"), aligned(8)))
#define BANK3 __attribute__((section(".bank3"), aligned(8)))

enum { kRows = 4, kColumns = 4, kCores = kRows * kColumns };
enum { kFirstNode = 0x808, kDram = 0x8e000000 };

static inline word node_id(void) {
  word id;
  __asm__ volatile("movfs %0, coreid" : "=r"(id));
  return id;
}
static inline int row(void) { return (int)(node_id() >> 6) - (kFirstNode >> 6); }
static inline int column(void) { return (int)(node_id() & 63) - (kFirstNode & 63); }
/// 0 to 15, row by row.
static inline int core(void) { return row() * kColumns + column(); }
/// The address at which all cores see what core `id` sees at `local`.
static inline void* at(int id, const volatile void* local) {
  return (void*)((kFirstNode + (word)(id / kColumns) * 64 + (word)(id % kColumns)) << 20 | (word)local);
}

// -- timer 0, as the SDK's library has it: functions, out of line
enum { kTimerMax = -1 };
enum {
  kOff = 0,
  kClock = 1,
  kIdle = 2,
  kIalu = 4,
  kFpu = 5,
  kDual = 6,
  kE1 = 7,
  kRa = 8,
  kFetchStall = 10,
  kLoadStall = 11,
  kExternalFetch = 12,
  kExternalLoad = 13
};
word timer_set(int timer, word value);
word timer_start(int timer, word event);
word timer_stop(int timer);
word timer_get(int timer);

// -- timer 0 with nothing around it: `start` and `stop` cost 3 cycles together (see elapsed())
static inline void clock_on(void) {
  word config;
  __asm__ volatile(
      "movfs %0, config\n\t"
      "orr %0, %0, %1\n\t"
      "movts config, %0"
      : "=&r"(config)
      : "r"(kClock << 4));
}
static inline void clock_set(void) { __asm__ volatile("movts ctimer0, %0" : : "r"(kTimerMax) : "memory"); }
static inline word clock_get(void) {
  word left;
  __asm__ volatile("movfs %0, ctimer0" : "=r"(left) : : "memory");
  return kTimerMax - left;
}

// -- the same by the names that programs for several boards use
static inline void start_clock(void) {
  clock_on();
  clock_set();
}
static inline word now(void) { return clock_get(); }

// -- all cores
/// The SDK's barrier: everybody writes its slot at core 0, which then releases everybody. `barrier_init` first.
void barrier(void);

void report(const char* name, int value);
/// "NAME.INDEX"
void report_nth(const char* name, int index, int value);
