/* A hub plans and runs its cycles. */
#include "cycle/handlers.h"
#include "cycle/templates.h"
#include "insight/insight.h"

enum { PAST_MAX = 40, CHOICES_MAX = 2000, EXPECTED_MAX = 60, EXPECTED_DAYS = 7 };

/* ---- the list ---- */

static Err *series_views(Req *r, Id org, HubView *view)
{
    CycleSeriesList rows;
    TRY(cycle_series_list(&r->db, org, &rows));
    view->series.at = NEW_ARRAY(r->arena, SeriesView, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        SeriesView *out = &view->series.at[view->series.len++];
        Rrule rule;
        *out = (SeriesView){.id = rows.at[i].id, .name = rows.at[i].name, .running = rows.at[i].running};
        TRY(rrule_parse(r->arena, rows.at[i].rrule, &rule));
        out->rule = rrule_say(r->arena, r->lang, &rule, rows.at[i].first_day);
        out->has_next = out->running && rrule_next(&rule, rows.at[i].first_day, time_date(r->now, r->village.zone), &out->next);
    }
    return NULL;
}

Err *show_hub(Req *r)
{
    CycleOrgQuery query = {0};
    HubView view = {0};
    CycleList cycles;
    Id org;
    TRY(take_query(r, &cycle_org_query, &query));
    TRY(org_choose(r, query.org, HUB_ROLES, "/hub", &org, &view.hubs));
    TRY(cycle_list_by_org(&r->db, org, INT64_MAX, PAST_MAX, &cycles));
    view.org = id_text(r->arena, org);
    view.current.at = NEW_ARRAY(r->arena, CycleRow, cycles.len + 1);
    view.past.at = NEW_ARRAY(r->arena, CycleRow, cycles.len + 1);
    for (size_t i = 0; i < cycles.len; i++) {
        CycleRow row;
        TRY(cycle_row(r, &cycles.at[i], &row));
        CycleRowList *list = row.over ? &view.past : &view.current;
        list->at[list->len++] = row;
    }
    TRY(series_views(r, org, &view));
    Page *page = cycle_page_begin(r, tr(r->lang, N_("Order cycles")), "/hub", STR(""));
    cycle_hub(page, &view);
    return page_end(page);
}

/* ---- a new one ---- */

static Err *places_read(Req *r, Id chosen, CyclePlaceList *out)
{
    CyclePickupList pickups;
    TRY(cycle_pickups(&r->db, lang_now(r), &pickups));
    out->at = NEW_ARRAY(r->arena, CyclePlaceView, pickups.len + 1);
    for (size_t i = 0; i < pickups.len; i++)
        out->at[out->len++] = (CyclePlaceView){pickups.at[i].id, pickups.at[i].name, pickups.at[i].id == chosen};
    return NULL;
}

/* A plan to begin with: opens today, closes on Thursday evening, handed over on the Saturday after. */
static CycleForm plan_proposed(Req *r, Id org)
{
    Date today = time_date(r->now, r->village.zone);
    int to_thursday = (4 - date_weekday(today) + 7) % 7;
    Date closes = {today.days + (to_thursday ? to_thursday : 7)};
    return (CycleForm){.org = org, .opens_day = today, .opens_time = STR("08:00"), .closes_day = closes, .closes_time = STR("20:00"),
                       .day = {closes.days + 2}, .grace_minutes = 30, .goods = STR("allowed"), .places = 20};
}

Err *show_new_cycle(Req *r)
{
    CycleOrgQuery query = {0};
    HubNewView view = {0};
    CycleNumber last;
    CycleLinkList others;
    Id org;
    const CycleForm *typed = r->form_shape == &cycle_new_form ? r->form_values : NULL;
    if (typed)
        query.org = typed->org;
    else
        TRY(take_query(r, &cycle_org_query, &query));
    TRY(org_choose(r, query.org, ROLE_ADMIN | ROLE_SELLER, "/hub/new", &org, &others));
    CycleForm proposed = plan_proposed(r, org);
    TRY(cycle_newest(&r->db, org, &last));
    view.org = org;
    view.has_last = last.number > 0;
    view.form = typed ? typed : &proposed;
    TRY(places_read(r, view.form->pickup, &view.places));
    Page *page = cycle_page_begin(r, tr(r->lang, N_("New cycle")), "/hub", STR("/hub"));
    cycle_hub_new(page, &view);
    return page_end(page);
}

