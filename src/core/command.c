/* Commands about the installation itself. */
#include "base/command.h"

#include <string.h>

#include "core/config.h"
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

static int config_command(Args *args)
{
    if (!args_done(args, 0, 0))
        return EXIT_USAGE;
    for (const ConfigRow *row = config_rows; row->name; row++) {
        const char *source = config_source(row->name);
        Str value = without_secret(args->arena, config_text(row->name));
        fprintf(args->out, "# %s\n# Takes %.*s. From: %s\n%s = %.*s\n\n", row->about,
                STR_ARG(config_range(args->arena, row)), source ? source : "default", row->name, STR_ARG(value));
    }
    return EXIT_DONE;
}

static int verify_command(Args *args)
{
    bool rebuild = args_flag(args, "rebuild");
    const char *only = args_option(args, "only");
    int64_t wrong = 0;
    if (!args_done(args, 0, 0))
        return EXIT_USAGE;
    Err *err = verify_all(args->store, args->arena, args->out, only, rebuild, &wrong);
    if (err)
        return args_failed(args, err);
    if (wrong)
        fprintf(args->out, "%lld things are wrong.\n", (long long)wrong);
    else
        fputs("Everything is as it should be.\n", args->out);
    return wrong ? EXIT_FAILED : EXIT_DONE;
}

const Command core_commands[] = {
    COMMAND("config", N_("Show every setting, its value and where it came from."),
            N_("Usage: millet config\n\n"
               "A value comes from the default, then millet.conf in the data folder (or --config FILE), then the "
               "environment\n"
               "(MILLET_LISTEN for listen), then a flag (--listen); the last one counts. What is printed may be kept "
               "as a file of settings, but passwords are shown as ***."),
            config_command),
    COMMAND("verify", N_("Check that the data keeps every promise, and name what is wrong."),
            N_("Usage: millet verify [--only NAME] [--rebuild]\n\n"
               "--only NAME   only the checks whose names begin so: market, market.stock\n"
               "--rebuild     make derived tables again first\n\n"
               "Exit status 1 when anything is wrong."),
            verify_command, .needs_store = true),
    {0},
};
