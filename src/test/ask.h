/* Asking the house over HTTP without a socket: ask(app, user, "POST", "/market", "title=Bread") goes through web_handle, with
   everything that stands before a handler. Also checks each JSON answer against the Shape of its route, and notes which
   routes were asked, for the checklist at the end of the run. */
#pragma once
#include "harness.h"

#include "web/web.h"

typedef struct App App;
typedef struct User User; /* a browser with its cookies, or a program with a token */

typedef struct Answer {
    int status;
    Str body;
    const Header *headers;
    size_t headers_len;
    const Route *route; /* NULL when there is none for this path */
    Str asked;          /* "POST /market", for messages */
} Answer;

/* The house on this test's store: modules are started, a co-operative is founded (English, CNY, Asia/Shanghai)
   and has an administrator. The same
   App for each call in one test. After the test every module's checks must find nothing wrong. */
App *app_of(void **state);
App *app_unfounded(void **state); /* as on the first start, before the wizard */
Store *app_store(const App *app);
Arena *app_arena(const App *app);
Id app_org(const App *app); /* the founding co-operative */

User *guest(App *app); /* nobody is signed in, but cookies are kept */
/* A person with these roles in org (0: the founding co-operative), signed in with a browser; its password is awake. */
User *user(App *app, const char *name, Id org, unsigned roles);
User *program(App *app, const User *of, const char *scopes); /* of's API token: "read orders", "*" */
Id user_id(const User *user);
Str user_cookie(const User *user, const char *name);
User *user_copy(const User *user); /* somebody else with the same cookies */
void user_language(User *user, const char *accept_language);
void user_https(User *user);                            /* as over TLS: strict cookies */
void user_address(User *user, const char *address);
void user_forged(User *user); /* as a browser that says nothing about where a form came from: the token decides */

/* body: NULL, a form ("title=Bread&price=12.50", encoded by the caller), or JSON when it begins with { or [.
   user NULL: a stranger without cookies. Answers live as long as the test. */
const Answer *ask(App *app, User *user, const char *method, const char *target, const char *body);
/* extra: further headers, "Idempotency-Key: a\nRange: bytes=0-1", or NULL. */
const Answer *ask_with(App *app, User *user, const char *method, const char *target, const char *extra, const char *body);
typedef struct AskFile {
    const char *field, *name, *type;
    Str content;
} AskFile;
/* multipart/form-data: a file (or NULL) and texts as in a form. */
const Answer *ask_upload(App *app, User *user, const char *target, const AskFile *file, const char *texts);
const Answer *follow(App *app, User *user, const Answer *see); /* GETs its Location; fails when there is none */

Str answer_header(const Answer *answer, const char *name); /* empty when absent */
/* "items.0.title" of a JSON answer; fails the test when it is not there. */
#define json_text(answer, path) json_text_at((answer), (path), __FILE__, __LINE__)
#define json_number(answer, path) json_number_at((answer), (path), __FILE__, __LINE__)
Str json_text_at(const Answer *answer, const char *path, const char *file, int line);
int64_t json_number_at(const Answer *answer, const char *path, const char *file, int line); /* of a list: its length */

#define assert_status(answer, status_) assert_status_at((answer), (status_), __FILE__, __LINE__)
#define assert_says(answer, text) assert_says_at((answer), (text), true, __FILE__, __LINE__)
#define assert_silent(answer, text) assert_says_at((answer), (text), false, __FILE__, __LINE__)
#define assert_goes_to(answer, start) assert_goes_to_at((answer), (start), __FILE__, __LINE__)
#define assert_refused(answer, status_, code) assert_refused_at((answer), (status_), (code), __FILE__, __LINE__)
void assert_status_at(const Answer *answer, int status, const char *file, int line);
void assert_says_at(const Answer *answer, const char *text, bool says, const char *file, int line);
void assert_goes_to_at(const Answer *answer, const char *start, const char *file, int line); /* a 303 */
void assert_refused_at(const Answer *answer, int status, const char *code, const char *file, int line); /* problem+json */
