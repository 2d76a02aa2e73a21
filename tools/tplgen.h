/* The parts of tplgen: words of a template, the place in the HTML, the C it becomes. */
#pragma once
#include "base/base.h"

enum { DEPTH_MAX = 64, NAME_MAX_LEN = 40, ATTRS_MAX = 32, WORDS_MAX = 24 };

/* ---- errors: one sentence saying what and one saying what to do, at the template's own line ---- */
_Noreturn void complain(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* ---- tplgen_words.c: text and {{ directives }} ---- */
typedef enum WordKind { WORD_END, WORD_NAME, WORD_TEXT, WORD_NUMBER, WORD_MARK } WordKind;

typedef struct Word {
    WordKind kind;
    Str text; /* a name is a whole path: "o.price"; a text is without its quotes, escapes undone */
} Word;

typedef struct Token {
    bool directive;
    Str text;             /* literal text */
    Word words[WORDS_MAX]; /* a directive's; ends with WORD_END */
    int line;
} Token;

typedef struct TokenList {
    Token *at;
    size_t len;
} TokenList;

TokenList template_tokens(Arena *arena, const char *file, Str source);

/* ---- tplgen_html.c: where in the page a value would stand ---- */
typedef enum HtmlPlace {
    IN_TEXT,
    IN_TAG,        /* between attributes */
    IN_TAG_NAME,
    IN_END_TAG,
    IN_ATTR_NAME,
    BEFORE_VALUE,  /* after = */
    IN_VALUE,      /* between quotes */
    IN_DOCTYPE,
} HtmlPlace;

typedef enum UrlPlace { URL_START, URL_LITERAL, URL_AFTER_VALUE, URL_UNCLEAR } UrlPlace;

typedef enum AttrKind { ATTR_PLAIN, ATTR_HUMAN, ATTR_URL } AttrKind; /* HUMAN: read by people, so translated */

typedef struct Element {
    char name[NAME_MAX_LEN];
    int line;
    bool foreign;      /* inside <svg>: tags may close themselves */
    bool verbatim;     /* inside <pre>, <textarea>: white space counts */
    bool translate_no; /* inside translate="no", <code>, <kbd>, <samp> */
    bool posts, csrf;  /* a <form method="post">, and whether {{ csrf }} was seen in it */
} Element;

typedef struct HtmlState {
    HtmlPlace place;
    char quote;
    char tag[NAME_MAX_LEN], attr[NAME_MAX_LEN];
    AttrKind attr_kind;
    UrlPlace url;
    bool slash;       /* a / stands before > */
    bool space;       /* white space was seen and not yet written */
    bool after_block; /* white space here would not be seen */
    char value[16];   /* the first literal characters of the attribute's value */
    size_t value_len;
    char attrs[ATTRS_MAX][NAME_MAX_LEN];
    size_t attrs_len;
    bool tag_posts, tag_translate_no;
    int tag_line;
    Element open[DEPTH_MAX];
    size_t depth;
} HtmlState;

typedef struct HtmlReader {
    const char *file;
    Buf out; /* literal text to be written, shortened */
    HtmlState s;
} HtmlReader;

void html_read(HtmlReader *html, Str text, int line);      /* literal text of the template */
void html_value(HtmlReader *html, int line, const char *what); /* a value stands here: writes waiting white space */
void html_control(HtmlReader *html, int line);             /* an if, for, else or end stands here */
void html_csrf(HtmlReader *html, int line);                /* {{ csrf }} stands here */
void html_finish(HtmlReader *html, int line);              /* the end: everything must be closed */
/* Both ways of a branch must leave the page in the same place; the result stands for both. */
void html_join(HtmlReader *html, HtmlState *into, const HtmlState *other, int line);

/* ---- tplgen_emit.c: one template becomes one function ---- */
typedef struct Template {
    Arena *arena;
    const char *file;
    Str module, name;    /* "market", "offers" */
    Str view, view_header; /* view "void" for none */
    bool splits;         /* has {{ content }}: becomes _begin and _end */
    StrList headers;     /* other headers it needs: "web/templates.h" */
    Buf code;
} Template;

void template_compile(Template *t, Str source);

/* ---- what the files of the compiler share while one template is made ---- */
typedef enum BlockKind { BLOCK_IF, BLOCK_FOR, BLOCK_WRAP } BlockKind;

typedef struct Block {
    BlockKind kind;
    int line;
    bool saw_else, has_merged;
    HtmlState start, merged;
    Str name;  /* FOR: the loop's name */
    Str close; /* WRAP: the call that ends it */
} Block;

typedef struct Maker {
    Template *t;
    HtmlReader html;
    Block *blocks;
    size_t blocks_len;
    const Token *token;
} Maker;

/* tplgen_names.c: words of the directive at hand, C text, names to C expressions */
_Noreturn void wrong(const Maker *m, const char *usage); /* the directive is misused: how it is written */
const Word *word(const Maker *m, size_t i);
bool is_word(const Maker *m, size_t i, WordKind kind, const char *text); /* text NULL: any */
Str name_at(const Maker *m, size_t i, const char *usage);                /* a name must stand there */
void no_more(const Maker *m, size_t i, const char *usage);               /* nothing may stand there */
void c_text(Buf *out, Str text);                                         /* a C string literal */
void write_literal(Maker *m);                                            /* the literal text that waits */
Buf *statement(Maker *m);                                                /* #line, and where C goes */
bool loop_known(const Maker *m, Str name);
Str expression(const Maker *m, Str path); /* v.a.b is v->a.b; a loop's own name is *o */
bool in_url(const Maker *m);

/* tplgen_values.c: values and texts */
bool value_directive(Maker *m); /* {{ v.x }}, {{ day v.x }}, {{ t }} ...; false: it is something else */

/* tplgen_parts.c: includes, forms, icons, assets */
bool part_directive(Maker *m); /* false: it is something else */
void between_tags(Maker *m, const char *what);
Str part_call(Maker *m, const char *usage, const char *ending); /* "module_name<ending>(p, argument);" */
