/* People: names, phones, joining, changing, states. Everything personal goes through here. */
#include "identity/people.h"

#include <string.h>

#include "base/text.h"

enum { NAME_BYTES_MAX = 120, PHONE_DIGITS_MIN = 3, PHONE_DIGITS_MAX = 15, PHONE_TAIL = 8 };

Str phone_digits(Arena *arena, Str phone)
{
    Str folded = text_fold(arena, phone); /* full-width digits become plain ones */
    char *out = arena_alloc(arena, folded.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < folded.len; i++)
        if (folded.at[i] >= '0' && folded.at[i] <= '9')
            out[len++] = folded.at[i];
    return (Str){out, len};
}

Str phone_tail(Arena *arena, Str phone)
{
    Str digits = phone_digits(arena, phone);
    return digits.len > PHONE_TAIL ? str_slice(digits, digits.len - PHONE_TAIL, digits.len) : digits;
}

/* "+86 138 1234 5678" and "013812345678" are one telephone: the shorter without its leading zeros ends the longer. */
bool phone_same(Arena *arena, Str a, Str b)
{
    Str x = phone_digits(arena, a), y = phone_digits(arena, b);
    while (x.len && x.at[0] == '0')
        x = str_slice(x, 1, x.len);
    while (y.len && y.at[0] == '0')
        y = str_slice(y, 1, y.len);
    return x.len && y.len && (x.len <= y.len ? str_ends(y, x) : str_ends(x, y));
}

static Err *phone_check(Arena *arena, Str phone)
{
    if (!phone.len)
        return NULL;
    Str folded = text_fold(arena, phone);
    for (size_t i = 0; i < folded.len; i++)
        if (!strchr("0123456789+-() ./", folded.at[i]))
            return err_field(arena, "person.phone_bad", "phone");
    size_t digits = phone_digits(arena, phone).len;
    if (digits < PHONE_DIGITS_MIN || digits > PHONE_DIGITS_MAX)
        return err_field(arena, "person.phone_bad", "phone");
    return NULL;
}

/* Something, one @, something with a dot or a plain host: what mail programs accept; only a mail can prove more. */
static Err *email_check(Arena *arena, Str email)
{
    if (!email.len)
        return NULL;
    Str local, host, rest;
    bool ok = str_cut(email, '@', &local, &host) && local.len && host.len && !str_cut(host, '@', &host, &rest);
    for (size_t i = 0; ok && i < email.len; i++)
        ok = (unsigned char)email.at[i] > ' ' && email.at[i] != ',' && email.at[i] != '<' && email.at[i] != '>';
    return ok ? NULL : err_field(arena, "person.email_bad", "email");
}

static bool has_letter(Str folded)
{
    for (size_t i = 0; i < folded.len;) {
        int32_t c = utf8_next(folded, &i);
        if (c >= 128 || (c >= 'a' && c <= 'z'))
            return true;
    }
    return false;
}

/* Controls, and marks that turn the direction of the text around it: names stand in other people's pages. */
static bool has_trick(Str name)
{
    for (size_t i = 0; i < name.len;) {
        int32_t c = utf8_next(name, &i);
        if (c < ' ' || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069))
            return true;
    }
    return false;
}

/* A name with neither @ nor digits alone: it must never be taken for an e-mail address or a phone. */
static Err *name_check(Arena *arena, Str name, const char *field)
{
    if (!name.len)
        return err_field(arena, "field.required", field);
    if (name.len > NAME_BYTES_MAX)
        return err_arg(arena, err_field(arena, "field.too_long", field), "max",
                       str_format(arena, "%d", NAME_BYTES_MAX));
    if (!utf8_valid(name) || memchr(name.at, '@', name.len) || has_trick(name) || !has_letter(sign_key_of(arena, name)))
        return err_field(arena, "person.name_bad", field);
    return NULL;
}

