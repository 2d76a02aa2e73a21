/* QTI 3 in (and QTI 2, whose names differ only in their spelling): eight interactions with the templates match_correct and map_response.
   Source: 1EdTech "QTI 3 Assessment, Section and Item Information Model". A file holds one item or several; response processing of
   an author's own is refused politely. */
#include "quiz_io/package.h"

#include <string.h>

enum { FOUND_MAX = 40 };

typedef struct Item {
    Book *book;
    Arena *arena;
    const xmlNode *root;
    Question q;
    const xmlNode *found[FOUND_MAX]; /* its interactions, in order */
    size_t len;
} Item;

/* "choice-interaction": matches qti-choice-interaction and choiceInteraction. */
static bool named(const xmlNode *node, const char *name)
{
    if (!node || node->type != XML_ELEMENT_NODE)
        return false;
    const char *own = (const char *)node->name;
    if (strncmp(own, "qti-", 4) == 0)
        return strcmp(own + 4, name) == 0;
    for (; *name; name++, own++) {
        char want = *name == '-' && name[1] ? (char)(*++name - 32) : *name;
        if (*own != want)
            return false;
    }
    return !*own;
}

/* "max-choices" or "maxChoices" */
static Str attribute(Arena *arena, const xmlNode *node, const char *name)
{
    Str value = markup_attribute(arena, node, name);
    if (value.len || !strchr(name, '-'))
        return value;
    char camel[40];
    size_t len = 0;
    for (; *name && len < sizeof camel - 1; name++)
        camel[len++] = *name == '-' && name[1] ? (char)(*++name - 32) : *name;
    camel[len] = 0;
    return markup_attribute(arena, node, camel);
}

static const xmlNode *child(const xmlNode *node, const char *name)
{
    for (const xmlNode *c = node ? node->children : NULL; c; c = c->next)
        if (named(c, name))
            return c;
    return NULL;
}

static void gather(Item *item, const xmlNode *node, int depth)
{
    for (const xmlNode *c = node ? node->children : NULL; c && depth < 100; c = c->next) {
        const char *name = c->type == XML_ELEMENT_NODE ? (const char *)c->name : "";
        size_t len = strlen(name);
        if (len > 11 && strcmp(name + len - 10, "nteraction") == 0) {
            if (item->len < FOUND_MAX)
                item->found[item->len++] = c;
        } else {
            gather(item, c, depth + 1);
        }
    }
}

static Err *fail(const Item *item, const char *code)
{
    return err_new(item->arena, ERR_INVALID, code);
}

/* ---- what is right ---- */

static const xmlNode *declaration(const Item *item, const xmlNode *interaction)
{
    Str id = attribute(item->arena, interaction, "response-identifier");
    for (const xmlNode *c = item->root->children; c; c = c->next)
        if (named(c, "response-declaration") && str_eq(attribute(item->arena, c, "identifier"), id))
            return c;
    return NULL;
}

static bool correct(const Item *item, const xmlNode *declared, Str value)
{
    const xmlNode *right = child(declared, "correct-response");
    for (const xmlNode *v = right ? right->children : NULL; v; v = v->next)
        if (named(v, "value") && str_eq(markup_text(item->arena, v), value))
            return true;
    return false;
}

/* The sum of what can be reached, so that mapped values become shares of it. */
static double mapped_full(const Item *item, const xmlNode *declared)
{
    double upper, sum = 0, best = 0, value;
    const xmlNode *mapping = child(declared, "mapping");
    bool several = str_eq(markup_attribute(item->arena, declared, "cardinality"), STR("multiple"));
    if (str_to_real(attribute(item->arena, mapping, "upper-bound"), &upper) && upper > 0)
        return upper;
    for (const xmlNode *e = mapping ? mapping->children : NULL; e; e = e->next)
        if (named(e, "map-entry") && str_to_real(attribute(item->arena, e, "mapped-value"), &value) && value > 0) {
            sum += value;
            best = value > best ? value : best;
        }
    return several ? sum : best;
}

static const xmlNode *entry_of(const Item *item, const xmlNode *declared, Str key)
{
    const xmlNode *mapping = child(declared, "mapping");
    for (const xmlNode *e = mapping ? mapping->children : NULL; e; e = e->next)
        if (named(e, "map-entry") && str_eq(attribute(item->arena, e, "map-key"), key))
            return e;
    return NULL;
}

