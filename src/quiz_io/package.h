/* Inside question files: QTI packages, and items with their pictures. */
#pragma once
#include "quiz_io/inside.h"
#include "zip/zip.h"

enum { BOOK_UNPACKED_MAX = 64 << 20, BOOK_ITEM_BYTES = 4 << 20, BOOK_PICTURE_BYTES = 16 << 20 };

typedef struct Package { /* while one is read */
    ZipIn *zip;
    Str here;        /* the file that is being read */
    size_t unpacked; /* bytes so far */
} Package;

/* Any bytes that begin like a ZIP. An error says that nothing can be read (book.archive); a bad item is a note of its own. At most
   64 MB are unpacked, 4 MB for an item, 16 MB for a picture, whatever the file promises. */
Err *package_read(Book *book, Str file);
Err *package_write(Arena *arena, const BookWrite *write, Book *book, Str *file);
/* "../images/a.png" as said by "items/1.xml": "images/a.png". Never leads out. */
Str package_path(Arena *arena, Str from, Str href);
/* A picture of the package that is being read. Codes: book.picture, book.missing_file, book.large_file. */
Err *package_picture(Book *book, Str href, Str *media, int64_t *width, int64_t *height);

typedef struct QtiPicture { /* where an item finds its picture; name empty: it has none */
    Str name, bytes;
    int64_t width, height;
} QtiPicture;
/* One item as a document of its own; what cannot be held becomes notes. False: left out. */
bool qti_item_write(Buf *out, const Question *question, size_t number, const QtiPicture *picture, Book *book);
