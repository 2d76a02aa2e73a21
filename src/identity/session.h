/* Inside identity: sessions. */
#pragma once
#include "identity/people.h"

typedef struct Touch { /* "was used just now" */
    Id id;
    Time now;
    Date day;
    bool sleep;
} Touch;

Str device_name(Arena *arena, Str user_agent); /* "Chrome, Android"; empty when unknown */
