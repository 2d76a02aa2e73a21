/* What will sell: all goods of a shop, or of all shops for the co-operative. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "insight/amount.h"
#include "insight/handlers.h"
#include "insight/templates.h"

enum { FRESH_DAYS = 10 }; /* what keeps shorter is picked for the next seven days only */

bool outlook_hub(const Req *r)
{
    return has_role(r, r->village.org, HUB);
}

bool outlook_may(const Req *r, Id org)
{
    return has_role(r, org, ROLE_SELLER) || outlook_hub(r);
}

/* Which organisation the page is about; 0: all of them. */
static Err *shop_find(Req *r, const OutlookQuery *query, const ForecastShopList *shops, Id *org)
{
    *org = 0;
    if (query->org.len && !str_eq(query->org, STR("all"))) {
        if (!id_parse(query->org, org))
            return err_field(r->arena, "field.not_id", "org");
        return outlook_may(r, *org) ? NULL : denied(r);
    }
    for (size_t i = 0; i < r->grants.len && !*org; i++)
        if (r->grants.at[i].roles & ROLE_SELLER)
            *org = r->grants.at[i].org;
    if (outlook_hub(r) && (str_eq(query->org, STR("all")) || !*org)) {
        *org = 0;
        return NULL;
    }
    (void)shops;
    return *org ? NULL : denied(r);
}

static void shops_view(Req *r, const ForecastShopList *shops, Id org, OutlookView *view)
{
    view->shops.at = NEW_ARRAY(r->arena, ShopLink, shops->len + 2);
    if (outlook_hub(r))
        view->shops.at[view->shops.len++] = (ShopLink){STR("/outlook?org=all"), tr(r->lang, N_("All farms")), org == 0};
    for (size_t i = 0; i < shops->len; i++) {
        const ForecastShop *shop = &shops->at[i];
        if (shop->org == org)
            view->shop = shop->name;
        if (outlook_may(r, shop->org))
            view->shops.at[view->shops.len++] =
                (ShopLink){str_format(r->arena, "/outlook?org=%.*s", STR_ARG(id_text(r->arena, shop->org))), shop->name, shop->org == org};
    }
    if (view->shops.len < 2)
        view->shops.len = 0;
}

static const ForecastWeek *week_find(const ForecastWeekList *weeks, Id offer, Date week)
{
    for (size_t i = 0; i < weeks->len; i++)
        if (weeks->at[i].offer == offer && weeks->at[i].week.days == week.days)
            return &weeks->at[i];
    return NULL;
}

static int64_t expected(const ForecastWeek *week)
{
    return !week ? 0 : week->has_farmer ? week->farmer : week->likely;
}

typedef struct Read {
    Date monday;
    int64_t days_left; /* of this week, today included */
    ForecastWeekList weeks;
    InsightSoldList sold; /* since Monday */
    Measures measures;
} Read;

static int64_t sold_of(const Read *read, Id offer)
{
    for (size_t i = 0; i < read->sold.len; i++)
        if (read->sold.at[i].offer == offer)
            return read->sold.at[i].steps;
    return 0;
}

static OutlookRow row_view(Req *r, const ForecastGood *good, const Read *read)
{
    const ForecastWeek *here = week_find(&read->weeks, good->offer, read->monday);
    const ForecastWeek *next = week_find(&read->weeks, good->offer, (Date){read->monday.days + WEEK_DAYS});
    int64_t rest = expected(here) - sold_of(read, good->offer), coming = expected(next), scale = good->sold_scale;
    rest = rest > 0 ? rest : 0;
    bool fresh = good->has_keeps_days && good->keeps_days < FRESH_DAYS;
    int64_t make = rest + (fresh ? coming * (WEEK_DAYS - read->days_left) / WEEK_DAYS : coming) - good->free;
    make = good->step > 0 ? (make + good->step - 1) / good->step * good->step : make;
    OutlookRow row = {.offer = good->offer, .title = good->title, .pack = good->pack, .farm = good->farm,
                      .reason = insight_reason(r->arena, r->lang, good->reason, good->reason_value),
                      .rest = amount_say(r, rest, good->sold_unit, scale), .next = amount_say(r, coming, good->sold_unit, scale),
                      .have = amount_say(r, good->free > 0 ? good->free : 0, good->sold_unit, scale),
                      .next_local = amount_local(r, &read->measures, coming, good->sold_unit, scale),
                      .corrected = next && next->has_farmer, .sells = coming > 0};
    if (next && next->has_low && next->has_high && !next->has_farmer)
        row.range = amount_range(r, next->low, next->high, good->sold_unit, scale);
    if (make > 0 && !good->oversell) {
        row.make = amount_say(r, make, good->sold_unit, scale);
        row.make_local = amount_local(r, &read->measures, make, good->sold_unit, scale);
        row.urgency = (double)make / (double)(coming + rest + 1);
    }
    return row;
}

static int by_need(const void *a, const void *b)
{
    const OutlookRow *x = a, *y = b;
    bool x_needs = x->make.len > 0, y_needs = y->make.len > 0;
    if (x_needs != y_needs)
        return x_needs ? -1 : 1;
    if (x->urgency != y->urgency)
        return x->urgency < y->urgency ? 1 : -1;
    return (x->offer > y->offer) - (x->offer < y->offer);
}

