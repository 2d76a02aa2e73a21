/* `millet import products FILE`, and `millet export FORMAT FILE`. */
#include "base/command.h"

#include <stdlib.h>
#include <string.h>

#include "core/core.h"
#include "identity/identity.h"
#include "media/media.h"
#include "trade/trade.h"

typedef struct Importing {
    Args *args;
    const char *file;
    TradeBook book;
    TradeWrite write;
    bool skip;
} Importing;

static Err *seller_find(Importing *importing, const char *seller)
{
    Arena *arena = importing->args->arena;
    OrgCard card;
    Db db;
    Id id;
    if (!seller) {
        importing->write.org = village(importing->args->store, arena).org;
        return importing->write.org ? NULL : err_new(arena, ERR_MISSING, "import.no_village");
    }
    TRY(db_read(importing->args->store, arena, &db));
    Err *err = id_parse(str_of(seller), &id) ? org_card(&db, id, &card) : org_card_by_slug(&db, str_of(seller), &card);
    importing->write.org = err ? 0 : card.id;
    return err ? err_arg(arena, err_new(arena, ERR_MISSING, "import.seller"), "seller", str_of(seller)) : NULL;
}

/* A picture that lies beside the file; addresses are left alone: this program fetches nothing. */
static Str local_picture(void *arg, const TradeProduct *product, Str *alt)
{
    Importing *importing = arg;
    Args *args = importing->args;
    Str first = product->images.len ? product->images.at[0] : (Str){0}, bytes, key = {0};
    if (!first.len || str_find(first, STR("://")) != SIZE_MAX)
        return key;
    const char *slash = first.at[0] == '/' ? NULL : strrchr(importing->file, '/');
    Str path =
        slash ? str_format(args->arena, "%.*s/%.*s", (int)(slash - importing->file), importing->file, STR_ARG(first))
              : first;
    Err *err = args_read(args, str_z(args->arena, path), 32u << 20, &bytes);
    if (!err)
        err = media_take_bytes(args->store, args->arena, bytes, importing->book.now, &key);
    if (err)
        trade_note(&importing->book, LEVEL_WARNED, product->line, "Images",
                   err_arg(args->arena, err_new(args->arena, ERR_INVALID, "import.picture"), "file", first));
    *alt = product->name;
    return err ? (Str){0} : key;
}

static void show_progress(void *arg, int64_t done, int64_t of)
{
    args_progress(arg, "Importing", done, of);
}

static void show_report(Importing *importing)
{
    Args *args = importing->args;
    const Lang *lang = lang_find(STR("en"));
    ReportLineList report = trade_report(args->arena, lang, &importing->book, false);
    for (size_t i = 0; i < report.len; i++) {
        const ReportLine *line = &report.at[i];
        fprintf(args->out, "line %-6zu %-8s%.*s%s%.*s\n", line->line, level_name(line->level), STR_ARG(line->column),
                line->column.len ? ": " : "", STR_ARG(line->text));
    }
}

static int show_end(Importing *importing, const Err *err)
{
    Args *args = importing->args;
    const TradeBook *book = &importing->book;
    const TradeCounts *counts = &importing->write.counts;
    size_t kept = trade_kept(book);
    fprintf(args->out, "\n%s: %zu lines read, %zu goods fit, %zu lines refused.\n", book->format ? book->format : "?",
            book->lines, kept, book->refused);
    if (err)
        return args_failed(args, err);
    if (book->refused && !importing->skip) {
        fputs("Nothing was written. Mend the lines that are refused, or leave them out with --skip-refused.\n",
              args->out);
        return EXIT_FAILED;
    }
    fprintf(args->out, "%s%lld new (%lld of all as drafts), %lld changed, %lld as they were.%s\n",
            importing->write.trial ? "Would be: " : "", (long long)counts->made, (long long)counts->drafts,
            (long long)counts->changed, (long long)counts->same, importing->write.trial ? " Nothing was written." : "");
    return book->refused ? EXIT_PARTLY : EXIT_DONE;
}

