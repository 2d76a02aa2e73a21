/* Mobile money over real HTTP on 127.0.0.1: a service in a thread of its own that is late, double, silent, forged and wrong; our
   side is what runs in production, from the button to the child that speaks HTTP. */
#include "pay/test_village.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/json.h"
#include "core/jobs.h"
#include "pay/call.h"
#include "worker/worker.h"

enum { CALLS_MAX = 200, EACH = 2 };

typedef enum Fault { HONEST, LATE, SILENT, LOST, TWICE, FORGED, WRONG, FAULTS } Fault;

typedef struct Asked { /* what the service knows */
    char reference[64], own[64];
    int64_t amount;
    Fault fault;
    int64_t begun_ms;
    bool failed;
} Asked;

typedef struct Service { /* no test assertions here: they may not leave another thread */
    int listener, port;
    pthread_t thread;
    pthread_mutex_t lock;
    Asked calls[CALLS_MAX];
    size_t len;
    Fault next;
    bool next_fails, down;
    int64_t now_ms;
    int submits, tokens, refused, odd; /* odd: requests it did not understand */
    char token[32];
} Service;

typedef struct Heard {
    char text[8192];
    size_t len;
    const char *body;
} Heard;

static bool hear(int fd, Heard *h)
{
    size_t need = SIZE_MAX;
    h->len = 0;
    while (h->len < need && h->len + 1 < sizeof h->text) {
        ssize_t got = recv(fd, h->text + h->len, sizeof h->text - 1 - h->len, 0);
        if (got <= 0)
            return false;
        h->len += (size_t)got;
        h->text[h->len] = 0;
        char *end = strstr(h->text, "\r\n\r\n"), *length = strcasestr(h->text, "content-length: ");
        if (end) {
            need = (size_t)(end + 4 - h->text) + (length ? strtoul(length + 16, NULL, 10) : 0);
            h->body = end + 4;
        }
    }
    return h->len >= need;
}

static void answer(int fd, int status, const char *body)
{
    char text[2048];
    int len = snprintf(text, sizeof text, "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s", status,
                       strlen(body), body);
    if (send(fd, text, (size_t)len, MSG_NOSIGNAL) < 0)
        return;
}

/* The text behind name, up to the next of the ends. */
static void after(const char *text, const char *name, const char *ends, char *out, size_t size)
{
    const char *at = strcasestr(text, name);
    size_t len = at ? strcspn(at + strlen(name), ends) : 0;
    snprintf(out, size, "%.*s", (int)(len < size ? len : size - 1), at ? at + strlen(name) : "");
}

static Asked *known(Service *s, const char *reference)
{
    for (size_t i = 0; i < s->len; i++)
        if (strcmp(s->calls[i].reference, reference) == 0)
            return &s->calls[i];
    return NULL;
}

static void answer_submit(Service *s, int fd, const Heard *h, bool momo)
{
    char amount[32], own[64], reference[64], body[300];
    after(h->body, momo ? "\"amount\":\"" : "\"Amount\":", "\",}", amount, sizeof amount);
    after(h->body, momo ? "\"externalId\":\"" : "\"AccountReference\":\"", "\"", own, sizeof own);
    after(h->text, "X-Reference-Id: ", "\r", reference, sizeof reference);
    if (!momo)
        snprintf(reference, sizeof reference, "ws_CO_%zu", s->len);
    s->submits++;
    s->odd += !amount[0] || !own[0] || !reference[0] || known(s, reference) != NULL;
    if (s->next == LOST || s->len == CALLS_MAX)
        return;
    Asked *a = &s->calls[s->len++];
    *a = (Asked){.amount = (int64_t)(strtod(amount, NULL) * 100 + 0.5), .fault = s->next, .begun_ms = s->now_ms, .failed = s->next_fails};
    snprintf(a->reference, sizeof a->reference, "%s", reference);
    snprintf(a->own, sizeof a->own, "%s", own);
    if (s->next == SILENT) /* it arrived, and the answer is lost */
        return;
    snprintf(body, sizeof body, "{\"MerchantRequestID\":\"1\",\"CheckoutRequestID\":\"%s\",\"ResponseCode\":\"0\"}", reference);
    answer(fd, momo ? 202 : 200, momo ? "" : body);
}

