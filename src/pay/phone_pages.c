/* Money by phone: what a member asks for and sees, and what the treasurer watches and sets up. */
#include "base/json.h"
#include "identity/identity.h"
#include "pay/call.h"
#include "pay/pages.h"
#include "pay/templates.h"

enum { CALLS_SHOWN = 10, CALLS_WATCHED = 200, GIVE_UP_MS = DAY_MS };

static bool is(Str state, const char *word)
{
    return str_eq(state, str_of(word));
}

static Str rail_word(Str rail)
{
    return is(rail, "mpesa") ? STR("M-Pesa") : is(rail, "momo") ? STR("MoMo") : rail;
}

/* ---- a call in plain words ---- */

static const struct {
    const char *state, *words, *badge;
} in_states[] = {
    {"new", N_("Your phone is asked in a moment."), "wait"},
    {"submitted", N_("Look at your phone and type your PIN there."), "wait"},
    {"pending", N_("Look at your phone and type your PIN there."), "wait"},
    {"unknown", N_("Not known yet. We keep asking, and nothing is lost: do not pay again."), "wait"},
    {"succeeded", N_("It is in your wallet."), "ok"},
    {"failed", N_("It did not come."), "bad"},
    {"late", N_("It came after all, late. The treasurer puts it where it belongs."), "info"},
}, out_states[] = {
    {"draft", N_("Waits for a treasurer; the money is held for it."), "wait"},
    {"sent", N_("On its way."), "wait"},
    {"unknown", N_("Not known yet. We keep asking, and nothing is lost."), "wait"},
    {"paid", N_("Paid."), "ok"},
    {"reconciled", N_("Paid."), "ok"},
    {"bounced", N_("It came back into your wallet."), "bad"},
    {"dropped", N_("Taken back."), ""},
};

static void phone_say(Req *r, PhoneRow *row, Str state)
{
    for (size_t i = 0; !row->out && i < sizeof in_states / sizeof *in_states; i++)
        if (is(state, in_states[i].state)) {
            row->words = tr(r->lang, in_states[i].words);
            row->badge = in_states[i].badge;
        }
    for (size_t i = 0; row->out && i < sizeof out_states / sizeof *out_states; i++)
        if (is(state, out_states[i].state)) {
            row->words = tr(r->lang, out_states[i].words);
            row->badge = out_states[i].badge;
        }
}

/* What is under way, and what ended in the last three days. */
Err *phone_view(Req *r, PhoneView *view)
{
    PayCallRowList calls;
    PayPayoutList payouts;
    bool in, out;
    *view = (PhoneView){.once = once_new(r)};
    TRY(rail_ways(&r->db, STR("mpesa"), &in, &out));
    view->mpesa = in;
    TRY(rail_ways(&r->db, STR("momo"), &in, &out));
    view->momo = in;
    TRY(pay_calls_of(&r->db, r->who, CALLS_SHOWN, &calls));
    TRY(pay_payouts_of_person(&r->db, r->who, 3, &payouts));
    view->rows.at = NEW_ARRAY(r->arena, PhoneRow, calls.len + payouts.len + 1);
    for (size_t i = 0; i < calls.len; i++) {
        const PayCallRow *c = &calls.at[i];
        bool over = is(c->state, "succeeded") || is(c->state, "failed");
        if (over && r->now.ms - c->changed_at.ms > 3 * (int64_t)DAY_MS)
            continue;
        PhoneRow *row = &view->rows.at[view->rows.len++];
        *row = (PhoneRow){.id = c->id, .amount = c->amount, .rail = rail_word(c->rail), .at = c->made_at, .badge = "", .reason = is(c->state, "failed") ? c->reason : STR("")};
        phone_say(r, row, c->state);
        view->waits |= !over;
    }
    for (size_t i = 0; i < payouts.len; i++) {
        const PayPayout *p = &payouts.at[i];
        PhoneRow *row = &view->rows.at[view->rows.len++];
        *row = (PhoneRow){.id = p->batch, .amount = p->amount, .rail = is(p->rail, "bank") ? tr(r->lang, N_("Bank")) : rail_word(p->rail), .badge = "",
                          .out = true, .may_drop = is(p->state, "draft"), .reason = p->reason};
        phone_say(r, row, p->state);
    }
    return NULL;
}

/* "+254 712 345-678" as services want it: 254712345678. */
static Str phone_plain(Arena *arena, Str text)
{
    Buf out = buf_new(arena, 64);
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] != ' ' && text.at[i] != '-' && text.at[i] != '(' && text.at[i] != ')' && !(text.at[i] == '+' && i == 0) && out.len < 60)
            buf_add_char(&out, text.at[i]);
    return buf_str(&out);
}

typedef struct Phoning {
    Req *r;
    PayInForm in;
    PayOutForm out;
    Str rail;
    RailSettings settings;
    Id id, made;
} Phoning;

