/* The market: what other modules, importers and the demo may call. The rules behind each are in README.md. */
#pragma once
#include "db/db.h"

/* ---- how things are measured and priced ---- */

/* How a variant is sold and priced. Sold and priced by units of the same kind (rice in grams, priced per kg), or sold
   by count and priced by weight, when one whole sold unit weighs nominal_priced_steps on average (a chicken). */
typedef struct Measure {
    Str sold_unit;
    int64_t sold_scale;
    Str priced_unit;
    int64_t priced_scale;
    int64_t nominal_priced_steps; /* 0: not priced by weight */
} Measure;

/* Codes: measure.unit, measure.scale, measure.kinds (the two units cannot be converted and there is no nominal weight). */
Err *measure_check(Arena *arena, const Measure *measure);
/* What steps cost at a price for one whole priced unit: rounded half up, once. False on overflow or a bad measure. */
bool measure_cost(const Measure *measure, Money price, int64_t steps, Money *out);
/* What priced steps read from a scale cost: rounded half up, once. */
bool measure_weighed_cost(const Measure *measure, Money price, int64_t priced_steps, Money *out);
/* The price for one kilogram or litre, where it says more than the price itself: goods priced by mass or volume in
   another unit, and pieces whose content is known. False when there is none. *unit: "KGM" or "LTR". */
bool measure_unit_price(const Measure *measure, Money price, Str content_unit, int64_t content_milli, Money *out,
                        Str *unit);

/* Greatest amounts that are accepted anywhere: products of them stay far inside 128 bits. */
#define STEPS_MAX INT64_C(1000000000)
#define PRICE_MAX INT64_C(100000000000)

/* ---- making goods ---- */

typedef struct LangText { /* a name and a longer text in one language */
    Str lang, name, story;
} LangText;

typedef struct LangTextList {
    LangText *at;
    size_t len;
} LangTextList;

typedef struct NewVariant {
    Str sku, gtin;               /* may be empty */
    Measure measure;
    int64_t step;                /* 0: 1 */
    int64_t min_steps;           /* 0: step */
    int64_t max_steps;           /* 0: no limit */
    int64_t tolerance_ppm;       /* 0 for goods that are not weighed */
    int64_t tare_steps;
    Str content_unit;            /* "KGM", "LTR" or empty */
    int64_t content_milli;
    LangTextList packs;          /* .name is the pack: "500 g jar" */
    Money price;                 /* for one whole priced unit */
    int64_t on_hand_steps;
    bool oversell;               /* grown to order: may be sold without lying there */
    Id offer;                    /* out: the offer that was made */
} NewVariant;

typedef struct NewVariantList {
    NewVariant *at;
    size_t len;
} NewVariantList;

typedef struct NewPhoto {
    Str media; /* key of a media item */
    Str alt;   /* may be empty */
} NewPhoto;

typedef struct NewPhotoList {
    NewPhoto *at;
    size_t len;
} NewPhotoList;

typedef struct NewProduct {
    Id org;                /* the producer, who also sells it */
    Id category;           /* 0: "other" */
    LangTextList texts;    /* at least one; the first is the product's own language */
    int64_t season_months; /* bit 0 January .. bit 11 December; 0: all year */
    int64_t keeps_days;    /* 0: not said */
    Str uri;               /* the name another system knows it by; empty: none */
    bool draft;            /* not on sale yet */
    NewPhotoList photos;
    NewVariantList variants; /* at least one */
} NewProduct;

enum { VARIANTS_MAX = 100, PHOTOS_MAX = 12 };

/* Makes a product with its variants, offers, prices and first stock, and shows it in the market. who may be 0 (import).
   Each text is bounded here. Codes: product.name (no name), product.no_variant, product.uri_taken (ERR_CONFLICT: this org
   has a product of that uri), and those of measure_check; field names the input ("variants.0.step"). */
