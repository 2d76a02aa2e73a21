/* Making courses: lessons and steps in an order. */
#include "learn/course.h"

#include "base/text.h"
#include "media/media.h"

enum { LESSONS_MAX = 100, STEPS_MAX = 50 };

static bool is(Str text, const char *word)
{
    return str_eq(text, str_of(word));
}

static Err *titles_check(Arena *arena, const LearnTextList *texts)
{
    if (!texts->len || texts->len > LANGS_MAX)
        return err_field(arena, "course.title", "title");
    for (size_t i = 0; i < texts->len; i++)
        if (!str_trim(texts->at[i].title).len || texts->at[i].title.len > TITLE_MAX || texts->at[i].summary.len > 4 * SUMMARY_MAX ||
            texts->at[i].body.len > BODY_MAX)
            return err_field(arena, "course.title", "title");
    return NULL;
}

static Err *slug_choose(Tx *tx, const NewCourse *course, Str *out)
{
    LearnId taken;
    bool found;
    Str base = text_slug(tx->db.arena, course->slug.len ? course->slug : course->texts.at[0].title, 60);
    *out = base = base.len ? base : STR("course");
    for (int n = 2;; n++) {
        TRY(course_slug_taken(&tx->db, *out, &taken, &found));
        if (!found)
            return NULL;
        if (n > 1000)
            return err_field(tx->db.arena, "course.slug_taken", "slug");
        *out = str_format(tx->db.arena, "%.*s-%d", STR_ARG(base), n);
    }
}

Err *course_add(Tx *tx, Time now, Id by, const NewCourse *course, Id *out)
{
    Str slug;
    Id id = id_mint();
    TRY(titles_check(tx->db.arena, &course->texts));
    TRY(slug_choose(tx, course, &slug));
    TRY(course_insert(tx, &(CourseInsertArgs){.id = id, .channel = course->channel, .slug = slug, .lang = course->texts.at[0].lang,
                                              .picture = course->picture, .picture_alt = course->picture_alt, .licence = course->licence,
                                              .certificate = course->certificate, .origin = course->origin.len ? &course->origin : NULL,
                                              .now = now}));
    for (size_t i = 0; i < course->texts.len; i++)
        TRY(course_text_put(tx, id, course->texts.at[i].lang, str_trim(course->texts.at[i].title), course->texts.at[i].summary));
    TRY(media_keep(tx, course->picture));
    *out = id;
    return audit(tx, now, by, "learn.course_add", id, STR(""));
}

Err *course_must(Db *db, Str slug, Str lang, Course *out)
{
    bool found;
    TRY(course_by_slug(db, slug, lang, out, &found));
    return found ? NULL : err_new(db->arena, ERR_MISSING, "course.missing");
}

Err *lesson_add(Tx *tx, Id course, int64_t position, const NewLesson *lesson, Id *out)
{
    Id id = id_mint(), step;
    TRY(titles_check(tx->db.arena, &lesson->texts));
    if (position > LESSONS_MAX || lesson->steps_len > STEPS_MAX)
        return err_new(tx->db.arena, ERR_CONFLICT, "course.full");
    TRY(lesson_insert(tx, id, course, position, lesson->after_before));
    for (size_t i = 0; i < lesson->texts.len; i++)
        TRY(lesson_text_put(tx, id, lesson->texts.at[i].lang, str_trim(lesson->texts.at[i].title)));
    for (size_t i = 0; i < lesson->steps_len; i++)
        TRY(step_add(tx, id, (int64_t)i + 1, &lesson->steps[i], &step));
    *out = id;
    return NULL;
}

Err *step_add(Tx *tx, Id lesson, int64_t position, const NewStep *step, Id *out)
{
    Str kind = str_of(step->kind);
    Id id = id_mint();
    bool good = (is(kind, "article") && step->item) || (is(kind, "quiz") && step->quiz) || is(kind, "media") ||
                (is(kind, "task") && step->texts.len);
    if (!good)
        return err_field(tx->db.arena, "course.step", "kind");
    if (step->texts.len)
        TRY(titles_check(tx->db.arena, &step->texts));
    TRY(step_insert(tx, &(StepInsertArgs){.id = id, .lesson = lesson, .position = position, .kind = kind,
                                          .item = step->item ? &step->item : NULL, .quiz = step->quiz ? &step->quiz : NULL,
                                          .media = step->media ? &step->media : NULL}));
    for (size_t i = 0; i < step->texts.len; i++)
        TRY(step_text_put(tx, id, step->texts.at[i].lang, str_trim(step->texts.at[i].title), step->texts.at[i].body));
    *out = id;
    return NULL;
}

Err *learn_add_quiz(Tx *tx, Id lesson, Id quiz)
{
    LearnCount last;
    LessonRow row;
    Id step;
    bool found;
    TRY(lesson_by_id(&tx->db, lesson, &row, &found));
    if (!found || row.gone)
        return err_new(tx->db.arena, ERR_MISSING, "step.missing");
    TRY(step_last(&tx->db, lesson, &last));
    return step_add(tx, lesson, last.total + 1, &(NewStep){.kind = "quiz", .quiz = quiz}, &step);
}

Err *course_act(Tx *tx, Time now, Id by, Id course, const char *verb, Str reason)
{
    Arena *arena = tx->db.arena;
    bool publishes = is(str_of(verb), "publish");
    CourseLeft left;
    int64_t count;
    TRY(course_left(&tx->db, course, 0, &left));
    if (publishes && !left.steps)
        return err_new(arena, ERR_CONFLICT, "course.empty");
    if (!publishes && !str_trim(reason).len)
        return err_field(arena, "course.reason", "reason");
    TRY(course_state_put(tx, course, publishes ? STR("published") : STR("withdrawn"), publishes ? STR("") : str_trim(reason), now, &count));
    if (!count)
        return err_new(arena, ERR_CONFLICT, "course.not_now");
    return audit(tx, now, by, publishes ? "learn.course_publish" : "learn.course_withdraw", course, STR(""));
}
