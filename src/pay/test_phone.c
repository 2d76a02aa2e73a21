/* Mobile money over real HTTP on 127.0.0.1: a service in a thread of its own that is late, double, silent, forged and wrong; our
   side is what runs in production, from the button to the child that speaks HTTP. */
#include "pay/test_service.h"

static void call_back(Fold *v, const Asked *a, const char *rail)
{
    const char *body = strcmp(rail, "momo") == 0 ? text(v, "{\"externalId\":\"%s\",\"status\":\"SUCCESSFUL\",\"amount\":\"999999\"}", a->own)
                                                  : text(v, "{\"Body\":{\"stkCallback\":{\"CheckoutRequestID\":\"%s\",\"ResultCode\":0}}}", a->reference);
    assert_status(ask(v->app, NULL, "POST", text(v, "/pay/rails/%s", rail), body), 204);
}

static int64_t truth_of(const Service *s, bool momo)
{
    int64_t truth = 0;
    for (size_t i = 0; i < s->len; i++) {
        const Asked *a = &s->calls[i];
        bool counts = !a->failed && !(!momo && a->fault == SILENT);
        truth += counts ? a->amount - (momo && a->fault == WRONG ? 100 : 0) : 0;
    }
    return truth;
}

static void every_fault(void **state, const char *rail)
{
    Fold v = fold_make(state);
    Service *s = service_open(v.arena);
    bool momo = strcmp(rail, "momo") == 0;
    connect_rail(&v, s, rail);
    for (int i = 0; i < FAULTS * EACH; i++) {
        s->next = !momo && i % FAULTS == WRONG ? HONEST : (Fault)(i % FAULTS);
        s->next_fails = i % 3 == 0;
        assert_goes_to(ask(v.app, v.ana, "POST", "/wallet/pay-in", text(&v, "rail=%s&phone=%%2B254+700+000+001&amount=%d&once=k%d", rail, 20 + i, i)), "/wallet");
        if (i % 2) /* pressed twice */
            assert_goes_to(ask(v.app, v.ana, "POST", "/wallet/pay-in", text(&v, "rail=%s&phone=%%2B254+700+000+001&amount=%d&once=k%d", rail, 20 + i, i)), "/wallet");
        size_t before = s->len;
        later(&v, s, SECOND_MS);
        for (int k = 0; s->len > before && k < (s->next == TWICE ? 2 : s->next == FORGED ? 1 : 0); k++)
            call_back(&v, &s->calls[before], rail);
        if (i == FAULTS)
            snprintf(s->token, sizeof s->token, "gone"); /* the session ends in the middle */
    }
    const int64_t waits[] = {MINUTE_MS, 10 * MINUTE_MS, 2 * HOUR_MS, 3 * (int64_t)DAY_MS, 31 * (int64_t)DAY_MS, DAY_MS};
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++)
        later(&v, s, waits[i]);
    for (size_t i = 0; i < s->len; i++)
        call_back(&v, &s->calls[i], rail);
    later(&v, s, MINUTE_MS);
    assert_int_equal(s->submits, FAULTS * EACH); /* nothing was begun twice */
    assert_true(s->refused > 0 && s->tokens >= 2);
    assert_int_equal(wallet_of(&v, v.ana), truth_of(s, momo));
    assert_int_equal(-balance_of(&v, str_format(v.arena, "float/%s", rail)), truth_of(s, momo));
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM pay_call WHERE state NOT IN ('succeeded', 'failed', 'unknown')"), 0);
    service_close(s);
}

static void momo_over_the_wire_ends_with_the_truth_of_the_service(void **state)
{
    every_fault(state, "momo");
}

static void mpesa_over_the_wire_assumes_nothing(void **state)
{
    every_fault(state, "mpesa");
}

