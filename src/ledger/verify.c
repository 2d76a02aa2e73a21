/* What must always be true of the ledger (the invariants are numbered as in README.md): after the walk through the journal, all
   that stands beside it is compared with what the walk found. */
#include <stdlib.h>
#include <string.h>

#include "ledger/audit.h"

/* ---- 2, 13: the four counters of each account ---- */

static void account_compare(Walk *walk, const WalkAccount *a)
{
    walk->findings->checked++;
    const Account *row = &a->row;
    if (row->dr_posted != a->dr_posted || row->cr_posted != a->cr_posted || row->dr_pending != a->dr_pending || row->cr_pending != a->cr_pending)
        finding(walk->findings, "account %lld says %lld/%lld posted and %lld/%lld held, the journal %lld/%lld and %lld/%lld",
                (long long)row->id, (long long)row->dr_posted, (long long)row->cr_posted, (long long)row->dr_pending,
                (long long)row->cr_pending, (long long)a->dr_posted, (long long)a->cr_posted, (long long)a->dr_pending, (long long)a->cr_pending);
    if (row->last_seq != a->last_seq)
        finding(walk->findings, "account %lld says that its last transfer is %lld, the journal %lld", (long long)row->id,
                (long long)row->last_seq, (long long)a->last_seq);
    if ((row->flags & ACCOUNT_CLOSED) && (row->dr_posted != row->cr_posted || row->dr_pending || row->cr_pending))
        finding(walk->findings, "account %lld is closed but not empty", (long long)row->id);
}

/* ---- 1, 9: each book closes ---- */

static Err *books_check(Walk *walk)
{
    BookList books;
    TRY(book_list(walk->db, &books));
    for (size_t b = 0; b < books.len; b++) {
        __int128 debit = 0, credit = 0, debit_pending = 0, credit_pending = 0;
        for (size_t i = 0; i < walk->accounts_len; i++) {
            const Account *row = &walk->accounts[i].row;
            if (row->book != books.at[b].id)
                continue;
            debit += row->dr_posted;
            credit += row->cr_posted;
            debit_pending += row->dr_pending;
            credit_pending += row->cr_pending;
        }
        walk->findings->checked++;
        if (debit != credit || debit_pending != credit_pending)
            finding(walk->findings, "book %.*s does not close: its debits are not its credits", STR_ARG(books.at[b].name));
    }
    return NULL;
}

/* ---- 3: the end of the chain ---- */

static void head_compare(Walk *walk)
{
    const LedgerHead *head = &walk->head;
    walk->findings->checked++;
    if (head->seq != walk->seq)
        finding(walk->findings, "the journal ends with transfer %lld, but %lld was the last", (long long)walk->seq, (long long)head->seq);
    else if (walk->transfers && (head->hash.len != CHAIN_HASH_LEN || memcmp(head->hash.at, walk->hash, CHAIN_HASH_LEN) != 0 ||
                                 head->recorded_at != walk->recorded_at || head->latest_on.days != walk->latest_on.days))
        finding(walk->findings, "the last transfer is not the one that was noted");
    if (walk->anchor_next < walk->anchors.len)
        finding(walk->findings, "an anchor stands for transfer %lld, which is not there any more", (long long)walk->anchors.at[walk->anchor_next].last_seq);
    if (walk->mark.there && walk->mark.seq > walk->seq)
        finding(walk->findings, "ledger.mark remembers transfer %lld, the journal ends with %lld: an older state was put back",
                (long long)walk->mark.seq, (long long)walk->seq);
}

/* ---- 6: each id once, and found under it ---- */

static void ids_check(Walk *walk)
{
    const IdWalk *index = &walk->index;
    if (!index->ordered || index->rows != walk->transfers || index->sum != walk->ids)
        finding(walk->findings, "the index of ids does not fit the journal: a transfer would not be found by its id");
}

/* ---- 4: holds and reversals ---- */

static Err *hold_compare(void *arg, const Hold *hold)
{
    Walk *walk = arg;
    Transfer by;
    bool found;
    walk->findings->checked++;
    if (str_eq(hold->state, STR("open")))
        return NULL; /* counted below; each open one was found by the walk when the numbers agree */
    TRY(transfer_by_seq(walk->db, hold->resolved_seq, &by, &found));
    const char *state = !found ? "" : by.flags & TRANSFER_POST ? "posted" : by.flags & TRANSFER_VOID ? "voided" : "expired";
    if (!found || by.refers != hold->seq || by.amount != hold->posted || !str_eq(hold->state, str_of(state)))
        finding(walk->findings, "hold %lld says %.*s by %lld, which the journal does not", (long long)hold->seq, STR_ARG(hold->state),
                (long long)hold->resolved_seq);
    return NULL;
}

static Err *holds_check(Walk *walk)
{
    HoldCount holds;
    LedgerCount reversals;
    TRY(hold_each(walk->db, hold_compare, walk));
    TRY(hold_count(walk->db, &holds));
    TRY(reversal_count(walk->db, &reversals));
    if (holds.total != walk->pendings || holds.open != (int64_t)walk->open_len)
        finding(walk->findings, "%lld holds of which %lld are open, but the journal has %lld and %zu", (long long)holds.total,
                (long long)holds.open, (long long)walk->pendings, walk->open_len);
    for (size_t i = 0; i < walk->open_room; i++) {
        Hold hold;
        bool found;
        if (!walk->open[i].seq)
            continue;
        TRY(hold_by_seq(walk->db, walk->open[i].seq, &hold, &found));
        if (!found || !str_eq(hold.state, STR("open")) || hold.amount != walk->open[i].amount || hold.expires_at != walk->open[i].expires_at)
            finding(walk->findings, "hold %lld is open in the journal, but not as it is noted", (long long)walk->open[i].seq);
    }
    if (reversals.total != walk->reversed)
        finding(walk->findings, "%lld reversals are noted, the journal has %lld", (long long)reversals.total, (long long)walk->reversed);
    return NULL;
}

