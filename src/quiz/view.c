/* Questions and quizzes as pages show them. */
#include "quiz/view.h"

#include <string.h>

#include "web/markdown.h"

static bool is(Str word, const char *text)
{
    return str_eq(word, str_of(text));
}

/* Plain text goes through the same sanitiser, every sign that Markdown knows escaped. */
Html words_html(Arena *arena, Str text, Str format)
{
    if (is(format, "markdown") || !text.len)
        return text.len ? markdown(arena, text) : (Html){0};
    Buf out = buf_new(arena, QUESTION_TEXT_MAX * 4);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '\n' && i + 1 < text.len && text.at[i + 1] != '\n' && (!i || text.at[i - 1] != '\n'))
            buf_add_char(&out, '\\');
        else if (c > 32 && c < 127 && strchr("\\`*_{}[]()<>#+-.!|~&:\"'", c))
            buf_add_char(&out, '\\');
        buf_add_char(&out, c);
    }
    return markdown(arena, buf_str(&out));
}

const char *mode_label(Str mode)
{
    static const struct { const char *mode, *label; } labels[] = {
        {"practice", N_("Practice")}, {"daily", N_("Today's quiz")}, {"weekly", N_("Quiz of the week")}, {"special", N_("Special topic")},
        {"challenge", N_("Challenge")}, {"match", N_("Match of two")}, {"exam", N_("Exam")}};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (is(mode, labels[i].mode))
            return labels[i].label;
    return "";
}

const char *type_label(Str type)
{
    static const char *const labels[] = {"", N_("One choice"), N_("Several choices"), N_("True or false"), N_("A word"), N_("A number"),
                                         N_("Pairs"), N_("An order"), N_("Gaps"), N_("A place on a picture"), N_("Own words")};
    return labels[question_type_find(type)];
}

const char *state_label(Str state)
{
    return is(state, "published") ? N_("Published") : is(state, "withdrawn") ? N_("Withdrawn") : N_("Draft");
}

QuizCardView quiz_card_view(Req *r, const Quiz *q)
{
    bool part = q->draw && q->draw < q->questions && !is(q->selection, "fixed");
    return (QuizCardView){.id = q->id, .title = q->title, .kind = tr(r->lang, mode_label(q->mode)), .state = tr(r->lang, state_label(q->state)),
                          .questions = part ? q->draw : q->questions, .minutes = (q->time_s + 59) / 60, .has_open_at = q->has_open_at,
                          .has_close_at = q->has_close_at, .open_at = q->open_at, .close_at = q->close_at, .draft = !is(q->state, "published"),
                          .soon = q->has_open_at && r->now.ms < q->open_at.ms, .over = q->has_close_at && r->now.ms >= q->close_at.ms};
}

int64_t percent_of(int64_t share)
{
    return (share + SHARE_FULL / 200) / (SHARE_FULL / 100);
}

/* ---- a question ---- */

static Str field_name(Arena *arena, int64_t position, const char *part, int64_t index)
{
    return part ? str_format(arena, "q%lld%s%lld", (long long)position, part, (long long)index) : str_format(arena, "q%lld", (long long)position);
}

/* Whether a list such as "0,3" names this index. */
static bool named(Str list, int64_t index)
{
    for (Str one, rest; list.len; list = rest) {
        int64_t at;
        str_cut(list, ',', &one, &rest);
        if (str_to_int(str_trim(one), &at) && at == index)
            return true;
    }
    return false;
}

static Html choice_label(Req *r, const Question *q, const Option *o)
{
    bool truth = is(q->type, "truefalse");
    Str text = truth && is(o->text, "true") ? tr(r->lang, N_("True")) : truth && is(o->text, "false") ? tr(r->lang, N_("False")) : o->text;
    return words_html(r->arena, text, truth ? STR("plain") : q->format);
}

