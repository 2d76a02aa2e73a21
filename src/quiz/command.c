/* `millet import quiz FILE`, `millet export quiz QUIZ FILE`. */
#include "base/command.h"

#include <string.h>

#include "base/text.h"
#include "learn/learn.h"
#include "media/media.h"
#include "quiz/inside.h"
#include "quiz_io/quiz_io.h"

typedef struct Importing {
    Args *args;
    Book book;
    const char *channel, *mode;
    Str lang, title;
    Id org, quiz;
    size_t kept;
    Time now;
    bool publish;
} Importing;

static void say_note(Args *args, const BookNote *note)
{
    Str sentence = err_say(args->arena, lang_find(STR("en")), note->err);
    fprintf(args->out, "line %-6zu %-8s%.*s%s%.*s\n", note->line, note->refused ? "refused" : "changed", STR_ARG(note->name),
            note->name.len ? ": " : "", STR_ARG(sentence));
}

/* A picture of the file becomes one of the house; a question whose picture cannot be read is refused alone. */
static void take_pictures(Importing *importing)
{
    Book *book = &importing->book;
    size_t kept = 0;
    for (size_t i = 0; i < book->len; i++) {
        BookEntry *e = &book->entries[i];
        int64_t at;
        Err *err = NULL;
        if (str_starts(e->question.media, STR("picture:")) && str_to_int(str_slice(e->question.media, 8, e->question.media.len), &at) &&
            at >= 0 && (size_t)at < book->pictures_len)
            err = media_take_bytes(importing->args->store, book->arena, book->pictures[at].bytes, importing->now, &e->question.media);
        if (!err) {
            book->entries[kept++] = *e;
            continue;
        }
        book->refused++;
        say_note(importing->args, &(BookNote){e->line, e->question.name, true, err_new(book->arena, ERR_INVALID, "book.picture")});
    }
    book->len = kept;
}

static Err *import_write(Tx *tx, void *arg)
{
    Importing *importing = arg;
    const Book *book = &importing->book;
    size_t len = book->len < PAPER_QUESTIONS_MAX ? book->len : PAPER_QUESTIONS_MAX;
    for (size_t from = 0; from < book->len; from += len) { /* a large bank becomes several quizzes */
        Id revs[PAPER_QUESTIONS_MAX];
        size_t here = book->len - from < len ? book->len - from : len;
        for (size_t i = 0; i < here; i++) {
            QuestionWords words = {importing->lang, book->entries[from + i].question};
            TRY(media_keep(tx, words.question.media));
            TRY(quiz_question_add(tx, importing->now, 0, &(NewQuestion){.org = importing->org, .texts = &words, .len = 1, .origin = book->format}, &revs[i]));
        }
        QuizText text = {importing->lang, importing->title, STR("")};
        if (book->len > len)
            text.title = str_format(tx->db.arena, "%.*s %zu", STR_ARG(utf8_cut(importing->title, QUIZ_TITLE_MAX - 8)), from / len + 1);
        NewQuiz quiz = {.org = importing->org, .channel = str_of(importing->channel), .rules = quiz_rules(str_of(importing->mode)), .texts = &text, .texts_len = 1,
                        .question_revs = revs, .questions_len = here};
        TRY(quiz_add(tx, importing->now, 0, &quiz, &importing->quiz));
        if (importing->publish)
            TRY(quiz_show(tx, importing->now, 0, importing->quiz, STR("published")));
    }
    return NULL;
}

static Str title_of(Arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    Str name = str_of(slash ? slash + 1 : path);
    for (size_t i = name.len; i > 1; i--)
        if (name.at[i - 1] == '.') {
            name = str_slice(name, 0, i - 1);
            break;
        }
    (void)arena;
    return str_trim(name).len ? utf8_cut(name, QUIZ_TITLE_MAX - 8) : STR("Quiz");
}

static Err *import_file(Importing *importing, const char *format)
{
    Args *args = importing->args;
    Village here = village(args->store, args->arena);
    Str file;
    if (!here.org)
        return err_new(args->arena, ERR_MISSING, "quiz.no_village");
    importing->org = here.org;
    if (*importing->channel) {
        Db db;
        Id channel;
        TRY(db_read(args->store, args->arena, &db));
        if (channel_find(&db, str_of(importing->channel), &channel, &importing->org))
            return err_arg(args->arena, err_new(args->arena, ERR_MISSING, "quiz.no_channel"), "channel", str_of(importing->channel));
    }
    importing->lang = importing->lang.len ? importing->lang : here.lang;
    TRY(args_read(args, args->argv[0], BOOK_FILE_MAX, &file));
    TRY(book_read(args->arena, file, format, &importing->book));
    for (size_t i = 0; i < importing->book.notes_len; i++)
        say_note(args, &importing->book.notes[i]);
    take_pictures(importing);
    return importing->book.len ? db_write(args->store, args->arena, import_write, importing) : NULL;
}

