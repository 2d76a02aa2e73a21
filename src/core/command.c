/* Commands about the installation itself. */
#include "base/command.h"

#include <string.h>

#include "core/backup.h"
#include "core/config.h"
#include "core/deliver.h"
#include "core/fetch.h"
#include "core/jobs.h"
#include "core/outbox.h"
#include "core/queries.h"
#include "core/verify.h"

/* "postgres://name:secret@host" with the secret hidden. */
static Str without_secret(Arena *arena, Str text)
{
    size_t start = str_find(text, STR("://")), at = str_find(text, STR("@"));
    if (start == SIZE_MAX || at == SIZE_MAX || at < start)
        return text;
    Str name, secret;
    if (!str_cut(str_slice(text, start + 3, at), ':', &name, &secret))
        return text;
    return str_format(arena, "%.*s%.*s:***%.*s", STR_ARG(str_slice(text, 0, start + 3)), STR_ARG(name),
                      STR_ARG(str_slice(text, at, text.len)));
}

/* For scripts: the bare value of one setting. */
static int print_setting(Args *args, const char *name)
{
    for (const ConfigRow *row = config_rows; row->name; row++)
        if (strcmp(row->name, name) == 0) {
            fprintf(args->out, "%.*s\n", STR_ARG(config_text(name)));
            return EXIT_DONE;
        }
    fprintf(args->err, "millet: there is no setting named %s\n", name);
    return EXIT_USAGE;
}

static int config_command(Args *args)
{
    if (!args_done(args, 0, 1))
        return EXIT_USAGE;
    if (args->argc == 1)
        return print_setting(args, args->argv[0]);
    for (const ConfigRow *row = config_rows; row->name; row++) {
        const char *source = config_source(row->name);
        Str value = without_secret(args->arena, config_text(row->name));
        fprintf(args->out, "# %s\n# Takes %.*s. From: %s\n%s = %.*s\n\n", row->about,
                STR_ARG(config_range(args->arena, row)), source ? source : "default", row->name, STR_ARG(value));
    }
    return EXIT_DONE;
}

/* Whoever cuts off the end together with every note of it is found out by a hash that was noted elsewhere. */
static Err *print_trail_end(Args *args)
{
    Db db;
    AuditEnd head;
    bool found;
    TRY(db_read(args->store, args->arena, &db));
    TRY(audit_end_get(&db, &head, &found));
    if (found)
        fprintf(args->out, "The trail of changes ends at row %lld with hash %.*s\n", (long long)head.n, STR_ARG(head.hash));
    return NULL;
}

static int verify_command(Args *args)
{
    bool rebuild = args_flag(args, "rebuild");
    const char *only = args_option(args, "only");
    int64_t wrong = 0;
    if (!args_done(args, 0, 0))
        return EXIT_USAGE;
    Err *err = verify_all(args->store, args->arena, args->out, only, rebuild, &wrong);
    if (!err)
        err = print_trail_end(args);
    if (err)
        return args_failed(args, err);
    if (wrong)
        fprintf(args->out, "%lld things are wrong.\n", (long long)wrong);
    else
        fputs("Everything is as it should be.\n", args->out);
    return wrong ? EXIT_FAILED : EXIT_DONE;
}

/* ---- jobs ---- */

static void print_job(Args *args, const Job *job, const JobRowList *rows, Str zone)
{
    JobRow row = {0};
    for (size_t i = 0; i < rows->len; i++)
        if (str_eq(rows->at[i].name, str_of(job->name)))
            row = rows->at[i];
    Str last = row.runs ? time_text(args->arena, row.last_at) : STR("never");
    Str next = row.last_at.ms ? time_text(args->arena, job_due(job, row.last_at, zone)) : STR("now");
    fprintf(args->out, "%s: %s\n  last %.*s, next %.*s, %lld runs, %lld failed%s%.*s\n", job->name, job->about,
            STR_ARG(last), STR_ARG(next), (long long)row.runs, (long long)row.failures,
            row.trouble.len ? ", last: " : "", STR_ARG(row.trouble));
}

