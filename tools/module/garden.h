/* What other modules may call of garden. */
#pragma once
#include "web/web.h"

/* Writes a thing down; *made is its id. */
Err *garden_add(Tx *tx, Time now, Id who, Str name, Id *made);
