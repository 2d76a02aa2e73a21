/* The trail's chain of hashes, for verify and tests. */
#pragma once
#include "core/module.h"
#include "core/queries.h"

enum { AUDIT_HASH_LEN = 64 };
/* before: the hash of the row before, empty for the first. */
void audit_hash(Str before, const AuditRow *row, char out[AUDIT_HASH_LEN + 1]);
Err *audit_check(Db *db, Findings *findings); /* a Check */
Err *audit_end_rebuild(Tx *tx, void *unused);
/* Notes in folder/audit.mark how far the trail has come; nothing while there is none. */
Err *audit_mark_write(Db *db, Str folder);
