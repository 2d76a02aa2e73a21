/* Inside learning: feeds of others as pieces of a channel. */
#pragma once
#include "learn/inside.h"

enum { FEED_BYTES_MAX = 10 << 20, FEED_ENTRIES_MAX = 2000, FEED_DEPTH_MAX = 128 };

typedef struct FeedPiece {
    size_t line;           /* where it begins; of JSON the how manieth it is */
    Str guid, link, title, text, author;
    Time at;
    bool has_at;
    Err *refused;          /* why it cannot be taken; NULL: it can */
} FeedPiece;

typedef struct FeedBook {
    Arena *arena;
    const char *format;    /* "RSS", "Atom", "JSON Feed" */
    Str title, lang;
    int64_t ttl_s;         /* how long it asks to be left alone; 0: it does not say */
    FeedPiece *at;
    size_t len, room, refused;
    bool lines;            /* .line is a line of the file */
    bool mended;           /* the file was ill-formed: entries were read one by one */
} FeedBook;

/* Any bytes. A bad entry is refused by itself; an error says that the file as a whole is no feed: feed.format, feed.empty,
   feed.too_large. Nothing outside the file is ever read: no DTD, no entities but the five of XML. charset: what HTTP says, or empty;
   a byte-order mark and the file's own declaration come first. */
Err *feed_read(Arena *arena, Str file, Str charset, FeedBook *book);
/* The file as UTF-8 whatever it was in; bytes that are none become U+FFFD. */
Str feed_utf8(Arena *arena, Str file, Str charset);
Err *feed_json_read(FeedBook *book, Str file);
FeedPiece *feed_piece(FeedBook *book, size_t line); /* a new one; NULL when there are too many */
void feed_piece_end(FeedBook *book, FeedPiece *piece); /* checks it, makes its identity */
bool feed_date(Str text, Time *out); /* RFC 3339; RFC 822 with its usual faults; no zone: UTC */
Str feed_text(Arena *arena, Str html); /* plain words that Markdown shows as they are */

typedef struct FeedWrite {
    const FeedBook *book;
    Id channel, by;
    Str lang;
    Time now;
    int64_t made, revised, same; /* out */
} FeedWrite;
/* In one transaction: new pieces are published with their date, changed ones get a revision. */
Err *feed_write(Store *store, Arena *arena, FeedWrite *write);
