/* The log: one line of key=value on standard error, written by one call so that threads never mix. */
#include "core/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/core.h"

enum { LINE_BYTES = 4096 };

static _Thread_local int64_t request_number;

void log_request(int64_t number)
{
    request_number = number;
}

static size_t add(char *line, size_t len, const char *format, va_list args)
{
    int wrote = vsnprintf(line + len, LINE_BYTES - len, format, args);
    if (wrote < 0)
        return len;
    return len + (size_t)wrote < LINE_BYTES ? len + (size_t)wrote : LINE_BYTES - 1;
}

__attribute__((format(printf, 3, 4))) static size_t addf(char *line, size_t len, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    len = add(line, len, format, args);
    va_end(args);
    return len;
}

static size_t begin(char *line, const char *event)
{
    Time now = time_real();
    Clock c = time_clock(now, STR("UTC"));
    size_t len = addf(line, 0, "time=%04d-%02d-%02dT%02d:%02d:%02d.%03dZ event=%s", c.year, c.month, c.day, c.hour,
                      c.minute, c.second, (int)(now.ms % 1000), event);
    if (!request_number)
        return len;
    char number[ID_TEXT_LEN]; /* as X-Request-Id and error pages show it */
    id_write(request_number, number);
    return addf(line, len, " request=%.*s", ID_TEXT_LEN, number);
}

/* What came from outside must not look like a second line, nor move a terminal's cursor. */
static void finish(char *line, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)line[i] < ' ' || line[i] == 0x7F)
            line[i] = '?';
    line[len++] = '\n';
    for (size_t at = 0; at < len;) {
        ssize_t wrote = write(STDERR_FILENO, line + at, len - at);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return; /* nobody can be told */
        at += (size_t)wrote;
    }
}

void log_line(const char *event, const char *format, ...)
{
    char line[LINE_BYTES + 1];
    size_t len = begin(line, event);
    if (len + 1 < LINE_BYTES)
        line[len++] = ' ';
    va_list args;
    va_start(args, format);
    len = add(line, len, format, args);
    va_end(args);
    finish(line, len);
}

void log_error(const char *event, const Err *err)
{
    char line[LINE_BYTES + 1];
    size_t len = begin(line, event);
    len = addf(line, len, " code=%s", err->code);
    if (err->field.len)
        len = addf(line, len, " field=%.*s", STR_ARG(err->field));
    if (err->detail.len) {
        len = addf(line, len, " detail=\"");
        for (size_t i = 0; i < err->detail.len && len + 2 < LINE_BYTES; i++)
            line[len++] = err->detail.at[i] == '"' ? '\'' : err->detail.at[i];
        line[len++] = '"';
    }
    finish(line, len);
}
