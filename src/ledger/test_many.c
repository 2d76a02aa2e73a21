/* Many at once: double spending, batches of strangers, and random histories against a plain model. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test_till.h"

enum { THREADS = 64 };

typedef struct Spender {
    Till *till;
    Id from, to;
    int64_t amount;
    int times;
    const NewTransfer *same; /* instead: everybody sends these */
    atomic_long *accepted, *refused, *again;
} Spender;

static void *spend(void *arg)
{
    Spender *s = arg;
    Arena *arena = arena_new();
    for (int i = 0; i < s->times; i++) {
        NewTransfer line = s->same ? s->same[i] : till_line(s->from, s->to, s->amount);
        Done done;
        Err *err = ledger_submit(s->till->store, arena, &(Submission){.list = &line, .len = 1, .now = s->till->now, .done = &done});
        if (err)
            fprintf(stderr, "# %.*s\n", STR_ARG(err_text(arena, err)));
        else if (done.refused)
            (*s->refused)++;
        else if (done.again)
            (*s->again)++;
        else
            (*s->accepted)++;
        arena_reset(arena);
    }
    arena_free(arena);
    return NULL;
}

static void all_spend(Spender *spender)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, spend, spender), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

static void sixty_four_who_spend_the_same_money_get_exactly_what_is_there(void **state)
{
    Till till = till_make(state);
    atomic_long accepted = 0, refused = 0, again = 0;
    assert_fine(till_move(&till, till.cash, till.ana, 1000, NULL));
    Spender spender = {&till, till.ana, till.ben, 7, 5, NULL, &accepted, &refused, &again};
    all_spend(&spender);
    assert_int_equal(accepted, 1000 / 7);
    assert_int_equal(refused, THREADS * 5 - 1000 / 7);
    assert_int_equal(till_balance(&till, till.ana), 1000 % 7);
    assert_int_equal(till_balance(&till, till.ben), 1000 / 7 * 7);
}

static void the_same_request_from_sixty_four_at_once_happens_once(void **state)
{
    Till till = till_make(state);
    NewTransfer same[5];
    atomic_long accepted = 0, refused = 0, again = 0;
    for (int i = 0; i < 5; i++)
        same[i] = till_line(till.cash, till.ana, 10);
    Spender spender = {&till, 0, 0, 0, 5, same, &accepted, &refused, &again};
    all_spend(&spender);
    assert_int_equal(accepted, 5);
    assert_int_equal(again, THREADS * 5 - 5);
    assert_int_equal(till_balance(&till, till.ana), 50);
}

static Err *fails(Tx *tx, void *arg)
{
    (void)arg;
    return err_new(tx->db.arena, ERR_CONFLICT, "transfer.resolved");
}

static void what_one_caller_adds_fails_alone(void **state)
{
    Till till = till_make(state);
    NewTransfer line = till_line(till.cash, till.ana, 10);
    Done done;
    assert_err(ledger_submit(till.store, till.arena, &(Submission){.list = &line, .len = 1, .now = till.now, .done = &done, .then = fails}), "transfer.resolved");
    assert_int_equal(test_int(till.store, "SELECT count(*) FROM transfer"), 0);
    assert_fine(ledger_submit(till.store, till.arena, &(Submission){.list = &line, .len = 1, .now = till.now, .done = &done}));
    assert_int_equal(done.seq, 1);
}

/* ---- random histories ---- */

enum { ACCOUNTS = 6, STEPS = 400, HOLDS = 400 };

typedef struct ModelHold {
    Uuid id;
    int from, to;
    int64_t amount;
    bool open;
} ModelHold;

typedef struct Model { /* what must come out, said as plainly as can be */
    int64_t posted[ACCOUNTS], held_out[ACCOUNTS];
    ModelHold holds[HOLDS];
    int holds_len;
} Model;

static uint64_t random_at;
static uint64_t next(uint64_t below)
{
    random_at ^= random_at << 13, random_at ^= random_at >> 7, random_at ^= random_at << 17;
    return random_at % below;
}

/* Account 0 is the world and may owe; the others never spend more than they have free. */
static bool model_may(const Model *m, int from, int64_t amount)
{
    return from == 0 || m->posted[from] - m->held_out[from] >= amount;
}

static bool model_move(Model *m, int from, int to, int64_t amount)
{
    if (!model_may(m, from, amount))
        return false;
    m->posted[from] -= amount;
    m->posted[to] += amount;
    return true;
}

