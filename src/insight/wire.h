/* What the serving process and the child that fits models say to each other. Both are this program, on this machine: numbers
   travel as they lie in memory; the reader checks every length all the same. */
#pragma once
#include "worker/worker.h"

enum {
    ASK_SALES = WORKER_FIRST, /* body: for each offer an AskOffer and its points */
    ASK_GOODS,                /* body: AskGoods and its lists */
    TELL_FORECASTS,           /* for each offer TellForecast, its weeks, models, note */
    TELL_BONDS,               /* TellBond after TellBond */
    TELL_AGAIN,               /* TellAgain after TellAgain */
    TELL_LIFTS,               /* TellLift after TellLift */
    TELL_WORTH,               /* one TellWorth: how good the bonds are */
};

enum { ASK_OFFERS = 200, ASK_BYTES_MAX = 64 << 20, TELL_BYTES_MAX = 32 << 20, WEEKS_MAX = 160, HORIZON = 9, BONDS_PER_GOOD = 60 };

typedef struct AskOffer {
    Id offer;
    int32_t first;   /* day of the first Monday */
    uint32_t weeks;  /* points that follow */
    double miss;     /* share of misses to aim at */
} AskOffer;

typedef struct AskPoint {
    double y, price; /* NaN: unknown */
    int64_t open;    /* 0: the shelf was empty or it was out of season */
} AskPoint;

typedef struct TellForecast {
    Id offer;
    double score, plain_score; /* mean miss as a share of a usual week; NaN: not known */
    double chance;
    uint32_t demand, horizon, models_len, note_len;
} TellForecast;

typedef struct TellWeek {
    double likely, low, high; /* NaN: no range */
} TellWeek;

typedef struct AskGoods { /* then: farm of each item, shelf of each item, pairs, buys */
    uint32_t items, farms, shelves, users;
    uint32_t orders, unused; /* users from here on are people, whose orders came before: not for judging */
    uint64_t pairs;  /* (user, item), by user, each once */
    uint64_t buys;   /* AskBuy of households, by person, item and day */
} AskGoods;

typedef struct AskPair {
    uint32_t user, item;
} AskPair;

typedef struct AskBuy {
    uint32_t person, item;
    int32_t day;
} AskBuy;

typedef struct TellBond {
    uint32_t from, to;
    float weight;
} TellBond;

typedef struct TellAgain {
    uint32_t item, gaps;
    double log_days, spread;
} TellAgain;

typedef struct TellLift {
    uint32_t farm;
    double lift, before, after;
} TellLift;

typedef struct TellWorth {
    double score, plain_score; /* share of held-out goods among the first ten suggestions: ours, and the most sold */
    double gini_before, gini_after, coverage;
    double ridge, user_power, dropout;
} TellWorth;

/* Takes the next size bytes into out; false, and bad from then on, when there are fewer. */
typedef struct Cursor {
    Str rest;
    bool bad;
} Cursor;
bool cursor_take(Cursor *cursor, void *out, size_t size);
/* count things of size bytes each, in arena; NULL when there are fewer. */
void *cursor_list(Cursor *cursor, Arena *arena, uint64_t count, size_t size);
#define WIRE(thing) ((Str){(const char *)&(thing), sizeof(thing)})

/* ---- the child ---- */
Err *answer_sales(WorkerReply *answer, Str question);
Err *answer_goods(WorkerReply *answer, Str question);
