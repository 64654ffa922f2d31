/* A core's own registers (E_REG_*). */
#ifndef E_REGS_H
#define E_REGS_H

#include "e_types.h"

unsigned e_reg_read(e_core_reg_id_t reg_id);
void e_reg_write(e_core_reg_id_t reg_id, unsigned val);

#endif
