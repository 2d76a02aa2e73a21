/* Question files of other programs: GIFT, Aiken, Moodle XML and QTI 3 (packages; single items in too), in and out. Nothing here knows the database. */
#pragma once
#include "question/question.h"

enum { BOOK_FILE_MAX = 32 << 20, BOOK_QUESTIONS_MAX = 5000, BOOK_NOTES_MAX = 2000, BOOK_PICTURES_MAX = 500 };

typedef struct BookEntry {
    Question question;
    size_t line; /* 1-based, where it begins in the file */
} BookEntry;

typedef struct BookNote { /* what happened to one question */
    size_t line;
    Str name;     /* of the question, or its first words */
    bool refused; /* else: it was kept, with something changed or left out */
    Err *err;     /* the reason, its sentence in quiz_io's errors */
} BookNote;

typedef struct BookPicture {
    Str name, bytes; /* bytes: as in the file, not looked at yet */
} BookPicture;

typedef struct Book {
    Arena *arena;
    const char *format; /* "gift", "aiken", "moodle" or "qti" */
    BookEntry *entries;
    size_t len, room;
    BookNote *notes;
    size_t notes_len, notes_room;
    BookPicture *pictures; /* a question's media names one: "picture:3" */
    size_t pictures_len;
    size_t refused;        /* questions, also those beyond BOOK_NOTES_MAX */
    struct Package *package; /* the reader's own */
} Book;

/* Reads a whole file. format NULL: told by its content. Each question is judged alone: a bad one is a note with its line and
   reason and never loses the rest. Texts become Markdown or plain text; HTML is converted. Files in GB18030 or UTF-16 are read as
   well. Codes when nothing at all can be read: book.format, book.encoding, book.empty, book.too_many. Notes: those of
   question_check and book.*. */
Err *book_read(Arena *arena, Str file, const char *format, Book *out);
const char *book_format(Str file); /* told by its content; NULL: none of them */

/* The question of a GIFT text that holds one: what an author types. Codes as above. */
Err *book_read_one(Arena *arena, Str gift, Question *out);

typedef struct BookWrite {
    const Question *questions;
    size_t len;
    Str title, lang;
    /* The bytes of a picture (JPEG, PNG, GIF) by its media key; false: it is not there. May be NULL. */
    bool (*picture)(void *arg, Arena *arena, Str media, Str *bytes);
    void *picture_arg;
} BookWrite;
/* Writes what the format can hold; what it cannot is a note with line = the number of the question (from 1). out->entries stays
   empty. */
Err *book_write(Arena *arena, const char *format, const BookWrite *write, Str *file, Book *out);
const char *book_extension(const char *format); /* "gift", "txt", "xml", "zip" */
