/* What must always be true of learning; `millet verify` and the test harness ask. */
#include "learn/points.h"

/* Nobody has changed a revision since it was written. */
typedef struct Walk {
    Db *db;
    Findings *findings;
} Walk;

static Err *revision_check(Walk *walk, const RevisionCheck *row)
{
    ItemTextList texts;
    TRY(item_texts(walk->db, row->id, &texts));
    LearnText *list = NEW_ARRAY(walk->db->arena, LearnText, texts.len + 1);
    for (size_t i = 0; i < texts.len; i++)
        list[i] = (LearnText){texts.at[i].lang, texts.at[i].title, texts.at[i].summary, texts.at[i].body};
    NewItem words = {.texts = {list, texts.len}, .picture = row->picture, .picture_alt = row->picture_alt, .source_name = row->source_name,
                     .source_url = row->source_url, .licence = row->licence};
    walk->findings->checked++;
    if (!texts.len || !str_eq(revision_hash(walk->db->arena, &words), row->hash))
        finding(walk->findings, "revision %lld of piece %lld was changed after it was written", (long long)row->number, (long long)row->item);
    return NULL;
}

typedef struct Held {
    RevisionCheck *rows;
    size_t len, room;
    Arena *arena;
} Held;

static Err *hold(void *arg, const RevisionCheck *row)
{
    Held *held = arg;
    if (held->len == held->room) {
        size_t room = held->room ? 2 * held->room : 256;
        RevisionCheck *rows = NEW_ARRAY(held->arena, RevisionCheck, room);
        for (size_t i = 0; i < held->len; i++)
            rows[i] = held->rows[i];
        held->rows = rows;
        held->room = room;
    }
    RevisionCheck *copy = &held->rows[held->len++];
    *copy = *row;
    Str *const texts[] = {&copy->hash, &copy->lang, &copy->picture, &copy->picture_alt, &copy->source_name, &copy->source_url, &copy->licence};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = str_copy(held->arena, *texts[i]);
    return NULL;
}

static Err *item_check(void *arg, const ItemCheck *i)
{
    Findings *f = arg;
    f->checked++;
    if (i->revisions != i->newest || i->shown > i->newest)
        finding(f, "piece %lld has %lld revisions, the newest is %lld, shown is %lld", (long long)i->id, (long long)i->revisions,
                (long long)i->newest, (long long)i->shown);
    if (!str_eq(i->last_state, i->state))
        finding(f, "piece %lld is %.*s, its history ends in %.*s", (long long)i->id, STR_ARG(i->state), STR_ARG(i->last_state));
    if ((i->shown > 0) != i->has_visible_at)
        finding(f, "piece %lld is shown without a time, or the other way round", (long long)i->id);
    return NULL;
}

static Err *check_items(Db *db, Findings *findings)
{
    Held held = {.arena = db->arena};
    Walk walk = {db, findings};
    TRY(verify_items(db, item_check, findings));
    TRY(verify_revisions(db, hold, &held));
    for (size_t i = 0; i < held.len; i++)
        TRY(revision_check(&walk, &held.rows[i]));
    return NULL;
}

const Check learn_checks[] = {
    {.name = "learn.items", .run = check_items, .rebuild = item_search_rebuild},
    {.name = "learn.points", .run = check_points},
    {0},
};
