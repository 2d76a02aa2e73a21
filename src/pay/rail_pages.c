/* Where mobile money services call. What comes here decides nothing: it is noted, and the service is asked. */
#include "pay/call.h"
#include "pay/pages.h"

typedef struct Heard {
    Req *r;
    Str rail;
} Heard;

static Err *heard_write(Tx *tx, void *arg)
{
    const Heard *heard = arg;
    return rail_heard(tx, heard->rail, heard->r->body, heard->r->now);
}

Err *hear_rail(Req *r)
{
    Heard heard = {r, take_param(r, 0)};
    TRY(db_write(r->store, r->arena, heard_write, &heard));
    return reply_empty(r, 204);
}
