/* Pieces: immutable revisions, and the way from draft to published and back. */
#include "learn/inside.h"

#include <sodium.h>

#include "base/search.h"
#include "base/text.h"
#include "media/media.h"
#include "talk/talk.h"

static bool is(Str text, const char *word)
{
    return str_eq(text, str_of(word));
}

/* ---- what a revision says ---- */

static void hash_part(crypto_hash_sha256_state *state, Str part)
{
    unsigned char len[8];
    for (int i = 0; i < 8; i++)
        len[i] = (unsigned char)((uint64_t)part.len >> (8 * i));
    crypto_hash_sha256_update(state, len, sizeof len);
    if (part.len)
        crypto_hash_sha256_update(state, (const unsigned char *)part.at, part.len);
}

static void sort_texts(LearnTextList *texts)
{
    for (size_t i = 1; i < texts->len; i++)
        for (size_t k = i; k && str_compare(texts->at[k].lang, texts->at[k - 1].lang) < 0; k--) {
            LearnText held = texts->at[k];
            texts->at[k] = texts->at[k - 1];
            texts->at[k - 1] = held;
        }
}

Str revision_hash(Arena *arena, const NewItem *words)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char *text = arena_alloc(arena, 2 * sizeof hash + 1);
    crypto_hash_sha256_state state;
    LearnTextList sorted = {arena_copy(arena, words->texts.at, array_bytes(words->texts.len, sizeof *words->texts.at)), words->texts.len};
    sort_texts(&sorted);
    crypto_hash_sha256_init(&state);
    for (size_t i = 0; i < sorted.len; i++) {
        const LearnText *t = &sorted.at[i];
        hash_part(&state, t->lang);
        hash_part(&state, t->title);
        hash_part(&state, t->summary);
        hash_part(&state, t->body);
    }
    const Str rest[] = {words->picture, words->picture_alt, words->source_name, words->source_url, words->licence};
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        hash_part(&state, rest[i]);
    crypto_hash_sha256_final(&state, hash);
    sodium_bin2hex(text, 2 * sizeof hash + 1, hash, sizeof hash);
    return str_of(text);
}

static bool is_web_address(Str url)
{
    bool web = str_starts(url, STR("https://")) || str_starts(url, STR("http://"));
    for (size_t i = 0; i < url.len; i++)
        web &= (unsigned char)url.at[i] > ' ' && url.at[i] != '"' && url.at[i] != '<' && url.at[i] != '>' && url.at[i] != 127;
    return web && url.len <= 1000;
}

static Err *words_check(Arena *arena, const NewItem *item)
{
    if (!item->texts.len || item->texts.len > LANGS_MAX)
        return err_field(arena, "item.title", "title");
    for (size_t i = 0; i < item->texts.len; i++) {
        const LearnText *t = &item->texts.at[i];
        if (!str_trim(t->title).len)
            return err_field(arena, "item.title", "title");
        if (t->title.len > TITLE_MAX || t->summary.len > SUMMARY_MAX || t->body.len > BODY_MAX)
            return err_field(arena, "item.too_long", "body");
        for (size_t k = 0; k < i; k++)
            if (str_eq(item->texts.at[k].lang, t->lang))
                return err_field(arena, "item.languages", "title");
    }
    if (item->source_url.len && !is_web_address(item->source_url))
        return err_field(arena, "item.url", "source_url");
    return NULL;
}

/* About what a phone fetches to read it: the page and its words, compressed to less than half; the picture is added by the
   query. */
static int64_t bytes_about(const NewItem *item)
{
    enum { PAGE_BYTES = 6000 };
    size_t longest = 0;
    for (size_t i = 0; i < item->texts.len; i++)
        longest = item->texts.at[i].body.len > longest ? item->texts.at[i].body.len : longest;
    return PAGE_BYTES + (int64_t)longest / 2;
}

