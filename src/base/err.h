/* Errors are values: NULL is fine, anything else says what, where and what kind. */
#pragma once
#include "base/str.h"

typedef enum ErrKind {
    ERR_INVALID = 1, /* 422: the input must change */
    ERR_DENIED,      /* 403 (401 when nobody is signed in) */
    ERR_MISSING,     /* 404 */
    ERR_CONFLICT,    /* 409: the state of things is against it */
    ERR_BUSY,        /* 503 with Retry-After (429 when code starts with "limit.") */
    ERR_BROKEN,      /* 500 (507 when code is "disk.full"): ours to mend */
} ErrKind;

enum { ERR_ARGS = 4 };

typedef struct ErrArg {
    const char *name; /* stands as {name} in the sentence */
    Str value;
} ErrArg;

typedef struct Err {
    ErrKind kind;
    const char *code; /* stable and dotted: "stock.sold_out"; each code has a sentence in its module's .errors table */
    Str field;        /* the input field that must change, or empty */
    Str detail;       /* for the log only, never shown */
    ErrArg args[ERR_ARGS];
} Err;

/* Everything is copied into the arena, so an Err lives as long as it. */
Err *err_new(Arena *arena, ErrKind kind, const char *code);
Err *err_field(Arena *arena, const char *code, const char *field); /* ERR_INVALID at a field */
Err *err_detail(Arena *arena, ErrKind kind, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
Err *err_arg(Arena *arena, Err *err, const char *name, Str value); /* returns err; a fifth is dropped */
Err *err_copy(Arena *arena, const Err *err);                       /* NULL gives NULL */
bool err_is(const Err *err, const char *code);                     /* false for NULL */
Str err_text(Arena *arena, const Err *err);                        /* "code (field): detail", for logs and commands */

#define TRY(call)                                                                                                      \
    do {                                                                                                               \
        Err *try_err_ = (call);                                                                                        \
        if (try_err_)                                                                                                  \
            return try_err_;                                                                                           \
    } while (0)

#define N_(text) text /* marks a text for translation; looked up when it is shown */
