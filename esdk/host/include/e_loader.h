#warning "e_loader.h is the old name of e-loader.h"
#include "e-loader.h"
