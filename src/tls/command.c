/* `millet tls init|renew|show`: HTTPS for a village network. */
#include "base/command.h"

#include <string.h>

#include "core/core.h"
#include "tls/tls.h"

enum { HOSTS_MAX = 32 };

/* --host may stand several times, and hold several with commas. */
static StrList take_hosts(Args *args)
{
    StrList hosts = {NEW_ARRAY(args->arena, Str, HOSTS_MAX), 0};
    for (int i = 0; i < args->argc;) {
        bool joined = strncmp(args->argv[i], "--host=", 7) == 0;
        bool apart = strcmp(args->argv[i], "--host") == 0 && i + 1 < args->argc;
        if (!joined && !apart) {
            i++;
            continue;
        }
        Str rest = str_of(joined ? args->argv[i] + 7 : args->argv[i + 1]), host;
        while (rest.len && hosts.len < HOSTS_MAX) {
            str_cut(rest, ',', &host, &rest);
            hosts.at[hosts.len++] = str_trim(host);
        }
        int taken = joined ? 1 : 2;
        for (int k = i; k + taken < args->argc; k++)
            args->argv[k] = args->argv[k + taken];
        args->argc -= taken;
    }
    return hosts;
}

static Str names_text(Arena *arena, StrList names)
{
    Buf buf = buf_new(arena, 8192);
    for (size_t i = 0; i < names.len; i++)
        buf_addf(&buf, "%s%.*s", i ? ", " : "", STR_ARG(names.at[i]));
    return buf_str(&buf);
}

static Err *show(Args *args)
{
    Certificate authority, server;
    Str pem, data = config_text("data");
    TRY(tls_authority(args->arena, data, &authority, &pem));
    TRY(tls_server(args->arena, data, &server));
    Clock until = time_clock(authority.until, STR("UTC")), server_until = time_clock(server.until, STR("UTC"));
    fprintf(args->out,
            "Authority   %.*s, until %04d-%02d-%02d\n"
            "            vouches only for %.*s\n"
            "Words       %.*s\n            %.*s\n"
            "SHA-256     %.*s\n"
            "Server      until %04d-%02d-%02d; renewed by itself %d days before\n"
            "            for %.*s\n",
            STR_ARG(authority.subject), until.year, until.month, until.day,
            STR_ARG(names_text(args->arena, authority.names)),
            STR_ARG(fingerprint_words(args->arena, authority.fingerprint, false)),
            STR_ARG(fingerprint_words(args->arena, authority.fingerprint, true)),
            STR_ARG(fingerprint_hex(args->arena, authority.fingerprint)), server_until.year, server_until.month,
            server_until.day, RENEW_DAYS, STR_ARG(names_text(args->arena, server.names)));
    return NULL;
}

static int init_command(Args *args)
{
    StrList hosts = take_hosts(args);
    const char *name = args_option(args, "name");
    bool fresh = args_flag(args, "new-authority");
    if (!args_done(args, 0, 0))
        return EXIT_USAGE;
    Str data = config_text("data"), host = tls_here(args->arena).at[0];
    Str called = name ? str_of(name) : str_format(args->arena, "Millet %.*s", STR_ARG(host));
    Err *err = tls_init(args->arena, data, called, hosts, fresh, time_now());
    if (!err)
        err = show(args);
    if (err)
        return args_failed(args, err);
    fputs("\nStart the server (again): it serves HTTPS beside HTTP, see `millet config` under listen_tls.\n"
          "Then open /trust on a phone, and compare the words above with those it shows.\n",
          args->out);
    return EXIT_DONE;
}

static int renew_command(Args *args)
{
    if (!args_done(args, 0, 0))
        return EXIT_USAGE;
    bool renewed;
    Err *err = tls_renew(args->arena, config_text("data"), true, time_now(), &renewed);
    if (!err)
        err = show(args);
    return err ? args_failed(args, err) : EXIT_DONE;
}

static int show_command(Args *args)
{
    if (!args_done(args, 0, 0))
        return EXIT_USAGE;
    Err *err = show(args);
    return err ? args_failed(args, err) : EXIT_DONE;
}

const Command tls_commands[] = {
    COMMAND("tls init", N_("Make certificates for HTTPS on a network without internet"),
            N_("Usage: millet tls init [--host NAME_OR_ADDRESS ...] [--name NAME] [--new-authority]\n\n"
               "Makes a certificate authority of your own (ten years; it can vouch only for private addresses, names "
               "such as\n"
               "shop.local, and the hosts you name) and a server certificate (397 days, renewed by the server), in the "
               "folder tls\n"
               "of the data folder. This machine's own name and private addresses are added by themselves. Phones must "
               "trust the\n"
               "authority once: the page /trust shows how. Run again to add hosts; --new-authority starts over, and "
               "every phone\n"
               "must trust the new one."),
            init_command),
    COMMAND("tls renew", N_("Make a new server certificate now"),
            N_("Usage: millet tls renew\n\nThe same names, with the addresses this machine has now. The server does "
               "this by itself in time."),
            renew_command),
    COMMAND("tls show", N_("Show the certificates and their fingerprints"),
            N_("Usage: millet tls show\n\nShows the authority's fingerprint as words and numbers, to compare with "
               "what a phone shows."),
            show_command),
    {0},
};
