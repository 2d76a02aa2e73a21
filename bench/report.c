/* Reports over many lines: report FOLDER LINES. FOLDER holds a demo village; its rows of the projection are multiplied until there
   are LINES lines, all of one time. Prints for each report the processor's milliseconds, the best of five. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/core.h"
#include "report/queries.h"

enum { ROUNDS = 5 };

typedef struct Bench {
    Store *store;
    int64_t copy;
} Bench;

static const ColumnType copy_types[] = {COL_INT};
static const Statement copy = {.name = "copy", .sqlite = "INSERT INTO report_row SELECT seller_order, kind, ref, position + ?1, order_group, 1, at, "
                               "pickup, seller, party, variant, word, payer, steps, weighed, amount, tax_ppm, tax FROM report_row "
                               "WHERE position < 10 AND cycle = 0 AND kind <> 'part'",
                               .postgres = "SELECT 1", .writes = true, .params = copy_types, .params_len = 1};

static Err *copy_rows(Tx *tx, void *arg)
{
    Param param = {.type = COL_INT, .integer = 1000 * ((Bench *)arg)->copy};
    return db_run(tx, &copy, &param, NULL);
}

static double cpu_ms(void)
{
    struct timespec at;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec * 1e3 + (double)at.tv_nsec / 1e6;
}

static Err *ask(Db *db, int which, int64_t *rows)
{
    GoodsRowList goods;
    MoneyRowList money;
    PartRowList parts;
    Time from = {0}, until = {INT64_MAX / 2};
    Str lang = STR("en");
    Err *err = NULL;
    switch (which) {
    case 0: err = report_goods_by_cycle(db, 1, 0, lang, &goods), *rows = err ? 0 : (int64_t)goods.len; break;
    case 1: err = report_money_by_cycle(db, 1, 0, &money), *rows = err ? 0 : (int64_t)money.len; break;
    case 2: err = report_goods_by_time(db, from, until, 0, lang, &goods), *rows = err ? 0 : (int64_t)goods.len; break;
    case 3: err = report_money_by_time(db, from, until, 0, &money), *rows = err ? 0 : (int64_t)money.len; break;
    default:
        err = report_parts_by_time(db, &(ReportPartsByTimeArgs){.from_at = from, .until_at = until, .limit = 300, .lang = lang}, &parts);
        *rows = err ? 0 : (int64_t)parts.len;
    }
    return err;
}

static Err *measure(const Bench *bench, int which, const char *name)
{
    double best = 1e9;
    int64_t rows = 0;
    for (int i = 0; i < ROUNDS; i++) {
        Arena *own = arena_new();
        Db db;
        TRY(db_read(bench->store, own, &db));
        double before = cpu_ms();
        TRY(ask(&db, which, &rows));
        double took = cpu_ms() - before;
        best = took < best ? took : best;
        arena_free(own);
    }
    printf("%-44s %7.1f ms  %6lld rows\n", name, best, (long long)rows);
    return NULL;
}

static Err *run(Arena *arena, Bench *bench, const char *folder, int64_t lines)
{
    static const char *const names[] = {"goods, producers (a cycle)", "totals, fees, tax (a cycle)", "goods, producers (a time)",
                                        "totals, fees, tax (a time)", "pickup and packing lists, first 300 (a time)"};
    const StoreOptions options = {.data = folder};
    MoneyRowList money;
    Db db;
    TRY(store_open(arena, &options, &bench->store));
    for (int64_t there = 0; there < lines; bench->copy++) {
        Arena *own = arena_new();
        there = 0;
        TRY(db_write(bench->store, own, copy_rows, bench));
        TRY(db_read(bench->store, own, &db));
        TRY(report_money_by_cycle(&db, 1, 0, &money));
        for (size_t i = 0; i < money.len; i++)
            there += str_eq(money.at[i].kind, STR("line")) ? money.at[i].rows : 0;
        arena_free(own);
        if (there >= lines)
            printf("%lld lines in the cycle\n", (long long)there);
        else if (!there)
            return err_new(arena, ERR_INVALID, "report.kind");
    }
    for (int which = 0; which < 5; which++)
        TRY(measure(bench, which, names[which]));
    return NULL;
}

int main(int argc, char **argv)
{
    int64_t lines;
    if (argc != 3 || !str_to_int(str_of(argv[2]), &lines)) {
        fputs("usage: report FOLDER LINES\n", stderr);
        return 2;
    }
    Arena *arena = arena_new();
    Bench bench = {.copy = 1};
    Err *err = run(arena, &bench, argv[1], lines);
    if (err)
        printf("failed: %.*s\n", STR_ARG(err_text(arena, err)));
    store_close(bench.store);
    arena_free(arena);
    return err != NULL;
}
