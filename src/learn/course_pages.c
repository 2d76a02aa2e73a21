/* Courses as learners see them: lessons, ticking, tasks, certificates. */
#include "learn/handlers.h"
#include "learn/templates.h"
#include "learn/view.h"
#include "web/markdown.h"

Err *show_courses(Req *r)
{
    CoursesView view = {.sync = {r->who}};
    CourseCardList rows;
    TRY(course_list(&r->db, reader_lang(r), is_member(r), 200, &rows));
    course_cards_view(r, &rows, 200, false, &view.courses);
    if (r->who)
        TRY(my_courses_view(r, &view.mine));
    Page *p = learn_page(r, tr(r->lang, N_("Courses")), "/learn");
    learn_courses(p, &view);
    return page_end(p);
}

/* The course of the path, when this person may see it. */
static Err *course_here(Req *r, Course *out, bool *edits)
{
    TRY(course_must(&r->db, take_param(r, 0), reader_lang(r), out));
    Id owner = out->has_person ? out->person : 0;
    *edits = edits_channel(r, out->org, owner);
    bool seen = !str_eq(out->state, STR("draft")) && reads_channel(r, out->visibility, out->org, owner);
    return seen || *edits ? NULL : err_new(r->arena, ERR_MISSING, "course.missing");
}

static const char *step_icon(Str kind)
{
    return str_eq(kind, STR("quiz")) ? "help" : str_eq(kind, STR("task")) ? "camera" : str_eq(kind, STR("media")) ? "video" : "book";
}

static Err *step_view(Req *r, const Course *course, const Step *step, bool open, StepView *out)
{
    *out = (StepView){.id = step->id, .title = step->title, .kind = step_icon(step->kind), .done = step->done, .open = open};
    out->tick = r->who && open && (str_eq(step->kind, STR("article")) || str_eq(step->kind, STR("media")));
    if (step->has_item) {
        out->path = item_path(r->arena, step->channel_slug, step->item);
        out->note = say_bytes(r, step->bytes);
    } else if (step->has_quiz) {
        QuizCard card = {0};
        bool found = false;
        if (quiz_seam()->card)
            TRY(quiz_seam()->card(&r->db, step->quiz, reader_lang(r), &card, &found));
        out->open = open && found;
        out->path = card.path;
        out->title = out->title.len ? out->title : found ? card.title : tr(r->lang, N_("A quiz"));
        out->note = found ? card.about : tr(r->lang, N_("Not available here."));
    } else if (str_eq(step->kind, STR("task"))) {
        out->path = str_format(r->arena, "/courses/%.*s/%.*s", STR_ARG(course->slug), STR_ARG(id_text(r->arena, step->id)));
        out->note = tr(r->lang, N_("A task; a coach looks at it."));
    } else {
        out->open = false;
        out->note = tr(r->lang, N_("Not available here."));
    }
    return NULL;
}

Err *lessons_view(Req *r, const Course *course, LessonViewList *out)
{
    LessonList lessons;
    StepList steps;
    TRY(lesson_list(&r->db, course->id, reader_lang(r), course->lang, &lessons));
    TRY(step_list(&r->db, course->id, reader_lang(r), course->lang, r->who, &steps));
    *out = (LessonViewList){NEW_ARRAY(r->arena, LessonView, lessons.len + 1), lessons.len};
    bool before_done = true;
    for (size_t i = 0; i < lessons.len; i++) {
        LessonView *lesson = &out->at[i];
        /* without an account there is no progress, so nothing is locked either */
        bool open = !r->who || !lessons.at[i].after_before || before_done;
        *lesson = (LessonView){.id = lessons.at[i].id, .number = (int64_t)i + 1, .title = lessons.at[i].title, .open = open,
                               .steps = {NEW_ARRAY(r->arena, StepView, steps.len + 1), 0}};
        before_done = true;
        for (size_t k = 0; k < steps.len; k++)
            if (steps.at[k].lesson == lessons.at[i].id) {
                TRY(step_view(r, course, &steps.at[k], open, &lesson->steps.at[lesson->steps.len++]));
                before_done &= steps.at[k].done;
            }
    }
    return NULL;
}

static Err *needs_view(Req *r, Id course, LearnLinkList *out)
{
    CourseNeedList rows;
    TRY(course_needs_list(&r->db, course, reader_lang(r), r->who, &rows));
    *out = (LearnLinkList){NEW_ARRAY(r->arena, LearnLink, rows.len + 1), rows.len};
    for (size_t i = 0; i < rows.len; i++)
        out->at[i] = (LearnLink){.href = str_format(r->arena, "/courses/%.*s", STR_ARG(rows.at[i].slug)), .label = rows.at[i].title, .here = rows.at[i].done};
    return NULL;
}

