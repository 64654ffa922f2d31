#include "e-lib.h"
