/* What the loader writes, at addresses that the linker scripts fix. */
#include "e_types.h"

const e_group_config_t e_group_config SECTION("workgroup_cfg") = {.objtype = E_NULL};
const e_emem_config_t e_emem_config SECTION("ext_mem_cfg") = {.objtype = E_NULL};
