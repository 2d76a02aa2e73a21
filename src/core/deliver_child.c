/* The children that talk to other machines, mail servers, webhooks, feeds: the only file that knows libcurl, opened when the child starts. */
#include <curl/curl.h>
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "base/command.h"
#include "base/json.h"
#include "base/text.h"
#include "core/deliver.h"
#include "core/fetch.h"

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

/* ---- fetching a document ---- */

enum { FETCH_CONNECT_MS = 10 * 1000, RATIO_FREE_BYTES = 256 * 1024, READ_AT_ONCE = 16 * 1024, HEADER_KEPT = 1000, HEADERS_MAX = 1000 };

typedef struct Fetching {
    Arena *arena;
    const FetchAsk *ask;
    CURL *handle;
    FetchResult result;
    Buf body;
    int headers;
    bool closed; /* an address that is not public was about to be asked */
    bool too_large;
} Fetching;

/* Called for each connection with the very address that it will go to: a name that resolves to another one later helps nobody. */
static curl_socket_t open_public(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
    Fetching *f = arg;
    bool ip = to->family == AF_INET || to->family == AF_INET6;
    if (purpose == CURLSOCKTYPE_IPCXN && ip && (f->ask->inside || address_public(&to->addr)))
        return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
    f->closed = true;
    return CURL_SOCKET_BAD;
}

/* What came over the wire so far; while an answer arrives in chunks the newest of them is not counted yet, hence spare. */
static bool swollen(const Fetching *f, curl_off_t spare)
{
    curl_off_t wire = 0;
    curl.getinfo(f->handle, CURLINFO_SIZE_DOWNLOAD_T, &wire);
    return f->body.len > RATIO_FREE_BYTES && (curl_off_t)f->body.len / FETCH_RATIO_MAX > wire + spare;
}

static size_t keep_body(char *bytes, size_t size, size_t count, void *arg)
{
    Fetching *f = arg;
    buf_add(&f->body, (Str){bytes, size * count});
    f->too_large = f->body.overflowed || swollen(f, READ_AT_ONCE);
    return f->too_large ? 0 : size * count;
}

static Str kept(Arena *arena, Str value)
{
    return value.len <= HEADER_KEPT && utf8_valid(value) ? str_copy(arena, value) : (Str){0};
}

static int64_t max_age(Str control)
{
    int64_t seconds = 0;
    size_t at = str_find(control, STR("max-age=")), digits = 0;
    Str age = at == SIZE_MAX ? (Str){0} : str_slice(control, at + 8, control.len);
    while (digits < age.len && digits < 9 && age.at[digits] >= '0' && age.at[digits] <= '9')
        digits++;
    return str_to_int(str_slice(age, 0, digits), &seconds) ? seconds : 0;
}

static Str charset_of(Arena *arena, Str type)
{
    Str lower = str_lower(arena, type), name, rest;
    size_t at = str_find(lower, STR("charset="));
    if (at == SIZE_MAX)
        return (Str){0};
    str_cut(str_slice(lower, at + 8, lower.len), ';', &name, &rest);
    name = str_trim(name);
    if (name.len > 1 && name.at[0] == '"' && name.at[name.len - 1] == '"')
        name = str_slice(name, 1, name.len - 1);
    return name.len <= 40 ? kept(arena, name) : (Str){0};
}

static size_t keep_header(char *bytes, size_t size, size_t count, void *arg)
{
    Fetching *f = arg;
    Str line = str_trim((Str){bytes, size * count}), name, value;
    int64_t wait = 0;
    if (++f->headers > HEADERS_MAX)
        return 0;
    if (str_starts(line, STR("HTTP/"))) { /* another answer begins */
        f->result = (FetchResult){.moved = f->result.moved};
        return size * count;
    }
    if (!str_cut(line, ':', &name, &value))
        return size * count;
    value = str_trim(value);
    if (str_eq_nocase(name, STR("etag")))
        f->result.etag = kept(f->arena, value);
    else if (str_eq_nocase(name, STR("last-modified")))
        f->result.modified = kept(f->arena, value);
    else if (str_eq_nocase(name, STR("retry-after")))
        wait = retry_after(f->arena, value, time_real());
    else if (str_eq_nocase(name, STR("cache-control")))
        wait = max_age(str_lower(f->arena, value));
    else if (str_eq_nocase(name, STR("content-type")))
        f->result.charset = charset_of(f->arena, value);
    f->result.wait_s = wait > f->result.wait_s ? wait : f->result.wait_s;
    return size * count;
}

static struct curl_slist *fetch_headers(Arena *arena, const FetchAsk *ask)
{
    Str lines[3] = {str_format(arena, "Accept: %.*s", STR_ARG(ask->accept))};
    size_t len = 1;
    if (ask->etag.len)
        lines[len++] = str_format(arena, "If-None-Match: %.*s", STR_ARG(ask->etag));
    if (ask->modified.len)
        lines[len++] = str_format(arena, "If-Modified-Since: %.*s", STR_ARG(ask->modified));
    return list_of(arena, &(StrList){lines, len});
}

