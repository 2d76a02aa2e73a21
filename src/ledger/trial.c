/* Balances at a point in time. account_day holds the turnover of each business day and account up to some transfer, account_span
   that of 32 days; the rest of the journal, a few thousand lines at most, is added when somebody asks. */
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

Err *balances_on(Db *db, Date day, BalanceList *out)
{
    BalanceSumList rows;
    TRY(balance_list_now(db, day, &rows)); /* nothing lies later: the accounts say it themselves */
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
