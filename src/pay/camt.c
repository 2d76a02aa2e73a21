/* Bank statements in ISO 20022: camt.052 (within the day), camt.053 (end of day), camt.054 (single bookings). */
#include <string.h>

#include "base/text.h"
#include "pay/statement.h"
#include "pay/xml.h"

typedef struct Reading {
    Arena *arena;
    BankStatement *statement;
    size_t room, line;
} Reading;

static Err *at_line(const Reading *r, const char *code)
{
    Err *err = err_new(r->arena, ERR_INVALID, code);
    return err_arg(r->arena, err, "line", str_format(r->arena, "%zu", r->line));
}

/* Amounts are decimal with a point whatever the bank's country; the attribute names the currency. */
static Err *amount_read(Reading *r, const XmlNode *node, Money *out)
{
    Str currency = xml_attribute(r->arena, node, "Ccy");
    if (!node || !currency_known(currency))
        return at_line(r, "statement.amount");
    if (!r->statement->currency.len)
        r->statement->currency = currency;
    if (!str_eq(currency, r->statement->currency))
        return at_line(r, "statement.currency");
    Str text = xml_text(r->arena, node), whole, rest;
    int places = currency_places(currency);
    if (str_cut(text, '.', &whole, &rest)) /* "12.50000": zeros behind what the currency has mean nothing */
        while (rest.len > (size_t)places && rest.at[rest.len - 1] == '0')
            rest.len--;
    text = rest.len ? str_format(r->arena, "%.*s.%.*s", STR_ARG(whole), STR_ARG(rest)) : whole;
    if (!text.len || text.at[0] == '-' || str_find(text, STR(",")) != SIZE_MAX || !money_parse(text, places, out))
        return at_line(r, "statement.amount");
    return NULL;
}

static Err *signed_read(Reading *r, const XmlNode *amount, const XmlNode *indicator, Money *out)
{
    TRY(amount_read(r, amount, out));
    Str word = xml_text(r->arena, indicator);
    if (str_eq(word, STR("DBIT")))
        out->minor = -out->minor;
    else if (!str_eq(word, STR("CRDT")))
        return at_line(r, "statement.amount");
    return NULL;
}

/* <BookgDt><Dt>2026-11-21</Dt></BookgDt>, or <DtTm>2026-11-21T09:30:00+08:00</DtTm>: the bank's local day counts. */
static bool day_read(Arena *arena, const XmlNode *node, Date *out)
{
    Str text = xml_text(arena, xml_child(node, "Dt"));
    if (!text.len)
        text = xml_text(arena, xml_child(node, "DtTm"));
    return date_parse(str_slice(text, 0, 10), out);
}

static Str short_text(Arena *arena, const XmlNode *node)
{
    return utf8_cut(xml_text(arena, node), STATEMENT_TEXT_MAX);
}

/* Names: <Nm> below the party, since version 8 one element deeper. */
static Str party_name(Arena *arena, const XmlNode *parties, const char *side)
{
    const XmlNode *party = xml_child(parties, side);
    const XmlNode *name = xml_child(party, "Nm");
    return short_text(arena, name ? name : xml_path(party, "Pty/Nm"));
}

static Str account_of(Arena *arena, const XmlNode *account)
{
    const XmlNode *iban = xml_path(account, "Id/IBAN");
    return short_text(arena, iban ? iban : xml_path(account, "Id/Othr/Id"));
}

static Str remittance(Arena *arena, const XmlNode *info)
{
    Buf out = buf_new(arena, STATEMENT_TEXT_MAX);
    for (const XmlNode *line = xml_child(info, "Ustrd"); line; line = xml_next(line, "Ustrd")) {
        Str text = xml_text(arena, line);
        if (out.len && text.len && out.len + 1 < out.limit)
            buf_add_char(&out, ' ');
        buf_add(&out, utf8_cut(text, out.limit - out.len));
    }
    if (!out.len)
        return short_text(arena, xml_path(info, "Strd/CdtrRefInf/Ref"));
    return buf_str(&out);
}

