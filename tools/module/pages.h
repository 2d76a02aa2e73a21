/* What the pages of garden show, and its form. */
#pragma once
#include "garden/queries.h"
#include "web/web.h"

typedef struct GardenForm {
    Str name;
} GardenForm;
extern const Shape garden_form;

typedef struct GardenView {
    GardenThingList things;
    const GardenForm *form;
    bool may_add;
} GardenView;
