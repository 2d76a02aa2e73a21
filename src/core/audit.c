/* The trail of changes, each row bound to the one before by a hash. */
#include <sodium.h>
#include <string.h>

#include "core/audit.h"
#include "core/core.h"

/* SHA-256 over the hash before and the row's members, each with its length in front so that none can run into the next.
 */
static void add_member(crypto_hash_sha256_state *state, Str member)
{
    char len[24];
    Buf buf = {.at = len, .room = sizeof len, .limit = sizeof len};
    buf_add_int(&buf, (int64_t)member.len);
    buf_add_char(&buf, ':');
    crypto_hash_sha256_update(state, (const unsigned char *)len, buf.len);
    if (member.len)
        crypto_hash_sha256_update(state, (const unsigned char *)member.at, member.len);
}

static void add_number(crypto_hash_sha256_state *state, int64_t number)
{
    char text[24];
    Buf buf = {.at = text, .room = sizeof text, .limit = sizeof text};
    buf_add_int(&buf, number);
    add_member(state, buf_str(&buf));
}

void audit_hash(Str before, const AuditRow *row, char out[AUDIT_HASH_LEN + 1])
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    add_member(&state, before);
    add_number(&state, row->n);
    add_number(&state, row->at.ms);
    add_number(&state, row->has_who ? row->who : 0);
    add_member(&state, row->action);
    add_number(&state, row->has_subject ? row->subject : 0);
    add_member(&state, row->detail);
    crypto_hash_sha256_final(&state, hash);
    sodium_bin2hex(out, AUDIT_HASH_LEN + 1, hash, sizeof hash);
}

/* The members behind the number, as audit_hash takes them: audit_add puts the hash before and the number in front. */
static Str rest_of(Arena *arena, const AuditRow *row)
{
    char numbers[3][24];
    const int64_t values[3] = {row->at.ms, row->has_who ? row->who : 0, row->has_subject ? row->subject : 0};
    Str members[5] = {[2] = row->action, [4] = row->detail};
    const int places[3] = {0, 1, 3};
    Buf out = buf_new(arena, row->action.len + row->detail.len + 256);
    for (int i = 0; i < 3; i++) {
        Buf number = {.at = numbers[i], .room = sizeof numbers[i], .limit = sizeof numbers[i]};
        buf_add_int(&number, values[i]);
        members[places[i]] = buf_str(&number);
    }
    for (int i = 0; i < 5; i++)
        buf_addf(&out, "%zu:%.*s", members[i].len, STR_ARG(members[i]));
    return buf_str(&out);
}

/* One statement reads the last hash and writes the next: a change costs no more than it must. */
Err *audit(Tx *tx, Time now, Id who, const char *action, Id subject, Str detail)
{
    AuditRow row = {.at = now, .who = who, .has_who = who != 0, .action = str_of(action), .subject = subject,
                    .has_subject = subject != 0, .detail = detail};
    int64_t count;
    return audit_add(tx, &(AuditAddArgs){.at = row.at, .who = who ? &who : NULL, .action = row.action, .subject = subject ? &subject : NULL,
                                         .detail = detail, .rest = rest_of(tx->db.arena, &row)}, &count);
}

/* ---- checking ---- */

typedef struct Walk {
    Findings *findings;
    int64_t next;
    char hash[AUDIT_HASH_LEN + 1];
} Walk;

static Err *check_row(void *arg, const AuditRow *row)
{
    Walk *walk = arg;
    walk->findings->checked++;
    if (row->n != walk->next)
        finding(walk->findings, "audit: row %lld is missing or out of place: row %lld follows", (long long)walk->next,
                (long long)row->n);
    char right[AUDIT_HASH_LEN + 1];
    audit_hash(str_of(walk->hash), row, right);
    if (row->n == walk->next && !str_eq(row->hash, str_of(right)))
        finding(walk->findings, "audit: row %lld, or one before it, was changed after it was written",
                (long long)row->n);
    walk->next = row->n + 1;
    size_t len = row->hash.len < AUDIT_HASH_LEN ? row->hash.len : AUDIT_HASH_LEN;
    memcpy(walk->hash, row->hash.at, len);
    walk->hash[len] = 0;
    return NULL;
}

Err *audit_check(Db *db, Findings *findings)
{
    Walk walk = {.findings = findings, .next = 1};
    return audit_each(db, check_row, &walk);
}
