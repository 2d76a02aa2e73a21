/* Statements of banks against the ledger: twins are kept, the same file twice does no harm, everything can be undone. */
#include "pay/test_village.h"

#include <string.h>

#include "pay/call.h"

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

static Err *match(Tx *tx, Fold *v, void *arg)
{
    (void)v;
    return line_match(tx, arg, time_now());
}

static Err *unmatch(Tx *tx, Fold *v, void *arg)
{
    return line_unmatch(tx, *(Id *)arg, user_id(v->tess), time_now());
}

static Id line_of(Fold *v, int64_t amount)
{
    return test_int(v->store, text(v, "SELECT id FROM pay_line WHERE amount = %lld ORDER BY id", (long long)amount));
}

static void twins_of_one_day_are_two_and_a_file_twice_is_one(void **state)
{
    Fold v = fold_make(state);
    const Date day = date_of(2026, 11, 20);
    const StatementLine lines[] = {{.booked_on = day, .amount = {350}, .party = STR("Ana")}, {.booked_on = day, .amount = {350}, .party = STR("Ana")},
                                   {.booked_on = day, .amount = {-100}, .text = STR("Fee")}};
    assert_int_equal(import(&v, "bank", lines, 3), 3);
    assert_int_equal(import(&v, "bank", lines, 3), 0);
    const StatementLine overlap[] = {lines[2], lines[1], lines[0], {.booked_on = {day.days + 1}, .amount = {350}, .party = STR("Ana")}};
    assert_int_equal(import(&v, "bank", overlap, 4), 1); /* in another order, and a day more */
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM pay_line"), 4);
}

static void each_line_has_one_posting_and_undo_for_ever(void **state)
{
    Fold v = fold_make(state);
    const Date day = date_of(2026, 11, 20);
    const StatementLine lines[] = {{.booked_on = day, .amount = {5000}, .party = STR("Somebody")}, {.booked_on = day, .amount = {-120}, .text = STR("fee")}};
    import(&v, "bank", lines, 2);
    MatchAct in = {.line = line_of(&v, 5000), .what = "unidentified", .by = user_id(v.tess)};
    assert_fine(fold_do(&v, match, &in));
    assert_int_equal(balance_of(&v, STR("unidentified")), 5000);
    assert_err(fold_do(&v, match, &in), "pay.changed_meanwhile");
    assert_fine(fold_do(&v, unmatch, &in.line)); /* it was Ana's */
    assert_int_equal(balance_of(&v, STR("unidentified")), 0);
    in.what = "wallet";
    in.subject = user_id(v.ana);
    assert_fine(fold_do(&v, match, &in));
    assert_int_equal(wallet_of(&v, v.ana), 5000);
    OrderMade made;
    assert_fine(buy(&v, v.ana, 10, &made));
    assert_fine(fold_do(&v, unmatch, &in.line)); /* it was not, and she has spent some of it: she owes that */
    assert_int_equal(wallet_of(&v, v.ana), 0);
    assert_int_equal(balance_of(&v, pay_key(v.arena, "claim/person", user_id(v.ana))), -1500);
    assert_int_equal(balance_of(&v, STR("bank")), 0);
    MatchAct fee = {.line = line_of(&v, -120), .what = "cash", .by = user_id(v.tess)};
    assert_err(fold_do(&v, match, &fee), "pay.match");
    fee.what = "fee";
    assert_fine(fold_do(&v, match, &fee));
    assert_int_equal(balance_of(&v, STR("rail_fees")), -120);
}