static Err *import_file(Importing *importing, const char *format, const char *seller)
{
    Args *args = importing->args;
    Village here = village(args->store, args->arena);
    Str file;
    importing->book =
        (TradeBook){.arena = args->arena, .places = here.currency_places, .currency = here.currency, .now = time_now()};
    importing->write.book = &importing->book;
    if (!importing->write.lang.len)
        importing->write.lang = here.lang;
    TRY(seller_find(importing, seller));
    TRY(args_read(args, importing->file, TRADE_BYTES_MAX, &file));
    TRY(trade_read(file, format, &importing->book));
    if (importing->book.refused && !importing->skip)
        return NULL;
    return trade_write(args->store, args->arena, &importing->write);
}

static int import_goods(Args *args, const char *fixed)
{
    Importing importing = {.args = args, .skip = args_flag(args, "skip-refused")};
    importing.write = (TradeWrite){.trial = args_flag(args, "dry-run"),
                                   .progress = show_progress,
                                   .progress_arg = args,
                                   .picture = local_picture,
                                   .picture_arg = &importing};
    const char *seller = args_option(args, "seller"), *format = fixed ? fixed : args_option(args, "format"),
               *lang = args_option(args, "lang");
    if (!args_done(args, 1, 1))
        return EXIT_USAGE;
    if (format && strcmp(format, "woocommerce") != 0 && strcmp(format, "shopify") != 0 &&
        strcmp(format, "google") != 0 && strcmp(format, "dfc") != 0) {
        fprintf(args->err, "millet: --format is woocommerce, shopify, google or dfc\n");
        return EXIT_USAGE;
    }
    if (lang && !lang_find(str_of(lang))) {
        fprintf(args->err, "millet: --lang is en or zh-CN\n");
        return EXIT_USAGE;
    }
    importing.file = args->argv[0];
    importing.write.lang = lang ? str_of(lang_tag(lang_find(str_of(lang)))) : (Str){0};
    Err *err = import_file(&importing, format, seller);
    if (!importing.book.lines && !importing.book.notes_len && err)
        return args_failed(args, err);
    show_report(&importing);
    return show_end(&importing, err);
}

static int import_products(Args *args)
{
    return import_goods(args, NULL);
}

static int import_dfc(Args *args)
{
    return import_goods(args, "dfc");
}

/* ---- millet export woocommerce|shopify|google|dfc|schema ---- */

static Err *put_file(void *arg, Str piece)
{
    Args *args = arg;
    fwrite(piece.at ? piece.at : "", 1, piece.len, args->out);
    return ferror(args->out) ? err_new(args->arena, ERR_BROKEN, "file.unwritable") : NULL;
}

static Err *put_buf(void *arg, Str piece)
{
    Buf *buf = arg;
    buf_add(buf, piece);
    return buf->overflowed ? err_new(buf->arena, ERR_INVALID, "export.large") : NULL;
}

/* A file appears whole or not at all; standard output gets it piece by piece. */
static Err *export_to(Args *args, TradeOut *out, const char *format, const char *path)
{
    Buf buf = buf_new(args->arena, TRADE_BYTES_MAX);
    bool standard = strcmp(path, "-") == 0;
    out->put = standard ? put_file : put_buf;
    out->put_arg = standard ? (void *)args : (void *)&buf;
    TRY(trade_out(out, format));
    return standard ? NULL : args_write(args, path, buf_str(&buf), 0644);
}

static int export_goods(Args *args, const char *format)
{
    Village here = village(args->store, args->arena);
    const char *seller = args_option(args, "seller"), *lang = args_option(args, "lang"), *url = args_option(args, "url");
    Str base = url ? str_of(url) : config_text("public_url");
    TradeOut out = {.store = args->store, .arena = args->arena, .lang = lang ? str_of(lang) : here.lang, .currency = here.currency,
                    .places = here.currency_places, .v2 = args_flag(args, "v2")};
    if (!args_done(args, 1, 1))
        return EXIT_USAGE;
    while (str_ends(base, STR("/")))
        base.len--;
    out.base = base.len ? base : STR("http://localhost:8080");
    if (!base.len)
        fputs("millet: addresses of pages and pictures begin with http://localhost:8080: name yours with --url\n", args->err);
    Importing finding = {.args = args};
    Err *err = seller ? seller_find(&finding, seller) : NULL;
    out.org = seller ? finding.write.org : 0;
    if (!err)
        err = export_to(args, &out, format, args->argv[0]);
    if (err)
        return args_failed(args, err);
    fprintf(args->err, "%lld offers written.\n", (long long)out.lines);
    return EXIT_DONE;
}

