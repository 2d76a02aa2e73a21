/* What the files of this room share. */
#pragma once
#include "core/core.h"
#include "fee/fee.h"
#include "fee/queries.h"

extern const ErrText fee_errors[];
extern const Check fee_checks[];
Err *fee_erase_person(Tx *tx, Id person, Time now);
Err *fee_demo(Demo *demo);