static void the_member_reads_plainly_what_happens(void **state)
{
    Fold v = fold_make(state);
    Service *s = service_open(v.arena);
    assert_silent(ask(v.app, v.ana, "GET", "/wallet", NULL), "Pay in by phone");
    assert_refused(ask_with(v.app, v.ana, "POST", "/wallet/pay-in", "Accept: application/json", "rail=momo&phone=254700000001&amount=20&once=a"), 422, "rail.none");
    connect_rail(&v, s, "momo");
    assert_says(ask(v.app, v.ana, "GET", "/wallet", NULL), "Pay in by phone");
    s->next = SILENT;
    s->down = true;
    assert_goes_to(ask(v.app, v.ana, "POST", "/wallet/pay-in", "rail=momo&phone=254700000001&amount=20&once=b"), "/wallet");
    assert_says(ask(v.app, v.ana, "GET", "/wallet", NULL), "Your phone is asked in a moment");
    s->down = false;
    later(&v, s, SECOND_MS);
    assert_says(ask(v.app, v.ana, "GET", "/wallet", NULL), "do not pay again");
    assert_says(ask(v.app, v.tess, "GET", "/treasury/calls", NULL), "Not known: asking");
    assert_says(ask(v.app, v.tess, "GET", "/treasury", NULL), "1 payment by phone without an answer");
    later(&v, s, MINUTE_MS);
    assert_says(ask(v.app, v.ana, "GET", "/wallet", NULL), "It is in your wallet");
    assert_int_equal(wallet_of(&v, v.ana), 2000);
    assert_says(ask(v.app, v.tess, "GET", "/treasury/calls", NULL), "Nothing is open");
    service_close(s);
}

static void what_never_came_is_given_up_by_a_treasurer_and_lies_aside_when_it_comes_after_all(void **state)
{
    Fold v = fold_make(state);
    Service *s = service_open(v.arena);
    connect_rail(&v, s, "momo");
    s->next = LATE;
    assert_goes_to(ask(v.app, v.ana, "POST", "/wallet/pay-in", "rail=momo&phone=254700000001&amount=20&once=b"), "/wallet");
    later(&v, s, SECOND_MS);
    Id call = test_int(v.store, "SELECT id FROM pay_call");
    const char *give_up = text(&v, "/treasury/calls/%s/give-up", str_z(v.arena, id_text(v.arena, call))), *again = text(&v, "/treasury/calls/%s/ask", str_z(v.arena, id_text(v.arena, call)));
    assert_status(ask(v.app, v.ana, "POST", give_up, ""), 403);
    assert_goes_to(ask(v.app, v.tess, "POST", again, ""), "/treasury/calls");
    assert_silent(ask(v.app, v.tess, "GET", "/treasury/calls", NULL), "Give up on it"); /* not on the first day */
    assert_fine(test_sql(v.store, v.arena, "UPDATE pay_call SET made_at = made_at - 172800000"));
    assert_says(ask(v.app, v.tess, "GET", "/treasury/calls", NULL), "Give up on it");
    assert_goes_to(ask(v.app, v.tess, "POST", give_up, ""), "/treasury/calls");
    assert_says(ask(v.app, v.ana, "GET", "/wallet", NULL), "It did not come");
    later(&v, s, 40 * (int64_t)DAY_MS);
    call_back(&v, &s->calls[0], "momo");
    later(&v, s, MINUTE_MS);
    assert_int_equal(wallet_of(&v, v.ana), 0);
    assert_int_equal(balance_of(&v, STR("unidentified")), 2000);
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM pay_call WHERE state = 'late'"), 1);
    service_close(s);
}

