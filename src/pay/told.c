/* A payment that comes by itself (C2B): the message stands as a line of the service's statement that came early, so that explaining
   it, undoing it and finding it again in the file are the same as for any other line. */
#include "pay/told.h"

#include <sodium.h>

#include "base/text.h"
#include "market/market.h"

static Str sha256_hex(Arena *arena, Str text)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char *hex = arena_alloc(arena, 2 * sizeof hash + 1);
    crypto_hash_sha256(hash, (const unsigned char *)text.at, text.len);
    sodium_bin2hex(hex, 2 * sizeof hash + 1, hash, sizeof hash);
    return (Str){hex, 2 * sizeof hash};
}

/* ---- whose it is ---- */

static Str phone_tail(Arena *arena, Str text)
{
    char *digits = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '*') /* hidden by the service */
            return (Str){0};
        if (text.at[i] >= '0' && text.at[i] <= '9')
            digits[len++] = text.at[i];
    }
    return (Str){digits + (len > 8 ? len - 8 : 0), len > 8 ? 8 : len};
}

/* One member and no other. */
static Err *member_of(Db *db, Str words, Str phone, ToldFor *out)
{
    PayMemberList found = {0};
    Str tail = phone_tail(db->arena, phone);
    if (words.len)
        TRY(pay_member_find(db, text_fold(db->arena, words), &found));
    if (!found.len && tail.len >= 7)
        TRY(pay_member_find(db, tail, &found));
    if (found.len == 1)
        *out = (ToldFor){.what = "wallet", .subject = found.at[0].id, .known = true};
    return NULL;
}

/* An order's long number, as payment codes hold it, or the six digits that its buyer was told. */
static Err *order_of(Db *db, Str words, ToldFor *out)
{
    PayOrderLook order;
    PayOrderLookList open;
    Id id;
    bool found = false;
    if (id_parse(words, &id)) {
        TRY(pay_order_look(db, id, &order, &found));
    } else if (words.len == 6) {
        TRY(pay_orders_of_code(db, words, &open));
        found = open.len == 1;
        order = found ? open.at[0] : (PayOrderLook){0};
    }
    if (found)
        *out = (ToldFor){.what = order.buyer ? "wallet" : "unidentified", .subject = order.buyer, .order = order.buyer ? order.id : 0, .known = true};
    return NULL;
}

Err *told_for(Db *db, Str rail, const RailReceipt *receipt, ToldFor *out)
{
    PayCall call;
    Id id;
    bool found = id_parse(receipt->reference, &id);
    *out = (ToldFor){.what = "unidentified"};
    if (found)
        TRY(pay_call_by_id(db, id, &call, &found));
    if (found && str_eq(call.rail, rail) && str_eq(call.direction, STR("in"))) { /* what we asked a phone for is told of here, too */
        *out = (ToldFor){.what = "call", .subject = id, .known = true};
        return NULL;
    }
    TRY(order_of(db, receipt->reference, out));
    if (!out->known) /* without a word it is the payer's own */
        TRY(member_of(db, receipt->reference, receipt->reference.len ? receipt->reference : receipt->phone, out));
    return NULL;
}

/* ---- before ---- */

Err *told_check(Db *db, Str name, const RailConfig *config, Str body)
{
    const Rail *rail = rail_find(name);
    RailReceipt receipt;
    ToldFor whose;
    if (!rail || !rail->receipt || !rail->receipt(db->arena, config, body, &receipt))
        return err_new(db->arena, ERR_INVALID, "pay.told_amount");
    if (!str_eq(receipt.short_code, config->short_code))
        return err_new(db->arena, ERR_INVALID, "pay.told_code");
    TRY(told_for(db, name, &receipt, &whose));
    return whose.known ? NULL : err_new(db->arena, ERR_INVALID, "pay.nobody");
}

/* ---- after ---- */

