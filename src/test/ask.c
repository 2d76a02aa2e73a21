/* The HTTP part of the harness. */
#include "ask.h"

#include <fcntl.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/config.h"
#include "identity/identity.h"
#include "shape_check.h"

enum { COOKIES_MAX = 16, HEADERS_MAX = 64 };

struct App {
    App *next;
    Arena *arena;
    Store *store;
    Id org;
};

struct User {
    App *app;
    Id person;
    Str bearer;
    Header cookies[COOKIES_MAX];
    size_t cookies_len;
    const char *language, *address;
    bool https, forged;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the tests' arenas: races ask from many threads */

static _Noreturn void fail_at(const char *file, int line)
{
    _fail(file, line);
    abort();
}

/* ---- the house ---- */

static App *apps;
static char data_folder[64];

static void data_remove(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%.63s'", data_folder);
    if (system(command))
        fprintf(stderr, "%s stays\n", data_folder);
}

static void data_make(Arena *arena)
{
    if (data_folder[0])
        return;
    strcpy(data_folder, "/tmp/millet-app-XXXXXX");
    if (!mkdtemp(data_folder))
        abort();
    atexit(data_remove);
    assert_fine(config_set(arena, "data", data_folder));
}

static void nothing_is_wrong(Store *store, Arena *arena)
{
    bool started = false;
    for (App *app = apps; app; app = app->next)
        started |= app->store == store;
    apps = NULL;
    if (!started)
        return;
    Db db; /* one for all: a borrowed connection is given back with the arena */
    assert_fine(db_read(store, arena, &db));
    for (size_t i = 0; house_modules[i]; i++)
        for (const Check *check = house_modules[i]->checks; check && check->name; check++) {
            Findings findings = {.out = buf_new(arena, 64 * 1024)};
            assert_fine(check->run(&db, &findings));
            if (findings.wrong) {
                print_error("%s: %.*s\n", check->name, STR_ARG(buf_str(&findings.out)));
                fail_at(__FILE__, __LINE__);
            }
        }
}

App *app_unfounded(void **state)
{
    Store *store = test_store(state);
    for (App *app = apps; app; app = app->next)
        if (app->store == store)
            return app;
    Arena *arena = test_arena(state);
    App *app = NEW(arena, App);
    *app = (App){.next = apps, .arena = arena, .store = store};
    data_make(arena);
    test_after_each(nothing_is_wrong);
    assert_fine(house_furnish(store, arena));
    for (size_t i = 0; house_modules[i]; i++)
        if (house_modules[i]->start)
            assert_fine(house_modules[i]->start(store, arena));
    apps = app;
    return app;
}

static Err *found(Tx *tx, void *arg)
{
    const Founding founding = {.name = STR("Green Valley"),
                               .place = STR("Heping"),
                               .lang = STR("en"),
                               .currency = STR("CNY"),
                               .zone = STR("Asia/Shanghai")};
    TRY(village_found(tx, time_now(), &founding, arg));
    const NewPerson founder = {.name = STR("Founder"), .state = "active"}; /* a co-operative must have an administrator */
    Id person;
    TRY(person_add(tx, time_now(), 0, &founder, &person));
    return grant_add(tx, time_now(), 0, person, *(Id *)arg, ROLE_ADMIN);
}

App *app_of(void **state)
{
    App *app = app_unfounded(state);
    if (!app->org)
        assert_fine(db_write(app->store, app->arena, found, &app->org));
    return app;
}

Store *app_store(const App *app)
{
    return app->store;
}

Arena *app_arena(const App *app)
{
    return app->arena;
}

Id app_org(const App *app)
{
    return app->org;
}

/* ---- people ---- */

User *guest(App *app)
{
    pthread_mutex_lock(&lock);
    User *user = NEW(app->arena, User);
    pthread_mutex_unlock(&lock);
    user->app = app;
    user->address = "192.0.2.7";
    return user;
}

static void cookie_keep(User *user, Str name, Str value)
{
    size_t at = 0;
    while (at < user->cookies_len && !str_eq(user->cookies[at].name, name))
        at++;
    if (at == COOKIES_MAX)
        abort();
    if (at == user->cookies_len)
        user->cookies_len++;
    user->cookies[at] = (Header){name, value};
}

typedef struct Arrival {
    const char *name;
    Id org;
    unsigned roles;
    Id person;
    NewSession session;
    NewToken token;
} Arrival;

static Err *arrive(Tx *tx, void *arg)
{
    Arrival *arrival = arg;
    const NewPerson person = {.name = str_of(arrival->name), .state = "active"};
    TRY(person_add(tx, time_now(), 0, &person, &arrival->person));
    for (unsigned role = 1; role && role <= arrival->roles; role <<= 1)
        if (arrival->roles & role)
            TRY(grant_add(tx, time_now(), 0, arrival->person, arrival->org, (Role)role));
    return NULL;
}

static Err *arrive_session(Tx *tx, void *arg)
{
    Arrival *arrival = arg;
    return session_start(tx, time_now(), &arrival->session);
}

User *user(App *app, const char *name, Id org, unsigned roles)
{
    User *user = guest(app);
    Arrival arrival = {.name = name, .org = org ? org : app->org, .roles = roles};
    assert_fine(db_write(app->store, app->arena, arrive, &arrival));
    session_mint(app->arena, arrival.person, &arrival.session);
    arrival.session.proved = true;
    assert_fine(db_write(app->store, app->arena, arrive_session, &arrival));
    user->person = arrival.person;
    cookie_keep(user, STR(SESSION_COOKIE), arrival.session.token);
    return user;
}

static Err *arrive_token(Tx *tx, void *arg)
{
    Arrival *arrival = arg;
    return token_start(tx, time_now(), &arrival->token);
}

User *program(App *app, const User *of, const char *scopes)
{
    User *user = guest(app);
    Arrival arrival = {0};
    token_mint(app->arena, of->person, STR("test"), str_of(scopes), &arrival.token);
    assert_fine(db_write(app->store, app->arena, arrive_token, &arrival));
    user->person = of->person;
    user->bearer = str_format(app->arena, "Bearer %.*s", STR_ARG(arrival.token.token));
    return user;
}

Id user_id(const User *user)
{
    return user->person;
}

Str user_cookie(const User *user, const char *name)
{
    for (size_t i = 0; i < user->cookies_len; i++)
        if (str_eq(user->cookies[i].name, str_of(name)))
            return user->cookies[i].value;
    return (Str){0};
}

User *user_copy(const User *user)
{
    User *copy = guest(user->app);
    *copy = *user;
    return copy;
}

void user_language(User *user, const char *accept_language)
{
    user->language = accept_language;
}

void user_https(User *user)
{
    user->https = true;
}

void user_address(User *user, const char *address)
{
    user->address = address;
}

void user_forged(User *user)
{
    user->forged = true;
}

/* ---- asking ---- */

typedef struct Asking {
    Arena *arena;
    Header headers[HEADERS_MAX];
    size_t len;
} Asking;

static void header(Asking *asking, const char *name, Str value)
{
    if (value.len && asking->len < HEADERS_MAX)
        asking->headers[asking->len++] = (Header){str_of(name), value};
}

static void header_drop(Asking *asking, Str name)
{
    size_t kept = 0;
    for (size_t i = 0; i < asking->len; i++)
        if (!str_eq(asking->headers[i].name, name))
            asking->headers[kept++] = asking->headers[i];
    asking->len = kept;
}

static void headers_make(Asking *asking, const User *user, bool api, const char *extra)
{
    header(asking, "Host", STR("millet.test"));
    header(asking, "Accept", api ? STR("application/json") : STR("text/html"));
    header(asking, "Accept-Language", str_of(user && user->language ? user->language : "en"));
    if (user && !user->forged && !user->bearer.len)
        header(asking, "Sec-Fetch-Site", STR("same-origin"));
    if (user)
        header(asking, "Authorization", user->bearer);
    Buf cookies = buf_new(asking->arena, 64 * 1024);
    for (size_t i = 0; user && i < user->cookies_len; i++)
        if (user->cookies[i].value.len)
            buf_addf(&cookies, "%s%s%.*s=%.*s", cookies.len ? "; " : "", user->https ? "__Host-" : "",
                     STR_ARG(user->cookies[i].name), STR_ARG(user->cookies[i].value));
    header(asking, "Cookie", buf_str(&cookies));
    Str rest = str_of(extra), line;
    for (bool more = extra != NULL; more;) {
        Str name, value;
        more = str_cut(rest, '\n', &line, &rest);
        if (!str_cut(line, ':', &name, &value))
            continue;
        if (str_starts(name, STR("Accept")) || str_eq(name, STR("Cookie")))
            header_drop(asking, name); /* instead of ours; any other comes twice, for tests of that */
        header(asking, str_z(asking->arena, name), str_trim(value));
    }
}

/* Set-Cookie: name=value; ... into the jar; __Host- is taken off again. */
static void cookies_take(User *user, const Header *headers, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (!str_eq_nocase(headers[i].name, STR("Set-Cookie")))
            continue;
        Str pair, attributes, name, value;
        str_cut(headers[i].value, ';', &pair, &attributes);
        if (!str_cut(pair, '=', &name, &value))
            continue;
        if (str_starts(name, STR("__Host-")))
            name = str_slice(name, strlen("__Host-"), SIZE_MAX);
        if (str_find(attributes, STR("Max-Age=0")) != SIZE_MAX)
            value = (Str){0};
        cookie_keep(user, name, value);
    }
}

