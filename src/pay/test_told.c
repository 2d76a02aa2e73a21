/* Messages of mobile money that count: payments that come by themselves (C2B) and the outcome of payouts (B2C), at addresses that the
   service alone was given; forged, double, late, of another amount. */
#include "pay/test_service.h"


/* ---- payments that come by themselves ---- */

static const char *payment(Fold *v, const char *number, const char *amount, const char *reference, const char *phone)
{
    return text(v, "{\"TransactionType\":\"Pay Bill\",\"TransID\":\"%s\",\"TransTime\":\"20261120101500\",\"TransAmount\":\"%s\",\"BusinessShortCode\":\"174379\","
                   "\"BillRefNumber\":\"%s\",\"InvoiceNumber\":\"\",\"OrgAccountBalance\":\"900.00\",\"ThirdPartyTransID\":\"\",\"MSISDN\":\"%s\",\"FirstName\":\"JOHN\",\"LastName\":\"DOE\"}",
                number, amount, reference, phone);
}

static Service *enrolled(Fold *v)
{
    Service *s = service_open(v->arena);
    connect_rail(v, s, "mpesa");
    assert_says(ask(v->app, v->tess, "GET", "/treasury/rails", NULL), "Tell us of payments that come by themselves");
    assert_status(ask(v->app, v->ana, "POST", "/treasury/rails/mpesa/enrol", ""), 403);
    assert_goes_to(ask(v->app, v->tess, "POST", "/treasury/rails/mpesa/enrol", ""), "/treasury/rails");
    assert_true(s->paid_path[0] && s->check_path[0] && strcmp(s->paid_path, s->check_path) != 0);
    return s;
}

static void told(Fold *v, const Service *s, const char *body)
{
    const Answer *said = ask(v->app, NULL, "POST", s->paid_path, body);
    assert_status(said, 200);
    assert_says(said, "\"ResultCode\":0");
}

static int64_t unidentified(Fold *v)
{
    return balance_of(v, STR("unidentified"));
}

static void a_payment_goes_where_its_reference_says_once(void **state)
{
    Fold v = fold_make(state);
    Service *s = enrolled(&v);
    told(&v, s, payment(&v, "RKT1", "20.00", "Ana", "2547 ***** 126"));
    told(&v, s, payment(&v, "RKT1", "20.00", "Ana", "2547 ***** 126")); /* twice */
    assert_int_equal(wallet_of(&v, v.ana), 2000);
    told(&v, s, payment(&v, "RKT2", "7.50", "Nobody here", "254700000001"));
    assert_int_equal(unidentified(&v), 750);
    assert_says(ask(v.app, v.tess, "GET", "/treasury/reconcile", NULL), "Nobody here");
    assert_int_equal(-balance_of(&v, STR("float/mpesa")), 2750);
    Id line = test_int(v.store, "SELECT id FROM pay_line WHERE bank_ref = 'RKT2'");
    assert_goes_to(ask(v.app, v.tess, "POST", text(&v, "/treasury/reconcile/lines/%s/undo", str_z(v.arena, id_text(v.arena, line))), ""), "/treasury/reconcile");
    assert_goes_to(ask(v.app, v.tess, "POST", text(&v, "/treasury/reconcile/lines/%s", str_z(v.arena, id_text(v.arena, line))), "what=wallet&who=Bo"), "/treasury/reconcile");
    assert_int_equal(wallet_of(&v, v.bo), 750);
    assert_int_equal(unidentified(&v), 0);
    service_close(s);
}

