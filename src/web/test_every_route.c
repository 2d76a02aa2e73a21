/* Nonsense sent to every route of the whole house, by a stranger and by an administrator: a clear answer, never a failure of
   ours. This says nothing about what routes do, so it does not count for the checklist of routes that were asked. */
#include "test/ask.h"

#include <stdlib.h>
#include <string.h>

#include "web/router.h"

/* The path with each name filled in. */
static const char *target_of(Arena *arena, const Route *route, const char *filling)
{
    Buf out = buf_new(arena, 8192);
    Str rest = str_of(route->path), piece;
    for (bool more = true, first = true; more; first = false) {
        more = str_cut(rest, '/', &piece, &rest);
        if (!first)
            buf_add_char(&out, '/');
        buf_add(&out, piece.len && piece.at[0] == '{' ? str_of(filling) : piece);
    }
    return str_z(arena, buf_str(&out));
}

static void must_answer(const Answer *answer, const char *body)
{
    if (answer->status >= 200 && answer->status < 500)
        return;
    if (answer->status == 503 || answer->status == 507)
        return; /* honest: /healthz and what is busy */
    print_error("%.*s with \"%s\" answered %d\n%.*s\n", STR_ARG(answer->asked), body ? body : "", answer->status,
                (int)(answer->body.len < 2000 ? answer->body.len : 2000), answer->body.at ? answer->body.at : "");
    fail();
}

static const char *const fillings[] = {"nonsense", "0000000000001", "%E7%B1%B3", "-1", "%2e%2e%2f"};
static const char *const queries[] = {"", "?limit=99999999999999999999&after=x&search=%22%25_*%28&back=//evil&category=-1&page=0&date=31.12.",
                                      "?search=%E7%B1%B3&limit=0&after=0000000000001&id=0000000000001"};
static const char *const forms[] = {"", "name=%3Cscript%3E&price=-1&price=1e9&id=nonsense&on_hand=99999999999999999999&date=2026-02-30",
                                    "name=a&title=a&text=a&id=0000000000001&offer=0000000000001&steps=1&to=a&back=//evil"};
static const char *const bodies[] = {"{}", "[]", "{\"lines\":[{\"offer\":null,\"steps\":-1}],\"pickup\":1}", "{\"a\":", "{\"id\":\"0000000000001\"}"};

static void ask_all_ways(App *app, User *user, const Route *route)
{
    const char *method = method_name(route->method);
    bool reads = route->method == METHOD_GET, api = str_starts(str_of(route->path), STR("/api/"));
    bool names = strchr(route->path, '{') != NULL;
    for (size_t f = 0; f < (names ? sizeof fillings / sizeof *fillings : 1); f++) {
        const char *target = target_of(app_arena(app), route, fillings[f]);
        const char *const *texts = reads ? queries : api ? bodies : forms;
        size_t len = reads ? 3 : api ? 5 : 3;
        for (size_t i = 0; i < len; i++) {
            const char *to = reads ? str_z(app_arena(app), str_format(app_arena(app), "%s%s", target, texts[i])) : target;
            must_answer(ask(app, user, method, to, reads ? NULL : texts[i]), texts[i]);
        }
    }
}

static void ask_everything(App *app, User *user)
{
    const Module *module;
    const Route *route;
    for (size_t i = 0; router_at(i, &module, &route); i++) {
        bool ends = strstr(route->path, "sign-out") || strstr(route->path, "leave"); /* what follows would be a stranger's */
        if (!ends)
            ask_all_ways(app, user, route);
    }
}

static void nonsense_from_a_stranger_never_breaks_a_route(void **state)
{
    App *app = app_of(state);
    ask_everything(app, guest(app));
}

static void nonsense_from_an_administrator_never_breaks_a_route(void **state)
{
    App *app = app_of(state);
    ask_everything(app, user(app, "Wang", 0, 0x7ff));
}

int main(void)
{
    unsetenv("MILLET_ASKED");
    const struct CMUnitTest tests[] = {
        TEST_DB(nonsense_from_a_stranger_never_breaks_a_route),
        TEST_DB(nonsense_from_an_administrator_never_breaks_a_route),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
