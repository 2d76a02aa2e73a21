/* Standing orders: each open cycle of the hub is tried once; what is out of season or sold out is left out and comes back later. */
#include "cycle/inside.h"

enum { DUE_BATCH = 500, TRIES = 20 };

typedef struct Trying {
    Standing standing;
    Cycle cycle;
    OrderAskLine lines[ORDER_LINES_MAX];
    OrderAsk ask;
    int64_t left_out;
    Id order;
    Time now;
} Trying;

static bool in_season(const StandingLine *line, Date day)
{
    return !line->season_months || (line->season_months >> (date_clock(day).month - 1) & 1);
}

static Err *lines_choose(Db *db, Trying *t)
{
    StandingLineList lines;
    t->left_out = 0;
    t->ask.lines_len = 0;
    TRY(standing_lines(db, t->standing.id, STR("en"), &lines));
    for (size_t i = 0; i < lines.len; i++) {
        const StandingLine *line = &lines.at[i];
        CycleId there;
        bool sold = str_eq(line->product_state, STR("live")) && str_eq(line->offer_state, STR("open")) && in_season(line, t->cycle.day);
        if (sold && !t->cycle.everything)
            TRY(cycle_offer_has(db, t->cycle.id, line->offer, &there, &sold));
        if (sold)
            t->lines[t->ask.lines_len++] = (OrderAskLine){line->offer, line->steps};
        else
            t->left_out++;
    }
    return NULL;
}

/* The first time with a free place where the buyer collects; 0: none, or the cycle has no times. */
static Err *slot_choose(Db *db, Trying *t)
{
    CycleSlotList slots;
    TRY(cycle_slot_list(db, t->cycle.id, &slots));
    t->ask.slot = 0;
    for (size_t i = 0; i < slots.len && !t->ask.slot; i++)
        if (slots.at[i].pickup == t->standing.pickup && slots.at[i].taken < slots.at[i].capacity)
            t->ask.slot = slots.at[i].id;
    return NULL;
}

static Err *run_write(Tx *tx, void *arg)
{
    Trying *t = arg;
    OrderMade made = {0};
    int64_t count;
    if (t->ask.lines_len)
        TRY(order_insert(tx, &t->ask, t->now, &made));
    TRY(standing_run_insert(tx, t->standing.id, t->cycle.id, made.id ? &made.id : NULL, t->left_out, t->now, &count));
    if (!count)
        return err_detail(tx->db.arena, ERR_CONFLICT, "cycle.lost_race", "a standing order ran twice");
    return announce(tx, made.id ? "standing.ordered" : "standing.rested", t->standing.id, t->now);
}

/* The line that an order's refusal names ("lines.3", "lines.3.steps") is left out. */
static bool line_drop(Trying *t, const Err *err)
{
    Str number, rest;
    int64_t line;
    if (!str_starts(err->field, STR("lines.")))
        return false;
    str_cut(str_slice(err->field, 6, err->field.len), '.', &number, &rest);
    if (!str_to_int(number, &line) || line < 0 || (size_t)line >= t->ask.lines_len)
        return false;
    for (size_t i = (size_t)line; i + 1 < t->ask.lines_len; i++)
        t->lines[i] = t->lines[i + 1];
    t->ask.lines_len--;
    t->left_out++;
    return true;
}

static Err *run_one(Db *db, const StandingDue *due, Time now)
{
    Trying *t = NEW(db->arena, Trying);
    Str currency = village_at(db).currency;
    bool found;
    t->now = now;
    TRY(standing_by_id(db, due->standing, &t->standing, &found));
    TRY(cycle_read(db, due->cycle, &t->cycle));
    if (!found)
        return NULL;
    t->ask = (OrderAsk){.lines = t->lines, .buyer = t->standing.buyer, .lang = t->standing.lang.len ? t->standing.lang : STR("en"),
                        .currency = currency, .pickup = t->standing.pickup, .payment = STR("at_pickup"), .channel = "shop",
                        .hold_ms = order_hold_ms(), .cycle = t->cycle.id};
    TRY(lines_choose(db, t));
    Err *err = NULL;
    for (int i = 0; i < TRIES + ORDER_LINES_MAX; i++) {
        TRY(slot_choose(db, t));
        order_mint(db->arena, &t->ask.secret, &t->ask.code);
        err = db_write(db->store, db->arena, run_write, t);
        if (!err || (!line_drop(t, err) && !err_is(err, "cycle.slot_full")))
            break;
    }
    return err;
}

Err *standing_run_due(Store *store, Arena *arena, Time now)
{
    Db db;
    StandingDueList due;
    TRY(db_read(store, arena, &db));
    TRY(standing_list_due(&db, DUE_BATCH, &due));
    for (size_t i = 0; i < due.len; i++) {
        Err *err = run_one(&db, &due.at[i], now);
        if (err && err->kind >= ERR_BUSY)
            return err;
        if (err) /* its cycle is about to close, or its place: the next one is tried */
            log_line("cycle.standing", "standing=%lld error=%s", (long long)due.at[i].standing, err->code);
    }
    return NULL;
}

Err *standing_add(Tx *tx, Id order, Id buyer, Id hub, Id pickup, Time now, Id *made)
{
    int64_t count;
    CycleOrder joined;
    bool found;
    *made = id_mint();
    TRY(standing_insert(tx, *made, buyer, hub, pickup, now));
    TRY(standing_line_from_order(tx, *made, order, &count));
    TRY(cycle_order_by_group(&tx->db, order, &joined, &found));
    if (found) /* this cycle has its order already */
        TRY(standing_run_insert(tx, *made, joined.cycle, &order, 0, now, &count));
    return audit(tx, now, buyer, "standing.add", *made, STR(""));
}

Err *standing_act(Tx *tx, Id standing, Str verb, Id who, Time now)
{
    static const char *const steps[][3] = {{"pause", "running", "paused"}, {"resume", "paused", "running"},
                                           {"end", "running", "ended"}, {"end", "paused", "ended"}};
    Standing row;
    bool found;
    int64_t count;
    TRY(standing_by_id(&tx->db, standing, &row, &found));
    if (!found || row.buyer != who)
        return err_new(tx->db.arena, ERR_MISSING, "standing.missing");
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (str_eq(verb, str_of(steps[i][0])) && str_eq(row.state, str_of(steps[i][1]))) {
            TRY(standing_state_put(tx, standing, row.state, str_of(steps[i][2]), now, &count));
            return audit(tx, now, who, "standing.state", standing, str_of(steps[i][2]));
        }
    return err_new(tx->db.arena, ERR_CONFLICT, "standing.not_now");
}
