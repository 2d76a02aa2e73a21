/* QTI 3 out: one item, a document of its own; package.c puts them together. */
#include "quiz_io/package.h"

#include <string.h>

#define TEMPLATES "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/"

static void html(Buf *out, const Question *q, Str text)
{
    buf_add(out, text_to_xhtml(out->arena, text, q->format));
}

static void begin_declaration(Buf *out, const char *id, const char *cardinality, const char *base)
{
    buf_addf(out, "  <qti-response-declaration identifier=\"%s\" cardinality=\"%s\" base-type=\"%s\">\n", id, cardinality, base);
}

static void end_declaration(Buf *out)
{
    buf_add(out, STR("  </qti-response-declaration>\n"));
}

static void value(Buf *out, Str text)
{
    buf_add(out, STR("<qti-value>"));
    buf_add_xml(out, text);
    buf_add(out, STR("</qti-value>"));
}

/* Percent of the full mark for each option; texts as keys, or C0, C1 ... */
static void mapping(Buf *out, const OptionList *options, bool texts, bool case_sensitive)
{
    buf_add(out, STR("    <qti-mapping default-value=\"0\" lower-bound=\"0\" upper-bound=\"100\">"));
    for (size_t i = 0; i < options->len; i++) {
        buf_add(out, STR("<qti-map-entry map-key=\""));
        buf_add_xml(out, texts ? options->at[i].text : str_format(out->arena, "C%zu", i));
        buf_addf(out, "\" mapped-value=\"%.*s\"%s/>", STR_ARG(share_text(out->arena, options->at[i].share)),
                 !texts ? "" : case_sensitive ? " case-sensitive=\"true\"" : " case-sensitive=\"false\"");
    }
    buf_add(out, STR("</qti-mapping>\n"));
}

static void declare_choice(Buf *out, const char *id, const OptionList *options, bool several)
{
    begin_declaration(out, id, several ? "multiple" : "single", "identifier");
    buf_add(out, STR("    <qti-correct-response>"));
    for (size_t i = 0; i < options->len; i++)
        if (several ? options->at[i].share > 0 : options->at[i].share == SHARE_FULL)
            value(out, str_format(out->arena, "C%zu", i));
    buf_add(out, STR("</qti-correct-response>\n"));
    mapping(out, options, false, false);
    end_declaration(out);
}

static void declare_entry(Buf *out, const char *id, Str kind, const OptionList *options, bool case_sensitive)
{
    bool numeric = str_eq(kind, STR("numeric"));
    begin_declaration(out, id, "single", numeric ? "float" : "string");
    buf_add(out, STR("    <qti-correct-response>"));
    value(out, numeric ? number_text(out->arena, options->at[0].value) : options->at[0].text);
    buf_add(out, STR("</qti-correct-response>\n"));
    if (!numeric)
        mapping(out, options, true, case_sensitive);
    end_declaration(out);
}

static void declare_pairs(Buf *out, const Question *q)
{
    begin_declaration(out, "RESPONSE", "multiple", "directedPair");
    buf_add(out, STR("    <qti-correct-response>"));
    for (size_t i = 0; i < q->options.len; i++)
        if (str_trim(q->options.at[i].text).len)
            value(out, str_format(out->arena, "L%zu R%zu", i, i));
    buf_add(out, STR("</qti-correct-response>\n"));
    end_declaration(out);
}

static void declare_order(Buf *out, const Question *q)
{
    begin_declaration(out, "RESPONSE", "ordered", "identifier");
    buf_add(out, STR("    <qti-correct-response>"));
    for (size_t i = 0; i < q->options.len; i++)
        value(out, str_format(out->arena, "C%zu", i));
    buf_add(out, STR("</qti-correct-response>\n"));
    end_declaration(out);
}

static Str gap_id(Arena *arena, size_t i)
{
    return str_format(arena, "GAP%zu", i + 1);
}

static void declare(Buf *out, const Question *q)
{
    QuestionType type = question_type_find(q->type);
    if (type == QUESTION_SINGLE || type == QUESTION_TRUE_FALSE || type == QUESTION_MULTIPLE || type == QUESTION_HOTSPOT)
        declare_choice(out, "RESPONSE", &q->options, type == QUESTION_MULTIPLE || type == QUESTION_HOTSPOT);
    else if (type == QUESTION_SHORT || type == QUESTION_NUMERIC)
        declare_entry(out, "RESPONSE", q->type, &q->options, q->case_sensitive);
    else if (type == QUESTION_MATCHING)
        declare_pairs(out, q);
    else if (type == QUESTION_ORDERING)
        declare_order(out, q);
    for (size_t i = 0; i < q->gaps.len; i++) {
        const char *id = str_z(out->arena, gap_id(out->arena, i));
        if (str_eq(q->gaps.at[i].kind, STR("choice")))
            declare_choice(out, id, &q->gaps.at[i].options, false);
        else
            declare_entry(out, id, q->gaps.at[i].kind, &q->gaps.at[i].options, q->gaps.at[i].case_sensitive);
    }
}

/* ---- bodies ---- */

