/* Reports are always what the orders say, and nobody reads more than is theirs to read. */
#include "ask.h"

#include <string.h>

#include "cycle/cycle.h"
#include "demo/inside.h"
#include "identity/identity.h"
#include "market/market.h"
#include "report/inside.h"

typedef struct Fair {
    App *app;
    Id pickup;
} Fair;

typedef struct OfferOf {
    Id offer, org;
    int64_t step;
} OfferOf;

static Rows offers_of(App *app)
{
    static const Column columns[] = {{.name = "offer", .type = COL_INT, .offset = offsetof(OfferOf, offer)},
                                     {.name = "org", .type = COL_INT, .offset = offsetof(OfferOf, org)},
                                     {.name = "step", .type = COL_INT, .offset = offsetof(OfferOf, step)}};
#define OFFERS_SQL "SELECT o.id AS offer, o.org AS org, v.min_steps AS step FROM offer o JOIN variant v ON v.id = o.variant ORDER BY o.id LIMIT 40"
    static const Statement offers = {.name = "offers", .sqlite = OFFERS_SQL, .postgres = OFFERS_SQL, .columns = columns, .columns_len = 3, .row_size = sizeof(OfferOf)};
    Rows rows;
    Db db;
    assert_fine(db_read(app_store(app), app_arena(app), &db));
    assert_fine(db_query(&db, &offers, NULL, &rows));
    assert_true(rows.len >= 20);
    return rows;
}

static Fair fair_of(void **state)
{
    Fair fair = {.app = app_of(state)};
    Demo demo = {.store = app_store(fair.app), .arena = app_arena(fair.app), .now = time_now(), .seed = 1};
    DemoPictures none = {NEW_ARRAY(demo.arena, Str, demo_goods_len()), NEW_ARRAY(demo.arena, Str, demo_growers_len())};
    demo_name(&demo, app_org(fair.app), "village");
    assert_fine(demo_people(&demo));
    assert_fine(demo_goods(&demo, &none));
    fair.pickup = (Id)test_int(demo.store, "SELECT id FROM pickup WHERE everyone = 1 ORDER BY id LIMIT 1");
    return fair;
}

static OrderMade order_by(Fair *fair, const OfferOf *offers, size_t len, const char *name, const char *phone, Time now)
{
    App *app = fair->app;
    OrderAskLine lines[10];
    for (size_t i = 0; i < len; i++)
        lines[i] = (OrderAskLine){offers[i].offer, offers[i].step};
    OrderAsk ask = {.lines = lines, .lines_len = len, .name = str_of(name), .phone = str_of(phone), .lang = STR("en"), .currency = STR("CNY"),
                    .pickup = fair->pickup, .payment = STR("at_pickup"), .channel = "shop"};
    OrderMade made;
    Db db;
    assert_fine(db_read(app_store(app), app_arena(app), &db));
    assert_fine(order_place(&db, &ask, now, &made));
    return made;
}

static OrderMade order_of(Fair *fair, const OfferOf *offers, size_t len, const char *name, const char *phone)
{
    return order_by(fair, offers, len, name, phone, time_now());
}

static void order_at(Fair *fair, const OfferOf *offers, size_t len, Time when)
{
    order_by(fair, offers, len, "Wu", "123", when);
}

static int64_t wrong_rows(App *app)
{
    Findings findings = {.out = buf_new(app_arena(app), 1 << 16)};
    Arena *own = arena_new();
    Db db;
    assert_fine(db_read(app_store(app), own, &db));
    for (const Check *check = report_checks; check->name; check++)
        assert_fine(check->run(&db, &findings));
    arena_free(own);
    return findings.wrong;
}

/* ---- always what the orders say ---- */

typedef struct Step {
    uint64_t seed;
    int kind;
    Id order, line;
    const char *verb;
    int64_t amount;
    Err *refused;
} Step;

static Err *take_step(Tx *tx, void *arg)
{
    Step *step = arg;
    Time now = time_now();
    if (step->kind == 0)
        return order_act(tx, &(OrderAct){.order = step->order, .verb = step->verb}, now);
    if (step->kind == 1)
        return order_weigh(tx, &(OrderWeigh){.line = step->line, .priced_steps = step->amount, .sure = true}, now);
    if (step->kind == 2)
        return order_short(tx, &(OrderShort){.line = step->line, .steps = 0, .reason = STR("hail")}, now);
    return order_amend(tx, &(OrderAmend){.order = step->order, .line = step->line, .steps = step->amount}, now);
}

static uint64_t next(uint64_t *seed)
{
    *seed ^= *seed << 13, *seed ^= *seed >> 7, *seed ^= *seed << 17;
    return *seed;
}

