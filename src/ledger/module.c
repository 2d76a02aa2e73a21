/* The ledger's Module record. */
#include "ledger/inside.h"

const Module ledger_module = {.name = "ledger", .errors = ledger_errors, .jobs = ledger_jobs, .checks = ledger_checks};
