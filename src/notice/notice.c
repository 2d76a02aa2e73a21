/* An order's event becomes a notice, in the event's own transaction; mail and calls leave by the outbox after it. */
#include "notice/notice.h"

#include <string.h>

#include "base/json.h"
#include "identity/identity.h"
#include "market/market.h"

enum {
    ID_TIME_SHIFT = 22,                /* base/id.h: node and sequence stand below the milliseconds */
    KEPT_MAX = 100,                    /* of one person, in the app */
    A_DAY_MAX = 40,                    /* of one person: beyond it only the app tells */
    AGAIN_MS = 10 * MINUTE_MS,         /* the same once more within this time is not sent again */
};

typedef struct EventOf {
    const char *event;
    NoticeKind kind;
    const char *says; /* N_() */
} EventOf;
static const EventOf events[] = {
    {"order.placed", NOTICE_CHANGED, N_("Your order {code} is placed.")}, /* to guests only: members see it under their orders */
    {"order.amended", NOTICE_CHANGED, N_("Your order {code} was changed.")},
    {"order.short", NOTICE_CHANGED, N_("Something is missing in your order {code}.")},
    {"order.substituted", NOTICE_CHANGED, N_("Something in your order {code} was replaced.")},
    {"order.cancelled", NOTICE_CHANGED, N_("Your order {code} was cancelled.")},
    {"order.expired", NOTICE_CHANGED, N_("Your order {code} has lapsed.")},
    {"order.weighed", NOTICE_WEIGHED, N_("Your order {code} was weighed.")},
    {"order.packed", NOTICE_READY, N_("Your order {code} is ready to be collected.")},
    {"order.missed", NOTICE_MISSED, N_("Nobody collected your order {code}.")},
    {"order.refunded", NOTICE_REFUND, N_("Money for your order {code} is on its way back to you.")},
    {"order.recalled", NOTICE_CHANGED, N_("Something in your order {code} is called back. Please do not eat it, and look at the order.")},
};

static const EventOf *event_find(Str event)
{
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        if (str_eq(str_of(events[i].event), event))
            return &events[i];
    return NULL;
}

/* ---- words ---- */

Str notice_says(Arena *arena, const Lang *lang, const NoticeRow *row)
{
    const EventOf *event = event_find(row->event);
    TextArg code = {"code", str_format(arena, "%.*s %.*s", STR_ARG(str_slice(row->code, 0, 3)), STR_ARG(str_slice(row->code, 3, row->code.len)))};
    return event ? tr_fill(arena, tr(lang, event->says), &code, 1) : row->event;
}

Str notice_more(Arena *arena, const Lang *lang, const NoticeRow *row)
{
    TextArg args[] = {{"seller", row->seller}, {"amount", say_money(arena, lang, row->amount, row->currency)}};
    return tr_fill(arena, tr(lang, N_("From {seller}. It comes to {amount} now.")), args, 2);
}

/* ---- ways ---- */

const char *const notice_kind_words[NOTICE_KINDS] = {"changed", "weighed", "ready", "missed", "refund"};
const char *const notice_by_words[NOTICE_BYS] = {"app", "mail", "text"};

/* Mail for all but each weighing, which comes line by line; a text message only for what must not be overlooked. */
static const NoticeChoice standard = {.wanted = {[NOTICE_CHANGED] = {true, true, false},
                                                 [NOTICE_WEIGHED] = {true, false, false},
                                                 [NOTICE_READY] = {true, true, true},
                                                 [NOTICE_MISSED] = {true, true, true},
                                                 [NOTICE_REFUND] = {true, true, false}}};

static int word_find(const char *const *words, int len, Str word)
{
    for (int i = 0; i < len; i++)
        if (str_eq(str_of(words[i]), word))
            return i;
    return -1;
}

Err *notice_choice(Db *db, Id person, NoticeChoice *out)
{
    NoticeWayList ways;
    *out = standard;
    TRY(notice_way_list(db, person, &ways));
    for (size_t i = 0; i < ways.len; i++) {
        int kind = word_find(notice_kind_words, NOTICE_KINDS, ways.at[i].kind), by = word_find(notice_by_words, NOTICE_BYS, ways.at[i].way);
        if (kind >= 0 && by >= 0)
            out->wanted[kind][by] = ways.at[i].wanted;
    }
    return NULL;
}

Err *notice_choice_put(Tx *tx, Id person, const NoticeChoice *choice)
{
    TRY(notice_way_drop_person(tx, person));
    for (int kind = 0; kind < NOTICE_KINDS; kind++)
        for (int by = 0; by < NOTICE_BYS; by++)
            if (choice->wanted[kind][by] != standard.wanted[kind][by])
                TRY(notice_way_put(tx, person, str_of(notice_kind_words[kind]), str_of(notice_by_words[by]), choice->wanted[kind][by]));
    return NULL;
}

Err *gateway_of(Db *db, Str *url, Str *secret)
{
    TRY(setting_get(db, GATEWAY_URL, STR(""), url));
    return setting_get(db, GATEWAY_SECRET, STR(""), secret);
}

