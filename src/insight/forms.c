/* The fields of insight's forms and queries. */
#include "insight/forms.h"

static const Field outlook_query_fields[] = {FIELD(OutlookQuery, org, FIELD_STR, .max = 20)};
const Shape outlook_query_shape = SHAPE(OutlookQuery, "OutlookQuery", outlook_query_fields);

static const Field correct_fields[] = {FIELD(CorrectForm, amount, FIELD_STR, .max = 20, .label = N_("Your number"))};
const Shape correct_form_shape = SHAPE(CorrectForm, "OutlookCorrection", correct_fields);

static const Field wanted_fields[] = {FIELD(WantedForm, wanted, FIELD_BOOL)};
const Shape wanted_form_shape = SHAPE(WantedForm, "SuggestionsWanted", wanted_fields);

static const Field week_fields[] = {
    FIELD(OutlookWeekJson, week, FIELD_DATE, .required = true, .label = N_("Monday of the week")),
    FIELD(OutlookWeekJson, low, FIELD_INT, HAS(OutlookWeekJson, low), .label = N_("Eight weeks in ten sell at least this")),
    FIELD(OutlookWeekJson, likely, FIELD_INT, .required = true, .label = N_("Steps that will likely sell")),
    FIELD(OutlookWeekJson, high, FIELD_INT, HAS(OutlookWeekJson, high), .label = N_("Eight weeks in ten sell at most this")),
    FIELD(OutlookWeekJson, farmer, FIELD_INT, HAS(OutlookWeekJson, farmer), .label = N_("What the farmer expects instead")),
    FIELD(OutlookWeekJson, sold, FIELD_INT, HAS(OutlookWeekJson, sold), .label = N_("What sold in the end")),
};
const Shape outlook_week_shape = SHAPE(OutlookWeekJson, "OutlookWeek", week_fields);