static bool model_hold(Model *m, Uuid id, int from, int to, int64_t amount)
{
    if (!model_may(m, from, amount))
        return false;
    m->held_out[from] += amount;
    m->holds[m->holds_len++] = (ModelHold){id, from, to, amount, true};
    return true;
}

static bool model_settle(Model *m, ModelHold *hold, int64_t amount)
{
    if (!hold->open || amount > hold->amount)
        return false;
    hold->open = false;
    m->held_out[hold->from] -= hold->amount;
    m->posted[hold->from] -= amount;
    m->posted[hold->to] += amount;
    return true;
}

static bool step(Model *m, const Id *ids, NewTransfer *line)
{
    int from = (int)next(ACCOUNTS), to = (from + 1 + (int)next(ACCOUNTS - 1)) % ACCOUNTS;
    int64_t amount = (int64_t)next(500) + 1;
    *line = till_line(ids[from], ids[to], amount);
    uint64_t what = next(10);
    if (what < 5 || (what >= 7 && !m->holds_len))
        return model_move(m, from, to, amount);
    if (what < 7) {
        line->flags = TRANSFER_PENDING;
        return model_hold(m, line->id, from, to, amount);
    }
    ModelHold *hold = &m->holds[next((uint64_t)m->holds_len)];
    bool post = what < 9;
    *line = (NewTransfer){.id = line->id, .refers = hold->id, .flags = post ? TRANSFER_POST : TRANSFER_VOID, .amount = post ? (int64_t)next((uint64_t)hold->amount + 20) + 1 : 0};
    return model_settle(m, hold, line->amount);
}

static void compare(Till *till, const Model *m, const Id *ids)
{
    for (int i = 0; i < ACCOUNTS; i++) {
        AccountView view = till_view(till, ids[i]);
        assert_int_equal(view.balance, m->posted[i]);
        assert_int_equal(view.debit_pending, m->held_out[i]);
    }
}

static void any_history_comes_out_as_a_plain_model_says(void **state)
{
    Till till = till_make(state);
    Model *m = NEW(till.arena, Model);
    Id ids[ACCOUNTS];
    random_at = test_seed();
    for (int i = 0; i < ACCOUNTS; i++)
        ids[i] = till_account(&till, "Any", "2010", i ? ACCOUNT_NO_OVERDRAFT : 0);
    for (int i = 0; i < STEPS;) { /* in lists of 1 to 20, as they come */
        NewTransfer list[20];
        bool expected[20];
        Done done[20];
        int len = 1 + (int)next(20);
        for (int k = 0; k < len; k++)
            expected[k] = step(m, ids, &list[k]);
        assert_fine(till_post_each(&till, list, (size_t)len, done));
        for (int k = 0; k < len; k++)
            assert_int_equal(done[k].refused == NULL, expected[k]);
        till.now.ms += (int64_t)next(3600000) - 600000; /* clocks go back now and then */
        i += len;
    }
    compare(&till, m, ids);
}

static void groups_that_fail_leave_the_model_as_it_was(void **state)
{
    Till till = till_make(state);
    Model *m = NEW(till.arena, Model), *before = NEW(till.arena, Model);
    Id ids[ACCOUNTS];
    random_at = test_seed();
    for (int i = 0; i < ACCOUNTS; i++)
        ids[i] = till_account(&till, "Any", "2010", i ? ACCOUNT_NO_OVERDRAFT : 0);
    for (int round = 0; round < 40; round++) {
        NewTransfer list[8];
        bool all = true;
        int len = 2 + (int)next(7);
        *before = *m;
        for (int k = 0; k < len; k++)
            all = step(m, ids, &list[k]) && all;
        if (!all) /* a line that refers to a hold of the same refused group stays in step: the whole group is undone */
            *m = *before;
        Err *err = till_post(&till, list, (size_t)len, NULL);
        assert_int_equal(err == NULL, all);
        compare(&till, m, ids);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(sixty_four_who_spend_the_same_money_get_exactly_what_is_there),
        TEST_DB(the_same_request_from_sixty_four_at_once_happens_once),
        TEST_DB(what_one_caller_adds_fails_alone),
        TEST_DB(any_history_comes_out_as_a_plain_model_says),
        TEST_DB(groups_that_fail_leave_the_model_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
