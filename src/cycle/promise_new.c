/* Sellers: announcing a harvest, beginning a group buy. */
#include "cycle/handlers.h"
#include "cycle/templates.h"
#include "insight/insight.h"

enum { CHOICES_MAX = 500 };

/* ---- what the forecast says: a beginning that the farmer corrects ---- */

enum { HINT_DAYS = 7 };

static Err *hint_read(Req *r, Id offer, Date day, Outlook *out, bool *found)
{
    return insight_outlook(&r->db, r->lang, offer, day, (Date){day.days + HINT_DAYS}, out, found);
}

/* Only whole steps can be sold, and at least one of them. */
static int64_t whole(int64_t steps, int64_t step)
{
    int64_t rounded = steps / step * step;
    return rounded > 0 ? rounded : step;
}

static Err *hint_fill(Req *r, Id org, ForecastForm *form, PromiseNewView *view)
{
    HintQuery query = {0};
    CycleGood good;
    Outlook outlook;
    bool found;
    TRY(take_query(r, &hint_query, &query));
    if (query.has_day)
        view->day = date_text(r->arena, query.day);
    if (!query.offer || !query.has_day)
        return NULL;
    TRY(cycle_offer_of(&r->db, query.offer, &good, &found));
    if (!found || good.org != org)
        return denied(r);
    form->offer = query.offer;
    form->day = query.day;
    TRY(hint_read(r, query.offer, query.day, &outlook, &found));
    view->hinted = found;
    view->no_hint = !found;
    if (!found)
        return NULL;
    view->low = form->low = quantity_plain(r->arena, whole(outlook.low, good.step), good.sold_scale);
    view->likely = form->likely = quantity_plain(r->arena, whole(outlook.likely, good.step), good.sold_scale);
    view->high = form->high = quantity_plain(r->arena, whole(outlook.high, good.step), good.sold_scale);
    view->reason = outlook.reason;
    view->range = outlook.range;
    view->corrected = outlook.corrected;
    return NULL;
}

static Err *score_read(Req *r, Id org, ScoreView *out)
{
    HarvestScore score;
    TRY(harvest_score(&r->db, org, &score));
    *out = (ScoreView){.harvests = score.harvests};
    if (score.came > 0)
        *out = (ScoreView){score.harvests, (score.farmer * 100 + score.came / 2) / score.came, (score.model * 100 + score.came / 2) / score.came};
    return NULL;
}

Err *show_new_promise(Req *r)
{
    ForecastForm harvest = {.rule = {"pro_rata", 8}};
    static const GroupForm no_group;
    PromiseNewView view = {0};
    CycleLinkList others;
    OfferChoiceList rows;
    Id org;
    TRY(org_choose(r, 0, ROLE_SELLER | ROLE_ADMIN, "/promises/new", &org, &others));
    TRY(cycle_offer_choices(&r->db, org, lang_now(r), 0, CHOICES_MAX, &rows));
    view.goods.at = NEW_ARRAY(r->arena, OfferChoiceView, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++)
        if (rows.at[i].org == org)
            view.goods.at[view.goods.len++] = (OfferChoiceView){rows.at[i].id, rows.at[i].title, rows.at[i].seller, rows.at[i].price, STR(""), false, STR("")};
    if (r->method == METHOD_GET)
        TRY(hint_fill(r, org, &harvest, &view));
    TRY(score_read(r, org, &view.score));
    view.harvest = r->form_shape == &forecast_form ? r->form_values : &harvest;
    for (size_t i = 0; i < view.goods.len; i++)
        view.goods.at[i].chosen = view.goods.at[i].id == view.harvest->offer;
    view.together = r->form_shape == &group_form ? r->form_values : &no_group;
    Page *page = cycle_page_begin(r, tr(r->lang, N_("Announce")), "/promises", STR("/promises"));
    cycle_promise_new(page, &view);
    return page_end(page);
}

static Err *good_of(Req *r, Id offer, CycleGood *out)
{
    bool found;
    TRY(cycle_offer_of(&r->db, offer, out, &found));
    if (!found)
        return err_field(r->arena, "forecast.offer", "offer");
    return supplies(r, out->org) ? NULL : denied(r);
}

