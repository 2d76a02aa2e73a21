/* What identity's tests share. */
#pragma once
#include "test/ask.h"

#include <stdarg.h>
#include <string.h>

#include "identity/people.h"
#include "identity/secret.h"
#include "web/url.h"

static const char RIGHT[] = "seven quiet ducks"; /* the password of person_with */

/* form(arena, "name", "Li Hua", "password", "...", NULL): as a browser sends it. */
static inline const char *form(Arena *arena, ...)
{
    Buf out = buf_new(arena, 256 * 1024);
    va_list args;
    va_start(args, arena);
    for (const char *name; (name = va_arg(args, const char *));) {
        buf_addf(&out, "%s%s=", out.len ? "&" : "", name);
        url_encode(&out, str_of(va_arg(args, const char *)));
    }
    va_end(args);
    return str_z(arena, buf_str(&out));
}

static inline const char *say(Arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Buf out = buf_new(arena, 64 * 1024);
    buf_addv(&out, format, args);
    va_end(args);
    return str_z(arena, buf_str(&out));
}

/* What stands between two texts in an answer; fails the test when it is not there. */
static inline Str between(const Answer *answer, const char *before, const char *after)
{
    size_t from = str_find(answer->body, str_of(before));
    if (from == SIZE_MAX)
        print_error("%.*s does not say %s\n", STR_ARG(answer->asked), before);
    assert_int_not_equal(from, SIZE_MAX);
    Str rest = str_slice(answer->body, from + strlen(before), SIZE_MAX);
    size_t to = str_find(rest, str_of(after));
    assert_int_not_equal(to, SIZE_MAX);
    return str_slice(rest, 0, to);
}

typedef struct Adding {
    NewPerson person;
    Id org, id;
    unsigned roles;
    Str hash;
} Adding;

static inline Err *adding_write(Tx *tx, void *arg)
{
    Adding *adding = arg;
    TRY(person_add(tx, time_now(), 0, &adding->person, &adding->id));
    if (adding->hash.len)
        TRY(password_set(tx, time_now(), adding->id, adding->hash));
    for (unsigned role = 1; role && role <= adding->roles; role <<= 1)
        if (adding->roles & role)
            TRY(grant_add(tx, time_now(), 0, adding->id, adding->org, (Role)role));
    return NULL;
}

/* A member with the password RIGHT. */
static inline Id person_with(App *app, NewPerson person, unsigned roles)
{
    static char hash[200]; /* made once: it is slow on purpose */
    Adding adding = {.person = person, .org = app_org(app), .roles = roles | ROLE_MEMBER};
    if (!adding.person.state)
        adding.person.state = "active";
    if (!hash[0]) {
        Str made;
        assert_fine(password_hash(app_arena(app), str_of(RIGHT), &made));
        memcpy(hash, made.at, made.len);
    }
    adding.hash = str_of(hash);
    assert_fine(db_write(app_store(app), app_arena(app), adding_write, &adding));
    return adding.id;
}

static inline const Answer *sign_in_as(App *app, User *user, const char *name, const char *password)
{
    return ask(app, user, "POST", "/sign-in", form(app_arena(app), "name", name, "password", password, NULL));
}

static inline void clock_forward(int64_t ms)
{
    time_fake((Time){time_now().ms + ms});
}

/* A village in which nobody has tried to sign in yet, and the clock is the real one. */
static inline App *fair(void **state)
{
    tries_reset();
    time_fake((Time){0});
    return app_of(state);
}

static inline App *fair_with_li_hua(void **state)
{
    App *app = fair(state);
    person_with(
        app, (NewPerson){.name = STR("Li Hua"), .phone = STR("+86 138 1234 5678"), .email = STR("Li.Hua@example.org")},
        0);
    return app;
}

static inline bool is_in(App *app, User *user)
{
    return ask(app, user, "GET", "/me", NULL)->status == 200;
}

static inline User *office(App *app)
{
    return user(app, "Office", 0, ROLE_ADMIN | ROLE_MEMBER);
}

static inline Id id_of(App *app, const char *sign_key)
{
    return (Id)test_int(app_store(app), say(app_arena(app), "SELECT id FROM person WHERE sign_key = '%s'", sign_key));
}

static inline const char *person_path(App *app, Id id, const char *more)
{
    return say(app_arena(app), "/people/%.*s%s", STR_ARG(id_text(app_arena(app), id)), more);
}