static void the_rows_follow_every_event_of_an_order(void **state)
{
    static const char *const verbs[] = {"pack", "unpack", "collect", "uncollect", "cancel", "restore", "expire", "miss", "restock", "donate", "confirm"};
    Fair fair = fair_of(state);
    App *app = fair.app;
    Rows offers = offers_of(app);
    uint64_t seed = 20261122;
    int done = 0, refused = 0;
    for (int i = 0; i < 120; i++) {
        if (i % 5 == 0) {
            size_t from = next(&seed) % (offers.len - 4);
            order_of(&fair, (OfferOf *)offers.at + from, 1 + next(&seed) % 4, "Wu", "123");
        }
        Str line = str_format(app_arena(app), "SELECT id FROM order_line ORDER BY id LIMIT 1 OFFSET %d", (int)(next(&seed) % (unsigned)test_int(app_store(app), "SELECT count(*) FROM order_line")));
        Step step = {.kind = (int)(next(&seed) % 4), .verb = verbs[next(&seed) % 11], .line = (Id)test_int(app_store(app), str_z(app_arena(app), line)), .amount = (int64_t)(next(&seed) % 2000)};
        Str order = str_format(app_arena(app), "SELECT order_group FROM order_line WHERE id = %lld", (long long)step.line);
        step.order = (Id)test_int(app_store(app), str_z(app_arena(app), order));
        const Err *err = db_write(app_store(app), app_arena(app), take_step, &step);
        done += !err;
        refused += err != NULL;
        if (wrong_rows(app))
            fail_msg("step %d (kind %d, verb %s) leaves the reports behind the orders", i, step.kind, step.verb);
    }
    print_message("# %d steps done, %d refused\n", done, refused);
    assert_true(done > 20);
}

static void rows_that_differ_are_found_and_made_again(void **state)
{
    Fair fair = fair_of(state);
    Rows offers = offers_of(fair.app);
    order_of(&fair, offers.at, 3, "Wu", "123");
    assert_int_equal(wrong_rows(fair.app), 0);
    assert_fine(test_sql(app_store(fair.app), app_arena(fair.app), "UPDATE report_row SET amount = amount + 1 WHERE kind = 'line'"));
    assert_int_equal(wrong_rows(fair.app), 2); /* behind the orders, and before the sums */
    assert_fine(db_write(app_store(fair.app), app_arena(fair.app), report_checks[0].rebuild, NULL));
    assert_int_equal(wrong_rows(fair.app), 0);
}

static void sums_that_differ_are_found_and_made_again(void **state)
{
    Fair fair = fair_of(state);
    Rows offers = offers_of(fair.app);
    order_of(&fair, offers.at, 3, "Wu", "123");
    assert_fine(test_sql(app_store(fair.app), app_arena(fair.app), "UPDATE report_sum SET amount = amount + 1 WHERE kind = 'line'"));
    assert_int_equal(wrong_rows(fair.app), 1);
    assert_fine(db_write(app_store(fair.app), app_arena(fair.app), report_checks[0].rebuild, NULL));
    assert_int_equal(wrong_rows(fair.app), 0);
}

static Err *cancel(Tx *tx, void *arg)
{
    return order_act(tx, &(OrderAct){.order = *(Id *)arg, .verb = "cancel"}, time_now());
}

/* The sum of what is left of nothing is no goods at all. */
static void what_was_cancelled_stands_in_no_report(void **state)
{
    Fair fair = fair_of(state);
    Rows offers = offers_of(fair.app);
    User *packer = user(fair.app, "Li", 0, ROLE_PACKER);
    Id order = order_of(&fair, offers.at, 1, "Wu", "123").id;
    assert_silent(ask(fair.app, packer, "GET", "/reports/goods", NULL), "Nothing was ordered");
    assert_fine(db_write(app_store(fair.app), app_arena(fair.app), cancel, &order));
    assert_int_equal(wrong_rows(fair.app), 0);
    assert_says(ask(fair.app, packer, "GET", "/reports/goods", NULL), "Nothing was ordered");
    assert_says(ask(fair.app, packer, "GET", "/reports/totals", NULL), "Nothing was ordered");
    assert_says(ask(fair.app, packer, "GET", "/reports/buyers", NULL), "Nothing was ordered");
}

/* ---- a time is whole weeks and the days around them ---- */

typedef struct Sums {
    int64_t lines, goods, parts, charged, buyers_orders, buyers_amount;
} Sums;

