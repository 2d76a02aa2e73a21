/* The rules of garden. */
#include "garden/garden.h"

#include "garden/queries.h"

Err *garden_add(Tx *tx, Time now, Id who, Str name, Id *made)
{
    *made = id_mint();
    TRY(garden_thing_put(tx, *made, name, who, now));
    return audit(tx, now, who, "garden.add", *made, (Str){0});
}
