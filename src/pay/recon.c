/* Reconciliation: every booking of a statement gets exactly one posting, which can be taken back for ever. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "pay/recon.h"

enum { SAME_AMOUNT = 20, GUESSES_MAX = 6 };

static bool is(Str state, const char *word)
{
    return str_eq(state, str_of(word));
}

static Str sha256_hex(Arena *arena, Str text)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char *hex = arena_alloc(arena, 2 * sizeof hash + 1);
    crypto_hash_sha256(hash, (const unsigned char *)text.at, text.len);
    sodium_bin2hex(hex, 2 * sizeof hash + 1, hash, sizeof hash);
    return (Str){hex, 2 * sizeof hash};
}

/* ---- taking a file in ---- */

/* What a line says, without its place in the file: the same booking has the same key in every file. */
static Str line_key(Arena *arena, const StatementLine *l)
{
    Buf text = buf_new(arena, 8192);
    buf_addf(&text, "%d;%lld;", l->booked_on.days, (long long)l->amount.minor);
    const Str parts[] = {l->bank_ref, l->end_to_end, l->party, l->account, l->text};
    for (size_t i = 0; i < 5; i++)
        buf_addf(&text, "%zu:%.*s;", parts[i].len, STR_ARG(parts[i]));
    if (l->has_balance) /* two equal payments of one day differ in the balance after them */
        buf_addf(&text, "%lld", (long long)l->balance.minor);
    return sha256_hex(arena, buf_str(&text));
}

typedef struct KeyAt {
    Str key; /* of one length: they are hashes */
    size_t at;
} KeyAt;

static int by_key(const void *a, const void *b)
{
    const KeyAt *x = a, *y = b;
    int order = memcmp(x->key.at, y->key.at, x->key.len);
    return order ? order : (x->at > y->at) - (x->at < y->at);
}

/* Two lines that say the same in one file are two bookings: twice 3.50 on one day is real. The n-th of equals is number n. */
int64_t *line_occurrences(Arena *arena, const Str *keys, size_t len)
{
    KeyAt *sorted = NEW_ARRAY(arena, KeyAt, len + 1);
    int64_t *out = NEW_ARRAY(arena, int64_t, len + 1);
    for (size_t i = 0; i < len; i++)
        sorted[i] = (KeyAt){keys[i], i};
    qsort(sorted, len, sizeof *sorted, by_key);
    for (size_t i = 0; i < len; i++)
        out[sorted[i].at] = i && str_eq(sorted[i].key, sorted[i - 1].key) ? out[sorted[i - 1].at] + 1 : 1;
    return out;
}

static Err *line_add(Tx *tx, const ImportAct *act, Id import, const StatementLine *l, Str key, int64_t occurrence, bool *fresh)
{
    int64_t count;
    Id id = id_mint();
    TRY(pay_line_put(tx, &(PayLinePutArgs){.id = id, .source = act->source, .line_key = key, .occurrence = occurrence, .import = import,
                                           .booked_on = l->booked_on, .amount = l->amount, .bank_ref = l->bank_ref, .end_to_end = l->end_to_end,
                                           .party = l->party, .account = l->account, .words = l->text, .told = 0, .now = act->now}, &count));
    *fresh = count == 1;
    return NULL;
}

/* A service told us of it when it happened: it stands here already, and now it is proven. */
static Err *told_before(Tx *tx, const ImportAct *act, const StatementLine *l, bool *told)
{
    PayLineList there;
    int64_t count;
    *told = false;
    if (l->amount.minor <= 0 || !l->bank_ref.len || is(act->source, "bank"))
        return NULL;
    TRY(pay_lines_of_number(&tx->db, act->source, l->bank_ref, &there));
    for (size_t i = 0; i < there.len && !*told; i++)
        if (there.at[i].told && there.at[i].amount.minor == l->amount.minor) {
            TRY(pay_line_seen(tx, there.at[i].id, &count));
            *told = true;
        }
    return NULL;
}

/* Our own number on a payment we sent, with the right amount: nothing to guess. */
static Err *match_by_number(Tx *tx, const PayLine *line, Id by, Time now)
{
    PayPayout p;
    Id id;
    bool found = line->amount.minor < 0 && id_parse(line->end_to_end, &id);
    if (found)
        TRY(pay_payout_by_id(&tx->db, id, &p, &found));
    if (!found || p.amount.minor != -line->amount.minor || !(is(p.state, "sent") || is(p.state, "unknown") || is(p.state, "paid")) ||
        !str_eq(p.rail, line->source))
        return NULL;
    return line_match(tx, &(MatchAct){.line = line->id, .what = "payout", .subject = id, .by = by}, now);
}

