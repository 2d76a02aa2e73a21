/* Whoever leaves takes everything along: hledger, Ledger and Beancount add up the exported file, and each balance is the same to
   the cent. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger/closing.h"
#include "ledger/export.h"
#include "test_till.h"

enum { LINES = 300, ACCOUNTS_MAX = 16 };

typedef struct Sum {
    char name[128];
    long long minor;
} Sum;

static const char *export_to(Till *till, ExportFormat format, const char *ending)
{
    int64_t lines;
    Arena *arena = arena_new();
    Db db;
    const char *path = str_z(till->arena, str_format(till->arena, "/tmp/ledger-export-%d.%s", getpid(), ending));
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_fine(db_read(till->store, arena, &db));
    assert_fine(ledger_export(&db, format, out, &lines, NULL, NULL));
    assert_int_equal(fclose(out), 0);
    arena_free(arena);
    return path;
}

/* "Assets:1010:0ak...   -12.50" in any order of the two, quotes and the currency left out. */
static bool line_read(char *line, Sum *sum)
{
    char *amount = NULL, *name = NULL;
    for (char *word = strtok(line, " ,\"\t\r\n"); word; word = strtok(NULL, " ,\"\t\r\n")) {
        if (strchr(word, ':'))
            name = word;
        else if (strspn(word, "-0123456789.") == strlen(word))
            amount = word;
    }
    if (!name)
        return false;
    snprintf(sum->name, sizeof sum->name, "%s", name);
    double value = amount ? strtod(amount, NULL) * 100 : 0;
    sum->minor = (long long)(value < 0 ? value - 0.5 : value + 0.5);
    return true;
}

static size_t run(const char *command, Sum *sums)
{
    char line[1024];
    size_t len = 0;
    FILE *out = popen(command, "r");
    assert_non_null(out);
    while (fgets(line, sizeof line, out))
        if (len < ACCOUNTS_MAX && line_read(line, &sums[len]))
            len++;
    int status = pclose(out);
    if (status)
        print_error("%s ended with %d\n", command, status);
    assert_int_equal(status, 0);
    return len;
}

/* Every account of the book. */
static void compare(Till *till, const Sum *sums, size_t len)
{
    AccountViewList all;
    assert_fine(accounts_list(&till->db, 0, STR(""), 0, ACCOUNTS_MAX, &all));
    assert_true(all.len >= 5 && all.len < ACCOUNTS_MAX);
    for (size_t i = 0; i < all.len; i++) {
        AccountView view = all.at[i];
        Str name = export_account_name(till->arena, view.code, view.id);
        long long found = 0;
        bool there = false;
        for (size_t k = 0; k < len; k++)
            if (str_eq(str_of(sums[k].name), name))
                found = sums[k].minor, there = true;
        if (found != -view.balance)
            print_error("%.*s is %lld in the file and %lld here\n", STR_ARG(name), found, (long long)-view.balance);
        assert_true(there || view.balance == 0);
        assert_int_equal(found, -view.balance);
    }
}

static Till busy_till(void **state)
{
    Till till = till_make(state);
    Id wallets[] = {till.ana, till.ben, till.cho, till.escrow};
    uint64_t random = 88172645463325252u;
    for (int i = 0; i < LINES; i++) {
        random ^= random << 13, random ^= random >> 7, random ^= random << 17;
        Id from = random % 5 ? wallets[random / 5 % 4] : till.cash, to = wallets[random / 20 % 4];
        NewTransfer line = till_line(from, to, (int64_t)(random / 80 % 20000) + 1);
        line.kind = STR("payment");
        line.ref = STR("order \"7\"; | \\ half");
        line.flags = random / 7 % 6 ? 0 : TRANSFER_PENDING;
        line.has_effective_on = true;
        line.effective_on = (Date){date_of(2026, 3, 1).days + (int32_t)(random / 900 % 200)};
        Err *err = till_post(&till, &line, 1, NULL);
        assert_true(!err || err_is(err, "account.overdraft") || err_is(err, "transfer.same_account"));
    }
    assert_true(test_int(till.store, "SELECT count(*) FROM transfer WHERE flags = 0") > 50);
    return till;
}

static void by_hledger(Till *till)
{
    Sum sums[ACCOUNTS_MAX];
    const char *path = export_to(till, EXPORT_HLEDGER, "journal");
    Str command = str_format(till->arena, "LC_ALL=C.UTF-8 hledger -f %s bal --flat -N -E -O csv && hledger -f %s check >&2", path, path);
    compare(till, sums, run(str_z(till->arena, command), sums));
    unlink(path);
}

static void by_ledger(Till *till)
{
    Sum sums[ACCOUNTS_MAX];
    const char *path = export_to(till, EXPORT_LEDGER, "ledger");
    Str command = str_format(till->arena, "ledger -f %s bal --flat --no-total -E", path);
    compare(till, sums, run(str_z(till->arena, command), sums));
    unlink(path);
}

static void by_beancount(Till *till)
{
    Sum sums[ACCOUNTS_MAX];
    const char *path = export_to(till, EXPORT_BEANCOUNT, "beancount");
    Str command = str_format(till->arena, "bean-check %s >&2 && bean-query -q -f csv %s 'SELECT account, number(only(\"CNY\", sum(position))) GROUP BY account'", path, path);
    compare(till, sums, run(str_z(till->arena, command), sums));
    unlink(path);
}