static int64_t share_of(const Item *item, const xmlNode *declared, Str key, int64_t each)
{
    double value, full = mapped_full(item, declared);
    if (full <= 0)
        return correct(item, declared, key) ? each : 0;
    if (!str_to_real(attribute(item->arena, entry_of(item, declared, key), "mapped-value"), &value))
        return 0;
    double share = value / full * (double)SHARE_FULL;
    share = share > (double)SHARE_FULL ? (double)SHARE_FULL : share < -(double)SHARE_FULL ? -(double)SHARE_FULL : share;
    return (int64_t)(share + (share < 0 ? -0.5 : 0.5));
}

static int64_t count_correct(const xmlNode *declared)
{
    int64_t n = 0;
    const xmlNode *right = child(declared, "correct-response");
    for (const xmlNode *v = right ? right->children : NULL; v; v = v->next)
        n += named(v, "value");
    return n;
}

/* ---- interactions ---- */

static Str words(Item *item, const xmlNode *node)
{
    return nodes_to_text(item->arena, node ? node->children : NULL, str_eq(item->q.format, STR("plain")));
}

static void add_prompt(Item *item, const xmlNode *interaction)
{
    Str more = words(item, child(interaction, "prompt"));
    if (more.len)
        item->q.prompt = item->q.prompt.len ? str_format(item->arena, "%.*s\n\n%.*s", STR_ARG(item->q.prompt), STR_ARG(more)) : more;
}

static void read_choices(Item *item, const xmlNode *interaction, const char *name, int64_t each, OptionList *out)
{
    const xmlNode *declared = declaration(item, interaction);
    for (const xmlNode *c = interaction->children; c; c = c->next) {
        if (!named(c, name))
            continue;
        const xmlNode *feedback = child(c, "feedback-inline");
        Option o = {.share = share_of(item, declared, attribute(item->arena, c, "identifier"), each), .text = words(item, c)};
        if (feedback) /* stands inside of the choice, whose words leave it out */
            o.feedback = words(item, feedback);
        option_add(item->arena, out, o);
    }
}

static Err *read_choice(Item *item, const xmlNode *interaction)
{
    const xmlNode *declared = declaration(item, interaction);
    bool several = str_eq(markup_attribute(item->arena, declared, "cardinality"), STR("multiple"));
    int64_t right = count_correct(declared);
    read_choices(item, interaction, "simple-choice", several && right ? SHARE_FULL / right : SHARE_FULL, &item->q.options);
    item->q.type = several ? STR("multiple") : STR("single");
    item->q.keep_order = !str_eq(attribute(item->arena, interaction, "shuffle"), STR("true"));
    const OptionList *o = &item->q.options;
    if (!several && o->len == 2 && str_eq_nocase(o->at[0].text, STR("true")) && str_eq_nocase(o->at[1].text, STR("false"))) {
        item->q.type = STR("truefalse");
        item->q.keep_order = false;
        o->at[0].text = STR("true");
        o->at[1].text = STR("false");
    }
    return NULL;
}

static const xmlNode *find_deep(const xmlNode *node, const char *name, int depth)
{
    for (const xmlNode *c = node ? node->children : NULL; c && depth < 50; c = c->next) {
        const xmlNode *found = named(c, name) ? c : find_deep(c, name, depth + 1);
        if (found)
            return found;
    }
    return NULL;
}

static void read_accepted(Item *item, const xmlNode *declared, OptionList *out, bool *case_sensitive)
{
    const xmlNode *mapping = child(declared, "mapping"), *right = child(declared, "correct-response");
    for (const xmlNode *e = mapping ? mapping->children : NULL; e; e = e->next)
        if (named(e, "map-entry")) {
            Str key = attribute(item->arena, e, "map-key");
            *case_sensitive |= str_eq(attribute(item->arena, e, "case-sensitive"), STR("true"));
            option_add(item->arena, out, (Option){.text = key, .share = share_of(item, declared, key, SHARE_FULL)});
        }
    for (const xmlNode *v = right ? right->children : NULL; v && !out->len; v = v->next)
        if (named(v, "value"))
            option_add(item->arena, out, (Option){.text = markup_text(item->arena, v), .share = SHARE_FULL});
}