static ChoiceViewList choices_of(Req *r, const PaperQuestion *p, Str response)
{
    const Question *q = &p->question;
    bool several = is(q->type, "multiple");
    ChoiceViewList out = {NEW_ARRAY(r->arena, ChoiceView, p->shown.options_len + 1), 0};
    for (size_t i = 0; i < p->shown.options_len; i++)
        out.at[out.len++] = (ChoiceView){.name = field_name(r->arena, p->position, several ? "_" : NULL, (int64_t)i),
                                        .value = several ? STR("1") : str_format(r->arena, "%zu", i),
                                        .label = choice_label(r, q, &q->options.at[p->shown.options[i]]), .chosen = named(response, (int64_t)i)};
    return out;
}

/* "left:right" of a list of pairs; -1: none. */
static int64_t pair_at(Str list, int64_t left)
{
    for (Str one, rest; list.len; list = rest) {
        Str a, b;
        int64_t l, r;
        str_cut(list, ',', &one, &rest);
        if (str_cut(one, ':', &a, &b) && str_to_int(str_trim(a), &l) && str_to_int(str_trim(b), &r) && l == left)
            return r;
    }
    return -1;
}

static PartViewList pairs_of(Req *r, const PaperQuestion *p, Str response)
{
    PartViewList out = {NEW_ARRAY(r->arena, PartView, p->shown.left_len + 1), 0};
    for (size_t i = 0; i < p->shown.left_len; i++) {
        int64_t chosen = pair_at(response, (int64_t)i);
        PartView *part = &out.at[out.len++];
        *part = (PartView){.name = field_name(r->arena, p->position, "_", (int64_t)i), .label = p->question.options.at[p->shown.left[i]].text};
        part->choices.at = NEW_ARRAY(r->arena, ChoiceView, p->shown.options_len + 1);
        for (size_t k = 0; k < p->shown.options_len; k++)
            part->choices.at[part->choices.len++] = (ChoiceView){.value = str_format(r->arena, "%zu", k), .chosen = chosen == (int64_t)k,
                                                                .plain = p->question.options.at[p->shown.options[k]].match};
    }
    return out;
}

static PartViewList order_of(Req *r, const PaperQuestion *p, Str response)
{
    size_t len = p->shown.options_len;
    PartViewList out = {NEW_ARRAY(r->arena, PartView, len + 1), 0};
    for (size_t i = 0; i < len; i++) {
        PartView *part = &out.at[out.len++];
        size_t place = 0, at = 0;
        for (Str one, rest, list = response; list.len; list = rest, at++) {
            int64_t item;
            str_cut(list, ',', &one, &rest);
            if (str_to_int(str_trim(one), &item) && item == (int64_t)i)
                place = at + 1;
        }
        *part = (PartView){.name = field_name(r->arena, p->position, "_", (int64_t)i), .label = p->question.options.at[p->shown.options[i]].text};
        part->choices.at = NEW_ARRAY(r->arena, ChoiceView, len + 1);
        for (size_t k = 1; k <= len; k++)
            part->choices.at[part->choices.len++] = (ChoiceView){.value = str_format(r->arena, "%zu", k), .plain = str_format(r->arena, "%zu", k), .chosen = place == k};
    }
    return out;
}

static PartViewList gaps_of(Req *r, const PaperQuestion *p, Str response)
{
    PartViewList out = {NEW_ARRAY(r->arena, PartView, p->shown.gaps_len + 1), 0};
    for (size_t i = 0; i < p->shown.gaps_len; i++) {
        const Gap *gap = &p->question.gaps.at[i];
        PartView *part = &out.at[out.len++];
        Str line, rest;
        str_cut(response, '\n', &line, &rest);
        response = rest;
        TextArg arg = {"n", say_int(r->arena, r->lang, (int64_t)i + 1)};
        *part = (PartView){.name = field_name(r->arena, p->position, "_", (int64_t)i), .before = gap->before, .kind = gap->kind, .value = str_trim(line),
                           .label = tr_fill(r->arena, tr(r->lang, N_("Gap {n}")), &arg, 1)};
        part->choices.at = NEW_ARRAY(r->arena, ChoiceView, p->shown.gaps[i].len + 1);
        for (size_t k = 0; is(gap->kind, "choice") && k < p->shown.gaps[i].len; k++)
            part->choices.at[part->choices.len++] = (ChoiceView){.value = str_format(r->arena, "%zu", k), .chosen = named(line, (int64_t)k),
                                                                .plain = gap->options.at[p->shown.gaps[i].options[k]].text};
    }
    return out;
}

