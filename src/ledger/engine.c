/* One call's view of the ledger in memory: accounts as they become, new transfers in order. What a refused unit changed is put
   back here, so the database only ever sees what stands. */
#include <string.h>

#include "ledger/inside.h"

static size_t power_above(size_t len)
{
    size_t power = 16;
    while (power < 2 * len)
        power *= 2;
    return power;
}

static uint64_t mixed(uint64_t bits)
{
    bits ^= bits >> 31;
    return bits * UINT64_C(0x9E3779B97F4A7C15) >> 16;
}

static uint64_t id_bits(const char *id)
{
    uint64_t first, second;
    memcpy(&first, id, 8);
    memcpy(&second, id + 8, 8);
    return first ^ second;
}

void engine_for(Engine *engine, Id actor, Time now)
{
    engine->actor = actor;
    if (engine->now.ms == now.ms && engine->zone.len)
        return;
    if (!engine->zone.len)
        engine->zone = village_at(&engine->tx->db).zone;
    engine->now = now;
    engine->today = time_date(now, engine->zone); /* as the village reads its calendar */
}

Err *engine_start(Engine *engine, Tx *tx, size_t transfers, Id actor, Time now)
{
    Arena *arena = tx->db.arena;
    bool found;
    *engine = (Engine){.tx = tx, .arena = arena};
    TRY(ledger_head_get(&tx->db, &engine->head, &found));
    if (found && engine->head.hash.len != CHAIN_HASH_LEN)
        return err_detail(arena, ERR_BROKEN, "ledger.damaged", "the ledger's head has a hash of %zu bytes", engine->head.hash.len);
    if (found)
        memcpy(engine->hash, engine->head.hash.at, CHAIN_HASH_LEN);
    engine_for(engine, actor, now);
    engine->rows_room = transfers;
    engine->rows = NEW_ARRAY(arena, Transfer, transfers);
    engine->hashes = arena_alloc(arena, array_bytes(transfers, CHAIN_HASH_LEN));
    if (transfers > 1) {
        engine->ids_len = power_above(transfers);
        engine->ids = NEW_ARRAY(arena, int32_t, engine->ids_len);
    }
    engine->accounts_room = 2 * transfers;
    engine->accounts = NEW_ARRAY(arena, EngineAccount, engine->accounts_room);
    engine->slots_len = power_above(engine->accounts_room);
    engine->slots = NEW_ARRAY(arena, int32_t, engine->slots_len);
    engine->holds_room = 2 * transfers;
    engine->holds = NEW_ARRAY(arena, Hold, engine->holds_room);
    engine->reversals = NEW_ARRAY(arena, Reversal, transfers);
    engine->undo = NEW_ARRAY(arena, EngineAccount, engine->accounts_room);
    engine->undo_at = NEW_ARRAY(arena, int32_t, engine->accounts_room);
    return NULL;
}

EngineMark engine_mark(Engine *engine)
{
    EngineMark mark = {engine->rows_len, engine->holds_len, engine->reversals_len, engine->head, {0}};
    memcpy(mark.hash, engine->hash, CHAIN_HASH_LEN);
    engine->undo_len = 0;
    engine->unit++;
    return mark;
}

static size_t id_slot(const Engine *engine, const char *id)
{
    size_t at = mixed(id_bits(id)) & (engine->ids_len - 1);
    while (engine->ids[at] && memcmp(engine->rows[engine->ids[at] - 1].id.at, id, 16) != 0)
        at = (at + 1) & (engine->ids_len - 1);
    return at;
}

void engine_undo(Engine *engine, const EngineMark *mark)
{
    for (size_t i = 0; i < engine->undo_len; i++)
        engine->accounts[engine->undo_at[i]] = engine->undo[i];
    bool added = engine->rows_len > mark->rows_len;
    engine->rows_len = mark->rows_len;
    engine->holds_len = mark->holds_len;
    engine->reversals_len = mark->reversals_len;
    engine->head = mark->head;
    memcpy(engine->hash, mark->hash, CHAIN_HASH_LEN);
    engine->undo_len = 0;
    if (added && engine->ids) { /* an open hash forgets nothing in place */
        memset(engine->ids, 0, engine->ids_len * sizeof *engine->ids);
        for (size_t i = 0; i < engine->rows_len; i++)
            engine->ids[id_slot(engine, engine->rows[i].id.at)] = (int32_t)i + 1;
    }
}

/* ---- accounts ---- */

static size_t account_slot(const Engine *engine, Id id)
{
    size_t at = mixed((uint64_t)id) & (engine->slots_len - 1);
    while (engine->slots[at] && engine->accounts[engine->slots[at] - 1].row.id != id)
        at = (at + 1) & (engine->slots_len - 1);
    return at;
}

Err *engine_account(Engine *engine, Id id, const char *field, AccountState **out)
{
    size_t slot = account_slot(engine, id);
    if (!engine->slots[slot]) {
        bool found;
        AccountState row;
        TRY(account_state(&engine->tx->db, id, &row, &found));
        if (!found)
            return err_field(engine->arena, "account.missing", field);
        if (engine->accounts_len == engine->accounts_room)
            return err_detail(engine->arena, ERR_BROKEN, "ledger.damaged", "more accounts than two for each transfer");
        engine->accounts[engine->accounts_len++] = (EngineAccount){.row = row};
        engine->slots[slot] = (int32_t)engine->accounts_len;
    }
    *out = &engine->accounts[engine->slots[slot] - 1].row;
    return NULL;
}

