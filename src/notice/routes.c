/* Messages, what somebody wants to hear, and the co-operative's gateway. */
#include <sodium.h>
#include <string.h>

#include "base/json.h"
#include "core/demo.h"
#include "identity/identity.h"
#include "notice/pages.h"
#include "notice/templates.h"

enum { SHOWN_MAX = 100, SECRET_BYTES = 24, URL_MAX = 500, KEEP_DAYS = 90 };

/* ---- messages ---- */

static const char *icon_of(Str event)
{
    return str_eq(event, STR("order.packed"))     ? "box"
           : str_eq(event, STR("order.weighed"))  ? "scale"
           : str_eq(event, STR("order.refunded")) ? "banknote"
           : str_eq(event, STR("order.missed"))   ? "clock"
                                                  : "edit";
}

static Err *show_notices(Req *r)
{
    NoticeRowList rows;
    TRY(notice_list(&r->db, r->who, str_of(lang_tag(r->lang)), SHOWN_MAX, &rows));
    NoticesView view = {.notices = {NEW_ARRAY(r->arena, NoticeView, rows.len + 1), rows.len}};
    for (size_t i = 0; i < rows.len; i++) {
        const NoticeRow *n = &rows.at[i];
        view.any_new |= !n->seen;
        view.notices.at[i] = (NoticeView){notice_says(r->arena, r->lang, n), notice_more(r->arena, r->lang, n),
                                          str_format(r->arena, "/orders/%.*s", STR_ARG(id_text(r->arena, n->order_group))), n->at, !n->seen, icon_of(n->event)};
    }
    Page *p = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Messages")), .place = "/me", .back = STR("/me")});
    notice_notices(p, &view);
    return page_end(p);
}

static Err *read_all(Tx *tx, void *who)
{
    int64_t count;
    return notice_read_all(tx, *(Id *)who, &count);
}

static Err *read_notices(Req *r)
{
    TRY(db_write(r->store, r->arena, read_all, &r->who));
    return reply_see(r, "/notices");
}

typedef struct NoticeJson {
    Id id, order;
    Str type, text;
    Time at;
    bool seen;
} NoticeJson;
static const Field notice_json_fields[] = {
    FIELD(NoticeJson, id, FIELD_ID),
    FIELD(NoticeJson, order, FIELD_ID),
    FIELD(NoticeJson, type, FIELD_STR, .label = "order.packed, order.short ..."),
    FIELD(NoticeJson, text, FIELD_STR, .label = "In the language asked for"),
    FIELD(NoticeJson, at, FIELD_TIME),
    FIELD(NoticeJson, seen, FIELD_BOOL),
};
static const Shape notice_json_shape = SHAPE(NoticeJson, "Notice", notice_json_fields);

static Err *list_notices_json(Req *r)
{
    NoticeRowList rows;
    TRY(notice_list(&r->db, r->who, str_of(lang_tag(r->lang)), SHOWN_MAX, &rows));
    NoticeJson *out = NEW_ARRAY(r->arena, NoticeJson, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++)
        out[i] = (NoticeJson){rows.at[i].id, rows.at[i].order_group, rows.at[i].event, notice_says(r->arena, r->lang, &rows.at[i]), rows.at[i].at, rows.at[i].seen};
    return reply_json_list(r, &notice_json_shape, out, rows.len, (Str){0});
}

/* ---- what somebody wants ---- */

typedef struct WaysForm {
    bool wanted[NOTICE_KINDS][NOTICE_BYS];
} WaysForm;
#define WAY(kind_word, by_word, kind, by) {.name = kind_word "_" by_word, .type = FIELD_BOOL, .offset = offsetof(WaysForm, wanted) + (kind) * NOTICE_BYS + (by)}
#define WAYS_OF(kind_word, kind) WAY(kind_word, "app", kind, BY_APP), WAY(kind_word, "mail", kind, BY_MAIL), WAY(kind_word, "text", kind, BY_TEXT)
static const Field ways_fields[] = {
    WAYS_OF("changed", NOTICE_CHANGED), WAYS_OF("weighed", NOTICE_WEIGHED), WAYS_OF("ready", NOTICE_READY),
    WAYS_OF("missed", NOTICE_MISSED),   WAYS_OF("refund", NOTICE_REFUND),
};
static const Shape ways_form = SHAPE(WaysForm, "NoticeWays", ways_fields);

