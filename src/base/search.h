/* Words for the full-text index, and what people type as queries of it. The same on SQLite (FTS5) and PostgreSQL. */
#pragma once
#include "base/base.h"

/* Words for the index, and how queries are compared with them: folded, Han characters one by one, plurals of Latin words
   without their ending ("Eggs" and "egg" are one, as are "berries" and "berry"). */
Str search_index(Arena *arena, Str text);

typedef enum SearchMode {
    SEARCH_PHRASES, /* each typed word must stand as it is: 鸡蛋 is 鸡 directly before 蛋 */
    SEARCH_BEGUN,   /* the last word may be unfinished */
    SEARCH_APART,   /* and Han characters may stand apart */
} SearchMode;

/* What a person typed, as the full-text query of this database; empty when there is nothing to search for. Holds only
   letters, digits, marks and the signs it puts there itself, so nothing typed can be read as a command. */
Str search_words(Arena *arena, bool postgres, Str typed, SearchMode mode);
