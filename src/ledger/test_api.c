/* The ledger as programs see it. */
#include <string.h>

#include "ask.h"
#include "identity/identity.h"
#include "ledger/audit.h"

typedef struct Desk {
    App *app;
    Arena *arena;
    User *treasurer, *ana, *admin; /* programs */
    Str cash, ana_wallet, ben_wallet;
    Id ben;
} Desk;

static Str open_account(Desk *desk, const char *body)
{
    const Answer *made = ask(desk->app, desk->treasurer, "POST", "/api/v1/accounts", body);
    assert_status(made, 201);
    return json_text(made, "id");
}

static const char *text(Desk *desk, const char *format, ...) __attribute__((format(printf, 2, 3)));
static const char *text(Desk *desk, const char *format, ...)
{
    Buf buf = buf_new(desk->arena, 1 << 22);
    va_list args;
    va_start(args, format);
    buf_addv(&buf, format, args);
    va_end(args);
    return str_z(desk->arena, buf_str(&buf));
}

static Desk desk_of(void **state)
{
    Desk desk = {.app = app_of(state), .arena = test_arena(state)};
    User *ana = user(desk.app, "Ana", 0, ROLE_MEMBER), *ben = user(desk.app, "Ben", 0, ROLE_MEMBER);
    desk.ben = user_id(ben);
    desk.treasurer = program(desk.app, user(desk.app, "Tao", 0, ROLE_TREASURER), "read transfers");
    desk.ana = program(desk.app, ana, "read transfers");
    desk.admin = program(desk.app, user(desk.app, "Chief", 0, ROLE_ADMIN), "*");
    desk.cash = open_account(&desk, "{\"name\":\"Cash box\",\"code\":1010}");
    desk.ana_wallet = open_account(&desk, text(&desk, "{\"name\":\"Wallet\",\"code\":\"2010\",\"flags\":[\"no_overdraft\"],\"person\":\"%.*s\"}",
                                               STR_ARG(id_text(desk.arena, user_id(ana)))));
    desk.ben_wallet = open_account(&desk, text(&desk, "{\"name\":\"Wallet\",\"code\":\"2010\",\"flags\":[\"no_overdraft\"],\"person\":\"%.*s\"}",
                                               STR_ARG(id_text(desk.arena, desk.ben))));
    return desk;
}

static const char *line(Desk *desk, Str debit, Str credit, int64_t amount, const char *more)
{
    Str id = uuid_text(desk->arena, uuid_mint());
    return text(desk, "{\"id\":\"%.*s\",\"debit\":\"%.*s\",\"credit\":\"%.*s\",\"amount_minor\":%lld%s}", STR_ARG(id), STR_ARG(debit),
                STR_ARG(credit), (long long)amount, more);
}

static const Answer *send(Desk *desk, User *who, const char *body)
{
    return ask(desk->app, who, "POST", "/api/v1/transfers", body);
}

static int64_t credit_of(Desk *desk, Str account)
{
    return json_number(ask(desk->app, desk->treasurer, "GET", text(desk, "/api/v1/accounts/%.*s", STR_ARG(account)), NULL), "credit_minor");
}