static void details_read(Reading *r, const XmlNode *details, StatementLine *line)
{
    const XmlNode *refs = xml_child(details, "Refs"), *parties = xml_child(details, "RltdPties");
    bool in = line->amount.minor >= 0;
    line->end_to_end = short_text(r->arena, xml_child(refs, "EndToEndId"));
    if (str_eq(line->end_to_end, STR("NOTPROVIDED")))
        line->end_to_end = (Str){0};
    if (!line->bank_ref.len)
        line->bank_ref = short_text(r->arena, xml_child(refs, "AcctSvcrRef"));
    line->party = party_name(r->arena, parties, in ? "Dbtr" : "Cdtr");
    line->account = account_of(r->arena, xml_child(parties, in ? "DbtrAcct" : "CdtrAcct"));
    line->text = remittance(r->arena, xml_child(details, "RmtInf"));
}

static Err *line_add(Reading *r, const StatementLine *line)
{
    StatementLineList *lines = &r->statement->lines;
    if (lines->len == STATEMENT_LINES_MAX)
        return err_new(r->arena, ERR_INVALID, "statement.too_many");
    if (lines->len == r->room) {
        size_t more = r->room ? r->room * 2 : 32;
        StatementLine *at = NEW_ARRAY(r->arena, StatementLine, more);
        if (r->room)
            memcpy(at, lines->at, r->room * sizeof *at);
        lines->at = at;
        r->room = more;
    }
    lines->at[lines->len++] = *line;
    return NULL;
}

/* The amount of one transaction of an entry: newer files say Amt, older ones AmtDtls/TxAmt/Amt. */
static Err *details_amount(Reading *r, const XmlNode *details, bool in, Money *out, bool *said)
{
    const XmlNode *amount = xml_child(details, "Amt");
    amount = amount ? amount : xml_path(details, "AmtDtls/TxAmt/Amt");
    *said = amount != NULL;
    if (!amount)
        return NULL;
    if (!str_eq(xml_attribute(r->arena, amount, "Ccy"), r->statement->currency)) { /* in the payer's own currency */
        *said = false;
        return NULL;
    }
    TRY(amount_read(r, amount, out));
    const XmlNode *indicator = xml_child(details, "CdtDbtInd");
    if (indicator)
        in = str_eq(xml_text(r->arena, indicator), STR("CRDT"));
    out->minor = in ? out->minor : -out->minor;
    return NULL;
}

/* One line a transaction where the parts add up to the whole; else one line for all of it, with the first one's words. */
static Err *entry_split(Reading *r, const XmlNode *entry, const StatementLine *whole)
{
    size_t parts = 0;
    Money sum = {0}, amount;
    bool all = true, said;
    const XmlNode *first = NULL;
    for (const XmlNode *group = xml_child(entry, "NtryDtls"); group; group = xml_next(group, "NtryDtls"))
        for (const XmlNode *tx = xml_child(group, "TxDtls"); tx; tx = xml_next(tx, "TxDtls"), parts++) {
            first = first ? first : tx;
            TRY(details_amount(r, tx, whole->amount.minor >= 0, &amount, &said));
            all = all && said && money_add(sum, amount, &sum);
        }
    if (parts < 2 || !all || sum.minor != whole->amount.minor) {
        StatementLine line = *whole;
        details_read(r, first, &line);
        if (!line.text.len)
            line.text = short_text(r->arena, xml_child(entry, "AddtlNtryInf"));
        return line_add(r, &line);
    }
    for (const XmlNode *group = xml_child(entry, "NtryDtls"); group; group = xml_next(group, "NtryDtls"))
        for (const XmlNode *tx = xml_child(group, "TxDtls"); tx; tx = xml_next(tx, "TxDtls")) {
            StatementLine line = *whole;
            TRY(details_amount(r, tx, whole->amount.minor >= 0, &line.amount, &said));
            details_read(r, tx, &line);
            TRY(line_add(r, &line));
        }
    return NULL;
}