static Err *revision_add(Tx *tx, Time now, Id by, Id item, int64_t number, const NewItem *words)
{
    Id id = id_mint();
    TRY(item_revision_insert(tx, &(ItemRevisionInsertArgs){
                                     .id = id, .item = item, .number = number, .author = by ? &by : NULL,
                                     .lang = words->texts.at[0].lang, .picture = words->picture, .picture_alt = words->picture_alt,
                                     .source_name = words->source_name, .source_url = words->source_url, .licence = words->licence,
                                     .note = words->note, .hash = revision_hash(tx->db.arena, words), .bytes = bytes_about(words),
                                     .now = words->written_at.ms ? words->written_at : now}));
    for (size_t i = 0; i < words->texts.len; i++) {
        const LearnText *t = &words->texts.at[i];
        TRY(item_text_insert(tx, id, t->lang, t->title, t->summary, t->body));
    }
    return media_keep(tx, words->picture);
}

static Err *event_add(Tx *tx, const ItemAct *act, Str from, Str to, int64_t revision, Time now)
{
    return item_event_add(tx, &(ItemEventAddArgs){.item = act->item, .verb = str_of(act->verb), .from_state = from, .to_state = to,
                                                  .revision = revision, .who = act->by ? &act->by : NULL, .reason = act->reason,
                                                  .now = now});
}

Err *item_add(Tx *tx, Time now, Id by, const NewItem *item, Id *out)
{
    Id id = id_mint();
    TRY(words_check(tx->db.arena, item));
    TRY(item_insert(tx, id, item->channel, by ? &by : NULL, item->guid.len ? &item->guid : NULL, now));
    TRY(revision_add(tx, now, by, id, 1, item));
    TRY(event_add(tx, &(ItemAct){.item = id, .by = by, .verb = "add"}, STR(""), STR("draft"), 1, now));
    *out = id;
    return audit(tx, now, by, "learn.item_add", id, STR(""));
}

Err *item_revise(Tx *tx, Time now, Id by, Id item, const NewItem *words, bool *changed)
{
    Item row;
    ItemWords before;
    bool found;
    TRY(words_check(tx->db.arena, words));
    TRY(item_must(&tx->db, item, &row));
    TRY(item_words(&tx->db, item, row.newest, words->texts.at[0].lang, &before, &found));
    *changed = !found || !str_eq(before.hash, revision_hash(tx->db.arena, words));
    if (!*changed)
        return NULL;
    if (is(row.state, "withdrawn"))
        return err_new(tx->db.arena, ERR_CONFLICT, "item.not_now");
    TRY(revision_add(tx, now, by, item, row.newest + 1, words));
    TRY(item_newest_put(tx, item, row.newest + 1, STR("draft"), now));
    TRY(event_add(tx, &(ItemAct){.item = item, .by = by, .verb = "revise", .reason = words->note}, row.state, STR("draft"), row.newest + 1, now));
    return audit(tx, now, by, "learn.item_revise", item, STR(""));
}

Err *item_must(Db *db, Id id, Item *out)
{
    bool found;
    TRY(item_by_id(db, id, out, &found));
    return found ? NULL : err_new(db->arena, ERR_MISSING, "item.missing");
}

bool item_is_public(const Item *item, Time now)
{
    return item->shown > 0 && !is(item->state, "withdrawn") && item->has_visible_at && item->visible_at.ms <= now.ms;
}

/* ---- from draft to published and back ---- */

typedef struct ItemStep {
    const char *verb, *from, *to;
} ItemStep;

static const ItemStep item_steps[] = {
    {"submit", "draft", "review"},       {"return", "review", "draft"},         {"publish", "draft", "published"},
    {"publish", "review", "published"},  {"publish", "published", "published"}, {"withdraw", "draft", "withdrawn"},
    {"withdraw", "review", "withdrawn"}, {"withdraw", "published", "withdrawn"}, {"restore", "withdrawn", "draft"},
    {0},
};

static const ItemStep *step_find(const char *verb, Str from)
{
    for (const ItemStep *s = item_steps; s->verb; s++)
        if (str_eq(str_of(s->verb), str_of(verb)) && is(from, s->from))
            return s;
    return NULL;
}

