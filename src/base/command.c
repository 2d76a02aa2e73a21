/* Reading a command's options. */
#include "base/command.h"

#include <stdio.h>
#include <string.h>

static void args_remove(Args *args, int at, int count)
{
    for (int i = at; i + count < args->argc; i++)
        args->argv[i] = args->argv[i + count];
    args->argc -= count;
}

const char *args_option(Args *args, const char *name)
{
    const char *value = NULL;
    size_t len = strlen(name);
    for (int i = 0; i < args->argc;) {
        const char *arg = args->argv[i];
        bool named = strncmp(arg, "--", 2) == 0 && strncmp(arg + 2, name, len) == 0;
        if (named && arg[2 + len] == '=') {
            value = arg + 3 + len;
            args_remove(args, i, 1);
        } else if (named && !arg[2 + len] && i + 1 < args->argc) {
            value = args->argv[i + 1];
            args_remove(args, i, 2);
        } else
            i++;
    }
    return value;
}

bool args_flag(Args *args, const char *name)
{
    bool found = false;
    for (int i = 0; i < args->argc;) {
        if (strncmp(args->argv[i], "--", 2) == 0 && strcmp(args->argv[i] + 2, name) == 0) {
            found = true;
            args_remove(args, i, 1);
        } else
            i++;
    }
    return found;
}

bool args_done(Args *args, int min_words, int max_words)
{
    for (int i = 0; i < args->argc; i++)
        if (strncmp(args->argv[i], "--", 2) == 0) {
            fprintf(stderr, "millet: unknown option, or one without its value: %s\n", args->argv[i]);
            return false;
        }
    if (args->argc < min_words) {
        fputs("millet: something is missing after the command; see its --help\n", stderr);
        return false;
    }
    if (args->argc > max_words) {
        fprintf(stderr, "millet: unexpected word: %s\n", args->argv[max_words]);
        return false;
    }
    return true;
}

int command_failed(const Err *err)
{
    Arena *arena = arena_new();
    fprintf(stderr, "millet: %.*s\n", STR_ARG(err_text(arena, err)));
    arena_free(arena);
    return 1;
}
