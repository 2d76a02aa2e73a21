/* A course as one Markdown file that any editor writes. */
#include "learn/course_file.h"

#include "base/text.h"

static void refuse(Arena *arena, CourseFile *file, size_t line, const char *code)
{
    if (file->refusals_len < FILE_STEPS_MAX)
        file->refusals[file->refusals_len++] = (FileRefusal){line, err_new(arena, ERR_INVALID, code)};
}

static void head_line(CourseFile *file, Str line)
{
    Str name, value;
    struct {
        const char *name;
        Str *into;
    } names[] = {{"title", &file->title}, {"about", &file->about}, {"lang", &file->lang}, {"slug", &file->slug}, {"licence", &file->licence}};
    if (!str_cut(line, ':', &name, &value))
        return;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_eq_nocase(str_trim(name), str_of(names[i].name)))
            *names[i].into = str_trim(value);
    if (str_eq_nocase(str_trim(name), STR("certificate")))
        file->certificate = str_eq_nocase(str_trim(value), STR("yes"));
}

typedef struct Reader {
    Arena *arena;
    CourseFile *file;
    FileStep *step; /* whose text is being read */
    const char *body;
} Reader;

static void step_end(Reader *r, const char *end)
{
    if (!r->step)
        return;
    r->step->body = str_trim((Str){r->body, (size_t)(end - r->body)});
    CourseFile *file = r->file;
    FileLesson *lesson = &file->lessons[file->lessons_len - 1];
    bool good = r->step->title.len && r->step->title.len <= TITLE_MAX && r->step->body.len && r->step->body.len <= BODY_MAX;
    if (good)
        file->kept++;
    else {
        refuse(r->arena, file, r->step->line, r->step->title.len ? r->step->body.len ? "course.long_step" : "course.no_text" : "course.title");
        lesson->steps_len--;
    }
    r->step = NULL;
}

static void heading(Reader *r, Str line, size_t number, const char *end)
{
    CourseFile *file = r->file;
    bool is_step = str_starts(line, STR("## "));
    step_end(r, line.at);
    Str title = str_trim(str_slice(line, is_step ? 3 : 2, line.len));
    if (!is_step) {
        if (!title.len || file->lessons_len == FILE_LESSONS_MAX)
            refuse(r->arena, file, number, title.len ? "course.full" : "course.title");
        else
            file->lessons[file->lessons_len++] = (FileLesson){.title = utf8_cut(title, TITLE_MAX), .steps = NEW_ARRAY(r->arena, FileStep, 51)};
        return;
    }
    FileLesson *lesson = file->lessons_len ? &file->lessons[file->lessons_len - 1] : NULL;
    if (!lesson || lesson->steps_len == 50) {
        refuse(r->arena, file, number, lesson ? "course.full" : "course.no_lesson");
        return;
    }
    bool task = str_starts(title, STR("Task:")) || str_starts(title, STR("任务：")) || str_starts(title, STR("任务:"));
    size_t skip = !task ? 0 : str_starts(title, STR("Task:")) ? 5 : str_starts(title, STR("任务：")) ? 9 : 7;
    r->step = &lesson->steps[lesson->steps_len++];
    *r->step = (FileStep){.line = number, .task = task, .title = str_trim(str_slice(title, skip, title.len))};
    r->body = end;
}

Err *course_file_read(Arena *arena, Str text, CourseFile *out)
{
    *out = (CourseFile){.lessons = NEW_ARRAY(arena, FileLesson, FILE_LESSONS_MAX), .refusals = NEW_ARRAY(arena, FileRefusal, FILE_STEPS_MAX)};
    Reader reader = {.arena = arena, .file = out};
    bool head = true;
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        text = str_slice(text, 3, text.len);
    if (!utf8_valid(text))
        return err_new(arena, ERR_INVALID, "course.text");
    Str line, rest = text;
    for (size_t number = 1; rest.len; number++) {
        str_cut(rest, '\n', &line, &rest);
        const char *end = rest.len ? rest.at : text.at + text.len;
        if (str_starts(line, STR("# ")) || str_starts(line, STR("## "))) {
            head = false;
            heading(&reader, line, number, end);
        } else if (head) {
            head_line(out, line);
        }
    }
    step_end(&reader, text.at + text.len);
    if (!out->title.len)
        return err_new(arena, ERR_INVALID, "course.file");
    const Lang *lang = lang_find(out->lang);
    out->lang = str_of(lang ? lang_tag(lang) : "en");
    return out->kept ? NULL : err_new(arena, ERR_INVALID, "course.empty");
}

