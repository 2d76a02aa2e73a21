/* Catalogues for programs that speak the Data Food Consortium's words, under the addresses Open Food Network uses. */
#include <string.h>

#include "identity/identity.h"
#include "trade/handlers.h"
#include "trade/trade.h"

enum { REPLY_MAX = 8 << 20, NOTES_MAX = 500 };

/* ---- out: what anybody may see ---- */

static Err *put_buf(void *arg, Str piece)
{
    Buf *buf = arg;
    buf_add(buf, piece);
    return buf->overflowed ? err_new(buf->arena, ERR_INVALID, "export.large") : NULL;
}

Str dfc_base(const Req *r)
{
    Str set = config_text("public_url"), host = req_header(r, "Host");
    while (str_ends(set, STR("/")))
        set.len--;
    return set.len ? set : str_format(r->arena, "%s://%.*s", r->https ? "https" : "http", STR_ARG(host));
}

static Err *reply_catalogue(Req *r, Id product, Id variant, Id offer)
{
    Buf buf = buf_new(r->arena, REPLY_MAX);
    OrgCard card;
    Id org;
    TRY(take_id(r, 0, &org));
    TRY(org_card(&r->db, org, &card));
    bool v2 = str_find(req_header(r, "Accept"), STR("dfc-v2")) != SIZE_MAX;
    TradeOut out = {.store = r->store, .arena = r->arena, .org = org, .lang = r->village.lang, .currency = r->village.currency,
                    .places = r->village.currency_places, .base = dfc_base(r), .v2 = v2, .open = true, .product = product, .variant = variant, .offer = offer,
                    .put = put_buf, .put_arg = &buf};
    TRY(trade_out(&out, "dfc"));
    if ((product || variant || offer) && !out.lines)
        return err_new(r->arena, ERR_MISSING, "export.missing");
    reply_header(r, "Vary", STR("Accept"));
    return reply_bytes(r, 200, v2 ? "application/ld+json; profile=\"dfc-v2\"" : "application/json", buf_str(&buf));
}

Err *show_dfc_catalogue(Req *r)
{
    return reply_catalogue(r, 0, 0, 0);
}

Err *show_dfc_good(Req *r)
{
    Id variant;
    TRY(take_id(r, 1, &variant));
    return reply_catalogue(r, 0, variant, 0);
}

Err *show_dfc_product(Req *r)
{
    Id product;
    TRY(take_id(r, 1, &product));
    return reply_catalogue(r, product, 0, 0);
}

Err *show_dfc_offer(Req *r)
{
    Id offer;
    TRY(take_id(r, 1, &offer));
    return reply_catalogue(r, 0, 0, offer);
}

/* ---- in ---- */

typedef struct TakenQuery {
    bool dry_run, skip;
} TakenQuery;
static const Field query_fields[] = {
    FIELD(TakenQuery, dry_run, FIELD_BOOL, .label = "Everything is tried, nothing stays"),
    FIELD(TakenQuery, skip, FIELD_BOOL, .label = "Refused things are left out; else one refused thing stops all"),
};
const Shape dfc_query_shape = SHAPE(TakenQuery, "CatalogueQuery", query_fields);

typedef struct NoteJson {
    int64_t line;
    Str level, column, code, text;
} NoteJson;
typedef struct NoteJsonList {
    NoteJson *at;
    size_t len;
} NoteJsonList;
typedef struct TakenJson {
    bool written;
    int64_t read, refused, made, changed, same;
    NoteJsonList notes;
} TakenJson;
static const Field note_fields[] = {
    FIELD(NoteJson, line, FIELD_INT, .label = "Of the body"),
    FIELD(NoteJson, level, FIELD_STR, .label = "note, warned, refused"),
    FIELD(NoteJson, column, FIELD_STR, .label = "The property"),
    FIELD(NoteJson, code, FIELD_STR),
    FIELD(NoteJson, text, FIELD_STR, .label = "What to do"),
};
static const Shape note_shape = SHAPE(NoteJson, "CatalogueNote", note_fields);
static const Field taken_fields[] = {
    FIELD(TakenJson, written, FIELD_BOOL, .label = "False: nothing was written"),
    FIELD(TakenJson, read, FIELD_INT, .label = "Supplied products in the file"),
    FIELD(TakenJson, refused, FIELD_INT),
    FIELD(TakenJson, made, FIELD_INT, .label = "Goods that were not here"),
    FIELD(TakenJson, changed, FIELD_INT),
    FIELD(TakenJson, same, FIELD_INT),
    FIELD(TakenJson, notes, FIELD_LIST, .shape = &note_shape, .label = "The first 500"),
};
const Shape dfc_taken_shape = SHAPE(TakenJson, "CatalogueTaken", taken_fields);

static NoteJsonList notes_of(const Req *r, const TradeBook *book)
{
    static const char *const levels[] = {"kept", "note", "warned", "refused"};
    size_t len = book->notes_len < NOTES_MAX ? book->notes_len : NOTES_MAX;
    NoteJsonList list = {NEW_ARRAY(r->arena, NoteJson, len + 1), len};
    for (size_t i = 0; i < len; i++) {
        const TradeNote *from = &book->notes[i];
        list.at[i] = (NoteJson){(int64_t)from->line, str_of(levels[from->level]), from->column, str_of(from->why->code),
                                err_say(r->arena, r->lang, from->why)};
    }
    return list;
}

Err *take_dfc_catalogue(Req *r)
{
    TakenQuery query;
    Id org;
    TRY(take_id(r, 0, &org));
    TRY(need_role(r, org, ROLE_SELLER | ROLE_ADMIN));
    TRY(take_query(r, &dfc_query_shape, &query));
    TradeBook book = {.arena = r->arena, .places = r->village.currency_places, .currency = r->village.currency, .now = r->now};
    TradeWrite write = {.book = &book, .org = org, .who = r->who, .lang = r->village.lang, .trial = query.dry_run};
    TRY(trade_read(r->body, "dfc", &book));
    bool stopped = book.refused && !query.skip;
    Err *err = !stopped && trade_kept(&book) ? trade_write(r->store, r->arena, &write) : NULL;
    if (err && !err_is(err, "import.refused"))
        return err;
    bool written = !stopped && !err && !query.dry_run;
    if (stopped || err)
        write.counts = (TradeCounts){0};
    const TakenJson taken = {.written = written, .read = (int64_t)book.lines, .refused = (int64_t)book.refused, .made = write.counts.made,
                             .changed = write.counts.changed, .same = write.counts.same, .notes = notes_of(r, &book)};
    return reply_json(r, stopped || err ? 422 : 200, &dfc_taken_shape, &taken);
}
