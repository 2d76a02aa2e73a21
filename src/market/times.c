/* Times of collecting and rounds of ordering: what another room adds to an order, asked here and nowhere else. */
#include "market/inside.h"

static const OrderTimes *times; /* set once at start, before the first request; NULL: nothing is added */

void order_times_set(const OrderTimes *set)
{
    times = set;
}

Err *times_check(Db *db, const OrderAsk *ask, Time now)
{
    if (ask->looked)
        return NULL;
    if (times)
        return times->check(db, ask, now);
    return ask->cycle || ask->slot ? err_field(db->arena, "order.times", "cycle") : NULL;
}

Err *times_joined(Tx *tx, const OrderAsk *ask, Id order, Money total, Time now)
{
    return times ? times->joined(tx, ask, order, total, now) : NULL;
}

Err *times_offered(Db *db, const OrderAsk *ask, Time now, OrderTimeChoices *out)
{
    *out = (OrderTimeChoices){0};
    if (!times)
        return NULL;
    TRY(times->offered(db, ask, now, out));
    return ask->cart && out->len ? times->entered(db, ask, out, now) : NULL;
}

Err *times_chosen(Db *db, Id chosen, Time now, OrderAsk *ask)
{
    return times ? times->chosen(db, chosen, now, ask) : NULL;
}

Err *times_of_order(Db *db, Id order, OrderTime *out, bool *found)
{
    *found = false;
    return times ? times->of_order(db, order, out, found) : NULL;
}