/* Code points that nobody sees (Unicode: Default_Ignorable_Code_Point): two names that differ only in them are one. */
static bool is_unseen(int32_t c)
{
    static const int32_t ranges[][2] = {
        {0xAD, 0xAD},     {0x34F, 0x34F},   {0x61C, 0x61C},     {0x115F, 0x1160},   {0x17B4, 0x17B5},  {0x180B, 0x180F},
        {0x200B, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x206F},   {0x3164, 0x3164},   {0xFE00, 0xFE0F},  {0xFEFF, 0xFEFF},
        {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFF8}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (c >= ranges[i][0] && c <= ranges[i][1])
            return true;
    return false;
}

/* Folded, with single spaces and without what nobody sees: " LI  Hua" signs in as "li hua". */
Str sign_key_of(Arena *arena, Str name)
{
    Str folded = text_fold(arena, name);
    Buf out = buf_new(arena, 12 * name.len + 16); /* one code point may fold into eighteen (U+FDFA) */
    bool space = false;
    for (size_t i = 0; i < folded.len;) {
        int32_t c = utf8_next(folded, &i);
        if (is_unseen(c))
            continue;
        if (c <= ' ' || c == 0x7F) {
            space = true;
            continue;
        }
        if (space && out.len)
            buf_add_char(&out, ' ');
        space = false;
        utf8_put(&out, c);
    }
    return buf_str(&out);
}

Str person_search_text(Arena *arena, Str name, Str sign_name, Str phone)
{
    Str words = str_format(arena, "%.*s %.*s", STR_ARG(name), STR_ARG(sign_name));
    return str_format(arena, " %.*s %.*s", STR_ARG(text_search(arena, words)), STR_ARG(phone_digits(arena, phone)));
}

/* What the columns hold, checked and folded. */
typedef struct Folded {
    Str name, sign_name, sign_key, phone, tail, email, email_key, search;
    bool guest;
} Folded;

static Err *fold(Arena *arena, const NewPerson *person, Folded *out)
{
    *out = (Folded){.name = str_trim(person->name), .phone = str_trim(person->phone), .email = str_trim(person->email)};
    out->guest = person->state && strcmp(person->state, "guest") == 0;
    out->sign_name = str_trim(person->sign_name);
    TRY(name_check(arena, out->name, "name"));
    if (!out->guest) {
        if (out->sign_name.len)
            TRY(name_check(arena, out->sign_name, "sign_name"));
        else
            out->sign_name = out->name;
        out->sign_key = sign_key_of(arena, out->sign_name);
    }
    TRY(phone_check(arena, out->phone));
    TRY(email_check(arena, out->email));
    out->tail = phone_tail(arena, out->phone);
    out->email_key = text_fold(arena, out->email);
    out->search = person_search_text(arena, out->name, out->guest ? (Str){0} : out->sign_name, out->phone);
    return NULL;
}

static const Str *or_null(const Str *text)
{
    return text->len ? text : NULL;
}

static Err *name_free(Tx *tx, const Folded *folded, Id besides, bool sign_name_given)
{
    Person other;
    bool taken;
    if (folded->guest)
        return NULL;
    TRY(person_by_sign_key(&tx->db, folded->sign_key, &other, &taken));
    if (!taken || other.id == besides)
        return NULL;
    /* Whoever gave only a name is asked for a sign-in name; the name itself may be shared. */
    return err_arg(tx->db.arena,
                   err_field(tx->db.arena, sign_name_given ? "person.name_taken" : "person.name_shared", "sign_name"),
                   "name", folded->sign_name);
}

Err *person_add(Tx *tx, Time now, Id by, const NewPerson *person, Id *out)
{
    Arena *arena = tx->db.arena;
    Folded f;
    TRY(fold(arena, person, &f));
    TRY(name_free(tx, &f, 0, str_trim(person->sign_name).len > 0));
    *out = id_mint();
    TRY(person_insert(tx, &(PersonInsertArgs){
                              .id = *out,
                              .state = str_of(person->state ? person->state : "active"),
                              .sign_name = f.guest ? NULL : &f.sign_name,
                              .sign_key = f.guest ? NULL : &f.sign_key,
                              .name = f.name,
                              .phone = or_null(&f.phone),
                              .phone_tail = or_null(&f.tail),
                              .email = or_null(&f.email),
                              .email_key = or_null(&f.email_key),
                              .lang = person->lang,
                              .request = or_null(&person->request),
                              .search = f.search,
                              .now = now,
                          }));
    return audit(tx, now, by ? by : *out, "person.add", *out, str_of(person->state ? person->state : "active"));
}

Err *person_guest(Tx *tx, Time now, Str name, Str phone, Str lang, Id *out)
{
    NewPerson guest = {.name = name, .phone = phone, .lang = lang, .state = "guest"};
    return person_add(tx, now, 0, &guest, out);
}

Err *person_edit(Tx *tx, Time now, Id by, Id id, const NewPerson *person)
{
    Arena *arena = tx->db.arena;
    Folded f;
    int64_t changed;
    TRY(fold(arena, person, &f));
    TRY(name_free(tx, &f, id, str_trim(person->sign_name).len > 0));
    TRY(person_change(tx,
                      &(PersonChangeArgs){
                          .id = id,
                          .sign_name = f.guest ? NULL : &f.sign_name,
                          .sign_key = f.guest ? NULL : &f.sign_key,
                          .name = f.name,
                          .phone = or_null(&f.phone),
                          .phone_tail = or_null(&f.tail),
                          .email = or_null(&f.email),
                          .email_key = or_null(&f.email_key),
                          .lang = person->lang,
                          .search = f.search,
                          .now = now,
                      },
                      &changed));
    if (!changed)
        return err_new(arena, ERR_MISSING, "person.missing");
    return audit(tx, now, by, "person.edit", id, (Str){0});
}

Str person_name(Db *db, const Lang *lang, Id person)
{
    PersonName row;
    bool found = false;
    Err *err = person_name_of(db, person, &row, &found);
    if (err || !found || !row.name.len)
        return lang ? tr(lang, N_("(left)")) : STR("(left)");
    return row.name;
}

Err *person_contact(Db *db, Id person, Str *name, Str *phone)
{
    PersonName row;
    bool found;
    TRY(person_name_of(db, person, &row, &found));
    if (!found)
        return err_new(db->arena, ERR_MISSING, "person.missing");
    *name = row.name;
    *phone = row.has_phone ? row.phone : (Str){0};
    return NULL;
}

Err *person_reach(Db *db, Id person, PersonReach *out, bool *found)
{
    Person row;
    TRY(person_by_id(db, person, &row, found));
    *found = *found && (str_eq(row.state, STR("active")) || str_eq(row.state, STR("leaving")));
    if (*found)
        *out = (PersonReach){row.has_email ? row.email : (Str){0}, row.has_phone ? row.phone : (Str){0}, row.lang};
    return NULL;
}

Err *person_must(Db *db, Id id, Person *out)
{
    bool found;
    TRY(person_by_id(db, id, out, &found));
    return found && !str_eq(out->state, STR("erased")) ? NULL : err_new(db->arena, ERR_MISSING, "person.missing");
}

/* Whoever types this to sign in: a name, an e-mail address or a phone. A phone or address that several people share
   finds nobody: each has a name. */
Err *person_find(Db *db, Str typed, Person *out, bool *found)
{
    Arena *arena = db->arena;
    Str key = sign_key_of(arena, typed);
    *found = false;
    if (!key.len || key.len > NAME_BYTES_MAX * 2)
        return NULL;
    if (memchr(key.at, '@', key.len)) {
        PersonList list;
        TRY(person_list_by_email(db, key, &list));
        *found = list.len == 1;
        if (*found)
            *out = list.at[0];
        return NULL;
    }
    TRY(person_by_sign_key(db, key, out, found));
    if (*found || phone_check(arena, typed))
        return NULL;
    PersonList list;
    size_t same = 0;
    TRY(person_list_by_phone(db, phone_tail(arena, typed), &list));
    for (size_t i = 0; i < list.len; i++)
        if (phone_same(arena, list.at[i].phone, typed) && same++ == 0)
            *out = list.at[i];
    *found = same == 1;
    return NULL;
}

/* ---- states ---- */

static Err *move(Tx *tx, Time now, Id by, Id person, const char *was, const char *state, const char *action)
{
    int64_t changed;
    TRY(person_set_state(tx, person, str_of(was), str_of(state), now, &changed));
    if (!changed)
        return err_new(tx->db.arena, ERR_CONFLICT, "person.changed_meanwhile");
    return audit(tx, now, by, action, person, (Str){0});
}

Err *person_approve(Tx *tx, Time now, Id by, Id person, Id org)
{
    TRY(move(tx, now, by, person, "waiting", "active", "person.approve"));
    return grant_add(tx, now, by, person, org, ROLE_MEMBER);
}

/* Somebody who asked and was refused leaves nothing behind. */
Err *person_refuse(Tx *tx, Time now, Id by, Id person)
{
    Person row;
    TRY(person_must(&tx->db, person, &row));
    if (!str_eq(row.state, STR("waiting")))
        return err_new(tx->db.arena, ERR_CONFLICT, "person.changed_meanwhile");
    TRY(audit(tx, now, by, "person.refuse", person, (Str){0}));
    return person_forget(tx, person, now);
}

Err *person_disable(Tx *tx, Time now, Id by, Id person, Id founding)
{
    int64_t dropped;
    TRY(admin_stays(tx, now, person, founding));
    TRY(move(tx, now, by, person, "active", "disabled", "person.disable"));
    TRY(session_drop_all(tx, person, 0, &dropped));
    return slip_drop_all(tx, person, &dropped);
}

Err *person_enable(Tx *tx, Time now, Id by, Id person)
{
    return move(tx, now, by, person, "disabled", "active", "person.enable");
}

/* ---- leaving ---- */

Err *person_leave(Tx *tx, Time now, Id person, Id founding)
{
    int64_t changed, dropped;
    TRY(admin_stays(tx, now, person, founding));
    TRY(person_set_leaving(tx, person, (Time){now.ms + LEAVE_AFTER_MS}, now, &changed));
    if (!changed)
        return err_new(tx->db.arena, ERR_CONFLICT, "person.changed_meanwhile");
    TRY(api_token_end_all(tx, person, now, &dropped));
    return audit(tx, now, person, "person.leave", person, (Str){0});
}

Err *person_stay(Tx *tx, Time now, Id person)
{
    return move(tx, now, person, person, "leaving", "active", "person.stay");
}

/* Everything identity itself knows. */
Err *person_forget(Tx *tx, Id person, Time now)
{
    int64_t count;
    TRY(password_drop(tx, person));
    TRY(session_drop_all(tx, person, 0, &count));
    TRY(known_device_drop_all(tx, person, &count));
    TRY(recovery_code_drop_all(tx, person, &count));
    TRY(slip_drop_all(tx, person, &count));
    TRY(api_token_forget(tx, person, &count));
    TRY(grant_end_all(tx, person, NULL, now, &count));
    return person_erase(tx, person, now, &count);
}
