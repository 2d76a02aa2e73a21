/* Making courses in the browser: lessons, steps, publishing. */
#include "learn/handlers.h"
#include "learn/templates.h"
#include "learn/view.h"

static bool makes_courses(const Req *r, Id org, Id person)
{
    return edits_channel(r, org, person) || coaches(r, org);
}

static Err *channels_view(Req *r, LearnLinkList *out)
{
    ChannelList rows;
    TRY(channel_list_all(&r->db, reader_lang(r), r->now, &rows));
    *out = (LearnLinkList){NEW_ARRAY(r->arena, LearnLink, rows.len + 1), 0};
    for (size_t i = 0; i < rows.len; i++)
        if (makes_courses(r, rows.at[i].org, rows.at[i].has_person ? rows.at[i].person : 0))
            out->at[out->len++] = (LearnLink){.href = id_text(r->arena, rows.at[i].id), .label = rows.at[i].title};
    return NULL;
}

Err *show_new_course(Req *r)
{
    CourseForm form = {.certificate = true};
    CourseEditView view = {.fresh = true, .form = r->form_shape == &course_form ? r->form_values : &form};
    TRY(channels_view(r, &view.channels));
    Page *p = page_begin(r, &(PageHead){.title = tr(r->lang, N_("New course")), .place = "/editor", .back = STR("/editor")});
    learn_course_edit(p, &view);
    return page_end(p);
}

typedef struct Making {
    NewCourse course;
    NewLesson lesson;
    NewStep step;
    LearnText texts[2];
    Id id, who, made, lesson_id;
    int64_t position;
    const char *verb;
    Str reason;
    Time now;
} Making;

static void texts_of(Req *r, Making *m, Str title, Str summary, Str body, Str title_other, Str summary_other, Str body_other, LearnTextList *out)
{
    m->texts[0] = (LearnText){reader_lang(r), title, summary, body};
    m->texts[1] = (LearnText){other_tongue(r), title_other, summary_other, body_other};
    *out = (LearnTextList){m->texts, title_other.len ? 2 : 1};
}

static Err *course_write(Tx *tx, void *arg)
{
    Making *m = arg;
    return course_add(tx, m->now, m->who, &m->course, &m->made);
}

static Err *make_try(Req *r)
{
    CourseForm form = {0};
    Channel channel;
    Making m = {.who = r->who, .now = r->now};
    Course made;
    bool found;
    TRY(take(r, &course_form, &form));
    TRY(channel_by_id(&r->db, form.channel, reader_lang(r), r->now, &channel, &found));
    if (!found)
        return err_field(r->arena, "channel.missing", "channel");
    if (!makes_courses(r, channel.org, channel.has_person ? channel.person : 0))
        return denied(r);
    m.course = (NewCourse){.channel = channel.id, .licence = form.licence, .certificate = form.certificate};
    texts_of(r, &m, form.title, form.about, STR(""), form.title_other, form.about_other, STR(""), &m.course.texts);
    TRY(db_write(r->store, r->arena, course_write, &m));
    TRY(course_by_id(&r->db, m.made, reader_lang(r), &made, &found));
    return reply_see(r, "/editor/courses/%.*s", STR_ARG(made.slug));
}

Err *make_course(Req *r)
{
    Err *err = make_try(r);
    return err ? reply_form_again(r, err, show_new_course) : NULL;
}

static Err *course_mine(Req *r, Course *out)
{
    TRY(course_must(&r->db, take_param(r, 0), reader_lang(r), out));
    return makes_courses(r, out->org, out->has_person ? out->person : 0) ? NULL : denied(r);
}

static Err *pieces_view(Req *r, Id channel, LearnLinkList *out)
{
    ItemPage page;
    ItemAsk asked = {.lang = reader_lang(r), .channel = channel, .limit = 200, .now = r->now};
    TRY(item_page_read(&r->db, &asked, &page));
    *out = (LearnLinkList){NEW_ARRAY(r->arena, LearnLink, page.cards.len + 1), page.cards.len};
    for (size_t i = 0; i < page.cards.len; i++)
        out->at[i] = (LearnLink){.href = id_text(r->arena, page.cards.at[i].id), .label = page.cards.at[i].title};
    return NULL;
}