Err *product_add(Tx *tx, const NewProduct *product, Id who, Time now, Id *made);
typedef struct ProductEdit {
    Id category;
    int64_t season_months, keeps_days;
    LangTextList texts; /* those named are written; the others stay */
} ProductEdit;
Err *product_edit(Tx *tx, Id product, const ProductEdit *edit, Id who, Time now);
/* Position 0 is on the card. An empty media key takes the picture away. */
Err *product_photo_set(Tx *tx, Id product, int64_t position, const NewPhoto *photo, Id who, Time now);
Err *product_show(Tx *tx, Id product, Str state, Id who, Time now); /* "draft", "live", "withdrawn" */
Err *offer_show(Tx *tx, Id offer, Str state, Id who, Time now);     /* "open", "paused", "closed" */
/* What a product is sold as, in order: for whoever changes it from outside (imports). */
typedef struct ProductOffer {
    Id offer, variant;
    int64_t position;
    Str sku; /* may be empty */
    Str pack; /* in the language of the product; may be empty */
    Money price;
    int64_t on_hand;
} ProductOffer;
typedef struct ProductOfferList {
    ProductOffer *at;
    size_t len;
} ProductOfferList;
Err *product_offers(Db *db, Id product, ProductOfferList *out);
typedef struct ProductBrief {
    Id category;
    int64_t season_months, keeps_days;
    Str state, name, story; /* the texts in the language asked for, else in its own */
} ProductBrief;
Err *product_brief(Db *db, Id product, Str lang, ProductBrief *out); /* product.missing */
/* One more variant, behind the others. Codes of product_add. */
Err *product_variant_add(Tx *tx, Id product, NewVariant *variant, Id who, Time now);
/* The product of this org that was made with this uri; 0 when there is none. */
Err *product_by_uri(Db *db, Id org, Str uri, Id *found);

/* The producer's name, place and story per language (.name, .story; place the same in all); the first is its own language. */
typedef struct NewProducer {
    Id org;
    LangTextList texts;
    StrList places; /* one a text, or none */
    Str photo;      /* media key; empty: none */
} NewProducer;
Err *producer_put(Tx *tx, const NewProducer *producer, Id who, Time now);

/* Gives 0 when no category has this slug. The standard ones are made at the first start: see category.c. */
Err *category_find(Db *db, Str slug, Id *found);
/* The category of the words a shop's export uses ("Clothing > Hats", "Honey"); "other" when nothing fits. */
Err *category_guess(Db *db, Str words, Id *found);

/* ---- what an offer costs and how much there is ---- */

Err *offer_price_put(Tx *tx, Id offer, Money price, Id who, Time now); /* the same price again changes nothing */
/* Counts what lies there. Code: stock.below_reserved (ERR_CONFLICT, args "reserved") when buyers were promised more. */
Err *offer_stock_count(Tx *tx, Id offer, int64_t on_hand_steps, Id who, Time now);

typedef struct NewLot { /* a harvest or batch that must stay traceable; all may be empty */
    Str code, field, grade;
    bool has_harvested_on, has_best_before;
    Date harvested_on, best_before;
} NewLot;
/* More of it has come in. Code: stock.range. */
Err *offer_stock_receive(Tx *tx, Id offer, int64_t steps, const NewLot *lot, Id who, Time now);
/* Announces stock.received when a lot was named, subject: the lot. Counting and spoiling announce stock.lowered, subject: the stock row. */
/* Some of it is spoilt or gone. Codes: stock.range, stock.below_reserved. */
Err *offer_stock_spoil(Tx *tx, Id offer, int64_t steps, Str note, Id who, Time now);

/* The same for goods that lie in any place. Announces stock.lowered, subject: the stock row. */
Err *stock_spoil(Tx *tx, Id stock, int64_t steps, Str note, Id who, Time now);

/* ---- where goods lie ---- */

/* One more place in which an organisation keeps goods. Code: product.name. */
Err *stock_place_add(Tx *tx, Id org, Str name, Id who, Time now, Id *made);
typedef struct StockTransfer {
    Id from;          /* stock row */
    Id place;         /* where to: another place */
    int64_t steps;
    Id subject, who;  /* what the two moves are of: the id of the transfer */
    Id to;            /* out: the stock row there */
    int64_t from_seq, to_seq; /* out: the pair of moves */
} StockTransfer;
/* What is promised to buyers stays where it is. Codes: stock.range, stock.same_place, stock.below_reserved. */
Err *stock_transfer(Tx *tx, StockTransfer *transfer, Time now);

