/* What must always be true of the cycles; `millet verify` and the test harness ask. */
#include "cycle/inside.h"

static Err *sums_check(void *arg, const CycleSums *c)
{
    Findings *f = arg;
    f->checked++;
    if (c->orders != c->held || c->turnover.minor != c->amounts.minor)
        finding(f, "cycle %lld counts %lld orders and %lld, its orders are %lld and come to %lld", (long long)c->id,
                (long long)c->orders, (long long)c->turnover.minor, (long long)c->held, (long long)c->amounts.minor);
    if (!c->events || c->events != c->last_seq)
        finding(f, "cycle %lld has %lld events, the last is number %lld", (long long)c->id, (long long)c->events, (long long)c->last_seq);
    if (!str_eq(c->state, c->last_state))
        finding(f, "cycle %lld is %.*s, its last event made it %.*s", (long long)c->id, STR_ARG(c->state), STR_ARG(c->last_state));
    return NULL;
}

static Err *slot_check(void *arg, const SlotSums *s)
{
    Findings *f = arg;
    f->checked++;
    if (s->taken != s->held || s->taken > s->capacity || s->taken < 0)
        finding(f, "slot %lld of %lld places counts %lld, %lld orders hold one", (long long)s->id, (long long)s->capacity,
                (long long)s->taken, (long long)s->held);
    if (s->astray)
        finding(f, "slot %lld is named by %lld orders of another cycle or place", (long long)s->id, (long long)s->astray);
    return NULL;
}

static Err *order_check(void *arg, const CycleOrderSums *o)
{
    Findings *f = arg;
    f->checked++;
    if (o->held != (o->parts > 0))
        finding(f, "order %lld %s in its cycle, but %lld of its parts stand", (long long)o->order_group,
                o->held ? "counts" : "does not count", (long long)o->parts);
    if (o->held && o->amount.minor != o->worth.minor)
        finding(f, "order %lld counts for %lld in its cycle and comes to %lld", (long long)o->order_group, (long long)o->amount.minor,
                (long long)o->worth.minor);
    if (!o->held && o->amount.minor)
        finding(f, "order %lld is cancelled and counts for %lld", (long long)o->order_group, (long long)o->amount.minor);
    return NULL;
}

typedef struct Walk {
    Findings *findings;
    Id cycle;
    const char *state; /* of the table: rows are valid only during the call */
} Walk;

static Err *step_check(void *arg, const CycleStepRow *e)
{
    Walk *w = arg;
    const CycleStep *step = NULL;
    w->findings->checked++;
    for (const CycleStep *s = cycle_steps; s->verb && !step; s++)
        if (str_eq(e->verb, str_of(s->verb)) && str_eq(e->from_state, str_of(s->from)) && str_eq(e->to_state, str_of(s->to)))
            step = s;
    if (e->cycle != w->cycle)
        w->state = "";
    if (!step || !str_eq(e->from_state, str_of(w->state)))
        finding(w->findings, "cycle %lld, event %lld: %.*s from %.*s to %.*s is not allowed there", (long long)e->cycle,
                (long long)e->seq, STR_ARG(e->verb), STR_ARG(e->from_state), STR_ARG(e->to_state));
    w->cycle = e->cycle;
    w->state = step ? step->to : "";
    return NULL;
}

static Err *check_cycles(Db *db, Findings *findings)
{
    Walk walk = {.findings = findings, .state = ""};
    TRY(verify_cycle_sums(db, sums_check, findings));
    TRY(verify_cycle_slots(db, slot_check, findings));
    TRY(verify_cycle_orders(db, order_check, findings));
    return verify_cycle_steps(db, step_check, &walk);
}

static Err *sheet_check(void *arg, const SheetSums *s)
{
    Findings *f = arg;
    bool answered = str_eq(s->state, STR("confirmed")) || str_eq(s->state, STR("short")), sent = str_eq(s->state, STR("sent"));
    f->checked++;
    if (s->total.minor != s->amounts.minor)
        finding(f, "sheet %lld says %lld, its lines come to %lld", (long long)s->id, (long long)s->total.minor, (long long)s->amounts.minor);
    if (answered != s->has_answered_at || sent == s->has_seen_at)
        finding(f, "sheet %lld is %.*s, which its times do not say", (long long)s->id, STR_ARG(s->state));
    return NULL;
}

static Err *check_sheets(Db *db, Findings *findings)
{
    return verify_sheets(db, sheet_check, findings);
}

static Err *forecast_check(void *arg, const ForecastSums *s)
{
    Findings *f = arg;
    f->checked++;
    if (s->promised != s->wanted || s->promised > s->likely)
        finding(f, "forecast %lld of %lld promises %lld, its pre-orders want %lld", (long long)s->id, (long long)s->likely,
                (long long)s->promised, (long long)s->wanted);
    if (s->astray || s->given > (s->has_harvest ? s->harvest : 0))
        finding(f, "forecast %lld gave %lld of %lld, %lld pre-orders are not as they should be", (long long)s->id, (long long)s->given,
                (long long)(s->has_harvest ? s->harvest : 0), (long long)s->astray);
    return NULL;
}

static Err *group_check(void *arg, const GroupSums *s)
{
    Findings *f = arg;
    f->checked++;
    if (s->pledged != s->steps || s->astray)
        finding(f, "group buy %lld counts %lld steps, its pledges are %lld; %lld are not as they should be", (long long)s->id,
                (long long)s->pledged, (long long)s->steps, (long long)s->astray);
    return NULL;
}

static Err *check_promises(Db *db, Findings *findings)
{
    TRY(verify_forecasts(db, forecast_check, findings));
    return verify_group_buys(db, group_check, findings);
}

const Check cycle_checks[] = {
    {.name = "cycle.promises", .run = check_promises},
    {.name = "cycle.sheets", .run = check_sheets},
    {.name = "cycle.cycles", .run = check_cycles},
    {0},
};
