/* The trail of changes, each row bound to the one before by a hash. */
#include <sodium.h>
#include <string.h>

#include "base/file.h"
#include "core/audit.h"
#include "core/config.h"
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

/* The next row goes on from where audit_end says that the trail ends, and moves that in the same statement. */
Err *audit(Tx *tx, Time now, Id who, const char *action, Id subject, Str detail)
{
    AuditRow row = {.at = now, .who = who, .has_who = who != 0, .action = str_of(action), .subject = subject,
                    .has_subject = subject != 0, .detail = detail};
    int64_t count;
    return audit_add(tx, &(AuditAddArgs){.at = row.at, .who = who ? &who : NULL, .action = row.action, .subject = subject ? &subject : NULL,
                                         .detail = detail, .rest = rest_of(tx->db.arena, &row)}, &count);
}

/* ---- the mark: a file beside the data that says how far the trail had come a moment ago ---- */

typedef struct Mark {
    int64_t n; /* 0: none, or of other data */
    Str first, hash;
} Mark;

static const char *mark_path(Arena *arena, Str folder)
{
    return str_z(arena, str_format(arena, "%.*s/audit.mark", STR_ARG(folder)));
}

/* One line: the hash of the first row, which tells whose trail it is, the last row's number and its hash. Replaced whole. */
Err *audit_mark_write(Db *db, Str folder)
{
    AuditEnd first, end;
    bool begun, found;
    TRY(audit_at(db, 1, &first, &begun));
    TRY(audit_end_get(db, &end, &found));
    if (!begun || !found)
        return NULL;
    Str line = str_format(db->arena, "%.*s %lld %.*s\n", STR_ARG(first.hash), (long long)end.n, STR_ARG(end.hash));
    return file_write(db->arena, mark_path(db->arena, folder), line, 0600);
}

static Err *mark_read(Db *db, Str folder, Mark *out)
{
    Str text, rest, n;
    *out = (Mark){0};
    Err *err = file_read(db->arena, mark_path(db->arena, folder), 4096, &text);
    if (err)
        return err_is(err, "file.missing") ? NULL : err;
    if (!str_cut(str_trim(text), ' ', &out->first, &rest) || !str_cut(rest, ' ', &n, &out->hash) || !str_to_int(n, &out->n))
        out->n = 0;
    return NULL;
}

/* ---- checking ---- */

typedef struct Walk {
    Findings *findings;
    Mark mark;
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
    if (row->n == 1 && !str_eq(row->hash, walk->mark.first))
        walk->mark.n = 0;
    if (row->n == walk->mark.n && !str_eq(row->hash, walk->mark.hash))
        finding(walk->findings, "audit: row %lld is not the one that audit.mark remembers: the data was put back and went another way",
                (long long)row->n);
    walk->next = row->n + 1;
    size_t len = row->hash.len < AUDIT_HASH_LEN ? row->hash.len : AUDIT_HASH_LEN;
    memcpy(walk->hash, row->hash.at, len);
    walk->hash[len] = 0;
    return NULL;
}

/* A bundle of an older release knows no end: it is where the trail ends. One that is known is left alone, or rebuilding would heal a cut. */
Err *audit_end_rebuild(Tx *tx, void *unused)
{
    (void)unused;
    AuditEnd end;
    bool found;
    TRY(audit_end_get(&tx->db, &end, &found));
    return found ? NULL : audit_end_put(tx);
}

/* Whether the trail ends where it was last written to. */
static Err *check_end(Db *db, const Walk *walk)
{
    AuditEnd end;
    bool found;
    long long last = walk->next - 1;
    TRY(audit_end_get(db, &end, &found));
    if (!found)
        finding(walk->findings, "audit: the note of the trail's end is gone, the trail ends with row %lld", last);
    else if (found && end.n > last)
        finding(walk->findings, "audit: the end is cut off: row %lld was written, the trail ends with row %lld", (long long)end.n, last);
    else if (found && (end.n < last || !str_eq(end.hash, str_of(walk->hash))))
        finding(walk->findings, "audit: the trail ends with row %lld, not with the row %lld that was last written as it should be", last,
                (long long)end.n);
    if (walk->mark.n > last)
        finding(walk->findings, "audit: audit.mark remembers row %lld, the trail ends with row %lld: an older state was put back",
                (long long)walk->mark.n, last);
    return NULL;
}

Err *audit_check(Db *db, Findings *findings)
{
    Walk walk = {.findings = findings, .next = 1};
    TRY(mark_read(db, config_text("data"), &walk.mark));
    TRY(audit_each(db, check_row, &walk));
    return check_end(db, &walk);
}
