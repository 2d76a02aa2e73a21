/* Reports over many lines: report FOLDER LINES [URL]. The store holds a demo village; its orders are copied, each time some hours
   earlier, until there are LINES lines, and each line has a fee. Prints for each report wall and processor milliseconds, the best of five. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/core.h"
#include "report/queries.h"

enum { ROUNDS = 5, SQL_MAX = 8000 };
static const int64_t id_shift = INT64_C(1) << 52, time_shift = 7 * HOUR_MS;

typedef struct Bench {
    Store *store;
    Arena *arena;
    int64_t copies;
    Time until;
    Id cycle; /* all orders are put into it at the end */
} Bench;

static bool is_shifted(const char *column)
{
    static const char *const names[] = {"id", "order_group", "seller_order", "line"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(column, names[i]) == 0)
            return true;
    return false;
}

/* INSERT of the table's rows of the demo, copied `copies` times, with other ids and earlier times. */
static const char *copy_sql(const Bench *bench, const TableDef *table)
{
    Buf sql = buf_new(bench->arena, SQL_MAX);
    buf_addf(&sql, "WITH RECURSIVE k(n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM k WHERE n < %lld) INSERT INTO %s (",
             (long long)bench->copies, table->name);
    for (size_t i = 0; i < table->columns_len; i++)
        buf_addf(&sql, "%s%s", i ? ", " : "", table->columns[i].name);
    buf_add(&sql, STR(") SELECT "));
    for (size_t i = 0; i < table->columns_len; i++) {
        const char *name = table->columns[i].name;
        buf_addf(&sql, "%st.%s", i ? ", " : "", name);
        if (is_shifted(name))
            buf_addf(&sql, " + k.n * %lld", (long long)id_shift);
        else if (strcmp(name, "placed_at") == 0)
            buf_addf(&sql, " - k.n * %lld", (long long)time_shift);
    }
    buf_addf(&sql, " FROM %s t CROSS JOIN k", table->name);
    return str_z(bench->arena, buf_str(&sql));
}

static Err *run_sql(Tx *tx, const char *sql)
{
    const Statement statement = {.name = "copy", .sqlite = sql, .postgres = sql, .writes = true};
    return db_run(tx, &statement, NULL, NULL);
}

/* A fee on each line that has none, by the demo's first rule. */
static const char fees_sql[] =
    "INSERT INTO order_fee (line, position, seller_order, rule, receiver, kind, label, payer, base, rate, amount, tax_ppm, tax) "
    "SELECT l.id, 0, l.seller_order, f.id, f.receiver, f.kind, '', 'seller', f.base, f.rate, l.amount / 20, 0, 0 "
    "  FROM order_line l JOIN fee_rule f ON f.id = (SELECT min(id) FROM fee_rule) "
    " WHERE l.seller_order IS NOT NULL AND NOT EXISTS (SELECT 1 FROM order_fee x WHERE x.line = l.id)";

static Err *report_again(Tx *tx)
{
    TRY(report_sums_drop(tx));
    TRY(report_drop_all(tx));
    return report_add_all(tx);
}

static Err *copy_orders(Tx *tx, void *arg)
{
    static const char *const tables[] = {"order_group", "seller_order", "order_line", "order_charge", "order_fee", "order_contact", "parcel"};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (const TableDef *table = house_tables; table->name; table++)
            if (strcmp(table->name, tables[i]) == 0)
                TRY(run_sql(tx, copy_sql(arg, table)));
    TRY(run_sql(tx, fees_sql));
    return report_again(tx);
}

static Err *copy_into_cycle(Tx *tx, void *arg)
{
    Bench *bench = arg;
    ReportCycleList cycles;
    TRY(report_cycles(&tx->db, 1, &cycles));
    bench->cycle = cycles.at[0].id;
    TRY(run_sql(tx, "DELETE FROM cycle_order"));
    TRY(run_sql(tx, "INSERT INTO cycle_order (order_group, cycle, slot, held, amount, at) "
                    "SELECT g.id, (SELECT max(id) FROM cycle WHERE state NOT IN ('draft', 'cancelled')), NULL, 1, g.total, g.placed_at FROM order_group g"));
    return report_again(tx);
}

static double clock_ms(clockid_t which)
{
    struct timespec at;
    clock_gettime(which, &at);
    return (double)at.tv_sec * 1e3 + (double)at.tv_nsec / 1e6;
}

typedef struct Ask {
    const char *name;
    int which;
    int64_t from_days; /* before the last order; 0: all */
} Ask;

