/* What the files of pay share with each other and with nobody else. */
#pragma once
#include "core/core.h"

/* ---- errors.c ---- */
extern const ErrText pay_errors[];