static int import_quiz(Args *args)
{
    const char *format = args_option(args, "format"), *lang = args_option(args, "lang"), *title = args_option(args, "title");
    Importing importing = {.args = args, .now = time_now(), .publish = args_flag(args, "publish")};
    importing.channel = args_option(args, "channel");
    importing.mode = args_option(args, "mode");
    importing.channel = importing.channel ? importing.channel : "";
    importing.mode = importing.mode ? importing.mode : "practice";
    if (!args_done(args, 1, 1))
        return EXIT_USAGE;
    if (lang && !lang_find(str_of(lang))) {
        fputs("millet: --lang is en or zh-CN\n", args->err);
        return EXIT_USAGE;
    }
    if (!str_eq(quiz_rules(str_of(importing.mode)).mode, str_of(importing.mode))) {
        fputs("millet: --mode is practice, daily, weekly, special, challenge, match or exam\n", args->err);
        return EXIT_USAGE;
    }
    importing.lang = lang ? str_of(lang_tag(lang_find(str_of(lang)))) : (Str){0};
    importing.title = title ? str_of(title) : title_of(args->arena, args->argv[0]);
    Err *err = import_file(&importing, format);
    if (err)
        return args_failed(args, err);
    if (importing.quiz)
        fprintf(args->out, "quiz %.*s\n", STR_ARG(id_text(args->arena, importing.quiz)));
    fprintf(args->out, "kept %zu, refused %zu\n", importing.book.len, importing.book.refused);
    return importing.book.refused ? EXIT_PARTLY : EXIT_DONE;
}

/* ---- out ---- */

static Err *questions_of(Db *db, Id quiz, Str lang, Question **out, size_t *len, Quiz *q)
{
    PaperTextList texts;
    TRY(quiz_read(db, quiz, lang, q));
    TRY(paper_texts(db, q->rev, lang, &texts));
    *out = NEW_ARRAY(db->arena, Question, texts.len + 1);
    *len = texts.len;
    for (size_t i = 0; i < texts.len; i++)
        TRY(question_read(db->arena, texts.at[i].body, &(*out)[i]));
    return NULL;
}

static Err *export_file(Args *args, const char *format, Str lang, Book *notes, size_t *len)
{
    Question *questions;
    Quiz quiz;
    Id id;
    Db db;
    Str file;
    if (!id_parse(str_of(args->argv[0]), &id))
        return err_new(args->arena, ERR_MISSING, "quiz.missing");
    TRY(db_read(args->store, args->arena, &db));
    TRY(questions_of(&db, id, lang.len ? lang : village(args->store, args->arena).lang, &questions, len, &quiz));
    BookWrite write = {.questions = questions, .len = *len, .title = quiz.title, .lang = lang, .picture = quiz_picture};
    TRY(book_write(args->arena, format, &write, &file, notes));
    return args_write(args, args->argv[1], file, 0644);
}

static int export_quiz(Args *args)
{
    const char *format = args_option(args, "format"), *lang = args_option(args, "lang");
    Book notes = {0};
    size_t len = 0;
    if (!args_done(args, 2, 2))
        return EXIT_USAGE;
    if (!format || (strcmp(format, "gift") != 0 && strcmp(format, "aiken") != 0 && strcmp(format, "moodle") != 0 && strcmp(format, "qti") != 0)) {
        fputs("millet: say --format gift, aiken, moodle or qti\n", args->err);
        return EXIT_USAGE;
    }
    if (lang && !lang_find(str_of(lang))) {
        fputs("millet: --lang is en or zh-CN\n", args->err);
        return EXIT_USAGE;
    }
    Err *err = export_file(args, format, lang ? str_of(lang_tag(lang_find(str_of(lang)))) : (Str){0}, &notes, &len);
    if (err)
        return args_failed(args, err);
    for (size_t i = 0; i < notes.notes_len; i++)
        say_note(args, &notes.notes[i]);
    fprintf(args->out, "kept %zu, refused %zu\n", len - notes.refused, notes.refused);
    return notes.refused ? EXIT_PARTLY : EXIT_DONE;
}

const Command quiz_commands[] = {
    COMMAND("import quiz", N_("Take over questions from a file"),
            N_("Usage: millet import quiz FILE [--channel SLUG] [--mode practice|daily|weekly|special|challenge|match|exam]\n"
               "                          [--title TITLE] [--lang en|zh-CN] [--format gift|aiken|moodle|qti] [--publish]\n\n"
               "FILE is GIFT, Aiken, Moodle XML or QTI 3, told by its content; \"-\" reads standard input. It becomes a draft of a quiz,\n"
               "or a published one with --publish. Each question that is refused is named with its line and the reason; the others\n"
               "are kept. The last line says \"kept 7, refused 1\"; exit status 3 when any was refused."),
            import_quiz, .needs_store = true),
    COMMAND("export quiz", N_("Write a quiz as a file for other programs"),
            N_("Usage: millet export quiz QUIZ FILE --format gift|aiken|moodle|qti [--lang en|zh-CN]\n\n"
               "QUIZ is its id (import prints it, its address ends with it). Says what the format cannot hold. Exit status 3 when a\n"
               "question was left out."),
            export_quiz, .needs_store = true),
    {0},
};