static void a_treasurer_opens_accounts_and_moves_money(void **state)
{
    Desk desk = desk_of(state);
    const char *pay = line(&desk, desk.cash, desk.ana_wallet, 5000, ",\"kind\":\"deposit\",\"ref\":\"till 1\"");
    const Answer *made = send(&desk, desk.treasurer, pay);
    assert_status(made, 201);
    assert_int_equal(json_number(made, "seq"), 1);
    const Answer *again = send(&desk, desk.treasurer, pay);
    assert_status(again, 201);
    assert_int_equal(json_number(again, "seq"), 1);
    const Answer *account = ask(desk.app, desk.ana, "GET", text(&desk, "/api/v1/accounts/%.*s", STR_ARG(desk.ana_wallet)), NULL);
    assert_int_equal(json_number(account, "credit_minor"), 5000);
    assert_int_equal(json_number(account, "debit_minor"), 0);
    assert_str(json_text(account, "code"), "2010");
    const Answer *seen = ask(desk.app, desk.ana, "GET", text(&desk, "/api/v1/transfers/%.*s", STR_ARG(json_text(made, "id"))), NULL);
    assert_str(json_text(seen, "kind"), "deposit");
    assert_str(json_text(seen, "state"), "posted");
    assert_int_equal(json_text(seen, "hash").len, 64);
    const Answer *entries = ask(desk.app, desk.ana, "GET", text(&desk, "/api/v1/accounts/%.*s/entries?limit=5", STR_ARG(desk.ana_wallet)), NULL);
    assert_str(json_text(entries, "items.0.side"), "credit");
    assert_int_equal(json_number(entries, "items.0.balance_minor"), 5000);
    const Answer *mine = ask(desk.app, desk.ana, "GET", "/api/v1/accounts", NULL);
    assert_int_equal(json_number(mine, "items"), 1);
    assert_int_equal(json_number(ask(desk.app, desk.treasurer, "GET", "/api/v1/accounts?limit=2", NULL), "items"), 2);
}

static void an_admin_does_not_move_money(void **state)
{
    Desk desk = desk_of(state);
    assert_refused(ask(desk.app, desk.admin, "POST", "/api/v1/accounts", "{\"name\":\"Mine\",\"code\":\"2010\"}"), 403, "access.role");
    assert_status(send(&desk, desk.admin, line(&desk, desk.cash, desk.ana_wallet, 5, "")), 403);
    assert_status(ask(desk.app, desk.admin, "GET", "/api/v1/trial-balance", NULL), 403);
    assert_status(ask(desk.app, desk.admin, "GET", text(&desk, "/api/v1/accounts/%.*s", STR_ARG(desk.cash)), NULL), 403);
    assert_status(ask(desk.app, guest(desk.app), "GET", "/api/v1/trial-balance", NULL), 401);
}

static void a_member_pays_from_their_own_wallet_only(void **state)
{
    Desk desk = desk_of(state);
    assert_status(send(&desk, desk.treasurer, line(&desk, desk.cash, desk.ana_wallet, 5000, "")), 201);
    assert_status(send(&desk, desk.ana, line(&desk, desk.ana_wallet, desk.ben_wallet, 1200, "")), 201);
    assert_status(send(&desk, desk.ana, line(&desk, desk.ben_wallet, desk.ana_wallet, 1, "")), 403);
    assert_status(send(&desk, desk.ana, line(&desk, desk.ana_wallet, desk.cash, 1, "")), 403);
    assert_status(send(&desk, desk.ana, line(&desk, desk.ana_wallet, desk.ben_wallet, 1, ",\"kind\":\"pending\"")), 403);
    assert_refused(send(&desk, desk.ana, line(&desk, desk.ana_wallet, desk.ben_wallet, 3801, "")), 409, "account.overdraft");
    assert_status(ask(desk.app, desk.ana, "GET", text(&desk, "/api/v1/accounts/%.*s", STR_ARG(desk.ben_wallet)), NULL), 403);
    assert_status(ask(desk.app, desk.ana, "GET", text(&desk, "/api/v1/accounts/%.*s/entries", STR_ARG(desk.ben_wallet)), NULL), 403);
    assert_int_equal(credit_of(&desk, desk.ben_wallet), 1200);
}

static const Answer *keyed(Desk *desk, const char *key, const char *body)
{
    return ask_with(desk->app, desk->treasurer, "POST", "/api/v1/transfers", text(desk, "Idempotency-Key: %s", key), body);
}

static void a_key_gives_the_stored_answer_and_a_refusal_may_be_retried(void **state)
{
    Desk desk = desk_of(state);
    const char *pay = line(&desk, desk.ana_wallet, desk.ben_wallet, 100, "");
    assert_refused(keyed(&desk, "k1", pay), 409, "account.overdraft");
    assert_status(keyed(&desk, "k2", line(&desk, desk.cash, desk.ana_wallet, 100, "")), 201);
    const Answer *first = keyed(&desk, "k1", pay), *second = keyed(&desk, "k1", pay);
    assert_status(first, 201);
    assert_status(second, 201);
    assert_true(str_eq(first->body, second->body));
    assert_str(answer_header(second, "Idempotent-Replayed"), "true");
    assert_refused(keyed(&desk, "k1", line(&desk, desk.cash, desk.ana_wallet, 1, "")), 422, "idempotency.other_request");
    assert_int_equal(credit_of(&desk, desk.ben_wallet), 100);
}