static Err *progress_view(Req *r, const Course *course, CourseView *view)
{
    Enrolment mine;
    Cohort group;
    CourseLeft left;
    Paper paper;
    bool found;
    if (!r->who)
        return NULL;
    TRY(course_left(&r->db, course->id, r->who, &left));
    view->steps = left.steps;
    view->done = left.steps - left.left;
    view->finished = left.steps && !left.left;
    TRY(paper_of(&r->db, course->id, r->who, &paper, &view->certificate));
    TRY(enrolment_of(&r->db, r->who, course->id, &mine, &view->enrolled));
    if (!view->enrolled || !mine.has_cohort)
        return NULL;
    TRY(cohort_by_id(&r->db, mine.cohort, &group, &found));
    view->cohort = found ? group.name : STR("");
    return NULL;
}

Err *show_course(Req *r)
{
    Course course;
    CourseView view;
    bool edits;
    TRY(course_here(r, &course, &edits));
    view = (CourseView){.id = course.id, .slug = course.slug, .title = course.title, .about = course.about, .licence = course.licence,
                        .reason = course.reason, .picture = picture_of(r->arena, course.picture, course.picture_alt, SIZES_PAGE),
                        .signed_in = r->who != 0, .withdrawn = str_eq(course.state, STR("withdrawn")), .edits = edits, .sync = {r->who}};
    TRY(needs_view(r, course.id, &view.needs));
    TRY(lessons_view(r, &course, &view.lessons));
    TRY(progress_view(r, &course, &view));
    Page *p = learn_page(r, course.title, "/courses");
    learn_course(p, &view);
    return page_end(p);
}

/* ---- ticking ---- */

typedef struct Ticking {
    Id person, step, course;
    Time now;
    bool done;
    Str code;
    Id cohort;
} Ticking;

static Err *tick_write(Tx *tx, void *arg)
{
    const Ticking *t = arg;
    return t->done ? step_finish(tx, t->now, t->person, t->step, "tick") : step_untick(tx, t->person, t->step);
}

static Err *tick_send(Req *r, Id step)
{
    LearnActForm form = {0};
    StepWhere where;
    Course course;
    bool found;
    TRY(take(r, &tick_form, &form));
    TRY(step_where(&r->db, step, &where, &found));
    if (found)
        TRY(course_by_id(&r->db, where.course, reader_lang(r), &course, &found));
    if (!found || !reads_channel(r, course.visibility, course.org, 0))
        return err_new(r->arena, ERR_MISSING, "step.missing");
    Ticking t = {.person = r->who, .step = step, .now = r->now, .done = form.done};
    return db_write(r->store, r->arena, tick_write, &t);
}

Err *tick_step(Req *r)
{
    Id step;
    TRY(take_id(r, 1, &step));
    TRY(tick_send(r, step));
    return reply_see(r, "/courses/%.*s", STR_ARG(take_param(r, 0)));
}

Err *tick_step_json(Req *r)
{
    Id step;
    TRY(take_id(r, 0, &step));
    TRY(tick_send(r, step));
    return reply_empty(r, 204);
}

static Err *join_write(Tx *tx, void *arg)
{
    const Ticking *t = arg;
    return enrol(tx, t->person, t->course, &t->cohort, t->now);
}

Err *join_group(Req *r)
{
    Course course;
    Cohort group;
    LearnActForm form = {0};
    bool edits, found;
    TRY(course_here(r, &course, &edits));
    TRY(take(r, &tick_form, &form));
    TRY(cohort_by_code(&r->db, form.code, &group, &found));
    if (!found || group.course != course.id || !group.open)
        return err_field(r->arena, "cohort.code", "code");
    Ticking t = {.person = r->who, .course = course.id, .cohort = group.id, .now = r->now};
    TRY(db_write(r->store, r->arena, join_write, &t));
    reply_notice(r, N_("You learn with this group now."));
    return reply_see(r, "/courses/%.*s", STR_ARG(course.slug));
}

/* ---- tasks ---- */

static Str task_word(const Req *r, Str state, Str *badge)
{
    bool waits = str_eq(state, STR("waiting")), good = str_eq(state, STR("approved"));
    *badge = waits ? STR("wait") : good ? STR("ok") : STR("bad");
    return waits ? tr(r->lang, N_("A coach will look at it")) : good ? tr(r->lang, N_("Approved")) : tr(r->lang, N_("Please once more"));
}

static Err *sent_view(Req *r, Id step, MyTaskViewList *out)
{
    MyTaskList rows = {0};
    if (r->who)
        TRY(task_mine(&r->db, step, r->who, &rows));
    *out = (MyTaskViewList){NEW_ARRAY(r->arena, MyTaskView, rows.len + 1), rows.len};
    for (size_t i = 0; i < rows.len; i++) {
        const MyTask *t = &rows.at[i];
        out->at[i] = (MyTaskView){.words = t->words, .remark = t->remark, .photo = picture_of(r->arena, t->photo, tr(r->lang, N_("Your photo")), SIZES_CARD), .at = t->sent_at};
        out->at[i].state = task_word(r, t->state, &out->at[i].badge);
    }
    return NULL;
}

