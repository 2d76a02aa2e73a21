/* Goods of other shops: reading their files into one neutral book, and the book into the market. */
#pragma once
#include "base/base.h"
#include "db/db.h"

typedef enum Level { LEVEL_KEPT, LEVEL_NOTE, LEVEL_WARNED, LEVEL_REFUSED } Level;

typedef struct TradeNote { /* what somebody must know about a line; its sentence also says what to do */
    Level level;
    size_t line;
    Str column; /* or empty */
    Err *why;   /* code and args; the sentences stand in routes.c */
} TradeNote;

/* How it is sold, where a file of our own says so; else by the piece. Fields as in market.h. */
typedef struct TradeMeasure {
    bool given;
    Str sold_unit, priced_unit;
    int64_t sold_scale, priced_scale, nominal, step, min_steps, max_steps, tolerance_ppm, tare_steps;
} TradeMeasure;

typedef struct TradeText { /* in one language */
    Str lang, name, story;
} TradeText;

typedef struct TradeTexts {
    TradeText *at;
    size_t len;
} TradeTexts;

typedef struct TradeVariant {
    size_t line;
    Str sku, gtin, pack; /* pack: what tells it from its sisters, "Large · Blue" */
    TradeTexts packs;    /* .name, in several languages; or none */
    Money price;
    bool counted;  /* stock is known; else it is sold without counting */
    int64_t stock; /* pieces */
    bool oversell;
    Str content_unit; /* "KGM", "LTR" or empty */
    int64_t content_milli;
    TradeMeasure measure;
} TradeVariant;

typedef struct TradeProduct {
    size_t line; /* where it begins */
    Str uri;     /* "woocommerce:741": the same at each import */
    Str sku;     /* of the product as a whole, when its variants have their own */
    Str name, story, category;
    TradeTexts texts;           /* in several languages, the product's own first; or none: name and story say it */
    Str dfc_type;               /* "dfc-pt:egg", or empty */
    int64_t id;                 /* of a product that was exported here; 0: not said */
    Str category_slug;          /* of our own file; or empty */
    int64_t season_months, keeps_days;
    Str parent;                 /* of a variation that waits for its product */
    bool draft, refused, moved; /* moved: its variant stands with its parent now */
    StrList images;
    TradeVariant *variants;
    size_t variants_len, variants_room;
} TradeProduct;

typedef struct TradeBook {
    Arena *arena;
    const char *format; /* "woocommerce", "shopify", "google", "dfc" */
    int places;         /* of the co-operative's currency */
    Str currency;
    Time now;     /* sale prices have dates */
    size_t lines; /* rows of goods that were read */
    TradeProduct *products;
    size_t len, room;
    TradeNote *notes;
    size_t notes_len, notes_room;
    size_t refused; /* lines */
} TradeBook;

enum {
    TRADE_BYTES_MAX = 64 << 20,
    TRADE_PRODUCTS_MAX = 10000,
    TRADE_VARIANTS_MAX = 100,
    TRADE_NOTES_MAX = 100000,
    TRADE_IMAGES_MAX = 12,
    TRADE_STORY_MAX = 8000,
};

/* book holds arena, places, currency and now. format NULL: found by the columns. Bad lines are notes, not errors; an
   error says that the file as a whole cannot be read: import.encoding, import.format, import.empty, import.too_many. */
Err *trade_read(Str file, const char *format, TradeBook *book);

/* HTML of a description as plain text: paragraphs, "- " lists, entities; scripts, styles and all tags are gone. */
Str html_text(Arena *arena, Str html, size_t max_bytes);

/* ---- into the market ---- */

typedef struct TradeCounts {
    int64_t made, changed, same, drafts;
} TradeCounts;

typedef struct TradeWrite {
    TradeBook *book;
    Id org, who;
    Str lang;   /* of the texts */
    bool trial; /* --dry-run: everything is tried, nothing stays */
    void (*progress)(void *arg, int64_t done, int64_t of);
    void *progress_arg;
    Str (*picture)(void *arg, const TradeProduct *product, Str *alt); /* key of a local picture, or empty; NULL: none */
    void *picture_arg;
    TradeCounts counts; /* out */
} TradeWrite;

