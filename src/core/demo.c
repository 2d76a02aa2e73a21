/* Names and chance for the demo village. */
#include "core/demo.h"

#include <stdarg.h>
#include <stdlib.h>

static Str name_of(Arena *arena, const char *format, va_list args)
{
    Buf out = buf_new(arena, 1000);
    buf_addv(&out, format, args);
    return buf_str(&out);
}

Id demo_id(const Demo *demo, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Str name = name_of(demo->arena, format, args);
    va_end(args);
    for (size_t i = 0; i < demo->names_len; i++)
        if (str_eq(demo->names[i].name, name))
            return demo->names[i].id;
    return 0;
}

void demo_name(Demo *demo, Id id, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Str name = name_of(demo->arena, format, args);
    va_end(args);
    if (!demo->names)
        demo->names = NEW_ARRAY(demo->arena, DemoName, DEMO_NAMES_MAX);
    size_t at = 0;
    while (at < demo->names_len && !str_eq(demo->names[at].name, name))
        at++; /* a write may run twice: the last run counts */
    if (at == DEMO_NAMES_MAX)
        abort();
    demo->names[at] = (DemoName){name, id};
    if (at == demo->names_len)
        demo->names_len++;
}

int64_t demo_random(Demo *demo, int64_t below)
{
    /* splitmix64, Steele, Lea and Flood 2014 */
    uint64_t z = demo->seed += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return below > 0 ? (int64_t)((z ^ (z >> 31)) % (uint64_t)below) : 0;
}
