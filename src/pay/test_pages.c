/* Pay's pages, as browsers without a script see them. */
#include "pay/test_village.h"

#include "pay/pages.h"

#include <string.h>

static const char *text(Fold *v, const char *format, ...) __attribute__((format(printf, 2, 3)));
static const char *text(Fold *v, const char *format, ...)
{
    Buf out = buf_new(v->arena, 8192);
    va_list args;
    va_start(args, format);
    buf_addv(&out, format, args);
    va_end(args);
    return str_z(v->arena, buf_str(&out));
}

static const char *id_z(Fold *v, Id id)
{
    return str_z(v->arena, id_text(v->arena, id));
}

static void an_empty_wallet_says_what_to_do(void **state)
{
    Fold v = fold_make(state);
    assert_status(ask(v.app, NULL, "GET", "/wallet", NULL), 303);
    const Answer *page = ask(v.app, v.ana, "GET", "/wallet", NULL);
    assert_status(page, 200);
    assert_says(page, "Your wallet is empty");
}

static void an_agent_takes_cash_and_the_member_sees_it_with_a_receipt(void **state)
{
    Fold v = fold_make(state);
    assert_status(ask(v.app, v.ana, "GET", "/till", NULL), 403);
    assert_says(ask(v.app, v.gus, "GET", "/till", NULL), "House");
    assert_goes_to(ask(v.app, v.gus, "POST", "/till/cash", "way=in&who=ana&amount=120.50&once=a1"), "/till");
    assert_goes_to(ask(v.app, v.gus, "POST", "/till/cash", "way=in&who=ana&amount=120.50&once=a1"), "/till"); /* pressed twice */
    const Answer *wallet = ask(v.app, v.ana, "GET", "/wallet", NULL);
    assert_says(wallet, "¥120.50");
    assert_says(wallet, "Cash brought");
    const char *at = strstr(str_z(v.arena, wallet->body), "/wallet/receipts/");
    assert_non_null(at);
    Str path = {at, strlen("/wallet/receipts/") + UUID_TEXT_LEN};
    const Answer *receipt = ask(v.app, v.ana, "GET", str_z(v.arena, path), NULL);
    assert_status(receipt, 200);
    assert_says(receipt, "Words of the book");
    assert_status(ask(v.app, v.bo, "GET", str_z(v.arena, path), NULL), 404);
    assert_status(ask(v.app, v.tess, "GET", str_z(v.arena, path), NULL), 200);
    Answer const *wrong = ask(v.app, v.gus, "POST", "/till/cash", "way=in&who=nobody&amount=1&once=a2");
    assert_status(wrong, 422);
    assert_says(wrong, "There is no such member");
    assert_status(ask(v.app, v.gus, "POST", "/till/cash", "way=out&who=ana&amount=200&once=a3"), 409);
}

static void the_four_words_are_the_ones_of_the_format(void **state)
{
    const unsigned char hash[32] = {127, 0, 0, 1, 63, 84, 220, 193}; /* Wilkerson's examples: 127.0.0.1 and 63.84.220.193 */
    assert_str(chain_words(test_arena(state), hash), "lusab babad gutih tugad");
}

static void a_member_sends_money_and_the_statement_adds_up(void **state)
{
    Fold v = fold_make(state);
    assert_fine(cash_in(&v, v.ana, 10000));
    assert_goes_to(ask(v.app, v.ana, "POST", "/wallet/send", "to=bo&amount=30&once=s1"), "/wallet");
    const Answer *less = ask(v.app, v.ana, "POST", "/wallet/send", "to=bo&amount=300&once=s2");
    assert_status(less, 409);
    assert_says(less, "70.00 may be spent");
    assert_status(ask(v.app, v.ana, "POST", "/wallet/send", "to=ana&amount=1&once=s3"), 422);
    assert_says(ask(v.app, v.bo, "GET", "/wallet", NULL), "From Ana");
    const Answer *statement = ask(v.app, v.ana, "GET", "/wallet/statement", NULL);
    assert_says(statement, "Sent to Bo");
    assert_says(statement, "¥70.00");
    const Answer *csv = ask(v.app, v.ana, "GET", "/wallet/statement.csv", NULL);
    assert_says(csv, "-30.00,70.00,CNY");
    assert_status(ask(v.app, v.ana, "GET", "/wallet/statement?month=2026-13", NULL), 422);
    assert_says(ask(v.app, v.ana, "GET", "/wallet/statement?month=2020-01", NULL), "Nothing happened");
}