static Err *moment(Req *r, Date day, Str time, const char *field, Time *out)
{
    int64_t minute;
    if (!minute_read(time, &minute))
        return err_field(r->arena, "cycle.time", field);
    *out = time_of(r->village.zone, (Date){day.days + (int32_t)(minute / 1440)}, (int)(minute % 1440 / 60), (int)(minute % 60));
    return NULL;
}

static Err *slots_read(Req *r, Date day, Id pickup, Str times, int64_t places, NewSlot **out, size_t *len)
{
    MinuteSpan spans[SPANS_MAX];
    *len = 0;
    if (!str_trim(times).len)
        return NULL;
    if (!spans_read(times, spans, len))
        return err_field(r->arena, "cycle.spans", "times");
    if (!pickup)
        return err_field(r->arena, "field.required", "pickup");
    *out = NEW_ARRAY(r->arena, NewSlot, *len);
    for (size_t i = 0; i < *len; i++) {
        Time begin = time_of(r->village.zone, day, 0, 0); /* hours of a day without a change of clocks in its middle */
        (*out)[i] = (NewSlot){pickup, {begin.ms + spans[i].from * MINUTE_MS}, {begin.ms + spans[i].to * MINUTE_MS}, places ? places : 1};
    }
    return NULL;
}

typedef struct Planning {
    NewCycle plan;
    Id who, from, made;
    Time now;
} Planning;

static Err *plan_write(Tx *tx, void *arg)
{
    Planning *p = arg;
    int64_t count;
    TRY(cycle_add(tx, &p->plan, p->who, p->now, &p->made));
    if (!p->from)
        return NULL;
    TRY(cycle_offer_copy(tx, p->from, p->made, &count));
    if (p->plan.only)
        TRY(cycle_only_put(tx, p->made, p->now, &count));
    return cycle_everybody(tx, p->made, (Time){p->plan.slots_len ? p->plan.slots[0].from.ms - HOUR_MS : 0});
}

static Err *plan_read(Req *r, const CycleForm *form, NewCycle *plan)
{
    CycleIdList offers = {0};
    NewSlot *slots = NULL;
    *plan = (NewCycle){.org = form->org, .day = form->day, .name = form->name, .note = form->note, .grace_minutes = form->grace_minutes,
                       .everything = str_eq(form->goods, STR("everything")), .only = form->only, .max_orders = form->max_orders,
                       .max_turnover = form->max_turnover, .close_full = form->close_full};
    TRY(moment(r, form->opens_day, form->opens_time, "opens_time", &plan->opens_at));
    TRY(moment(r, form->closes_day, form->closes_time, "closes_time", &plan->closes_at));
    TRY(slots_read(r, form->day, form->pickup, form->times, form->places, &slots, &plan->slots_len));
    plan->slots = slots;
    if (!str_eq(form->goods, STR("allowed")))
        return NULL;
    TRY(cycle_offers_allowed(&r->db, form->org, &offers));
    Id *ids = NEW_ARRAY(r->arena, Id, offers.len + 1);
    for (size_t i = 0; i < offers.len; i++)
        ids[i] = offers.at[i].id;
    plan->offers = ids;
    plan->offers_len = offers.len;
    return NULL;
}

static Err *make_try(Req *r, Id *made)
{
    CycleForm form = {0};
    Planning planning = {.who = r->who, .now = r->now};
    CycleNumber last;
    TRY(take(r, &cycle_new_form, &form));
    if (!runs_hub(r, form.org))
        return denied(r);
    TRY(plan_read(r, &form, &planning.plan));
    if (str_eq(form.goods, STR("last"))) {
        TRY(cycle_newest(&r->db, form.org, &last));
        planning.from = last.number;
    }
    TRY(db_write(r->store, r->arena, plan_write, &planning));
    *made = planning.made;
    return NULL;
}

Err *make_cycle(Req *r)
{
    Id made;
    Err *err = make_try(r, &made);
    if (err)
        return reply_form_again(r, err, show_new_cycle);
    return reply_see(r, "/hub/%.*s", STR_ARG(id_text(r->arena, made)));
}

