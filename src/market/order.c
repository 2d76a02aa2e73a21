/* Placing an order: everything is read and checked first (quote.c), then written in one transaction. */
#include <sodium.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "market/quote.h"

/* Takes the goods: one conditional UPDATE for each stock row with the demand of all lines on it. The moves follow with
   stock_moves_reserved once the lines are there. */
static Err *stock_take(Tx *tx, const Prepared *p)
{
    for (size_t i = 0; i < p->ask->lines_len; i++) {
        const OfferForOrder *offer = &p->offers[i];
        bool done, last = true;
        for (size_t k = i + 1; k < p->ask->lines_len; k++)
            last = last && p->offers[k].stock != offer->stock;
        if (!last)
            continue;
        StockMark after;
        TRY(stock_change(tx, offer->stock, 0, order_demand(p, i), &after, &done));
        if (!done) {
            Stock now = {0};
            TRY(stock_by_id(&tx->db, offer->stock, &now, &done));
            return order_sold_out(tx->db.arena, offer, i, stock_free(now.on_hand, now.reserved, now.oversell));
        }
        if (stock_free(after.on_hand, after.reserved, after.oversell) < offer->min_steps)
            TRY(listing_move(tx, &after));
    }
    return NULL;
}

/* ---- rows as JSON: one statement writes all of them ---- */

void order_line_row(Buf *rows, const NewLine *l)
{
    const OfferForOrder *o = l->offer;
    buf_addf(rows, "%s[%lld,%lld,%lld,%lld,%lld,%lld,%lld,", rows->len > 1 ? "," : "", (long long)l->id, (long long)l->part,
             (long long)l->position, (long long)o->id, (long long)o->variant, (long long)o->product, (long long)o->stock);
    json_write_str(rows, o->title);
    buf_add_char(rows, ',');
    json_write_str(rows, o->pack);
    buf_addf(rows, ",\"%.*s\",%lld,\"%.*s\",%lld,", STR_ARG(o->sold_unit), (long long)o->sold_scale, STR_ARG(o->priced_unit),
             (long long)o->priced_scale);
    if (o->has_nominal_priced_steps)
        buf_addf(rows, "%lld,", (long long)o->nominal_priced_steps);
    else
        buf_add(rows, STR("null,"));
    buf_addf(rows, "%lld,%lld,%lld,%lld,%lld,%lld]", (long long)o->tolerance_ppm, (long long)l->price.minor, (long long)l->steps,
             (long long)l->amount.minor, (long long)o->tax_ppm, (long long)tax_inside(l->amount, o->tax_ppm).minor);
}

Err *order_lines_write(Tx *tx, Buf *rows, Id group)
{
    int64_t count;
    buf_add_char(rows, ']');
    if (rows->overflowed)
        return err_new(tx->db.arena, ERR_INVALID, "order.too_many_lines");
    return order_lines_insert(tx, buf_str(rows), group, &count);
}

static Err *parts_write(Tx *tx, const Prepared *p, Id group)
{
    Buf parts = rows_begin(tx->db.arena), lines = rows_begin(tx->db.arena);
    int64_t count;
    for (size_t s = 0; s < p->sellers_len; s++) {
        const QuotePart *sums = &p->sums[s];
        int64_t charges = sums->fees.minor - sums->discount.minor + sums->delivery.minor;
        buf_addf(&parts, "%s[%lld,%zu,%lld,%lld,%lld]", s ? "," : "", (long long)p->parts[s], s, (long long)p->sellers[s],
                 (long long)sums->goods.minor, (long long)charges);
        for (size_t i = 0; i < p->ask->lines_len; i++)
            if (p->offers[i].org == p->sellers[s])
                order_line_row(&lines, &(NewLine){p->line_ids[i], p->parts[s], (int64_t)i, &p->offers[i], p->ask->lines[i].steps,
                                                  p->offers[i].price, p->amounts[i]});
    }
    buf_add_char(&parts, ']');
    TRY(seller_orders_insert(tx, buf_str(&parts), group, p->now, &count));
    return order_lines_write(tx, &lines, group);
}

static Err *group_write(Tx *tx, const Prepared *p, Id group)
{
    const OrderAsk *ask = p->ask;
    const Id *buyer = ask->buyer ? &ask->buyer : NULL;
    Arena *arena = tx->db.arena;
    Time expires_at = {p->now.ms + ask->hold_ms};
    TRY(order_group_insert(tx, &(OrderGroupInsertArgs){
                                   .id = group, .secret = ask->secret, .code = ask->code, .buyer = buyer,
                                   .channel = str_of(ask->channel), .lang = ask->lang, .currency = ask->currency,
                                   .total = p->total, .payment_method = ask->payment, .payment = payment_while_open(ask->payment),
                                   .pickup = ask->pickup, .expires_at = ask->hold_ms ? &expires_at : NULL, .now = p->now}));
    Str name = utf8_cut(str_trim(ask->name), 100), phone = utf8_cut(str_trim(ask->phone), 40);
    Str note = utf8_cut(str_trim(ask->note), ORDER_NOTE_MAX);
    Str address = p->carrier ? utf8_cut(str_trim(ask->address), ORDER_NOTE_MAX) : STR("");
    bool wish = str_eq(ask->missing, STR("replace")) || str_eq(ask->missing, STR("call"));
    if (!name.len && !phone.len && !note.len && !address.len && !wish)
        return NULL;
    return order_contact_insert(tx, &(OrderContactInsertArgs){.order_group = group, .name = utf8_clean(arena, name),
                                                              .phone = utf8_clean(arena, phone), .note = utf8_clean(arena, note),
                                                              .address = utf8_clean(arena, address), .missing = wish ? ask->missing : STR(""),
                                                              .email = ask->buyer ? STR("") : utf8_clean(arena, utf8_cut(str_trim(ask->email), 254))});
}