/* ---- sending ---- */

typedef struct Telling {
    Id person;
    PersonReach reach;
    const Lang *lang;
    NoticeRow row;
    Str base; /* "https://shop.example.org", or empty */
    Str path; /* of the order */
    bool guest;
    Time now;
} Telling;

static Err *tell_by_mail(Tx *tx, const Telling *t)
{
    Arena *arena = tx->db.arena;
    Str says = notice_says(arena, t->lang, &t->row);
    Buf text = buf_new(arena, 4000);
    if (!t->reach.email.len || !mail_possible())
        return NULL;
    buf_addf(&text, "%.*s\n%.*s\n", STR_ARG(says), STR_ARG(notice_more(arena, t->lang, &t->row)));
    if (t->base.len) {
        TextArg link = {"link", str_format(arena, "%.*s/me/notices", STR_ARG(t->base))};
        buf_addf(&text, "\n%.*s%.*s\n", STR_ARG(t->base), STR_ARG(t->path));
        if (!t->guest)
            buf_addf(&text, "\n%.*s\n", STR_ARG(tr_fill(arena, tr(t->lang, N_("What you are told, and how, is yours to choose: {link}")), &link, 1)));
    }
    Err *err = mail_add(tx, t->now, &(Mail){t->reach.email, says, buf_str(&text)});
    return err_is(err, "mail.address") ? NULL : err; /* typed wrongly by its owner: not the order's fault */
}

static Err *tell_by_text(Tx *tx, const Telling *t)
{
    Arena *arena = tx->db.arena;
    Str url, secret;
    TRY(gateway_of(&tx->db, &url, &secret));
    if (!url.len || !t->reach.phone.len)
        return NULL;
    Buf body = buf_new(arena, 8000);
    buf_add(&body, STR("{\"type\":"));
    json_write_str(&body, t->row.event);
    const struct {
        const char *name;
        Str value;
    } members[] = {{"notice", id_text(arena, t->row.id)},
                   {"at", time_text(arena, t->now)},
                   {"phone", t->reach.phone},
                   {"language", str_of(lang_tag(t->lang))},
                   {"order", id_text(arena, t->row.order_group)},
                   {"code", t->row.code},
                   {"text", str_format(arena, "%.*s %.*s%s%.*s%.*s", STR_ARG(notice_says(arena, t->lang, &t->row)), STR_ARG(notice_more(arena, t->lang, &t->row)),
                                        t->guest && t->base.len ? " " : "", STR_ARG(t->guest ? t->base : STR("")), STR_ARG(t->guest && t->base.len ? t->path : STR("")))}};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        buf_addf(&body, ",\"%s\":", members[i].name);
        json_write_str(&body, members[i].value);
    }
    buf_add_char(&body, '}');
    return webhook_add(tx, t->now, str_format(arena, "notice:%.*s", STR_ARG(id_text(arena, t->guest ? t->row.order_group : t->person))), &(Webhook){url, secret, buf_str(&body)});
}

static Str base_url(void)
{
    Str base = config_text("public_url");
    while (str_ends(base, STR("/")))
        base.len--;
    return base;
}

static Err *tell(Tx *tx, const EventOf *event, const OrderPart *part, Id notice, const NoticeChoice *choice, Time now)
{
    Village here = village_at(&tx->db);
    Telling t = {.person = part->buyer, .base = base_url(), .now = now};
    bool found;
    TRY(person_reach(&tx->db, part->buyer, &t.reach, &found));
    if (!found)
        return NULL;
    t.lang = lang_find(t.reach.lang.len ? t.reach.lang : here.lang);
    t.lang = t.lang ? t.lang : lang_at(0);
    TRY(notice_one(&tx->db, notice, str_of(lang_tag(t.lang)), &t.row, &found));
    t.path = str_format(tx->db.arena, "/orders/%.*s", STR_ARG(id_text(tx->db.arena, t.row.order_group)));
    if (found && choice->wanted[event->kind][BY_MAIL])
        TRY(tell_by_mail(tx, &t));
    return found && choice->wanted[event->kind][BY_TEXT] ? tell_by_text(tx, &t) : NULL;
}

/* ---- guests ---- */

/* A guest cannot choose, so only what matters is told: not each weighing, nor what they did themselves. */
static bool guest_hears(const EventOf *event, bool by_nobody)
{
    Str name = str_of(event->event);
    if (event->kind == NOTICE_WEIGHED)
        return false;
    return !by_nobody || (!str_eq(name, STR("order.amended")) && !str_eq(name, STR("order.cancelled")));
}