static void an_order_is_paid_by_its_code(void **state)
{
    Fold v = fold_make(state);
    Service *s = enrolled(&v);
    OrderMade made;
    OrderAskLine line = {v.eggs, 10};
    OrderAsk wanted = {.lines = &line, .lines_len = 1, .buyer = user_id(v.ana), .lang = STR("en"), .currency = STR("CNY"), .pickup = v.pickup,
                       .payment = STR("at_pickup"), .channel = "shop", .hold_ms = 7 * (int64_t)DAY_MS};
    assert_fine(order_place(&v.db, &wanted, time_now(), &made));
    told(&v, s, payment(&v, "RKT3", "14.00", str_z(v.arena, made.code), "254700000001")); /* too little: it waits in the wallet */
    assert_int_equal(wallet_of(&v, v.ana), 1400);
    assert_int_equal(escrow_of(&v, made.id), 0);
    told(&v, s, payment(&v, "RKT4", "15.00", str_z(v.arena, made.code), "254700000001"));
    assert_int_equal(wallet_of(&v, v.ana), 1400);
    assert_int_equal(escrow_of(&v, made.id), 1500);
    assert_fine(act_on(&v, made.id, "collect"));
    assert_int_equal(earnings_of(&v, v.farm), 1500);
    assert_int_equal(escrow_of(&v, made.id), 0);
    service_close(s);
}

static void the_service_may_ask_before_whether_we_take_it(void **state)
{
    Fold v = fold_make(state);
    Service *s = enrolled(&v);
    assert_says(ask(v.app, NULL, "POST", s->check_path, payment(&v, "RKT5", "20.00", "Ana", "254700000001")), "\"ResultCode\":0");
    assert_says(ask(v.app, NULL, "POST", s->check_path, payment(&v, "RKT5", "20.00", "Zoe", "254700000001")), "C2B00012");
    assert_says(ask(v.app, NULL, "POST", s->check_path, payment(&v, "RKT5", "0", "Ana", "254700000001")), "C2B00013");
    assert_says(ask(v.app, NULL, "POST", s->check_path, text(&v, "{\"TransID\":\"R\",\"TransTime\":\"20261120101500\",\"TransAmount\":\"20\",\"BusinessShortCode\":\"1\",\"BillRefNumber\":\"Ana\"}")), "C2B00015");
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM pay_line"), 0); /* asking moves nothing */
    service_close(s);
}

static void a_forged_message_books_nothing(void **state)
{
    Fold v = fold_make(state);
    Service *s = enrolled(&v);
    const char *body = payment(&v, "RKT6", "20.00", "Ana", "254700000001");
    assert_status(ask(v.app, NULL, "POST", "/pay/told/paid/0123456789abcdef0123456789abcdef", body), 404);
    assert_status(ask(v.app, NULL, "POST", text(&v, "/pay/told/paid/%s", strrchr(s->check_path, '/') + 1), body), 404); /* the sign of another way */
    assert_status(ask(v.app, NULL, "POST", text(&v, "/pay/told/check/%s", strrchr(s->paid_path, '/') + 1), body), 404);
    assert_status(ask(v.app, NULL, "POST", "/pay/rails/mpesa", body), 204); /* decides nothing */
    told(&v, s, "no json at all");
    told(&v, s, text(&v, "{\"TransID\":\"R\",\"TransTime\":\"20261120101500\",\"TransAmount\":\"20\",\"BusinessShortCode\":\"999\",\"BillRefNumber\":\"Ana\"}"));
    told(&v, s, payment(&v, "RKT6", "-20.00", "Ana", "254700000001"));
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM pay_line"), 0);
    assert_int_equal(wallet_of(&v, v.ana), 0);
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM pay_rail_event"), 4); /* what came is noted */
    service_close(s);
}

