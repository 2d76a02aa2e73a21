/* Question files through the browser: taking them in with a report, taking them along. */
#include "quiz/templates.h"
#include "quiz/view.h"
#include "quiz_io/quiz_io.h"

#include <string.h>

#include "base/file.h"

typedef struct FileWrite {
    NewQuiz quiz;
    const Book *book;
    Id id, by;
    Time now;
    Str lang;
} FileWrite;

static Err *import_write(Tx *tx, void *arg)
{
    FileWrite *w = arg;
    size_t len = w->quiz.questions_len;
    Id *revs = NEW_ARRAY(tx->db.arena, Id, len + w->book->len + 1);
    if (len + w->book->len > PAPER_QUESTIONS_MAX)
        return err_new(tx->db.arena, ERR_INVALID, "quiz.too_many");
    for (size_t i = 0; i < len; i++)
        revs[i] = w->quiz.question_revs[i];
    for (size_t i = 0; i < w->book->len; i++) {
        QuestionWords words = {w->lang, w->book->entries[i].question};
        TRY(media_keep(tx, words.question.media));
        TRY(quiz_question_add(tx, w->now, w->by, &(NewQuestion){.org = w->quiz.org, .texts = &words, .len = 1, .origin = w->book->format}, &revs[len++]));
    }
    NewQuiz quiz = w->quiz;
    quiz.question_revs = revs;
    quiz.questions_len = len;
    return quiz_revise(tx, w->now, w->by, w->id, &quiz);
}

static Err *my_quiz(Req *r, Quiz *out)
{
    Id id;
    TRY(take_id(r, 0, &id));
    TRY(quiz_read(&r->db, id, str_of(lang_tag(r->lang)), out));
    return quiz_authors(r, out->org) ? NULL : denied(r);
}

/* Pictures inside the file become pictures of the house; a question whose picture is broken is refused alone. */
static void take_pictures(Req *r, Book *book)
{
    size_t kept = 0;
    for (size_t i = 0; i < book->len; i++) {
        BookEntry *e = &book->entries[i];
        int64_t at;
        Err *err = NULL;
        if (str_starts(e->question.media, STR("picture:")) && str_to_int(str_slice(e->question.media, 8, e->question.media.len), &at) && at >= 0 &&
            (size_t)at < book->pictures_len)
            err = media_take_bytes(r->store, r->arena, book->pictures[at].bytes, r->now, &e->question.media);
        if (err)
            book->refused++;
        else
            book->entries[kept++] = *e;
    }
    book->len = kept;
}

static Str report_line(Req *r, const BookNote *note)
{
    TextArg args[] = {{"line", say_int(r->arena, r->lang, (int64_t)note->line)}, {"name", note->name}, {"reason", err_say(r->arena, r->lang, note->err)}};
    const char *pattern = note->refused ? N_("Line {line}, refused: {name} – {reason}") : N_("Line {line}, changed: {name} – {reason}");
    return tr_fill(r->arena, tr(r->lang, pattern), args, 3);
}

static Str report_end(Req *r, const Book *book)
{
    TextArg args[] = {{"kept", say_int(r->arena, r->lang, (int64_t)book->len)}, {"refused", say_int(r->arena, r->lang, (int64_t)book->refused)}};
    return tr_fill(r->arena, tr(r->lang, N_("{kept} kept, {refused} refused")), args, 2);
}

/* The report is a page of its own: what was refused must be read before it scrolls away. */
static Err *report_page(Req *r, const Quiz *quiz, const Book *book)
{
    ReportView view = {.id = quiz->id, .end = report_end(r, book), .lines = {NEW_ARRAY(r->arena, Str, book->notes_len + 1), 0}};
    for (size_t i = 0; i < book->notes_len && i < 200; i++)
        view.lines.at[view.lines.len++] = report_line(r, &book->notes[i]);
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Taken over")), .place = "/quizzes",
                                           .back = str_format(r->arena, "/quizzes/desk/%.*s", STR_ARG(id_text(r->arena, quiz->id)))});
    quiz_report(page, &view);
    return page_end(page);
}

static Err *import_try(Req *r, const Quiz *quiz, Book *book)
{
    const Upload *upload = take_upload(r, "file");
    FileWrite write = {.book = book, .id = quiz->id, .by = r->who, .now = r->now, .lang = str_of(lang_tag(r->lang))};
    Str bytes;
    if (!upload)
        return err_field(r->arena, "book.empty", "file");
    TRY(file_read(r->arena, upload->path, BOOK_FILE_MAX, &bytes));
    TRY(book_read(r->arena, bytes, NULL, book));
    take_pictures(r, book);
    TRY(quiz_edit(&r->db, quiz->id, &write.quiz));
    return book->len ? db_write(r->store, r->arena, import_write, &write) : NULL;
}