static Sums sums_of_reports(Db *db, Time from, Time until, Id seller)
{
    GoodsRowList sold;
    MoneyRowList money;
    BuyerRowList buyers;
    Sums sums = {0};
    assert_fine(report_goods_by_time(db, from, until, seller, STR("en"), &sold));
    assert_fine(report_money_by_time(db, from, until, seller, STR("en"), &money));
    assert_fine(report_buyers_by_time(db, from, until, seller, &buyers));
    for (size_t i = 0; i < sold.len; i++)
        sums.lines += sold.at[i].lines, sums.goods += sold.at[i].amount.minor;
    for (size_t i = 0; i < money.len; i++) {
        sums.parts += str_eq(money.at[i].kind, STR("part")) ? money.at[i].rows : 0;
        sums.charged += str_eq(money.at[i].kind, STR("part")) ? money.at[i].amount.minor : 0;
    }
    for (size_t i = 0; i < buyers.len; i++)
        sums.buyers_orders += buyers.at[i].orders, sums.buyers_amount += buyers.at[i].amount.minor;
    return sums;
}

static int64_t asked(App *app, const char *what, Time from, Time until, Id seller)
{
    return test_int(app_store(app), str_z(app_arena(app), str_format(app_arena(app),
                    "SELECT %s FROM order_group g JOIN seller_order s ON s.order_group = g.id WHERE g.placed_at >= %lld AND g.placed_at < %lld "
                    "AND (%lld = 0 OR s.org = %lld)", what, (long long)from.ms, (long long)until.ms, (long long)seller, (long long)seller)));
}

static void a_report_of_any_time_adds_up_exactly_its_orders(void **state)
{
    enum { WEEK_DAYS = 7, ORDERS = 24 };
    const int64_t week_ms = WEEK_DAYS * (int64_t)DAY_MS;
    Fair fair = fair_of(state);
    App *app = fair.app;
    const OfferOf *offers = offers_of(app).at;
    int64_t week = time_now().ms / week_ms + 1; /* of 1970, as the projection counts */
    for (int i = 0; i < ORDERS; i++)            /* at the first and the last moment of weeks, and between */
        order_at(&fair, offers + i % 5, 1 + (size_t)i % 3, (Time){(week + i / 6) * week_ms + (int64_t[]){0, 1, DAY_MS, 3 * DAY_MS, week_ms - 2, week_ms - 1}[i % 6]});
    const int64_t ends[] = {0, 1, DAY_MS, 3 * DAY_MS + 1, week_ms - 1};
    int ranges = 0;
    Db db;
    assert_fine(db_read(app_store(app), app_arena(app), &db));
    for (int64_t from = 0; from < 20; from += 3)
        for (int64_t until = from; until < 25; until += 2) {
            Time first = {(week + from / 5) * week_ms + ends[from % 5]}, last = {(week + until / 5) * week_ms + ends[until % 5]};
            Id seller = ranges++ % 3 ? 0 : offers[ranges % 5].org;
            Sums sums = sums_of_reports(&db, first, last, seller);
            assert_int_equal(sums.parts, asked(app, "count(*)", first, last, seller));
            assert_int_equal(sums.goods, asked(app, "coalesce(sum(s.goods), 0)", first, last, seller));
            assert_int_equal(sums.charged, asked(app, "coalesce(sum(s.total), 0)", first, last, seller));
            assert_int_equal(sums.buyers_amount, sums.charged);
            assert_int_equal(sums.buyers_orders, asked(app, "count(DISTINCT g.id)", first, last, seller));
        }
    Sums all = sums_of_reports(&db, (Time){0}, (Time){(week + 9) * week_ms}, 0);
    assert_int_equal(all.lines, test_int(app_store(app), "SELECT count(*) FROM order_line"));
    assert_int_equal(all.buyers_orders, ORDERS);
}

/* ---- reading them ---- */

static void every_report_opens_in_both_languages_and_as_csv(void **state)
{
    Fair fair = fair_of(state);
    App *app = fair.app;
    Rows offers = offers_of(app);
    order_of(&fair, offers.at, 4, "Wu Laoshi", "13800001111");
    User *packer = user(app, "Li", 0, ROLE_PACKER);
    for (int zh = 0; zh < 2; zh++) {
        user_language(packer, zh ? "zh-CN" : "en");
        assert_status(ask(app, packer, "GET", "/reports", NULL), 200);
        for (const ReportKind *kind = report_kinds; kind->word; kind++) {
            const char *path = str_z(app_arena(app), str_format(app_arena(app), "/reports/%s", kind->word));
            assert_status(ask(app, packer, "GET", path, NULL), 200);
            const Answer *csv = ask(app, packer, "GET", str_z(app_arena(app), str_format(app_arena(app), "%s/csv", path)), NULL);
            assert_status(csv, 200);
            assert_true(str_starts(csv->body, STR("\xEF\xBB\xBF")));
        }
    }
    assert_says(ask(app, packer, "GET", "/reports/pickup", NULL), "Wu Laoshi");
    assert_says(ask(app, packer, "GET", "/reports?from=2026-01-01&until=2026-01-31", NULL), "from=2026-01-01&until=2026-01-31");
    assert_says(ask(app, packer, "GET", "/reports/customers", NULL), "13800001111");
    assert_int_equal(ask(app, packer, "GET", "/reports/gossip", NULL)->status, 404);
    assert_int_equal(ask(app, packer, "GET", "/reports/goods?from=2026-02-02&until=2026-01-01", NULL)->status, 422);
    assert_silent(ask(app, packer, "GET", "/reports/pickup?from=2020-01-01&until=2020-01-07", NULL), "Wu Laoshi");
}

