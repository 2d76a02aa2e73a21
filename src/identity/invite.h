/* Inside identity: invitations, into the co-operative or into a household. */
#pragma once
#include "identity/people.h"

typedef struct NewInvitation {
    Id id, org, by;
    Id household;     /* 0: none */
    const char *role; /* "": none */
    Str note;
    int64_t uses;
    Time until;
    Str token; /* of the link; shown once */
    Str hash;
} NewInvitation;
void invitation_mint(Arena *arena, NewInvitation *invitation); /* fills id, token, hash */
Err *invitation_put(Tx *tx, Time now, const NewInvitation *invitation);
/* ERR_MISSING "invitation.gone": never was, used up, over or taken back. */
Err *invitation_find(Db *db, Time now, Str token, Invitation *out);
/* Uses it up once: the person becomes a member, gets the role, moves into the household. */
Err *invitation_accept(Tx *tx, Time now, const Invitation *invitation, Id person, Id founding);
