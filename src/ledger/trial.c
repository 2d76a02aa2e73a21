/* Balances at a point in time. account_day holds the turnover of each business day and account up to some transfer, account_span
   that of 32 days; the rest of the journal, a few thousand lines at most, is added when somebody asks. */
#include <stdlib.h>

#include "ledger/inside.h"

Err *fold_days(Tx *tx, int64_t folded, int64_t upto)
{
    TRY(account_day_fold(tx, folded, upto));
    return account_span_fold(tx, folded, upto);
}

enum { SPAN_DAYS = 32 };

static int64_t span_of(Date day)
{
    return day.days > 0 ? day.days / SPAN_DAYS : 0;
}

static Date span_begins(Date day)
{
    return (Date){(int32_t)(span_of(day) * SPAN_DAYS)};
}

static BalanceList list_of(Arena *arena, const BalanceSumList *rows)
{
    BalanceList list = {NEW_ARRAY(arena, BalanceRow, rows->len + 1), rows->len};
    for (size_t i = 0; i < rows->len; i++)
        list.at[i] = (BalanceRow){rows->at[i].account, rows->at[i].dr, rows->at[i].cr};
    return list;
}

/* ---- adding up here: SQLite sorts to group, which takes ten times as long as reading ---- */

typedef struct Adding {
    Arena *arena;
    BalanceRow *at; /* open hash by account; 0: free */
    size_t room, len;
    bool overflowed;
} Adding;

static BalanceRow *adding_slot(const Adding *adding, Id account)
{
    size_t at = (size_t)((uint64_t)account * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (adding->room - 1);
    while (adding->at[at].account && adding->at[at].account != account)
        at = (at + 1) & (adding->room - 1);
    return &adding->at[at];
}

static void adding_grow(Adding *adding)
{
    Adding wider = {.arena = adding->arena, .room = adding->room ? adding->room * 2 : 1024, .len = adding->len,
                    .overflowed = adding->overflowed};
    wider.at = NEW_ARRAY(adding->arena, BalanceRow, wider.room);
    for (size_t i = 0; i < adding->room; i++)
        if (adding->at[i].account)
            *adding_slot(&wider, adding->at[i].account) = adding->at[i];
    *adding = wider;
}

static Err *add_sum(void *arg, const BalanceSum *part)
{
    Adding *adding = arg;
    if (2 * adding->len >= adding->room)
        adding_grow(adding);
    BalanceRow *row = adding_slot(adding, part->account);
    adding->len += !row->account;
    row->account = part->account;
    adding->overflowed |= __builtin_add_overflow(row->debit, part->dr, &row->debit);
    adding->overflowed |= __builtin_add_overflow(row->credit, part->cr, &row->credit);
    return NULL;
}

static int by_account(const void *a, const void *b)
{
    const BalanceRow *x = a, *y = b;
    return (x->account > y->account) - (x->account < y->account);
}

/* The sums of whole spans, then days: those from the span's begin, or, when its end is nearer, the ones behind the day taken off. One
   statement, so that all of it is of one moment. */
static Err *balances_add_up(Db *db, Date day, BalanceList *out)
{
    Adding adding = {.arena = db->arena};
    int64_t span = span_of(day);
    Date begins = span_begins(day), ends = {begins.days + SPAN_DAYS - 1};
    bool back = ends.days - day.days < day.days - begins.days;
    adding_grow(&adding);
    TRY(balance_parts(db, back ? span + 1 : span, back ? -1 : 1, back ? (Date){day.days + 1} : begins, back ? ends : day, day, add_sum, &adding));
    if (adding.overflowed)
        return err_detail(db->arena, ERR_BROKEN, "ledger.damaged", "the turnover of a day is too large");
    *out = (BalanceList){NEW_ARRAY(db->arena, BalanceRow, adding.len + 1), 0};
    for (size_t i = 0; i < adding.room; i++) /* what moved on later days only is not there yet */
        if (adding.at[i].account && (adding.at[i].debit || adding.at[i].credit))
            out->at[out->len++] = adding.at[i];
    qsort(out->at, out->len, sizeof *out->at, by_account);
    return NULL;
}

Err *balances_on(Db *db, Date day, BalanceList *out)
{
    BalanceSumList rows;
    TRY(balance_list_now(db, day, &rows)); /* nothing lies later: the accounts say it themselves */
    if (!rows.len && !store_is_postgres(db->store))
        return balances_add_up(db, day, out);
    if (!rows.len)
        TRY(balance_list_on(db, day, span_of(day), span_begins(day), &rows));
    *out = list_of(db->arena, &rows);
    return NULL;
}

Err *balances_at_seq(Db *db, int64_t seq, BalanceList *out)
{
    BalanceSumList rows;
    TRY(balance_list_at(db, seq, &rows));
    *out = list_of(db->arena, &rows);
    return NULL;
}

Err *account_balance_on(Db *db, Id account, Date day, int64_t *balance)
{
    BalanceSum row;
    TRY(balance_on(db, account, day, span_of(day), span_begins(day), &row));
    *balance = row.cr - row.dr;
    return NULL;
}

/* Times only ever increase along the journal, so halving finds it. */
Err *seq_at(Db *db, Time time, int64_t *seq)
{
    LedgerHead head;
    bool found;
    *seq = 0;
    TRY(ledger_head_get(db, &head, &found));
    int64_t low = 0, high = found ? head.seq : 0, until = time.ms > INT64_MAX / 1000000 ? INT64_MAX : time.ms * 1000000 + 999999;
    while (low < high) {
        int64_t middle = low + (high - low + 1) / 2;
        Transfer row;
        TRY(transfer_by_seq(db, middle, &row, &found));
        if (!found)
            return err_detail(db->arena, ERR_BROKEN, "ledger.damaged", "transfer %lld is missing", (long long)middle);
        if (row.recorded_at <= until)
            low = middle;
        else
            high = middle - 1;
    }
    *seq = low;
    return NULL;
}
