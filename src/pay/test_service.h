/* A mobile money service on 127.0.0.1 for tests, in a thread of its own: late, double, silent, forged and wrong. It knows both halves of
   M-Pesa (asking a phone; payouts, whose outcome it tells at an address it was given) and MoMo. */
#pragma once
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
    int asked_about;                   /* questions about payouts */
    char token[32];
    char paid_path[200], check_path[200];   /* that we registered */
    char result_path[200], status_path[200], timeout_path[200]; /* of the last payout */
    char called_back_at[200];          /* X-Callback-Url of the last request */
} Service;

typedef struct Heard {
    char text[8192];
    size_t len;
    const char *body;
} Heard;

__attribute__((unused)) static bool hear(int fd, Heard *h)
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

__attribute__((unused)) static void answer(int fd, int status, const char *body)
{
    char text[2048];
    int len = snprintf(text, sizeof text, "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s", status,
                       strlen(body), body);
    if (send(fd, text, (size_t)len, MSG_NOSIGNAL) < 0)
        return;
}

/* The text behind name, up to the next of the ends. */
__attribute__((unused)) static void after(const char *text, const char *name, const char *ends, char *out, size_t size)
{
    const char *at = strcasestr(text, name);
    size_t len = at ? strcspn(at + strlen(name), ends) : 0;
    snprintf(out, size, "%.*s", (int)(len < size ? len : size - 1), at ? at + strlen(name) : "");
}

__attribute__((unused)) static Asked *known(Service *s, const char *reference)
{
    for (size_t i = 0; i < s->len; i++)
        if (strcmp(s->calls[i].reference, reference) == 0)
            return &s->calls[i];
    return NULL;
}

__attribute__((unused)) static void answer_submit(Service *s, int fd, const Heard *h, bool momo)
{
    char amount[32], own[64], reference[64], body[300];
    after(h->body, momo ? "\"amount\":\"" : "\"Amount\":", "\",}", amount, sizeof amount);
    after(h->body, momo ? "\"externalId\":\"" : "\"AccountReference\":\"", "\"", own, sizeof own);
    after(h->text, "X-Reference-Id: ", "\r", reference, sizeof reference);
    after(h->text, "X-Callback-Url: ", "\r", s->called_back_at, sizeof s->called_back_at);
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

/* The path of an address in a request, behind the name of the server. */
__attribute__((unused)) static void path_in(const char *body, const char *name, char *out, size_t size)
{
    char address[300];
    after(body, name, "\"", address, sizeof address);
    const char *path = strstr(address, "/pay/");
    snprintf(out, size, "%s", path ? path : "");
}

__attribute__((unused)) static void answer_payout(Service *s, int fd, const Heard *h)
{
    char amount[32], own[64], body[300];
    after(h->body, "\"Amount\":", "\",}", amount, sizeof amount);
    after(h->body, "\"OriginatorConversationID\":\"", "\"", own, sizeof own);
    path_in(h->body, "\"ResultURL\":\"", s->result_path, sizeof s->result_path);
    path_in(h->body, "\"QueueTimeOutURL\":\"", s->timeout_path, sizeof s->timeout_path);
    s->submits++;
    s->odd += !amount[0] || !own[0] || known(s, own) != NULL || !s->result_path[0] || !strstr(h->body, "\"SecurityCredential\":\"sealed\"");
    if (s->next == LOST || s->len == CALLS_MAX)
        return;
    Asked *a = &s->calls[s->len++];
    *a = (Asked){.amount = (int64_t)(strtod(amount, NULL) * 100 + 0.5), .fault = s->next, .begun_ms = s->now_ms, .failed = s->next_fails};
    snprintf(a->reference, sizeof a->reference, "%s", own);
    snprintf(a->own, sizeof a->own, "%s", own);
    if (s->next == SILENT)
        return;
    snprintf(body, sizeof body, "{\"ConversationID\":\"AG_%zu\",\"OriginatorConversationID\":\"%s\",\"ResponseCode\":\"0\"}", s->len, own);
    answer(fd, 200, body);
}

/* What M-Pesa is asked beside payments from phones. False: nothing of this kind. */
__attribute__((unused)) static bool answer_daraja(Service *s, int fd, const Heard *h)
{
    if (strstr(h->text, "/mpesa/b2c/v3/paymentrequest")) {
        answer_payout(s, fd, h);
    } else if (strstr(h->text, "/mpesa/transactionstatus/v1/query")) {
        s->asked_about++;
        path_in(h->body, "\"ResultURL\":\"", s->status_path, sizeof s->status_path);
        answer(fd, 200, "{\"ConversationID\":\"AG_Q\",\"ResponseCode\":\"0\"}");
    } else if (strstr(h->text, "/mpesa/c2b/v1/registerurl")) {
        path_in(h->body, "\"ConfirmationURL\":\"", s->paid_path, sizeof s->paid_path);
        path_in(h->body, "\"ValidationURL\":\"", s->check_path, sizeof s->check_path);
        answer(fd, 200, "{\"OriginatorCoversationID\":\"1\",\"ResponseCode\":\"0\",\"ResponseDescription\":\"success\"}");
    } else {
        return false;
    }
    return true;
}

__attribute__((unused)) static void answer_query(Service *s, int fd, const Heard *h, bool momo)
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

__attribute__((unused)) static void answer_token(Service *s, int fd, const Heard *h)
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

__attribute__((unused)) static void serve(Service *s, int fd)
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
    } else if (answer_daraja(s, fd, &h)) {
        ;
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

__attribute__((unused)) static Service *service_open(Arena *arena)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    Service *s = NEW(arena, Service);
    *s = (Service){.lock = PTHREAD_MUTEX_INITIALIZER, .now_ms = time_now().ms};
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(s->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(s->listener, 16), 0);
    assert_int_equal(getsockname(s->listener, (struct sockaddr *)&address, &len), 0);
    s->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&s->thread, NULL, service_run, s), 0);
    return s;
}

__attribute__((unused)) static void service_close(Service *s)
{
    shutdown(s->listener, SHUT_RDWR);
    pthread_join(s->thread, NULL);
    close(s->listener);
    time_fake((Time){0});
    assert_int_equal(s->odd, 0);
}

/* ---- our side ---- */

static const char *text(Fold *v, const char *format, ...) __attribute__((format(printf, 2, 3)));
__attribute__((unused)) static const char *text(Fold *v, const char *format, ...)
{
    Buf out = buf_new(v->arena, 8192);
    va_list args;
    va_start(args, format);
    buf_addv(&out, format, args);
    va_end(args);
    return str_z(v->arena, buf_str(&out));
}

__attribute__((unused)) static void connect_rail(Fold *v, const Service *s, const char *rail)
{
    assert_goes_to(ask(v->app, v->tess, "POST", text(v, "/treasury/rails/%s", rail),
                       text(v, "url=http%%3A%%2F%%2F127.0.0.1%%3A%d&user=us&secret=secret&short_code=174379&passkey=pk&callback=https%%3A%%2F%%2Fx.example%%2Fpay%%2Frails%%2F%s"
                               "&in_key=sub&out_key=dis&environment=sandbox&initiator=ami&credential=sealed", s->port, rail)), "/treasury/rails");
}

/* Time passes, and the job runs. */
__attribute__((unused)) static void later(Fold *v, Service *s, int64_t ms)
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
