/* Closing the year, and opening it again. */
#include "ledger/closing.h"

#include <stdlib.h>

enum { PAGE = 500 };

static bool is_result(Str code)
{
    return code.len && (code.at[0] == '4' || code.at[0] == '5' || code.at[0] == '6');
}

static int by_account(const void *a, const void *b)
{
    const BalanceRow *x = a, *y = b;
    return (x->account > y->account) - (x->account < y->account);
}

static int64_t balance_in(const BalanceList *balances, Id account)
{
    const BalanceRow key = {.account = account};
    const BalanceRow *row = balances->len ? bsearch(&key, balances->at, balances->len, sizeof key, by_account) : NULL;
    return row ? row->credit - row->debit : 0;
}

Err *closing_plan(Db *db, Date day, Time now, ClosingPlan *out)
{
    BalanceList balances;
    AccountViewList page;
    Str code = STR("4");
    Id book, after = 0;
    size_t room = 64;
    *out = (ClosingPlan){.at = NEW_ARRAY(db->arena, ClosingLine, room)};
    if (day.days >= time_date(now, village_at(db).zone).days)
        return err_field(db->arena, "closing.too_early", "day");
    TRY(book_main_find(db, &book));
    if (!book)
        return NULL;
    TRY(balances_on(db, day, &balances));
    do {
        TRY(accounts_list(db, book, code, after, PAGE, &page));
        for (size_t i = 0; i < page.len && is_result(page.at[i].code); i++) {
            const AccountView *a = &page.at[i];
            int64_t amount = balance_in(&balances, a->id);
            code = a->code, after = a->id;
            if (!amount)
                continue;
            if (out->len == room) {
                ClosingLine *more = NEW_ARRAY(db->arena, ClosingLine, room *= 2);
                for (size_t k = 0; k < out->len; k++)
                    more[k] = out->at[k];
                out->at = more;
            }
            out->at[out->len++] = (ClosingLine){a->id, a->code, a->name, amount};
            if (__builtin_add_overflow(out->result, amount, &out->result))
                return err_new(db->arena, ERR_INVALID, "transfer.overflow");
        }
    } while (page.len == PAGE && is_result(page.at[PAGE - 1].code));
    return NULL;
}

static Uuid line_name(Arena *arena, Id closing, const char *what, int64_t n)
{
    return uuid_named(str_format(arena, "closing/%.*s/%s%lld", STR_ARG(id_text(arena, closing)), what, (long long)n));
}

static NewTransfer line_of(Arena *arena, Id closing, Date day)
{
    return (NewTransfer){.kind = STR("closing"), .has_effective_on = true, .effective_on = day, .group = STR("closing"),
                         .ref = str_format(arena, "closing/%.*s", STR_ARG(id_text(arena, closing)))};
}

Err *year_close(Tx *tx, const ClosingAct *act, Time now, Id *made)
{
    Arena *arena = tx->db.arena;
    ClosingPlan plan;
    Id equity;
    TRY(closing_plan(&tx->db, act->day, now, &plan));
    if (!plan.len)
        return err_new(arena, ERR_CONFLICT, "closing.nothing");
    if (act->has_seen && act->seen != plan.result)
        return err_new(arena, ERR_CONFLICT, "closing.changed");
    if (plan.len > TRANSFERS_MAX)
        return err_new(arena, ERR_INVALID, "transfer.too_many");
    TRY(account_need(tx, &(NewAccount){.key = STR("results"), .code = STR("3020"), .name = STR(N_("Results of past years"))}, act->by, now, &equity));
    *made = id_mint();
    NewTransfer *list = NEW_ARRAY(arena, NewTransfer, plan.len);
    for (size_t i = 0; i < plan.len; i++) {
        int64_t amount = plan.at[i].amount;
        list[i] = line_of(arena, *made, act->day);
        list[i].id = line_name(arena, *made, "", (int64_t)i);
        list[i].debit = amount > 0 ? plan.at[i].account : equity;
        list[i].credit = amount > 0 ? equity : plan.at[i].account;
        list[i].amount = amount > 0 ? amount : -amount;
    }
    TRY(transfer_post(tx, list, plan.len, act->by, now, NULL));
    TRY(closing_insert(tx, &(ClosingInsertArgs){.id = *made, .day = act->day, .result = plan.result, .lines = (int64_t)plan.len, .by = act->by ? &act->by : NULL, .now = now}));
    return audit(tx, now, act->by, "ledger.year_closed", *made, date_text(arena, act->day));
}

Err *year_reopen(Tx *tx, Id id, Id by, Time now)
{
    Arena *arena = tx->db.arena;
    Closing c;
    LedgerCount later;
    bool found;
    int64_t count;
    TRY(closing_by_id(&tx->db, id, &c, &found));
    if (!found)
        return err_new(arena, ERR_MISSING, "closing.missing");
    if (c.has_undone_at)
        return err_new(arena, ERR_CONFLICT, "closing.undone");
    TRY(closing_count_later(&tx->db, c.day, id, &later));
    if (later.total)
        return err_new(arena, ERR_CONFLICT, "closing.later");
    NewTransfer *list = NEW_ARRAY(arena, NewTransfer, (size_t)c.lines);
    for (int64_t i = 0; i < c.lines; i++) {
        list[i] = line_of(arena, id, c.day);
        list[i].id = line_name(arena, id, "back/", i);
        list[i].refers = line_name(arena, id, "", i);
        list[i].flags = TRANSFER_REVERSE;
    }
    TRY(transfer_post(tx, list, (size_t)c.lines, by, now, NULL));
    TRY(closing_undo(tx, id, by ? &by : NULL, now, &count));
    if (count != 1)
        return err_new(arena, ERR_CONFLICT, "closing.undone");
    return audit(tx, now, by, "ledger.year_reopened", id, date_text(arena, c.day));
}
