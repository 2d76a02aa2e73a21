/* The way in, and small things the handlers of identity's pages share. */
#include "identity/enter.h"

#include <string.h>

#include "identity/session.h"
#include "identity/sign_in.h"

enum { DEVICE_COOKIE_S = 400 * 86400 };

static Err *write_entry(Tx *tx, void *arg)
{
    Entry *entry = arg;
    int64_t count;
    if (entry->also)
        TRY(entry->also(tx, entry->now, entry->what));
    if (entry->person_made)
        entry->session.person = *entry->person_made;
    Id person = entry->session.person;
    if (entry->rehash.len)
        TRY(password_put(tx, person, entry->rehash, entry->now));
    if (entry->old_session)
        TRY(session_drop(tx, entry->old_session, person, &count));
    if (entry->device_token.len)
        TRY(device_remember(tx, entry->now, person, entry->device_token));
    return session_start(tx, entry->now, &entry->session);
}

Err *identity_enter(Req *r, Entry *entry)
{
    bool known = false;
    if (entry->person)
        TRY(device_known(&r->db, entry->person, req_cookie(r, DEVICE_COOKIE), &known));
    session_mint(r->arena, entry->person, &entry->session);
    entry->session.device = device_name(r->arena, req_header(r, "user-agent"));
    entry->session.proved = entry->proved;
    entry->session.may_reset = entry->may_reset;
    entry->device_token = known ? (Str){0} : device_mint(r->arena);
    entry->old_session = r->session;
    entry->now = r->now;
    TRY(db_write(r->store, r->arena, write_entry, entry));
    reply_cookie(r, SESSION_COOKIE, entry->session.token, config_int("session_days") * 86400);
    if (!known)
        reply_cookie(r, DEVICE_COOKIE, entry->device_token, DEVICE_COOKIE_S);
    return NULL;
}

Str back_safe(Str back, const char *otherwise)
{
    bool ours = back.len && back.at[0] == '/' && (back.len < 2 || (back.at[1] != '/' && back.at[1] != '\\'));
    for (size_t i = 0; ours && i < back.len; i++)
        ours = (unsigned char)back.at[i] > ' ' && back.at[i] != '\\' && back.at[i] != 127;
    return ours && !str_starts(back, STR("/sign-")) ? back : str_of(otherwise);
}

OptionViewList choices_of_langs(Req *r, Str chosen)
{
    OptionViewList list = {NEW_ARRAY(r->arena, OptionView, 32), 0};
    for (const Lang *lang; list.len < 32 && (lang = lang_at(list.len)); list.len++)
        list.at[list.len] =
            (OptionView){str_of(lang_tag(lang)), str_of(lang_name(lang)), str_eq(chosen, str_of(lang_tag(lang)))};
    return list;
}

OptionViewList choices_of_zones(Req *r, Str chosen)
{
    /* Offered in a list; any other name of the time zone database may be typed too. */
    static const char *const zones[] = {
        "Africa/Cairo",        "Africa/Johannesburg", "Africa/Lagos",      "Africa/Nairobi",
        "America/Bogota",      "America/Chicago",     "America/Lima",      "America/Los_Angeles",
        "America/Mexico_City", "America/New_York",    "America/Sao_Paulo", "Asia/Bangkok",
        "Asia/Dhaka",          "Asia/Ho_Chi_Minh",    "Asia/Jakarta",      "Asia/Kolkata",
        "Asia/Manila",         "Asia/Shanghai",       "Asia/Tokyo",        "Asia/Urumqi",
        "Australia/Sydney",    "Europe/Berlin",       "Europe/London",     "Europe/Madrid",
        "Europe/Paris",        "Europe/Warsaw",       "Pacific/Auckland",  "UTC"};
    size_t len = sizeof zones / sizeof *zones;
    OptionViewList list = {NEW_ARRAY(r->arena, OptionView, len + 1), len};
    bool listed = false;
    for (size_t i = 0; i < len; i++) {
        list.at[i] = (OptionView){str_of(zones[i]), str_of(zones[i]), str_eq(chosen, str_of(zones[i]))};
        listed |= list.at[i].chosen;
    }
    if (!listed && chosen.len)
        list.at[list.len++] = (OptionView){chosen, chosen, true};
    return list;
}

FieldView field_of_choices(Req *r, const Shape *shape, const char *name, OptionViewList options, const char *type)
{
    const Field *field = shape_field(shape, str_of(name));
    FieldView view = {.anchor = str_format(r->arena, "f-%s", name),
                      .name = str_of(name),
                      .type = type,
                      .options = options,
                      .label = tr(r->lang, field->label),
                      .help = field->help ? tr(r->lang, field->help) : (Str){0},
                      .required = field->required && field->type != FIELD_STRS};
    for (size_t i = 0; i < options.len; i++)
        if (options.at[i].chosen)
            view.value = options.at[i].value;
    if (r->form_error && r->form_shape == shape && str_eq(r->form_error->field, view.name))
        view.error = err_say(r->arena, r->lang, r->form_error);
    Buf described = buf_new(r->arena, 200);
    if (view.help.len)
        buf_addf(&described, "f-%s-help ", name);
    if (view.error.len)
        buf_addf(&described, "f-%s-error", name);
    view.described = str_trim(buf_str(&described));
    return view;
}

Str person_words(Req *r, StrList words)
{
    Buf out = buf_new(r->arena, 4096);
    bool han = strncmp(lang_tag(r->lang), "zh", 2) == 0;
    for (size_t i = 0; i < words.len; i++) {
        if (i)
            buf_add(&out, han ? STR("、") : STR(", "));
        buf_add(&out, words.at[i]);
    }
    return buf_str(&out);
}

Str role_label(Req *r, Str role)
{
    for (const RoleName *row = role_names; row->name; row++)
        if (str_eq(role, str_of(row->name)))
            return tr(r->lang, row->label);
    return role;
}

Str link_of(Req *r, const char *path, Str token)
{
    Str base = config_text("public_url");
    if (!base.len)
        base = str_format(r->arena, "%s://%.*s", r->https ? "https" : "http", STR_ARG(req_header(r, "host")));
    while (base.len && base.at[base.len - 1] == '/')
        base = str_slice(base, 0, base.len - 1);
    return str_format(r->arena, "%.*s%s%.*s", STR_ARG(base), path, STR_ARG(token));
}
