/* The import pages: send a file, see what becomes of it, then write it. */
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "identity/identity.h"
#include "trade/handlers.h"
#include "trade/pages.h"
#include "trade/platform.h"
#include "trade/templates.h"
#include "trade/trade.h"

enum { HASH_BYTES = 16, REPORT_MAX = 500, DFC_BODY_MAX = 8 << 20, EVENT_BODY_MAX = 64 << 10 };

typedef struct ImportForm {
    Id seller;
    Str hash;
    bool skip;
} ImportForm;

static const Field import_fields[] = {
    FIELD(ImportForm, seller, FIELD_ID, .required = true, .label = N_("Sold by")),
    FIELD(ImportForm, hash, FIELD_STR, .max = 2 * HASH_BYTES, .input = "hidden"),
    FIELD(ImportForm, skip, FIELD_BOOL, .input = "hidden"),
};
static const Shape import_form = SHAPE(ImportForm, "Import", import_fields);

/* One waiting file a person: the next takes its place, so that nobody can fill the disk with them. */
static const char *waiting_file(const Req *r)
{
    return str_z(r->arena, str_format(r->arena, "%.*s/tmp/import-%.*s", STR_ARG(config_text("data")),
                                      STR_ARG(id_text(r->arena, r->who))));
}

static Str hash_of(Arena *arena, Str file)
{
    unsigned char hash[HASH_BYTES];
    char *text = arena_alloc(arena, 2 * HASH_BYTES + 1);
    crypto_generichash(hash, sizeof hash, (const unsigned char *)file.at, file.len, NULL, 0);
    sodium_bin2hex(text, 2 * HASH_BYTES + 1, hash, sizeof hash);
    return str_of(text);
}

static Err *sellers_of(Req *r, SellerViewList *out)
{
    *out = (SellerViewList){NEW_ARRAY(r->arena, SellerView, r->grants.len + 1), 0};
    for (size_t i = 0; i < r->grants.len; i++) {
        OrgCard card;
        if (!(r->grants.at[i].roles & (ROLE_SELLER | ROLE_ADMIN)))
            continue;
        TRY(org_card(&r->db, r->grants.at[i].org, &card));
        out->at[out->len++] = (SellerView){card.id, card.name, !out->len};
    }
    return NULL;
}

Err *show_import(Req *r)
{
    ImportView view = {0};
    TRY(sellers_of(r, &view.sellers));
    TRY(platforms_view(r, &view.platforms));
    if (r->form_error)
        view.error = err_say(r->arena, r->lang, r->form_error);
    Page *p = page_begin(r, &(PageHead){.title = tr(r->lang, "Take over goods from another shop"),
                                        .place = "/market",
                                        .back = STR("/goods")});
    trade_import(p, &view);
    return page_end(p);
}

static Err *read_book(Req *r, Str file, const ImportForm *form, bool trial, TradeBook *book, TradeWrite *write)
{
    *book = (TradeBook){
        .arena = r->arena, .places = r->village.currency_places, .currency = r->village.currency, .now = r->now};
    *write = (TradeWrite){.book = book, .org = form->seller, .who = r->who, .lang = r->village.lang, .trial = trial};
    TRY(trade_read(file, NULL, book));
    if (book->refused && !trial && !form->skip)
        return err_new(r->arena, ERR_CONFLICT, "import.refused");
    Err *err = trade_kept(book) ? trade_write(r->store, r->arena, write) : NULL;
    return trial && err_is(err, "import.refused") ? NULL : err;
}

static ImportLineViewList report_view(Req *r, const TradeBook *book, int64_t *more)
{
    static const char *const tones[] = {"ok", "", "wait", "bad"};
    ReportLineList lines = trade_report(r->arena, r->lang, book, false);
    size_t shown = lines.len < REPORT_MAX ? lines.len : REPORT_MAX;
    ImportLineViewList list = {NEW_ARRAY(r->arena, ImportLineView, shown + 1), shown};
    for (size_t i = 0; i < shown; i++)
        list.at[i] = (ImportLineView){(int64_t)lines.at[i].line, lines.at[i].column, lines.at[i].text,
                                      tr(r->lang, level_name(lines.at[i].level)), tones[lines.at[i].level]};
    *more = (int64_t)(lines.len - shown);
    return list;
}

static Err *show_preview(Req *r, const ImportForm *form, Str file)
{
    TradeBook book;
    TradeWrite write;
    OrgCard card;
    TRY(read_book(r, file, form, true, &book, &write));
    TRY(org_card(&r->db, form->seller, &card));
    PreviewView view = {.format = str_of(book.format),
                        .seller = form->seller,
                        .seller_name = card.name,
                        .hash = hash_of(r->arena, file),
                        .lines = (int64_t)book.lines,
                        .kept = (int64_t)trade_kept(&book),
                        .refused = (int64_t)book.refused,
                        .made = write.counts.made,
                        .changed = write.counts.changed,
                        .same = write.counts.same,
                        .drafts = write.counts.drafts};
    view.can = write.counts.made + write.counts.changed > 0;
    view.report = report_view(r, &book, &view.more);
    Page *p = page_begin(r, &(PageHead){.title = tr(r->lang, "Before anything is written"),
                                        .place = "/market",
                                        .back = STR("/market/import")});
    trade_preview(p, &view);
    return page_end(p);
}

