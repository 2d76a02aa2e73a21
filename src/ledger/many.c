/* PostgreSQL is asked across a socket: a batch of transfers goes there as one list, not row by row. Texts and bytes are written in
   hexadecimal, so that nothing in them needs quoting. */
#include <sodium.h>

#include "ledger/inside.h"

enum { ROW_BYTES = 1500 };

static const ColumnType text[] = {COL_TEXT};

static const Statement add_rows = {
    .name = "transfer_add_many",
    .postgres = "INSERT INTO transfer (seq, id, debit, credit, amount, kind, flags, refers, group_seq, effective_on, recorded_at, expires_at, actor, ref,"
                " dr_prev, cr_prev, dr_after, cr_after, hash)"
                " SELECT seq, decode(id, 'hex'), debit, credit, amount, convert_from(decode(kind, 'hex'), 'UTF8'), flags, refers, group_seq, effective_on,"
                " recorded_at, expires_at, actor, convert_from(decode(ref, 'hex'), 'UTF8'), dr_prev, cr_prev, dr_after, cr_after, decode(hash, 'hex')"
                " FROM json_to_recordset(CAST($1 AS json)) AS r (seq bigint, id text, debit bigint, credit bigint, amount bigint, kind text, flags bigint,"
                " refers bigint, group_seq bigint, effective_on bigint, recorded_at bigint, expires_at bigint, actor bigint, ref text, dr_prev bigint,"
                " cr_prev bigint, dr_after bigint, cr_after bigint, hash text) ORDER BY seq",
    .writes = true,
    .params = text,
    .params_len = 1,
};

static const Statement put_counters = {
    .name = "account_counters_put_many",
    .postgres = "UPDATE account SET dr_posted = r.dr_posted, cr_posted = r.cr_posted, dr_pending = r.dr_pending, cr_pending = r.cr_pending, last_seq = r.last_seq"
                " FROM json_to_recordset(CAST($1 AS json)) AS r (id bigint, dr_posted bigint, cr_posted bigint, dr_pending bigint, cr_pending bigint,"
                " last_seq bigint) WHERE account.id = r.id",
    .writes = true,
    .params = text,
    .params_len = 1,
};

static void add_hex(Buf *out, const char *name, Str bytes)
{
    char hex[2 * (TRANSFER_REF_MAX + CHAIN_HASH_LEN) + 1] = "";
    if (bytes.len)
        sodium_bin2hex(hex, sizeof hex, (const unsigned char *)bytes.at, bytes.len);
    buf_addf(out, "\"%s\":\"%s\",", name, hex);
}

static void add_row(Buf *out, const Transfer *t)
{
    buf_add(out, STR("{"));
    add_hex(out, "id", t->id);
    add_hex(out, "kind", t->kind);
    add_hex(out, "ref", t->ref);
    add_hex(out, "hash", t->hash);
    buf_addf(out, "\"seq\":%lld,\"debit\":%lld,\"credit\":%lld,\"amount\":%lld,\"flags\":%lld,\"refers\":%lld,\"group_seq\":%lld,\"effective_on\":%d,",
             (long long)t->seq, (long long)t->debit, (long long)t->credit, (long long)t->amount, (long long)t->flags, (long long)t->refers,
             (long long)t->group_seq, t->effective_on.days);
    buf_addf(out, "\"recorded_at\":%lld,\"expires_at\":%lld,\"actor\":%lld,\"dr_prev\":%lld,\"cr_prev\":%lld,\"dr_after\":%lld,\"cr_after\":%lld}",
             (long long)t->recorded_at, (long long)t->expires_at, (long long)t->actor, (long long)t->dr_prev, (long long)t->cr_prev,
             (long long)t->dr_after, (long long)t->cr_after);
}

static void add_counters(Buf *out, const AccountState *a)
{
    buf_addf(out, "{\"id\":%lld,\"dr_posted\":%lld,\"cr_posted\":%lld,\"dr_pending\":%lld,\"cr_pending\":%lld,\"last_seq\":%lld}", (long long)a->id,
             (long long)a->dr_posted, (long long)a->cr_posted, (long long)a->dr_pending, (long long)a->cr_pending, (long long)a->last_seq);
}

static Err *send_list(Engine *engine, const Statement *statement, Buf *list, int64_t wanted)
{
    int64_t changed;
    buf_add(list, STR("]"));
    if (list->overflowed)
        return err_detail(engine->arena, ERR_BROKEN, "ledger.damaged", "%s: the list is too long", statement->name);
    const Param params[] = {{.type = COL_TEXT, .text = buf_str(list)}};
    TRY(db_run(engine->tx, statement, params, &changed));
    return changed == wanted ? NULL : err_detail(engine->arena, ERR_BROKEN, "ledger.damaged", "%s: %lld of %lld", statement->name, (long long)changed, (long long)wanted);
}

Err *write_many(Engine *engine)
{
    Buf rows = buf_new(engine->arena, (engine->rows_len + 1) * ROW_BYTES), accounts = buf_new(engine->arena, (engine->accounts_len + 1) * ROW_BYTES);
    int64_t dirty = 0;
    for (size_t i = 0; i < engine->rows_len; i++) {
        buf_add(&rows, i ? STR(",") : STR("["));
        add_row(&rows, &engine->rows[i]);
    }
    for (size_t i = 0; i < engine->accounts_len; i++) {
        if (!engine->accounts[i].dirty)
            continue;
        buf_add(&accounts, dirty++ ? STR(",") : STR("["));
        add_counters(&accounts, &engine->accounts[i].row);
    }
    TRY(send_list(engine, &add_rows, &rows, (int64_t)engine->rows_len));
    return dirty ? send_list(engine, &put_counters, &accounts, dirty) : NULL;
}
