/* What is left of each harvest. Taken when an order is packed, the shortest keeping first; given back when it is unpacked or cancelled. */
#include "lot/inside.h"

#include "base/text.h"

enum { NOTE_MAX = 300, BATCH = 200 };

Err *lot_act(Tx *tx, const LotAct *act, Time now, bool *done)
{
    LotMark mark;
    TRY(lot_stock_change(tx, act->lot, act->stock, act->steps, &mark, done));
    if (!*done)
        return NULL;
    return lot_move_add(tx, &(LotMoveAddArgs){.lot = act->lot, .stock = act->stock, .seq = mark.moves, .kind = str_of(act->kind), .steps = act->steps,
                                              .subject = act->subject ? &act->subject : NULL, .actor = act->who ? &act->who : NULL, .now = now});
}

static Err *act_surely(Tx *tx, const LotAct *act, Time now)
{
    bool done;
    TRY(lot_act(tx, act, now, &done));
    return done ? NULL : err_detail(tx->db.arena, ERR_BROKEN, "lot.range", "a harvest changed inside a transaction that had read it");
}

static Err *receive(Tx *tx, Id lot, Id stock, int64_t steps, Time now)
{
    TRY(lot_stock_begin(tx, lot, stock));
    return act_surely(tx, &(LotAct){.lot = lot, .stock = stock, .kind = "receipt", .steps = steps}, now);
}

Err *lots_fit(Tx *tx, Id stock, Time now)
{
    LotRoom room;
    LotLeftList lots;
    TRY(lot_room(&tx->db, stock, &room));
    int64_t space = room.on_hand - room.packed, over = room.left - (space > 0 ? space : 0);
    if (over <= 0)
        return NULL;
    TRY(lots_lying(&tx->db, stock, &lots));
    for (size_t i = 0; i < lots.len && over > 0; i++) {
        int64_t gone = lots.at[i].left_steps < over ? lots.at[i].left_steps : over;
        TRY(act_surely(tx, &(LotAct){.lot = lots.at[i].lot, .stock = stock, .kind = "lost", .steps = -gone}, now));
        over -= gone;
    }
    return NULL;
}

/* ---- packing ---- */

/* What of a harvest waits in parcels: more when it is packed, less when it is handed over or taken out again. */
static Err *packed_count(Tx *tx, Id lot, Id stock, int64_t steps)
{
    int64_t count;
    TRY(lot_stock_pack(tx, lot, stock, steps, &count));
    return count == 1 ? NULL : err_detail(tx->db.arena, ERR_BROKEN, "lot.range", "more was taken out of parcels than was in them");
}

static Err *line_take(Tx *tx, const LotLine *line, Date today, bool waits, Time now)
{
    LotLeftList lots;
    int64_t wanted = line->steps - line->taken;
    TRY(lots_to_take(&tx->db, line->stock, today, &lots));
    for (size_t i = 0; i < lots.len && wanted > 0; i++) {
        int64_t steps = lots.at[i].left_steps < wanted ? lots.at[i].left_steps : wanted;
        TRY(act_surely(tx, &(LotAct){.lot = lots.at[i].lot, .stock = line->stock, .kind = "pack", .steps = -steps, .subject = line->id}, now));
        TRY(lot_take_add(tx, line->id, lots.at[i].lot, line->stock, steps));
        if (waits)
            TRY(packed_count(tx, lots.at[i].lot, line->stock, steps));
        wanted -= steps;
    }
    return NULL;
}

/* waits: it is packed and still there; else it went at once. */
static Err *part_take(Tx *tx, Id part, bool waits, Time now)
{
    LotLineList lines;
    Date today = time_date(now, village_at(&tx->db).zone);
    TRY(lot_part_lines(&tx->db, part, &lines));
    for (size_t i = 0; i < lines.len; i++)
        if (!lines.at[i].taken)
            TRY(line_take(tx, &lines.at[i], today, waits, now));
    for (size_t i = 0; i < lines.len; i++)
        TRY(lots_fit(tx, lines.at[i].stock, now));
    return NULL;
}

/* The parcels of a part come (1) or go (-1). */
static Err *parcels_count(Tx *tx, Id part, int64_t sign)
{
    LotTakeList takes;
    TRY(lot_takes_of_part(&tx->db, part, &takes));
    for (size_t i = 0; i < takes.len; i++)
        TRY(packed_count(tx, takes.at[i].lot, takes.at[i].stock, sign * takes.at[i].steps));
    return NULL;
}

