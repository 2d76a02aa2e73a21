/* The shapes of pay's forms. */
#include "pay/pages.h"

#define ONCE(Type) FIELD(Type, once, FIELD_STR, .max = 64)
#define AMOUNT(Type, member, words) FIELD(Type, member, FIELD_MONEY, .required = true, .min = 0, .max = INT64_C(1000000000000), .label = words)

static const Field send_fields[] = {
    FIELD(SendForm, to, FIELD_STR, .required = true, .max = 100, .label = N_("To whom?"), .help = N_("The name they sign in with, or their phone number.")),
    AMOUNT(SendForm, amount, N_("How much money?")),
    ONCE(SendForm),
};
const Shape send_form = SHAPE(SendForm, "SendForm", send_fields);

static const char *const way_labels[] = {N_("They bring cash"), N_("They take cash")};
static const Field cash_fields[] = {
    FIELD(CashForm, who, FIELD_STR, .max = 100, .label = N_("Who?"), .help = N_("The name they sign in with, or their phone number.")),
    FIELD(CashForm, way, FIELD_STR, .required = true, .one_of = "in|out", .one_of_labels = way_labels, .input = "choices", .label = N_("In or out?")),
    AMOUNT(CashForm, amount, N_("How much money?")),
    FIELD(CashForm, org, FIELD_ID),
    ONCE(CashForm),
};
const Shape cash_form = SHAPE(CashForm, "CashForm", cash_fields);

static const Field count_fields[] = {
    AMOUNT(CountForm, counted, N_("Cash that lies in the till")),
    FIELD(CountForm, witness, FIELD_STR, .required = true, .max = 100, .label = N_("Who watched you count?"), .help = N_("The name they sign in with, or their phone number.")),
    FIELD(CountForm, note, FIELD_STR, .max = 300, .label = N_("Why, if it differs")),
    ONCE(CountForm),
};
const Shape count_form = SHAPE(CountForm, "CountForm", count_fields);

static const Field deposit_fields[] = {AMOUNT(DepositForm, amount, N_("Cash that goes to the bank")), ONCE(DepositForm)};
const Shape deposit_form = SHAPE(DepositForm, "DepositForm", deposit_fields);

static const Field till_fields[] = {
    FIELD(TillForm, name, FIELD_STR, .required = true, .max = 60, .label = N_("Name of the till")),
    FIELD(TillForm, agent, FIELD_STR, .required = true, .max = 100, .label = N_("Who answers for it?"), .help = N_("The name they sign in with, or their phone number.")),
    AMOUNT(TillForm, most, N_("Most it may hold")),
    AMOUNT(TillForm, per_person, N_("Most for one person in a day")),
};
const Shape till_form = SHAPE(TillForm, "TillForm", till_fields);

static const char *const rail_labels[] = {N_("To a bank account"), N_("To M-Pesa"), N_("To MoMo"), N_("In cash at the till")};
static const Field destination_fields[] = {
    FIELD(DestinationForm, rail, FIELD_STR, .required = true, .one_of = "bank|mpesa|momo|cash", .one_of_labels = rail_labels, .input = "choices",
          .label = N_("How do you want to be paid?")),
    FIELD(DestinationForm, name, FIELD_STR, .required = true, .max = 140, .label = N_("Name of the account's holder"), .complete = "name"),
    FIELD(DestinationForm, number, FIELD_STR, .max = 34, .label = N_("Account or phone number")),
    FIELD(DestinationForm, bank, FIELD_STR, .max = 11, .label = N_("Bank code (BIC), if there is one")),
    FIELD(DestinationForm, org, FIELD_ID),
};
const Shape destination_form = SHAPE(DestinationForm, "DestinationForm", destination_fields);

static const Field complain_fields[] = {
    FIELD(ComplainForm, words, FIELD_STR, .required = true, .max = 1000, .label = N_("What is wrong?"), .input = "textarea"),
    FIELD(ComplainForm, part, FIELD_ID, .required = true),
};
const Shape complain_form = SHAPE(ComplainForm, "ComplainForm", complain_fields);

static const Field pay_order_fields[] = {AMOUNT(PayOrderForm, total, N_("How much money?"))};
const Shape pay_order_form = SHAPE(PayOrderForm, "PayOrderForm", pay_order_fields);

static const Field ruling_fields[] = {AMOUNT(RulingForm, refund, N_("Back to the buyer"))};
const Shape ruling_form = SHAPE(RulingForm, "RulingForm", ruling_fields);

static const char *const batch_labels[] = {N_("By bank"), N_("By M-Pesa"), N_("By MoMo")};
static const Field batch_fields[] = {
    FIELD(BatchForm, rail, FIELD_STR, .required = true, .one_of = "bank|mpesa|momo", .one_of_labels = batch_labels, .input = "select", .label = N_("How")),
    FIELD(BatchForm, pay_on, FIELD_DATE, .required = true, .label = N_("Pay on")),
};
const Shape batch_form = SHAPE(BatchForm, "BatchForm", batch_fields);

static const Field bounce_fields[] = {FIELD(BounceForm, reason, FIELD_STR, .required = true, .max = 100, .label = N_("Why did it come back?"))};
const Shape bounce_form = SHAPE(BounceForm, "BounceForm", bounce_fields);

static const Field month_fields[] = {
    FIELD(MonthQuery, month, FIELD_STR, .max = 7), FIELD(MonthQuery, before, FIELD_INT, .min = 0, .max = INT64_MAX), FIELD(MonthQuery, org, FIELD_ID),
};
const Shape month_query = SHAPE(MonthQuery, "MonthQuery", month_fields);

static const char *const in_labels[] = {N_("M-Pesa"), N_("MoMo")};
static const Field pay_in_fields[] = {
    FIELD(PayInForm, rail, FIELD_STR, .required = true, .one_of = "mpesa|momo", .one_of_labels = in_labels, .input = "choices", .label = N_("From where?")),
    FIELD(PayInForm, phone, FIELD_STR, .required = true, .max = 30, .input = "tel", .complete = "tel", .label = N_("Phone number"),
          .help = N_("With the country code: 254712345678.")),
    AMOUNT(PayInForm, amount, N_("How much money?")),
    ONCE(PayInForm),
};
const Shape pay_in_form = SHAPE(PayInForm, "PayInForm", pay_in_fields);

static const char *const out_labels[] = {N_("To a bank account"), N_("To M-Pesa"), N_("To MoMo")};
static const Field pay_out_fields[] = {
    FIELD(PayOutForm, rail, FIELD_STR, .required = true, .one_of = "bank|mpesa|momo", .one_of_labels = out_labels, .input = "choices", .label = N_("Where to?")),
    FIELD(PayOutForm, number, FIELD_STR, .required = true, .max = 34, .label = N_("Account or phone number")),
    AMOUNT(PayOutForm, amount, N_("How much money?")),
    ONCE(PayOutForm),
};
const Shape pay_out_form = SHAPE(PayOutForm, "PayOutForm", pay_out_fields);
