/* When each producer brings the goods, and what to mind: the inbound legs of a cycle, on the hub's page. */
#include "cycle/handlers.h"

enum { MINUTES_DAY = 24 * 60 };

static Str clock_text(Arena *arena, int64_t minute)
{
    return str_format(arena, "%02d:%02d", (int)(minute / 60), (int)(minute % 60));
}

Err *legs_view(Req *r, const Cycle *cycle, LegViewList *out)
{
    CycleLegList rows;
    TRY(cycle_leg_list(&r->db, cycle->id, &rows));
    *out = (LegViewList){NEW_ARRAY(r->arena, LegView, rows.len + 1), 0};
    for (size_t i = 0; i < rows.len; i++) {
        const CycleLeg *leg = &rows.at[i];
        if (!leg->has_org)
            continue;
        LegView *v = &out->at[out->len++];
        *v = (LegView){.org = leg->org, .producer = leg->org_name, .has_due = leg->has_due_at, .due_at = leg->due_at, .note = leg->note,
                       .day = date_text(r->arena, cycle->day)};
        if (leg->has_due_at) {
            Clock local = time_clock(leg->due_at, r->village.zone);
            v->day = date_text(r->arena, time_date(leg->due_at, r->village.zone));
            v->clock = clock_text(r->arena, local.hour * 60 + local.minute);
        }
    }
    return NULL;
}

typedef struct Legging {
    Id cycle, org, who;
    bool has_due;
    Time due_at, now;
    Str note;
} Legging;

static Err *leg_write(Tx *tx, void *arg)
{
    const Legging *l = arg;
    int64_t count;
    TRY(cycle_leg_put(tx, l->cycle, l->org, l->has_due ? &l->due_at : NULL, l->note, &count));
    if (!count)
        return err_field(tx->db.arena, "cycle.leg", "org");
    return audit(tx, l->now, l->who, "cycle.leg", l->cycle, id_text(tx->db.arena, l->org));
}

static Err *leg_try(Req *r, const Cycle *cycle)
{
    LegForm form = {0};
    Legging l = {.cycle = cycle->id, .who = r->who, .now = r->now};
    int64_t minute;
    TRY(take(r, &leg_form, &form));
    l.org = form.org;
    l.note = form.note;
    l.has_due = form.time.len > 0;
    if (l.has_due && (!form.has_day || !minute_read(form.time, &minute) || minute >= MINUTES_DAY))
        return err_field(r->arena, "cycle.time", "time");
    if (l.has_due)
        l.due_at = time_of(r->village.zone, form.day, (int)(minute / 60), (int)(minute % 60));
    if (l.has_due && form.day.days > cycle->day.days)
        return err_field(r->arena, "cycle.leg_late", "day");
    return db_write(r->store, r->arena, leg_write, &l);
}

Err *change_leg(Req *r)
{
    Cycle cycle;
    TRY(hub_cycle_take(r, &cycle));
    Err *err = leg_try(r, &cycle);
    if (err)
        return reply_form_again(r, err, show_hub_cycle);
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/hub/%.*s#legs", STR_ARG(id_text(r->arena, cycle.id)));
}