static Err *entry_read(Reading *r, const XmlNode *entry, Money *sum)
{
    StatementLine line = {0};
    const XmlNode *status = xml_child(entry, "Sts");
    Str word = xml_text(r->arena, xml_child(status, "Cd") ? xml_child(status, "Cd") : status);
    r->line++;
    if (word.len && !str_eq(word, STR("BOOK"))) /* pending and informational entries are not money yet */
        return NULL;
    TRY(signed_read(r, xml_child(entry, "Amt"), xml_child(entry, "CdtDbtInd"), &line.amount));
    if (!money_add(*sum, line.amount, sum))
        return at_line(r, "statement.amount");
    if (!day_read(r->arena, xml_child(entry, "BookgDt"), &line.booked_on) &&
        !day_read(r->arena, xml_child(entry, "ValDt"), &line.booked_on))
        return at_line(r, "statement.date");
    line.has_valued_on = day_read(r->arena, xml_child(entry, "ValDt"), &line.valued_on);
    line.bank_ref = short_text(r->arena, xml_child(entry, "AcctSvcrRef"));
    line.reversal = str_eq(xml_text(r->arena, xml_child(entry, "RvslInd")), STR("true"));
    return entry_split(r, entry, &line);
}

/* Opening: OPBD, or PRCD (the closing balance of the day before). */
static Err *balances_read(Reading *r, const XmlNode *node)
{
    for (const XmlNode *balance = xml_child(node, "Bal"); balance; balance = xml_next(balance, "Bal")) {
        Str kind = xml_text(r->arena, xml_path(balance, "Tp/CdOrPrtry/Cd"));
        bool opening = str_eq(kind, STR("OPBD")) || str_eq(kind, STR("PRCD")), closing = str_eq(kind, STR("CLBD"));
        if (opening && !r->statement->has_opening) {
            TRY(signed_read(r, xml_child(balance, "Amt"), xml_child(balance, "CdtDbtInd"), &r->statement->opening));
            r->statement->has_opening = true;
        } else if (closing) {
            TRY(signed_read(r, xml_child(balance, "Amt"), xml_child(balance, "CdtDbtInd"), &r->statement->closing));
            r->statement->has_closing = true;
        }
    }
    return NULL;
}

static Err *sum_check(const Reading *r, Money sum)
{
    const BankStatement *s = r->statement;
    Money got;
    int places = currency_places(s->currency);
    if (!s->has_opening || !s->has_closing)
        return NULL;
    if (!money_add(s->opening, sum, &got))
        return at_line(r, "statement.amount");
    if (got.minor == s->closing.minor)
        return NULL;
    Err *err = err_arg(r->arena, err_new(r->arena, ERR_INVALID, "statement.sum"), "wanted", money_plain(r->arena, s->closing, places));
    return err_arg(r->arena, err, "got", money_plain(r->arena, got, places));
}

static Err *statement_read(Arena *arena, const XmlNode *node, BankStatement *out)
{
    Reading r = {.arena = arena, .statement = out};
    Money sum = {0};
    *out = (BankStatement){.id = short_text(arena, xml_child(node, "Id")), .account = account_of(arena, xml_child(node, "Acct")),
                       .currency = xml_text(arena, xml_path(node, "Acct/Ccy"))};
    TRY(balances_read(&r, node));
    for (const XmlNode *entry = xml_child(node, "Ntry"); entry; entry = xml_next(entry, "Ntry"))
        TRY(entry_read(&r, entry, &sum));
    return str_eq(xml_name(node), STR("Stmt")) ? sum_check(&r, sum) : NULL;
}

Err *camt_read(Arena *arena, Str xml, BankStatementList *out)
{
    const XmlNode *root;
    size_t room = 0;
    *out = (BankStatementList){0};
    TRY(xml_read(arena, xml, &root));
    for (const XmlNode *message = xml_first(root); message; message = xml_after(message))
        for (const XmlNode *part = xml_first(message); part; part = xml_after(part))
            room++;
    out->at = NEW_ARRAY(arena, BankStatement, room + 1);
    for (const XmlNode *message = xml_first(root); message; message = xml_after(message))
        for (const XmlNode *part = xml_first(message); part; part = xml_after(part)) {
            Str name = xml_name(part);
            if (str_eq(name, STR("Stmt")) || str_eq(name, STR("Rpt")) || str_eq(name, STR("Ntfctn")))
                TRY(statement_read(arena, part, &out->at[out->len++]));
        }
    return out->len ? NULL : err_new(arena, ERR_INVALID, "statement.none");
}