static void put_choices(Buf *out, const Question *q, const char *name, const char *key)
{
    for (size_t i = 0; i < q->options.len; i++) {
        buf_addf(out, "<qti-%s identifier=\"%s%zu\">", name, key, i);
        html(out, q, q->options.at[i].text);
        if (q->options.at[i].feedback.len) {
            buf_addf(out, "<qti-feedback-inline outcome-identifier=\"FEEDBACK\" identifier=\"%s%zu\" show-hide=\"show\">", key, i);
            html(out, q, q->options.at[i].feedback);
            buf_add(out, STR("</qti-feedback-inline>"));
        }
        buf_addf(out, "</qti-%s>", name);
    }
}

static void put_sets(Buf *out, const Question *q)
{
    for (int side = 0; side < 2; side++) {
        buf_add(out, STR("<qti-simple-match-set>"));
        for (size_t i = 0; i < q->options.len; i++) {
            Str text = side ? q->options.at[i].match : q->options.at[i].text;
            if (!str_trim(text).len)
                continue;
            buf_addf(out, "<qti-simple-associable-choice identifier=\"%c%zu\" match-max=\"1\">", side ? 'R' : 'L', i);
            html(out, q, text);
            buf_add(out, STR("</qti-simple-associable-choice>"));
        }
        buf_add(out, STR("</qti-simple-match-set>"));
    }
}

static void put_cloze(Buf *out, const Question *q)
{
    buf_add(out, STR("<p>"));
    for (size_t i = 0; i < q->gaps.len; i++) {
        const Gap *gap = &q->gaps.at[i];
        buf_add_xml(out, gap->before);
        if (!str_eq(gap->kind, STR("choice"))) {
            buf_addf(out, "<qti-text-entry-interaction response-identifier=\"GAP%zu\"/>", i + 1);
            continue;
        }
        buf_addf(out, "<qti-inline-choice-interaction response-identifier=\"GAP%zu\" shuffle=\"true\">", i + 1);
        for (size_t k = 0; k < gap->options.len; k++) {
            buf_addf(out, "<qti-inline-choice identifier=\"C%zu\">", k);
            buf_add(out, text_to_xhtml(out->arena, gap->options.at[k].text, STR("plain")));
            buf_add(out, STR("</qti-inline-choice>"));
        }
        buf_add(out, STR("</qti-inline-choice-interaction>"));
    }
    buf_add_xml(out, q->tail);
    buf_add(out, STR("</p>"));
}

/* As it stands in a package: items and pictures are folders beside each other. */
static void put_source(Buf *out, const char *attribute, const QtiPicture *picture)
{
    const char *kind = str_ends(picture->name, STR("png")) ? "png" : str_ends(picture->name, STR("gif")) ? "gif" : "jpeg";
    buf_addf(out, "%s=\"../%.*s\" width=\"%lld\" height=\"%lld\"", attribute, STR_ARG(picture->name), (long long)picture->width, (long long)picture->height);
    if (strcmp(attribute, "data") == 0)
        buf_addf(out, " type=\"image/%s\"", kind);
}

static void put_hotspot(Buf *out, const Question *q, const QtiPicture *picture)
{
    int64_t width = picture->width, height = picture->height;
    buf_add(out, STR("<qti-hotspot-interaction response-identifier=\"RESPONSE\" max-choices=\"0\"><object "));
    put_source(out, "data", picture);
    buf_add(out, STR(">"));
    buf_add_xml(out, q->media_alt);
    buf_add(out, STR("</object>"));
    for (size_t i = 0; i < q->options.len; i++) {
        const Option *o = &q->options.at[i];
        long long left = (long long)((o->x * width + 500000) / 1000000), top = (long long)((o->y * height + 500000) / 1000000);
        long long wide = (long long)((o->width * width + 500000) / 1000000), high = (long long)((o->height * height + 500000) / 1000000);
        buf_addf(out, "<qti-hotspot-choice identifier=\"C%zu\" shape=\"%s\" coords=\"", i, o->round ? "circle" : "rect");
        if (o->round)
            buf_addf(out, "%lld,%lld,%lld", left + wide / 2, top + high / 2, wide / 2);
        else
            buf_addf(out, "%lld,%lld,%lld,%lld", left, top, left + wide, top + high);
        buf_add(out, STR("\" hotspot-label=\""));
        buf_add_xml(out, o->text);
        buf_add(out, STR("\"/>"));
    }
    buf_add(out, STR("</qti-hotspot-interaction>"));
}

static void put_picture(Buf *out, const Question *q, const QtiPicture *picture)
{
    buf_add(out, STR("<p><img "));
    put_source(out, "src", picture);
    buf_add(out, STR(" alt=\""));
    buf_add_xml(out, q->media_alt);
    buf_add(out, STR("\"/></p>"));
}

