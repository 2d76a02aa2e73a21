/* The shapes of the market's forms. */
#include "market/forms.h"

#include "market/market.h"

#define AMOUNT_BYTES 20

static const Field add_fields[] = {
    FIELD(AddForm, offer, FIELD_ID, .required = true),
    FIELD(AddForm, amount, FIELD_STR, .required = true, .max = AMOUNT_BYTES, .label = N_("How much")),
    FIELD(AddForm, back, FIELD_STR, .max = 300),
    FIELD(AddForm, unit, FIELD_STR, .max = 40),
};
const Shape add_form = SHAPE(AddForm, "AddForm", add_fields);

static const Field change_fields[] = {
    FIELD(ChangeForm, offer, FIELD_ID, .required = true),
    FIELD(ChangeForm, amount, FIELD_STR, .max = AMOUNT_BYTES, .label = N_("How much")),
    FIELD(ChangeForm, to, FIELD_STR, .max = AMOUNT_BYTES),
};
const Shape change_form = SHAPE(ChangeForm, "ChangeForm", change_fields);

static const char *const missing_labels[] = {N_("Leave it out"), N_("Put something like it"), N_("Call me")};

#define CHECKOUT_REST                                                                                                  \
    FIELD(CheckoutForm, note, FIELD_STR, .max = ORDER_NOTE_MAX, .label = N_("Note to the packers"), .input = "textarea"), \
        FIELD(CheckoutForm, key, FIELD_STR, .max = 64), FIELD(CheckoutForm, seen, FIELD_INT), FIELD(CheckoutForm, plain, FIELD_BOOL), \
        FIELD(CheckoutForm, coupon, FIELD_STR, .max = 40, .label = N_("Discount code")), FIELD(CheckoutForm, use, FIELD_STR, .max = 10), \
        FIELD(CheckoutForm, missing, FIELD_STR, .one_of = "leave|replace|call", .one_of_labels = missing_labels, .input = "select", \
              .label = N_("If something is missing")),                                                                  \
        FIELD(CheckoutForm, address, FIELD_STR, .max = ORDER_NOTE_MAX, .label = N_("Where shall we bring it?"), .input = "textarea", \
              .complete = "street-address", .help = N_("Only when it is brought to you.")),                             \
        FIELD(CheckoutForm, pickup, FIELD_ID, .required = true, .label = N_("Where do you collect?"))

static const Field checkout_fields[] = {
    FIELD(CheckoutForm, name, FIELD_STR, .required = true, .max = 100, .label = N_("Your name"), .complete = "name"),
    FIELD(CheckoutForm, phone, FIELD_STR, .required = true, .max = 40, .label = N_("Phone"), .input = "tel", .complete = "tel",
          .help = N_("So that the packer can reach you. It is erased 90 days after you collected.")),
    FIELD(CheckoutForm, email, FIELD_STR, .max = 254, .label = N_("Mail"), .input = "email", .complete = "email",
          .help = N_("May stay empty. We write when it is ready or something changes.")),
    CHECKOUT_REST,
};
const Shape checkout_form = SHAPE(CheckoutForm, "CheckoutForm", checkout_fields);
static const char *const payment_labels[] = {N_("In cash when I collect"), N_("Now, from my wallet")};
static const Field checkout_member_fields[] = {
    CHECKOUT_REST,
    FIELD(CheckoutForm, payment, FIELD_STR, .one_of = "at_pickup|wallet", .one_of_labels = payment_labels, .input = "choices",
          .label = N_("How do you pay?"), .help = N_("Wallet money is kept aside and reaches the sellers once you have your goods.")),
};
const Shape checkout_member_form = SHAPE(CheckoutForm, "CheckoutMemberForm", checkout_member_fields);

static const char *const sold_labels[] = {N_("By the piece: a jar, a box, a bunch"), N_("By weight, as much as the buyer likes"),
                                          N_("By the piece, priced by its weight: a chicken, a pumpkin")};

