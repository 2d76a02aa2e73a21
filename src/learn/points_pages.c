/* A person's own points, and what their phone keeps for reading without a network. */
#include "base/json.h"
#include "learn/handlers.h"
#include "learn/points.h"
#include "learn/templates.h"
#include "learn/view.h"

static Str rule_word(const Req *r, Str rule)
{
    static const struct {
        const char *rule, *word;
    } words[] = {{"read", N_("A piece read")}, {"lesson", N_("A lesson done")}, {"course", N_("A whole course")}, {"quiz", N_("A quiz passed")},
                 {"daily", N_("The quiz of the day")}, {"weekly", N_("The quiz of the week")}, {"task", N_("A task approved")}, {"comment", N_("A comment that was shown")}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(rule, str_of(words[i].rule)))
            return tr(r->lang, words[i].word);
    return rule;
}

Err *show_points(Req *r)
{
    PointsView view = {0};
    PointEntryList rows;
    PointRuleList rules;
    PointTotal total;
    TRY(points_used(&r->db, r->who, &view.used));
    TRY(point_total(&r->db, r->who, time_date(r->now, r->village.zone), &total));
    TRY(point_list(&r->db, r->who, &rows));
    TRY(point_rule_list(&r->db, &rules));
    view.total = total.total;
    view.today = total.today;
    view.lines.at = NEW_ARRAY(r->arena, PointLine, 31);
    for (size_t i = rows.len; i-- > 0 && view.lines.len < 30;)
        view.lines.at[view.lines.len++] = (PointLine){rule_word(r, rows.at[i].rule), rows.at[i].day, rows.at[i].delta};
    view.rules.at = NEW_ARRAY(r->arena, PointRuleView, rules.len + 1);
    for (size_t i = 0; i < rules.len; i++)
        if (rules.at[i].used && rules.at[i].points)
            view.rules.at[view.rules.len++] = (PointRuleView){rule_word(r, rules.at[i].name), rules.at[i].points, rules.at[i].daily_cap};
    Page *p = page_begin(r, &(PageHead){.title = tr(r->lang, N_("My points")), .place = "/learn", .back = STR("/learn")});
    learn_points(p, &view);
    return page_end(p);
}

typedef struct Choosing {
    Id person;
    bool used;
    Time now;
} Choosing;

static Err *choose_write(Tx *tx, void *arg)
{
    const Choosing *c = arg;
    return point_choice_put(tx, c->person, c->used, c->now);
}

Err *change_points(Req *r)
{
    LearnActForm form = {0};
    TRY(take(r, &points_form, &form));
    Choosing c = {r->who, form.used, r->now};
    TRY(db_write(r->store, r->arena, choose_write, &c));
    return reply_see(r, "/points");
}

/* Each line is what its hash is made over: `printf '%s' LINE | sha256sum` gives the hash, which begins the next line. */
Err *export_points(Req *r)
{
    PointEntryList rows;
    Buf out = buf_new(r->arena, 64u << 20);
    TRY(point_list(&r->db, r->who, &rows));
    for (size_t i = 0; i < rows.len; i++) {
        buf_add(&out, points_line(r->arena, i ? rows.at[i - 1].hash : STR(""), &rows.at[i]));
        buf_addf(&out, "\t%.*s\n", STR_ARG(rows.at[i].hash));
    }
    return reply_file(r, "text/plain; charset=utf-8", STR("points.txt"), buf_str(&out));
}

/* ---- what the phone keeps ---- */

typedef struct KeptJson {
    Str path, title;
    int64_t bytes;
    Time changed_at;
} KeptJson;
static const Field kept_fields[] = {
    FIELD(KeptJson, path, FIELD_STR),
    FIELD(KeptJson, title, FIELD_STR),
    FIELD(KeptJson, bytes, FIELD_INT),
    FIELD(KeptJson, changed_at, FIELD_TIME),
};
const Shape kept_json_shape = SHAPE(KeptJson, "Kept", kept_fields);

enum { KEPT_MAX = 400, KEPT_PIECES = 60, KEPT_QUIZZES = 10 };

typedef struct Keeping {
    Req *r;
    KeptJson *at;
    size_t len;
} Keeping;