static Err *look_at_upload(Req *r)
{
    ImportForm form;
    Str file;
    TRY(take(r, &import_form, &form));
    TRY(need_role(r, form.seller, ROLE_SELLER | ROLE_ADMIN));
    const Upload *upload = take_upload(r, "file");
    if (!upload || !upload->bytes)
        return err_field(r->arena, "field.required", "file");
    TRY(file_read(r->arena, upload->path, TRADE_BYTES_MAX, &file));
    TRY(file_write(r->arena, waiting_file(r), file, 0600));
    return show_preview(r, &form, file);
}

static Err *look_import(Req *r)
{
    Err *err = look_at_upload(r);
    return err ? reply_form_again(r, err, show_import) : NULL;
}

static Err *write_waiting(Req *r)
{
    ImportForm form;
    Str file;
    TradeBook book;
    TradeWrite made;
    TRY(take(r, &import_form, &form));
    TRY(need_role(r, form.seller, ROLE_SELLER | ROLE_ADMIN));
    Err *err = file_read(r->arena, waiting_file(r), TRADE_BYTES_MAX, &file);
    if (err || !str_eq(hash_of(r->arena, file), form.hash)) /* sent again meanwhile, or long gone */
        return err_new(r->arena, ERR_CONFLICT, "import.gone");
    TRY(read_book(r, file, &form, false, &book, &made));
    unlink(waiting_file(r));
    reply_notice(r, N_("The goods are imported."));
    return reply_see(r, "/goods");
}

static Err *write_import(Req *r)
{
    Err *err = write_waiting(r);
    return err ? reply_form_again(r, err, show_import) : NULL;
}

static const ErrText errors[] = {
    {"export.format", N_("There is no format \"{format}\". There are woocommerce, shopify, google, dfc and schema.")},
    {"export.missing", N_("This is not on sale.")},
    {"export.large", N_("There are too many goods for one file. Write to standard output (-), or export one seller.")},
    {"import.encoding", N_("This file is not UTF-8 text. Save it as \"CSV UTF-8\" and send it again.")},
    {"import.format", N_("The columns are not those of WooCommerce, Shopify or Google Merchant. Export the products "
                         "there again, with English headings; a catalogue of the Data Food Consortium is JSON.")},
    {"import.empty", N_("There are no goods in this file.")},
    {"import.too_many", N_("There are more than {max} goods in this file. Cut it into several.")},
    {"import.columns",
     N_("This line has more columns than the first. A quotation mark or a comma is missing or too many.")},
    {"import.name", N_("The name is missing. Fill it in.")},
    {"import.price", N_("The price \"{value}\" cannot be read. Write it as 12.50.")},
    {"import.price_missing", N_("The price is missing. Fill it in.")},
    {"import.currency", N_("The price is in {theirs}, and this co-operative trades in {ours}. Convert it.")},
    {"import.sale", N_("The sale price is taken; the usual one was {regular}.")},
    {"import.weight",
     N_("The weight \"{value}\" cannot be read, so the price per kilogram is not shown. Correct it here later.")},
    {"import.stock", N_("The stock \"{value}\" is no number, so it is sold without counting. Count it here later.")},
    {"import.stock_negative", N_("The stock is below nothing; it is taken as 0.")},
    {"import.uncounted", N_("The stock is not counted there, so it is sold without counting here too.")},
    {"import.hidden", N_("It is hidden there, so it becomes a draft here.")},
    {"import.grouped", N_("A collection of other goods is left out; its members are imported by themselves.")},
    {"import.external", N_("Goods sold on another site are left out.")},
    {"import.digital", N_("This seems to be a download. Its file is not taken over.")},
    {"import.gift_card", N_("Gift cards are left out.")},
    {"import.parent", N_("The product this variation belongs to (\"{value}\") is not in the file. Export both.")},
    {"import.no_variations", N_("None of its variations is in the file. Export them too.")},
    {"import.variants", N_("It has more than 100 variants. Make several products of it.")},
    {"import.handle", N_("The handle is missing. Give the line the handle of its product.")},
    {"import.id", N_("The id is missing. Every line needs one of its own.")},
    {"import.twice", N_("The same goods stand in line {first} already. Remove one of the two.")},
    {"import.picture", N_("The picture {file} cannot be read, so the goods have none. Add it later.")},
    {"import.refused", N_("Nothing was imported: some lines are refused. Mend them, or leave them out.")},
    {"import.trial", N_("Only tried.")},
    {"import.gone", N_("This file is not waiting any more. Send it again.")},
    {"import.no_offer", N_("No offer with a price is made for it. Add one there, or enter the goods by hand.")},
    {"import.no_item", N_("No catalogue item refers to it, so its stock and number are not known.")},
    {"import.unit", N_("The unit \"{value}\" is not known here, so its content is not shown. Correct it here later.")},
    {"import.currency_word", N_("The currency \"{value}\" is not known here. Write it as urn:iso:std:iso:4217:CNY.")},
    {"import.suppliers", N_("The file holds goods of several suppliers; all of them become goods of the seller you named.")},
    {"import.context", N_("The context {value} is not known and was not fetched. Names that depend on it are not understood.")},
    {"linked.json", N_("This is not valid JSON: line {line}: {why}.")},
    {"linked.deep", N_("The JSON is nested more than 32 levels deep. This is no catalogue.")},
    {"linked.too_many", N_("The file describes more than 200,000 things. Cut it into several.")},
    {"platform.name", N_("The short name may hold small letters, digits and hyphens, up to 40.")},
    {"platform.address", N_("Write the address of the enterprise over there, beginning with https://, as .../api/dfc/enterprises/12.")},
    {"platform.too_many", N_("An organisation follows at most 20 catalogues. Use one of those it has.")},
    {"platform.missing", N_("No catalogue is followed under that name or address.")},
    {"platform.scopes", N_("Say what is granted: dfc-t:hasAssignedScopes with a @list of scopes, which may be empty.")},
    {"platform.event", N_("The only event is \"refresh\".")},
    {"platform.enterprise", N_("Say which enterprise changed: enterpriseUrlid, with the address that is followed here.")},
    {"platform.status", N_("The other side did not answer with a catalogue. It is asked again tomorrow, or when you press Read now.")},
    {"import.seller", N_("No organisation is called \"{seller}\".")},
    {"import.no_village", N_("There is no co-operative yet. Start the server and open /start, or name a seller.")},
    {0},
};