static void a_payment_with_our_number_is_matched_by_itself(void **state)
{
    Fold v = fold_make(state);
    OrderMade made;
    assert_fine(cash_in(&v, v.ana, 2000));
    assert_fine(buy(&v, v.ana, 10, &made));
    assert_fine(act_on(&v, made.id, "collect"));
    ask(v.app, v.lin, "POST", "/money/earned/destination", text(&v, "org=%s&rail=bank&name=Lin&number=0042", id_z(&v, v.farm)));
    const Answer *batch = ask(v.app, v.tess, "POST", "/treasury/batches", "rail=bank&pay_on=2026-12-01");
    const char *path = str_z(v.arena, answer_header(batch, "Location"));
    ask(v.app, v.olga, "POST", text(&v, "%s/approve", path), "");
    ask(v.app, v.tess, "POST", text(&v, "%s/send", path), "");
    Id payout = test_int(v.store, "SELECT id FROM pay_payout");
    const Date day = date_of(2026, 12, 1);
    const StatementLine wrong[] = {{.booked_on = day, .amount = {-1499}, .end_to_end = id_text(v.arena, payout)}};
    import(&v, "bank", wrong, 1); /* our number, another amount: a person has to look */
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM pay_line WHERE state = 'open'"), 1);
    const StatementLine lines[] = {{.booked_on = day, .amount = {-1500}, .end_to_end = id_text(v.arena, payout)}};
    import(&v, "bank", lines, 1);
    assert_int_equal(earnings_of(&v, v.farm), 0);
    assert_int_equal(balance_of(&v, STR("bank")), 1500);
    assert_int_equal(balance_of(&v, STR("transit/bank")), 0);
    Id line = line_of(&v, -1500);
    assert_fine(fold_do(&v, unmatch, &line));
    assert_int_equal(balance_of(&v, STR("bank")), 0);
    assert_int_equal(balance_of(&v, STR("transit/bank")), 1500);
    MatchAct again = {.line = line, .what = "payout", .subject = payout, .by = user_id(v.tess)};
    assert_fine(fold_do(&v, match, &again));
    const StatementLine back[] = {{.booked_on = {day.days + 2}, .amount = {1500}, .text = STR("AC04 closed")}};
    import(&v, "bank", back, 1);
    const Answer *page = ask(v.app, v.tess, "GET", "/treasury/reconcile", NULL);
    assert_says(page, "Our payout to Lin came back");
    MatchAct bounce = {.line = line_of(&v, 1500), .what = "bounce", .subject = payout, .by = user_id(v.tess)};
    assert_fine(fold_do(&v, match, &bounce));
    assert_int_equal(earnings_of(&v, v.farm), 1500);
    assert_fine(fold_do(&v, unmatch, &bounce.line));
    assert_int_equal(earnings_of(&v, v.farm), 0);
}

static void a_csv_file_goes_through_its_mapping_and_each_line_is_one_press(void **state)
{
    Fold v = fold_make(state);
    const AskFile file = {"file", "bank.csv", "text/csv", STR("Date,Narration,Name,Amount,Balance\n20/11/2026,for my wallet,Ana,50.00,150.00\n"
                                                              "21/11/2026,Monthly charge,,-2.50,147.50\n")};
    assert_status(ask_upload(v.app, v.gus, "/treasury/reconcile", &file, "source=bank"), 403);
    const Answer *sent = ask_upload(v.app, v.tess, "/treasury/reconcile", &file, "source=bank");
    assert_goes_to(sent, "/treasury/reconcile/files/");
    const char *path = str_z(v.arena, answer_header(sent, "Location"));
    assert_says(ask(v.app, v.tess, "GET", path, NULL), "for my wallet");
    const char *mapping = "name=Valley+bank&skip=1&dates=dmy&date_column=1&text_column=2&party_column=3&amount_column=4&balance_column=5";
    assert_status(ask(v.app, v.tess, "POST", path, "name=x&skip=1&dates=ymd&date_column=1&amount_column=4"), 422);
    assert_goes_to(ask(v.app, v.tess, "POST", path, mapping), "/treasury/reconcile");
    const Answer *page = ask(v.app, v.tess, "GET", "/treasury/reconcile", NULL);
    assert_says(page, "Money for the wallet of Ana");
    assert_says(page, "A fee");
    assert_says(page, "our book says");
    const char *line = id_z(&v, line_of(&v, 5000));
    assert_goes_to(ask(v.app, v.tess, "POST", text(&v, "/treasury/reconcile/lines/%s", line), text(&v, "what=wallet&subject=%s", id_z(&v, user_id(v.ana)))),
                   "/treasury/reconcile");
    assert_int_equal(wallet_of(&v, v.ana), 5000);
    assert_goes_to(ask(v.app, v.tess, "POST", text(&v, "/treasury/reconcile/lines/%s/undo", line), ""), "/treasury/reconcile");
    assert_int_equal(wallet_of(&v, v.ana), 0);
    const Answer *again = ask_upload(v.app, v.tess, "/treasury/reconcile", &file, "source=bank");
    assert_goes_to(ask(v.app, v.tess, "POST", str_z(v.arena, answer_header(again, "Location")), mapping), "/treasury/reconcile");
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM pay_line"), 2);
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM pay_upload"), 0);
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM pay_profile"), 1);
    const AskFile bad = {"file", "bank.xml", "text/xml", STR("<a>")};
    assert_says(ask_upload(v.app, v.tess, "/treasury/reconcile", &bad, "source=bank"), "not sound XML");
}

static Err *phone_asked(Tx *tx, Fold *v, void *arg)
{
    return call_money_in(tx, STR("momo"), user_id(v->ana), STR("254700000001"), (Money){*(int64_t *)arg}, time_now(), &(Id){0});
}

