/* Reading and writing the tables of the command line. */
#include "solve/forecast/table.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/text.h"

typedef struct Row {
    uint32_t series;
    uint32_t line;
    int64_t time;
    float price_known; /* 0 or 1: keeps the row at 48 bytes */
    bool in_stock;
    double y, price;
} Row;

typedef struct Ids { /* open addressing: id -> index */
    uint32_t *slot; /* index + 1 */
    size_t room;
    Str *at;
    size_t len, at_room;
} Ids;

typedef struct Reader {
    Arena *arena;
    SeriesTable *out;
    Ids ids;
    Row *rows;
    size_t len, room;
    int column[5]; /* unique_id, ds, y, price, in_stock */
    int kind;      /* 0 unknown, 1 dates, 2 numbers */
} Reader;

/* What is not told any more is not written either: ten million bad lines take no memory. */
__attribute__((format(printf, 3, 4))) static void complain(Reader *r, size_t line, const char *format, ...)
{
    SeriesTable *t = r->out;
    if (t->complaints_len < TABLE_COMPLAINTS_MAX) {
        char what[400]; /* ids have up to 200 bytes */
        va_list values;
        va_start(values, format);
        vsnprintf(what, sizeof what, format, values);
        va_end(values);
        t->complaints[t->complaints_len++] = (Complaint){line, str_copy(r->arena, str_of(what))};
    }
    t->refused++;
}

static void complain_number(Reader *r, size_t line, Str y)
{
    Str shown = r->out->complaints_len < TABLE_COMPLAINTS_MAX ? utf8_clean(r->arena, str_slice(y, 0, 40)) : (Str){0};
    complain(r, line, "y is not a usable number: %.*s", STR_ARG(shown));
}

static uint64_t hash_of(Str s)
{
    uint64_t hash = 1469598103934665603u;
    for (size_t i = 0; i < s.len; i++)
        hash = (hash ^ (unsigned char)s.at[i]) * 1099511628211u;
    return hash ^ hash >> 29;
}

static void ids_grow(Arena *arena, Ids *ids)
{
    size_t room = ids->room ? ids->room * 2 : 1024;
    uint32_t *slot = NEW_ARRAY(arena, uint32_t, room);
    for (size_t i = 0; i < ids->len; i++) {
        size_t at = hash_of(ids->at[i]) & (room - 1);
        while (slot[at])
            at = (at + 1) & (room - 1);
        slot[at] = (uint32_t)i + 1;
    }
    ids->slot = slot;
    ids->room = room;
}

static uint32_t ids_find(Arena *arena, Ids *ids, Str id)
{
    if (ids->len * 2 >= ids->room)
        ids_grow(arena, ids);
    size_t at = hash_of(id) & (ids->room - 1);
    while (ids->slot[at]) {
        if (str_eq(ids->at[ids->slot[at] - 1], id))
            return ids->slot[at] - 1;
        at = (at + 1) & (ids->room - 1);
    }
    if (ids->len == ids->at_room) {
        ids->at_room = ids->at_room ? ids->at_room * 2 : 1024;
        Str *wider = NEW_ARRAY(arena, Str, ids->at_room);
        if (ids->len)
            memcpy(wider, ids->at, ids->len * sizeof *wider);
        ids->at = wider;
    }
    ids->at[ids->len] = str_copy(arena, id);
    ids->slot[at] = (uint32_t)++ids->len;
    return (uint32_t)ids->len - 1;
}

static Err *read_header(Reader *r, Csv *csv, const char *value)
{
    const char *names[5] = {"unique_id", "ds", value, "price", "in_stock"};
    StrList row;
    bool more;
    TRY(csv_row(csv, &row, &more));
    for (int c = 0; c < 5; c++) {
        r->column[c] = -1;
        for (size_t i = 0; more && i < row.len; i++)
            if (str_eq_nocase(str_trim(row.at[i]), str_of(names[c])))
                r->column[c] = (int)i;
        if (c < 3 && r->column[c] < 0)
            return err_detail(r->arena, ERR_INVALID, "table.columns", "the first line must name unique_id, ds and %s; %s is missing",
                              value, names[c]);
    }
    return NULL;
}

static bool missing_word(Str s)
{
    return s.len == 0 || str_eq_nocase(s, STR("na")) || str_eq_nocase(s, STR("nan")) || str_eq_nocase(s, STR("null"));
}

static Str field(const Reader *r, const StrList *row, int column)
{
    int at = r->column[column];
    return at >= 0 && (size_t)at < row->len ? str_trim(row->at[at]) : (Str){0};
}

