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
    return audit(tx, now, who, "stock.count", offer, str_format(arena, "from=%lld to=%lld", (long long)row.on_hand,
                                                                (long long)on_hand_steps));
}

static Str words(Arena *arena, Str text, size_t max)
{
    return utf8_clean(arena, utf8_cut(str_trim(text), max));
}

/* Finds the offer's stock and changes what lies there; *after tells which move it was. */
static Err *stock_move_by_hand(Tx *tx, Id offer, const char *kind, int64_t change, Id who, Time now, Offer *row, StockMark *after)
{
    Arena *arena = tx->db.arena;
    bool found, done;
    TRY(offer_by_id(&tx->db, offer, row, &found));
    if (!found)
        return err_new(arena, ERR_MISSING, "offer.missing");
    if (!change || change > STEPS_MAX || change < -STEPS_MAX || row->on_hand + change > STEPS_MAX || row->on_hand + change < 0)
        return err_field(arena, "stock.range", "steps");
    StockAct act = {.stock = row->stock, .kind = kind, .on_hand = change, .who = who};
    TRY(stock_act(tx, &act, now, after, &done));
    if (done)
        return listing_move(tx, after);
    Err *err = err_new(arena, ERR_CONFLICT, "stock.below_reserved");
    err->field = STR("steps");
    return err_arg(arena, err, "reserved", quantity_plain(arena, row->reserved, row->sold_scale));
}

Err *offer_stock_receive(Tx *tx, Id offer, int64_t steps, const NewLot *lot, Id who, Time now)
{
    Arena *arena = tx->db.arena;
    Offer row;
    StockMark after;
    Id id = id_mint();
    TRY(stock_move_by_hand(tx, offer, "receipt", steps > 0 ? steps : 0, who, now, &row, &after));
    if (lot->code.len || lot->field.len || lot->grade.len || lot->has_harvested_on || lot->has_best_before) {
        TRY(lot_insert(tx, &(LotInsertArgs){.id = id, .variant = row.variant, .code = words(arena, lot->code, 40),
                                            .harvested_on = lot->has_harvested_on ? &lot->harvested_on : NULL,
                                            .field = words(arena, lot->field, 80), .best_before = lot->has_best_before ? &lot->best_before : NULL,
                                            .grade = words(arena, lot->grade, 40), .now = now}));
        TRY(lot_receipt_insert(tx, id, row.stock, after.moves, steps, now));
    }
    return audit(tx, now, who, "stock.receive", offer, str_format(arena, "steps=%lld", (long long)steps));
}

Err *offer_stock_spoil(Tx *tx, Id offer, int64_t steps, Str note, Id who, Time now)
{
    Arena *arena = tx->db.arena;
    Offer row;
    StockMark after;
    TRY(stock_move_by_hand(tx, offer, "spoil", steps > 0 ? -steps : 0, who, now, &row, &after));
    if (str_trim(note).len)
        TRY(stock_note_insert(tx, row.stock, after.moves, words(arena, note, 120)));
    return audit(tx, now, who, "stock.spoil", offer, str_format(arena, "steps=%lld", (long long)steps));
}
