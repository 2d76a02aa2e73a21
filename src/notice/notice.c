/* An order's event becomes a notice, in the event's own transaction; mail and calls leave by the outbox after it. */
#include "notice/notice.h"

#include <string.h>

#include "base/json.h"
#include "identity/identity.h"
#include "market/market.h"

enum {
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
    Time now;
} Telling;

static Err *tell_by_mail(Tx *tx, const Telling *t)
{
    Arena *arena = tx->db.arena;
    Str says = notice_says(arena, t->lang, &t->row), order = id_text(arena, t->row.order_group);
    Buf text = buf_new(arena, 4000);
    if (!t->reach.email.len || !mail_possible())
        return NULL;
    buf_addf(&text, "%.*s\n%.*s\n", STR_ARG(says), STR_ARG(notice_more(arena, t->lang, &t->row)));
    if (t->base.len) {
        TextArg link = {"link", str_format(arena, "%.*s/me/notices", STR_ARG(t->base))};
        buf_addf(&text, "\n%.*s/orders/%.*s\n\n", STR_ARG(t->base), STR_ARG(order));
        buf_add(&text, tr_fill(arena, tr(t->lang, N_("What you are told, and how, is yours to choose: {link}")), &link, 1));
        buf_add(&text, STR("\n"));
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
                   {"text", str_format(arena, "%.*s %.*s", STR_ARG(notice_says(arena, t->lang, &t->row)), STR_ARG(notice_more(arena, t->lang, &t->row)))}};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        buf_addf(&body, ",\"%s\":", members[i].name);
        json_write_str(&body, members[i].value);
    }
    buf_add_char(&body, '}');
    return webhook_add(tx, t->now, str_format(arena, "notice:%.*s", STR_ARG(id_text(arena, t->person))), &(Webhook){url, secret, buf_str(&body)});
}

static Err *tell(Tx *tx, const EventOf *event, const OrderPart *part, Id notice, const NoticeChoice *choice, Time now)
{
    Village here = village_at(&tx->db);
    Telling t = {.person = part->buyer, .base = config_text("public_url"), .now = now};
    bool found;
    while (str_ends(t.base, STR("/")))
        t.base.len--;
    TRY(person_reach(&tx->db, part->buyer, &t.reach, &found));
    if (!found)
        return NULL;
    t.lang = lang_find(t.reach.lang.len ? t.reach.lang : here.lang);
    t.lang = t.lang ? t.lang : lang_at(0);
    TRY(notice_one(&tx->db, notice, str_of(lang_tag(t.lang)), &t.row, &found));
    if (found && choice->wanted[event->kind][BY_MAIL])
        TRY(tell_by_mail(tx, &t));
    return found && choice->wanted[event->kind][BY_TEXT] ? tell_by_text(tx, &t) : NULL;
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
    if (!part.buyer)
        return NULL; /* a guest: the link they keep shows it */
    TRY(notice_actor(&tx->db, part.order, &actor, &found));
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
HEARD(amended, 0)
HEARD(short_of, 1)
HEARD(substituted, 2)
HEARD(cancelled, 3)
HEARD(expired, 4)
HEARD(weighed, 5)
HEARD(packed, 6)
HEARD(missed, 7)
HEARD(refunded, 8)
HEARD(recalled, 9)
const Hear notice_hears[] = {
    {"order.amended", amended}, {"order.short", short_of},   {"order.substituted", substituted}, {"order.cancelled", cancelled}, {"order.expired", expired},
    {"order.weighed", weighed}, {"order.packed", packed},    {"order.missed", missed},           {"order.refunded", refunded},
    {"order.recalled", recalled}, {0},
};