static const Field good_fields[] = {
    FIELD(GoodForm, title, FIELD_STR, .required = true, .max = 200, .label = N_("Name")),
    FIELD(GoodForm, title_other, FIELD_STR, .max = 200, .label = N_("Name in the other language")),
    FIELD(GoodForm, story, FIELD_STR, .max = 8000, .label = N_("What is good about it?"), .input = "textarea",
          .help = N_("How it grows, how it tastes, how to cook it.")),
    FIELD(GoodForm, story_other, FIELD_STR, .max = 8000, .label = N_("The same in the other language"), .input = "textarea"),
    FIELD(GoodForm, category, FIELD_STR, .max = 100),
    FIELD(GoodForm, sold, FIELD_STR, .required = true, .one_of = "piece|kg|weighed", .one_of_labels = sold_labels,
          .input = "choices", .label = N_("How is it sold?")),
    FIELD(GoodForm, price, FIELD_MONEY, .required = true, .min = 0, .max = PRICE_MAX, .label = N_("Price"),
          .help = N_("For one piece, or for one kilogram.")),
    FIELD(GoodForm, amount, FIELD_STR, .required = true, .max = AMOUNT_BYTES, .label = N_("How much is there?"), .input = "number",
          .help = N_("Pieces, or kilograms: 12 or 7.5")),
    FIELD(GoodForm, nominal, FIELD_STR, .max = AMOUNT_BYTES, .label = N_("Average weight of one piece, kg"), .input = "number",
          .help = N_("Only when a piece is priced by its weight.")),
    FIELD(GoodForm, content, FIELD_STR, .max = AMOUNT_BYTES, .label = N_("What one piece holds, kg"), .input = "number",
          .help = N_("If you say it, buyers see the price per kilogram.")),
    FIELD(GoodForm, pack, FIELD_STR, .max = 100, .label = N_("How is it packed?"), .help = N_("500 g jar, bunch of ten ... may stay empty.")),
    FIELD(GoodForm, pack_other, FIELD_STR, .max = 100, .label = N_("Packing in the other language")),
    FIELD(GoodForm, keeps_days, FIELD_INT, .min = 0, .max = 3650, .label = N_("Keeps for how many days?")),
    FIELD(GoodForm, season, FIELD_STRS, .max = 12),
    FIELD(GoodForm, org, FIELD_ID),
};
const Shape good_form = SHAPE(GoodForm, "GoodForm", good_fields);

static const Field good_edit_fields[] = {
    FIELD(GoodEditForm, title, FIELD_STR, .required = true, .max = 200, .label = N_("Name")),
    FIELD(GoodEditForm, title_other, FIELD_STR, .max = 200, .label = N_("Name in the other language")),
    FIELD(GoodEditForm, story, FIELD_STR, .max = 8000, .label = N_("What is good about it?"), .input = "textarea"),
    FIELD(GoodEditForm, story_other, FIELD_STR, .max = 8000, .label = N_("The same in the other language"), .input = "textarea"),
    FIELD(GoodEditForm, category, FIELD_STR, .max = 100),
    FIELD(GoodEditForm, keeps_days, FIELD_INT, .min = 0, .max = 3650, .label = N_("Keeps for how many days?")),
    FIELD(GoodEditForm, season, FIELD_STRS, .max = 12),
};
const Shape good_edit_form = SHAPE(GoodEditForm, "GoodEditForm", good_edit_fields);

static const Field quick_fields[] = {
    FIELD(QuickForm, amount, FIELD_STR, .required = true, .max = AMOUNT_BYTES, .label = N_("In stock")),
    FIELD(QuickForm, price, FIELD_MONEY, .required = true, .min = 0, .max = PRICE_MAX, .label = N_("Price")),
};
const Shape quick_form = SHAPE(QuickForm, "QuickForm", quick_fields);

static const Field show_fields[] = {FIELD(StateForm, state, FIELD_STR, .required = true, .one_of = "open|paused|live|withdrawn")};
const Shape show_form = SHAPE(StateForm, "ShowForm", show_fields);

static const Field story_fields[] = {
    FIELD(StoryForm, name, FIELD_STR, .required = true, .max = 200, .label = N_("Name of the farm or workshop")),
    FIELD(StoryForm, place, FIELD_STR, .max = 200, .label = N_("Village or valley")),
    FIELD(StoryForm, story, FIELD_STR, .max = 8000, .label = N_("Who are we?"), .input = "textarea",
          .help = N_("Who works here, what you care about. Buyers love to know.")),
    FIELD(StoryForm, name_other, FIELD_STR, .max = 200, .label = N_("Name in the other language")),
    FIELD(StoryForm, place_other, FIELD_STR, .max = 200, .label = N_("Place in the other language")),
    FIELD(StoryForm, story_other, FIELD_STR, .max = 8000, .label = N_("The same in the other language"), .input = "textarea"),
    FIELD(StoryForm, org, FIELD_ID),
};
const Shape story_form = SHAPE(StoryForm, "StoryForm", story_fields);

static const Field handover_fields[] = {FIELD(HandoverForm, code, FIELD_STR, .required = true, .max = 200, .label = N_("The buyer's code"))};
const Shape handover_form = SHAPE(HandoverForm, "HandoverForm", handover_fields);

