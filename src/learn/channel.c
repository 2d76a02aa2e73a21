/* Channels: making them, changing them, who may read and write. */
#include "learn/inside.h"

#include "base/text.h"

Str reader_lang(const Req *r)
{
    return str_of(lang_tag(r->lang));
}

bool is_member(const Req *r)
{
    return r->who && r->roles;
}

bool edits_channel(const Req *r, Id org, Id person)
{
    return r->who && (has_role(r, org, ROLE_EDITOR | ROLE_ADMIN) || (person && person == r->who));
}

bool reads_channel(const Req *r, Str visibility, Id org, Id person)
{
    return str_eq(visibility, STR("public")) || is_member(r) || edits_channel(r, org, person);
}

static bool one_of(const char *word, const char *const *words)
{
    for (; *words; words++)
        if (word && str_eq(str_of(word), str_of(*words)))
            return true;
    return false;
}

static Err *words_check(Arena *arena, const NewChannel *channel)
{
    static const char *const kinds[] = {"news", "training", "market", "person", NULL};
    static const char *const modes[] = {"none", "first", "all", NULL};
    static const char *const seen[] = {"public", "members", NULL};
    if (!one_of(channel->kind, kinds) || !one_of(channel->comment_mode, modes) || !one_of(channel->visibility, seen))
        return err_field(arena, "channel.kind", "kind");
    if (!channel->texts.len || channel->texts.len > LANGS_MAX)
        return err_field(arena, "channel.title", "title");
    for (size_t i = 0; i < channel->texts.len; i++)
        if (!str_trim(channel->texts.at[i].title).len || channel->texts.at[i].title.len > TITLE_MAX)
            return err_field(arena, "channel.title", "title");
    return NULL;
}

static Err *texts_put(Tx *tx, Id channel, const LearnTextList *texts)
{
    for (size_t i = 0; i < texts->len; i++)
        TRY(channel_text_put(tx, channel, texts->at[i].lang, str_trim(texts->at[i].title), str_trim(texts->at[i].summary)));
    return NULL;
}

/* A slug somebody typed must be free; one made of the title gets a number. */
static Err *slug_choose(Tx *tx, const NewChannel *channel, Str *out)
{
    Arena *arena = tx->db.arena;
    LearnId taken;
    bool found;
    Str base = text_slug(arena, channel->slug.len ? channel->slug : channel->texts.at[0].title, 60);
    *out = base.len ? base : STR("channel");
    base = *out;
    for (int n = 2;; n++) {
        TRY(channel_slug_taken(&tx->db, *out, &taken, &found));
        if (!found)
            return NULL;
        if (channel->slug.len || n > 1000)
            return err_field(arena, "channel.slug_taken", "slug");
        *out = str_format(arena, "%.*s-%d", STR_ARG(base), n);
    }
}

Err *channel_add(Tx *tx, Time now, Id by, const NewChannel *channel, Id *out)
{
    Str slug;
    TRY(words_check(tx->db.arena, channel));
    TRY(slug_choose(tx, channel, &slug));
    Id id = id_mint(), org = channel->org ? channel->org : village_at(&tx->db).org;
    TRY(channel_insert(tx, &(ChannelInsertArgs){.id = id, .org = org, .slug = slug, .kind = str_of(channel->kind),
                                                .person = channel->person ? &channel->person : NULL,
                                                .visibility = str_of(channel->visibility),
                                                .comment_mode = str_of(channel->comment_mode),
                                                .lang = channel->texts.at[0].lang, .now = now}));
    TRY(texts_put(tx, id, &channel->texts));
    *out = id;
    return audit(tx, now, by, "learn.channel_add", id, STR(""));
}

Err *channel_edit(Tx *tx, Time now, Id by, Id channel, const NewChannel *words, bool open)
{
    int64_t count;
    TRY(words_check(tx->db.arena, words));
    TRY(channel_change(tx, &(ChannelChangeArgs){.id = channel, .kind = str_of(words->kind), .visibility = str_of(words->visibility),
                                                .comment_mode = str_of(words->comment_mode), .open = open, .now = now}, &count));
    if (!count)
        return err_new(tx->db.arena, ERR_MISSING, "channel.missing");
    TRY(texts_put(tx, channel, &words->texts));
    return audit(tx, now, by, "learn.channel_change", channel, STR(""));
}

Err *channel_must(Db *db, Str slug, Str lang, Time now, Channel *out)
{
    bool found;
    TRY(channel_by_slug(db, slug, lang, now, out, &found));
    return found ? NULL : err_new(db->arena, ERR_MISSING, "channel.missing");
}

Err *channel_find(Db *db, Str slug, Id *channel, Id *org)
{
    Channel row;
    TRY(channel_must(db, slug, STR("en"), time_now(), &row));
    *channel = row.id;
    *org = row.org;
    return NULL;
}

Err *channel_talk_mode(Db *db, Str slug, Str *mode)
{
    Channel row;
    bool found;
    TRY(channel_by_slug(db, slug, STR("en"), time_now(), &row, &found));
    *mode = found ? row.comment_mode : STR("first");
    return NULL;
}
