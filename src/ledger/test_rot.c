/* Bit rot: whatever byte of the data file changes, it is either found or changes nothing that can be read of the ledger. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "core/verify.h"
#include "ledger/audit.h"
#include "test_till.h"

enum { FLIPS = 250, TRANSFERS = 600 };

static uint64_t random_at;
static uint64_t next(uint64_t below)
{
    random_at ^= random_at << 13, random_at ^= random_at >> 7, random_at ^= random_at << 17;
    return random_at % below;
}

/* ---- everything the ledger can say, as text ---- */

static Err *say_account(void *arg, const Account *a)
{
    buf_addf(arg, "%lld %lld %.*s %lld %lld %.*s %.*s %lld %lld %lld %lld %lld %lld\n", (long long)a->id, (long long)a->book, STR_ARG(a->account_key),
             (long long)(a->has_person ? a->person : 0), (long long)(a->has_org ? a->org : 0), STR_ARG(a->code), STR_ARG(a->name),
             (long long)a->flags, (long long)a->dr_posted, (long long)a->cr_posted, (long long)a->dr_pending, (long long)a->cr_pending, (long long)a->last_seq);
    return NULL;
}

static Err *say_transfer(void *arg, const Transfer *t)
{
    Buf *out = arg;
    buf_add(out, t->id);
    buf_add(out, t->hash);
    buf_addf(out, "%lld %lld %lld %lld %.*s %.*s %d\n", (long long)t->seq, (long long)t->debit, (long long)t->credit, (long long)t->amount, STR_ARG(t->kind),
             STR_ARG(t->ref), t->effective_on.days);
    return NULL;
}

static Err *say_hold(void *arg, const Hold *h)
{
    buf_addf(arg, "%lld %.*s %lld %lld %lld\n", (long long)h->seq, STR_ARG(h->state), (long long)h->amount, (long long)h->posted, (long long)h->resolved_seq);
    return NULL;
}

static Err *say_all(Db *db, Buf *out)
{
    BalanceList balances;
    TRY(account_each(db, say_account, out));
    TRY(transfer_each(db, 0, INT64_MAX, say_transfer, out));
    TRY(hold_each(db, say_hold, out));
    TRY(balances_on(db, date_of(2026, 11, 19), &balances));
    for (size_t i = 0; i < balances.len; i++)
        buf_addf(out, "%lld %lld %lld\n", (long long)balances.at[i].account, (long long)balances.at[i].debit, (long long)balances.at[i].credit);
    return NULL;
}

typedef enum Outcome { FOUND, UNCHANGED, SERVED } Outcome;

/* Opens the folder as a server would, and proves it as millet verify does. */
static Outcome outcome_of(const char *folder, Str before, Str *said, Arena *kept)
{
    Arena *arena = arena_new();
    StoreOptions options = {.data = folder, .no_sync = true};
    Store *store;
    Db db;
    int64_t wrong = 0;
    Buf out = buf_new(arena, 4 << 20);
    FILE *sink = fopen("/dev/null", "w");
    Outcome outcome = FOUND;
    if (!store_open(arena, &options, &store)) {
        Err *err = verify_all(store, arena, sink, NULL, false, &wrong);
        Arena *reading = arena_new();
        if (!err)
            err = db_read(store, reading, &db);
        if (!err)
            err = say_all(&db, &out);
        arena_free(reading);
        if (!err && !wrong)
            outcome = str_eq(buf_str(&out), before) ? UNCHANGED : SERVED;
        if (said && !err)
            *said = str_copy(kept, buf_str(&out));
        arena_reset(arena);
        store_close(store);
    }
    fclose(sink);
    arena_free(arena);
    return outcome;
}

static void fill(Till *till)
{
    Id wallets[] = {till->ana, till->ben, till->cho, till->escrow};
    for (int i = 0; i < TRANSFERS; i++) {
        NewTransfer line = till_line(till->cash, wallets[next(4)], (int64_t)next(10000) + 1);
        line.flags = next(5) ? 0 : TRANSFER_PENDING;
        line.ref = STR("order 7");
        till->now.ms += 1000;
        assert_fine(till_post(till, &line, 1, NULL));
    }
}

static void a_flipped_byte_is_found_or_changes_nothing(void **state)
{
    if (test_on_postgres()) { /* PostgreSQL's own pages: initdb --data-checksums */
        assert_true(test_int(test_store(state), "SELECT count(*) FROM pg_settings WHERE name = 'data_checksums'") == 1);
        return;
    }
    const char *given = getenv("ROT_FLIPS"), *seed = getenv("MILLET_TEST_SEED");
    int flips = given ? atoi(given) : FLIPS, found = 0, unchanged = 0;
    Till till = {.arena = test_arena(state), .now = till_day};
    StoreOptions options = test_store_options(till.arena);
    random_at = seed ? strtoull(seed, NULL, 10) : (uint64_t)time_real().ms;
    fprintf(stderr, "# seed %llu\n", (unsigned long long)random_at);
    assert_fine(store_open(till.arena, &options, &till.store));
    till.cash = till_account(&till, "Cash box", "1010", 0);
    till.ana = till_account(&till, "Wallet", "2010", ACCOUNT_NO_OVERDRAFT);
    till.ben = till_account(&till, "Wallet", "2010", ACCOUNT_NO_OVERDRAFT);
    till.cho = till_account(&till, "Wallet", "2010", ACCOUNT_NO_OVERDRAFT);
    till.escrow = till_account(&till, "Order", "2030", ACCOUNT_NO_OVERDRAFT);
    fill(&till);
    store_close(till.store);
    Str bytes, before = {0};
    assert_fine(file_read(till.arena, str_z(till.arena, str_format(till.arena, "%s/millet.db", options.data)), 64u << 20, &bytes));
    char folder[] = "/dev/shm/ledger-rot-XXXXXX";
    assert_non_null(mkdtemp(folder));
    const char *path = str_z(till.arena, str_format(till.arena, "%s/millet.db", folder));
    for (int i = -1; i < flips; i++) { /* the first time as it is */
        char *copy = malloc(bytes.len);
        size_t at = (size_t)next(bytes.len);
        assert_non_null(copy);
        memcpy(copy, bytes.at, bytes.len);
        if (i >= 0)
            copy[at] = (char)(copy[at] ^ (1 + (int)next(255)));
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        assert_int_equal(fwrite(copy, 1, bytes.len, file), bytes.len);
        assert_int_equal(fclose(file), 0);
        free(copy);
        Outcome outcome = outcome_of(folder, before, i < 0 ? &before : NULL, till.arena);
        if (i < 0) {
            assert_true(before.len > TRANSFERS * 48);
            continue;
        }
        if (outcome == SERVED)
            fail_msg("byte %zu of page %zu was flipped, nothing was found and something else is read", at % 4096, at / 4096 + 1);
        found += outcome == FOUND;
        unchanged += outcome == UNCHANGED;
    }
    fprintf(stderr, "# %d flips: %d found, %d changed nothing of the ledger\n", flips, found, unchanged);
    assert_true(found > 0);
    assert_int_equal(system(str_z(till.arena, str_format(till.arena, "rm -rf %s", folder))), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(a_flipped_byte_is_found_or_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
