/* What an answer is worth. */
#include "question/question.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

static Err *bad(Arena *arena)
{
    return err_field(arena, "response.bad", "response");
}

static int64_t within(int64_t share)
{
    return share < 0 ? 0 : share > SHARE_FULL - SHARE_FULL / 100 ? SHARE_FULL : share;
}

/* The next number before `end` of a list; false at what is none or not below limit. */
static bool list_next(Str *rest, char end, int64_t limit, int64_t *out)
{
    Str item, after;
    str_cut(*rest, end, &item, &after);
    *rest = after;
    return str_to_int(str_trim(item), out) && *out >= 0 && *out < limit;
}

static Err *judge_choice(Arena *arena, const Question *q, const Shown *shown, Str response, Judgement *out)
{
    bool several = str_eq(q->type, STR("multiple")), chosen[QUESTION_OPTIONS_MAX] = {0};
    int64_t sum = 0, at;
    Buf feedback = buf_new(arena, QUESTION_TEXT_MAX);
    for (size_t n = 0; response.len; n++) {
        if (!list_next(&response, ',', (int64_t)shown->options_len, &at) || chosen[at] || (n && !several))
            return bad(arena);
        chosen[at] = true;
        const Option *option = &q->options.at[shown->options[at]];
        sum += option->share;
        if (option->feedback.len) {
            if (feedback.len)
                buf_add_char(&feedback, '\n');
            buf_add(&feedback, option->feedback);
        }
    }
    out->share = within(sum);
    out->feedback = buf_str(&feedback);
    return NULL;
}

/* ---- texts ---- */

/* Spaces collapsed; unless case counts, also folded (full-width forms, case, diacritics). */
static Str normal(Arena *arena, Str text, bool case_sensitive)
{
    Str clean = utf8_clean(arena, text);
    if (!case_sensitive)
        clean = text_fold(arena, clean);
    Buf out = buf_new(arena, RESPONSE_BYTES_MAX * 4);
    bool space = false;
    for (size_t i = 0; i < clean.len; i++) {
        bool is_space = clean.at[i] == ' ' || clean.at[i] == '\t' || clean.at[i] == '\n' || clean.at[i] == '\r';
        if (!is_space) {
            if (space && out.len)
                buf_add_char(&out, ' ');
            buf_add_char(&out, clean.at[i]);
        }
        space = is_space;
    }
    return buf_str(&out);
}

