/* What the market's pages show. */
#pragma once
#include "market/forms.h"
#include "market/inside.h"
#include "market/shelf.h"
#include "media/media.h"
#include "web/web.h"

/* How a price reads: "¥12.50 / kg", beside it "¥76.00 / kg" for a jar of 500 g. */
typedef struct PriceView {
    Money amount;
    Str unit;          /* UN/ECE code, empty for a piece */
    bool has_unit_price;
    Money unit_price;
    Str unit_price_unit;
    bool about;        /* priced by weight, sold by the piece: about so much each */
    Money each;
} PriceView;

typedef struct CardView {
    Id offer, product;
    Str title, pack, producer;
    Picture picture;
    PriceView price;
    bool sold_out, few;
    Quantity left;
    bool in_season;
    Str add;           /* least amount, as the form sends it */
    Str back;          /* where adding comes back to */
} CardView;

typedef struct CardViewList {
    CardView *at;
    size_t len;
} CardViewList;

typedef struct LinkView {
    Str href, label;
    const char *icon;
    bool here;
} LinkView;

typedef struct LinkViewList {
    LinkView *at;
    size_t len;
} LinkViewList;

typedef struct Choice {
    Id id;
    Str label;
    bool chosen;
} Choice;

typedef struct ChoiceList {
    Choice *at;
    size_t len;
} ChoiceList;

typedef struct HourView {
    Str days, hours;   /* "Sat", "9:00–11:00" */
} HourView;

typedef struct HourViewList {
    HourView *at;
    size_t len;
} HourViewList;

typedef struct PickupView {
    Id id;
    Str name, address, instructions;
    HourViewList hours;
    bool has_next;
    Time next_from, next_until; /* when it opens next, or until when it is open now */
    bool open_now;
    bool chosen;
    bool delivery;     /* brought to the door */
    Money charge;      /* for that, at least */
    bool placed;
    double latitude, longitude;
    Str away;          /* "8 km from the farm"; empty: not known */
    Str map;           /* "geo:" has no place in a browser: an address of a map, or empty */
} PickupView;

typedef struct PickupViewList {
    PickupView *at;
    size_t len;
} PickupViewList;

typedef struct MarketView {
    LinkViewList shelves;
    Str search, category;      /* kept in the form */
    Str seller_name, seller;   /* narrowed to one seller; empty: not */
    Str all_sellers;           /* the same page without that */
    ChoiceList pickups;
    bool in_stock, narrowed, loosened, first_page;
    CardViewList cards;
    Str next;
    Str all;                   /* the page with sold-out goods too */
} MarketView;

typedef struct BasketView {
    int64_t things; /* different ones; 0: none, or not known here */
} BasketView;

typedef struct PriceTierView { /* for who takes more */
    Quantity from;
    Money amount;
} PriceTierView;

typedef struct PriceTierViewList {
    PriceTierView *at;
    size_t len;
} PriceTierViewList;

typedef struct VariantView {
    Id offer;
    Str pack;
    PriceView price;
    bool sold_out, few;
    Quantity left, minimum;
    Quantity step;
    Str unit;          /* code the amount is typed in */
    bool pieces;
    Str amount, least, most, by; /* of the number field, in the unit */
    PriceTierViewList tiers;
    StrList measures;  /* others to type the amount in: "斤" */
    Str local;         /* "斤": the price is shown for one of it too; empty: not */
    Money local_price;
    int64_t number;    /* keeps the ids of the fields apart */
} VariantView;

typedef struct VariantViewList {
    VariantView *at;
    size_t len;
} VariantViewList;

typedef struct PictureList {
    Picture *at;
    size_t len;
} PictureList;

typedef struct BesideView {
    CardView card;
    Str reason;
} BesideView;

typedef struct BesideViewList {
    BesideView *at;
    size_t len;
} BesideViewList;

/* Asks every room for goods that go with a product, or with a basket of len of them; at most most, and nothing twice. */
typedef struct BesideAsk {
    const Id *products;
    size_t len, most;
    bool basket;
} BesideAsk;
Err *beside_read(Req *r, const BesideAsk *ask, BesideViewList *out);

