/* Stock: one conditional UPDATE decides, one move row remembers. */
#include "base/text.h"
#include "market/inside.h"

int64_t stock_free(int64_t on_hand, int64_t reserved, bool oversell)
{
    return oversell ? STEPS_MAX : on_hand - reserved; /* the same number stands in queries.sql */
}

Err *stock_act(Tx *tx, const StockAct *act, Time now, StockMark *after, bool *done)
{
    TRY(stock_change(tx, act->stock, act->on_hand, act->reserved, after, done));
    if (!*done)
        return NULL;
    return stock_move_insert(tx, &(StockMoveInsertArgs){.stock = act->stock,
                                                        .seq = after->moves,
                                                        .kind = str_of(act->kind),
                                                        .on_hand = act->on_hand,
                                                        .reserved = act->reserved,
                                                        .subject = act->subject ? &act->subject : NULL,
                                                        .actor = act->who ? &act->who : NULL,
                                                        .now = now});
}

Err *stock_act_shown(Tx *tx, const StockAct *act, Time now, bool *done)
{
    StockMark after;
    TRY(stock_act(tx, act, now, &after, done));
    return *done ? listing_move(tx, &after) : NULL;
}

Err *offer_stock_count(Tx *tx, Id offer, int64_t on_hand_steps, Id who, Time now)
{
    Arena *arena = tx->db.arena;
    Offer row;
    bool found, done;
    TRY(offer_by_id(&tx->db, offer, &row, &found));
    if (!found)
        return err_new(arena, ERR_MISSING, "offer.missing");
    if (on_hand_steps < 0 || on_hand_steps > STEPS_MAX)
        return err_field(arena, "stock.range", "on_hand_steps");
    if (on_hand_steps == row.on_hand)
        return NULL;
    StockAct act = {.stock = row.stock, .kind = "count", .on_hand = on_hand_steps - row.on_hand, .who = who};
    TRY(stock_act_shown(tx, &act, now, &done));
    if (!done) {
        Err *err = err_new(arena, ERR_CONFLICT, "stock.below_reserved");
        err->field = STR("on_hand_steps");
        return err_arg(arena, err, "reserved", quantity_plain(arena, row.reserved, row.sold_scale));
    }
    TRY(audit(tx, now, who, "stock.count", offer, str_format(arena, "from=%lld to=%lld", (long long)row.on_hand, (long long)on_hand_steps)));
    return announce(tx, "stock.lowered", row.stock, now);
}

static Str words(Arena *arena, Str text, size_t max)
{
    return utf8_clean(arena, utf8_cut(str_trim(text), max));
}

/* Changes what lies there; *after tells which move it was. */
static Err *stock_move_by_hand(Tx *tx, const StockAct *act, Time now, StockMark *after)
{
    Arena *arena = tx->db.arena;
    Stock row;
    bool found, done;
    TRY(stock_by_id(&tx->db, act->stock, &row, &found));
    if (!found)
        return err_new(arena, ERR_MISSING, "offer.missing");
    int64_t change = act->on_hand;
    if (!change || change > STEPS_MAX || change < -STEPS_MAX || row.on_hand + change > STEPS_MAX || row.on_hand + change < 0)
        return err_field(arena, "stock.range", "steps");
    TRY(stock_act(tx, act, now, after, &done));
    if (done)
        return listing_move(tx, after);
    Err *err = err_new(arena, ERR_CONFLICT, "stock.below_reserved");
    err->field = STR("steps");
    return err_arg(arena, err, "reserved", quantity_plain(arena, row.reserved, row.sold_scale));
}

static Err *stock_of_offer(Tx *tx, Id offer, Offer *row)
{
    bool found;
    TRY(offer_by_id(&tx->db, offer, row, &found));
    return found ? NULL : err_new(tx->db.arena, ERR_MISSING, "offer.missing");
}