static void the_statement_proves_what_was_told_and_shows_what_was_not_true(void **state)
{
    Fold v = fold_make(state);
    Service *s = enrolled(&v);
    const Date day = date_of(2026, 11, 20);
    told(&v, s, payment(&v, "RKT7", "20.00", "Ana", "254700000001"));
    told(&v, s, payment(&v, "RKT7", "99.00", "Ana", "254700000001")); /* the same number, another amount: waits for a person */
    told(&v, s, payment(&v, "RKT8", "30.00", "Bo", "254700000001"));  /* never on the statement */
    assert_int_equal(wallet_of(&v, v.ana), 2000);
    assert_silent(ask(v.app, v.tess, "GET", "/treasury/reconcile", NULL), "Told, but not on the statement");
    const StatementLine lines[] = {{.booked_on = day, .amount = {2000}, .bank_ref = STR("RKT7")}, {.booked_on = day, .amount = {-50}, .bank_ref = STR("RKT7"), .text = STR("charge")},
                                   {.booked_on = {day.days + 1}, .amount = {500}, .bank_ref = STR("RKT9"), .text = STR("Ana")}};
    assert_int_equal(import(&v, "mpesa", lines, 3), 2); /* the payment stands there already, its charge does not */
    assert_int_equal(import(&v, "mpesa", lines, 3), 0);
    assert_int_equal(wallet_of(&v, v.ana), 2000);
    const Answer *page = ask(v.app, v.tess, "GET", "/treasury/reconcile", NULL);
    assert_says(page, "Told, but not on the statement");
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM pay_line WHERE told = 1"), 2);
    Id never = test_int(v.store, "SELECT id FROM pay_line WHERE bank_ref = 'RKT8'");
    assert_goes_to(ask(v.app, v.tess, "POST", text(&v, "/treasury/reconcile/lines/%s/undo", str_z(v.arena, id_text(v.arena, never))), ""), "/treasury/reconcile");
    assert_int_equal(wallet_of(&v, v.bo), 0);
    told(&v, s, payment(&v, "RKT9", "5.00", "Bo", "254700000001")); /* late: the statement said so before */
    told(&v, s, payment(&v, "RKT9", "6.00", "Bo", "254700000001")); /* and not this */
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM pay_line WHERE bank_ref = 'RKT9'"), 1);
    assert_int_equal(wallet_of(&v, v.bo), 0);
    service_close(s);
}

static void what_a_phone_was_asked_for_is_not_booked_twice(void **state)
{
    Fold v = fold_make(state);
    Service *s = enrolled(&v);
    s->next = SILENT; /* the answer is lost: nobody can ask about it */
    assert_goes_to(ask(v.app, v.ana, "POST", "/wallet/pay-in", "rail=mpesa&phone=254700000001&amount=20&once=a"), "/wallet");
    later(&v, s, SECOND_MS);
    assert_int_equal(wallet_of(&v, v.ana), 0);
    const char *own = s->calls[0].own;
    told(&v, s, payment(&v, "RKTA", "21.00", own, "254700000001")); /* not what was asked: waits for a person */
    assert_int_equal(wallet_of(&v, v.ana), 0);
    told(&v, s, payment(&v, "RKTB", "20.00", own, "254700000001"));
    assert_int_equal(wallet_of(&v, v.ana), 2000);
    told(&v, s, payment(&v, "RKTB", "20.00", own, "254700000001"));
    for (int i = 0; i < 3; i++)
        later(&v, s, DAY_MS);
    assert_int_equal(wallet_of(&v, v.ana), 2000);
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM pay_call WHERE state = 'succeeded' AND receipt = 'RKTB'"), 1);
    service_close(s);
}

/* ---- payouts ---- */

static Id payout_begin(Fold *v, Service *s, Fault fault)
{
    connect_rail(v, s, "mpesa");
    assert_fine(cash_in(v, v->ana, 5000));
    assert_goes_to(ask(v->app, v->ana, "POST", "/wallet/pay-out", "rail=mpesa&number=254700000001&amount=30&once=d"), "/wallet");
    const char *batch = str_z(v->arena, id_text(v->arena, test_int(v->store, "SELECT max(id) FROM pay_batch")));
    assert_goes_to(ask(v->app, v->tess, "POST", text(v, "/treasury/batches/%s/approve", batch), ""), "/treasury/batches");
    assert_goes_to(ask(v->app, v->tess, "POST", text(v, "/treasury/batches/%s/send", batch), ""), "/treasury/batches");
    s->next = fault;
    later(v, s, SECOND_MS);
    assert_int_equal(s->submits, 1);
    return test_int(v->store, "SELECT id FROM pay_call WHERE direction = 'out'");
}

