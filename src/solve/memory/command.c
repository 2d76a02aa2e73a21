/* `millet solve memory FILE`: reviews in, what is remembered out. */
#include "base/command.h"
#include "base/csv.h"
#include "solve/memory/memory.h"

#include <stdlib.h>

typedef struct Run {
    Args *args;
    MemorySettings settings;
    Str card;
    Memory memory;
} Run;

static int bad_line(const Run *run, size_t line, const char *what)
{
    fprintf(run->args->err, "millet: line %zu: %s\n", line, what);
    return EXIT_FAILED;
}

/* A row is "card,elapsed_days,rating"; a new card begins where its name changes. */
static int review_row(Run *run, const StrList *row, size_t line)
{
    double elapsed;
    int64_t rating, days;
    if (row->len != 3 || !str_to_real(row->at[1], &elapsed) || !str_to_int(row->at[2], &rating))
        return bad_line(run, line, "a row is card,elapsed_days,rating");
    if (elapsed < 0 || elapsed > 36500 || rating < RATING_AGAIN || rating > RATING_EASY)
        return bad_line(run, line, "elapsed_days is 0 to 36500, rating 1 (again) to 4 (easy)");
    if (!str_eq(run->card, row->at[0])) {
        run->card = str_copy(run->args->arena, row->at[0]);
        run->memory = (Memory){0};
    }
    run->memory = memory_review(&run->settings, run->memory, elapsed, (Rating)rating, &days);
    fprintf(run->args->out, "%.*s,%.8f,%.8f,%lld\n", STR_ARG(row->at[0]), run->memory.stability, run->memory.difficulty,
            (long long)days);
    return EXIT_DONE;
}

static int review_all(Run *run, Str file)
{
    Csv csv = csv_open(run->args->arena, file, ',');
    StrList row;
    bool more = true, head = true;
    while (more) {
        Err *err = csv_row(&csv, &row, &more);
        if (err)
            return args_failed(run->args, err);
        if (more && !(head && row.len && str_eq(row.at[0], STR("card")))) {
            int status = review_row(run, &row, csv.line);
            if (status)
                return status;
        }
        head = false;
    }
    return EXIT_DONE;
}

static int solve_memory(Args *args)
{
    Run run = {.args = args, .settings = memory_settings()};
    const char *retention = args_option(args, "retention");
    run.settings.same_day = !args_flag(args, "no-same-day");
    if (!args_done(args, 1, 1))
        return EXIT_USAGE;
    if (retention && (!str_to_real(str_of(retention), &run.settings.retention) || run.settings.retention < 0.7 ||
                      run.settings.retention > 0.97)) {
        fputs("millet: --retention is 0.70 to 0.97\n", args->err);
        return EXIT_USAGE;
    }
    Str file;
    Err *err = args_read(args, args->argv[0], 64u << 20, &file);
    if (err)
        return args_failed(args, err);
    fputs("card,stability,difficulty,days\n", args->out);
    return review_all(&run, file);
}

const Command solve_memory_commands[] = {
    COMMAND("solve memory", N_("When to ask again (FSRS-6)"),
            N_("Usage: millet solve memory FILE [--retention 0.9] [--no-same-day]\n\n"
               "FILE is CSV: card,elapsed_days,rating (1 again, 2 hard, 3 good, 4 easy), the reviews of one card together.\n"
               "Prints for each what is remembered after it: stability in days, difficulty, days until it is due."),
            solve_memory),
    {0},
};