static Err *ask(const Bench *bench, Db *db, const Ask *a, int64_t *rows)
{
    GoodsRowList goods = {0};
    MoneyRowList money = {0};
    PartRowList parts = {0};
    BuyerRowList buyers = {0};
    LineRowList lines = {0};
    Time until = bench->until, from = {a->from_days ? until.ms - a->from_days * DAY_MS : 0};
    Str lang = STR("en");
    const ReportPartsByTimeArgs first = {.from_at = from, .until_at = until, .limit = 300, .lang = lang};
    Err *err = NULL;
    switch (a->which) {
    case 0: err = report_goods_by_cycle(db, bench->cycle, 0, lang, &goods); break;
    case 1: err = report_money_by_cycle(db, bench->cycle, 0, lang, &money); break;
    case 2: err = report_buyers_by_cycle(db, bench->cycle, 0, &buyers); break;
    case 3: err = report_parts_by_cycle(db, bench->cycle, 0, 0, 300, lang, &parts); break;
    case 4: err = report_goods_by_time(db, from, until, 0, lang, &goods); break;
    case 5: err = report_money_by_time(db, from, until, 0, lang, &money); break;
    case 6: err = report_buyers_by_time(db, from, until, 0, &buyers); break;
    default:
        err = report_parts_by_time(db, &first, &parts);
        if (!err && parts.len)
            err = report_lines_by_time(db, &(ReportLinesByTimeArgs){.from_at = from, .until_at = until, .until = parts.at[parts.len - 1].part, .lang = lang},
                                       &lines);
    }
    *rows = (int64_t)(goods.len + money.len + buyers.len + parts.len + lines.len);
    return err;
}

static Err *measure(const Bench *bench, const Ask *a)
{
    double best = 1e9, best_cpu = 1e9;
    int64_t rows = 0;
    for (int i = 0; i < ROUNDS; i++) {
        Arena *own = arena_new();
        Db db;
        TRY(db_read(bench->store, own, &db));
        double cpu = clock_ms(CLOCK_PROCESS_CPUTIME_ID), wall = clock_ms(CLOCK_MONOTONIC);
        TRY(ask(bench, &db, a, &rows));
        wall = clock_ms(CLOCK_MONOTONIC) - wall, cpu = clock_ms(CLOCK_PROCESS_CPUTIME_ID) - cpu;
        best = wall < best ? wall : best;
        best_cpu = cpu < best_cpu ? cpu : best_cpu;
        arena_free(own);
    }
    printf("%-48s %7.1f ms  %7.1f CPU-ms  %6lld rows\n", a->name, best, best_cpu, (long long)rows);
    return NULL;
}

static Err *count_lines(const Bench *bench, int64_t *lines)
{
    Arena *own = arena_new();
    MoneyRowList money;
    Db db;
    TRY(db_read(bench->store, own, &db));
    TRY(report_money_by_time(&db, (Time){0}, (Time){INT64_MAX / 2}, 0, STR("en"), &money));
    *lines = 0;
    for (size_t i = 0; i < money.len; i++)
        *lines += str_eq(money.at[i].kind, STR("line")) ? money.at[i].rows : 0;
    arena_free(own);
    return NULL;
}

static Err *run(Arena *arena, Bench *bench, const char *folder, const char *url, int64_t lines)
{
    static const Ask asks[] = {{"a cycle: goods, producers", 0, 0},           {"a cycle: totals, fees, tax", 1, 0},       {"a cycle: buyers", 2, 0},
                               {"a cycle: pickup, packing, first 300", 3, 0}, {"all time: goods, producers", 4, 0},       {"all time: totals, fees, tax", 5, 0},
                               {"all time: buyers", 6, 0},                    {"all time: pickup and packing, first 300", 7, 0}, {"45 days: goods, producers", 4, 45},
                               {"45 days: totals, fees, tax", 5, 45},         {"45 days: buyers", 6, 45},                 {"45 days: pickup and packing, first 300", 7, 45},
                               {"13 days: goods, producers", 4, 13},          {"13 days: totals, fees, tax", 5, 13}};
    const StoreOptions options = {.data = folder, .url = url};
    int64_t there;
    TRY(store_open(arena, &options, &bench->store));
    TRY(count_lines(bench, &there));
    if (!there)
        return err_new(arena, ERR_INVALID, "report.kind");
    bench->copies = lines > there ? (lines - 1) / there : 1;
    bench->until = (Time){time_now().ms + DAY_MS};
    TRY(db_write(bench->store, arena, copy_orders, bench));
    TRY(store_vacuum(bench->store, arena)); /* as the database does by itself in the course of a day */
    TRY(count_lines(bench, &there));
    printf("%lld lines, on %s\n", (long long)there, url ? "PostgreSQL" : "SQLite");
    for (size_t i = 4; i < sizeof asks / sizeof *asks; i++)
        TRY(measure(bench, &asks[i]));
    TRY(db_write(bench->store, arena, copy_into_cycle, bench));
    TRY(store_vacuum(bench->store, arena));
    for (size_t i = 0; i < 4; i++)
        TRY(measure(bench, &asks[i]));
    return NULL;
}

int main(int argc, char **argv)
{
    int64_t lines;
    if (argc < 3 || argc > 4 || !str_to_int(str_of(argv[2]), &lines)) {
        fputs("usage: report FOLDER LINES [URL]\n", stderr);
        return 2;
    }
    Arena *arena = arena_new();
    Bench bench = {.arena = arena};
    Err *err = run(arena, &bench, argv[1], argc > 3 ? argv[3] : NULL, lines);
    if (err)
        printf("failed: %.*s\n", STR_ARG(err_text(arena, err)));
    store_close(bench.store);
    arena_free(arena);
    return err != NULL;
}