static const char *const kind_titles[NOTICE_KINDS] = {N_("My order is changed"), N_("My goods are weighed"), N_("My order is ready"),
                                                      N_("I missed collecting it"), N_("I get money back")};
static const char *const kind_helps[NOTICE_KINDS] = {N_("Something is missing, replaced, amended or cancelled."), N_("Once for each line, so mail is off at first."),
                                                     N_("It is packed and waits for you."), NULL, NULL};
static const char *const by_labels[NOTICE_BYS] = {N_("In the app"), N_("By mail"), N_("By text message")};

static Err *show_ways(Req *r)
{
    NoticeChoice choice;
    PersonReach reach = {0};
    WaysView view = {.mail = mail_possible(), .rows = {NEW_ARRAY(r->arena, WayRow, NOTICE_KINDS), NOTICE_KINDS}};
    Str url, secret;
    bool found;
    TRY(notice_choice(&r->db, r->who, &choice));
    TRY(person_reach(&r->db, r->who, &reach, &found));
    TRY(gateway_of(&r->db, &url, &secret));
    view.text = url.len > 0, view.email = reach.email, view.phone = reach.phone;
    for (int kind = 0; kind < NOTICE_KINDS; kind++) {
        WayRow *row = &view.rows.at[kind];
        *row = (WayRow){tr(r->lang, kind_titles[kind]), kind_helps[kind] ? tr(r->lang, kind_helps[kind]) : (Str){0}, {NEW_ARRAY(r->arena, WayCell, NOTICE_BYS), 0}};
        for (int by = 0; by < NOTICE_BYS; by++)
            if (by == BY_APP || (by == BY_MAIL && view.mail) || (by == BY_TEXT && view.text)) /* only ways that lead somewhere */
                row->cells.at[row->cells.len++] = (WayCell){str_format(r->arena, "%s_%s", notice_kind_words[kind], notice_by_words[by]), tr(r->lang, by_labels[by]),
                                                        choice.wanted[kind][by]};
    }
    Page *p = page_begin(r, &(PageHead){.title = tr(r->lang, N_("What you are told, and how")), .place = "/me", .back = STR("/me")});
    notice_ways(p, &view);
    return page_end(p);
}

typedef struct Choosing {
    Id who;
    NoticeChoice choice;
} Choosing;

static Err *choose(Tx *tx, void *arg)
{
    const Choosing *c = arg;
    return notice_choice_put(tx, c->who, &c->choice);
}

static Err *keep_choice(Req *r, const Choosing *choosing)
{
    Choosing c = *choosing;
    TRY(db_write(r->store, r->arena, choose, &c));
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/me/notices");
}

static Err *choose_ways(Req *r)
{
    WaysForm form = {0};
    Choosing c = {.who = r->who};
    NoticeChoice before;
    Str url, secret;
    TRY(take(r, &ways_form, &form));
    TRY(notice_choice(&r->db, r->who, &before));
    TRY(gateway_of(&r->db, &url, &secret));
    memcpy(c.choice.wanted, form.wanted, sizeof form.wanted);
    for (int kind = 0; kind < NOTICE_KINDS; kind++) { /* a way that was not offered stays as it was */
        if (!mail_possible())
            c.choice.wanted[kind][BY_MAIL] = before.wanted[kind][BY_MAIL];
        if (!url.len)
            c.choice.wanted[kind][BY_TEXT] = before.wanted[kind][BY_TEXT];
    }
    return keep_choice(r, &c);
}

static Err *choose_nothing(Req *r)
{
    Choosing c = {.who = r->who};
    for (int kind = 0; kind < NOTICE_KINDS; kind++)
        c.choice.wanted[kind][BY_APP] = true;
    return keep_choice(r, &c);
}

/* ---- the gateway ---- */

static const Field gateway_fields[] = {
    FIELD(GatewayForm, url, FIELD_STR, .max = URL_MAX, .input = "url", .label = N_("Address"), .help = N_("https://... Empty: no text messages are sent.")),
    FIELD(GatewayForm, fresh, FIELD_BOOL, .label = N_("Make a new secret")),
};
const Shape gateway_form = SHAPE(GatewayForm, "GatewayForm", gateway_fields);

