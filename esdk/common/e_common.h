/* What host and device programs of the eSDK have in common: results, kinds of objects, addresses of a core's registers. The names and
 * numbers are those of Adapteva's eSDK (epiphany-libs, 2013 to 2016); the text is epysim's own. */
#ifndef E_COMMON_H
#define E_COMMON_H

typedef enum { E_FALSE = 0, E_TRUE = 1 } e_bool_t;

typedef enum { E_OK = 0, E_ERR = -1, E_WARN = -2 } e_return_stat_t;

/* The first word of each object: what a call finds behind a `void *`. */
typedef enum {
  E_NULL = 0,
  E_EPI_PLATFORM = 1,
  E_EPI_CHIP = 2,
  E_EPI_GROUP = 3,
  E_EPI_CORE = 4,
  E_EXT_MEM = 5,
  E_MAPPING = 6,
  E_SHARED_MEM = 7
} e_objtype_t;

typedef enum { E_E16G301 = 0, E_E64G401 = 1, E_ESIM = 2 } e_chiptype_t;

typedef enum { E_RD = 1, E_WR = 2, E_RDWR = 3 } e_memtype_t;

/* Registers of a core, by their offset in its 1 MB window. */
typedef enum {
  E_REG_R0 = 0xf0000, /* R1 to R63 follow, 4 bytes each */
  E_REG_CONFIG = 0xf0400,
  E_REG_STATUS = 0xf0404,
  E_REG_PC = 0xf0408,
  E_REG_DEBUGSTATUS = 0xf040c,
  E_REG_LC = 0xf0414,
  E_REG_LS = 0xf0418,
  E_REG_LE = 0xf041c,
  E_REG_IRET = 0xf0420,
  E_REG_IMASK = 0xf0424,
  E_REG_ILAT = 0xf0428,
  E_REG_ILATST = 0xf042c,
  E_REG_ILATCL = 0xf0430,
  E_REG_IPEND = 0xf0434,
  E_REG_CTIMER0 = 0xf0438,
  E_REG_CTIMER1 = 0xf043c,
  E_REG_FSTATUS = 0xf0440,
  E_REG_DEBUGCMD = 0xf0448,
  E_REG_DMA0CONFIG = 0xf0500,
  E_REG_DMA0STRIDE = 0xf0504,
  E_REG_DMA0COUNT = 0xf0508,
  E_REG_DMA0SRCADDR = 0xf050c,
  E_REG_DMA0DSTADDR = 0xf0510,
  E_REG_DMA0AUTODMA0 = 0xf0514,
  E_REG_DMA0AUTODMA1 = 0xf0518,
  E_REG_DMA0STATUS = 0xf051c,
  E_REG_DMA1CONFIG = 0xf0520,
  E_REG_DMA1STRIDE = 0xf0524,
  E_REG_DMA1COUNT = 0xf0528,
  E_REG_DMA1SRCADDR = 0xf052c,
  E_REG_DMA1DSTADDR = 0xf0530,
  E_REG_DMA1AUTODMA0 = 0xf0534,
  E_REG_DMA1AUTODMA1 = 0xf0538,
  E_REG_DMA1STATUS = 0xf053c,
  E_REG_MEMSTATUS = 0xf0604,
  E_REG_MEMPROTECT = 0xf0608,
  E_REG_MESHCONFIG = 0xf0700,
  E_REG_COREID = 0xf0704,
  E_REG_MULTICAST = 0xf0708,
  E_REG_RESETCORE = 0xf070c,
  E_REG_CMESHROUTE = 0xf0710,
  E_REG_XMESHROUTE = 0xf0714,
  E_REG_RMESHROUTE = 0xf0718,
  /* of the links at a chip's edges, by their offset in the edge's block */
  E_REG_LINKCFG = 0xf0300,
  E_REG_LINKTXCFG = 0xf0304,
  E_REG_LINKRXCFG = 0xf0308,
  E_REG_GPIOCFG = 0xf030c,
  E_REG_FLAGCFG = 0xf0318,
  E_REG_SYNC = 0xf031c,
  E_REG_HALT = 0xf0320,
  E_REG_RESET = 0xf0324,
  E_REG_LINKDEBUG = 0xf0328
} e_core_reg_id_t;
#define E_REG_R(n) (E_REG_R0 + 4 * (n))
#define E_REG_MESHCFG E_REG_MESHCONFIG
#define E_REG_CORE_RESET E_REG_RESETCORE

#endif
