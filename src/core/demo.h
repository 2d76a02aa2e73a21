/* The demo village while it is made: each module may add its part (Module.demo) and find what stands already by name.
 */
#pragma once
#include "db/db.h"

enum { DEMO_NAMES_MAX = 2000 };

typedef struct DemoName {
    Str name;
    Id id;
} DemoName;

typedef struct Demo {
    Store *store;
    Arena *arena;
    Time now;      /* one moment for all of it */
    uint64_t seed; /* of demo_random */
    DemoName *names;
    size_t names_len;
} Demo;

/* Names so far: "village", "person:linmei", "org:chen-terraces", "good:chen-terraces/Terrace rice, new crop" (the
   product), "offer:..." (its offer), "pickup:Co-operative house". A part names what later parts may want. 0 when there
   is none. */
Id demo_id(const Demo *demo, const char *format, ...) __attribute__((format(printf, 2, 3)));
void demo_name(Demo *demo, Id id, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* 0 .. below - 1, the same sequence at each run. */
int64_t demo_random(Demo *demo, int64_t below);