/* The number of a movement that the service told us before: the line is that movement, booked long ago. */
static Err *match_by_receipt(Tx *tx, const PayLine *line, Id by, Time now)
{
    PayCallOfLineList calls;
    if (line->amount.minor <= 0 || !line->bank_ref.len || is(line->source, "bank"))
        return NULL;
    TRY(pay_calls_of_line(&tx->db, line->source, line->amount, SAME_AMOUNT, &calls));
    for (size_t i = 0; i < calls.len; i++)
        if (is(calls.at[i].state, "succeeded") && str_eq(calls.at[i].receipt, line->bank_ref))
            return line_match(tx, &(MatchAct){.line = line->id, .what = "call", .subject = calls.at[i].id, .by = by}, now);
    return NULL;
}

Err *statement_import(Tx *tx, const ImportAct *act, Id *made, int64_t *fresh)
{
    Arena *arena = tx->db.arena;
    const BankStatement *s = act->statement;
    Str *keys = NEW_ARRAY(arena, Str, s->lines.len + 1);
    HouseAccount lies, transit;
    PayLineList lines;
    Date last = {0};
    *fresh = 0;
    if (!rail_accounts(act->source, &lies, &transit))
        return err_field(arena, "pay.rail", "source");
    if (s->currency.len && !str_eq(s->currency, village_at(&tx->db).currency))
        return err_arg(arena, err_new(arena, ERR_INVALID, "statement.currency"), "line", STR("1"));
    for (size_t i = 0; i < s->lines.len; i++)
        last = s->lines.at[i].booked_on.days > last.days ? s->lines.at[i].booked_on : last;
    *made = id_mint();
    TRY(pay_import_insert(tx, &(PayImportInsertArgs){.id = *made, .source = act->source, .name = utf8_clean(arena, utf8_cut(act->name, 100)),
                                                     .hash = act->hash, .lines = (int64_t)s->lines.len, .fresh = 0,
                                                     .closing = s->has_closing ? &s->closing : NULL, .last_on = last, .by = act->by,
                                                     .now = act->now}));
    for (size_t i = 0; i < s->lines.len; i++)
        keys[i] = line_key(arena, &s->lines.at[i]);
    const int64_t *occurrences = line_occurrences(arena, keys, s->lines.len);
    for (size_t i = 0; i < s->lines.len; i++) {
        bool one = false, told;
        TRY(told_before(tx, act, &s->lines.at[i], &told));
        if (!told)
            TRY(line_add(tx, act, *made, &s->lines.at[i], keys[i], occurrences[i], &one));
        *fresh += one;
    }
    TRY(pay_import_fresh(tx, *made, *fresh));
    TRY(pay_lines_of_import(&tx->db, *made, &lines));
    for (size_t i = 0; i < lines.len; i++) {
        TRY(match_by_number(tx, &lines.at[i], act->by, act->now));
        TRY(match_by_receipt(tx, &lines.at[i], act->by, act->now));
    }
    return audit(tx, act->now, act->by, "pay.import", *made, act->source);
}

/* ---- matching ---- */

static Err *line_look(Tx *tx, Id id, PayLine *out)
{
    bool found;
    TRY(pay_line_by_id(&tx->db, id, out, &found));
    return found ? NULL : err_new(tx->db.arena, ERR_MISSING, "pay.no_line");
}

static Str match_name(Arena *arena, const PayLine *line)
{
    return str_format(arena, "line/%.*s/%lld", STR_ARG(id_text(arena, line->id)), (long long)line->round);
}

/* The account that a match books against, beside the one the statement is about. */
static Err *other_side(Tx *tx, const MatchAct *act, const PayLine *line, Time now, Id *out)
{
    bool in = line->amount.minor > 0, found;
    Str what = str_of(act->what);
    PayMember member;
    if (is(what, "wallet") && in) {
        TRY(pay_member(&tx->db, act->subject, &member, &found));
        return found ? wallet_need(tx, act->subject, now, out) : err_field(tx->db.arena, "pay.nobody", "who");
    }
    if (is(what, "cash") && in)
        return house_account(tx, HOUSE_TRANSIT_CASH, now, out);
    if (is(what, "fee") && !in)
        return house_account(tx, HOUSE_RAIL_FEES, now, out);
    if (is(what, "unidentified"))
        return house_account(tx, HOUSE_UNIDENTIFIED, now, out);
    if (is(what, "opening"))
        return house_account(tx, HOUSE_OPENING, now, out);
    return err_field(tx->db.arena, "pay.match", "what");
}

