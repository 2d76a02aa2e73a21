/* What the readers and writers of this folder share. */
#pragma once
#include <libxml/tree.h>

#include "quiz_io/quiz_io.h"

/* ---- book.c ---- */
void book_note(Book *book, size_t line, Str name, bool refused, Err *err);
/* Checks and keeps it, or notes why not. */
void book_take(Book *book, size_t line, const Question *question);
Str book_first_words(Str text); /* a name for what has none */
/* Grows like an array; out of its limit the option is dropped, and question_check refuses the question. */
Option *option_add(Arena *arena, OptionList *options, Option option);
Gap *gap_add(Arena *arena, GapList *gaps, Gap gap);

/* ---- markup.c ---- */
/* HTML as people's editors make it, as Markdown; what Markdown would read as a mark is escaped. */
Str html_to_markdown(Arena *arena, Str html);
/* This node and those beside it, which hold XHTML, as Markdown or as plain text; interactions and feedback (see qti.c) are left out. */
Str nodes_to_text(Arena *arena, const xmlNode *first, bool plain);
Str text_to_xhtml(Arena *arena, Str text, Str format); /* paragraphs */

/* ---- gift.c, gift_write.c, aiken.c, moodle.c, moodle_write.c, cloze.c, qti.c, qti_write.c ---- */
void gift_read(Book *book, Str text);
void gift_write(Buf *out, const BookWrite *write, Book *book);
void aiken_read(Book *book, Str text);
void aiken_write(Buf *out, const BookWrite *write, Book *book);
void moodle_read(Book *book, xmlDoc *doc, size_t broken_line);
void moodle_write(Buf *out, const BookWrite *write, Book *book);
/* Moodle's own notation for gaps: "{1:MULTICHOICE:~wrong~=right}". */
Err *cloze_read(Arena *arena, Str text, Question *out);
void cloze_write(Buf *out, const Question *question);
void qti_read(Book *book, xmlDoc *doc, size_t broken_line);
/* A percentage such as "33.33333" as a share; false: none, or beyond 100. */
bool share_read(Str text, int64_t *share);
Str share_text(Arena *arena, int64_t share); /* "33.33333" */
/* lost.c: reads back what was written, one question after the other, and notes each part that is not as it was. */
void book_say_lost(Book *book, const char *format, const BookWrite *write);
/* Writes, and notes what is left out altogether. */
Err *book_write_as(Arena *arena, const char *format, const BookWrite *write, Str *file, Book *out);
void book_left_out(Book *book, size_t number, const Question *question);
/* One document; broken parts are passed over and *broken_line names the first. NULL: not XML at all. Free with xmlFreeDoc. */
xmlDoc *xml_parse(Str text, size_t *broken_line);
bool xml_is(const xmlNode *node, const char *name);
const xmlNode *markup_child(const xmlNode *node, const char *name); /* the first of that name, or NULL */
Str markup_text(Arena *arena, const xmlNode *node);   /* all text inside, trimmed */
Str markup_attribute(Arena *arena, const xmlNode *node, const char *name);
size_t xml_line(const xmlNode *node);

/* ---- picture.c ---- */
/* Base64 of a picture, or an address "data:image/png;base64,...": kept in the book, *media names it. book.picture. */
Err *picture_take(Book *book, Str base64, Str *media, int64_t *width, int64_t *height);
/* The same of its bytes; name: of its file, may be empty. */
Err *book_picture(Book *book, Str name, Str bytes, Str *media, int64_t *width, int64_t *height);
/* The picture of a question as base64 with its size; false: there is none. */
bool picture_give(Buf *out, const BookWrite *write, const Question *question, int64_t *width, int64_t *height);
/* "circle" "100,80;20", "rectangle" "10,10;50,40" (corner and size) or "polygon" in pixels; polygons by the rectangle around them. */
bool region_moodle(Str shape, Str coords, int64_t width, int64_t height, Option *option);
/* "circle" "100,80,20", "rect" "10,10,60,50" (two corners) or "poly". */
bool region_qti(Str shape, Str coords, int64_t width, int64_t height, Option *option);
