/* The keys of mobile money services: kept with the co-operative's settings, never shown again, never in an export. */
#include "pay/inside.h"

static const Field fields[] = {
    FIELD(RailSettings, url, FIELD_STR, .max = 200, .label = N_("Address of the service"), .help = N_("As its portal says, such as https://api.example.org")),
    FIELD(RailSettings, user, FIELD_STR, .max = 100, .label = N_("Consumer key, or API user")),
    FIELD(RailSettings, secret, FIELD_STR, .max = 200, .input = "password", .label = N_("Consumer secret, or API key"), .help = N_("Empty: the one that is kept stays.")),
    FIELD(RailSettings, short_code, FIELD_STR, .max = 20, .label = N_("Short code (M-Pesa)")),
    FIELD(RailSettings, passkey, FIELD_STR, .max = 200, .input = "password", .label = N_("Passkey (M-Pesa)"), .help = N_("Empty: the one that is kept stays.")),
    FIELD(RailSettings, callback, FIELD_STR, .max = 300, .label = N_("Where the service may call us (M-Pesa)"), .help = N_("A public address of this server that ends in /pay/rails/mpesa.")),
    FIELD(RailSettings, in_key, FIELD_STR, .max = 100, .input = "password", .label = N_("Subscription key for collections (MoMo)"), .help = N_("Empty: the one that is kept stays.")),
    FIELD(RailSettings, out_key, FIELD_STR, .max = 100, .input = "password", .label = N_("Subscription key for disbursements (MoMo)"), .help = N_("Empty: the one that is kept stays.")),
    FIELD(RailSettings, environment, FIELD_STR, .max = 40, .label = N_("Target environment (MoMo)"), .help = N_("sandbox, or what the portal names for your country.")),
    FIELD(RailSettings, forget, FIELD_BOOL, .label = N_("Disconnect: forget all of this")),
};
const Shape rail_settings_shape = SHAPE(RailSettings, "RailSettings", fields);

/* Names that end in .key or .secret stay out of every export. */
static const struct {
    const char *name;
    size_t offset;
    bool secret;
} rows[] = {
    {"url", offsetof(RailSettings, url), false},
    {"user", offsetof(RailSettings, user), false},
    {"secret", offsetof(RailSettings, secret), true},
    {"short_code", offsetof(RailSettings, short_code), false},
    {"passkey.secret", offsetof(RailSettings, passkey), true},
    {"callback", offsetof(RailSettings, callback), false},
    {"in.key", offsetof(RailSettings, in_key), true},
    {"out.key", offsetof(RailSettings, out_key), true},
    {"environment", offsetof(RailSettings, environment), false},
};

static const char *row_name(Arena *arena, Str rail, size_t i)
{
    return str_z(arena, str_format(arena, "pay.%.*s.%s", STR_ARG(rail), rows[i].name));
}

Err *rail_settings(Db *db, Str rail, RailSettings *out)
{
    *out = (RailSettings){0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        TRY(setting_get(db, row_name(db->arena, rail, i), STR(""), (Str *)((char *)out + rows[i].offset)));
    return NULL;
}

void rail_settings_hide(RailSettings *settings)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].secret)
            *(Str *)((char *)settings + rows[i].offset) = (Str){0};
}

Err *rail_settings_put(Tx *tx, Str rail, const RailSettings *settings, Id by, Time now)
{
    Arena *arena = tx->db.arena;
    bool safe = str_starts(settings->url, STR("https://")) || str_starts(settings->url, STR("http://127.0.0.1"));
    if (!str_eq(rail, STR("mpesa")) && !str_eq(rail, STR("momo")))
        return err_new(arena, ERR_MISSING, "pay.rail");
    if (!settings->forget && (!safe || (settings->url.len && settings->url.at[settings->url.len - 1] == '/')))
        return err_field(arena, "rail.url", "url");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Str value = settings->forget ? STR("") : *(const Str *)((const char *)settings + rows[i].offset);
        for (size_t k = 0; k < value.len; k++) /* they stand in headers */
            if (value.at[k] <= ' ' || value.at[k] == 0x7F)
                return err_field(arena, "rail.spaces", "url");
        if (value.len || !rows[i].secret || settings->forget)
            TRY(setting_put(tx, row_name(arena, rail, i), value));
    }
    return audit(tx, now, by, "pay.rail_settings", 0, rail);
}

/* Enough to be paid by it; out: enough to pay. */
bool rail_settings_whole(Str rail, const RailSettings *s, bool out)
{
    bool door = s->url.len && s->user.len && s->secret.len;
    if (str_eq(rail, STR("mpesa"))) /* payouts: its outcome stands only on the statement */
        return door && !out && s->short_code.len && s->passkey.len && s->callback.len;
    return door && s->environment.len && (out ? s->out_key.len : s->in_key.len);
}
