/* A village week from forecast to reports, played by a script on an empty house. */
#pragma once
#include "db/db.h"

enum { WEEK_GOODS = 9, WEEK_FARMS = 4, WEEK_MEMBERS = 60, WEEK_ORDERS = 120 };

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
    Money paid, given_back;
    int64_t checked, wrong;
} Week;

/* Plays all of it. Code: start.done (somebody lives here already), week.wrong (something does not add up; said before), and
   whatever a step refuses, which the script never expects. */
Err *week_play(Week *week);
