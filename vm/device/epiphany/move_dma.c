/* The core's DMA engine, channel 0, in double words where both addresses allow that. */
#include "vm/device/engines.h"

enum { WORTH_IT = 4 }; /* words: setting it up takes longer than loading less */
/* of DMA0CONFIG ("Epiphany Architecture Reference", DMA registers); in message mode the engine is busy until the last datum is
 * there, when that is this core's memory; with both ends elsewhere nothing tells that */
enum { ENABLE = 1 << 0, MASTER = 1 << 1, DATA_SIZE = 5, WORD = 2, MESSAGE = 1 << 10 };

#define SET(name, value) __asm__ volatile("movts " name ", %0" : : "r"(value) : "memory")

void epy_move_dma(volatile uint32_t* to, const volatile uint32_t* from, uint32_t words) {
  uint32_t target = PORT_ADDRESS(to), source = PORT_ADDRESS(from);
  if (words < WORTH_IT || (target & source) >> 20) {
    epy_move_words(to, from, words);
    return;
  }
  uint32_t doubles = ~(words | target >> 2 | source >> 2) & 1;
  uint32_t bytes = 4 << doubles;
  SET("dma0stride", bytes << 16 | bytes);
  SET("dma0count", 1u << 16 | words >> doubles);
  SET("dma0srcaddr", source);
  SET("dma0dstaddr", target);
  SET("dma0config", ENABLE | MASTER | MESSAGE | (WORD + doubles) << DATA_SIZE);
  uint32_t status;
  do {
    __asm__ volatile("movfs %0, dma0status" : "=r"(status) : : "memory");
  } while (status & 15);
}
