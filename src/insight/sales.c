/* Every night: last week's truth beside what was expected of it, then all sales anew to what will sell. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "insight/fit.h"
#include "insight/inside.h"

enum { FLOATS = 3 };

typedef struct Past { /* one offer's weeks */
    const InsightGood *good;
    double *sold, *paid, *empty_ms; /* WEEKS_MAX each */
    int64_t free;
    Time free_since;
} Past;

typedef struct Fit {
    Store *store;
    Arena *arena;
    Time now;
    Str zone;
    Date today, first;     /* first: Monday of the oldest week that is looked at */
    size_t weeks;          /* whole weeks until this one */
    InsightGoodList goods; /* by offer */
    Past *past;
    Id model;
    MessageList answers;
    double *misses, *plain_misses; /* one a good, for the model's score */
    size_t scored;
    Date seen_from;
} Fit;

Date week_of(Date day)
{
    return (Date){day.days - (date_weekday(day) - 1)};
}

Time day_begin(Date day, Str zone)
{
    return time_of(zone, day, 0, 0);
}

static Past *past_of(Fit *fit, Id offer)
{
    size_t low = 0, high = fit->goods.len;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (fit->goods.at[middle].offer < offer)
            low = middle + 1;
        else
            high = middle;
    }
    return low < fit->goods.len && fit->goods.at[low].offer == offer ? &fit->past[low] : NULL;
}

static Err *sale_add(void *arg, const InsightSale *sale)
{
    Fit *fit = arg;
    Past *past = past_of(fit, sale->offer);
    int64_t week = (time_date(sale->placed_at, fit->zone).days - fit->first.days) / WEEK_DAYS;
    if (!past || week < 0 || week >= (int64_t)fit->weeks)
        return NULL;
    past->sold[week] += (double)sale->steps;
    past->paid[week] += (double)sale->steps * (double)sale->price.minor;
    return NULL;
}

/* From..to the shelf was empty: so many milliseconds of each week. */
static void empty_add(const Fit *fit, Past *past, Time from, Time to)
{
    int64_t begin = day_begin(fit->first, fit->zone).ms, week_ms = WEEK_DAYS * (int64_t)DAY_MS;
    int64_t at = from.ms < begin ? begin : from.ms;
    while (at < to.ms) {
        int64_t week = (at - begin) / week_ms, end = begin + (week + 1) * week_ms;
        if (week >= (int64_t)fit->weeks)
            return;
        end = end < to.ms ? end : to.ms;
        past->empty_ms[week] += (double)(end - at);
        at = end;
    }
}

static Err *move_add(void *arg, const InsightMove *move)
{
    Fit *fit = arg;
    Past *past = past_of(fit, move->offer);
    if (!past)
        return NULL;
    if (past->free <= 0 && past->free_since.ms)
        empty_add(fit, past, past->free_since, move->at);
    past->free += move->on_hand_change - move->reserved_change;
    past->free_since = move->at;
    return NULL;
}

static Err *read_past(Fit *fit, Db *db)
{
    TRY(insight_goods(db, &fit->goods));
    fit->past = NEW_ARRAY(fit->arena, Past, fit->goods.len + 1);
    double *room = NEW_ARRAY(fit->arena, double, (fit->goods.len + 1) * FLOATS * fit->weeks);
    for (size_t i = 0; i < fit->goods.len; i++) {
        double *at = room + i * FLOATS * fit->weeks;
        fit->past[i] = (Past){.good = &fit->goods.at[i], .sold = at, .paid = at + fit->weeks, .empty_ms = at + 2 * fit->weeks};
    }
    TRY(insight_sales(db, day_begin(fit->first, fit->zone), sale_add, fit));
    TRY(insight_shelf_moves(db, move_add, fit));
    for (size_t i = 0; i < fit->goods.len; i++)
        if (fit->past[i].free <= 0 && fit->past[i].free_since.ms)
            empty_add(fit, &fit->past[i], fit->past[i].free_since, fit->now);
    return NULL;
}

static Date week_at(const Fit *fit, size_t week)
{
    return (Date){fit->first.days + (int32_t)week * WEEK_DAYS};
}

