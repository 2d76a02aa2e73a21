/* In the child: weekly sales to forecasts, one offer after the other. */
#include <math.h>

#include "insight/wire.h"
#include "solve/forecast/forecast.h"

enum { SEASON_WEEKS = 2 * 52 + 13 }; /* a year is only known as such when it came twice, with some weeks to check it */

static double usual_week(const AskPoint *points, size_t len)
{
    double sum = 0;
    size_t known = 0, from = len > 26 ? len - 26 : 0;
    for (size_t i = from; i < len; i++)
        if (points[i].open && !isnan(points[i].y)) {
            sum += points[i].y;
            known++;
        }
    return known ? sum / (double)known : 0;
}

static void tell(Buf *out, const AskOffer *ask, const AskPoint *points, const ForecastResult *result)
{
    double usual = usual_week(points, ask->weeks);
    TellForecast head = {.offer = ask->offer, .score = NAN, .plain_score = NAN, .chance = result->chance, .demand = (uint32_t)result->kind,
                         .horizon = HORIZON, .models_len = (uint32_t)result->models.len, .note_len = (uint32_t)result->note.len};
    bool rare = result->kind == DEMAND_INTERMITTENT || result->kind == DEMAND_LUMPY;
    if (usual > 0 && !rare) { /* a part of next to nothing says nothing */
        head.score = result->mae / usual;
        head.plain_score = result->naive_mae / usual;
    }
    buf_add(out, WIRE(head));
    for (size_t h = 0; h < HORIZON; h++) {
        TellWeek week = {result->mean[h], result->low[0][h], result->high[0][h]};
        buf_add(out, WIRE(week));
    }
    buf_add(out, result->models);
    buf_add(out, result->note);
}

typedef struct Asked {
    AskOffer head;
    AskPoint *points;
} Asked;

static ForecastSeries series_of(Arena *arena, const Asked *asked)
{
    size_t n = asked->head.weeks;
    double *y = NEW_ARRAY(arena, double, n), *price = NEW_ARRAY(arena, double, n);
    bool *open = NEW_ARRAY(arena, bool, n), priced = false;
    for (size_t i = 0; i < n; i++) {
        y[i] = asked->points[i].y;
        price[i] = asked->points[i].price;
        open[i] = asked->points[i].open != 0;
        priced |= !isnan(price[i]);
    }
    return (ForecastSeries){.id = STR("offer"), .y = y, .price = priced ? price : NULL, .in_stock = open, .n = n, .dated = true,
                            .first = asked->head.first, .step = 7, .miss = {asked->head.miss}};
}

/* Together, because goods learn from each other: effects of holidays, and how wide ranges must be. */
static Err *forecast_together(Arena *arena, Buf *out, const Asked *asked, size_t len, bool seasons)
{
    ForecastSeries *series = NEW_ARRAY(arena, ForecastSeries, len + 1);
    ForecastResult *results = NEW_ARRAY(arena, ForecastResult, len + 1);
    ForecastOptions options = {.horizon = HORIZON, .levels = {0.8}, .levels_len = 1, .holidays = true};
    if (seasons) {
        options.periods[0] = 52;
        options.periods_len = 1;
    }
    for (size_t i = 0; i < len; i++)
        series[i] = series_of(arena, &asked[i]);
    if (len)
        TRY(forecast_run(arena, series, len, &options, results));
    for (size_t i = 0; i < len; i++)
        tell(out, &asked[i].head, asked[i].points, &results[i]);
    return NULL;
}

static bool head_fine(const AskOffer *head)
{
    enum { DAY_MAX = 100000 }; /* the year 2243 */
    return head->weeks && head->weeks <= WEEKS_MAX && head->first >= 0 && head->first < DAY_MAX && head->miss > 0 && head->miss < 1;
}

static bool points_fine(const AskPoint *points, size_t len)
{
    static const double most = 1e15;
    for (size_t i = 0; i < len; i++)
        if (isinf(points[i].y) || fabs(points[i].y) > most || isinf(points[i].price) || fabs(points[i].price) > most)
            return false;
    return true;
}

Err *answer_sales(WorkerReply *answer, Str question)
{
    Cursor cursor = {.rest = question};
    Asked long_ones[ASK_OFFERS], short_ones[ASK_OFFERS];
    size_t longs = 0, shorts = 0;
    while (cursor.rest.len && longs + shorts < ASK_OFFERS) {
        Asked one = {0};
        if (cursor_take(&cursor, &one.head, sizeof one.head) && head_fine(&one.head))
            one.points = cursor_list(&cursor, answer->arena, one.head.weeks, sizeof *one.points);
        if (!one.points || !points_fine(one.points, one.head.weeks))
            return err_new(answer->arena, ERR_INVALID, "insight.question");
        if (one.head.weeks >= SEASON_WEEKS)
            long_ones[longs++] = one;
        else
            short_ones[shorts++] = one;
    }
    Buf out = buf_new(answer->arena, TELL_BYTES_MAX / 2);
    TRY(forecast_together(answer->arena, &out, long_ones, longs, true));
    TRY(forecast_together(answer->arena, &out, short_ones, shorts, false));
    worker_reply(answer, TELL_FORECASTS, buf_str(&out));
    return NULL;
}