/* Day number or whole number; the first row decides which for the whole file. */
static bool read_time(Reader *r, Str text, int64_t *time)
{
    Date date;
    bool is_date = date_parse(str_slice(text, 0, 10), &date) && (text.len == 10 || text.at[10] == 'T' || text.at[10] == ' ');
    bool is_number = !is_date && str_to_int(text, time) && *time > -4000000000000 && *time < 4000000000000;
    if (is_date)
        *time = date.days;
    if (!r->kind)
        r->kind = is_date ? 1 : is_number ? 2 : 0;
    return r->kind && (r->kind == 1 ? is_date : is_number);
}

static void read_row(Reader *r, const StrList *row, size_t line)
{
    Row fresh = {.line = (uint32_t)line, .in_stock = true, .y = NAN, .price = NAN};
    Str id = field(r, row, 0), y = field(r, row, 2), price = field(r, row, 3), stock = field(r, row, 4);
    if (id.len == 0 || id.len > 200 || !utf8_valid(id))
        return complain(r, line, "%s", id.len ? "unique_id is too long or not UTF-8" : "unique_id is empty");
    if (!read_time(r, field(r, row, 1), &fresh.time))
        return complain(r, line, "ds must be a date like 2026-11-21 or a whole number, the same kind in every line");
    if (!missing_word(y) && (!str_to_real(y, &fresh.y) || fabs(fresh.y) > 1e15))
        return complain_number(r, line, y);
    if (!missing_word(price) && (!str_to_real(price, &fresh.price) || fresh.price < 0))
        return complain(r, line, "price must be a number of at least 0");
    if (stock.len) {
        bool no = str_eq(stock, STR("0")) || str_eq_nocase(stock, STR("false")) || str_eq_nocase(stock, STR("no"));
        bool yes = str_eq(stock, STR("1")) || str_eq_nocase(stock, STR("true")) || str_eq_nocase(stock, STR("yes"));
        if (!no && !yes)
            return complain(r, line, "in_stock must be 1 or 0");
        fresh.in_stock = !no;
    }
    if (r->len == r->room) {
        size_t room = r->room ? r->room * 2 : 4096;
        Row *wider = realloc(r->rows, array_bytes(room, sizeof *wider));
        if (!wider)
            abort();
        r->rows = wider;
        r->room = room;
    }
    fresh.series = ids_find(r->arena, &r->ids, id);
    r->rows[r->len++] = fresh;
}

static int by_series_time_line(const void *a, const void *b)
{
    const Row *x = a, *y = b;
    if (x->series != y->series)
        return x->series < y->series ? -1 : 1;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return (x->line > y->line) - (x->line < y->line);
}

/* The step that fits every gap: months for calendar series, else the greatest common divisor. */
static void find_step(const Row *rows, size_t len, bool dates, ForecastSeries *s)
{
    int64_t divisor = 0;
    bool calendar = dates && len > 1;
    int months = 0;
    Clock first = date_clock((Date){(int32_t)rows[0].time});
    for (size_t i = 1; i < len; i++) {
        int64_t gap = rows[i].time - rows[i - 1].time, a = divisor, b = gap;
        while (b) {
            int64_t rest = a % b;
            a = b;
            b = rest;
        }
        divisor = a;
        if (!calendar)
            continue;
        Clock before = date_clock((Date){(int32_t)rows[i - 1].time}), after = date_clock((Date){(int32_t)rows[i].time});
        bool month_end = date_clock((Date){(int32_t)rows[i].time + 1}).day == 1;
        calendar = after.day == first.day || (first.day >= 28 && month_end);
        int between = (after.year - before.year) * 12 + after.month - before.month, c = months, d = between;
        while (d) {
            int rest = c % d;
            c = d;
            d = rest;
        }
        months = c;
    }
    s->dated = dates;
    s->first = rows[0].time;
    s->step = divisor ? divisor : 1;
    s->months = 0;
    if (calendar && months >= 1) {
        s->months = months;
        s->step = months;
    }
}

static int64_t index_of(const ForecastSeries *s, int64_t time)
{
    if (!s->months)
        return (time - s->first) / s->step;
    Clock a = date_clock((Date){(int32_t)s->first}), b = date_clock((Date){(int32_t)time});
    return ((b.year - a.year) * 12 + b.month - a.month) / s->months;
}

