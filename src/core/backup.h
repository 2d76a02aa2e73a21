/* The commands that put everything into one file, and back. */
#pragma once
#include "base/command.h"

int backup_command(Args *args);  /* needs the store */
int restore_command(Args *args); /* opens what it needs itself */
