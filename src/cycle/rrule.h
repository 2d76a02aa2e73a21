/* Recurrence rules, the part of RFC 5545 (iCalendar), section 3.3.10, that a weekly or monthly round needs. */
#pragma once
#include "base/base.h"

typedef enum RruleFreq { RRULE_DAILY = 1, RRULE_WEEKLY, RRULE_MONTHLY } RruleFreq;

enum { RRULE_INTERVAL_MAX = 52, RRULE_COUNT_MAX = 1000, RRULE_TEXT_MAX = 200 };

typedef struct Rrule {
    RruleFreq freq;
    int interval;          /* 1..RRULE_INTERVAL_MAX */
    unsigned weekdays;     /* BYDAY: bit 1 Monday .. bit 7 Sunday; 0: not said */
    int ordinal;           /* of BYDAY in a month: 1 the first, -1 the last; 0: every one */
    uint64_t month_days;   /* BYMONTHDAY: bit 1..31; bit 32 + n is -n (1..31) */
    unsigned months;       /* BYMONTH: bit 1 January .. bit 12 December; 0: all: the season of a round */
    int count;             /* COUNT; 0: no end */
    bool has_until;
    Date until;            /* UNTIL: the last day that may be one */
} Rrule;

/* Reads "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA;BYMONTH=4,5,6;UNTIL=20271031". Parts in any order, each once, "RRULE:" in front is
   allowed; weeks begin on Monday. Codes, at field rrule: rrule.bad (arg "part"), rrule.freq, rrule.both (COUNT and UNTIL). */
Err *rrule_parse(Arena *arena, Str text, Rrule *out);

/* The first day of the rule after `after`, with the rule begun at first (its DTSTART, which counts as one only when it fits
   the rule). False when there is none within twenty years of first, or the rule has ended. */
bool rrule_next(const Rrule *rule, Date first, Date after, Date *out);
