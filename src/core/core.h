/* What every module uses besides the database: settings, audit, outbox, languages. */
#pragma once
#include "core/module.h"

/* ---- the co-operative's own settings (table setting), cached, read without a query. village() reads the settings "village.org"
   (an Id as text), "village.name", .place, .currency, .zone and .lang; identity writes them at the first start. ---- */
typedef struct Village {
    Id org;            /* the founding co-operative; 0 before the wizard ran */
    Str name, place, currency, zone, lang;
    int currency_places;
} Village;
/* A copy that lives in arena; refreshed after setting_put commits (other processes within 5 s). */
Village village(Store *store, Arena *arena);
Village village_at(Db *db); /* the same for who has a connection already: in db->arena */
Err *setting_get(Db *db, const char *name, Str fallback, Str *out);
Err *setting_put(Tx *tx, const char *name, Str value);

/* ---- append-only trail: one row with each change, in its transaction. Holds ids, never names, phones or texts of people.
   action: "market.order_cancel"; who, subject: 0 for none; detail: a few words of the program. Rows are chained by SHA-256, so
   that `millet verify` finds a changed or missing one, at the end as well. ---- */
Err *audit(Tx *tx, Time now, Id who, const char *action, Id subject, Str detail);

/* ---- what must happen after commit, at least once, in order per key, with back-off ---- */
Err *outbox_add(Tx *tx, Time now, const char *kind, Str key, Str payload);
/* A plain text mail; nothing when no mail server is set (mail_possible). Refused: "mail.address". */
typedef struct Mail { Str to, subject, text; } Mail;
Err *mail_add(Tx *tx, Time now, const Mail *mail);
bool mail_possible(void);
/* A POST of body (JSON) to url, signed with secret as Standard Webhooks says (HMAC-SHA256). Calls with one key go in order. */
typedef struct Webhook { Str url, secret, body; } Webhook;
Err *webhook_add(Tx *tx, Time now, Str key, const Webhook *webhook);
/* One exchange with another program, now: for jobs, never while somebody waits for a page or a transaction is open. Redirections
   are not followed. Not reached (or more than 64 KiB came back) says nothing about whether the other side acted. */
typedef struct HttpAsk { const char *method; Str url; StrList headers; Str body; } HttpAsk;
typedef struct HttpAnswer { bool reached; int status; Str body; } HttpAnswer;
void http_ask(Arena *arena, const HttpAsk *ask, HttpAnswer *answer);

/* ---- languages ---- */
typedef struct Lang Lang; /* generated from po/ by pogen; "en" is the source */
const Lang *lang_find(Str tag);             /* "zh-CN", "zh-Hans-SG", "zh" -> zh-CN; NULL when unknown */
const Lang *lang_negotiate(Str accept_language); /* never NULL: English at last */
const char *lang_tag(const Lang *lang);     /* "en", "zh-CN" */
const Lang *lang_at(size_t index);          /* NULL past the end */
const char *lang_name(const Lang *lang);    /* in itself: "English", "简体中文" */
bool lang_right_to_left(const Lang *lang);
/* A text with a context only the translator sees: tr(lang, NP_("weekday", "Mon")). */
#define NP_(context, text) context "\004" text
Str tr(const Lang *lang, const char *text); /* the translation, or text itself */
Str tr_hashed(const Lang *lang, const char *text, size_t len, uint32_t hash); /* hash as in core/lang.h: for templates */
Str tr_plural(const Lang *lang, const char *one, const char *many, int64_t n);
/* Fills {name} in a translated text; unknown names stay. */
typedef struct TextArg { const char *name; Str value; } TextArg;
Str tr_fill(Arena *arena, Str pattern, const TextArg *args, size_t len);
/* The sentence of an error for a person, filled. */
Str err_say(Arena *arena, const Lang *lang, const Err *err);

