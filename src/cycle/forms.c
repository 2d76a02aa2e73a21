/* The shapes of the cycles' forms, and times as people write them. */
#include "cycle/forms.h"

#include "cycle/cycle.h"

static const char *const goods_labels[] = {N_("Everything on the market"), N_("Our goods and those of producers who let us sell them"),
                                           N_("The same as in the last cycle")};

#define PLAN                                                                                                              \
    FIELD(CycleForm, name, FIELD_STR, .required = true, .max = 120, .label = N_("Name"),                                 \
          .help = N_("As buyers read it: Saturday box, Christmas baking ...")),                                          \
        FIELD(CycleForm, day, FIELD_DATE, .required = true, .label = N_("Day of handing over")),                         \
        FIELD(CycleForm, opens_day, FIELD_DATE, .required = true, .label = N_("Opens on")),                              \
        FIELD(CycleForm, opens_time, FIELD_STR, .required = true, .max = 10, .label = N_("at"), .input = "time"),        \
        FIELD(CycleForm, closes_day, FIELD_DATE, .required = true, .label = N_("Closes on")),                            \
        FIELD(CycleForm, closes_time, FIELD_STR, .required = true, .max = 10, .label = N_("at"), .input = "time"),       \
        FIELD(CycleForm, grace_minutes, FIELD_INT, .min = 0, .max = CYCLE_GRACE_MAX, .label = N_("Minutes for begun checkouts"), \
              .help = N_("Who has begun to order when it closes may finish in this time.")),                             \
        FIELD(CycleForm, max_orders, FIELD_INT, .min = 0, .max = CYCLE_CAPACITY_MAX, .label = N_("Close at so many orders"), \
              .help = N_("Empty: no limit.")),                                                                           \
        FIELD(CycleForm, max_turnover, FIELD_MONEY, .min = 0, .max = 100000000000, .label = N_("Close at this turnover"), \
              .help = N_("Empty: no limit.")),                                                                           \
        FIELD(CycleForm, close_full, FIELD_BOOL, .label = N_("Close when every time of collecting is full")),            \
        FIELD(CycleForm, note, FIELD_STR, .max = 1000, .label = N_("Words to the buyers"), .input = "textarea")

static const Field edit_fields[] = {PLAN};
const Shape cycle_edit_form = SHAPE(CycleForm, "CycleEditForm", edit_fields);

#define TIMES(Type, must)                                                                                                \
    FIELD(Type, pickup, FIELD_ID, .required = must, .label = N_("Where")),                                               \
        FIELD(Type, times, FIELD_STR, .required = must, .max = 300, .label = N_("Times of collecting"),                  \
              .help = N_("Like 9-10, 10-11, 16:30-17:30. Buyers choose one.")),                                          \
        FIELD(Type, places, FIELD_INT, .required = must, .min = 1, .max = CYCLE_CAPACITY_MAX, .label = N_("Places in each"))

static const Field new_fields[] = {
    PLAN,
    FIELD(CycleForm, goods, FIELD_STR, .required = true, .one_of = "everything|allowed|last", .one_of_labels = goods_labels,
          .input = "choices", .label = N_("What is sold?")),
    FIELD(CycleForm, only, FIELD_BOOL, .label = N_("These goods are sold in cycles only, not in between")),
    TIMES(CycleForm, false),
    FIELD(CycleForm, org, FIELD_ID, .required = true),
};
const Shape cycle_new_form = SHAPE(CycleForm, "CycleForm", new_fields);

static const Field slot_fields[] = {TIMES(SlotForm, true)};
const Shape slot_form = SHAPE(SlotForm, "CycleSlotForm", slot_fields);

static const Field leg_fields[] = {
    FIELD(LegForm, org, FIELD_ID, .required = true),
    FIELD(LegForm, day, FIELD_DATE, HAS(LegForm, day), .label = N_("Day")),
    FIELD(LegForm, time, FIELD_STR, .max = 10, .label = N_("at"), .input = "time"),
    FIELD(LegForm, note, FIELD_STR, .max = 300, .label = N_("What to mind")),
};
const Shape leg_form = SHAPE(LegForm, "CycleLegForm", leg_fields);

static const char *const how_labels[] = {N_("Every week"), N_("Every second week"), N_("Every month, the same weekday"), N_("By a rule of my own")};
static const Field repeat_fields[] = {
    FIELD(RepeatForm, how, FIELD_STR, .required = true, .one_of = "week|fortnight|month|rule", .one_of_labels = how_labels,
          .input = "choices", .label = N_("How often?")),
    FIELD(RepeatForm, rrule, FIELD_STR, .max = 200, .label = N_("Rule"),
          .help = N_("As calendars write it (RFC 5545): FREQ=WEEKLY;BYDAY=SA;BYMONTH=4,5,6,7,8,9,10")),
};
const Shape repeat_form = SHAPE(RepeatForm, "CycleRepeatForm", repeat_fields);

