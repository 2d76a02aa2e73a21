/* Where mobile money services call. At the plain address nothing is decided: it is noted, and the service is asked. At an address that
   carries our sign, which the service alone was given, a message counts: see rail_told.c. */
#include "pay/call.h"
#include "pay/pages.h"
#include "pay/told.h"

typedef struct Heard {
    Req *r;
    Str rail;
} Heard;

static Err *heard_write(Tx *tx, void *arg)
{
    const Heard *heard = arg;
    return rail_heard(tx, heard->rail, heard->r->body, heard->r->now);
}

Err *hear_rail(Req *r)
{
    Heard heard = {r, take_param(r, 0)};
    TRY(db_write(r->store, r->arena, heard_write, &heard));
    return reply_empty(r, 204);
}

/* ---- signed addresses ---- */

typedef struct Telling {
    Req *r;
    Str rail, way;
    Id call;
    RailConfig config;
} Telling;

static Err *telling_read(Req *r, bool of_call, Telling *t)
{
    RailSettings *settings = NEW(r->arena, RailSettings);
    *t = (Telling){.r = r, .rail = STR("mpesa"), .way = take_param(r, 0)};
    if (of_call)
        TRY(take_id(r, 2, &t->call));
    TRY(rail_settings(&r->db, t->rail, settings));
    t->config = rail_config(settings, r->village.currency);
    return rail_signed(&t->config, t->way, t->call, take_param(r, 1)) ? NULL : err_new(r->arena, ERR_MISSING, "pay.rail");
}

static Err *said(Req *r, const char *code, const char *words)
{
    return reply_bytes(r, 200, "application/json", str_format(r->arena, "{\"ResultCode\":%s,\"ResultDesc\":\"%s\"}", code, words));
}

static Err *paid_write(Tx *tx, void *arg)
{
    const Telling *t = arg;
    return told_paid(tx, t->rail, &t->config, t->r->body, t->r->now);
}

/* Before the money moves: whether we take it. */
static Err *say_whether(Req *r, const Telling *t)
{
    static const struct {
        const char *err, *code, *words;
    } refusals[] = {{"pay.nobody", "\"C2B00012\"", "Invalid account number"}, {"pay.told_amount", "\"C2B00013\"", "Invalid amount"},
                    {"pay.told_code", "\"C2B00015\"", "Invalid short code"}};
    Err *err = told_check(&r->db, t->rail, &t->config, r->body);
    for (size_t i = 0; err && i < sizeof refusals / sizeof *refusals; i++)
        if (err_is(err, refusals[i].err))
            return said(r, refusals[i].code, refusals[i].words);
    return err ? err : said(r, "0", "Accepted");
}

Err *hear_payment(Req *r)
{
    Telling t;
    TRY(telling_read(r, false, &t));
    if (str_eq(t.way, STR("check")))
        return say_whether(r, &t);
    if (!str_eq(t.way, STR("paid")))
        return err_new(r->arena, ERR_MISSING, "pay.rail");
    TRY(db_write(r->store, r->arena, paid_write, &t)); /* on disk before it is acknowledged: else it is told again */
    return said(r, "0", "Success");
}

static Err *outcome_write(Tx *tx, void *arg)
{
    const Telling *t = arg;
    return call_told(tx, t->call, &t->config, t->r->body, str_z(tx->db.arena, t->way), t->r->now);
}

Err *hear_outcome(Req *r)
{
    Telling t;
    TRY(telling_read(r, true, &t));
    if (!str_eq(t.way, STR("result")) && !str_eq(t.way, STR("status")) && !str_eq(t.way, STR("timeout")))
        return err_new(r->arena, ERR_MISSING, "pay.rail");
    TRY(db_write(r->store, r->arena, outcome_write, &t));
    return said(r, "0", "Success");
}
