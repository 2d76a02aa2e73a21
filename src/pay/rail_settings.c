/* The keys of mobile money services: kept with the co-operative's settings, never shown again, never in an export. */
#include "pay/inside.h"

#include <sodium.h>
#include <string.h>

static const Field fields[] = {
    FIELD(RailSettings, url, FIELD_STR, .max = 200, .label = N_("Address of the service"), .help = N_("As its portal says, such as https://api.example.org")),
    FIELD(RailSettings, user, FIELD_STR, .max = 100, .label = N_("Consumer key, or API user")),
    FIELD(RailSettings, secret, FIELD_STR, .max = 200, .input = "password", .label = N_("Consumer secret, or API key"), .help = N_("Empty: the one that is kept stays.")),
    FIELD(RailSettings, short_code, FIELD_STR, .max = 20, .label = N_("Short code (M-Pesa)")),
    FIELD(RailSettings, passkey, FIELD_STR, .max = 200, .input = "password", .label = N_("Passkey (M-Pesa)"), .help = N_("Empty: the one that is kept stays.")),
    FIELD(RailSettings, callback, FIELD_STR, .max = 300, .label = N_("Where the service may call us"), .help = N_("A public address of this server that ends in /pay/rails/mpesa or /pay/rails/momo.")),
    FIELD(RailSettings, initiator, FIELD_STR, .max = 60, .label = N_("Initiator name, to pay out (M-Pesa)"), .help = N_("Empty: no payouts by M-Pesa; pay them in its portal.")),
    FIELD(RailSettings, credential, FIELD_STR, .max = 1000, .input = "password", .label = N_("Security credential, to pay out (M-Pesa)"), .help = N_("Empty: the one that is kept stays.")),
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
    {"initiator", offsetof(RailSettings, initiator), false},
    {"credential.secret", offsetof(RailSettings, credential), true},
    {"hook.key", offsetof(RailSettings, hook), true},
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

/* Made once: addresses that were given out go on being good until the service is disconnected. by 0: forget. */
static Err *hook_need(Tx *tx, Str rail, Id by)
{
    Arena *arena = tx->db.arena;
    const char *name = str_z(arena, str_format(arena, "pay.%.*s.hook.key", STR_ARG(rail)));
    unsigned char random[20];
    char hex[2 * sizeof random + 1];
    Str there;
    TRY(setting_get(&tx->db, name, STR(""), &there));
    TRY(setting_put(tx, str_z(arena, str_format(arena, "pay.%.*s.by", STR_ARG(rail))), by ? id_text(arena, by) : STR("")));
    if (there.len || !by)
        return NULL;
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(hex, sizeof hex, random, sizeof random);
    return setting_put(tx, name, str_copy(arena, str_of(hex)));
}

Err *rail_settings_put(Tx *tx, Str rail, const RailSettings *settings, Id by, Time now)
{
    Arena *arena = tx->db.arena;
    bool safe = str_starts(settings->url, STR("https://")) || str_starts(settings->url, STR("http://127.0.0.1"));
    if (!str_eq(rail, STR("mpesa")) && !str_eq(rail, STR("momo")))
        return err_new(arena, ERR_MISSING, "pay.rail");
    if (!settings->forget && (!safe || (settings->url.len && settings->url.at[settings->url.len - 1] == '/')))
        return err_field(arena, "rail.url", "url");
    bool public = str_starts(settings->callback, STR("https://")) || str_starts(settings->callback, STR("http://127.0.0.1"));
    if (!settings->forget && settings->callback.len && (!public || !rail_base(settings->callback).len))
        return err_field(arena, "rail.callback", "callback");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Str value = settings->forget ? STR("") : *(const Str *)((const char *)settings + rows[i].offset);
        for (size_t k = 0; k < value.len; k++) /* they stand in headers */
            if (value.at[k] <= ' ' || value.at[k] == 0x7F)
                return err_field(arena, "rail.spaces", "url");
        if (value.len || !rows[i].secret || settings->forget)
            TRY(setting_put(tx, row_name(arena, rail, i), value));
    }
    TRY(hook_need(tx, rail, settings->forget ? 0 : by));
    return audit(tx, now, by, "pay.rail_settings", 0, rail);
}

Str rail_base(Str callback)
{
    static const char *const ends[] = {"/pay/rails/mpesa", "/pay/rails/momo"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (str_ends(callback, str_of(ends[i])))
            return str_slice(callback, 0, callback.len - strlen(ends[i]));
    return (Str){0};
}

/* Enough to be paid by it; out: enough to pay. */
bool rail_settings_whole(Str rail, const RailSettings *s, bool out)
{
    bool door = s->url.len && s->user.len && s->secret.len;
    if (str_eq(rail, STR("mpesa"))) /* payouts: it tells what became of them where we say, and nowhere else */
        return door && s->short_code.len && s->callback.len && (out ? s->initiator.len && s->credential.len && s->hook.len && rail_base(s->callback).len : s->passkey.len);
    return door && s->environment.len && (out ? s->out_key.len : s->in_key.len);
}