static Err *pay_in_write(Tx *tx, void *arg)
{
    Phoning *p = arg;
    TRY(call_money_in(tx, p->in.rail, p->r->who, phone_plain(tx->db.arena, p->in.phone), p->in.amount, p->r->now, &p->made));
    return answer_see(tx, p->r, "/wallet");
}

Err *pay_in(Req *r)
{
    Phoning p = {.r = r};
    bool in = false, out;
    Err *err = take(r, &pay_in_form, &p.in);
    if (!err)
        err = rail_ways(&r->db, p.in.rail, &in, &out);
    if (!err && !in)
        err = err_field(r->arena, "rail.none", "rail");
    if (!err)
        err = db_write(r->store, r->arena, pay_in_write, &p);
    if (err)
        return reply_form_again(r, err, show_wallet);
    reply_notice(r, N_("Your phone will ask you for your PIN."));
    return reply_answer(r);
}

static Err *pay_out_write(Tx *tx, void *arg)
{
    Phoning *p = arg;
    bool bank = is(p->out.rail, "bank");
    TRY(payout_wish(tx, &(PayoutWish){.person = p->r->who, .rail = p->out.rail, .name = p->r->who_name,
                                      .number = bank ? str_trim(p->out.number) : phone_plain(tx->db.arena, p->out.number), .amount = p->out.amount},
                    p->r->now, &p->made));
    return answer_see(tx, p->r, "/wallet");
}

Err *pay_out(Req *r)
{
    Phoning p = {.r = r};
    Err *err = take(r, &pay_out_form, &p.out);
    if (!err)
        err = need_fresh(r);
    if (err_is(err, "access.confirm"))
        return err;
    if (!err)
        err = db_write(r->store, r->arena, pay_out_write, &p);
    if (err)
        return reply_form_again(r, err, show_wallet);
    reply_notice(r, N_("A treasurer looks at it; until then the money is held for it."));
    return reply_answer(r);
}

static Err *wish_drop_write(Tx *tx, void *arg)
{
    const Phoning *p = arg;
    PayBatch b;
    bool found;
    TRY(pay_batch_by_id(&tx->db, p->id, &b, &found));
    if (!found || b.made_by != p->r->who)
        return err_new(tx->db.arena, ERR_MISSING, "pay.no_payout");
    return batch_drop(tx, p->id, p->r->who, p->r->now);
}

Err *drop_pay_out(Req *r)
{
    Phoning p = {.r = r};
    TRY(take_id(r, 0, &p.id));
    TRY(db_write(r->store, r->arena, wish_drop_write, &p));
    reply_notice(r, N_("Taken back. The money is free again."));
    return reply_see(r, "/wallet");
}

/* ---- the treasurer ---- */

static const struct {
    const char *state, *words, *badge;
} watched[] = {
    {"new", N_("Not sent yet"), ""},          {"submitted", N_("Sent; no answer yet"), "wait"}, {"pending", N_("The service is at it"), "wait"},
    {"unknown", N_("Not known: asking"), "bad"}, {"late", N_("Came after we gave up: lies in 2090"), "bad"},
};

Err *show_calls(Req *r)
{
    PayCallRowList rows;
    CallsView view = {0};
    TRY(need_treasurer(r));
    TRY(pay_calls_open(&r->db, CALLS_WATCHED, &rows));
    view.rows.at = NEW_ARRAY(r->arena, CallView, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        const PayCallRow *c = &rows.at[i];
        CallView *out = &view.rows.at[view.rows.len++];
        bool open = is(c->state, "unknown") || is(c->state, "pending") || is(c->state, "submitted");
        *out = (CallView){.id = c->id, .rail = rail_word(c->rail), .who = c->org ? org_name(r, c->org) : person_name(&r->db, r->lang, c->person),
                          .phone = c->phone, .amount = c->amount, .out = is(c->direction, "out"), .badge = "", .tries = c->tries, .at = c->made_at,
                          .has_next = c->has_next_at, .next = c->next_at, .open = open,
                          .may_give_up = open && is(c->direction, "in") && r->now.ms - c->made_at.ms >= GIVE_UP_MS};
        for (size_t k = 0; k < sizeof watched / sizeof *watched; k++)
            if (is(c->state, watched[k].state)) {
                out->state = tr(r->lang, watched[k].words);
                out->badge = watched[k].badge;
            }
        view.unknown += is(c->state, "unknown") || is(c->state, "late");
    }
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Money by phone")), .place = "/treasury", .back = STR("/treasury")});
    pay_calls(page, &view);
    return page_end(page);
}

static Err *ask_write(Tx *tx, void *arg)
{
    const Phoning *p = arg;
    int64_t count;
    TRY(pay_call_soon(tx, p->id, p->r->now, &count));
    return audit(tx, p->r->now, p->r->who, "pay.call_ask", p->id, STR(""));
}

