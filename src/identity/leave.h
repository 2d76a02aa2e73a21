/* Inside identity: what a person takes along, and how they are forgotten. */
#pragma once
#include "identity/identity.h"

Err *identity_export_person(Db *db, Id person, Buf *out);
/* All that every module knows about a person, one JSON object with a member for each. */
Err *person_export(Db *db, Time now, Id person, Str village_name, Str *json);
/* Asks every module to forget; a module may refuse with ERR_CONFLICT (an open order), then nothing is forgotten. */
Err *person_erase_everywhere(Tx *tx, Time now, Id person);
Err *identity_erase_due(JobContext *context); /* job: those whose days to change their mind are over */
Err *identity_sweep(JobContext *context);     /* job: what is over */
