/* pain.001: the file a bank pays from; pain.002: what it says back. */
#include "pay/pain.h"

#include "base/text.h"
#include "pay/xml.h"

enum { NAME_CHARS = 140, REFERENCE_CHARS = 35, ACCOUNT_CHARS = 34, FILE_BYTES_MAX = 16 * 1024 * 1024 };

bool iban_valid(Str text)
{
    char plain[ACCOUNT_CHARS];
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == ' ')
            continue;
        if (len == ACCOUNT_CHARS || !((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')))
            return false;
        plain[len++] = c;
    }
    if (len < 15 || plain[0] < 'A' || plain[1] < 'A' || plain[2] > '9' || plain[3] > '9')
        return false;
    unsigned rest = 0;
    for (size_t i = 0; i < len; i++) { /* the first four go to the end; A is 10, Z is 35 */
        char c = plain[(i + 4) % len];
        rest = c <= '9' ? (rest * 10 + (unsigned)(c - '0')) % 97 : (rest * 100 + (unsigned)(c - 'A') + 10) % 97;
    }
    return rest == 1;
}

static bool bic_valid(Str bic)
{
    for (size_t i = 0; i < bic.len; i++)
        if (!((bic.at[i] >= 'A' && bic.at[i] <= 'Z') || (i >= 6 && bic.at[i] >= '0' && bic.at[i] <= '9')))
            return false;
    return bic.len == 8 || bic.len == 11;
}

/* The signs that every bank takes in a reference (EPC217-08), without the slash games of its beginning and end. */
static bool reference_valid(Str text)
{
    if (!text.len || text.len > REFERENCE_CHARS || text.at[0] == '/' || text.at[text.len - 1] == '/')
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool letter = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!letter && c != '-' && c != '/' && c != '.' && c != '+')
            return false;
    }
    return str_find(text, STR("//")) == SIZE_MAX;
}

static bool account_valid(Str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.at[i] <= 0x20 || (unsigned char)text.at[i] > 0x7E)
            return false;
    return text.len >= 1 && text.len <= ACCOUNT_CHARS;
}

static bool name_valid(Str text)
{
    return str_trim(text).len && utf8_valid(text) && utf8_count(text) <= NAME_CHARS;
}

static Err *payment_check(Arena *arena, const BankOrder *order, size_t i)
{
    const BankPayment *p = &order->payments[i];
    const char *code = NULL, *field = NULL;
    if (!reference_valid(p->end_to_end))
        code = "pain.reference", field = "end_to_end";
    else if (p->amount.minor <= 0)
        code = "pain.amount", field = "amount";
    else if (!name_valid(p->name))
        code = "pain.name", field = "name";
    else if (!account_valid(p->account))
        code = "pain.account", field = "account";
    else if (p->bank.len && !bic_valid(p->bank))
        code = "pain.bank", field = "bank";
    if (!code)
        return NULL;
    Err *err = err_new(arena, ERR_INVALID, code);
    err->field = str_format(arena, "payments.%zu.%s", i, field);
    return err_arg(arena, err, "name", p->name);
}

static Err *order_check(Arena *arena, const BankOrder *order)
{
    if (!order->payments_len)
        return err_new(arena, ERR_INVALID, "pain.empty");
    if (order->payments_len > BANK_PAYMENTS_MAX)
        return err_new(arena, ERR_INVALID, "pain.too_many");
    if (!reference_valid(order->message))
        return err_field(arena, "pain.reference", "message");
    if (!name_valid(order->name))
        return err_field(arena, "pain.name", "name");
    if (!account_valid(order->account))
        return err_field(arena, "pain.account", "account");
    if (order->bank.len && !bic_valid(order->bank))
        return err_field(arena, "pain.bank", "bank");
    for (size_t i = 0; i < order->payments_len; i++)
        TRY(payment_check(arena, order, i));
    return NULL;
}

/* ---- writing ---- */

static void element(Buf *out, const char *name, Str text)
{
    buf_addf(out, "<%s>", name);
    buf_add_xml(out, text);
    buf_addf(out, "</%s>", name);
}

static void account_write(Buf *out, const char *name, Str account)
{
    buf_addf(out, "<%s><Id>", name);
    if (iban_valid(account)) {
        element(out, "IBAN", account);
    } else {
        buf_add(out, STR("<Othr>"));
        element(out, "Id", account);
        buf_add(out, STR("</Othr>"));
    }
    buf_addf(out, "</Id></%s>\n", name);
}

static void bank_write(Buf *out, const char *name, Str bic)
{
    buf_addf(out, "<%s><FinInstnId>", name);
    if (bic.len)
        element(out, "BICFI", bic);
    else
        buf_add(out, STR("<Othr><Id>NOTPROVIDED</Id></Othr>"));
    buf_addf(out, "</FinInstnId></%s>\n", name);
}

