/* What must always be true of pay; `millet verify` and the test harness ask. */
#include "pay/inside.h"

enum { PAGE = 500 };

/* Every escrow account holds exactly what its parts say, and nothing once they are over. */
static Err *check_escrow(Db *db, Findings *findings)
{
    PayEscrowSumList page;
    Id after = 0;
    do {
        TRY(pay_escrow_sums(db, after, PAGE, &page));
        for (size_t i = 0; i < page.len; i++) {
            const PayEscrowSum *s = &page.at[i];
            AccountView view;
            after = s->order_group;
            findings->checked++;
            TRY(account_get(db, s->account, &view));
            if (view.balance != s->rest.minor)
                finding(findings, "escrow of order %lld holds %lld, its parts say %lld", (long long)s->order_group, (long long)view.balance,
                        (long long)s->rest.minor);
            if (!s->open && view.balance)
                finding(findings, "escrow of order %lld is over and still holds %lld", (long long)s->order_group, (long long)view.balance);
        }
    } while (page.len == PAGE);
    return NULL;
}

/* An order that is paid from a wallet and its money tell the same story. */
static Err *check_orders(Db *db, Findings *findings)
{
    PayPartWrongList wrong;
    TRY(pay_parts_wrong(db, &wrong));
    findings->checked++;
    for (size_t i = 0; i < wrong.len; i++)
        finding(findings, "part %lld is %.*s and its money %.*s", (long long)wrong.at[i].part, STR_ARG(wrong.at[i].placement),
                STR_ARG(wrong.at[i].state));
    return NULL;
}

/* What is on its way by each rail is what payouts say is paid and not seen on a statement yet. */
static Err *check_transit(Db *db, Findings *findings)
{
    static const HouseAccount ways[] = {HOUSE_TRANSIT_BANK, HOUSE_TRANSIT_MPESA, HOUSE_TRANSIT_MOMO};
    PaySum paid;
    int64_t transit = 0;
    TRY(pay_payout_sums(db, &paid));
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        AccountView view;
        bool found;
        TRY(house_view(db, ways[i], &view, &found));
        transit += found ? view.balance : 0;
    }
    findings->checked++;
    if (transit != paid.sum.minor)
        finding(findings, "%lld is on its way by rail, payouts say %lld", (long long)transit, (long long)paid.sum.minor);
    return NULL;
}

const Check pay_checks[] = {{"pay.escrow", check_escrow, NULL}, {"pay.orders", check_orders, NULL}, {"pay.transit", check_transit, NULL}, {0}};