/* ---- one of them ---- */

static void verbs_view(Req *r, const Cycle *cycle, HubCycleView *view)
{
    static const struct {
        const char *verb, *label;
        bool main, danger;
    } rows[] = {
        {"schedule", N_("Open it on time"), true, false},   {"open", N_("Open now"), false, false},
        {"close", N_("Close now"), false, false},           {"seal", N_("End the waiting, make the sheets"), true, false},
        {"reopen", N_("Open again"), false, false},         {"consolidate", N_("Amounts are agreed"), true, false},
        {"harvest", N_("Harvest has begun"), true, false},  {"pack", N_("Everything is packed"), true, false},
        {"distribute", N_("Begin handing over"), true, false}, {"settle", N_("All done"), true, false},
        {"cancel", N_("Cancel the cycle and its orders"), false, true},
    };
    Str state = str_of(cycle_state_now(cycle, r->now));
    view->verbs.at = NEW_ARRAY(r->arena, VerbView, sizeof rows / sizeof *rows);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!cycle_step(rows[i].verb, state))
            continue;
        VerbView verb = {rows[i].verb, tr(r->lang, rows[i].label), rows[i].main, rows[i].danger};
        if (verb.main && !view->has_main) {
            view->has_main = true;
            view->main = verb;
        } else {
            view->verbs.at[view->verbs.len++] = verb;
        }
    }
    view->editable = cycle_step("close", state) || cycle_step("schedule", state) || str_eq(state, STR("scheduled")) || cycle_step("reopen", state);
}

static CycleForm *form_of(Req *r, const Cycle *c)
{
    CycleForm *out = NEW(r->arena, CycleForm);
    Clock opens = time_clock(c->opens_at, r->village.zone), closes = time_clock(c->closes_at, r->village.zone);
    *out = (CycleForm){.name = c->name, .note = c->note, .day = c->day, .opens_day = time_date(c->opens_at, r->village.zone),
                       .closes_day = time_date(c->closes_at, r->village.zone), .grace_minutes = c->grace_minutes,
                       .opens_time = str_format(r->arena, "%02d:%02d", opens.hour, opens.minute),
                       .closes_time = str_format(r->arena, "%02d:%02d", closes.hour, closes.minute),
                       .max_orders = c->has_max_orders ? c->max_orders : 0,
                       .max_turnover = c->has_max_turnover ? c->max_turnover : (Money){0}, .close_full = c->close_full};
    return out;
}

/* What the forecast says of a good for the week of handing over, as where a harvest is announced. */
static Err *expected_say(Req *r, Id offer, Date day, Str *out)
{
    Outlook outlook;
    CycleGood good;
    bool found;
    TRY(insight_outlook(&r->db, r->lang, offer, day, (Date){day.days + EXPECTED_DAYS}, &outlook, &found));
    if (found)
        TRY(cycle_offer_of(&r->db, offer, &good, &found));
    if (!found || outlook.high <= 0)
        return NULL;
    TextArg args[] = {{"likely", say_quantity(r->arena, r->lang, (Quantity){outlook.likely, good.sold_unit, good.sold_scale})},
                      {"low", quantity_plain(r->arena, outlook.low, good.sold_scale)}, {"high", quantity_plain(r->arena, outlook.high, good.sold_scale)}};
    const char *said = outlook.range ? N_("Expected in that week: {likely} ({low} to {high})") : N_("Expected in that week: {likely}");
    *out = tr_fill(r->arena, tr(r->lang, said), args, 3);
    return NULL;
}

