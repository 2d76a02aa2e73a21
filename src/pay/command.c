/* millet simulate: the village lives for years in a minute. */
#include <ftw.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/command.h"
#include "pay/simulate.h"

enum { YEARS_MAX = 100, YEAR_DAYS = 365 };

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *where)
{
    (void)info, (void)type, (void)where;
    return remove(path);
}

static void show_day(void *whose, int64_t day, int64_t all)
{
    args_progress(whose, "day", day, all);
}

static int report(Args *args, const SimulateOptions *o, const SimulateResult *r)
{
    fprintf(args->out, "seed %llu: %lld days, %lld orders, %lld transfers, %lld payouts, %lld bank lines, %lld complaints, %lld refusals, %lld restarts (%lld in the middle of a write)\n",
            (unsigned long long)o->seed, (long long)r->days, (long long)r->orders, (long long)r->transfers, (long long)r->payouts, (long long)r->lines,
            (long long)r->disputes, (long long)r->refusals, (long long)r->restarts, (long long)r->torn);
    fprintf(args->out, "%lld payments by phone; the service lied about %lld of them and was asked %lld times\n", (long long)r->phone, (long long)r->lies, (long long)r->asked);
    const struct {
        const char *what;
        Money sum;
    } sums[] = {{"cash", r->cash}, {"bank", r->bank}, {"mobile money", r->mobile}, {"wallets", r->wallets}, {"escrow", r->escrow}, {"producers", r->earned}, {"fees", r->fees}};
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++)
        fprintf(args->out, "%s %.*s%s", sums[i].what, STR_ARG(money_plain(args->arena, sums[i].sum, 2)), i + 1 < sizeof sums / sizeof *sums ? ", " : "\n");
    if (!r->wrong) {
        fputs("The books were right on every day.\n", args->out);
        return EXIT_DONE;
    }
    fprintf(args->out, "%.*sReplay: millet simulate --seed %llu --days %lld\n", STR_ARG(r->findings), (unsigned long long)o->seed, (long long)r->days);
    return EXIT_FAILED;
}

static int run_simulate(Args *args)
{
    const char *seed = args_option(args, "seed"), *years = args_option(args, "years"), *days = args_option(args, "days");
    int64_t seed_n = time_real().ms % 1000000007, years_n = 1, days_n = 0;
    char folder[] = "/tmp/millet-simulate-XXXXXX";
    if (!args_done(args, 0, 0))
        return EXIT_USAGE;
    if ((seed && !str_to_int(str_of(seed), &seed_n)) || (years && !str_to_int(str_of(years), &years_n)) || (days && !str_to_int(str_of(days), &days_n)) ||
        years_n < 1 || years_n > YEARS_MAX || days_n < 0 || days_n > YEARS_MAX * YEAR_DAYS) {
        fputs("millet: --seed takes a number, --years 1 to 100, --days 1 to 36500\n", args->err);
        return EXIT_USAGE;
    }
    if (!mkdtemp(folder)) {
        fputs("millet: no folder can be made in /tmp\n", args->err);
        return EXIT_FAILED;
    }
    SimulateOptions options = {.seed = (uint64_t)seed_n, .days = days_n ? days_n : years_n * YEAR_DAYS, .data = folder, .progress = show_day, .whose = args};
    SimulateResult result;
    fprintf(args->out, "seed %lld\n", (long long)seed_n);
    clock_t began = clock();
    Err *err = simulate(args->arena, &options, &result);
    double seconds = (double)(clock() - began) / CLOCKS_PER_SEC;
    if (!err)
        fprintf(args->out, "%.1f s of processor time: %.0f days and %.0f transfers a second, the whole book checked every day\n", seconds,
                (double)result.days / (seconds > 0 ? seconds : 1), (double)result.transfers / (seconds > 0 ? seconds : 1));
    int status = err ? args_failed(args, err) : report(args, &options, &result);
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    return status;
}

const Command pay_commands[] = {
    COMMAND("simulate", N_("Let a village live for years: its money must be right on every day."),
            N_("Usage: millet simulate [--seed N] [--years Y | --days D]\n\nMembers, agents, producers, a bank and thieves act on a database of their own in /tmp, by the\n"
               "real code and a fake clock. After every day the ledger is checked from its first entry on. The same\n"
               "seed does the same; a failure prints the command that replays it."), run_simulate),
    {0},
};
