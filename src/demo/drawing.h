/* The demo's pictures: flat drawings of our own, made of a few shapes and colours, 4:3, as SVG text. */
#pragma once
#include "base/base.h"

typedef struct Drawing {
    const char *motif;     /* a name of motifs.c: "apple" */
    const char *a, *b, *c; /* its colours, "#A63D2F"; what each paints stands beside the motif */
    const char
        *ground; /* what it stands before: the same for all goods of a producer, so that they look like a family */
} Drawing;

/* A misspelt motif aborts: only our own tables name them. */
Str drawing_svg(Arena *arena, const Drawing *drawing);

typedef struct Portrait {
    const char *skin, *hair, *clothes, *ground;
    const char *style; /* "short" "bun" "long" "bald" "braid" "curls" */
    const char *extra; /* "hat" "scarf" "glasses" "beard" "cap" or "" */
} Portrait;

Str portrait_svg(Arena *arena, const Portrait *portrait);

/* svg with {a} {b} {c} {d} painted, on a table or under the open sky. */
Str drawing_paint(Arena *arena, const char *svg, const char *const colours[4], bool table);

/* ---- motifs.c ---- */
typedef struct Motif {
    const char *name;
    const char *svg; /* 320 x 240; {a} {b} {c} are the drawing's colours, {a-} a darker one, {a+} a lighter one */
} Motif;
extern const Motif motifs[]; /* ends with an empty row */
