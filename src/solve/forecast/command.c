/* millet solve forecast, millet solve forecast evaluate. */
#include "base/command.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/csv.h"
#include "solve/forecast/score.h"
#include "solve/forecast/table.h"

enum { INPUT_MAX = 1 << 30 };

static bool read_list(const char *text, double scale, double least, double most, size_t room, double *out, size_t *len)
{
    Str rest = str_of(text), one;
    *len = 0;
    while (rest.len) {
        if (*len == room)
            return false;
        str_cut(rest, ',', &one, &rest);
        if (!str_to_real(str_trim(one), &out[*len]))
            return false;
        out[*len] *= scale;
        if (out[*len] < least || out[*len] > most)
            return false;
        (*len)++;
    }
    return *len > 0;
}

static bool read_seasons(Args *args, const char *text, ForecastOptions *options)
{
    double seasons[FORECAST_SEASONS_MAX];
    size_t len = 0;
    bool good = !text || read_list(text, 1, 1, FORECAST_PERIOD_MAX, FORECAST_SEASONS_MAX, seasons, &len);
    for (size_t i = 0; i < len; i++)
        good = good && seasons[i] == floor(seasons[i]);
    if (!good) {
        fprintf(args->err, "millet: --season takes up to %d whole numbers from 1 to %d, such as 12 or 7,365\n",
                FORECAST_SEASONS_MAX, FORECAST_PERIOD_MAX);
        return false;
    }
    for (size_t i = 0; i < len; i++)
        if (seasons[i] > 1)
            options->periods[options->periods_len++] = (size_t)seasons[i];
    return true;
}

static bool read_options(Args *args, ForecastOptions *options)
{
    const char *season = args_option(args, "season"), *horizon = args_option(args, "horizon"),
               *levels = args_option(args, "level"), *threads = args_option(args, "threads");
    int64_t steps = 0, count = 1;
    if (!read_seasons(args, season, options))
        return false;
    if (!horizon || !str_to_int(str_of(horizon), &steps) || steps < 1 || steps > FORECAST_HORIZON_MAX) {
        fprintf(args->err, "millet: --horizon takes a whole number from 1 to %d\n", FORECAST_HORIZON_MAX);
        return false;
    }
    if (levels && !read_list(levels, 0.01, 0.01, 0.999, FORECAST_LEVELS_MAX, options->levels, &options->levels_len)) {
        fprintf(args->err, "millet: --level takes up to %d percentages, such as 80,95\n", FORECAST_LEVELS_MAX);
        return false;
    }
    if (threads && (!str_to_int(str_of(threads), &count) || count < 1 || count > 16)) {
        fputs("millet: --threads takes a number from 1 to 16\n", args->err);
        return false;
    }
    options->horizon = (size_t)steps;
    options->threads = (int)count;
    options->arima = args_flag(args, "arima");
    options->holidays = !args_flag(args, "no-holidays");
    return true;
}

static void report(Args *args, const SeriesTable *table)
{
    for (size_t i = 0; i < table->complaints_len; i++)
        fprintf(args->err, "millet: line %zu refused: %.*s\n", table->complaints[i].line,
                STR_ARG(table->complaints[i].what));
    if (table->refused)
        fprintf(args->err, "millet: %zu lines refused, %zu series kept\n", table->refused, table->len);
}

static Err *read_events(Args *args, const char *path, ForecastOptions *options)
{
    Str text;
    StrList row;
    bool more;
    TRY(args_read(args, path, 1 << 20, &text));
    Csv csv = csv_open(args->arena, text, 0);
    EventDay *days = NEW_ARRAY(args->arena, EventDay, 20000);
    for (;;) {
        TRY(csv_row(&csv, &row, &more));
        if (!more)
            break;
        Date day;
        if (row.len < 2 || !date_parse(str_trim(row.at[1]), &day)) {
            if (csv.line == 1)
                continue; /* the header */
            return err_detail(args->arena, ERR_INVALID, "table.date", "%s line %zu: name,2026-11-21 expected", path, csv.line);
        }
        if (options->events_len == 20000)
            return err_detail(args->arena, ERR_INVALID, "table.too_long", "%s: at most 20000 event days", path);
        days[options->events_len++] = (EventDay){str_copy(args->arena, str_trim(row.at[0])), day};
    }
    options->events = days;
    return NULL;
}

