/* The rules of a transfer: what is refused, what it does to the two accounts. */
#include <string.h>

#include "ledger/inside.h"

enum { SETTLES = TRANSFER_POST | TRANSFER_VOID | TRANSFER_EXPIRE, BALANCES = TRANSFER_BALANCE_DEBIT | TRANSFER_BALANCE_CREDIT,
       KNOWN = TRANSFER_PENDING | SETTLES | TRANSFER_REVERSE | BALANCES };

static Err *refused(Engine *engine, const char *code, const char *field)
{
    return err_field(engine->arena, code, field);
}

/* The state of things is against it, rather than what was written. */
static Err *against(Engine *engine, const char *code, const char *field)
{
    Err *err = err_new(engine->arena, ERR_CONFLICT, code);
    err->field = str_of(field);
    return err;
}

bool word_valid(Str word, size_t max)
{
    for (size_t i = 0; i < word.len; i++) {
        char c = word.at[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-'))
            return false;
    }
    return word.len <= max;
}

static bool uuid_none(Uuid uuid)
{
    static const Uuid none;
    return memcmp(&uuid, &none, sizeof uuid) == 0;
}

static Uuid uuid_in(Str bytes)
{
    Uuid uuid = {0};
    memcpy(uuid.at, bytes.at, bytes.len < sizeof uuid.at ? bytes.len : sizeof uuid.at);
    return uuid;
}

/* ---- what was asked, by itself ---- */

static Err *flags_check(Engine *engine, const NewTransfer *new)
{
    unsigned kind = new->flags & (TRANSFER_PENDING | SETTLES | TRANSFER_REVERSE);
    bool several = kind & (kind - 1), refers = kind & (SETTLES | TRANSFER_REVERSE);
    if ((new->flags & ~(unsigned)KNOWN) || several || (refers && (new->flags & BALANCES)))
        return refused(engine, "transfer.flags", "flags");
    if (refers == uuid_none(new->refers))
        return refused(engine, refers ? "transfer.refers" : "transfer.flags", "pending_id");
    if (new->timeout_ms < 0 || new->timeout_ms > INT64_C(100) * 366 * DAY_MS || (new->timeout_ms && !(kind & TRANSFER_PENDING)))
        return refused(engine, "transfer.flags", "timeout_s");
    return NULL;
}

static Err *words_check(Engine *engine, const NewTransfer *new)
{
    if (uuid_none(new->id))
        return refused(engine, "transfer.id", "id");
    if (!word_valid(new->kind, TRANSFER_KIND_MAX))
        return refused(engine, "transfer.kind", "kind");
    if (new->ref.len > TRANSFER_REF_MAX)
        return refused(engine, "transfer.ref", "ref");
    if (new->group.len > TRANSFER_GROUP_MAX)
        return refused(engine, "transfer.group", "group");
    if (new->has_effective_on && (new->effective_on.days < date_of(1970, 1, 1).days || new->effective_on.days > date_of(9999, 12, 31).days))
        return refused(engine, "transfer.date", "effective_on");
    return NULL;
}

/* Whether a transfer that is there is what was asked; what was not said matches anything. */
static bool same(Engine *engine, const NewTransfer *new, const Transfer *there, const Transfer *original)
{
    Str kind = new->kind.len ? new->kind : STR("transfer");
    bool balances = new->flags & BALANCES, whole = new->amount == 0 && (new->flags & (SETTLES | TRANSFER_REVERSE));
    bool amount = whole || (balances ? new->amount == 0 || there->amount <= new->amount : there->amount == new->amount);
    return amount && (!new->debit || new->debit == there->debit) && (!new->credit || new->credit == there->credit) &&
           new->flags == (unsigned)there->flags && str_eq(kind, there->kind) && str_eq(new->ref, there->ref) &&
           (!new->has_effective_on || new->effective_on.days == there->effective_on.days) && there->actor == engine->actor &&
           there->refers == (original ? original->seq : 0) && (new->timeout_ms > 0) == (there->expires_at > 0);
}

/* ---- what it refers to ---- */

static Err *amount_within(Engine *engine, int64_t amount, int64_t bound, const char *code)
{
    return amount > bound ? refused(engine, code, "amount_minor") : NULL;
}

static Err *accounts_as(Engine *engine, const NewTransfer *new, Id debit, Id credit)
{
    if ((new->debit && new->debit != debit) || (new->credit && new->credit != credit))
        return refused(engine, "transfer.refers", new->debit && new->debit != debit ? "debit" : "credit");
    return NULL;
}

/* Fills accounts and amount of t from the pending transfer; *hold is the changed one. */
static Err *settle(Engine *engine, const NewTransfer *new, const Transfer *original, Transfer *t, Hold *hold)
{
    if (!(original->flags & TRANSFER_PENDING))
        return refused(engine, "transfer.not_pending", "pending_id");
    TRY(accounts_as(engine, new, original->debit, original->credit));
    TRY(engine_hold(engine, original->seq, hold));
    if (!str_eq(hold->state, STR("open")))
        return against(engine, "transfer.resolved", "pending_id");
    bool post = new->flags & TRANSFER_POST, over = hold->expires_at && engine->now.ms >= hold->expires_at;
    if (over && !(new->flags & TRANSFER_EXPIRE))
        return against(engine, "transfer.expired", "pending_id");
    if (!over && (new->flags & TRANSFER_EXPIRE))
        return refused(engine, "transfer.flags", "flags");
    t->debit = original->debit;
    t->credit = original->credit;
    t->amount = post ? (new->amount ? new->amount : original->amount) : 0;
    TRY(amount_within(engine, new->amount, original->amount, "transfer.more_than_held"));
    hold->state = post ? STR("posted") : new->flags & TRANSFER_VOID ? STR("voided") : STR("expired");
    hold->posted = t->amount;
    return NULL;
}

static Err *reverse(Engine *engine, const NewTransfer *new, const Transfer *original, Transfer *t)
{
    bool reversed;
    if (original->flags & (TRANSFER_PENDING | TRANSFER_VOID | TRANSFER_EXPIRE))
        return refused(engine, "transfer.not_reversible", "pending_id");
    TRY(accounts_as(engine, new, original->credit, original->debit));
    TRY(engine_reversed(engine, original->seq, &reversed));
    if (reversed)
        return against(engine, "transfer.reversed", "pending_id");
    t->debit = original->credit;
    t->credit = original->debit;
    t->amount = new->amount ? new->amount : original->amount;
    return amount_within(engine, t->amount, original->amount, "transfer.more_than_original");
}

/* ---- what it does to the accounts ---- */

static Err *usable(Engine *engine, const AccountState *account, bool gives_back, const char *field)
{
    if (account->flags & ACCOUNT_CLOSED)
        return against(engine, "account.closed", field);
    if ((account->flags & ACCOUNT_FROZEN) && !gives_back)
        return against(engine, "account.frozen", field);
    return NULL;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* As much as there is: of what the debit account has, of what the credit account owes. */
static Err *balance(Engine *engine, const NewTransfer *new, const AccountState *debit, const AccountState *credit, Transfer *t)
{
    int64_t amount = new->amount ? new->amount : INT64_MAX;
    if (new->flags & TRANSFER_BALANCE_DEBIT)
        amount = least(amount, debit->cr_posted - debit->dr_posted - debit->dr_pending);
    if (new->flags & TRANSFER_BALANCE_CREDIT)
        amount = least(amount, credit->dr_posted - credit->cr_posted - credit->cr_pending);
    if (amount <= 0)
        return against(engine, "transfer.nothing_left", "amount_minor");
    t->amount = amount;
    return NULL;
}

static bool add_to(int64_t *counter, int64_t amount)
{
    return !__builtin_add_overflow(*counter, amount, counter);
}

/* False when a counter, or the sum of the two of a side, would overflow. */
static bool move(const NewTransfer *new, const Transfer *t, int64_t held, AccountState *debit, AccountState *credit)
{
    int64_t sum;
    if (new->flags & SETTLES) {
        debit->dr_pending -= held;
        credit->cr_pending -= held;
    }
    if (new->flags & TRANSFER_PENDING) {
        if (!add_to(&debit->dr_pending, t->amount) || !add_to(&credit->cr_pending, t->amount))
            return false;
    } else if (!add_to(&debit->dr_posted, t->amount) || !add_to(&credit->cr_posted, t->amount)) {
        return false;
    }
    return !__builtin_add_overflow(debit->dr_posted, debit->dr_pending, &sum) && !__builtin_add_overflow(credit->cr_posted, credit->cr_pending, &sum);
}

static Err *limits_check(Engine *engine, const AccountState *debit, const AccountState *credit)
{
    if ((debit->flags & ACCOUNT_NO_OVERDRAFT) && debit->dr_posted + debit->dr_pending > debit->cr_posted)
        return against(engine, "account.overdraft", "amount_minor");
    if ((credit->flags & ACCOUNT_NO_OVERCREDIT) && credit->cr_posted + credit->cr_pending > credit->dr_posted)
        return against(engine, "account.overcredit", "amount_minor");
    return NULL;
}

/* The second account may have moved the first in memory no more: engine_account never grows its array. */
static Err *apply(Engine *engine, const NewTransfer *new, int64_t held, Transfer *t)
{
    AccountState *debit, *credit;
    bool gives_back = new->flags & (TRANSFER_VOID | TRANSFER_EXPIRE);
    if (t->debit == t->credit)
        return refused(engine, "transfer.same_account", "credit");
    TRY(engine_account(engine, t->debit, "debit", &debit));
    TRY(engine_account(engine, t->credit, "credit", &credit));
    if (debit->book != credit->book)
        return refused(engine, "transfer.books", "credit");
    TRY(usable(engine, debit, gives_back, "debit"));
    TRY(usable(engine, credit, gives_back, "credit"));
    if (new->flags & BALANCES)
        TRY(balance(engine, new, debit, credit, t));
    engine_touch(engine, debit);
    engine_touch(engine, credit);
    if (!move(new, t, held, debit, credit))
        return refused(engine, "transfer.overflow", "amount_minor");
    if (!(new->flags & SETTLES))
        TRY(limits_check(engine, debit, credit));
    t->dr_prev = debit->last_seq;
    t->cr_prev = credit->last_seq;
    t->dr_after = debit->cr_posted - debit->dr_posted;
    t->cr_after = credit->cr_posted - credit->dr_posted;
    debit->last_seq = credit->last_seq = engine->head.seq + 1;
    return NULL;
}

/* ---- one transfer ---- */

static Done done_of(const Transfer *t, bool again)
{
    return (Done){.seq = t->seq, .amount = t->amount, .recorded_ns = t->recorded_at, .again = again};
}

static Transfer row_of(Engine *engine, const NewTransfer *new, const Transfer *original, int64_t group_seq)
{
    return (Transfer){.id = {arena_copy(engine->arena, new->id.at, sizeof new->id.at), sizeof new->id.at},
                      .debit = new->debit,
                      .credit = new->credit,
                      .amount = new->amount,
                      .kind = new->kind.len ? new->kind : STR("transfer"),
                      .flags = (int64_t)new->flags,
                      .refers = original ? original->seq : 0,
                      .group_seq = group_seq,
                      .effective_on = new->has_effective_on ? new->effective_on : engine->today,
                      .expires_at = new->timeout_ms ? engine->now.ms + new->timeout_ms : 0,
                      .ref = new->ref};
}

static Err *post_new(Engine *engine, const NewTransfer *new, const Transfer *original, int64_t group_seq, Done *done)
{
    Transfer t = row_of(engine, new, original, group_seq);
    Hold hold = {0};
    int64_t held = 0;
    if (new->flags & SETTLES) {
        TRY(settle(engine, new, original, &t, &hold));
        held = hold.amount;
    } else if (new->flags & TRANSFER_REVERSE) {
        TRY(reverse(engine, new, original, &t));
    } else if (new->amount <= 0 && !((new->flags & BALANCES) && new->amount == 0)) {
        return refused(engine, "transfer.amount", "amount_minor");
    }
    TRY(apply(engine, new, held, &t));
    engine_add(engine, &t);
    if (new->flags & TRANSFER_PENDING)
        hold = (Hold){.seq = t.seq, .state = STR("open"), .expires_at = t.expires_at, .amount = t.amount};
    if (new->flags & SETTLES)
        hold.resolved_seq = t.seq;
    if (new->flags & (TRANSFER_PENDING | SETTLES))
        engine_hold_put(engine, &hold);
    if (new->flags & TRANSFER_REVERSE)
        engine->reversals[engine->reversals_len++] = (Reversal){.original = original->seq, .seq = t.seq};
    *done = done_of(&t, false);
    return NULL;
}

static Err *post_one(Engine *engine, const NewTransfer *new, int64_t group_seq, Done *done)
{
    Transfer there, original;
    bool found, refers = !uuid_none(new->refers);
    TRY(words_check(engine, new));
    TRY(flags_check(engine, new));
    if (new->amount < 0)
        return refused(engine, "transfer.amount", "amount_minor");
    if (refers) {
        TRY(engine_transfer(engine, new->refers, &original, &found));
        if (!found)
            return refused(engine, "transfer.refers", "pending_id");
    }
    TRY(engine_transfer(engine, new->id, &there, &found));
    if (!found)
        return post_new(engine, new, refers ? &original : NULL, group_seq, done);
    if (!same(engine, new, &there, refers ? &original : NULL))
        return refused(engine, "transfer.other_content", "id");
    *done = done_of(&there, true);
    return NULL;
}

/* ---- many ---- */

static bool is_refusal(const Err *err)
{
    return err && err->kind != ERR_BROKEN && err->kind != ERR_BUSY;
}

static size_t unit_end(const NewTransfer *list, size_t len, size_t from)
{
    size_t end = from + 1;
    while (list[from].group.len && end < len && str_eq(list[end].group, list[from].group))
        end++;
    return end;
}

/* A unit that fails leaves no trace; what is returned is the failure at *at. */
static Err *unit_run(Engine *engine, const NewTransfer *list, size_t from, size_t end, Done *done, size_t *at)
{
    EngineMark mark = engine_mark(engine);
    int64_t group = end - from > 1 ? engine->head.seq + 1 : 0;
    for (size_t i = from; i < end; i++) {
        Err *err = post_one(engine, &list[i], group, &done[i]);
        if (err) {
            engine_undo(engine, &mark);
            *at = i;
            return err;
        }
    }
    return NULL;
}

static Err *list_check(Arena *arena, size_t len)
{
    return len > TRANSFERS_MAX ? err_field(arena, "transfer.too_many", "transfers") : NULL;
}

static Err *group_refused(Engine *engine, const Err *why, size_t at, size_t i)
{
    if (i == at)
        return err_copy(engine->arena, why);
    Err *err = err_new(engine->arena, ERR_CONFLICT, "transfer.group_refused");
    err->field = STR("group");
    return err;
}

Err *post_each(Engine *engine, const NewTransfer *list, size_t len, Done *done)
{
    memset(done, 0, len * sizeof *done);
    for (size_t from = 0; from < len;) {
        size_t end = unit_end(list, len, from), at;
        Err *err = unit_run(engine, list, from, end, done, &at);
        if (err && !is_refusal(err))
            return err;
        for (size_t i = from; err && i < end; i++)
            done[i] = (Done){.refused = group_refused(engine, err, at, i)};
        from = end;
    }
    return NULL;
}

Err *transfer_post_each(Tx *tx, const NewTransfer *list, size_t len, Id actor, Time now, Done *done)
{
    Engine engine;
    TRY(list_check(tx->db.arena, len));
    TRY(engine_start(&engine, tx, len, actor, now));
    TRY(post_each(&engine, list, len, done));
    return engine_write(&engine);
}

Err *transfer_post(Tx *tx, const NewTransfer *list, size_t len, Id actor, Time now, Done *done)
{
    Engine engine;
    size_t at;
    Arena *arena = tx->db.arena;
    TRY(list_check(arena, len));
    if (!done)
        done = NEW_ARRAY(arena, Done, len);
    TRY(engine_start(&engine, tx, len, actor, now));
    Err *err = unit_run(&engine, list, 0, len, done, &at);
    if (is_refusal(err) && len > 1)
        err->field = str_format(arena, "%zu.%.*s", at, STR_ARG(err->field));
    return err ? err : engine_write(&engine);
}

/* ---- looking at it ---- */

TransferView transfer_view(const Transfer *row)
{
    TransferView view = {.seq = row->seq,
                         .id = uuid_in(row->id),
                         .debit = row->debit,
                         .credit = row->credit,
                         .amount = row->amount,
                         .kind = row->kind,
                         .ref = row->ref,
                         .flags = (unsigned)row->flags,
                         .refers = row->refers,
                         .group = row->group_seq,
                         .effective_on = row->effective_on,
                         .recorded_ns = row->recorded_at,
                         .actor = row->actor,
                         .debit_balance = row->dr_after,
                         .credit_balance = row->cr_after};
    memcpy(view.hash, row->hash.at, row->hash.len < sizeof view.hash ? row->hash.len : sizeof view.hash);
    return view;
}

Err *transfer_get(Db *db, Uuid id, TransferView *out, bool *found)
{
    Transfer row;
    TRY(transfer_by_id(db, (Str){(const char *)id.at, sizeof id.at}, &row, found));
    if (*found)
        *out = transfer_view(&row);
    return NULL;
}

Err *transfer_at(Db *db, int64_t seq, TransferView *out, bool *found)
{
    Transfer row;
    TRY(transfer_by_seq(db, seq, &row, found));
    if (*found)
        *out = transfer_view(&row);
    return NULL;
}