static const Field verb_fields[] = {FIELD(VerbForm, verb, FIELD_STR, .required = true, .max = 20)};
const Shape verb_form = SHAPE(VerbForm, "CycleVerbForm", verb_fields);

static const Field goods_fields[] = {
    FIELD(GoodsForm, offers, FIELD_STRS, .max = 1000),
    FIELD(GoodsForm, act, FIELD_STR, .required = true, .one_of = "add|remove|all|free"),
};
const Shape goods_form = SHAPE(GoodsForm, "CycleGoodsForm", goods_fields);

static const char *const answer_labels[] = {N_("I bring all of it"), N_("Something will be missing")};
static const Field sheet_fields[] = {
    FIELD(SheetForm, answer, FIELD_STR, .required = true, .one_of = "all|short", .one_of_labels = answer_labels, .input = "choices",
          .label = N_("Can you bring it?")),
    FIELD(SheetForm, note, FIELD_STR, .max = 1000, .label = N_("What should the hub know?"), .input = "textarea",
          .help = N_("What is missing and how much there is; when you come.")),
    FIELD(SheetForm, version, FIELD_INT, .required = true),
};
const Shape sheet_form = SHAPE(SheetForm, "SheetForm", sheet_fields);

static const char *const permission_labels[] = {N_("May sell my goods"), N_("May set the prices of my goods"), N_("May edit my listings"),
                                                N_("May weigh my lines"), N_("May change my lines"), N_("May see buyers' names"),
                                                N_("May see buyers' phone numbers")};
static const Field permission_fields[] = {
    FIELD(PermissionForm, org, FIELD_ID, .required = true),
    FIELD(PermissionForm, to, FIELD_ID, .required = true, .label = N_("To whom?")),
    FIELD(PermissionForm, permission, FIELD_STR, .required = true,
          .one_of = "list_my_goods|price_my_goods|edit_my_listing|weigh_my_lines|edit_my_lines|see_customer_name|see_customer_phone",
          .one_of_labels = permission_labels, .input = "select", .label = N_("What?")),
};
const Shape permission_form = SHAPE(PermissionForm, "PermissionForm", permission_fields);

static const Field certificate_fields[] = {
    FIELD(CertificateForm, org, FIELD_ID, .required = true),
    FIELD(CertificateForm, scheme, FIELD_STR, .required = true, .max = 100, .label = N_("Certificate"), .help = N_("EU organic, Green Food ...")),
    FIELD(CertificateForm, number, FIELD_STR, .max = 100, .label = N_("Number")),
    FIELD(CertificateForm, valid_from, FIELD_DATE, .required = true, .label = N_("Valid from")),
    FIELD(CertificateForm, valid_until, FIELD_DATE, .required = true, .label = N_("Valid until")),
};
const Shape certificate_form = SHAPE(CertificateForm, "CertificateForm", certificate_fields);

#define AMOUNT 20
static const Field amount_fields[] = {
    FIELD(AmountForm, amount, FIELD_STR, .required = true, .max = AMOUNT, .label = N_("How much"), .input = "number"),
    FIELD(AmountForm, pickup, FIELD_ID, .required = true, .label = N_("Where do you collect?")),
};
const Shape amount_form = SHAPE(AmountForm, "PromiseForm", amount_fields);
static const Field harvest_fields[] = {
    FIELD(AmountForm, amount, FIELD_STR, .required = true, .max = AMOUNT, .label = N_("How much was harvested?"), .input = "number"),
};
const Shape harvest_form = SHAPE(AmountForm, "HarvestForm", harvest_fields);

static const char *const rule_labels[] = {N_("Who came first"), N_("Everybody in proportion"), N_("Members first"), N_("A lottery")};
static const Field forecast_fields[] = {
    FIELD(ForecastForm, offer, FIELD_ID, .required = true, .label = N_("Goods")),
    FIELD(ForecastForm, low, FIELD_STR, .required = true, .max = AMOUNT, .label = N_("At least"), .input = "number"),
    FIELD(ForecastForm, likely, FIELD_STR, .required = true, .max = AMOUNT, .label = N_("Likely"), .input = "number",
          .help = N_("No more than this is promised.")),
    FIELD(ForecastForm, high, FIELD_STR, .required = true, .max = AMOUNT, .label = N_("At most"), .input = "number"),
    FIELD(ForecastForm, rule, FIELD_STR, .required = true, .one_of = "first_come|pro_rata|members_first|lottery",
          .one_of_labels = rule_labels, .input = "choices", .label = N_("If it falls short, who gets it?")),
    FIELD(ForecastForm, day, FIELD_DATE, .required = true, .label = N_("Day of the harvest")),
    FIELD(ForecastForm, closes_day, FIELD_DATE, .required = true, .label = N_("Pre-orders until")),
    FIELD(ForecastForm, closes_time, FIELD_STR, .required = true, .max = 10, .label = N_("at"), .input = "time"),
};
const Shape forecast_form = SHAPE(ForecastForm, "ForecastForm", forecast_fields);

