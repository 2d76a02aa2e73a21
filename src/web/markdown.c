/* CommonMark to safe HTML. */
#include "web/markdown.h"

#include <cmark.h>
#include <stdlib.h>
#include <string.h>

enum { HEADING_SHIFT = 2, HEADING_MAX = 6 };

/* A picture of another host: what it shows stays as a link to it. */
static void picture_to_link(cmark_node *picture)
{
    cmark_node *link = cmark_node_new(CMARK_NODE_LINK);
    cmark_node_set_url(link, cmark_node_get_url(picture));
    cmark_node_insert_before(picture, link);
    for (cmark_node *child; (child = cmark_node_first_child(picture));)
        cmark_node_append_child(link, child);
    cmark_node_unlink(picture);
    cmark_node_free(picture);
}

static bool is_ours(const char *url)
{
    return url[0] == '/' && url[1] != '/' && url[1] != '\\';
}

static void tame(cmark_node *root)
{
    cmark_iter *iter = cmark_iter_new(root);
    for (cmark_event_type event; (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;) {
        cmark_node *node = cmark_iter_get_node(iter);
        if (event == CMARK_EVENT_ENTER && cmark_node_get_type(node) == CMARK_NODE_HEADING) {
            int level = cmark_node_get_heading_level(node) + HEADING_SHIFT;
            cmark_node_set_heading_level(node, level > HEADING_MAX ? HEADING_MAX : level);
        }
        if (event == CMARK_EVENT_EXIT && cmark_node_get_type(node) == CMARK_NODE_IMAGE &&
            !is_ours(cmark_node_get_url(node)))
            picture_to_link(node);
    }
    cmark_iter_free(iter);
}

Html markdown(Arena *arena, Str text)
{
    if (!text.len || text.len > MARKDOWN_BYTES_MAX)
        return (Html){0};
    cmark_node *root = cmark_parse_document(text.at, text.len, CMARK_OPT_VALIDATE_UTF8);
    tame(root);
    char *html = cmark_render_html(root, CMARK_OPT_SAFE);
    Str out = str_copy(arena, str_of(html));
    free(html);
    cmark_node_free(root);
    return (Html){out};
}
