/* The daily anchor: what the chain and all balances were at the end of a day, in 32 bytes that can be printed and kept where
   nobody who holds the machine can change them. And the watermark, a file beside the database that says how far the journal had
   come a moment ago: data that was put back to an older state is found out. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "ledger/audit.h"

/* ---- the root ---- */

static void add_number(crypto_hash_sha256_state *state, int64_t number)
{
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)((uint64_t)number >> 8 * i);
    crypto_hash_sha256_update(state, bytes, sizeof bytes);
}

/* Rows by account; those that never moved are left out, so that opening an account changes no root. */
AnchorSums anchor_root(Date day, int64_t seq, const unsigned char hash[CHAIN_HASH_LEN], const BalanceRow *rows, size_t len,
                       unsigned char root[CHAIN_HASH_LEN])
{
    AnchorSums sums = {0};
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const unsigned char *)"VA1", 3);
    add_number(&state, day.days);
    add_number(&state, seq);
    crypto_hash_sha256_update(&state, hash, CHAIN_HASH_LEN);
    for (size_t i = 0; i < len; i++) {
        if (!rows[i].debit && !rows[i].credit)
            continue;
        add_number(&state, rows[i].account);
        add_number(&state, rows[i].debit);
        add_number(&state, rows[i].credit);
        sums.debit += rows[i].debit;
        sums.credit += rows[i].credit;
        sums.accounts++;
    }
    crypto_hash_sha256_final(&state, root);
    return sums;
}

/* ---- once a day ---- */

typedef struct Anchoring {
    Date day;
    Time until, now;
    bool made;
} Anchoring;

static Err *anchor_write(Tx *tx, void *arg)
{
    Anchoring *anchoring = arg;
    Db *db = &tx->db;
    Anchor there;
    Transfer last;
    BalanceList balances;
    int64_t seq, count;
    bool found;
    unsigned char hash[CHAIN_HASH_LEN] = {0}, root[CHAIN_HASH_LEN];
    anchoring->made = false;
    TRY(anchor_by_day(db, anchoring->day, &there, &found));
    if (found)
        return NULL;
    TRY(seq_at(db, anchoring->until, &seq));
    TRY(transfer_by_seq(db, seq, &last, &found));
    if (!found) /* nothing was booked yet */
        return NULL;
    memcpy(hash, last.hash.at, last.hash.len < sizeof hash ? last.hash.len : sizeof hash);
    TRY(balances_at_seq(db, seq, &balances));
    AnchorSums sums = anchor_root(anchoring->day, seq, hash, balances.at, balances.len, root);
    TRY(anchor_add(tx, &(AnchorAddArgs){.day = anchoring->day,
                                        .last_seq = seq,
                                        .hash = {(const char *)hash, sizeof hash},
                                        .root = {(const char *)root, sizeof root},
                                        .dr_total = sums.debit,
                                        .cr_total = sums.credit,
                                        .accounts = sums.accounts,
                                        .now = anchoring->now},
                   &count));
    anchoring->made = count > 0;
    return NULL;
}

Err *anchor_make(Store *store, Arena *arena, Date day, Time now, bool *made)
{
    Anchoring anchoring = {.day = day, .now = now};
    Str zone = village(store, arena).zone;
    anchoring.until = (Time){time_of(zone, (Date){day.days + 1}, 0, 0).ms - 1};
    *made = false;
    if (now.ms <= anchoring.until.ms)
        return err_new(arena, ERR_CONFLICT, "anchor.too_early");
    TRY(db_write(store, arena, anchor_write, &anchoring));
    *made = anchoring.made;
    return NULL;
}

Err *anchor_job(JobContext *context)
{
    bool made;
    Date today = time_date(context->now, village(context->store, context->arena).zone);
    return anchor_make(context->store, context->arena, (Date){today.days - 1}, context->now, &made);
}

/* ---- the watermark ---- */

static const char *watermark_path(Arena *arena, Str folder)
{
    return str_z(arena, str_format(arena, "%.*s/ledger.mark", STR_ARG(folder)));
}

/* One line: book, sequence, hash. Replaced whole, so that a cut leaves the old one. */
Err *watermark_write(Db *db, Str folder)
{
    LedgerHead head;
    Id book;
    bool found;
    TRY(ledger_head_get(db, &head, &found));
    TRY(book_main_find(db, &book));
    if (!found || !book || head.hash.len != CHAIN_HASH_LEN)
        return NULL;
    char hash[CHAIN_HASH_LEN * 2 + 1];
    sodium_bin2hex(hash, sizeof hash, (const unsigned char *)head.hash.at, CHAIN_HASH_LEN);
    Str line = str_format(db->arena, "%.*s %lld %s\n", STR_ARG(id_text(db->arena, book)), (long long)head.seq, hash);
    return file_write(db->arena, watermark_path(db->arena, folder), line, 0600);
}

Err *watermark_read(Db *db, Str folder, Watermark *out)
{
    Str text, book, rest, seq, hash;
    Id named, main;
    *out = (Watermark){0};
    Err *err = file_read(db->arena, watermark_path(db->arena, folder), 4096, &text);
    if (err)
        return err_is(err, "file.missing") ? NULL : err;
    TRY(book_main_find(db, &main));
    if (!str_cut(str_trim(text), ' ', &book, &rest) || !str_cut(rest, ' ', &seq, &hash) || !id_parse(book, &named) || named != main ||
        hash.len != CHAIN_HASH_LEN * 2 || !str_to_int(seq, &out->seq))
        return NULL; /* of another village's data, or not ours */
    size_t len;
    out->there = sodium_hex2bin(out->hash, CHAIN_HASH_LEN, hash.at, hash.len, NULL, &len, NULL) == 0 && len == CHAIN_HASH_LEN;
    return NULL;
}

Err *watermark_job(JobContext *context)
{
    Db db;
    TRY(db_read(context->store, context->arena, &db));
    return watermark_write(&db, config_text("data"));
}
