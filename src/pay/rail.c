/* Adapters in the shape of Safaricom's Daraja and MTN's MoMo. */
#include "pay/rail.h"

#include <sodium.h>

#include "base/json.h"

static bool is(Str text, const char *word)
{
    return str_eq(text, str_of(word));
}

static StrList headers_of(Arena *arena, const Str *list, size_t len)
{
    StrList out = {NEW_ARRAY(arena, Str, len), len};
    for (size_t i = 0; i < len; i++)
        out.at[i] = list[i];
    return out;
}

static RailOutcome outcome(RailState state)
{
    return (RailOutcome){.state = state};
}

Str rail_reference(Arena *arena, Id call)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    Str words = str_format(arena, "millet/call/%lld", (long long)call);
    crypto_hash_sha256(hash, (const unsigned char *)words.at, words.len);
    hash[6] = (unsigned char)((hash[6] & 15) | 0x80); /* RFC 9562 version 8 */
    hash[8] = (unsigned char)((hash[8] & 63) | 0x80);
    Buf out = buf_new(arena, 64);
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            buf_add_char(&out, '-');
        buf_addf(&out, "%02x", hash[i]);
    }
    return buf_str(&out);
}

static Str base64(Arena *arena, Str plain)
{
    size_t room = sodium_base64_ENCODED_LEN(plain.len, sodium_base64_VARIANT_ORIGINAL);
    char *text = arena_alloc(arena, room);
    sodium_bin2base64(text, room, (const unsigned char *)(plain.at ? plain.at : ""), plain.len, sodium_base64_VARIANT_ORIGINAL);
    return str_of(text);
}

/* OAuth 2.0 client credentials: the name and the secret go out once, then the token they give. */
static Str basic_header(Arena *arena, const RailConfig *config)
{
    return str_format(arena, "Authorization: Basic %.*s",
                      STR_ARG(base64(arena, str_format(arena, "%.*s:%.*s", STR_ARG(config->user), STR_ARG(config->secret)))));
}

static bool token_read(Arena *arena, const RailAnswer *answer, Str *token, int64_t *seconds)
{
    Str text;
    if (!answer->reached || answer->status != 200 || !json_pick(arena, answer->body, "access_token", token) || !token->len)
        return false;
    if (!json_pick(arena, answer->body, "expires_in", &text) || !str_to_int(text, seconds) || *seconds < 0)
        *seconds = 0; /* used once */
    return true;
}

/* ---- statements: the portals' CSV, read by the words of its head ---- */

static Err *portal_statement(Arena *arena, Str csv, int places, BankStatement *out)
{
    BankProfile profile;
    TRY(bank_profile_guess(arena, csv, &profile));
    return bank_csv_read(arena, csv, &profile, places, out);
}

/* ---- Daraja: STK push ---- */

static void daraja_authorize(Arena *arena, const RailConfig *config, bool out, RailRequest *request)
{
    const Str list[] = {basic_header(arena, config)};
    (void)out;
    *request = (RailRequest){"GET", STR("/oauth/v1/generate?grant_type=client_credentials"), headers_of(arena, list, 1), {0}};
}

static Str daraja_stamp(Arena *arena, Time now)
{
    Clock c = time_clock(now, STR("Africa/Nairobi"));
    return str_format(arena, "%04d%02d%02d%02d%02d%02d", c.year, c.month, c.day, c.hour, c.minute, c.second);
}

/* base64(short code, passkey, time) */
static Str daraja_password(Arena *arena, const RailConfig *config, Str stamp)
{
    return base64(arena, str_format(arena, "%.*s%.*s%.*s", STR_ARG(config->short_code), STR_ARG(config->passkey), STR_ARG(stamp)));
}

StrList daraja_headers(Arena *arena, const RailConfig *config)
{
    const Str list[] = {str_format(arena, "Authorization: Bearer %.*s", STR_ARG(config->token)), STR("Content-Type: application/json")};
    return headers_of(arena, list, 2);
}

static Err *daraja_submit(Arena *arena, const RailConfig *config, const RailCall *call, RailRequest *out)
{
    int64_t unit = 1;
    for (int i = currency_places(config->currency); i > 0; i--)
        unit *= 10;
    if (call->out)
        return daraja_pay(arena, config, call, out);
    if (call->amount.minor <= 0 || call->amount.minor % unit) /* Daraja moves whole shillings only */
        return err_field(arena, "rail.whole", "amount");
    Str stamp = daraja_stamp(arena, call->now);
    Buf body = buf_new(arena, 4096);
    buf_addf(&body, "{\"BusinessShortCode\":\"%.*s\",\"Password\":\"%.*s\",\"Timestamp\":\"%.*s\",\"TransactionType\":\"CustomerPayBillOnline\"",
             STR_ARG(config->short_code), STR_ARG(daraja_password(arena, config, stamp)), STR_ARG(stamp));
    buf_addf(&body, ",\"Amount\":%lld,\"PartyA\":\"%.*s\",\"PartyB\":\"%.*s\",\"PhoneNumber\":\"%.*s\",\"CallBackURL\":", (long long)(call->amount.minor / unit),
             STR_ARG(call->phone), STR_ARG(config->short_code), STR_ARG(call->phone));
    json_write_str(&body, config->callback);
    buf_addf(&body, ",\"AccountReference\":\"%.*s\",\"TransactionDesc\":\"Wallet\"}", STR_ARG(id_text(arena, call->id)));
    *out = (RailRequest){"POST", STR("/mpesa/stkpush/v1/processrequest"), daraja_headers(arena, config), buf_str(&body)};
    return NULL;
}

