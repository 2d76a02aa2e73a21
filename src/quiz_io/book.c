/* The book: what was read, what was refused and why; telling formats apart; encodings. */
#include "quiz_io/package.h"

#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

void book_note(Book *book, size_t line, Str name, bool refused, Err *err)
{
    book->refused += refused;
    if (book->notes_len >= BOOK_NOTES_MAX)
        return;
    if (book->notes_len == book->notes_room) {
        size_t room = book->notes_room ? book->notes_room * 2 : 16;
        BookNote *more = NEW_ARRAY(book->arena, BookNote, room);
        if (book->notes_len)
            memcpy(more, book->notes, book->notes_len * sizeof *more);
        book->notes = more;
        book->notes_room = room;
    }
    book->notes[book->notes_len++] = (BookNote){line, str_copy(book->arena, name), refused, err};
}

Str book_first_words(Str text)
{
    Str line, rest;
    str_cut(str_trim(text), '\n', &line, &rest);
    return str_trim(utf8_cut(line, 80));
}

static void entry_add(Book *book, size_t line, const Question *question)
{
    if (book->len == book->room) {
        size_t room = book->room ? book->room * 2 : 16;
        BookEntry *more = NEW_ARRAY(book->arena, BookEntry, room);
        if (book->len)
            memcpy(more, book->entries, book->len * sizeof *more);
        book->entries = more;
        book->room = room;
    }
    book->entries[book->len++] = (BookEntry){*question, line};
}

void book_take(Book *book, size_t line, const Question *question)
{
    Err *err = question_check(book->arena, question);
    if (!err && book->len >= BOOK_QUESTIONS_MAX)
        err = err_new(book->arena, ERR_INVALID, "book.too_many");
    Question back;
    if (!err) /* what does not fit its limits in length would not come back from the database */
        err = question_read(book->arena, question_json(book->arena, question), &back);
    if (err)
        book_note(book, line, question->name.len ? question->name : book_first_words(question->prompt), true, err);
    else
        entry_add(book, line, question);
}

Option *option_add(Arena *arena, OptionList *options, Option option)
{
    static _Thread_local Option dropped;
    if (options->len > QUESTION_OPTIONS_MAX) /* one more than allowed is kept, so that the check sees it */
        return &dropped;
    if (!options->at)
        options->at = NEW_ARRAY(arena, Option, QUESTION_OPTIONS_MAX + 1);
    options->at[options->len] = option;
    return &options->at[options->len++];
}

Gap *gap_add(Arena *arena, GapList *gaps, Gap gap)
{
    static _Thread_local Gap dropped;
    if (gaps->len > QUESTION_GAPS_MAX)
        return &dropped;
    if (!gaps->at)
        gaps->at = NEW_ARRAY(arena, Gap, QUESTION_GAPS_MAX + 1);
    gaps->at[gaps->len] = gap;
    return &gaps->at[gaps->len++];
}

/* ---- shares ---- */

bool share_read(Str text, int64_t *share)
{
    double percent;
    if (!str_to_real(str_trim(text), &percent) || percent < -100 || percent > 100)
        return false;
    *share = (int64_t)(percent * 100000 + (percent < 0 ? -0.5 : 0.5));
    return true;
}

Str share_text(Arena *arena, int64_t share)
{
    int64_t whole = llabs(share) / 100000, part = llabs(share) % 100000;
    Str text = str_format(arena, "%s%lld.%05lld", share < 0 ? "-" : "", (long long)whole, (long long)part);
    while (str_ends(text, STR("0")))
        text.len--;
    if (str_ends(text, STR(".")))
        text.len--;
    return text;
}

/* ---- notes of writers ---- */

void book_left_out(Book *book, size_t number, const Question *q)
{
    Err *err = err_arg(book->arena, err_new(book->arena, ERR_INVALID, "book.cannot_hold"), "type", q->type);
    book_note(book, number, q->name.len ? q->name : book_first_words(q->prompt), true, err);
}

/* ---- encodings ---- */

static bool convert(Arena *arena, Str in, const char *from, Str *out)
{
    iconv_t cd = iconv_open("UTF-8", from);
    if (cd == (iconv_t)-1)
        return false;
    size_t room = in.len * 2 + 16, left = room, in_left = in.len;
    char *to = arena_alloc(arena, room), *at = to, *source = arena_copy(arena, in.at, in.len);
    bool fine = iconv(cd, &source, &in_left, &at, &left) != (size_t)-1 && !in_left;
    iconv_close(cd);
    *out = (Str){to, room - left};
    return fine;
}

/* UTF-8 whatever the file was in, without a mark of byte order, line ends as \n. */
static bool decode(Arena *arena, Str file, Str *out)
{
    Str text = file;
    if (str_starts(file, STR("\xFF\xFE")) || str_starts(file, STR("\xFE\xFF"))) {
        if (!convert(arena, file, "UTF-16", &text))
            return false;
    } else if (!utf8_valid(file) && !convert(arena, file, "GB18030", &text)) {
        return false;
    }
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        text = str_slice(text, 3, text.len);
    if (!utf8_valid(text))
        return false;
    char *clean = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '\r') {
            if (i + 1 < text.len && text.at[i + 1] == '\n')
                continue;
            clean[len++] = '\n';
        } else {
            clean[len++] = text.at[i];
        }
    }
    *out = (Str){clean, len};
    return true;
}

