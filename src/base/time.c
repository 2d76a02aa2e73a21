/* Calendar arithmetic (after H. Hinnant's days_from_civil) and time zones read from the system's TZif files. */
#include "base/time.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

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
    int days = date.days + 719468;
    int era = (days >= 0 ? days : days - 146096) / 146097;
    int of_era = days - era * 146097;
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
    int weekday = (date.days + 3) % 7; /* 1970-01-01 was a Thursday */
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

/* ---- time zones ---- */

enum { ZONES_MAX = 16, TRANSITIONS_MAX = 512, ZONE_FILE_MAX = 64 * 1024 };

typedef struct Zone {
    char name[48];
    bool valid;
    size_t len;
    int64_t at[TRANSITIONS_MAX]; /* UTC seconds; offset[i] holds from at[i] on */
    int32_t offset[TRANSITIONS_MAX];
    int32_t first; /* offset before at[0] */
    char rule[64]; /* POSIX TZ rule for times after the last transition */
} Zone;

static Zone *zones[ZONES_MAX]; /* few zones per house; never dropped, so readers need no lock once found */
static pthread_mutex_t zones_lock = PTHREAD_MUTEX_INITIALIZER;

static int64_t big_endian(const unsigned char *at, int bytes)
{
    uint64_t value = at[0] & 0x80 ? UINT64_MAX : 0;
    for (int i = 0; i < bytes; i++)
        value = value << 8 | at[i];
    return (int64_t)value;
}

/* TZif version 2 or later (RFC 8536): the second data block has 64-bit times and a rule at the end. */
static bool zone_decode(Zone *zone, const unsigned char *data, size_t size)
{
    if (size < 44 || memcmp(data, "TZif", 4) != 0 || data[4] < '2')
        return false;
    int64_t counts[6];
    size_t at = 0;
    for (int block = 0; block < 2; block++) {
        if (at + 44 > size || memcmp(data + at, "TZif", 4) != 0)
            return false;
        for (int i = 0; i < 6; i++) {
            counts[i] = big_endian(data + at + 20 + 4 * i, 4);
            if (counts[i] < 0 || counts[i] > ZONE_FILE_MAX)
                return false;
        }
        at += 44;
        if (block == 0)
            at += (size_t)(counts[3] * 5 + counts[4] * 6 + counts[5] + counts[2] * 8 + counts[1] + counts[0]);
    }
    size_t times = (size_t)counts[3], types = (size_t)counts[4];
    size_t kinds_at = at + times * 8, types_at = kinds_at + times;
    size_t rule_at = types_at + types * 6 + (size_t)(counts[5] + counts[2] * 12 + counts[1] + counts[0]);
    if (rule_at > size || types == 0)
        return false;
    size_t skip = times > TRANSITIONS_MAX ? times - TRANSITIONS_MAX : 0;
    zone->first = (int32_t)big_endian(data + types_at, 4);
    for (size_t i = skip; i < times; i++) {
        size_t kind = data[kinds_at + i];
        if (kind >= types)
            return false;
        zone->at[i - skip] = big_endian(data + at + i * 8, 8);
        zone->offset[i - skip] = (int32_t)big_endian(data + types_at + kind * 6, 4);
    }
    zone->len = times - skip;
    if (rule_at < size && data[rule_at] == '\n') {
        size_t len = 0;
        for (size_t i = rule_at + 1; i < size && data[i] != '\n' && len + 1 < sizeof zone->rule; i++)
            zone->rule[len++] = (char)data[i];
    }
    return true;
}

static bool zone_name_safe(Str name)
{
    if (name.len == 0 || name.len >= sizeof((Zone *)0)->name || name.at[0] == '/')
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        bool fine = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '/' ||
                    c == '_' || c == '-' || c == '+';
        if (!fine)
            return false;
    }
    return true;
}

static void zone_load(Zone *zone, Str name)
{
    static unsigned char data[ZONE_FILE_MAX]; /* under zones_lock */
    char path[96];
    memcpy(zone->name, name.at, name.len);
    snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", zone->name);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return;
    ssize_t size = read(file, data, sizeof data);
    close(file);
    zone->valid = size > 0 && zone_decode(zone, data, (size_t)size);
}

