/* What must always be true of harvests; `millet verify` and the test harness ask. */
#include "lot/inside.h"

static void packed_check(Findings *f, const LotSums *s)
{
    if (s->packed_steps != s->packed)
        finding(f, "of lot %lld in stock %lld %lld is counted as packed, but %lld waits in parcels", (long long)s->lot, (long long)s->stock,
                (long long)s->packed_steps, (long long)s->packed);
}

static Err *lot_check(void *arg, const LotSums *s)
{
    Findings *f = arg;
    f->checked++;
    packed_check(f, s);
    if (s->left_steps != s->moved || s->moves != s->moves_there || s->moves != s->last_seq)
        finding(f, "of lot %lld in stock %lld %lld is left, but its %lld moves (%lld are there, the last is %lld) add up to %lld", (long long)s->lot,
                (long long)s->stock, (long long)s->left_steps, (long long)s->moves, (long long)s->moves_there, (long long)s->last_seq, (long long)s->moved);
    return NULL;
}

static Err *room_check(void *arg, const LotRoomSums *s)
{
    Findings *f = arg;
    int64_t space = s->on_hand - s->packed;
    f->checked++;
    if (s->left > (space > 0 ? space : 0))
        finding(f, "of all lots of stock %lld %lld is left, but %lld lies there and %lld of it is packed", (long long)s->id, (long long)s->left,
                (long long)s->on_hand, (long long)s->packed);
    return NULL;
}

static Err *take_check(void *arg, const LotTakeSums *s)
{
    Findings *f = arg;
    f->checked++;
    if (s->taken > s->steps)
        finding(f, "line %lld holds %lld of lots for %lld ordered", (long long)s->id, (long long)s->taken, (long long)s->steps);
    if (str_eq(s->parcel_state, STR("planned")))
        finding(f, "line %lld holds goods of lots and is not packed", (long long)s->id);
    return NULL;
}

static Err *transfer_check(void *arg, const LotTransferSums *s)
{
    Findings *f = arg;
    f->checked++;
    if (s->went != -s->steps || s->came != s->steps)
        finding(f, "transfer %lld of %lld: %lld went and %lld came", (long long)s->id, (long long)s->steps, (long long)s->went, (long long)s->came);
    return NULL;
}

static Err *check_lots(Db *db, Findings *findings)
{
    TRY(verify_lots(db, lot_check, findings));
    TRY(verify_lot_rooms(db, room_check, findings));
    TRY(verify_lot_takes(db, take_check, findings));
    return verify_lot_transfers(db, transfer_check, findings);
}

const Check lot_checks[] = {{.name = "lot.lots", .run = check_lots}, {0}};