static Err *show_gateway(Req *r)
{
    GatewayForm form = {0};
    GatewayView view = {.mail = mail_possible()};
    TRY(need_role(r, r->village.org, ROLE_ADMIN));
    TRY(gateway_of(&r->db, &view.url, &view.secret));
    form.url = view.url;
    view.form = r->form_error && r->form_shape == &gateway_form ? r->form_values : &form;
    Page *p = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Text messages and mail")), .place = "/notices/gateway", .back = STR("/today")});
    notice_gateway(p, &view);
    return page_end(p);
}

static Err *url_check(Req *r, Str url)
{
    bool fits = !url.len || str_starts(url, STR("https://")) || str_starts(url, STR("http://"));
    for (size_t i = 0; i < url.len; i++)
        fits = fits && url.at[i] > ' ' && url.at[i] < 0x7F;
    return fits ? NULL : err_field(r->arena, "notice.url", "url");
}

typedef struct Gateway {
    Str url, secret;
    Id who;
    Time now;
} Gateway;

static Err *put_gateway(Tx *tx, void *arg)
{
    const Gateway *g = arg;
    TRY(setting_put(tx, GATEWAY_URL, g->url));
    TRY(setting_put(tx, GATEWAY_SECRET, g->secret));
    return audit(tx, g->now, g->who, "notice.gateway", 0, STR(""));
}

static Str secret_new(Arena *arena)
{
    unsigned char bytes[SECRET_BYTES];
    char text[sodium_base64_ENCODED_LEN(SECRET_BYTES, sodium_base64_VARIANT_ORIGINAL)];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2base64(text, sizeof text, bytes, sizeof bytes, sodium_base64_VARIANT_ORIGINAL);
    return str_format(arena, "whsec_%s", text);
}

static Err *take_gateway(Req *r)
{
    GatewayForm form = {0};
    Gateway g = {.who = r->who, .now = r->now};
    Str old;
    TRY(take(r, &gateway_form, &form));
    g.url = str_trim(form.url);
    TRY(url_check(r, g.url));
    TRY(gateway_of(&r->db, &old, &g.secret));
    if (!g.url.len)
        g.secret = (Str){0};
    else if (!g.secret.len || form.fresh)
        g.secret = secret_new(r->arena);
    TRY(db_write(r->store, r->arena, put_gateway, &g));
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/notices/gateway");
}

static Err *change_gateway(Req *r)
{
    TRY(need_role(r, r->village.org, ROLE_ADMIN));
    Err *err = take_gateway(r);
    return err ? reply_form_again(r, err, show_gateway) : NULL;
}

typedef struct Trying {
    Gateway gateway;
    Str body;
} Trying;

static Err *put_try(Tx *tx, void *arg)
{
    const Trying *t = arg;
    return webhook_add(tx, t->gateway.now, STR("notice:test"), &(Webhook){t->gateway.url, t->gateway.secret, t->body});
}

static Err *try_gateway(Req *r)
{
    Trying t = {.gateway = {.now = r->now}};
    PersonReach reach = {0};
    bool found;
    TRY(need_role(r, r->village.org, ROLE_ADMIN));
    TRY(gateway_of(&r->db, &t.gateway.url, &t.gateway.secret));
    TRY(person_reach(&r->db, r->who, &reach, &found));
    if (!t.gateway.url.len)
        return err_new(r->arena, ERR_CONFLICT, "notice.none");
    Buf body = buf_new(r->arena, 2000);
    buf_add(&body, STR("{\"type\":\"notice.test\",\"phone\":"));
    json_write_str(&body, reach.phone);
    buf_add(&body, STR(",\"language\":"));
    json_write_str(&body, str_of(lang_tag(r->lang)));
    buf_add(&body, STR(",\"text\":"));
    json_write_str(&body, tr(r->lang, N_("This is a test of your co-operative.")));
    buf_add_char(&body, '}');
    t.body = buf_str(&body);
    TRY(db_write(r->store, r->arena, put_try, &t));
    reply_notice(r, N_("The test is on its way. If nothing arrives, look at millet outbox list."));
    return reply_see(r, "/notices/gateway");
}

/* ---- the house ---- */

