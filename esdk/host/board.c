#include "board.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ioctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control.h"
#include "message.h"

#define DEFAULT_DEVICE "/dev/epiphany/mesh0"
#define RESET_IOCTL _IO('E', 0) /* of the driver of 2016 and later */

struct core {
  uint32_t window;
  unsigned char *scratchpad, *registers;
  uint32_t stored; /* the highest register stored to since the last flush; 0: none */
};

struct bank {
  unsigned char* memory;
  uint32_t address; /* for the cores */
  uint32_t bytes;
};

static struct {
  int device; /* -1: not open */
  struct core* cores;
  unsigned count;
  struct bank* banks; /* of shared memory */
  unsigned bank_count;
  bool unflushed;
} board = {.device = -1};

static unsigned char* map(const char* file, uint32_t offset, size_t bytes) {
  void* const memory = mmap64(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, board.device, (off64_t)offset);
  if (memory != MAP_FAILED) return memory;
  message_error("%s does not map %zu bytes at offset 0x%08x: %s", file, bytes, offset, strerror(errno));
  return NULL;
}

static bool map_all(const char* file, const e_platform_t* platform) {
  for (unsigned i = 0; i < board.count; ++i) {
    struct core* const core = &board.cores[i];
    core->window = ((platform->row + i / platform->cols) << 6 | (platform->col + i % platform->cols)) << 20;
    core->scratchpad = map(file, core->window, SRAM_BYTES);
    if (core->scratchpad != NULL) core->registers = map(file, core->window + REGISTERS, REGISTER_BYTES);
    if (core->registers == NULL) return false;
  }
  for (unsigned i = 0; i < board.bank_count; ++i) {
    struct bank* const bank = &board.banks[i];
    const e_mem_t* const emem = &platform->emem[i];
    bank->address = (uint32_t)emem->ephy_base;
    bank->bytes = (uint32_t)emem->emap_size;
    /* The file of an exported board has the cores' addresses; a device may have the host's. */
    bank->memory = map(file, (uint32_t)(control_is_open() ? emem->ephy_base : emem->phy_base), bank->bytes);
    if (bank->memory == NULL) return false;
  }
  return true;
}

static bool is_the_board(const char* file) {
  for (unsigned i = 0; i < board.count; ++i) {
    const uint32_t id = board_get(i, E_REG_COREID);
    if (id << 20 == board.cores[i].window) continue;
    message_error("%s: where the platform has core 0x%03x, COREID is 0x%03x: the platform file is of another board", file,
                  board.cores[i].window >> 20, id);
    return false;
  }
  return true;
}

bool board_open(const e_platform_t* platform) {
  if (board.device >= 0) return true;
  const char* given = getenv("EHAL_DEVICE");
  if (given == NULL || *given == '\0') given = DEFAULT_DEVICE;
  char file[4096];
  struct stat status;
  const bool exported = stat(given, &status) == 0 && S_ISDIR(status.st_mode);
  snprintf(file, sizeof file, "%s%s", given, exported ? "/memory" : "");
  board.device = open64(file, O_RDWR | O_SYNC | O_CLOEXEC);
  if (board.device < 0) {
    message_error("no board at %s: %s; EHAL_DEVICE names a driver's device (%s) or a folder made by epysim board --export", file,
                  strerror(errno), DEFAULT_DEVICE);
    return false;
  }
  board.count = platform->rows * platform->cols;
  board.cores = calloc(board.count, sizeof *board.cores);
  board.bank_count = (unsigned)platform->num_emems;
  board.banks = calloc(board.bank_count, sizeof *board.banks);
  if (board.cores != NULL && board.banks != NULL && (!exported || control_open(given)) && map_all(file, platform) && is_the_board(file))
    return true;
  board_close();
  return false;
}

void board_close(void) {
  for (unsigned i = 0; board.cores != NULL && i < board.count; ++i) {
    if (board.cores[i].scratchpad != NULL) munmap(board.cores[i].scratchpad, SRAM_BYTES);
    if (board.cores[i].registers != NULL) munmap(board.cores[i].registers, REGISTER_BYTES);
  }
  for (unsigned i = 0; board.banks != NULL && i < board.bank_count; ++i)
    if (board.banks[i].memory != NULL) munmap(board.banks[i].memory, board.banks[i].bytes);
  free(board.cores);
  free(board.banks);
  control_close();
  if (board.device >= 0) close(board.device);
  board.device = -1;
  board.cores = NULL;
  board.count = 0;
  board.banks = NULL;
  board.bank_count = 0;
}

