/* Learning for programs: channels and pieces. */
#include "learn/handlers.h"

typedef struct ChannelsQuery {
    Id after;
    int64_t limit;
} ChannelsQuery;
static const Field channels_query_fields[] = {
    FIELD(ChannelsQuery, after, FIELD_ID),
    FIELD(ChannelsQuery, limit, FIELD_INT, .min = 1, .max = 100),
};
const Shape channels_query_shape = SHAPE(ChannelsQuery, "ChannelsQuery", channels_query_fields);

typedef struct ChannelJson {
    Id id, org;
    Str slug, kind, title, about, visibility, comment_mode, path, rss, atom;
    int64_t pieces;
} ChannelJson;
static const Field channel_json_fields[] = {
    FIELD(ChannelJson, id, FIELD_ID),
    FIELD(ChannelJson, org, FIELD_ID, .label = "Who answers for it"),
    FIELD(ChannelJson, slug, FIELD_STR),
    FIELD(ChannelJson, kind, FIELD_STR, .one_of = "news|training|market|person"),
    FIELD(ChannelJson, title, FIELD_STR),
    FIELD(ChannelJson, about, FIELD_STR),
    FIELD(ChannelJson, visibility, FIELD_STR, .one_of = "public|members"),
    FIELD(ChannelJson, comment_mode, FIELD_STR, .one_of = "none|first|all"),
    FIELD(ChannelJson, path, FIELD_STR),
    FIELD(ChannelJson, rss, FIELD_STR),
    FIELD(ChannelJson, atom, FIELD_STR),
    FIELD(ChannelJson, pieces, FIELD_INT),
};
const Shape channel_json_shape = SHAPE(ChannelJson, "Channel", channel_json_fields);

static ChannelJson channel_json(Arena *arena, const Channel *c)
{
    Str path = str_format(arena, "/learn/%.*s", STR_ARG(c->slug));
    return (ChannelJson){.id = c->id, .org = c->org, .slug = c->slug, .kind = c->kind, .title = c->title, .about = c->about,
                         .visibility = c->visibility, .comment_mode = c->comment_mode, .path = path,
                         .rss = str_format(arena, "%.*s/rss.xml", STR_ARG(path)),
                         .atom = str_format(arena, "%.*s/atom.xml", STR_ARG(path)), .pieces = c->pieces};
}

Err *list_channels_json(Req *r)
{
    ChannelsQuery query = {0};
    ChannelList rows;
    TRY(take_query(r, &channels_query_shape, &query));
    int64_t limit = query.limit ? query.limit : 100;
    TRY(channel_list(&r->db, reader_lang(r), is_member(r), r->now, query.after, limit + 1, &rows));
    bool more = rows.len > (size_t)limit;
    rows.len = more ? (size_t)limit : rows.len;
    ChannelJson *list = NEW_ARRAY(r->arena, ChannelJson, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++)
        list[i] = channel_json(r->arena, &rows.at[i]);
    return reply_json_list(r, &channel_json_shape, list, rows.len, more ? id_text(r->arena, rows.at[rows.len - 1].id) : STR(""));
}

typedef struct ItemsQuery {
    Str search, after, channel;
    int64_t limit;
} ItemsQuery;
static const Field items_query_fields[] = {
    FIELD(ItemsQuery, search, FIELD_STR, .max = 200),
    FIELD(ItemsQuery, channel, FIELD_STR, .max = 100),
    FIELD(ItemsQuery, after, FIELD_STR, .max = 60),
    FIELD(ItemsQuery, limit, FIELD_INT, .min = 1, .max = 100),
};
const Shape items_query_shape = SHAPE(ItemsQuery, "ItemsQuery", items_query_fields);

typedef struct ItemBriefJson {
    Id id;
    Str title, summary, lang, channel, path;
    Time published_at;
    int64_t bytes;
} ItemBriefJson;
static const Field item_brief_fields[] = {
    FIELD(ItemBriefJson, id, FIELD_ID),
    FIELD(ItemBriefJson, title, FIELD_STR),
    FIELD(ItemBriefJson, summary, FIELD_STR),
    FIELD(ItemBriefJson, lang, FIELD_STR),
    FIELD(ItemBriefJson, channel, FIELD_STR),
    FIELD(ItemBriefJson, path, FIELD_STR),
    FIELD(ItemBriefJson, published_at, FIELD_TIME),
    FIELD(ItemBriefJson, bytes, FIELD_INT, .label = "About how much a phone fetches to read it"),
};
const Shape item_brief_shape = SHAPE(ItemBriefJson, "ItemBrief", item_brief_fields);