/* A payment that we asked somebody's phone for. Known to have come: it is booked already. Not known: the statement is the
   answer, and the money goes to the wallet now. */
static Err *match_call(Tx *tx, const MatchAct *act, const PayLine *line, Time now)
{
    Arena *arena = tx->db.arena;
    PayCallOfLineList calls;
    PayCall c;
    HouseAccount where, on_way;
    Id lies, wallet;
    int64_t count;
    bool found = false;
    TRY(pay_calls_of_line(&tx->db, line->source, line->amount, SAME_AMOUNT, &calls));
    for (size_t i = 0; i < calls.len; i++)
        found = found || calls.at[i].id == act->subject;
    if (found)
        TRY(pay_call_by_id(&tx->db, act->subject, &c, &found));
    if (!found || !rail_accounts(line->source, &where, &on_way))
        return err_field(arena, "pay.match", "what");
    if (is(c.state, "succeeded"))
        return NULL;
    TRY(house_account(tx, where, now, &lies));
    TRY(wallet_need(tx, c.person, now, &wallet));
    Posted how = {.name = match_name(arena, line), .kind = "mobile_in", .ref = pay_key(arena, "call", c.id), .actor = act->by};
    TRY(pay_post(tx, &(Posting){lies, wallet, line->amount}, 1, &how, now));
    TRY(pay_call_put(tx, &(PayCallPutArgs){.id = c.id, .was = c.state, .state = STR("succeeded"), .external = c.external,
                                           .receipt = utf8_cut(line->bank_ref, 60), .reason = STR(""), .tries = c.tries, .now = now}, &count));
    if (count != 1)
        return err_new(arena, ERR_CONFLICT, "pay.changed_meanwhile");
    return claim_settle(tx, wallet, how, now);
}

/* The line that proved it was something else: nobody knows again, and the service is asked. */
static Err *call_unproved(Tx *tx, Id call, Time now)
{
    PayCall c;
    int64_t count;
    bool found;
    TRY(pay_call_by_id(&tx->db, call, &c, &found));
    if (!found)
        return NULL;
    return pay_call_put(tx, &(PayCallPutArgs){.id = c.id, .was = c.state, .state = STR("unknown"), .external = c.external, .receipt = STR(""),
                                              .reason = STR(""), .tries = 0, .next_at = &now, .now = now}, &count);
}

static Err *match_post(Tx *tx, const MatchAct *act, const PayLine *line, Time now)
{
    Arena *arena = tx->db.arena;
    HouseAccount where, on_way;
    Id lies, other;
    bool in = line->amount.minor > 0;
    Str what = str_of(act->what), name = match_name(arena, line);
    if (is(what, "payout") && !in)
        return payout_reconciled(tx, act->subject, name, act->by, now);
    if (is(what, "bounce") && in)
        return payout_bounced(tx, act->subject, line->words, name, act->by, now);
    if (is(what, "call") && in)
        return match_call(tx, act, line, now);
    if (!rail_accounts(line->source, &where, &on_way))
        return err_field(arena, "pay.rail", "source");
    TRY(other_side(tx, act, line, now, &other));
    TRY(house_account(tx, where, now, &lies));
    const Posting one = {in ? lies : other, in ? other : lies, {in ? line->amount.minor : -line->amount.minor}};
    Posted how = {.name = name, .kind = "received", .ref = pay_key(arena, "line", line->id), .actor = act->by};
    TRY(pay_post(tx, &one, 1, &how, now));
    return is(what, "wallet") ? claim_settle(tx, other, how, now) : NULL;
}

