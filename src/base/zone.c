/* Time zones from the system's TZif files (RFC 8536). */
#include "base/zone.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ZONE_FILE_MAX = 64 * 1024, ZONE_NAME_BYTES = 48, RULE_BYTES = 64 };

struct Zone {
    const Zone *next;
    Arena *arena; /* that holds it; kept with it */
    char name[ZONE_NAME_BYTES];
    char rule[RULE_BYTES]; /* POSIX TZ rule for times after the last transition */
    int32_t first;         /* offset before at[0] */
    size_t len;
    int64_t *at; /* UTC seconds; offset[i] holds from at[i] on */
    int32_t *offset;
};

/* Zones that exist, each read once and kept: the system has some 600 of a few kilobytes. Readers take no lock. */
static _Atomic(const Zone *) zones;
static pthread_mutex_t adding = PTHREAD_MUTEX_INITIALIZER;
static const Zone utc = {.name = "UTC"};

static int64_t big_endian(const unsigned char *at, int bytes)
{
    uint64_t value = at[0] & 0x80 ? UINT64_MAX : 0;
    for (int i = 0; i < bytes; i++)
        value = value << 8 | at[i];
    return (int64_t)value;
}

enum { COUNT_UT, COUNT_STD, COUNT_LEAP, COUNT_TIME, COUNT_TYPE, COUNT_CHAR, COUNTS, HEADER_BYTES = 44 };

static bool read_header(const unsigned char *data, size_t size, size_t at, size_t counts[COUNTS])
{
    if (at + HEADER_BYTES > size || memcmp(data + at, "TZif", 4) != 0 || data[at + 4] < '2')
        return false;
    for (int i = 0; i < COUNTS; i++) {
        int64_t count = big_endian(data + at + 20 + 4 * i, 4);
        if (count < 0 || count > ZONE_FILE_MAX)
            return false;
        counts[i] = (size_t)count;
    }
    return true;
}

static size_t block_bytes(const size_t counts[COUNTS], size_t time_bytes)
{
    return counts[COUNT_TIME] * (time_bytes + 1) + counts[COUNT_TYPE] * 6 + counts[COUNT_CHAR] +
           counts[COUNT_LEAP] * (time_bytes + 4) + counts[COUNT_STD] + counts[COUNT_UT];
}

static void read_rule(Zone *zone, const unsigned char *data, size_t size, size_t at)
{
    if (at >= size || data[at] != '\n')
        return;
    const unsigned char *end = memchr(data + at + 1, '\n', size - at - 1);
    size_t len = end ? (size_t)(end - data) - at - 1 : RULE_BYTES;
    if (len < RULE_BYTES)
        memcpy(zone->rule, data + at + 1, len);
}

/* The second block of version 2 and later has 64-bit times and a rule at its end. */
static bool zone_decode(Arena *arena, Zone *zone, const unsigned char *data, size_t size)
{
    size_t counts[COUNTS];
    if (!read_header(data, size, 0, counts))
        return false;
    size_t second = HEADER_BYTES + block_bytes(counts, 4);
    if (!read_header(data, size, second, counts))
        return false;
    size_t times = second + HEADER_BYTES, kinds = times + counts[COUNT_TIME] * 8, types = kinds + counts[COUNT_TIME];
    if (times + block_bytes(counts, 8) > size || counts[COUNT_TYPE] == 0)
        return false;
    zone->at = NEW_ARRAY(arena, int64_t, counts[COUNT_TIME]);
    zone->offset = NEW_ARRAY(arena, int32_t, counts[COUNT_TIME]);
    zone->first = (int32_t)big_endian(data + types, 4);
    for (; zone->len < counts[COUNT_TIME]; zone->len++) {
        size_t kind = data[kinds + zone->len];
        if (kind >= counts[COUNT_TYPE])
            return false;
        zone->at[zone->len] = big_endian(data + times + zone->len * 8, 8);
        zone->offset[zone->len] = (int32_t)big_endian(data + types + kind * 6, 4);
    }
    read_rule(zone, data, size, times + block_bytes(counts, 8));
    return true;
}

