/* One good's weeks as a drawing: what sold, what is expected, and the range around it. */
#include "insight/chart.h"

#include <math.h>

#include "insight/amount.h"

enum { WIDTH = 640, TOP = 24, BOTTOM = 176, LEFT = 40, RIGHT = 612, LABELS_MAX = 24 };

typedef struct Frame {
    size_t columns;
    double most;
} Frame;

static int64_t x_of(const Frame *frame, size_t column)
{
    return LEFT + (int64_t)lround((double)(RIGHT - LEFT) * (double)column / (double)(frame->columns > 1 ? frame->columns - 1 : 1));
}

static int64_t y_of(const Frame *frame, double value)
{
    return BOTTOM - (int64_t)lround((BOTTOM - TOP) * value / frame->most);
}

/* 1, 2 or 5 times a power of ten, so that three lines say enough. */
static double nice(double most)
{
    double power = pow(10, floor(log10(most > 0 ? most : 1)));
    static const double steps[] = {1, 2, 4, 5, 10};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (steps[i] * power >= most)
            return steps[i] * power;
    return 10 * power;
}

static void past_draw(Arena *arena, const ChartAsk *ask, const Frame *frame, ChartView *out)
{
    Buf path = buf_new(arena, 8192);
    bool pen = false;
    for (size_t i = 0; i < ask->past_len; i++) {
        if (ask->past[i] < 0) { /* the shelf was empty: a gap, not a zero */
            pen = false;
            continue;
        }
        buf_addf(&path, "%c%lld %lld", pen ? 'L' : 'M', (long long)x_of(frame, i), (long long)y_of(frame, (double)ask->past[i]));
        pen = true;
    }
    out->past = buf_str(&path);
}

static void ahead_draw(Arena *arena, const ChartAsk *ask, const Frame *frame, ChartView *out)
{
    Buf path = buf_new(arena, 4096), band = buf_new(arena, 4096);
    const ForecastWeekList *weeks = &ask->weeks;
    bool range = weeks->len > 0;
    for (size_t i = 0; i < weeks->len; i++) {
        double likely = (double)(weeks->at[i].has_farmer ? weeks->at[i].farmer : weeks->at[i].likely);
        buf_addf(&path, "%c%lld %lld", i ? 'L' : 'M', (long long)x_of(frame, ask->past_len + i), (long long)y_of(frame, likely));
        range &= weeks->at[i].has_high && weeks->at[i].has_low;
    }
    for (size_t i = 0; i < weeks->len && range; i++)
        buf_addf(&band, "%c%lld %lld", i ? 'L' : 'M', (long long)x_of(frame, ask->past_len + i), (long long)y_of(frame, (double)weeks->at[i].high));
    for (size_t i = weeks->len; i > 0 && range; i--)
        buf_addf(&band, "L%lld %lld%s", (long long)x_of(frame, ask->past_len + i - 1), (long long)y_of(frame, (double)weeks->at[i - 1].low), i == 1 ? "z" : "");
    out->ahead = buf_str(&path);
    out->band = buf_str(&band);
}

static void label_add(ChartView *out, int64_t x, int64_t y, Str text)
{
    if (out->labels.len < LABELS_MAX)
        out->labels.at[out->labels.len++] = (ChartLabel){x, y, text};
}

/* The names of months below, each where it begins, if there is room. */
static void months_draw(Req *r, const ChartAsk *ask, const Frame *frame, ChartView *out)
{
    static const char *const names[] = {NP_("month", "Jan"), NP_("month", "Feb"), NP_("month", "Mar"), NP_("month", "Apr"),
                                        NP_("month", "May"), NP_("month", "Jun"), NP_("month", "Jul"), NP_("month", "Aug"),
                                        NP_("month", "Sep"), NP_("month", "Oct"), NP_("month", "Nov"), NP_("month", "Dec")};
    int before = 0;
    int64_t last = -100;
    for (size_t i = 0; i < frame->columns; i++) {
        Date week = {ask->first.days + (int32_t)i * WEEK_DAYS};
        int month = date_clock(week).month;
        int64_t x = x_of(frame, i);
        if (before && month != before && x - last > 44 && x < RIGHT - 10) {
            label_add(out, x, BOTTOM + 18, tr(r->lang, names[month - 1]));
            last = x;
        }
        before = month;
    }
}

void chart_draw(Req *r, const ChartAsk *ask, ChartView *out)
{
    Frame frame = {.columns = ask->past_len + ask->weeks.len};
    double most = 1;
    for (size_t i = 0; i < ask->past_len; i++)
        most = fmax(most, (double)ask->past[i]);
    for (size_t i = 0; i < ask->weeks.len; i++) {
        const ForecastWeek *week = &ask->weeks.at[i];
        most = fmax(most, (double)(week->has_high && week->high > week->likely ? week->high : week->likely));
        most = fmax(most, week->has_farmer ? (double)week->farmer : 0);
    }
    frame.most = nice(most);
    out->labels.at = NEW_ARRAY(r->arena, ChartLabel, LABELS_MAX);
    Buf grid = buf_new(r->arena, 256);
    for (int k = 0; k <= 2; k++) {
        int64_t value = llround(frame.most * k / 2), y = y_of(&frame, (double)value);
        Quantity shown = amount_of(value, ask->unit, ask->scale);
        buf_addf(&grid, "M%d %lldH%d", LEFT, (long long)y, RIGHT);
        label_add(out, 0, k == 2 ? y - 6 : y + 4, k == 2 ? amount_say(r, value, ask->unit, ask->scale) : say_decimal(r->arena, r->lang, shown.steps, shown.scale));
    }
    out->grid = buf_str(&grid);
    past_draw(r->arena, ask, &frame, out);
    ahead_draw(r->arena, ask, &frame, out);
    months_draw(r, ask, &frame, out);
    if (ask->weeks.len > 1) {
        const ForecastWeek *next = &ask->weeks.at[1];
        int64_t value = next->has_farmer ? next->farmer : next->likely;
        out->dot_x = x_of(&frame, ask->past_len + 1);
        out->dot_y = y_of(&frame, (double)value);
        out->mark = (ChartLabel){out->dot_x + 2, out->dot_y - 10, amount_say(r, value, ask->unit, ask->scale)};
        int64_t x = x_of(&frame, ask->past_len);
        out->now = str_format(r->arena, "M%lld %dV%d", (long long)x, TOP - 6, BOTTOM);
    }
}
