/* HTTP for modules: the request, what may be taken from it, the replies, the route table. */
#pragma once
#include "core/core.h"
#include "web/access.h"

typedef enum Method { METHOD_GET = 1, METHOD_HEAD, METHOD_POST, METHOD_PUT, METHOD_PATCH, METHOD_DELETE, METHOD_OPTIONS } Method;

typedef enum Access { ANYONE = 1, SIGNED_IN, HAS_ROLE } Access;

typedef enum Limit { LIMIT_NONE, LIMIT_SEARCH, LIMIT_POSTING, LIMIT_SIGN_IN, LIMIT_EXPORT } Limit; /* token buckets of config */

typedef Err *(*Handler)(Req *r);

struct Route {
    Method method;
    const char *path; /* "/api/v1/offers/{id}": a {name} is one whole segment; {rest*} the rest of the path */
    Handler handler;
    Access access;
    const char *about;    /* one sentence: OpenAPI and the test checklist */
    unsigned roles;       /* HAS_ROLE: any of these, in any organisation; the handler checks which */
    const char *scope;    /* API tokens need this scope ("orders", "offers", "transfers" ...); NULL: by method read/write */
    const Shape *takes;   /* form or JSON body */
    const Shape *query;   /* the query string */
    const Shape *gives;   /* one JSON object; with gives_list {"items":[...],"next"} */
    bool gives_list;
    int status;           /* of success, for OpenAPI; 0: 200 */
    Limit limit;
    int64_t max_body;     /* bytes; 0: the default for its type */
    bool upload;          /* multipart files are streamed to disk */
    bool raw;             /* the handler reads r->body itself (signed callbacks, files) */
    bool camera;          /* Permissions-Policy camera=(self) */
    bool signs_in;        /* begins a session: refuses the form token that guests share */
    bool no_csrf;         /* callbacks of other machines that sign their bodies; never for people */
    bool idempotent;      /* Idempotency-Key is honoured: same key and body, same answer */
    bool shared;          /* the page holds nothing personal when nobody is signed in: may be cached (see docs) */
};
#define GET(path_, handler_, access_, about_, ...)                                                                     \
    {.method = METHOD_GET, .path = (path_), .handler = (handler_), .access = (access_), .about = (about_), ##__VA_ARGS__}
#define POST(path_, handler_, access_, about_, ...)                                                                    \
    {.method = METHOD_POST, .path = (path_), .handler = (handler_), .access = (access_), .about = (about_), ##__VA_ARGS__}
#define PATCH(path_, handler_, access_, about_, ...)                                                                   \
    {.method = METHOD_PATCH, .path = (path_), .handler = (handler_), .access = (access_), .about = (about_), ##__VA_ARGS__}
#define PUT(path_, handler_, access_, about_, ...)                                                                     \
    {.method = METHOD_PUT, .path = (path_), .handler = (handler_), .access = (access_), .about = (about_), ##__VA_ARGS__}
#define DELETE(path_, handler_, access_, about_, ...)                                                                  \
    {.method = METHOD_DELETE, .path = (path_), .handler = (handler_), .access = (access_), .about = (about_), ##__VA_ARGS__}
#define MODULE(module_name, table, ...)                                                                                \
    {.name = (module_name), .routes = (table), .routes_len = sizeof(table) / sizeof *(table), ##__VA_ARGS__}

typedef struct Header { Str name, value; } Header;

typedef struct Upload {  /* one file of a multipart form, already on disk in data/tmp; removed with the request */
    Str field, name, type; /* as the client said: never trusted */
    const char *path;
    int64_t bytes;
} Upload;

struct Req {
    Arena *arena;
    Store *store;
    Db db;             /* borrowed before the handler runs */
    Method method;
    Str path, query, body;
    const Header *headers;
    size_t headers_len;
    const Upload *uploads;
    size_t uploads_len;
    Str address;       /* the client's, after trusted proxies */
    bool https;
    bool api;          /* under /api/: problem+json instead of pages */
    bool wants_json;
    const Route *route;
    Str params[8];     /* of {names} in the path, in order */
    Time now;
    const Lang *lang;
    Village village;
    Id who;            /* 0: nobody is signed in */
    Id session;        /* 0: none, or a token */
    Str who_name;
    GrantList grants;  /* of who */
    unsigned roles;    /* all grants together */
    unsigned asleep;   /* roles of staff that need the password again (page /confirm) before they count */
    Str csrf;          /* this session's form token */
    Err *form_error;   /* set when a form comes back: templates show it at its field */
    const Shape *form_shape; /* the form that was refused, with what was typed in form_values */
    const void *form_values;
    struct Reply *reply;
    Str number;        /* of this request: in the log, in X-Request-Id and on error pages */
    bool bearer;       /* identity: an API token, not a cookie, says who this is (no CSRF check; scopes count) */
    StrList scopes;    /* identity: what that token may do */
    void *for_later;   /* what reply_later was given: the write's arg */
    bool hidden;       /* the event loop: the header held bytes that cannot be seen here (NUL, folded lines) */
    struct Inside *in; /* the dispatcher's own */
};

/* ---- what comes in ---- */
Err *take(Req *r, const Shape *shape, void *into);       /* form or JSON body, by Content-Type; remembers what was typed */
Err *take_query(Req *r, const Shape *shape, void *into);
Err *take_id(Req *r, int param, Id *out);                /* a {name} of the path; ERR_MISSING when it is no id */
Str take_param(Req *r, int param);                       /* percent-decoded */
Str req_header(const Req *r, const char *name);          /* empty when absent */
Str req_cookie(const Req *r, const char *name); /* without the __Host- that it carries over HTTPS; empty when absent */
Str take_typed(Req *r, const char *name);       /* what was typed into a form field, as it came; empty when absent */
Str take_notice(Req *r);                        /* the message of reply_notice, once; page_begin shows it */
const Upload *take_upload(const Req *r, const char *field); /* NULL when none */
bool has_role(const Req *r, Id org, unsigned roles);     /* any of roles in org; an admin of the founding org counts everywhere for ADMIN */
Err *need_role(Req *r, Id org, unsigned roles);          /* ERR_DENIED "access.role" */
Err *denied(Req *r);

/* ---- what goes out ---- */
Err *reply_see(Req *r, const char *format, ...) __attribute__((format(printf, 2, 3))); /* 303 */
Err *reply_json(Req *r, int status, const Shape *shape, const void *value);
Err *reply_json_list(Req *r, const Shape *shape, const void *rows, size_t len, Str next); /* {"items":[...],"next":...|null} */
Err *reply_bytes(Req *r, int status, const char *type, Str body);
Err *reply_file(Req *r, const char *type, Str download_name, Str body);   /* Content-Disposition: attachment */
Err *reply_path(Req *r, const char *type, const char *path, int64_t max_age_s); /* a file of the data folder, by the I/O threads, ranges */
Err *reply_empty(Req *r, int status);
void reply_header(Req *r, const char *name, Str value);
/* HttpOnly, Lax; __Host- and Secure over HTTPS. max_age_s 0: until the browser closes; negative: forgets it. */
void reply_cookie(Req *r, const char *name, Str value, int64_t max_age_s);
/* A short message shown once on the next page ("Saved."), kept in a cookie. */
void reply_notice(Req *r, const char *text);

/* ---- server-sent events: what moves on a page that is open ----
   The handler of a GET returns sse_open; the connection then stays in the event loop and costs no worker. Each listener has
   32 KiB; one that does not keep up is closed and asks again by itself (EventSource does). Events reach the listeners of this
   process only. */
Err *sse_open(Req *r, const char *channel); /* "live/0akv..."; ERR_BUSY when 1,000 are open */
/* To all who listen to channel now; how many. event: one word; data: a text, line ends allowed, 16 KiB at most. */
int sse_send(const char *channel, const char *event, Str data);

/* ---- many small writes: the answer when the write is on disk, without a worker that waits for it ----
   As the handler's last step: return reply_later(r, fn, arg, then). fn and arg are those of db_write; `then` makes the reply once
   the write is durable, from r->for_later, which is arg. By then r->db is given back and must not be used. A failed write is refused as ever. On routes that are
   .idempotent, and where no event loop runs (tests), the write is simply waited for. */
Err *reply_later(Req *r, WriteFn fn, void *arg, Handler then);

/* ---- once only: routes that say .idempotent ----
   The write function says, as its last step, what the answer will be. When the request carries a key (header
   Idempotency-Key, or the form field "once"), the answer is stored in the same transaction, under the person or guest and
   the key: the same request sent again gets it without the handler running again; another request with that key is refused
   (422 idempotency.other_request), one that comes while the first still runs gets 409 idempotency.in_flight. Refusals are not
   stored. After db_write the handler returns reply_answer(r). Without a key only the reply is made. */
Err *answer_json(Tx *tx, Req *r, int status, const Shape *shape, const void *value);
Err *answer_see(Tx *tx, Req *r, const char *format, ...) __attribute__((format(printf, 3, 4))); /* 303 */
Err *reply_answer(Req *r);
Str once_new(Req *r); /* a fresh key for the hidden field "once" of a form that must not act twice */

/* ---- pages ---- */
typedef struct Page {
    Buf *out;
    Req *r;
    Arena *arena;
    const Lang *lang;
    Str currency, zone;
    const struct PageHead *head;
    struct FrameView *frame; /* web/pages.h */
    uint64_t icons[4]; /* bits of the icons this page shows: their drawings are sent once, at its end */
    int forms;         /* how many forms so far: keeps the ids of their fields apart */
} Page;
typedef struct Html { Str raw; } Html; /* only templates and the Markdown sanitiser make these */
typedef struct PageHead {
    Str title;           /* already translated */
    const char *place;   /* the path of the Place that is lit */
    const char *script;  /* an asset, loaded as a module, deferred; or NULL */
    Str about;           /* meta description */
    Str json_ld;         /* structured data; escaped by page_begin */
    Str back;            /* where the back arrow goes, or empty */
    int status;          /* 0: 200, or 422 when r->form_error */
    bool bare;           /* no frame: print sheets, slips */
} PageHead;
Page *page_begin(Req *r, const PageHead *head);
Err *page_end(Page *p);
/* The part of a page that is the same for everybody who asks for this path and query in this language. It is kept as pages of guests
   are: until anything is written, five seconds at most; only the form token is put in anew. make sees of the request only what all
   have in common: in p->r nobody is signed in, and there are no headers, no cookies and no body. name: one for each part of a page. */
typedef Err *PartMake(Page *p, void *arg);
Err *page_part(Page *p, const char *name, PartMake *make, void *arg);
/* The places of work that r->who may enter, in their order. */
size_t page_work(const Req *r, const Place **out, size_t max);
/* Shows the form again with what was typed and the error at its field (422); show is the handler of the GET. */
Err *reply_form_again(Req *r, Err *err, Handler show);

/* ---- the dispatcher, also used by tests ---- */
typedef struct Reply {
    int status;
    Header *headers;
    size_t headers_len;
    Str body;
    const char *path; /* a file to send instead of body */
} Reply;
/* Never fails: every error becomes a reply. r holds method, path, headers, body, address, https. */
void web_handle(Req *r);
/* The same in two parts, for the event loop: false: the reply waits for r's write (reply_later), which the caller gives to
   db_write_later; web_handle_end then makes the reply. Once the write is given away r is not this thread's any more. */
bool web_handle_begin(Req *r, LaterWrite *write);
void web_handle_end(Req *r, Err *of_write);
