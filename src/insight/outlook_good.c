/* One good: its past, what is expected, the farmer's own numbers, and who was right. */
#include <stdlib.h>

#include "insight/amount.h"
#include "insight/chart.h"
#include "insight/handlers.h"
#include "insight/templates.h"

enum { SHOWN_WEEKS = 30, AHEAD_WEEKS = 9 };

static Err *good_find(Req *r, ForecastGood *good)
{
    Id offer;
    bool found;
    TRY(take_id(r, 0, &offer));
    TRY(forecast_good(&r->db, offer, str_of(lang_tag(r->lang)), good, &found));
    if (!found)
        return err_new(r->arena, ERR_MISSING, "outlook.missing");
    return outlook_may(r, good->org) ? NULL : denied(r);
}

/* "12 0 - 9" as numbers; the newest SHOWN_WEEKS. */
static size_t past_read(Arena *arena, Str text, int64_t **out)
{
    int64_t *all = NEW_ARRAY(arena, int64_t, PAST_WEEKS + 1);
    size_t len = 0;
    Str word;
    while (text.len && len < PAST_WEEKS) {
        str_cut(text, ' ', &word, &text);
        if (!str_to_int(word, &all[len]))
            all[len] = -1;
        len++;
    }
    size_t from = len > SHOWN_WEEKS ? len - SHOWN_WEEKS : 0;
    *out = all + from;
    return len - from;
}

static Str span_say(Req *r, Date week)
{
    const TextArg args[] = {{"from", say_date(r->arena, r->lang, week)},
                            {"until", say_date(r->arena, r->lang, (Date){week.days + WEEK_DAYS - 1})}};
    return tr_fill(r->arena, tr(r->lang, NP_("days", "{from} – {until}")), args, 2);
}

static WeekView week_view(Req *r, const ForecastGood *good, const ForecastWeek *week, int64_t number)
{
    Str unit = good->sold_unit;
    int64_t scale = good->sold_scale;
    WeekView out = {.offer = good->offer, .week = week->week, .span = span_say(r, week->week), .likely = amount_say(r, week->likely, unit, scale),
                    .unit = amount_unit(unit), .corrected = week->has_farmer, .open = !week->has_sold, .number = number,
                    .path = str_format(r->arena, "/outlook/%.*s/%.*s", STR_ARG(id_text(r->arena, good->offer)), STR_ARG(date_text(r->arena, week->week)))};
    if (week->has_low && week->has_high)
        out.range = amount_range(r, week->low, week->high, unit, scale);
    if (week->has_farmer) {
        out.farmer = amount_say(r, week->farmer, unit, scale);
        out.typed = amount_typed(r->arena, week->farmer, unit, scale);
    }
    if (week->has_sold)
        out.sold = amount_say(r, week->sold, unit, scale);
    return out;
}

static int64_t percent(int64_t part, int64_t whole)
{
    return whole > 0 ? (part * 100 + whole / 2) / whole : 0;
}

/* How right the program and the farmer were, on the same weeks where both said something. */
static Err *kept_say(Req *r, const ForecastGood *good, Date monday, OutlookGoodView *view)
{
    ForecastScore score;
    TRY(forecast_score(&r->db, good->offer, (Date){monday.days - SCORE_WEEKS * WEEK_DAYS}, &score));
    if (score.weeks == 0 || score.sold == 0)
        return NULL;
    const TextArg args[] = {{"n", say_int(r->arena, r->lang, score.weeks)},
                            {"ours", say_int(r->arena, r->lang, percent(score.missed, score.sold))},
                            {"yours", say_int(r->arena, r->lang, percent(score.farmer_missed, score.sold_there))},
                            {"there", say_int(r->arena, r->lang, percent(score.ours_there, score.sold_there))}};
    view->kept = tr_fill(r->arena, tr_plural(r->lang, "In the last {n} week Millet was off by {ours} %.", "In the last {n} weeks Millet was off by {ours} %.", score.weeks), args, 4);
    if (score.said && score.sold_there) {
        Str yours = tr_fill(r->arena, tr(r->lang, N_("Where you gave a number of your own, you were off by {yours} % and Millet by {there} %.")), args, 4);
        view->kept = str_format(r->arena, "%.*s %.*s", STR_ARG(view->kept), STR_ARG(yours));
    }
    return NULL;
}