/* "child,parent" lines. Parents without rows of their own are sums of their children. */
typedef struct Family {
    SeriesTable table; /* bottom series, then the parents */
    int64_t *parent;
    size_t len;
} Family;

static size_t family_find(const Family *f, Str id)
{
    for (size_t i = 0; i < f->table.len; i++)
        if (str_eq(f->table.at[i].id, id))
            return i;
    return SIZE_MAX;
}

enum { FAMILY_MAX = 20000 };

static Err *read_links(Args *args, Str text, Family *f)
{
    Csv csv = csv_open(args->arena, text, 0);
    StrList row;
    bool more;
    for (;;) {
        TRY(csv_row(&csv, &row, &more));
        if (!more)
            return NULL;
        if (row.len != 2 || (csv.line == 1 && str_eq(str_trim(row.at[1]), STR("parent"))))
            continue;
        Str names[2] = {str_copy(args->arena, str_trim(row.at[0])), str_copy(args->arena, str_trim(row.at[1]))};
        size_t at[2];
        for (int k = 0; k < 2; k++) {
            at[k] = family_find(f, names[k]);
            if (at[k] == SIZE_MAX && f->table.len == FAMILY_MAX)
                return err_detail(args->arena, ERR_INVALID, "forecast.hierarchy", "more than %d series", FAMILY_MAX);
            if (at[k] == SIZE_MAX) {
                at[k] = f->table.len++;
                f->table.at[at[k]] = (ForecastSeries){.id = names[k]};
                f->parent[at[k]] = -1;
            }
        }
        if (f->parent[at[0]] >= 0)
            return err_detail(args->arena, ERR_INVALID, "forecast.hierarchy", "line %zu: %.*s has two parents", csv.line,
                              STR_ARG(names[0]));
        f->parent[at[0]] = (int64_t)at[1];
    }
}

/* Adds each series of the table to all its ancestors that have no rows of their own. */
static Err *sum_up(Arena *arena, Family *f, size_t bottom)
{
    for (size_t i = 0; i < bottom; i++) {
        const ForecastSeries *child = &f->table.at[i];
        size_t depth = 0;
        for (int64_t p = f->parent[i]; p >= 0; p = f->parent[p]) {
            ForecastSeries *parent = &f->table.at[p];
            if (++depth > f->table.len)
                return err_detail(arena, ERR_INVALID, "forecast.hierarchy", "%.*s is its own ancestor", STR_ARG(child->id));
            if ((size_t)p < bottom)
                break; /* has its own rows, and its ancestors get those */
            if (parent->n == 0) {
                Str id = parent->id;
                *parent = *child;
                parent->id = id;
                parent->price = NULL;
                parent->in_stock = NULL;
                parent->y = NEW_ARRAY(arena, double, child->n);
            }
            if (parent->n != child->n || parent->first != child->first || parent->step != child->step)
                return err_detail(arena, ERR_INVALID, "forecast.hierarchy",
                                  "%.*s must cover the same times as its siblings; fill in zeros where nothing was sold",
                                  STR_ARG(child->id));
            for (size_t t = 0; t < child->n; t++)
                ((double *)(uintptr_t)parent->y)[t] += child->y[t];
        }
    }
    return NULL;
}