/* All messages of a service are one "file", read by whoever connected it. */
static Err *messages_need(Tx *tx, Str rail, Date day, Time now, Id *import)
{
    PayImport there;
    Str by_text;
    Id by;
    bool found;
    TRY(pay_import_told(&tx->db, rail, &there, &found));
    *import = found ? there.id : id_mint();
    if (found)
        return NULL;
    TRY(setting_get(&tx->db, str_z(tx->db.arena, str_format(tx->db.arena, "pay.%.*s.by", STR_ARG(rail))), STR(""), &by_text));
    if (!id_parse(by_text, &by))
        return err_new(tx->db.arena, ERR_MISSING, "rail.none");
    return pay_import_insert(tx, &(PayImportInsertArgs){.id = *import, .source = rail, .name = STR("messages"), .hash = STR("told"), .lines = 0, .fresh = 0,
                                                        .last_on = day, .by = by, .now = now});
}

static Err *line_tell(Tx *tx, Str rail, const RailReceipt *r, Time now, Id *line, bool *fresh)
{
    Arena *arena = tx->db.arena;
    Id import;
    int64_t count;
    TRY(messages_need(tx, rail, r->on, now, &import));
    *line = id_mint();
    Str key = sha256_hex(arena, str_format(arena, "told;%zu:%.*s;%lld", r->number.len, STR_ARG(r->number), (long long)r->amount.minor));
    TRY(pay_line_put(tx, &(PayLinePutArgs){.id = *line, .source = rail, .line_key = key, .occurrence = 1, .import = import, .booked_on = r->on,
                                           .amount = r->amount, .bank_ref = utf8_clean(arena, utf8_cut(r->number, 60)), .end_to_end = STR(""),
                                           .party = utf8_clean(arena, utf8_cut(r->party, 140)), .account = utf8_clean(arena, utf8_cut(r->phone, 40)),
                                           .words = utf8_clean(arena, utf8_cut(r->reference, 100)), .told = 1, .now = now}, &count));
    *fresh = count == 1;
    return NULL;
}

/* Money for an order that would be paid when it is collected: kept aside for it at once, when it is enough. */
static Err *order_follow(Tx *tx, const RailReceipt *r, const ToldFor *whose, Time now)
{
    PayOrderLook order;
    Money left;
    bool found;
    if (!whose->order)
        return NULL;
    TRY(pay_order_look(&tx->db, whose->order, &order, &found));
    TRY(wallet_left(&tx->db, whose->subject, &left));
    bool due = found && order.open && str_eq(order.payment_method, STR("at_pickup"));
    if (!due || r->amount.minor < order.total.minor || left.minor < order.total.minor)
        return NULL;
    Err *err = order_pay_ahead(tx, order.id, order.buyer, now);
    return err_is(err, "order.not_now") ? NULL : err; /* some of it was handed over already: it stays in the wallet */
}

static Err *told_book(Tx *tx, Str rail, const RailReceipt *r, Id line, bool doubtful, Time now)
{
    ToldFor whose;
    PayCall call;
    bool found = false;
    TRY(told_for(&tx->db, rail, r, &whose));
    if (whose.subject && str_eq(str_of(whose.what), STR("call")))
        TRY(pay_call_by_id(&tx->db, whose.subject, &call, &found));
    /* A payment that we asked for comes as we asked, and one that was given up waits for a person. */
    bool odd = found && (call.amount.minor != r->amount.minor || str_eq(call.state, STR("failed")) || str_eq(call.state, STR("late")));
    if (doubtful || odd)
        return NULL;
    TRY(line_match(tx, &(MatchAct){.line = line, .what = whose.what, .subject = whose.subject}, now));
    return order_follow(tx, r, &whose, now);
}

Err *told_paid(Tx *tx, Str name, const RailConfig *config, Str body, Time now)
{
    Arena *arena = tx->db.arena;
    const Rail *rail = rail_find(name);
    RailReceipt r;
    PayLineList there;
    Id line;
    bool fresh, doubtful = false;
    bool good = rail && rail->receipt && rail->receipt(arena, config, body, &r) && str_eq(r.short_code, config->short_code);
    TRY(pay_rail_event_put(tx, name, sha256_hex(arena, body), NULL, now));
    if (!good)
        return NULL;
    TRY(pay_lines_of_number(&tx->db, name, r.number, &there));
    for (size_t i = 0; i < there.len; i++) {
        if (there.at[i].amount.minor == r.amount.minor || there.at[i].told != 1)
            return NULL; /* told before, or a statement has said already what it was */
        doubtful = true;
    }
    TRY(line_tell(tx, name, &r, now, &line, &fresh));
    return fresh ? told_book(tx, name, &r, line, doubtful, now) : NULL;
}
