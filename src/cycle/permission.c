/* What one organisation allows another: offered, accepted, ended. */
#include "cycle/inside.h"

static const char *const permissions[] = {"list_my_goods", "price_my_goods", "edit_my_listing", "weigh_my_lines", "edit_my_lines",
                                          "see_customer_name", "see_customer_phone", NULL};

Err *permission_offer(Tx *tx, Id from, Id to, Str permission, Id who, Time now, Id *made)
{
    Arena *arena = tx->db.arena;
    OrgChoice org;
    PartyGrant there;
    bool found, known = false;
    for (size_t i = 0; permissions[i]; i++)
        known |= str_eq(permission, str_of(permissions[i]));
    if (!known)
        return err_field(arena, "permission.unknown", "permission");
    if (from == to)
        return err_field(arena, "permission.self", "to");
    TRY(party_org_by_id(&tx->db, to, &org, &found));
    if (!found)
        return err_field(arena, "permission.nobody", "to");
    TRY(party_grant_now(&tx->db, from, to, permission, &there, &found));
    if (found) {
        *made = there.id;
        return NULL;
    }
    *made = id_mint();
    TRY(party_grant_insert(tx, &(PartyGrantInsertArgs){*made, from, to, permission, who ? &who : NULL, now}));
    TRY(announce(tx, "permission.offered", *made, now));
    return audit(tx, now, who, "permission.offered", *made, permission);
}

/* Goods that were listed by this permission are no longer the receiver's to sell. */
static Err *offers_close(Tx *tx, const PartyGrant *grant, Id who, Time now)
{
    CycleIdList offers;
    TRY(party_offers_of(&tx->db, grant->to_org, grant->from_org, &offers));
    for (size_t i = 0; i < offers.len; i++)
        TRY(offer_show(tx, offers.at[i].id, STR("closed"), who, now));
    return NULL;
}

Err *permission_act(Tx *tx, Id permission, const char *verb, Id who, Time now)
{
    static const struct {
        const char *verb, *from, *to, *event;
    } steps[] = {{"accept", "offered", "accepted", "permission.accepted"},
                 {"decline", "offered", "declined", "permission.declined"},
                 {"end", "offered", "ended", "permission.ended"},
                 {"end", "accepted", "ended", "permission.ended"}};
    Arena *arena = tx->db.arena;
    PartyGrant grant;
    bool found;
    int64_t count;
    TRY(party_grant_by_id(&tx->db, permission, &grant, &found));
    if (!found)
        return err_new(arena, ERR_MISSING, "permission.missing");
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (!str_eq(str_of(verb), str_of(steps[i].verb)) || !str_eq(grant.state, str_of(steps[i].from)))
            continue;
        TRY(party_grant_put(tx, permission, grant.state, str_of(steps[i].to), now, &count));
        if (str_eq(grant.state, STR("accepted")) && str_eq(grant.permission, STR("list_my_goods")))
            TRY(offers_close(tx, &grant, who, now));
        TRY(announce(tx, steps[i].event, permission, now));
        return audit(tx, now, who, steps[i].event, permission, grant.permission);
    }
    return err_arg(arena, err_new(arena, ERR_CONFLICT, "permission.not_now"), "state", grant.state);
}

Err *permission_holds(Db *db, Id from, Id to, const char *permission, bool *yes)
{
    PartyGrant grant;
    *yes = from == to;
    if (*yes)
        return NULL;
    TRY(party_grant_now(db, from, to, str_of(permission), &grant, yes));
    *yes = *yes && str_eq(grant.state, STR("accepted"));
    return NULL;
}

/* ---- what the market asks (market.h, Partners) ---- */

static Err *allowers(Db *db, IdList to, const char *permission, IdList *out)
{
    enum { MOST = 200 };
    *out = (IdList){NEW_ARRAY(db->arena, Id, MOST), 0};
    for (size_t i = 0; i < to.len; i++) {
        CycleIdList givers;
        TRY(party_grant_givers(db, to.at[i], str_of(permission), &givers));
        for (size_t k = 0; k < givers.len && out->len < MOST; k++)
            out->at[out->len++] = givers.at[k].id;
    }
    return NULL;
}

static Err *hidden(Db *db, Id seller, Id order, HiddenBuyerList *out)
{
    HiddenRowList rows;
    TRY(party_buyers_hidden(db, seller, order, &rows));
    *out = (HiddenBuyerList){NEW_ARRAY(db->arena, HiddenBuyer, rows.len + 1), 0};
    for (size_t i = 0; i < rows.len; i++)
        if (rows.at[i].name || rows.at[i].phone)
            out->at[out->len++] = (HiddenBuyer){rows.at[i].order_group, rows.at[i].hub, rows.at[i].name, rows.at[i].phone};
    return NULL;
}

static Err *certified(Db *db, Id org, Id product, Date day, CertifiedList *out)
{
    CertificateList rows;
    TRY(certificate_valid(db, org, product, day, &rows));
    *out = (CertifiedList){NEW_ARRAY(db->arena, Certified, rows.len + 1), 0};
    for (size_t i = 0; i < rows.len; i++)
        out->at[out->len++] = (Certified){rows.at[i].scheme, rows.at[i].number, rows.at[i].valid_until};
    return NULL;
}

void cycle_partners_start(void)
{
    static const Partners asked = {.allows = permission_holds, .allowers = allowers, .hidden = hidden, .certified = certified};
    partners_set(&asked);
}
