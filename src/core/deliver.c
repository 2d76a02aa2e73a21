/* Mail and webhooks, composed here and sent by a child that alone knows libcurl. */
#include "core/deliver.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "core/log.h"

enum { LINE = 76, WALL_SECONDS = 40, RESTART_AFTER = 1000, WAITING = 8 };

static const Field request_fields[] = {
    FIELD(DeliverRequest, url, FIELD_STR, .required = true),
    FIELD(DeliverRequest, user, FIELD_STR),
    FIELD(DeliverRequest, password, FIELD_STR),
    FIELD(DeliverRequest, from, FIELD_STR),
    FIELD(DeliverRequest, to, FIELD_STR),
    FIELD(DeliverRequest, method, FIELD_STR, .max = 10),
    FIELD(DeliverRequest, headers, FIELD_STRS, .max = 10),
    FIELD(DeliverRequest, wants_answer, FIELD_BOOL),
    FIELD(DeliverRequest, body, FIELD_STR, .max = DELIVER_BYTES_MAX),
};
const Shape deliver_request_shape = SHAPE(DeliverRequest, "DeliverRequest", request_fields);

static const Field result_fields[] = {
    FIELD(DeliverResult, outcome, FIELD_STR, .required = true, .one_of = "done|later|never"),
    FIELD(DeliverResult, detail, FIELD_STR),
    FIELD(DeliverResult, status, FIELD_INT, .max = 999),
    FIELD(DeliverResult, body, FIELD_STR, .max = DELIVER_ANSWER_MAX),
};
const Shape deliver_result_shape = SHAPE(DeliverResult, "DeliverResult", result_fields);

static const Field mail_fields[] = {
    FIELD(Mail, to, FIELD_STR, .required = true, .max = 254),
    FIELD(Mail, subject, FIELD_STR, .max = 400),
    FIELD(Mail, text, FIELD_STR, .max = 500000),
};
static const Shape mail_shape = SHAPE(Mail, "Mail", mail_fields);

static const Field webhook_fields[] = {
    FIELD(Webhook, url, FIELD_STR, .required = true),
    FIELD(Webhook, secret, FIELD_STR, .max = 200),
    FIELD(Webhook, body, FIELD_STR, .max = 500000),
};
static const Shape webhook_shape = SHAPE(Webhook, "Webhook", webhook_fields);

/* ---- putting in ---- */

bool mail_possible(void)
{
    return config_text("smtp_url").len > 0;
}

bool mail_address_valid(Str address)
{
    size_t ats = 0;
    for (size_t i = 0; i < address.len; i++) {
        char c = address.at[i];
        if (c <= ' ' || c >= 0x7F || strchr("<>()[],;:\\\"", c))
            return false;
        ats += c == '@';
    }
    return ats == 1 && address.len <= 254 && address.at[0] != '@' && address.at[address.len - 1] != '@' &&
           address.at[0] != '-';
}

static Err *put(Tx *tx, Time now, const char *kind, Str key, const Shape *shape, const void *value)
{
    Buf payload = buf_new(tx->db.arena, DELIVER_BYTES_MAX);
    json_write(&payload, shape, value, (Str){0});
    if (payload.overflowed)
        return err_new(tx->db.arena, ERR_INVALID, "outbox.too_long");
    return outbox_add(tx, now, kind, key, buf_str(&payload));
}

Err *mail_add(Tx *tx, Time now, const Mail *mail)
{
    if (!mail_possible())
        return NULL;
    if (!mail_address_valid(mail->to))
        return err_new(tx->db.arena, ERR_INVALID, "mail.address");
    return put(tx, now, "mail", mail->to, &mail_shape, mail);
}

Err *webhook_add(Tx *tx, Time now, Str key, const Webhook *webhook)
{
    return put(tx, now, "webhook", key, &webhook_shape, webhook);
}

/* ---- composing ---- */

static Str base64(Arena *arena, Str bytes)
{
    size_t room = sodium_base64_ENCODED_LEN(bytes.len, sodium_base64_VARIANT_ORIGINAL);
    char *text = arena_alloc(arena, room);
    sodium_bin2base64(text, room, (const unsigned char *)bytes.at, bytes.len, sodium_base64_VARIANT_ORIGINAL);
    return (Str){text, room - 1};
}

/* RFC 2047: words of at most 75 characters, never cutting a code point. */
static void add_header_text(Buf *out, Str text)
{
    bool plain = true;
    for (size_t i = 0; i < text.len; i++)
        plain = plain && text.at[i] >= ' ' && text.at[i] < 0x7F;
    if (plain && text.len < 60 && str_find(text, STR("=?")) == SIZE_MAX) {
        buf_add(out, text);
        return;
    }
    text = utf8_clean(out->arena, text);
    for (bool first = true; text.len; first = false) {
        Str part = utf8_cut(text, 42);
        buf_add(out, first ? STR("=?UTF-8?B?") : STR("\r\n =?UTF-8?B?"));
        buf_add(out, base64(out->arena, part));
        buf_add(out, STR("?="));
        text = str_slice(text, part.len, text.len);
    }
}