static Err *publish(Tx *tx, const ItemAct *act, const Item *row, Time now)
{
    /* an embargo that was set once holds until somebody sets another */
    Time embargo = act->embargo.ms ? act->embargo : row->has_embargo ? row->embargo : (Time){0};
    bool given = act->publish_at.ms > now.ms || (act->dated && act->publish_at.ms && act->publish_at.ms < now.ms && !row->shown);
    Time at = given ? act->publish_at : row->shown && row->has_visible_at ? row->visible_at : now;
    at = embargo.ms > at.ms ? embargo : at;
    TRY(item_publish_put(tx, act->item, at, embargo.ms ? &embargo : NULL, now));
    return announce(tx, "item.published", act->item, now);
}

Err *item_act(Tx *tx, const ItemAct *act, Time now)
{
    Item row;
    bool why = str_eq(str_of(act->verb), STR("withdraw")) || str_eq(str_of(act->verb), STR("return"));
    TRY(item_must(&tx->db, act->item, &row));
    const ItemStep *step = step_find(act->verb, row.state);
    if (!step)
        return err_new(tx->db.arena, ERR_CONFLICT, "item.not_now");
    if (why && !str_trim(act->reason).len)
        return err_field(tx->db.arena, "item.reason", "reason");
    if (is(str_of(step->to), "published"))
        TRY(publish(tx, act, &row, now));
    else
        TRY(item_state_put(tx, act->item, str_of(step->to), why ? str_trim(act->reason) : STR(""), now));
    TRY(event_add(tx, act, row.state, str_of(step->to), row.newest, now));
    TRY(item_search_refresh(tx, act->item));
    TRY(item_talk_refresh(tx, now, act->item));
    if (is(str_of(step->to), "withdrawn"))
        TRY(announce(tx, "item.withdrawn", act->item, now));
    return audit(tx, now, act->by, str_z(tx->db.arena, str_format(tx->db.arena, "learn.item_%s", act->verb)), act->item, STR(""));
}

/* ---- search, comments ---- */

Err *item_search_refresh(Tx *tx, Id item)
{
    Item row;
    ItemWords words;
    ItemTextList texts;
    bool found;
    Buf out = buf_new(tx->db.arena, 4 * BODY_MAX * LANGS_MAX);
    TRY(item_must(&tx->db, item, &row));
    TRY(item_search_drop(tx, item));
    if (!row.shown || is(row.state, "withdrawn"))
        return NULL;
    TRY(item_words(&tx->db, item, row.shown, STR("en"), &words, &found));
    TRY(item_texts(&tx->db, words.id, &texts));
    for (size_t i = 0; i < texts.len; i++) {
        const Str parts[] = {texts.at[i].title, texts.at[i].summary, texts.at[i].body};
        for (size_t k = 0; k < 3; k++) {
            buf_add(&out, search_index(tx->db.arena, parts[k]));
            buf_add_char(&out, ' ');
        }
    }
    return item_search_insert(tx, item, buf_str(&out));
}

Err *item_search_rebuild(Tx *tx, void *unused)
{
    LearnIdList ids;
    Id after = 0;
    (void)unused;
    TRY(item_search_clear(tx));
    do {
        TRY(item_shown_ids(&tx->db, after, 500, &ids));
        for (size_t i = 0; i < ids.len; i++)
            TRY(item_search_refresh(tx, ids.at[i].id));
        after = ids.len ? ids.at[ids.len - 1].id : 0;
    } while (ids.len);
    return NULL;
}

Err *item_talk_refresh(Tx *tx, Time now, Id item)
{
    Item row;
    ItemWords words;
    bool found;
    TRY(item_must(&tx->db, item, &row));
    if (!row.shown)
        return NULL;
    TRY(item_words(&tx->db, item, row.shown, STR("en"), &words, &found));
    bool closed = is(row.state, "withdrawn");
    TalkPlace place = {.subject = item,
                       .kind = "item",
                       .org = row.org,
                       .mode = closed ? STR("none") : row.has_comment_mode ? row.comment_mode : row.channel_mode,
                       .members = is(row.visibility, "members"),
                       .path = str_format(tx->db.arena, "/learn/%.*s/%.*s", STR_ARG(row.slug), STR_ARG(id_text(tx->db.arena, item))),
                       .title = words.title};
    return talk_place_put(tx, now, &place);
}