static Str trust_say(Req *r, const ForecastGood *good)
{
    if (!good->has_score || !good->has_plain_score)
        return tr(r->lang, N_("There are too few weeks of sales yet to say how far these numbers can be trusted."));
    const TextArg args[] = {{"ours", say_int(r->arena, r->lang, (int64_t)(good->score * 100 + 0.5))},
                            {"theirs", say_int(r->arena, r->lang, (int64_t)(good->plain_score * 100 + 0.5))}};
    return tr_fill(r->arena, tr(r->lang, N_("Tried on the last weeks without looking at them, it was off by {ours} % of a usual week; saying \"as in the last week\" by {theirs} %.")), args, 2);
}

/* What next week is likely to take, also in the measure of the place. */
static Err *next_view(Req *r, const ForecastGood *good, const ForecastWeek *week, OutlookGoodView *view)
{
    Measures measures;
    int64_t expected = week->has_farmer ? week->farmer : week->likely, scale = good->sold_scale;
    TRY(measures_shown(&r->db, str_of(lang_tag(r->lang)), &measures));
    view->next = amount_say(r, expected, good->sold_unit, scale);
    view->next_local = amount_local(r, &measures, expected, good->sold_unit, scale);
    view->range = week->has_low && week->has_high ? amount_range(r, week->low, week->high, good->sold_unit, scale) : STR("");
    view->next_from = week->week;
    view->next_until = (Date){week->week.days + WEEK_DAYS - 1};
    return NULL;
}

static Err *numbers_view(Req *r, const ForecastGood *good, const ForecastWeekList *weeks, Date monday, OutlookGoodView *view)
{
    view->ahead.at = NEW_ARRAY(r->arena, WeekView, weeks->len + 1);
    view->before.at = NEW_ARRAY(r->arena, WeekView, weeks->len + 1);
    for (size_t i = 0; i < weeks->len; i++) {
        const ForecastWeek *week = &weeks->at[i];
        if (week->week.days >= monday.days)
            view->ahead.at[view->ahead.len++] = week_view(r, good, week, (int64_t)i);
        else if (week->has_sold)
            view->before.at[view->before.len++] = week_view(r, good, week, (int64_t)i);
        if (week->week.days == monday.days + WEEK_DAYS)
            TRY(next_view(r, good, week, view));
    }
    return NULL;
}

static void chart_view(Req *r, const ForecastGood *good, const ForecastWeekList *weeks, Date monday, OutlookGoodView *view)
{
    int64_t *past;
    ChartAsk ask = {.past_len = past_read(r->arena, good->past, &past), .unit = good->sold_unit, .scale = good->sold_scale};
    size_t from = 0;
    while (from < weeks->len && weeks->at[from].week.days < monday.days)
        from++;
    ask.past = past;
    ask.weeks = (ForecastWeekList){weeks->at + from, weeks->len - from > AHEAD_WEEKS ? AHEAD_WEEKS : weeks->len - from};
    ask.first = (Date){monday.days - (int32_t)ask.past_len * WEEK_DAYS};
    chart_draw(r, &ask, &view->chart);
    int64_t sum = 0, known = 0;
    for (size_t i = ask.past_len > 4 ? ask.past_len - 4 : 0; i < ask.past_len; i++)
        if (past[i] >= 0) {
            sum += past[i];
            known++;
        }
    const TextArg args[] = {{"before", amount_say(r, known ? sum / known : 0, good->sold_unit, good->sold_scale)}, {"next", view->next},
                            {"title", good->title}};
    view->chart.about = tr_fill(r->arena, tr(r->lang, N_("{title}: in the last four weeks about {before} a week were sold; next week about {next} are expected.")), args, 3);
}

