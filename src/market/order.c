/* Placing an order: everything is read and checked first, then written in one transaction. */
#include <sodium.h>
#include <string.h>

#include "base/text.h"
#include "market/inside.h"

/* An order that was looked at and found good, ready to be written. Nothing in it depends on who asks first but the stock. */
typedef struct Prepared {
    const OrderAsk *ask;
    Time now;
    OfferForOrder *offers; /* one a line */
    Money *amounts;        /* one a line */
    Id *sellers;           /* distinct, in the order of the lines */
    Id *parts;             /* their seller orders, once written */
    Money *goods;          /* one a seller */
    size_t sellers_len;
    Money total;
    Str body;              /* SHA-256 of what is asked */
} Prepared;

static Err *line_err(Arena *arena, ErrKind kind, const char *code, size_t line, const char *member)
{
    Err *err = err_new(arena, kind, code);
    err->field = member ? str_format(arena, "lines.%zu.%s", line, member) : str_format(arena, "lines.%zu", line);
    return err;
}

static Err *sold_out(Arena *arena, const OfferForOrder *offer, size_t line, int64_t left)
{
    Err *err = err_arg(arena, line_err(arena, ERR_CONFLICT, "stock.sold_out", line, NULL), "title", offer->title);
    int64_t usable = left < offer->min_steps ? 0 : left - left % offer->step;
    return err_arg(arena, err, "left", quantity_plain(arena, usable, offer->sold_scale));
}

static Str order_body_hash(Arena *arena, const OrderAsk *ask)
{
    Buf text = buf_new(arena, 65536);
    buf_addf(&text, "%lld;%.*s;", (long long)ask->pickup, STR_ARG(ask->payment));
    for (size_t i = 0; i < ask->lines_len; i++)
        buf_addf(&text, "%lld:%lld;", (long long)ask->lines[i].offer, (long long)ask->lines[i].steps);
    buf_addf(&text, "%zu %.*s %zu %.*s %zu %.*s", ask->name.len, STR_ARG(ask->name), ask->phone.len, STR_ARG(ask->phone),
             ask->note.len, STR_ARG(ask->note));
    if (ask->cycle || ask->slot)
        buf_addf(&text, ";%lld:%lld", (long long)ask->cycle, (long long)ask->slot);
    unsigned char *hash = arena_alloc(arena, crypto_hash_sha256_BYTES);
    crypto_hash_sha256(hash, (const unsigned char *)text.at, text.len);
    return (Str){(const char *)hash, crypto_hash_sha256_BYTES};
}

static Err *key_find(Db *db, Id buyer, Str key, OrderKey *row, OrderMade *made)
{
    OrderGroup group;
    bool found = false;
    *made = (OrderMade){0};
    if (key.len)
        TRY(order_key_by_key(db, buyer, key, row, &found));
    if (!found)
        return NULL;
    TRY(order_group_by_id(db, row->order_group, &group, &found));
    if (!found)
        return err_detail(db->arena, ERR_BROKEN, "order.missing", "an order key without its order");
    *made = (OrderMade){.id = group.id, .secret = group.secret, .code = group.code, .again = true};
    return NULL;
}

Err *order_of_key(Db *db, Id buyer, Str key, OrderMade *made)
{
    OrderKey row;
    return key_find(db, buyer, key, &row, made);
}

/* The order that this key made before; ->again says whether there is one. */
static Err *key_look(Db *db, const Prepared *p, OrderMade *made)
{
    OrderKey row;
    TRY(key_find(db, p->ask->buyer, p->ask->key, &row, made));
    if (!made->again || str_eq(row.body, p->body))
        return NULL;
    Err *err = err_new(db->arena, ERR_INVALID, "idempotency.other_body");
    err->field = STR("Idempotency-Key");
    return err;
}

