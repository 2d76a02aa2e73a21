/* Inside identity: who asked a moment ago, with their roles, so that the next request of the same session or token reads nothing. */
#pragma once
#include "identity/people.h"

typedef struct KnownVersion { /* of all that identity keeps; asked for before the rows are read */
    uint64_t of;
    bool exact; /* false: other processes write to this database too, so nothing is kept */
} KnownVersion;
KnownVersion known_version(const Store *store);

/* row: a SessionPerson or TokenPerson; both are kept beside each other under the hash of their secret. Found only when nothing of
   identity has been written since. Texts are copied into the arena. */
bool known_session(Arena *arena, KnownVersion version, Str hash, SessionPerson *row, GrantRoleList *roles);
bool known_token(Arena *arena, KnownVersion version, Str hash, TokenPerson *row, GrantRoleList *roles);
void known_keep_session(KnownVersion version, Str hash, const SessionPerson *row, const GrantRoleList *roles);
void known_keep_token(KnownVersion version, Str hash, const TokenPerson *row, const GrantRoleList *roles);
/* Roles whose time has come are left out, as the query does. */
GrantRoleList known_still(Arena *arena, const GrantRoleList *roles, Time now);