static Err *part_packed(Tx *tx, Id part, Time now)
{
    return part_take(tx, part, true, now);
}

/* Handed over or given away: what was packed is gone; what never was is taken now. */
static Err *part_gone(Tx *tx, Id part, Time now)
{
    TRY(parcels_count(tx, part, -1));
    return part_take(tx, part, false, now);
}

/* Handing over is taken back: the parcel waits again. */
static Err *part_back(Tx *tx, Id part, Time now)
{
    (void)now;
    return parcels_count(tx, part, 1);
}

/* Back where it was: the goods lie on the shelf again. */
static Err *part_unpacked(Tx *tx, Id part, Time now)
{
    LotTakeList takes;
    int64_t count;
    TRY(lot_takes_of_part(&tx->db, part, &takes));
    for (size_t i = 0; i < takes.len; i++) {
        const LotTake *t = &takes.at[i];
        TRY(lot_take_drop(tx, t->line, t->lot, t->stock, &count));
        TRY(packed_count(tx, t->lot, t->stock, -t->steps));
        TRY(act_surely(tx, &(LotAct){.lot = t->lot, .stock = t->stock, .kind = "unpack", .steps = t->steps, .subject = t->line}, now));
    }
    for (size_t i = 0; i < takes.len; i++)
        TRY(lots_fit(tx, takes.at[i].stock, now));
    return NULL;
}

/* Something of it was not there at all. */
static Err *part_short(Tx *tx, Id part, Time now)
{
    LotLineList lines;
    TRY(lot_part_lines(&tx->db, part, &lines));
    for (size_t i = 0; i < lines.len; i++)
        TRY(lots_fit(tx, lines.at[i].stock, now));
    return NULL;
}

static Err *lot_received(Tx *tx, Id lot, Time now)
{
    LotReceipt row;
    bool found;
    TRY(lot_receipt_of(&tx->db, lot, &row, &found));
    return found ? receive(tx, lot, row.stock, row.steps, now) : NULL;
}

const Hear lot_hears[] = {
    {"stock.received", lot_received}, {"stock.lowered", lots_fit},      {"order.packed", part_packed},     {"order.collected", part_gone},
    {"order.uncollected", part_back}, {"order.donated", part_gone},
    {"order.unpacked", part_unpacked}, {"order.cancelled", part_unpacked}, {"order.expired", part_unpacked}, {"order.restocked", part_unpacked},
    {"order.short", part_short},      {"order.substituted", part_short}, {0},
};

/* ---- by hand ---- */

static Str words(Arena *arena, Str text)
{
    return utf8_clean(arena, utf8_cut(str_trim(text), NOTE_MAX));
}

static Err *not_so_much(Arena *arena)
{
    Err *err = err_new(arena, ERR_CONFLICT, "lot.range");
    err->field = STR("amount");
    return err;
}

Err *lot_spoil(Tx *tx, const LotSpoil *s, Time now)
{
    bool done = false;
    if (s->steps > 0)
        TRY(lot_act(tx, &(LotAct){.lot = s->lot, .stock = s->stock, .kind = "spoil", .steps = -s->steps, .who = s->who}, now, &done));
    return done ? stock_spoil(tx, s->stock, s->steps, s->note, s->who, now) : not_so_much(tx->db.arena);
}

static Err *carry(Tx *tx, const StockTransfer *moved, Id lot, int64_t steps, Time now)
{
    bool done;
    LotAct act = {.lot = lot, .stock = moved->from, .kind = "transfer", .steps = -steps, .subject = moved->subject, .who = moved->who};
    TRY(lot_act(tx, &act, now, &done));
    if (!done)
        return not_so_much(tx->db.arena);
    TRY(lot_stock_begin(tx, lot, moved->to));
    act.stock = moved->to;
    act.steps = steps;
    return act_surely(tx, &act, now);
}