static int job_list_command(Args *args)
{
    Db db;
    JobRowList rows;
    if (!args_done(args, 0, 0))
        return EXIT_USAGE;
    Err *err = db_read(args->store, args->arena, &db);
    if (!err)
        err = job_list(&db, &rows);
    if (err)
        return args_failed(args, err);
    Str zone = village_at(&db).zone;
    for (size_t i = 0; house_modules[i]; i++)
        for (const Job *job = house_modules[i]->jobs; job && job->name; job++)
            print_job(args, job, &rows, zone);
    return EXIT_DONE;
}

static int job_run_command(Args *args)
{
    if (!args_done(args, 1, 1))
        return EXIT_USAGE;
    const Job *job = job_named(args->argv[0]);
    Err *err =
        job ? job_run(args->store, args->arena, job, time_now())
            : err_arg(args->arena, err_new(args->arena, ERR_MISSING, "job.unknown"), "name", str_of(args->argv[0]));
    return err ? args_failed(args, err) : EXIT_DONE;
}

const Command core_commands[] = {
    COMMAND("config", N_("Show every setting, its value and where it came from."),
            N_("Usage: millet config [NAME]\n\n"
               "A value comes from the default, then millet.conf in the data folder (or --config FILE), then the "
               "environment\n"
               "(MILLET_LISTEN for listen), then a flag (--listen); the last one counts. What is printed may be kept "
               "as a file of settings, but passwords are shown as ***."),
            config_command),
    COMMAND("job list", N_("List the scheduled jobs: when each ran and is due again."), N_("Usage: millet job list"),
            job_list_command, .needs_store = true),
    COMMAND("job run", N_("Run a scheduled job now."), N_("Usage: millet job run NAME"), job_run_command,
            .needs_store = true),
    COMMAND("outbox list", N_("List what waits to go out, and what was set aside after too many failures."),
            N_("Usage: millet outbox list [--dead]"), outbox_list_command, .needs_store = true),
    COMMAND("outbox retry", N_("Try messages again that were set aside."), N_("Usage: millet outbox retry ID|--all"),
            outbox_retry_command, .needs_store = true),
    COMMAND("outbox drop", N_("Drop a message for good."), N_("Usage: millet outbox drop ID"), outbox_drop_command,
            .needs_store = true),
    COMMAND("worker deliver", N_("Sends mail and webhooks; started by serve, not by people."),
            N_("Reads requests of Millet's own on its standard input and answers in kind."), deliver_child),
    COMMAND("worker fetch", N_("Fetches feeds of other sites; started by serve, not by people."),
            N_("Reads requests of Millet's own on its standard input and answers in kind."), fetch_child),
    COMMAND("backup", N_("Put everything into one file, also while serving."),
            N_("Usage: millet backup FILE\n\n"
               "FILE is a tar archive: the database as it is at this moment, pictures, keys, settings. - writes to "
               "standard\n"
               "output: millet backup - | age -r ... > FILE. An existing FILE is never overwritten."),
            backup_command, .needs_store = true),
    COMMAND(
        "restore", N_("Take everything back from a backup."),
        N_("Usage: millet restore FILE [--force]\n\n"
           "The backup is unpacked beside the data and checked (whole file, schema, every promise of `millet verify`)\n"
           "before anything is replaced; what was there stays as millet.db.replaced. No server may be running.\n"
           "--force restores although `verify` finds something wrong."),
        restore_command),
    COMMAND("verify", N_("Check that the data keeps every promise, and name what is wrong."),
            N_("Usage: millet verify [--only NAME] [--rebuild]\n\n"
               "--only NAME   only the checks whose names begin so: market, market.stock\n"
               "--rebuild     make derived tables again first\n\n"
               "Exit status 1 when anything is wrong."),
            verify_command, .needs_store = true),
    {0},
};
