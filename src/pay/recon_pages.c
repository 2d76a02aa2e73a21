/* The reconciliation page: each line shows what it may be and what that would book; one press; undo for ever. */
#include <sodium.h>

#include "base/file.h"
#include "base/json.h"
#include "identity/identity.h"
#include "pay/pages.h"
#include "pay/recon.h"
#include "pay/templates.h"

enum { OPEN_MAX = 50, MATCHED_MAX = 20, PEEK = 12 };

static bool is(Str state, const char *word)
{
    return str_eq(state, str_of(word));
}

static Str fill(Req *r, const char *pattern, Str name)
{
    TextArg arg = {"name", name};
    return tr_fill(r->arena, tr(r->lang, pattern), &arg, 1);
}

static Guess guess_view(Req *r, const PayLine *line, const Maybe *m)
{
    Guess out = {.what = str_of(m->what), .subject = m->subject};
    Str bank = tr(r->lang, is(line->source, "bank") ? N_("Bank") : N_("Mobile money")), other = {0};
    if (is(out.what, "payout")) {
        out.words = fill(r, N_("Our payout to {name}"), m->name);
        other = tr(r->lang, N_("On its way"));
    } else if (is(out.what, "bounce")) {
        out.words = fill(r, N_("Our payout to {name} came back"), m->name);
        other = tr(r->lang, N_("Earnings"));
    } else if (is(out.what, "call")) {
        out.words = fill(r, N_("The payment that the phone of {name} was asked for"), m->name);
        other = tr(r->lang, N_("Wallet"));
    } else if (is(out.what, "wallet")) {
        out.words = fill(r, N_("Money for the wallet of {name}"), m->name);
        other = tr(r->lang, N_("Wallet"));
    } else if (is(out.what, "cash")) {
        out.words = tr(r->lang, N_("Cash that an agent brought to the bank"));
        other = tr(r->lang, N_("Cash on its way to the bank"));
    } else if (is(out.what, "fee")) {
        out.words = tr(r->lang, N_("A fee"));
        other = tr(r->lang, N_("Fees of banks and mobile money"));
    } else {
        out.words = tr(r->lang, N_("Not known yet: set it aside"));
        other = tr(r->lang, N_("Receipts nobody could name yet"));
    }
    bool in = line->amount.minor > 0;
    Str amount = say_money(r->arena, r->lang, (Money){in ? line->amount.minor : -line->amount.minor}, r->village.currency);
    out.posting = str_format(r->arena, "%.*s → %.*s %.*s", STR_ARG(in ? bank : other), STR_ARG(in ? other : bank), STR_ARG(amount));
    return out;
}

static Err *call_name(Req *r, Id call, Str *name)
{
    PayCall row;
    bool found;
    TRY(pay_call_by_id(&r->db, call, &row, &found));
    *name = found ? person_name(&r->db, r->lang, row.person) : (Str){0};
    return NULL;
}

static Err *line_view(Req *r, const PayLine *line, LineView *out)
{
    MaybeList maybe;
    *out = (LineView){.id = line->id, .booked_on = line->booked_on, .amount = line->amount, .party = line->party, .words = line->words,
                      .ref = line->bank_ref, .source = line->source, .matched = is(line->state, "matched")};
    if (out->matched) {
        const Maybe as = {str_z(r->arena, line->what), line->subject, {0}};
        PayPayout payout;
        bool found = false;
        Maybe named = as;
        if (is(line->what, "wallet"))
            named.name = person_name(&r->db, r->lang, line->subject);
        else if (is(line->what, "call"))
            TRY(call_name(r, line->subject, &named.name));
        else if (line->subject)
            TRY(pay_payout_by_id(&r->db, line->subject, &payout, &found));
        if (found)
            named.name = payout.name;
        out->what = guess_view(r, line, &named).words;
        return NULL;
    }
    TRY(line_guesses(&r->db, line, &maybe));
    out->guesses.at = NEW_ARRAY(r->arena, Guess, maybe.len + 1);
    for (size_t i = 0; i < maybe.len; i++)
        out->guesses.at[out->guesses.len++] = guess_view(r, line, &maybe.at[i]);
    return NULL;
}

static Err *lines_read(Req *r, const char *state, int64_t most, LineViewList *out)
{
    PayLineList rows;
    TRY(pay_lines_in(&r->db, str_of(state), most, &rows));
    out->at = NEW_ARRAY(r->arena, LineView, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++)
        TRY(line_view(r, &rows.at[i], &out->at[out->len++]));
    return NULL;
}

/* Money that a service told us of and that its statement of that time does not show. */
static Err *unseen_read(Req *r, LineViewList *out)
{
    PayLineList rows;
    TRY(pay_lines_unseen(&r->db, OPEN_MAX, &rows));
    out->at = NEW_ARRAY(r->arena, LineView, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++)
        TRY(line_view(r, &rows.at[i], &out->at[out->len++]));
    return NULL;
}