Err *import_desk(Req *r)
{
    Quiz quiz;
    Book book = {0};
    TRY(my_quiz(r, &quiz));
    Err *err = import_try(r, &quiz, &book);
    return err ? reply_form_again(r, err, show_desk) : report_page(r, &quiz, &book);
}

/* ---- out ---- */

typedef struct ExportQuery {
    Str format;
} ExportQuery;
static const Field export_fields[] = {FIELD(ExportQuery, format, FIELD_STR, .required = true, .one_of = "gift|aiken|moodle|qti")};
const Shape desk_export_query = SHAPE(ExportQuery, "QuizExportQuery", export_fields);

bool quiz_picture(void *unused, Arena *arena, Str media, Str *bytes)
{
    (void)unused;
    return !media_bytes(arena, media, bytes) && bytes->len;
}

static Err *questions_out(Req *r, Quiz *quiz, BookWrite *write)
{
    PaperTextList rows;
    TRY(my_quiz(r, quiz));
    TRY(paper_texts(&r->db, quiz->rev, str_of(lang_tag(r->lang)), &rows));
    Question *questions = NEW_ARRAY(r->arena, Question, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++)
        TRY(question_read(r->arena, rows.at[i].body, &questions[i]));
    *write = (BookWrite){.questions = questions, .len = rows.len, .title = quiz->title, .lang = str_of(lang_tag(r->lang)), .picture = quiz_picture};
    return NULL;
}

Err *export_desk(Req *r)
{
    ExportQuery query = {0};
    BookWrite write;
    Quiz quiz;
    Book notes;
    Str file;
    TRY(take_query(r, &desk_export_query, &query));
    TRY(questions_out(r, &quiz, &write));
    TRY(book_write(r->arena, str_z(r->arena, query.format), &write, &file, &notes));
    const char *extension = book_extension(str_z(r->arena, query.format));
    return reply_file(r, "application/octet-stream", str_format(r->arena, "quiz-%.*s.%s", STR_ARG(id_text(r->arena, quiz.id)), extension), file);
}

/* "Questions 1, 4, 5 ...: the reason": what holds for many is said once. */
static Str out_line(Req *r, const Book *notes, size_t first, int64_t *count)
{
    enum { NUMBERS_MAX = 12 };
    Buf numbers = buf_new(r->arena, 1000);
    *count = 0;
    for (size_t i = first; i < notes->notes_len; i++) {
        if (strcmp(notes->notes[i].err->code, notes->notes[first].err->code) != 0)
            continue;
        if (++*count <= NUMBERS_MAX)
            buf_addf(&numbers, "%s%zu", *count > 1 ? ", " : "", notes->notes[i].line);
    }
    if (*count > NUMBERS_MAX)
        buf_add(&numbers, STR(" …"));
    TextArg args[] = {{"numbers", buf_str(&numbers)}, {"name", notes->notes[first].name}, {"reason", err_say(r->arena, r->lang, notes->notes[first].err)}};
    return tr_fill(r->arena, tr(r->lang, *count > 1 ? N_("Questions {numbers}: {reason}") : N_("Question {numbers}, {name}: {reason}")), args, 3);
}

static void out_lines(Req *r, const Book *notes, FileView *to)
{
    to->lines.at = NEW_ARRAY(r->arena, Str, notes->notes_len + 1);
    for (size_t i = 0; i < notes->notes_len; i++) {
        int64_t count;
        bool said = false;
        for (size_t k = 0; k < i && !said; k++)
            said = strcmp(notes->notes[i].err->code, notes->notes[k].err->code) == 0;
        if (!said)
            to->lines.at[to->lines.len++] = out_line(r, notes, i, &count);
    }
}

/* Before a file is carried away: what each format can hold of this quiz. */
Err *show_files(Req *r)
{
    static const char *const formats[] = {"qti", "moodle", "gift", "aiken"}, *const names[] = {"QTI 3", "Moodle XML", "GIFT", "Aiken"};
    BookWrite write;
    Quiz quiz;
    TRY(questions_out(r, &quiz, &write));
    FilesView view = {.id = quiz.id, .formats = {NEW_ARRAY(r->arena, FileView, 4), 0}};
    for (size_t f = 0; f < 4; f++) {
        FileView *to = &view.formats.at[view.formats.len++];
        Book notes;
        Str file;
        TRY(book_write(r->arena, formats[f], &write, &file, &notes));
        *to = (FileView){.format = str_of(formats[f]), .name = str_of(names[f]), .kept = (int64_t)(write.len - notes.refused), .all = (int64_t)write.len,
                         .bytes = (int64_t)(file.len + 1023) / 1024};
        out_lines(r, &notes, to);
    }
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Take it along")), .place = "/quizzes",
                                           .back = str_format(r->arena, "/quizzes/desk/%.*s", STR_ARG(id_text(r->arena, quiz.id)))});
    quiz_files(page, &view);
    return page_end(page);
}