/* The first week that says something: when it was listed, or first sold if that was before. */
static size_t begin_of(const Fit *fit, const Past *past)
{
    Date made = week_of(time_date(past->good->made_at, fit->zone));
    int64_t listed = (made.days - fit->first.days) / WEEK_DAYS + 1; /* the week it was listed in is not a whole one */
    size_t begin = listed < 0 ? 0 : (size_t)listed;
    for (size_t week = 0; week < begin && week < fit->weeks; week++)
        if (past->sold[week] > 0)
            return week;
    return begin < fit->weeks ? begin : fit->weeks;
}

/* Nothing sold while the shelf was empty, or out of season, says nothing about what people want. */
static bool open_in(const Fit *fit, const Past *past, size_t week)
{
    bool shelf = past->empty_ms[week] < 0.5 * WEEK_DAYS * (double)DAY_MS || past->sold[week] > 0;
    return shelf && season_has(past->good->season_months, (Date){week_at(fit, week).days + 3});
}

static void ask_add(Buf *out, const Fit *fit, const Past *past)
{
    size_t begin = begin_of(fit, past);
    AskOffer head = {past->good->offer, week_at(fit, begin).days, (uint32_t)(fit->weeks - begin), past->good->miss};
    buf_add(out, WIRE(head));
    for (size_t week = begin; week < fit->weeks; week++) {
        AskPoint point = {past->sold[week], past->sold[week] > 0 ? past->paid[week] / past->sold[week] : NAN, open_in(fit, past, week)};
        buf_add(out, WIRE(point));
    }
}

static int64_t steps_of(double value, int64_t step)
{
    if (isnan(value) || value <= 0)
        return 0;
    double steps = value > 1e12 ? 1e12 : value;
    return llround(steps / (double)step) * step;
}

static Str past_text(const Fit *fit, Arena *arena, const Past *past)
{
    Buf out = buf_new(arena, 4096);
    size_t begin = begin_of(fit, past), from = fit->weeks > PAST_WEEKS ? fit->weeks - PAST_WEEKS : 0;
    for (size_t week = from > begin ? from : begin; week < fit->weeks; week++) {
        if (out.len)
            buf_add_char(&out, ' ');
        if (open_in(fit, past, week))
            buf_add_int(&out, llround(past->sold[week]));
        else
            buf_add_char(&out, '-');
    }
    return buf_str(&out);
}

typedef struct Told { /* one message, read */
    TellForecast head;
    TellWeek weeks[HORIZON];
    Str models, note;
} Told;

static Err *told_read(Arena *arena, Cursor *cursor, Told *told)
{
    if (!cursor_take(cursor, &told->head, sizeof told->head) || told->head.horizon != HORIZON ||
        !cursor_take(cursor, told->weeks, sizeof told->weeks) || cursor->rest.len < (size_t)told->head.models_len + told->head.note_len)
        return err_detail(arena, ERR_BROKEN, "insight.child", "a forecast that is none");
    size_t models = told->head.models_len, both = models + told->head.note_len;
    told->models = str_slice(cursor->rest, 0, models);
    told->note = str_slice(cursor->rest, models, both);
    cursor->rest = str_slice(cursor->rest, both, cursor->rest.len);
    return NULL;
}

static Cursor told_begin(const MessageList *answers)
{
    bool one = answers->len == 1 && answers->at[0].type == TELL_FORECASTS;
    return (Cursor){.rest = one ? answers->at[0].body : (Str){0}};
}

static const char *reason_for(const Fit *fit, const Past *past, Told *told, int64_t *value)
{
    static const char *const kinds[] = {"", "smooth", "erratic", "intermittent", "lumpy", "constant", "short", "none"};
    double ahead[HORIZON], *known = NEW_ARRAY(fit->arena, double, fit->weeks + 1);
    size_t begin = begin_of(fit, past), len = 0;
    for (size_t week = begin; week < fit->weeks; week++)
        known[len++] = open_in(fit, past, week) ? past->sold[week] : NAN;
    for (size_t h = 0; h < HORIZON; h++) {
        if (!season_has(past->good->season_months, (Date){week_at(fit, fit->weeks + h).days + 3}))
            told->weeks[h] = (TellWeek){0, 0, 0};
        ahead[h] = told->weeks[h].likely;
    }
    const ReasonAsk ask = {known, len, ahead, HORIZON, week_at(fit, fit->weeks), str_of(kinds[told->head.demand < 8 ? told->head.demand : 7]),
                           past->good->season_months, told->head.chance};
    return reason_of(&ask, value);
}