/* Response code 0 means accepted, not paid. */
static RailOutcome daraja_submitted(Arena *arena, const RailConfig *config, const RailAnswer *answer)
{
    RailOutcome out = outcome(RAIL_UNKNOWN);
    Str code;
    (void)config;
    if (!answer->reached || answer->status >= 500)
        return out;
    bool taken = answer->status == 200 && json_pick(arena, answer->body, "ResponseCode", &code) && is(code, "0");
    if (taken && (json_pick(arena, answer->body, "CheckoutRequestID", &out.external) || json_pick(arena, answer->body, "ConversationID", &out.external)) &&
        out.external.len) {
        out.state = RAIL_PENDING;
        return out;
    }
    if (answer->status >= 400 && answer->status <= 499) { /* refused at the door: nothing was begun */
        out.state = RAIL_FAILED;
        if (!json_pick(arena, answer->body, "errorMessage", &out.reason))
            out.reason = STR("refused");
    }
    return out;
}

static Err *daraja_query(Arena *arena, const RailConfig *config, const RailCall *call, RailRequest *out)
{
    if (call->out)
        return daraja_ask(arena, config, call, out);
    if (!call->external.len)
        return err_new(arena, ERR_CONFLICT, "rail.no_number");
    Str stamp = daraja_stamp(arena, call->now);
    Buf body = buf_new(arena, 2048);
    buf_addf(&body, "{\"BusinessShortCode\":\"%.*s\",\"Password\":\"%.*s\",\"Timestamp\":\"%.*s\",\"CheckoutRequestID\":", STR_ARG(config->short_code),
             STR_ARG(daraja_password(arena, config, stamp)), STR_ARG(stamp));
    json_write_str(&body, call->external);
    buf_add(&body, STR("}"));
    *out = (RailRequest){"POST", STR("/mpesa/stkpushquery/v1/query"), daraja_headers(arena, config), buf_str(&body)};
    return NULL;
}

/* The query names no amount; it was fixed when the phone was asked. */
static RailOutcome daraja_queried(Arena *arena, const RailConfig *config, const RailAnswer *answer)
{
    RailOutcome out = outcome(RAIL_UNKNOWN);
    Str code;
    (void)config;
    if (!answer->reached)
        return out;
    if (answer->status == 500 && json_pick(arena, answer->body, "errorCode", &code) && is(code, "500.001.1001"))
        return outcome(RAIL_PENDING); /* "The transaction is being processed" */
    if (answer->status == 200 && !json_pick(arena, answer->body, "ResultCode", &code) && json_pick(arena, answer->body, "ResponseCode", &code) && is(code, "0"))
        return outcome(RAIL_PENDING); /* of a payout: the answer comes to its address */
    if (answer->status != 200 || !json_pick(arena, answer->body, "ResultCode", &code))
        return out;
    out.state = is(code, "0") ? RAIL_SUCCEEDED : RAIL_FAILED;
    if (out.state == RAIL_FAILED && !json_pick(arena, answer->body, "ResultDesc", &out.reason))
        out.reason = code;
    return out;
}

static bool daraja_callback(Arena *arena, Str body, Str *external)
{
    return json_pick(arena, body, "Body.stkCallback.CheckoutRequestID", external);
}

/* ---- MoMo: request to pay, and transfer ---- */

static Str momo_key(const RailConfig *config, bool out)
{
    return out && config->out_key.len ? config->out_key : config->key;
}

static void momo_authorize(Arena *arena, const RailConfig *config, bool out, RailRequest *request)
{
    const Str list[] = {basic_header(arena, config), str_format(arena, "Ocp-Apim-Subscription-Key: %.*s", STR_ARG(momo_key(config, out)))};
    *request = (RailRequest){"POST", out ? STR("/disbursement/token/") : STR("/collection/token/"), headers_of(arena, list, 2), {0}};
}

static StrList momo_headers(Arena *arena, const RailConfig *config, const RailCall *call)
{
    const Str list[] = {str_format(arena, "Authorization: Bearer %.*s", STR_ARG(config->token)),
                        str_format(arena, "Ocp-Apim-Subscription-Key: %.*s", STR_ARG(momo_key(config, call->out))),
                        str_format(arena, "X-Target-Environment: %.*s", STR_ARG(config->environment)),
                        str_format(arena, "X-Reference-Id: %.*s", STR_ARG(rail_reference(arena, call->id))), STR("Content-Type: application/json")};
    return headers_of(arena, list, 5);
}

