/* The command line: each folder may name commands in a table `const Command <folder>_commands[]` in its command.c,
   ending with an empty row; the build finds it by looking. */
#pragma once
#include <stdio.h>

#include "base/err.h"

typedef struct Store Store; /* db/db.h; only passed through here */

typedef struct Args {
    Arena *arena; /* lives as long as the command */
    int argc;     /* what stands after the command's own words */
    const char **argv;
    Store *store; /* the open data when the command says .needs_store, else NULL */
    const char *data; /* the data folder, by the settings */
    /* Of the person who typed the command. A command that needs the store may run inside the serving process, so it
       never touches stdin, stdout, stderr, the working folder, or exit(). */
    FILE *in, *out, *err;
    int in_fd; /* the descriptor of in, or -1: to ask whether it is a terminal */
    int (*open_file)(void *whose, const char *path, int flags, unsigned mode); /* NULL: open() of this process */
    bool (*is_gone)(void *whose);                                              /* NULL: never */
    void *whose;
} Args;

typedef struct Command {
    const char *words;      /* "solve forecast", "user add" */
    const char *summary;    /* one line for the list, marked N_() */
    const char *help;       /* usage and options, several lines, marked N_() */
    int (*run)(Args *args); /* exit status: 0 done, 1 failed, 2 wrong usage, 3 partly done */
    bool needs_store;       /* args->store is open; sent to the serving process when there is one */
} Command;
/* COMMAND("user add", N_("Add a person."), N_("Usage: ..."), user_add, .needs_store = true) */
#define COMMAND(words_, summary_, help_, run_, ...)                                             \
    {                                                                                           \
        .words = (words_), .summary = (summary_), .help = (help_), .run = (run_), ##__VA_ARGS__ \
    }

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_PARTLY = 3 };

/* Takes "--name VALUE" or "--name=VALUE" out of args (later ones win); NULL when absent. */
const char *args_option(Args *args, const char *name);
bool args_flag(Args *args, const char *name); /* takes "--name" out */
/* After all options are taken: complains on args->err about the first "--x" left, or a wrong number of words. What
   follows a lone "--" is never an option. */
bool args_done(Args *args, int min_words, int max_words);

/* Files as the person sees them: relative to their folder, with their rights, "-" is their standard input or output. */
int args_open(Args *args, const char *path, int flags, unsigned mode); /* a descriptor, or -1 with errno; not "-" */
Err *args_read(Args *args, const char *path, size_t max_bytes, Str *out);
Err *args_write(Args *args, const char *path, Str content, unsigned mode); /* replaces; fsynced */
/* One line from args->in without its end (a password, a yes); not echoed when secret and a terminal. prompt is shown
   only on a terminal. Codes: input.missing, input.too_long. */
Err *args_line(Args *args, const char *prompt, bool secret, Str *out);
/* Redraws one line of progress on a terminal, at most ten times a second; says nothing elsewhere. total 0: unknown. */
void args_progress(Args *args, const char *doing, int64_t done, int64_t total);
/* The person has hung up: long work should end where that leaves nothing half done. */
bool args_gone(Args *args);

/* Prints "millet: <sentence>" for err on args->err and returns 1. */
int args_failed(Args *args, const Err *err);
int command_failed(const Err *err); /* the same on standard error, where there are no Args */
/* How an error becomes a sentence; set once by main, since base knows no sentences. */
void command_set_sentence(Str (*sentence)(Arena *arena, const Err *err));