Err *line_match(Tx *tx, const MatchAct *act, Time now)
{
    PayLine line;
    PayPayout p;
    int64_t count;
    bool found;
    TRY(line_look(tx, act->line, &line));
    if (!is(line.state, "open"))
        return err_new(tx->db.arena, ERR_CONFLICT, "pay.changed_meanwhile");
    if (is(str_of(act->what), "payout") || is(str_of(act->what), "bounce")) {
        TRY(pay_payout_by_id(&tx->db, act->subject, &p, &found));
        bool bounce = is(str_of(act->what), "bounce");
        if (!found || !str_eq(p.rail, line.source) || p.amount.minor != (bounce ? line.amount.minor : -line.amount.minor) ||
            (bounce && !is(p.state, "reconciled")))
            return err_field(tx->db.arena, "pay.match", "what");
    }
    TRY(match_post(tx, act, &line, now));
    TRY(pay_line_match(tx, &(PayLineMatchArgs){.id = line.id, .was = STR("open"), .state = STR("matched"), .round = line.round,
                                               .what = str_of(act->what), .subject = act->subject ? &act->subject : NULL,
                                               .by = act->by ? &act->by : NULL, .now = now}, &count));
    if (count != 1)
        return err_new(tx->db.arena, ERR_CONFLICT, "pay.changed_meanwhile");
    return audit(tx, now, act->by, "pay.matched", line.id, str_of(act->what));
}

/* What the match moved goes back the same way; from a wallet that has spent it meanwhile it becomes a debt. */
static Err *match_back(Tx *tx, const PayLine *line, const TransferView *moved, Id by, Time now)
{
    Arena *arena = tx->db.arena;
    AccountView owner;
    TRY(account_get(&tx->db, moved->credit, &owner));
    Posted how = {.name = str_format(arena, "%.*s/back", STR_ARG(match_name(arena, line))), .kind = "received",
                  .ref = pay_key(arena, "line", line->id), .actor = by};
    return take_or_claim(tx, &(Taking){.from = moved->credit, .to = moved->debit, .person = owner.person, .org = owner.org, .amount = {moved->amount},
                                       .how = how}, now);
}

Err *line_unmatch(Tx *tx, Id id, Id by, Time now)
{
    Arena *arena = tx->db.arena;
    PayLine line;
    TransferView moved;
    int64_t count;
    bool found;
    TRY(line_look(tx, id, &line));
    if (!is(line.state, "matched"))
        return err_new(arena, ERR_CONFLICT, "pay.changed_meanwhile");
    TRY(transfer_get(&tx->db, uuid_named(str_format(arena, "%.*s/0", STR_ARG(match_name(arena, &line)))), &moved, &found));
    if (!found && !is(line.what, "call")) /* a call that had come already was not booked by its line */
        return err_detail(arena, ERR_BROKEN, "pay.match", "line %lld has no posting", (long long)id);
    if (found)
        TRY(match_back(tx, &line, &moved, by, now));
    if (found && is(line.what, "call"))
        TRY(call_unproved(tx, line.subject, now));
    if (is(line.what, "payout") || is(line.what, "bounce"))
        TRY(payout_unseen(tx, line.subject, is(line.what, "bounce"), now));
    TRY(pay_line_match(tx, &(PayLineMatchArgs){.id = id, .was = STR("matched"), .state = STR("open"), .round = line.round + 1, .what = STR(""),
                                               .now = now}, &count));
    if (count != 1)
        return err_new(arena, ERR_CONFLICT, "pay.changed_meanwhile");
    return audit(tx, now, by, "pay.unmatched", id, line.what);
}

/* ---- what it may be ---- */

static bool says_fee(Arena *arena, const PayLine *line)
{
    static const char *const signs[] = {"fee", "charge", "commission", "gebuhr", "comision", "frais", "手续费", "年费"};
    Str text = text_fold(arena, str_format(arena, "%.*s %.*s", STR_ARG(line->words), STR_ARG(line->party)));
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (str_find(text, str_of(signs[i])) != SIZE_MAX)
            return true;
    return false;
}

static void maybe_add(MaybeList *out, const char *what, Id subject, Str name)
{
    for (size_t i = 0; i < out->len; i++)
        if (is(str_of(out->at[i].what), what) && out->at[i].subject == subject)
            return;
    if (out->len < GUESSES_MAX)
        out->at[out->len++] = (Maybe){what, subject, name};
}

static Str tail_of(Arena *arena, Str text)
{
    char *digits = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] >= '0' && text.at[i] <= '9')
            digits[len++] = text.at[i];
    return (Str){digits + (len > 8 ? len - 8 : 0), len > 8 ? 8 : len};
}

