/* The walk of verify: the journal from its first line, every balance folded again from nothing, every hash made again. It trusts
   no column that it can compute. */
#include <pthread.h>
#include <string.h>

#include "ledger/audit.h"

enum { SETTLES = TRANSFER_POST | TRANSFER_VOID | TRANSFER_EXPIRE, HOLDS_ROOM = 1024 };

static uint64_t mixed(uint64_t bits)
{
    bits ^= bits >> 31;
    return bits * UINT64_C(0x9E3779B97F4A7C15) >> 16;
}

uint64_t walk_id_sum(Str id, int64_t seq)
{
    uint64_t first = 0, second = 0;
    if (id.len == sizeof(Uuid)) {
        memcpy(&first, id.at, 8);
        memcpy(&second, id.at + 8, 8);
    }
    return mixed(first ^ mixed(second ^ mixed((uint64_t)seq)));
}

/* ---- accounts ---- */

static size_t account_slot(const Walk *walk, Id id)
{
    size_t at = mixed((uint64_t)id) & (walk->slots_len - 1);
    while (walk->slots[at] && walk->accounts[walk->slots[at] - 1].row.id != id)
        at = (at + 1) & (walk->slots_len - 1);
    return at;
}

WalkAccount *walk_account(Walk *walk, Id id)
{
    int32_t slot = walk->slots[account_slot(walk, id)];
    return slot ? &walk->accounts[slot - 1] : NULL;
}

/* What an account is, and whether it is frozen or closed, against the trail of changes, which has a chain of its own. */
static Err *account_seal_check(Walk *walk, const Account *row)
{
    AccountTrailList trail;
    Account by_key;
    bool sealed = false, frozen = false, closed = false, found;
    TRY(account_trail(walk->db, row->id, &trail));
    for (size_t i = 0; i < trail.len; i++) {
        Str action = trail.at[i].action;
        sealed = sealed || (str_eq(action, STR("ledger.account_open")) && str_eq(trail.at[i].detail, account_seal(walk->arena, row)));
        frozen = str_eq(action, STR("ledger.account_freeze")) || (frozen && !str_eq(action, STR("ledger.account_thaw")));
        closed = closed || str_eq(action, STR("ledger.account_close"));
    }
    if (!sealed || frozen != ((row->flags & ACCOUNT_FROZEN) != 0) || closed != ((row->flags & ACCOUNT_CLOSED) != 0))
        finding(walk->findings, "account %lld is not as the trail of changes says: its name, code, owner, limits or state were changed", (long long)row->id);
    if (!row->has_account_key)
        return NULL;
    TRY(account_row_by_key(walk->db, row->book, row->account_key, &by_key, &found));
    if (!found || by_key.id != row->id)
        finding(walk->findings, "account %lld is not found by its key", (long long)row->id);
    return NULL;
}

static Err *account_load(void *arg, const Account *row)
{
    Walk *walk = arg;
    TRY(account_seal_check(walk, row));
    if (walk->accounts_len < walk->accounts_room) {
        WalkAccount *account = &walk->accounts[walk->accounts_len];
        *account = (WalkAccount){.row = *row};
        account->row.account_key = account->row.code = account->row.name = (Str){0}; /* they end with this call */
        walk->slots[account_slot(walk, account->row.id)] = (int32_t)++walk->accounts_len;
    }
    return NULL;
}

static Err *accounts_load(Walk *walk)
{
    LedgerCount count;
    TRY(account_count(walk->db, &count));
    walk->accounts_room = (size_t)count.total;
    walk->accounts = NEW_ARRAY(walk->arena, WalkAccount, walk->accounts_room + 1);
    for (walk->slots_len = 64; walk->slots_len < 2 * walk->accounts_room + 2; walk->slots_len *= 2)
        continue;
    walk->slots = NEW_ARRAY(walk->arena, int32_t, walk->slots_len);
    return account_each(walk->db, account_load, walk);
}

/* ---- open holds: an open hash from which is taken out again ---- */

static size_t hold_slot(const Walk *walk, int64_t seq)
{
    size_t at = mixed((uint64_t)seq) & (walk->open_room - 1);
    while (walk->open[at].seq && walk->open[at].seq != seq)
        at = (at + 1) & (walk->open_room - 1);
    return at;
}

