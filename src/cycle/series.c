/* Cycles that make themselves: a rule for the day of handing over, and a cycle to take the rest from. */
#include "base/text.h"
#include "cycle/inside.h"

enum { SERIES_BATCH = 100 };

Err *series_add(Tx *tx, const NewSeries *series, Id who, Time now, Id *made)
{
    Arena *arena = tx->db.arena;
    Rrule rule;
    int64_t count, opens = -series->open_days * 1440 + series->open_minute,
            closes = -series->close_days * 1440 + series->close_minute;
    TRY(rrule_parse(arena, series->rrule, &rule));
    if (!str_trim(series->name).len)
        return err_field(arena, "cycle.name", "name");
    if (series->open_days < 0 || series->open_days > 60 || series->close_days < 0 || series->close_days > 60 ||
        series->open_minute < 0 || series->open_minute > 1439 || series->close_minute < 0 || series->close_minute > 1439 ||
        opens >= closes)
        return err_field(arena, "cycle.times", "closes");
    *made = id_mint();
    TRY(cycle_series_insert(tx, &(CycleSeriesInsertArgs){
                                    .id = *made, .org = series->org, .name = utf8_cut(str_trim(series->name), NAME_BYTES),
                                    .rrule = str_trim(series->rrule), .first_day = series->first_day,
                                    .open_days = series->open_days, .open_minute = series->open_minute,
                                    .close_days = series->close_days, .close_minute = series->close_minute,
                                    .template = series->template ? &series->template : NULL, .now = now}));
    if (series->template)
        TRY(cycle_series_adopt(tx, series->template, *made, &count));
    return audit(tx, now, who, "cycle.series", *made, STR(""));
}

typedef struct Making {
    const CycleSeries *series;
    Date day;
    Str zone;
    Time now, opens_at, closes_at;
} Making;

/* Slots of the template, moved by whole local days so that 9:00 stays 9:00 when clocks change. */
static Err *slots_move(Tx *tx, const Making *m, Id template, NewCycle *next)
{
    CycleSlotList slots;
    Cycle was;
    TRY(cycle_read(&tx->db, template, &was));
    TRY(cycle_slot_list(&tx->db, template, &slots));
    NewSlot *moved = NEW_ARRAY(tx->db.arena, NewSlot, slots.len + 1);
    for (size_t i = 0; i < slots.len; i++) {
        Clock from = time_clock(slots.at[i].from_at, m->zone), until = time_clock(slots.at[i].until_at, m->zone);
        Date from_day = time_date(slots.at[i].from_at, m->zone), until_day = time_date(slots.at[i].until_at, m->zone);
        Date new_from = {from_day.days + m->day.days - was.day.days}, new_until = {until_day.days + m->day.days - was.day.days};
        moved[i] = (NewSlot){slots.at[i].pickup, time_of(m->zone, new_from, from.hour, from.minute),
                             time_of(m->zone, new_until, until.hour, until.minute), slots.at[i].capacity};
    }
    next->slots = moved;
    next->slots_len = slots.len;
    next->grace_minutes = was.grace_minutes;
    next->everything = was.everything;
    next->only = was.sold_only;
    next->note = was.note;
    next->max_orders = was.has_max_orders ? was.max_orders : 0;
    next->max_turnover = was.has_max_turnover ? was.max_turnover : (Money){0};
    next->close_full = was.close_full;
    return NULL;
}

static Err *make_one(Tx *tx, void *arg)
{
    const Making *m = arg;
    const CycleSeries *series = m->series;
    Id made, template = series->has_template ? series->template : 0;
    int64_t count;
    NewCycle next = {.org = series->org, .series = series->id, .day = m->day, .name = series->name, .opens_at = m->opens_at,
                     .closes_at = m->closes_at, .everything = !template};
    if (template)
        TRY(slots_move(tx, m, template, &next));
    TRY(cycle_add(tx, &next, 0, m->now, &made));
    if (template && !next.everything) {
        TRY(cycle_offer_copy(tx, template, made, &count));
        Time due = {next.slots_len ? next.slots[0].from.ms - HOUR_MS : 0};
        TRY(cycle_everybody(tx, made, due));
        if (next.only)
            TRY(cycle_only_put(tx, made, m->now, &count));
    }
    TRY(cycle_series_template_put(tx, series->id, made, &count));
    return cycle_act(tx, made, "schedule", 0, m->now);
}

/* Makes one cycle if its time has come. */
static Err *series_next(Store *store, Db *db, const CycleSeries *series, Time now, bool *more)
{
    Rrule rule;
    SeriesLast last;
    Village where = village_at(db);
    Making m = {.series = series, .now = now, .zone = where.zone};
    *more = false;
    TRY(rrule_parse(db->arena, series->rrule, &rule));
    TRY(cycle_series_last(db, series->id, &last));
    Date today = time_date(now, where.zone), after = {series->first_day.days - 1};
    if (last.has_day && last.day.days > after.days)
        after = last.day;
    bool found = true;
    do { /* days whose ordering would be over already are left out */
        if (!rrule_next(&rule, series->first_day, after, &m.day))
            return NULL;
        after = m.day;
        m.opens_at = time_of(where.zone, (Date){m.day.days - (int32_t)series->open_days}, (int)(series->open_minute / 60), (int)(series->open_minute % 60));
        m.closes_at = time_of(where.zone, (Date){m.day.days - (int32_t)series->close_days}, (int)(series->close_minute / 60), (int)(series->close_minute % 60));
        found = m.closes_at.ms > now.ms;
    } while (!found);
    if (m.day.days - (int32_t)series->open_days > today.days + AHEAD_DAYS)
        return NULL;
    TRY(db_write(store, db->arena, make_one, &m));
    *more = true;
    return NULL;
}

Err *series_make_due(Store *store, Arena *arena, Time now)
{
    Db db;
    CycleSeriesList all;
    Id after = 0;
    TRY(db_read(store, arena, &db));
    do {
        TRY(cycle_series_running(&db, after, SERIES_BATCH, &all));
        for (size_t i = 0; i < all.len; i++) {
            bool more = true;
            for (int made = 0; more && made < AHEAD_DAYS; made++) {
                CycleSeries series;
                bool found;
                TRY(cycle_series_by_id(&db, all.at[i].id, &series, &found)); /* its template moves on */
                Err *err = series_next(store, &db, &series, now, &more);
                if (err) { /* one that cannot be made keeps nobody else waiting */
                    log_line("cycle.series", "series=%lld error=%s", (long long)series.id, err->code);
                    more = false;
                }
            }
        }
        after = all.len ? all.at[all.len - 1].id : 0;
    } while (all.len == SERIES_BATCH);
    return NULL;
}
