/* Inside identity: the first start. */
#pragma once
#include "identity/identity.h"

/* Prints the setup code when there is no co-operative yet. Runs at every start of the program. */
Err *start_announce(Store *store, Arena *arena);
Str setup_code(void); /* tests; empty before start_announce made one */
