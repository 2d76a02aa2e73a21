/* Producers' sheets: what each one must bring, made when a cycle closes and again when orders change after that. */
#include "base/csv.h"
#include "cycle/inside.h"

typedef struct Sheeting {
    const Cycle *cycle;
    const SheetSumList *sums;
    Str place; /* the co-operative's name, under the letter */
    Time now;
} Sheeting;

/* ---- telling the producer ---- */

static Str letter(Arena *arena, const Lang *lang, const Sheeting *s, size_t from, size_t to, bool again)
{
    Buf out = buf_new(arena, 200000);
    TextArg args[] = {{"cycle", s->cycle->name}, {"day", say_date_full(arena, lang, s->cycle->day)}};
    buf_add(&out, tr_fill(arena, again ? tr(lang, N_("Your sheet for {cycle} ({day}) has changed. Please bring:"))
                                       : tr(lang, N_("{cycle} has closed. For {day} please bring:")), args, 2));
    buf_add(&out, STR("\n\n"));
    for (size_t i = from; i < to; i++) {
        const SheetSum *sum = &s->sums->at[i];
        Str amount = say_quantity(arena, lang, (Quantity){sum->steps, sum->sold_unit, sum->sold_scale});
        buf_addf(&out, "%.*s  %.*s %.*s\n", STR_ARG(amount), STR_ARG(sum->title), STR_ARG(sum->pack));
    }
    if (from == to)
        buf_add(&out, tr(lang, N_("Nothing: all orders were cancelled.")));
    buf_add(&out, STR("\n"));
    buf_add(&out, tr(lang, N_("Please confirm it on the page “What I supply”.")));
    buf_addf(&out, "\n\n%.*s\n", STR_ARG(s->place));
    return buf_str(&out);
}

/* A mail to each seller of the producer who has an address, and a call of the co-operative's own webhook, if there is one. */
static Err *tell(Tx *tx, const Sheeting *s, Id org, Id sheet, size_t from, size_t to, bool again)
{
    Arena *arena = tx->db.arena;
    OrgSellerList sellers;
    Str url, secret;
    TRY(org_sellers(&tx->db, org, s->now, &sellers));
    for (size_t i = 0; i < sellers.len; i++) {
        const Lang *lang = lang_find(sellers.at[i].lang);
        if (!lang)
            lang = lang_at(0);
        if (!sellers.at[i].email.len)
            continue;
        TextArg args[] = {{"cycle", s->cycle->name}};
        Mail mail = {sellers.at[i].email, tr_fill(arena, tr(lang, N_("What to bring for {cycle}")), args, 1),
                     letter(arena, lang, s, from, to, again)};
        Err *err = mail_add(tx, s->now, &mail);
        if (err && !err_is(err, "mail.address")) /* a bad address keeps nobody else's sheet back; the page shows it anyway */
            return err;
    }
    TRY(setting_get(&tx->db, "cycle.webhook_url", STR(""), &url));
    TRY(setting_get(&tx->db, "cycle.webhook_secret", STR(""), &secret));
    if (!url.len)
        return NULL;
    Str id = id_text(arena, sheet), cycle = id_text(arena, s->cycle->id), producer = id_text(arena, org);
    Webhook call = {url, secret, str_format(arena, "{\"event\":\"sheet.%s\",\"sheet\":\"%.*s\",\"cycle\":\"%.*s\",\"producer\":\"%.*s\"}",
                                            again ? "changed" : "sent", STR_ARG(id), STR_ARG(cycle), STR_ARG(producer))};
    return webhook_add(tx, s->now, id, &call);
}

/* ---- making ---- */

static const Sheet *sheet_of(const SheetList *there, Id org)
{
    for (size_t i = 0; i < there->len; i++)
        if (there->at[i].org == org)
            return &there->at[i];
    return NULL;
}

static Err *same_as_before(Tx *tx, const Sheeting *s, Id sheet, size_t from, size_t to, bool *same)
{
    SheetLineList lines;
    TRY(sheet_lines(&tx->db, sheet, STR(""), &lines));
    *same = lines.len == to - from;
    for (size_t i = 0; i < lines.len && *same; i++) {
        bool found = false;
        for (size_t k = from; k < to && !found; k++)
            found = s->sums->at[k].variant == lines.at[i].variant && s->sums->at[k].steps == lines.at[i].steps &&
                    s->sums->at[k].orders == lines.at[i].orders && s->sums->at[k].amount.minor == lines.at[i].amount.minor;
        *same = found;
    }
    return NULL;
}