/* One line per route and program into the file that the run's checklist reads. */
static void note_asked(const Route *route)
{
    static const Route *seen[2048];
    static size_t seen_len;
    const char *path = getenv("MILLET_ASKED");
    if (!path || !route)
        return;
    for (size_t i = 0; i < seen_len; i++)
        if (seen[i] == route)
            return;
    if (seen_len == sizeof seen / sizeof *seen)
        return;
    seen[seen_len++] = route;
    static const char *const names[] = {"?", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
    char line[512];
    int len = snprintf(line, sizeof line, "%s %s\n", names[route->method], route->path);
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0 || write(fd, line, (size_t)len) != len)
        abort();
    close(fd);
}

static Str reply_body(Arena *arena, const Reply *reply)
{
    if (!reply->path)
        return str_copy(arena, reply->body);
    FILE *file = fopen(reply->path, "rb");
    if (!file)
        return (Str){0};
    Buf out = buf_new(arena, 64 * 1024 * 1024);
    char chunk[4096];
    for (size_t got; (got = fread(chunk, 1, sizeof chunk, file)) > 0;)
        buf_add(&out, (Str){chunk, got});
    fclose(file);
    return buf_str(&out);
}

static const Answer *answer_keep(App *app, User *user, const Req *r, const char *method, const char *target)
{
    pthread_mutex_lock(&lock);
    Arena *arena = app->arena;
    Answer *answer = NEW(arena, Answer);
    Header *headers = NEW_ARRAY(arena, Header, r->reply->headers_len + 1);
    for (size_t i = 0; i < r->reply->headers_len; i++)
        headers[i] = (Header){str_copy(arena, r->reply->headers[i].name), str_copy(arena, r->reply->headers[i].value)};
    *answer = (Answer){.status = r->reply->status,
                       .body = reply_body(arena, r->reply),
                       .headers = headers,
                       .headers_len = r->reply->headers_len,
                       .route = r->route,
                       .asked = str_format(arena, "%s %s", method, target)};
    if (user)
        cookies_take(user, headers, answer->headers_len);
    note_asked(r->route);
    pthread_mutex_unlock(&lock);
    return answer;
}