static Err *make_family(Args *args, const char *path, const SeriesTable *table, Family *f)
{
    Str text;
    TRY(args_read(args, path, 8 << 20, &text));
    if (table->len > FAMILY_MAX)
        return err_detail(args->arena, ERR_INVALID, "forecast.hierarchy", "more than %d series", FAMILY_MAX);
    f->table.at = NEW_ARRAY(args->arena, ForecastSeries, FAMILY_MAX + 1);
    f->parent = NEW_ARRAY(args->arena, int64_t, FAMILY_MAX + 1);
    f->table.len = table->len;
    memcpy(f->table.at, table->at, table->len * sizeof *table->at);
    for (size_t i = 0; i < table->len; i++)
        f->parent[i] = -1;
    TRY(read_links(args, text, f));
    TRY(sum_up(args->arena, f, table->len));
    for (size_t i = 0; i < f->table.len; i++)
        if (f->table.at[i].n == 0)
            return err_detail(args->arena, ERR_INVALID, "forecast.hierarchy", "%.*s has no values and no children",
                              STR_ARG(f->table.at[i].id));
    return NULL;
}

static Err *reconcile(Args *args, const Family *f, bool mint, const ForecastOptions *options, ForecastResult *results)
{
    Hierarchy hierarchy = {f->parent, f->table.len};
    if (!mint)
        return reconcile_bottom_up(args->arena, &hierarchy, options->horizon, results);
    size_t *n = NEW_ARRAY(args->arena, size_t, f->table.len), least = SIZE_MAX;
    for (size_t i = 0; i < f->table.len; i++) {
        n[i] = f->table.at[i].n;
        size_t usable = 0;
        while (usable < n[i] && !isnan(results[i].fitted_errors[n[i] - 1 - usable]))
            usable++;
        least = usable < least ? usable : least;
    }
    bool used;
    TRY(reconcile_mint(args->arena, &hierarchy, n, least, options->horizon, results, &used));
    if (!used)
        fputs("millet: too little history for MinT; sums were made bottom up\n", args->err);
    return NULL;
}

static void explain(Args *args, const SeriesTable *table, const ForecastResult *results)
{
    Buf out = buf_new(args->arena, SIZE_MAX / 4);
    buf_add(&out, STR("unique_id,demand,n,models,mase,naive_mase,note\n"));
    for (size_t i = 0; i < table->len; i++) {
        const ForecastResult *r = &results[i];
        csv_write_plain(&out, table->at[i].id, false);
        buf_addf(&out, "%s,%zu,", demand_kind_name(r->kind), table->at[i].n);
        csv_write_plain(&out, r->models, false);
        if (!isnan(r->mase))
            buf_addf(&out, "%.3f,%.3f,", r->mase, r->naive_mase);
        else
            buf_add(&out, STR(",,"));
        csv_write_plain(&out, r->note, true);
    }
    fwrite(out.at, 1, out.len, args->err);
}

static Err *forecast_table(Args *args, ForecastOptions *options, int *status)
{
    const char *hierarchy = args_option(args, "hierarchy"), *events = args_option(args, "events");
    bool mint = args_flag(args, "mint"), explained = args_flag(args, "explain");
    SeriesTable table;
    Str text;
    options->validate = explained;
    if (!args_done(args, 0, 1)) {
        *status = EXIT_USAGE;
        return NULL;
    }
    if (events)
        TRY(read_events(args, events, options));
    TRY(args_read(args, args->argc ? args->argv[0] : "-", INPUT_MAX, &text));
    Err *err = table_read(args->arena, text, "y", &table);
    report(args, &table);
    if (err)
        return err;
    Family family = {.table = table};
    if (hierarchy)
        TRY(make_family(args, hierarchy, &table, &family));
    ForecastResult *results = NEW_ARRAY(args->arena, ForecastResult, family.table.len);
    TRY(forecast_run(args->arena, family.table.at, family.table.len, options, results));
    if (hierarchy)
        TRY(reconcile(args, &family, mint, options, results));
    Buf out = buf_new(args->arena, SIZE_MAX / 4);
    table_write(&out, family.table.at, results, family.table.len, options);
    fwrite(out.at, 1, out.len, args->out);
    if (explained)
        explain(args, &family.table, results);
    *status = table.refused ? EXIT_PARTLY : EXIT_DONE;
    return NULL;
}

