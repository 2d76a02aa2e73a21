/* `millet solve route` and `millet solve route check`. */
#include "base/command.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "solve/route/clock.h"
#include "solve/route_io/route_io.h"

typedef struct Wanted {
    RouteOptions options;
    const char *format, *bks, *out, *roads, *baseline;
    double best_known;
    RouteFormat as;
} Wanted;

static int usage(Args *args, const char *what)
{
    fprintf(args->err, "millet: %s\n", what);
    return EXIT_USAGE;
}

static bool number_option(Args *args, const char *name, double min, double max, double *out)
{
    const char *text = args_option(args, name);
    if (!text)
        return true;
    return str_to_real(str_of(text), out) && *out >= min && *out <= max;
}

static int read_options(Args *args, Wanted *w)
{
    double threads = 1, seed = 1, iterations = 0, seconds = 0;
    *w = (Wanted){0};
    if (!number_option(args, "time", 0.01, 86400, &seconds))
        return usage(args, "--time is a number of CPU seconds from 0.01 to 86400");
    if (!number_option(args, "threads", 1, 2, &threads) || threads != floor(threads))
        return usage(args, "--threads is 1 or 2");
    if (!number_option(args, "seed", 0, 1e9, &seed) || !number_option(args, "iterations", 1, 1e15, &iterations))
        return usage(args, "--seed and --iterations are whole numbers");
    w->options = (RouteOptions){.seconds = seconds, .threads = (int32_t)threads, .seed = (uint64_t)seed,
                                .iterations = (int64_t)iterations};
    w->format = args_option(args, "format");
    w->bks = args_option(args, "bks");
    w->out = args_option(args, "out");
    w->roads = args_option(args, "roads");
    w->baseline = args_option(args, "baseline");
    if (w->format && !route_format(str_of(w->format), &w->as))
        return usage(args, "--format is vrplib, solomon, lilim or pyvrp");
    if (w->bks && !(str_to_real(str_of(w->bks), &w->best_known) && w->best_known > 0))
        return usage(args, "--bks is the best known cost");
    if (w->baseline && strcmp(w->baseline, "nearest") != 0 && strcmp(w->baseline, "savings") != 0)
        return usage(args, "--baseline is nearest or savings");
    return EXIT_DONE;
}

static Err *solve(Args *args, const Wanted *w, const RouteProblem *problem, RoutePlan *plan)
{
    if (!w->baseline)
        return route_solve(args->arena, problem, &w->options, plan);
    return strcmp(w->baseline, "nearest") == 0 ? route_nearest(args->arena, problem, plan)
                                               : route_savings(args->arena, problem, plan);
}

/* Prints what check found; false when anything. */
static bool say_faults(Args *args, const RouteFaults *faults)
{
    for (size_t i = 0; i < faults->len; i++)
        fprintf(args->err, "millet: %s: %.*s\n", faults->at[i].rule, STR_ARG(faults->at[i].text));
    return faults->len == 0;
}

