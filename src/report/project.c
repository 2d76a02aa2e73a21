/* The projection: kept in the transaction of each order event, made again and checked by `millet verify`. */
#include "report/inside.h"

/* All parts in one statement: a checkout is counted in them. */
static Err *written(Tx *tx, Id order, Time now)
{
    (void)now;
    return report_order_add(tx, order);
}

static Err *changed(Tx *tx, Id part, Time now)
{
    (void)now;
    TRY(report_part_drop(tx, part));
    return report_part_add(tx, part);
}

/* What was packed, collected or missed changes no sum; all that changes amounts or lets a part count or not does. */
const Hear report_hears[] = {
    {"order.written", written},   {"order.cancelled", changed}, {"order.restored", changed}, {"order.expired", changed},
    {"order.restocked", changed}, {"order.donated", changed},   {"order.weighed", changed},  {"order.amended", changed},
    {"order.short", changed},     {"order.substituted", changed}, {0},
};

static void differing(Findings *findings, const ReportDiffering *d, const char *what)
{
    findings->checked += d->rows;
    if (d->missing || d->odd)
        finding(findings, "%lld %s of the reports are missing or old, %lld should not be there: millet verify --only report --rebuild",
                (long long)d->missing, what, (long long)d->odd);
}

static Err *check_rows(Db *db, Findings *findings)
{
    ReportDiffering d;
    TRY(report_differing(db, &d));
    differing(findings, &d, "rows");
    return NULL;
}

static Err *check_sums(Db *db, Findings *findings)
{
    ReportDiffering d;
    TRY(report_sums_differing(db, &d));
    differing(findings, &d, "weekly sums");
    return NULL;
}

static Err *rebuild(Tx *tx, void *unused)
{
    (void)unused;
    TRY(report_sums_drop(tx));
    TRY(report_drop_all(tx));
    return report_add_all(tx);
}

/* Orders of before there were reports. */
static Err *rebuild_when_empty(Tx *tx, void *unused)
{
    ReportEmpty e;
    (void)unused;
    TRY(report_empty(&tx->db, &e));
    return e.orders && !e.rows ? report_add_all(tx) : NULL;
}

Err *report_start(Store *store, Arena *arena)
{
    ReportEmpty e;
    Db db;
    TRY(db_read(store, arena, &db));
    TRY(report_empty(&db, &e));
    return e.orders && !e.rows ? db_write(store, arena, rebuild_when_empty, NULL) : NULL;
}

const Check report_checks[] = {
    {.name = "report.rows", .run = check_rows, .rebuild = rebuild},
    {.name = "report.sums", .run = check_sums}, /* made again with the rows */
    {0},
};
