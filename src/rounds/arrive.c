/* What buyers hear of rounds: when their goods come to the pickup place, as honestly as the driver's last word allows. */
#include "rounds/handlers.h"

enum { GRAIN_MS = 5 * MINUTE_MS, LEAST_MS = 10 * MINUTE_MS, UNSURE_PART = 6, EARLY_MS = 15 * MINUTE_MS, LATE_MS = 6 * HOUR_MS };

/* How much later than planned the driver is, by what was reported last. */
static int64_t late_ms(const RoundSaid *said)
{
    int64_t late = said->changed_at.ms - (str_eq(said->state, STR("arrived")) ? said->arrives_at.ms : said->leaves_at.ms);
    return late < -EARLY_MS ? -EARLY_MS : late > LATE_MS ? LATE_MS : late;
}

/* The further the way still to go, the wider the window. */
static Err *window_of(Db *db, const RoundArrival *row, RoundsComing *out)
{
    RoundSaid said;
    bool found = false;
    int64_t known = row->begins_at.ms;
    if (row->has_reported)
        TRY(round_said_last(db, row->round, row->reported, &said, &found));
    if (found && said.has_changed_at) {
        out->late_ms = late_ms(&said);
        known = said.changed_at.ms;
    }
    int64_t at = row->arrives_at.ms + out->late_ms, unsure = LEAST_MS + (at > known ? (at - known) / UNSURE_PART : 0);
    out->from.ms = (at - LEAST_MS) / GRAIN_MS * GRAIN_MS;
    out->until.ms = (at + unsure + GRAIN_MS - 1) / GRAIN_MS * GRAIN_MS;
    return NULL;
}

Err *rounds_coming(Db *db, Id order, RoundsComing *out, bool *found)
{
    RoundArrivalList rows;
    TRY(round_arrival(db, order, &rows));
    *found = rows.len > 0;
    *out = (RoundsComing){.there = *found};
    for (size_t i = 0; i < rows.len; i++) {
        const RoundArrival *row = &rows.at[i];
        RoundsComing one = {0};
        out->door |= row->door != 0;
        out->over |= !row->open;
        if (str_eq(row->state, STR("failed"))) {
            out->failed = true;
            out->there = false;
            continue;
        }
        if (str_eq(row->state, STR("done"))) {
            if (row->has_changed_at && row->changed_at.ms > out->from.ms && out->there)
                out->from = row->changed_at;
            continue;
        }
        TRY(window_of(db, row, &one));
        if (out->there || one.until.ms > out->until.ms) { /* the last of an order's goods counts */
            one.failed = out->failed;
            one.door = out->door;
            one.over = out->over;
            *out = one;
        }
    }
    return NULL;
}

/* What bringing it came to: a fact, not a boast. */
static Err *share_note(Req *r, Id order, OrderNotes *notes)
{
    RoundShare way;
    TRY(round_share_of(&r->db, order, &way));
    if (!way.metres)
        return NULL;
    TextArg args[] = {{"km", say_km(r, way.metres)}, {"time", say_hours(r, way.drive_s)}, {"co2", say_co2(r, way.emitted_grams)}};
    order_note_add(notes, "route", tr_fill(r->arena, tr(r->lang, N_("Your part of the round: {km}, {time} of driving, {co2} of CO₂.")), args, 3));
    return NULL;
}

Err *rounds_order_notes(Req *r, Id order, OrderNotes *notes)
{
    RoundsComing coming;
    bool found;
    TRY(rounds_coming(&r->db, order, &coming, &found));
    if (!found)
        return NULL;
    if (coming.over && !coming.door) /* it was collected since */
        return share_note(r, order, notes);
    Str zone = r->village.zone;
    TextArg args[] = {{"from", say_clock(r->arena, r->lang, coming.from, zone)}, {"until", say_clock(r->arena, r->lang, coming.until, zone)},
                      {"day", say_date(r->arena, r->lang, time_date(coming.from, zone))},
                      {"n", say_int(r->arena, r->lang, (coming.late_ms + MINUTE_MS - 1) / MINUTE_MS)}};
    const char *text = coming.failed  ? N_("The driver could not hand over all of your goods. Please ask before you come.")
                       : coming.there ? coming.door ? N_("Your goods were handed over at {from}.") : N_("Your goods are here, since {from}.")
                       : coming.door  ? N_("Your goods are on the road. They come to your door on {day} between {from} and {until}.")
                                      : N_("Your goods are on the road. They come on {day} between {from} and {until}.");
    order_note_add(notes, coming.failed ? "alert" : "truck", tr_fill(r->arena, tr(r->lang, text), args, 4));
    if (!coming.failed && !coming.there && coming.late_ms > LEAST_MS)
        order_note_add(notes, "clock", tr_fill(r->arena, tr(r->lang, N_("The driver is about {n} minutes later than planned.")), args, 4));
    return share_note(r, order, notes);
}