static void a_member_is_paid_out_by_phone_when_a_treasurer_agrees(void **state)
{
    Fold v = fold_make(state);
    Service *s = service_open(v.arena);
    connect_rail(&v, s, "momo");
    assert_fine(cash_in(&v, v.ana, 5000));
    assert_status(ask(v.app, v.ana, "POST", "/wallet/pay-out", "rail=momo&number=254700000001&amount=60&once=a"), 409);
    assert_goes_to(ask(v.app, v.ana, "POST", "/wallet/pay-out", "rail=momo&number=254700000001&amount=30&once=b"), "/wallet");
    assert_says(ask(v.app, v.ana, "GET", "/wallet", NULL), "Waits for a treasurer");
    assert_status(ask(v.app, v.ana, "POST", "/wallet/pay-out", "rail=momo&number=254700000001&amount=5&once=c"), 409); /* one at a time */
    const char *first = str_z(v.arena, id_text(v.arena, test_int(v.store, "SELECT id FROM pay_batch")));
    assert_status(ask(v.app, v.bo, "POST", text(&v, "/wallet/pay-out/%s/drop", first), ""), 404);
    assert_goes_to(ask(v.app, v.ana, "POST", text(&v, "/wallet/pay-out/%s/drop", first), ""), "/wallet");
    assert_goes_to(ask(v.app, v.ana, "POST", "/wallet/pay-out", "rail=momo&number=254700000001&amount=30&once=d"), "/wallet");
    const char *batch = str_z(v.arena, id_text(v.arena, test_int(v.store, "SELECT max(id) FROM pay_batch")));
    assert_goes_to(ask(v.app, v.tess, "POST", text(&v, "/treasury/batches/%s/approve", batch), ""), "/treasury/batches");
    assert_goes_to(ask(v.app, v.tess, "POST", text(&v, "/treasury/batches/%s/send", batch), ""), "/treasury/batches");
    later(&v, s, SECOND_MS);
    later(&v, s, MINUTE_MS);
    assert_int_equal(s->submits, 1);
    assert_int_equal(wallet_of(&v, v.ana), 2000);
    assert_int_equal(balance_of(&v, STR("transit/momo")), 3000);
    assert_says(ask(v.app, v.ana, "GET", "/wallet", NULL), "Paid.");
    service_close(s);
}

static void keys_are_tried_and_never_shown(void **state)
{
    Fold v = fold_make(state);
    Service *s = service_open(v.arena);
    assert_status(ask(v.app, v.ana, "GET", "/treasury/rails", NULL), 403);
    assert_status(ask(v.app, v.tess, "POST", "/treasury/rails/momo", "url=http%3A%2F%2Fevil.example&user=us&secret=secret"), 422);
    assert_status(ask(v.app, v.tess, "POST", "/treasury/rails/mpesa", "url=https%3A%2F%2Fx.example&user=us&secret=secret&callback=https%3A%2F%2Fx.example%2Felsewhere"), 422);
    assert_status(ask(v.app, v.tess, "POST", "/treasury/rails/mpesa", "url=https%3A%2F%2Fx.example&user=us&secret=secret&callback=http%3A%2F%2Fx.example%2Fpay%2Frails%2Fmpesa"), 422);
    assert_status(ask(v.app, v.tess, "POST", "/treasury/rails/momo/try", ""), 409);
    connect_rail(&v, s, "momo");
    const Answer *page = ask(v.app, v.tess, "GET", "/treasury/rails", NULL);
    assert_says(page, "Money in and out");
    assert_silent(page, "value=\"secret\"");
    assert_silent(page, "value=\"sub\"");
    assert_goes_to(ask(v.app, v.tess, "POST", "/treasury/rails/momo/try", ""), "/treasury/rails");
    assert_int_equal(s->tokens, 1);
    assert_goes_to(ask(v.app, v.tess, "POST", "/treasury/rails/momo", text(&v, "url=http%%3A%%2F%%2F127.0.0.1%%3A%d&user=other&environment=sandbox", s->port)), "/treasury/rails");
    assert_status(ask(v.app, v.tess, "POST", "/treasury/rails/momo/try", ""), 503); /* the kept secret does not fit the other user */
    assert_goes_to(ask(v.app, v.tess, "POST", "/treasury/rails/momo", "forget=1"), "/treasury/rails");
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM setting WHERE name LIKE 'pay.momo%' AND value <> ''"), 0);
    service_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(momo_over_the_wire_ends_with_the_truth_of_the_service),
        TEST_DB(mpesa_over_the_wire_assumes_nothing),
        TEST_DB(the_member_reads_plainly_what_happens),
        TEST_DB(what_never_came_is_given_up_by_a_treasurer_and_lies_aside_when_it_comes_after_all),
        TEST_DB(a_member_is_paid_out_by_phone_when_a_treasurer_agrees),
        TEST_DB(keys_are_tried_and_never_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
