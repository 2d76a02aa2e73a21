/* Calls: new -> submitted -> pending -> succeeded | failed | unknown -> (asked again) ... A time-out is never a failure. */
#include "pay/call.h"

#include <sodium.h>
#include <string.h>

#include "base/text.h"

/* Asked again after 5 seconds, 10, 20 ... an hour; what nobody knows after two days once a day. */
enum { FIRST_MS = 5 * SECOND_MS, LONGEST_MS = HOUR_MS, OLD_TRIES = 60, STEP_MAX = 50 };

static bool is(Str state, const char *word)
{
    return str_eq(state, str_of(word));
}

/* ---- beginning ---- */

static bool phone_good(Str phone)
{
    for (size_t i = 0; i < phone.len; i++)
        if (phone.at[i] < '0' || phone.at[i] > '9')
            return false;
    return phone.len >= 8 && phone.len <= 15;
}

static Err *call_add(Tx *tx, const PayCallInsertArgs *call, Id by)
{
    if (!rail_find(call->rail))
        return err_field(tx->db.arena, "pay.rail", "rail");
    if (!phone_good(call->phone))
        return err_field(tx->db.arena, "pay.number", "phone");
    if (call->amount.minor <= 0)
        return err_field(tx->db.arena, "pay.amount", "amount");
    TRY(pay_call_insert(tx, call));
    return audit(tx, call->now, by, "pay.call", call->id, call->rail);
}

Err *call_money_in(Tx *tx, Str rail, Id person, Str phone, Money amount, Time now, Id *made)
{
    *made = id_mint();
    return call_add(tx, &(PayCallInsertArgs){.id = *made, .rail = rail, .direction = STR("in"), .person = &person, .phone = phone, .amount = amount, .now = now},
                    person);
}

Err *call_payout(Tx *tx, Id payout, Time now, Id *made)
{
    PayPayout p;
    bool found;
    TRY(pay_payout_by_id(&tx->db, payout, &p, &found));
    if (!found || !is(p.state, "sent"))
        return err_new(tx->db.arena, ERR_CONFLICT, "pay.changed_meanwhile");
    *made = id_mint();
    return call_add(tx, &(PayCallInsertArgs){.id = *made, .rail = p.rail, .direction = STR("out"), .payout = &payout, .phone = p.number,
                                             .amount = p.amount, .now = now}, 0);
}

Err *call_give_up(Tx *tx, Id call, Id by, Time now)
{
    PayCall c;
    bool found;
    int64_t count = 0;
    TRY(pay_call_by_id(&tx->db, call, &c, &found));
    if (found && is(c.direction, "in") && (is(c.state, "unknown") || is(c.state, "pending") || is(c.state, "submitted")))
        TRY(pay_call_put(tx, &(PayCallPutArgs){.id = call, .was = c.state, .state = STR("failed"), .external = c.external, .receipt = c.receipt,
                                               .reason = STR("given up"), .tries = c.tries, .next_at = NULL, .now = now}, &count));
    if (!count)
        return err_new(tx->db.arena, ERR_CONFLICT, "pay.changed_meanwhile");
    return audit(tx, now, by, "pay.call_given_up", call, c.rail);
}

/* ---- what an outcome means ---- */

typedef struct Settling {
    PayCall call;
    RailOutcome outcome;
    Time now;
} Settling;

static Err *call_put(Tx *tx, const Settling *s, const char *state, bool over)
{
    const PayCall *c = &s->call;
    int64_t count, pause = FIRST_MS;
    for (int64_t i = 0; i < c->tries && pause < LONGEST_MS; i++)
        pause *= 2;
    pause = c->tries > OLD_TRIES ? DAY_MS : pause > LONGEST_MS ? LONGEST_MS : pause;
    Time next = {s->now.ms + pause};
    Str external = s->outcome.external.len ? s->outcome.external : c->external, reason = s->outcome.reason.len ? s->outcome.reason : c->reason;
    TRY(pay_call_put(tx, &(PayCallPutArgs){.id = c->id, .was = c->state, .state = str_of(state), .external = utf8_clean(tx->db.arena, utf8_cut(external, 100)),
                                           .receipt = utf8_clean(tx->db.arena, utf8_cut(s->outcome.receipt.len ? s->outcome.receipt : c->receipt, 60)),
                                           .reason = utf8_clean(tx->db.arena, utf8_cut(reason, 100)), .tries = c->tries + 1,
                                           .next_at = over ? NULL : &next, .now = s->now}, &count));
    return count == 1 ? NULL : err_new(tx->db.arena, ERR_CONFLICT, "pay.changed_meanwhile");
}