bool board_answers(const char* caller) {
  if (board.device < 0) {
    message_error("%s: there is no board; call e_init first", caller);
    return false;
  }
  if (control_is_open() && !control_answers()) {
    message_error("%s: the exported board has ended", caller);
    return false;
  }
  return true;
}

int board_device(void) { return board.device; }
unsigned board_cores(void) { return board.count; }
uint32_t board_window(unsigned core) { return board.cores[core].window; }
unsigned char* board_scratchpad(unsigned core) { return board.cores[core].scratchpad; }
unsigned char* board_registers(unsigned core) { return board.cores[core].registers; }
unsigned char* board_shared(void) { return board.banks[0].memory; }
uint32_t board_shared_address(void) { return board.banks[0].address; }
uint32_t board_shared_bytes(void) { return board.banks[0].bytes; }

unsigned char* board_memory(uint32_t address, size_t bytes) {
  for (const struct bank* bank = board.banks; bank != board.banks + board.bank_count; ++bank) {
    const uint32_t offset = address - bank->address;
    if (address >= bank->address && offset <= bank->bytes && bytes <= bank->bytes - offset) return bank->memory + offset;
  }
  return NULL;
}

static volatile uint32_t* register_at(unsigned core, uint32_t reg) {
  return (volatile uint32_t*)(void*)(board.cores[core].registers + (reg & (REGISTER_BYTES - 1) & ~3u));
}

uint32_t board_get(unsigned core, uint32_t reg) {
  board_flush();
  const uint32_t value = *register_at(core, reg);
  __atomic_thread_fence(__ATOMIC_ACQUIRE);
  return value;
}

void board_put(unsigned core, uint32_t reg, uint32_t value) {
  reg |= REGISTERS;
  if (reg <= board.cores[core].stored) board_flush();
  __atomic_thread_fence(__ATOMIC_SEQ_CST); /* what was stored to memory is there before */
  *register_at(core, reg) = value;
  board.cores[core].stored = reg;
  board.unflushed = true;
}

void board_flush(void) {
  if (!board.unflushed) return;
  board.unflushed = false;
  for (unsigned i = 0; i < board.count; ++i) board.cores[i].stored = 0;
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  if (control_is_open()) control_command(EPX_EXCHANGE, 0);
}

bool board_reset(void) {
  board_flush();
  return control_is_open() ? control_command(EPX_RESET, 0) : ioctl(board.device, RESET_IOCTL) == 0;
}

void board_lock(void) {
  while (flock(board.device, LOCK_EX) != 0 && errno == EINTR) continue;
}
void board_unlock(void) { flock(board.device, LOCK_UN); }

void board_copy_in(volatile unsigned char* to, const void* from, size_t bytes) {
  const unsigned char* source = from;
  while (bytes > 0) {
    if ((uintptr_t)to % 4 == 0 && bytes >= 4) {
      uint32_t word;
      memcpy(&word, source, sizeof word);
      *(volatile uint32_t*)(volatile void*)to = word;
      to += 4, source += 4, bytes -= 4;
    } else {
      *to++ = *source++;
      --bytes;
    }
  }
}

void board_copy_out(void* to, const volatile unsigned char* from, size_t bytes) {
  unsigned char* target = to;
  while (bytes > 0) {
    if ((uintptr_t)from % 4 == 0 && bytes >= 4) {
      const uint32_t word = *(const volatile uint32_t*)(const volatile void*)from;
      memcpy(target, &word, sizeof word);
      target += 4, from += 4, bytes -= 4;
    } else {
      *target++ = *from++;
      --bytes;
    }
  }
}

void board_clear(volatile unsigned char* at, size_t bytes) {
  for (; bytes > 0 && (uintptr_t)at % 4 != 0; --bytes) *at++ = 0;
  for (; bytes >= 4; bytes -= 4, at += 4) *(volatile uint32_t*)(volatile void*)at = 0;
  for (; bytes > 0; --bytes) *at++ = 0;
}

bool board_has_virtual_time(void) { return control_is_open() && control_is_virtual(); }

void board_charge(void) {
  board_flush();
  if (board_has_virtual_time()) control_charge();
}

void board_pass(uint64_t nanoseconds) {
  board_flush();
  if (control_is_open()) {
    control_pass(nanoseconds);
  } else {
    message_sleep(nanoseconds);
  }
}

uint64_t board_elapsed(void) { return control_elapsed(); }