static void shape_hold(const Answer *answer)
{
    const Route *route = answer->route;
    bool json = str_starts(answer_header(answer, "Content-Type"), STR("application/json"));
    if (!route || !route->gives || !json || answer->status >= 300)
        return;
    char why[512];
    if (shape_matches(answer->body, route->gives, route->gives_list, why, sizeof why))
        return;
    print_error("%.*s does not answer as its Shape %s says: %s\n%.*s\n", STR_ARG(answer->asked), route->gives->name, why,
                STR_ARG(answer->body));
    fail_at(__FILE__, __LINE__);
}

static Method method_of(const char *name)
{
    static const char *const names[] = {"", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
    for (int i = 1; i <= METHOD_OPTIONS; i++)
        if (strcmp(names[i], name) == 0)
            return (Method)i;
    return (Method)0;
}

static const Answer *ask_bytes(App *app, User *user, const char *method, const char *target, const char *extra,
                               const char *type, Str body)
{
    Arena *arena = arena_new();
    Asking asking = {.arena = arena};
    bool api = str_starts(str_of(target), STR("/api/"));
    headers_make(&asking, user, api, extra);
    header(&asking, "Content-Type", str_of(type));
    if (type)
        header(&asking, "Content-Length", str_format(arena, "%zu", body.len));
    Req r = {.arena = arena,
             .store = app->store,
             .method = method_of(method),
             .body = body,
             .headers = asking.headers,
             .headers_len = asking.len,
             .address = str_of(user ? user->address : "192.0.2.9"),
             .https = user && user->https};
    str_cut(str_of(target), '?', &r.path, &r.query);
    web_handle(&r);
    const Answer *answer = answer_keep(app, user, &r, method, target);
    arena_free(arena);
    shape_hold(answer);
    return answer;
}

const Answer *ask_with(App *app, User *user, const char *method, const char *target, const char *extra, const char *body)
{
    bool json = body && (body[0] == '{' || body[0] == '[');
    const char *type = !body ? NULL : json ? "application/json" : "application/x-www-form-urlencoded";
    return ask_bytes(app, user, method, target, extra, type, str_of(body));
}

const Answer *ask(App *app, User *user, const char *method, const char *target, const char *body)
{
    return ask_with(app, user, method, target, NULL, body);
}

#define BOUNDARY "----millet-test-boundary"

const Answer *ask_upload(App *app, User *user, const char *target, const AskFile *file, const char *texts)
{
    pthread_mutex_lock(&lock);
    Buf body = buf_new(app->arena, 64 * 1024 * 1024);
    pthread_mutex_unlock(&lock);
    Str rest = str_of(texts), piece;
    for (bool more = texts && *texts; more;) {
        Str name, value;
        more = str_cut(rest, '&', &piece, &rest);
        str_cut(piece, '=', &name, &value);
        buf_addf(&body, "--" BOUNDARY "\r\nContent-Disposition: form-data; name=\"%.*s\"\r\n\r\n%.*s\r\n", STR_ARG(name),
                 STR_ARG(value));
    }
    if (file) {
        buf_addf(&body,
                 "--" BOUNDARY "\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\nContent-Type: %s\r\n\r\n",
                 file->field, file->name, file->type);
        buf_add(&body, file->content);
        buf_add(&body, STR("\r\n"));
    }
    buf_add(&body, STR("--" BOUNDARY "--\r\n"));
    return ask_bytes(app, user, "POST", target, NULL, "multipart/form-data; boundary=" BOUNDARY, buf_str(&body));
}

Str answer_header(const Answer *answer, const char *name)
{
    for (size_t i = 0; i < answer->headers_len; i++)
        if (str_eq_nocase(answer->headers[i].name, str_of(name)))
            return answer->headers[i].value;
    return (Str){0};
}

const Answer *follow(App *app, User *user, const Answer *see)
{
    assert_goes_to(see, "/");
    pthread_mutex_lock(&lock);
    const char *target = str_z(app->arena, answer_header(see, "Location"));
    pthread_mutex_unlock(&lock);
    return ask(app, user, "GET", target, NULL);
}

/* ---- what an answer must say ---- */

static _Noreturn void wrong(const Answer *answer, const char *file, int line)
{
    print_error("%.*s answered %d\n%.*s\n", STR_ARG(answer->asked), answer->status,
                (int)(answer->body.len < 4000 ? answer->body.len : 4000), answer->body.at ? answer->body.at : "");
    fail_at(file, line);
}

void assert_status_at(const Answer *answer, int status, const char *file, int line)
{
    if (answer->status == status)
        return;
    print_error("expected status %d\n", status);
    wrong(answer, file, line);
}

void assert_says_at(const Answer *answer, const char *text, bool says, const char *file, int line)
{
    if ((str_find(answer->body, str_of(text)) != SIZE_MAX) == says)
        return;
    print_error("expected %s to say: %s\n", says ? "this answer" : "this answer not", text);
    wrong(answer, file, line);
}

void assert_goes_to_at(const Answer *answer, const char *start, const char *file, int line)
{
    Str to = answer_header(answer, "Location");
    if (answer->status == 303 && str_starts(to, str_of(start)))
        return;
    print_error("expected a 303 to %s..., got \"%.*s\"\n", start, STR_ARG(to));
    wrong(answer, file, line);
}

static json_t *json_find(const Answer *answer, const char *path, json_t **root, const char *file, int line)
{
    json_error_t error;
    *root = json_loadb(answer->body.at ? answer->body.at : "", answer->body.len, 0, &error);
    json_t *at = *root;
    Str rest = str_of(path), name;
    for (bool more = at != NULL; more && at;) {
        char key[128];
        int64_t index;
        more = str_cut(rest, '.', &name, &rest);
        snprintf(key, sizeof key, "%.*s", STR_ARG(name));
        if (json_is_array(at) && str_to_int(name, &index) && index >= 0)
            at = json_array_get(at, (size_t)index);
        else
            at = json_object_get(at, key);
    }
    if (!at) {
        print_error("expected JSON with %s\n", path);
        wrong(answer, file, line);
    }
    return at;
}

Str json_text_at(const Answer *answer, const char *path, const char *file, int line)
{
    static char texts[16][4096]; /* a few at a time, enough for one assertion */
    static _Atomic unsigned next;
    json_t *root, *at = json_find(answer, path, &root, file, line);
    char *text = texts[next++ % 16];
    const char *value = json_string_value(at);
    snprintf(text, sizeof texts[0], "%s", value ? value : "");
    bool is_text = value != NULL || json_is_null(at);
    json_decref(root);
    if (!is_text) {
        print_error("expected a text at %s\n", path);
        wrong(answer, file, line);
    }
    return str_of(text);
}

int64_t json_number_at(const Answer *answer, const char *path, const char *file, int line)
{
    json_t *root, *at = json_find(answer, path, &root, file, line);
    bool is_number = json_is_integer(at) || json_is_array(at) || json_is_boolean(at);
    int64_t value = json_is_array(at) ? (int64_t)json_array_size(at)
                                      : json_is_true(at) ? 1 : (int64_t)json_integer_value(at);
    json_decref(root);
    if (!is_number) {
        print_error("expected a number at %s\n", path);
        wrong(answer, file, line);
    }
    return value;
}

void assert_refused_at(const Answer *answer, int status, const char *code, const char *file, int line)
{
    if (answer->status != status || !str_starts(answer_header(answer, "Content-Type"), STR("application/problem+json"))) {
        print_error("expected a refusal with %d %s\n", status, code);
        wrong(answer, file, line);
    }
    if (!str_eq(json_text_at(answer, "code", file, line), str_of(code))) {
        print_error("expected the code %s\n", code);
        wrong(answer, file, line);
    }
}
