/* CSV exports of banks, read by a profile that says which column holds what. */
#include <string.h>

#include "base/csv.h"
#include "base/text.h"
#include "pay/statement.h"

enum { COLUMNS_MAX = 200 };

#define COLUMN(member, words) FIELD(BankProfile, member, FIELD_INT, .min = 0, .max = COLUMNS_MAX, .label = words)
static const Field profile_fields[] = {
    FIELD(BankProfile, name, FIELD_STR, .required = true, .max = 60, .label = N_("Name of this mapping"), .help = N_("For example the bank.")),
    FIELD(BankProfile, separator, FIELD_STR, .max = 1),
    FIELD(BankProfile, skip, FIELD_INT, .min = 0, .max = 100, .label = N_("Lines above the first entry")),
    FIELD(BankProfile, dates, FIELD_STR, .required = true, .one_of = "ymd|dmy|mdy", .label = N_("How dates are written")),
    FIELD(BankProfile, decimal_comma, FIELD_BOOL, .label = N_("The comma is the decimal sign: 1.250,00")),
    COLUMN(date_column, N_("Day of booking")), COLUMN(valued_column, N_("Value day")),
    COLUMN(amount_column, N_("Amount")), COLUMN(in_column, N_("Money in")), COLUMN(out_column, N_("Money out")),
    COLUMN(sign_column, N_("Word that says in or out")),
    FIELD(BankProfile, out_word, FIELD_STR, .max = 20, .label = N_("That word for money that went out")),
    COLUMN(ref_column, N_("The bank's reference")), COLUMN(party_column, N_("Who")), COLUMN(account_column, N_("Their account")),
    COLUMN(text_column, N_("What for")), COLUMN(balance_column, N_("Balance")),
};
const Shape bank_profile_shape = SHAPE(BankProfile, "BankProfile", profile_fields);

Err *bank_profile_check(Arena *arena, const BankProfile *p)
{
    bool amount = p->amount_column || (p->in_column && p->out_column);
    if (!p->date_column || !amount)
        return err_field(arena, "profile.columns", p->date_column ? "amount_column" : "date_column");
    if (!str_eq(p->dates, STR("ymd")) && !str_eq(p->dates, STR("dmy")) && !str_eq(p->dates, STR("mdy")))
        return err_field(arena, "profile.dates", "dates");
    return NULL;
}

/* ---- dates and amounts as banks write them ---- */

/* A month's English name by its first three letters, or its number; 0: neither. */
static int64_t month_of(Str word)
{
    static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    int64_t number;
    if (str_to_int(word, &number))
        return number;
    for (int m = 0; m < 12 && word.len >= 3; m++)
        if (str_eq_nocase(str_slice(word, 0, 3), (Str){months + (size_t)m * 3, 3}))
            return m + 1;
    return 0;
}

static bool is_between(char c)
{
    return c == '/' || c == '-' || c == '.' || c == ' ' || c == ',';
}

/* Three parts between signs, or eight digits in one. What follows the third part (a time) is not read. */
static bool date_parts(Str text, const char *order, Str parts[3])
{
    size_t at = 0, n = 0;
    bool digits = text.len == 8;
    for (size_t i = 0; i < text.len; i++)
        digits = digits && text.at[i] >= '0' && text.at[i] <= '9';
    if (digits) {
        for (n = 0; n < 3; n++) {
            size_t len = order[n] == 'y' ? 4 : 2;
            parts[n] = str_slice(text, at, at + len);
            at += len;
        }
        return true;
    }
    while (n < 3) {
        while (at < text.len && is_between(text.at[at]))
            at++;
        size_t from = at;
        while (at < text.len && !is_between(text.at[at]) && !(n == 2 && text.at[at] == 'T'))
            at++;
        if (at == from)
            return false;
        parts[n++] = str_slice(text, from, at);
    }
    return at == text.len || text.at[at] == ' ' || text.at[at] == 'T' || text.at[at] == '.';
}

bool date_read(Str text, Str order, Date *out)
{
    Str parts[3];
    int64_t year = 0, month = 0, day = 0;
    text = str_trim(text);
    if (order.len != 3 || text.len > 40 || !date_parts(text, order.at, parts))
        return false;
    for (size_t i = 0; i < 3; i++) {
        if (order.at[i] == 'm')
            month = month_of(parts[i]);
        else if (!str_to_int(parts[i], order.at[i] == 'y' ? &year : &day))
            return false;
        if (order.at[i] == 'y' && parts[i].len == 2)
            year += year < 70 ? 2000 : 1900;
    }
    if (year < 1970 || year > 9999 || month < 1 || month > 12 || day < 1 || !date_valid((int)year, (int)month, (int)(day > 31 ? 0 : day)))
        return false;
    *out = date_of((int)year, (int)month, (int)day);
    return true;
}