static long peak_kib(void)
{
    struct rusage usage = {0};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static int solve_file(Args *args, const Wanted *w, const char *path)
{
    Str text;
    RouteFile file;
    RoutePlan plan = {0};
    Err *err = args_read(args, path, ROUTE_FILE_BYTES_MAX, &text);
    if (!err)
        err = route_read_file(args->arena, w->as, text, &file);
    double begun = cpu_seconds();
    if (!err)
        err = solve(args, w, &file.problem, &plan);
    if (err)
        return args_failed(args, err);
    double cost = (double)plan.cost / (double)file.unit;
    fprintf(args->out, file.unit == 1 ? "Cost %.0f\n" : "Cost %.2f\n", cost);
    if (w->bks)
        fprintf(args->out, "Gap %.4f %%\n", 100 * (cost - w->best_known) / w->best_known);
    fprintf(args->out, "Routes %zu\nUnassigned %zu\nIterations %lld\nSeconds %.2f\nPeak %ld KiB\n", plan.line_len,
            plan.left_out_len, (long long)plan.iterations, cpu_seconds() - begun, peak_kib());
    RouteFaults faults;
    route_check_plan(args->arena, &file.problem, &plan, &faults);
    if (!say_faults(args, &faults))
        return EXIT_FAILED;
    if (w->out) {
        Buf sol = buf_new(args->arena, ROUTE_FILE_BYTES_MAX);
        route_write_sol(&sol, &file, &plan);
        if ((err = args_write(args, w->out, buf_str(&sol), 0644)))
            return args_failed(args, err);
    }
    return plan.left_out_len ? EXIT_PARTLY : EXIT_DONE;
}

static int solve_json(Args *args, const Wanted *w, const char *path)
{
    Str text;
    RouteJson json;
    RoutePlan plan = {0};
    Err *err = args_read(args, path, ROUTE_JSON_BYTES_MAX, &text);
    if (!err)
        err = route_read_json(args->arena, text, &json);
    if (!err && json.needs_matrix)
        err = route_fill_matrix(args->arena, &json, w->roads);
    if (!err)
        err = solve(args, w, &json.problem, &plan);
    if (err)
        return args_failed(args, err);
    RouteFaults faults;
    route_check_plan(args->arena, &json.problem, &plan, &faults);
    if (!say_faults(args, &faults))
        return EXIT_FAILED;
    Buf out = buf_new(args->arena, ROUTE_FILE_BYTES_MAX);
    route_write_json(&out, &json, &plan);
    Str answer = buf_str(&out);
    err = args_write(args, w->out ? w->out : "-", answer, 0644);
    if (err)
        return args_failed(args, err);
    return plan.left_out_len ? EXIT_PARTLY : EXIT_DONE;
}

static int run_solve(Args *args)
{
    Wanted w;
    int wrong = read_options(args, &w);
    if (wrong)
        return wrong;
    if (!args_done(args, w.format ? 1 : 0, 1))
        return EXIT_USAGE;
    const char *path = args->argc ? args->argv[0] : "-";
    return w.format ? solve_file(args, &w, path) : solve_json(args, &w, path);
}

/* ---- check ---- */

static int say_good(Args *args, const RouteFaults *faults, double cost, bool whole_numbers, double best_known)
{
    if (!say_faults(args, faults))
        return EXIT_FAILED;
    fprintf(args->out, whole_numbers ? "Cost %.0f\n" : "Cost %.2f\n", cost);
    if (best_known > 0)
        fprintf(args->out, "Gap %.4f %%\n", 100 * (cost - best_known) / best_known);
    fputs("The plan keeps every rule.\n", args->out);
    return EXIT_DONE;
}

static int check_file(Args *args, const Wanted *w, Str problem, Str solution)
{
    RouteFile file;
    int32_t **sequences;
    size_t *lens;
    Err *err = route_read_file(args->arena, w->as, problem, &file);
    if (!err)
        err = route_read_sol(args->arena, &file, solution, &sequences, &lens);
    if (err)
        return args_failed(args, err);
    RouteFaults faults;
    int64_t cost;
    route_check_order(args->arena, &file.problem, (const int32_t *const *)sequences, lens, &faults, &cost);
    return say_good(args, &faults, (double)cost / (double)file.unit, file.unit == 1, w->best_known);
}

static int check_json(Args *args, const Wanted *w, Str problem, Str solution)
{
    RouteJson json;
    RoutePlan plan;
    Err *err = route_read_json(args->arena, problem, &json);
    if (!err && json.needs_matrix)
        err = route_fill_matrix(args->arena, &json, w->roads);
    if (!err)
        err = route_read_solution(args->arena, &json, solution, &plan);
    if (err)
        return args_failed(args, err);
    RouteFaults faults;
    route_check_plan(args->arena, &json.problem, &plan, &faults);
    return say_good(args, &faults, (double)plan.cost / (double)json.cost_unit, json.cost_unit == 1, w->best_known);
}

static int run_check(Args *args)
{
    Wanted w;
    Str problem, solution;
    int wrong = read_options(args, &w);
    if (wrong)
        return wrong;
    if (!args_done(args, 2, 2))
        return EXIT_USAGE;
    Err *err = args_read(args, args->argv[0], ROUTE_FILE_BYTES_MAX, &problem);
    if (!err)
        err = args_read(args, args->argv[1], ROUTE_FILE_BYTES_MAX, &solution);
    if (err)
        return args_failed(args, err);
    return w.format ? check_file(args, &w, problem, solution) : check_json(args, &w, problem, solution);
}

const Command solve_route_commands[] = {
    COMMAND("solve route", N_("Plan delivery rounds: VROOM's JSON in, a plan out; or a public instance"),
            N_("Usage: millet solve route [options] < problem.json > solution.json\n"
               "       millet solve route --format vrplib|solomon|lilim|pyvrp [options] FILE\n"
               "  --time S         CPU seconds to search (5 when neither this nor --iterations is given)\n"
               "  --iterations N   stop after so many steps; the plan then depends on the seed alone\n"
               "  --threads N      1 or 2\n"
               "  --seed N         1 when not given\n"
               "  --roads FILE     road network made by `millet import roads`, for problems with coordinates only\n"
               "  --bks N          print the gap to this best known cost\n"
               "  --out FILE       write the plan (JSON) or the .sol file there\n"
               "  --baseline nearest|savings   plan as people do, to compare\n"
               "Exit status 3: the plan is sound, but something could not be served; the answer says why."),
            run_solve),
    COMMAND("solve route check", N_("Check a plan of any solver against its problem, rule by rule"),
            N_("Usage: millet solve route check [--roads FILE] PROBLEM.json SOLUTION.json\n"
               "       millet solve route check --format F [--bks N] INSTANCE SOLUTION.sol\n"
               "Drives the plan again without any part of the solver and names every rule it breaks."),
            run_check),
    {0},
};
