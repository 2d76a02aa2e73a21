/* Invitations: a link that lets somebody in, so many times, until a day. */
#include "identity/invite.h"

#include "identity/people.h"
#include "identity/secret.h"

enum { INVITATION_LETTERS = 26 }; /* 130 bits */

static Str invitation_hash(Arena *arena, Str token)
{
    return secret_hash(arena, "millet.invitation", secret_typed(arena, token));
}

void invitation_mint(Arena *arena, NewInvitation *invitation)
{
    invitation->id = id_mint();
    invitation->token = secret_letters(arena, INVITATION_LETTERS);
    invitation->hash = invitation_hash(arena, invitation->token);
}

Err *invitation_put(Tx *tx, Time now, const NewInvitation *invitation)
{
    const Id *household = invitation->household ? &invitation->household : NULL;
    TRY(invitation_insert(tx, &(InvitationInsertArgs){.id = invitation->id,
                                                      .org = invitation->org,
                                                      .role = str_of(invitation->role),
                                                      .household = household,
                                                      .token_hash = invitation->hash,
                                                      .note = invitation->note,
                                                      .uses = invitation->uses,
                                                      .made_by = invitation->by,
                                                      .now = now,
                                                      .until = invitation->until}));
    return audit(tx, now, invitation->by, "invitation.make", invitation->id, str_of(invitation->role));
}

Err *invitation_find(Db *db, Time now, Str token, Invitation *out)
{
    bool found = false;
    if (token.len <= 2 * INVITATION_LETTERS)
        TRY(invitation_by_token(db, invitation_hash(db->arena, token), out, &found));
    if (!found || out->uses_left <= 0 || out->until.ms <= now.ms || out->has_ended_at)
        return err_new(db->arena, ERR_MISSING, "invitation.gone");
    return NULL;
}

Err *invitation_accept(Tx *tx, Time now, const Invitation *invitation, Id person, Id founding)
{
    int64_t count;
    TRY(invitation_take(tx, invitation->id, now, &count));
    if (!count)
        return err_new(tx->db.arena, ERR_MISSING, "invitation.gone");
    TRY(invitation_use_insert(tx, id_mint(), invitation->id, person, now));
    if (invitation->has_household)
        TRY(person_set_household(tx, person, &invitation->household, now, &count));
    TRY(grant_add(tx, now, invitation->made_by, person, founding, ROLE_MEMBER));
    unsigned role = role_find(invitation->role);
    if (role)
        TRY(grant_add(tx, now, invitation->made_by, person, invitation->org, (Role)role));
    return audit(tx, now, person, "invitation.accept", invitation->id, (Str){0});
}
