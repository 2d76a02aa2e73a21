/* What other rooms may ask of insight: how much of an offer will sell, with a range, and what the farmer says instead. */
#pragma once
#include "web/web.h"

typedef struct Outlook { /* steps of the variant */
    int64_t low, likely, high; /* eight times in ten the truth lies between low and high */
    bool range;      /* false: there is too little data for low and high; they are likely */
    bool corrected;  /* the farmer's own number is in it */
    Str reason;      /* one sentence, translated */
} Outlook;

/* What will be ordered of this offer from day from until the day before until (both in the weeks that are forecast: nine from
   now). Parts of weeks count by their days; the ranges of several weeks are put together as if they missed independently.
   *found is false when nothing is known about this offer, or the days lie outside. */
Err *insight_outlook(Db *db, const Lang *lang, Id offer, Date from, Date until, Outlook *out, bool *found);

/* The farmer's own number for the week that begins on this Monday; negative: takes it back. Writes its audit row. Codes:
   outlook.week (ERR_MISSING: that week is not forecast, or over), outlook.amount (field "amount"). */
Err *insight_correct(Tx *tx, Id offer, Date week, int64_t steps, Id who, Time now);

/* Fits everything now: what the nightly jobs do. Also for the demo and for tests. */
Err *insight_fit(Store *store, Arena *arena, Time now);
