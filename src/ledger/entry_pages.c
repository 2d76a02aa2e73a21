/* An entry that the treasurer writes by hand, between accounts of the house. */
#include "ledger/inside.h"
#include "ledger/pages.h"
#include "ledger/templates.h"

enum { CHOICES_MAX = 300 };

static const Field entry_fields[] = {
    FIELD(EntryForm, debit, FIELD_STR, .required = true, .max = ID_TEXT_LEN, .label = N_("Debit")),
    FIELD(EntryForm, credit, FIELD_STR, .required = true, .max = ID_TEXT_LEN, .label = N_("Credit")),
    FIELD(EntryForm, amount, FIELD_MONEY, .required = true, .min = 1, .max = INT64_MAX, .label = N_("Sum of money")),
    FIELD(EntryForm, on, FIELD_DATE, HAS(EntryForm, on), .label = N_("Day"), .help = N_("Today unless you say another day.")),
    FIELD(EntryForm, note, FIELD_STR, .max = TRANSFER_REF_MAX, .label = N_("What it was about"), .help = N_("A receipt's number, a document. No names of people: entries stay for ever.")),
};
const Shape entry_form = SHAPE(EntryForm, "EntryForm", entry_fields);

/* Accounts of the house itself: those of members and orders move by what members and orders do. */
static Err *choices(Req *r, const EntryForm *form, NewEntryView *view)
{
    AccountViewList list;
    Str code = {0};
    Id after = 0;
    view->accounts.at = NEW_ARRAY(r->arena, ChoiceView, CHOICES_MAX);
    do {
        TRY(accounts_list(&r->db, 0, code, after, 500, &list));
        for (size_t i = 0; i < list.len && view->accounts.len < CHOICES_MAX; i++) {
            const AccountView *a = &list.at[i];
            code = a->code, after = a->id;
            if (a->person || a->org || (a->flags & ACCOUNT_CLOSED) || str_eq(a->code, STR("2030")))
                continue;
            Str id = id_text(r->arena, a->id);
            view->accounts.at[view->accounts.len++] = (ChoiceView){.id = a->id,
                                                                   .label = str_format(r->arena, "%.*s %.*s", STR_ARG(a->code), STR_ARG(account_label(r, a))),
                                                                   .chosen_debit = str_eq(form->debit, id),
                                                                   .chosen_credit = str_eq(form->credit, id)};
        }
    } while (list.len == 500 && view->accounts.len < CHOICES_MAX);
    return NULL;
}

Err *show_new_entry(Req *r)
{
    EntryForm fresh = {0};
    NewEntryView view = {.form = r->form_shape == &entry_form ? r->form_values : &fresh, .once = once_new(r)};
    TRY(need_role(r, r->village.org, ROLE_TREASURER));
    TRY(choices(r, view.form, &view));
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("New entry")), .place = "/ledger", .back = STR("/ledger")});
    ledger_entry(page, &view);
    return page_end(page);
}

typedef struct Writing {
    Req *r;
    NewTransfer line;
} Writing;

static Err *entry_write(Tx *tx, void *arg)
{
    Writing *writing = arg;
    Req *r = writing->r;
    TRY(transfer_post(tx, &writing->line, 1, r->who, r->now, NULL));
    return answer_see(tx, r, "/ledger/accounts/%.*s", STR_ARG(id_text(r->arena, writing->line.debit)));
}

Err *make_entry(Req *r)
{
    EntryForm form = {0};
    Writing writing = {.r = r};
    TRY(need_role(r, r->village.org, ROLE_TREASURER));
    Err *err = take(r, &entry_form, &form);
    if (err)
        return reply_form_again(r, err, show_new_entry);
    writing.line = (NewTransfer){.id = uuid_mint(), .amount = form.amount.minor, .kind = STR("entry"), .ref = form.note, .has_effective_on = form.has_on, .effective_on = form.on};
    if (!id_parse(form.debit, &writing.line.debit) || !id_parse(form.credit, &writing.line.credit))
        return reply_form_again(r, err_field(r->arena, "account.missing", "debit"), show_new_entry);
    err = db_write(r->store, r->arena, entry_write, &writing);
    if (err && err->kind != ERR_BROKEN && err->kind != ERR_BUSY) {
        if (str_eq(err->field, STR("amount_minor")))
            err->field = STR("amount");
        if (str_eq(err->field, STR("effective_on")))
            err->field = STR("on");
        return reply_form_again(r, err, show_new_entry);
    }
    TRY(err);
    reply_notice(r, N_("Booked."));
    return reply_answer(r);
}
