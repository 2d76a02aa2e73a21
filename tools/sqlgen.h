/* sqlgen: turns migrations and queries.sql into C. What its files share; docs/house.md says what it promises. */
#pragma once
#include <stdio.h>

#include "base/base.h"

/* ---- sqlgen_token.c: SQL cut into tokens, and complaints that name file and line ---- */

typedef struct Source {
    const char *path;
    Str text;
} Source;

typedef enum TokenKind {
    TOKEN_END,
    TOKEN_WORD,    /* name or keyword */
    TOKEN_QUOTED,  /* "name" */
    TOKEN_TEXT,    /* 'text' or $$text$$ */
    TOKEN_NUMBER,
    TOKEN_PARAM,   /* :name; its text is without the colon */
    TOKEN_COMMENT, /* -- to the end of the line; its text is without the dashes, trimmed */
    TOKEN_OTHER,   /* punctuation, one character, but "::" is one */
} TokenKind;

typedef struct Token {
    TokenKind kind;
    Str text;
    size_t at; /* offset in the source where it begins */
    int line;
    bool line_start; /* nothing but white space stands before it on its line */
} Token;

typedef struct Tokens {
    Token *at; /* ends with a TOKEN_END that len does not count */
    size_t len;
} Tokens;

Tokens tokens_of(Arena *arena, const Source *source);
bool token_is(const Token *token, const char *word_or_mark); /* keywords without case */
/* The tokens as SQL again, comments left out; a parameter becomes prefix and its number from names (1-based), or prefix and its own
   name when names is NULL. */
Str tokens_sql(Arena *arena, const Token *from, const Token *to, const char *prefix, const StrList *names);

/* Prints "path:line: sentence" and counts; the run goes on to find more, and ends with status 1. */
void complain(const Source *source, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));
int complaints(void);
int line_of(Str text, size_t offset);

/* ---- sqlgen_schema.c: migrations ---- */

typedef enum Dialect { BOTH, SQLITE, POSTGRES } Dialect;

typedef struct Mark { /* where a statement of a migration began */
    int line;
    size_t checking; /* offset in that Buf */
} Mark;

typedef struct TableNote { /* what stands above a CREATE TABLE */
    Str table, comment;
} TableNote;

typedef struct Migration {
    Source source;
    Mark *marks;
    size_t marks_len;
    int64_t number;
    Str name;     /* "0040_product" */
    Str hash;     /* SHA-256 of the file, hexadecimal */
    Buf checking; /* SQLite with our type words, for the schema in memory */
    Buf sqlite, postgres;
    TableNote *notes;
    size_t notes_len;
} Migration;

typedef struct Migrations {
    Migration *at; /* by number */
    size_t len;
} Migrations;

Migrations migrations_read(Arena *arena, const char **paths, size_t len);

typedef enum Word { WORD_NONE, WORD_ID, WORD_INT, WORD_MONEY, WORD_TIME, WORD_DATE, WORD_BOOL, WORD_REAL, WORD_TEXT, WORD_BLOB } Word;

typedef struct WordRow {
    const char *schema; /* in migrations: "MONEY" */
    const char *query;  /* in queries.sql: "Money" */
    const char *c;      /* "Money" */
    const char *column; /* ColumnType: "COL_INT" */
    const char *field;  /* FieldType for Shapes; NULL: left out */
    const char *sqlite, *postgres;
} WordRow;

extern const WordRow word_rows[]; /* by Word */
Word word_of_schema(Str name);    /* WORD_NONE when unknown; KEY and INTEGER give WORD_ID */
Word word_of_query(Str name);

/* ---- sqlgen_query.c: queries.sql ---- */

typedef struct Member { /* a parameter or a column */
    Str name;
    Word word;
    bool nullable;
} Member;

typedef struct Members {
    Member *at;
    size_t len;
} Members;

typedef enum Kind { KIND_ONE = 1, KIND_MAYBE, KIND_MANY, KIND_EACH, KIND_COUNT, KIND_DONE } Kind;

typedef struct Query {
    Str name;
    int line;
    Kind kind;
    Str row; /* struct name; empty for count and done */
    Str doc;
    Members params, columns;
    Tokens tokens, tokens_postgres; /* of the bodies; len 0 when absent */
    bool writes;
} Query;

typedef struct Queries {
    Query *at;
    size_t len;
} Queries;

Queries queries_read(Arena *arena, const Source *source);
/* Complains unless it is a plain small-letter name that C allows; what: "Column". */
bool member_name_check(const Source *source, int line, const char *what, Str name);
bool member_type_read(Str type, Member *member); /* "Time?"; false when no such word */

/* ---- sqlgen_parts.c: SQL that several queries share ---- */

typedef struct Part {
    Str name;
    int line;
    Tokens tokens;
    bool used, bad; /* bad: already complained of */
} Part;

typedef struct Parts {
    Part *at; /* room for as many as the file has tokens */
    size_t len;
} Parts;

bool is_part_header(const Token *token, Str *name); /* "-- part NAME"; more words than one behind "part" are prose */
void part_add(const Source *source, Parts *parts, Str name, int line, Tokens body);
/* body with its {NAME}s filled in; empty after a complaint, so that SQLite need not complain of the rest. */
Tokens parts_put(Arena *arena, const Source *source, Parts *parts, Str user, Tokens body);
void parts_check(const Source *source, const Parts *parts);

/* ---- sqlgen_check.c: every query prepared against the schema ---- */

typedef struct Schema Schema;
Schema *schema_open(Arena *arena, const Migrations *migrations); /* NULL after complaints */
void schema_close(Schema *schema);
struct sqlite3 *schema_db(const Schema *schema);
void query_check(Arena *arena, Schema *schema, const Source *source, Query *query); /* fills columns and writes */
void queries_check_rows(const Source *source, const Queries *queries);

/* ---- sqlgen_emit.c ---- */
Str queries_header(Arena *arena, const char *name, const Source *source, const Queries *queries);
Str queries_source(Arena *arena, const char *name, const Source *source, const Queries *queries);
Str migrations_source(Arena *arena, const Migrations *migrations);

/* ---- sqlgen_tables.c: the schema as data, for exports ---- */
Str tables_source(Arena *arena, const Migrations *migrations);