/* "1 250,00-", "(12.50)", "+3.10", "1'250.00", "KES 100": to plain digits with a point and at most a minus in front. */
static bool amount_plain(Arena *arena, Str text, bool comma, Str *out)
{
    Buf plain = buf_new(arena, 64);
    bool negative = false, digit = false;
    text = str_trim(text);
    for (size_t i = 0; i < text.len;) {
        int32_t c = utf8_next(text, &i);
        if (c >= '0' && c <= '9') {
            digit = true;
            buf_add_char(&plain, (char)c);
        } else if (c == '-' || c == '(' || c == 0x2212) {
            negative = true;
        } else if (c == (comma ? ',' : '.') && digit && i < text.len && text.at[i] >= '0' && text.at[i] <= '9') {
            buf_add_char(&plain, '.');
        } else if (!(c == (comma ? '.' : ',') || c == '\'' || c == ' ' || c == 0xA0 || c == 0x202F || c == ')' || c == '+' || c > 0x7F ||
                     (!digit && ((c >= 'A' && c <= 'Z') || c == '$' || c == '.')))) {
            return false;
        }
    }
    *out = negative ? str_format(arena, "-%.*s", STR_ARG(buf_str(&plain))) : buf_str(&plain);
    return digit && !plain.overflowed;
}

typedef struct RowReading {
    Arena *arena, *scratch;
    const BankProfile *profile;
    int places;
    BankStatement *out;
    size_t room, line;
} RowReading;

static Str column(const StrList *row, int64_t number)
{
    return number >= 1 && (size_t)number <= row->len ? str_trim(row->at[number - 1]) : (Str){0};
}

static Err *at_line(const RowReading *r, const char *code)
{
    Err *err = err_new(r->arena, ERR_INVALID, code);
    return err_arg(r->arena, err, "line", str_format(r->arena, "%zu", r->line));
}

/* *said is false when the cell is empty or a mere dash. */
static Err *cell_money(const RowReading *r, Str cell, Money *out, bool *said)
{
    Str plain;
    *out = (Money){0};
    *said = cell.len && !str_eq(cell, STR("-"));
    if (!*said)
        return NULL;
    bool good = amount_plain(r->scratch, cell, r->profile->decimal_comma, &plain) && money_parse(plain, r->places, out);
    return good ? NULL : at_line(r, "statement.amount");
}

static Err *amount_read(const RowReading *r, const StrList *row, Money *out, bool *said)
{
    const BankProfile *p = r->profile;
    Money in, went;
    bool has_in, has_out;
    if (p->amount_column) {
        TRY(cell_money(r, column(row, p->amount_column), out, said));
        if (p->sign_column && str_eq_nocase(column(row, p->sign_column), p->out_word) && out->minor > 0)
            out->minor = -out->minor;
        return NULL;
    }
    TRY(cell_money(r, column(row, p->in_column), &in, &has_in));
    TRY(cell_money(r, column(row, p->out_column), &went, &has_out));
    *said = has_in || has_out;
    if (went.minor < 0) /* some banks sign what went out, though its column says it */
        went.minor = -went.minor;
    return money_sub(in, went, out) ? NULL : at_line(r, "statement.amount");
}

static Str kept(const RowReading *r, const StrList *row, int64_t number)
{
    return utf8_clean(r->arena, utf8_cut(column(row, number), STATEMENT_TEXT_MAX));
}

static Err *row_read(RowReading *r, const StrList *row)
{
    const BankProfile *p = r->profile;
    StatementLine line = {0};
    bool said, dated = date_read(column(row, p->date_column), p->dates, &line.booked_on);
    TRY(amount_read(r, row, &line.amount, &said));
    if (!dated && (!said || !column(row, p->date_column).len)) /* sums, page ends, notes of the bank */
        return NULL;
    if (!dated)
        return at_line(r, "statement.date");
    TRY(cell_money(r, column(row, p->balance_column), &line.balance, &line.has_balance));
    if (!said)
        return NULL;
    line.has_valued_on = date_read(column(row, p->valued_column), p->dates, &line.valued_on);
    line.bank_ref = kept(r, row, p->ref_column);
    line.party = kept(r, row, p->party_column);
    line.account = kept(r, row, p->account_column);
    line.text = kept(r, row, p->text_column);
    StatementLineList *lines = &r->out->lines;
    if (lines->len == STATEMENT_LINES_MAX)
        return err_new(r->arena, ERR_INVALID, "statement.too_many");
    if (lines->len == r->room) {
        r->room = r->room ? r->room * 2 : 64;
        StatementLine *at = NEW_ARRAY(r->arena, StatementLine, r->room);
        if (lines->len)
            memcpy(at, lines->at, lines->len * sizeof *at);
        lines->at = at;
    }
    lines->at[lines->len++] = line;
    return NULL;
}