void engine_touch(Engine *engine, const AccountState *account)
{
    size_t at = (size_t)(engine->slots[account_slot(engine, account->id)] - 1);
    EngineAccount *touched = &engine->accounts[at];
    if (touched->unit == engine->unit)
        return;
    engine->undo_at[engine->undo_len] = (int32_t)at;
    engine->undo[engine->undo_len++] = *touched;
    touched->unit = engine->unit;
    touched->dirty = true;
}

/* ---- what is there ---- */

Err *engine_transfer(Engine *engine, Uuid id, Transfer *out, bool *found)
{
    *found = false;
    if (engine->ids) {
        size_t slot = id_slot(engine, (const char *)id.at);
        if (engine->ids[slot]) {
            *out = engine->rows[engine->ids[slot] - 1];
            *found = true;
            return NULL;
        }
    }
    return transfer_by_id(&engine->tx->db, (Str){(const char *)id.at, sizeof id.at}, out, found);
}

Err *engine_hold(Engine *engine, int64_t seq, Hold *out)
{
    for (size_t i = engine->holds_len; i-- > 0;)
        if (engine->holds[i].seq == seq) {
            *out = engine->holds[i];
            return NULL;
        }
    bool found;
    TRY(hold_by_seq(&engine->tx->db, seq, out, &found));
    return found ? NULL : err_detail(engine->arena, ERR_BROKEN, "ledger.damaged", "transfer %lld has no hold", (long long)seq);
}

void engine_hold_put(Engine *engine, const Hold *hold)
{
    engine->holds[engine->holds_len++] = *hold;
}

Err *engine_reversed(Engine *engine, int64_t seq, bool *reversed)
{
    Reversal row;
    for (size_t i = 0; i < engine->reversals_len; i++)
        if (engine->reversals[i].original == seq) {
            *reversed = true;
            return NULL;
        }
    return reversal_of(&engine->tx->db, seq, &row, reversed);
}

/* ---- new ones ---- */

void engine_add(Engine *engine, Transfer *t)
{
    int64_t now = engine->now.ms * 1000000;
    t->seq = engine->head.seq + 1;
    t->recorded_at = now > engine->head.recorded_at ? now : engine->head.recorded_at + 1;
    t->actor = engine->actor;
    unsigned char *hash = engine->hashes[engine->rows_len];
    chain_hash(engine->hash, t, hash);
    t->hash = (Str){(const char *)hash, CHAIN_HASH_LEN};
    memcpy(engine->hash, hash, CHAIN_HASH_LEN);
    engine->head.seq = t->seq;
    engine->head.recorded_at = t->recorded_at;
    if (engine->head.seq == 1 || t->effective_on.days > engine->head.latest_on.days)
        engine->head.latest_on = t->effective_on;
    engine->rows[engine->rows_len++] = *t;
    if (engine->ids)
        engine->ids[id_slot(engine, t->id.at)] = (int32_t)engine->rows_len;
}

static Err *write_row(Engine *engine, const Transfer *t)
{
    return transfer_add(engine->tx, &(TransferAddArgs){.seq = t->seq,
                                                       .id = t->id,
                                                       .debit = t->debit,
                                                       .credit = t->credit,
                                                       .amount = t->amount,
                                                       .kind = t->kind,
                                                       .flags = t->flags,
                                                       .refers = t->refers,
                                                       .group_seq = t->group_seq,
                                                       .effective_on = t->effective_on,
                                                       .recorded_at = t->recorded_at,
                                                       .expires_at = t->expires_at,
                                                       .actor = t->actor,
                                                       .ref = t->ref,
                                                       .dr_prev = t->dr_prev,
                                                       .cr_prev = t->cr_prev,
                                                       .dr_after = t->dr_after,
                                                       .cr_after = t->cr_after,
                                                       .hash = t->hash});
}

static Err *write_account(Engine *engine, const AccountState *row)
{
    return account_counters_put(engine->tx, &(AccountCountersPutArgs){.id = row->id,
                                                                      .dr_posted = row->dr_posted,
                                                                      .cr_posted = row->cr_posted,
                                                                      .dr_pending = row->dr_pending,
                                                                      .cr_pending = row->cr_pending,
                                                                      .last_seq = row->last_seq});
}

static Err *write_hold(Engine *engine, const Hold *hold)
{
    return hold_put(engine->tx, &(HoldPutArgs){.seq = hold->seq,
                                               .state = hold->state,
                                               .expires_at = hold->expires_at,
                                               .amount = hold->amount,
                                               .posted = hold->posted,
                                               .resolved_seq = hold->resolved_seq});
}

Err *engine_write(Engine *engine)
{
    if (!engine->rows_len)
        return NULL;
    if (store_is_postgres(engine->tx->db.store)) {
        TRY(write_many(engine));
    } else {
        for (size_t i = 0; i < engine->rows_len; i++)
            TRY(write_row(engine, &engine->rows[i]));
        for (size_t i = 0; i < engine->accounts_len; i++)
            if (engine->accounts[i].dirty)
                TRY(write_account(engine, &engine->accounts[i].row));
    }
    for (size_t i = 0; i < engine->holds_len; i++)
        TRY(write_hold(engine, &engine->holds[i]));
    for (size_t i = 0; i < engine->reversals_len; i++)
        TRY(reversal_add(engine->tx, engine->reversals[i].original, engine->reversals[i].seq));
    LedgerHead *head = &engine->head;
    if (head->seq - head->folded >= FOLD_EVERY) {
        TRY(fold_days(engine->tx, head->folded, head->seq));
        head->folded = head->seq;
    }
    return ledger_head_put(engine->tx, head->seq, (Str){(const char *)engine->hash, CHAIN_HASH_LEN}, head->recorded_at, head->folded,
                           head->latest_on);
}