static const char *result(Fold *v, Id call, const char *code, const char *amount)
{
    return text(v, "{\"Result\":{\"ResultType\":0,\"ResultCode\":%s,\"ResultDesc\":\"said so\",\"OriginatorConversationID\":\"%s\",\"ConversationID\":\"AG_1\",\"TransactionID\":\"NLJ4\","
                   "\"ResultParameters\":{\"ResultParameter\":[{\"Key\":\"TransactionReceipt\",\"Value\":\"NLJ4\"},{\"Key\":\"TransactionAmount\",\"Value\":%s}]}}}",
                code, str_z(v->arena, id_text(v->arena, call)), amount);
}

static const char *status(Fold *v, const char *code, const char *state, const char *amount)
{
    return text(v, "{\"Result\":{\"ResultCode\":%s,\"OriginatorConversationID\":\"other\",\"ResultParameters\":{\"ResultParameter\":[{\"Key\":\"TransactionStatus\",\"Value\":\"%s\"},"
                   "{\"Key\":\"Amount\",\"Value\":%s},{\"Key\":\"ReceiptNo\",\"Value\":\"NLJ4\"}]}}}", code, state, amount);
}

static void payout_is(Fold *v, const char *state)
{
    assert_int_equal(test_int(v->store, text(v, "SELECT count(*) FROM pay_payout WHERE state = '%s'", state)), 1);
}

static void a_payout_is_paid_when_its_result_says_so_once(void **state)
{
    Fold v = fold_make(state);
    Service *s = service_open(v.arena);
    Id call = payout_begin(&v, s, HONEST);
    assert_int_equal(wallet_of(&v, v.ana), 5000);
    for (int i = 0; i < 2; i++)
        assert_status(ask(v.app, NULL, "POST", s->result_path, result(&v, call, "0", "30.00")), 200);
    payout_is(&v, "paid");
    assert_int_equal(wallet_of(&v, v.ana), 2000);
    assert_int_equal(balance_of(&v, STR("transit/mpesa")), 3000);
    assert_status(ask(v.app, NULL, "POST", s->timeout_path, result(&v, call, "1", "30.00")), 200); /* late: it is over */
    assert_status(ask(v.app, NULL, "POST", s->result_path, result(&v, call, "1", "30.00")), 200);
    payout_is(&v, "paid");
    service_close(s);
}

static void a_payout_that_failed_comes_back_to_the_wallet(void **state)
{
    Fold v = fold_make(state);
    Service *s = service_open(v.arena);
    Id call = payout_begin(&v, s, HONEST);
    assert_status(ask(v.app, NULL, "POST", s->result_path, result(&v, call, "2001", "30.00")), 200);
    payout_is(&v, "bounced");
    assert_int_equal(wallet_of(&v, v.ana), 5000);
    assert_int_equal(balance_of(&v, STR("transit/mpesa")), 0);
    assert_status(ask(v.app, NULL, "POST", s->result_path, result(&v, call, "0", "30.00")), 200); /* and was paid after all: a case for a person */
    assert_int_equal(-unidentified(&v), 3000);
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM pay_call WHERE state = 'late'"), 1);
    service_close(s);
}

static void a_result_that_is_forged_or_of_another_amount_pays_nothing(void **state)
{
    Fold v = fold_make(state);
    Service *s = service_open(v.arena);
    Id call = payout_begin(&v, s, HONEST), other = id_mint();
    const char *own = str_z(v.arena, id_text(v.arena, call)), *sign = str_z(v.arena, str_slice(str_of(s->result_path), strlen("/pay/told/result/"), strlen("/pay/told/result/") + 32));
    assert_status(ask(v.app, NULL, "POST", text(&v, "/pay/told/result/00000000000000000000000000000000/%s", own), result(&v, call, "0", "30.00")), 404);
    assert_status(ask(v.app, NULL, "POST", text(&v, "/pay/told/status/%s/%s", sign, own), result(&v, call, "0", "30.00")), 404);
    assert_status(ask(v.app, NULL, "POST", text(&v, "/pay/told/result/%s/%s", sign, str_z(v.arena, id_text(v.arena, other))), result(&v, call, "0", "30.00")), 404);
    assert_status(ask(v.app, NULL, "POST", s->result_path, result(&v, other, "0", "30.00")), 200); /* of another conversation */
    payout_is(&v, "sent");
    assert_status(ask(v.app, NULL, "POST", s->result_path, result(&v, call, "0", "29.00")), 200);
    payout_is(&v, "unknown"); /* the statement decides */
    assert_int_equal(balance_of(&v, STR("transit/mpesa")), 0);
    service_close(s);
}

