/* Error values. */
#include "base/err.h"

#include <string.h>

Err *err_new(Arena *arena, ErrKind kind, const char *code)
{
    Err *err = NEW(arena, Err);
    err->kind = kind;
    err->code = code;
    return err;
}

Err *err_field(Arena *arena, const char *code, const char *field)
{
    Err *err = err_new(arena, ERR_INVALID, code);
    err->field = str_copy(arena, str_of(field));
    return err;
}

Err *err_detail(Arena *arena, ErrKind kind, const char *code, const char *format, ...)
{
    Err *err = err_new(arena, kind, code);
    Buf buf = buf_new(arena, 4096);
    va_list args;
    va_start(args, format);
    buf_addv(&buf, format, args);
    va_end(args);
    err->detail = buf_str(&buf);
    return err;
}

Err *err_arg(Arena *arena, Err *err, const char *name, Str value)
{
    for (size_t i = 0; i < ERR_ARGS; i++)
        if (!err->args[i].name) {
            err->args[i] = (ErrArg){name, str_copy(arena, value)};
            break;
        }
    return err;
}

Err *err_copy(Arena *arena, const Err *err)
{
    if (!err)
        return NULL;
    Err *copy = NEW(arena, Err);
    *copy = *err;
    copy->code = str_z(arena, str_of(err->code));
    copy->field = str_copy(arena, err->field);
    copy->detail = str_copy(arena, err->detail);
    for (size_t i = 0; i < ERR_ARGS; i++)
        copy->args[i].value = str_copy(arena, err->args[i].value);
    return copy;
}

bool err_is(const Err *err, const char *code)
{
    return err && strcmp(err->code, code) == 0;
}

Str err_text(Arena *arena, const Err *err)
{
    Buf buf = buf_new(arena, 8192);
    buf_add(&buf, str_of(err->code));
    if (err->field.len)
        buf_addf(&buf, " (%.*s)", STR_ARG(err->field));
    if (err->detail.len)
        buf_addf(&buf, ": %.*s", STR_ARG(err->detail));
    for (size_t i = 0; i < ERR_ARGS && err->args[i].name; i++)
        buf_addf(&buf, " %s=%.*s", err->args[i].name, STR_ARG(err->args[i].value));
    return buf_str(&buf);
}
