/* Inside learning: what the demo village has to read. All of it is written for it and true as far as we know. */
#pragma once
#include "core/demo.h"
#include "learn/course.h"

typedef struct DemoPiece {
    const char *name; /* for courses */
    const char *channel;
    const char *en, *en_short, *en_body, *zh, *zh_short, *zh_body;
} DemoPiece;
extern const DemoPiece demo_land[], demo_kitchen[], demo_money[]; /* each ends with an empty row */

Err *learn_demo(Demo *demo);