static void an_order_is_paid_from_the_wallet_at_the_checkout(void **state)
{
    Fold v = fold_make(state);
    assert_fine(cash_in(&v, v.ana, 10000));
    assert_goes_to(ask(v.app, v.ana, "POST", "/cart", text(&v, "offer=%s&amount=10", id_z(&v, v.eggs))), "/");
    const Answer *checkout = ask(v.app, v.ana, "GET", "/checkout", NULL);
    assert_says(checkout, "Now, from my wallet");
    const Answer *made = ask(v.app, v.ana, "POST", "/checkout", text(&v, "pickup=%s&seen=1500&key=k1&payment=wallet", id_z(&v, v.pickup)));
    assert_goes_to(made, "/orders/");
    Id order = test_int(v.store, "SELECT id FROM order_group");
    assert_says(ask(v.app, v.ana, "GET", text(&v, "/orders/%s", id_z(&v, order)), NULL), "Paid from your wallet");
    assert_int_equal(wallet_of(&v, v.ana), 8500);
    const char *money = text(&v, "/money/orders/%s", id_z(&v, order));
    assert_says(ask(v.app, v.ana, "GET", money, NULL), "Kept aside until you have the goods");
    assert_status(ask(v.app, v.bo, "GET", money, NULL), 404);
    assert_says(ask(v.app, v.lin, "GET", "/money/earned", NULL), "is kept aside");
    assert_fine(act_on(&v, order, "collect"));
    assert_says(ask(v.app, v.ana, "GET", money, NULL), "Paid to everybody");
    assert_says(ask(v.app, v.lin, "GET", "/money/earned", NULL), "¥15.00");
    assert_status(ask(v.app, v.ana, "GET", "/money/earned", NULL), 403);
}

static void too_little_in_the_wallet_says_so_beside_the_choice(void **state)
{
    Fold v = fold_make(state);
    ask(v.app, v.ana, "POST", "/cart", text(&v, "offer=%s&amount=10", id_z(&v, v.eggs)));
    const Answer *made = ask(v.app, v.ana, "POST", "/checkout", text(&v, "pickup=%s&seen=1500&key=k1&payment=wallet", id_z(&v, v.pickup)));
    assert_status(made, 409);
    assert_says(made, "There is not enough money in it: 0.00 may be spent.");
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM order_group"), 0);
}

static void a_complaint_goes_through_two_officers(void **state)
{
    Fold v = fold_make(state);
    OrderMade made;
    set(&v, (PaySettings){.release_days = 2});
    assert_fine(cash_in(&v, v.ana, 2000));
    assert_fine(buy(&v, v.ana, 10, &made));
    assert_fine(act_on(&v, made.id, "collect"));
    const char *money = text(&v, "/money/orders/%s", id_z(&v, made.id));
    assert_says(ask(v.app, v.ana, "GET", money, NULL), "Something is wrong");
    assert_goes_to(ask(v.app, v.ana, "POST", text(&v, "%s/complaints", money), text(&v, "part=%s&words=Two were broken", id_z(&v, part_of(&v, made.id)))),
                   money);
    assert_says(ask(v.app, v.tess, "GET", "/treasury", NULL), "Two were broken");
    assert_says(ask(v.app, v.tess, "GET", "/today", NULL), "1 complaint to decide");
    const char *dispute = id_z(&v, test_int(v.store, "SELECT id FROM pay_dispute"));
    assert_status(ask(v.app, v.gus, "POST", text(&v, "/treasury/disputes/%s/propose", dispute), "refund=3.00"), 403);
    assert_goes_to(ask(v.app, v.tess, "POST", text(&v, "/treasury/disputes/%s/propose", dispute), "refund=3.00"), "/treasury");
    assert_status(ask(v.app, v.tess, "POST", text(&v, "/treasury/disputes/%s/rule", dispute), ""), 403);
    assert_goes_to(ask(v.app, v.olga, "POST", text(&v, "/treasury/disputes/%s/rule", dispute), ""), "/treasury");
    assert_int_equal(wallet_of(&v, v.ana), 800);
    assert_says(ask(v.app, v.ana, "GET", money, NULL), "Two officers have decided");
}

