/* What coaches see: tasks that were handed in, groups, and of groups only blurred counts. */
#include "learn/handlers.h"
#include "learn/templates.h"
#include "learn/view.h"

bool coaches(const Req *r, Id org)
{
    return r->who && has_role(r, org, ROLE_COACH | ROLE_ADMIN);
}

static Str group_path(Arena *arena, Id id)
{
    return str_format(arena, "/coach/groups/%.*s", STR_ARG(id_text(arena, id)));
}

static Err *tasks_view(Req *r, TaskWaitViewList *out)
{
    TaskLineList rows;
    TRY(task_queue(&r->db, reader_lang(r), 100, &rows));
    *out = (TaskWaitViewList){NEW_ARRAY(r->arena, TaskWaitView, rows.len + 1), 0};
    for (size_t i = 0; i < rows.len; i++)
        if (coaches(r, rows.at[i].org))
            out->at[out->len++] = (TaskWaitView){.id = rows.at[i].id, .name = rows.at[i].has_name ? rows.at[i].name : tr(r->lang, N_("(left)")),
                                                 .course = rows.at[i].course_title, .step = rows.at[i].step_title, .words = rows.at[i].words,
                                                 .photo = picture_of(r->arena, rows.at[i].photo, tr(r->lang, N_("Photo of the task")), SIZES_CARD),
                                                 .at = rows.at[i].sent_at};
    return NULL;
}

Err *show_coach(Req *r)
{
    CoachView view = {.error = r->form_error ? err_say(r->arena, r->lang, r->form_error) : STR("")};
    CohortLineList groups;
    CourseCardList courses;
    TRY(tasks_view(r, &view.tasks));
    TRY(cohort_list(&r->db, r->who, reader_lang(r), &groups));
    view.cohorts = (CohortViewList){NEW_ARRAY(r->arena, CohortView, groups.len + 1), groups.len};
    for (size_t i = 0; i < groups.len; i++)
        view.cohorts.at[i] = (CohortView){groups.at[i].id, groups.at[i].name, groups.at[i].code, groups.at[i].title,
                                          group_path(r->arena, groups.at[i].id), groups.at[i].open};
    TRY(course_list(&r->db, reader_lang(r), true, 200, &courses));
    view.courses = (LearnLinkList){NEW_ARRAY(r->arena, LearnLink, courses.len + 1), 0};
    for (size_t i = 0; i < courses.len; i++)
        if (coaches(r, courses.at[i].org))
            view.courses.at[view.courses.len++] = (LearnLink){.href = id_text(r->arena, courses.at[i].id), .label = courses.at[i].title};
    Page *p = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Coach")), .place = "/coach"});
    learn_coach(p, &view);
    return page_end(p);
}

typedef struct Coaching {
    Id id, course, coach, task;
    Str name, remark;
    char code[CODE_LEN + 1];
    bool good, open;
    Time now;
} Coaching;

static Err *judge_write(Tx *tx, void *arg)
{
    const Coaching *c = arg;
    return task_judge(tx, c->now, c->coach, c->task, c->good, c->remark);
}

static Err *judge_try(Req *r)
{
    TaskForm form = {0};
    Task task;
    Coaching c = {.coach = r->who, .now = r->now};
    bool found;
    TRY(take_id(r, 0, &c.task));
    TRY(task_by_id(&r->db, c.task, &task, &found));
    if (!found)
        return err_new(r->arena, ERR_MISSING, "step.missing");
    if (!coaches(r, task.org))
        return denied(r);
    TRY(take(r, &judge_form, &form));
    c.good = str_eq(form.verdict, STR("good"));
    c.remark = form.remark;
    TRY(db_write(r->store, r->arena, judge_write, &c));
    reply_notice(r, N_("The learner sees it now."));
    return reply_see(r, "/coach");
}

Err *judge_task(Req *r)
{
    Err *err = judge_try(r);
    return err ? reply_form_again(r, err, show_coach) : NULL;
}

static Err *group_write(Tx *tx, void *arg)
{
    const Coaching *c = arg;
    TRY(cohort_insert(tx, &(CohortInsertArgs){.id = c->id, .course = c->course, .coach = c->coach, .name = c->name, .code = str_of(c->code), .now = c->now}));
    return audit(tx, c->now, c->coach, "learn.cohort_add", c->id, STR(""));
}