static void keep(Keeping *k, Str path, Str title, int64_t bytes, Time at)
{
    for (size_t i = 0; i < k->len; i++)
        if (str_eq(k->at[i].path, path))
            return;
    if (k->len < KEPT_MAX)
        k->at[k->len++] = (KeptJson){path, title, bytes, at};
}

static Err *keep_quiz(Keeping *k, Id quiz)
{
    QuizCard card = {0};
    StrList paths = {NEW_ARRAY(k->r->arena, Str, 16), 0};
    bool found = false;
    if (quiz_seam()->card)
        TRY(quiz_seam()->card(&k->r->db, quiz, reader_lang(k->r), &card, &found));
    if (found && quiz_seam()->offline)
        TRY(quiz_seam()->offline(&k->r->db, quiz, &paths));
    for (size_t i = 0; i < paths.len; i++)
        keep(k, paths.at[i], card.title, card.bytes, k->r->now);
    return NULL;
}

static Err *keep_channel_quizzes(Keeping *k)
{
    SubscriptionList mine;
    Id quizzes[KEPT_QUIZZES];
    size_t len = 0;
    TRY(subscription_list(&k->r->db, k->r->who, &mine));
    for (size_t i = 0; i < mine.len && quiz_seam()->of_channel; i++) {
        TRY(quiz_seam()->of_channel(&k->r->db, mine.at[i].slug, quizzes, KEPT_QUIZZES, &len));
        for (size_t q = 0; q < len; q++)
            TRY(keep_quiz(k, quizzes[q]));
    }
    return NULL;
}

static Err *keep_course(Keeping *k, const MyCourse *mine)
{
    Course course;
    StepList steps;
    Req *r = k->r;
    TRY(course_must(&r->db, mine->slug, reader_lang(r), &course));
    keep(k, str_format(r->arena, "/courses/%.*s", STR_ARG(course.slug)), course.title, 8000, course.changed_at);
    TRY(step_list(&r->db, course.id, reader_lang(r), course.lang, r->who, &steps));
    for (size_t i = 0; i < steps.len; i++) {
        const Step *s = &steps.at[i];
        if (s->has_item)
            keep(k, item_path(r->arena, s->channel_slug, s->item), s->title, s->bytes, r->now);
        else if (s->has_quiz)
            TRY(keep_quiz(k, s->quiz));
        else if (str_eq(s->kind, STR("task")))
            keep(k, str_format(r->arena, "/courses/%.*s/%.*s", STR_ARG(course.slug), STR_ARG(id_text(r->arena, s->id))), s->title, 8000, r->now);
    }
    return NULL;
}

Err *list_kept(Req *r)
{
    Keeping k = {.r = r, .at = NEW_ARRAY(r->arena, KeptJson, KEPT_MAX)};
    MyCourseList courses;
    ItemPage page;
    ItemAsk asked = {.lang = reader_lang(r), .person = r->who, .limit = KEPT_PIECES, .now = r->now};
    keep(&k, STR("/learn"), tr(r->lang, N_("Learn")), 10000, r->now);
    keep(&k, STR("/learn?mine=1"), tr(r->lang, N_("My channels")), 10000, r->now);
    keep(&k, STR("/courses"), tr(r->lang, N_("Courses")), 10000, r->now);
    keep(&k, STR("/kept"), tr(r->lang, N_("On this phone")), 8000, r->now);
    TRY(enrolment_list(&r->db, r->who, reader_lang(r), &courses));
    for (size_t i = 0; i < courses.len; i++)
        TRY(keep_course(&k, &courses.at[i]));
    TRY(keep_channel_quizzes(&k));
    TRY(item_page_read(&r->db, &asked, &page));
    for (size_t i = 0; i < page.cards.len; i++)
        keep(&k, item_path(r->arena, page.cards.at[i].slug, page.cards.at[i].id), page.cards.at[i].title, page.cards.at[i].bytes, page.cards.at[i].shown_at);
    return reply_json_list(r, &kept_json_shape, k.at, k.len, STR(""));
}

Err *show_kept(Req *r)
{
    SyncView view = {r->who};
    Page *p = learn_page(r, tr(r->lang, N_("On this phone")), "/learn");
    learn_kept(p, &view);
    return page_end(p);
}
