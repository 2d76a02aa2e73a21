/* Pay's routes and its Module record. */
#include "pay/call.h"
#include "pay/pages.h"

static const Place places[] = {
    {.path = "/wallet", .label = N_("Wallet"), .icon = "wallet", .order = 23, .roles = ROLE_MEMBER, .main = true},
    {.path = "/till", .label = N_("Till"), .icon = "banknote", .order = 33, .roles = ROLE_CASHIER, .kind = PLACE_MONEY},
    {.path = "/treasury", .label = N_("Treasury"), .icon = "hand-coins", .order = 34, .roles = ROLE_TREASURER, .kind = PLACE_MONEY},
    {0},
};

#define T ROLE_TREASURER
static const Route routes[] = {
    GET("/wallet", show_wallet, SIGNED_IN, "My wallet: what I may spend and what happened.", .query = &month_query),
    POST("/wallet/send", send_money, SIGNED_IN, "Sends money to a member.", .takes = &send_form, .idempotent = true),
    GET("/wallet/receipts/{id}", show_receipt, SIGNED_IN, "A receipt with four words of the chain."),
    GET("/wallet/statement", show_statement, SIGNED_IN, "A month to print.", .query = &month_query),
    GET("/wallet/statement.csv", show_statement_csv, SIGNED_IN, "The same for a spreadsheet.", .query = &month_query),
    POST("/wallet/pay-in", pay_in, SIGNED_IN, "Asks the member's phone for money.", .takes = &pay_in_form, .idempotent = true),
    POST("/wallet/pay-out", pay_out, SIGNED_IN, "Asks for money out of the wallet, to a phone or a bank.", .takes = &pay_out_form, .idempotent = true),
    POST("/wallet/pay-out/{id}/drop", drop_pay_out, SIGNED_IN, "Takes that back, before a treasurer has sent it."),
    GET("/money/orders/{key}", show_order_money, ANYONE, "Where the money of an order went; a payment code while it is due."),
    POST("/money/orders/{key}/pay", pay_order, SIGNED_IN, "Pays it from the wallet now, though it was to be paid when collected.", .takes = &pay_order_form),
    POST("/money/orders/{key}/complaints", complain, SIGNED_IN, "Says that something is wrong; two officers decide.", .takes = &complain_form),
    POST("/money/orders/{key}/complaints/{id}/withdraw", withdraw_complaint, SIGNED_IN, "Takes that back."),
    GET("/money/earned", show_earned, HAS_ROLE, "What a producer earned and why.", .roles = ROLE_SELLER, .query = &month_query),
    POST("/money/earned/destination", set_destination, HAS_ROLE, "Where a producer is paid.", .roles = ROLE_SELLER, .takes = &destination_form),
    GET("/money/stall", show_stall, HAS_ROLE, "A payment code to print for a stall, or for an amount.", .roles = ROLE_SELLER | ROLE_CASHIER | T, .query = &stall_query),
    GET("/till", show_till, HAS_ROLE, "The agent's till.", .roles = ROLE_CASHIER | T),
    POST("/till/cash", take_cash, HAS_ROLE, "Cash into a wallet, or out of one.", .roles = ROLE_CASHIER | T, .takes = &cash_form, .idempotent = true),
    POST("/till/count", count_till, HAS_ROLE, "Counts the till with a witness.", .roles = ROLE_CASHIER | T, .takes = &count_form, .idempotent = true),
    POST("/till/deposit", deposit_cash, HAS_ROLE, "Brings cash to the bank.", .roles = ROLE_CASHIER | T, .takes = &deposit_form, .idempotent = true),
    GET("/treasury", show_treasury, HAS_ROLE, "The treasurer's day.", .roles = T),
    POST("/treasury/tills", open_till, HAS_ROLE, "Opens a till.", .roles = T, .takes = &till_form),
    POST("/treasury/batches", make_batch, HAS_ROLE, "Lists what producers have to get.", .roles = T, .takes = &batch_form),
    GET("/treasury/batches/{id}", show_batch, HAS_ROLE, "One list of payouts.", .roles = T),
    POST("/treasury/batches/{id}/approve", approve_batch, HAS_ROLE, "Approves it: a second person.", .roles = T),
    POST("/treasury/batches/{id}/drop", drop_batch, HAS_ROLE, "Drops it; the money is free again.", .roles = T),
    POST("/treasury/batches/{id}/send", send_batch, HAS_ROLE, "Sends it.", .roles = T),
    GET("/treasury/batches/{id}/file.xml", show_batch_file, HAS_ROLE, "The file for the bank, pain.001.", .roles = T, .limit = LIMIT_EXPORT),
    POST("/treasury/payouts/{id}/paid", mark_paid, HAS_ROLE, "The bank has paid it.", .roles = T),
    POST("/treasury/payouts/{id}/bounced", mark_bounced, HAS_ROLE, "It came back.", .roles = T, .takes = &bounce_form),
    POST("/treasury/disputes/{id}/propose", propose_ruling, HAS_ROLE, "One officer proposes.", .roles = T, .takes = &ruling_form),
    POST("/treasury/disputes/{id}/rule", confirm_ruling, HAS_ROLE, "Another one agrees.", .roles = T),
    GET("/treasury/reconcile", show_reconcile, HAS_ROLE, "Lines of statements and what they may be.", .roles = T),
    POST("/treasury/reconcile", import_statement, HAS_ROLE, "Reads a statement: CSV or camt.", .roles = T, .upload = true,
         .max_body = STATEMENT_BYTES_MAX + 65536),
    GET("/treasury/reconcile/files/{id}", show_mapping, HAS_ROLE, "Which column of a CSV file is what.", .roles = T),
    POST("/treasury/reconcile/files/{id}", import_mapped, HAS_ROLE, "Reads the file so, and keeps the mapping.", .roles = T, .takes = &bank_profile_shape),
    POST("/treasury/reconcile/lines/{id}", match_line, HAS_ROLE, "Says what a line is, and books it.", .roles = T, .takes = &match_form),
    POST("/treasury/reconcile/lines/{id}/undo", unmatch_line, HAS_ROLE, "Takes that back, at any time.", .roles = T),
    GET("/treasury/calls", show_calls, HAS_ROLE, "Payments by phone that have no answer yet.", .roles = T),
    POST("/treasury/calls/{id}/ask", ask_call, HAS_ROLE, "Asks the service again, soon.", .roles = T),
    POST("/treasury/calls/{id}/give-up", give_up_call, HAS_ROLE, "Gives up on one that never came.", .roles = T),
    GET("/treasury/rails", show_rails, HAS_ROLE, "The keys of mobile money services.", .roles = T),
    POST("/treasury/rails/{rail}", change_rail, HAS_ROLE, "Changes them.", .roles = T, .takes = &rail_settings_shape),
    POST("/treasury/rails/{rail}/try", try_rail, HAS_ROLE, "Asks the service whether it takes them.", .roles = T),
    POST("/treasury/rails/{rail}/enrol", enrol_rail, HAS_ROLE, "Asks the service to tell us of each payment that comes.", .roles = T),
    POST("/pay/rails/{rail}", hear_rail, ANYONE, "Where mobile money services call; it only makes us ask them.", .raw = true, .no_csrf = true,
         .max_body = 16384, .status = 204),
    PUT("/pay/rails/{rail}", hear_rail, ANYONE, "The same, as some services send it.", .raw = true, .no_csrf = true, .max_body = 16384, .status = 204),
    POST("/pay/told/{way}/{sign}", hear_payment, ANYONE, "Where M-Pesa alone tells of payments that come by themselves: the address is signed.", .raw = true,
         .no_csrf = true, .max_body = 16384),
    POST("/pay/told/{way}/{sign}/{call}", hear_outcome, ANYONE, "What became of one payout, told at an address that was signed for it.", .raw = true,
         .no_csrf = true, .max_body = 16384),
    GET("/treasury/settings", show_pay_settings, HAS_ROLE, "Bank account, payment codes, days to complain.", .roles = T),
    POST("/treasury/settings", change_pay_settings, HAS_ROLE, "Changes them.", .roles = T, .takes = &pay_settings_shape),
};

static Err *run_release(JobContext *context)
{
    int64_t released;
    return parts_release_due(context->store, context->arena, context->now, &released);
}

static const Job jobs[] = {
    {.name = "pay.release", .every_ms = 10 * MINUTE_MS, .run = run_release, .about = N_("Gives sellers their money when nobody complained in time.")},
    {.name = "pay.calls", .every_ms = 10 * SECOND_MS, .run = calls_run, .about = N_("Asks mobile money services what became of payments, until they say.")},
    {0},
};

static Err *erase_person(Tx *tx, Id person, Time now)
{
    int64_t count;
    TRY(pay_dispute_forget(tx, person, now, &count));
    TRY(pay_call_forget(tx, person, now, &count));
    return pay_destination_forget(tx, person, now, &count);
}

const Module pay_module = MODULE("pay", routes, .errors = pay_errors, .hears = pay_hears, .jobs = jobs, .checks = pay_checks, .places = places,
                                 .today = pay_today, .demo = pay_demo, .erase_person = erase_person);