static const Zone *zone_find(Str name)
{
    static Zone utc = {.name = "UTC", .valid = true};
    if (str_eq(name, STR("UTC")) || !zone_name_safe(name))
        return &utc;
    pthread_mutex_lock(&zones_lock);
    Zone *found = NULL;
    for (size_t i = 0; i < ZONES_MAX && !found; i++) {
        if (!zones[i]) {
            found = zones[i] = arena_alloc(arena_new(), sizeof(Zone)); /* lives as long as the program */
            zone_load(found, name);
        } else if (str_eq(str_of(zones[i]->name), name))
            found = zones[i];
    }
    pthread_mutex_unlock(&zones_lock);
    return found && found->valid ? found : &utc; /* a full table answers UTC too: a house has one or two zones */
}

bool zone_valid(Str zone)
{
    return str_eq(zone, STR("UTC")) || (zone_name_safe(zone) && !str_eq(str_of(zone_find(zone)->name), STR("UTC")));
}

/* The day of "Mm.w.d" (POSIX): weekday d (0 = Sunday) of week w (5 = last) of month m. */
static int64_t rule_day(int year, int month, int week, int weekday)
{
    Date first = date_of(year, month, 1);
    int shift = (weekday - date_weekday(first) % 7 + 7) % 7;
    int day = 1 + shift + (week - 1) * 7;
    while (!date_valid(year, month, day))
        day -= 7;
    return date_of(year, month, day).days;
}

static const char *rule_number(const char *at, int *out)
{
    int value = 0, sign = 1;
    if (*at == '-' || *at == '+')
        sign = *at++ == '-' ? -1 : 1;
    while (*at >= '0' && *at <= '9' && value < 100000)
        value = value * 10 + (*at++ - '0');
    *out = sign * value;
    return at;
}

static const char *rule_hms(const char *at, int *seconds)
{
    int hours, minutes = 0, secs = 0;
    int sign = *at == '-' ? -1 : 1;
    at = rule_number(at, &hours);
    if (*at == ':')
        at = rule_number(at + 1, &minutes);
    if (*at == ':')
        at = rule_number(at + 1, &secs);
    *seconds = hours * 3600 + sign * (minutes * 60 + secs);
    return at;
}

static const char *rule_name(const char *at)
{
    if (*at == '<') {
        while (*at && *at != '>')
            at++;
        return *at ? at + 1 : at;
    }
    while ((*at >= 'A' && *at <= 'Z') || (*at >= 'a' && *at <= 'z'))
        at++;
    return at;
}

static const char *rule_change(const char *at, int year, int64_t *local_seconds)
{
    int month = 1, week = 1, weekday = 0, seconds = 7200;
    if (at[0] == ',' && at[1] == 'M') {
        at = rule_number(at + 2, &month);
        at = rule_number(*at ? at + 1 : at, &week);
        at = rule_number(*at ? at + 1 : at, &weekday);
    }
    if (*at == '/')
        at = rule_hms(at + 1, &seconds);
    *local_seconds = rule_day(year, month, week, weekday) * 86400 + seconds;
    return at;
}

/* Offset from a POSIX rule such as "CET-1CEST,M3.5.0,M10.5.0/3". */
static int32_t rule_offset(const char *rule, int64_t utc_seconds)
{
    int standard, summer;
    const char *at = rule_hms(rule_name(rule), &standard);
    standard = -standard;
    if (!*at)
        return standard;
    at = rule_name(at);
    summer = standard + 3600;
    if (*at && *at != ',') {
        at = rule_hms(at, &summer);
        summer = -summer;
    }
    int64_t days = (utc_seconds + standard) / 86400, begin, end;
    int year = date_clock((Date){(int32_t)days}).year;
    at = rule_change(at, year, &begin);
    rule_change(at, year, &end);
    begin -= standard;
    end -= summer;
    bool in_summer =
        begin < end ? utc_seconds >= begin && utc_seconds < end : utc_seconds >= begin || utc_seconds < end;
    return in_summer ? summer : standard;
}

static int32_t zone_offset(const Zone *zone, int64_t utc_seconds)
{
    if (zone->len == 0 || utc_seconds < zone->at[0])
        return zone->len == 0 && zone->rule[0] ? rule_offset(zone->rule, utc_seconds) : zone->first;
    if (utc_seconds >= zone->at[zone->len - 1])
        return zone->rule[0] ? rule_offset(zone->rule, utc_seconds) : zone->offset[zone->len - 1];
    size_t low = 0, high = zone->len;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (zone->at[middle] <= utc_seconds)
            low = middle;
        else
            high = middle;
    }
    return zone->offset[low];
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

Clock time_clock(Time time, Str zone)
{
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
    int ms = (int)(time.ms - floor_div(time.ms, 1000) * 1000);
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