Err *lot_transfer(Tx *tx, const LotTransfer *t, Time now, Id *made)
{
    LotLeftList lots;
    *made = id_mint();
    StockTransfer moved = {.from = t->from, .place = t->place, .steps = t->steps, .subject = *made, .who = t->who};
    int64_t wanted = t->steps;
    TRY(stock_transfer(tx, &moved, now));
    if (t->lot)
        TRY(carry(tx, &moved, t->lot, t->steps, now));
    else
        TRY(lots_lying(&tx->db, t->from, &lots));
    for (size_t i = 0; !t->lot && i < lots.len && wanted > 0; i++) {
        int64_t steps = lots.at[i].left_steps < wanted ? lots.at[i].left_steps : wanted;
        TRY(carry(tx, &moved, lots.at[i].lot, steps, now));
        wanted -= steps;
    }
    TRY(lots_fit(tx, t->from, now));
    return lot_carried_add(tx, &(LotCarriedAddArgs){.id = *made, .org = t->org, .from_stock = t->from, .from_seq = moved.from_seq, .to_stock = moved.to,
                                               .to_seq = moved.to_seq, .steps = t->steps, .note = words(tx->db.arena, t->note), .actor = t->who, .now = now});
}

Err *lot_recall(Tx *tx, Id lot, Str reason, Id who, Time now, int64_t *parts)
{
    LotPartList rows;
    int64_t count;
    TRY(lot_parts(&tx->db, lot, &rows));
    TRY(lot_recall_add(tx, lot, words(tx->db.arena, reason), (int64_t)rows.len, who, now, &count));
    if (!count)
        return err_new(tx->db.arena, ERR_CONFLICT, "lot.recalled");
    for (size_t i = 0; i < rows.len; i++)
        TRY(announce(tx, "order.recalled", rows.at[i].part, now));
    *parts = (int64_t)rows.len;
    return audit(tx, now, who, "lot.recall", lot, str_format(tx->db.arena, "parts=%lld", (long long)rows.len));
}

/* ---- what was there before ---- */

typedef struct Furnishing {
    LotReceivedList rows;
} Furnishing;

static Err *furnish_write(Tx *tx, void *arg)
{
    const Furnishing *f = arg;
    for (size_t i = 0; i < f->rows.len; i++)
        TRY(receive(tx, f->rows.at[i].lot, f->rows.at[i].stock, f->rows.at[i].steps, f->rows.at[i].at));
    for (size_t i = 0; i < f->rows.len; i++) /* how much of it has gone since nobody wrote down: the oldest are gone first */
        TRY(lots_fit(tx, f->rows.at[i].stock, time_now()));
    return NULL;
}

Err *lots_furnish(Store *store, Arena *arena)
{
    Furnishing f;
    Db db;
    TRY(db_read(store, arena, &db));
    do {
        TRY(lots_without_stock(&db, BATCH, &f.rows));
        if (f.rows.len)
            TRY(db_write(store, arena, furnish_write, &f));
    } while (f.rows.len == BATCH);
    return NULL;
}

/* ---- what the market shows of it ---- */

Err *lots_of_order_read(Db *db, Id order, LineLotList *out)
{
    LotOfLineList rows;
    TRY(lots_of_line_order(db, order, &rows));
    *out = (LineLotList){NEW_ARRAY(db->arena, LineLot, rows.len + 1), rows.len};
    for (size_t i = 0; i < rows.len; i++)
        out->at[i] = (LineLot){.line = rows.at[i].line, .lot = rows.at[i].lot, .steps = rows.at[i].steps, .has_harvested_on = rows.at[i].has_harvested_on,
                               .harvested_on = rows.at[i].harvested_on, .field = rows.at[i].field, .recalled = rows.at[i].has_recalled_at,
                               .reason = rows.at[i].reason};
    return NULL;
}

Err *lots_first_read(Db *db, Id seller, Date today, FirstLotList *out)
{
    LotFirstList rows;
    TRY(lots_first_of(db, seller, today, &rows));
    *out = (FirstLotList){NEW_ARRAY(db->arena, FirstLot, rows.len + 1), 0};
    for (size_t i = 0; i < rows.len; i++) {
        const LotFirst *l = &rows.at[i];
        if (!out->len || out->at[out->len - 1].variant != l->variant)
            out->at[out->len++] = (FirstLot){l->variant, l->lot, l->left_steps, l->has_harvested_on, l->has_best_before, l->harvested_on, l->best_before, l->field, l->code};
    }
    return NULL;
}
