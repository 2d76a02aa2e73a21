/* What readers see: the start of learning, channels, pieces, their revisions. */
#include "learn/handlers.h"
#include "learn/templates.h"
#include "learn/view.h"
#include "web/markdown.h"

static Err *channel_links(Req *r, LearnLinkList *out)
{
    ChannelList rows;
    TRY(channel_list(&r->db, reader_lang(r), is_member(r), r->now, 0, 100, &rows));
    *out = (LearnLinkList){NEW_ARRAY(r->arena, LearnLink, rows.len + 1), rows.len};
    for (size_t i = 0; i < rows.len; i++)
        out->at[i] = (LearnLink){.href = str_format(r->arena, "/learn/%.*s", STR_ARG(rows.at[i].slug)), .label = rows.at[i].title};
    return NULL;
}

static Str percent(Arena *arena, Str text)
{
    Buf out = buf_new(arena, 3 * text.len + 16);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
        if (plain)
            buf_add_char(&out, c);
        else
            buf_addf(&out, "%%%02X", (unsigned char)c);
    }
    return buf_str(&out);
}

static Err *courses_above(Req *r, LearnView *view)
{
    CourseCardList rows;
    if (r->who)
        TRY(my_courses_view(r, &view->courses));
    if (view->courses.len)
        return NULL;
    TRY(course_list(&r->db, reader_lang(r), is_member(r), 4, &rows));
    course_cards_view(r, &rows, 3, false, &view->courses);
    return NULL;
}

Err *show_learn(Req *r)
{
    LearnQuery query = {0};
    LearnView view = {.signed_in = r->who != 0, .edits = edits_any(r), .sync = {r->who}};
    ItemPage page;
    TRY(take_query(r, &learn_query, &query));
    view.search = query.search;
    view.mine = query.mine && r->who;
    TRY(channel_links(r, &view.channels));
    if (!query.search.len && !query.after.len)
        TRY(courses_above(r, &view));
    ItemAsk asked = {.lang = reader_lang(r), .search = query.search, .after = query.after, .person = view.mine ? r->who : 0,
                     .members = is_member(r), .limit = PAGE_ITEMS, .now = r->now};
    TRY(item_page_read(&r->db, &asked, &page));
    item_cards_view(r, &page.cards, &view.items);
    view.loosened = page.loosened;
    if (page.next.len)
        view.next = str_format(r->arena, "/learn?%s%s%.*s%safter=%.*s", view.mine ? "mine=1&" : "", query.search.len ? "search=" : "",
                               STR_ARG(percent(r->arena, query.search)), query.search.len ? "&" : "", STR_ARG(page.next));
    Page *p = learn_page(r, tr(r->lang, N_("Learn")), NULL);
    learn_learn(p, &view);
    return page_end(p);
}

/* The channel of the path, when this person may read it. */
static Err *channel_here(Req *r, Channel *out)
{
    TRY(channel_must(&r->db, take_param(r, 0), reader_lang(r), r->now, out));
    return reads_channel(r, out->visibility, out->org, out->has_person ? out->person : 0) ? NULL : err_new(r->arena, ERR_MISSING, "channel.missing");
}

static bool subscribed(const SubscriptionList *mine, Id channel)
{
    for (size_t i = 0; i < mine->len; i++)
        if (mine->at[i].channel == channel)
            return true;
    return false;
}

Err *show_channel(Req *r)
{
    Channel channel;
    LearnQuery query = {0};
    SubscriptionList mine = {0};
    ItemPage page;
    TRY(channel_here(r, &channel));
    TRY(take_query(r, &learn_query, &query));
    if (r->who)
        TRY(subscription_list(&r->db, r->who, &mine));
    ItemAsk asked = {.lang = reader_lang(r), .after = query.after, .channel = channel.id, .limit = PAGE_ITEMS, .now = r->now};
    TRY(item_page_read(&r->db, &asked, &page));
    ChannelView view = {.id = channel.id, .slug = channel.slug, .title = channel.title, .about = channel.about,
                        .subscribed = subscribed(&mine, channel.id), .signed_in = r->who != 0,
                        .edits = edits_channel(r, channel.org, channel.has_person ? channel.person : 0),
                        .members = str_eq(channel.visibility, STR("members")), .followers = channel.followers, .sync = {r->who}};
    item_cards_view(r, &page.cards, &view.items);
    if (page.next.len)
        view.next = str_format(r->arena, "/learn/%.*s?after=%.*s", STR_ARG(channel.slug), STR_ARG(page.next));
    Page *p = learn_page(r, channel.title, "/learn");
    learn_channel(p, &view);
    return page_end(p);
}

typedef struct Following {
    Id person, channel;
    Time now;
    bool leaves;
} Following;

static Err *follow_write(Tx *tx, void *arg)
{
    const Following *f = arg;
    int64_t count;
    return f->leaves ? subscription_drop(tx, f->person, f->channel, &count) : subscription_add(tx, f->person, f->channel, f->now, &count);
}

static Err *follow_or_leave(Req *r, bool leaves)
{
    Channel channel;
    TRY(channel_here(r, &channel));
    Following f = {r->who, channel.id, r->now, leaves};
    TRY(db_write(r->store, r->arena, follow_write, &f));
    reply_notice(r, leaves ? N_("You no longer follow this channel.") : N_("You follow this channel now."));
    return reply_see(r, "/learn/%.*s", STR_ARG(percent(r->arena, channel.slug)));
}