static Str momo_path(const RailCall *call)
{
    return call->out ? STR("/disbursement/v1_0/transfer") : STR("/collection/v1_0/requesttopay");
}

static Err *momo_submit(Arena *arena, const RailConfig *config, const RailCall *call, RailRequest *out)
{
    Buf body = buf_new(arena, 2048);
    if (call->amount.minor <= 0)
        return err_field(arena, "rail.whole", "amount");
    buf_addf(&body, "{\"amount\":\"%.*s\",\"currency\":\"%.*s\",\"externalId\":\"%.*s\",\"%s\":{\"partyIdType\":\"MSISDN\",\"partyId\":\"%.*s\"}",
             STR_ARG(money_plain(arena, call->amount, currency_places(config->currency))), STR_ARG(config->currency),
             STR_ARG(id_text(arena, call->id)), call->out ? "payee" : "payer", STR_ARG(call->phone));
    buf_add(&body, STR(",\"payerMessage\":\"Wallet\",\"payeeNote\":\"Wallet\"}"));
    *out = (RailRequest){"POST", momo_path(call), momo_headers(arena, config, call), buf_str(&body)};
    if (config->callback.len) { /* told when it is decided, we ask at once */
        Str *more = NEW_ARRAY(arena, Str, out->headers.len + 1);
        for (size_t i = 0; i < out->headers.len; i++)
            more[i] = out->headers.at[i];
        more[out->headers.len] = str_format(arena, "X-Callback-Url: %.*s", STR_ARG(config->callback));
        out->headers = (StrList){more, out->headers.len + 1};
    }
    return NULL;
}

static RailOutcome momo_submitted(Arena *arena, const RailConfig *config, const RailAnswer *answer)
{
    RailOutcome out = outcome(RAIL_UNKNOWN);
    (void)config;
    if (!answer->reached || answer->status >= 500)
        return out;
    if (answer->status == 202 || answer->status == 409) /* 409: this reference is known already, so it was begun before */
        return outcome(RAIL_PENDING);
    out.state = RAIL_FAILED;
    if (!json_pick(arena, answer->body, "code", &out.reason))
        out.reason = STR("refused");
    return out;
}

static Err *momo_query(Arena *arena, const RailConfig *config, const RailCall *call, RailRequest *out)
{
    Str path = momo_path(call);
    *out = (RailRequest){"GET", str_format(arena, "%.*s/%.*s", STR_ARG(path), STR_ARG(rail_reference(arena, call->id))),
                         momo_headers(arena, config, call), {0}};
    return NULL;
}

static RailOutcome momo_queried(Arena *arena, const RailConfig *config, const RailAnswer *answer)
{
    RailOutcome out = outcome(RAIL_UNKNOWN);
    Str status, amount, currency;
    if (!answer->reached || answer->status >= 500)
        return out;
    if (answer->status == 404) { /* it never arrived there, and may be on its way still: only time tells */
        out.reason = STR("RESOURCE_NOT_FOUND");
        return out;
    }
    if (answer->status != 200 || !json_pick(arena, answer->body, "status", &status))
        return out;
    if (is(status, "PENDING"))
        return outcome(RAIL_PENDING);
    if (is(status, "FAILED")) {
        out.state = RAIL_FAILED;
        if (!json_pick(arena, answer->body, "reason", &out.reason) && !json_pick(arena, answer->body, "reason.code", &out.reason))
            out.reason = STR("FAILED");
        return out;
    }
    bool priced = json_pick(arena, answer->body, "amount", &amount) && json_pick(arena, answer->body, "currency", &currency) &&
                  str_eq(currency, config->currency) && money_parse(amount, currency_places(currency), &out.amount) && out.amount.minor > 0;
    if (!is(status, "SUCCESSFUL") || !priced) /* success of another currency or without an amount is nothing one can book */
        return out;
    out.has_amount = true;
    out.state = RAIL_SUCCEEDED;
    json_pick(arena, answer->body, "financialTransactionId", &out.receipt);
    return out;
}

static bool momo_callback(Arena *arena, Str body, Str *external)
{
    return json_pick(arena, body, "externalId", external);
}

static const Rail rails[] = {
    {"mpesa", daraja_authorize, token_read, daraja_submit, daraja_query, daraja_submitted, daraja_queried, daraja_enrol, daraja_receipt, daraja_told,
     daraja_callback, portal_statement},
    {"momo", momo_authorize, token_read, momo_submit, momo_query, momo_submitted, momo_queried, NULL, NULL, NULL, momo_callback, portal_statement},
};

const Rail *rail_find(Str name)
{
    for (size_t i = 0; i < sizeof rails / sizeof *rails; i++)
        if (is(name, rails[i].name))
            return &rails[i];
    return NULL;
}
