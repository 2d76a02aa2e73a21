/* Holds that are over are given back. */
#include "ledger/audit.h"

enum { BATCH = 500, JUMP_MS = 5 * MINUTE_MS };

typedef struct Expiring {
    HoldDueList due;
    Time now;
    int64_t expired;
} Expiring;

static Err *expire_write(Tx *tx, void *arg)
{
    Expiring *expiring = arg;
    size_t len = expiring->due.len;
    NewTransfer *list = NEW_ARRAY(tx->db.arena, NewTransfer, len);
    Done *done = NEW_ARRAY(tx->db.arena, Done, len);
    for (size_t i = 0; i < len; i++) {
        Str name = str_format(tx->db.arena, "ledger/expire/%lld", (long long)expiring->due.at[i].seq);
        list[i] = (NewTransfer){.id = uuid_named(name), .kind = STR("expire"), .flags = TRANSFER_EXPIRE};
        for (size_t k = 0; k < sizeof list[i].refers.at; k++)
            list[i].refers.at[k] = (unsigned char)expiring->due.at[i].id.at[k];
    }
    TRY(transfer_post_each(tx, list, len, 0, expiring->now, done)); /* one that was posted meanwhile is refused: fine */
    expiring->expired = 0;
    for (size_t i = 0; i < len; i++)
        expiring->expired += !done[i].refused && !done[i].again;
    return NULL;
}

/* How far the calendar has run ahead of the machine's own counter since this process began to look: a clock that was set
   forward must not end a hold early. Set back, it only ends later. */
static int64_t ahead_ms(Time now)
{
    static Time last;
    static int64_t last_us, ahead;
    int64_t us = time_monotonic_us();
    if (last.ms) {
        int64_t jumped = (now.ms - last.ms) - (us - last_us) / 1000;
        if (jumped > JUMP_MS || (ahead && jumped < -JUMP_MS))
            ahead = ahead + jumped > 0 ? ahead + jumped : 0;
    }
    last = now;
    last_us = us;
    return ahead;
}

Err *holds_expire(Store *store, Arena *arena, Time now, int64_t *expired)
{
    *expired = 0;
    for (;;) {
        Db db;
        Expiring expiring = {.now = now};
        TRY(db_read(store, arena, &db));
        TRY(hold_list_due(&db, now.ms, BATCH, &expiring.due));
        if (!expiring.due.len)
            return NULL;
        TRY(db_write(store, arena, expire_write, &expiring));
        *expired += expiring.expired;
        if (!expiring.expired)
            return NULL;
    }
}

static Err *expire_job(JobContext *context)
{
    int64_t expired;
    Time now = {context->now.ms - ahead_ms(context->now)};
    TRY(holds_expire(context->store, context->arena, now, &expired));
    if (expired)
        log_line("ledger", "expired=%lld", (long long)expired);
    return NULL;
}

const Job ledger_jobs[] = {
    {.name = "ledger.expire", .every_ms = MINUTE_MS, .run = expire_job, .about = N_("Gives back what was held for too long.")},
    {.name = "ledger.anchor", .daily_minute = 10, .run = anchor_job, .about = N_("Writes down what the books were at the end of the day.")},
    {.name = "ledger.mark", .every_ms = MINUTE_MS, .run = watermark_job, .about = N_("Notes beside the data how far the journal has come.")},
    {0},
};
