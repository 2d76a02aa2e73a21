/* The demo village's fees: a part for the office and one for the village fund, out of the price, as its members agreed. */
#include "core/demo.h"
#include "fee/inside.h"

typedef struct Filling {
    Id village;
    Time now;
} Filling;

static Err *fill(Tx *tx, void *arg)
{
    const Filling *f = arg;
    Id made;
    NewFee office = {.receiver = f->village, .kind = STR("admin"), .base = STR("percent"), .rate = 60000};
    NewFee fund = {.receiver = f->village, .kind = STR("fund"), .base = STR("percent"), .rate = 20000};
    TRY(fee_add(tx, &office, 0, f->now, &made));
    return fee_add(tx, &fund, 0, f->now, &made);
}

Err *fee_demo(Demo *demo)
{
    Filling f = {demo_id(demo, "village"), demo->now};
    return f.village ? db_write(demo->store, demo->arena, fill, &f) : NULL;
}