static void momo_statement(Fold *v, const char *receipt, int64_t amount)
{
    StatementLine *line = NEW(v->arena, StatementLine);
    *line = (StatementLine){.booked_on = date_of(2026, 11, 20), .amount = {amount}, .bank_ref = str_of(receipt), .account = STR("+254 700 000 001")};
    BankStatement statement = {.lines = {line, 1}};
    Reading r = {.act = {.source = STR("momo"), .name = STR("m.csv"), .hash = STR("h"), .statement = &statement, .by = user_id(v->tess), .now = time_now()}};
    assert_fine(fold_do(v, import_act, &r));
    assert_int_equal(r.fresh, 1);
}

static void a_statement_settles_a_payment_nobody_knew_about_and_can_be_undone(void **state)
{
    Fold v = fold_make(state);
    int64_t amount = 2500;
    MaybeList maybe;
    PayLineList lines;
    assert_fine(fold_do(&v, phone_asked, &amount));
    assert_fine(test_sql(v.store, v.arena, "UPDATE pay_call SET state = 'unknown'"));
    momo_statement(&v, "R1", 2500);
    assert_fine(pay_lines_in(&v.db, STR("open"), 5, &lines));
    assert_fine(line_guesses(&v.db, &lines.at[0], &maybe));
    assert_string_equal(maybe.at[0].what, "call");
    MatchAct act = {.line = lines.at[0].id, .what = "call", .subject = maybe.at[0].subject, .by = user_id(v.tess)};
    assert_fine(fold_do(&v, match, &act));
    assert_int_equal(wallet_of(&v, v.ana), 2500);
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM pay_call WHERE state = 'succeeded' AND receipt = 'R1'"), 1);
    assert_fine(fold_do(&v, unmatch, &act.line));
    assert_int_equal(wallet_of(&v, v.ana), 0);
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM pay_call WHERE state = 'unknown' AND next_at IS NOT NULL"), 1);
    assert_fine(fold_do(&v, match, &act));
    assert_int_equal(wallet_of(&v, v.ana), 2500);
    momo_statement(&v, "R2", 2500); /* another one of the same amount: the call has its line */
    assert_err(fold_do(&v, match, &(MatchAct){.line = test_int(v.store, "SELECT id FROM pay_line WHERE state = 'open'"), .what = "call",
                                              .subject = act.subject, .by = user_id(v.tess)}), "pay.match");
    assert_says(ask(v.app, v.tess, "GET", "/treasury/reconcile", NULL), "the phone of Ana");
}

static void the_line_of_a_payment_that_is_booked_already_moves_nothing(void **state)
{
    Fold v = fold_make(state);
    int64_t amount = 2500;
    assert_fine(cash_in(&v, v.ana, 2500));
    assert_fine(fold_do(&v, phone_asked, &amount));
    assert_fine(test_sql(v.store, v.arena, "UPDATE pay_call SET state = 'succeeded', receipt = 'R7'"));
    momo_statement(&v, "R7", 2500);
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM pay_line WHERE state = 'matched' AND what = 'call'"), 1);
    assert_int_equal(wallet_of(&v, v.ana), 2500);
    Id line = test_int(v.store, "SELECT id FROM pay_line");
    assert_fine(fold_do(&v, unmatch, &line));
    assert_int_equal(wallet_of(&v, v.ana), 2500);
    assert_int_equal(test_int(v.store, "SELECT count(*) FROM pay_call WHERE state = 'succeeded'"), 1);
}

/* Every third line says the same: with each line compared to all before it this would be more than a billion comparisons. */
static void fifty_thousand_lines_are_told_apart(void **state)
{
    enum { LINES = STATEMENT_LINES_MAX };
    Arena *arena = test_arena(state);
    Str *keys = NEW_ARRAY(arena, Str, LINES);
    for (size_t i = 0; i < LINES; i++)
        keys[i] = str_format(arena, "%064zu", i % 3 ? i : 0);
    const int64_t *occurrences = line_occurrences(arena, keys, LINES);
    for (size_t i = 0; i < LINES; i++)
        assert_int_equal(occurrences[i], i % 3 ? 1 : (int64_t)(i / 3) + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(twins_of_one_day_are_two_and_a_file_twice_is_one),
        TEST_DB(each_line_has_one_posting_and_undo_for_ever),
        TEST_DB(a_payment_with_our_number_is_matched_by_itself),
        TEST_DB(a_csv_file_goes_through_its_mapping_and_each_line_is_one_press),
        TEST_DB(a_statement_settles_a_payment_nobody_knew_about_and_can_be_undone),
        TEST(fifty_thousand_lines_are_told_apart),
        TEST_DB(the_line_of_a_payment_that_is_booked_already_moves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
