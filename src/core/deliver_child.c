/* The child that talks to mail servers and webhooks: the only file that knows libcurl, opened when the child starts. */
#include <curl/curl.h>
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "base/command.h"
#include "base/json.h"
#include "base/text.h"
#include "core/deliver.h"

enum { CONNECT_SECONDS = 10, ALL_SECONDS = 30, REPLY_BYTES = 64 * 1024, MEMORY_BYTES = 256 * 1024 * 1024 };

static struct {
    CURL *(*init)(void);
    CURLcode (*setopt)(CURL *, CURLoption, ...);
    CURLcode (*perform)(CURL *);
    CURLcode (*getinfo)(CURL *, CURLINFO, ...);
    void (*cleanup)(CURL *);
    const char *(*strerror)(CURLcode);
    struct curl_slist *(*slist_append)(struct curl_slist *, const char *);
    void (*slist_free)(struct curl_slist *);
} curl;

static bool curl_open(void)
{
    const struct {
        const char *name;
        void *into;
    } symbols[] = {
        {"curl_easy_init", &curl.init},
        {"curl_easy_setopt", &curl.setopt},
        {"curl_easy_perform", &curl.perform},
        {"curl_easy_getinfo", &curl.getinfo},
        {"curl_easy_cleanup", &curl.cleanup},
        {"curl_easy_strerror", &curl.strerror},
        {"curl_slist_append", &curl.slist_append},
        {"curl_slist_free_all", &curl.slist_free},
    };
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    for (size_t i = 0; library && i < sizeof symbols / sizeof *symbols; i++) {
        void *at = dlsym(library, symbols[i].name);
        if (!at)
            return false;
        memcpy(symbols[i].into, &at, sizeof at);
    }
    return library != NULL;
}

/* ---- one exchange ---- */

static size_t read_body(char *room, size_t size, size_t count, void *rest)
{
    Str *body = rest, part = str_slice(*body, 0, size * count);
    if (part.len)
        memcpy(room, part.at, part.len);
    *body = str_slice(*body, part.len, body->len);
    return part.len;
}

/* What a partner answers is kept when somebody wants it, else only counted: a flood ends the exchange. */
typedef struct Seen {
    size_t total;
    Buf *kept; /* NULL: nobody wants it */
} Seen;

static size_t take_reply(char *bytes, size_t size, size_t count, void *arg)
{
    Seen *seen = arg;
    seen->total += size * count;
    if (seen->kept)
        buf_add(seen->kept, (Str){bytes, size * count});
    return seen->total > REPLY_BYTES ? 0 : size * count;
}

static struct curl_slist *list_of(Arena *arena, const StrList *texts)
{
    struct curl_slist *list = NULL;
    for (size_t i = 0; i < texts->len; i++)
        list = curl.slist_append(list, str_z(arena, texts->at[i]));
    return list;
}

