/* Who may do what with an order. */
#include "market/rights.h"

#include <sodium.h>

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

Str order_link(Arena *arena, Id order, Str secret)
{
    Str id = id_text(arena, order);
    return str_format(arena, ORDER_LINK "%.*s%.*s", STR_ARG(id), STR_ARG(secret));
}

/* In the same time whatever is wrong with it. */
static bool secret_is(Arena *arena, Str given, Str secret)
{
    return given.len == secret.len && sodium_memcmp(str_lower(arena, given).at, secret.at, secret.len) == 0;
}

Err *order_look(Req *r, Str key, OrderSeen *out)
{
    Arena *arena = r->arena;
    Id id = 0;
    bool found = false, secret = key.len == ORDER_LINK_KEY_LEN;
    *out = (OrderSeen){0};
    if (!id_parse(secret ? str_slice(key, 0, ID_TEXT_LEN) : key, &id))
        id = 0;
    if (id)
        TRY(order_group_by_id(&r->db, id, &out->group, &found));
    if (!found || (secret && !secret_is(arena, str_slice(key, ID_TEXT_LEN, key.len), out->group.secret)))
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