static int run_forecast(Args *args)
{
    ForecastOptions options = {0};
    int status = EXIT_DONE;
    if (!read_options(args, &options))
        return EXIT_USAGE;
    Err *err = forecast_table(args, &options, &status);
    return err ? args_failed(args, err) : status;
}

static Err *evaluate(Args *args, const char *train_path, const char *test_path, const char *forecast_path, size_t season)
{
    Str text;
    SeriesTable train, test;
    Scores s;
    TRY(args_read(args, train_path, INPUT_MAX, &text));
    TRY(table_read(args->arena, text, "y", &train));
    TRY(args_read(args, test_path, INPUT_MAX, &text));
    TRY(table_read(args->arena, text, "y", &test));
    TRY(args_read(args, forecast_path, INPUT_MAX, &text));
    TRY(scores_of(args->arena, &train, &test, text, season, &s));
    fprintf(args->out, "series %zu points %zu missing %zu\n", s.series, s.points, s.missing);
    fprintf(args->out, "sMAPE %.3f (over all points %.3f)\nMASE %.3f\nOWA %.3f\nRMSSE %.4f bias %.4f\n", s.smape,
            s.smape_points, s.mase, s.owa, s.rmsse, s.bias);
    for (size_t l = 0; l < s.levels_len; l++)
        fprintf(args->out, "level %g: MSIS %.3f coverage %.2f %% of %zu points with an interval\n", s.level[l] * 100,
                s.msis[l], s.coverage[l] * 100, s.covered_points[l]);
    return NULL;
}

static int run_evaluate(Args *args)
{
    const char *train = args_option(args, "train"), *test = args_option(args, "test"),
               *forecast = args_option(args, "forecast"), *season = args_option(args, "season");
    int64_t m = 1;
    if (season && (!str_to_int(str_of(season), &m) || m < 1 || m > FORECAST_PERIOD_MAX)) {
        fputs("millet: --season takes one whole number\n", args->err);
        return EXIT_USAGE;
    }
    if (!args_done(args, 0, 0))
        return EXIT_USAGE;
    if (!train || !test) {
        fputs("millet: --train FILE and --test FILE are needed\n", args->err);
        return EXIT_USAGE;
    }
    Err *err = evaluate(args, train, test, forecast ? forecast : "-", (size_t)m);
    return err ? args_failed(args, err) : EXIT_DONE;
}

const Command solve_forecast_commands[];
const Command solve_forecast_commands[] = {
    COMMAND("solve forecast", N_("Forecast the next values of many series."),
            N_("Usage: millet solve forecast --season M --horizon H [options] [FILE] < in.csv > out.csv\n"
               "Input: unique_id,ds,y and optionally price,in_stock; ds is a date or a whole number.\n"
               "Output: unique_id,ds,forecast,lo-80,hi-80,...; an interval the data cannot support is left empty.\n"
               "  --season M[,M2]      values in a season: 12, 52, or 7,365; 1 for none\n"
               "  --horizon H          how many values ahead\n"
               "  --level 80,95        intervals in percent\n"
               "  --hierarchy FILE     lines child,parent; sums are added and made to fit, bottom up\n"
               "  --mint               reconcile by MinT instead\n"
               "  --events FILE        lines name,date of local events, past and future\n"
               "  --no-holidays        do not learn lunar new year, mid-autumn, Ramadan and Easter\n"
               "  --arima              add ARIMA to short seasons too (slow)\n"
               "  --threads N          up to 16; the numbers do not depend on it\n"
               "  --explain            models, parameters and validation error per series, on standard error\n"
               "Exit status: 0 done, 1 failed, 2 wrong usage, 3 done but some lines were refused."),
            run_forecast),
    COMMAND("solve forecast evaluate", N_("Score forecasts against what came."),
            N_("Usage: millet solve forecast evaluate --train FILE --test FILE [--forecast FILE] [--season M]\n"
               "Prints sMAPE, MASE, OWA (against Naive2), RMSSE, bias, and MSIS and coverage per level.\n"
               "Without --forecast the forecasts are read from standard input."),
            run_evaluate),
    {0},
};
