/* What `millet config` and tests need of the settings besides core.h. */
#pragma once
#include "core/core.h"

/* For tests and demos, before threads start. Codes: config.unknown, config.value. */
Err *config_set(Arena *arena, const char *name, const char *value);
/* Where the value came from: "flag --listen", "MILLET_LISTEN", "data/millet.conf line 3"; NULL: it is the default. */
const char *config_source(const char *name);
Str config_range(Arena *arena, const ConfigRow *row); /* "1 to 256", "1K to 16M", "yes or no", "a text" */

void disk_look_again(void); /* for tests: the next disk_check asks the disk */