static void add_date(Buf *out, Time now)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    Clock c = time_clock(now, STR("UTC"));
    buf_addf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[c.weekday - 1], c.day, months[c.month - 1],
             c.year, c.hour, c.minute, c.second);
}

Str mail_message(Arena *arena, const Mail *mail, Str from, Id id, Time now)
{
    Str name, domain;
    if (!str_cut(from, '@', &name, &domain))
        domain = STR("localhost");
    Buf out = buf_new(arena, DELIVER_BYTES_MAX);
    add_date(&out, now);
    buf_addf(&out, "From: <%.*s>\r\nTo: <%.*s>\r\nSubject: ", STR_ARG(from), STR_ARG(mail->to));
    add_header_text(&out, mail->subject);
    buf_addf(&out, "\r\nMessage-ID: <%.*s@%.*s>\r\n", STR_ARG(id_text(arena, id)), STR_ARG(domain));
    buf_add(&out, STR("Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                      "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"));
    Str body = base64(arena, mail->text);
    for (size_t i = 0; i < body.len; i += LINE) {
        buf_add(&out, str_slice(body, i, i + LINE));
        buf_add(&out, STR("\r\n"));
    }
    return buf_str(&out);
}

Str webhook_signature(Arena *arena, Str secret, Str id, int64_t seconds, Str body)
{
    unsigned char hash[crypto_auth_hmacsha256_BYTES];
    Str key = secret;
    if (str_starts(secret, STR("whsec_"))) {
        Str text = str_slice(secret, 6, secret.len);
        unsigned char *bytes = arena_alloc(arena, text.len + 1);
        size_t len = 0;
        if (sodium_base642bin(bytes, text.len + 1, text.at ? text.at : "", text.len, NULL, &len, NULL,
                              sodium_base64_VARIANT_ORIGINAL) == 0)
            key = (Str){(char *)bytes, len};
    }
    Str signed_text = str_format(arena, "%.*s.%lld.%.*s", STR_ARG(id), (long long)seconds, STR_ARG(body));
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, (const unsigned char *)(key.at ? key.at : ""), key.len);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)signed_text.at, signed_text.len);
    crypto_auth_hmacsha256_final(&state, hash);
    return str_format(arena, "v1,%.*s", STR_ARG(base64(arena, (Str){(char *)hash, sizeof hash})));
}

/* ---- delivering ---- */

/* Of the environment only what finds certificates and the person's proxy. */
static const char *const *sending_environment(void)
{
    static const char *const names[] = {"SSL_CERT_FILE", "SSL_CERT_DIR", "https_proxy", "http_proxy", "no_proxy"};
    static const char *lines[sizeof names / sizeof *names + 1];
    static Arena *arena; /* lives as long as the program */
    size_t len = 0;
    arena = arena_new();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (getenv(names[i]))
            lines[len++] = str_z(arena, str_format(arena, "%s=%s", names[i], getenv(names[i])));
    lines[len] = NULL;
    return lines;
}

static Worker *make_worker(const char *const *environment, size_t answer_bytes)
{
    const WorkerOptions options = {.name = "deliver",
                                   .restart_after = RESTART_AFTER,
                                   .waiting_max = WAITING,
                                   .environment = environment,
                                   .wall_seconds = WALL_SECONDS,
                                   .answer_bytes = answer_bytes};
    return worker_new(&options);
}

static Worker *mail_worker, *webhook_worker, *asking_worker; /* apart, so that a slow partner does not hold up the mail */

static void make_workers(void) /* once */
{
    const char *const *environment = sending_environment();
    mail_worker = make_worker(environment, 8192);
    webhook_worker = make_worker(environment, 8192);
    asking_worker = make_worker(environment, 8 * DELIVER_ANSWER_MAX); /* as JSON */
}

static Err *exchange_by(Worker *worker, Arena *arena, const DeliverRequest *request, DeliverResult *result)
{
    Buf question = buf_new(arena, 2 * DELIVER_BYTES_MAX);
    json_write(&question, &deliver_request_shape, request, (Str){0});
    if (question.overflowed)
        return err_new(arena, ERR_INVALID, "outbox.too_long");
    MessageList answer;
    Err *err = worker_ask(worker, arena, DELIVER_REQUEST, buf_str(&question), &answer);
    if (err) { /* a crash or a timeout says nothing about the message */
        err->kind = ERR_BUSY;
        return err;
    }
    *result = (DeliverResult){0};
    if (answer.len != 1 || answer.at[0].type != DELIVER_RESULT)
        return err_detail(arena, ERR_BUSY, "outbox.not_sent", "the sending child answered nonsense");
    return json_read(arena, answer.at[0].body, &deliver_result_shape, result);
}

