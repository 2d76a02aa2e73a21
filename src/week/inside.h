/* The acts of the week, in order. */
#pragma once
#include "week/queries.h"
#include "week/week.h"

typedef struct WeekGood {
    const char *en, *zh, *pack;
    int farm;
    const char *sold, *priced;
    int64_t sold_scale, step, nominal; /* nominal: grams of one piece that is priced by weight */
    int64_t fen;
    int64_t low, likely, high; /* the farmer's forecast, in steps */
} WeekGood;
extern const WeekGood week_goods[WEEK_GOODS];

void week_say(Week *week, const char *format, ...) __attribute__((format(printf, 2, 3)));
void week_until(Week *week, int day, int hour, int minute); /* day 0 is the Monday */
int64_t week_chance(Week *week, int64_t below);
Str week_money(const Week *week, Money amount); /* "12.50" */

Err *week_found(Week *week);     /* village, people, farms, goods by the forecast, fees */
Err *week_open(Week *week);      /* the cycle is planned and opens */
Err *week_order(Week *week);     /* people order until it closes; one comes too late */
Err *week_harvest(Week *week);   /* less grew than was ordered: shared in proportion */
Err *week_weigh(Week *week);
Err *week_pack(Week *week);
Err *week_hand_over(Week *week); /* some do not come */
Err *week_refund(Week *week);
Err *week_reconcile(Week *week); /* every sum against every other */
