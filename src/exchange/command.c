/* `millet export FILE.zip` and `millet import bundle FILE`. */
#include "base/command.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/core.h"
#include "exchange/exchange.h"

static void show_progress(void *arg, const char *doing, int64_t done, int64_t of)
{
    args_progress(arg, doing, done, of);
}

static Bundle bundle_of(Args *args, int fd)
{
    return (Bundle){.store = args->store, .arena = args->arena, .fd = fd, .progress = show_progress, .progress_arg = args};
}

static int export_bundle(Args *args)
{
    bool sign_in = args_flag(args, "with-sign-in");
    if (!args_done(args, 1, 1))
        return EXIT_USAGE;
    const char *path = args->argv[0];
    int fd = args_open(args, path, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd < 0)
        return args_failed(args, err_detail(args->arena, ERR_CONFLICT, errno == EEXIST ? "file.exists" : "file.unwritable", "%s: %s",
                                            path, strerror(errno)));
    Bundle bundle = bundle_of(args, fd);
    bundle.sign_in = sign_in;
    Err *err = bundle_write(&bundle);
    if (err && ftruncate(fd, 0) != 0) /* half a bundle looks like one */
        fprintf(args->err, "millet: %s is not whole: delete it\n", path);
    close(fd);
    if (err)
        return args_failed(args, err);
    fprintf(args->out, "%s: %lld rows of %lld tables, %lld files.\nMark: %.*s\n", path, (long long)bundle.rows,
            (long long)bundle.tables, (long long)bundle.files, STR_ARG(bundle.mark));
    return EXIT_DONE;
}

static int import_bundle(Args *args)
{
    bool trial = args_flag(args, "dry-run"), force = args_flag(args, "force");
    if (!args_done(args, 1, 1))
        return EXIT_USAGE;
    const char *path = args->argv[0];
    int fd = args_open(args, path, O_RDONLY, 0);
    if (fd < 0)
        return args_failed(args, err_detail(args->arena, ERR_MISSING, "file.missing", "%s: %s", path, strerror(errno)));
    Bundle bundle = bundle_of(args, fd);
    bundle.trial = trial;
    bundle.force = force;
    Err *err = bundle_read(&bundle);
    close(fd);
    if (bundle.findings.len)
        fprintf(args->err, "%.*s", STR_ARG(bundle.findings));
    if (err)
        return args_failed(args, err);
    fprintf(args->out, "%s%lld rows of %lld tables, %lld files.\nMark: %.*s\n", trial ? "Would be taken in: " : "Taken in: ",
            (long long)bundle.rows, (long long)bundle.tables, (long long)bundle.files, STR_ARG(bundle.mark));
    return EXIT_DONE;
}

const Command exchange_commands[] = {
    COMMAND("export", N_("Put everything a co-operative needs to leave into one zip."),
            N_("Usage: millet export FILE.zip [--with-sign-in]\n\n"
               "FILE.zip is a Millet bundle: people, organisations, goods, orders, settings as JSON lines, pictures, "
               "checksums, and\n"
               "a README. It is the same, byte for byte, whenever and wherever the same data is exported. An existing "
               "file is never\noverwritten. Passwords, sessions and keys stay behind.\n\n"
               "--with-sign-in   carries password hashes, recovery codes and tokens of programs too (as hashes), so "
               "that everybody\n"
               "                 signs in at the new place as before. Whoever has the file can then try to guess "
               "passwords: keep it safe."),
            export_bundle, .needs_store = true),
    COMMAND("import bundle", N_("Take in everything from a bundle, into an empty installation."),
            N_("Usage: millet import bundle FILE.zip [--dry-run] [--force]\n\n"
               "Everything is checked before anything is written: names, sizes, checksums, every line, and at the end "
               "every promise\n"
               "of `millet verify`. Nothing stays when anything is wrong. People, goods and orders must not have been "
               "made here yet.\n\n"
               "--dry-run   do all of it and undo it\n"
               "--force     take it in although millet verify finds something wrong, as it was found at the old place"),
            import_bundle, .needs_store = true),
    {0},
};