static void the_same_id_with_another_body_is_refused_without_a_key_too(void **state)
{
    Desk desk = desk_of(state);
    const char *first = text(&desk, "{\"id\":\"0190c0de-0000-7000-8000-000000000001\",\"debit\":\"%.*s\",\"credit\":\"%.*s\",\"amount_minor\":5}",
                             STR_ARG(desk.cash), STR_ARG(desk.ana_wallet));
    const char *other = text(&desk, "{\"id\":\"0190c0de-0000-7000-8000-000000000001\",\"debit\":\"%.*s\",\"credit\":\"%.*s\",\"amount_minor\":6}",
                             STR_ARG(desk.cash), STR_ARG(desk.ana_wallet));
    assert_status(send(&desk, desk.treasurer, first), 201);
    assert_refused(send(&desk, desk.treasurer, other), 422, "transfer.other_content");
}

static void in_a_list_each_group_stands_alone(void **state)
{
    Desk desk = desk_of(state);
    const char *list = text(&desk, "{\"transfers\":[%s,%s,%s,%s]}", line(&desk, desk.cash, desk.ana_wallet, 100, ""),
                            line(&desk, desk.ana_wallet, desk.ben_wallet, 60, ",\"group\":\"g\""),
                            line(&desk, desk.ana_wallet, desk.ben_wallet, 60, ",\"group\":\"g\""), line(&desk, desk.ana_wallet, desk.ben_wallet, 7, ""));
    const Answer *mixed = send(&desk, desk.treasurer, list);
    assert_status(mixed, 207);
    assert_int_equal(json_number(mixed, "refused"), 2);
    assert_str(json_text(mixed, "transfers.1.code"), "transfer.group_refused");
    assert_str(json_text(mixed, "transfers.2.code"), "account.overdraft");
    assert_int_equal(json_number(mixed, "transfers.3.seq"), 2);
    assert_int_equal(credit_of(&desk, desk.ben_wallet), 7);
    list = text(&desk, "{\"transfers\":[%s,%s]}", line(&desk, desk.ana_wallet, desk.ben_wallet, 60, ",\"group\":\"g\""),
                line(&desk, desk.ana_wallet, desk.ben_wallet, 60, ",\"group\":\"g\""));
    const Answer *none = send(&desk, desk.treasurer, list);
    assert_refused(none, 409, "account.overdraft");
    assert_str(json_text(none, "field"), "transfers.1.amount_minor");
}

static void eight_thousand_go_in_one_request_and_one_more_does_not(void **state)
{
    Desk desk = desk_of(state);
    for (int over = 1; over >= 0; over--) {
        Buf body = buf_new(desk.arena, 4 << 20);
        buf_add(&body, STR("{\"transfers\":["));
        for (int i = 0; i < TRANSFERS_MAX + over; i++)
            buf_addf(&body, "%s%s", i ? "," : "", line(&desk, desk.cash, i % 2 ? desk.ana_wallet : desk.ben_wallet, 1, ""));
        buf_add(&body, STR("]}"));
        assert_false(body.overflowed);
        const Answer *answer = send(&desk, desk.treasurer, str_z(desk.arena, buf_str(&body)));
        assert_status(answer, over ? 422 : 201);
        if (!over)
            assert_int_equal(json_number(answer, "transfers.8189.seq"), TRANSFERS_MAX);
    }
    assert_int_equal(credit_of(&desk, desk.ben_wallet), TRANSFERS_MAX / 2);
}

