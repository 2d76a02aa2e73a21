/* Reading RSS and Atom: the whole document when it is well formed, else one entry after the other. */
#include "learn/feed.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <sodium.h>

#include "base/text.h"
#include "trade/trade.h"

enum { XML_CALM = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA | XML_PARSE_IGNORE_ENC, ATTRIBUTES_MAX = 64 };

/* ---- one entry ---- */

FeedPiece *feed_piece(FeedBook *book, size_t line)
{
    if (book->len >= FEED_ENTRIES_MAX)
        return NULL;
    if (book->len == book->room) {
        size_t room = book->room ? 2 * book->room : 64;
        FeedPiece *more = NEW_ARRAY(book->arena, FeedPiece, room);
        for (size_t i = 0; i < book->len; i++)
            more[i] = book->at[i];
        book->at = more;
        book->room = room;
    }
    FeedPiece *piece = &book->at[book->len++];
    *piece = (FeedPiece){.line = line};
    return piece;
}

static void refuse(FeedBook *book, FeedPiece *piece, Err *why)
{
    piece->refused = why;
    book->refused++;
}

static Str hash_of(Arena *arena, Str a, Str b)
{
    unsigned char hash[16];
    char *text = arena_alloc(arena, 2 * sizeof hash + 1);
    Str both = str_format(arena, "%.*s\n%.*s", STR_ARG(a), STR_ARG(b));
    crypto_generichash(hash, sizeof hash, (const unsigned char *)both.at, both.len, NULL, 0);
    sodium_bin2hex(text, 2 * sizeof hash + 1, hash, sizeof hash);
    return str_of(text);
}

/* Identity: its own id, else its address, else what it says and when. */
static Str identity_of(Arena *arena, const FeedPiece *piece)
{
    if (piece->guid.len)
        return piece->guid.len <= 500 ? piece->guid : hash_of(arena, piece->guid, STR(""));
    if (piece->link.len)
        return piece->link;
    return hash_of(arena, piece->title, piece->has_at ? time_text(arena, piece->at) : STR(""));
}

void feed_piece_end(FeedBook *book, FeedPiece *piece)
{
    Arena *arena = book->arena;
    bool web = str_starts(piece->link, STR("https://")) || str_starts(piece->link, STR("http://"));
    for (size_t i = 0; i < piece->link.len; i++)
        web &= (unsigned char)piece->link.at[i] > ' ' && piece->link.at[i] != '"' && piece->link.at[i] != '<' && piece->link.at[i] != '>' && piece->link.at[i] != 127;
    if (!web || piece->link.len > 1000)
        piece->link = STR("");
    if (!piece->title.len)
        piece->title = utf8_cut(piece->text, 80);
    piece->title = str_trim(piece->title);
    for (size_t i = 0; i < book->len && !piece->refused; i++)
        if (&book->at[i] != piece && !book->at[i].refused && piece->guid.len && str_eq(book->at[i].guid, piece->guid))
            refuse(book, piece, err_new(arena, ERR_INVALID, "feed.twice"));
    if (piece->refused)
        return;
    piece->guid = identity_of(arena, piece);
    if (!piece->title.len)
        refuse(book, piece, err_new(arena, ERR_INVALID, "feed.no_words"));
    else if (piece->title.len > TITLE_MAX)
        piece->title = utf8_cut(piece->title, TITLE_MAX);
    if (piece->text.len > BODY_MAX)
        refuse(book, piece, err_new(arena, ERR_INVALID, "feed.too_long"));
}

/* Signs that Markdown would take for its own are kept as they are. */
Str feed_text(Arena *arena, Str html)
{
    Str plain = html_text(arena, utf8_clean(arena, html), 2 * BODY_MAX);
    Buf out = buf_new(arena, 2 * plain.len + 16);
    bool line = true;
    for (size_t i = 0; i < plain.len; i++) {
        char c = plain.at[i];
        bool bullet = line && c == '-' && i + 1 < plain.len && plain.at[i + 1] == ' ';
        if (c == '\\' || c == '*' || c == '_' || c == '`' || c == '[' || c == ']' || c == '<' || c == '>' || c == '&' || c == '~' || c == '!' ||
            (line && (c == '#' || c == '+' || c == '=' || (c == '-' && !bullet))))
            buf_add_char(&out, '\\');
        buf_add_char(&out, c);
        line = c == '\n' || (line && c == ' ');
    }
    return buf_str(&out);
}

