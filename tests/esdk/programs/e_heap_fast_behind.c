#include "e_heap_fast.c" /* linked for a core whose heap lies behind all named regions */
