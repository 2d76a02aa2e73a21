/* What the page of the measures shows, and its form. */
#pragma once
#include "units/queries.h"
#include "web/web.h"

typedef struct UnitsForm {
    Str name, amount, unit, lang;
    bool priced;
} UnitsForm;
extern const Shape units_form;

typedef struct UnitsItem {
    Id id;
    Str name, is, who; /* is: "0.5 kg" */
    bool priced;
    UnitsForm form;
    const UnitsForm *shown; /* what its own form shows: as typed when it was refused */
    bool open;
} UnitsItem;
typedef struct UnitsItemList {
    UnitsItem *at;
    size_t len;
} UnitsItemList;
typedef struct UnitsView {
    UnitsItemList items;
    const UnitsForm *form;
    bool open;
} UnitsView;
