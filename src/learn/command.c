/* `millet import feed`, `millet import course`, `millet pack`. */
#include "base/command.h"

#include "learn/course_file.h"
#include "learn/feed.h"
#include "learn/pack.h"

/* The sentence of a refusal, in the words of the command line. */
static void say_line(Args *args, const char *what, size_t number, Str title, const Err *why)
{
    const Lang *lang = lang_find(STR("en"));
    Str sentence = err_say(args->arena, lang, why);
    fprintf(args->out, "%s %zu: refused: %.*s%s%.*s\n", what, number, STR_ARG(sentence), title.len ? " Title: " : "", STR_ARG(title));
}

/* The last line of every import, and its exit status. */
static int say_end(Args *args, size_t kept, size_t refused)
{
    fprintf(args->out, "kept %zu, refused %zu\n", kept, refused);
    return refused ? EXIT_PARTLY : EXIT_DONE;
}

static Str lang_of_feed(Arena *arena, const char *asked, const FeedBook *book, Str channel)
{
    const Lang *lang = asked ? lang_find(str_of(asked)) : lang_find(book->lang);
    (void)arena;
    return lang ? str_of(lang_tag(lang)) : channel;
}

static Err *feed_into(Args *args, const char *slug, const char *lang, FeedBook *book, FeedWrite *write)
{
    Str file;
    Channel channel;
    Db db;
    TRY(db_read(args->store, args->arena, &db));
    TRY(channel_must(&db, str_of(slug), STR("en"), time_now(), &channel));
    TRY(args_read(args, args->argv[0], FEED_BYTES_MAX + 1, &file));
    TRY(feed_read(args->arena, file, STR(""), book));
    *write = (FeedWrite){.book = book, .channel = channel.id, .lang = lang_of_feed(args->arena, lang, book, channel.lang), .now = time_now()};
    return book->refused == book->len ? NULL : feed_write(args->store, args->arena, write);
}

static int import_feed(Args *args)
{
    const char *slug = args_option(args, "channel"), *lang = args_option(args, "lang");
    FeedBook book = {0};
    FeedWrite write = {0};
    if (!args_done(args, 1, 1))
        return EXIT_USAGE;
    if (!slug || (lang && !lang_find(str_of(lang)))) {
        fprintf(args->err, slug ? "millet: --lang is en or zh-CN\n" : "millet: say which channel: --channel SLUG\n");
        return EXIT_USAGE;
    }
    Err *err = feed_into(args, slug, lang, &book, &write);
    if (err)
        return args_failed(args, err);
    for (size_t i = 0; i < book.len; i++)
        if (book.at[i].refused)
            say_line(args, book.lines ? "line" : "entry", book.at[i].line, book.at[i].title, book.at[i].refused);
    fprintf(args->out, "%s: %lld new, %lld changed, %lld as they were%s\n", book.format, (long long)write.made, (long long)write.revised,
            (long long)write.same, book.mended ? "; the file is ill-formed, so its entries were read one by one" : "");
    return say_end(args, book.len - book.refused, book.refused);
}

static Err *course_into(Args *args, const char *slug, CourseFile *file, Id *course)
{
    Str text;
    Channel channel;
    Db db;
    TRY(db_read(args->store, args->arena, &db));
    TRY(channel_must(&db, str_of(slug), STR("en"), time_now(), &channel));
    TRY(args_read(args, args->argv[0], COURSE_FILE_MAX, &text));
    TRY(course_file_read(args->arena, text, file));
    return course_file_write(args->store, args->arena, file, channel.id, time_now(), course);
}

static int import_course(Args *args)
{
    const char *slug = args_option(args, "channel");
    CourseFile file = {0};
    Id course;
    if (!args_done(args, 1, 1))
        return EXIT_USAGE;
    if (!slug) {
        fprintf(args->err, "millet: say which channel: --channel SLUG\n");
        return EXIT_USAGE;
    }
    Err *err = course_into(args, slug, &file, &course);
    if (err)
        return args_failed(args, err);
    for (size_t i = 0; i < file.refusals_len; i++)
        say_line(args, "line", file.refusals[i].line, STR(""), file.refusals[i].why);
    fprintf(args->out, "course %.*s: %zu lessons\n", STR_ARG(file.slug), file.lessons_len);
    return say_end(args, file.kept, file.refusals_len);
}

