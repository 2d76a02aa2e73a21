/* Daraja's other half: payments that come by themselves (C2B) and payouts (B2C), which it tells of by messages. A message counts only
   at an address that we gave to the service alone, signed with a key that never leaves this server. */
#include "pay/rail.h"

#include <sodium.h>

#include "base/json.h"

enum { SIGN_BYTES = 16, RESULT_ITEMS = 30 };

static bool is(Str text, const char *word)
{
    return str_eq(text, str_of(word));
}

/* ---- addresses ---- */

static Str sign_of(Arena *arena, Str hook, Str way, Id call)
{
    unsigned char hash[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state;
    char *hex = arena_alloc(arena, 2 * SIGN_BYTES + 1);
    Str words = str_format(arena, "%.*s/%lld", STR_ARG(way), (long long)call);
    crypto_auth_hmacsha256_init(&state, (const unsigned char *)hook.at, hook.len);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)words.at, words.len);
    crypto_auth_hmacsha256_final(&state, hash);
    sodium_bin2hex(hex, 2 * SIGN_BYTES + 1, hash, SIGN_BYTES);
    return (Str){hex, 2 * SIGN_BYTES};
}

Str rail_address(Arena *arena, const RailConfig *config, const char *way, Id call)
{
    Str sign = sign_of(arena, config->hook, str_of(way), call);
    Str address = str_format(arena, "%.*s/pay/told/%s/%.*s", STR_ARG(config->base), way, STR_ARG(sign));
    return call ? str_format(arena, "%.*s/%.*s", STR_ARG(address), STR_ARG(id_text(arena, call))) : address;
}

bool rail_signed(const RailConfig *config, Str way, Id call, Str sign)
{
    Arena *own = arena_new();
    Str right = sign_of(own, config->hook, way, call);
    bool good = config->hook.len >= 32 && sign.len == right.len && sodium_memcmp(sign.at, right.at, right.len) == 0;
    arena_free(own);
    return good;
}

/* ---- payments that come by themselves ---- */

static void add_text(Buf *body, const char *name, Str text)
{
    buf_addf(body, "%s\"%s\":", body->len > 1 ? "," : "", name);
    json_write_str(body, text);
}

Err *daraja_enrol(Arena *arena, const RailConfig *config, RailRequest *out)
{
    Buf body = buf_new(arena, 4096);
    if (!config->base.len || !config->hook.len)
        return err_new(arena, ERR_CONFLICT, "rail.none");
    buf_add(&body, STR("{"));
    add_text(&body, "ShortCode", config->short_code);
    add_text(&body, "ResponseType", STR("Completed")); /* when we cannot be asked: take the money, we find whose it is */
    add_text(&body, "ConfirmationURL", rail_address(arena, config, "paid", 0));
    add_text(&body, "ValidationURL", rail_address(arena, config, "check", 0));
    buf_add(&body, STR("}"));
    *out = (RailRequest){"POST", STR("/mpesa/c2b/v1/registerurl"), daraja_headers(arena, config), buf_str(&body)};
    return NULL;
}

static Str picked(Arena *arena, Str body, const char *path)
{
    Str text = {0};
    return json_pick(arena, body, path, &text) ? text : (Str){0};
}

bool daraja_receipt(Arena *arena, const RailConfig *config, Str body, RailReceipt *out)
{
    Str amount = picked(arena, body, "TransAmount"), at = picked(arena, body, "TransTime");
    Str first = picked(arena, body, "FirstName"), last = picked(arena, body, "LastName");
    *out = (RailReceipt){.number = picked(arena, body, "TransID"), .short_code = picked(arena, body, "BusinessShortCode"),
                         .reference = str_trim(picked(arena, body, "BillRefNumber")), .phone = picked(arena, body, "MSISDN")};
    out->party = str_trim(str_format(arena, "%.*s %.*s", STR_ARG(first), STR_ARG(last)));
    bool dated = at.len >= 8 && date_read(str_slice(at, 0, 8), STR("ymd"), &out->on);
    return out->number.len && dated && money_parse(amount, currency_places(config->currency), &out->amount) && out->amount.minor > 0;
}

/* ---- payouts ---- */

/* Who asks, and where the outcome of this call is told. */
static void add_asking(Arena *arena, Buf *body, const RailConfig *config, const RailCall *call, const char *way)
{
    add_text(body, "SecurityCredential", config->credential);
    add_text(body, "OriginatorConversationID", id_text(arena, call->id)); /* ours: asked again, nothing is paid twice */
    add_text(body, "PartyA", config->short_code);
    add_text(body, "Remarks", STR("Payout"));
    add_text(body, "Occasion", id_text(arena, call->id));
    add_text(body, "ResultURL", rail_address(arena, config, way, call->id));
    add_text(body, "QueueTimeOutURL", rail_address(arena, config, "timeout", call->id));
}