/* Money came: into the wallet, what really came; late, after we had given it up, where a person looks at it. */
static Err *money_came(Tx *tx, const Settling *s, bool late)
{
    HouseAccount lies, transit;
    Id from, to;
    Money amount = s->outcome.has_amount ? s->outcome.amount : s->call.amount;
    if (!rail_accounts(s->call.rail, &lies, &transit))
        return err_field(tx->db.arena, "pay.rail", "rail");
    TRY(house_account(tx, lies, s->now, &from));
    TRY(late ? house_account(tx, HOUSE_UNIDENTIFIED, s->now, &to) : wallet_need(tx, s->call.person, s->now, &to));
    Posted how = {.name = pay_key(tx->db.arena, "call", s->call.id), .kind = "mobile_in", .ref = pay_key(tx->db.arena, "call", s->call.id)};
    TRY(pay_post(tx, &(Posting){from, to, amount}, 1, &how, s->now));
    return late ? NULL : claim_settle(tx, to, how, s->now);
}

/* A payout that we had given back and that was paid after all: a case for a person. */
static Err *paid_after_all(Tx *tx, const Settling *s)
{
    HouseAccount lies, transit;
    Id from, to;
    if (!rail_accounts(s->call.rail, &lies, &transit))
        return err_field(tx->db.arena, "pay.rail", "rail");
    TRY(house_account(tx, lies, s->now, &from));
    TRY(house_account(tx, HOUSE_UNIDENTIFIED, s->now, &to));
    Posted how = {.name = pay_key(tx->db.arena, "call", s->call.id), .kind = "received", .ref = pay_key(tx->db.arena, "call", s->call.id)};
    return pay_post(tx, &(Posting){to, from, s->call.amount}, 1, &how, s->now);
}

static Err *settle_success(Tx *tx, const Settling *s)
{
    bool late = is(s->call.state, "failed"), out = is(s->call.direction, "out");
    if (!out)
        TRY(money_came(tx, s, late));
    else if (late)
        TRY(paid_after_all(tx, s));
    else
        TRY(payout_paid(tx, s->call.payout, 0, s->now));
    return call_put(tx, s, late ? "late" : "succeeded", true);
}

static Err *settle(Tx *tx, void *arg)
{
    Settling *s = arg;
    PayCall now_there;
    bool found;
    TRY(pay_call_by_id(&tx->db, s->call.id, &now_there, &found));
    if (!found || !str_eq(now_there.state, s->call.state)) /* somebody else asked meanwhile */
        return NULL;
    bool closed = is(s->call.state, "succeeded") || is(s->call.state, "late") || is(s->call.state, "failed");
    if (closed && !(is(s->call.state, "failed") && s->outcome.state == RAIL_SUCCEEDED))
        return call_put(tx, s, str_z(tx->db.arena, s->call.state), true);
    if (is(s->call.direction, "out") && s->outcome.has_amount && s->outcome.amount.minor != s->call.amount.minor)
        s->outcome = (RailOutcome){.state = RAIL_UNKNOWN, .reason = STR("another amount")}; /* the statement decides */
    switch (s->outcome.state) {
    case RAIL_SUCCEEDED:
        return settle_success(tx, s);
    case RAIL_FAILED:
        if (is(s->call.direction, "out"))
            TRY(payout_bounced(tx, s->call.payout, s->outcome.reason, pay_key(tx->db.arena, "call", s->call.id), 0, s->now));
        return call_put(tx, s, "failed", true);
    case RAIL_PENDING:
        return call_put(tx, s, "pending", false);
    case RAIL_UNKNOWN:
        if (is(s->call.direction, "out"))
            TRY(payout_unknown(tx, s->call.payout, s->now));
        return call_put(tx, s, "unknown", false);
    }
    return NULL;
}

/* Written before anything is sent: whatever happens afterwards, it is never begun a second time. */
static Err *mark_submitted(Tx *tx, void *arg)
{
    Settling *s = arg;
    TRY(call_put(tx, s, "submitted", false));
    s->call.state = STR("submitted");
    return NULL;
}

/* ---- a step ---- */

static Err *call_begin(Store *store, Arena *arena, const RailLine *line, const Rail *rail, const RailCall *about, Settling *s)
{
    RailRequest request;
    RailAnswer answer = {0};
    Err *err = rail->submit(arena, &line->config, about, &request);
    if (err) { /* it cannot even be asked: nothing has moved */
        s->outcome = (RailOutcome){.state = RAIL_FAILED, .reason = str_of(err->code)};
        return NULL;
    }
    TRY(db_write(store, arena, mark_submitted, s));
    line->send(line->whose, arena, &request, &answer);
    s->outcome = rail->submitted(arena, &line->config, &answer);
    return NULL;
}

static void call_ask(Arena *arena, const RailLine *line, const Rail *rail, const RailCall *about, Settling *s)
{
    RailRequest request;
    RailAnswer answer = {0};
    if (rail->query(arena, &line->config, about, &request)) { /* no number to ask by: the statement will tell */
        s->outcome = (RailOutcome){.state = RAIL_UNKNOWN};
        return;
    }
    line->send(line->whose, arena, &request, &answer);
    s->outcome = rail->queried(arena, &line->config, &answer);
}

static Err *call_read(Store *store, Arena *arena, Id call, PayCall *out)
{
    Db db;
    bool found;
    TRY(db_read(store, arena, &db));
    TRY(pay_call_by_id(&db, call, out, &found));
    return found ? NULL : err_new(arena, ERR_MISSING, "pay.no_payout");
}