static void answer_query(Service *s, int fd, const Heard *h, bool momo)
{
    char reference[64], body[300];
    if (momo)
        after(h->text, strstr(h->text, "/transfer/") ? "/transfer/" : "/requesttopay/", " ", reference, sizeof reference);
    else
        after(h->body, "\"CheckoutRequestID\":\"", "\"", reference, sizeof reference);
    const Asked *a = known(s, reference);
    int64_t wait = a && a->fault == LATE ? 30 * (int64_t)DAY_MS : a && a->fault == FORGED ? HOUR_MS : 0;
    if (!a)
        answer(fd, 404, "{\"code\":\"RESOURCE_NOT_FOUND\"}");
    else if (s->now_ms < a->begun_ms + wait)
        answer(fd, momo ? 200 : 500, momo ? "{\"status\":\"PENDING\"}" : "{\"errorCode\":\"500.001.1001\",\"errorMessage\":\"The transaction is being processed\"}");
    else if (a->failed)
        answer(fd, 200, momo ? "{\"status\":\"FAILED\",\"reason\":\"NOT_ENOUGH_FUNDS\"}" : "{\"ResponseCode\":\"0\",\"ResultCode\":\"1032\",\"ResultDesc\":\"Request cancelled by user\"}");
    else if (!momo)
        answer(fd, 200, "{\"ResponseCode\":\"0\",\"ResultCode\":\"0\",\"ResultDesc\":\"ok\"}");
    else {
        int64_t amount = a->amount - (a->fault == WRONG ? 100 : 0);
        snprintf(body, sizeof body, "{\"status\":\"SUCCESSFUL\",\"amount\":\"%lld.%02lld\",\"currency\":\"CNY\",\"financialTransactionId\":\"F%s\"}",
                 (long long)amount / 100, (long long)amount % 100, a->own);
        answer(fd, 200, body);
    }
}

static void answer_token(Service *s, int fd, const Heard *h)
{
    char given[100], body[200];
    after(h->text, "Authorization: Basic ", "\r", given, sizeof given);
    if (strcmp(given, "dXM6c2VjcmV0") != 0) { /* us:secret */
        answer(fd, 400, "{\"errorMessage\":\"Invalid credentials\"}");
        return;
    }
    snprintf(s->token, sizeof s->token, "T%d", ++s->tokens);
    snprintf(body, sizeof body, "{\"access_token\":\"%s\",\"expires_in\":\"3599\"}", s->token);
    answer(fd, 200, body);
}

static void serve(Service *s, int fd)
{
    Heard h;
    char bearer[100];
    if (!hear(fd, &h) || s->down)
        return;
    pthread_mutex_lock(&s->lock);
    bool momo = strstr(h.text, "/mpesa/") == NULL, query = strncmp(h.text, "GET", 3) == 0 || strstr(h.text, "stkpushquery");
    after(h.text, "Authorization: Bearer ", "\r", bearer, sizeof bearer);
    if (strstr(h.text, "/oauth/v1/generate") || strstr(h.text, "/token/")) {
        answer_token(s, fd, &h);
    } else if (strcmp(bearer, s->token) != 0) {
        s->refused++;
        answer(fd, 401, "{\"error\":\"expired\"}");
    } else if (query) {
        answer_query(s, fd, &h, momo);
    } else {
        answer_submit(s, fd, &h, momo);
    }
    pthread_mutex_unlock(&s->lock);
}

static void *service_run(void *arg)
{
    Service *s = arg;
    for (int fd; (fd = accept(s->listener, NULL, NULL)) >= 0; close(fd))
        serve(s, fd);
    return NULL;
}

static Service *service_open(Arena *arena)
{
    const char *program = getenv("MILLET_PROGRAM");
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    Service *s = NEW(arena, Service);
    *s = (Service){.lock = PTHREAD_MUTEX_INITIALIZER, .now_ms = time_now().ms};
    worker_program(program ? program : "build/millet");
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(s->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(s->listener, 16), 0);
    assert_int_equal(getsockname(s->listener, (struct sockaddr *)&address, &len), 0);
    s->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&s->thread, NULL, service_run, s), 0);
    return s;
}

static void service_close(Service *s)
{
    shutdown(s->listener, SHUT_RDWR);
    pthread_join(s->thread, NULL);
    close(s->listener);
    time_fake((Time){0});
    assert_int_equal(s->odd, 0);
}

/* ---- our side ---- */

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

static void connect_rail(Fold *v, const Service *s, const char *rail)
{
    assert_goes_to(ask(v->app, v->tess, "POST", text(v, "/treasury/rails/%s", rail),
                       text(v, "url=http%%3A%%2F%%2F127.0.0.1%%3A%d&user=us&secret=secret&short_code=174379&passkey=pk&callback=https%%3A%%2F%%2Fx.example%%2Fpay%%2Frails%%2Fmpesa"
                               "&in_key=sub&out_key=dis&environment=sandbox", s->port)), "/treasury/rails");
}

/* Time passes, and the job runs. */
static void later(Fold *v, Service *s, int64_t ms)
{
    const Job *job = job_named("pay.calls");
    assert_non_null(job);
    pthread_mutex_lock(&s->lock);
    s->now_ms += ms;
    pthread_mutex_unlock(&s->lock);
    time_fake((Time){s->now_ms});
    for (int i = 0; i < 3; i++) { /* a step takes at most so many */
        JobContext context = {v->store, v->arena, {s->now_ms}};
        assert_fine(job->run(&context));
    }
}

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
