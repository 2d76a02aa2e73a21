/* Clocks that jump, forward and back: the journal's times only increase, and no hold ends before its time. */
#include <stdio.h>
#include <stdlib.h>

#include "ledger/audit.h"
#include "test_till.h"

static uint64_t random_at;
static uint64_t next(uint64_t below)
{
    random_at ^= random_at << 13, random_at ^= random_at >> 7, random_at ^= random_at << 17;
    return random_at % below;
}

static void clocks_that_jump_turn_nothing_back_and_end_no_hold_early(void **state)
{
    Till till = till_make(state);
    enum { STEPS = 300, HOLD_MS = 60 * MINUTE_MS };
    int64_t last_ns = 0, expired;
    Time real = till_day;
    NewTransfer hold = till_line(till.cash, till.ana, 500);
    Done done;
    random_at = test_seed();
    hold.flags = TRANSFER_PENDING;
    hold.timeout_ms = 400 * (int64_t)DAY_MS;
    assert_fine(till_post(&till, &hold, 1, NULL));
    for (int i = 0; i < STEPS; i++) { /* the clock says anything from a year ago to tomorrow */
        real.ms += (int64_t)next(5000);
        till.now.ms = next(3) ? real.ms : real.ms - 365 * (int64_t)DAY_MS + (int64_t)next(366 * (uint64_t)DAY_MS);
        NewTransfer line = till_line(till.cash, till.ben, 1);
        line.flags = next(4) ? 0 : TRANSFER_PENDING;
        line.timeout_ms = line.flags ? HOLD_MS : 0;
        assert_fine(till_post(&till, &line, 1, &done));
        assert_true(done.recorded_ns > last_ns);
        last_ns = done.recorded_ns;
        assert_fine(holds_expire(till.store, till.arena, till.now, &expired)); /* what ends, verify proves to be over */
    }
    TransferView view;
    bool found;
    assert_fine(transfer_get(&till.db, hold.id, &view, &found));
    assert_int_equal(till_view(&till, till.ana).credit_pending, 500); /* 400 days are not over */
    till.now.ms = real.ms + 401 * (int64_t)DAY_MS;
    assert_fine(holds_expire(till.store, till.arena, till.now, &expired));
    assert_int_equal(till_view(&till, till.ana).credit_pending, 0); /* and in time all are given back */
    assert_int_equal(till_view(&till, till.ben).credit_pending, 0);
}

static void a_clock_set_forward_while_the_server_runs_ends_no_hold(void **state)
{
    Till till = till_make(state);
    JobContext context = {till.store, till.arena, till.now};
    NewTransfer hold = till_line(till.cash, till.ana, 500);
    hold.flags = TRANSFER_PENDING;
    hold.timeout_ms = 60 * MINUTE_MS;
    assert_fine(till_post(&till, &hold, 1, NULL));
    assert_fine(ledger_jobs[0].run(&context));
    context.now.ms += DAY_MS; /* somebody set it, or a battery ran out */
    assert_fine(ledger_jobs[0].run(&context));
    assert_int_equal(till_view(&till, till.ana).credit_pending, 500);
    context.now.ms -= DAY_MS;
    assert_fine(ledger_jobs[0].run(&context));
    assert_int_equal(till_view(&till, till.ana).credit_pending, 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(clocks_that_jump_turn_nothing_back_and_end_no_hold_early),
        TEST_DB(a_clock_set_forward_while_the_server_runs_ends_no_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