/* ---- dates ---- */

static bool month_find(Str word, int *month)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    if (word.len < 3)
        return false;
    for (int i = 0; i < 12; i++) {
        Str name = {names + 3 * i, 3};
        if (str_eq_nocase(str_slice(word, 0, 3), name)) {
            *month = i + 1;
            return true;
        }
    }
    return false;
}

static int zone_minutes(Str zone)
{
    static const struct {
        const char *name;
        int hours;
    } names[] = {{"EST", -5}, {"EDT", -4}, {"CST", -6}, {"CDT", -5}, {"MST", -7}, {"MDT", -6}, {"PST", -8}, {"PDT", -7}};
    int64_t n;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_eq_nocase(zone, str_of(names[i].name)))
            return 60 * names[i].hours;
    if (zone.len < 5 || (zone.at[0] != '+' && zone.at[0] != '-'))
        return 0;
    Str digits = zone.len == 6 && zone.at[3] == ':' ? (Str){(char[]){zone.at[1], zone.at[2], zone.at[4], zone.at[5]}, 4} : str_slice(zone, 1, 5);
    if (!str_to_int(digits, &n) || n < 0)
        return 0;
    return (zone.at[0] == '-' ? -1 : 1) * (int)(n / 100 * 60 + n % 100);
}

static bool clock_read(Str text, int *seconds)
{
    int64_t parts[3] = {0};
    Str part, rest = text;
    for (int i = 0; i < 3 && rest.len; i++) {
        str_cut(rest, ':', &part, &rest);
        if (!str_to_int(part, &parts[i]) || parts[i] < 0 || parts[i] > 60)
            return false;
    }
    *seconds = (int)(parts[0] * 3600 + parts[1] * 60 + parts[2]);
    return parts[0] < 24;
}

/* "Sat, 05 Dec 2026 09:30:00 +0800": day names, seconds, zones and century may be missing. */
static bool rfc822_read(Str text, Time *out)
{
    Str words[8], rest = str_trim(text);
    size_t len = 0, at = 0;
    int64_t day, year;
    int month, seconds = 0;
    while (rest.len && len < 8) {
        str_cut(rest, ' ', &words[len], &rest);
        rest = str_trim(rest);
        len += words[len].len > 0;
    }
    if (len && (str_ends(words[0], STR(",")) || (words[0].at[0] < '0' || words[0].at[0] > '9')))
        at = 1;
    if (len < at + 3 || !str_to_int(words[at], &day) || !month_find(words[at + 1], &month) || !str_to_int(words[at + 2], &year))
        return false;
    year += year < 0 ? 0 : year < 70 ? 2000 : year < 100 ? 1900 : 0;
    if (year < 1970 || year > 2200 || !date_valid((int)year, month, (int)day))
        return false;
    if (len > at + 3 && !clock_read(words[at + 3], &seconds))
        return false;
    int zone = len > at + 4 ? zone_minutes(words[at + 4]) : 0;
    out->ms = (int64_t)date_of((int)year, month, (int)day).days * DAY_MS + (int64_t)seconds * 1000 - (int64_t)zone * MINUTE_MS;
    return true;
}

bool feed_date(Str text, Time *out)
{
    Date date;
    Str t = str_trim(text);
    if (t.len > 100)
        return false;
    if (time_parse(t, out))
        return true;
    if (date_parse(t, &date)) {
        out->ms = (int64_t)date.days * DAY_MS;
        return true;
    }
    return rfc822_read(t, out);
}

/* ---- XML ---- */

static bool named(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && xmlStrEqual(node->name, (const xmlChar *)name);
}

