/* The room of the played week. */
#include "core/module.h"

static const ErrText errors[] = {
    {"week.wrong", N_("The week does not add up, as shown above.")},
    {"week.not_empty", N_("There is a co-operative here already. The week is played into an empty data folder: name another with --data.")},
    {0},
};

const Module week_module = {.name = "week", .errors = errors};