static Err *line_check(Arena *arena, const OrderAskLine *line, const OfferForOrder *offer, size_t i)
{
    if (line->steps <= 0 || line->steps > STEPS_MAX)
        return line_err(arena, ERR_INVALID, "order.steps", i, "steps");
    if (line->steps % offer->step)
        return err_arg(arena, line_err(arena, ERR_INVALID, "order.step", i, "steps"), "step",
                       quantity_plain(arena, offer->step, offer->sold_scale));
    if (line->steps < offer->min_steps)
        return err_arg(arena, line_err(arena, ERR_INVALID, "order.minimum", i, "steps"), "minimum",
                       quantity_plain(arena, offer->min_steps, offer->sold_scale));
    int64_t most = offer->has_max_steps ? offer->max_steps : STEPS_MAX;
    if (offer->has_limit_steps && offer->limit_steps < most)
        most = offer->limit_steps;
    if (line->steps > most)
        return err_arg(arena, line_err(arena, ERR_INVALID, "order.maximum", i, "steps"), "maximum",
                       quantity_plain(arena, most, offer->sold_scale));
    return NULL;
}

/* Steps that lines 0..i together want of the stock of line i. */
static int64_t demand_so_far(const Prepared *p, size_t i)
{
    int64_t steps = 0;
    for (size_t k = 0; k <= i; k++)
        if (p->offers[k].stock == p->offers[i].stock)
            steps += p->ask->lines[k].steps;
    return steps;
}

static Err *lines_read(Db *db, Prepared *p)
{
    Arena *arena = db->arena;
    bool found;
    for (size_t i = 0; i < p->ask->lines_len; i++) {
        const OrderAskLine *line = &p->ask->lines[i];
        OfferForOrder *offer = &p->offers[i];
        TRY(offer_for_order(db, line->offer, p->ask->lang, offer, &found));
        if (!found)
            return line_err(arena, ERR_INVALID, "order.line", i, "offer");
        TRY(line_check(arena, line, offer, i));
        int64_t free = stock_free(offer->on_hand, offer->reserved, offer->oversell), wanted = demand_so_far(p, i);
        if (free < wanted)
            return sold_out(arena, offer, i, free - (wanted - line->steps));
        Measure measure = {offer->sold_unit, offer->sold_scale, offer->priced_unit, offer->priced_scale,
                           offer->has_nominal_priced_steps ? offer->nominal_priced_steps : 0};
        if (!measure_cost(&measure, offer->price, line->steps, &p->amounts[i]))
            return line_err(arena, ERR_INVALID, "order.too_dear", i, "steps");
    }
    return NULL;
}

static Err *sellers_sum(Arena *arena, Prepared *p)
{
    for (size_t i = 0; i < p->ask->lines_len; i++) {
        size_t s = 0;
        while (s < p->sellers_len && p->sellers[s] != p->offers[i].org)
            s++;
        if (s == p->sellers_len)
            p->sellers[p->sellers_len++] = p->offers[i].org;
        if (!money_add(p->goods[s], p->amounts[i], &p->goods[s]) || !money_add(p->total, p->amounts[i], &p->total))
            return err_new(arena, ERR_INVALID, "order.too_dear");
    }
    return NULL;
}

/* The pickup place must be open and serve every seller of the order. */
static Err *pickup_check(Db *db, const Prepared *p)
{
    PickupRule rule;
    bool good;
    TRY(pickup_rule(db, p->ask->pickup, &rule, &good));
    good = good && rule.open;
    for (size_t i = 0; i < p->sellers_len && good && !rule.everyone; i++) {
        MarketId row;
        TRY(pickup_serves(db, p->ask->pickup, p->sellers[i], &row, &good));
    }
    return good ? NULL : err_field(db->arena, "order.pickup", "pickup");
}

static Err *form_check(Arena *arena, const OrderAsk *ask)
{
    if (!ask->lines_len)
        return err_field(arena, "order.empty", "lines");
    if (ask->lines_len > ORDER_LINES_MAX)
        return err_field(arena, "order.too_many_lines", "lines");
    if (!str_eq(ask->payment, STR("at_pickup")))
        return err_field(arena, "order.payment", "payment");
    if (!ask->buyer && !str_trim(ask->name).len)
        return err_field(arena, "order.contact", "name");
    if (!ask->buyer && !str_trim(ask->phone).len)
        return err_field(arena, "order.contact", "phone");
    return NULL;
}

