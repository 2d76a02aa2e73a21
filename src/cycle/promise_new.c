/* Sellers: announcing a harvest, beginning a group buy. */
#include "cycle/handlers.h"
#include "cycle/templates.h"

enum { CHOICES_MAX = 500 };

Err *show_new_promise(Req *r)
{
    static const ForecastForm no_harvest = {.rule = {"pro_rata", 8}};
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
            view.goods.at[view.goods.len++] = (OfferChoiceView){rows.at[i].id, rows.at[i].title, rows.at[i].seller, rows.at[i].price, STR("")};
    view.harvest = r->form_shape == &forecast_form ? r->form_values : &no_harvest;
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
    Id who, made;
    Time now;
} Announcing;

static Err *forecast_write(Tx *tx, void *arg)
{
    Announcing *a = arg;
    return forecast_add(tx, &a->forecast, a->who, a->now, &a->made);
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
