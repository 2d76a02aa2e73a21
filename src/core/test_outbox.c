/* Mail and webhooks against small servers of our own: order, repetition, setting aside, and what goes over the wire. */
#include "test/harness.h"
#include "loopback.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/config.h"
#include "core/deliver.h"
#include "core/outbox.h"

/* ---- what is put in ---- */

typedef struct Put {
    Str key, url, body;
    const char *kind; /* NULL: webhook */
} Put;

static Err *put(Tx *tx, void *arg)
{
    Put *p = arg;
    if (p->kind)
        return outbox_add(tx, (Time){1000}, p->kind, p->key, p->body);
    const Webhook webhook = {.url = p->url, .secret = STR("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), .body = p->body};
    return webhook_add(tx, (Time){1000}, p->key, &webhook);
}

static void put_webhook(Store *store, Arena *arena, const Loopback *server, const char *key, const char *body)
{
    Put p = {str_of(key), str_format(arena, "http://127.0.0.1:%d/hook", server->port), str_of(body), NULL};
    assert_fine(db_write(store, arena, put, &p));
}

static int64_t delivered, failed;

static void deliver_at(Store *store, Arena *arena, int64_t ms)
{
    assert_fine(outbox_deliver_due(store, arena, (Time){ms}, &delivered, &failed));
}

/* ---- tests ---- */

static void a_webhook_is_signed_as_its_standard_says(void **state)
{
    /* the example of the Standard Webhooks specification's libraries */
    Arena *arena = test_arena(state);
    assert_str(webhook_signature(arena, STR("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                                 STR("msg_p5jXN8AQM9LWM0D4loKWxJek"), 1614265330, STR("{\"test\": 2432232314}")),
               "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

static void a_webhook_arrives_once_with_its_headers(void **state)
{
    Store *store = test_store(state);
    Arena *arena = test_arena(state);
    Loopback server;
    loopback_open(&server, false);
    put_webhook(store, arena, &server, "shop", "{\"order\":1}");
    deliver_at(store, arena, 2000);
    deliver_at(store, arena, 3000);
    loopback_close(&server);
    assert_int_equal(server.requests, 1);
    assert_non_null(strstr(server.heard, "POST /hook HTTP/1.1\r\n"));
    assert_non_null(strstr(server.heard, "\r\nContent-Type: application/json\r\n"));
    assert_non_null(strstr(server.heard, "\r\nwebhook-id: "));
    assert_non_null(strstr(server.heard, "\r\nwebhook-signature: v1,"));
    assert_non_null(strstr(server.heard, "\r\n\r\n{\"order\":1}"));
    assert_int_equal(test_int(store, "SELECT count(*) FROM outbox"), 0);
}

static void what_fails_is_tried_again_in_order_and_others_pass(void **state)
{
    Store *store = test_store(state);
    Arena *arena = test_arena(state);
    Loopback bad, good;
    loopback_open(&bad, false);
    loopback_open(&good, false);
    bad.plan[0] = bad.plan[1] = 500;
    put_webhook(store, arena, &bad, "a", "first");
    put_webhook(store, arena, &bad, "a", "second");
    put_webhook(store, arena, &good, "b", "other");
    deliver_at(store, arena, 2000);
    assert_int_equal(failed, 1);
    assert_int_equal(delivered, 1);
    deliver_at(store, arena, 3000); /* too early for a second try, and "second" waits behind "first" */
    assert_int_equal(failed + delivered, 0);
    deliver_at(store, arena, 2000 + 20000);
    assert_int_equal(failed, 1);
    deliver_at(store, arena, 2000 + 100000);
    assert_int_equal(delivered, 2);
    loopback_close(&bad);
    loopback_close(&good);
    assert_int_equal(bad.requests, 4);
    const char *second = strstr(bad.heard, "\r\n\r\nsecond");
    assert_non_null(second);
    assert_null(strstr(second, "\r\n\r\nfirst"));
}

static void what_is_refused_for_good_is_set_aside_and_can_be_tried_again(void **state)
{
    Store *store = test_store(state);
    Arena *arena = test_arena(state);
    Loopback server;
    loopback_open(&server, false);
    server.plan[0] = 410;
    put_webhook(store, arena, &server, "a", "gone");
    put_webhook(store, arena, &server, "a", "next");
    deliver_at(store, arena, 2000);
    assert_int_equal(failed, 1);
    assert_int_equal(delivered, 1); /* a message set aside does not hold up those behind it */
    assert_int_equal(test_int(store, "SELECT count(*) FROM outbox WHERE dead = 1 AND trouble = 'outbox.refused'"), 1);
    assert_fine(test_sql(store, arena, "UPDATE outbox SET dead = 0, due_at = 0"));
    deliver_at(store, arena, 3000);
    assert_int_equal(delivered, 1);
    loopback_close(&server);
}

static void after_the_last_attempt_a_message_is_set_aside(void **state)
{
    Store *store = test_store(state);
    Arena *arena = test_arena(state);
    Put p = {STR("a"), STR("http://127.0.0.1:1/"), STR("x"), NULL}; /* nobody listens there */
    assert_fine(db_write(store, arena, put, &p));
    int64_t now = 2000;
    for (int i = 0; i < 3; i++, now += OUTBOX_LONGEST_PAUSE_MS * 2)
        deliver_at(store, arena, now);
    assert_int_equal(test_int(store, "SELECT attempts FROM outbox WHERE dead = 0"), 3);
    assert_fine(test_sql(store, arena, "UPDATE outbox SET attempts = 11"));
    deliver_at(store, arena, now);
    assert_int_equal(test_int(store, "SELECT count(*) FROM outbox WHERE dead = 1 AND attempts = 12"), 1);
    Put odd = {STR("a"), {0}, STR("x"), "no such kind"};
    assert_fine(db_write(store, arena, put, &odd));
    deliver_at(store, arena, now);
    assert_int_equal(test_int(store, "SELECT count(*) FROM outbox WHERE trouble = 'outbox.unknown_kind' AND dead = 1"),
                     1);
}

static void a_message_somebody_is_at_is_left_alone(void **state)
{
    Store *store = test_store(state);
    Arena *arena = test_arena(state);
    Put p = {STR("a"), STR("http://127.0.0.1:1/"), STR("x"), NULL};
    assert_fine(db_write(store, arena, put, &p));
    assert_fine(test_sql(store, arena, "UPDATE outbox SET lease_until = 9000000000000"));
    deliver_at(store, arena, 2000);
    assert_int_equal(delivered + failed, 0);
    assert_fine(test_sql(store, arena, "UPDATE outbox SET lease_until = 5"));
    deliver_at(store, arena, 2000);
    assert_int_equal(failed, 1);
}

static Err *put_mail(Tx *tx, void *arg)
{
    const Mail mail = {.to = str_of(arg),
                       .subject = STR("Your order 米 is packed: collect it on Saturday between nine and noon"),
                       .text = STR("Good morning,\n.\nyour eggs are here. 鸡蛋\n")};
    return mail_add(tx, (Time){1000}, &mail);
}

static void mail_goes_out_readable_and_is_refused_or_delayed_as_the_server_says(void **state)
{
    Store *store = test_store(state);
    Arena *arena = test_arena(state);
    Loopback server;
    loopback_open(&server, true);
    assert_fine(db_write(store, arena, put_mail, "wang@example.org")); /* no server set: nothing is kept */
    assert_int_equal(test_int(store, "SELECT count(*) FROM outbox"), 0);
    assert_fine(config_set(arena, "smtp_url", str_z(arena, str_format(arena, "smtp://127.0.0.1:%d", server.port))));
    assert_fine(config_set(arena, "mail_from", "shop@village.example"));
    assert_err(db_write(store, arena, put_mail, "wang@example.org\r\nBcc: x@y.z"), "mail.address");
    assert_fine(db_write(store, arena, put_mail, "wang@example.org"));
    deliver_at(store, arena, 2000);
    assert_int_equal(delivered, 1);
    server.plan[1] = 550;
    server.plan[2] = 450;
    assert_fine(db_write(store, arena, put_mail, "nobody@example.org"));
    assert_fine(db_write(store, arena, put_mail, "later@example.org"));
    deliver_at(store, arena, 2000);
    assert_int_equal(failed, 2);
    assert_int_equal(test_int(store, "SELECT count(*) FROM outbox WHERE dead = 1"), 1);
    assert_int_equal(test_int(store, "SELECT count(*) FROM outbox WHERE dead = 0"), 1);
    assert_fine(config_set(arena, "smtp_url", ""));
    loopback_close(&server);
    assert_non_null(strstr(server.heard, "MAIL FROM:<shop@village.example>"));
    assert_non_null(strstr(server.heard, "RCPT TO:<wang@example.org>"));
    assert_non_null(strstr(server.heard, "Subject: =?UTF-8?B?WW91ciBvcmRlciDnsbM"));
    assert_non_null(strstr(server.heard, "Content-Transfer-Encoding: base64\r\n\r\nR29vZCBtb3JuaW5nLAouCn"));
}

static void addresses_that_could_inject_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",      "a",     "@b",      "a@",   "a@b@c", "a b@c",
                                      "a@b\n", "<a@b>", "a@b,c@d", "-a@b", "é@b"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(mail_address_valid(str_of(bad[i])));
    assert_true(mail_address_valid(STR("wang.li+shop@mail.example.org")));
}

static void pauses_double_and_spread(void **state)
{
    (void)state;
    assert_int_equal(outbox_pause_ms(0, 0), 5000);
    assert_true(outbox_pause_ms(0, UINT32_MAX) <= 15000);
    assert_int_equal(outbox_pause_ms(3, 0x80000000u), 80000);
    assert_int_equal(outbox_pause_ms(500, 0x80000000u), OUTBOX_LONGEST_PAUSE_MS);
}

static void the_threads_deliver_soon_after_the_commit_and_stop(void **state)
{
    Store *store = test_store(state);
    Arena *arena = test_arena(state);
    Loopback server;
    loopback_open(&server, false);
    assert_fine(outbox_start(arena, store));
    for (int i = 0; i < 5; i++)
        put_webhook(store, arena, &server, "a", str_z(arena, str_format(arena, "number %d", i)));
    for (int i = 0; i < 4800 && test_int(store, "SELECT count(*) FROM outbox") > 0; i++)
        usleep(25000);
    assert_true(outbox_stop(120));
    loopback_close(&server);
    assert_int_equal(server.requests, 5);
    const char *at = server.heard;
    for (int i = 0; i < 5; i++) {
        at = strstr(at, str_z(arena, str_format(arena, "number %d", i)));
        assert_non_null(at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_webhook_is_signed_as_its_standard_says),
        TEST_DB(a_webhook_arrives_once_with_its_headers),
        TEST_DB(what_fails_is_tried_again_in_order_and_others_pass),
        TEST_DB(what_is_refused_for_good_is_set_aside_and_can_be_tried_again),
        TEST_DB(after_the_last_attempt_a_message_is_set_aside),
        TEST_DB(a_message_somebody_is_at_is_left_alone),
        TEST_DB(mail_goes_out_readable_and_is_refused_or_delayed_as_the_server_says),
        TEST(addresses_that_could_inject_are_refused),
        TEST(pauses_double_and_spread),
        TEST_DB(the_threads_deliver_soon_after_the_commit_and_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