/* Everything that is not refused, in one transaction: new goods by product_add, known ones (same uri in this org)
   changed. What the market itself refuses becomes a note of its line and undoes all: "import.refused". */
Err *trade_write(Store *store, Arena *arena, TradeWrite *write);

/* ---- out of the market ---- */

typedef struct TradeOut {
    Store *store;
    Arena *arena;
    int64_t org;   /* whose offers; 0: all */
    Str lang;      /* of the texts, where the goods have it */
    Str currency;
    int places;
    Str base;      /* "https://shop.example.org": addresses begin so */
    bool v2;       /* dfc: the second profile */
    bool open;     /* only what anybody sees: no drafts, nothing paused */
    int64_t product, variant, offer; /* only this one; 0: all */
    Err *(*put)(void *arg, Str piece); /* called again and again */
    void *put_arg;
    int64_t lines; /* out */
} TradeOut;

/* format: "woocommerce", "shopify", "google", "dfc", "schema". Everything on sale or drafted, in a fixed order, row by row. What is
   written can be read by trade_read and gives the same goods (schema: for other programs). Code: export.format. */
Err *trade_out(TradeOut *out, const char *format);

/* ---- inside ---- */

typedef struct Columns { /* of one row, by heading */
    TradeBook *book;
    StrList headings, fields;
    size_t line;
} Columns;

/* Headings are compared without case; several names of one column may be given, NULL at the end. Empty when absent. */
Str column(const Columns *row, ...) __attribute__((sentinel));
bool column_there(const Columns *row, const char *heading);
bool column_true(Str text); /* 1, true, yes, TRUE */
void trade_note(TradeBook *book, Level level, size_t line, const char *column, Err *why);
TradeProduct *trade_product(TradeBook *book, size_t line, Str uri);               /* a new one */
TradeVariant *trade_variant(TradeBook *book, TradeProduct *product, size_t line); /* NULL when there are too many */
void trade_images(TradeBook *book, TradeProduct *product, Str text, char separator);
/* "9.99", "15.00 CNY", "CNY 15". False with a note when it is missing or wrong. */
bool trade_price(TradeBook *book, size_t line, const char *heading, Str text, Money *out);
/* "1.5" with unit "kg", "g", "lbs", "oz", "ml", "l": into content_milli of KGM or LTR; false when it is none. */
/* The column that our own files have besides: "id=..;category=eggs;sold=GRM:0;priced=KGM:3;...". What it does not say stays. */
void trade_own_column(Str text, TradeProduct *product, TradeVariant *variant);
bool trade_content(Str amount, Str unit, TradeVariant *into);
void trade_stock(TradeBook *book, size_t line, const char *heading, Str text, TradeVariant *into);

typedef Err *(*TradeReader)(TradeBook *book, const Columns *row); /* called for each row */
Err *woocommerce_row(TradeBook *book, const Columns *row);
Err *woocommerce_end(TradeBook *book);
Err *shopify_row(TradeBook *book, const Columns *row);
Err *google_row(TradeBook *book, const Columns *row);
Err *dfc_read(TradeBook *book, Str file); /* JSON-LD of the Data Food Consortium */
Str dfc_unit_code(Str term);              /* "dfc-m:Kilogram" -> "KGM"; empty when unknown */
Str dfc_unit_term(Arena *arena, Str code);
Str dfc_currency_code(Str term);          /* "dfc-m:Euro" -> "EUR"; empty when unknown */
Str dfc_currency_term(Arena *arena, Str code);

/* ---- report.c ---- */

typedef struct ReportLine {
    size_t line;
    Level level;
    Str column, text; /* for people */
} ReportLine;

typedef struct ReportLineList {
    ReportLine *at;
    size_t len;
} ReportLineList;

typedef struct Lang Lang; /* core/core.h */
/* Every line of the file in order: what is kept, noted, warned of, refused. quiet leaves out what is only kept or
 * noted. */
ReportLineList trade_report(Arena *arena, const Lang *lang, const TradeBook *book, bool quiet);
const char *level_name(Level level);      /* "kept" ..., marked for translation */
size_t trade_kept(const TradeBook *book); /* products that would be written */