static void set_common(CURL *handle, Arena *arena, const DeliverRequest *request, bool mail, Seen *seen)
{
    curl.setopt(handle, CURLOPT_URL, str_z(arena, request->url));
    curl.setopt(handle, CURLOPT_PROTOCOLS_STR, mail ? "smtp,smtps" : "http,https");
    curl.setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl.setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl.setopt(handle, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    curl.setopt(handle, CURLOPT_TIMEOUT, (long)ALL_SECONDS);
    curl.setopt(handle, CURLOPT_WRITEFUNCTION, take_reply);
    curl.setopt(handle, CURLOPT_WRITEDATA, seen);
}

static void set_mail(CURL *handle, Arena *arena, const DeliverRequest *request, struct curl_slist *to, Str *rest)
{
    curl.setopt(handle, CURLOPT_MAIL_FROM, str_z(arena, request->from));
    curl.setopt(handle, CURLOPT_MAIL_RCPT, to);
    curl.setopt(handle, CURLOPT_UPLOAD, 1L);
    curl.setopt(handle, CURLOPT_READFUNCTION, read_body);
    curl.setopt(handle, CURLOPT_READDATA, rest);
    curl.setopt(handle, CURLOPT_INFILESIZE_LARGE, (curl_off_t)request->body.len);
    if (request->user.len) { /* a password never goes out in the clear */
        curl.setopt(handle, CURLOPT_USERNAME, str_z(arena, request->user));
        curl.setopt(handle, CURLOPT_PASSWORD, str_z(arena, request->password));
        curl.setopt(handle, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
    } else
        curl.setopt(handle, CURLOPT_USE_SSL, (long)CURLUSESSL_TRY);
}

static void set_http(CURL *handle, const DeliverRequest *request, struct curl_slist *headers)
{
    curl.setopt(handle, CURLOPT_HTTPHEADER, headers);
    if (str_eq(request->method, STR("GET")))
        return;
    curl.setopt(handle, CURLOPT_POST, 1L);
    curl.setopt(handle, CURLOPT_POSTFIELDS, request->body.at ? request->body.at : "");
    curl.setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
}

/* A mail server's 5xx and an address that is gone (410) are for good; anything else may pass by itself. */
static DeliverResult judge(Arena *arena, CURL *handle, CURLcode code, bool mail)
{
    long status = 0;
    curl.getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    bool done = code == CURLE_OK && (mail || (status >= 200 && status <= 299));
    bool never =
        mail ? code != CURLE_OK && code != CURLE_LOGIN_DENIED && status >= 500 && status <= 599 : status == 410;
    never = never || code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT;
    return (DeliverResult){
        .status = mail ? 0 : status,
        .outcome = done    ? STR("done")
                   : never ? STR("never")
                           : STR("later"),
        .detail = str_format(arena, "status %ld%s%s", status, code ? ", " : "", code ? curl.strerror(code) : "")};
}

static DeliverResult exchange(Arena *arena, const DeliverRequest *request)
{
    bool mail = str_starts(request->url, STR("smtp"));
    CURL *handle = curl.init();
    if (!handle)
        return (DeliverResult){.outcome = STR("later"), .detail = STR("no memory")};
    Buf kept = buf_new(arena, REPLY_BYTES);
    Seen seen = {.kept = request->wants_answer ? &kept : NULL};
    Str rest = request->body, to = request->to;
    struct curl_slist *list = list_of(arena, mail ? &(StrList){&to, 1} : &request->headers);
    set_common(handle, arena, request, mail, &seen);
    if (mail)
        set_mail(handle, arena, request, list, &rest);
    else
        set_http(handle, request, list);
    CURLcode code = curl.perform(handle);
    DeliverResult result = judge(arena, handle, code, mail);
    if (code) /* cut off in the middle is not an answer */
        result.status = 0;
    else if (request->wants_answer)
        result.body = utf8_clean(arena, buf_str(&kept));
    curl.cleanup(handle);
    curl.slist_free(list);
    return result;
}

static Err *answer_request(WorkerReply *answer, const Message *question)
{
    DeliverRequest request = {0};
    if (question->type != DELIVER_REQUEST)
        return err_new(answer->arena, ERR_INVALID, "deliver.type");
    TRY(json_read(answer->arena, question->body, &deliver_request_shape, &request));
    DeliverResult result = exchange(answer->arena, &request);
    Buf reply = buf_new(answer->arena, request.wants_answer ? 8 * (size_t)DELIVER_ANSWER_MAX : 8000);
    json_write(&reply, &deliver_result_shape, &result, (Str){0});
    worker_reply(answer, DELIVER_RESULT, buf_str(&reply));
    return NULL;
}

int deliver_child(Args *args)
{
    if (!args_done(args, 0, 0))
        return EXIT_USAGE;
    if (!curl_open()) {
        fputs("millet: libcurl.so.4 cannot be opened\n", args->err);
        return EXIT_FAILED;
    }
    const WorkerChild child = {.memory_bytes = MEMORY_BYTES,
                               .cpu_seconds = 20,
                               .restart_after = 1000,
                               .question_bytes = 2 * DELIVER_BYTES_MAX,
                               .network = true,
                               .answer = answer_request};
    return worker_serve(&child);
}