Err *show_reconcile(Req *r)
{
    ReconcileView view = {0};
    AccountView bank;
    PayImport last;
    bool found;
    TRY(need_treasurer(r));
    TRY(lines_read(r, "open", OPEN_MAX, &view.open));
    TRY(lines_read(r, "matched", MATCHED_MAX, &view.matched));
    TRY(unseen_read(r, &view.unseen));
    TRY(house_view(&r->db, HOUSE_BANK, &bank, &found));
    view.book.minor = found ? -bank.balance : 0;
    TRY(pay_import_last(&r->db, STR("bank"), &last, &found));
    if (found) {
        view.last_file = last.name;
        view.has_bank = last.has_closing;
        view.bank = last.closing;
        view.same = last.has_closing && last.closing.minor == view.book.minor;
    }
    if (r->form_error)
        view.error = err_say(r->arena, r->lang, r->form_error);
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Statements")), .place = "/treasury", .back = STR("/treasury")});
    pay_reconcile(page, &view);
    return page_end(page);
}

/* ---- taking a file ---- */

typedef struct Importing {
    Req *r;
    Str source, name, body, hash;
    BankStatement statement;
    BankProfile profile;
    Id upload, made;
    int64_t fresh;
} Importing;

static Str hash_of(Arena *arena, Str text)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char *hex = arena_alloc(arena, 2 * sizeof hash + 1);
    crypto_hash_sha256(hash, (const unsigned char *)text.at, text.len);
    sodium_bin2hex(hex, 2 * sizeof hash + 1, hash, sizeof hash);
    return (Str){hex, 2 * sizeof hash};
}

static Err *import_write(Tx *tx, void *arg)
{
    Importing *i = arg;
    Req *r = i->r;
    int64_t count;
    TRY(statement_import(tx, &(ImportAct){.source = i->source, .name = i->name, .hash = i->hash, .statement = &i->statement, .by = r->who, .now = r->now},
                         &i->made, &i->fresh));
    if (i->profile.name.len) {
        Buf json = buf_new(tx->db.arena, 4096);
        json_write(&json, &bank_profile_shape, &i->profile, (Str){0});
        TRY(pay_profile_drop(tx, i->profile.name, &count));
        TRY(pay_profile_put(tx, id_mint(), i->profile.name, buf_str(&json), r->now));
    }
    return pay_upload_drop(tx, i->upload, (Time){r->now.ms - DAY_MS}, &count);
}

static Err *import_done(Req *r, Importing *i)
{
    TRY(db_write(r->store, r->arena, import_write, i));
    reply_notice(r, i->fresh ? N_("The file is read. Lines with our own payment numbers are matched already.")
                             : N_("Nothing new in this file: every line was here before."));
    return reply_see(r, "/treasury/reconcile");
}

static Err *upload_write(Tx *tx, void *arg)
{
    Importing *i = arg;
    i->upload = id_mint();
    return pay_upload_insert(tx, &(PayUploadInsertArgs){.id = i->upload, .source = i->source, .name = i->name, .body = i->body, .by = i->r->who,
                                                        .now = i->r->now});
}

static Err *import_begin(Req *r, Importing *i)
{
    const Upload *file = take_upload(r, "file");
    BankStatementList list;
    if (!file || !file->bytes)
        return err_field(r->arena, "pay.no_file", "file");
    TRY(file_read(r->arena, file->path, STATEMENT_BYTES_MAX, &i->body));
    i->name = file->name.len ? file->name : STR("file");
    i->hash = hash_of(r->arena, i->body);
    i->source = take_typed(r, "source");
    i->source = i->source.len ? i->source : STR("bank");
    Str start = str_trim(str_slice(i->body, 0, 200));
    if (str_starts(start, STR("\xEF\xBB\xBF")))
        start = str_slice(start, 3, start.len);
    if (!str_starts(start, STR("<")))
        return db_write(r->store, r->arena, upload_write, i);
    TRY(camt_read(r->arena, i->body, &list));
    i->statement = list.at[0]; /* of several statements in one file, all lines are one list */
    for (size_t k = 1; k < list.len; k++) {
        StatementLine *all = NEW_ARRAY(r->arena, StatementLine, i->statement.lines.len + list.at[k].lines.len + 1);
        for (size_t n = 0; n < i->statement.lines.len; n++)
            all[n] = i->statement.lines.at[n];
        for (size_t n = 0; n < list.at[k].lines.len; n++)
            all[i->statement.lines.len + n] = list.at[k].lines.at[n];
        i->statement.lines = (StatementLineList){all, i->statement.lines.len + list.at[k].lines.len};
        i->statement.has_closing = list.at[k].has_closing;
        i->statement.closing = list.at[k].closing;
    }
    return NULL;
}