/* ---- balances ---- */

/* Whether each balance follows from the one before (step 1), or from the one behind it (step -1: newest first). The
   index where it does not, or lines.len. */
static size_t balance_break(const StatementLineList *lines, bool newest_first)
{
    for (size_t i = 1; i < lines->len; i++) {
        const StatementLine *line = &lines->at[newest_first ? i - 1 : i], *before = &lines->at[newest_first ? i : i - 1];
        if (line->has_balance && before->has_balance && before->balance.minor != line->balance.minor - line->amount.minor)
            return i;
    }
    return lines->len;
}

static Err *balances_check(const RowReading *r)
{
    BankStatement *s = r->out;
    StatementLineList *lines = &s->lines;
    size_t len = lines->len;
    if (!len || !r->profile->balance_column)
        return NULL;
    size_t up = balance_break(lines, false), down = balance_break(lines, true);
    if (up < len && down < len) {
        Err *err = err_new(r->arena, ERR_INVALID, "statement.balance");
        return err_arg(r->arena, err, "line", str_format(r->arena, "%zu", (up > down ? up : down) + 1 + (size_t)r->profile->skip));
    }
    bool newest_first = up < len || (len > 1 && down == len && lines->at[0].booked_on.days > lines->at[len - 1].booked_on.days);
    const StatementLine *first = &lines->at[newest_first ? len - 1 : 0], *last = &lines->at[newest_first ? 0 : len - 1];
    if (first->has_balance && last->has_balance && money_sub(first->balance, first->amount, &s->opening)) {
        s->has_opening = s->has_closing = true;
        s->closing = last->balance;
    }
    return NULL;
}

static char separator_of(Str separator)
{
    return separator.len == 1 ? separator.at[0] : 0;
}

Err *bank_csv_read(Arena *arena, Str text, const BankProfile *profile, int places, BankStatement *out)
{
    RowReading r = {.arena = arena, .scratch = arena, .profile = profile, .places = places, .out = out};
    StrList row;
    bool more = true;
    *out = (BankStatement){0};
    TRY(bank_profile_check(arena, profile));
    if (!utf8_valid(text))
        return err_new(arena, ERR_INVALID, "statement.encoding");
    Csv csv = csv_open(arena, text, separator_of(profile->separator));
    for (int64_t n = 0; more; n++) {
        TRY(csv_row(&csv, &row, &more));
        r.line = csv.line;
        if (more && n >= profile->skip)
            TRY(row_read(&r, &row));
    }
    if (!out->lines.len)
        return err_new(arena, ERR_INVALID, "statement.none");
    return balances_check(&r);
}

/* ---- guessing ---- */

Err *bank_csv_peek(Arena *arena, Str text, Str separator, size_t most, CsvRows *out)
{
    Csv csv = csv_open(arena, text, separator_of(separator));
    *out = (CsvRows){NEW_ARRAY(arena, StrList, most + 1), 0};
    if (!utf8_valid(text))
        return err_new(arena, ERR_INVALID, "statement.encoding");
    while (out->len < most) {
        StrList row;
        bool more;
        TRY(csv_row(&csv, &row, &more));
        if (!more)
            break;
        StrList *copy = &out->at[out->len++];
        copy->len = row.len > COLUMNS_MAX ? COLUMNS_MAX : row.len;
        copy->at = NEW_ARRAY(arena, Str, copy->len + 1);
        for (size_t i = 0; i < copy->len; i++)
            copy->at[i] = str_copy(arena, utf8_cut(str_trim(row.at[i]), 80));
    }
    return NULL;
}

