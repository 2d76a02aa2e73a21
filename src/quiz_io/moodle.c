/* Moodle XML in. Source of the format: docs.moodle.org "Moodle XML format". */
#include "quiz_io/inside.h"

#include <string.h>


typedef struct Moodle {
    Book *book;
    Str category;
    Question q;
} Moodle;

static Err *fail(Arena *arena, const char *code)
{
    return err_new(arena, ERR_INVALID, code);
}

/* <x format="html"><text>...</text></x>, the words inside as the question's own format says. */
static Str words(Moodle *m, const xmlNode *node)
{
    const xmlNode *text = markup_child(node, "text");
    Str raw = markup_text(m->book->arena, text ? text : node), format = markup_attribute(m->book->arena, node, "format");
    bool html = str_eq(format, STR("html")) || str_eq(format, STR("moodle_auto_format"));
    if (html && str_eq(m->q.format, STR("plain"))) /* a plain question with a marked-up part */
        return str_find(raw, STR("<")) == SIZE_MAX && str_find(raw, STR("&")) == SIZE_MAX ? raw : html_to_markdown(m->book->arena, raw);
    return html ? html_to_markdown(m->book->arena, raw) : raw;
}

static Str format_of(Arena *arena, const xmlNode *text)
{
    Str format = markup_attribute(arena, text, "format");
    bool plain = str_eq(format, STR("plain_text")) || !format.len;
    return plain ? STR("plain") : STR("markdown");
}

static Str child_text(Moodle *m, const xmlNode *node, const char *name)
{
    return markup_text(m->book->arena, markup_child(node, name));
}

static bool yes(Str word, bool otherwise)
{
    return word.len ? str_eq(word, STR("1")) || str_eq_nocase(word, STR("true")) : otherwise;
}

static Err *read_share(Moodle *m, const xmlNode *answer, int64_t *share)
{
    Str text = markup_attribute(m->book->arena, answer, "fraction");
    *share = 0;
    return !text.len || share_read(text, share) ? NULL : fail(m->book->arena, "book.weight");
}

/* <answer fraction="100"><text>..</text><feedback>..</feedback></answer>; plain: a word to type, never marked up. */
static Err *read_answers(Moodle *m, const xmlNode *node, bool plain)
{
    for (const xmlNode *a = node->children; a; a = a->next) {
        Option option = {0};
        if (!xml_is(a, "answer"))
            continue;
        TRY(read_share(m, a, &option.share));
        option.text = plain ? child_text(m, a, "text") : words(m, a);
        option.feedback = words(m, markup_child(a, "feedback"));
        option_add(m->book->arena, &m->q.options, option);
    }
    return NULL;
}

static Err *read_choice(Moodle *m, const xmlNode *node)
{
    m->q.type = yes(child_text(m, node, "single"), true) ? STR("single") : STR("multiple");
    m->q.keep_order = !yes(child_text(m, node, "shuffleanswers"), true);
    return read_answers(m, node, false);
}

static Err *read_truth(Moodle *m, const xmlNode *node)
{
    Option truth = {.text = STR("true")}, lie = {.text = STR("false")};
    m->q.type = STR("truefalse");
    TRY(read_answers(m, node, true));
    for (size_t i = 0; i < m->q.options.len; i++) {
        Option *to = str_eq_nocase(m->q.options.at[i].text, STR("true")) ? &truth : &lie;
        to->share = m->q.options.at[i].share;
        to->feedback = m->q.options.at[i].feedback;
    }
    m->q.options = (OptionList){0};
    option_add(m->book->arena, &m->q.options, truth);
    option_add(m->book->arena, &m->q.options, lie);
    return NULL;
}

static Err *read_short(Moodle *m, const xmlNode *node)
{
    m->q.type = STR("short");
    m->q.case_sensitive = yes(child_text(m, node, "usecase"), false);
    return read_answers(m, node, true);
}

