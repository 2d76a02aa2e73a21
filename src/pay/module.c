/* The Module record of pay. */
#include "pay/inside.h"

const Module pay_module = {.name = "pay", .errors = pay_errors};