Err *daraja_pay(Arena *arena, const RailConfig *config, const RailCall *call, RailRequest *out)
{
    Buf body = buf_new(arena, 8192);
    int64_t unit = 1;
    for (int i = currency_places(config->currency); i > 0; i--)
        unit *= 10;
    if (!config->initiator.len || !config->credential.len || !config->hook.len)
        return err_new(arena, ERR_INVALID, "rail.out");
    if (call->amount.minor <= 0 || call->amount.minor % unit)
        return err_field(arena, "rail.whole", "amount");
    buf_addf(&body, "{\"Amount\":%lld", (long long)(call->amount.minor / unit));
    add_text(&body, "InitiatorName", config->initiator);
    add_text(&body, "CommandID", STR("BusinessPayment"));
    add_text(&body, "PartyB", call->phone);
    add_asking(arena, &body, config, call, "result");
    buf_add(&body, STR("}"));
    *out = (RailRequest){"POST", STR("/mpesa/b2c/v3/paymentrequest"), daraja_headers(arena, config), buf_str(&body)};
    return NULL;
}

Err *daraja_ask(Arena *arena, const RailConfig *config, const RailCall *call, RailRequest *out)
{
    Buf body = buf_new(arena, 8192);
    if (!config->initiator.len || !config->credential.len || !config->hook.len)
        return err_new(arena, ERR_CONFLICT, "rail.no_number");
    buf_add(&body, STR("{"));
    add_text(&body, "Initiator", config->initiator);
    add_text(&body, "CommandID", STR("TransactionStatusQuery"));
    add_text(&body, "IdentifierType", STR("4")); /* a short code */
    add_asking(arena, &body, config, call, "status");
    buf_add(&body, STR("}"));
    *out = (RailRequest){"POST", STR("/mpesa/transactionstatus/v1/query"), daraja_headers(arena, config), buf_str(&body)};
    return NULL;
}

/* Of the list of keys and values in a result. */
static Str result_item(Arena *arena, Str body, const char *key)
{
    for (int i = 0; i < RESULT_ITEMS; i++) {
        Str at = str_format(arena, "Result.ResultParameters.ResultParameter.%d", i), found;
        if (!json_pick(arena, body, str_z(arena, str_format(arena, "%.*s.Key", STR_ARG(at))), &found))
            break;
        if (is(found, key))
            return picked(arena, body, str_z(arena, str_format(arena, "%.*s.Value", STR_ARG(at))));
    }
    return (Str){0};
}

static bool result_amount(const RailConfig *config, Str text, RailOutcome *out)
{
    out->has_amount = money_parse(text, currency_places(config->currency), &out->amount) && out->amount.minor > 0;
    return out->has_amount;
}

/* The answer to a question about a payout. */
static RailOutcome status_told(Arena *arena, const RailConfig *config, Str body)
{
    RailOutcome out = {.state = RAIL_UNKNOWN};
    Str state = result_item(arena, body, "TransactionStatus");
    if (!is(picked(arena, body, "Result.ResultCode"), "0"))
        return out;
    out.receipt = result_item(arena, body, "ReceiptNo");
    if (is(state, "Completed")) {
        if (result_amount(config, result_item(arena, body, "Amount"), &out))
            out.state = RAIL_SUCCEEDED;
    } else if (is(state, "Failed") || is(state, "Declined") || is(state, "Cancelled") || is(state, "Expired")) {
        out.state = RAIL_FAILED;
        out.reason = state;
    } else {
        out.state = RAIL_PENDING;
    }
    return out;
}

RailOutcome daraja_told(Arena *arena, const RailConfig *config, const RailCall *call, Str body, bool asked)
{
    RailOutcome out = {.state = RAIL_UNKNOWN};
    Str code = picked(arena, body, "Result.ResultCode");
    if (asked)
        return status_told(arena, config, body);
    if (!code.len || !str_eq(picked(arena, body, "Result.OriginatorConversationID"), id_text(arena, call->id)))
        return out; /* of another conversation: nothing is believed */
    out.external = picked(arena, body, "Result.ConversationID");
    out.receipt = picked(arena, body, "Result.TransactionID");
    if (!is(code, "0")) {
        out.state = RAIL_FAILED;
        out.reason = picked(arena, body, "Result.ResultDesc");
        if (!out.reason.len)
            out.reason = code;
    } else if (result_amount(config, result_item(arena, body, "TransactionAmount"), &out)) {
        out.state = RAIL_SUCCEEDED;
    }
    return out;
}