static void fetch_options(Fetching *f, struct curl_slist *headers)
{
    CURL *handle = f->handle;
    curl.setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl.setopt(handle, CURLOPT_PROXY, ""); /* a proxy would resolve names by itself, and see what the village reads */
    curl.setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl.setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl.setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, (long)FETCH_CONNECT_MS);
    curl.setopt(handle, CURLOPT_BUFFERSIZE, (long)READ_AT_ONCE);
    curl.setopt(handle, CURLOPT_ACCEPT_ENCODING, "gzip, deflate"); /* zlib alone unpacks what strangers packed */
    curl.setopt(handle, CURLOPT_USERAGENT, str_z(f->arena, f->ask->agent));
    curl.setopt(handle, CURLOPT_HTTPHEADER, headers);
    curl.setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_public);
    curl.setopt(handle, CURLOPT_OPENSOCKETDATA, f);
    curl.setopt(handle, CURLOPT_HEADERFUNCTION, keep_header);
    curl.setopt(handle, CURLOPT_HEADERDATA, f);
    curl.setopt(handle, CURLOPT_WRITEFUNCTION, keep_body);
    curl.setopt(handle, CURLOPT_WRITEDATA, f);
}

static const char *fetch_fault(const Fetching *f, CURLcode code)
{
    if (f->too_large || (code == CURLE_OK && swollen(f, 0)))
        return "fetch.too_large";
    if (code == CURLE_OK)
        return NULL;
    bool address = f->closed || code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT;
    return address ? "fetch.address" : "fetch.unreachable";
}

/* One answer after the other, at most five steps on and a minute in all; every step is checked like the first. */
static const char *fetch_walk(Fetching *f, Str url)
{
    int64_t until = time_monotonic_us() / 1000 + (f->ask->limit_ms ? f->ask->limit_ms : FETCH_MS);
    bool for_good = true;
    for (int step = 0; step <= FETCH_REDIRECTS_MAX; step++) {
        long status = 0;
        const char *next = NULL;
        int64_t left = until - time_monotonic_us() / 1000;
        f->body.len = 0;
        f->closed = f->too_large = false;
        curl.setopt(f->handle, CURLOPT_URL, str_z(f->arena, url));
        curl.setopt(f->handle, CURLOPT_TIMEOUT_MS, (long)(left > 1 ? left : 1));
        CURLcode code = curl.perform(f->handle);
        const char *fault = fetch_fault(f, code);
        curl.getinfo(f->handle, CURLINFO_RESPONSE_CODE, &status);
        curl.getinfo(f->handle, CURLINFO_REDIRECT_URL, &next);
        f->result.status = status;
        f->result.detail = str_format(f->arena, "status %ld%s%s", status, code ? ", " : "", code ? curl.strerror(code) : "");
        if (fault || !next || status < 300 || status > 399)
            return fault;
        for_good &= status == 301 || status == 308;
        url = str_copy(f->arena, str_of(next));
        f->result.moved = for_good && utf8_valid(url) && url.len <= HEADER_KEPT ? url : (Str){0};
    }
    return "fetch.redirects";
}

static Err *answer_fetch(WorkerReply *answer, const Message *question)
{
    FetchAsk ask = {0};
    if (question->type != FETCH_ASK)
        return err_new(answer->arena, ERR_INVALID, "deliver.type");
    TRY(json_read(answer->arena, question->body, &fetch_ask_shape, &ask));
    Fetching f = {.arena = answer->arena, .ask = &ask, .handle = curl.init(), .body = buf_new(answer->arena, FETCH_BYTES_MAX)};
    if (!f.handle)
        return err_new(answer->arena, ERR_BUSY, "fetch.unreachable");
    struct curl_slist *headers = fetch_headers(f.arena, &ask);
    fetch_options(&f, headers);
    const char *fault = fetch_walk(&f, ask.url);
    f.result.code = str_of(fault ? fault : "");
    curl.cleanup(f.handle);
    curl.slist_free(headers);
    Buf head = buf_new(answer->arena, 32 * 1024);
    json_write(&head, &fetch_result_shape, &f.result, (Str){0});
    worker_reply(answer, FETCH_HEAD, buf_str(&head));
    if (!fault && f.result.status == 200)
        worker_reply(answer, FETCH_BODY, buf_str(&f.body));
    return NULL;
}

static int serve_child(Args *args, const WorkerChild *child)
{
    if (!args_done(args, 0, 0))
        return EXIT_USAGE;
    if (!curl_open()) {
        fputs("millet: libcurl.so.4 cannot be opened\n", args->err);
        return EXIT_FAILED;
    }
    return worker_serve(child);
}

int fetch_child(Args *args)
{
    const WorkerChild child = {.memory_bytes = MEMORY_BYTES, .cpu_seconds = 60, .restart_after = 1000, .question_bytes = 64 * 1024,
                               .network = true, .answer = answer_fetch};
    return serve_child(args, &child);
}

int deliver_child(Args *args)
{
    const WorkerChild child = {.memory_bytes = MEMORY_BYTES,
                               .cpu_seconds = 20,
                               .restart_after = 1000,
                               .question_bytes = 2 * DELIVER_BYTES_MAX,
                               .network = true,
                               .answer = answer_request};
    return serve_child(args, &child);
}