/* A number: base type float or integer; an equal with tolerance in the response processing says how near. */
static Err *read_entry(Item *item, const xmlNode *interaction, OptionList *out, bool *numeric, bool *case_sensitive)
{
    const xmlNode *declared = declaration(item, interaction), *equal = find_deep(child(item->root, "response-processing"), "equal", 0);
    Str base = attribute(item->arena, declared, "base-type");
    Option o = {.share = SHARE_FULL};
    *numeric = str_eq(base, STR("float")) || str_eq(base, STR("integer"));
    if (!*numeric) {
        read_accepted(item, declared, out, case_sensitive);
        return NULL;
    }
    Str value = markup_text(item->arena, child(child(declared, "correct-response"), "value")), tolerance = attribute(item->arena, equal, "tolerance");
    str_cut(tolerance, ' ', &tolerance, &(Str){0});
    if (!number_read(item->arena, value, &o.value) || (tolerance.len && !number_read(item->arena, tolerance, &o.tolerance)))
        return fail(item, "book.number");
    option_add(item->arena, out, o);
    return NULL;
}

static Err *read_text(Item *item, const xmlNode *interaction)
{
    bool numeric;
    TRY(read_entry(item, interaction, &item->q.options, &numeric, &item->q.case_sensitive));
    item->q.type = numeric ? STR("numeric") : STR("short");
    return NULL;
}

static Err *read_order(Item *item, const xmlNode *interaction)
{
    const xmlNode *right = child(declaration(item, interaction), "correct-response");
    item->q.type = STR("ordering");
    for (const xmlNode *v = right ? right->children : NULL; v; v = v->next)
        for (const xmlNode *c = named(v, "value") ? interaction->children : NULL; c; c = c->next)
            if (named(c, "simple-choice") && str_eq(attribute(item->arena, c, "identifier"), markup_text(item->arena, v)))
                option_add(item->arena, &item->q.options, (Option){.text = words(item, c)});
    return NULL;
}

/* The right partner of a left side: a value "A B" of the declaration. */
static bool paired(const Item *item, const xmlNode *declared, Str left, Str right)
{
    return correct(item, declared, str_format(item->arena, "%.*s %.*s", STR_ARG(left), STR_ARG(right)));
}

static Err *read_match(Item *item, const xmlNode *interaction)
{
    const xmlNode *declared = declaration(item, interaction), *sets[2] = {NULL, NULL};
    size_t len = 0;
    for (const xmlNode *c = interaction->children; c; c = c->next)
        if (named(c, "simple-match-set") && len < 2)
            sets[len++] = c;
    item->q.type = STR("matching");
    if (len != 2)
        return fail(item, "question.pairs");
    for (const xmlNode *l = sets[0]->children; l; l = l->next)
        for (const xmlNode *r = named(l, "simple-associable-choice") ? sets[1]->children : NULL; r; r = r->next)
            if (named(r, "simple-associable-choice") &&
                paired(item, declared, attribute(item->arena, l, "identifier"), attribute(item->arena, r, "identifier")))
                option_add(item->arena, &item->q.options, (Option){.text = words(item, l), .match = words(item, r)});
    for (const xmlNode *r = sets[1]->children; r; r = r->next) {
        bool used = !named(r, "simple-associable-choice");
        for (size_t i = 0; !used && i < item->q.options.len; i++)
            used = str_eq(item->q.options.at[i].match, words(item, r));
        if (!used)
            option_add(item->arena, &item->q.options, (Option){.match = words(item, r)});
    }
    return NULL;
}

/* Where an interaction stands inside the text: words before each become the text around the gaps. */
typedef struct Text {
    Item *item;
    Buf before;
    Err *err;
} Text;

static void fill_gap(Text *t, const xmlNode *node, Gap gap)
{
    gap.before = str_copy(t->item->arena, buf_str(&t->before));
    gap.weight = 1;
    t->before = buf_new(t->item->arena, QUESTION_TEXT_MAX * 2);
    (void)node;
    gap_add(t->item->arena, &t->item->q.gaps, gap);
}

static void one_gap(Text *t, const xmlNode *node, const xmlNode *group)
{
    Item *item = t->item;
    Gap gap = {.kind = STR("choice")};
    bool numeric = false;
    if (named(node, "inline-choice-interaction")) {
        read_choices(item, node, "inline-choice", SHARE_FULL, &gap.options);
    } else if (named(node, "text-entry-interaction")) {
        t->err = t->err ? t->err : read_entry(item, node, &gap.options, &numeric, &gap.case_sensitive);
        gap.kind = numeric ? STR("numeric") : STR("short");
    } else { /* a gap of a gap match: its words are offered for each */
        Str id = attribute(item->arena, node, "identifier");
        for (const xmlNode *c = group->children; c; c = c->next)
            if (named(c, "gap-text"))
                option_add(item->arena, &gap.options, (Option){.text = words(item, c), .share = paired(item, declaration(item, group), attribute(item->arena, c, "identifier"), id) ? SHARE_FULL : 0});
    }
    fill_gap(t, node, gap);
}

