/* What must happen after a change was written. */
#include "core/core.h"
#include "core/queries.h"

Err *outbox_add(Tx *tx, Time now, const char *kind, Str key, Str payload)
{
    return outbox_put(tx, id_mint(), str_of(kind), key, payload, now);
}
