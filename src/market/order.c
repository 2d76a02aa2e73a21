/* Placing an order: everything is read and checked first (quote.c), then written in one transaction. */
#include <sodium.h>
#include <string.h>

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
            Stock now;
            TRY(stock_by_id(&tx->db, offer->stock, &now));
            return order_sold_out(tx->db.arena, offer, i, stock_free(now.on_hand, now.reserved, now.oversell));
        }
        if (stock_free(after.on_hand, after.reserved, after.oversell) < offer->min_steps)
            TRY(listing_move(tx, &after));
    }
    return NULL;
}

static Err *line_write(Tx *tx, const Prepared *p, Id group, Id part, size_t i)
{
    const OfferForOrder *offer = &p->offers[i];
    return order_line_insert(tx, &(OrderLineInsertArgs){
                                     .id = p->line_ids[i], .seller_order = part, .order_group = group, .position = (int64_t)i,
                                     .offer = offer->id, .variant = offer->variant, .product = offer->product,
                                     .stock = offer->stock, .title = offer->title, .pack = offer->pack,
                                     .sold_unit = offer->sold_unit, .sold_scale = offer->sold_scale,
                                     .priced_unit = offer->priced_unit, .priced_scale = offer->priced_scale,
                                     .nominal_priced_steps = offer->has_nominal_priced_steps ? &offer->nominal_priced_steps : NULL,
                                     .tolerance_ppm = offer->tolerance_ppm, .price = offer->price,
                                     .steps = p->ask->lines[i].steps, .amount = p->amounts[i], .tax_ppm = offer->tax_ppm,
                                     .tax = tax_inside(p->amounts[i], offer->tax_ppm)});
}

static Err *parts_write(Tx *tx, const Prepared *p, Id group)
{
    for (size_t s = 0; s < p->sellers_len; s++) {
        const QuotePart *sums = &p->sums[s];
        Id part = p->parts[s];
        Money charges = {sums->fees.minor - sums->discount.minor + sums->delivery.minor};
        TRY(seller_order_insert(tx, &(SellerOrderInsertArgs){.id = part, .order_group = group, .position = (int64_t)s,
                                                             .org = p->sellers[s], .goods = sums->goods, .charges = charges, .now = p->now}));
        for (size_t i = 0; i < p->ask->lines_len; i++)
            if (p->offers[i].org == p->sellers[s])
                TRY(line_write(tx, p, group, part, i));
    }
    return NULL;
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
                                                              .address = utf8_clean(arena, address), .missing = wish ? ask->missing : STR("")});
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
    for (size_t i = 0; i < p->sellers_len; i++)
        TRY(announce(tx, "order.placed", p->parts[i], p->now));
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
    TRY(order_prepare(&tx->db, ask, now, true, &prepared, made));
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
    TRY(order_prepare(db, &ask, now, true, &prepared, made));
    if (made->again)
        return NULL;
    Writing writing = {&prepared, made};
    return db_write(db->store, db->arena, write_it, &writing);
}
