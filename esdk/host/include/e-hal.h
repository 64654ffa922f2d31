/* libe-hal: a host program's calls to an Epiphany board. All return E_OK or a count of bytes, or E_ERR after a message on standard error.
 * Rows and columns are relative to the group that is passed; to the platform where there is none. What the environment says is in
 * docs/esdk.md. */
#ifndef E_HAL_H
#define E_HAL_H

#include "e-hal-data.h"
#include "e_shm_table.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* The platform: a description (HDF file; NULL: as the environment says), its cores and memory. */
int e_init(char* hdf);
int e_get_platform_info(e_platform_t* platform);
int e_finalize(void);

/* Groups of cores, and parts of the platform's first shared memory, from its start. Nothing is reset, cleared or protected. */
int e_open(e_epiphany_t* dev, unsigned row, unsigned col, unsigned rows, unsigned cols);
int e_close(e_epiphany_t* dev);
int e_alloc(e_mem_t* mbuf, off_t base, size_t size);
int e_free(e_mem_t* mbuf);

/* `dev`: a group, then the offset is one in a core's scratchpad or a register (E_REG_*, always 4 bytes); or a memory. */
ssize_t e_read(void* dev, unsigned row, unsigned col, off_t from_addr, void* buf, size_t size);
ssize_t e_write(void* dev, unsigned row, unsigned col, off_t to_addr, const void* buf, size_t size);

int e_reset_system(void);
int e_reset_chip(void);
int e_reset_group(e_epiphany_t* dev);
#define e_reset e_reset_system

int e_start(e_epiphany_t* dev, unsigned row, unsigned col);
int e_start_group(e_epiphany_t* dev);
int e_signal(e_epiphany_t* dev, unsigned row, unsigned col);
int e_halt(e_epiphany_t* dev, unsigned row, unsigned col);
int e_resume(e_epiphany_t* dev, unsigned row, unsigned col);

/* Named regions that device programs find by their name. errno: EINVAL, EEXIST, ENOMEM. */
int e_shm_alloc(e_mem_t* mbuf, const char* name, size_t size);
int e_shm_attach(e_mem_t* mbuf, const char* name);
int e_shm_release(const char* name);
e_shmtable_t* e_shm_get_shmtable(void);

unsigned e_get_num_from_coords(e_epiphany_t* dev, unsigned row, unsigned col);
void e_get_coords_from_num(e_epiphany_t* dev, unsigned corenum, unsigned* row, unsigned* col);
e_bool_t e_is_addr_on_chip(void* addr);
e_bool_t e_is_addr_on_group(e_epiphany_t* dev, void* addr);
e_bool_t e_is_addr_in_emem(uintptr_t addr);

/* What is reported: H_D0 errors only, H_D1 calls, H_D2 also what they do. Returns what it was. */
e_hal_diag_t e_set_host_verbosity(e_hal_diag_t verbose);

/* Half public: single words, buffers and registers by kind of object; cores by id and number. */
int ee_read_word(e_epiphany_t* dev, unsigned row, unsigned col, const off_t from_addr);
ssize_t ee_write_word(e_epiphany_t* dev, unsigned row, unsigned col, off_t to_addr, int data);
ssize_t ee_read_buf(e_epiphany_t* dev, unsigned row, unsigned col, const off_t from_addr, void* buf, size_t size);
ssize_t ee_write_buf(e_epiphany_t* dev, unsigned row, unsigned col, off_t to_addr, const void* buf, size_t size);
int ee_read_reg(e_epiphany_t* dev, unsigned row, unsigned col, const off_t from_addr);
ssize_t ee_write_reg(e_epiphany_t* dev, unsigned row, unsigned col, off_t to_addr, int data);
int ee_mread_word(e_mem_t* mbuf, const off_t from_addr);
ssize_t ee_mwrite_word(e_mem_t* mbuf, off_t to_addr, int data);
ssize_t ee_mread_buf(e_mem_t* mbuf, const off_t from_addr, void* buf, size_t size);
ssize_t ee_mwrite_buf(e_mem_t* mbuf, off_t to_addr, const void* buf, size_t size);
int ee_read_abs(unsigned address);
ssize_t ee_write_abs(unsigned address, int data);
int ee_reset_core(e_epiphany_t* dev, unsigned row, unsigned col);
int ee_soft_reset_core(e_epiphany_t* dev, unsigned row, unsigned col);
void ee_set_core_config(e_epiphany_t* dev, e_mem_t* emem, int row, int col);
unsigned ee_get_id_from_coords(e_epiphany_t* dev, unsigned row, unsigned col);
void ee_get_coords_from_id(e_epiphany_t* dev, unsigned coreid, unsigned* row, unsigned* col);
unsigned ee_get_num_from_id(e_epiphany_t* dev, unsigned coreid);
unsigned ee_get_id_from_num(e_epiphany_t* dev, unsigned corenum);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