static void hledger_adds_up_the_same(void **state)
{
    Till till = busy_till(state);
    by_hledger(&till);
}

static void ledger_adds_up_the_same(void **state)
{
    Till till = busy_till(state);
    by_ledger(&till);
}

static void beancount_adds_up_the_same(void **state)
{
    Till till = busy_till(state);
    by_beancount(&till);
}

/* ---- the year's end ---- */

typedef struct YearAct {
    ClosingAct act;
    Id closing;
    Time now;
} YearAct;

static Err *close_write(Tx *tx, void *arg)
{
    YearAct *year = arg;
    return year_close(tx, &year->act, year->now, &year->closing);
}

static Err *reopen_write(Tx *tx, void *arg)
{
    const YearAct *year = arg;
    return year_reopen(tx, year->closing, 0, year->now);
}

static void book_on(Till *till, Id debit, Id credit, int64_t amount, Date day)
{
    NewTransfer line = till_line(debit, credit, amount);
    line.has_effective_on = true;
    line.effective_on = day;
    assert_fine(till_post(till, &line, 1, NULL));
}

static int64_t balance_at(Till *till, Id account, Date day)
{
    int64_t balance;
    assert_fine(account_balance_on(&till->db, account, day, &balance));
    return balance;
}

static void the_three_programs_agree_with_a_closed_year(void **state)
{
    Till till = till_make(state);
    Id fees = till_account(&till, "Market fees", "4010", 0), costs = till_account(&till, "Bank fees", "5020", 0), bank = till_account(&till, "Bank", "1020", 0);
    const Date end = date_of(2025, 12, 31), next_day = date_of(2026, 1, 1);
    YearAct year = {.act = {.day = end}, .now = till.now};
    AccountView results;
    bool found;
    assert_err(db_write(till.store, till.arena, close_write, &year), "closing.nothing");
    book_on(&till, bank, fees, 100000, date_of(2025, 6, 1));
    book_on(&till, costs, bank, 30000, date_of(2025, 7, 1));
    book_on(&till, bank, fees, 5000, next_day);
    by_hledger(&till), by_ledger(&till), by_beancount(&till);
    year.act.has_seen = true;
    year.act.seen = 69999;
    assert_err(db_write(till.store, till.arena, close_write, &year), "closing.changed");
    year.act.seen = 70000;
    assert_fine(db_write(till.store, till.arena, close_write, &year));
    assert_err(db_write(till.store, till.arena, close_write, &year), "closing.nothing"); /* twice changes nothing */
    assert_fine(account_find(&till.db, 0, STR("results"), &results, &found));
    assert_true(found);
    assert_int_equal(results.balance, 70000);
    assert_int_equal(balance_at(&till, fees, end), 0);
    assert_int_equal(balance_at(&till, costs, end), 0);
    assert_int_equal(balance_at(&till, fees, next_day), 5000); /* the new year's stays */
    by_hledger(&till), by_ledger(&till), by_beancount(&till);

    Id first = year.closing;
    book_on(&till, bank, fees, 700, date_of(2025, 12, 30)); /* found in January: closed once more, only that */
    year.act.seen = 700;
    assert_fine(db_write(till.store, till.arena, close_write, &year));
    assert_int_equal(till_balance(&till, results.id), 70700);
    by_hledger(&till), by_ledger(&till), by_beancount(&till);

    YearAct earlier = {.closing = first, .now = till.now};
    assert_err(db_write(till.store, till.arena, reopen_write, &earlier), "closing.later");
    assert_fine(db_write(till.store, till.arena, reopen_write, &year));
    assert_err(db_write(till.store, till.arena, reopen_write, &year), "closing.undone");
    assert_fine(db_write(till.store, till.arena, reopen_write, &earlier));
    assert_int_equal(till_balance(&till, results.id), 0);
    assert_int_equal(balance_at(&till, fees, end), 100700);
    assert_int_equal(balance_at(&till, costs, end), -30000);
    by_hledger(&till), by_ledger(&till), by_beancount(&till);
    year.act.day = time_date(till.now, STR("UTC"));
    assert_err(db_write(till.store, till.arena, close_write, &year), "closing.too_early");
}

static void a_line_changed_in_the_file_is_found_by_the_programs(void **state)
{
    Till till = busy_till(state);
    const char *path = export_to(&till, EXPORT_LEDGER, "ledger");
    Str edit = str_format(till.arena, "sed -i '0,/ \\([1-9][0-9]*\\)\\.[0-9][0-9] CNY/s// 0.07 CNY/' %s && ! ledger -f %s bal >/dev/null 2>&1", path, path);
    assert_int_equal(system(str_z(till.arena, edit)), 0);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(hledger_adds_up_the_same),
        TEST_DB(ledger_adds_up_the_same),
        TEST_DB(beancount_adds_up_the_same),
        TEST_DB(the_three_programs_agree_with_a_closed_year),
        TEST_DB(a_line_changed_in_the_file_is_found_by_the_programs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
