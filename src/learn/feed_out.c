/* A channel as RSS 2.0 and Atom (RFC 4287), for readers of feeds. */
#include "learn/handlers.h"
#include "web/markdown.h"

static void element(Buf *out, const char *name, Str value)
{
    buf_addf(out, "<%s>", name);
    buf_add_xml(out, value);
    buf_addf(out, "</%s>\n", name);
}

/* RFC 822 as RSS wants it, in UTC. */
static Str rfc822(Arena *arena, Time at)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    Clock c = time_clock(at, STR("UTC"));
    return str_format(arena, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[c.weekday - 1], c.day, months[c.month - 1], c.year, c.hour,
                      c.minute, c.second);
}

typedef struct Feed {
    Req *r;
    Channel channel;
    FeedEntryList rows;
    Str base, home;
    Buf out;
} Feed;

static Err *feed_begin(Req *r, Feed *feed)
{
    *feed = (Feed){.r = r, .out = buf_new(r->arena, 4u << 20)};
    TRY(channel_must(&r->db, take_param(r, 0), reader_lang(r), r->now, &feed->channel));
    if (!str_eq(feed->channel.visibility, STR("public"))) /* a reader of feeds cannot sign in */
        return err_new(r->arena, ERR_MISSING, "channel.missing");
    TRY(item_feed(&r->db, feed->channel.id, r->now, FEED_ITEMS, &feed->rows));
    feed->base = str_format(r->arena, "%s://%.*s", r->https ? "https" : "http", STR_ARG(req_header(r, "Host")));
    feed->home = str_format(r->arena, "%.*s/learn/%.*s", STR_ARG(feed->base), STR_ARG(feed->channel.slug));
    return NULL;
}

static void rss_entry(Feed *feed, const FeedEntry *e)
{
    Arena *arena = feed->r->arena;
    Buf *out = &feed->out;
    Str id = id_text(arena, e->id);
    buf_add(out, STR("<item>\n"));
    element(out, "title", e->title);
    element(out, "link", str_format(arena, "%.*s/%.*s", STR_ARG(feed->home), STR_ARG(id)));
    buf_addf(out, "<guid isPermaLink=\"false\">millet:%.*s</guid>\n", STR_ARG(id));
    element(out, "pubDate", rfc822(arena, e->shown_at));
    element(out, "description", e->summary);
    element(out, "content:encoded", markdown(arena, e->body).raw);
    buf_add(out, STR("</item>\n"));
}

Err *show_rss(Req *r)
{
    Feed feed;
    TRY(feed_begin(r, &feed));
    Buf *out = &feed.out;
    buf_add(out, STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" "
                     "xmlns:atom=\"http://www.w3.org/2005/Atom\">\n<channel>\n"));
    element(out, "title", feed.channel.title);
    element(out, "link", feed.home);
    element(out, "description", feed.channel.about);
    element(out, "language", feed.channel.lang);
    buf_add(out, STR("<atom:link rel=\"self\" type=\"application/rss+xml\" href=\""));
    buf_add_xml(out, feed.home);
    buf_add(out, STR("/rss.xml\"/>\n"));
    if (feed.rows.len)
        element(out, "lastBuildDate", rfc822(r->arena, feed.rows.at[0].shown_at));
    for (size_t i = 0; i < feed.rows.len; i++)
        rss_entry(&feed, &feed.rows.at[i]);
    buf_add(out, STR("</channel>\n</rss>\n"));
    return reply_bytes(r, 200, "application/rss+xml; charset=utf-8", buf_str(out));
}

static void atom_entry(Feed *feed, const FeedEntry *e)
{
    Arena *arena = feed->r->arena;
    Buf *out = &feed->out;
    Str id = id_text(arena, e->id);
    buf_addf(out, "<entry xml:lang=\"%.*s\">\n", STR_ARG(e->lang));
    element(out, "id", str_format(arena, "urn:millet:%.*s", STR_ARG(id)));
    element(out, "title", e->title);
    buf_add(out, STR("<link rel=\"alternate\" type=\"text/html\" href=\""));
    buf_add_xml(out, str_format(arena, "%.*s/%.*s", STR_ARG(feed->home), STR_ARG(id)));
    buf_add(out, STR("\"/>\n"));
    element(out, "published", time_text(arena, e->shown_at));
    element(out, "updated", time_text(arena, e->at.ms > e->shown_at.ms ? e->at : e->shown_at));
    if (e->licence.len)
        element(out, "rights", e->licence);
    if (e->summary.len)
        element(out, "summary", e->summary);
    buf_add(out, STR("<content type=\"html\">"));
    buf_add_xml(out, markdown(arena, e->body).raw);
    buf_add(out, STR("</content>\n</entry>\n"));
}

Err *show_atom(Req *r)
{
    Feed feed;
    TRY(feed_begin(r, &feed));
    Buf *out = &feed.out;
    buf_add(out, STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n"));
    element(out, "id", str_format(r->arena, "urn:millet:%.*s", STR_ARG(id_text(r->arena, feed.channel.id))));
    element(out, "title", feed.channel.title);
    element(out, "subtitle", feed.channel.about);
    element(out, "updated", time_text(r->arena, feed.rows.len ? feed.rows.at[0].shown_at : feed.channel.changed_at));
    buf_add(out, STR("<author>"));
    element(out, "name", r->village.name.len ? r->village.name : STR("Millet"));
    buf_add(out, STR("</author>\n<link rel=\"self\" type=\"application/atom+xml\" href=\""));
    buf_add_xml(out, feed.home);
    buf_add(out, STR("/atom.xml\"/>\n<link rel=\"alternate\" type=\"text/html\" href=\""));
    buf_add_xml(out, feed.home);
    buf_add(out, STR("\"/>\n"));
    for (size_t i = 0; i < feed.rows.len; i++)
        atom_entry(&feed, &feed.rows.at[i]);
    buf_add(out, STR("</feed>\n"));
    return reply_bytes(r, 200, "application/atom+xml; charset=utf-8", buf_str(out));
}