static Err *group_try(Req *r)
{
    LearnActForm form = {0};
    Course course;
    Coaching c = {.id = id_mint(), .coach = r->who, .now = r->now};
    bool found;
    TRY(take(r, &cohort_form, &form));
    TRY(course_by_id(&r->db, form.course, reader_lang(r), &course, &found));
    if (!found)
        return err_field(r->arena, "course.missing", "course");
    if (!coaches(r, course.org))
        return denied(r);
    c.course = course.id;
    c.name = form.name;
    code_mint(c.code);
    TRY(db_write(r->store, r->arena, group_write, &c));
    reply_notice(r, N_("The group is open. Give its code to the learners."));
    return reply_see(r, "%.*s", STR_ARG(group_path(r->arena, c.id)));
}

Err *open_group(Req *r)
{
    Err *err = group_try(r);
    return err ? reply_form_again(r, err, show_coach) : NULL;
}

static Str blurred(const Req *r, int64_t about)
{
    if (!about)
        return tr(r->lang, N_("too few to say"));
    return tr_fill(r->arena, tr(r->lang, N_("{n} or more")), &(TextArg){"n", str_format(r->arena, "%lld", (long long)about)}, 1);
}

static Err *group_mine(Req *r, Cohort *out, Course *course)
{
    Id id;
    bool found, there = false;
    TRY(take_id(r, 0, &id));
    TRY(cohort_by_id(&r->db, id, out, &found));
    if (found)
        TRY(course_by_id(&r->db, out->course, reader_lang(r), course, &there));
    if (!there)
        return err_new(r->arena, ERR_MISSING, "cohort.missing");
    return coaches(r, course->org) ? NULL : denied(r);
}

Err *show_group(Req *r)
{
    Cohort group;
    Course course;
    Blurred members;
    StepCountList counts;
    LessonViewList lessons;
    TRY(group_mine(r, &group, &course));
    TRY(cohort_size(&r->db, group.id, &members));
    TRY(cohort_steps(&r->db, group.id, &counts));
    TRY(lessons_view(r, &course, &lessons));
    CohortPageView view = {.id = group.id, .name = group.name, .code = group.code, .course = course.title, .members = blurred(r, members.about), .open = group.open};
    view.steps.at = NEW_ARRAY(r->arena, CohortStep, counts.len + 1);
    for (size_t i = 0; i < lessons.len; i++)
        for (size_t k = 0; k < lessons.at[i].steps.len && view.steps.len < counts.len; k++) {
            view.steps.at[view.steps.len] = (CohortStep){lessons.at[i].steps.at[k].title, blurred(r, counts.at[view.steps.len].about)};
            view.steps.len++;
        }
    Page *p = page_begin(r, &(PageHead){.title = group.name, .place = "/coach", .back = STR("/coach")});
    learn_cohort(p, &view);
    return page_end(p);
}

static Err *open_write(Tx *tx, void *arg)
{
    const Coaching *c = arg;
    int64_t count;
    return cohort_open_put(tx, c->id, c->open, &count);
}

Err *change_group(Req *r)
{
    Cohort group;
    Course course;
    LearnActForm form = {0};
    TRY(group_mine(r, &group, &course));
    TRY(take(r, &points_form, &form));
    Coaching c = {.id = group.id, .open = form.used};
    TRY(db_write(r->store, r->arena, open_write, &c));
    return reply_see(r, "%.*s", STR_ARG(group_path(r->arena, group.id)));
}

Err *learn_today(Req *r, Today *today)
{
    TaskWaitViewList tasks;
    if (!(r->roles & (ROLE_COACH | ROLE_ADMIN)))
        return NULL;
    TRY(tasks_view(r, &tasks));
    if (tasks.len)
        today_add(today, (TodayItem){tr_fill(r->arena, tr_plural(r->lang, N_("{n} task to look at"), N_("{n} tasks to look at"), (int64_t)tasks.len),
                                             &(TextArg){"n", str_format(r->arena, "%zu", tasks.len)}, 1),
                                     "/coach", "clipboard", 45});
    return NULL;
}