/* The text of an element, with what stands in elements below; entities of a DTD are left out. */
static void text_add(Buf *out, const xmlNode *node, int depth)
{
    for (const xmlNode *child = node->children; child && depth < FEED_DEPTH_MAX; child = child->next) {
        if ((child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE) && child->content)
            buf_add(out, str_of((const char *)child->content));
        else if (child->type == XML_ELEMENT_NODE) {
            buf_addf(out, "<%s>", (const char *)child->name); /* xhtml content: told from text again below */
            text_add(out, child, depth + 1);
            buf_addf(out, "</%s>", (const char *)child->name);
        }
    }
}

static Str text_of(FeedBook *book, const xmlNode *node)
{
    Buf out = buf_new(book->arena, 4 * BODY_MAX);
    text_add(&out, node, 0);
    return str_trim(buf_str(&out));
}

static Str attribute(FeedBook *book, const xmlNode *node, const char *name)
{
    xmlChar *value = xmlGetProp(node, (const xmlChar *)name);
    Str out = value ? str_copy(book->arena, str_of((const char *)value)) : STR("");
    xmlFree(value);
    return str_trim(out);
}

static void link_take(FeedBook *book, FeedPiece *piece, const xmlNode *node)
{
    Str rel = attribute(book, node, "rel"), href = attribute(book, node, "href");
    if (!href.len)
        href = text_of(book, node);
    if (!piece->link.len || str_eq(rel, STR("alternate")))
        piece->link = rel.len && !str_eq(rel, STR("alternate")) ? piece->link : href;
}

static bool dated(const xmlNode *node)
{
    return named(node, "pubDate") || named(node, "published") || named(node, "updated") || named(node, "date") || named(node, "issued");
}

static void member_take(FeedBook *book, FeedPiece *piece, const xmlNode *node, Str *short_text, Str *long_text)
{
    if (named(node, "title"))
        piece->title = str_trim(html_text(book->arena, utf8_clean(book->arena, text_of(book, node)), 2000));
    else if (named(node, "link"))
        link_take(book, piece, node);
    else if (named(node, "guid") || named(node, "id"))
        piece->guid = text_of(book, node);
    else if (named(node, "encoded") || named(node, "content"))
        *long_text = text_of(book, node);
    else if (named(node, "description") || named(node, "summary"))
        *short_text = text_of(book, node);
    else if (dated(node) && (!piece->has_at || named(node, "published") || named(node, "pubDate")))
        piece->has_at |= feed_date(text_of(book, node), &piece->at);
}

static int attributes(const xmlNode *node)
{
    int n = 0;
    for (const xmlAttr *a = node->properties; a; a = a->next)
        n++;
    return n;
}

static void entry_take(FeedBook *book, const xmlNode *entry, size_t line)
{
    FeedPiece *piece = feed_piece(book, line);
    Str short_text = {0}, long_text = {0};
    if (!piece)
        return;
    for (const xmlNode *node = entry->children; node; node = node->next)
        if (node->type == XML_ELEMENT_NODE && attributes(node) <= ATTRIBUTES_MAX)
            member_take(book, piece, node, &short_text, &long_text);
    piece->text = feed_text(book->arena, long_text.len ? long_text : short_text);
    feed_piece_end(book, piece);
}

static void channel_take(FeedBook *book, const xmlNode *node)
{
    int64_t minutes;
    if (named(node, "title") && !book->title.len)
        book->title = utf8_cut(str_trim(html_text(book->arena, utf8_clean(book->arena, text_of(book, node)), 400)), 200);
    else if (named(node, "language"))
        book->lang = text_of(book, node);
    else if (named(node, "ttl") && str_to_int(text_of(book, node), &minutes) && minutes > 0 && minutes < 100000)
        book->ttl_s = minutes * 60;
}

