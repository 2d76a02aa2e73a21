/* Whoever leaves takes everything along: hledger, Ledger and Beancount add up the exported file, and each balance is the same to
   the cent. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static void compare(Till *till, const Sum *sums, size_t len)
{
    Id accounts[] = {till->cash, till->ana, till->ben, till->cho, till->escrow};
    for (size_t i = 0; i < sizeof accounts / sizeof *accounts; i++) {
        AccountView view = till_view(till, accounts[i]);
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

static void hledger_adds_up_the_same(void **state)
{
    Till till = busy_till(state);
    Sum sums[ACCOUNTS_MAX];
    const char *path = export_to(&till, EXPORT_HLEDGER, "journal");
    Str command = str_format(till.arena, "LC_ALL=C.UTF-8 hledger -f %s bal --flat -N -E -O csv && hledger -f %s check >&2", path, path);
    compare(&till, sums, run(str_z(till.arena, command), sums));
    unlink(path);
}

static void ledger_adds_up_the_same(void **state)
{
    Till till = busy_till(state);
    Sum sums[ACCOUNTS_MAX];
    const char *path = export_to(&till, EXPORT_LEDGER, "ledger");
    Str command = str_format(till.arena, "ledger -f %s bal --flat --no-total -E", path);
    compare(&till, sums, run(str_z(till.arena, command), sums));
    unlink(path);
}

static void beancount_adds_up_the_same(void **state)
{
    Till till = busy_till(state);
    Sum sums[ACCOUNTS_MAX];
    const char *path = export_to(&till, EXPORT_BEANCOUNT, "beancount");
    Str command = str_format(till.arena, "bean-check %s >&2 && bean-query -q -f csv %s 'SELECT account, number(only(\"CNY\", sum(position))) GROUP BY account'", path, path);
    compare(&till, sums, run(str_z(till.arena, command), sums));
    unlink(path);
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
        TEST_DB(a_line_changed_in_the_file_is_found_by_the_programs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