static Err *read_numbers(Moodle *m, const xmlNode *node)
{
    m->q.type = STR("numeric");
    for (const xmlNode *a = node->children; a; a = a->next) {
        Option option = {0};
        if (!xml_is(a, "answer"))
            continue;
        TRY(read_share(m, a, &option.share));
        Str text = child_text(m, a, "text"), tolerance = child_text(m, a, "tolerance");
        option.feedback = words(m, markup_child(a, "feedback"));
        if (str_eq(text, STR("*"))) { /* what is said to whoever gives another number */
            m->q.feedback_wrong = option.feedback;
            continue;
        }
        if (!number_read(m->book->arena, text, &option.value) ||
            (tolerance.len && !number_read(m->book->arena, tolerance, &option.tolerance)))
            return fail(m->book->arena, "book.number");
        option_add(m->book->arena, &m->q.options, option);
    }
    return NULL;
}

static Err *read_pairs(Moodle *m, const xmlNode *node)
{
    m->q.type = STR("matching");
    for (const xmlNode *s = node->children; s; s = s->next)
        if (xml_is(s, "subquestion"))
            option_add(m->book->arena, &m->q.options,
                       (Option){.text = words(m, s), .match = child_text(m, markup_child(s, "answer"), "text")});
    return NULL;
}

static Err *read_order(Moodle *m, const xmlNode *node)
{
    m->q.type = STR("ordering");
    TRY(read_answers(m, node, false));
    for (size_t i = 0; i < m->q.options.len; i++)
        m->q.options.at[i].share = 0; /* Moodle writes the place there */
    return NULL;
}

static Err *read_cloze(Moodle *m, const xmlNode *node)
{
    Str text = m->q.prompt;
    (void)node;
    m->q.prompt = (Str){0};
    return cloze_read(m->book->arena, text, &m->q);
}

/* gapselect and ddwtos: the text holds [[2]], the choices of one group are offered for each. */
static Err *read_select(Moodle *m, const xmlNode *node)
{
    Arena *arena = m->book->arena;
    Str text = m->q.prompt, texts[QUESTION_OPTIONS_MAX], groups[QUESTION_OPTIONS_MAX];
    size_t len = 0, from = 0;
    for (const xmlNode *o = node->children; o && len < QUESTION_OPTIONS_MAX; o = o->next)
        if (xml_is(o, "selectoption") || xml_is(o, "dragbox")) {
            texts[len] = child_text(m, o, "text");
            groups[len++] = child_text(m, o, "group");
        }
    m->q.prompt = (Str){0};
    m->q.type = STR("cloze");
    for (size_t open; (open = str_find(str_slice(text, from, text.len), STR("[["))) != SIZE_MAX;) {
        size_t start = from + open, close = str_find(str_slice(text, start, text.len), STR("]]"));
        int64_t right;
        if (close == SIZE_MAX || !str_to_int(str_slice(text, start + 2, start + close), &right) || right < 1 || right > (int64_t)len)
            return fail(arena, "book.gap_number");
        Gap gap = {.before = str_slice(text, from, start), .kind = STR("choice"), .weight = 1};
        for (size_t i = 0; i < len; i++)
            if (str_eq(groups[i], groups[right - 1]))
                option_add(arena, &gap.options, (Option){.text = texts[i], .share = (int64_t)i == right - 1 ? SHARE_FULL : 0});
        gap_add(arena, &m->q.gaps, gap);
        from = start + close + 2;
    }
    m->q.tail = str_slice(text, from, text.len);
    return NULL;
}

static Err *read_open(Moodle *m, const xmlNode *node)
{
    Str files = child_text(m, node, "attachments");
    m->q.type = STR("open");
    m->q.photo = files.len && !str_eq(files, STR("0"));
    return NULL;
}