static int export_woocommerce(Args *args)
{
    return export_goods(args, "woocommerce");
}

static int export_shopify(Args *args)
{
    return export_goods(args, "shopify");
}

static int export_google(Args *args)
{
    return export_goods(args, "google");
}

static int export_dfc(Args *args)
{
    return export_goods(args, "dfc");
}

static int export_schema(Args *args)
{
    return export_goods(args, "schema");
}

const Command trade_commands[] = {
    COMMAND("export woocommerce", N_("Write the goods on sale as WooCommerce takes them (CSV)."),
            N_("Usage: millet export woocommerce FILE [--seller ORG] [--lang en|zh-CN] [--url https://...]\n\n"
               "Everything on sale, or what ORG sells; - is standard output. `millet import products FILE` takes it in again."),
            export_woocommerce, .needs_store = true),
    COMMAND("export shopify", N_("Write the goods on sale as Shopify takes them (CSV)."),
            N_("Usage: millet export shopify FILE [--seller ORG] [--lang en|zh-CN] [--url https://...]"), export_shopify,
            .needs_store = true),
    COMMAND("export google", N_("Write the goods on sale for Google Merchant and others that read its files (TSV)."),
            N_("Usage: millet export google FILE [--seller ORG] [--lang en|zh-CN] [--url https://...]"), export_google,
            .needs_store = true),
    COMMAND("export dfc", N_("Write the goods on sale in the words of the Data Food Consortium (JSON-LD)."),
            N_("Usage: millet export dfc FILE [--seller ORG] [--url https://...] [--v2]\n\n"
               "Enterprises, supplied products, catalogue items and offers, as Open Food Network reads them.\n"
               "--v2   names the context of the second version"),
            export_dfc, .needs_store = true),
    COMMAND("export schema", N_("Write the goods on sale in the words of schema.org (JSON-LD)."),
            N_("Usage: millet export schema FILE [--seller ORG] [--lang en|zh-CN] [--url https://...]"), export_schema,
            .needs_store = true),
    COMMAND("import dfc", N_("Take over goods in the words of the Data Food Consortium (JSON-LD)."),
            N_("Usage: millet import dfc FILE [--dry-run] [--seller ORG] [--lang en|zh-CN] [--skip-refused]\n\n"
               "FILE is a catalogue as Open Food Network, LiteFarm and `millet export dfc` write it, of either version; \"-\" reads "
               "standard\ninput. Nothing is fetched from the network, neither contexts nor pictures. Goods that were imported before "
               "are changed,\nnot doubled; goods without a price are refused. Exit status as of `millet import products`."),
            import_dfc, .needs_store = true),
    COMMAND("import products", N_("Take over goods from another shop"),
            N_("Usage: millet import products FILE [--dry-run] [--seller ORG] [--format woocommerce|shopify|google|dfc]\n"
               "                              [--lang en|zh-CN] [--skip-refused]\n\n"
               "FILE is a product export of WooCommerce or Shopify (CSV) or a Google Merchant file (tab-separated); "
               "\"-\" reads standard\n"
               "input. The format is told by its columns. Every line is reported; if one is refused, nothing is "
               "written, unless\n"
               "--skip-refused. Goods that were imported before are changed, not doubled. Pictures are taken from "
               "files beside\n"
               "FILE; nothing is fetched from the network. ORG is a producer's name in addresses; without it the "
               "co-operative sells.\n"
               "Exit status: 0 all written, 3 written without the refused lines, 1 nothing written."),
            import_products, .needs_store = true),
    {0},
};
