/* Books and accounts: opening, finding, freezing, closing, and what an account's entries are. */
#include <sodium.h>

#include "ledger/inside.h"

/* ---- books ---- */

static const Str MAIN = {"main", 4};

Err *book_open(Tx *tx, const NewBook *book, Id by, Time now, Id *out)
{
    Arena *arena = tx->db.arena;
    Book there;
    bool found;
    if (!currency_known(book->currency))
        return err_field(arena, "book.currency", "currency");
    if (!book->name.len || book->name.len > ACCOUNT_NAME_MAX)
        return err_field(arena, "account.name", "name");
    TRY(book_find(&tx->db, book->name, &there, &found));
    if (found)
        return err_new(arena, ERR_CONFLICT, "book.taken");
    *out = id_mint();
    TRY(book_add(tx, *out, book->name, book->currency, currency_places(book->currency), now));
    return audit(tx, now, by, "ledger.book_open", *out, book->currency);
}

Err *book_main_find(Db *db, Id *book)
{
    Book there;
    bool found;
    TRY(book_find(db, MAIN, &there, &found));
    *book = found ? there.id : 0;
    return NULL;
}

Err *book_main(Tx *tx, Time now, Id *book)
{
    TRY(book_main_find(&tx->db, book));
    if (*book)
        return NULL;
    Str currency = village_at(&tx->db).currency;
    NewBook main = {MAIN, currency.len ? currency : STR("CNY")};
    return book_open(tx, &main, 0, now, book);
}

/* ---- opening ---- */

static Err *account_check(Tx *tx, const NewAccount *account)
{
    Arena *arena = tx->db.arena;
    if (!account->name.len || account->name.len > ACCOUNT_NAME_MAX)
        return err_field(arena, "account.name", "name");
    for (size_t i = 0; i < account->code.len; i++)
        if ((unsigned char)account->code.at[i] <= 0x20 || (unsigned char)account->code.at[i] >= 0x7F)
            return err_field(arena, "account.code", "code");
    if (account->code.len > ACCOUNT_CODE_MAX || account->key.len > ACCOUNT_KEY_MAX)
        return err_field(arena, "account.code", account->code.len > ACCOUNT_CODE_MAX ? "code" : "key");
    if (account->flags & ~(unsigned)(ACCOUNT_NO_OVERDRAFT | ACCOUNT_NO_OVERCREDIT))
        return err_field(arena, "account.flags", "flags");
    return NULL;
}

static Err *book_of(Tx *tx, Id wanted, Time now, Id *book)
{
    Book there;
    bool found;
    if (!wanted)
        return book_main(tx, now, book);
    *book = wanted;
    TRY(book_by_id(&tx->db, wanted, &there, &found));
    return found ? NULL : err_new(tx->db.arena, ERR_MISSING, "book.missing");
}

Str account_seal(Arena *arena, const Account *row)
{
    char *seal = arena_alloc(arena, 33);
    unsigned char hash[crypto_hash_sha256_BYTES];
    Buf words = buf_new(arena, 4096);
    buf_addf(&words, "%lld %lld %lld %lld %lld", (long long)row->id, (long long)row->book, (long long)(row->has_person ? row->person : 0),
             (long long)(row->has_org ? row->org : 0), (long long)(row->flags & (ACCOUNT_NO_OVERDRAFT | ACCOUNT_NO_OVERCREDIT)));
    Str texts[] = {row->has_account_key ? row->account_key : (Str){0}, row->code, row->name};
    for (size_t i = 0; i < 3; i++)
        buf_addf(&words, " %zu:%.*s", texts[i].len, STR_ARG(texts[i]));
    Str all = buf_str(&words);
    crypto_hash_sha256(hash, (const unsigned char *)all.at, all.len);
    sodium_bin2hex(seal, 33, hash, 16);
    return str_of(seal);
}

static Err *account_insert(Tx *tx, const NewAccount *account, Id book, Id by, Time now, Id *out)
{
    *out = id_mint();
    TRY(account_add(tx, &(AccountAddArgs){.id = *out,
                                          .book = book,
                                          .account_key = account->key.len ? &account->key : NULL,
                                          .person = account->person ? &account->person : NULL,
                                          .org = account->org ? &account->org : NULL,
                                          .code = account->code,
                                          .name = account->name,
                                          .flags = (int64_t)account->flags,
                                          .now = now}));
    Account row = {.id = *out, .book = book, .flags = (int64_t)account->flags, .person = account->person, .has_person = account->person != 0,
                   .org = account->org, .has_org = account->org != 0, .account_key = account->key, .has_account_key = account->key.len > 0,
                   .code = account->code, .name = account->name};
    return audit(tx, now, by, "ledger.account_open", *out, account_seal(tx->db.arena, &row));
}

Err *account_open(Tx *tx, const NewAccount *account, Id by, Time now, Id *out)
{
    Id book;
    Account there;
    bool found = false;
    TRY(account_check(tx, account));
    TRY(book_of(tx, account->book, now, &book));
    if (account->key.len)
        TRY(account_row_by_key(&tx->db, book, account->key, &there, &found));
    if (found)
        return err_new(tx->db.arena, ERR_CONFLICT, "account.key_taken");
    return account_insert(tx, account, book, by, now, out);
}

