/* The demo has no pages of its own; only its refusals need words. */
#include "core/core.h"

static const ErrText errors[] = {
    {"demo.not_empty", N_("The demo needs an empty place, and there is something already ({found} in {folder}). Name "
                          "another folder with --data.")},
    {0},
};

const Module demo_module = {.name = "demo", .errors = errors};