/* What could still be added, while it can. */
static Err *goods_view(Req *r, const Cycle *cycle, HubCycleView *view)
{
    CycleNumber count;
    OfferChoiceList rows;
    TRY(cycle_offer_count(&r->db, cycle->id, &count));
    view->goods_count = count.number;
    if (!view->editable || cycle->everything)
        return NULL;
    TRY(cycle_offer_choices(&r->db, cycle->org, lang_now(r), 0, CHOICES_MAX, &rows));
    view->goods.at = NEW_ARRAY(r->arena, OfferChoiceView, rows.len + 1);
    for (size_t i = 0; i < rows.len && view->goods.len < 200; i++) {
        CycleId there;
        bool found;
        const Unit *unit = unit_find(rows.at[i].priced_unit);
        TRY(cycle_offer_has(&r->db, cycle->id, rows.at[i].id, &there, &found));
        if (!found)
            view->goods.at[view->goods.len++] =
                (OfferChoiceView){rows.at[i].id, rows.at[i].title, rows.at[i].seller, rows.at[i].price,
                                  unit && unit->kind != UNIT_COUNT ? rows.at[i].priced_unit : STR(""), false, STR("")};
    }
    for (size_t i = 0; i < view->goods.len && i < EXPECTED_MAX; i++)
        TRY(expected_say(r, view->goods.at[i].id, cycle->day, &view->goods.at[i].expected));
    return NULL;
}

Err *show_hub_cycle(Req *r)
{
    static const SlotForm no_slot = {.places = 20};
    static const RepeatForm no_repeat = {.how = {"week", 4}};
    HubCycleView view = {0};
    Cycle cycle;
    SheetList sheets;
    TRY(hub_cycle_take(r, &cycle));
    TRY(cycle_row(r, &cycle, &view.row));
    verbs_view(r, &cycle, &view);
    TRY(slot_views(r, &cycle, &view.slots));
    TRY(places_read(r, 0, &view.places));
    TRY(goods_view(r, &cycle, &view));
    TRY(legs_view(r, &cycle, &view.legs));
    TRY(sheet_list_by_cycle(&r->db, cycle.id, &sheets));
    view.sheets.at = NEW_ARRAY(r->arena, SheetRow, sheets.len + 1);
    for (size_t i = 0; i < sheets.len; i++)
        view.sheets.at[view.sheets.len++] = sheet_row(r, &sheets.at[i]);
    view.everything = cycle.everything;
    view.only = cycle.sold_only;
    view.closed = sheets.len > 0;
    view.repeats = cycle.has_series;
    view.form = r->form_shape == &cycle_edit_form ? r->form_values : form_of(r, &cycle);
    view.slot = r->form_shape == &slot_form ? r->form_values : &no_slot;
    view.repeat = r->form_shape == &repeat_form ? r->form_values : &no_repeat;
    Page *page = cycle_page_begin(r, cycle.name, "/hub", STR("/hub"));
    cycle_hub_cycle(page, &view);
    return page_end(page);
}

typedef struct Changing {
    CycleEdit edit;
    Id cycle, who;
    const char *verb;
    Time now;
    const NewSlot *slots;
    size_t slots_len;
    Id slot;
    const Id *offers;
    size_t offers_len;
    bool remove, drop_only;
    const NewSeries *series;
} Changing;

static Err *change_write(Tx *tx, void *arg)
{
    const Changing *c = arg;
    return cycle_change(tx, c->cycle, &c->edit, c->who, c->now);
}

static Err *change_try(Req *r, Id id)
{
    CycleForm form = {0};
    TRY(take(r, &cycle_edit_form, &form));
    Changing c = {.cycle = id, .who = r->who, .now = r->now,
                  .edit = {.day = form.day, .name = form.name, .note = form.note, .grace_minutes = form.grace_minutes,
                           .max_orders = form.max_orders, .max_turnover = form.max_turnover, .close_full = form.close_full}};
    TRY(moment(r, form.opens_day, form.opens_time, "opens_time", &c.edit.opens_at));
    TRY(moment(r, form.closes_day, form.closes_time, "closes_time", &c.edit.closes_at));
    return db_write(r->store, r->arena, change_write, &c);
}

static Err *back(Req *r, Id cycle)
{
    return reply_see(r, "/hub/%.*s", STR_ARG(id_text(r->arena, cycle)));
}

Err *change_cycle(Req *r)
{
    Cycle cycle;
    TRY(hub_cycle_take(r, &cycle));
    Err *err = change_try(r, cycle.id);
    if (err)
        return reply_form_again(r, err, show_hub_cycle);
    reply_notice(r, N_("Saved."));
    return back(r, cycle.id);
}