static void hold_open(Walk *walk, WalkHold hold)
{
    if (2 * (walk->open_len + 1) > walk->open_room) {
        WalkHold *old = walk->open;
        size_t len = walk->open_room;
        walk->open_room = len ? 2 * len : HOLDS_ROOM;
        walk->open = NEW_ARRAY(walk->arena, WalkHold, walk->open_room);
        for (size_t i = 0; i < len; i++)
            if (old[i].seq)
                walk->open[hold_slot(walk, old[i].seq)] = old[i];
    }
    walk->open[hold_slot(walk, hold.seq)] = hold;
    walk->open_len++;
}

static bool hold_take(Walk *walk, int64_t seq, WalkHold *out)
{
    if (!walk->open_room)
        return false;
    size_t at = hold_slot(walk, seq);
    if (!walk->open[at].seq)
        return false;
    *out = walk->open[at];
    walk->open[at] = (WalkHold){0};
    walk->open_len--;
    for (size_t next = (at + 1) & (walk->open_room - 1); walk->open[next].seq; next = (next + 1) & (walk->open_room - 1)) {
        WalkHold moved = walk->open[next];
        walk->open[next] = (WalkHold){0};
        walk->open[hold_slot(walk, moved.seq)] = moved;
    }
    return true;
}

/* ---- one line of the journal ---- */

#define WRONG(walk, t, format, ...) finding((walk)->findings, "transfer %lld: " format, (long long)(t)->seq, ##__VA_ARGS__)

static void chain_check(Walk *walk, const Transfer *t)
{
    unsigned char hash[CHAIN_HASH_LEN];
    if (t->seq != walk->seq + 1)
        finding(walk->findings, "transfers %lld to %lld are missing", (long long)walk->seq + 1, (long long)t->seq - 1);
    if (t->recorded_at <= walk->recorded_at && walk->transfers)
        WRONG(walk, t, "was recorded before the one in front of it");
    chain_hash(walk->hash, t, hash);
    bool whole = t->hash.len == CHAIN_HASH_LEN && t->id.len == sizeof(Uuid);
    if ((!whole || memcmp(hash, t->hash.at, CHAIN_HASH_LEN) != 0) && !walk->broken) {
        WRONG(walk, t, "its content or one before it was changed: the chain of hashes breaks here");
        walk->broken = true;
    }
    if (whole)
        memcpy(walk->hash, t->hash.at, CHAIN_HASH_LEN);
    walk->ids += walk_id_sum(t->id, t->seq);
    walk->seq = t->seq;
    walk->recorded_at = t->recorded_at;
    if (!walk->transfers || t->effective_on.days > walk->latest_on.days)
        walk->latest_on = t->effective_on;
    walk->transfers++;
}

static void hold_check(Walk *walk, const Transfer *t, WalkAccount *debit, WalkAccount *credit)
{
    WalkHold hold;
    if (t->flags & TRANSFER_PENDING) {
        hold_open(walk, (WalkHold){t->seq, t->amount, t->expires_at, t->debit, t->credit});
        walk->pendings++;
        return;
    }
    if (!(t->flags & SETTLES))
        return;
    walk->settled++;
    if (!hold_take(walk, t->refers, &hold)) {
        WRONG(walk, t, "settles %lld, which is not held (any more)", (long long)t->refers);
        return;
    }
    debit->dr_pending -= hold.amount;
    credit->cr_pending -= hold.amount;
    if (hold.debit != t->debit || hold.credit != t->credit || t->amount > hold.amount)
        WRONG(walk, t, "settles %lld with other accounts or a greater amount", (long long)t->refers);
    if ((t->flags & TRANSFER_EXPIRE) && (!hold.expires_at || t->recorded_at / 1000000 < hold.expires_at))
        WRONG(walk, t, "ends the hold %lld before its time", (long long)t->refers);
}

/* Kept for afterwards: what it takes back is asked of the database, which the reading thread uses. */
static void reversal_note(Walk *walk, const Transfer *t)
{
    if (!(t->flags & TRANSFER_REVERSE))
        return;
    if (walk->reversals_len == walk->reversals_room) {
        WalkReversal *old = walk->reversals;
        walk->reversals_room = walk->reversals_room ? 2 * walk->reversals_room : 64;
        walk->reversals = NEW_ARRAY(walk->arena, WalkReversal, walk->reversals_room);
        if (old)
            memcpy(walk->reversals, old, walk->reversals_len * sizeof *old);
    }
    walk->reversals[walk->reversals_len++] = (WalkReversal){t->seq, t->refers, t->amount, t->debit, t->credit};
    walk->reversed++;
}