/* pattern may hold * for anything; a star before an asterisk, "\*", is that asterisk. Linear: backs up to the last star only. */
static bool matches(Str pattern, Str text)
{
    size_t p = 0, t = 0, star = SIZE_MAX, resume = 0;
    while (t < text.len) {
        bool escaped = p + 1 < pattern.len && pattern.at[p] == '\\' && pattern.at[p + 1] == '*';
        if (p < pattern.len && pattern.at[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.len && pattern.at[escaped ? p + 1 : p] == text.at[t]) {
            p += escaped ? 2 : 1;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.at[p] == '*')
        p++;
    return p == pattern.len;
}

static void judge_text(Arena *arena, const OptionList *options, bool case_sensitive, Str response, Judgement *out)
{
    Str given = normal(arena, response, case_sensitive);
    const Option *best = NULL;
    for (size_t i = 0; given.len && i < options->len; i++) {
        const Option *option = &options->at[i];
        if ((!best || option->share > best->share) && matches(normal(arena, option->text, case_sensitive), given))
            best = option;
    }
    out->share = best ? within(best->share) : 0;
    out->feedback = best ? best->feedback : (Str){0};
}

/* ---- numbers ---- */

bool number_read(Arena *arena, Str text, double *out)
{
    Str folded = text_fold(arena, utf8_clean(arena, text)); /* full-width digits become plain */
    char kept[64];
    size_t len = 0, commas = 0, points = 0;
    for (size_t i = 0; i < folded.len; i++) {
        char c = folded.at[i];
        if (c == ' ')
            continue;
        if (len >= sizeof kept - 1)
            return false;
        if (i + 2 < folded.len && memcmp(folded.at + i, "\xE2\x88\x92", 3) == 0) { /* the sign U+2212 */
            kept[len++] = '-';
            i += 2;
            continue;
        }
        commas += c == ',';
        points += c == '.';
        kept[len++] = c;
    }
    size_t end = 0;
    for (size_t i = 0; i < len; i++) {
        if (kept[i] == ',' && (points || commas > 1))
            continue; /* thousands: 1,250.5 */
        kept[end++] = kept[i] == ',' ? '.' : kept[i];
    }
    if (end && kept[0] == '+')
        return str_to_real((Str){kept + 1, end - 1}, out);
    return str_to_real((Str){kept, end}, out);
}

Str number_text(Arena *arena, double value)
{
    Str text = {0};
    double back, size = fabs(value);
    bool usual = size < 1e15 && (size >= 1e-4 || size < 1e-300); /* people write 60, not 6e+01 */
    for (int digits = 1; digits <= 17; digits++) {
        text = str_format(arena, "%.*g", digits, value);
        if ((!usual || str_find(text, STR("e")) == SIZE_MAX) && str_to_real(text, &back) && memcmp(&back, &value, sizeof back) == 0)
            break;
    }
    return text;
}

static void judge_number(Arena *arena, const OptionList *options, Str response, Judgement *out)
{
    const Option *best = NULL;
    double given;
    bool is_number = number_read(arena, response, &given);
    for (size_t i = 0; is_number && i < options->len; i++) {
        const Option *o = &options->at[i];
        double slack = 1e-9 * (fabs(o->value) + o->tolerance);
        if (fabs(given - o->value) <= o->tolerance + slack && (!best || o->share > best->share))
            best = o;
    }
    out->share = best ? within(best->share) : 0;
    out->feedback = best ? best->feedback : (Str){0};
}

/* ---- pairs and orders ---- */

/* Two right sides that read the same are the same answer. */
static Err *judge_pairs(Arena *arena, const Question *q, const Shown *shown, Str response, Judgement *out)
{
    bool given[QUESTION_OPTIONS_MAX] = {0};
    int64_t right = 0;
    while (response.len) {
        Str pair, rest, left_text, right_text;
        int64_t left, at;
        str_cut(response, ',', &pair, &rest);
        response = rest;
        if (!str_cut(pair, ':', &left_text, &right_text) || !str_to_int(str_trim(left_text), &left) ||
            !str_to_int(str_trim(right_text), &at) || left < 0 || left >= (int64_t)shown->left_len || at < 0 ||
            at >= (int64_t)shown->options_len || given[left])
            return bad(arena);
        given[left] = true;
        right += str_eq(q->options.at[shown->left[left]].match, q->options.at[shown->options[at]].match);
    }
    out->share = shown->left_len ? SHARE_FULL * right / (int64_t)shown->left_len : 0;
    return NULL;
}

/* The share of items that stand in their right place; a list with items missing is not an answer yet. */
static Err *judge_order(Arena *arena, const Question *q, const Shown *shown, Str response, Judgement *out)
{
    bool given[QUESTION_OPTIONS_MAX] = {0};
    int64_t right = 0, at;
    size_t place = 0;
    if (!response.len)
        return NULL;
    for (; response.len; place++) {
        if (!list_next(&response, ',', (int64_t)shown->options_len, &at) || given[at])
            return bad(arena);
        given[at] = true;
        right += shown->options[at] == (int64_t)place;
    }
    if (place != q->options.len)
        return bad(arena);
    out->share = SHARE_FULL * right / (int64_t)place;
    return NULL;
}

static Err *judge_gap(Arena *arena, const Gap *gap, const int64_t *shown, size_t shown_len, Str response, Judgement *out)
{
    int64_t at;
    *out = (Judgement){0};
    if (!str_trim(response).len)
        return NULL;
    if (str_eq(gap->kind, STR("short")))
        judge_text(arena, &gap->options, gap->case_sensitive, response, out);
    else if (str_eq(gap->kind, STR("numeric")))
        judge_number(arena, &gap->options, response, out);
    else if (!str_to_int(str_trim(response), &at) || at < 0 || at >= (int64_t)shown_len)
        return bad(arena);
    else
        *out = (Judgement){.share = within(gap->options.at[shown[at]].share), .feedback = gap->options.at[shown[at]].feedback};
    return NULL;
}

static Err *judge_cloze(Arena *arena, const Question *q, const Shown *shown, Str response, Judgement *out)
{
    int64_t weights = 0, sum = 0;
    for (size_t i = 0; i < shown->gaps_len; i++) {
        Str line, rest;
        Judgement one;
        str_cut(response, '\n', &line, &rest);
        response = rest;
        TRY(judge_gap(arena, &q->gaps.at[i], shown->gaps[i].options, shown->gaps[i].len, line, &one));
        weights += q->gaps.at[i].weight;
        sum += q->gaps.at[i].weight * one.share;
        if (one.feedback.len && !out->feedback.len)
            out->feedback = one.feedback;
    }
    if (str_trim(response).len)
        return bad(arena);
    out->share = weights ? within(sum / weights) : 0;
    return NULL;
}

/* ---- places ---- */

static bool inside(const Option *o, int64_t x, int64_t y)
{
    if (x < o->x || y < o->y || x > o->x + o->width || y > o->y + o->height)
        return false;
    if (!o->round)
        return true;
    double dx = ((double)(x - o->x) - (double)o->width / 2) / ((double)o->width / 2);
    double dy = ((double)(y - o->y) - (double)o->height / 2) / ((double)o->height / 2);
    return dx * dx + dy * dy <= 1;
}

/* As many places may be shown as there are right regions: covering the picture with marks is no answer. */
static Err *judge_places(Arena *arena, const Question *q, Str response, Judgement *out)
{
    bool hit[QUESTION_OPTIONS_MAX] = {0};
    size_t right = 0, given = 0;
    int64_t sum = 0;
    for (size_t i = 0; i < q->options.len; i++)
        right += q->options.at[i].share > 0;
    while (response.len) {
        Str place, rest, x_text, y_text;
        int64_t x, y;
        str_cut(response, ';', &place, &rest);
        response = rest;
        if (!str_cut(place, ',', &x_text, &y_text) || !str_to_int(str_trim(x_text), &x) || !str_to_int(str_trim(y_text), &y) ||
            x < 0 || y < 0 || x > 1000000 || y > 1000000 || ++given > right)
            return bad(arena);
        for (size_t i = 0; i < q->options.len && i < QUESTION_OPTIONS_MAX; i++)
            if (!hit[i] && inside(&q->options.at[i], x, y)) {
                hit[i] = true;
                sum += q->options.at[i].share;
                out->feedback = q->options.at[i].feedback.len ? q->options.at[i].feedback : out->feedback;
                break;
            }
    }
    out->share = within(sum);
    return NULL;
}

Err *question_judge(Arena *arena, const Question *q, const Shown *shown, Str response, Judgement *out)
{
    *out = (Judgement){0};
    if (response.len > RESPONSE_BYTES_MAX || !utf8_valid(response))
        return bad(arena);
    switch (question_type_find(q->type)) {
    case QUESTION_SINGLE:
    case QUESTION_MULTIPLE:
    case QUESTION_TRUE_FALSE:
        return judge_choice(arena, q, shown, str_trim(response), out);
    case QUESTION_SHORT:
        judge_text(arena, &q->options, q->case_sensitive, response, out);
        return NULL;
    case QUESTION_NUMERIC:
        judge_number(arena, &q->options, response, out);
        return NULL;
    case QUESTION_MATCHING:
        return judge_pairs(arena, q, shown, str_trim(response), out);
    case QUESTION_ORDERING:
        return judge_order(arena, q, shown, str_trim(response), out);
    case QUESTION_CLOZE:
        return judge_cloze(arena, q, shown, response, out);
    case QUESTION_HOTSPOT:
        return judge_places(arena, q, str_trim(response), out);
    case QUESTION_OPEN:
        out->waits = str_trim(response).len > 0;
        return NULL;
    }
    return bad(arena);
}