static void a_complaint_can_be_taken_back(void **state)
{
    Fold v = fold_make(state);
    OrderMade made;
    set(&v, (PaySettings){.release_days = 2});
    assert_fine(cash_in(&v, v.ana, 2000));
    assert_fine(buy(&v, v.ana, 10, &made));
    assert_fine(act_on(&v, made.id, "collect"));
    const char *money = text(&v, "/money/orders/%s", id_z(&v, made.id));
    ask(v.app, v.ana, "POST", text(&v, "%s/complaints", money), text(&v, "part=%s&words=Hm", id_z(&v, part_of(&v, made.id))));
    const char *dispute = id_z(&v, test_int(v.store, "SELECT id FROM pay_dispute"));
    assert_goes_to(ask(v.app, v.ana, "POST", text(&v, "%s/complaints/%s/withdraw", money, dispute), ""), money);
    assert_int_equal(earnings_of(&v, v.farm), 1500);
}

static void the_treasurer_pays_producers_with_a_second_person(void **state)
{
    Fold v = fold_make(state);
    OrderMade made;
    assert_fine(cash_in(&v, v.ana, 2000));
    assert_fine(buy(&v, v.ana, 10, &made));
    assert_fine(act_on(&v, made.id, "collect"));
    assert_status(ask(v.app, v.gus, "GET", "/treasury", NULL), 403);
    assert_goes_to(ask(v.app, v.lin, "POST", "/money/earned/destination",
                       text(&v, "org=%s&rail=bank&name=Lin+farm&number=00420007", id_z(&v, v.farm))), "/money/earned");
    assert_says(ask(v.app, v.lin, "GET", "/money/earned", NULL), "… 0007");
    assert_goes_to(ask(v.app, v.tess, "POST", "/treasury/settings", "release_days=0&bank_name=Village&bank_account=0042&country=KE&qr_domain=org.example&qr_account=M1"),
                   "/treasury/settings");
    assert_says(ask(v.app, v.tess, "GET", "/treasury/settings", NULL), "0042");
    assert_says(ask(v.app, v.tess, "GET", "/treasury", NULL), "The books are even.");
    const Answer *batch = ask(v.app, v.tess, "POST", "/treasury/batches", "rail=bank&pay_on=2026-12-01");
    assert_goes_to(batch, "/treasury/batches/");
    const char *path = str_z(v.arena, answer_header(batch, "Location"));
    assert_says(ask(v.app, v.tess, "GET", path, NULL), "A second person has to approve");
    assert_status(ask(v.app, v.tess, "POST", text(&v, "%s/approve", path), ""), 403);
    assert_goes_to(ask(v.app, v.olga, "POST", text(&v, "%s/approve", path), ""), path);
    assert_goes_to(ask(v.app, v.tess, "POST", text(&v, "%s/send", path), ""), path);
    const Answer *file = ask(v.app, v.tess, "GET", text(&v, "%s/file.xml", path), NULL);
    assert_says(file, "pain.001.001.09");
    assert_says(file, "00420007");
    const char *payout = id_z(&v, test_int(v.store, "SELECT id FROM pay_payout"));
    assert_goes_to(ask(v.app, v.tess, "POST", text(&v, "/treasury/payouts/%s/paid", payout), ""), path);
    assert_goes_to(ask(v.app, v.tess, "POST", text(&v, "/treasury/payouts/%s/bounced", payout), "reason=AC04"), path);
    assert_int_equal(earnings_of(&v, v.farm), 1500);
    const Answer *second = ask(v.app, v.tess, "POST", "/treasury/batches", "rail=bank&pay_on=2026-12-02");
    assert_goes_to(ask(v.app, v.tess, "POST", text(&v, "%.*s/drop", STR_ARG(answer_header(second, "Location"))), ""), "/treasury/batches/");
}

