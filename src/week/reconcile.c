/* Every sum of the week against every other: orders, shares, reports, stock, and the house's own checks. */
#include <stdio.h>

#include "core/core.h"
#include "market/market.h"
#include "week/inside.h"

enum { FINDINGS_MAX = 64 * 1024, PARTIES_MAX = WEEK_FARMS + 1 };

typedef struct Sums {
    Money orders, paid, parts, shares, on_top, goods, from_price, parts_reported;
    Id party[PARTIES_MAX];
    Money gets[PARTIES_MAX];
    size_t parties;
} Sums;

static void same_text(Week *week, bool equal, const char *what, Str a, const char *other, Str b)
{
    week->checked++;
    week->wrong += !equal;
    week_say(week, "  %-5s %-32s %10.*s   %-32s %10.*s", equal ? "ok" : "WRONG", what, STR_ARG(a), other, STR_ARG(b));
}

void week_same(Week *week, const char *what, Money a, const char *other, Money b)
{
    same_text(week, a.minor == b.minor, what, week_money(week, a), other, week_money(week, b));
}

void week_same_count(Week *week, const char *what, int64_t a, const char *other, int64_t b)
{
    same_text(week, a == b, what, str_format(week->arena, "%lld", (long long)a), other, str_format(week->arena, "%lld", (long long)b));
}

static Err *give(Sums *sums, Arena *arena, Id party, Money amount)
{
    size_t i = 0;
    while (i < sums->parties && sums->party[i] != party)
        i++;
    if (i == PARTIES_MAX)
        return err_detail(arena, ERR_BROKEN, "week.wrong", "more parties get money than there are");
    if (i == sums->parties)
        sums->party[sums->parties++] = party;
    sums->gets[i].minor += amount.minor;
    return NULL;
}

static Err *orders_sum(Week *week, Db *db, Sums *sums)
{
    WeekOrderList orders;
    WeekPartList parts;
    TRY(week_orders(db, week->cycle, &orders));
    for (size_t i = 0; i < orders.len; i++) {
        sums->orders.minor += orders.at[i].total.minor;
        if (str_eq(orders.at[i].payment, STR("captured")) || str_eq(orders.at[i].payment, STR("part_refunded")) ||
            str_eq(orders.at[i].payment, STR("refunded")))
            sums->paid.minor += orders.at[i].total.minor;
    }
    TRY(week_parts(db, week->cycle, &parts));
    for (size_t i = 0; i < parts.len; i++) {
        if (!str_eq(parts.at[i].placement, STR("completed")))
            continue;
        PartShareList shares;
        sums->parts.minor += parts.at[i].total.minor;
        TRY(order_part_shares(db, parts.at[i].id, &shares));
        for (size_t k = 0; k < shares.len; k++) {
            sums->shares.minor += shares.at[k].amount.minor;
            TRY(give(sums, db->arena, shares.at[k].receiver, shares.at[k].amount));
        }
    }
    return NULL;
}

static Err *reports_sum(Week *week, Db *db, Sums *sums)
{
    WeekReportedList rows;
    TRY(week_reported(db, week->cycle, &rows));
    for (size_t i = 0; i < rows.len; i++) {
        const WeekReported *row = &rows.at[i];
        Money *into = str_eq(row->kind, STR("part"))     ? &sums->parts_reported
                      : str_eq(row->kind, STR("line"))   ? &sums->goods
                      : str_eq(row->payer, STR("buyer")) ? &sums->on_top
                                                         : &sums->from_price;
        into->minor += row->amount.minor;
    }
    return NULL;
}

static Err *compare(Week *week, Db *db)
{
    Sums sums = {0};
    WeekStock stock;
    WeekRefunded refunded;
    TRY(orders_sum(week, db, &sums));
    TRY(reports_sum(week, db, &sums));
    TRY(week_stock(db, &stock));
    TRY(week_refunded(db, &refunded));
    week_say(week, "Thursday: the sums.");
    week_same(week, "orders that count", sums.orders, "their sellers' parts", sums.parts);
    week_same(week, "paid by wallet or in cash", sums.paid, "orders that count", sums.orders);
    week_same(week, "parts", sums.parts, "shares of everybody", sums.shares);
    week_same(week, "parts", sums.parts, "parts in the reports", sums.parts_reported);
    week_same(week, "goods and fees on top (reports)", (Money){sums.goods.minor + sums.on_top.minor}, "parts", sums.parts);
    Money all = {0};
    for (size_t i = 0; i < sums.parties; i++) {
        WeekOrg org;
        TRY(week_org_name(db, sums.party[i], &org));
        week_say(week, "        %-32s %10s", str_z(week->arena, org.name), str_z(week->arena, week_money(week, sums.gets[i])));
        all.minor += sums.gets[i].minor;
    }
    week_same(week, "what farms and co-operative get", all, "paid by wallet or in cash", sums.paid);
    week_same_count(week, "stock on hand (steps)", stock.on_hand, "its moves", stock.moved);
    week_same_count(week, "promised and still open (steps)", stock.reserved, "nothing", 0);
    week->paid = sums.paid;
    week->given_back = refunded.amount;
    week_say(week, "        %-32s %10s", "given back for broken eggs", str_z(week->arena, week_money(week, refunded.amount)));
    return NULL;
}

static Err *promises(Week *week, Db *db)
{
    Findings findings = {.out = buf_new(week->arena, FINDINGS_MAX)};
    for (size_t i = 0; house_modules[i]; i++)
        for (const Check *check = house_modules[i]->checks; check && check->name; check++)
            TRY(check->run(db, &findings));
    week->checked += findings.checked;
    week->wrong += findings.wrong;
    if (findings.wrong)
        week_say(week, "%.*s", STR_ARG(buf_str(&findings.out)));
    week_say(week, "  %-5s %lld things checked by the house itself, %lld wrong", findings.wrong ? "WRONG" : "ok", (long long)findings.checked,
             (long long)findings.wrong);
    return NULL;
}

Err *week_reconcile(Week *week)
{
    Arena *own = arena_new();
    Db db;
    week_until(week, 9, 10, 0);
    Err *err = db_read(week->store, own, &db);
    if (!err)
        err = db_snapshot(&db);
    if (!err)
        err = compare(week, &db);
    if (!err)
        err = week_money_adds_up(week, &db);
    if (!err)
        err = promises(week, &db);
    err = err_copy(week->arena, err);
    arena_free(own);
    if (!err && week->wrong)
        err = err_new(week->arena, ERR_BROKEN, "week.wrong");
    return err;
}