/* ddmarker: markers "drag" are dragged onto "drop" places. We ask for the places of all of them. */
static Err *read_hotspot(Moodle *m, const xmlNode *node)
{
    Arena *arena = m->book->arena;
    Str labels[QUESTION_OPTIONS_MAX];
    size_t labels_len = 0, drops = 0;
    int64_t width, height, choice;
    m->q.type = STR("hotspot");
    TRY(picture_take(m->book, markup_text(arena, markup_child(node, "file")), &m->q.media, &width, &height));
    for (const xmlNode *c = node->children; c; c = c->next) {
        if (xml_is(c, "drag") && labels_len < QUESTION_OPTIONS_MAX)
            labels[labels_len++] = child_text(m, c, "text");
        drops += xml_is(c, "drop");
    }
    for (const xmlNode *c = node->children; c; c = c->next) {
        Option o = {.share = SHARE_FULL / (int64_t)(drops ? drops : 1)};
        if (!xml_is(c, "drop"))
            continue;
        if (!region_moodle(child_text(m, c, "shape"), child_text(m, c, "coords"), width, height, &o))
            return fail(arena, "book.region");
        if (str_to_int(child_text(m, c, "choice"), &choice) && choice >= 1 && choice <= (int64_t)labels_len)
            o.text = labels[choice - 1];
        option_add(arena, &m->q.options, o);
    }
    return NULL;
}

/* ---- questions ---- */

static const struct { const char *type; Err *(*read)(Moodle *m, const xmlNode *node); } readers[] = {
    {"multichoice", read_choice}, {"truefalse", read_truth},   {"shortanswer", read_short}, {"numerical", read_numbers},
    {"matching", read_pairs},     {"ordering", read_order},    {"cloze", read_cloze},       {"multianswer", read_cloze},
    {"gapselect", read_select},   {"ddwtos", read_select},     {"essay", read_open},        {"ddmarker", read_hotspot},
};

static Err *read_question(Moodle *m, const xmlNode *node, Str type)
{
    const xmlNode *text = markup_child(node, "questiontext");
    m->q.format = format_of(m->book->arena, text);
    m->q.name = child_text(m, markup_child(node, "name"), "text");
    m->q.prompt = words(m, text);
    m->q.feedback = words(m, markup_child(node, "generalfeedback"));
    m->q.feedback_right = words(m, markup_child(node, "correctfeedback"));
    m->q.feedback_wrong = words(m, markup_child(node, "incorrectfeedback"));
    m->q.hint = words(m, markup_child(node, "hint"));
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
        if (str_eq(type, str_of(readers[i].type)))
            return readers[i].read(m, node);
    return err_arg(m->book->arena, fail(m->book->arena, "book.type"), "type", type);
}

static void read_category(Moodle *m, const xmlNode *node)
{
    Str path = child_text(m, markup_child(node, "category"), "text");
    if (str_starts(path, STR("$course$/")))
        path = str_slice(path, 9, path.len);
    if (str_starts(path, STR("top/")))
        path = str_slice(path, 4, path.len);
    m->category = path;
}

/* A file that breaks off in the middle: everything before it is kept, the question where it broke is refused. */
void moodle_read(Book *book, xmlDoc *doc, size_t broken_line)
{
    Moodle m = {.book = book};
    const xmlNode *root = xmlDocGetRootElement(doc);
    if (!xml_is(root, "quiz")) {
        book_note(book, xml_line(root), (Str){0}, true, fail(book->arena, "book.format"));
        return;
    }
    for (const xmlNode *node = root->children; node; node = node->next) {
        if (!xml_is(node, "question"))
            continue;
        const xmlNode *next = node->next;
        while (next && !xml_is(next, "question"))
            next = next->next;
        size_t line = xml_line(node);
        bool broken = broken_line && broken_line >= line && (!next || broken_line < xml_line(next));
        Str type = markup_attribute(book->arena, node, "type");
        m.q = (Question){.skill = m.category};
        if (str_eq(type, STR("category"))) {
            read_category(&m, node);
            continue;
        }
        Err *err = read_question(&m, node, type);
        if (broken)
            err = err_arg(book->arena, fail(book->arena, "book.xml"), "line", str_format(book->arena, "%zu", broken_line));
        if (err)
            book_note(book, line, m.q.name.len ? m.q.name : book_first_words(m.q.prompt), true, err);
        else
            book_take(book, line, &m.q);
    }
}
