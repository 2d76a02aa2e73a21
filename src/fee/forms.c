/* What people type into this room's forms. */
#include "fee/pages.h"

static const char *const kind_labels[] = {N_("Packing"), N_("Transport"), N_("Administration"), N_("Selling"), N_("Village fund"), N_("Platform")};
static const char *const payer_labels[] = {N_("The buyer, beside the price"), N_("The seller, out of the price")};
static const char *const base_labels[] = {N_("Percent of the goods"), N_("Each seller's part of an order"), N_("Each line"), N_("Each piece"), N_("Each kilogram")};
static const char *const discount_labels[] = {N_("Percent"), N_("An amount"), N_("In steps")};

static const Field fee_fields[] = {
    FIELD(FeeForm, kind, FIELD_STR, .required = true, .one_of = "packing|transport|admin|sales|fund|platform", .one_of_labels = kind_labels,
          .input = "select", .label = N_("What is it for?")),
    FIELD(FeeForm, label, FIELD_STR, .max = 80, .label = N_("In your own words"), .help = N_("May stay empty.")),
    FIELD(FeeForm, payer, FIELD_STR, .required = true, .one_of = "buyer|seller", .one_of_labels = payer_labels, .input = "choices", .label = N_("Who pays it?")),
    FIELD(FeeForm, base, FIELD_STR, .required = true, .one_of = "percent|order|line|unit|weight", .one_of_labels = base_labels, .input = "select",
          .label = N_("Reckoned from")),
    FIELD(FeeForm, rate, FIELD_STR, .required = true, .max = 20, .input = "number", .label = N_("How much?"), .help = N_("A percentage, like 8 or 2.5, or an amount of money.")),
    FIELD(FeeForm, tax, FIELD_STR, .max = 20, .input = "number", .label = N_("Tax inside it, in percent"), .help = N_("May stay empty.")),
    FIELD(FeeForm, receiver, FIELD_ID, .label = N_("Who gets it?")),
    FIELD(FeeForm, seller, FIELD_ID, .label = N_("On whose goods?")),
};
const Shape fee_form = SHAPE(FeeForm, "FeeForm", fee_fields);

static const Field discount_fields[] = {
    FIELD(DiscountForm, label, FIELD_STR, .required = true, .max = 80, .label = N_("What buyers read")),
    FIELD(DiscountForm, base, FIELD_STR, .required = true, .one_of = "percent|fixed|tiered", .one_of_labels = discount_labels, .input = "select",
          .label = N_("Reckoned from")),
    FIELD(DiscountForm, rate, FIELD_STR, .max = 20, .input = "number", .label = N_("How much?"), .help = N_("A percentage, like 8 or 2.5, or an amount of money.")),
    FIELD(DiscountForm, tiers, FIELD_STR, .max = 200, .label = N_("Steps"), .help = N_("Only in steps: amounts with their percentages, like 100: 5, 200: 8.")),
    FIELD(DiscountForm, code, FIELD_STR, .max = 40, .label = N_("Code"), .help = N_("Empty: everybody gets it without a code.")),
    FIELD(DiscountForm, tag, FIELD_STR, .max = 40, .label = N_("Only for buyers with this tag"), .help = N_("May stay empty.")),
    FIELD(DiscountForm, min_goods, FIELD_MONEY, .min = 0, .max = INT64_C(100000000000), .label = N_("For orders of at least")),
    FIELD(DiscountForm, budget, FIELD_MONEY, .min = 0, .max = INT64_C(100000000000), .label = N_("In all, at most"), .help = N_("May stay empty.")),
    FIELD(DiscountForm, uses_max, FIELD_INT, .min = 0, .max = 1000000, .label = N_("At most so many orders")),
    FIELD(DiscountForm, person_max, FIELD_INT, .min = 0, .max = 1000000, .label = N_("Of one person, at most so many")),
    FIELD(DiscountForm, to, FIELD_STR, .max = 10, .input = "date", .label = N_("Last day")),
    FIELD(DiscountForm, seller, FIELD_ID, .label = N_("On whose goods?")),
};
const Shape discount_form = SHAPE(DiscountForm, "DiscountForm", discount_fields);