static Err *verb_write(Tx *tx, void *arg)
{
    const Changing *c = arg;
    Cycle cycle;
    TRY(cycle_read(&tx->db, c->cycle, &cycle));
    TRY(cycle_move_due(tx, &cycle, c->now)); /* the page showed what the clock says */
    return cycle_act(tx, c->cycle, c->verb, c->who, c->now);
}

Err *act_on_cycle(Req *r)
{
    Cycle cycle;
    VerbForm form = {0};
    TRY(hub_cycle_take(r, &cycle));
    TRY(take(r, &verb_form, &form));
    Changing c = {.cycle = cycle.id, .who = r->who, .now = r->now, .verb = str_z(r->arena, form.verb)};
    Err *err = db_write(r->store, r->arena, verb_write, &c);
    if (err && err->kind < ERR_BUSY) {
        r->form_shape = &verb_form;
        return reply_form_again(r, err, show_hub_cycle);
    }
    return err ? err : back(r, cycle.id);
}

/* ---- its times, goods and rule ---- */

static Err *slots_write(Tx *tx, void *arg)
{
    const Changing *c = arg;
    for (size_t i = 0; i < c->slots_len; i++)
        TRY(cycle_slot_add(tx, c->cycle, &c->slots[i], c->who, c->now));
    return cycle_everybody(tx, c->cycle, (Time){0});
}

static Err *slots_try(Req *r, const Cycle *cycle)
{
    SlotForm form = {0};
    Changing c = {.cycle = cycle->id, .who = r->who, .now = r->now};
    NewSlot *slots = NULL;
    TRY(take(r, &slot_form, &form));
    TRY(slots_read(r, cycle->day, form.pickup, form.times, form.places, &slots, &c.slots_len));
    c.slots = slots;
    return db_write(r->store, r->arena, slots_write, &c);
}

Err *add_slots(Req *r)
{
    Cycle cycle;
    TRY(hub_cycle_take(r, &cycle));
    Err *err = slots_try(r, &cycle);
    return err ? reply_form_again(r, err, show_hub_cycle) : back(r, cycle.id);
}

static Err *slot_drop_write(Tx *tx, void *arg)
{
    const Changing *c = arg;
    int64_t count;
    TRY(cycle_slot_drop(tx, c->slot, c->cycle, &count));
    if (!count)
        return err_new(tx->db.arena, ERR_CONFLICT, "cycle.slot_taken");
    return audit(tx, c->now, c->who, "cycle.slot_drop", c->cycle, id_text(tx->db.arena, c->slot));
}

Err *drop_slot(Req *r)
{
    Cycle cycle;
    Changing c = {.who = r->who, .now = r->now};
    TRY(hub_cycle_take(r, &cycle));
    TRY(take_id(r, 1, &c.slot));
    c.cycle = cycle.id;
    TRY(db_write(r->store, r->arena, slot_drop_write, &c));
    return back(r, cycle.id);
}

static Err *goods_write(Tx *tx, void *arg)
{
    const Changing *c = arg;
    Cycle cycle;
    int64_t count;
    if (c->drop_only) {
        TRY(cycle_read(&tx->db, c->cycle, &cycle));
        TRY(cycle_only_drop_all(tx, cycle.org, &count));
        return audit(tx, c->now, c->who, "cycle.free", c->cycle, STR(""));
    }
    for (size_t i = 0; c->remove && i < c->offers_len; i++)
        TRY(cycle_offer_drop(tx, c->cycle, c->offers[i], &count));
    if (!c->remove)
        TRY(cycle_offers_add(tx, c->cycle, c->offers, c->offers_len, c->now));
    TRY(cycle_everybody(tx, c->cycle, (Time){0}));
    return audit(tx, c->now, c->who, c->remove ? "cycle.goods_out" : "cycle.goods_in", c->cycle, STR(""));
}

