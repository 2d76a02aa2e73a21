/* Clocks, and calendar arithmetic after H. Hinnant's days_from_civil. */
#include "base/time.h"

#include <stdatomic.h>
#include <time.h>

#include "base/zone.h"

static _Atomic int64_t fake_ms;

static int64_t clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

Time time_real(void)
{
    return (Time){clock_ns(CLOCK_REALTIME) / 1000000};
}

Time time_now(void)
{
    int64_t fake = atomic_load(&fake_ms);
    return fake ? (Time){fake} : time_real();
}

void time_fake(Time now)
{
    atomic_store(&fake_ms, now.ms);
}

int64_t time_monotonic_us(void)
{
    return clock_ns(CLOCK_MONOTONIC) / 1000;
}

Date date_of(int year, int month, int day)
{
    year -= month <= 2;
    int era = (year >= 0 ? year : year - 399) / 400;
    int of_era = year - era * 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return (Date){era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468};
}

bool date_valid(int year, int month, int day)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    Clock back = date_clock(date_of(year, month, day));
    return back.month == month && back.day == day;
}

Clock date_clock(Date date)
{
    int64_t days = (int64_t)date.days + 719468;
    int era = (int)((days >= 0 ? days : days - 146096) / 146097);
    int of_era = (int)(days - (int64_t)era * 146097);
    int year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int of_year = of_era - (365 * year + year / 4 - year / 100);
    int shifted = (5 * of_year + 2) / 153;
    int month = shifted < 10 ? shifted + 3 : shifted - 9;
    return (Clock){.year = year + era * 400 + (month <= 2),
                   .month = month,
                   .day = of_year - (153 * shifted + 2) / 5 + 1,
                   .weekday = date_weekday(date)};
}

int date_weekday(Date date)
{
    int weekday = (int)(((int64_t)date.days + 3) % 7); /* 1970-01-01 was a Thursday */
    return (weekday < 0 ? weekday + 7 : weekday) + 1;
}

static bool digits(Str text, size_t from, size_t count, int *out)
{
    int value = 0;
    for (size_t i = from; i < from + count; i++) {
        if (i >= text.len || text.at[i] < '0' || text.at[i] > '9')
            return false;
        value = value * 10 + (text.at[i] - '0');
    }
    *out = value;
    return true;
}

bool date_parse(Str text, Date *out)
{
    int year, month, day;
    if (text.len != 10 || text.at[4] != '-' || text.at[7] != '-' || !digits(text, 0, 4, &year) ||
        !digits(text, 5, 2, &month) || !digits(text, 8, 2, &day) || !date_valid(year, month, day))
        return false;
    *out = date_of(year, month, day);
    return true;
}

Str date_text(Arena *arena, Date date)
{
    Clock clock = date_clock(date);
    return str_format(arena, "%04d-%02d-%02d", clock.year, clock.month, clock.day);
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Years 1 to 9999, less a day at each end so that no zone leads out of them. */
static const int64_t first_ms = -62135510400000, last_ms = 253402214399999;

Clock time_clock(Time time, Str zone)
{
    time.ms = time.ms < first_ms ? first_ms : time.ms > last_ms ? last_ms : time.ms;
    int64_t utc = floor_div(time.ms, 1000);
    int64_t local = utc + zone_offset(zone_find(zone), utc);
    int64_t days = floor_div(local, 86400);
    int second = (int)(local - days * 86400);
    Clock clock = date_clock((Date){(int32_t)days});
    clock.hour = second / 3600;
    clock.minute = second / 60 % 60;
    clock.second = second % 60;
    return clock;
}

Date time_date(Time time, Str zone)
{
    Clock clock = time_clock(time, zone);
    return date_of(clock.year, clock.month, clock.day);
}

Time time_of(Str zone, Date date, int hour, int minute)
{
    const Zone *found = zone_find(zone);
    int64_t local = (int64_t)date.days * 86400 + hour * 3600 + minute * 60;
    int64_t before = local - zone_offset(found, local - 86400); /* with the offset of the day before */
    int64_t after = local - zone_offset(found, local + 86400);
    if (before + zone_offset(found, before) == local)
        return (Time){before * 1000};
    if (after + zone_offset(found, after) == local)
        return (Time){after * 1000};
    return (Time){before * 1000}; /* in a gap: moves forward by the gap */
}

Str time_text(Arena *arena, Time time)
{
    Clock c = time_clock(time, STR("UTC"));
    int ms = (int)((time.ms % 1000 + 1000) % 1000);
    return str_format(arena, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", c.year, c.month, c.day, c.hour, c.minute, c.second,
                      ms);
}

bool time_parse(Str text, Time *out)
{
    Date date;
    int hour, minute, second, ms = 0, zone_hour = 0, zone_minute = 0;
    if (text.len < 20 || !date_parse(str_slice(text, 0, 10), &date) || (text.at[10] != 'T' && text.at[10] != ' ') ||
        text.at[13] != ':' || text.at[16] != ':' || !digits(text, 11, 2, &hour) || !digits(text, 14, 2, &minute) ||
        !digits(text, 17, 2, &second) || hour > 23 || minute > 59 || second > 59)
        return false;
    size_t at = 19;
    if (text.at[at] == '.') {
        int scale = 100;
        for (at++; at < text.len && text.at[at] >= '0' && text.at[at] <= '9'; at++, scale /= 10)
            ms += (text.at[at] - '0') * scale;
    }
    if (at >= text.len)
        return false;
    char sign = text.at[at];
    if (sign == 'Z' || sign == 'z') {
        if (at + 1 != text.len)
            return false;
    } else if ((sign != '+' && sign != '-') || text.len != at + 6 || text.at[at + 3] != ':' ||
               !digits(text, at + 1, 2, &zone_hour) || !digits(text, at + 4, 2, &zone_minute) || zone_hour > 23 ||
               zone_minute > 59)
        return false;
    int64_t offset = (zone_hour * 60 + zone_minute) * (sign == '-' ? -1 : 1);
    int64_t minutes = ((int64_t)date.days * 24 + hour) * 60 + minute - offset;
    out->ms = (minutes * 60 + second) * 1000 + ms;
    return true;
}
