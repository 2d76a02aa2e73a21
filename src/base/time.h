/* Time: UTC milliseconds. Date: a local day. The clock can be set for tests, demos and simulations. */
#pragma once
#include <stdint.h>

#include "base/str.h"

typedef struct Time {
    int64_t ms; /* since 1970-01-01T00:00:00Z */
} Time;

typedef struct Date {
    int32_t days; /* since 1970-01-01, proleptic Gregorian */
} Date;

enum { SECOND_MS = 1000, MINUTE_MS = 60 * 1000, HOUR_MS = 3600 * 1000, DAY_MS = 86400 * 1000 };

typedef struct Clock { /* a local date and time, as a person reads it */
    int year, month, day, hour, minute, second, weekday; /* month 1..12; weekday 1 = Monday .. 7 = Sunday (ISO 8601) */
} Clock;

Time time_now(void);         /* the real clock, or the fake one when set */
Time time_real(void);        /* always the machine's clock */
void time_fake(Time now);    /* from here on time_now() answers this; {0} goes back to the real clock */
int64_t time_monotonic_us(void); /* for measuring spans; unrelated to the calendar */

Date date_of(int year, int month, int day); /* does not check; date_valid does */
bool date_valid(int year, int month, int day);
Clock date_clock(Date date);
int date_weekday(Date date); /* 1 = Monday .. 7 = Sunday */
bool date_parse(Str text, Date *out);     /* "2026-11-21" */
Str date_text(Arena *arena, Date date);

/* zone: an IANA name such as "Asia/Shanghai"; unknown names read as UTC (check with zone_valid first). Any thread. */
Clock time_clock(Time time, Str zone); /* outside the years 1 to 9999: the nearest there is */
Date time_date(Time time, Str zone);
Time time_of(Str zone, Date date, int hour, int minute); /* a gap resolves forward, an overlap to the first */
bool zone_valid(Str zone);

Str time_text(Arena *arena, Time time);   /* "2026-11-21T09:30:00.000Z" */
bool time_parse(Str text, Time *out);     /* RFC 3339, any offset, optional fraction */