/* Which harvest goods are of: kept by the room of lots, which says so once at its start. */
typedef struct LineLot { /* some of a line that was packed came of this lot */
    Id line, lot;
    int64_t steps;
    bool has_harvested_on;
    Date harvested_on;
    Str field;
    bool recalled;
    Str reason;       /* why it was called back, for the buyer */
} LineLot;
typedef struct LineLotList {
    LineLot *at;
    size_t len;
} LineLotList;
typedef struct FirstLot { /* what lies there of a variant and should go first */
    Id variant, lot;
    int64_t left;
    bool has_harvested_on, has_best_before;
    Date harvested_on, best_before;
    Str field, code;
} FirstLot;
typedef struct FirstLotList {
    FirstLot *at;
    size_t len;
} FirstLotList;
typedef struct LotTeller {
    Err *(*of_order)(Db *db, Id order, LineLotList *out);
    Err *(*first)(Db *db, Id seller, Date today, FirstLotList *out); /* one a variant */
} LotTeller;
void lots_set(const LotTeller *teller);

/* ---- pickup places ---- */

typedef struct PickupHours {
    int64_t weekday; /* 1 Monday .. 7 Sunday */
    int64_t from_minute, to_minute; /* of the local day */
} PickupHours;

typedef struct DeliveryZone { /* goods are brought to the door of everybody in this zone */
    Money charge, per_kg;    /* for an order, and for each begun kilogram */
    Money free_from;         /* goods of at least this much are brought free; 0: never */
    Money min_goods;         /* least order */
    int64_t tax_ppm;         /* tax inside the charge */
} DeliveryZone;

typedef struct NewPickup {
    Id org;
    LangTextList texts;   /* .name the place, .story what to bring or whom to ask */
    StrList addresses;    /* one a text */
    PickupHours *hours;
    size_t hours_len;
    bool everyone;        /* every seller's goods; else those of sellers */
    const Id *sellers;
    size_t sellers_len;
    bool has_position;
    double latitude, longitude; /* degrees */
    const DeliveryZone *zone;   /* NULL: goods are collected there */
} NewPickup;
enum { PICKUPS_MAX = 100 };
/* Codes: pickup.name, pickup.hours, pickup.too_many. */
Err *pickup_add(Tx *tx, const NewPickup *pickup, Id who, Time now, Id *made);
Err *pickup_edit(Tx *tx, Id pickup, const NewPickup *edit, bool open, Id who, Time now); /* everything but whose it is */

/* ---- orders ---- */

typedef struct OrderAskLine {
    Id offer;
    int64_t steps;
} OrderAskLine;

typedef struct OrderAsk {
    const OrderAskLine *lines;
    size_t lines_len;       /* 1..ORDER_LINES_MAX */
    Id buyer;               /* 0: a guest, who gives a name and a phone */
    Str email;              /* of a guest who wants mail about it; may be empty */
    Str name, phone, note;  /* note from the buyer to the packers; may be empty */
    Str lang, currency;     /* of the buyer's pages; of the co-operative */
    Id pickup;
    Str payment;            /* "at_pickup", or of members "wallet": paid into escrow in the transaction of the order */
    const char *channel;    /* "shop", "api", "phone", "stall", "import" */
    Str key;                /* Idempotency-Key; empty: none */
    bool has_seen;          /* the buyer saw a total: another one now is refused ("order.price_changed") */
    Money seen;
    Id cart;                /* emptied with the order; 0: none */
    int64_t hold_ms;        /* how long the goods wait for being packed; 0: for ever */
    Id cycle, slot, pass;   /* the round it joins, the time it is collected, a checkout entered before; 0: none: OrderTimes */
    bool looked;            /* that round was looked at a moment ago: by chosen */
    Str coupon;             /* a discount's code as typed; may be empty */
    Str missing;            /* when something is missing: "leave" (or empty), "replace", "call" */
    Str address;            /* where to bring it, when pickup is a delivery zone */
    Str secret, code;       /* minted by order_place; order_insert takes them as they are */
} OrderAsk;