/* What is written for all parts and lines at once. */
static Err *rest_write(Tx *tx, const Prepared *p, Id group)
{
    const OrderAsk *ask = p->ask;
    const Id *who = ask->buyer ? &ask->buyer : NULL;
    Time expires_at = {p->now.ms + ask->hold_ms};
    int64_t parcels, moves, events, reservations, count;
    TRY(parcels_insert(tx, group, ask->pickup, p->now, &parcels));
    TRY(stock_moves_reserved(tx, group, who, p->now, &moves));
    TRY(order_events_placed(tx, group, who, p->now, &events));
    TRY(reservation_insert_all(tx, group, ask->hold_ms ? &expires_at : NULL, &reservations));
    if (parcels != (int64_t)p->sellers_len || events != 1 + 2 * parcels || reservations != (int64_t)ask->lines_len || !moves)
        return err_detail(tx->db.arena, ERR_BROKEN, "order.lost_race", "an order was written by halves");
    if (ask->cart)
        TRY(cart_lines_drop(tx, ask->cart, &count));
    TRY(times_joined(tx, ask, group, p->total, p->now));
    TRY(audit(tx, p->now, ask->buyer, "order.placed", group, STR("")));
    for (size_t i = 0; i < p->sellers_len; i++) {
        TRY(announce(tx, "order.placed", p->parts[i], p->now));
        if (!str_eq(ask->payment, STR("at_pickup"))) /* paid ahead: the money is taken in this very transaction */
            TRY(announce(tx, "order.paid_ahead", p->parts[i], p->now));
    }
    return announce(tx, "order.written", group, p->now); /* once for all parts: for who can take them together */
}

static Err *order_write(Tx *tx, const Prepared *p, OrderMade *made)
{
    const OrderAsk *ask = p->ask;
    Id group = id_mint();
    int64_t count;
    *made = (OrderMade){.id = group, .secret = ask->secret, .code = ask->code};
    if (ask->key.len) {
        TRY(order_key_insert(tx, ask->buyer, ask->key, p->body, group, p->now, &count));
        if (!count) { /* the same request, sent twice at once, was faster */
            TRY(order_key_look(&tx->db, p, made));
            return made->again ? NULL : err_detail(tx->db.arena, ERR_BROKEN, "order.missing", "a key that is there and not");
        }
    }
    TRY(stock_take(tx, p));
    TRY(group_write(tx, p, group));
    TRY(parts_write(tx, p, group));
    TRY(order_charges_write(tx, p, group));
    return rest_write(tx, p, group);
}

typedef struct Writing {
    const Prepared *prepared;
    OrderMade *made;
} Writing;

static Err *write_it(Tx *tx, void *arg)
{
    Writing *writing = arg;
    return order_write(tx, writing->prepared, writing->made);
}

Err *order_insert(Tx *tx, const OrderAsk *ask, Time now, OrderMade *made)
{
    Prepared prepared;
    TRY(order_prepare(&tx->db, ask, now, &prepared, made));
    return made->again ? NULL : order_write(tx, &prepared, made);
}

int64_t order_hold_ms(void)
{
    return config_int("order_hold_hours") * HOUR_MS;
}

void order_mint(Arena *arena, Str *secret, Str *code)
{
    static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz"; /* Crockford base 32: 26 letters hold 128 bits */
    unsigned char random[ORDER_SECRET_LEN];
    char *text = arena_alloc(arena, ORDER_SECRET_LEN);
    randombytes_buf(random, sizeof random);
    for (size_t i = 0; i < ORDER_SECRET_LEN; i++)
        text[i] = letters[random[i] & 31];
    *secret = (Str){text, ORDER_SECRET_LEN};
    *code = str_format(arena, "%06u", randombytes_uniform(1000000));
}

Err *order_place(Db *db, const OrderAsk *asked, Time now, OrderMade *made)
{
    OrderAsk ask = *asked;
    Prepared prepared;
    order_mint(db->arena, &ask.secret, &ask.code);
    TRY(order_prepare(db, &ask, now, &prepared, made));
    if (made->again)
        return NULL;
    Writing writing = {&prepared, made};
    return db_write(db->store, db->arena, write_it, &writing);
}
