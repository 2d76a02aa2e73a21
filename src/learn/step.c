/* What learners do: ticking, handing in tasks, passing quizzes; points and the certificate follow. */
#include <sodium.h>

#include "base/text.h"
#include "identity/identity.h"
#include "learn/course.h"
#include "media/media.h"

static QuizSeam seam;

void learn_quiz_seam(const QuizSeam *given)
{
    seam = *given;
}

const QuizSeam *quiz_seam(void)
{
    return &seam;
}

static bool is(Str text, const char *word)
{
    return str_eq(text, str_of(word));
}

void code_mint(char out[CODE_LEN + 1])
{
    static const char signs[] = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
    for (int i = 0; i < CODE_LEN; i++)
        out[i] = signs[randombytes_uniform(sizeof signs - 1)];
    out[CODE_LEN] = 0;
}

static Err *step_must(Db *db, Id step, StepWhere *out)
{
    bool found;
    TRY(step_where(db, step, out, &found));
    return found && !out->gone && !out->lesson_gone ? NULL : err_new(db->arena, ERR_MISSING, "step.missing");
}

Err *lesson_open_for(Db *db, Id lesson, Id person, bool *open)
{
    LessonRow row;
    LessonBefore before;
    CourseLeft left;
    bool found;
    TRY(lesson_by_id(db, lesson, &row, &found));
    *open = found && !row.gone;
    if (!*open || !row.after_before)
        return NULL;
    TRY(lesson_before(db, row.course, row.position, &before, &found));
    if (!found)
        return NULL;
    TRY(lesson_left(db, before.id, person, &left));
    *open = left.left == 0;
    return NULL;
}

/* With the last step comes the paper. */
static Err *finish_course(Tx *tx, Time now, Id person, Id course)
{
    CourseLeft left;
    Course row;
    bool found;
    int64_t count;
    char code[CODE_LEN + 1];
    TRY(course_left(&tx->db, course, person, &left));
    if (!left.steps || left.left)
        return NULL;
    TRY(points_award(tx, now, person, "course", course));
    TRY(course_by_id(&tx->db, course, STR("en"), &row, &found));
    if (!found || !row.certificate)
        return NULL;
    code_mint(code);
    return paper_add(tx, &(PaperAddArgs){.id = id_mint(), .course = course, .person = person,
                                                     .name = person_name(&tx->db, NULL, person), .code = str_of(code), .now = now},
                           &count);
}

static Err *finish(Tx *tx, Time now, Id person, const StepWhere *step, const char *how)
{
    CourseLeft left;
    int64_t count;
    TRY(enrol(tx, person, step->course, NULL, now));
    TRY(step_done_put(tx, person, step->id, str_of(how), now, &count));
    if (!count)
        return NULL;
    if (is(step->kind, "article"))
        TRY(points_award(tx, now, person, "read", step->has_item ? step->item : step->id));
    if (is(step->kind, "task"))
        TRY(points_award(tx, now, person, "task", step->id));
    TRY(lesson_left(&tx->db, step->lesson, person, &left));
    if (!left.left)
        TRY(points_award(tx, now, person, "lesson", step->lesson));
    return finish_course(tx, now, person, step->course);
}

Err *step_finish(Tx *tx, Time now, Id person, Id step, const char *how)
{
    StepWhere row;
    bool open, tick = str_eq(str_of(how), STR("tick"));
    TRY(step_must(&tx->db, step, &row));
    if (tick && !is(row.kind, "article") && !is(row.kind, "media"))
        return err_new(tx->db.arena, ERR_CONFLICT, "step.not_yours");
    TRY(lesson_open_for(&tx->db, row.lesson, person, &open));
    if (tick && !open)
        return err_new(tx->db.arena, ERR_CONFLICT, "step.not_open");
    return finish(tx, now, person, &row, how);
}

Err *step_untick(Tx *tx, Id person, Id step)
{
    int64_t count;
    return step_done_drop(tx, person, step, &count);
}

Err *learn_quiz_passed(Tx *tx, Time now, Id person, Id quiz)
{
    LearnIdList steps;
    TRY(steps_of_quiz(&tx->db, quiz, person, &steps));
    for (size_t i = 0; i < steps.len; i++)
        TRY(step_finish(tx, now, person, steps.at[i].id, "quiz"));
    return NULL;
}

/* ---- tasks ---- */

Err *task_send(Tx *tx, Time now, const NewTask *task, Id *out)
{
    Arena *arena = tx->db.arena;
    StepWhere step;
    LearnId twin;
    bool found, open;
    if (task->device.len) {
        TRY(task_by_device(&tx->db, task->person, task->device, task->seq, &twin, &found));
        *out = twin.id;
        if (found)
            return NULL;
    }
    TRY(step_must(&tx->db, task->step, &step));
    if (!is(step.kind, "task"))
        return err_new(arena, ERR_CONFLICT, "step.not_yours");
    TRY(lesson_open_for(&tx->db, step.lesson, task->person, &open));
    if (!open)
        return err_new(arena, ERR_CONFLICT, "step.not_open");
    if (!task->photo.len && !str_trim(task->words).len)
        return err_field(arena, "task.empty", "words");
    TRY(enrol(tx, task->person, step.course, NULL, now));
    TRY(media_keep(tx, task->photo));
    *out = task->id;
    return task_insert(tx, &(TaskInsertArgs){.id = task->id, .step = task->step, .person = task->person, .photo = task->photo,
                                             .words = str_trim(task->words), .device = task->device.len ? &task->device : NULL,
                                             .seq = task->device.len ? &task->seq : NULL, .now = now});
}

Err *task_judge(Tx *tx, Time now, Id coach, Id task, bool good, Str remark)
{
    Arena *arena = tx->db.arena;
    Task row;
    bool found;
    int64_t count;
    TRY(task_by_id(&tx->db, task, &row, &found));
    if (!found)
        return err_new(arena, ERR_MISSING, "step.missing");
    if (!good && !str_trim(remark).len)
        return err_field(arena, "task.remark", "remark");
    TRY(task_decide(tx, task, good ? STR("approved") : STR("again"), coach, str_trim(remark), now, &count));
    if (!count)
        return err_new(arena, ERR_CONFLICT, "task.not_now");
    if (good && row.has_person)
        TRY(step_finish(tx, now, row.person, row.step, "task"));
    return audit(tx, now, coach, good ? "learn.task_approve" : "learn.task_again", task, STR(""));
}