static ChoiceViewList grid(Arena *arena, bool letters, int64_t chosen)
{
    ChoiceViewList out = {NEW_ARRAY(arena, ChoiceView, 10), 10};
    for (int i = 0; i < 10; i++)
        out.at[i] = (ChoiceView){.value = str_format(arena, "%d", i), .chosen = chosen == i,
                                 .plain = letters ? str_format(arena, "%c", 'A' + i) : str_format(arena, "%d", i + 1)};
    return out;
}

/* A place is chosen as a column and a row: with keys and without script as well as with a finger. */
static PartViewList place_of(Req *r, const PaperQuestion *p, Str response)
{
    PartViewList out = {NEW_ARRAY(r->arena, PartView, 2), 2};
    Str x_text, y_text;
    int64_t x = -1, y = -1;
    str_cut(response, ',', &x_text, &y_text);
    if (!str_to_int(x_text, &x) || !str_to_int(y_text, &y))
        x = y = -1;
    out.at[0] = (PartView){.name = field_name(r->arena, p->position, "_", 0), .label = tr(r->lang, N_("Column")), .choices = grid(r->arena, true, x < 0 ? -1 : x / 100000)};
    out.at[1] = (PartView){.name = field_name(r->arena, p->position, "_", 1), .label = tr(r->lang, N_("Row")), .choices = grid(r->arena, false, y < 0 ? -1 : y / 100000)};
    return out;
}

AskedView asked_view(Req *r, const PaperQuestion *p, Str response)
{
    const Question *q = &p->question;
    AskedView out = {.position = p->position, .number = p->position + 1, .type = q->type, .name = field_name(r->arena, p->position, NULL, 0),
                     .value = response, .prompt = words_html(r->arena, q->prompt, q->format), .hint = words_html(r->arena, q->hint, q->format), .tail = q->tail};
    switch (question_type_find(q->type)) {
    case QUESTION_SINGLE:
    case QUESTION_MULTIPLE:
    case QUESTION_TRUE_FALSE:
        out.choices = choices_of(r, p, response);
        break;
    case QUESTION_MATCHING:
        out.parts = pairs_of(r, p, response);
        break;
    case QUESTION_ORDERING:
        out.parts = order_of(r, p, response);
        break;
    case QUESTION_CLOZE:
        out.parts = gaps_of(r, p, response);
        break;
    case QUESTION_HOTSPOT:
        out.parts = place_of(r, p, response);
        break;
    case QUESTION_SHORT:
    case QUESTION_NUMERIC:
    case QUESTION_OPEN:
        break;
    }
    out.has_picture = q->media.len > 0;
    out.picture = picture_of(r->arena, q->media, q->media_alt, SIZES_PAGE);
    return out;
}

static Str truth_words(Req *r, const Question *q, Str words)
{
    bool truth = is(q->type, "truefalse");
    return truth && is(words, "true") ? tr(r->lang, N_("True")) : truth && is(words, "false") ? tr(r->lang, N_("False")) : words;
}

