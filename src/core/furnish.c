/* What every module begins with. Apart from start.c, so that a test with modules of its own does not draw in the whole program. */
#include "core/core.h"

Err *house_furnish(Store *store, Arena *arena)
{
    for (size_t i = 0; house_modules[i]; i++)
        if (house_modules[i]->furnish)
            TRY(house_modules[i]->furnish(store, arena));
    return NULL;
}