Err *ask_call(Req *r)
{
    Phoning p = {.r = r};
    TRY(need_treasurer(r));
    TRY(take_id(r, 0, &p.id));
    TRY(db_write(r->store, r->arena, ask_write, &p));
    reply_notice(r, N_("The service is asked within seconds."));
    return reply_see(r, "/treasury/calls");
}

static Err *give_up_write(Tx *tx, void *arg)
{
    const Phoning *p = arg;
    return call_give_up(tx, p->id, p->r->who, p->r->now);
}

Err *give_up_call(Req *r)
{
    Phoning p = {.r = r};
    TRY(need_treasurer(r));
    TRY(need_fresh(r));
    TRY(take_id(r, 0, &p.id));
    TRY(db_write(r->store, r->arena, give_up_write, &p));
    reply_notice(r, N_("Given up. If it comes after all, you find it among the receipts nobody could name."));
    return reply_see(r, "/treasury/calls");
}

/* ---- keys ---- */

Err *show_rails(Req *r)
{
    static const char *const names[] = {"mpesa", "momo"};
    RailsView view = {0};
    TRY(need_treasurer(r));
    view.rows.at = NEW_ARRAY(r->arena, RailView, 2);
    for (size_t i = 0; i < 2; i++) {
        RailView *row = &view.rows.at[view.rows.len++];
        RailSettings *settings = NEW(r->arena, RailSettings);
        bool in, out;
        TRY(rail_settings(&r->db, str_of(names[i]), settings));
        TRY(rail_ways(&r->db, str_of(names[i]), &in, &out));
        *row = (RailView){.rail = str_of(names[i]), .name = rail_word(str_of(names[i])), .mpesa = i == 0, .in = in, .out = out, .kept = settings->secret.len > 0,
                         .can_enrol = i == 0 && in && rail_base(settings->callback).len > 0};
        rail_settings_hide(settings);
        bool again = r->form_shape == &rail_settings_shape && str_eq(take_param(r, 0), str_of(names[i]));
        row->form = again ? r->form_values : settings;
    }
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Connect mobile money")), .place = "/treasury", .back = STR("/treasury/settings")});
    pay_rails(page, &view);
    return page_end(page);
}

static Err *rail_write(Tx *tx, void *arg)
{
    const Phoning *p = arg;
    return rail_settings_put(tx, p->rail, &p->settings, p->r->who, p->r->now);
}

Err *change_rail(Req *r)
{
    Phoning p = {.r = r, .rail = take_param(r, 0)};
    TRY(need_treasurer(r));
    TRY(need_fresh(r));
    Err *err = take(r, &rail_settings_shape, &p.settings);
    if (!err)
        err = db_write(r->store, r->arena, rail_write, &p);
    if (err)
        return reply_form_again(r, err, show_rails);
    rail_line_forget(p.rail);
    reply_notice(r, p.settings.forget ? N_("Disconnected.") : N_("Saved. Now try whether the service takes these keys."));
    return reply_see(r, "/treasury/rails");
}

/* Asks for a session, nothing more. */
Err *try_rail(Req *r)
{
    RailLine line;
    bool there;
    TRY(need_treasurer(r));
    rail_line_forget(take_param(r, 0));
    Err *err = rail_line_open(r->store, r->arena, take_param(r, 0), false, &line, &there);
    if (!err && !there)
        err = err_new(r->arena, ERR_CONFLICT, "rail.none");
    if (err)
        return err;
    reply_notice(r, N_("The service takes these keys."));
    return reply_see(r, "/treasury/rails");
}

/* Once: the service keeps our addresses until it is told others. */
Err *enrol_rail(Req *r)
{
    RailLine line;
    RailRequest request;
    RailAnswer answer = {0};
    bool there;
    TRY(need_treasurer(r));
    TRY(need_fresh(r));
    const Rail *rail = rail_find(take_param(r, 0));
    Err *err = rail ? rail_line_open(r->store, r->arena, take_param(r, 0), false, &line, &there) : err_new(r->arena, ERR_MISSING, "pay.rail");
    if (!err && (!there || !rail->enrol))
        err = err_new(r->arena, ERR_CONFLICT, "rail.none");
    if (!err)
        err = rail->enrol(r->arena, &line.config, &request);
    if (err)
        return err;
    line.send(line.whose, r->arena, &request, &answer);
    RailOutcome taken = rail->submitted(r->arena, &line.config, &answer);
    Str code = {0};
    bool good = answer.reached && answer.status == 200 && json_pick(r->arena, answer.body, "ResponseCode", &code) && str_eq(code, STR("0"));
    if (!good)
        return err_arg(r->arena, err_new(r->arena, ERR_BUSY, "rail.enrol"), "why", taken.reason.len ? taken.reason : STR("-"));
    reply_notice(r, N_("The service tells us of every payment from now on."));
    return reply_see(r, "/treasury/rails");
}