/* The room of quizzes gives its seam when it starts, which only the serving process does by itself. */
static Err *quizzes_begin(Args *args)
{
    for (size_t i = 0; !quiz_seam()->pack && house_modules[i]; i++)
        if (str_eq(str_of(house_modules[i]->name), STR("quiz")) && house_modules[i]->start)
            TRY(house_modules[i]->start(args->store, args->arena));
    return NULL;
}

static int pack_make(Args *args)
{
    const char *out = args_option(args, "out");
    PackMade made;
    if (!args_done(args, 1, 1))
        return EXIT_USAGE;
    if (!out) {
        fprintf(args->err, "millet: say where to write: --out FILE\n");
        return EXIT_USAGE;
    }
    Err *err = quizzes_begin(args);
    if (!err)
        err = pack_write(args->store, args->arena, str_of(args->argv[0]), time_now(), &made);
    if (!err)
        err = args_write(args, out, made.bytes, 0644);
    if (err)
        return args_failed(args, err);
    fprintf(args->out, "%zu objects, %zu bytes, signed by %.*s\n", made.objects, made.bytes.len, STR_ARG(made.key));
    return EXIT_DONE;
}

static int pack_take(Args *args)
{
    const char *slug = args_option(args, "channel"), *key = args_option(args, "key");
    PackTaken taken = {0};
    Str bytes;
    if (!args_done(args, 1, 1))
        return EXIT_USAGE;
    if (!slug) {
        fprintf(args->err, "millet: say which channel: --channel SLUG\n");
        return EXIT_USAGE;
    }
    Err *err = quizzes_begin(args);
    if (!err)
        err = args_read(args, args->argv[0], PACK_BYTES_MAX, &bytes);
    if (!err)
        err = pack_read(args->store, args->arena, bytes, str_of(slug), key ? str_of(key) : STR(""), time_now(), &taken);
    if (err)
        return args_failed(args, err);
    fprintf(args->out, "signed by %.*s\n", STR_ARG(taken.key));
    if (taken.missing)
        fprintf(args->out, "%zu of %zu objects are here; copy the file again and take it once more: what is here is not read twice\n",
                taken.objects - taken.missing, taken.objects);
    else
        fprintf(args->out, "course %.*s is here\n", STR_ARG(taken.course));
    return say_end(args, taken.objects - taken.missing, taken.missing);
}

const Command learn_commands[] = {
    COMMAND("import feed", N_("Take pieces of a feed into a channel"),
            N_("Usage: millet import feed FILE --channel SLUG [--lang en|zh-CN]\n\n"
               "FILE is RSS, Atom or JSON Feed; which one is told by its first words; \"-\" reads standard input. What was taken before is found\n"
               "again: a changed piece gets a new revision. Each refused entry is named with its line and why; the last line says how many\n"
               "were kept and refused. Nothing is fetched from the network.\n"
               "Exit status: 0 all kept, 3 some refused, 1 nothing taken."),
            import_feed, .needs_store = true),
    COMMAND("import course", N_("Make a course of a text file"),
            N_("Usage: millet import course FILE --channel SLUG\n\n"
               "FILE is Markdown: first lines \"title: ...\", \"about: ...\", \"lang: en\", \"certificate: yes\"; then \"# Lesson\", below it\n"
               "\"## Piece to read\" or \"## Task: what to do\" with their text. The same file again changes nothing twice.\n"
               "Exit status: 0 all kept, 3 some refused, 1 nothing taken."),
            import_course, .needs_store = true),
    COMMAND("pack make", N_("Write a course into one signed file"),
            N_("Usage: millet pack make COURSE --out FILE\n\n"
               "COURSE is its name in addresses. The file holds its lessons, pieces in all languages, quizzes and pictures, each named by its\n"
               "SHA-256, and is signed with this Millet's key. Carry it on a USB stick."),
            pack_make, .needs_store = true),
    COMMAND("pack take", N_("Take a course out of a pack"),
            N_("Usage: millet pack take FILE --channel SLUG [--key KEY]\n\n"
               "Checks the signature and every object. A file that was cut off while copying is taken as far as it goes; taken again, only what\n"
               "is missing is read. With --key the pack must be signed by that key. The same course again becomes new revisions, not a second\n"
               "course. Exit status: 0 all of it, 3 some objects are missing, 1 nothing taken."),
            pack_take, .needs_store = true),
    {0},
};
