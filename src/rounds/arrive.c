/* What buyers hear of rounds. */
#include "rounds/inside.h"

Err *rounds_coming(Db *db, Id pickup, Time from, RoundsComing *out, bool *found)
{
    RoundArrivalList rows;
    TRY(round_arrival(db, pickup, from, &rows));
    *found = rows.len > 0;
    if (*found)
        *out = (RoundsComing){rows.at[0].arrives_at, str_eq(rows.at[0].state, STR("done"))};
    return NULL;
}