enum { ORDER_LINES_MAX = 100, ORDER_NOTE_MAX = 500, ORDER_KEY_MAX = 200, ORDER_SECRET_LEN = 26 };


typedef struct OrderMade {
    Id id;
    Str secret; /* for the buyer's own link: /o/{id}{secret} */
    Str code;   /* six digits */
    bool again; /* the same key came before: this is that order */
} OrderMade;

/* Everything or nothing: reserves all lines and writes the order. Codes: order.empty, order.too_many_lines, order.line
   (unknown or closed offer), order.step (not a multiple), order.minimum, order.maximum, order.limit, stock.sold_out
   (ERR_CONFLICT; field "lines.N"; args "title", "left"), order.pickup, order.payment, order.contact (a guest without name or
   phone), order.price_changed, idempotency.other_body. Fields name the input: "lines.0.steps". */
Err *order_place(Db *db, const OrderAsk *ask, Time now, OrderMade *made);
/* The same inside a transaction, for batches; secret and code must be unique and random: order_mint. */
Err *order_insert(Tx *tx, const OrderAsk *ask, Time now, OrderMade *made);
/* A member's order that was to be paid when collected is paid from the wallet now: into escrow, in this transaction ("order.paid_ahead"
   for each part, whose hearer may refuse). Codes: order.missing, order.not_now (paid before, a guest's, over, or handed over in part). */
Err *order_pay_ahead(Tx *tx, Id order, Id who, Time now);
/* The order this buyer's key made before; made->again says whether there is one, whatever it was asked with. */
Err *order_of_key(Db *db, Id buyer, Str key, OrderMade *made);
int64_t order_hold_ms(void); /* of the configuration; 0: for ever */
void order_mint(Arena *arena, Str *secret, Str *code);

/* What another room adds to ordering: rounds (cycles) in which goods are ordered, and times at which they are collected. It says
   so once at its start; without one, orders join nothing. */
enum { ORDER_TIMES_MAX = 60 };
typedef struct OrderTime { /* a time of collecting, as the checkout offers it */
    Id id, cycle, pickup;
    Str name;        /* of the cycle */
    Time from, until, closes_at;
    int64_t left;    /* places */
} OrderTime;
typedef struct OrderTimeChoices {
    OrderTime *at;
    size_t len;
    bool only;       /* something in the basket is sold in cycles only: a pickup place alone is not enough */
    bool open;       /* a cycle is open that sells all of it */
    bool has_opens_at;
    Time opens_at;   /* when the next one opens that would */
} OrderTimeChoices;
typedef struct OrderTimes {
    Err *(*check)(Db *db, const OrderAsk *ask, Time now);    /* before the transaction: refuses what is hopeless */
    Err *(*joined)(Tx *tx, const OrderAsk *ask, Id order, Money total, Time now); /* in the order's transaction, lines written */
    Err *(*offered)(Db *db, const OrderAsk *ask, Time now, OrderTimeChoices *out); /* of ask: lines, cart */
    Err *(*entered)(Db *db, const OrderAsk *ask, const OrderTimeChoices *choices, Time now); /* the basket is at the checkout */
    Err *(*chosen)(Db *db, Id chosen, Time now, OrderAsk *ask);        /* the id of a time fills cycle, slot, pickup and looked, or is refused as by check; others: nothing */
    Err *(*of_order)(Db *db, Id order, OrderTime *out, bool *found); /* from 0: no particular time */
} OrderTimes;
void order_times_set(const OrderTimes *times);
/* What one organisation allows another, and what somebody independent says of it: kept by another room, which says so once at its start.
   Permissions: "price_my_goods" "edit_my_listing" "weigh_my_lines" "edit_my_lines" "see_customer_name" "see_customer_phone". */