typedef struct MoneyGoesRow {
    Str label, receiver, percent;
    Money amount;
    int64_t from, width; /* of a bar of 1,000 */
    int64_t number;
} MoneyGoesRow;
typedef struct MoneyGoesView { /* where the price of one piece or kilogram goes; no rows: all of it to the seller */
    struct { MoneyGoesRow *at; size_t len; } rows;
    Str unit;
    Money whole, tax;    /* tax inside the fees */
    bool an_order;       /* a fee an order comes on top */
} MoneyGoesView;

typedef struct ProductView {
    Id id;
    Str title, producer, producer_path, producer_place, category, category_path;
    StrList story, producer_story;
    PictureList pictures;
    Picture producer_picture;
    VariantViewList variants;
    Str season;        /* "Apr, May, Sep" */
    bool in_season;
    int64_t keeps_days;
    bool has_harvested_on;
    Date harvested_on;   /* of the freshest that came in */
    PickupViewList pickups;
    MoneyGoesView goes;
    CardViewList others;
    BesideViewList beside;   /* goes well with it */
    int64_t basket;          /* different things in it; 0: none, or not known here */
    CertifiedList certificates;
} ProductView;

typedef struct ProducerCard {
    Id id;
    Str name, place, line;
    Picture picture;
    Str initials;
    int64_t goods;
} ProducerCard;

typedef struct ProducerCardList {
    ProducerCard *at;
    size_t len;
} ProducerCardList;

typedef struct ProducersView {
    ProducerCardList producers;
    Str next;
} ProducersView;

typedef struct ProducerView {
    ProducerCard card;
    StrList story;
    CardViewList cards;
    Str next;
    PickupViewList pickups;
    bool mine;         /* may edit the story */
    CertifiedList certificates;
} ProducerView;

/* ---- basket and checkout ---- */

typedef struct CartLineView {
    Id offer, product;
    Str title, pack, seller;
    bool new_seller;   /* the first line of its seller */
    Picture picture;
    PriceView price;
    Quantity quantity;
    Money cost;
    Str amount, by, least, most;
    Str unit;
    bool pieces, gone, short_of;
    Quantity left;
    Str less, more;    /* amounts of the buttons; empty: no further */
    Str local;         /* "6 斤"; may be empty */
} CartLineView;

typedef struct CartLineViewList {
    CartLineView *at;
    size_t len;
} CartLineViewList;

typedef struct CartView {
    CartLineViewList lines;
    Money total;
    bool about;        /* something is priced by weight: the sum is an estimate */
    bool blocked;      /* something is gone or short: mend it first */
    int64_t count;
    QuoteChargeList charges; /* fees and discounts, without delivery */
    BesideViewList along;    /* what people with a basket like this took */
} CartView;

typedef struct TimeView {   /* a time of collecting in an order cycle */
    Id id;
    Str cycle, place;
    Time from, until;
    int64_t left;
    bool few, full, chosen;
} TimeView;

typedef struct TimeViewList {
    TimeView *at;
    size_t len;
} TimeViewList;

typedef struct CheckoutView {
    bool mail;         /* guests may leave an address */
    CartView cart;
    TimeViewList times;
    bool only, shut;         /* some of it is sold in cycles alone; and none is open */
    bool has_opens_at;
    Time opens_at;
    PickupViewList pickups;
    bool guest;
    Str who;
    Str key;
    Str seen;          /* total in minor units, without delivery */
    bool delivers;     /* some place is a delivery: an address may be needed */
    Str coupon;        /* that is in the total */
    const CheckoutForm *form;
} CheckoutView;

typedef struct OrderLineView {
    Str title, pack;
    Quantity quantity;
    Money amount;
    bool weighed;        /* by the scale: what it says */
    Quantity weight;
    Id line;
    Str local;           /* "6 斤": the amount in the reader's own measure; may be empty */
    Str harvest;         /* "Harvested 21 November 2026, upper field"; may be empty */
} OrderLineView;

