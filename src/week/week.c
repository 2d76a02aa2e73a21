/* The play: its acts in order, its clock, its chance. */
#include <stdio.h>

#include "core/core.h"
#include "week/inside.h"

enum { LINE_MAX_BYTES = 70 * 1024 };

void week_say(Week *week, const char *format, ...)
{
    if (!week->say)
        return;
    Arena *own = arena_new();
    char *line = arena_alloc(own, LINE_MAX_BYTES);
    va_list args;
    va_start(args, format);
    vsnprintf(line, LINE_MAX_BYTES, format, args);
    va_end(args);
    week->say(week->arg, line);
    arena_free(own);
}

void week_until(Week *week, int day, int hour, int minute)
{
    Time then = {week->begins.ms + day * (int64_t)DAY_MS + (hour - 8) * (int64_t)HOUR_MS + minute * (int64_t)MINUTE_MS};
    if (week->wait && then.ms > week->now.ms && week->now.ms)
        week->wait(week->arg, then.ms - week->now.ms);
    week->now = then;
}

/* xorshift64* (Vigna 2016): the same week for the same seed everywhere. */
int64_t week_chance(Week *week, int64_t below)
{
    week->seed ^= week->seed >> 12;
    week->seed ^= week->seed << 25;
    week->seed ^= week->seed >> 27;
    return (int64_t)((week->seed * UINT64_C(2685821657736338717)) >> 33) % below;
}

Str week_money(const Week *week, Money amount)
{
    return money_plain(week->arena, amount, 2);
}

Err *week_play(Week *week)
{
    static Err *(*const acts[])(Week *) = {week_found, week_fill, week_open, week_order, week_harvest, week_share, week_weigh,
                                           week_pack, week_hand_over, week_refund, week_complain, week_count, week_look_ahead, week_pay_out,
                                           week_reconcile, week_close};
    if (!week->seed)
        week->seed = 20261122;
    TRY(house_furnish(week->store, week->arena));
    for (size_t i = 0; house_modules[i]; i++)
        if (house_modules[i]->start)
            TRY(house_modules[i]->start(week->store, week->arena));
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        TRY(acts[i](week));
    return NULL;
}