typedef struct IdList {
    Id *at;
    size_t len;
} IdList;
typedef struct HiddenBuyer { /* an order in a hub's round, whose buyer the seller may not know: the hub did not allow it */
    Id order, hub;
    bool name, phone; /* hidden */
} HiddenBuyer;
typedef struct HiddenBuyerList {
    HiddenBuyer *at;
    size_t len;
} HiddenBuyerList;
typedef struct Certified {
    Str scheme, number;
    Date until;
} Certified;
typedef struct CertifiedList {
    Certified *at;
    size_t len;
} CertifiedList;
typedef struct Partners {
    Err *(*allows)(Db *db, Id from, Id to, const char *permission, bool *yes);
    Err *(*allowers)(Db *db, IdList to, const char *permission, IdList *out); /* who allows it to one of these */
    Err *(*hidden)(Db *db, Id seller, Id order, HiddenBuyerList *out);        /* order 0: all that are open */
    Err *(*certified)(Db *db, Id org, Id product, Date day, CertifiedList *out); /* valid that day; product 0: of the whole farm */
} Partners;
void partners_set(const Partners *partners);

/* What an order would come to, without placing it: the same numbers that order_place writes. */
typedef struct QuotePart {
    Id seller;
    Money goods, fees, discount, delivery; /* goods + fees - discount + delivery is what the part comes to */
} QuotePart;
typedef struct QuoteCharge { /* one row a buyer sees */
    Str kind;                /* "fee", "discount", "delivery" */
    Str label;               /* in the buyer's language, or the co-operative's words */
    Money amount;            /* a discount is negative */
} QuoteCharge;
typedef struct QuoteChargeList {
    QuoteCharge *at;
    size_t len;
} QuoteChargeList;
typedef struct OrderQuote {
    QuotePart *parts;
    size_t parts_len;
    QuoteChargeList charges;
    Money goods, delivery, total; /* total with delivery; what the buyer is shown as "seen" leaves delivery out */
} OrderQuote;
/* Reads only. pickup 0: without delivery and without asking who is served. Codes of order_place but the contact's. */
Err *order_quote(Db *db, const OrderAsk *ask, Time now, OrderQuote *out);

/* What may happen to an order; the table in order_state.c says from where to where. part: one seller's part, or 0 for
   all open parts. Code: order.not_now (ERR_CONFLICT, args "verb", "state"). Announces "order.<verb past>" for each part. */
typedef struct OrderAct {
    Id order;
    Id part;
    const char *verb; /* "confirm" "pack" "unpack" "collect" "uncollect" "cancel" "restore" "expire" "miss" "unmiss" "restock" "donate" */
    Id who;           /* 0: a guest or the house */
} OrderAct;
Err *order_act(Tx *tx, const OrderAct *act, Time now);

/* ---- one seller's part, for rooms that pay, plan or report ---- */

typedef struct OrderPart {
    Id id, order, org, pickup;
    Id buyer;         /* 0: a guest */
    Str placement, parcel, payment, payment_method, currency, code;
    Money goods, charges, total; /* total = goods + charges: what the buyer pays for this part as things stand */
    Money order_total;           /* of all parts that were not cancelled */
} OrderPart;
Err *order_part(Db *db, Id part, OrderPart *out); /* order.missing */

/* Who gets what of a part, to the last unit: for each receiver of a fee, for whoever bears a discount (negative), for who
   brings it, and for the seller the rest. The amounts add up to the part's total. */
typedef struct PartShare {
    Id receiver;
    Str kind;         /* "goods" (the seller's rest), a fee's kind, "delivery", "discount" */
    Str label;
    bool on_top;      /* paid beside the price */
    Money amount, tax; /* tax is inside amount */
} PartShare;
typedef struct PartShareList {
    PartShare *at;
    size_t len;
} PartShareList;
Err *order_part_shares(Db *db, Id part, PartShareList *out);

/* ---- after it was placed: each change is a fact in order_change and an event, in the caller's transaction ---- */