static void put_body(Buf *out, const Question *q, const QtiPicture *picture)
{
    QuestionType type = question_type_find(q->type);
    const char *shuffle = q->keep_order ? "false" : "true";
    if (picture->name.len && type != QUESTION_HOTSPOT)
        put_picture(out, q, picture);
    if (type != QUESTION_CLOZE)
        html(out, q, q->prompt);
    if (type == QUESTION_SINGLE || type == QUESTION_MULTIPLE || type == QUESTION_TRUE_FALSE) {
        buf_addf(out, "<qti-choice-interaction response-identifier=\"RESPONSE\" shuffle=\"%s\" max-choices=\"%d\">", shuffle, type == QUESTION_MULTIPLE ? 0 : 1);
        put_choices(out, q, "simple-choice", "C");
        buf_add(out, STR("</qti-choice-interaction>"));
    } else if (type == QUESTION_ORDERING) {
        buf_add(out, STR("<qti-order-interaction response-identifier=\"RESPONSE\" shuffle=\"true\">"));
        put_choices(out, q, "simple-choice", "C");
        buf_add(out, STR("</qti-order-interaction>"));
    } else if (type == QUESTION_MATCHING) {
        buf_add(out, STR("<qti-match-interaction response-identifier=\"RESPONSE\" shuffle=\"true\" max-associations=\"0\">"));
        put_sets(out, q);
        buf_add(out, STR("</qti-match-interaction>"));
    } else if (type == QUESTION_SHORT || type == QUESTION_NUMERIC) {
        buf_add(out, STR("<p><qti-text-entry-interaction response-identifier=\"RESPONSE\"/></p>"));
    } else if (type == QUESTION_OPEN) {
        buf_addf(out, "<qti-%s-interaction response-identifier=\"RESPONSE\"/>", q->photo ? "upload" : "extended-text");
    } else if (type == QUESTION_CLOZE) {
        put_cloze(out, q);
    } else {
        put_hotspot(out, q, picture);
    }
}

/* A number is compared with its tolerance; everything else by a standard template. */
static void processing(Buf *out, const Question *q)
{
    QuestionType type = question_type_find(q->type);
    const OptionList *number = type == QUESTION_NUMERIC ? &q->options : NULL;
    const char *id = "RESPONSE";
    for (size_t i = 0; i < q->gaps.len; i++)
        if (str_eq(q->gaps.at[i].kind, STR("numeric"))) {
            number = &q->gaps.at[i].options;
            id = str_z(out->arena, gap_id(out->arena, i));
        }
    if (!number) {
        bool exact = type == QUESTION_MATCHING || type == QUESTION_ORDERING;
        buf_addf(out, "  <qti-response-processing template=\"" TEMPLATES "%s\"/>\n", exact ? "match_correct" : "map_response");
        return;
    }
    Str tolerance = number_text(out->arena, number->at[0].tolerance);
    buf_addf(out,
             "  <qti-response-processing><qti-response-condition><qti-response-if><qti-equal tolerance-mode=\"absolute\" tolerance=\"%.*s %.*s\">"
             "<qti-variable identifier=\"%s\"/><qti-correct identifier=\"%s\"/></qti-equal><qti-set-outcome-value identifier=\"SCORE\">"
             "<qti-base-value base-type=\"float\">1</qti-base-value></qti-set-outcome-value></qti-response-if></qti-response-condition></qti-response-processing>\n",
             STR_ARG(tolerance), STR_ARG(tolerance), id, id);
}

static bool can_hold(const Question *q, const QtiPicture *picture)
{
    size_t numbers = 0;
    if (str_eq(q->type, STR("numeric")))
        return q->options.len == 1 && q->options.at[0].share == SHARE_FULL;
    if (str_eq(q->type, STR("hotspot")))
        return picture->name.len > 0;
    for (size_t i = 0; i < q->gaps.len; i++) {
        const OptionList *options = &q->gaps.at[i].options;
        bool number = str_eq(q->gaps.at[i].kind, STR("numeric"));
        numbers += number ? options->len : 0;
        if (number && options->len == 1 && options->at[0].share != SHARE_FULL)
            return false;
    }
    return numbers <= 1 && !(q->gaps.len && q->prompt.len);
}

bool qti_item_write(Buf *out, const Question *q, size_t number, const QtiPicture *picture, Book *book)
{
    if (!can_hold(q, picture)) {
        book_left_out(book, number, q);
        return false;
    }
    buf_addf(out, "<qti-assessment-item xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"ITEM%zu\" adaptive=\"false\" time-dependent=\"false\" title=\"", number);
    buf_add_xml(out, q->name);
    buf_add(out, STR("\">\n"));
    declare(out, q);
    buf_addf(out, "  <qti-outcome-declaration identifier=\"SCORE\" cardinality=\"single\" base-type=\"float\"/>\n  <qti-item-body data-format=\"%s\"%s>",
             str_eq(q->format, STR("plain")) ? "plain" : "markdown", q->gaps.len ? " data-kind=\"cloze\"" : "");
    put_body(out, q, picture);
    buf_add(out, STR("</qti-item-body>\n"));
    processing(out, q);
    if (q->feedback.len) {
        buf_add(out, STR("  <qti-modal-feedback outcome-identifier=\"FEEDBACK\" identifier=\"ALWAYS\" show-hide=\"show\">"));
        html(out, q, q->feedback);
        buf_add(out, STR("</qti-modal-feedback>\n"));
    }
    buf_add(out, STR("</qti-assessment-item>\n"));
    return true;
}
