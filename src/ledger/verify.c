/* What must always be true of the ledger. */
#include "ledger/inside.h"

const Check ledger_checks[] = {
    {0},
};
