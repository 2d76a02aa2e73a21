/* A village week from forecast to reports, played by a script on an empty house. */
#pragma once
#include "db/db.h"

enum { WEEK_GOODS = 9, WEEK_FARMS = 4, WEEK_MEMBERS = 60, WEEK_ORDERS = 120, WEEK_BANK_MOST = 200 };

typedef struct BankEntry {
    Date day;
    Money amount;               /* positive: came in */
    Str end_to_end, party, text;
} BankEntry;
typedef struct WeekBank { /* what the bank of the play knows */
    BankEntry entries[WEEK_BANK_MOST];
    size_t len, told;           /* told: those that stood on a statement */
    Money balance, told_balance, coming_back;
} WeekBank;

typedef struct Week {
    Store *store;
    Arena *arena;
    Time begins;     /* the Monday, at eight in the morning of the village */
    uint64_t seed;   /* of everything that happens by chance: the same seed plays the same week */
    void (*say)(void *arg, const char *line); /* what happens, line by line; NULL: nobody listens */
    void (*wait)(void *arg, int64_t ms);      /* until so much of the week has passed; NULL: at once */
    void *arg;
    const char *password; /* of the one who administers; NULL: nobody signs in */

    /* out, and what the steps hand on */
    Time now;
    Id coop, admin, cycle, pickup;
    Id farms[WEEK_FARMS], members[WEEK_MEMBERS];
    Id offers[WEEK_GOODS], variants[WEEK_GOODS];
    int64_t orders, shortened, weighed, collected, missed, refunds; /* how many */
    Str names[WEEK_MEMBERS];
    Id treasurer, second, cashier, till, forecast, next_forecast;
    WeekBank bank;
    int64_t wallet_orders, preorders, preorders_full, payouts, statement_lines; /* how many */
    int64_t outlooks;           /* goods with an expectation for the next week */
    int64_t programs;           /* that added up the exported book and got every balance: at most 3 */
    Money cash_in, bank_in, complaint, till_short;
    Money paid, given_back;
    int64_t checked, wrong;
} Week;

/* Plays all of it. Code: start.done (somebody lives here already), week.wrong (something does not add up; said before), and
   whatever a step refuses, which the script never expects. */
Err *week_play(Week *week);
