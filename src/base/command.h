/* The command line: each folder may name commands in a table `const Command <folder>_commands[]` in its command.c,
   ending with an empty row; the build finds it by looking. */
#pragma once
#include "base/err.h"

typedef struct Args {
    Arena *arena;     /* lives as long as the command */
    int argc;         /* what stands after the command's own words */
    const char **argv;
} Args;

typedef struct Command {
    const char *words;   /* "solve forecast", "user add" */
    const char *summary; /* one line for the list, marked N_() */
    const char *help;    /* usage and options, several lines, marked N_() */
    int (*run)(Args *args); /* exit status: 0 done, 1 failed, 2 wrong usage, 3 partly done */
} Command;

/* Takes "--name VALUE" or "--name=VALUE" out of args (later ones win); NULL when absent. */
const char *args_option(Args *args, const char *name);
bool args_flag(Args *args, const char *name); /* takes "--name" out */
/* After all options are taken: complains on standard error about the first "--x" left, or a wrong number of words. */
bool args_done(Args *args, int min_words, int max_words);
/* Prints "millet: <sentence>" for err on standard error and returns 1. */
int command_failed(const Err *err);
