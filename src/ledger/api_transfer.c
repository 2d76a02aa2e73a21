/* Transfers for programs: one, or a list of which each group stands or falls alone. */
#include <stdio.h>

#include "base/json.h"
#include "ledger/inside.h"
#include "ledger/pages.h"

/* ---- what comes in ---- */

typedef struct TransferIn {
    Str id, kind, pending_id, group, ref;
    Id debit, credit;
    int64_t amount_minor, timeout_s;
    StrList flags;
    Date effective_on;
    bool has_effective_on;
} TransferIn;

typedef struct TransfersIn {
    TransferIn one;
    struct {
        TransferIn *at;
        size_t len;
    } transfers;
    bool has_transfers;
} TransfersIn;

#define TRANSFER_FIELDS(Type, of)                                                                                              \
    {.name = "id", .type = FIELD_STR, .offset = offsetof(Type, of id), .max = UUID_TEXT_LEN, .label = "A UUID that you make; sent again, nothing happens twice"}, \
    {.name = "debit", .type = FIELD_ID, .offset = offsetof(Type, of debit), .label = "The account it comes from"},          \
    {.name = "credit", .type = FIELD_ID, .offset = offsetof(Type, of credit), .label = "The account it goes to"},           \
    {.name = "amount_minor", .type = FIELD_INT, .offset = offsetof(Type, of amount_minor), .label = "Minor units; with pending_id 0 or nothing means all of it"}, \
    {.name = "kind", .type = FIELD_STR, .offset = offsetof(Type, of kind), .max = TRANSFER_KIND_MAX, .label = "A word of yours; pending, post, void and reversal do what they say"}, \
    {.name = "pending_id", .type = FIELD_STR, .offset = offsetof(Type, of pending_id), .max = UUID_TEXT_LEN, .label = "The transfer that is posted, voided or reversed"}, \
    {.name = "group", .type = FIELD_STR, .offset = offsetof(Type, of group), .max = TRANSFER_GROUP_MAX, .label = "Neighbours with the same word happen all or none"}, \
    {.name = "effective_on", .type = FIELD_DATE, .offset = offsetof(Type, of effective_on), .has_offset = offsetof(Type, of has_effective_on), .label = "Business day; today unless said"}, \
    {.name = "flags", .type = FIELD_STRS, .offset = offsetof(Type, of flags), .max = 4, .label = "pending, post, void, reversal, balancing_debit, balancing_credit"}, \
    {.name = "timeout_s", .type = FIELD_INT, .offset = offsetof(Type, of timeout_s), .min = 0, .max = INT64_C(100) * 366 * 86400, .label = "A pending one is given back after so long"}, \
    {.name = "ref", .type = FIELD_STR, .offset = offsetof(Type, of ref), .max = TRANSFER_REF_MAX, .label = "What it is about: ids and hashes, no names"}

static const Field transfer_in_fields[] = {TRANSFER_FIELDS(TransferIn, )};
static const Shape transfer_in_shape = SHAPE(TransferIn, "NewTransfer", transfer_in_fields);
static const Field transfers_fields[] = {
    TRANSFER_FIELDS(TransfersIn, one.),
    FIELD(TransfersIn, transfers, FIELD_LIST, HAS(TransfersIn, transfers), .max = TRANSFERS_MAX, .shape = &transfer_in_shape, .label = "Or many, instead of the fields above"),
};
const Shape transfers_shape = SHAPE(TransfersIn, "NewTransfers", transfers_fields);

static unsigned flag_of(Str word)
{
    static const struct {
        Str word;
        unsigned flag;
    } words[] = {{STR("pending"), TRANSFER_PENDING},
                 {STR("post"), TRANSFER_POST},
                 {STR("void"), TRANSFER_VOID},
                 {STR("reversal"), TRANSFER_REVERSE},
                 {STR("balancing_debit"), TRANSFER_BALANCE_DEBIT},
                 {STR("balancing_credit"), TRANSFER_BALANCE_CREDIT}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(word, words[i].word))
            return words[i].flag;
    return 0;
}

static Err *transfer_take(Req *r, const TransferIn *in, NewTransfer *out)
{
    Arena *arena = r->arena;
    *out = (NewTransfer){.debit = in->debit,
                         .credit = in->credit,
                         .amount = in->amount_minor,
                         .kind = in->kind,
                         .timeout_ms = in->timeout_s * 1000,
                         .has_effective_on = in->has_effective_on,
                         .effective_on = in->effective_on,
                         .group = in->group,
                         .ref = in->ref};
    unsigned kind = flag_of(in->kind);
    out->flags = kind & ~(unsigned)(TRANSFER_BALANCE_DEBIT | TRANSFER_BALANCE_CREDIT);
    for (size_t i = 0; i < in->flags.len; i++) {
        unsigned flag = flag_of(in->flags.at[i]);
        if (!flag)
            return err_field(arena, "transfer.flags", "flags");
        out->flags |= flag;
    }
    bool settles = out->flags & (TRANSFER_POST | TRANSFER_VOID | TRANSFER_REVERSE);
    if (!uuid_parse(in->id, &out->id))
        return err_field(arena, "transfer.id", "id");
    if (in->pending_id.len && !uuid_parse(in->pending_id, &out->refers))
        return err_field(arena, "transfer.refers", "pending_id");
    if (!settles && (!in->debit || !in->credit))
        return err_field(arena, "field.required", in->debit ? "credit" : "debit");
    return NULL;
}

