/* `millet export hledger|ledger|beancount FILE`. */
#include "base/command.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

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

const Command ledger_commands[] = {
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
