/* Exit: the book in the formats of plain text accounting. One transaction a transfer, in the order of the journal; what is only
   held moves nothing and stands as a comment. */
#include "ledger/export.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { PROGRESS_EVERY = 10000 };

typedef struct ExportAccount {
    Id id, book;
    Str name;
    int64_t balance; /* debits less credits, as these programs sign */
    bool moved;
    Str title;
} ExportAccount;

typedef struct Export {
    Arena *arena;
    ExportFormat format;
    FILE *out;
    BookList books;
    ExportAccount *accounts; /* by id */
    size_t accounts_len, accounts_room;
    int64_t lines, total;
    Date last;
    void (*progress)(void *arg, int64_t done, int64_t of);
    void *arg;
} Export;

/* The five roots that Beancount demands, by the first digit of the code; what has none is equity. */
static const char *root_of(Str code)
{
    switch (code.len ? code.at[0] : 0) {
    case '1':
        return "Assets";
    case '2':
        return "Liabilities";
    case '4':
        return "Income";
    case '5':
    case '6':
        return "Expenses";
    default:
        return "Equity";
    }
}

Str export_account_name(Arena *arena, Str code, Id id)
{
    Buf part = buf_new(arena, 64);
    for (size_t i = 0; i < code.len && i < ACCOUNT_CODE_MAX; i++)
        buf_add_char(&part, isalnum((unsigned char)code.at[i]) ? code.at[i] : '-');
    if (!part.len)
        buf_add_char(&part, '0');
    part.at[0] = (char)toupper((unsigned char)part.at[0]);
    Str id_part = id_text(arena, id);
    const char *begin = isalnum((unsigned char)part.at[0]) ? "" : "X";
    Str clean = buf_str(&part);
    return str_format(arena, "%s:%s%.*s:%.*s", root_of(code), begin, STR_ARG(clean), STR_ARG(id_part));
}

/* ---- accounts and books ---- */

static Err *account_load(void *arg, const Account *row)
{
    Export *export = arg;
    if (export->accounts_len < export->accounts_room)
        export->accounts[export->accounts_len++] = (ExportAccount){.id = row->id,
                                                                   .book = row->book,
                                                                   .name = export_account_name(export->arena, row->code, row->id),
                                                                   .balance = row->dr_posted - row->cr_posted,
                                                                   .moved = row->last_seq > 0,
                                                                   .title = str_copy(export->arena, row->name)};
    return NULL;
}