static const Field hint_query_fields[] = {
    FIELD(HintQuery, offer, FIELD_ID, .label = N_("Goods")),
    FIELD(HintQuery, day, FIELD_DATE, HAS(HintQuery, day), .label = N_("Day of the harvest")),
};
const Shape hint_query = SHAPE(HintQuery, "HintQuery", hint_query_fields);

static const Field group_fields[] = {
    FIELD(GroupForm, offer, FIELD_ID, .required = true, .label = N_("Goods")),
    FIELD(GroupForm, from1, FIELD_STR, .required = true, .max = AMOUNT, .label = N_("From so much together"), .input = "number"),
    FIELD(GroupForm, price1, FIELD_MONEY, .required = true, .min = 0, .max = 100000000000, .label = N_("Price")),
    FIELD(GroupForm, from2, FIELD_STR, .max = AMOUNT, .label = N_("From so much together"), .input = "number"),
    FIELD(GroupForm, price2, FIELD_MONEY, .min = 0, .max = 100000000000, .label = N_("Price")),
    FIELD(GroupForm, from3, FIELD_STR, .max = AMOUNT, .label = N_("From so much together"), .input = "number"),
    FIELD(GroupForm, price3, FIELD_MONEY, .min = 0, .max = 100000000000, .label = N_("Price")),
    FIELD(GroupForm, closes_day, FIELD_DATE, .required = true, .label = N_("Decided on")),
    FIELD(GroupForm, closes_time, FIELD_STR, .required = true, .max = 10, .label = N_("at"), .input = "time"),
};
const Shape group_form = SHAPE(GroupForm, "GroupBuyForm", group_fields);

static const Field standing_fields[] = {
    FIELD(StandingForm, order, FIELD_ID),
    FIELD(StandingForm, verb, FIELD_STR, .one_of = "pause|resume|end"),
};
const Shape standing_form = SHAPE(StandingForm, "StandingForm", standing_fields);

static const Field org_query_fields[] = {FIELD(CycleOrgQuery, org, FIELD_ID)};
const Shape cycle_org_query = SHAPE(CycleOrgQuery, "CycleOrgQuery", org_query_fields);

/* ---- times ---- */

bool minute_read(Str text, int64_t *minute)
{
    Str hours, minutes;
    int64_t h, m = 0;
    text = str_trim(text);
    bool colon = str_cut(text, ':', &hours, &minutes);
    minutes = str_slice(minutes, 0, minutes.len > 2 && minutes.at[2] == ':' ? 2 : minutes.len); /* browsers may send seconds */
    if (!hours.len || hours.len > 2 || !str_to_int(hours, &h) || (colon && (minutes.len != 2 || !str_to_int(minutes, &m))) || h < 0 ||
        h > 24 || m < 0 || m > 59 || (h == 24 && m))
        return false;
    *minute = h * 60 + m;
    return true;
}

/* Where a dash of any kind stands: its place and length. */
static bool dash_find(Str text, size_t *at, size_t *len)
{
    static const char *const dashes[] = {"-", "–", "—", "～", "~"};
    for (size_t i = 0; i < sizeof dashes / sizeof *dashes; i++) {
        *at = str_find(text, str_of(dashes[i]));
        *len = str_of(dashes[i]).len;
        if (*at != SIZE_MAX)
            return true;
    }
    return false;
}

/* The text up to a comma of any script; rest is what follows. */
static Str next_span(Str text, Str *rest)
{
    static const char *const commas[] = {",", "，", "、", ";", "；"};
    size_t best = text.len, width = 0;
    for (size_t i = 0; i < sizeof commas / sizeof *commas; i++) {
        size_t at = str_find(text, str_of(commas[i]));
        if (at < best) {
            best = at;
            width = str_of(commas[i]).len;
        }
    }
    *rest = str_slice(text, best + width, text.len);
    return str_slice(text, 0, best);
}

bool spans_read(Str text, MinuteSpan out[SPANS_MAX], size_t *len)
{
    *len = 0;
    while (str_trim(text).len) {
        Str span = next_span(text, &text);
        size_t at, width;
        MinuteSpan read;
        if (*len == SPANS_MAX || !dash_find(span, &at, &width) || !minute_read(str_slice(span, 0, at), &read.from) ||
            !minute_read(str_slice(span, at + width, span.len), &read.to) || read.to <= read.from)
            return false;
        out[(*len)++] = read;
    }
    return *len > 0;
}