Err *import_statement(Req *r)
{
    Importing i = {.r = r};
    TRY(need_treasurer(r));
    Err *err = import_begin(r, &i);
    if (err)
        return reply_form_again(r, err, show_reconcile);
    if (i.upload)
        return reply_see(r, "/treasury/reconcile/files/%.*s", STR_ARG(id_text(r->arena, i.upload)));
    err = import_done(r, &i);
    return err ? reply_form_again(r, err, show_reconcile) : NULL;
}

/* ---- the mapping of a CSV file ---- */

static Err *upload_look(Req *r, PayUpload *out)
{
    Id id;
    bool found;
    TRY(need_treasurer(r));
    TRY(take_id(r, 0, &id));
    TRY(pay_upload_by_id(&r->db, id, out, &found));
    return found ? NULL : err_new(r->arena, ERR_MISSING, "pay.no_file");
}

/* The saved mapping that reads this file, else what its head lets one believe. */
static Err *mapping_of(Req *r, const PayUpload *upload, BankProfile *out)
{
    PayProfileList saved;
    BankStatement statement;
    TRY(pay_profiles(&r->db, &saved));
    for (size_t i = 0; i < saved.len; i++)
        if (!json_read(r->arena, saved.at[i].mapping, &bank_profile_shape, out) &&
            !bank_csv_read(r->arena, upload->body, out, r->village.currency_places, &statement))
            return NULL;
    return bank_profile_guess(r->arena, upload->body, out);
}

Err *show_mapping(Req *r)
{
    PayUpload upload;
    BankProfile *profile = NEW(r->arena, BankProfile);
    CsvRows rows;
    MappingView view = {0};
    TRY(upload_look(r, &upload));
    TRY(mapping_of(r, &upload, profile));
    TRY(bank_csv_peek(r->arena, upload.body, (Str){0}, PEEK, &rows));
    view = (MappingView){.file = upload.name, .id = upload.id, .rows = {rows.at, rows.len},
                         .form = r->form_shape == &bank_profile_shape ? r->form_values : profile};
    for (size_t i = 0; i < rows.len; i++)
        view.columns = (int64_t)rows.at[i].len > view.columns ? (int64_t)rows.at[i].len : view.columns;
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Which column is what?")), .place = "/treasury", .back = STR("/treasury/reconcile")});
    pay_mapping(page, &view);
    return page_end(page);
}

Err *import_mapped(Req *r)
{
    Importing i = {.r = r};
    PayUpload upload;
    TRY(upload_look(r, &upload));
    Err *err = take(r, &bank_profile_shape, &i.profile);
    if (!err)
        err = bank_csv_read(r->arena, upload.body, &i.profile, r->village.currency_places, &i.statement);
    i.source = upload.source;
    i.name = upload.name;
    i.hash = hash_of(r->arena, upload.body);
    i.upload = upload.id;
    if (!err)
        err = import_done(r, &i);
    return err ? reply_form_again(r, err, show_mapping) : NULL;
}

/* ---- matching ---- */

typedef struct MatchForm {
    Str what, who;
    Id subject;
} MatchForm;
static const Field match_fields[] = {
    FIELD(MatchForm, what, FIELD_STR, .required = true, .one_of = "payout|bounce|call|wallet|cash|fee|unidentified|opening"),
    FIELD(MatchForm, who, FIELD_STR, .max = 100),
    FIELD(MatchForm, subject, FIELD_ID),
};
const Shape match_form = SHAPE(MatchForm, "MatchForm", match_fields);

typedef struct Matching {
    Req *r;
    MatchAct act;
} Matching;

static Err *match_write(Tx *tx, void *arg)
{
    const Matching *m = arg;
    return line_match(tx, &m->act, m->r->now);
}

Err *match_line(Req *r)
{
    MatchForm form = {0};
    Matching m = {.r = r};
    TRY(need_treasurer(r));
    TRY(take_id(r, 0, &m.act.line));
    Err *err = take(r, &match_form, &form);
    if (!err && form.who.len)
        err = member_named(r, form.who, "who", &form.subject);
    m.act.what = str_z(r->arena, form.what);
    m.act.subject = form.subject;
    m.act.by = r->who;
    if (!err)
        err = db_write(r->store, r->arena, match_write, &m);
    if (err)
        return reply_form_again(r, err, show_reconcile);
    return reply_see(r, "/treasury/reconcile");
}

static Err *unmatch_write(Tx *tx, void *arg)
{
    const Matching *m = arg;
    return line_unmatch(tx, m->act.line, m->r->who, m->r->now);
}

Err *unmatch_line(Req *r)
{
    Matching m = {.r = r};
    TRY(need_treasurer(r));
    TRY(take_id(r, 0, &m.act.line));
    TRY(db_write(r->store, r->arena, unmatch_write, &m));
    reply_notice(r, N_("Taken back. The line waits for an explanation again."));
    return reply_see(r, "/treasury/reconcile");
}