static void walk(Text *t, const xmlNode *node, const xmlNode *group, int depth)
{
    for (; node && depth < 100; node = node->next) {
        if (node->type == XML_TEXT_NODE) {
            for (const char *c = (const char *)node->content; *c; c++) {
                bool space = strchr(" \n\t\r", *c) != NULL, after = t->before.len && t->before.at[t->before.len - 1] == ' ';
                bool first = !t->before.len && !t->item->q.gaps.len;
                if (!space || (!after && !first))
                    buf_add_char(&t->before, space ? ' ' : *c);
            }
        } else if (named(node, "inline-choice-interaction") || named(node, "text-entry-interaction") || (group && named(node, "gap"))) {
            one_gap(t, node, group);
        } else if (!named(node, "gap-text") && !named(node, "prompt")) {
            walk(t, node->children, named(node, "gap-match-interaction") ? node : group, depth + 1);
        }
    }
}

static Err *read_gaps(Item *item, const xmlNode *body)
{
    Text t = {.item = item, .before = buf_new(item->arena, QUESTION_TEXT_MAX * 2)};
    item->q.type = STR("cloze");
    item->q.prompt = (Str){0};
    item->q.format = STR("plain");
    walk(&t, body->children, NULL, 0);
    Str tail = buf_str(&t.before);
    while (str_ends(tail, STR(" ")))
        tail.len--;
    item->q.tail = tail;
    return t.err;
}

static Err *take_source(Item *item, Str source, int64_t *width, int64_t *height)
{
    return str_starts(source, STR("data:")) ? picture_take(item->book, source, &item->q.media, width, height)
                                            : package_picture(item->book, source, &item->q.media, width, height);
}

/* The picture that stands in the text of any other kind of question: the first one. */
static Err *read_picture(Item *item, const xmlNode *body)
{
    const xmlNode *picture = find_deep(body, "img", 0);
    int64_t width, height;
    Str source = markup_attribute(item->arena, picture, "src");
    if (!source.len || item->q.media.len)
        return NULL;
    item->q.media_alt = markup_attribute(item->arena, picture, "alt");
    return take_source(item, source, &width, &height);
}

/* Areas in pixels of the picture, whose size stands on its object. */
static Err *read_hotspot(Item *item, const xmlNode *interaction)
{
    const xmlNode *declared = declaration(item, interaction), *picture = NULL;
    int64_t right = count_correct(declared), width = 0, height = 0;
    for (const xmlNode *c = interaction->children; c && !picture; c = c->next)
        if (xml_is(c, "object") || xml_is(c, "img"))
            picture = c;
    Str source = markup_attribute(item->arena, picture, "data");
    source = source.len ? source : markup_attribute(item->arena, picture, "src");
    if (!str_to_int(markup_attribute(item->arena, picture, "width"), &width) || !str_to_int(markup_attribute(item->arena, picture, "height"), &height) ||
        width < 1 || height < 1 || width > 100000 || height > 100000 || !source.len)
        return fail(item, "book.picture");
    item->q.type = STR("hotspot");
    int64_t own_width, own_height; /* areas count in the size that the object says */
    TRY(take_source(item, source, &own_width, &own_height));
    item->q.media_alt = markup_text(item->arena, picture);
    if (!item->q.media_alt.len)
        item->q.media_alt = markup_attribute(item->arena, picture, "alt");
    for (const xmlNode *c = interaction->children; c; c = c->next) {
        Option o = {.text = attribute(item->arena, c, "hotspot-label")};
        if (!named(c, "hotspot-choice"))
            continue;
        if (!region_qti(attribute(item->arena, c, "shape"), attribute(item->arena, c, "coords"), width, height, &o))
            return fail(item, "book.region");
        o.share = share_of(item, declared, attribute(item->arena, c, "identifier"), right ? SHARE_FULL / right : SHARE_FULL);
        option_add(item->arena, &item->q.options, o);
    }
    return NULL;
}

static Err *read_open(Item *item, const xmlNode *interaction)
{
    item->q.type = STR("open");
    item->q.photo = named(interaction, "upload-interaction");
    return NULL;
}

