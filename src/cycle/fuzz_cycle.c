/* What strangers type into the cycles: rules of recurrence, and times of collecting. */
#include <stdlib.h>

#include "cycle/forms.h"
#include "cycle/rrule.h"

static void must(bool good)
{
    if (!good)
        abort();
}

static void rules(Arena *arena, Str text)
{
    Rrule rule;
    Date first = date_of(2026, 11, 21), day = {first.days - 1};
    if (rrule_parse(arena, text, &rule))
        return;
    must(rule.interval >= 1 && rule.interval <= RRULE_INTERVAL_MAX && rule.count <= RRULE_COUNT_MAX);
    for (int i = 0; i < 4; i++) {
        Date next;
        if (!rrule_next(&rule, first, day, &next))
            break;
        must(next.days > day.days && (!rule.has_until || next.days <= rule.until.days));
        day = next;
    }
}

static void spans(Str text)
{
    MinuteSpan read[SPANS_MAX];
    size_t len;
    if (!spans_read(text, read, &len))
        return;
    must(len > 0 && len <= SPANS_MAX);
    for (size_t i = 0; i < len; i++)
        must(read[i].from >= 0 && read[i].from < read[i].to && read[i].to <= 1440);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    Str text = {(const char *)data, size};
    rules(arena, text);
    spans(text);
    arena_free(arena);
    return 0;
}
