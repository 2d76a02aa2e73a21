/* Finding a command in what was typed, and telling about commands. */
#pragma once
#include "base/command.h"

extern const Command *const house_commands[]; /* generated; ends with NULL */

/* Options may stand before, between and after a command's words. The command with the most words that fits, its words
   taken out of argv; NULL when none fits. */
const Command *command_find(int *argc, const char **argv);

/* Every command with its line. */
void help_list(FILE *out);
/* The command that the words name, or all that begin with them. False when there is none. */
bool help_about(FILE *out, int argc, const char *const *argv);
/* After command_find gave NULL: says what is near, on err; returns the exit status. */
int help_unknown(FILE *err, int argc, const char *const *argv);
