/* What may happen to a cycle: one table of steps, and the one function that applies them. */
#include "cycle/inside.h"

/* clang-format off */
const CycleStep cycle_steps[] = {
    /* verb         from            to            */
    {"make",        "",             "draft"},
    {"schedule",    "draft",        "scheduled"},
    {"open",        "draft",        "open"},
    {"open",        "scheduled",    "open"},
    {"close",       "open",         "closing"},
    {"reopen",      "closing",      "open"},
    {"reopen",      "closed",       "open"},
    {"seal",        "closing",      "closed"},
    {"consolidate", "closed",       "consolidated"},  /* producers have said what comes; the short is shared */
    {"harvest",     "closed",       "harvesting"},
    {"harvest",     "consolidated", "harvesting"},
    {"pack",        "closed",       "packed"},
    {"pack",        "consolidated", "packed"},
    {"pack",        "harvesting",   "packed"},
    {"distribute",  "closed",       "distributing"},
    {"distribute",  "packed",       "distributing"},
    {"settle",      "distributing", "settled"},
    {"cancel",      "draft",        "cancelled"},
    {"cancel",      "scheduled",    "cancelled"},
    {"cancel",      "open",         "cancelled"},
    {"cancel",      "closing",      "cancelled"},
    {"cancel",      "closed",       "cancelled"},
    {"cancel",      "consolidated", "cancelled"},
    {"cancel",      "harvesting",   "cancelled"},
    {NULL, NULL, NULL},
};
/* clang-format on */

static bool is(Str state, const char *word)
{
    return str_eq(state, str_of(word));
}

const CycleStep *cycle_step(const char *verb, Str from)
{
    for (const CycleStep *step = cycle_steps; step->verb; step++)
        if (is(str_of(verb), step->verb) && is(from, step->from))
            return step;
    return NULL;
}

static const char *event_of(const char *verb)
{
    static const char *const words[][2] = {
        {"schedule", "cycle.scheduled"}, {"open", "cycle.opened"}, {"close", "cycle.closed"}, {"seal", "cycle.sealed"},
        {"reopen", "cycle.reopened"}, {"consolidate", "cycle.consolidated"}, {"harvest", "cycle.harvested"},
        {"pack", "cycle.packed"}, {"distribute", "cycle.distributed"}, {"settle", "cycle.settled"}, {"cancel", "cycle.cancelled"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (is(str_of(verb), words[i][0]))
            return words[i][1];
    return "cycle.changed";
}

static int64_t seal_ms(const Cycle *cycle, Time closing_at)
{
    return closing_at.ms + cycle->grace_minutes * MINUTE_MS;
}

const char *cycle_state_now(const Cycle *cycle, Time now)
{
    Str state = cycle->state;
    Time closing_at = cycle->has_closing_at ? cycle->closing_at : cycle->closes_at;
    if (is(state, "scheduled") && now.ms >= cycle->opens_at.ms)
        state = STR("open");
    if (is(state, "open") && now.ms >= cycle->closes_at.ms) {
        state = STR("closing");
        closing_at = cycle->closes_at;
    }
    if (is(state, "closing") && now.ms >= seal_ms(cycle, closing_at))
        state = STR("closed");
    for (const CycleStep *step = cycle_steps; step->verb; step++)
        if (is(state, step->to))
            return step->to;
    return "";
}

/* What must be so before. */
static Err *guard(Tx *tx, const Cycle *cycle, Str verb, Time now)
{
    Arena *arena = tx->db.arena;
    CycleNumber goods;
    CycleIdList open;
    if (is(verb, "schedule") || is(verb, "open")) {
        TRY(cycle_offer_count(&tx->db, cycle->id, &goods));
        if (!goods.number && !cycle->everything)
            return err_field(arena, "cycle.goods", "offers");
    }
    if (is(verb, "reopen") && cycle->closes_at.ms <= now.ms)
        return err_field(arena, "cycle.close_past", "closes");
    if (is(verb, "settle")) {
        TRY(cycle_orders_open(&tx->db, cycle->id, &open));
        if (open.len)
            return err_arg(arena, err_new(arena, ERR_CONFLICT, "cycle.open_orders"), "n", str_format(arena, "%zu", open.len));
    }
    return NULL;
}

static Err *orders_cancel(Tx *tx, Id cycle, Id who, Time now)
{
    CycleIdList open;
    TRY(cycle_orders_open(&tx->db, cycle, &open));
    for (size_t i = 0; i < open.len; i++) {
        Err *err = order_act(tx, &(OrderAct){.order = open.at[i].id, .verb = "cancel", .who = who}, now);
        if (err && !err_is(err, "order.not_now")) /* handed over already: stays as it is */
            return err;
    }
    return NULL;
}

/* What follows from the new state. */
static Err *consequences(Tx *tx, const Cycle *cycle, Str verb, Id who, Time now)
{
    if (is(verb, "cancel"))
        TRY(orders_cancel(tx, cycle->id, who, now));
    if (is(verb, "seal"))
        TRY(sheets_make(tx, cycle->id, now));
    if (is(verb, "close") && cycle->grace_minutes == 0)
        return cycle_act(tx, cycle->id, "seal", who, now);
    return NULL;
}

Err *cycle_act(Tx *tx, Id id, const char *verb, Id who, Time now)
{
    Arena *arena = tx->db.arena;
    Cycle cycle;
    int64_t count;
    TRY(cycle_read(&tx->db, id, &cycle));
    const CycleStep *step = cycle_step(verb, cycle.state);
    if (!step || is(str_of(verb), "make")) {
        Err *err = err_arg(arena, err_new(arena, ERR_CONFLICT, "cycle.not_now"), "verb", str_of(verb));
        return err_arg(arena, err, "state", cycle.state);
    }
    TRY(guard(tx, &cycle, str_of(verb), now));
    bool by_clock = now.ms >= cycle.closes_at.ms, closes = is(str_of(verb), "close");
    Time closing_at = closes ? (by_clock ? cycle.closes_at : now) : cycle.closing_at;
    bool keeps = closes || (cycle.has_closing_at && !is(str_of(step->to), "open"));
    TRY(cycle_state_put(tx, id, cycle.state, str_of(step->to), keeps ? &closing_at : NULL, now, &count));
    if (count != 1)
        return err_detail(arena, ERR_BROKEN, "cycle.lost_race", "a cycle changed inside a transaction that had read it");
    TRY(cycle_event_insert(tx, &(CycleEventInsertArgs){id, str_of(verb), cycle.state, str_of(step->to), who ? &who : NULL, now}));
    TRY(audit(tx, now, who, event_of(verb), id, STR("")));
    TRY(announce(tx, event_of(verb), id, now));
    return consequences(tx, &cycle, str_of(verb), who, now);
}

Err *cycle_move_due(Tx *tx, Cycle *cycle, Time now)
{
    static const char *const order[][2] = {{"scheduled", "open"}, {"open", "close"}, {"closing", "seal"}};
    Id id = cycle->id;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        if (!is(cycle->state, order[i][0]) || is(cycle->state, cycle_state_now(cycle, now)))
            continue;
        TRY(cycle_act(tx, id, order[i][1], 0, now));
        TRY(cycle_read(&tx->db, id, cycle));
    }
    return NULL;
}