Err *account_need(Tx *tx, const NewAccount *account, Id by, Time now, Id *out)
{
    Id book;
    Account there;
    bool found = false;
    TRY(account_check(tx, account));
    TRY(book_of(tx, account->book, now, &book));
    if (account->key.len)
        TRY(account_row_by_key(&tx->db, book, account->key, &there, &found));
    if (!found)
        return account_insert(tx, account, book, by, now, out);
    *out = there.id;
    return NULL;
}

/* ---- finding ---- */

AccountView account_view(const Account *row)
{
    return (AccountView){.id = row->id,
                         .book = row->book,
                         .person = row->has_person ? row->person : 0,
                         .org = row->has_org ? row->org : 0,
                         .key = row->has_account_key ? row->account_key : (Str){0},
                         .code = row->code,
                         .name = row->name,
                         .flags = (unsigned)row->flags,
                         .debit = row->dr_posted,
                         .credit = row->cr_posted,
                         .debit_pending = row->dr_pending,
                         .credit_pending = row->cr_pending,
                         .balance = row->cr_posted - row->dr_posted,
                         .available = row->cr_posted - row->dr_posted - row->dr_pending,
                         .last_seq = row->last_seq,
                         .opened_at = row->opened_at};
}

static AccountViewList views(Arena *arena, const AccountList *rows)
{
    AccountViewList list = {NEW_ARRAY(arena, AccountView, rows->len + 1), rows->len};
    for (size_t i = 0; i < rows->len; i++)
        list.at[i] = account_view(&rows->at[i]);
    return list;
}

Err *account_get(Db *db, Id id, AccountView *out)
{
    Account row;
    bool found;
    TRY(account_row(db, id, &row, &found));
    if (!found)
        return err_new(db->arena, ERR_MISSING, "account.missing");
    *out = account_view(&row);
    return NULL;
}

Err *account_find(Db *db, Id book, Str key, AccountView *out, bool *found)
{
    Account row;
    *found = false;
    if (!book)
        TRY(book_main_find(db, &book));
    if (!book)
        return NULL;
    TRY(account_row_by_key(db, book, key, &row, found));
    if (*found)
        *out = account_view(&row);
    return NULL;
}

Err *accounts_of_person(Db *db, Id person, AccountViewList *out)
{
    AccountList rows;
    TRY(account_list_of_person(db, person, &rows));
    *out = views(db->arena, &rows);
    return NULL;
}

Err *accounts_of_org(Db *db, Id org, AccountViewList *out)
{
    AccountList rows;
    TRY(account_list_of_org(db, org, &rows));
    *out = views(db->arena, &rows);
    return NULL;
}

Err *accounts_list(Db *db, Id book, Str code, Id after, int64_t limit, AccountViewList *out)
{
    AccountList rows;
    if (!book)
        TRY(book_main_find(db, &book));
    TRY(account_list(db, book, code, after, limit, &rows));
    *out = views(db->arena, &rows);
    return NULL;
}

/* ---- freezing and closing ---- */

static Err *row_of(Tx *tx, Id id, Account *row)
{
    bool found;
    TRY(account_row(&tx->db, id, row, &found));
    if (!found)
        return err_new(tx->db.arena, ERR_MISSING, "account.missing");
    if (row->flags & ACCOUNT_CLOSED)
        return err_new(tx->db.arena, ERR_CONFLICT, "account.closed");
    return NULL;
}

Err *account_freeze(Tx *tx, Id account, bool frozen, Id by, Time now)
{
    Account row;
    TRY(row_of(tx, account, &row));
    int64_t flags = frozen ? row.flags | ACCOUNT_FROZEN : row.flags & ~(int64_t)ACCOUNT_FROZEN;
    if (flags == row.flags)
        return NULL;
    TRY(account_flags_put(tx, account, flags));
    return audit(tx, now, by, frozen ? "ledger.account_freeze" : "ledger.account_thaw", account, (Str){0});
}

Err *account_close(Tx *tx, Id account, Id by, Time now)
{
    Account row;
    TRY(row_of(tx, account, &row));
    if (row.dr_posted != row.cr_posted || row.dr_pending || row.cr_pending)
        return err_new(tx->db.arena, ERR_CONFLICT, "account.not_empty");
    TRY(account_flags_put(tx, account, row.flags | ACCOUNT_CLOSED));
    return audit(tx, now, by, "ledger.account_close", account, (Str){0});
}

/* ---- entries ---- */

/* Each transfer names the one before it of both accounts, so that no index has to be kept: the newest is in the account. */
Err *account_entries(Db *db, Id account, int64_t before, int64_t limit, EntryList *out)
{
    AccountView view;
    TRY(account_get(db, account, &view));
    *out = (EntryList){.at = NEW_ARRAY(db->arena, Entry, (size_t)limit + 1)};
    int64_t seq = before ? before : view.last_seq;
    while (seq > 0 && out->len < (size_t)limit) {
        Transfer row;
        bool found;
        TRY(transfer_by_seq(db, seq, &row, &found));
        if (!found || (row.debit != account && row.credit != account))
            return before && !out->len ? err_field(db->arena, "ledger.cursor", "after")
                                       : err_detail(db->arena, ERR_BROKEN, "ledger.damaged", "the entries of an account break at %lld", (long long)seq);
        bool is_debit = row.debit == account;
        out->at[out->len++] = (Entry){.transfer = transfer_view(&row),
                                      .is_debit = is_debit,
                                      .other = is_debit ? row.credit : row.debit,
                                      .balance = is_debit ? row.dr_after : row.cr_after};
        seq = is_debit ? row.dr_prev : row.cr_prev;
    }
    out->next = seq;
    return NULL;
}