/* ---- how values read in a language ---- */
Str say_money(Arena *arena, const Lang *lang, Money amount, Str currency);       /* "¥12.50", "€3.00", "KSh 1,200.00" */
Str say_int(Arena *arena, const Lang *lang, int64_t value);                      /* "1,234" */
Str say_quantity(Arena *arena, const Lang *lang, Quantity quantity);             /* "1.25 kg", "3 pieces", "3 件"; 60,000 g as "60 kg" */
Str say_date(Arena *arena, const Lang *lang, Date date);                         /* "Sat 5 Dec", with the year when not this year: see say_date_full */
Str say_date_full(Arena *arena, const Lang *lang, Date date);                    /* "5 December 2026", "2026年12月5日" */
Str say_time(Arena *arena, const Lang *lang, Time time, Str zone);               /* "Sat 5 Dec, 9:30" */
Str say_span(Arena *arena, const Lang *lang, Time from, Time until, Str zone);   /* "Sat 5 Dec, 9–11", "12月5日 周六 9:00–11:00" */
Str say_decimal(Arena *arena, const Lang *lang, int64_t steps, int64_t scale);   /* "1,234.5": an amount without unit */
Str say_unit(Arena *arena, const Lang *lang, Str code);                          /* "kg", "piece", "件" for "/kg" */
Str currency_symbol(Arena *arena, Str code);                                     /* "¥", "KSh ", or the code */
Str say_clock(Arena *arena, const Lang *lang, Time time, Str zone);              /* "9:30" */

/* ---- log and metrics ---- */
/* One line key=value on standard error: log_line("job", "name=%s ms=%lld", ...). Never names, phones or bodies. */
void log_line(const char *event, const char *format, ...) __attribute__((format(printf, 2, 3)));
typedef struct Metric Metric;
/* Created at first use, shown at /metrics. label: NULL, or "route=/market status=200" (values without spaces, from a small
   set: after 100 labels of a name the rest count as "other"). Counters only go up. */
void metric_add(const char *name, const char *label, int64_t amount);
void metric_set(const char *name, const char *label, int64_t value);
void metric_time(const char *name, const char *label, int64_t microseconds); /* a histogram; name it ..._seconds */
void metrics_write(Buf *out);

/* ---- configuration: file < environment MILLET_* < flags ---- */
typedef enum ConfigType { CONFIG_TEXT, CONFIG_INT, CONFIG_BOOL, CONFIG_SIZE } ConfigType;
typedef struct ConfigRow {
    const char *name; /* "listen": flag --listen, MILLET_LISTEN, listen = ... in the file */
    ConfigType type;
    const char *standard; /* the default as text */
    int64_t min, max;
    const char *about;
} ConfigRow;
extern const ConfigRow config_rows[]; /* core/config_rows.c; ends with an empty row. A new setting is one row there. */
/* Takes known flags out of argv; file: --config or data/millet.conf. Read once, before threads start. Codes: config.value,
   config.unknown, config.flag. */
Err *config_load(Arena *arena, int *argc, const char **argv);
/* A name that is not in the table aborts. Each call walks the table: what a request needs is read once at start. */
Str config_text(const char *name);
int64_t config_int(const char *name);
bool config_bool(const char *name);
StoreOptions store_options(Arena *arena); /* data folder and database as the settings say */

/* "disk.full" (507) when less than disk_reserve is free in the data folder: asked before something new is taken in, so that
   what was begun can be finished. Looks at most every five seconds. */
Err *disk_check(Arena *arena);

/* ---- the serving process ---- */
/* After store_open, before the first request: every module's start, the scheduled jobs, the outbox, the command socket. */
Err *core_start(Arena *arena, Store *store);
/* What every village begins with (shelves, local units), where it is missing: before the first request, and before a command. */
Err *house_furnish(Store *store, Arena *arena);
/* Before store_close. False: something still runs after stop_seconds, and the store must not be closed (just end). */
bool core_stop(void);