Err *offer_stock_receive(Tx *tx, Id offer, int64_t steps, const NewLot *lot, Id who, Time now)
{
    Arena *arena = tx->db.arena;
    Offer row;
    StockMark after;
    Id id = id_mint();
    TRY(stock_of_offer(tx, offer, &row));
    TRY(stock_move_by_hand(tx, &(StockAct){.stock = row.stock, .kind = "receipt", .on_hand = steps > 0 ? steps : 0, .who = who}, now, &after));
    TRY(audit(tx, now, who, "stock.receive", offer, str_format(arena, "steps=%lld", (long long)steps)));
    if (!lot->code.len && !lot->field.len && !lot->grade.len && !lot->has_harvested_on && !lot->has_best_before)
        return NULL;
    TRY(lot_insert(tx, &(LotInsertArgs){.id = id, .variant = row.variant, .code = words(arena, lot->code, 40),
                                        .harvested_on = lot->has_harvested_on ? &lot->harvested_on : NULL,
                                        .field = words(arena, lot->field, 80), .best_before = lot->has_best_before ? &lot->best_before : NULL,
                                        .grade = words(arena, lot->grade, 40), .now = now}));
    TRY(lot_receipt_insert(tx, id, row.stock, after.moves, steps, now));
    return announce(tx, "stock.received", id, now);
}

Err *stock_spoil(Tx *tx, Id stock, int64_t steps, Str note, Id who, Time now)
{
    Arena *arena = tx->db.arena;
    StockMark after;
    TRY(stock_move_by_hand(tx, &(StockAct){.stock = stock, .kind = "spoil", .on_hand = steps > 0 ? -steps : 0, .who = who}, now, &after));
    if (str_trim(note).len)
        TRY(stock_note_insert(tx, stock, after.moves, words(arena, note, 120)));
    TRY(audit(tx, now, who, "stock.spoil", stock, str_format(arena, "steps=%lld", (long long)steps)));
    return announce(tx, "stock.lowered", stock, now);
}

Err *offer_stock_spoil(Tx *tx, Id offer, int64_t steps, Str note, Id who, Time now)
{
    Offer row;
    TRY(stock_of_offer(tx, offer, &row));
    return stock_spoil(tx, row.stock, steps, note, who, now);
}

/* ---- places ---- */

Err *stock_place_add(Tx *tx, Id org, Str name, Id who, Time now, Id *made)
{
    name = words(tx->db.arena, name, 80);
    if (!name.len)
        return err_field(tx->db.arena, "product.name", "name");
    *made = id_mint();
    TRY(stock_place_insert(tx, *made, org, name, now));
    return audit(tx, now, who, "stock.place", *made, STR(""));
}

Err *stock_transfer(Tx *tx, StockTransfer *t, Time now)
{
    Arena *arena = tx->db.arena;
    Stock from;
    MarketId there;
    StockMark after;
    bool found;
    TRY(stock_by_id(&tx->db, t->from, &from, &found));
    if (!found)
        return err_new(arena, ERR_MISSING, "offer.missing");
    if (from.place == t->place)
        return err_field(arena, "stock.same_place", "place");
    TRY(stock_at(&tx->db, from.variant, t->place, &there, &found));
    t->to = found ? there.id : id_mint();
    if (!found)
        TRY(stock_insert(tx, t->to, from.variant, t->place, false));
    StockAct act = {.stock = t->from, .kind = "transfer", .on_hand = t->steps > 0 ? -t->steps : 0, .subject = t->subject, .who = t->who};
    TRY(stock_move_by_hand(tx, &act, now, &after));
    t->from_seq = after.moves;
    act.stock = t->to;
    act.on_hand = t->steps;
    TRY(stock_move_by_hand(tx, &act, now, &after));
    t->to_seq = after.moves;
    return audit(tx, now, t->who, "stock.transfer", t->from, str_format(arena, "steps=%lld", (long long)t->steps));
}

/* ---- what the room of lots tells ---- */

static const LotTeller *teller; /* set once at start, before the first request; NULL: there are no lots */

void lots_set(const LotTeller *set)
{
    teller = set;
}

Err *lots_of_order(Db *db, Id order, LineLotList *out)
{
    *out = (LineLotList){0};
    return teller ? teller->of_order(db, order, out) : NULL;
}

Err *lots_first(Db *db, Id seller, Date today, FirstLotList *out)
{
    *out = (FirstLotList){0};
    return teller ? teller->first(db, seller, today, out) : NULL;
}
