/* millet serve. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>

#include "base/command.h"
#include "core/core.h"
#include "web/router.h"
#include "web/server.h"

/* Every connection is an open file; the limit a shell sets is often 1,024. */
static void files_raise(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
}

static int serve_opened(Args *args, Store *store, const sigset_t *stops)
{
    Server *server = NULL;
    Err *err = core_start(args->arena, store);
    if (!err)
        err = server_start(args->arena, store, &server);
    if (!err) {
        Str address = server_address(server);
        fprintf(args->out, "Millet is open at %.*s\n", STR_ARG(address));
        fflush(args->out);
        log_line("start", "version=" MILLET_VERSION " listen=%.*s", STR_ARG(address));
        int signal_number = 0;
        sigwait(stops, &signal_number);
        log_line("stop", "signal=%d", signal_number);
    }
    server_stop(server, 10);
    bool quiet = core_stop();
    if (quiet)
        store_close(store);
    log_line("stopped", "clean=%d", quiet);
    return err ? args_failed(args, err) : EXIT_DONE;
}

static int serve(Args *args)
{
    if (!args_done(args, 0, 0))
        return EXIT_USAGE;
    files_raise();
    sigset_t stops;
    sigemptyset(&stops);
    sigaddset(&stops, SIGINT);
    sigaddset(&stops, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &stops, NULL); /* inherited by every thread: only sigwait takes them */
    StoreOptions options = store_options(args->arena);
    Store *store = NULL;
    Err *err = store_open(args->arena, &options, &store);
    return err ? args_failed(args, err) : serve_opened(args, store, &stops);
}

static int routes(Args *args)
{
    if (!args_done(args, 0, 0))
        return EXIT_USAGE;
    const Module *module;
    const Route *route;
    for (size_t i = 0; router_at(i, &module, &route); i++)
        fprintf(args->out, "%s %s\n", method_name(route->method), route->path);
    return EXIT_DONE;
}

const Command web_commands[] = {
    COMMAND("serve", N_("Serves the pages and the API."),
            N_("Usage: millet serve [--listen ADDRESS:PORT] [--data FOLDER] [--db URL] [--tls-cert FILE --tls-key FILE]\n"
               "\n"
               "Opens the data folder (making it when it is new), serves until it is told to stop (Ctrl-C or SIGTERM),\n"
               "then finishes what has begun. --listen systemd takes over sockets that systemd opened.\n"
               "`millet config` lists every setting."),
            serve),
    COMMAND("routes", N_("Lists every address the server answers."), N_("Usage: millet routes\n\nOne line each: method and path."),
            routes),
    {0},
};