static void a_till_is_opened_counted_and_emptied(void **state)
{
    Fold v = fold_make(state);
    assert_goes_to(ask(v.app, v.tess, "POST", "/treasury/tills", "name=Market+day&agent=bo&most=5000&per_person=1000"), "/treasury");
    assert_status(ask(v.app, v.tess, "POST", "/treasury/tills", "name=Again&agent=bo&most=5000&per_person=1000"), 422);
    assert_fine(cash_in(&v, v.ana, 10000));
    assert_goes_to(ask(v.app, v.gus, "POST", "/till/count", "counted=99.50&witness=bo&note=coin+lost&once=c1"), "/till");
    assert_goes_to(ask(v.app, v.gus, "POST", "/till/deposit", "amount=50&once=d1"), "/till");
    assert_int_equal(balance_of(&v, STR("transit/cash")), -5000);
    assert_says(ask(v.app, v.gus, "GET", "/till", NULL), "¥49.50");
    assert_says(ask(v.app, v.tess, "GET", "/treasury", NULL), "Market day");
}

static void an_order_that_is_due_shows_a_payment_code(void **state)
{
    Fold v = fold_make(state);
    OrderAskLine line = {v.eggs, 2};
    OrderMade made;
    OrderAsk order = {.lines = &line, .lines_len = 1, .buyer = user_id(v.ana), .lang = STR("en"), .currency = STR("CNY"), .pickup = v.pickup,
                      .payment = STR("at_pickup"), .channel = "shop"};
    set(&v, (PaySettings){.qr_domain = STR("org.example"), .qr_account = STR("M1"), .country = STR("CN")});
    assert_fine(order_place(&v.db, &order, time_now(), &made));
    const char *money = text(&v, "/money/orders/%s%.*s", id_z(&v, made.id), STR_ARG(made.secret));
    assert_says(ask(v.app, NULL, "GET", money, NULL), "class=\"qr\"");
    assert_status(ask(v.app, NULL, "GET", text(&v, "/money/orders/%s", id_z(&v, made.id)), NULL), 404);
}

static void a_stall_prints_a_payment_code_that_names_its_seller(void **state)
{
    Fold v = fold_make(state);
    assert_status(ask(v.app, v.ana, "GET", "/money/stall", NULL), 403);
    assert_says(ask(v.app, v.lin, "GET", "/money/stall", NULL), "No payment service yet");
    set(&v, (PaySettings){.qr_domain = STR("org.example.village"), .qr_account = STR("M0042"), .country = STR("CN")});
    const Answer *page = ask(v.app, v.lin, "GET", "/money/stall", NULL);
    assert_says(page, "5908Lin farm");
    assert_says(page, id_z(&v, v.farm)); /* the reference */
    assert_says(page, "000201010211"); /* static: the payer types the amount */
    assert_says(page, "Print it and hang it up");
    const Answer *dear = ask(v.app, v.lin, "GET", "/money/stall?amount=12.50", NULL);
    assert_says(dear, "000201010212");
    assert_says(dear, "540512.50");
    assert_says(ask(v.app, v.gus, "GET", "/money/stall", NULL), "0002010102");
    assert_status(ask(v.app, v.lin, "GET", text(&v, "/money/stall?org=%s", id_z(&v, v.mill)), NULL), 403);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(an_empty_wallet_says_what_to_do),
        TEST_DB(an_agent_takes_cash_and_the_member_sees_it_with_a_receipt),
        TEST(the_four_words_are_the_ones_of_the_format),
        TEST_DB(a_member_sends_money_and_the_statement_adds_up),
        TEST_DB(an_order_is_paid_from_the_wallet_at_the_checkout),
        TEST_DB(too_little_in_the_wallet_says_so_beside_the_choice),
        TEST_DB(a_complaint_goes_through_two_officers),
        TEST_DB(a_complaint_can_be_taken_back),
        TEST_DB(the_treasurer_pays_producers_with_a_second_person),
        TEST_DB(a_till_is_opened_counted_and_emptied),
        TEST_DB(an_order_that_is_due_shows_a_payment_code),
        TEST_DB(a_stall_prints_a_payment_code_that_names_its_seller),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
