/* Inside identity: what `millet verify` looks at. */
#pragma once
#include "identity/identity.h"

Err *check_people(Db *db, Findings *findings);
Err *check_grants(Db *db, Findings *findings);
Err *check_admin(Db *db, Findings *findings);
Err *check_erased(Db *db, Findings *findings);
