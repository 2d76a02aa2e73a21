/* Inside learning: feeds that are fetched, when they are due and how it went. */
#pragma once
#include "core/jobs.h"
#include "learn/feed.h"

typedef struct FeedAsked { /* what decides when to ask again */
    int64_t wait_s;        /* Cache-Control, Retry-After; 0: nothing said */
    int64_t ttl_s;         /* the feed's own */
    int64_t failures, quiet;
} FeedAsked;
/* An hour at the least, a day at the most, ten per cent sooner or later by chance (random: any number). Twice as long with each failure
   and for each eight times without news. */
Time feed_next(const FeedAsked *asked, Time now, uint32_t random);

/* Asks one feed now and keeps how it went; its trouble is written down, not returned. */
Err *feed_ask(Store *store, Arena *arena, const FeedSource *feed, Time now);
Err *feeds_job(JobContext *context); /* those that are due */
/* Codes: feed.url (no http or https address). Begins at once. */
Err *feed_set(Tx *tx, Time now, Id by, Id channel, Str url, Str lang);