/* ---- formats ---- */

static bool aiken_like(Str text)
{
    for (Str line, rest; text.len; text = rest) {
        str_cut(text, '\n', &line, &rest);
        line = str_trim(line);
        if ((line.len > 7 && str_eq_nocase(str_slice(line, 0, 7), STR("ANSWER:"))) || str_starts(line, STR("答案：")) ||
            str_starts(line, STR("答案:")) || (line.len > 9 && str_eq_nocase(str_slice(line, 0, 9), STR("ANSWER\xEF\xBC\x9A"))))
            return true;
        if (str_find(line, STR("{")) != SIZE_MAX)
            return false;
    }
    return false;
}

const char *book_format(Str file)
{
    Str head = str_trim(str_slice(file, 0, 4096));
    if (str_starts(head, STR("\xEF\xBB\xBF")))
        head = str_trim(str_slice(head, 3, head.len));
    if (str_starts(file, STR("PK\x03\x04")))
        return "qti";
    if (str_starts(head, STR("<"))) {
        if (str_find(head, STR("<quiz")) != SIZE_MAX)
            return "moodle";
        if (str_find(head, STR("assessment-item")) != SIZE_MAX || str_find(head, STR("assessmentItem")) != SIZE_MAX ||
            str_find(head, STR("imsqti")) != SIZE_MAX)
            return "qti";
        return NULL;
    }
    if (aiken_like(file))
        return "aiken";
    bool gift = str_find(file, STR("{")) != SIZE_MAX || str_find(file, STR("\xEF\xBD\x9B")) != SIZE_MAX ||
                str_find(head, STR("::")) != SIZE_MAX;
    return gift ? "gift" : NULL;
}

static Err *read_xml(Book *book, Str text)
{
    size_t broken = 0;
    xmlDoc *doc = xml_parse(text, &broken);
    if (!doc)
        return err_new(book->arena, ERR_INVALID, "book.format");
    if (strcmp(book->format, "moodle") == 0)
        moodle_read(book, doc, broken);
    else
        qti_read(book, doc, broken);
    xmlFreeDoc(doc);
    return NULL;
}

/* An XML file says its encoding itself; libxml2 obeys it. */
static Err *read_as(Book *book, Str file)
{
    Str text;
    if (str_starts(file, STR("PK\x03\x04")))
        return strcmp(book->format, "qti") == 0 ? package_read(book, file) : err_new(book->arena, ERR_INVALID, "book.format");
    bool xml = strcmp(book->format, "moodle") == 0 || strcmp(book->format, "qti") == 0;
    if (xml)
        return read_xml(book, file);
    if (!decode(book->arena, file, &text))
        return err_new(book->arena, ERR_INVALID, "book.encoding");
    if (strcmp(book->format, "gift") == 0)
        gift_read(book, text);
    else
        aiken_read(book, text);
    return NULL;
}

Err *book_read(Arena *arena, Str file, const char *format, Book *out)
{
    *out = (Book){.arena = arena, .format = format};
    if (!format) {
        Str text;
        bool archive = str_starts(file, STR("PK\x03\x04"));
        if (!archive && !decode(arena, file, &text))
            return err_new(arena, ERR_INVALID, "book.encoding");
        out->format = book_format(archive ? file : text);
    }
    if (!out->format)
        return err_new(arena, ERR_INVALID, "book.format");
    TRY(read_as(out, file));
    if (!out->len && !out->refused)
        return err_new(arena, ERR_INVALID, "book.empty");
    return NULL;
}

Err *book_read_one(Arena *arena, Str gift, Question *out)
{
    Book book = {.arena = arena, .format = "gift"};
    Str text;
    if (!decode(arena, gift, &text))
        return err_new(arena, ERR_INVALID, "book.encoding");
    gift_read(&book, text);
    if (book.notes_len && book.notes[0].refused)
        return book.notes[0].err;
    if (book.len != 1)
        return err_new(arena, ERR_INVALID, book.len ? "book.more_than_one" : "book.empty");
    *out = book.entries[0].question;
    return NULL;
}

const char *book_extension(const char *format)
{
    return strcmp(format, "gift") == 0 ? "gift" : strcmp(format, "aiken") == 0 ? "txt" : strcmp(format, "qti") == 0 ? "zip" : "xml";
}

Err *book_write_as(Arena *arena, const char *format, const BookWrite *write, Str *file, Book *out)
{
    Buf buf = buf_new(arena, BOOK_FILE_MAX);
    *out = (Book){.arena = arena, .format = format};
    if (strcmp(format, "gift") == 0)
        gift_write(&buf, write, out);
    else if (strcmp(format, "aiken") == 0)
        aiken_write(&buf, write, out);
    else if (strcmp(format, "moodle") == 0)
        moodle_write(&buf, write, out);
    else if (strcmp(format, "qti") == 0)
        return package_write(arena, write, out, file);
    else
        return err_new(arena, ERR_INVALID, "book.format");
    if (buf.overflowed)
        return err_new(arena, ERR_INVALID, "book.too_many");
    *file = buf_str(&buf);
    return NULL;
}

Err *book_write(Arena *arena, const char *format, const BookWrite *write, Str *file, Book *out)
{
    TRY(book_write_as(arena, format, write, file, out));
    book_say_lost(out, format, write);
    return NULL;
}