static void holds_are_made_posted_and_voided_by_programs(void **state)
{
    Desk desk = desk_of(state);
    assert_status(send(&desk, desk.treasurer, line(&desk, desk.cash, desk.ana_wallet, 100, "")), 201);
    const Answer *held = send(&desk, desk.treasurer, line(&desk, desk.ana_wallet, desk.ben_wallet, 80, ",\"kind\":\"pending\",\"timeout_s\":600"));
    assert_status(held, 201);
    Str id = json_text(held, "id");
    const Answer *account = ask(desk.app, desk.ana, "GET", text(&desk, "/api/v1/accounts/%.*s", STR_ARG(desk.ana_wallet)), NULL);
    assert_int_equal(json_number(account, "debit_pending_minor"), 80);
    assert_str(json_text(ask(desk.app, desk.ana, "GET", text(&desk, "/api/v1/transfers/%.*s", STR_ARG(id)), NULL), "state"), "pending");
    const char *post = text(&desk, "{\"id\":\"0190c0de-0000-7000-8000-000000000002\",\"kind\":\"post\",\"pending_id\":\"%.*s\",\"amount_minor\":30}", STR_ARG(id));
    assert_status(send(&desk, desk.treasurer, post), 201);
    assert_int_equal(credit_of(&desk, desk.ben_wallet), 30);
    const char *late = text(&desk, "{\"id\":\"0190c0de-0000-7000-8000-000000000003\",\"kind\":\"void\",\"pending_id\":\"%.*s\"}", STR_ARG(id));
    assert_refused(send(&desk, desk.treasurer, late), 409, "transfer.resolved");
    assert_str(json_text(ask(desk.app, desk.ana, "GET", text(&desk, "/api/v1/transfers/%.*s", STR_ARG(id)), NULL), "state"), "posted");
}

static void the_trial_balance_of_any_day_closes(void **state)
{
    Desk desk = desk_of(state);
    assert_status(send(&desk, desk.treasurer, line(&desk, desk.cash, desk.ana_wallet, 100, ",\"effective_on\":\"2020-01-05\"")), 201);
    assert_status(send(&desk, desk.treasurer, line(&desk, desk.ana_wallet, desk.ben_wallet, 40, ",\"effective_on\":\"2020-02-01\"")), 201);
    const Answer *then = ask(desk.app, desk.treasurer, "GET", "/api/v1/trial-balance?at=2020-01-31", NULL);
    assert_int_equal(json_number(then, "rows"), 2);
    assert_str(json_text(then, "rows.0.code"), "1010");
    assert_int_equal(json_number(then, "rows.0.debit_minor"), 100);
    assert_int_equal(json_number(then, "total_debit_minor"), 100);
    assert_int_equal(json_number(then, "total_credit_minor"), 100);
    const Answer *now = ask(desk.app, desk.treasurer, "GET", "/api/v1/trial-balance", NULL);
    assert_int_equal(json_number(now, "rows"), 3);
    assert_int_equal(json_number(now, "total_debit_minor"), 140);
    assert_int_equal(json_number(ask(desk.app, desk.treasurer, "GET", "/api/v1/trial-balance?at=2019-12-31", NULL), "rows"), 0);
    assert_int_equal(json_number(ask(desk.app, desk.treasurer, "GET", "/api/v1/trial-balance?at=2020-01-31T00:00:00Z", NULL), "rows"), 0);
    assert_refused(ask(desk.app, desk.treasurer, "GET", "/api/v1/trial-balance?at=yesterday", NULL), 422, "trial.at");
}

static void what_is_wrong_with_a_request_is_named(void **state)
{
    Desk desk = desk_of(state);
    const Answer *answer = send(&desk, desk.treasurer, text(&desk, "{\"transfers\":[%s,{\"id\":\"x\"}]}", line(&desk, desk.cash, desk.ana_wallet, 1, "")));
    assert_refused(answer, 422, "transfer.id");
    assert_str(json_text(answer, "field"), "transfers.1.id");
    assert_refused(send(&desk, desk.treasurer, "{\"transfers\":[]}"), 422, "field.required");
    assert_refused(send(&desk, desk.treasurer, "{}"), 422, "transfer.id");
    assert_refused(send(&desk, desk.treasurer, line(&desk, desk.cash, desk.ana_wallet, -1, "")), 422, "transfer.amount");
    assert_refused(send(&desk, desk.treasurer, line(&desk, desk.cash, STR("0000000000123"), 1, "")), 422, "account.missing");
    assert_refused(ask(desk.app, desk.treasurer, "POST", "/api/v1/accounts", "{\"name\":\"\",\"code\":\"1\"}"), 422, "field.required");
    assert_refused(ask(desk.app, desk.treasurer, "POST", "/api/v1/accounts", "{\"name\":\"x\",\"flags\":[\"free\"]}"), 422, "account.flags");
    assert_refused(ask(desk.app, desk.treasurer, "GET", "/api/v1/transfers/0190c0de-0000-7000-8000-00000000ffff", NULL), 404, "transfer.missing");
    assert_refused(ask(desk.app, desk.treasurer, "GET", "/api/v1/accounts/0000000000123", NULL), 404, "account.missing");
}