Err *change_goods(Req *r)
{
    Cycle cycle;
    GoodsForm form = {0};
    CycleIdList all = {0};
    TRY(hub_cycle_take(r, &cycle));
    TRY(take(r, &goods_form, &form));
    if (str_eq(form.act, STR("all")))
        TRY(cycle_offers_allowed(&r->db, cycle.org, &all));
    Changing c = {.cycle = cycle.id, .who = r->who, .now = r->now, .remove = str_eq(form.act, STR("remove")),
                  .drop_only = str_eq(form.act, STR("free"))};
    Id *ids = NEW_ARRAY(r->arena, Id, form.offers.len + all.len + 1);
    for (size_t i = 0; i < all.len; i++)
        ids[c.offers_len++] = all.at[i].id;
    for (size_t i = 0; i < form.offers.len && !all.len; i++)
        if (!id_parse(form.offers.at[i], &ids[c.offers_len++]))
            return err_field(r->arena, "field.not_id", "offers");
    c.offers = ids;
    TRY(db_write(r->store, r->arena, goods_write, &c));
    reply_notice(r, N_("Saved."));
    return back(r, cycle.id);
}

static Err *series_write(Tx *tx, void *arg)
{
    const Changing *c = arg;
    Id made;
    return series_add(tx, c->series, c->who, c->now, &made);
}

static Err *repeat_try(Req *r, const Cycle *cycle)
{
    static const char *const days[] = {"", "MO", "TU", "WE", "TH", "FR", "SA", "SU"};
    RepeatForm form = {0};
    Clock day = date_clock(cycle->day), opens = time_clock(cycle->opens_at, r->village.zone), closes = time_clock(cycle->closes_at, r->village.zone);
    NewSeries series = {.org = cycle->org, .name = cycle->name, .first_day = cycle->day, .template = cycle->id,
                        .open_days = cycle->day.days - time_date(cycle->opens_at, r->village.zone).days,
                        .close_days = cycle->day.days - time_date(cycle->closes_at, r->village.zone).days,
                        .open_minute = opens.hour * 60 + opens.minute, .close_minute = closes.hour * 60 + closes.minute};
    TRY(take(r, &repeat_form, &form));
    if (cycle->has_series)
        return err_new(r->arena, ERR_CONFLICT, "cycle.repeats");
    if (str_eq(form.how, STR("week")) || str_eq(form.how, STR("fortnight")))
        series.rrule = str_format(r->arena, "FREQ=WEEKLY;INTERVAL=%d;BYDAY=%s", str_eq(form.how, STR("week")) ? 1 : 2, days[day.weekday]);
    else if (str_eq(form.how, STR("month")))
        series.rrule = str_format(r->arena, "FREQ=MONTHLY;BYDAY=%d%s", (day.day - 1) / 7 + 1 > 4 ? -1 : (day.day - 1) / 7 + 1, days[day.weekday]);
    else
        series.rrule = form.rrule;
    Changing c = {.cycle = cycle->id, .who = r->who, .now = r->now, .series = &series};
    TRY(db_write(r->store, r->arena, series_write, &c));
    return series_make_due(r->store, r->arena, r->now);
}

Err *repeat_cycle(Req *r)
{
    Cycle cycle;
    TRY(hub_cycle_take(r, &cycle));
    Err *err = repeat_try(r, &cycle);
    if (err)
        return reply_form_again(r, err, show_hub_cycle);
    reply_notice(r, N_("It repeats now; the next cycles stand in the list."));
    return reply_see(r, "/hub?org=%.*s", STR_ARG(id_text(r->arena, cycle.org)));
}

typedef struct Stopping {
    Id series, org, who;
    bool run;
    Time now;
} Stopping;

static Err *stop_write(Tx *tx, void *arg)
{
    const Stopping *s = arg;
    int64_t count;
    TRY(cycle_series_run(tx, s->series, s->org, s->run, &count));
    return audit(tx, s->now, s->who, s->run ? "cycle.series_run" : "cycle.series_stop", s->series, STR(""));
}

Err *stop_series(Req *r)
{
    CycleSeries series;
    Stopping stopping = {.who = r->who, .now = r->now};
    bool found;
    TRY(take_id(r, 0, &stopping.series));
    TRY(cycle_series_by_id(&r->db, stopping.series, &series, &found));
    if (!found)
        return err_new(r->arena, ERR_MISSING, "cycle.missing");
    if (!runs_hub(r, series.org))
        return denied(r);
    stopping.org = series.org;
    stopping.run = !series.running;
    TRY(db_write(r->store, r->arena, stop_write, &stopping));
    return reply_see(r, "/hub?org=%.*s", STR_ARG(id_text(r->arena, series.org)));
}
