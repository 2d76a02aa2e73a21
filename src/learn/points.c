/* Points: private, append-only, capped. There is no ranking and no quota, and nobody but their owner reads them. */
#include "learn/points.h"

#include <sodium.h>

typedef struct FirstPoint {
    const char *name;
    int64_t points, daily_cap;
} FirstPoint;

/* What a co-operative begins with; it may change the table. */
static const FirstPoint first_points[] = {
    {"read", 1, 6}, {"lesson", 3, 4}, {"course", 20, 2}, {"quiz", 3, 4}, {"daily", 3, 1}, {"weekly", 6, 1}, {"task", 5, 3}, {"comment", 1, 3},
};

static Err *rules_write(Tx *tx, void *arg)
{
    LearnCount count;
    const Time *now = arg;
    TRY(point_rule_count(&tx->db, &count));
    for (size_t i = 0; !count.total && i < sizeof first_points / sizeof *first_points; i++)
        TRY(point_rule_put(tx, str_of(first_points[i].name), first_points[i].points, first_points[i].daily_cap, true, *now));
    return NULL;
}

Err *points_start(Store *store, Arena *arena)
{
    LearnCount count;
    Time now = time_now();
    Db db;
    TRY(db_read(store, arena, &db));
    TRY(point_rule_count(&db, &count));
    return count.total ? NULL : db_write(store, arena, rules_write, &now);
}

Str points_hash(Arena *arena, Str before, const PointEntry *row)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char *text = arena_alloc(arena, 2 * sizeof hash + 1);
    Str line = points_line(arena, before, row);
    crypto_hash_sha256(hash, (const unsigned char *)line.at, line.len);
    sodium_bin2hex(text, 2 * sizeof hash + 1, hash, sizeof hash);
    return str_of(text);
}

/* One line of plain text, so that its owner can check it with sha256sum and no program of ours. */
Str points_line(Arena *arena, Str before, const PointEntry *row)
{
    return str_format(arena, "%.*s %lld %.*s %.*s %.*s %lld %lld", STR_ARG(before), (long long)row->n, STR_ARG(row->rule),
                      STR_ARG(id_text(arena, row->ref)), STR_ARG(date_text(arena, row->day)), (long long)row->delta, (long long)row->at.ms);
}

Err *points_used(Db *db, Id person, bool *used)
{
    PointChoice choice;
    bool found;
    TRY(point_choice_by_person(db, person, &choice, &found));
    *used = !found || choice.used;
    return NULL;
}

Err *points_award(Tx *tx, Time now, Id person, const char *rule, Id ref)
{
    Arena *arena = tx->db.arena;
    PointRule row;
    PointDay day;
    PointHead head = {0};
    bool found, used;
    TRY(point_rule_by_name(&tx->db, str_of(rule), &row, &found));
    if (!found)
        return err_detail(arena, ERR_BROKEN, "points.rule", "%s", rule);
    TRY(points_used(&tx->db, person, &used));
    if (!used || !row.used || !row.points)
        return NULL;
    Date today = time_date(now, village_at(&tx->db).zone);
    TRY(point_day(&tx->db, person, row.name, today, ref, &day));
    if (day.same || (row.daily_cap && day.times >= row.daily_cap))
        return NULL;
    TRY(point_head(&tx->db, person, &head, &found));
    PointEntry entry = {.n = found ? head.n + 1 : 1, .rule = row.name, .ref = ref, .day = today, .delta = row.points, .at = now};
    return point_entry_add(tx, &(PointEntryAddArgs){.person = person, .n = entry.n, .rule = entry.rule, .ref = ref, .day = today,
                                                    .delta = entry.delta, .now = now,
                                                    .hash = points_hash(arena, found ? head.hash : STR(""), &entry)});
}

/* ---- every chain is whole, and no cap was passed ---- */

typedef struct Chain {
    Findings *findings;
    Id person;
    int64_t n;
    char hash[2 * crypto_hash_sha256_BYTES + 1];
} Chain;

static Err *entry_check(void *arg, const PointRow *row)
{
    Chain *chain = arg;
    Arena *arena = arena_new();
    chain->findings->checked++;
    if (row->person != chain->person) {
        chain->person = row->person;
        chain->n = 0;
        chain->hash[0] = 0;
    }
    PointEntry entry = {row->n, row->rule, row->ref, row->day, row->delta, row->at, row->hash};
    if (row->n != chain->n + 1)
        finding(chain->findings, "the points of person %lld jump to number %lld", (long long)row->person, (long long)row->n);
    if (!str_eq(points_hash(arena, str_of(chain->hash), &entry), row->hash))
        finding(chain->findings, "entry %lld of the points of person %lld was changed", (long long)row->n, (long long)row->person);
    chain->n = row->n;
    for (size_t i = 0; i < sizeof chain->hash; i++)
        chain->hash[i] = i < row->hash.len ? row->hash.at[i] : 0;
    chain->hash[sizeof chain->hash - 1] = 0;
    arena_free(arena);
    return NULL;
}

Err *check_points(Db *db, Findings *findings)
{
    Chain chain = {.findings = findings};
    return point_each(db, entry_check, &chain);
}