/* Members whose name or phone the payer gave, then those that the words of the payment name. */
static Err *guess_members(Db *db, const PayLine *line, MaybeList *out)
{
    Arena *arena = db->arena;
    PayMemberList found;
    Str tail = tail_of(arena, line->account), rest = text_fold(arena, line->words), word;
    TRY(pay_member_find(db, text_fold(arena, line->party), &found));
    for (size_t i = 0; i < found.len; i++)
        maybe_add(out, "wallet", found.at[i].id, found.at[i].name);
    if (tail.len >= 7) {
        TRY(pay_member_find(db, tail, &found));
        for (size_t i = 0; i < found.len; i++)
            maybe_add(out, "wallet", found.at[i].id, found.at[i].name);
    }
    for (int n = 0; rest.len && n < 8; n++) {
        str_cut(rest, ' ', &word, &rest);
        if (word.len < 2)
            continue;
        TRY(pay_member_find(db, word, &found));
        for (size_t i = 0; i < found.len; i++)
            maybe_add(out, "wallet", found.at[i].id, found.at[i].name);
    }
    return NULL;
}

/* Payments we asked a phone for: with this phone first. */
static Err *guess_calls(Db *db, const PayLine *line, MaybeList *out)
{
    PayCallOfLineList calls;
    if (is(line->source, "bank"))
        return NULL;
    TRY(pay_calls_of_line(db, line->source, line->amount, SAME_AMOUNT, &calls));
    Str tail = tail_of(db->arena, line->account);
    for (int same = 1; same >= 0; same--)
        for (size_t i = 0; i < calls.len && out->len < 2; i++) {
            bool phone = tail.len >= 7 && str_eq(tail, tail_of(db->arena, calls.at[i].phone));
            PayMember member;
            bool found;
            if (phone != (same == 1))
                continue;
            TRY(pay_member(db, calls.at[i].person, &member, &found));
            maybe_add(out, "call", calls.at[i].id, found ? member.name : (Str){0});
        }
    return NULL;
}

Err *line_guesses(Db *db, const PayLine *line, MaybeList *out)
{
    bool in = line->amount.minor > 0, found;
    PayPayoutList payouts;
    AccountView cash;
    *out = (MaybeList){NEW_ARRAY(db->arena, Maybe, GUESSES_MAX), 0};
    TRY(pay_payouts_of_amount(db, (Money){in ? line->amount.minor : -line->amount.minor}, SAME_AMOUNT, &payouts));
    for (size_t i = 0; i < payouts.len && out->len < 2; i++)
        if (str_eq(payouts.at[i].rail, line->source) && in == is(payouts.at[i].state, "reconciled"))
            maybe_add(out, in ? "bounce" : "payout", payouts.at[i].id, payouts.at[i].name);
    if (in) {
        TRY(guess_calls(db, line, out));
        TRY(guess_members(db, line, out));
        TRY(house_view(db, HOUSE_TRANSIT_CASH, &cash, &found));
        if (found && -cash.balance >= line->amount.minor)
            maybe_add(out, "cash", 0, (Str){0});
    } else if (says_fee(db->arena, line) || !out->len) {
        maybe_add(out, "fee", 0, (Str){0});
    }
    maybe_add(out, "unidentified", 0, (Str){0});
    return NULL;
}

Err *line_likeliest(Db *db, Id id, MatchAct *out)
{
    PayLine line;
    MaybeList maybe;
    bool found;
    TRY(pay_line_by_id(db, id, &line, &found));
    if (!found)
        return err_new(db->arena, ERR_MISSING, "pay.no_line");
    TRY(line_guesses(db, &line, &maybe));
    *out = (MatchAct){.line = id, .what = maybe.at[0].what, .subject = maybe.at[0].subject};
    return NULL;
}

Err *statement_file_import(Tx *tx, const StatementFile *file, Time now, int64_t *lines, int64_t *fresh)
{
    BankStatementList all;
    *lines = *fresh = 0;
    TRY(camt_read(tx->db.arena, file->xml, &all));
    for (size_t i = 0; i < all.len; i++) {
        ImportAct act = {.source = file->source, .name = file->name, .hash = sha256_hex(tx->db.arena, file->xml), .statement = &all.at[i],
                         .by = file->by, .now = now};
        Id made;
        int64_t one;
        TRY(statement_import(tx, &act, &made, &one));
        *lines += (int64_t)all.at[i].lines.len;
        *fresh += one;
    }
    return NULL;
}
