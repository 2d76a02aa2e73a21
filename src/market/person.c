/* What the market knows of a person: taken along, and forgotten. */
#include "base/json.h"
#include "market/inside.h"

typedef struct Taking {
    Buf *out;
    Id order;
    bool any;
} Taking;

static void member(Buf *out, const char *name, Str value)
{
    buf_addf(out, "\"%s\":", name);
    json_write_str(out, value);
}

static Err *line_take(void *arg, const BoughtLine *line)
{
    Taking *taking = arg;
    Buf *out = taking->out;
    Arena *arena = out->arena;
    bool same = taking->any && taking->order == line->id;
    if (!same) {
        buf_add(out, taking->any ? STR("]},{") : STR("{"));
        member(out, "id", id_text(arena, line->id));
        buf_add_char(out, ',');
        member(out, "code", line->code);
        buf_add_char(out, ',');
        member(out, "placed_at", time_text(arena, line->placed_at));
        buf_addf(out, ",\"total\":{\"minor\":%lld,", (long long)line->total.minor);
        member(out, "currency", line->currency);
        buf_add(out, STR("},"));
        member(out, "payment", line->payment);
        buf_add(out, STR(",\"lines\":["));
    }
    taking->order = line->id;
    taking->any = true;
    buf_add(out, same ? STR(",{") : STR("{"));
    member(out, "title", line->title);
    buf_add_char(out, ',');
    member(out, "pack", line->pack);
    buf_add_char(out, ',');
    member(out, "amount", quantity_plain(arena, line->steps, line->sold_scale));
    buf_add_char(out, ',');
    member(out, "unit", line->sold_unit);
    buf_addf(out, ",\"price_minor\":%lld,", (long long)line->amount.minor);
    member(out, "state", line->placement);
    buf_add_char(out, '}');
    return NULL;
}

Err *market_export_person(Db *db, Id person, Buf *json_members)
{
    Taking taking = {.out = json_members};
    buf_add(json_members, STR("\"orders\":["));
    TRY(order_lines_by_buyer(db, person, line_take, &taking));
    buf_add(json_members, taking.any ? STR("]}]") : STR("]"));
    return NULL;
}

Err *market_erase_person(Tx *tx, Id person, Time now)
{
    int64_t count;
    Cart cart;
    bool found;
    TRY(order_contact_erase_person(tx, person, now, &count));
    TRY(cart_by_person(&tx->db, person, &cart, &found));
    if (!found)
        return NULL;
    TRY(cart_lines_drop(tx, cart.id, &count));
    return cart_drop(tx, cart.id, &count);
}