static void the_sums_are_those_of_the_orders(void **state)
{
    Fair fair = fair_of(state);
    App *app = fair.app;
    Rows offers = offers_of(app);
    for (int i = 0; i < 5; i++)
        order_of(&fair, (OfferOf *)offers.at + i, 4, "Wu", "1");
    User *treasurer = user(app, "Li", 0, ROLE_TREASURER);
    const Answer *csv = ask(app, treasurer, "GET", "/reports/totals/csv", NULL);
    int64_t sold = 0, all = test_int(app_store(app), "SELECT sum(goods) FROM seller_order");
    Str rest = csv->body, line, cell;
    str_cut(rest, '\n', &line, &rest);
    while (rest.len) {
        str_cut(rest, '\n', &line, &rest);
        Str name, orders;
        str_cut(line, ',', &name, &line);
        str_cut(line, ',', &orders, &line);
        str_cut(line, ',', &cell, &line);
        Money amount;
        assert_true(money_parse(cell, 2, &amount));

        sold += amount.minor;
    }
    assert_int_equal(sold, all);
}

static Err *allow(Tx *tx, void *arg)
{
    Id *orgs = arg, made;
    for (int i = 0; i < 2; i++) {
        TRY(permission_offer(tx, orgs[0], orgs[1], i ? STR("see_customer_name") : STR("see_customer_phone"), 0, time_now(), &made));
        TRY(permission_act(tx, made, "accept", 0, time_now()));
    }
    return NULL;
}

static void a_producer_sees_only_its_own_and_phones_only_where_granted(void **state)
{
    Fair fair = fair_of(state);
    App *app = fair.app;
    Rows offers = offers_of(app);
    const OfferOf *all = offers.at, *other = NULL;
    for (size_t i = 1; i < offers.len && !other; i++)
        if (all[i].org != all[0].org)
            other = &all[i];
    assert_non_null(other);
    OfferOf both[2] = {all[0], *other};
    order_of(&fair, both, 2, "Wu Laoshi", "13800001111");
    User *farmer = user(app, "Farmer", all[0].org, ROLE_SELLER);
    const char *theirs = str_z(app_arena(app), str_format(app_arena(app), "/reports/goods?org=%.*s", STR_ARG(id_text(app_arena(app), other->org))));
    const Answer *own = ask(app, farmer, "GET", "/reports/pickup", NULL);
    assert_status(own, 200);
    assert_silent(own, "Wu Laoshi");
    assert_silent(own, "13800001111");
    assert_int_equal(ask(app, farmer, "GET", theirs, NULL)->status, 403);
    const Answer *csv = ask(app, farmer, "GET", "/reports/goods/csv", NULL);
    size_t lines = 0;
    for (size_t i = 0; i < csv->body.len; i++)
        lines += csv->body.at[i] == '\n';
    assert_int_equal(lines, 2); /* the heading and its own line */
    Id orgs[2] = {app_org(app), all[0].org};
    assert_fine(db_write(app_store(app), app_arena(app), allow, orgs));
    own = ask(app, farmer, "GET", "/reports/pickup", NULL);
    assert_says(own, "Wu Laoshi");
    assert_says(own, "13800001111");
}

static void a_stranger_and_a_member_read_no_report(void **state)
{
    App *app = app_of(state);
    assert_int_equal(ask(app, user(app, "Li", 0, ROLE_MEMBER), "GET", "/reports", NULL)->status, 403);
    assert_true(ask(app, guest(app), "GET", "/reports/goods", NULL)->status != 200);
    assert_true(ask(app, guest(app), "GET", "/reports/goods/csv", NULL)->status != 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(the_rows_follow_every_event_of_an_order),
        TEST_DB(rows_that_differ_are_found_and_made_again),
        TEST_DB(sums_that_differ_are_found_and_made_again),
        TEST_DB(what_was_cancelled_stands_in_no_report),
        TEST_DB(a_report_of_any_time_adds_up_exactly_its_orders),
        TEST_DB(every_report_opens_in_both_languages_and_as_csv),
        TEST_DB(the_sums_are_those_of_the_orders),
        TEST_DB(a_producer_sees_only_its_own_and_phones_only_where_granted),
        TEST_DB(a_stranger_and_a_member_read_no_report),
    };
    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
