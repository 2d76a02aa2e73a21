/* Fees, discounts and tax inside prices: who gets which part of what a buyer pays. All amounts are integers; whatever is cut
   into parts adds up to the whole again (largest remainder). The market asks this room; it knows no orders. */
#pragma once
#include "db/db.h"

/* ---- cutting: pure, no database ---- */

typedef enum FeeBase { FEE_PERCENT, FEE_ORDER, FEE_LINE, FEE_UNIT, FEE_WEIGHT } FeeBase;

typedef struct FeeTerm { /* a rule as it was at the sale */
    Id rule, receiver;
    Str kind, label;
    bool on_top;     /* the buyer pays it beside the price; else it is taken out of the price */
    FeeBase base;
    int64_t rate;    /* millionths, or minor units for an order, a line, a whole piece, a kilogram */
    int64_t tax_ppm; /* inside the fee */
} FeeTerm;

typedef struct FeeTermList {
    FeeTerm *at;
    size_t len;
} FeeTermList;

typedef struct FeeLine { /* one line of one seller's part of an order */
    Money amount;    /* what is paid for the goods, >= 0 */
    int64_t milli;   /* thousandths of whole sold pieces */
    int64_t grams;   /* weight, 0 when it is not known */
} FeeLine;

typedef struct FeeShare {
    Money amount, tax; /* tax is inside amount */
} FeeShare;

enum { FEE_TERMS_MAX = 12 };

/* shares[i * terms_len + k] is what term k comes to on line i, rounded half up once. Promises: what is taken out of a line never
   exceeds its amount; a fee an order is its rate to the last unit, cut over the lines by their amounts; a line of nothing pays
   nothing. False on overflow. terms_len <= FEE_TERMS_MAX. */
bool fees_cut(Arena *arena, const FeeLine *lines, size_t len, const FeeTerm *terms, size_t terms_len, FeeShare *shares);
/* The tax inside an amount: amount * ppm / (1,000,000 + ppm), cut by largest remainder, so that net + tax = amount. */
Money tax_inside(Money amount, int64_t tax_ppm);

/* ---- rules ---- */

typedef struct NewFee {
    Id receiver;
    Id seller;       /* 0: on everybody's goods */
    Str kind;        /* packing, transport, admin, sales, fund, platform */
    Str label;       /* may be empty */
    bool on_top;
    Str base;        /* percent, order, line, unit, weight */
    int64_t rate, tax_ppm;
} NewFee;

/* Codes: fee.kind, fee.base, fee.rate, fee.tax, fee.too_many (FEE_TERMS_MAX hold at once), fee.over (more than the whole price). */
Err *fee_add(Tx *tx, const NewFee *fee, Id who, Time now, Id *made);
Err *fee_end(Tx *tx, Id rule, Id who, Time now); /* fee.missing */

typedef struct FeeRuleBrief {
    FeeTerm term;
    Id seller; /* 0: everybody's */
} FeeRuleBrief;
typedef struct FeeRuleList {
    FeeRuleBrief *at;
    size_t len;
    int64_t discounts; /* how many hold: none need not be looked for */
} FeeRuleList;
/* The rules that hold now, in order: one statement. */
Err *fees_now(Db *db, Time now, FeeRuleList *out);
/* Those of them that are for this seller's goods. */
FeeTermList fees_of(Arena *arena, const FeeRuleList *rules, Id seller);
const char *fee_kind_name(Str kind); /* marked for translation: "Packing" */
const char *fee_base_word(FeeBase base); /* "percent", "order" ... as stored */
bool fee_base_find(Str word, FeeBase *base);

/* ---- discounts ---- */

typedef struct DiscountTier {
    Money from_goods;
    int64_t rate; /* millionths off */
} DiscountTier;

typedef struct NewDiscount {
    Id org, seller;  /* seller 0: on everybody's goods */
    Str label, code, tag;
    Str base;        /* percent, fixed, tiered */
    int64_t rate;    /* millionths, or minor units */
    Money min_goods;
    int64_t budget, uses_max, person_max; /* minor units and counts; 0: no limit */
    Time from, to;   /* to 0: until further notice */
    const DiscountTier *tiers;
    size_t tiers_len;
} NewDiscount;
enum { DISCOUNT_TIERS_MAX = 10 };

/* Codes: discount.label, discount.base, discount.rate, discount.tiers, discount.code_taken, discount.days. */
Err *discount_add(Tx *tx, const NewDiscount *discount, Id who, Time now, Id *made);
Err *discount_stop(Tx *tx, Id discount, Id who, Time now); /* discount.missing */
Err *buyer_tag_put(Tx *tx, Id org, Id person, Str tag, bool has, Id who, Time now); /* discount.tag */

typedef struct DiscountAsk {
    Id buyer;        /* 0: a guest */
    Str code;        /* as typed; empty: none */
    const Id *sellers;  /* of the parts */
    const Money *goods; /* what the goods of each come to */
    size_t len;
} DiscountAsk;

/* What is taken off one part: a discount's share of it. */
typedef struct DiscountCut {
    Id discount, org;
    Str label, base; /* base: percent or fixed; a tiered one is percent by now */
    int64_t rate;    /* millionths, or the minor units of this part */
    size_t part;
    Money amount;    /* > 0 */
} DiscountCut;
typedef struct DiscountCutList {
    DiscountCut *at;
    size_t len;
} DiscountCutList;

/* The best that holds for these parts: at most one that needs no code, and the coupon. Never more than the goods. Codes:
   coupon.unknown, coupon.minimum (arg "minimum" as minor units), coupon.sign_in (it counts people), coupon.used_up. Two statements. */
Err *discounts_find(Db *db, const DiscountAsk *ask, Time now, DiscountCutList *out);
/* Takes what was found out of budgets and counts, by conditional updates: coupon.used_up when somebody was faster. */
Err *discounts_take(Tx *tx, const DiscountCutList *cuts, Id order, Id buyer);
/* Gives back what this order took; and takes it again (coupon.used_up). */
Err *discounts_give_back(Tx *tx, Id order);
Err *discounts_take_again(Tx *tx, Id order);
