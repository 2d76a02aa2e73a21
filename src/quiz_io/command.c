/* `millet quiz check FILE`: what an import would keep and refuse, without touching any data. */
#include "base/command.h"
#include "core/core.h"
#include "quiz_io/quiz_io.h"

#include <string.h>

static void say_note(Args *args, const BookNote *note)
{
    Str sentence = err_say(args->arena, lang_find(STR("en")), note->err);
    fprintf(args->out, "line %-6zu %-8s%.*s%s%.*s\n", note->line, note->refused ? "refused" : "changed", STR_ARG(note->name),
            note->name.len ? ": " : "", STR_ARG(sentence));
}

static int quiz_check(Args *args)
{
    const char *format = args_option(args, "format");
    bool json = args_flag(args, "json");
    Book book;
    Str file;
    if (!args_done(args, 1, 1))
        return EXIT_USAGE;
    Err *err = args_read(args, args->argv[0], BOOK_FILE_MAX, &file);
    if (!err)
        err = book_read(args->arena, file, format, &book);
    if (err)
        return args_failed(args, err);
    for (size_t i = 0; json && i < book.len; i++)
        fprintf(args->out, "%.*s\n", STR_ARG(question_json(args->arena, &book.entries[i].question)));
    for (size_t i = 0; !json && i < book.notes_len; i++)
        say_note(args, &book.notes[i]);
    if (!json)
        fprintf(args->out, "kept %zu, refused %zu\n", book.len, book.refused);
    return book.refused ? EXIT_PARTLY : EXIT_DONE;
}

static int quiz_convert(Args *args)
{
    const char *to = args_option(args, "to"), *format = args_option(args, "format");
    Book book, out;
    Str file, made;
    if (!to || !args_done(args, 2, 2)) {
        fputs("millet: say --to gift, aiken, moodle or qti\n", args->err);
        return EXIT_USAGE;
    }
    Err *err = args_read(args, args->argv[0], BOOK_FILE_MAX, &file);
    if (!err)
        err = book_read(args->arena, file, format, &book);
    if (err)
        return args_failed(args, err);
    Question *questions = NEW_ARRAY(args->arena, Question, book.len + 1);
    for (size_t i = 0; i < book.len; i++)
        questions[i] = book.entries[i].question;
    err = book_write(args->arena, to, &(BookWrite){.questions = questions, .len = book.len}, &made, &out);
    if (!err)
        err = args_write(args, args->argv[1], made, 0644);
    if (err)
        return args_failed(args, err);
    for (size_t i = 0; i < book.notes_len; i++)
        say_note(args, &book.notes[i]);
    for (size_t i = 0; i < out.notes_len; i++)
        say_note(args, &out.notes[i]);
    fprintf(args->out, "kept %zu, refused %zu\n", book.len - out.refused, book.refused + out.refused);
    return book.refused + out.refused ? EXIT_PARTLY : EXIT_DONE;
}

const Command quiz_io_commands[] = {
    COMMAND("quiz check", N_("See what a question file holds"),
            N_("Usage: millet quiz check FILE [--format gift|aiken|moodle|qti] [--json]\n\n"
               "Reads FILE (GIFT, Aiken, Moodle XML or QTI 3, told by its content) and says of each question that an import would\n"
               "refuse its line and why. Nothing is written. --json prints each kept question as one line. Exit status 3 when any\n"
               "was refused."),
            quiz_check),
    COMMAND("quiz convert", N_("Turn one kind of question file into another"),
            N_("Usage: millet quiz convert FROM TO --to gift|aiken|moodle|qti [--format gift|aiken|moodle|qti]\n\n"
               "Reads the file FROM and writes TO. Says what the other format cannot hold. Exit status 3 when a question was left out."),
            quiz_convert),
    {0},
};