static void the_names_on_the_wire_are_the_promised_ones(void **state)
{
    Desk desk = desk_of(state);
    const char *all = text(&desk, "{\"id\":\"0190c0de-0000-7000-8000-00000000000a\",\"debit\":\"%.*s\",\"credit\":\"%.*s\",\"amount_minor\":7,\"kind\":\"payment\",\"pending_id\":null,"
                            "\"group\":\"g\",\"effective_on\":\"2026-11-20\"}", STR_ARG(desk.cash), STR_ARG(desk.ana_wallet));
    assert_status(send(&desk, desk.treasurer, all), 201);
    assert_status(send(&desk, desk.treasurer, text(&desk, "{\"transfers\":[%s]}", line(&desk, desk.cash, desk.ana_wallet, 5, ""))), 201);
    const Answer *account = ask(desk.app, desk.treasurer, "GET", text(&desk, "/api/v1/accounts/%.*s", STR_ARG(desk.ana_wallet)), NULL);
    static const char *const names[] = {"\"id\":\"", "\"name\":\"Wallet\"", "\"code\":\"2010\"", "\"debit_minor\":0", "\"credit_minor\":12", "\"debit_pending_minor\":0",
                                        "\"credit_pending_minor\":0"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_says(account, names[i]);
    const Answer *trial = ask(desk.app, desk.treasurer, "GET", "/api/v1/trial-balance?at=2026-11-20", NULL);
    assert_says(trial, text(&desk, "\"account\":\"%.*s\"", STR_ARG(desk.cash)));
    static const char *const row[] = {"\"at\":\"2026-11-20", "\"rows\":[{", "\"code\":\"1010\"", "\"debit_minor\":7", "\"credit_minor\":7"};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        assert_says(trial, row[i]);
}

static void a_body_may_be_four_mebibytes_and_no_more(void **state)
{
    Desk desk = desk_of(state);
    size_t most = 4u << 20;
    for (int over = 1; over >= 0; over--) {
        Buf body = buf_new(desk.arena, most + 16);
        buf_add(&body, str_of(line(&desk, desk.cash, desk.ana_wallet, 3, "")));
        while (body.len < most + (size_t)over) /* white space behind the object */
            buf_add_char(&body, ' ');
        const Answer *answer = send(&desk, desk.treasurer, str_z(desk.arena, buf_str(&body)));
        assert_status(answer, over ? 413 : 201);
    }
    assert_int_equal(credit_of(&desk, desk.ana_wallet), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(a_treasurer_opens_accounts_and_moves_money),
        TEST_DB(an_admin_does_not_move_money),
        TEST_DB(a_member_pays_from_their_own_wallet_only),
        TEST_DB(a_key_gives_the_stored_answer_and_a_refusal_may_be_retried),
        TEST_DB(the_same_id_with_another_body_is_refused_without_a_key_too),
        TEST_DB(in_a_list_each_group_stands_alone),
        TEST_DB(eight_thousand_go_in_one_request_and_one_more_does_not),
        TEST_DB(holds_are_made_posted_and_voided_by_programs),
        TEST_DB(the_trial_balance_of_any_day_closes),
        TEST_DB(what_is_wrong_with_a_request_is_named),
        TEST_DB(the_names_on_the_wire_are_the_promised_ones),
        TEST_DB(a_body_may_be_four_mebibytes_and_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