#define HOURS(member, day) FIELD(PickupForm, member, FIELD_STR, .max = 60, .label = day)
static const Field pickup_fields[] = {
    FIELD(PickupForm, name, FIELD_STR, .required = true, .max = 120, .label = N_("Name")),
    FIELD(PickupForm, address, FIELD_STR, .max = 300, .label = N_("How to find it"), .complete = "street-address"),
    FIELD(PickupForm, instructions, FIELD_STR, .max = 1000, .label = N_("Good to know"), .input = "textarea",
          .help = N_("Bring bags, ask for Mei, park behind the hall ...")),
    FIELD(PickupForm, name_other, FIELD_STR, .max = 120, .label = N_("Name in the other language")),
    FIELD(PickupForm, address_other, FIELD_STR, .max = 300, .label = N_("How to find it, in the other language")),
    FIELD(PickupForm, instructions_other, FIELD_STR, .max = 1000, .label = N_("Good to know, in the other language"), .input = "textarea"),
    HOURS(hours1, N_("Monday")), HOURS(hours2, N_("Tuesday")), HOURS(hours3, N_("Wednesday")), HOURS(hours4, N_("Thursday")),
    HOURS(hours5, N_("Friday")), HOURS(hours6, N_("Saturday")), HOURS(hours7, N_("Sunday")),
    FIELD(PickupForm, position, FIELD_STR, .max = 40, .label = N_("Where on the map"), .help = N_("Latitude and longitude, like 29.71530, 118.31640. May stay empty.")),
    FIELD(PickupForm, some, FIELD_BOOL, .label = N_("Only for the goods of some sellers")),
    FIELD(PickupForm, sellers, FIELD_STRS, .max = 500),
    FIELD(PickupForm, delivers, FIELD_BOOL, .label = N_("Nobody collects here: goods are brought to the door in this zone")),
    FIELD(PickupForm, charge, FIELD_MONEY, .min = 0, .max = PRICE_MAX, .label = N_("For an order")),
    FIELD(PickupForm, per_kg, FIELD_MONEY, .min = 0, .max = PRICE_MAX, .label = N_("And for each kilogram")),
    FIELD(PickupForm, free_from, FIELD_MONEY, .min = 0, .max = PRICE_MAX, .label = N_("Free from")),
    FIELD(PickupForm, min_goods, FIELD_MONEY, .min = 0, .max = PRICE_MAX, .label = N_("Least order")),
    FIELD(PickupForm, closed, FIELD_BOOL, .label = N_("Closed for now: cannot be chosen")),
};
const Shape pickup_form = SHAPE(PickupForm, "PickupForm", pickup_fields);

const char *const cause_labels[] = {N_("It was spoilt or broken"), N_("Something was missing"), N_("It was not what I ordered"),
                                           N_("I do not want it after all"), N_("Something else")};

static const Field return_fields[] = {
    FIELD(ReturnForm, line, FIELD_ID, .required = true, .label = N_("What was wrong?")),
    FIELD(ReturnForm, amount, FIELD_STR, .required = true, .max = 20, .label = N_("How much of it?"), .input = "number"),
    FIELD(ReturnForm, cause, FIELD_STR, .required = true, .one_of = "spoiled|missing|wrong|unwanted|other", .one_of_labels = cause_labels,
          .input = "choices", .label = N_("Why?")),
    FIELD(ReturnForm, reason, FIELD_STR, .max = 300, .label = N_("In your words"), .input = "textarea"),
};
const Shape return_form = SHAPE(ReturnForm, "ReturnForm", return_fields);

static const Field short_fields[] = {
    FIELD(ShortForm, amount, FIELD_STR, .required = true, .max = 20, .label = N_("How much is there?"), .input = "number"),
    FIELD(ShortForm, lost, FIELD_BOOL, .label = N_("The rest is not there at all: take it out of my stock")),
    FIELD(ShortForm, other, FIELD_ID),
    FIELD(ShortForm, other_amount, FIELD_STR, .max = 20, .label = N_("How much of that?"), .input = "number"),
    FIELD(ShortForm, reason, FIELD_STR, .max = 300, .label = N_("A word to the buyer")),
};
const Shape short_form = SHAPE(ShortForm, "ShortForm", short_fields);

static const Field variant_fields[] = {
    FIELD(VariantForm, sold, FIELD_STR, .required = true, .one_of = "piece|kg|weighed", .one_of_labels = sold_labels, .input = "choices",
          .label = N_("How is it sold?")),
    FIELD(VariantForm, price, FIELD_MONEY, .required = true, .min = 0, .max = PRICE_MAX, .label = N_("Price"), .help = N_("For one piece, or for one kilogram.")),
    FIELD(VariantForm, amount, FIELD_STR, .required = true, .max = AMOUNT_BYTES, .label = N_("How much is there?"), .input = "number"),
    FIELD(VariantForm, pack, FIELD_STR, .max = 100, .label = N_("How is it packed?")),
    FIELD(VariantForm, pack_other, FIELD_STR, .max = 100, .label = N_("Packing in the other language")),
    FIELD(VariantForm, nominal, FIELD_STR, .max = AMOUNT_BYTES, .label = N_("Average weight of one piece, kg"), .input = "number"),
    FIELD(VariantForm, content, FIELD_STR, .max = AMOUNT_BYTES, .label = N_("What one piece holds, kg"), .input = "number"),
};
const Shape variant_form = SHAPE(VariantForm, "VariantForm", variant_fields);