static const struct { const char *name; Err *(*read)(Item *item, const xmlNode *interaction); } readers[] = {
    {"choice-interaction", read_choice},        {"text-entry-interaction", read_text}, {"order-interaction", read_order},
    {"match-interaction", read_match},          {"hotspot-interaction", read_hotspot}, {"extended-text-interaction", read_open},
    {"upload-interaction", read_open},
};

/* Standard templates, none at all, or a comparison with tolerance. */
static bool processing_known(const Item *item)
{
    const xmlNode *processing = child(item->root, "response-processing");
    Str name = markup_attribute(item->arena, processing, "template");
    bool rules = false;
    for (const xmlNode *c = processing ? processing->children : NULL; c; c = c->next)
        rules |= c->type == XML_ELEMENT_NODE;
    if (name.len)
        return str_find(name, STR("match_correct")) != SIZE_MAX || str_find(name, STR("map_response")) != SIZE_MAX;
    return !rules || find_deep(processing, "equal", 0) != NULL;
}

/* A field to write in with words behind it is a gap, not an answer below its question. */
static bool in_words(const Item *item, const xmlNode *body)
{
    const xmlNode *field = item->found[0], *at = field;
    if (!named(field, "text-entry-interaction"))
        return false;
    if (str_eq(markup_attribute(item->arena, body, "data-kind"), STR("cloze"))) /* as our own writer says */
        return true;
    for (; at != body; at = at->parent)
        for (const xmlNode *n = at->next; n; n = n->next)
            if (n->type == XML_TEXT_NODE ? str_trim(str_of((const char *)n->content)).len : markup_text(item->arena, n).len)
                return true;
    return false;
}

static Err *read_interactions(Item *item, const xmlNode *body)
{
    bool gaps = item->len > 1 || (item->len == 1 && (named(item->found[0], "inline-choice-interaction") || named(item->found[0], "gap-match-interaction") ||
                                                     in_words(item, body)));
    for (size_t i = 0; gaps && i < item->len; i++)
        if (!named(item->found[i], "inline-choice-interaction") && !named(item->found[i], "text-entry-interaction") &&
            !(named(item->found[i], "gap-match-interaction") && item->len == 1))
            return err_arg(item->arena, fail(item, "book.interaction"), "kind", str_of((const char *)item->found[i]->name));
    if (gaps)
        return read_gaps(item, body);
    if (!item->len)
        return fail(item, "book.no_answers");
    add_prompt(item, item->found[0]);
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
        if (named(item->found[0], readers[i].name))
            return readers[i].read(item, item->found[0]);
    return err_arg(item->arena, fail(item, "book.interaction"), "kind", str_copy(item->arena, str_of((const char *)item->found[0]->name)));
}

static Err *read_item(Item *item)
{
    const xmlNode *body = child(item->root, "item-body"), *feedback = child(item->root, "modal-feedback");
    item->q.name = markup_attribute(item->arena, item->root, "title");
    if (!body)
        return fail(item, "question.prompt");
    bool plain = str_eq(markup_attribute(item->arena, body, "data-format"), STR("plain")); /* as our own writer says */
    item->q.format = plain ? STR("plain") : STR("markdown");
    item->q.prompt = words(item, body);
    gather(item, body, 0);
    if (!processing_known(item))
        return fail(item, "book.processing");
    if (feedback)
        item->q.feedback = words(item, feedback);
    TRY(read_interactions(item, body));
    return read_picture(item, body);
}

static void read_items(Book *book, const xmlNode *node, size_t broken_line, int depth)
{
    for (; node && depth < 20; node = node->next) {
        if (!named(node, "assessment-item")) {
            if (node->type == XML_ELEMENT_NODE)
                read_items(book, node->children, broken_line, depth + 1);
            continue;
        }
        Item item = {.book = book, .arena = book->arena, .root = node};
        size_t line = xml_line(node);
        Err *err = read_item(&item);
        bool last = true;
        for (const xmlNode *n = node->next; n; n = n->next)
            last &= !(n->type == XML_ELEMENT_NODE && xml_line(n) <= broken_line);
        if (broken_line >= line && broken_line && last)
            err = err_arg(book->arena, err_new(book->arena, ERR_INVALID, "book.xml"), "line", str_format(book->arena, "%zu", broken_line));
        if (err)
            book_note(book, line, item.q.name.len ? item.q.name : book_first_words(item.q.prompt), true, err);
        else
            book_take(book, line, &item.q);
    }
}

void qti_read(Book *book, xmlDoc *doc, size_t broken_line)
{
    read_items(book, xmlDocGetRootElement(doc), broken_line, 0);
}