Err *list_items_json(Req *r)
{
    ItemsQuery query = {0};
    ItemPage page;
    Channel channel = {0};
    TRY(take_query(r, &items_query_shape, &query));
    if (query.channel.len) {
        TRY(channel_must(&r->db, query.channel, reader_lang(r), r->now, &channel));
        if (!reads_channel(r, channel.visibility, channel.org, channel.has_person ? channel.person : 0))
            return err_new(r->arena, ERR_MISSING, "channel.missing");
    }
    ItemAsk asked = {.lang = reader_lang(r), .search = query.search, .after = query.after, .channel = channel.id,
                     .members = is_member(r), .limit = query.limit ? query.limit : PAGE_ITEMS, .now = r->now};
    TRY(item_page_read(&r->db, &asked, &page));
    ItemBriefJson *list = NEW_ARRAY(r->arena, ItemBriefJson, page.cards.len + 1);
    for (size_t i = 0; i < page.cards.len; i++) {
        const ItemCard *c = &page.cards.at[i];
        list[i] = (ItemBriefJson){c->id, c->title, c->summary, c->said_in, c->slug,
                                  str_format(r->arena, "/learn/%.*s/%.*s", STR_ARG(c->slug), STR_ARG(id_text(r->arena, c->id))),
                                  c->shown_at, c->bytes};
    }
    return reply_json_list(r, &item_brief_shape, list, page.cards.len, page.next);
}

typedef struct ItemJson {
    Id id;
    Str title, summary, body, lang, channel, path, source_name, source_url, licence, hash;
    Time published_at, changed_at;
    int64_t revision, bytes;
} ItemJson;
static const Field item_json_fields[] = {
    FIELD(ItemJson, id, FIELD_ID),
    FIELD(ItemJson, title, FIELD_STR),
    FIELD(ItemJson, summary, FIELD_STR),
    FIELD(ItemJson, body, FIELD_STR, .label = "Markdown"),
    FIELD(ItemJson, lang, FIELD_STR),
    FIELD(ItemJson, channel, FIELD_STR),
    FIELD(ItemJson, path, FIELD_STR),
    FIELD(ItemJson, source_name, FIELD_STR),
    FIELD(ItemJson, source_url, FIELD_STR),
    FIELD(ItemJson, licence, FIELD_STR),
    FIELD(ItemJson, hash, FIELD_STR, .label = "SHA-256 of everything this revision says"),
    FIELD(ItemJson, published_at, FIELD_TIME),
    FIELD(ItemJson, changed_at, FIELD_TIME),
    FIELD(ItemJson, revision, FIELD_INT),
    FIELD(ItemJson, bytes, FIELD_INT),
};
const Shape item_json_shape = SHAPE(ItemJson, "Item", item_json_fields);

Err *show_item_json(Req *r)
{
    Id id;
    Item row;
    ItemWords words;
    bool found;
    TRY(take_id(r, 0, &id));
    TRY(item_must(&r->db, id, &row));
    if (!item_is_public(&row, r->now) || !reads_channel(r, row.visibility, row.org, row.has_person ? row.person : 0))
        return err_new(r->arena, ERR_MISSING, "item.missing");
    TRY(item_words(&r->db, id, row.shown, reader_lang(r), &words, &found));
    ItemJson json = {.id = id, .title = words.title, .summary = words.summary, .body = words.body, .lang = words.said_in,
                     .channel = row.slug,
                     .path = str_format(r->arena, "/learn/%.*s/%.*s", STR_ARG(row.slug), STR_ARG(id_text(r->arena, id))),
                     .source_name = words.source_name, .source_url = words.source_url, .licence = words.licence, .hash = words.hash,
                     .published_at = row.visible_at, .changed_at = words.at, .revision = words.number, .bytes = words.bytes};
    return reply_json(r, 200, &item_json_shape, &json);
}