static Err *weeks_write(Tx *tx, const Fit *fit, const Past *past, const Told *told)
{
    int64_t step = past->good->step > 0 ? past->good->step : 1;
    for (size_t h = 0; h < HORIZON; h++) {
        int64_t likely = steps_of(told->weeks[h].likely, step), low = steps_of(told->weeks[h].low, step), high = steps_of(told->weeks[h].high, step);
        bool range = !isnan(told->weeks[h].low) && !isnan(told->weeks[h].high);
        low = low > likely ? likely : low;
        high = high < likely ? likely : high;
        const ForecastWeekPutArgs args = {.offer = past->good->offer, .week = week_at(fit, fit->weeks + h), .likely = likely,
                                          .low = range ? &low : NULL, .high = range ? &high : NULL, .now = fit->now};
        if (h == 0) /* this week has begun: what was said before stays */
            TRY(forecast_week_keep(tx, &(ForecastWeekKeepArgs){args.offer, args.week, args.likely, args.low, args.high, args.now}));
        else
            TRY(forecast_week_put(tx, &args));
    }
    return NULL;
}

static Err *told_write(Tx *tx, void *arg)
{
    Fit *fit = arg;
    Cursor cursor = told_begin(&fit->answers);
    while (cursor.rest.len) {
        Told told;
        int64_t value = 0;
        TRY(told_read(tx->db.arena, &cursor, &told));
        const Past *past = past_of(fit, told.head.offer);
        if (!past)
            continue;
        const char *reason = reason_for(fit, past, &told, &value);
        bool scored = !isnan(told.head.score) && !isnan(told.head.plain_score);
        static const char *const kinds[] = {"none", "smooth", "erratic", "intermittent", "lumpy", "constant", "short", "none"};
        TRY(forecast_offer_put(tx, &(ForecastOfferPutArgs){
                                       .offer = told.head.offer, .model = fit->model, .demand = str_of(kinds[told.head.demand < 8 ? told.head.demand : 0]),
                                       .weeks = (int64_t)(fit->weeks - begin_of(fit, past)), .models = told.models, .note = told.note,
                                       .score = scored ? &told.head.score : NULL, .plain_score = scored ? &told.head.plain_score : NULL,
                                       .chance = told.head.chance, .miss = past->good->miss, .reason = str_of(reason), .reason_value = value,
                                       .past = past_text(fit, tx->db.arena, past)}));
        TRY(weeks_write(tx, fit, past, &told));
    }
    return NULL;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static Err *model_write(Tx *tx, void *arg)
{
    Fit *fit = arg;
    double ours = 0, theirs = 0;
    bool scored = fit->scored > 0;
    if (scored) {
        qsort(fit->misses, fit->scored, sizeof(double), by_value);
        qsort(fit->plain_misses, fit->scored, sizeof(double), by_value);
        ours = fit->misses[fit->scored / 2];
        theirs = fit->plain_misses[fit->scored / 2];
    }
    const char *sentence = !scored           ? N_("There are too few weeks of sales yet to say how far these numbers can be trusted.")
                           : ours < theirs   ? N_("Tried on weeks it had not seen, it was off by {ours} % for the middle one of the goods; saying \"as in the last week\" was off by {theirs} %.")
                                             : N_("Tried on weeks it had not seen, it was off by {ours} %, no better than saying \"as in the last week\" ({theirs} %): trust your own eyes more.");
    return insight_model_add(tx, &(InsightModelAddArgs){
                                     .id = fit->model, .kind = STR("sales"), .fitted_at = fit->now, .from_day = fit->first,
                                     .to_day = week_at(fit, fit->weeks), .goods = (int64_t)fit->goods.len, .people = 0,
                                     .parameters = STR("weekly; ensemble of ETS, DOTM, CES, theta; TSB, SBA, ADIDA, IMAPA where sales are rare; conformal range 80 %"),
                                     .measure = STR("share off"), .score = scored ? &ours : NULL, .plain_score = scored ? &theirs : NULL,
                                     .sentence = str_of(sentence)});
}

static Err *scores_gather(Fit *fit)
{
    Cursor cursor = told_begin(&fit->answers);
    while (cursor.rest.len) {
        Told told;
        TRY(told_read(fit->arena, &cursor, &told));
        if (isnan(told.head.score) || isnan(told.head.plain_score))
            continue;
        fit->misses[fit->scored] = told.head.score;
        fit->plain_misses[fit->scored++] = told.head.plain_score;
    }
    return NULL;
}

/* ---- the truth of weeks that are over ---- */

typedef struct Closing {
    const Fit *fit;
    ForecastOverList rows;
} Closing;

static Err *closing_write(Tx *tx, void *arg)
{
    const Closing *closing = arg;
    for (size_t i = 0; i < closing->rows.len; i++) {
        const ForecastOver *row = &closing->rows.at[i];
        const Past *past = past_of((Fit *)(uintptr_t)closing->fit, row->offer);
        int64_t week = (row->week.days - closing->fit->first.days) / WEEK_DAYS, count;
        if (!past || week < 0 || week >= (int64_t)closing->fit->weeks)
            continue;
        int64_t sold = llround(past->sold[week]);
        TRY(forecast_week_sold(tx, row->offer, row->week, sold, &count));
        if (!row->has_low || !open_in(closing->fit, past, (size_t)week))
            continue;
        /* Gibbs and Candes 2021: a range that was missed is made wider, one that holds a little narrower. */
        double miss = row->miss + 0.05 * (0.2 - (sold < row->low || sold > row->high ? 1 : 0));
        miss = miss < 0.02 ? 0.02 : miss > 0.5 ? 0.5 : miss;
        TRY(forecast_miss_put(tx, row->offer, miss, &count));
    }
    return NULL;
}

static Err *close_weeks(Fit *fit, Db *db)
{
    Closing closing = {.fit = fit};
    TRY(forecast_week_over(db, week_at(fit, fit->weeks), &closing.rows));
    return closing.rows.len ? db_write(fit->store, fit->arena, closing_write, &closing) : NULL;
}

/* ---- all of it ---- */

static Err *fit_batches(Fit *fit)
{
    MessageList *batches = NEW_ARRAY(fit->arena, MessageList, fit->goods.len / ASK_OFFERS + 1);
    size_t len = 0;
    for (size_t from = 0; from < fit->goods.len; from += ASK_OFFERS) {
        Buf question = buf_new(fit->arena, ASK_BYTES_MAX);
        for (size_t i = from; i < fit->goods.len && i < from + ASK_OFFERS; i++)
            if (begin_of(fit, &fit->past[i]) < fit->weeks)
                ask_add(&question, fit, &fit->past[i]);
        if (!question.len)
            continue;
        TRY(insight_ask(fit->arena, ASK_SALES, buf_str(&question), &batches[len]));
        fit->answers = batches[len++];
        TRY(scores_gather(fit));
    }
    TRY(db_write(fit->store, fit->arena, model_write, fit));
    for (size_t i = 0; i < len; i++) {
        fit->answers = batches[i];
        TRY(db_write(fit->store, fit->arena, told_write, fit));
    }
    return NULL;
}

Err *insight_fit_sales(Store *store, Arena *arena, Time now)
{
    Db db;
    Village here = village(store, arena);
    Fit fit = {.store = store, .arena = arena, .now = now, .zone = here.zone, .today = time_date(now, here.zone), .weeks = WEEKS_MAX - 4,
               .model = id_mint()};
    fit.first = (Date){week_of(fit.today).days - (int32_t)fit.weeks * WEEK_DAYS};
    TRY(db_read(store, arena, &db));
    TRY(read_past(&fit, &db));
    TRY(close_weeks(&fit, &db));
    InsightGoodList again; /* the aim of each range may have moved */
    TRY(insight_goods(&db, &again));
    for (size_t i = 0; i < fit.goods.len && again.len == fit.goods.len; i++)
        fit.past[i].good = &again.at[i];
    fit.misses = NEW_ARRAY(arena, double, fit.goods.len + 1);
    fit.plain_misses = NEW_ARRAY(arena, double, fit.goods.len + 1);
    return fit_batches(&fit);
}