static Err *send_by(Worker *worker, Arena *arena, const DeliverRequest *request)
{
    DeliverResult result;
    TRY(exchange_by(worker, arena, request, &result));
    if (str_eq(result.outcome, STR("done")))
        return NULL;
    bool later = str_eq(result.outcome, STR("later"));
    return err_detail(arena, later ? ERR_BUSY : ERR_INVALID, later ? "outbox.not_sent" : "outbox.refused", "%.*s",
                      STR_ARG(result.detail));
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static Str percent_decode(Arena *arena, Str text)
{
    Buf out = buf_new(arena, text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        int high = text.at[i] == '%' && i + 2 < text.len ? hex_digit(text.at[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(text.at[i + 2]) : -1;
        buf_add_char(&out, low >= 0 ? (char)(high * 16 + low) : text.at[i]);
        i += low >= 0 ? 2 : 0;
    }
    return buf_str(&out);
}

/* "smtp://user:secret@host:587" without its user and secret, which are percent-decoded. */
static Str take_user(Arena *arena, Str url, Str *user, Str *password)
{
    Str scheme, rest, login, host;
    size_t mark = str_find(url, STR("://"));
    if (mark == SIZE_MAX)
        return url;
    scheme = str_slice(url, 0, mark + 3);
    rest = str_slice(url, mark + 3, url.len);
    size_t at = SIZE_MAX;
    for (size_t i = 0; i < rest.len; i++)
        at = rest.at[i] == '@' ? i : at;
    if (at == SIZE_MAX)
        return url;
    login = str_slice(rest, 0, at);
    host = str_slice(rest, at + 1, rest.len);
    str_cut(login, ':', user, password);
    *user = percent_decode(arena, *user);
    *password = percent_decode(arena, *password);
    return str_format(arena, "%.*s%.*s", STR_ARG(scheme), STR_ARG(host));
}

static pthread_once_t workers_once = PTHREAD_ONCE_INIT;

Err *mail_deliver(Store *store, Arena *arena, Id id, Str key, Str payload)
{
    (void)store, (void)key;
    Mail mail = {0};
    Str from = config_text("mail_from"), url = config_text("smtp_url");
    TRY(json_read(arena, payload, &mail_shape, &mail));
    if (!mail_address_valid(mail.to) || !mail_address_valid(from))
        return err_new(arena, ERR_INVALID, "mail.address");
    if (!url.len)
        return err_new(arena, ERR_BUSY, "mail.no_server");
    DeliverRequest request = {.from = from, .to = mail.to, .body = mail_message(arena, &mail, from, id, time_real())};
    request.url = take_user(arena, url, &request.user, &request.password);
    pthread_once(&workers_once, make_workers);
    return send_by(mail_worker, arena, &request);
}

Err *webhook_deliver(Store *store, Arena *arena, Id id, Str key, Str payload)
{
    (void)store, (void)key;
    Webhook webhook = {0};
    TRY(json_read(arena, payload, &webhook_shape, &webhook));
    int64_t seconds = time_real().ms / SECOND_MS;
    Str name = id_text(arena, id), signature = webhook_signature(arena, webhook.secret, name, seconds, webhook.body);
    Str headers[] = {STR("Content-Type: application/json"), str_format(arena, "webhook-id: %.*s", STR_ARG(name)),
                     str_format(arena, "webhook-timestamp: %lld", (long long)seconds),
                     str_format(arena, "webhook-signature: %.*s", STR_ARG(signature)),
                     STR("User-Agent: Millet/" MILLET_VERSION)};
    const DeliverRequest request = {
        .url = webhook.url, .headers = {headers, sizeof headers / sizeof *headers}, .body = webhook.body};
    pthread_once(&workers_once, make_workers);
    return send_by(webhook_worker, arena, &request);
}

void http_ask(Arena *arena, const HttpAsk *ask, HttpAnswer *answer)
{
    const DeliverRequest request = {.url = ask->url, .method = str_of(ask->method), .headers = ask->headers, .body = ask->body, .wants_answer = true};
    DeliverResult result = {0};
    pthread_once(&workers_once, make_workers);
    Err *err = exchange_by(asking_worker, arena, &request, &result);
    if (err)
        log_line("http", "code=%s detail=\"%.*s\"", err->code, STR_ARG(err->detail));
    *answer = (HttpAnswer){!err && result.status > 0, (int)result.status, result.body};
}
