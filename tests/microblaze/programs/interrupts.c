// The timer of each core interrupts it five times, another period on each; even cores sleep in between, odd ones count. The exit code is
// how many cycles after the timer had expired the handler looked at it, at most; 255 when something is wrong.

typedef unsigned word;
#define REGISTER(address) (*(volatile word*)(address))

int linux_call(int a, int b, int c, int number);

enum { kTimer = 0x41c00010, kControl = 0, kLoad = 4, kCount = 8 };  // counter 1
enum { kLoadNow = 0x20, kEnable = 0x80, kDown = 0x02, kReload = 0x10, kInterrupt = 0x40, kExpired = 0x100 };
enum { kController = 0x41200000, kAcknowledge = 0x0c, kSetEnable = 0x10, kVector = 0x18, kMaster = 0x1c };
enum { kTimerInput = 2, kInterruptEnable = 2, kProcessId = 20 };

static volatile word period, interrupts, shortest = ~0u, longest, wrong;

__attribute__((interrupt_handler)) void handler(void) {
  const word after = period - 1 - REGISTER(kTimer + kCount);  // it went through -1, then took the load value, which is period - 2
  if (REGISTER(kController + kVector) != kTimerInput) wrong = 1;
  if (after < shortest) shortest = after;
  if (after > longest) longest = after;
  ++interrupts;
  REGISTER(kTimer + kControl) = REGISTER(kTimer + kControl) | kExpired;
  REGISTER(kController + kAcknowledge) = 1u << kTimerInput;
  if (REGISTER(kController + kVector) != ~0u) wrong = 1;
}

__asm__(
    "        .section .vectors, \"ax\"\n"
    "        brai    handler\n"
    "        .section .start, \"ax\"\n"
    "        .globl  _start, linux_call\n"
    "_start: addik   r1, r1, -32\n"
    "        brlid   r15, run\n"
    "        nop\n"
    "        addk    r5, r3, r0\n"
    "        addik   r12, r0, 1\n"
    "        brki    r14, 8\n"
    "linux_call:\n"
    "        addk    r12, r8, r0\n"
    "        brki    r14, 8\n"
    "        rtsd    r15, 8\n"
    "        nop\n"
    "        .text\n");

word run(void) {
  const word id = (word)linux_call(0, 0, 0, kProcessId) - 1;
  period = 1000u << id;
  REGISTER(kTimer + kLoad) = period - 2;
  REGISTER(kTimer + kControl) = kLoadNow;
  REGISTER(kTimer + kControl) = kEnable | kDown | kReload | kInterrupt;
  REGISTER(kController + kSetEnable) = 1u << kTimerInput;
  REGISTER(kController + kMaster) = 3;
  word msr;
  __asm__ volatile("mfs %0, rmsr" : "=r"(msr));
  __asm__ volatile("mts rmsr, %0" : : "r"(msr | kInterruptEnable));
  volatile word count = 0;
  while (interrupts < 5) {
    if (id & 1)
      ++count;
    else
      __asm__ volatile("sleep");
  }
  return wrong || longest - shortest > 6 || longest > 200 ? 255 : longest;
}
