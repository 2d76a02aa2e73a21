/* Commands on data that a server may be serving: one process alone holds the SQLite file, so they are sent to it over a
   socket in the data folder (data/millet.sock) and run there; without a server this process opens the data itself. */
#pragma once
#include "base/command.h"
#include "db/db.h"

/* Runs a command that needs the store; words is everything that was typed, without the settings' flags. Exit status. */
int local_run(const Command *command, Args *args, int len, const char *const *words);