static Err *moment(Req *r, Date day, Str time, Time *out)
{
    int64_t minute;
    if (!minute_read(time, &minute))
        return err_field(r->arena, "cycle.time", "closes_time");
    *out = time_of(r->village.zone, (Date){day.days + (int32_t)(minute / 1440)}, (int)(minute % 1440 / 60), (int)(minute % 60));
    return NULL;
}

typedef struct Announcing {
    NewForecast forecast;
    NewGroupBuy group;
    Outlook hint;
    bool hinted;
    Id who, made;
    Time now;
} Announcing;

static Err *forecast_write(Tx *tx, void *arg)
{
    Announcing *a = arg;
    TRY(forecast_add(tx, &a->forecast, a->who, a->now, &a->made));
    if (!a->hinted)
        return NULL;
    return forecast_hint_insert(tx, &(ForecastHintInsertArgs){a->made, a->hint.low, a->hint.likely, a->hint.high, a->hint.reason, a->now});
}

static Err *forecast_try(Req *r, Id *made)
{
    ForecastForm form = {0};
    CycleGood good;
    Announcing a = {.who = r->who, .now = r->now};
    TRY(take(r, &forecast_form, &form));
    TRY(good_of(r, form.offer, &good));
    a.forecast = (NewForecast){.offer = form.offer, .day = form.day, .rule = form.rule};
    const struct { Str text; int64_t *steps; const char *field; } amounts[] = {
        {form.low, &a.forecast.low, "low"}, {form.likely, &a.forecast.likely, "likely"}, {form.high, &a.forecast.high, "high"}};
    for (size_t i = 0; i < 3; i++)
        if (!quantity_parse(amounts[i].text, good.sold_scale, amounts[i].steps))
            return err_field(r->arena, "group_buy.amount", amounts[i].field);
    TRY(moment(r, form.closes_day, form.closes_time, &a.forecast.closes_at));
    TRY(hint_read(r, form.offer, form.day, &a.hint, &a.hinted)); /* kept beside what the farmer says, whether it was looked at or not */
    forecast_seed(r->arena, &a.forecast.seed, &a.forecast.seed_hash);
    TRY(db_write(r->store, r->arena, forecast_write, &a));
    *made = a.made;
    return NULL;
}

Err *make_harvest(Req *r)
{
    Id made;
    Err *err = forecast_try(r, &made);
    return err ? reply_form_again(r, err, show_new_promise) : reply_see(r, "/promises/%.*s", STR_ARG(id_text(r->arena, made)));
}

static Err *group_write(Tx *tx, void *arg)
{
    Announcing *a = arg;
    return group_buy_add(tx, &a->group, a->who, a->now, &a->made);
}

static Err *group_try(Req *r, Id *made)
{
    GroupForm form = {0};
    CycleGood good;
    Tier tiers[3];
    Announcing a = {.who = r->who, .now = r->now};
    TRY(take(r, &group_form, &form));
    TRY(good_of(r, form.offer, &good));
    const struct { Str from; Money price; } typed[] = {{form.from1, form.price1}, {form.from2, form.price2}, {form.from3, form.price3}};
    for (size_t i = 0; i < 3 && typed[i].from.len; i++) {
        tiers[i].price = typed[i].price;
        if (!quantity_parse(typed[i].from, good.sold_scale, &tiers[i].from_steps))
            return err_field(r->arena, "group_buy.amount", "from1");
        a.group.tiers_len = i + 1;
    }
    a.group.offer = form.offer;
    a.group.tiers = tiers;
    TRY(moment(r, form.closes_day, form.closes_time, &a.group.deadline));
    TRY(db_write(r->store, r->arena, group_write, &a));
    *made = a.made;
    return NULL;
}

Err *make_together(Req *r)
{
    Id made;
    Err *err = group_try(r, &made);
    return err ? reply_form_again(r, err, show_new_promise) : reply_see(r, "/together/%.*s", STR_ARG(id_text(r->arena, made)));
}
