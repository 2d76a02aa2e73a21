/* The command line: finds the command that was typed, reads the settings, runs it. */
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "core/core.h"
#include "core/help.h"
#include "core/local.h"

static Str sentence(Arena *arena, const Err *err)
{
    const char *pattern = err_sentence(err->code);
    if (!pattern)
        return err_text(arena, err);
    TextArg args[ERR_ARGS];
    size_t len = 0;
    for (; len < ERR_ARGS && err->args[len].name; len++)
        args[len] = (TextArg){err->args[len].name, err->args[len].value};
    Str said = tr_fill(arena, str_of(pattern), args, len);
    const char *open = err->detail.len ? " (" : "", *close = err->detail.len ? ")" : "";
    const char *colon = err->field.len ? ": " : "";
    return str_format(arena, "%.*s%s%.*s%s%.*s%s", STR_ARG(err->field), colon, STR_ARG(said), open,
                      STR_ARG(err->detail), close);
}

/* Takes the flag out; also "-h" and "-V". */
static bool asked(int *argc, const char **argv, const char *flag, const char *letter)
{
    for (int i = 0; i < *argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], flag) == 0 || strcmp(argv[i], letter) == 0) {
            for (; i + 1 < *argc; i++)
                argv[i] = argv[i + 1];
            (*argc)--;
            return true;
        }
    return false;
}

static int help_command(int argc, const char **argv)
{
    if (argc > 0 && strcmp(argv[0], "help") == 0) {
        argc--;
        argv++;
    }
    if (argc == 0) {
        help_list(stdout);
        return EXIT_DONE;
    }
    return help_about(stdout, argc, argv) ? EXIT_DONE : help_unknown(stderr, argc, argv);
}

static int run(Arena *arena, int argc, const char **argv)
{
    if (asked(&argc, argv, "--version", "-V")) {
        puts("millet " MILLET_VERSION);
        return EXIT_DONE;
    }
    bool help = asked(&argc, argv, "--help", "-h");
    Err *err = config_load(arena, &argc, argv);
    if (err && !help) {
        command_failed(err);
        return EXIT_USAGE;
    }
    const char **typed = NEW_ARRAY(arena, const char *, (size_t)argc + 1);
    memcpy(typed, argv, sizeof *typed * (size_t)argc);
    int typed_len = argc;
    const Command *command = command_find(&argc, argv);
    if (help && command) {
        const char *words[] = {command->words};
        return help_about(stdout, 1, words) ? EXIT_DONE : EXIT_FAILED;
    }
    if (typed_len == 0 && !help) {
        help_list(stderr);
        return EXIT_USAGE;
    }
    if (help || (!command && strcmp(typed[0], "help") == 0))
        return help_command(typed_len, typed);
    if (!command)
        return help_unknown(stderr, typed_len, typed);
    Args args = {.arena = arena, .argc = argc, .argv = argv, .in = stdin, .in_fd = 0, .out = stdout, .err = stderr, .data = str_z(arena, config_text("data"))};
    return command->needs_store ? local_run(command, &args, typed_len, typed) : command->run(&args);
}

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    signal(SIGPIPE, SIG_IGN);
    command_set_sentence(sentence);
    Arena *arena = arena_new();
    const char **words = NEW_ARRAY(arena, const char *, (size_t)argc + 1);
    for (int i = 1; i < argc; i++)
        words[i - 1] = argv[i];
    int status = run(arena, argc > 0 ? argc - 1 : 0, words);
    arena_free(arena);
    if (fflush(stdout) != 0 || ferror(stdout))
        status = status ? status : EXIT_FAILED;
    return status;
}