static const Job jobs[] = {
    {.name = "trade.platforms", .every_ms = MINUTE_MS, .run = platforms_job, .about = N_("Reads catalogues of other platforms that are followed.")},
    {0},
};

static const Route routes[] = {
    GET("/market/import", show_import, HAS_ROLE, "Takes over goods from another shop's export.",
        .roles = ROLE_SELLER | ROLE_ADMIN),
    POST("/market/import", look_import, HAS_ROLE, "Reads an export and shows what would become of every line.",
         .roles = ROLE_SELLER | ROLE_ADMIN, .takes = &import_form, .upload = true, .max_body = TRADE_BYTES_MAX),
    POST("/market/import/write", write_import, HAS_ROLE, "Imports the export that was looked at.",
         .roles = ROLE_SELLER | ROLE_ADMIN, .takes = &import_form),
    GET("/api/dfc/enterprises/{id}", show_dfc_catalogue, ANYONE, "What an organisation sells, as the Data Food Consortium says it (JSON-LD)."),
    GET("/api/dfc/enterprises/{id}/catalog_items", show_dfc_catalogue, ANYONE, "The same; with Accept profile=\"dfc-v2\" in the second version."),
    GET("/api/dfc/enterprises/{id}/supplied_products", show_dfc_catalogue, ANYONE, "The same."),
    GET("/api/dfc/enterprises/{id}/catalog_items/{item}", show_dfc_good, ANYONE, "One thing on sale, with its product and offer."),
    GET("/api/dfc/enterprises/{id}/supplied_products/{item}", show_dfc_good, ANYONE, "The same."),
    GET("/api/dfc/enterprises/{id}/products/{product}", show_dfc_product, ANYONE, "All ways a product is sold: what its goods are variants of."),
    GET("/api/dfc/enterprises/{id}/offers/{offer}", show_dfc_offer, ANYONE, "The same, named by its offer."),
    POST("/api/dfc/enterprises/{id}/catalog_items", take_dfc_catalogue, SIGNED_IN, "Takes a catalogue in: new goods are made, known ones changed.",
         .query = &dfc_query_shape, .gives = &dfc_taken_shape, .scope = "offers", .raw = true, .max_body = DFC_BODY_MAX),
    GET("/api/dfc/enterprises/{id}/platforms", show_dfc_platforms, SIGNED_IN, "Whose catalogues an organisation follows, with the scopes each has.",
        .scope = "offers"),
    GET("/api/dfc/enterprises/{id}/platforms/{platform}", show_dfc_platform, SIGNED_IN, "One of them.", .scope = "offers"),
    PUT("/api/dfc/enterprises/{id}/platforms/{platform}", take_dfc_platform, SIGNED_IN, "Grants it scopes, and follows it with WriteProducts: \"enterprise\" is its address.",
        .scope = "offers", .raw = true, .max_body = EVENT_BODY_MAX),
    POST("/api/dfc/events", hear_dfc_event, SIGNED_IN, "Another platform says that an enterprise's goods have changed: they are read again.",
         .scope = "offers", .raw = true, .max_body = EVENT_BODY_MAX),
    POST("/market/import/follow", follow_platform, HAS_ROLE, "Follows a catalogue of another platform, reads it again, or stops.",
         .roles = ROLE_SELLER | ROLE_ADMIN, .takes = &platform_form),
};

const Module trade_module = MODULE("trade", routes, .errors = errors, .jobs = jobs);