Err *solved_view(Req *r, const PaperQuestion *p, const AttemptEvent *e, const AttemptMark *mark, AskedView *out)
{
    const Question *q = &p->question;
    Judgement judged;
    Str given = e ? e->response : (Str){0};
    *out = asked_view(r, p, given);
    TRY(question_judge(r->arena, q, &p->shown, given, &judged));
    int64_t share = !e || !e->counts ? 0 : mark ? mark->share : e->share;
    out->told = true;
    out->answered = e && str_trim(given).len;
    out->late = e && !e->counts;
    out->waits = e && e->counts && e->waits && !mark;
    out->right = share == SHARE_FULL;
    out->part = share > 0;
    out->percent = percent_of(share);
    out->note = mark ? mark->note : (Str){0};
    out->mine = truth_words(r, q, response_words(r->arena, q, &p->shown, given));
    out->solution = truth_words(r, q, question_right_words(r->arena, q));
    Str side = share == SHARE_FULL ? q->feedback_right : q->feedback_wrong;
    Str all = str_trim(str_format(r->arena, "%.*s\n\n%.*s\n\n%.*s", STR_ARG(judged.feedback), STR_ARG(side), STR_ARG(q->feedback)));
    out->feedback = words_html(r->arena, all, q->format);
    return NULL;
}

/* ---- what the form says ---- */

static Str typed(Req *r, int64_t position, const char *part, size_t index)
{
    return str_trim(take_typed(r, str_z(r->arena, field_name(r->arena, position, part, (int64_t)index))));
}

static void list_add(Buf *out, Str text)
{
    if (out->len)
        buf_add_char(out, ',');
    buf_add(out, text);
}

/* Places as typed become the order; two on one place, or a missing one: as far as it goes, by place and then as shown. */
static Str order_typed(Req *r, const PaperQuestion *p)
{
    Buf out = buf_new(r->arena, RESPONSE_BYTES_MAX);
    size_t len = p->shown.options_len;
    int64_t places[QUESTION_OPTIONS_MAX];
    bool any = false;
    for (size_t i = 0; i < len; i++) {
        places[i] = (int64_t)len + 1;
        any |= str_to_int(typed(r, p->position, "_", i), &places[i]);
    }
    for (int64_t place = 1; any && place <= (int64_t)len + 1; place++)
        for (size_t i = 0; i < len; i++)
            if (places[i] == place)
                list_add(&out, str_format(r->arena, "%zu", i));
    return buf_str(&out);
}

Str response_typed(Req *r, const PaperQuestion *p)
{
    Buf out = buf_new(r->arena, RESPONSE_BYTES_MAX);
    QuestionType type = question_type_find(p->question.type);
    int64_t x, y;
    if (type == QUESTION_ORDERING)
        return order_typed(r, p);
    if (type == QUESTION_HOTSPOT) {
        bool both = str_to_int(typed(r, p->position, "_", 0), &x) && str_to_int(typed(r, p->position, "_", 1), &y) && x >= 0 && y >= 0 && x < 10 && y < 10;
        return both ? str_format(r->arena, "%lld,%lld", (long long)x * 100000 + 50000, (long long)y * 100000 + 50000) : (Str){0};
    }
    if (type == QUESTION_MULTIPLE)
        for (size_t i = 0; i < p->shown.options_len; i++)
            if (typed(r, p->position, "_", i).len)
                list_add(&out, str_format(r->arena, "%zu", i));
    if (type == QUESTION_MATCHING)
        for (size_t i = 0; i < p->shown.left_len; i++) {
            Str right = typed(r, p->position, "_", i);
            if (right.len)
                list_add(&out, str_format(r->arena, "%zu:%.*s", i, STR_ARG(right)));
        }
    if (type == QUESTION_CLOZE)
        for (size_t i = 0; i < p->shown.gaps_len; i++)
            buf_addf(&out, "%s%.*s", i ? "\n" : "", STR_ARG(typed(r, p->position, "_", i)));
    return type == QUESTION_MULTIPLE || type == QUESTION_MATCHING || type == QUESTION_CLOZE ? str_trim(buf_str(&out)).len ? buf_str(&out) : (Str){0}
                                                                                            : typed(r, p->position, NULL, 0);
}
