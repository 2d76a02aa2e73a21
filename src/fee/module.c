/* The room's Module record. */
#include "fee/inside.h"

const Module fee_module = {.name = "fee", .errors = fee_errors, .checks = fee_checks, .erase_person = fee_erase_person};
