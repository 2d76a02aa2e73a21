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

#define WEEK_ACCOUNT "6222000000000009" /* of the co-operative at its bank */
enum { WEEK_HONEY = WEEK_GOODS - 1 };     /* sold by promise, not in the cycle */

/* ---- the acts ---- */
Err *week_found(Week *week);     /* village, people, farms, goods by the forecast, fees, a till */
Err *week_fill(Week *week);      /* members bring cash and transfer money: wallets; the bank's first statement */
Err *week_open(Week *week);      /* the cycle is planned and opens; honey is promised before it is there */
Err *week_order(Week *week);     /* people order until it closes; one comes too late */
Err *week_harvest(Week *week);   /* less grew than was ordered: shared in proportion */
Err *week_share(Week *week);     /* the honey too, by the rule that everybody could read */
Err *week_weigh(Week *week);
Err *week_pack(Week *week);
Err *week_hand_over(Week *week); /* some do not come */
Err *week_refund(Week *week);
Err *week_complain(Week *week);  /* two officers rule */
Err *week_count(Week *week);     /* the till is counted and brought to the bank */
Err *week_look_ahead(Week *week); /* what will likely sell next, learned from these orders; the next promise by it */
Err *week_pay_out(Week *week);   /* producers, by files of the bank; one payment comes back */
Err *week_reconcile(Week *week); /* every sum against every other */
Err *week_close(Week *week);     /* each day is sealed; three other programs add up the books */

/* ---- honey.c ---- */
Err *week_promise(Week *week);
Err *week_preorder(Week *week, Id buyer, bool *placed);

/* ---- bank.c ---- */
void bank_book(Week *week, BankEntry entry);
Err *bank_pay(Week *week, Str file, int64_t *payments, Money *sum);
void bank_gives_back(Week *week);
Str bank_statement(Week *week, int64_t *entries);

/* ---- reconcile.c ---- */
void week_same(Week *week, const char *what, Money a, const char *other, Money b); /* said, and counted when wrong */
void week_same_count(Week *week, const char *what, int64_t a, const char *other, int64_t b);
Err *week_money_adds_up(Week *week, Db *db); /* balance.c */
Err *week_lines_read(Week *week, Arena *arena, WeekLineList *out); /* acts.c */