static Err *rows_read(Req *r, Id org, OutlookView *view)
{
    ForecastGoodList goods;
    Date today = time_date(r->now, r->village.zone);
    Read read = {.monday = week_of(today)};
    read.days_left = read.monday.days + WEEK_DAYS - today.days;
    TRY(measures_shown(&r->db, str_of(lang_tag(r->lang)), &read.measures));
    TRY(forecast_goods(&r->db, org, str_of(lang_tag(r->lang)), &goods));
    TRY(forecast_weeks_of_org(&r->db, org, read.monday, (Date){read.monday.days + 2 * WEEK_DAYS}, &read.weeks));
    TRY(insight_sold_since(&r->db, org, day_begin(read.monday, r->village.zone), &read.sold));
    view->rows.at = NEW_ARRAY(r->arena, OutlookRow, goods.len + 1);
    size_t from = 0;
    for (size_t i = 0; i < goods.len; i++) {
        view->rows.at[view->rows.len++] = row_view(r, &goods.at[i], &read);
        bool last = i + 1 == goods.len || goods.at[i + 1].org != goods.at[i].org;
        if (!last)
            continue;
        qsort(view->rows.at + from, view->rows.len - from, sizeof *view->rows.at, by_need);
        view->rows.at[from].first_of_farm = org == 0;
        from = view->rows.len;
    }
    view->next_from = (Date){read.monday.days + WEEK_DAYS};
    view->next_until = (Date){read.monday.days + 2 * WEEK_DAYS - 1};
    return NULL;
}

/* What is short, in one line that can be read out on the telephone: the most urgent first. */
static Str wanted_say(Req *r, const OutlookRowList *rows)
{
    enum { SAID = 12 };
    OutlookRow *all = NEW_ARRAY(r->arena, OutlookRow, rows->len + 1);
    Buf out = buf_new(r->arena, 4000);
    if (rows->len)
        memcpy(all, rows->at, rows->len * sizeof *all);
    qsort(all, rows->len, sizeof *all, by_need);
    for (size_t i = 0; i < rows->len && i < SAID && all[i].make.len; i++) {
        const TextArg args[] = {{"good", all[i].title}, {"amount", all[i].make}};
        if (i)
            buf_add(&out, tr(r->lang, NP_("list", ", ")));
        buf_add(&out, tr_fill(r->arena, tr(r->lang, NP_("what sells", "{good} {amount}")), args, 2));
    }
    return buf_str(&out);
}

/* For the page Today: the three things most to be made ready, with what next week will likely take of them. */
static Err *today_of(Req *r, Id org, Today *today)
{
    enum { SAID = 3 };
    OutlookView view = {0};
    Buf goods = buf_new(r->arena, 1000);
    size_t said = 0;
    TRY(rows_read(r, org, &view));
    for (size_t i = 0; i < view.rows.len && said < SAID; i++) {
        const OutlookRow *row = &view.rows.at[i];
        if (!row->sells)
            continue;
        const TextArg args[] = {{"good", row->title}, {"amount", row->next}};
        if (said++)
            buf_add(&goods, tr(r->lang, NP_("list", ", ")));
        buf_add(&goods, tr_fill(r->arena, tr(r->lang, NP_("what sells", "{good} {amount}")), args, 2));
    }
    if (!said)
        return NULL;
    const TextArg arg = {"goods", buf_str(&goods)};
    today_add(today, (TodayItem){tr_fill(r->arena, tr(r->lang, N_("What will sell next week: {goods}")), &arg, 1),
                                 str_z(r->arena, str_format(r->arena, "/outlook?org=%.*s", STR_ARG(id_text(r->arena, org)))), "chart", 130});
    return NULL;
}

Err *insight_today(Req *r, Today *today)
{
    enum { FARMS_SAID = 2 };
    size_t said = 0;
    for (size_t i = 0; i < r->grants.len && said < FARMS_SAID; i++)
        if (r->grants.at[i].roles & ROLE_SELLER) {
            TRY(today_of(r, r->grants.at[i].org, today));
            said++;
        }
    return NULL;
}

Err *list_outlook(Req *r)
{
    OutlookQuery query = {0};
    OutlookView view = {0};
    ForecastShopList shops;
    InsightModel model;
    Id org;
    TRY(take_query(r, &outlook_query_shape, &query));
    TRY(forecast_shops(&r->db, str_of(lang_tag(r->lang)), &shops));
    TRY(shop_find(r, &query, &shops, &org));
    shops_view(r, &shops, org, &view);
    view.hub = org == 0;
    TRY(rows_read(r, org, &view));
    view.wanted = wanted_say(r, &view.rows);
    TRY(insight_model_newest(&r->db, STR("sales"), &model, &view.fitted));
    if (view.fitted) {
        view.sentence = insight_sentence(r->arena, r->lang, &model);
        view.parameters = model.parameters;
        view.from = model.from_day;
        view.until = model.to_day;
        view.fitted_at = model.fitted_at;
    }
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("What will sell")), .place = "/outlook"});
    insight_outlook_list(page, &view);
    return page_end(page);
}