/* Reads only. Ends early with made->again when the key made an order before. */
static Err *prepare(Db *db, const OrderAsk *ask, Time now, Prepared *p, OrderMade *made)
{
    Arena *arena = db->arena;
    size_t len = ask->lines_len;
    TRY(form_check(arena, ask));
    *p = (Prepared){.ask = ask, .now = now, .offers = NEW_ARRAY(arena, OfferForOrder, len),
                    .amounts = NEW_ARRAY(arena, Money, len), .sellers = NEW_ARRAY(arena, Id, len), .parts = NEW_ARRAY(arena, Id, len),
                    .goods = NEW_ARRAY(arena, Money, len), .body = order_body_hash(arena, ask)};
    TRY(key_look(db, p, made));
    if (made->again)
        return NULL;
    TRY(lines_read(db, p));
    TRY(sellers_sum(arena, p));
    if (ask->has_seen && ask->seen.minor != p->total.minor)
        return err_new(arena, ERR_CONFLICT, "order.price_changed");
    TRY(pickup_check(db, p));
    return times_check(db, ask, now);
}

/* ---- writing ---- */

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
        TRY(stock_change(tx, offer->stock, 0, demand_so_far(p, i), &after, &done));
        if (!done) {
            Stock now;
            TRY(stock_by_id(&tx->db, offer->stock, &now));
            return sold_out(tx->db.arena, offer, i, stock_free(now.on_hand, now.reserved, now.oversell));
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
                                     .id = id_mint(), .seller_order = part, .order_group = group, .position = (int64_t)i,
                                     .offer = offer->id, .variant = offer->variant, .product = offer->product,
                                     .stock = offer->stock, .title = offer->title, .pack = offer->pack,
                                     .sold_unit = offer->sold_unit, .sold_scale = offer->sold_scale,
                                     .priced_unit = offer->priced_unit, .priced_scale = offer->priced_scale,
                                     .nominal_priced_steps = offer->has_nominal_priced_steps ? &offer->nominal_priced_steps : NULL,
                                     .tolerance_ppm = offer->tolerance_ppm, .price = offer->price,
                                     .steps = p->ask->lines[i].steps, .amount = p->amounts[i]});
}

static Err *parts_write(Tx *tx, const Prepared *p, Id group)
{
    for (size_t s = 0; s < p->sellers_len; s++) {
        Id part = p->parts[s] = id_mint();
        TRY(seller_order_insert(tx, &(SellerOrderInsertArgs){.id = part, .order_group = group, .position = (int64_t)s,
                                                             .org = p->sellers[s], .goods = p->goods[s], .now = p->now}));
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
                                   .total = p->total, .payment_method = ask->payment, .payment = STR("due_at_pickup"),
                                   .pickup = ask->pickup, .expires_at = ask->hold_ms ? &expires_at : NULL, .now = p->now}));
    Str name = utf8_cut(str_trim(ask->name), 100), phone = utf8_cut(str_trim(ask->phone), 40);
    Str note = utf8_cut(str_trim(ask->note), ORDER_NOTE_MAX);
    if (name.len || phone.len || note.len)
        TRY(order_contact_insert(tx, group, utf8_clean(arena, name), utf8_clean(arena, phone), utf8_clean(arena, note)));
    return NULL;
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
    return NULL;
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
            TRY(key_look(&tx->db, p, made));
            return made->again ? NULL : err_detail(tx->db.arena, ERR_BROKEN, "order.missing", "a key that is there and not");
        }
    }
    TRY(stock_take(tx, p));
    TRY(group_write(tx, p, group));
    TRY(parts_write(tx, p, group));
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
    TRY(prepare(&tx->db, ask, now, &prepared, made));
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
    TRY(prepare(db, &ask, now, &prepared, made));
    if (made->again)
        return NULL;
    Writing writing = {&prepared, made};
    return db_write(db->store, db->arena, write_it, &writing);
}