Err *show_outlook(Req *r)
{
    ForecastGood good;
    ForecastWeekList weeks;
    InsightModel model;
    bool found;
    TRY(good_find(r, &good));
    Date monday = week_of(time_date(r->now, r->village.zone));
    TRY(forecast_weeks(&r->db, good.offer, (Date){monday.days - SCORE_WEEKS * WEEK_DAYS}, SCORE_WEEKS + AHEAD_WEEKS, &weeks));
    OutlookGoodView view = {.title = good.title, .pack = good.pack, .farm = good.farm, .hub = !has_role(r, good.org, ROLE_SELLER),
                            .reason = insight_reason(r->arena, r->lang, good.reason, good.reason_value),
                            .have = amount_say(r, good.free > 0 ? good.free : 0, good.sold_unit, good.sold_scale), .trust = trust_say(r, &good),
                            .models = good.models, .note = good.note, .demand = good.demand, .weeks = good.weeks,
                            .product_path = str_format(r->arena, "/market/%.*s", STR_ARG(id_text(r->arena, good.product)))};
    TRY(numbers_view(r, &good, &weeks, monday, &view));
    chart_view(r, &good, &weeks, monday, &view);
    TRY(kept_say(r, &good, monday, &view));
    TRY(insight_model_newest(&r->db, STR("sales"), &model, &found));
    view.fitted_at = found ? model.fitted_at : r->now;
    Page *page = page_begin(r, &(PageHead){.title = good.title, .place = "/outlook",
                                           .back = str_format(r->arena, "/outlook?org=%.*s", STR_ARG(id_text(r->arena, good.org)))});
    insight_outlook_good(page, &view);
    return page_end(page);
}

/* ---- the farmer knows better ---- */

typedef struct Correcting {
    Id offer, who;
    Date week;
    int64_t steps;
    Time now;
} Correcting;

static Err *correct_write(Tx *tx, void *arg)
{
    const Correcting *c = arg;
    return insight_correct(tx, c->offer, c->week, c->steps, c->who, c->now);
}

static Err *correct_try(Req *r)
{
    ForecastGood good;
    CorrectForm form = {0};
    Correcting c = {.who = r->who, .now = r->now, .steps = -1};
    TRY(good_find(r, &good));
    TRY(take(r, &correct_form_shape, &form));
    c.offer = good.offer;
    if (!date_parse(take_param(r, 1), &c.week) || date_weekday(c.week) != 1)
        return err_new(r->arena, ERR_MISSING, "outlook.week");
    if (c.week.days < week_of(time_date(r->now, r->village.zone)).days)
        return err_new(r->arena, ERR_MISSING, "outlook.week");
    bool good_amount = !form.amount.len || amount_take(form.amount, good.sold_unit, good.sold_scale, &c.steps);
    if (!good_amount) /* "11 jin", "2 crates" */
        TRY(measure_typed(&r->db, form.amount, good.sold_unit, good.sold_scale, &c.steps, &good_amount));
    if (!good_amount)
        return err_field(r->arena, "outlook.amount", "amount");
    TRY(db_write(r->store, r->arena, correct_write, &c));
    reply_notice(r, c.steps >= 0 ? N_("Noted. Later you will see who was nearer.") : N_("Back to Millet's own number."));
    return reply_see(r, "/outlook/%.*s", STR_ARG(id_text(r->arena, good.offer)));
}

Err *correct_outlook(Req *r)
{
    Err *err = correct_try(r);
    return err ? reply_form_again(r, err, show_outlook) : NULL;
}

/* ---- for programs ---- */

Err *list_outlook_json(Req *r)
{
    ForecastGood good;
    ForecastWeekList weeks;
    TRY(good_find(r, &good));
    Date monday = week_of(time_date(r->now, r->village.zone));
    TRY(forecast_weeks(&r->db, good.offer, (Date){monday.days - SCORE_WEEKS * WEEK_DAYS}, SCORE_WEEKS + AHEAD_WEEKS, &weeks));
    OutlookWeekJson *out = NEW_ARRAY(r->arena, OutlookWeekJson, weeks.len + 1);
    for (size_t i = 0; i < weeks.len; i++) {
        const ForecastWeek *w = &weeks.at[i];
        out[i] = (OutlookWeekJson){.week = w->week, .low = w->low, .likely = w->likely, .high = w->high, .farmer = w->farmer, .sold = w->sold,
                                   .has_low = w->has_low, .has_high = w->has_high, .has_farmer = w->has_farmer, .has_sold = w->has_sold};
    }
    return reply_json_list(r, &outlook_week_shape, out, weeks.len, STR(""));
}
