/* Checking that the data keeps every module's promises. */
#pragma once
#include <stdio.h>

#include "core/module.h"

/* Runs every Check whose name begins with only (NULL: all), each on one state of the data, and says on out what was checked
   and what is wrong. With rebuild, derived tables are made again first. *wrong counts the findings. */
Err *verify_all(Store *store, Arena *arena, FILE *out, const char *only, bool rebuild, int64_t *wrong);
