/* The demo village in words: who grows, what is sold, where it is collected. All of it is made up. */
#pragma once
#include "demo/drawing.h"

typedef struct Grower {
    const char *slug;
    const char *sign_name, *person; /* who sells for it */
    const char *kind;               /* "farm", "shop" ... as identity knows them */
    const char *en, *zh, *place_en, *place_zh, *story_en, *story_zh;
    Portrait portrait;
} Grower;
extern const Grower growers[]; /* ends with an empty row */

typedef enum Sold {
    EACH,  /* by the piece */
    LOOSE, /* by weight: any amount in steps */
    CATCH, /* by the piece, priced by weight */
} Sold;

typedef struct Good {
    const char *grower; /* its slug */
    const char *category;
    const char *en, *zh, *story_en, *story_zh;
    Drawing drawing; /* its ground is its grower's */
    Sold sold;
    int64_t fen;   /* for one piece, or for a kilogram */
    int64_t stock; /* pieces, or grams */
    int64_t
        grams; /* EACH: what is in it (0: not said; negative: millilitres); LOOSE: a step; CATCH: the usual weight */
    const char *pack_en, *pack_zh;
    int keeps_days;
} Good;
extern const Good goods[]; /* ends with an empty row */

typedef struct Pickup {
    const char *en, *zh, *address_en, *address_zh, *note_en, *note_zh;
    int days[4];  /* 1 Monday .. 7 Sunday; 0: none. On every day two of them open, so that there is a round to drive */
    int from, to; /* minutes of the day */
    double latitude, longitude;
} Pickup;
extern const Pickup pickups[]; /* ends with an empty row */

typedef struct Helper { /* somebody of the co-operative, or a buyer */
    const char *sign_name, *person, *phone, *lang;
    unsigned roles;    /* in the co-operative */
    const char *about; /* for the list of sign-ins; NULL: not listed */
} Helper;
extern const Helper helpers[]; /* ends with an empty row */
