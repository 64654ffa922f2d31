/* A core has no reset of its own that works at all times, so the host runs a small program on it which leaves all interrupts and goes to
 * sleep; then it sets the registers as they are after power-up. All cores take each step together: an exported board carries out what is
 * stored to registers at its exchanges, and each of them costs. */
#include "reset.h"

#include <stdint.h>
#include <stdio.h>

#include "board.h"
#include "group.h"
#include "message.h"
#include "platform.h"

#define HALTED 1u /* DEBUGSTATUS */
#define LOAD_PENDING 2u
#define ACTIVE 1u                /* STATUS, FSTATUS */
#define DMA_BUSY 7u              /* DMAxSTATUS */
#define DMA_PAUSED (1u << 24)    /* CONFIG */
#define CLOCK_GATING (1u << 22)  /* CONFIG */
#define SYNC_ONLY (~1u)          /* IMASK */
#define MESHCONFIG_OF_BOARD 2u   /* as the driver leaves it */
#define DMA_REGISTER_BYTES 0x20u /* of a channel */

#define STEP_NS 10000             /* between two looks */
#define PENDING_STEPS 1000        /* that a load from outside may take, where a core is to be loaded */
#define PENDING_STEPS_PULSE 10000 /* where it is only to be reset: 100 ms, as in the original */
#define HALT_STEPS 1000
#define IDLE_STEPS 10000

#define PROGRAM 0x2cu
#define MARK 0x60u /* where the program says that it has run: a core that sleeps may as well not have begun */

/* movfs r0, ipend; sub r0, r0, #0; beq done; rti; done: gie; mov r0, #MARK; str r0, [r0]; idle */
static const uint16_t program[] = {0x151f, 0x0402, 0x0033, 0x0200, 0x01d2, 0x0192, 0x0c03, 0x0054, 0x01b2};

static bool not_halted(unsigned core) { return (board_get(core, E_REG_DEBUGSTATUS) & HALTED) == 0; }
static bool load_pending(unsigned core) { return (board_get(core, E_REG_DEBUGSTATUS) & LOAD_PENDING) != 0; }
static bool in_interrupt(unsigned core) {
  return *(volatile uint32_t*)(void*)(board_scratchpad(core) + MARK) != MARK || board_get(core, E_REG_IPEND) != 0 ||
         board_get(core, E_REG_ILAT) != 0 || (board_get(core, E_REG_STATUS) & ACTIVE) != 0;
}

/* The first core that is still so after that many steps; -1: none. */
static int await(const unsigned* cores, unsigned count, unsigned steps, bool (*still)(unsigned core)) {
  for (unsigned i = 0; i < count;) {
    if (!still(cores[i])) {
      ++i;
    } else if (steps-- == 0) {
      return (int)cores[i];
    } else {
      board_pass(STEP_NS);
    }
  }
  return -1;
}

static bool halt(const char* caller, const unsigned* cores, unsigned count, unsigned pending_steps) {
  for (unsigned i = 0; i < count; ++i)
    if (not_halted(cores[i])) board_put(cores[i], E_REG_DEBUGCMD, 1);
  int stuck = await(cores, count, pending_steps, load_pending);
  const char* why = "waits for a load from outside that never ends";
  if (stuck < 0) {
    stuck = await(cores, count, HALT_STEPS, not_halted);
    why = "does not halt";
  }
  if (stuck < 0) return true;
  message_error("%s: core 0x%03x %s; it cannot be reset alone: reset the whole board (e_reset_system, e-reset)", caller,
                board_window((unsigned)stuck) >> 20, why);
  return false;
}

static void stop_dma(unsigned core) {
  if (((board_get(core, E_REG_DMA0STATUS) | board_get(core, E_REG_DMA1STATUS)) & DMA_BUSY) == 0) return;
  message_warning("core 0x%03x: its DMA was busy", board_window(core) >> 20);
  board_put(core, E_REG_CONFIG, board_get(core, E_REG_CONFIG) | DMA_PAUSED);
  for (uint32_t reg = E_REG_DMA0CONFIG; reg < E_REG_DMA0CONFIG + 2 * DMA_REGISTER_BYTES; reg += 4) board_put(core, reg, 0);
}

static uint32_t branch(uint32_t from, uint32_t to) { return 0xe8u | ((to - from) / 2) << 8; }

