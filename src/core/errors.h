/* The sentences of base, db and core. */
#pragma once
#include "core/module.h"

extern const ErrText core_errors[];
