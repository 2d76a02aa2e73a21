/* The revisions of a piece, and what changed between two of them. */
#include "learn/handlers.h"
#include "learn/templates.h"
#include "learn/view.h"

enum { DIFF_LINES = 600 };

typedef struct Lines {
    Str at[DIFF_LINES];
    size_t len;
} Lines;

static void lines_of(const ItemWords *words, Lines *out)
{
    Str line, rest = words->body;
    out->at[out->len++] = words->title;
    if (words->summary.len)
        out->at[out->len++] = words->summary;
    while (rest.len && out->len < DIFF_LINES) {
        str_cut(rest, '\n', &line, &rest);
        if (str_trim(line).len)
            out->at[out->len++] = str_trim(line);
    }
}

/* Longest common subsequence of lines (the textbook's dynamic programme): what stays, what went, what came. */
static DiffLineList diff_lines(Arena *arena, const ItemWords *before, const ItemWords *after)
{
    Lines *a = NEW(arena, Lines), *b = NEW(arena, Lines);
    lines_of(before, a);
    lines_of(after, b);
    size_t width = b->len + 1;
    uint16_t *best = NEW_ARRAY(arena, uint16_t, (a->len + 1) * width);
    for (size_t i = a->len; i-- > 0;)
        for (size_t k = b->len; k-- > 0;) {
            uint16_t down = best[(i + 1) * width + k], right = best[i * width + k + 1];
            best[i * width + k] = str_eq(a->at[i], b->at[k]) ? (uint16_t)(best[(i + 1) * width + k + 1] + 1) : down > right ? down : right;
        }
    DiffLineList out = {NEW_ARRAY(arena, DiffLine, a->len + b->len + 1), 0};
    size_t i = 0, k = 0;
    while (i < a->len || k < b->len) {
        if (i < a->len && k < b->len && str_eq(a->at[i], b->at[k])) {
            out.at[out.len++] = (DiffLine){.text = a->at[i++]};
            k++;
        } else if (k == b->len || (i < a->len && best[(i + 1) * width + k] >= best[i * width + k + 1])) {
            out.at[out.len++] = (DiffLine){.text = a->at[i++], .gone = true};
        } else {
            out.at[out.len++] = (DiffLine){.text = b->at[k++], .added = true};
        }
    }
    return out;
}

/* Readers see and compare what was published; editors everything. */
static bool may_see(const ItemEventList *events, bool edits, int64_t number)
{
    for (size_t i = 0; !edits && i < events->len; i++)
        edits = events->at[i].revision == number && str_eq(events->at[i].verb, STR("publish"));
    return edits;
}

static Err *compare(Req *r, const Item *item, const EditQuery *query, RevisionsView *view)
{
    ItemWords before, after;
    bool one, two;
    TRY(item_words(&r->db, item->id, query->from, reader_lang(r), &before, &one));
    TRY(item_words(&r->db, item->id, query->to, reader_lang(r), &after, &two));
    view->comparing = one && two;
    view->from = query->from;
    view->to = query->to;
    if (view->comparing)
        view->lines = diff_lines(r->arena, &before, &after);
    return NULL;
}

Err *show_revisions(Req *r)
{
    Item item;
    ItemWords words;
    RevisionLineList rows;
    ItemEventList events;
    EditQuery query = {0};
    RevisionsView view = {0};
    bool edits, found;
    TRY(item_here(r, &item, &edits));
    TRY(take_query(r, &edit_query, &query));
    if (str_eq(item.state, STR("withdrawn")) && !edits)
        return err_new(r->arena, ERR_MISSING, "item.missing");
    int64_t last = edits ? item.newest : item.shown;
    TRY(item_words(&r->db, item.id, last, reader_lang(r), &words, &found));
    TRY(item_revisions(&r->db, item.id, &rows));
    TRY(item_events(&r->db, item.id, &events));
    view.title = words.title;
    view.back = item_path(r->arena, item.slug, item.id);
    view.revisions.at = NEW_ARRAY(r->arena, RevisionView, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        const RevisionLine *row = &rows.at[i];
        if (row->number > last || !may_see(&events, edits, row->number))
            continue;
        if (view.revisions.len) /* rows begin with the newest: each is compared with the one before that is shown */
            view.revisions.at[view.revisions.len - 1].compare = str_format(r->arena, "%.*s/revisions?from=%lld&to=%lld", STR_ARG(view.back),
                                                                           (long long)row->number, (long long)view.revisions.at[view.revisions.len - 1].number);
        view.revisions.at[view.revisions.len++] = (RevisionView){
            .number = row->number, .note = row->note, .hash = str_slice(row->hash, 0, 16), .at = row->at, .shown = row->number == item.shown};
    }
    if (query.from && query.to && query.from <= last && query.to <= last && may_see(&events, edits, query.from) && may_see(&events, edits, query.to))
        TRY(compare(r, &item, &query, &view));
    Page *p = learn_page(r, tr(r->lang, N_("Revisions")), str_z(r->arena, view.back));
    learn_revisions(p, &view);
    return page_end(p);
}
