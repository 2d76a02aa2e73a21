/* `millet export hledger|ledger|beancount FILE`. */
#include "base/command.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "ledger/closing.h"
#include "ledger/export.h"

static void show_progress(void *arg, int64_t done, int64_t of)
{
    args_progress(arg, "Exporting", done, of);
}

static Err *open_out(Args *args, const char *path, FILE **out)
{
    if (strcmp(path, "-") == 0) {
        *out = args->out;
        return NULL;
    }
    int fd = args_open(args, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    *out = fd < 0 ? NULL : fdopen(fd, "w");
    if (*out)
        return NULL;
    Err *err = err_detail(args->arena, ERR_BROKEN, "file.unwritable", "%s: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return err_arg(args->arena, err, "file", str_of(path));
}

static int export_run(Args *args, ExportFormat format)
{
    FILE *out;
    Db db;
    int64_t lines = 0;
    if (!args_done(args, 1, 1))
        return EXIT_USAGE;
    Err *err = db_read(args->store, args->arena, &db);
    if (!err)
        err = open_out(args, args->argv[0], &out);
    if (err)
        return args_failed(args, err);
    err = ledger_export(&db, format, out, &lines, show_progress, args);
    if (out != args->out && (fsync(fileno(out)) | fclose(out)) && !err)
        err = err_arg(args->arena, err_detail(args->arena, ERR_BROKEN, "file.unwritable", "%s: %s", args->argv[0], strerror(errno)), "file",
                      str_of(args->argv[0]));
    if (err)
        return args_failed(args, err);
    if (out != args->out)
        fprintf(args->out, "%lld transfers\n", (long long)lines);
    return EXIT_DONE;
}

static int export_hledger(Args *args)
{
    return export_run(args, EXPORT_HLEDGER);
}

static int export_ledger(Args *args)
{
    return export_run(args, EXPORT_LEDGER);
}

static int export_beancount(Args *args)
{
    return export_run(args, EXPORT_BEANCOUNT);
}

/* ---- the year's end ---- */

typedef struct YearCommand {
    ClosingAct act;
    Id closing;
    Time now;
} YearCommand;

static Err *close_write(Tx *tx, void *arg)
{
    YearCommand *c = arg;
    return year_close(tx, &c->act, c->now, &c->closing);
}

static Err *reopen_write(Tx *tx, void *arg)
{
    YearCommand *c = arg;
    return year_reopen(tx, c->closing, c->act.by, c->now);
}

static Err *treasurer_of(Db *db, const char *name, Time now, Id *out)
{
    LedgerPersonList found;
    TRY(treasurer_called(db, text_fold(db->arena, str_of(name)), village_at(db).org, now, &found));
    if (found.len != 1)
        return err_new(db->arena, ERR_DENIED, "closing.who");
    *out = found.at[0].id;
    return NULL;
}

static Err *plan_show(Args *args, Db *db, Date day, Time now)
{
    ClosingPlan plan;
    int places = village_at(db).currency_places;
    TRY(closing_plan(db, day, now, &plan));
    for (size_t i = 0; i < plan.len; i++)
        fprintf(args->out, "%-6.*s %-40.*s %16.*s\n", STR_ARG(plan.at[i].code), STR_ARG(plan.at[i].name),
                STR_ARG(money_plain(args->arena, (Money){plan.at[i].amount}, places)));
    fprintf(args->out, "%-47s %16.*s\n", plan.result < 0 ? "Loss" : "Surplus", STR_ARG(money_plain(args->arena, (Money){plan.result}, places)));
    return NULL;
}

static int books_close(Args *args)
{
    const char *as = args_option(args, "as");
    bool preview = args_flag(args, "preview");
    YearCommand c = {.now = time_now()};
    Db db;
    if (!args_done(args, 1, 1) || (!preview && !as))
        return EXIT_USAGE;
    if (!date_parse(str_of(args->argv[0]), &c.act.day))
        return args_failed(args, err_new(args->arena, ERR_INVALID, "trial.at"));
    Err *err = db_read(args->store, args->arena, &db);
    if (!err)
        err = plan_show(args, &db, c.act.day, c.now);
    if (!err && !preview)
        err = treasurer_of(&db, as, c.now, &c.act.by);
    if (!err && !preview)
        err = db_write(args->store, args->arena, close_write, &c);
    if (!err && !preview)
        fprintf(args->out, "Closed. To take it back: millet books reopen %.*s --as %s\n", STR_ARG(id_text(args->arena, c.closing)), as);
    return err ? args_failed(args, err) : EXIT_DONE;
}

static int books_reopen(Args *args)
{
    const char *as = args_option(args, "as");
    YearCommand c = {.now = time_now()};
    Db db;
    if (!args_done(args, 1, 1) || !as)
        return EXIT_USAGE;
    Err *err = id_parse(str_of(args->argv[0]), &c.closing) ? db_read(args->store, args->arena, &db) : err_new(args->arena, ERR_MISSING, "closing.missing");
    if (!err)
        err = treasurer_of(&db, as, c.now, &c.act.by);
    if (!err)
        err = db_write(args->store, args->arena, reopen_write, &c);
    return err ? args_failed(args, err) : EXIT_DONE;
}

const Command ledger_commands[] = {
    COMMAND("books close", N_("Close the year: income and expense go to equity."),
            N_("Usage: millet books close DAY --as TREASURER\n       millet books close DAY --preview\n\nDAY is the last day of the year, such as 2025-12-31. --preview shows what would move and moves nothing.\n"
               "It can be taken back: millet books reopen."),
            books_close, .needs_store = true),
    COMMAND("books reopen", N_("Take the closing of a year back."),
            N_("Usage: millet books reopen CLOSING --as TREASURER\n\nCLOSING is what `millet books close` printed; the page Books, Close the year, does the same."), books_reopen,
            .needs_store = true),
    COMMAND("export hledger", N_("Write the whole ledger for hledger."),
            N_("Usage: millet export hledger FILE\n\nWrites every transfer of every book; \"-\" writes to standard output. The last lines\n"
               "state each balance, so that hledger itself finds whatever was changed in the file."),
            export_hledger, .needs_store = true),
    COMMAND("export ledger", N_("Write the whole ledger for Ledger."),
            N_("Usage: millet export ledger FILE\n\nWrites every transfer of every book; \"-\" writes to standard output. The last lines\n"
               "state each balance, so that Ledger itself finds whatever was changed in the file."),
            export_ledger, .needs_store = true),
    COMMAND("export beancount", N_("Write the whole ledger for Beancount."),
            N_("Usage: millet export beancount FILE\n\nWrites every transfer of every book; \"-\" writes to standard output. The last lines\n"
               "state each balance, so that Beancount itself finds whatever was changed in the file."),
            export_beancount, .needs_store = true),
    {0},
};
