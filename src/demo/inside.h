/* What the files of the demo share. */
#pragma once
#include "core/demo.h"
#include "demo/content.h"

#define DEMO_PASSWORD "millet-demo"

typedef struct DemoPictures {
    Str *goods, *growers; /* keys, in the order of the tables */
} DemoPictures;

/* Draws everything; progress(done, of) may be NULL. */
Err *demo_draw(Demo *demo, DemoPictures *out, void (*progress)(void *arg, int64_t done, int64_t of), void *arg);
/* People, organisations and pickup places, in one write. */
Err *demo_people(Demo *demo);
/* Producers and their goods, in one write. */
Err *demo_goods(Demo *demo, const DemoPictures *pictures);
/* The orders of so many weeks until now, every one of them closed, in the order of time. made: how many. */
enum { DEMO_WEEKS = 52 };
Err *demo_orders(Demo *demo, int weeks, size_t *made);
size_t demo_goods_len(void);
size_t demo_growers_len(void);