static Err *notice_today(Req *r, Today *today)
{
    NoticeCount fresh;
    if (!r->who)
        return NULL;
    TRY(notice_new(&r->db, r->who, &fresh));
    if (fresh.total) {
        TextArg n = {"n", say_int(r->arena, r->lang, fresh.total)};
        today_add(today, (TodayItem){tr_fill(r->arena, tr_plural(r->lang, "{n} new message about your orders", "{n} new messages about your orders", fresh.total), &n, 1),
                                     "/notices", "bell", 15});
    }
    return NULL;
}

static Err *sweep_write(Tx *tx, void *now)
{
    int64_t count;
    Time before = {((const Time *)now)->ms - KEEP_DAYS * (int64_t)DAY_MS};
    TRY(notice_guest_drop_old(tx, before, &count));
    return notice_drop_old(tx, before, &count);
}

static Err *sweep(JobContext *context)
{
    return db_write(context->store, context->arena, sweep_write, &context->now);
}

static Err *forget(Tx *tx, Id person, Time now)
{
    (void)now;
    TRY(notice_drop_person(tx, person));
    return notice_way_drop_person(tx, person);
}

static Err *export_person(Db *db, Id person, Buf *out)
{
    NoticeRowList rows;
    TRY(notice_list(db, person, STR("en"), SHOWN_MAX, &rows));
    buf_add(out, STR("\"notices\":["));
    for (size_t i = 0; i < rows.len; i++) {
        buf_add(out, i ? STR(",{\"at\":") : STR("{\"at\":"));
        json_write_str(out, time_text(out->arena, rows.at[i].at));
        buf_add(out, STR(",\"text\":"));
        json_write_str(out, notice_says(out->arena, lang_at(0), &rows.at[i]));
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
    return NULL;
}

/* The demo's year of orders was told about long ago: only the last days are left, and most of it was read. */
static Err *demo_write(Tx *tx, void *now)
{
    int64_t count;
    TRY(notice_drop_old(tx, (Time){((const Time *)now)->ms - 14 * (int64_t)DAY_MS}, &count));
    return notice_read_before(tx, (Time){((const Time *)now)->ms - 2 * (int64_t)DAY_MS}, &count);
}

static Err *notice_demo(Demo *demo)
{
    return db_write(demo->store, demo->arena, demo_write, &demo->now);
}

static const ErrText errors[] = {
    {"notice.url", N_("This is no address of a web service. Write it like https://gateway.example.org/messages.")},
    {"notice.none", N_("There is no gateway yet. Name its address first.")},
    {0},
};
static const Job jobs[] = {
    {.name = "notice.guests", .every_ms = 30 * SECOND_MS, .run = guests_placed, .about = N_("Tells guests that their order is placed.")},
    {.name = "notice.sweep", .daily_minute = 200, .run = sweep, .about = N_("Forgets messages older than 90 days.")},
    {0},
};
static const Place places[] = {
    {.path = "/notices/gateway", .label = N_("Text messages and mail"), .icon = "megaphone", .order = 62, .roles = ROLE_ADMIN, .kind = PLACE_VILLAGE},
    {0},
};
static const Route routes[] = {
    GET("/notices", show_notices, SIGNED_IN, "What happened to my orders."),
    POST("/notices/read", read_notices, SIGNED_IN, "All of it is read."),
    GET("/api/v1/notices", list_notices_json, SIGNED_IN, "What happened to my orders, newest first.", .gives = &notice_json_shape, .gives_list = true, .scope = "orders"),
    GET("/me/notices", show_ways, SIGNED_IN, "What I am told, and how."),
    POST("/me/notices", choose_ways, SIGNED_IN, "Chooses it.", .takes = &ways_form),
    POST("/me/notices/off", choose_nothing, SIGNED_IN, "Nothing leaves the house for me."),
    GET("/notices/gateway", show_gateway, HAS_ROLE, "Where text messages are sent to.", .roles = ROLE_ADMIN),
    POST("/notices/gateway", change_gateway, HAS_ROLE, "Changes it.", .roles = ROLE_ADMIN, .takes = &gateway_form),
    POST("/notices/gateway/try", try_gateway, HAS_ROLE, "Sends a test.", .roles = ROLE_ADMIN),
};
const Module notice_module = MODULE("notice", routes, .errors = errors, .hears = notice_hears, .jobs = jobs, .places = places, .today = notice_today, .demo = notice_demo,
                                    .erase_person = forget, .export_person = export_person);