static void run_program(unsigned core) {
  unsigned char* const memory = board_scratchpad(core);
  for (uint32_t at = 0; at < PROGRAM; at += 4) {
    const uint32_t word = branch(at, PROGRAM);
    board_copy_in(memory + at, &word, sizeof word);
  }
  board_copy_in(memory + PROGRAM, program, sizeof program);
  board_clear(memory + MARK, 4);
  board_put(core, E_REG_CONFIG, 0);
  board_put(core, E_REG_PC, PROGRAM);
  board_put(core, E_REG_IRET, PROGRAM);
  board_put(core, E_REG_IMASK, 0);
  board_put(core, E_REG_ILATCL, ~0u);
  board_put(core, E_REG_FSTATUS, ACTIVE);
  board_put(core, E_REG_DEBUGCMD, 0);
}

static void set_registers(unsigned core) {
  for (uint32_t r = 0; r < 64; ++r) board_put(core, E_REG_R(r), 0);
  board_put(core, E_REG_CONFIG, CLOCK_GATING);
  for (uint32_t reg = E_REG_PC; reg <= E_REG_IRET; reg += 4)
    if (reg != E_REG_DEBUGSTATUS && reg != 0xf0410) board_put(core, reg, 0); /* PC, LC, LS, LE, IRET */
  board_put(core, E_REG_IMASK, SYNC_ONLY);
  board_put(core, E_REG_ILATCL, ~0u);
  board_put(core, E_REG_CTIMER0, 0);
  board_put(core, E_REG_CTIMER1, 0);
  board_put(core, E_REG_FSTATUS, 0);
  board_put(core, E_REG_MEMSTATUS, 0);
  board_put(core, E_REG_MEMPROTECT, 0);
  board_put(core, E_REG_MESHCONFIG, MESHCONFIG_OF_BOARD);
}

bool reset_softly(const char* caller, const unsigned* cores, unsigned count) {
  if (!halt(caller, cores, count, PENDING_STEPS)) return false;
  for (unsigned i = 0; i < count; ++i) stop_dma(cores[i]);
  board_flush();
  for (unsigned i = 0; i < count; ++i) run_program(cores[i]);
  const int stuck = await(cores, count, IDLE_STEPS, in_interrupt);
  if (stuck >= 0) {
    message_error("%s: core 0x%03x does not leave its interrupts: reset the whole board", caller, board_window((unsigned)stuck) >> 20);
    return false;
  }
  for (unsigned i = 0; i < count; ++i) set_registers(cores[i]);
  board_flush();
  return true;
}

int e_reset_system(void) {
  if (platform_with_board("e_reset_system") == NULL) return E_ERR;
  message_detail(H_D1, "e_reset_system()");
  if (board_reset()) return E_OK;
  message_error("e_reset_system: this device cannot be reset (EHAL_DEVICE): the driver's can, and an exported board");
  return E_ERR;
}

/* As in the original: no chip has a reset of its own. */
int e_reset_chip(void) {
  message_warning("e_reset_chip does nothing: no chip has a reset of its own; e_reset_system resets all");
  return E_OK;
}

int ee_soft_reset_core(e_epiphany_t* dev, unsigned row, unsigned col) {
  unsigned core;
  return group_core("ee_soft_reset_core", dev, row, col, &core) && reset_softly("ee_soft_reset_core", &core, 1) ? E_OK : E_ERR;
}

static int pulse(const char* caller, const unsigned* cores, unsigned count) {
  if (!halt(caller, cores, count, PENDING_STEPS_PULSE)) return E_ERR;
  for (unsigned i = 0; i < count; ++i) {
    board_put(cores[i], E_REG_CONFIG, DMA_PAUSED);
    board_put(cores[i], E_REG_RESETCORE, 1);
  }
  board_flush();
  for (unsigned i = 0; i < count; ++i) board_put(cores[i], E_REG_RESETCORE, 0);
  board_flush();
  return E_OK;
}

int ee_reset_core(e_epiphany_t* dev, unsigned row, unsigned col) {
  unsigned core;
  return group_core("ee_reset_core", dev, row, col, &core) ? pulse("ee_reset_core", &core, 1) : E_ERR;
}

int e_reset_group(e_epiphany_t* dev) {
  unsigned cores[GROUP_MOST], count;
  return group_cores("e_reset_group", dev, cores, &count) ? pulse("e_reset_group", cores, count) : E_ERR;
}