static Err *reversal_check(Walk *walk, const WalkReversal *t)
{
    Transfer original;
    Reversal row;
    bool found, noted;
    TRY(transfer_by_seq(walk->db, t->refers, &original, &found));
    TRY(reversal_of(walk->db, t->refers, &row, &noted));
    if (!found || t->refers >= t->seq || original.debit != t->credit || original.credit != t->debit || t->amount > original.amount)
        WRONG(walk, t, "takes %lld back, which does not match", (long long)t->refers);
    if (!noted || row.seq != t->seq)
        WRONG(walk, t, "takes %lld back, which was taken back by another or is not noted", (long long)t->refers);
    return NULL;
}

static void post(Walk *walk, const Transfer *t, WalkAccount *debit, WalkAccount *credit)
{
    bool pending = t->flags & TRANSFER_PENDING, overflow = false;
    overflow |= __builtin_add_overflow(pending ? debit->dr_pending : debit->dr_posted, t->amount, pending ? &debit->dr_pending : &debit->dr_posted);
    overflow |= __builtin_add_overflow(pending ? credit->cr_pending : credit->cr_posted, t->amount, pending ? &credit->cr_pending : &credit->cr_posted);
    if (overflow)
        WRONG(walk, t, "the sum of an account overflows");
    if (t->dr_prev != debit->last_seq || t->cr_prev != credit->last_seq)
        WRONG(walk, t, "names another transfer as the one before it of its accounts");
    if (t->dr_after != debit->cr_posted - debit->dr_posted || t->cr_after != credit->cr_posted - credit->dr_posted)
        WRONG(walk, t, "says other balances than the journal gives");
    debit->last_seq = credit->last_seq = t->seq;
    if ((debit->row.flags & ACCOUNT_NO_OVERDRAFT) && debit->dr_posted + debit->dr_pending > debit->cr_posted)
        WRONG(walk, t, "account %lld went below zero", (long long)t->debit);
    if ((credit->row.flags & ACCOUNT_NO_OVERCREDIT) && credit->cr_posted + credit->cr_pending > credit->dr_posted)
        WRONG(walk, t, "account %lld gave more than it held", (long long)t->credit);
}

static DaySum *day_sum(Walk *walk, Date day)
{
    size_t low = 0, high = walk->days_len;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (walk->days[middle].day.days < day.days)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < walk->days_len && walk->days[low].day.days == day.days)
        return &walk->days[low];
    if (walk->days_len == walk->days_room) {
        DaySum *old = walk->days;
        walk->days_room = walk->days_room ? 2 * walk->days_room : 512;
        walk->days = NEW_ARRAY(walk->arena, DaySum, walk->days_room);
        if (old)
            memcpy(walk->days, old, walk->days_len * sizeof *old);
    }
    memmove(&walk->days[low + 1], &walk->days[low], (walk->days_len - low) * sizeof *walk->days);
    walk->days[low] = (DaySum){day, 0, 0};
    walk->days_len++;
    return &walk->days[low];
}

static void fold(Walk *walk, const Transfer *t, WalkAccount *debit, WalkAccount *credit)
{
    if (t->seq > walk->head.folded || (t->flags & TRANSFER_PENDING) || !t->amount)
        return;
    debit->dr_folded += t->amount;
    credit->cr_folded += t->amount;
    DaySum *sum = day_sum(walk, t->effective_on);
    sum->debit += t->amount;
    sum->credit += t->amount;
}

static void group_check(Walk *walk, const Transfer *t)
{
    if (t->group_seq && t->group_seq != t->seq && t->group_seq != walk->group)
        WRONG(walk, t, "belongs to the group of %lld, but does not stand behind it", (long long)t->group_seq);
    walk->group = t->group_seq;
}

/* ---- what was said outside of the journal ---- */

static void anchor_check(Walk *walk, const Anchor *anchor)
{
    unsigned char root[CHAIN_HASH_LEN];
    BalanceRow *rows = NEW_ARRAY(walk->arena, BalanceRow, walk->accounts_len + 1);
    for (size_t i = 0; i < walk->accounts_len; i++)
        rows[i] = (BalanceRow){walk->accounts[i].row.id, walk->accounts[i].dr_posted, walk->accounts[i].cr_posted};
    AnchorSums sums = anchor_root(anchor->day, anchor->last_seq, walk->hash, rows, walk->accounts_len, root);
    Str day = date_text(walk->arena, anchor->day);
    if (anchor->root.len != CHAIN_HASH_LEN || memcmp(root, anchor->root.at, CHAIN_HASH_LEN) != 0 || anchor->hash.len != CHAIN_HASH_LEN ||
        memcmp(walk->hash, anchor->hash.at, CHAIN_HASH_LEN) != 0 || sums.debit != anchor->dr_total || sums.credit != anchor->cr_total ||
        sums.accounts != anchor->accounts)
        finding(walk->findings, "the anchor of %.*s does not fit the journal up to transfer %lld", STR_ARG(day), (long long)anchor->last_seq);
}