/* ---- writing ---- */

typedef struct FileWrite {
    CourseFile *file;
    Id channel, course;
    Time now;
} FileWrite;

/* A piece is known again by the course's name and its place and title. */
static Err *piece_put(Tx *tx, const FileWrite *w, const FileStep *step, Id *item)
{
    LearnId known;
    bool found, changed = true;
    LearnText text = {w->file->lang, step->title, STR(""), step->body};
    NewItem words = {.channel = w->channel, .texts = {&text, 1}, .licence = w->file->licence,
                     .guid = str_format(tx->db.arena, "course:%.*s:%.*s", STR_ARG(w->file->slug), STR_ARG(step->title))};
    TRY(item_by_guid(&tx->db, w->channel, words.guid, &known, &found));
    if (found) {
        *item = known.id;
        TRY(item_revise(tx, w->now, 0, *item, &words, &changed));
    } else {
        TRY(item_add(tx, w->now, 0, &words, item));
    }
    return changed ? item_act(tx, &(ItemAct){.item = *item, .verb = "publish"}, w->now) : NULL;
}

static Err *lessons_put(Tx *tx, const FileWrite *w, bool fresh)
{
    for (size_t i = 0; i < w->file->lessons_len; i++) {
        const FileLesson *lesson = &w->file->lessons[i];
        NewStep *steps = NEW_ARRAY(tx->db.arena, NewStep, lesson->steps_len + 1);
        LearnText *texts = NEW_ARRAY(tx->db.arena, LearnText, lesson->steps_len + 1);
        for (size_t k = 0; k < lesson->steps_len; k++) {
            const FileStep *step = &lesson->steps[k];
            texts[k] = (LearnText){w->file->lang, step->title, STR(""), step->body};
            steps[k] = (NewStep){.kind = step->task ? "task" : "article", .texts = {&texts[k], step->task ? 1 : 0}};
            if (!step->task)
                TRY(piece_put(tx, w, step, &steps[k].item));
        }
        LearnText title = {w->file->lang, lesson->title, STR(""), STR("")};
        NewLesson made = {.texts = {&title, 1}, .after_before = i > 0, .steps = steps, .steps_len = lesson->steps_len};
        Id id;
        if (fresh && lesson->steps_len)
            TRY(lesson_add(tx, w->course, (int64_t)i + 1, &made, &id));
    }
    return NULL;
}

static Err *file_write_all(Tx *tx, void *arg)
{
    FileWrite *w = arg;
    LearnId known;
    bool found;
    Str origin = str_format(tx->db.arena, "file:%.*s", STR_ARG(w->file->slug));
    TRY(course_by_origin(&tx->db, origin, &known, &found));
    w->course = known.id;
    LearnText text = {w->file->lang, w->file->title, w->file->about, STR("")};
    NewCourse course = {.channel = w->channel, .slug = w->file->slug, .texts = {&text, 1}, .licence = w->file->licence, .origin = origin,
                        .certificate = w->file->certificate};
    if (!found)
        TRY(course_add(tx, w->now, 0, &course, &w->course));
    TRY(lessons_put(tx, w, !found));
    return found ? NULL : course_act(tx, w->now, 0, w->course, "publish", STR(""));
}

Err *course_file_write(Store *store, Arena *arena, CourseFile *file, Id channel, Time now, Id *course)
{
    FileWrite w = {.file = file, .channel = channel, .now = now};
    file->slug = text_slug(arena, file->slug.len ? file->slug : file->title, 60);
    TRY(db_write(store, arena, file_write_all, &w));
    *course = w.course;
    return NULL;
}