typedef struct OrderLineViewList {
    OrderLineView *at;
    size_t len;
} OrderLineViewList;

typedef struct PartView {
    Id id;
    Str seller, seller_path;
    OrderLineViewList lines;
    Money total;
    bool over, packed, collected;
    Str state;           /* in a word */
    const char *badge;   /* class */
    StrList changes;     /* "Eggs: 12 became 7. The fox came." */
} PartView;

typedef struct PartViewList {
    PartView *at;
    size_t len;
} PartViewList;

typedef struct RefundLine {
    Str title, state;
    Money amount;
} RefundLine;
typedef struct RefundLineList {
    RefundLine *at;
    size_t len;
} RefundLineList;

typedef struct OrderNote {
    const char *icon;
    Str text;
} OrderNote;

typedef struct OrderView {
    Id id;
    Str path;            /* of this page, for its forms */
    Str code, code_first, code_last;
    Html qr;
    Str link;            /* whole address, for guests to keep */
    PartViewList parts;
    Money total;
    bool wallet;         /* paid from the buyer's wallet */
    bool may_pay;        /* its buyer may still do that */
    bool paid, open, cancelled, expired, completed, packed, about;
    bool can_cancel, can_restore, can_forget, guest;
    PickupView pickup;
    struct {
        OrderNote *at;
        size_t len;
    } notes;             /* of other rooms: when the goods come */
    bool timed;          /* at a time of an order cycle */
    Str cycle;           /* its name; empty: none */
    Time from, until;
    Time placed_at, expires_at;
    bool has_expires_at;
    Str buyer_name, buyer_phone, note, address;
    bool fresh;          /* just placed: thanks */
    QuoteChargeList charges;
    bool can_amend, can_return;
    RefundLineList refunds;
    StrList recalls;     /* goods of it that were called back */
} OrderView;

typedef struct OrderRow {
    Str path, code;
    Time placed_at;
    Money total;
    Str state;
    const char *badge;
    Str what;
} OrderRow;

typedef struct OrderRowList {
    OrderRow *at;
    size_t len;
} OrderRowList;

typedef struct OrdersView {
    OrderRowList orders;
    Str next;
} OrdersView;

/* ---- changing an order ---- */

typedef struct AmendLineView {
    Id line;
    Str title, pack, amount, unit;
    bool chosen;         /* amending: counted in pieces */
    int64_t number;
} AmendLineView;
typedef struct AmendLineViewList {
    AmendLineView *at;
    size_t len;
} AmendLineViewList;
typedef struct AmendView {
    Str path, error;
    AmendLineViewList lines;
} AmendView;

typedef struct ReturnView {
    Str path;
    AmendLineViewList lines;
    const ReturnForm *form;
} ReturnView;

typedef struct ShortView {
    Str title, buyer, wish, path;
    Quantity ordered;
    ChoiceList goods;
    const ShortForm *form;
} ShortView;

typedef struct MissedRow {
    Id order, part;
    Str name, phone, pickup, code;
    Money total;
    Time since;
} MissedRow;
typedef struct MissedRowList {
    MissedRow *at;
    size_t len;
} MissedRowList;
typedef struct MissedView {
    MissedRowList waiting, missed;
} MissedView;

typedef struct RefundView {
    Id id;
    Str title, cause, reason, code, state;
    Quantity quantity;
    Money amount;
    bool asked;
    Time at;
} RefundView;
typedef struct RefundsView {
    LinkViewList shops;
    Str shop;
    struct { RefundView *at; size_t len; } rows;
} RefundsView;

typedef struct WeighLineView {
    Id line, order;
    Str title, pack, buyer, code, unit, href;
    Quantity ordered, expected, weighed, tare;
    Money amount;
    bool done, here;
} WeighLineView;
typedef struct WeighView {
    LinkViewList shops;
    Str shop, org;
    struct { WeighLineView *at; size_t len; } lines;
    bool any, ask_sure;
    WeighLineView line;
    Str later, error, typed;
    int64_t done, all;
} WeighView;

/* ---- sellers: pages_seller.h ---- */
#include "market/pages_seller.h"