static Err *task_here(Req *r, Course *course, Step *step)
{
    StepList steps;
    Id id;
    bool edits;
    TRY(course_here(r, course, &edits));
    TRY(take_id(r, 1, &id));
    TRY(step_list(&r->db, course->id, reader_lang(r), course->lang, r->who, &steps));
    for (size_t i = 0; i < steps.len; i++)
        if (steps.at[i].id == id && str_eq(steps.at[i].kind, STR("task"))) {
            *step = steps.at[i];
            return NULL;
        }
    return err_new(r->arena, ERR_MISSING, "step.missing");
}

Err *show_task(Req *r)
{
    Course course;
    Step step;
    TaskView view = {.signed_in = r->who != 0, .sync = {r->who}};
    TRY(task_here(r, &course, &step));
    TRY(lesson_open_for(&r->db, step.lesson, r->who, &view.open));
    TRY(sent_view(r, step.id, &view.sent));
    view.id = step.id;
    view.slug = course.slug;
    view.course = course.title;
    view.title = step.title;
    view.body = markdown(r->arena, step.body);
    view.done = step.done;
    view.error = r->form_error ? err_say(r->arena, r->lang, r->form_error) : STR("");
    Page *p = learn_page(r, step.title, str_z(r->arena, str_format(r->arena, "/courses/%.*s", STR_ARG(course.slug))));
    learn_task(p, &view);
    return page_end(p);
}

typedef struct Handing {
    NewTask task;
    Time now;
    Id made;
} Handing;

static Err *hand_in_write(Tx *tx, void *arg)
{
    Handing *h = arg;
    return task_send(tx, h->now, &h->task, &h->made);
}

static Err *hand_in(Req *r, Id step)
{
    TaskForm form = {0};
    TRY(take(r, &task_form, &form));
    Handing h = {.task = {.id = id_mint(), .step = step, .person = r->who, .words = form.words, .device = form.device, .seq = form.seq}, .now = r->now};
    const Upload *upload = take_upload(r, "photo");
    if (upload && upload->bytes)
        TRY(media_take(r, upload, &h.task.photo));
    return db_write(r->store, r->arena, hand_in_write, &h);
}

static Err *send_try(Req *r)
{
    Course course;
    Step step;
    TRY(task_here(r, &course, &step));
    TRY(hand_in(r, step.id));
    reply_notice(r, N_("Handed in. A coach will look at it."));
    return reply_see(r, "/courses/%.*s/%.*s", STR_ARG(course.slug), STR_ARG(id_text(r->arena, step.id)));
}

Err *send_task(Req *r)
{
    Err *err = send_try(r);
    return err ? reply_form_again(r, err, show_task) : NULL;
}

Err *send_task_json(Req *r)
{
    Id step;
    StepWhere where;
    Course course;
    bool found;
    TRY(take_id(r, 0, &step));
    TRY(step_where(&r->db, step, &where, &found));
    if (found)
        TRY(course_by_id(&r->db, where.course, reader_lang(r), &course, &found));
    if (!found || !reads_channel(r, course.visibility, course.org, 0))
        return err_new(r->arena, ERR_MISSING, "step.missing");
    TRY(hand_in(r, step));
    return reply_empty(r, 204);
}

/* ---- certificates ---- */

Err *show_certificate(Req *r)
{
    Course course;
    Paper paper;
    bool edits, found;
    TRY(course_here(r, &course, &edits));
    TRY(paper_of(&r->db, course.id, r->who, &paper, &found));
    if (!found)
        return err_new(r->arena, ERR_MISSING, "course.no_paper");
    PaperView view = {.village = r->village.name, .place = r->village.place, .name = paper.name, .course = course.title, .about = course.about,
                      .code = paper.code, .at = paper.at, .mine = true,
                      .check = str_format(r->arena, "%.*s/certificates", STR_ARG(req_header(r, "Host")))};
    Page *p = learn_page(r, tr(r->lang, N_("Certificate")), str_z(r->arena, str_format(r->arena, "/courses/%.*s", STR_ARG(course.slug))));
    learn_certificate(p, &view);
    return page_end(p);
}

Err *check_certificate(Req *r)
{
    LearnActForm query = {0};
    PaperView view = {0};
    Paper paper;
    Course course;
    TRY(take_query(r, &tick_form, &query));
    view.code = query.code;
    if (query.code.len) {
        TRY(paper_by_code(&r->db, query.code, &paper, &view.found));
        if (view.found && paper.name.len)
            TRY(course_by_id(&r->db, paper.course, reader_lang(r), &course, &view.found));
        view.found = view.found && paper.name.len; /* erased with its person */
        if (view.found)
            view.name = paper.name, view.course = course.title, view.at = paper.at;
    }
    Page *p = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Check a certificate")), .place = "/learn"});
    learn_check(p, &view);
    return page_end(p);
}
