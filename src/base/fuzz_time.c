/* Any bytes as a time, a date, a number, an amount, an id, a zone's file. */
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "base/money.h"
#include "base/quantity.h"
#include "base/zone.h"

static void check(bool fine)
{
    if (!fine)
        abort();
}

static void times(Arena *arena, Str text)
{
    Time time, back;
    Date date, same;
    if (time_parse(text, &time))
        check(time_parse(time_text(arena, time), &back) && back.ms == time.ms);
    if (date_parse(text, &date))
        check(date_parse(date_text(arena, date), &same) && same.days == date.days);
    zone_valid(text);
}

static void numbers(Arena *arena, Str text)
{
    int64_t number, steps;
    double real;
    Money money, back;
    Id id;
    if (str_to_int(text, &number)) {
        Buf buf = buf_new(arena, 32);
        buf_add_int(&buf, number);
        int64_t again;
        check(str_to_int(buf_str(&buf), &again) && again == number);
    }
    str_to_real(text, &real);
    for (int places = 0; places <= 3; places++)
        if (money_parse(text, places, &money) && money.minor != INT64_MIN)
            check(money_parse(money_plain(arena, money, places), places, &back) && back.minor == money.minor);
    if (quantity_parse(text, 3, &steps)) {
        int64_t again;
        check(steps >= 0 && quantity_parse(quantity_plain(arena, steps, 3), 3, &again) && again == steps);
    }
    if (id_parse(text, &id))
        check(id > 0 && str_eq_nocase(id_text(arena, id), id_text(arena, id)));
}

static void zone_file(Arena *arena, Str data)
{
    const Zone *zone = zone_read(arena, data);
    static const int64_t moments[] = {INT32_MIN, 0, 1, 1700000000, 4102444800, INT32_MAX};
    for (size_t i = 0; zone && i < sizeof moments / sizeof *moments; i++)
        zone_offset(zone, moments[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    Str text = {(const char *)data, size};
    times(arena, text);
    numbers(arena, text);
    zone_file(arena, text);
    if (size >= 9) { /* a moment in a zone: the clock is that of a real day */
        int64_t ms;
        memcpy(&ms, data, sizeof ms);
        static const char *const zones[] = {"Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo", "Africa/Nairobi"};
        Str zone = str_of(zones[data[8] & 3]);
        Clock c = time_clock((Time){ms}, zone);
        check(date_valid(c.year, c.month, c.day) && c.hour >= 0 && c.hour < 24 && c.minute >= 0 && c.minute < 60);
        time_text(arena, (Time){ms});
    }
    arena_free(arena);
    return 0;
}
