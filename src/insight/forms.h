/* What insight's forms and queries take. */
#pragma once
#include "web/web.h"

typedef struct OutlookQuery {
    Str org; /* an organisation, "all", or empty: mine */
} OutlookQuery;
extern const Shape outlook_query_shape;

typedef struct CorrectForm {
    Str amount; /* in the unit of the page; empty: back to Millet's number */
} CorrectForm;
extern const Shape correct_form_shape;

typedef struct WantedForm {
    bool wanted;
} WantedForm;
extern const Shape wanted_form_shape;

typedef struct OutlookWeekJson {
    Date week;
    int64_t low, likely, high, farmer, sold; /* steps of the variant */
    bool has_low, has_high, has_farmer, has_sold;
} OutlookWeekJson;
extern const Shape outlook_week_shape;