static void a_payout_without_an_answer_is_asked_about_until_it_is_known(void **state)
{
    Fold v = fold_make(state);
    Service *s = service_open(v.arena);
    Id call = payout_begin(&v, s, SILENT); /* it arrived there, and we do not know */
    payout_is(&v, "unknown");
    assert_int_equal(s->submits, 1);
    later(&v, s, MINUTE_MS);
    assert_true(s->asked_about > 0);
    assert_int_equal(s->submits, 1); /* never begun a second time */
    assert_status(ask(v.app, NULL, "POST", s->timeout_path, result(&v, call, "1", "30.00")), 200);
    payout_is(&v, "unknown");
    assert_status(ask(v.app, NULL, "POST", s->status_path, status(&v, "0", "Pending", "30.00")), 200);
    assert_status(ask(v.app, NULL, "POST", s->status_path, status(&v, "2032", "Completed", "30.00")), 200); /* the question failed: it says nothing */
    payout_is(&v, "unknown");
    assert_status(ask(v.app, NULL, "POST", s->status_path, status(&v, "0", "Completed", "30.00")), 200);
    payout_is(&v, "paid");
    assert_int_equal(balance_of(&v, STR("transit/mpesa")), 3000);
    service_close(s);
}

static void momo_is_given_an_address_and_what_it_tells_there_makes_us_ask(void **state)
{
    Fold v = fold_make(state);
    Service *s = service_open(v.arena);
    connect_rail(&v, s, "momo");
    assert_fine(cash_in(&v, v.ana, 5000));
    assert_goes_to(ask(v.app, v.ana, "POST", "/wallet/pay-out", "rail=momo&number=254700000001&amount=30&once=d"), "/wallet");
    const char *batch = str_z(v.arena, id_text(v.arena, test_int(v.store, "SELECT max(id) FROM pay_batch")));
    assert_goes_to(ask(v.app, v.tess, "POST", text(&v, "/treasury/batches/%s/approve", batch), ""), "/treasury/batches");
    assert_goes_to(ask(v.app, v.tess, "POST", text(&v, "/treasury/batches/%s/send", batch), ""), "/treasury/batches");
    s->next = FORGED; /* it says paid before it is */
    later(&v, s, SECOND_MS);
    assert_string_equal(s->called_back_at, "https://x.example/pay/rails/momo");
    const char *body = text(&v, "{\"externalId\":\"%s\",\"status\":\"SUCCESSFUL\",\"amount\":\"30\",\"currency\":\"CNY\"}", s->calls[0].own);
    assert_status(ask(v.app, NULL, "PUT", "/pay/rails/momo", body), 204);
    later(&v, s, SECOND_MS);
    payout_is(&v, "sent"); /* asked, it said that it is at it */
    later(&v, s, 2 * HOUR_MS);
    payout_is(&v, "paid");
    assert_int_equal(s->submits, 1);
    service_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(a_payment_goes_where_its_reference_says_once),
        TEST_DB(an_order_is_paid_by_its_code),
        TEST_DB(the_service_may_ask_before_whether_we_take_it),
        TEST_DB(a_forged_message_books_nothing),
        TEST_DB(the_statement_proves_what_was_told_and_shows_what_was_not_true),
        TEST_DB(what_a_phone_was_asked_for_is_not_booked_twice),
        TEST_DB(a_payout_is_paid_when_its_result_says_so_once),
        TEST_DB(a_payout_that_failed_comes_back_to_the_wallet),
        TEST_DB(a_result_that_is_forged_or_of_another_amount_pays_nothing),
        TEST_DB(a_payout_without_an_answer_is_asked_about_until_it_is_known),
        TEST_DB(momo_is_given_an_address_and_what_it_tells_there_makes_us_ask),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
