/* What the treasurer sets: kept with the co-operative's other settings, under "pay.". */
#include "pay/inside.h"


enum { DAYS_MAX = 60 };

static const Field fields[] = {
    FIELD(PaySettings, release_days, FIELD_INT, .min = 0, .max = DAYS_MAX, .label = N_("Days to complain before sellers get the money"),
          .help = N_("0: sellers get it when the goods are handed over.")),
    FIELD(PaySettings, bank_name, FIELD_STR, .max = 70, .label = N_("Name on our bank account")),
    FIELD(PaySettings, bank_account, FIELD_STR, .max = 34, .label = N_("Our bank account (IBAN or number)")),
    FIELD(PaySettings, bank_bic, FIELD_STR, .max = 11, .label = N_("Bank code (BIC), if there is one")),
    FIELD(PaySettings, qr_domain, FIELD_STR, .max = 32, .label = N_("Scheme of payment codes"), .help = N_("A reversed domain, such as org.example.village, as your payment service names itself.")),
    FIELD(PaySettings, qr_account, FIELD_STR, .max = 32, .label = N_("Our merchant number there")),
    FIELD(PaySettings, country, FIELD_STR, .max = 2, .label = N_("Country, two capital letters")),
};
const Shape pay_settings_shape = SHAPE(PaySettings, "PaySettings", fields);

static const struct {
    const char *name;
    size_t offset;
} texts[] = {
    {"pay.bank_name", offsetof(PaySettings, bank_name)}, {"pay.bank_account", offsetof(PaySettings, bank_account)},
    {"pay.bank_bic", offsetof(PaySettings, bank_bic)},   {"pay.qr_domain", offsetof(PaySettings, qr_domain)},
    {"pay.qr_account", offsetof(PaySettings, qr_account)}, {"pay.country", offsetof(PaySettings, country)},
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
    TRY(number_get(db, "pay.release_days", &out->release_days));
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
    TRY(setting_put(tx, "pay.release_days", str_format(arena, "%lld", (long long)settings->release_days)));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        TRY(setting_put(tx, texts[i].name, *(const Str *)((const char *)settings + texts[i].offset)));
    return audit(tx, now, by, "pay.settings", 0, STR(""));
}
