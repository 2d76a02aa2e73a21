/* Reading messages: nothing is believed about lengths. */
#include "insight/wire.h"

#include <string.h>

bool cursor_take(Cursor *cursor, void *out, size_t size)
{
    if (cursor->bad || cursor->rest.len < size) {
        cursor->bad = true;
        return false;
    }
    if (size) /* an empty list at the end: there is nothing to point at */
        memcpy(out, cursor->rest.at, size);
    cursor->rest = str_slice(cursor->rest, size, cursor->rest.len);
    return true;
}

void *cursor_list(Cursor *cursor, Arena *arena, uint64_t count, size_t size)
{
    if (cursor->bad || count > cursor->rest.len / size) {
        cursor->bad = true;
        return NULL;
    }
    void *out = arena_alloc(arena, (size_t)count * size + 1);
    cursor_take(cursor, out, (size_t)count * size);
    return out;
}
