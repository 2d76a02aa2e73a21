/* What the files of the cycles share with each other and with nobody else. */
#pragma once
#include "core/core.h"
#include "core/demo.h"
#include "cycle/cycle.h"
#include "cycle/queries.h"
#include "cycle/rrule.h"
#include "market/market.h"

enum { NAME_BYTES = 120, NOTE_BYTES = 1000, PASS_DAYS = 7, AHEAD_DAYS = 14 };

/* ---- cycle.c ---- */
Err *cycle_read(Db *db, Id id, Cycle *out); /* cycle.missing */
typedef struct CycleEdit {
    Date day;
    Str name, note;
    Time opens_at, closes_at;
    int64_t grace_minutes, max_orders;
    Money max_turnover;
    bool close_full;
} CycleEdit;
/* The plan of a cycle that is not closed yet. Codes of cycle_add. */
Err *cycle_change(Tx *tx, Id cycle, const CycleEdit *edit, Id who, Time now);
Err *cycle_offers_add(Tx *tx, Id cycle, const Id *offers, size_t len, Time now);
Err *cycle_slot_add(Tx *tx, Id cycle, const NewSlot *slot, Id who, Time now);
Err *cycle_everybody(Tx *tx, Id cycle, Time due_at); /* its legs: one for each producer and place that has none yet */

/* ---- cycle_state.c ---- */
typedef struct CycleStep {
    const char *verb, *from, *to;
} CycleStep;
extern const CycleStep cycle_steps[]; /* ends with an empty row */
const char *cycle_state_now(const Cycle *cycle, Time now); /* as the clock says */
Err *cycle_move_due(Tx *tx, Cycle *cycle, Time now);       /* lets the clock do what is due; *cycle is read again */
const CycleStep *cycle_step(const char *verb, Str from);   /* NULL: not allowed */

/* ---- permission.c ---- */
void cycle_partners_start(void);

/* ---- join.c ---- */
void cycle_join_start(void);
Err *order_left(Tx *tx, Id part, Time now); /* heard: cancelled, expired or restored */
extern const Hear cycle_hears[];

/* ---- series.c ---- */
typedef struct NewSeries {
    Id org;
    Str name, rrule;
    Date first_day;
    int64_t open_days, open_minute, close_days, close_minute; /* before the day of handing over; minutes of the local day */
    Id template; /* the cycle whose goods, slots and limits are taken over */
} NewSeries;
Err *series_add(Tx *tx, const NewSeries *series, Id who, Time now, Id *made);
/* Makes the cycles whose opening is at most AHEAD_DAYS away. */
Err *series_make_due(Store *store, Arena *arena, Time now);

/* ---- sheet.c ---- */
Err *sheets_make(Tx *tx, Id cycle, Time now);   /* makes those that are missing or no longer true, and tells the producers */
Err *sheets_follow(Tx *tx, Id cycle, Time now); /* the same when there are sheets already */
/* Of the version that was seen. Code: sheet.changed. */
Err *sheet_reply(Tx *tx, Id sheet, int64_t version, bool all, Str note, Id who, Time now);
Err *sheet_csv(Arena *arena, const Sheet *sheet, const SheetLineList *lines, Str *out);

/* ---- standing.c ---- */
Err *standing_add(Tx *tx, Id order, Id buyer, Id hub, Id pickup, Time now, Id *made); /* wants what that order held */
Err *standing_act(Tx *tx, Id standing, Str verb, Id who, Time now); /* "pause" "resume" "end" */
Err *standing_run_due(Store *store, Arena *arena, Time now);

/* ---- group_buy.c ---- */
typedef struct Tier {
    int64_t from_steps;
    Money price; /* for one whole priced unit */
} Tier;
typedef struct NewGroupBuy {
    Id offer;
    Time deadline;
    int64_t max_each; /* 0: no limit */
    const Tier *tiers; /* more for less: from_steps go up, prices down; below the first nobody buys */
    size_t tiers_len;
} NewGroupBuy;
Err *group_buy_add(Tx *tx, const NewGroupBuy *group_buy, Id who, Time now, Id *made);
typedef struct NewPledge {
    Id group_buy, buyer, pickup;
    int64_t steps;
} NewPledge;
Err *group_buy_join(Tx *tx, const NewPledge *pledge, Time now, Id *made);
Err *group_buy_leave(Tx *tx, Id group_buy, Id buyer, Time now);
Err *group_buy_decide(Tx *tx, Id group_buy, Time now);
Err *group_buys_end(Store *store, Arena *arena, Time now);

/* ---- demo.c ---- */
Err *cycle_demo(Demo *demo);

/* ---- verify.c, errors.c, jobs.c ---- */
extern const Check cycle_checks[];
extern const ErrText cycle_errors[];
extern const Job cycle_jobs[];