static void build_series(Reader *r, Row *rows, size_t len, bool with_price, bool with_stock)
{
    size_t kept = 1;
    for (size_t i = 1; i < len; i++) {
        if (rows[i].time == rows[kept - 1].time) {
            complain(r, rows[i].line, "this series already has a value at this time; the first one stays");
            continue;
        }
        rows[kept++] = rows[i];
    }
    ForecastSeries s = {.id = r->ids.at[rows[0].series]};
    find_step(rows, kept, r->kind == 1, &s);
    int64_t last = index_of(&s, rows[kept - 1].time);
    if (last >= FORECAST_N_MAX)
        return complain(r, rows[kept - 1].line, "series %.*s spans more than %d steps: check its times", STR_ARG(s.id), FORECAST_N_MAX);
    s.n = (size_t)last + 1;
    double *y = NEW_ARRAY(r->arena, double, s.n), *price = with_price ? NEW_ARRAY(r->arena, double, s.n) : NULL;
    bool *stock = with_stock ? NEW_ARRAY(r->arena, bool, s.n) : NULL;
    for (size_t t = 0; t < s.n; t++) {
        y[t] = NAN;
        if (price)
            price[t] = NAN;
        if (stock)
            stock[t] = true;
    }
    for (size_t i = 0; i < kept; i++) {
        int64_t at = index_of(&s, rows[i].time);
        y[at] = rows[i].y;
        if (price)
            price[at] = rows[i].price;
        if (stock)
            stock[at] = rows[i].in_stock;
    }
    s.y = y;
    s.price = price;
    s.in_stock = stock;
    r->out->at[r->out->len++] = s;
}

Err *table_read(Arena *arena, Str text, const char *value, SeriesTable *out)
{
    Reader r = {.arena = arena, .out = out};
    *out = (SeriesTable){0};
    if (str_starts(text, STR("\xFF\xFE")) || str_starts(text, STR("\xFE\xFF")))
        return err_detail(arena, ERR_INVALID, "table.encoding", "the file is UTF-16; save it as CSV in UTF-8");
    Csv csv = csv_open(arena, text, 0);
    TRY(read_header(&r, &csv, value));
    for (bool more = true; more;) {
        StrList row;
        Err *err = csv_row(&csv, &row, &more);
        if (err)
            complain(&r, csv.line, "a quote is not closed, or there are too many fields");
        else if (more)
            read_row(&r, &row, csv.line);
        more = more || err;
    }
    if (r.len)
        qsort(r.rows, r.len, sizeof *r.rows, by_series_time_line);
    out->at = NEW_ARRAY(arena, ForecastSeries, r.ids.len + 1);
    for (size_t i = 0, next; i < r.len; i = next) {
        for (next = i + 1; next < r.len && r.rows[next].series == r.rows[i].series; next++)
            ;
        build_series(&r, r.rows + i, next - i, r.column[3] >= 0, r.column[4] >= 0);
    }
    free(r.rows);
    if (out->len == 0)
        return err_detail(arena, ERR_INVALID, "table.empty", "no usable line; the first refused one: %.*s",
                          STR_ARG(out->complaints_len ? out->complaints[0].what : STR("none")));
    return NULL;
}

Str series_time(Arena *arena, const ForecastSeries *s, int64_t index)
{
    if (!s->dated)
        return str_format(arena, "%lld", (long long)(s->first + index * s->step));
    if (!s->months)
        return date_text(arena, (Date){(int32_t)(s->first + index * s->step)});
    Clock c = date_clock((Date){(int32_t)s->first});
    int64_t month = (int64_t)c.year * 12 + c.month - 1 + index * s->months;
    int year = (int)(month / 12), of_year = (int)(month % 12) + 1, day = c.day;
    while (!date_valid(year, of_year, day) && day > 28)
        day--;
    return date_text(arena, date_of(year, of_year, day));
}

static void write_number(Buf *out, double value)
{
    if (isnan(value))
        return;
    buf_addf(out, "%.10g", value == 0 ? 0 : value); /* no "-0" */
}

void table_write(Buf *out, const ForecastSeries *series, const ForecastResult *results, size_t len,
                 const ForecastOptions *options)
{
    buf_add(out, STR("unique_id,ds,forecast"));
    for (size_t l = 0; l < options->levels_len; l++)
        buf_addf(out, ",lo-%g,hi-%g", options->levels[l] * 100, options->levels[l] * 100);
    buf_add(out, STR("\n"));
    Arena *scratch = arena_new();
    for (size_t i = 0; i < len; i++) {
        for (size_t h = 0; h < options->horizon; h++) {
            csv_write_plain(out, series[i].id, false);
            buf_add(out, series_time(scratch, &series[i], (int64_t)(series[i].n + h)));
            buf_add_char(out, ',');
            write_number(out, results[i].mean[h]);
            for (size_t l = 0; l < options->levels_len; l++) {
                buf_add_char(out, ',');
                write_number(out, results[i].low[l][h]);
                buf_add_char(out, ',');
                write_number(out, results[i].high[l][h]);
            }
            buf_add_char(out, '\n');
        }
        arena_reset(scratch);
    }
    arena_free(scratch);
}