static int by_id(const void *a, const void *b)
{
    const ExportAccount *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static const ExportAccount *account_of(const Export *export, Id id)
{
    ExportAccount key = {.id = id};
    return export->accounts_len ? bsearch(&key, export->accounts, export->accounts_len, sizeof key, by_id) : NULL;
}

static const Book *book_of(const Export *export, Id id)
{
    for (size_t i = 0; i < export->books.len; i++)
        if (export->books.at[i].id == id)
            return &export->books.at[i];
    return NULL;
}

/* "-12.50 CNY" */
static void put_amount(const Export *export, int64_t minor, const Book *book)
{
    uint64_t size = minor < 0 ? 0 - (uint64_t)minor : (uint64_t)minor, unit = 1;
    for (int64_t i = 0; i < book->places; i++)
        unit *= 10;
    fprintf(export->out, "%s%llu", minor < 0 ? "-" : "", (unsigned long long)(size / unit));
    if (book->places)
        fprintf(export->out, ".%0*llu", (int)book->places, (unsigned long long)(size % unit));
    fprintf(export->out, " %.*s", STR_ARG(book->currency));
}

/* Words that cannot end a line, a text or a comment early. */
static void put_words(const Export *export, Str words)
{
    for (size_t i = 0; i < words.len; i++) {
        unsigned char c = (unsigned char)words.at[i];
        fputc(c < 0x20 || c == 0x7F || c == '"' || c == '\\' || c == ';' || c == '|' ? ' ' : c, export->out);
    }
}

static void put_date(const Export *export, Date day)
{
    Clock clock = date_clock(day);
    fprintf(export->out, "%04d-%02d-%02d", clock.year, clock.month, clock.day);
}

/* ---- the file ---- */

static void put_head(const Export *export)
{
    FILE *out = export->out;
    bool bean = export->format == EXPORT_BEANCOUNT;
    fprintf(out, "; The whole book of a Millet village, every transfer in the order in which it was recorded.\n"
                 "; seq: its number in the journal. The last lines state every balance.\n");
    for (size_t i = 0; bean && i < export->books.len; i++)
        fprintf(out, "option \"operating_currency\" \"%.*s\"\n", STR_ARG(export->books.at[i].currency));
    for (size_t i = 0; i < export->accounts_len; i++) {
        const ExportAccount *a = &export->accounts[i];
        fprintf(out, bean ? "1970-01-01 open %.*s ; " : "account %.*s  ; ", STR_ARG(a->name));
        put_words(export, a->title);
        fputc('\n', out);
    }
    fputc('\n', out);
}

static void put_posting(const Export *export, const ExportAccount *account, int64_t amount, const Book *book)
{
    fprintf(export->out, "    %.*s  ", STR_ARG(account->name));
    put_amount(export, amount, book);
    fputc('\n', export->out);
}

static Err *put_transfer(void *arg, const Transfer *t)
{
    Export *export = arg;
    const ExportAccount *debit = account_of(export, t->debit), *credit = account_of(export, t->credit);
    const Book *book = debit ? book_of(export, debit->book) : NULL;
    bool bean = export->format == EXPORT_BEANCOUNT;
    if (!debit || !credit || !book)
        return err_detail(export->arena, ERR_BROKEN, "ledger.damaged", "transfer %lld has no accounts", (long long)t->seq);
    if (++export->lines % PROGRESS_EVERY == 0 && export->progress)
        export->progress(export->arg, export->lines, export->total);
    if (t->flags & TRANSFER_PENDING || !t->amount) {
        fprintf(export->out, "; seq %lld: %s\n\n", (long long)t->seq, t->amount ? "held" : "given back");
        return NULL;
    }
    if (t->effective_on.days > export->last.days)
        export->last = t->effective_on;
    put_date(export, t->effective_on);
    fprintf(export->out, bean ? " * \"" : " * ");
    put_words(export, t->kind);
    fprintf(export->out, bean ? "\" ; seq %lld" : "  ; seq %lld", (long long)t->seq);
    if (t->group_seq)
        fprintf(export->out, ", group %lld", (long long)t->group_seq);
    if (t->refers)
        fprintf(export->out, ", of %lld", (long long)t->refers);
    if (t->ref.len) {
        fputs(", ref ", export->out);
        put_words(export, t->ref);
    }
    fputc('\n', export->out);
    put_posting(export, debit, t->amount, book);
    put_posting(export, credit, -t->amount, book);
    fputc('\n', export->out);
    return NULL;
}

/* Every balance that is not nothing, as an assertion that the program checks itself. */
static void put_end(const Export *export)
{
    FILE *out = export->out;
    bool bean = export->format == EXPORT_BEANCOUNT;
    if (!export->lines)
        return;
    if (!bean) {
        put_date(export, export->last);
        fputs(" * balances\n", out);
    }
    for (size_t i = 0; i < export->accounts_len; i++) {
        const ExportAccount *a = &export->accounts[i];
        const Book *book = book_of(export, a->book);
        if (!a->moved || !book)
            continue;
        if (bean) {
            put_date(export, (Date){export->last.days + 1});
            fprintf(out, " balance %.*s  ", STR_ARG(a->name));
        } else {
            fprintf(out, "    %.*s  ", STR_ARG(a->name));
            put_amount(export, 0, book);
            fputs(" = ", out);
        }
        put_amount(export, a->balance, book);
        fputc('\n', out);
    }
}

Err *ledger_export(Db *db, ExportFormat format, FILE *out, int64_t *lines, void (*progress)(void *arg, int64_t done, int64_t of), void *arg)
{
    Export export = {.arena = db->arena, .format = format, .out = out, .progress = progress, .arg = arg};
    LedgerCount count;
    TRY(db_snapshot(db));
    TRY(book_list(db, &export.books));
    TRY(account_count(db, &count));
    export.accounts_room = (size_t)count.total;
    export.accounts = NEW_ARRAY(db->arena, ExportAccount, export.accounts_room + 1);
    TRY(account_each(db, account_load, &export));
    TRY(transfer_count(db, &count));
    export.total = count.total;
    put_head(&export);
    TRY(transfer_each(db, 0, INT64_MAX, put_transfer, &export));
    put_end(&export);
    *lines = export.lines;
    if (fflush(out) || ferror(out))
        return err_detail(db->arena, ERR_BROKEN, errno == ENOSPC ? "disk.full" : "file.unwritable", "the export could not be written: %s", strerror(errno));
    return NULL;
}
