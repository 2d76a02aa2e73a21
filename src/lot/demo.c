/* A few harvests for the demo village, so that somebody who tries it sees what a harvest tells. */
#include "lot/inside.h"

typedef struct DemoLot {
    const char *offer, *code, *field, *grade;
    int64_t pieces;     /* whole sold units */
    int ago, keeps;     /* days before today it was harvested; days after today it is good; 0: not said */
} DemoLot;

static const DemoLot demo_lots[] = {
    {"offer:garden-sisters/Bok choy", "BC-1", "河边地 River field", "", 6, 2, 1},
    {"offer:garden-sisters/Bok choy", "BC-2", "河边地 River field", "", 10, 0, 4},
    {"offer:garden-sisters/Tomatoes", "T-7", "大棚二 Tunnel two", "A", 8, 1, 5},
    {"offer:chen-terraces/Terrace rice, new crop", "R-26", "上梯田 Upper terrace", "", 20, 40, 0},
};

typedef struct Making {
    const Demo *demo;
    Date today;
} Making;

static Err *demo_write(Tx *tx, void *arg)
{
    const Making *m = arg;
    for (size_t i = 0; i < sizeof demo_lots / sizeof *demo_lots; i++) {
        const DemoLot *d = &demo_lots[i];
        Id offer = demo_id(m->demo, "%s", d->offer);
        LotUnit unit;
        bool found = false;
        if (offer)
            TRY(lot_unit(&tx->db, offer, &unit, &found));
        if (!found)
            continue;
        int64_t steps = d->pieces * unit.min_steps;
        NewLot lot = {.code = str_of(d->code), .field = str_of(d->field), .grade = str_of(d->grade), .has_harvested_on = true,
                      .harvested_on = {m->today.days - d->ago}, .has_best_before = d->keeps > 0, .best_before = {m->today.days + d->keeps}};
        TRY(offer_stock_receive(tx, offer, steps, &lot, 0, m->demo->now));
    }
    return NULL;
}

Err *lot_demo(Demo *demo)
{
    Db db;
    TRY(db_read(demo->store, demo->arena, &db));
    Making m = {demo, time_date(demo->now, village_at(&db).zone)};
    return db_write(demo->store, demo->arena, demo_write, &m);
}