static Err *tell_guest(Tx *tx, const EventOf *event, Id part, Time now)
{
    Arena *arena = tx->db.arena;
    NoticeGuest g;
    NoticeTold told;
    Telling t = {.guest = true, .base = base_url(), .now = now};
    bool found, before;
    Str url, secret;
    TRY(gateway_of(&tx->db, &url, &secret));
    if (!url.len && !mail_possible())
        return NULL;
    TRY(notice_guest_of(&tx->db, part, STR(""), &g, &found));
    if (!found || (!g.phone.len && !g.email.len))
        return NULL;
    TRY(notice_guest_told(&tx->db, part, str_of(event->event), &told, &before));
    if (before && now.ms - told.at.ms < AGAIN_MS)
        return NULL;
    t.lang = lang_find(g.lang);
    t.lang = t.lang ? t.lang : lang_at(0);
    TRY(notice_guest_of(&tx->db, part, str_of(lang_tag(t.lang)), &g, &found)); /* the seller's name as the guest reads it */
    t.reach = (PersonReach){.email = g.email, .phone = g.phone};
    t.row = (NoticeRow){.id = part, .event = str_of(event->event), .order_group = g.order_group, .amount = g.amount, .at = now, .code = g.code,
                        .currency = g.currency, .seller = g.seller};
    t.path = str_format(arena, "/o/%.*s%.*s", STR_ARG(id_text(arena, g.order_group)), STR_ARG(g.secret));
    TRY(notice_guest_tell(tx, part, str_of(event->event), now));
    TRY(tell_by_mail(tx, &t));
    return tell_by_text(tx, &t);
}

typedef struct Placed {
    NoticePartList parts;
    Time now;
} Placed;

static Err *placed_write(Tx *tx, void *arg)
{
    const Placed *p = arg;
    for (size_t i = 0; i < p->parts.len; i++)
        TRY(tell_guest(tx, &events[0], p->parts.at[i].id, p->now));
    return NULL;
}

Err *guests_placed(JobContext *context)
{
    enum { LOOK_BACK_MS = HOUR_MS, BATCH = 200 };
    Placed placed = {.now = context->now};
    Db db;
    Str url, secret;
    TRY(db_read(context->store, context->arena, &db));
    TRY(gateway_of(&db, &url, &secret));
    if (!url.len && !mail_possible())
        return NULL;
    Time since = {context->now.ms - LOOK_BACK_MS};
    Id floor = id_mint() - ((Id)DAY_MS << ID_TIME_SHIFT); /* a day of ids is enough to look through */
    TRY(notice_guest_new(&db, floor, since, BATCH, &placed.parts));
    return placed.parts.len ? db_write(context->store, context->arena, placed_write, &placed) : NULL;
}

/* ---- listening ---- */

static Err *heard(Tx *tx, const EventOf *event, Id part_id, Time now)
{
    OrderPart part;
    NoticeActor actor = {0};
    NoticeChoice choice;
    NoticeWaiting waiting;
    NoticeCount recent;
    bool found, again;
    int64_t count;
    Str name = str_of(event->event);
    TRY(order_part(&tx->db, part_id, &part));
    TRY(notice_actor(&tx->db, part.order, &actor, &found));
    if (!part.buyer)
        return guest_hears(event, !actor.actor) ? tell_guest(tx, event, part_id, now) : NULL;
    if (found && actor.actor == part.buyer && !str_eq(name, STR("order.recalled")))
        return NULL; /* who did it knows it */
    TRY(notice_choice(&tx->db, part.buyer, &choice));
    TRY(notice_waiting(&tx->db, part.buyer, part_id, name, &waiting, &again));
    if (again) {
        TRY(notice_again(tx, waiting.id, part.total, now, &count));
        return now.ms - waiting.at.ms < AGAIN_MS ? NULL : tell(tx, event, &part, waiting.id, &choice, now);
    }
    TRY(notice_recent(&tx->db, part.buyer, (Time){now.ms - DAY_MS}, &recent));
    Id id = id_mint();
    TRY(notice_insert(tx, &(NoticeInsertArgs){.id = id, .person = part.buyer, .event = name, .part = part_id, .order_group = part.order,
                                              .amount = part.total, .now = now, .seen = !choice.wanted[event->kind][BY_APP]}));
    TRY(notice_keep(tx, part.buyer, KEPT_MAX, &count));
    return recent.total < A_DAY_MAX ? tell(tx, event, &part, id, &choice, now) : NULL;
}

#define HEARD(function, index) \
    static Err *function(Tx *tx, Id part, Time now) { return heard(tx, &events[index], part, now); }
HEARD(amended, 1)
HEARD(short_of, 2)
HEARD(substituted, 3)
HEARD(cancelled, 4)
HEARD(expired, 5)
HEARD(weighed, 6)
HEARD(packed, 7)
HEARD(missed, 8)
HEARD(refunded, 9)
HEARD(recalled, 10)
const Hear notice_hears[] = {
    {"order.amended", amended}, {"order.short", short_of},   {"order.substituted", substituted}, {"order.cancelled", cancelled}, {"order.expired", expired},
    {"order.weighed", weighed}, {"order.packed", packed},    {"order.missed", missed},           {"order.refunded", refunded},
    {"order.recalled", recalled}, {0},
};