Err *call_step(Store *store, Arena *arena, const RailLine *line, Id call, Time now)
{
    Settling s = {.now = now};
    TRY(call_read(store, arena, call, &s.call));
    const Rail *rail = rail_find(s.call.rail);
    RailCall about = {.id = call, .out = is(s.call.direction, "out"), .amount = s.call.amount, .phone = s.call.phone, .external = s.call.external, .now = now};
    if (!rail)
        return err_field(arena, "pay.rail", "rail");
    if (is(s.call.state, "new"))
        TRY(call_begin(store, arena, line, rail, &about, &s));
    else
        call_ask(arena, line, rail, &about, &s);
    return db_write(store, arena, settle, &s);
}

Err *calls_step_due(Store *store, Arena *arena, const RailLine *line, bool out, Time now, int64_t *stepped)
{
    PayCallList due;
    Db db;
    *stepped = 0;
    TRY(db_read(store, arena, &db));
    TRY(pay_calls_due(&db, line->rail, out ? STR("out") : STR("in"), now, STEP_MAX, &due));
    for (size_t i = 0; i < due.len; i++) {
        TRY(call_step(store, arena, line, due.at[i].id, now));
        (*stepped)++;
    }
    return NULL;
}

static Err *run_way(JobContext *context, Str rail, bool out)
{
    RailLine line;
    PayCallList due;
    Db db;
    bool there;
    int64_t stepped;
    Arena *own = arena_new();
    Err *err = db_read(context->store, own, &db);
    if (!err)
        err = pay_calls_due(&db, rail, out ? STR("out") : STR("in"), context->now, 1, &due);
    bool any = !err && due.len;
    err = err_copy(context->arena, err);
    arena_free(own);
    if (!any)
        return err;
    TRY(rail_line_open(context->store, context->arena, rail, out, &line, &there));
    return there ? calls_step_due(context->store, context->arena, &line, out, context->now, &stepped) : NULL;
}

/* One service that is down does not hold up the other. */
Err *calls_run(JobContext *context)
{
    static const char *const rails[] = {"mpesa", "momo"};
    Err *first = NULL;
    for (size_t i = 0; i < sizeof rails / sizeof *rails; i++)
        for (int out = 0; out < 2; out++) {
            Err *err = run_way(context, str_of(rails[i]), out);
            first = first ? first : err;
        }
    return first;
}

/* ---- hearing ---- */

Err *rail_heard(Tx *tx, Str name, Str body, Time now)
{
    Arena *arena = tx->db.arena;
    const Rail *rail = rail_find(name);
    PayCallList calls = {0};
    unsigned char hash[crypto_hash_sha256_BYTES];
    char hex[2 * sizeof hash + 1];
    int64_t count;
    Str external;
    Id own;
    if (!rail)
        return err_new(arena, ERR_MISSING, "pay.rail");
    crypto_hash_sha256(hash, (const unsigned char *)body.at, body.len);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    bool named = rail->callback(arena, body, &external);
    bool found = named && id_parse(external, &own);
    if (named && !found)
        TRY(pay_call_by_external(&tx->db, name, external, &calls));
    Id call = calls.len == 1 ? calls.at[0].id : 0;
    if (found) {
        PayCall mine;
        TRY(pay_call_by_id(&tx->db, own, &mine, &found));
        call = found && str_eq(mine.rail, name) ? own : 0;
    }
    TRY(pay_rail_event_put(tx, name, (Str){hex, 2 * sizeof hash}, call ? &call : NULL, now));
    return call ? pay_call_soon(tx, call, now, &count) : NULL;
}

Err *call_told(Tx *tx, Id id, const RailConfig *config, Str body, const char *way, Time now)
{
    Arena *arena = tx->db.arena;
    Settling s = {.now = now};
    unsigned char hash[crypto_hash_sha256_BYTES];
    char hex[2 * sizeof hash + 1];
    bool found;
    TRY(pay_call_by_id(&tx->db, id, &s.call, &found));
    const Rail *rail = found ? rail_find(s.call.rail) : NULL;
    if (!rail || !rail->told || !is(s.call.direction, "out"))
        return err_new(arena, ERR_MISSING, "pay.no_payout");
    crypto_hash_sha256(hash, (const unsigned char *)body.at, body.len);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    TRY(pay_rail_event_put(tx, s.call.rail, (Str){hex, 2 * sizeof hash}, &id, now));
    RailCall about = {.id = id, .out = true, .amount = s.call.amount, .phone = s.call.phone, .external = s.call.external, .now = now};
    if (strcmp(way, "timeout") == 0)
        s.outcome = (RailOutcome){.state = RAIL_UNKNOWN};
    else
        s.outcome = rail->told(arena, config, &about, body, strcmp(way, "status") == 0);
    bool news = s.outcome.state == RAIL_SUCCEEDED || s.outcome.state == RAIL_FAILED || strcmp(way, "timeout") == 0;
    return news && !is(s.call.state, "new") ? settle(tx, &s) : NULL;
}
