/* Stock: one conditional UPDATE decides, one move row remembers. */
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