/* ---- the derived table behind balances of a day ---- */

/* Read once and added up here: to group them SQLite would sort every row. */
typedef struct Derived {
    Walk *walk;
    DaySum *days;   /* beside walk->days */
    size_t strange; /* rows of accounts or days that the journal does not know */
    uint64_t spans; /* a sum over all rows, the same for account_day and account_span when each span is the sum of its days */
} Derived;

static uint64_t mixed(uint64_t bits)
{
    bits = (bits ^ bits >> 32) * UINT64_C(0xD6E8FEB86659FD93);
    return bits ^ bits >> 32;
}

/* Linear in the amounts, with a factor of its own for each account, span and side: parts of one span may come in any order. */
static uint64_t span_sum(Id account, int64_t span, int64_t dr, int64_t cr)
{
    uint64_t key = mixed((uint64_t)account * UINT64_C(0x9E3779B97F4A7C15) + (uint64_t)span);
    return (key | 1) * (uint64_t)dr + (mixed(key) | 1) * (uint64_t)cr;
}

static void add_to(int64_t *sum, int64_t amount)
{
    *sum = (int64_t)((uint64_t)*sum + (uint64_t)amount);
}

static int by_day(const void *a, const void *b)
{
    const DaySum *x = a, *y = b;
    return (x->day.days > y->day.days) - (x->day.days < y->day.days);
}

static Err *day_add(void *arg, const AccountDay *row)
{
    Derived *derived = arg;
    Walk *walk = derived->walk;
    WalkAccount *account = walk_account(walk, row->account);
    const DaySum key = {.day = row->day};
    const DaySum *day = walk->days_len ? bsearch(&key, walk->days, walk->days_len, sizeof key, by_day) : NULL;
    derived->spans += span_sum(row->account, row->day.days / 32, row->dr, row->cr);
    if (!account || !day) {
        derived->strange++;
        return NULL;
    }
    add_to(&account->dr_days, row->dr);
    add_to(&account->cr_days, row->cr);
    add_to(&derived->days[day - walk->days].debit, row->dr);
    add_to(&derived->days[day - walk->days].credit, row->cr);
    return NULL;
}

static Err *span_take(void *arg, const AccountSpan *row)
{
    Derived *derived = arg;
    derived->spans -= span_sum(row->account, row->span, row->dr, row->cr);
    return NULL;
}

static void days_compare(Walk *walk, const Derived *derived)
{
    for (size_t i = 0; i < walk->accounts_len; i++) {
        const WalkAccount *a = &walk->accounts[i];
        if (a->dr_days != a->dr_folded || a->cr_days != a->cr_folded)
            finding(walk->findings, "account_day of account %lld adds up to %lld/%lld (mend: verify --rebuild)", (long long)a->row.id,
                    (long long)a->dr_days, (long long)a->cr_days);
    }
    for (size_t i = 0; i < walk->days_len; i++)
        if (walk->days[i].debit != derived->days[i].debit || walk->days[i].credit != derived->days[i].credit)
            finding(walk->findings, "account_day of day %d adds up to %lld/%lld (mend: verify --rebuild)", walk->days[i].day.days,
                    (long long)derived->days[i].debit, (long long)derived->days[i].credit);
    if (derived->strange)
        finding(walk->findings, "%zu rows of account_day are of accounts or days that the journal does not know (mend: verify --rebuild)", derived->strange);
}

static Err *days_check(Walk *walk)
{
    Derived derived = {.walk = walk, .days = NEW_ARRAY(walk->arena, DaySum, walk->days_len + 1)};
    LedgerCount spans;
    TRY(account_day_each(walk->db, day_add, &derived));
    TRY(account_span_each(walk->db, span_take, &derived));
    days_compare(walk, &derived);
    if (!derived.spans)
        return NULL;
    TRY(account_span_wrong(walk->db, &spans));
    finding(walk->findings, "%lld rows of account_span do not fit account_day (mend: verify --rebuild)", (long long)spans.total);
    return NULL;
}

static Err *days_rebuild(Tx *tx, void *unused)
{
    (void)unused;
    LedgerHead head;
    bool found;
    TRY(ledger_head_get(&tx->db, &head, &found));
    TRY(account_day_clear(tx));
    TRY(account_span_clear(tx));
    return found ? fold_days(tx, 0, head.folded) : NULL;
}

static Err *check_journal(Db *db, Findings *findings)
{
    Walk walk;
    TRY(walk_run(&walk, db, findings));
    for (size_t i = 0; i < walk.accounts_len; i++)
        account_compare(&walk, &walk.accounts[i]);
    TRY(books_check(&walk));
    head_compare(&walk);
    ids_check(&walk);
    TRY(holds_check(&walk));
    return days_check(&walk);
}

const Check ledger_checks[] = {
    {.name = "ledger.journal", .run = check_journal, .rebuild = days_rebuild},
    {0},
};
