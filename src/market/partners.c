/* What one organisation allows another, asked of the room that keeps it; and what a person may therefore do with goods and orders that
   are not their own. */
#include "market/rights.h"

static const Partners *partners; /* set once at start, before the first request; NULL: nobody allows anything */

void partners_set(const Partners *set)
{
    partners = set;
}

/* The organisations this person works for in such a role. */
static IdList works_for(const Req *r, unsigned roles)
{
    IdList out = {NEW_ARRAY(r->arena, Id, r->grants.len + 1), 0};
    for (size_t i = 0; i < r->grants.len; i++)
        if (r->grants.at[i].roles & roles)
            out.at[out.len++] = r->grants.at[i].org;
    return out;
}

Err *allowed(Req *r, Id from, const char *permission, unsigned roles, Id *to)
{
    IdList mine = works_for(r, roles);
    *to = 0;
    for (size_t i = 0; partners && i < mine.len && !*to; i++) {
        bool yes = false;
        if (mine.at[i] != from)
            TRY(partners->allows(&r->db, from, mine.at[i], permission, &yes));
        *to = yes ? mine.at[i] : 0;
    }
    return NULL;
}

Err *may_sell(Req *r, Id org, const char *permission)
{
    Id to;
    if (sells(r, org))
        return NULL;
    TRY(allowed(r, org, permission, ROLE_SELLER | ROLE_ADMIN, &to));
    return to ? NULL : denied(r);
}

Err *allowers(Req *r, const char *permission, unsigned roles, IdList *out)
{
    IdList mine = works_for(r, roles);
    *out = (IdList){0};
    return partners && mine.len ? partners->allowers(&r->db, mine, permission, out) : NULL;
}

/* Whoever works at the hub, or packs for the co-operative, knows the buyers anyway. */
static bool knows(const Req *r, Id hub)
{
    unsigned staff = ROLE_PACKER | ROLE_CASHIER | ROLE_ADMIN;
    return has_role(r, hub, staff | ROLE_SELLER) || has_role(r, r->village.org, staff);
}

Err *buyers_hidden(Req *r, Id seller, Id order, HiddenBuyerList *out)
{
    size_t kept = 0;
    *out = (HiddenBuyerList){0};
    if (partners)
        TRY(partners->hidden(&r->db, seller, order, out));
    for (size_t i = 0; i < out->len; i++)
        if (!knows(r, out->at[i].hub))
            out->at[kept++] = out->at[i];
    out->len = kept;
    return NULL;
}

void buyer_hide(const Req *r, const HiddenBuyerList *hidden, Id order, Str *name, Str *phone, Str *address)
{
    for (size_t i = 0; i < hidden->len; i++) {
        if (hidden->at[i].order != order)
            continue;
        if (hidden->at[i].name) {
            *name = tr(r->lang, N_("A buyer of the hub"));
            *address = STR("");
        }
        if (hidden->at[i].phone)
            *phone = STR("");
    }
}

/* The buyer and the packers know who it is; a seller when the order is their own sale, or the hub allows it. */
Err *order_buyer_hide(Req *r, const OrderSeen *seen, Str *name, Str *phone, Str *address)
{
    HiddenBuyerList hidden = {0};
    bool own = seen->buyer || seen->packer;
    for (size_t i = 0; i < seen->parts.len && !own; i++) {
        HiddenBuyerList here;
        TRY(buyers_hidden(r, seen->parts.at[i].org, seen->group.id, &here));
        if (here.len)
            hidden = here;
        own = sells(r, seen->parts.at[i].org) && !here.len;
    }
    if (!own)
        buyer_hide(r, &hidden, seen->group.id, name, phone, address);
    return NULL;
}

Err *certificates_of(Req *r, Id org, Id product, CertifiedList *out)
{
    *out = (CertifiedList){0};
    return partners ? partners->certified(&r->db, org, product, time_date(r->now, r->village.zone), out) : NULL;
}
