/* The Module record: everything a folder offers to the house, found by the build, listed nowhere. */
#pragma once
#include "db/db.h"

typedef struct Route Route; /* web/web.h */
typedef struct Req Req;
typedef struct Demo Demo;   /* core/demo.h */

typedef struct ErrText {
    const char *code; /* "stock.sold_out" */
    const char *text; /* N_("Sold out. ...{name}..."): the sentence a person reads */
} ErrText;

typedef struct Hear {
    const char *event;                         /* "order.collected" */
    Err *(*heard)(Tx *tx, Id subject, Time now); /* in the announcing transaction; an error undoes it all */
} Hear;

typedef struct JobContext {
    Store *store;
    Arena *arena; /* reset after each run */
    Time now;
} JobContext;

typedef struct Job {
    const char *name;            /* "market.expire" */
    int64_t every_ms;            /* period; or 0 with daily_minute */
    int daily_minute;            /* minute of the local day, used when every_ms is 0 */
    Err *(*run)(JobContext *context); /* under a lease in the database: never twice at once, also with many processes */
    const char *about;           /* one sentence, marked N_() */
} Job;

typedef struct Findings {        /* what `millet verify` gathers */
    Buf out;
    int64_t checked, wrong;
} Findings;
void finding(Findings *findings, const char *format, ...) __attribute__((format(printf, 2, 3)));

typedef struct Check {
    const char *name;  /* "market.stock_sums" */
    Err *(*run)(Db *db, Findings *findings);
    Err *(*rebuild)(Tx *tx, void *unused); /* makes derived tables again; or NULL */
} Check;

typedef struct OutboxKind {
    const char *kind;  /* "mail", "webhook" */
    Err *(*deliver)(Store *store, Arena *arena, Id id, Str key, Str payload); /* ERR_BUSY: try later with back-off */
} OutboxKind;

/* One line of the page Today: what needs this person now. */
typedef struct TodayItem {
    Str text;         /* translated: "3 orders to pack" */
    const char *path; /* where it is done */
    const char *icon;
    int order;        /* smaller first; 0-99 urgent, shown as such */
} TodayItem;
typedef struct Today Today; /* identity collects and shows them */
void today_add(Today *today, TodayItem item);

/* Goods that belong beside another on its page, with the reason: the market asks for them and shows them. */
typedef struct Beside Beside;
void beside_add(Beside *beside, Id product, Str reason);

typedef enum PlaceKind { PLACE_GOODS, PLACE_MONEY, PLACE_LEARNING, PLACE_VILLAGE, PLACE_KINDS } PlaceKind; /* the page Today shows work by kind */

/* What else the buyer of an open order should know, beside where it is collected: the order's page asks for it. */
typedef struct OrderNotes OrderNotes;
void order_note_add(OrderNotes *notes, const char *icon, Str text);

typedef struct Place { /* an entry of the bottom bar or the staff list */
    const char *path, *label, *icon;
    int order;
    unsigned roles; /* 0: everyone; else bits of Role (web/access.h) */
    bool main;      /* one of the five in the bar */
    PlaceKind kind;
} Place;

typedef struct Module {
    const char *name;
    const Route *routes;
    size_t routes_len;
    const ErrText *errors;      /* ends with {0}, as all below */
    const Hear *hears;
    const Job *jobs;
    const Check *checks;
    const OutboxKind *outbox;
    const Place *places;
    Err *(*furnish)(Store *store, Arena *arena); /* makes what every village begins with and is not there yet; or NULL */
    Err *(*start)(Store *store, Arena *arena);  /* of a server: after migration, before the first request; or NULL */
    Err *(*authenticate)(Req *r);               /* identity only: fills r->who and r->roles from cookie or token */
    Err *(*today)(Req *r, Today *today);                               /* adds what needs r->who now; or NULL */
    Err *(*beside)(Req *r, Id product, Beside *beside);                /* adds what goes well with a product; or NULL */
    Err *(*along)(Req *r, const Id *products, size_t len, Beside *beside); /* adds what people with a basket like this took; or NULL */
    Err *(*order_notes)(Req *r, Id order, OrderNotes *notes);          /* adds what its buyer should know; or NULL */
    Err *(*demo)(Demo *demo);                                          /* adds its part to the demo village; or NULL */
    Err *(*erase_person)(Tx *tx, Id person, Time now);                 /* forgets a person; or NULL */
    Err *(*export_person)(Db *db, Id person, Buf *json_members);       /* adds "name": ... of what is known; or NULL */
} Module;

extern const Module *const house_modules[]; /* generated; ends with NULL */

/* Tells every module that hears this event, in this transaction, in the order of the modules' names. */
Err *announce(Tx *tx, const char *event, Id subject, Time now);
/* The sentence for a code, untranslated, or NULL. */
const char *err_sentence(const char *code);