/* What a column is called decides; the first word that fits wins. */
static const struct Guess {
    size_t member;
    const char *words; /* parts of heads, folded, by | */
} guesses[] = {
    {offsetof(BankProfile, valued_column), "value date|valuta|valeur|fecha valor|起息日"},
    {offsetof(BankProfile, date_column), "date|datum|buchungstag|fecha|data|tarehe|completion time|日期|时间"},
    {offsetof(BankProfile, balance_column), "balance|saldo|solde|余额"},
    {offsetof(BankProfile, out_column), "paid out|money out|withdraw|debit|debe|soll|支出|借方"},
    {offsetof(BankProfile, in_column), "paid in|money in|deposit|credit|haber|haben|收入|贷方"},
    {offsetof(BankProfile, sign_column), "dr/cr|cr/dr|d/c|type|soll/haben|收支|借贷"},
    {offsetof(BankProfile, amount_column), "amount|betrag|montant|importe|monto|valor|kiasi|金额"},
    {offsetof(BankProfile, ref_column), "reference|receipt|transaction id|ref|流水号|凭证"},
    {offsetof(BankProfile, account_column), "account|iban|konto|cuenta|账号|帐号"},
    {offsetof(BankProfile, party_column), "name|party|payee|payer|beneficiary|auftraggeber|对方|户名"},
    {offsetof(BankProfile, text_column), "narration|narrative|description|details|particulars|purpose|verwendungszweck|concepto|descripcion|libelle|motif|maelezo|摘要|附言|备注|用途|说明"},
};

/* Heads that say less: only when no better column was found for it. */
static const struct Guess second[] = {
    {offsetof(BankProfile, text_column), "buchungstext|text|memo|remark|comment|message|nota|note|信息"},
};

static bool any_word(Str text, const char *words)
{
    Str rest = str_of(words), word;
    while (rest.len) {
        str_cut(rest, '|', &word, &rest);
        if (str_find(text, word) != SIZE_MAX)
            return true;
    }
    return false;
}

/* How many columns of this row a profile would know: the head is the row that has most of them. */
static int64_t heads_of(Arena *arena, const StrList *row, BankProfile *profile)
{
    bool *taken = NEW_ARRAY(arena, bool, row->len + 1);
    int64_t known = 0;
    const struct {
        const struct Guess *at;
        size_t len;
    } rounds[] = {{guesses, sizeof guesses / sizeof *guesses}, {second, sizeof second / sizeof *second}};
    for (size_t n = 0; n < 2; n++)
        for (size_t i = 0; i < row->len; i++) {
            Str head = text_fold(arena, row->at[i]);
            for (size_t g = 0; g < rounds[n].len && head.len && !taken[i]; g++) {
                int64_t *member = (int64_t *)((char *)profile + rounds[n].at[g].member);
                if (*member || !any_word(head, rounds[n].at[g].words))
                    continue;
                *member = (int64_t)i + 1;
                known++;
                taken[i] = true;
            }
        }
    return known;
}

/* The order in which every date of the column can be read. */
static Str dates_of(const CsvRows *rows, const BankProfile *profile)
{
    static const char *const orders[] = {"ymd", "dmy", "mdy"};
    size_t best = 0, best_read = 0;
    for (size_t o = 0; o < 3; o++) {
        size_t read = 0;
        for (size_t i = (size_t)profile->skip; i < rows->len; i++) {
            Date day;
            read += date_read(column(&rows->at[i], profile->date_column), str_of(orders[o]), &day);
        }
        if (read > best_read) {
            best = o;
            best_read = read;
        }
    }
    return str_of(orders[best]);
}

static bool comma_of(const CsvRows *rows, const BankProfile *profile)
{
    int64_t number = profile->amount_column ? profile->amount_column : profile->in_column;
    int64_t other = profile->amount_column ? number : profile->out_column, votes = 0;
    for (size_t i = (size_t)profile->skip; i < rows->len; i++) {
        Str cell = column(&rows->at[i], number);
        cell = cell.len ? cell : column(&rows->at[i], other);
        if (cell.len >= 3 && cell.at[cell.len - 1] == '-')
            cell.len--;
        if (cell.len >= 3)
            votes += cell.at[cell.len - 3] == ',' ? 1 : cell.at[cell.len - 3] == '.' ? -1 : 0;
    }
    return votes > 0;
}

Err *bank_profile_guess(Arena *arena, Str text, BankProfile *out)
{
    CsvRows rows;
    BankProfile best = {0};
    int64_t most = 0;
    TRY(bank_csv_peek(arena, text, (Str){0}, 30, &rows));
    for (size_t i = 0; i < rows.len; i++) {
        BankProfile profile = {.skip = (int64_t)i + 1};
        int64_t known = heads_of(arena, &rows.at[i], &profile);
        if (known > most) {
            most = known;
            best = profile;
        }
    }
    if (best.in_column && best.out_column)
        best.amount_column = best.sign_column = 0;
    else
        best.in_column = best.out_column = 0;
    best.sign_column = best.amount_column ? best.sign_column : 0;
    best.dates = dates_of(&rows, &best);
    best.decimal_comma = comma_of(&rows, &best);
    best.out_word = best.sign_column ? STR("D") : STR("");
    *out = best;
    return NULL;
}
