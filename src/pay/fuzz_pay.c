/* Files of banks and codes of strangers: any bytes end in an error or in values that can be written and read again. */
#include <stdlib.h>

#include "pay/emv.h"
#include "pay/pain.h"
#include "pay/rail.h"
#include "pay/statement.h"

static void must(bool good)
{
    if (!good)
        abort();
}

static void codes(Arena *arena, Str text)
{
    MerchantQr qr, again;
    Str written, twice;
    if (merchant_qr_read(arena, text, &qr) || merchant_qr_write(arena, &qr, &written))
        return;
    must(!merchant_qr_read(arena, written, &again));
    must(again.amount.minor == qr.amount.minor && str_eq(again.bill, qr.bill) && str_eq(again.account, qr.account));
    must(!merchant_qr_write(arena, &again, &twice) && str_eq(written, twice));
}

/* The same code as a phone would send it: the fuzzer need not find checksums. */
static void codes_signed(Arena *arena, Str text)
{
    Str body = str_format(arena, "%.*s6304", STR_ARG(text));
    codes(arena, str_format(arena, "%.*s%04X", STR_ARG(body), crc16_ccitt(body)));
}

static void rows(Arena *arena, Str text)
{
    BankProfile profile;
    BankStatement statement;
    if (bank_profile_guess(arena, text, &profile) || bank_csv_read(arena, text, &profile, 2, &statement))
        return;
    must(statement.lines.len > 0);
    Money sum = statement.opening;
    for (size_t i = 0; i < statement.lines.len; i++)
        sum.minor = (int64_t)((uint64_t)sum.minor + (uint64_t)statement.lines.at[i].amount.minor);
    for (size_t i = 0; i < statement.lines.len; i++)
        if (!statement.lines.at[i].has_balance)
            return;
    must(!statement.has_closing || sum.minor == statement.closing.minor);
}

/* What a service answers: success only with an amount one can book. */
static void answers_of_rails(Arena *arena, Str text)
{
    const RailConfig config = {.currency = STR("CNY")};
    for (int i = 0; i < 2; i++) {
        const Rail *rail = rail_find(i ? STR("momo") : STR("mpesa"));
        const RailAnswer answer = {true, 200, text};
        Str external;
        RailOutcome outcome = rail->queried(arena, &config, &answer);
        must(!i || outcome.state != RAIL_SUCCEEDED || (outcome.has_amount && outcome.amount.minor > 0));
        outcome = rail->submitted(arena, &config, &answer);
        must(outcome.state != RAIL_SUCCEEDED);
        rail->callback(arena, text, &external);
    }
}

/* What a service tells by itself: only with a number, a day and an amount above zero; a payout paid only with its amount. */
static void messages_of_rails(Arena *arena, Str text)
{
    const RailConfig config = {.currency = STR("CNY")};
    const RailCall call = {.id = 1, .out = true, .amount = {100}};
    RailReceipt receipt;
    if (daraja_receipt(arena, &config, text, &receipt))
        must(receipt.number.len && receipt.amount.minor > 0 && receipt.on.days >= 0);
    for (int asked = 0; asked < 2; asked++) {
        RailOutcome outcome = daraja_told(arena, &config, &call, text, asked);
        must(outcome.state != RAIL_SUCCEEDED || (outcome.has_amount && outcome.amount.minor > 0));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 16384)
        return 0;
    Arena *arena = arena_new();
    Str text = str_copy(arena, (Str){(const char *)data, size}), message;
    BankStatementList statements;
    BankAnswer all;
    BankAnswerList answers;
    codes(arena, text);
    codes_signed(arena, text);
    rows(arena, text);
    answers_of_rails(arena, text);
    messages_of_rails(arena, text);
    if (!camt_read(arena, text, &statements))
        must(statements.len > 0);
    if (!pain_report_read(arena, text, &message, &all, &answers))
        must(answers.len == 0 || answers.at != NULL);
    arena_free(arena);
    return 0;
}