/* ---- who may ---- */

/* A treasurer moves anything; a member pays from an account of their own to that of another member, plainly. */
static Err *may_post(Req *r, const NewTransfer *new)
{
    AccountView debit, credit;
    if (is_treasurer(r))
        return NULL;
    if (new->flags || (new->has_effective_on && new->effective_on.days != time_date(r->now, r->village.zone).days))
        return denied(r);
    Err *err = account_get(&r->db, new->debit, &debit);
    if (!err)
        err = account_get(&r->db, new->credit, &credit);
    if (err_is(err, "account.missing"))
        return denied(r); /* what is there is not told */
    TRY(err);
    bool wallets = debit.person == r->who && credit.person && (debit.flags & ACCOUNT_NO_OVERDRAFT);
    return wallets ? NULL : denied(r);
}

static Err *at_place(Arena *arena, Err *err, bool many, size_t i)
{
    if (err && many)
        err->field = str_format(arena, "transfers.%zu.%.*s", i, STR_ARG(err->field));
    return err;
}

/* ---- what goes out ---- */

typedef struct TransferOut {
    Str id;
    int64_t seq, amount_minor;
    Time recorded_at;
} TransferOut;
static const Field transfer_out_fields[] = {
    FIELD(TransferOut, id, FIELD_STR),
    FIELD(TransferOut, seq, FIELD_INT, .label = "Place in the journal"),
    FIELD(TransferOut, amount_minor, FIELD_INT, .label = "What was moved or held"),
    FIELD(TransferOut, recorded_at, FIELD_TIME),
};
static const Shape transfer_out_shape = SHAPE(TransferOut, "TransferMade", transfer_out_fields);

typedef struct TransfersOut {
    struct {
        TransferOut *at;
        size_t len;
    } transfers;
} TransfersOut;
static const Field transfers_out_fields[] = {FIELD(TransfersOut, transfers, FIELD_LIST, .shape = &transfer_out_shape)};
static const Shape transfers_out_shape = SHAPE(TransfersOut, "TransfersMade", transfers_out_fields);

typedef struct Posting {
    Req *r;
    NewTransfer *list;
    const TransferIn *in;
    size_t len;
    bool many;
    Done *done;
    size_t refused;
} Posting;

static TransferOut transfer_out(const TransferIn *in, const Done *done)
{
    return (TransferOut){.id = in->id, .seq = done->seq, .amount_minor = done->amount, .recorded_at = {done->recorded_ns / 1000000}};
}

static Err *answer(Tx *tx, const Posting *posting)
{
    TransferOut *rows = NEW_ARRAY(posting->r->arena, TransferOut, posting->len + 1);
    for (size_t i = 0; i < posting->len; i++)
        rows[i] = transfer_out(&posting->in[i], &posting->done[i]);
    TransfersOut list = {{rows, posting->len}};
    return posting->many ? answer_json(tx, posting->r, 201, &transfers_out_shape, &list)
                         : answer_json(tx, posting->r, 201, &transfer_out_shape, rows);
}

/* A refusal is not stored: what was refused may be sent again with the same key, what happened is known by its id. */
static Err *posted(Tx *tx, void *arg)
{
    Posting *posting = arg;
    posting->refused = 0;
    for (size_t i = 0; i < posting->len; i++)
        posting->refused += posting->done[i].refused != NULL;
    return posting->refused ? NULL : answer(tx, posting);
}

/* The first refusal that says more than that its group was refused. */
static Err *first_refusal(const Posting *posting)
{
    size_t at = 0;
    while (at + 1 < posting->len && err_is(posting->done[at].refused, "transfer.group_refused"))
        at++;
    return at_place(posting->r->arena, posting->done[at].refused, posting->many, at);
}

/* Some happened and some did not: 207, each with its own state. */
static Err *reply_each(Req *r, const Posting *posting)
{
    Buf out = buf_new(r->arena, 8 * 1024 * 1024);
    buf_addf(&out, "{\"refused\":%zu,\"transfers\":[", posting->refused);
    for (size_t i = 0; i < posting->len; i++) {
        const Done *done = &posting->done[i];
        if (i)
            buf_add_char(&out, ',');
        if (!done->refused) {
            TransferOut row = transfer_out(&posting->in[i], done);
            json_write(&out, &transfer_out_shape, &row, r->village.currency);
            continue;
        }
        buf_add(&out, STR("{\"id\":"));
        json_write_str(&out, posting->in[i].id);
        buf_addf(&out, ",\"seq\":0,\"code\":\"%s\",\"field\":", done->refused->code);
        json_write_str(&out, done->refused->field);
        buf_add(&out, STR(",\"detail\":"));
        json_write_str(&out, err_say(r->arena, r->lang, done->refused));
        buf_add_char(&out, '}');
    }
    buf_add(&out, STR("]}"));
    return out.overflowed ? err_new(r->arena, ERR_BROKEN, "web.reply_too_large") : reply_bytes(r, 207, "application/json", buf_str(&out));
}