Zone *zone_read(Arena *arena, Str data)
{
    Zone *zone = NEW(arena, Zone);
    return zone_decode(arena, zone, (const unsigned char *)data.at, data.len) ? zone : NULL;
}

static bool zone_name_safe(Str name)
{
    if (name.len == 0 || name.len >= ZONE_NAME_BYTES || name.at[0] == '/')
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

static const Zone *known(Str name)
{
    for (const Zone *zone = atomic_load_explicit(&zones, memory_order_acquire); zone; zone = zone->next)
        if (str_eq(str_of(zone->name), name))
            return zone;
    return NULL;
}

static const Zone *load_locked(Str name)
{
    static unsigned char data[ZONE_FILE_MAX];
    char path[ZONE_NAME_BYTES + 32];
    snprintf(path, sizeof path, "/usr/share/zoneinfo/%.*s", STR_ARG(name));
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return NULL;
    ssize_t size = read(file, data, sizeof data);
    close(file);
    Arena *arena = arena_new(); /* lives as long as the program when the zone is kept */
    Zone *zone = size > 0 ? zone_read(arena, (Str){(char *)data, (size_t)size}) : NULL;
    if (!zone) {
        arena_free(arena);
        return NULL;
    }
    memcpy(zone->name, name.at, name.len);
    zone->arena = arena;
    zone->next = atomic_load(&zones);
    atomic_store_explicit(&zones, zone, memory_order_release);
    return zone;
}

static const Zone *find(Str name)
{
    if (str_eq(name, STR("UTC")))
        return &utc;
    if (!zone_name_safe(name))
        return NULL;
    const Zone *zone = known(name);
    if (zone)
        return zone;
    pthread_mutex_lock(&adding);
    zone = known(name);
    if (!zone)
        zone = load_locked(name);
    pthread_mutex_unlock(&adding);
    return zone;
}

const Zone *zone_find(Str name)
{
    const Zone *zone = find(name);
    return zone ? zone : &utc;
}

bool zone_valid(Str zone)
{
    return find(zone) != NULL;
}

/* ---- the rule after the last transition (POSIX TZ) ---- */

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
    while (*at >= '0' && *at <= '9' && value < 1000)
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

/* ",Mm.w.d", ",Jn" (1..365, never counting 29 February) or ",n" (0..365), each perhaps with "/time" */
static const char *rule_change(const char *at, int year, int64_t *local_seconds)
{
    int month = 1, week = 1, weekday = 0, number = 0, seconds = 7200;
    int64_t day = date_of(year, 1, 1).days;
    if (at[0] == ',' && at[1] == 'M') {
        at = rule_number(at + 2, &month);
        at = rule_number(*at ? at + 1 : at, &week);
        at = rule_number(*at ? at + 1 : at, &weekday);
        bool fine = month >= 1 && month <= 12 && week >= 1 && week <= 5 && weekday >= 0 && weekday <= 6;
        day = fine ? rule_day(year, month, week, weekday) : day;
    } else if (at[0] == ',') {
        bool julian = at[1] == 'J';
        at = rule_number(at + 1 + julian, &number);
        bool late = julian && number >= 60 && date_valid(year, 2, 29);
        day += number - julian + late;
    }
    if (*at == '/')
        at = rule_hms(at + 1, &seconds);
    *local_seconds = day * 86400 + seconds;
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

int32_t zone_offset(const Zone *zone, int64_t utc_seconds)
{
    bool past = zone->len == 0 || utc_seconds >= zone->at[zone->len - 1];
    if (past && zone->rule[0])
        return rule_offset(zone->rule, utc_seconds);
    if (zone->len == 0 || utc_seconds < zone->at[0])
        return zone->first;
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