static void payment_write(Arena *arena, Buf *out, const BankOrder *order, const BankPayment *p)
{
    Str amount = money_plain(arena, p->amount, currency_places(order->currency));
    buf_add(out, STR("<CdtTrfTxInf>\n<PmtId>"));
    element(out, "EndToEndId", p->end_to_end);
    buf_addf(out, "</PmtId>\n<Amt><InstdAmt Ccy=\"%.*s\">%.*s</InstdAmt></Amt>\n", STR_ARG(order->currency), STR_ARG(amount));
    if (p->bank.len)
        bank_write(out, "CdtrAgt", p->bank);
    buf_add(out, STR("<Cdtr>"));
    element(out, "Nm", str_trim(p->name));
    buf_add(out, STR("</Cdtr>\n"));
    account_write(out, "CdtrAcct", p->account);
    if (p->text.len) {
        size_t at = 0;
        for (int n = 0; n < NAME_CHARS && at < p->text.len; n++)
            utf8_next(p->text, &at);
        buf_add(out, STR("<RmtInf>"));
        element(out, "Ustrd", str_slice(p->text, 0, at));
        buf_add(out, STR("</RmtInf>\n"));
    }
    buf_add(out, STR("</CdtTrfTxInf>\n"));
}

/* Number and sum stand twice, for the file and for its one block. */
static void sums_write(Buf *out, size_t len, Str sum)
{
    buf_addf(out, "<NbOfTxs>%zu</NbOfTxs>\n<CtrlSum>%.*s</CtrlSum>\n", len, STR_ARG(sum));
}

Err *pain_write(Arena *arena, const BankOrder *order, Str *out)
{
    Money sum = {0};
    TRY(order_check(arena, order));
    for (size_t i = 0; i < order->payments_len; i++)
        if (!money_add(sum, order->payments[i].amount, &sum))
            return err_field(arena, "pain.amount", "payments");
    Buf text = buf_new(arena, FILE_BYTES_MAX);
    Str total = money_plain(arena, sum, currency_places(order->currency)), made = time_text(arena, order->made_at);
    buf_add(&text, STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                       "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\">\n<CstmrCdtTrfInitn>\n<GrpHdr>\n"));
    element(&text, "MsgId", order->message);
    element(&text, "CreDtTm", str_slice(made, 0, 19));
    sums_write(&text, order->payments_len, total);
    buf_add(&text, STR("<InitgPty>"));
    element(&text, "Nm", str_trim(order->name));
    buf_add(&text, STR("</InitgPty>\n</GrpHdr>\n<PmtInf>\n"));
    element(&text, "PmtInfId", order->message);
    buf_add(&text, STR("<PmtMtd>TRF</PmtMtd>\n"));
    sums_write(&text, order->payments_len, total);
    buf_add(&text, STR("<ReqdExctnDt>"));
    element(&text, "Dt", date_text(arena, order->pay_on));
    buf_add(&text, STR("</ReqdExctnDt>\n<Dbtr>"));
    element(&text, "Nm", str_trim(order->name));
    buf_add(&text, STR("</Dbtr>\n"));
    account_write(&text, "DbtrAcct", order->account);
    bank_write(&text, "DbtrAgt", order->bank);
    for (size_t i = 0; i < order->payments_len; i++)
        payment_write(arena, &text, order, &order->payments[i]);
    buf_add(&text, STR("</PmtInf>\n</CstmrCdtTrfInitn>\n</Document>\n"));
    *out = buf_str(&text);
    return text.overflowed ? err_new(arena, ERR_INVALID, "pain.too_many") : NULL;
}

/* ---- what the bank says ---- */

static void status_read(Arena *arena, const XmlNode *node, const char *name, BankAnswer *out)
{
    static const char *const good[] = {"ACCC", "ACSC", "ACCP", "ACSP", "ACTC", "ACWC"};
    out->status = xml_text(arena, xml_child(node, name));
    out->rejected = str_eq(out->status, STR("RJCT")) || str_eq(out->status, STR("CANC"));
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        out->accepted = out->accepted || str_eq(out->status, str_of(good[i]));
    const XmlNode *why = xml_path(node, "StsRsnInf/Rsn/Cd");
    out->reason = utf8_cut(xml_text(arena, why ? why : xml_path(node, "StsRsnInf/AddtlInf")), 200);
}

Err *pain_report_read(Arena *arena, Str xml, Str *message, BankAnswer *all, BankAnswerList *out)
{
    const XmlNode *root, *report;
    size_t room = 0;
    *out = (BankAnswerList){0};
    *all = (BankAnswer){0};
    TRY(xml_read(arena, xml, &root));
    report = xml_child(root, "CstmrPmtStsRpt");
    if (!report)
        return err_new(arena, ERR_INVALID, "pain.no_report");
    const XmlNode *group = xml_child(report, "OrgnlGrpInfAndSts");
    *message = xml_text(arena, xml_child(group, "OrgnlMsgId"));
    status_read(arena, group, "GrpSts", all);
    for (const XmlNode *info = xml_child(report, "OrgnlPmtInfAndSts"); info; info = xml_next(info, "OrgnlPmtInfAndSts"))
        for (const XmlNode *tx = xml_child(info, "TxInfAndSts"); tx; tx = xml_next(tx, "TxInfAndSts"))
            room++;
    out->at = NEW_ARRAY(arena, BankAnswer, room + 1);
    for (const XmlNode *info = xml_child(report, "OrgnlPmtInfAndSts"); info; info = xml_next(info, "OrgnlPmtInfAndSts"))
        for (const XmlNode *tx = xml_child(info, "TxInfAndSts"); tx; tx = xml_next(tx, "TxInfAndSts")) {
            BankAnswer answer = {.end_to_end = xml_text(arena, xml_child(tx, "OrgnlEndToEndId"))};
            status_read(arena, tx, "TxSts", &answer);
            if (answer.end_to_end.len)
                out->at[out->len++] = answer;
        }
    return NULL;
}
