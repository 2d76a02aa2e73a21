/* `millet week`. */
#include "base/command.h"

#include <stdlib.h>
#include <time.h>

#include "core/core.h"
#include "week/week.h"

#define WEEK_PASSWORD "millet-week"

typedef struct Watching {
    Args *args;
    int64_t hours_a_second; /* 0: as fast as it goes */
} Watching;

static void show(void *arg, const char *line)
{
    const Watching *watching = arg;
    fprintf(watching->args->out, "%s\n", line);
    fflush(watching->args->out);
}

static void pause_for(void *arg, int64_t ms)
{
    const Watching *watching = arg;
    int64_t real_ms = ms / 3600 / watching->hours_a_second;
    nanosleep(&(struct timespec){real_ms / 1000, real_ms % 1000 * 1000000}, NULL);
}

/* So long ago that its payouts and statements have come too. */
static Time monday(Time now)
{
    Date today = time_date(now, STR("Asia/Shanghai"));
    return time_of(STR("Asia/Shanghai"), (Date){today.days - date_weekday(today) + 1 - 14}, 8, 0);
}

static int week_command(Args *args)
{
    const char *speed = args_option(args, "speed"), *seed = args_option(args, "seed");
    int64_t hours = 0, chance = 0;
    if ((speed && (!str_to_int(str_of(speed), &hours) || hours < 1 || hours > 100000)) || (seed && !str_to_int(str_of(seed), &chance))) {
        fputs("millet: --speed is hours of the week in a second (1 to 100000), --seed a number\n", args->err);
        return EXIT_USAGE;
    }
    if (!args_done(args, 0, 0))
        return EXIT_USAGE;
    Watching watching = {args, hours};
    StoreOptions options = store_options(args->arena);
    Week week = {.arena = args->arena, .begins = monday(time_now()), .seed = (uint64_t)chance, .say = show, .arg = &watching,
                 .wait = hours ? pause_for : NULL, .password = WEEK_PASSWORD};
    int64_t began_us = time_monotonic_us();
    Err *err = store_open(args->arena, &options, &week.store);
    if (err)
        return args_failed(args, err);
    err = week_play(&week);
    store_close(week.store);
    if (err_is(err, "start.done"))
        err = err_new(args->arena, ERR_CONFLICT, "week.not_empty");
    if (err)
        return args_failed(args, err);
    fprintf(args->out, "Every total is reconciled (%lld orders, %.1f s). millet serve shows it; sign in as \"Wang Mei\" with %s.\n",
            (long long)week.orders, (double)(time_monotonic_us() - began_us) / 1e6, WEEK_PASSWORD);
    return EXIT_DONE;
}

const Command week_commands[] = {
    COMMAND("week", N_("Play a village week from forecast to closed books into an empty data folder."),
            N_("Usage: millet week [--speed N] [--seed N] [--data FOLDER] [--db URL]\n\n"
               "Forecast, wallets, opening, orders paid into escrow or in cash, pre-orders, closing, a short harvest, weighing, packing,\n"
               "pickup with no-shows, money back, a complaint, the till counted, producers paid by bank files, statements read:\n"
               "every step through the same doors as the pages. Ends with every sum compared with every other, with all checks of\n"
               "millet verify, and with the books added up by hledger, Ledger and Beancount where they are installed.\n\n"
               "--speed N   N hours of the week in a second, to be watched; else as fast as it goes\n"
               "--seed N    another week; the same number plays the same one"),
            week_command),
    {0},
};