/* The sheet of one producer, whose sums stand at from .. to - 1. */
static Err *sheet_put(Tx *tx, const Sheeting *s, const Sheet *before, Id org, size_t from, size_t to)
{
    Id sheet = before ? before->id : id_mint();
    Money total = {0};
    int64_t count;
    bool same = false;
    for (size_t i = from; i < to; i++)
        total.minor += s->sums->at[i].amount.minor;
    if (before)
        TRY(same_as_before(tx, s, sheet, from, to, &same));
    if (same)
        return NULL;
    if (before) {
        TRY(sheet_again(tx, sheet, total, s->now, &count));
        TRY(sheet_lines_drop(tx, sheet, &count));
    } else {
        TRY(sheet_insert(tx, sheet, s->cycle->id, org, total, s->now));
    }
    for (size_t i = from; i < to; i++) {
        const SheetSum *sum = &s->sums->at[i];
        TRY(sheet_line_insert(tx, &(SheetLineInsertArgs){sheet, sum->variant, sum->title, sum->pack, sum->sold_unit, sum->sold_scale,
                                                         sum->steps, sum->orders, sum->amount}));
    }
    TRY(tell(tx, s, org, sheet, from, to, before != NULL));
    return announce(tx, "sheet.sent", sheet, s->now);
}

Err *sheets_make(Tx *tx, Id id, Time now)
{
    Cycle cycle;
    SheetSumList sums;
    SheetList there;
    TRY(cycle_read(&tx->db, id, &cycle));
    TRY(sheet_sums(&tx->db, id, &sums));
    TRY(sheet_list_by_cycle(&tx->db, id, &there));
    Sheeting s = {.cycle = &cycle, .sums = &sums, .place = village_at(&tx->db).name, .now = now};
    for (size_t from = 0, to = 0; from < sums.len; from = to) {
        Id org = sums.at[from].producer;
        while (to < sums.len && sums.at[to].producer == org)
            to++;
        TRY(sheet_put(tx, &s, sheet_of(&there, org), org, from, to));
    }
    for (size_t i = 0; i < there.len; i++) { /* those who have nothing to bring any more */
        bool wanted = false;
        for (size_t k = 0; k < sums.len && !wanted; k++)
            wanted = sums.at[k].producer == there.at[i].org;
        if (!wanted)
            TRY(sheet_put(tx, &s, &there.at[i], there.at[i].org, 0, 0));
    }
    return NULL;
}

Err *sheets_follow(Tx *tx, Id id, Time now)
{
    SheetList there;
    TRY(sheet_list_by_cycle(&tx->db, id, &there));
    return there.len ? sheets_make(tx, id, now) : NULL;
}

Err *sheet_reply(Tx *tx, Id id, int64_t version, bool all, Str note, Id who, Time now)
{
    int64_t count;
    TRY(sheet_answer(tx, id, version, all ? STR("confirmed") : STR("short"), note, now, &count));
    if (!count)
        return err_new(tx->db.arena, ERR_CONFLICT, "sheet.changed");
    TRY(announce(tx, all ? "sheet.confirmed" : "sheet.short", id, now));
    return audit(tx, now, who, all ? "sheet.confirmed" : "sheet.short", id, STR(""));
}

Err *sheet_csv(Arena *arena, const Sheet *sheet, const SheetLineList *lines, Str *out)
{
    static const char *const names[] = {"cycle", "day", "producer", "goods", "pack", "amount", "unit", "orders", "value_minor"};
    enum { NAMES = sizeof names / sizeof *names };
    Buf csv = buf_new(arena, 4 << 20);
    for (size_t i = 0; i < NAMES; i++)
        csv_write(&csv, str_of(names[i]), i == NAMES - 1);
    for (size_t i = 0; i < lines->len; i++) {
        const SheetLine *line = &lines->at[i];
        csv_write(&csv, sheet->cycle_name, false);
        csv_write(&csv, date_text(arena, sheet->day), false);
        csv_write(&csv, sheet->org_name, false);
        csv_write(&csv, line->title, false);
        csv_write(&csv, line->pack, false);
        csv_write(&csv, quantity_plain(arena, line->steps, line->sold_scale), false);
        csv_write(&csv, line->sold_unit, false);
        csv_write(&csv, str_format(arena, "%lld", (long long)line->orders), false);
        csv_write(&csv, str_format(arena, "%lld", (long long)line->amount.minor), true);
    }
    *out = buf_str(&csv);
    return csv.overflowed ? err_new(arena, ERR_INVALID, "sheet.too_long") : NULL;
}
