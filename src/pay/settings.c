/* What the treasurer sets: kept with the co-operative's other settings, under "pay.". */
#include "pay/inside.h"


enum { DAYS_MAX = 60 };

static const Field fields[] = {
    FIELD(PaySettings, release_days, FIELD_INT, .min = 0, .max = DAYS_MAX, .label = N_("Days to complain before sellers get the money"),
          .help = N_("0: sellers get it when the goods are handed over.")),
    FIELD(PaySettings, cash_orders, FIELD_BOOL, .label = N_("Book the cash of orders collected at our own places into our first till"),
          .help = N_("Then producers get all they sold in one payout, and the till must hold what the books say.")),
    FIELD(PaySettings, bank_name, FIELD_STR, .max = 70, .label = N_("Name on our bank account")),
    FIELD(PaySettings, bank_account, FIELD_STR, .max = 34, .label = N_("Our bank account (IBAN or number)")),
    FIELD(PaySettings, bank_bic, FIELD_STR, .max = 11, .label = N_("Bank code (BIC), if there is one")),
    FIELD(PaySettings, qr_domain, FIELD_STR, .max = 32, .label = N_("Scheme of payment codes"), .help = N_("A reversed domain, such as org.example.village, as your payment service names itself.")),
    FIELD(PaySettings, qr_account, FIELD_STR, .max = 32, .label = N_("Our merchant number there")),
    FIELD(PaySettings, country, FIELD_STR, .max = 2, .label = N_("Country, two capital letters")),
    FIELD(PaySettings, webhook_url, FIELD_STR, .max = 300, .label = N_("Address of a program that is told"),
          .help = N_("It gets a signed call when money is released to a seller and when a payout is paid or comes back.")),
    FIELD(PaySettings, webhook_secret, FIELD_STR, .max = 100, .label = N_("Secret that signs the calls")),
};
const Shape pay_settings_shape = SHAPE(PaySettings, "PaySettings", fields);

static const struct {
    const char *name;
    size_t offset;
} texts[] = {
    {"pay.bank_name", offsetof(PaySettings, bank_name)}, {"pay.bank_account", offsetof(PaySettings, bank_account)},
    {"pay.bank_bic", offsetof(PaySettings, bank_bic)},   {"pay.qr_domain", offsetof(PaySettings, qr_domain)},
    {"pay.qr_account", offsetof(PaySettings, qr_account)}, {"pay.country", offsetof(PaySettings, country)},
    {"pay.webhook_url", offsetof(PaySettings, webhook_url)}, {"pay.webhook_secret", offsetof(PaySettings, webhook_secret)},
};

static Err *number_get(Db *db, const char *name, int64_t *out)
{
    Str text;
    TRY(setting_get(db, name, STR("0"), &text));
    if (!str_to_int(text, out))
        *out = 0;
    return NULL;
}

Err *pay_settings(Db *db, PaySettings *out)
{
    *out = (PaySettings){0};
    int64_t cash;
    TRY(number_get(db, "pay.release_days", &out->release_days));
    TRY(number_get(db, "pay.cash_orders", &cash));
    out->cash_orders = cash != 0;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        TRY(setting_get(db, texts[i].name, STR(""), (Str *)((char *)out + texts[i].offset)));
    return NULL;
}

Err *pay_settings_put(Tx *tx, const PaySettings *settings, Id by, Time now)
{
    Arena *arena = tx->db.arena;
    if (settings->release_days < 0 || settings->release_days > DAYS_MAX)
        return err_field(arena, "pay.settings", "release_days");
    if (settings->country.len && (settings->country.len != 2 || settings->country.at[0] < 'A' || settings->country.at[0] > 'Z' ||
                                  settings->country.at[1] < 'A' || settings->country.at[1] > 'Z'))
        return err_field(arena, "qr.country", "country");
    bool https = str_starts(settings->webhook_url, STR("https://")) || str_starts(settings->webhook_url, STR("http://127.0.0.1"));
    if (settings->webhook_url.len && (!https || settings->webhook_secret.len < 16))
        return err_field(arena, "pay.webhook", https ? "webhook_secret" : "webhook_url");
    TRY(setting_put(tx, "pay.release_days", str_format(arena, "%lld", (long long)settings->release_days)));
    TRY(setting_put(tx, "pay.cash_orders", settings->cash_orders ? STR("1") : STR("0")));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        TRY(setting_put(tx, texts[i].name, *(const Str *)((const char *)settings + texts[i].offset)));
    return audit(tx, now, by, "pay.settings", 0, STR(""));
}

Err *pay_tell(Tx *tx, const PayEvent *event, Time now)
{
    PaySettings settings;
    Arena *arena = tx->db.arena;
    TRY(pay_settings(&tx->db, &settings));
    if (!settings.webhook_url.len)
        return NULL;
    Str body = str_format(arena, "{\"event\":\"%s\",\"subject\":\"%.*s\",\"amount_minor\":%lld,\"at\":\"%.*s\"}", event->event,
                          STR_ARG(id_text(arena, event->subject)), (long long)event->amount.minor, STR_ARG(time_text(arena, now)));
    return webhook_add(tx, now, STR("pay"), &(Webhook){settings.webhook_url, settings.webhook_secret, body});
}