/* The published quizzes of the course's channel, by their names. */
static Err *quizzes_view(Req *r, Str channel, LearnLinkList *out)
{
    enum { QUIZZES_MAX = 100 };
    Id ids[QUIZZES_MAX];
    size_t len = 0;
    QuizCard card;
    bool found;
    *out = (LearnLinkList){NEW_ARRAY(r->arena, LearnLink, QUIZZES_MAX), 0};
    if (!quiz_seam()->of_channel || !quiz_seam()->card)
        return NULL;
    TRY(quiz_seam()->of_channel(&r->db, channel, ids, QUIZZES_MAX, &len));
    for (size_t i = 0; i < len; i++) {
        TRY(quiz_seam()->card(&r->db, ids[i], reader_lang(r), &card, &found));
        if (found)
            out->at[out->len++] = (LearnLink){.href = id_text(r->arena, ids[i]), .label = card.title};
    }
    return NULL;
}

static bool listed(const CourseNeedList *rows, Id course)
{
    for (size_t i = 0; i < rows->len; i++)
        if (rows->at[i].id == course)
            return true;
    return false;
}

static Err *needs_view(Req *r, const Course *course, CourseEditView *view)
{
    CourseNeedList rows;
    CourseCardList all;
    TRY(course_needs_list(&r->db, course->id, reader_lang(r), r->who, &rows));
    TRY(course_list_all(&r->db, reader_lang(r), 200, &all));
    view->needs.at = NEW_ARRAY(r->arena, LearnLink, rows.len + 1);
    view->others.at = NEW_ARRAY(r->arena, LearnLink, all.len + 1);
    for (size_t i = 0; i < rows.len; i++)
        view->needs.at[view->needs.len++] = (LearnLink){.href = id_text(r->arena, rows.at[i].id), .label = rows.at[i].title};
    for (size_t i = 0; i < all.len; i++)
        if (all.at[i].id != course->id && !listed(&rows, all.at[i].id))
            view->others.at[view->others.len++] = (LearnLink){.href = id_text(r->arena, all.at[i].id), .label = all.at[i].title};
    if (r->form_error && r->form_shape == &course_need_form)
        view->need_error = err_say(r->arena, r->lang, r->form_error);
    return NULL;
}

Err *show_edit_course(Req *r)
{
    Course course;
    LessonForm form = {.after_before = true};
    TRY(course_mine(r, &course));
    CourseEditView view = {.slug = course.slug, .title = course.title, .state = state_word(r, course.state), .badge = state_badge(course.state),
                           .published = str_eq(course.state, STR("published")),
                           .lesson = r->form_shape == &lesson_form ? r->form_values : &form};
    TRY(lessons_view(r, &course, &view.lessons));
    TRY(pieces_view(r, course.channel, &view.pieces));
    TRY(quizzes_view(r, course.channel_slug, &view.quizzes));
    TRY(needs_view(r, &course, &view));
    Page *p = page_begin(r, &(PageHead){.title = course.title, .place = "/editor", .back = STR("/editor")});
    learn_course_edit(p, &view);
    return page_end(p);
}

static Err *back_to_course(Req *r, const Course *course, Err *err)
{
    return err ? reply_form_again(r, err, show_edit_course) : reply_see(r, "/editor/courses/%.*s", STR_ARG(course->slug));
}

static Err *lesson_write(Tx *tx, void *arg)
{
    Making *m = arg;
    return lesson_add(tx, m->id, m->position, &m->lesson, &m->made);
}

Err *add_lesson(Req *r)
{
    Course course;
    LessonForm form = {0};
    LessonViewList lessons;
    TRY(course_mine(r, &course));
    TRY(lessons_view(r, &course, &lessons));
    Making m = {.id = course.id, .position = (int64_t)lessons.len + 1, .now = r->now};
    Err *err = take(r, &lesson_form, &form);
    m.lesson.after_before = form.after_before;
    texts_of(r, &m, form.title, STR(""), STR(""), form.title_other, STR(""), STR(""), &m.lesson.texts);
    return back_to_course(r, &course, err ? err : db_write(r->store, r->arena, lesson_write, &m));
}