static void outside_check(Walk *walk, const Transfer *t)
{
    while (walk->anchor_next < walk->anchors.len && walk->anchors.at[walk->anchor_next].last_seq <= t->seq)
        anchor_check(walk, &walk->anchors.at[walk->anchor_next++]);
    if (walk->mark.there && walk->mark.seq == t->seq && memcmp(walk->mark.hash, walk->hash, CHAIN_HASH_LEN) != 0)
        WRONG(walk, t, "is not the one that ledger.mark remembers: the data was put back and went another way");
}

static void transfer_walk(void *arg, const Transfer *t)
{
    Walk *walk = arg;
    walk->findings->checked++;
    chain_check(walk, t);
    WalkAccount *debit = walk_account(walk, t->debit), *credit = walk_account(walk, t->credit);
    if (!debit || !credit || debit == credit || debit->row.book != credit->row.book) {
        WRONG(walk, t, "its accounts are missing, the same, or of two books");
        return;
    }
    if (t->amount < 0 || (!t->amount && !(t->flags & (TRANSFER_VOID | TRANSFER_EXPIRE))))
        WRONG(walk, t, "moves %lld", (long long)t->amount);
    hold_check(walk, t, debit, credit);
    reversal_note(walk, t);
    post(walk, t, debit, credit);
    fold(walk, t, debit, credit);
    group_check(walk, t);
    outside_check(walk, t);
}

/* ---- the index of ids, read beside the journal ---- */

static Err *id_next(void *arg, const TransferId *row)
{
    IdWalk *ids = arg;
    if (row->id.len != sizeof ids->last || (ids->rows && memcmp(ids->last.at, row->id.at, sizeof ids->last) >= 0))
        ids->ordered = false;
    else
        memcpy(ids->last.at, row->id.at, sizeof ids->last);
    ids->rows++;
    ids->sum += walk_id_sum(row->id, row->seq);
    return NULL;
}

typedef struct IndexRead {
    IdWalk walk;
    Db db;
    Arena *arena;
    int64_t last;
    Err *err;
    pthread_t thread;
} IndexRead;

static void *index_read(void *arg)
{
    IndexRead *read = arg;
    read->err = transfer_ids(&read->db, read->last, id_next, &read->walk);
    return NULL;
}

/* On a connection and a thread of its own when there is one; else at once. */
static Err *journal_and_index(Walk *walk)
{
    IndexRead read = {.walk.ordered = true, .arena = arena_new()};
    Err *err = journal_last(walk->db, &read.last);
    bool beside = !err && !db_is_write(walk->db) && !db_read(walk->db->store, read.arena, &read.db) && !pthread_create(&read.thread, NULL, index_read, &read);
    if (!err)
        err = journal_prove(walk->db, walk->arena, transfer_walk, walk);
    if (beside)
        pthread_join(read.thread, NULL);
    else if (!err)
        err = transfer_ids(walk->db, read.last, id_next, &read.walk);
    if (!err)
        err = err_copy(walk->db->arena, read.err);
    walk->index = read.walk;
    arena_free(read.arena);
    return err;
}

static void arena_end(void *arena)
{
    arena_free(arena);
}

Err *walk_run(Walk *walk, Db *db, Findings *findings)
{
    bool found;
    Arena *own = arena_new();
    Findings aside = {.out = buf_new(own, 1 << 16)};
    arena_on_reset(db->arena, arena_end, own);
    *walk = (Walk){.db = db, .arena = own, .findings = findings};
    TRY(ledger_head_get(db, &walk->head, &found));
    TRY(accounts_load(walk));
    TRY(anchor_all(db, &walk->anchors));
    TRY(watermark_read(db, config_text("data"), &walk->mark));
    walk->findings = &aside;
    Err *err = journal_and_index(walk);
    walk->findings = findings;
    buf_add(&findings->out, buf_str(&aside.out));
    findings->checked += aside.checked;
    findings->wrong += aside.wrong;
    for (size_t i = 0; i < walk->reversals_len && !err; i++)
        err = reversal_check(walk, &walk->reversals[i]);
    return err;
}
