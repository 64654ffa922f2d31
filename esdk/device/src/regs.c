#include "e_regs.h"

#include "e_coreid.h"
#include "special.h"

static volatile unsigned* own(e_core_reg_id_t reg_id) { return e_get_global_address(E_SELF, E_SELF, (const void*)(uintptr_t)reg_id); }

unsigned e_reg_read(e_core_reg_id_t reg_id) {
  if (reg_id == E_REG_CONFIG) return GET_SPECIAL(config);
  if (reg_id == E_REG_STATUS) return GET_SPECIAL(status);
  return *own(reg_id);
}

void e_reg_write(e_core_reg_id_t reg_id, unsigned val) {
  if (reg_id == E_REG_CONFIG) {
    SET_SPECIAL(config, val);
  } else if (reg_id == E_REG_STATUS) {
    SET_SPECIAL(status, val);
  } else {
    *own(reg_id) = val;
  }
}
