/* QTI in: see below. */
#include "quiz_io/inside.h"
void qti_read(Book *book, xmlDoc *doc) { (void)doc; book_note(book, 1, (Str){0}, true, err_new(book->arena, ERR_INVALID, "book.format")); }
void qti_write(Buf *out, const BookWrite *write, Book *book) { (void)out; (void)write; (void)book; }
