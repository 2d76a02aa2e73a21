/* The bank of the played week, as a village meets it: it keeps its own account of the co-operative, pays what a pain.001 file
   says, and writes what happened into camt.053 files. It knows nothing of Millet but those files. */
#include "week/inside.h"

enum { XML_MAX = 256 * 1024 };

void bank_book(Week *week, BankEntry entry)
{
    WeekBank *bank = &week->bank;
    if (bank->len == WEEK_BANK_MOST)
        return;
    entry.day = time_date(week->now, STR("Asia/Shanghai"));
    bank->balance.minor += entry.amount.minor;
    bank->entries[bank->len++] = entry;
}

/* ---- paying what a file says ---- */

static bool between(Str text, size_t *at, const char *begin, const char *end, Str *out)
{
    Str rest = str_slice(text, *at, text.len);
    size_t from = str_find(rest, str_of(begin));
    if (from == SIZE_MAX)
        return false;
    rest = str_slice(rest, from + str_of(begin).len, rest.len);
    size_t until = str_find(rest, str_of(end));
    if (until == SIZE_MAX)
        return false;
    *out = str_slice(rest, 0, until);
    *at = text.len - rest.len + until;
    return true;
}

/* An account number that ends in 99 is unknown: its money comes back the next day. */
Err *bank_pay(Week *week, Str file, int64_t *payments, Money *sum)
{
    size_t at = 0, head = 0;
    Str number, amount, account, wanted, count;
    Money money, control;
    *payments = 0;
    *sum = (Money){0};
    if (!between(file, &head, "<NbOfTxs>", "<", &count) || !between(file, &head, "<CtrlSum>", "<", &wanted) || !money_parse(wanted, 2, &control))
        return err_detail(week->arena, ERR_BROKEN, "week.wrong", "the payment file has no sums");
    while (between(file, &at, "<EndToEndId>", "<", &number)) {
        if (!between(file, &at, "<InstdAmt Ccy=\"CNY\">", "<", &amount) || !money_parse(amount, 2, &money) || !between(file, &at, "<CdtrAcct>", "</CdtrAcct>", &account))
            return err_detail(week->arena, ERR_BROKEN, "week.wrong", "the payment file cannot be read");
        bank_book(week, (BankEntry){.amount = {-money.minor}, .end_to_end = str_copy(week->arena, number), .party = STR("Payout")});
        if (str_find(account, STR("99<")) != SIZE_MAX)
            week->bank.coming_back = money;
        sum->minor += money.minor;
        (*payments)++;
    }
    if (sum->minor != control.minor || !str_eq(count, str_format(week->arena, "%lld", (long long)*payments)))
        return err_detail(week->arena, ERR_BROKEN, "week.wrong", "the payment file does not add up");
    return NULL;
}

void bank_gives_back(Week *week)
{
    Money money = week->bank.coming_back;
    if (!money.minor)
        return;
    bank_book(week, (BankEntry){.amount = money, .party = STR("Returned payment"), .text = STR("AC01: there is no such account")});
    week->bank.coming_back = (Money){0};
}

/* ---- the statement ---- */

static void put_balance(Buf *out, Arena *arena, const char *kind, Money amount)
{
    bool owed = amount.minor < 0;
    buf_addf(out, "<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">%.*s</Amt><CdtDbtInd>%s</CdtDbtInd></Bal>\n", kind,
             STR_ARG(money_plain(arena, (Money){owed ? -amount.minor : amount.minor}, 2)), owed ? "DBIT" : "CRDT");
}

static void put_entry(Buf *out, Arena *arena, const BankEntry *entry, size_t number)
{
    bool in = entry->amount.minor > 0;
    Str day = date_text(arena, entry->day);
    buf_addf(out, "<Ntry><Amt Ccy=\"CNY\">%.*s</Amt><CdtDbtInd>%s</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>%.*s</Dt></BookgDt><AcctSvcrRef>B%zu</AcctSvcrRef><NtryDtls><TxDtls>",
             STR_ARG(money_plain(arena, (Money){in ? entry->amount.minor : -entry->amount.minor}, 2)), in ? "CRDT" : "DBIT", STR_ARG(day), number);
    if (entry->end_to_end.len)
        buf_addf(out, "<Refs><EndToEndId>%.*s</EndToEndId></Refs>", STR_ARG(entry->end_to_end));
    buf_addf(out, "<RltdPties><%s><Nm>%.*s</Nm></%s></RltdPties><RmtInf><Ustrd>%.*s</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n", in ? "Dbtr" : "Cdtr",
             STR_ARG(entry->party), in ? "Dbtr" : "Cdtr", STR_ARG(entry->text));
}

/* What was booked since the last one; *entries: how much that is. */
Str bank_statement(Week *week, int64_t *entries)
{
    WeekBank *bank = &week->bank;
    Buf out = buf_new(week->arena, XML_MAX);
    buf_addf(&out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><Stmt><Id>%zu</Id><Acct><Id><Othr><Id>%s</Id></Othr></Id><Ccy>CNY</Ccy></Acct>\n",
             bank->told + 1, WEEK_ACCOUNT);
    put_balance(&out, week->arena, "OPBD", bank->told_balance);
    put_balance(&out, week->arena, "CLBD", bank->balance);
    for (size_t i = bank->told; i < bank->len; i++)
        put_entry(&out, week->arena, &bank->entries[i], i + 1);
    buf_addf(&out, "</Stmt></BkToCstmrStmt></Document>\n");
    *entries = (int64_t)(bank->len - bank->told);
    bank->told = bank->len;
    bank->told_balance = bank->balance;
    return buf_str(&out);
}