Err *make_transfers_json(Req *r)
{
    TransfersIn in = {0};
    TRY(take(r, &transfers_shape, &in));
    Posting posting = {.r = r, .in = in.has_transfers ? in.transfers.at : &in.one, .len = in.has_transfers ? in.transfers.len : 1, .many = in.has_transfers};
    if (posting.many && (in.one.id.len || in.one.debit || in.one.credit))
        return err_field(r->arena, "transfer.one_or_many", "transfers");
    if (!posting.len)
        return err_field(r->arena, "field.required", "transfers");
    posting.list = NEW_ARRAY(r->arena, NewTransfer, posting.len);
    posting.done = NEW_ARRAY(r->arena, Done, posting.len);
    for (size_t i = 0; i < posting.len; i++) {
        TRY(at_place(r->arena, transfer_take(r, &posting.in[i], &posting.list[i]), posting.many, i));
        TRY(may_post(r, &posting.list[i]));
    }
    const Submission submission = {posting.list, posting.len, r->who, r->now, posting.done, posted, &posting};
    TRY(ledger_submit(r->store, r->arena, &submission));
    if (posting.refused == posting.len)
        return first_refusal(&posting);
    return posting.refused ? reply_each(r, &posting) : reply_answer(r);
}

/* ---- one of them ---- */

typedef struct TransferJson {
    Str id, kind, state, ref, hash;
    int64_t seq, amount_minor;
    Id debit, credit;
    Date effective_on;
    Time recorded_at;
} TransferJson;
static const Field transfer_json_fields[] = {
    FIELD(TransferJson, id, FIELD_STR),           FIELD(TransferJson, seq, FIELD_INT),
    FIELD(TransferJson, debit, FIELD_ID),         FIELD(TransferJson, credit, FIELD_ID),
    FIELD(TransferJson, amount_minor, FIELD_INT), FIELD(TransferJson, kind, FIELD_STR),
    FIELD(TransferJson, state, FIELD_STR, .label = "posted, pending, voided or expired; of a pending one what became of it"),
    FIELD(TransferJson, effective_on, FIELD_DATE), FIELD(TransferJson, recorded_at, FIELD_TIME),
    FIELD(TransferJson, ref, FIELD_STR),          FIELD(TransferJson, hash, FIELD_STR, .label = "Of the chain up to here, hexadecimal"),
};
const Shape transfer_json_shape = SHAPE(TransferJson, "Transfer", transfer_json_fields);

static Err *state_of(Req *r, const TransferView *t, Str *state)
{
    Hold hold;
    bool found;
    *state = t->flags & TRANSFER_VOID ? STR("voided") : t->flags & TRANSFER_EXPIRE ? STR("expired") : STR("posted");
    if (!(t->flags & TRANSFER_PENDING))
        return NULL;
    TRY(hold_by_seq(&r->db, t->seq, &hold, &found));
    *state = found && !str_eq(hold.state, STR("open")) ? hold.state : STR("pending");
    return NULL;
}

Err *show_transfer_json(Req *r)
{
    Uuid id;
    TransferView t;
    AccountView debit, credit;
    bool found = false;
    if (uuid_parse(take_param(r, 0), &id))
        TRY(transfer_get(&r->db, id, &t, &found));
    if (!found)
        return err_new(r->arena, ERR_MISSING, "transfer.missing");
    TRY(account_get(&r->db, t.debit, &debit));
    TRY(account_get(&r->db, t.credit, &credit));
    if (!is_treasurer(r) && !owns(r, &debit) && !owns(r, &credit))
        return denied(r);
    char *hash = arena_alloc(r->arena, 2 * sizeof t.hash + 1);
    for (size_t i = 0; i < sizeof t.hash; i++)
        snprintf(hash + 2 * i, 3, "%02x", t.hash[i]);
    TransferJson out = {.id = uuid_text(r->arena, t.id),
                        .kind = t.kind,
                        .ref = t.ref,
                        .hash = {hash, 2 * sizeof t.hash},
                        .seq = t.seq,
                        .amount_minor = t.amount,
                        .debit = t.debit,
                        .credit = t.credit,
                        .effective_on = t.effective_on,
                        .recorded_at = {t.recorded_ns / 1000000}};
    TRY(state_of(r, &t, &out.state));
    return reply_json(r, 200, &transfer_json_shape, &out);
}