Err *subscribe(Req *r)
{
    return follow_or_leave(r, false);
}

Err *leave_channel(Req *r)
{
    return follow_or_leave(r, true);
}

/* ---- one piece ---- */

Err *item_here(Req *r, Item *out, bool *edits)
{
    Id id;
    TRY(take_id(r, 1, &id));
    TRY(item_must(&r->db, id, out));
    Id owner = out->has_person ? out->person : 0;
    *edits = edits_channel(r, out->org, owner) || (r->who && out->has_author && out->author == r->who);
    bool withdrawn = str_eq(out->state, STR("withdrawn")) && out->shown;
    bool readable = (item_is_public(out, r->now) || withdrawn) && reads_channel(r, out->visibility, out->org, owner);
    if (!str_eq(out->slug, take_param(r, 0)) || (!readable && !*edits))
        return err_new(r->arena, ERR_MISSING, "item.missing");
    return NULL;
}

static Err *show_withdrawn(Req *r, const Item *item, Str channel)
{
    ItemView view = {.channel = channel, .channel_path = str_format(r->arena, "/learn/%.*s", STR_ARG(item->slug)), .reason = item->reason};
    Page *p = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Withdrawn")), .place = "/learn", .status = 410});
    learn_withdrawn(p, &view);
    return page_end(p);
}

static Err *item_view(Req *r, const Item *item, const ItemWords *words, bool edits, ItemView *view)
{
    LearnId read;
    *view = (ItemView){.id = item->id, .title = words->title, .summary = words->summary, .lang = reader_lang(r), .said_in = words->said_in,
                       .path = item_path(r->arena, item->slug, item->id), .bytes = say_bytes(r, words->bytes),
                       .channel_path = str_format(r->arena, "/learn/%.*s", STR_ARG(item->slug)),
                       .body = markdown(r->arena, words->body), .at = item->has_visible_at ? item->visible_at : words->at,
                       .changed_at = words->at, .changed = item->shown > 1, .signed_in = r->who != 0, .edits = edits,
                       .other_language = !str_eq(words->said_in, reader_lang(r)), .source_name = words->source_name,
                       .source_url = words->source_url, .licence = words->licence, .revision = words->number, .sync = {r->who},
                       .edit_path = str_format(r->arena, "/editor/items/%.*s", STR_ARG(id_text(r->arena, item->id)))};
    view->picture = picture_of(r->arena, words->picture, words->picture_alt, SIZES_PAGE);
    view->picture.first = true;
    view->preview = !item_is_public(item, r->now);
    if (r->who)
        TRY(item_read_has(&r->db, r->who, item->id, &read, &view->read));
    return view->preview ? NULL : talk_view(r, item->id, &view->talk);
}

Err *show_item(Req *r)
{
    Item item;
    Channel channel;
    ItemWords words;
    ItemView view;
    bool edits, found;
    TRY(item_here(r, &item, &edits));
    TRY(channel_must(&r->db, item.slug, reader_lang(r), r->now, &channel));
    if (str_eq(item.state, STR("withdrawn")) && item.shown && !edits)
        return show_withdrawn(r, &item, channel.title);
    TRY(item_words(&r->db, item.id, item_is_public(&item, r->now) ? item.shown : item.newest, reader_lang(r), &words, &found));
    TRY(item_view(r, &item, &words, edits, &view));
    view.channel = channel.title;
    Page *p = page_begin(r, &(PageHead){.title = words.title, .place = "/learn", .script = "learn.js", .about = words.summary,
                                        .back = view.channel_path});
    learn_item(p, &view);
    return page_end(p);
}

typedef struct Reading {
    Id person, item;
    Time now;
    bool read;
} Reading;

static Err *read_write(Tx *tx, void *arg)
{
    const Reading *reading = arg;
    int64_t count;
    if (!reading->read)
        return item_read_drop(tx, reading->person, reading->item, &count);
    TRY(item_read_put(tx, reading->person, reading->item, reading->now, &count));
    return count ? points_award(tx, reading->now, reading->person, "read", reading->item) : NULL;
}

typedef struct ReadForm {
    bool read;
} ReadForm;
static const Field read_fields[] = {FIELD(ReadForm, read, FIELD_BOOL)};
const Shape read_form = SHAPE(ReadForm, "ReadForm", read_fields);

static Err *read_send(Req *r, Id item)
{
    ReadForm form = {0};
    TRY(take(r, &read_form, &form));
    Reading reading = {r->who, item, r->now, form.read};
    return db_write(r->store, r->arena, read_write, &reading);
}

Err *tick_read(Req *r)
{
    Item item;
    bool edits;
    TRY(item_here(r, &item, &edits));
    TRY(read_send(r, item.id));
    return reply_see(r, "%.*s", STR_ARG(item_path(r->arena, percent(r->arena, item.slug), item.id)));
}

Err *tick_read_json(Req *r)
{
    Id id;
    Item item;
    TRY(take_id(r, 0, &id));
    TRY(item_must(&r->db, id, &item));
    if (!item_is_public(&item, r->now) || !reads_channel(r, item.visibility, item.org, item.has_person ? item.person : 0))
        return err_new(r->arena, ERR_MISSING, "item.missing");
    TRY(read_send(r, id));
    return reply_empty(r, 204);
}