/* What the scale said, net of packing, in 10^-priced_scale of the priced unit. Outside the tolerance around the estimate it
   is refused unless sure; above it the buyer pays the upper limit all the same. Allowed until it is handed over; weighing
   again replaces. Codes: weigh.not_by_weight, weigh.range, weigh.unlikely (ERR_CONFLICT, args "estimate", "weighed"),
   order.not_now. Announces order.weighed. */
typedef struct OrderWeigh {
    Id line;
    int64_t priced_steps;
    bool sure;
    Id who;
} OrderWeigh;
Err *order_weigh(Tx *tx, const OrderWeigh *weigh, Time now);
/* What an order of so many steps is expected to weigh, in priced steps, and the most that is paid. False when the variant
   is not priced by weight or volume. tolerance_ppm 0: WEIGH_TOLERANCE_PPM. */
enum { WEIGH_TOLERANCE_PPM = 200000 };
bool measure_expected(const Measure *measure, int64_t steps, int64_t tolerance_ppm, int64_t *expected, int64_t *limit);

/* Other amounts than ordered, while nothing is packed. Prices and fees stay those of the sale; fees are reckoned anew.
   line 0: one more line of offer, from a seller of this order. steps 0 takes a line out; a part without lines is cancelled.
   Codes of placing (order.step, order.minimum, stock.sold_out ...), order.line, order.other_seller, order.not_now.
   Announces order.amended. */
typedef struct OrderAmend {
    Id order, line, offer;
    int64_t steps;
    Id who;           /* 0: a guest */
} OrderAmend;
Err *order_amend(Tx *tx, const OrderAmend *amend, Time now);

/* The seller has only so much of a line. lost: the missing goods are not there at all (a poor harvest, spoilt), so stock
   falls; else they go back to the shelf. Announces order.short. */
typedef struct OrderShort {
    Id line;
    int64_t steps;    /* what there is, 0 .. ordered */
    bool lost;
    Str reason;       /* for the buyer; may be empty */
    Id who;
} OrderShort;
Err *order_short(Tx *tx, const OrderShort *shortage, Time now);

/* Something else in the place of a line, of the same seller; the buyer never pays more than for what it replaces. Announces
   order.substituted. Code: order.other_seller. */
typedef struct OrderSubstitute {
    Id line, offer;
    int64_t steps;
    bool lost;
    Str reason;
    Id who;
} OrderSubstitute;
Err *order_substitute(Tx *tx, const OrderSubstitute *substitute, Time now);

/* ---- refunds: facts; money is moved elsewhere ---- */

typedef struct OrderReturn {
    Id line;
    int64_t steps;    /* 1 .. what was handed over and not returned before */
    Money amount;     /* 0: what was paid for so much of it */
    Str cause;        /* spoiled, missing, wrong, unwanted, other */
    Str reason;       /* in their words; may be empty */
    Id who;           /* 0: a guest */
} OrderReturn;
/* Asks for money back for goods that were handed over, within RETURN_DAYS. Codes: refund.steps, refund.amount, refund.cause,
   refund.too_late, order.not_now. */
enum { RETURN_DAYS = 14 };
Err *order_return(Tx *tx, const OrderReturn *ret, Time now, Id *refund);
typedef struct RefundAct {
    Id refund;
    const char *verb; /* "approve" "reject" "send" (the money left) "confirm" (it arrived) */
    Str goods;        /* with approve: "kept", "back" (on the shelf again), "thrown" */
    Id who;
} RefundAct;
/* Approving announces order.refund_due, sending order.refunded; subject: the seller order. Code: refund.not_now. */
Err *refund_act(Tx *tx, const RefundAct *act, Time now);
typedef struct RefundFact {
    Id id, order, part, line;
    int64_t steps;
    Money amount;
    Str cause, reason, goods, state;
    Time made_at;
} RefundFact;
typedef struct RefundFactList {
    RefundFact *at;
    size_t len;
} RefundFactList;
Err *order_refunds(Db *db, Id order, Id part, RefundFactList *out); /* part 0: all; those with state "approved" are due */