static bool tree_read(FeedBook *book, const xmlNode *root)
{
    const xmlNode *list = root;
    bool atom = named(root, "feed");
    if (!atom && !named(root, "rss") && !named(root, "RDF"))
        return false;
    book->format = atom ? "Atom" : "RSS";
    if (atom)
        book->lang = attribute(book, root, "lang");
    for (const xmlNode *node = root->children; node && named(root, "rss"); node = node->next)
        if (named(node, "channel"))
            list = node;
    for (const xmlNode *node = root->children; node && named(root, "RDF"); node = node->next)
        for (const xmlNode *child = named(node, "channel") ? node->children : NULL; child; child = child->next)
            channel_take(book, child);
    for (const xmlNode *node = list->children; node; node = node->next) {
        if (named(node, "item") || named(node, "entry"))
            entry_take(book, node, (size_t)xmlGetLineNo(node));
        else if (node->type == XML_ELEMENT_NODE)
            channel_take(book, node);
    }
    return true;
}

/* ---- ill-formed files: entries between their tags, each by itself ---- */

static size_t find_tag(Str file, size_t from, const char *tag)
{
    Str rest = str_slice(file, from, file.len), open = str_of(tag);
    for (size_t at = 0;;) {
        size_t found = str_find(str_slice(rest, at, rest.len), open);
        if (found == SIZE_MAX)
            return SIZE_MAX;
        at += found;
        char next = at + open.len < rest.len ? rest.at[at + open.len] : 0;
        if (next == '>' || next == ' ' || next == '\n' || next == '\r' || next == '\t')
            return from + at;
        at += open.len;
    }
}

static void fragment_take(FeedBook *book, Str fragment, size_t line)
{
    Str whole = str_format(book->arena,
                           "<x xmlns:content=\"c\" xmlns:dc=\"d\" xmlns:atom=\"a\" xmlns:media=\"m\" xmlns:slash=\"s\" xmlns:wfw=\"w\">%.*s</x>",
                           STR_ARG(fragment));
    xmlDoc *doc = xmlReadMemory(whole.at, (int)whole.len, NULL, "UTF-8", XML_CALM);
    xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
    if (root && root->children && root->children->type == XML_ELEMENT_NODE)
        entry_take(book, root->children, line);
    else {
        FeedPiece *piece = feed_piece(book, line);
        if (piece)
            refuse(book, piece, err_new(book->arena, ERR_INVALID, "feed.damaged"));
    }
    xmlFreeDoc(doc);
}

static void soup_read(FeedBook *book, Str file)
{
    bool atom = find_tag(file, 0, "<entry") != SIZE_MAX;
    const char *open = atom ? "<entry" : "<item";
    Str close = atom ? STR("</entry>") : STR("</item>");
    size_t line = 1, counted = 0;
    book->format = atom ? "Atom" : "RSS";
    book->mended = true;
    for (size_t at = find_tag(file, 0, open); at != SIZE_MAX && book->len < FEED_ENTRIES_MAX;) {
        size_t next = find_tag(file, at + 1, open), end = str_find(str_slice(file, at, file.len), close);
        size_t stop = end == SIZE_MAX || (next != SIZE_MAX && at + end > next) ? (next == SIZE_MAX ? file.len : next) : at + end + close.len;
        for (; counted < at; counted++)
            line += file.at[counted] == '\n';
        fragment_take(book, str_slice(file, at, stop), line);
        at = next;
    }
}

Err *feed_read(Arena *arena, Str file, Str charset, FeedBook *book)
{
    *book = (FeedBook){.arena = arena, .lines = true};
    if (file.len > FEED_BYTES_MAX)
        return err_new(arena, ERR_INVALID, "feed.too_large");
    Str text = feed_utf8(arena, file, charset), trimmed = str_trim(text);
    if (str_starts(trimmed, STR("{"))) {
        TRY(feed_json_read(book, trimmed));
    } else {
        xmlDoc *doc = xmlReadMemory(text.at, (int)text.len, NULL, "UTF-8", XML_CALM); /* it is UTF-8 now, whatever it says */
        xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
        bool feed = root && tree_read(book, root);
        xmlFreeDoc(doc);
        if (!root)
            soup_read(book, text);
        else if (!feed)
            return err_new(arena, ERR_INVALID, "feed.format");
    }
    return book->len ? NULL : err_new(arena, ERR_INVALID, book->format && !book->mended ? "feed.empty" : "feed.format");
}