static Err *step_write(Tx *tx, void *arg)
{
    Making *m = arg;
    return step_add(tx, m->lesson_id, m->position, &m->step, &m->made);
}

static Err *step_try(Req *r, const Course *course)
{
    LessonForm form = {0};
    LessonViewList lessons;
    Making m = {.now = r->now};
    TRY(take(r, &step_form, &form));
    TRY(lessons_view(r, course, &lessons));
    for (size_t i = 0; i < lessons.len; i++)
        if (lessons.at[i].id == form.lesson)
            m.lesson_id = form.lesson, m.position = (int64_t)lessons.at[i].steps.len + 1;
    if (!m.lesson_id)
        return err_new(r->arena, ERR_MISSING, "step.missing");
    m.step = (NewStep){.kind = str_z(r->arena, form.kind)};
    if (str_eq(form.kind, STR("task")))
        texts_of(r, &m, form.title, STR(""), form.body, form.title_other, STR(""), form.body_other, &m.step.texts);
    else if (str_eq(form.kind, STR("quiz")))
        m.step.quiz = form.quiz;
    else
        m.step.item = form.item;
    return db_write(r->store, r->arena, step_write, &m);
}

Err *add_step(Req *r)
{
    Course course;
    TRY(course_mine(r, &course));
    return back_to_course(r, &course, step_try(r, &course));
}

static Err *remove_write(Tx *tx, void *arg)
{
    const Making *m = arg;
    int64_t count;
    return step_gone_put(tx, m->id, true, &count);
}

Err *remove_step(Req *r)
{
    Course course;
    StepWhere where;
    Making m = {0};
    bool found;
    TRY(course_mine(r, &course));
    TRY(take_id(r, 1, &m.id));
    TRY(step_where(&r->db, m.id, &where, &found));
    if (!found || where.course != course.id)
        return err_new(r->arena, ERR_MISSING, "step.missing");
    return back_to_course(r, &course, db_write(r->store, r->arena, remove_write, &m));
}

static Err *act_write(Tx *tx, void *arg)
{
    const Making *m = arg;
    return course_act(tx, m->now, m->who, m->id, m->verb, m->reason);
}

Err *act_on_course(Req *r)
{
    Course course;
    LearnActForm form = {0};
    TRY(course_mine(r, &course));
    TRY(take(r, &course_act_form, &form));
    Making m = {.id = course.id, .who = r->who, .verb = str_z(r->arena, form.verb), .reason = form.reason, .now = r->now};
    return back_to_course(r, &course, db_write(r->store, r->arena, act_write, &m));
}

typedef struct Needing {
    Id course, needs, who;
    Time now;
    bool wanted;
} Needing;

static Err *need_write(Tx *tx, void *arg)
{
    const Needing *n = arg;
    LearnId back;
    int64_t count;
    bool circle;
    TRY(course_need_back(&tx->db, n->course, n->needs, &back, &circle));
    if (n->wanted && circle)
        return err_field(tx->db.arena, "course.circle", "course");
    TRY(n->wanted ? course_need_add(tx, n->course, n->needs, &count) : course_need_drop(tx, n->course, n->needs, &count));
    return count ? audit(tx, n->now, n->who, "learn.course_need", n->course, STR("")) : NULL;
}

Err *change_need(Req *r)
{
    Course course, other;
    LearnActForm form = {0};
    bool found;
    TRY(course_mine(r, &course));
    Err *err = take(r, &course_need_form, &form);
    if (err)
        return back_to_course(r, &course, err);
    TRY(course_by_id(&r->db, form.course, reader_lang(r), &other, &found));
    if (!found)
        return err_new(r->arena, ERR_MISSING, "course.missing");
    Needing needing = {.course = course.id, .needs = other.id, .who = r->who, .now = r->now, .wanted = form.done};
    return back_to_course(r, &course, db_write(r->store, r->arena, need_write, &needing));
}
