/* Who may do what with an order. */
#include "market/rights.h"

bool sells(const Req *r, Id org)
{
    return r->who && has_role(r, org, ROLE_SELLER | ROLE_ADMIN);
}

bool hands_over(const Req *r, const Pickup *pickup)
{
    unsigned roles = ROLE_PACKER | ROLE_CASHIER | ROLE_ADMIN;
    return r->who && (has_role(r, pickup->org, pickup->everyone ? roles : roles | ROLE_SELLER) || has_role(r, r->village.org, roles));
}

Str lang_of(const Req *r)
{
    return str_of(lang_tag(r->lang));
}

Err *order_look(Req *r, Str key, OrderSeen *out)
{
    Arena *arena = r->arena;
    Id id = 0;
    bool found = false, secret = key.len == 26;
    MarketId row;
    *out = (OrderSeen){0};
    if (secret) {
        TRY(order_group_by_secret(&r->db, str_lower(arena, key), &row, &found));
        id = found ? row.id : 0;
    } else if (!id_parse(key, &id)) {
        id = 0;
    }
    if (id)
        TRY(order_group_by_id(&r->db, id, &out->group, &found));
    if (!id || !found)
        return err_new(arena, ERR_MISSING, "order.missing");
    Pickup pickup;
    TRY(seller_order_list(&r->db, id, &out->parts));
    out->buyer = secret || (r->who && out->group.has_buyer && out->group.buyer == r->who);
    if (r->who) {
        TRY(pickup_by_id(&r->db, out->group.pickup, lang_of(r), &pickup, &found));
        out->packer = found && hands_over(r, &pickup);
        for (size_t i = 0; i < out->parts.len; i++)
            out->seller |= sells(r, out->parts.at[i].org);
    }
    return out->buyer || out->packer || out->seller ? NULL : err_new(arena, ERR_MISSING, "order.missing");
}
