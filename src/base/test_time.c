/* Dates, times and zones; the C library is the oracle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/zone.h"

static const char *const cities[] = {"Asia/Shanghai",
                                     "Europe/Berlin",
                                     "America/Sao_Paulo",
                                     "Africa/Nairobi",
                                     "America/New_York",
                                     "Australia/Lord_Howe",
                                     "Asia/Kathmandu",
                                     "Pacific/Apia",
                                     "Africa/Casablanca",
                                     "America/Nuuk",
                                     "Europe/Dublin",
                                     "Asia/Kolkata",
                                     "Pacific/Chatham",
                                     "America/Santiago",
                                     "Asia/Gaza",
                                     "Europe/Lisbon",
                                     "Africa/Cairo",
                                     "America/Havana",
                                     "UTC",
                                     "Etc/GMT+12"};
enum { CITIES = sizeof cities / sizeof *cities };

static void at_place(const char *zone)
{
    setenv("TZ", zone, 1);
    tzset();
}

static uint64_t step(uint64_t *seed) /* splitmix64 */
{
    uint64_t z = (*seed += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static void same_clock(const char *zone, int64_t seconds)
{
    struct tm tm;
    time_t at = (time_t)seconds;
    localtime_r(&at, &tm);
    Clock c = time_clock((Time){seconds * 1000}, str_of(zone));
    int weekday = tm.tm_wday ? tm.tm_wday : 7;
    if (c.year != tm.tm_year + 1900 || c.month != tm.tm_mon + 1 || c.day != tm.tm_mday || c.hour != tm.tm_hour ||
        c.minute != tm.tm_min || c.second != tm.tm_sec || c.weekday != weekday)
        fail_msg("%s at %lld: we say %d-%d-%d %d:%d:%d, the C library %d-%d-%d %d:%d:%d", zone, (long long)seconds,
                 c.year, c.month, c.day, c.hour, c.minute, c.second, tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
                 tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static void clocks_agree_with_the_c_library(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int i = 0; i < CITIES; i++) {
        at_place(cities[i]);
        for (int64_t day = -25567; day < 40000; day += 3) /* 1900 to 2079, so the rules at the end count too */
            same_clock(cities[i], day * 86400 + (int64_t)(step(&seed) % 86400));
    }
}

static void clocks_agree_around_every_change(void **state)
{
    (void)state;
    for (int i = 0; i < CITIES; i++) {
        at_place(cities[i]);
        const Zone *zone = zone_find(str_of(cities[i]));
        int32_t before = zone_offset(zone, 0);
        for (int64_t hour = 0; hour < 24 * 366 * 90; hour++) { /* 1970 to 2060 */
            int32_t offset = zone_offset(zone, hour * 3600);
            if (offset == before)
                continue;
            before = offset;
            for (int64_t second = hour * 3600 - 3700; second < hour * 3600 + 10; second += 100)
                same_clock(cities[i], second - second % 100);
            same_clock(cities[i], hour * 3600 - 1);
        }
    }
}

static void local_times_come_back(void **state)
{
    (void)state;
    uint64_t seed = 2;
    for (int i = 0; i < CITIES; i++)
        for (int n = 0; n < 3000; n++) {
            Str zone = str_of(cities[i]);
            Time minute = {(int64_t)(step(&seed) % 2208988800u) / 60 * 60000};
            Clock c = time_clock(minute, zone);
            Time back = time_of(zone, date_of(c.year, c.month, c.day), c.hour, c.minute);
            Clock again = time_clock(back, zone);
            assert_int_equal(again.hour * 60 + again.minute, c.hour * 60 + c.minute);
            assert_int_equal(again.day, c.day);
            assert_true(back.ms <= minute.ms); /* of two the first */
        }
}

static void a_gap_resolves_forward_and_an_overlap_to_the_first(void **state)
{
    Arena *arena = *state;
    Str berlin = STR("Europe/Berlin");
    assert_string_equal(str_z(arena, time_text(arena, time_of(berlin, date_of(2026, 3, 29), 2, 30))),
                        "2026-03-29T01:30:00.000Z"); /* 2:30 does not exist: 3:30 summer time */
    assert_string_equal(str_z(arena, time_text(arena, time_of(berlin, date_of(2026, 10, 25), 2, 30))),
                        "2026-10-25T00:30:00.000Z");
    Str shanghai = STR("Asia/Shanghai");
    assert_string_equal(str_z(arena, time_text(arena, time_of(shanghai, date_of(2026, 11, 21), 9, 30))),
                        "2026-11-21T01:30:00.000Z");
    Str paulo = STR("America/Sao_Paulo"); /* midnight did not exist on 2018-11-04 */
    assert_string_equal(str_z(arena, time_text(arena, time_of(paulo, date_of(2018, 11, 4), 0, 0))),
                        "2018-11-04T03:00:00.000Z");
    assert_int_equal(time_clock(time_of(paulo, date_of(2018, 11, 4), 0, 0), paulo).hour, 1);
}

static void more_zones_than_a_village_needs_are_all_right(void **state)
{
    (void)state;
    int known = 0;
    FILE *list = fopen("/usr/share/zoneinfo/tzdata.zi", "r");
    assert_non_null(list);
    char line[300], name[100];
    while (fgets(line, sizeof line, list)) {
        if (sscanf(line, "L %*s %99s", name) != 1 && sscanf(line, "Z %99s", name) != 1)
            continue;
        assert_true(zone_valid(str_of(name)));
        at_place(name);
        same_clock(name, 1795000000);
        same_clock(name, 2540000000);
        known++;
    }
    fclose(list);
    assert_true(known > 300);
}

static void unknown_and_wicked_zone_names_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "Nowhere/Land",
                                      "../../etc/passwd",
                                      "/etc/passwd",
                                      "Europe",
                                      "tzdata.zi",
                                      "Asia/Shang hai",
                                      "Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/B"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(zone_valid(str_of(bad[i])));
    assert_true(zone_valid(STR("UTC")));
    assert_int_equal(time_clock((Time){0}, STR("Nowhere/Land")).hour, 0);
}

static void every_day_of_eight_thousand_years_comes_back(void **state)
{
    Arena *arena = *state;
    int weekday = date_weekday(date_of(1, 1, 1));
    for (int32_t day = date_of(1, 1, 1).days; day <= date_of(9999, 12, 31).days; day++) {
        Clock c = date_clock((Date){day});
        assert_true(date_valid(c.year, c.month, c.day));
        assert_int_equal(date_of(c.year, c.month, c.day).days, day);
        assert_int_equal(c.weekday, weekday);
        weekday = weekday % 7 + 1;
    }
    assert_int_equal(weekday, date_weekday(date_of(10000, 1, 1)));
    assert_int_equal(date_of(1970, 1, 1).days, 0);
    assert_string_equal(str_z(arena, date_text(arena, date_of(7, 3, 9))), "0007-03-09");
}

static void only_real_dates_are_read(void **state)
{
    (void)state;
    Date date;
    static const char *const bad[] = {"2026-02-29",  "1900-02-29", "2026-13-01", "2026-00-10",
                                      "2026-1-1",    "2026-11-31", "0000-01-01", "2026/11/21",
                                      "2026-11-21 ", "",           "2026-11-2a", "-026-11-21"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(date_parse(str_of(bad[i]), &date));
    assert_true(date_parse(STR("2000-02-29"), &date));
    assert_true(date_parse(STR("9999-12-31"), &date));
}

static void times_are_read_with_any_offset(void **state)
{
    Arena *arena = *state;
    static const char *const good[][2] = {{"2026-11-21T09:30:00Z", "2026-11-21T09:30:00.000Z"},
                                          {"2026-11-21T09:30:00.5Z", "2026-11-21T09:30:00.500Z"},
                                          {"2026-11-21 09:30:00.123456+08:00", "2026-11-21T01:30:00.123Z"},
                                          {"2026-01-01T00:00:00+14:00", "2025-12-31T10:00:00.000Z"},
                                          {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"}};
    Time time;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(time_parse(str_of(good[i][0]), &time));
        assert_string_equal(str_z(arena, time_text(arena, time)), good[i][1]);
    }
    static const char *const bad[] = {
        "2026-11-21T09:30:00",      "2026-11-21T24:00:00Z",  "2026-11-21T09:60:00Z",      "2026-11-21T09:30Z",
        "2026-11-21T09:30:00+8:00", "2026-11-21T09:30:00Zx", "2026-11-21T09:30:00+24:00", ""};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(time_parse(str_of(bad[i]), &time));
}

static void the_clock_can_be_set_for_a_demonstration(void **state)
{
    time_fake((Time){12345});
    assert_int_equal(time_now().ms, 12345);
    assert_true(time_real().ms > 1700000000000);
    time_fake((Time){0});
    assert_true(time_now().ms > 1700000000000);
    Clock far = time_clock((Time){INT64_MAX}, STR("Pacific/Apia"));
    assert_int_equal(far.year, 9999);
    assert_int_equal(time_clock((Time){INT64_MIN}, STR("America/Havana")).year, 1);
    assert_string_equal(str_z(*state, time_text(*state, (Time){INT64_MIN})), "0001-01-02T00:00:00.192Z");
    assert_string_equal(str_z(*state, time_text(*state, (Time){-1})), "1969-12-31T23:59:59.999Z");
}

static int begin(void **state)
{
    *state = arena_new();
    return 0;
}

static int end(void **state)
{
    arena_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clocks_agree_with_the_c_library),
        cmocka_unit_test(clocks_agree_around_every_change),
        cmocka_unit_test(local_times_come_back),
        cmocka_unit_test(a_gap_resolves_forward_and_an_overlap_to_the_first),
        cmocka_unit_test(more_zones_than_a_village_needs_are_all_right),
        cmocka_unit_test(unknown_and_wicked_zone_names_are_refused),
        cmocka_unit_test(every_day_of_eight_thousand_years_comes_back),
        cmocka_unit_test(only_real_dates_are_read),
        cmocka_unit_test(times_are_read_with_any_offset),
        cmocka_unit_test(the_clock_can_be_set_for_a_demonstration),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
