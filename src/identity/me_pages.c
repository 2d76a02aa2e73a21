/* A person's own pages: profile, password, devices, recovery codes. */
#include "identity/handlers.h"

#include <string.h>

#include "identity/enter.h"
#include "identity/roles.h"
#include "identity/secret.h"
#include "identity/sign_in.h"
#include "identity/templates.h"

enum { LANG_COOKIE_S = 365 * 86400 };

/* ---- overview ---- */

static Err *counts(Req *r, MeView *view)
{
    SessionList sessions;
    ApiTokenList tokens;
    Total codes;
    Password password;
    TRY(session_list_by_person(&r->db, r->who, &sessions));
    TRY(api_token_list_by_person(&r->db, r->who, &tokens));
    TRY(recovery_code_left(&r->db, r->who, &codes));
    TRY(password_of(&r->db, r->who, &password, &view->has_password));
    view->devices = (int64_t)sessions.len;
    view->tokens = (int64_t)tokens.len;
    view->codes_left = codes.total;
    view->codes_missing = codes.total == 0;
    return NULL;
}

Err *show_me(Req *r)
{
    Person me;
    Household household = {0};
    bool found;
    TRY(person_must(&r->db, r->who, &me));
    MeView view = {.name = me.name,
                   .phone = me.phone,
                   .email = me.email,
                   .sign_name = me.sign_name,
                   .state = me.state,
                   .leave_at = me.leave_at,
                   .staff = (r->roles | r->asleep) & ~(unsigned)ROLE_MEMBER,
                   .admin = (r->roles | r->asleep) & ROLE_ADMIN};
    view.waiting = str_eq(me.state, STR("waiting"));
    view.leaving = str_eq(me.state, STR("leaving"));
    view.disabled = str_eq(me.state, STR("disabled"));
    TRY(role_lines_of(r, r->who, &view.roles));
    if (me.has_household)
        TRY(household_by_id(&r->db, me.household, &household, &found));
    view.household = household.name;
    TRY(counts(r, &view));
    PageHead head = {.title = me.name, .place = "/me"};
    Page *page = page_begin(r, &head);
    identity_me(page, &view);
    return page_end(page);
}

/* ---- profile ---- */

Err *show_profile(Req *r)
{
    Person me;
    TRY(person_must(&r->db, r->who, &me));
    ProfileForm form = {me.name, me.sign_name, me.phone, me.email, me.lang.len ? me.lang : str_of(lang_tag(r->lang))};
    if (r->form_shape == &profile_form)
        form = *(const ProfileForm *)r->form_values;
    ProfileView view = {&form, field_of_choices(r, &profile_form, "lang", choices_of_langs(r, form.lang), "choices")};
    PageHead head = {.title = tr(r->lang, N_("Profile")), .place = "/me", .back = STR("/me")};
    Page *page = page_begin(r, &head);
    identity_profile(page, &view);
    return page_end(page);
}

typedef struct Edit {
    Id by, person;
    NewPerson to;
    Time now;
} Edit;

static Err *write_edit(Tx *tx, void *arg)
{
    const Edit *edit = arg;
    return person_edit(tx, edit->now, edit->by, edit->person, &edit->to);
}

Err *change_profile(Req *r)
{
    ProfileForm form = {0};
    Err *err = take(r, &profile_form, &form);
    Edit edit = {r->who, r->who, {form.name, form.sign_name, form.phone, form.email, form.lang, {0}, NULL}, r->now};
    if (!err)
        err = db_write(r->store, r->arena, write_edit, &edit);
    if (err)
        return reply_form_again(r, err, show_profile);
    if (form.lang.len) /* chosen here, it counts on this device too, whatever was chosen in its menu before */
        reply_cookie(r, "lang", form.lang, LANG_COOKIE_S);
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/me");
}

/* ---- password ---- */

/* Who has none yet, or came in by a code or a slip, sets one without the old one. */
static Err *is_first(Req *r, bool *first)
{
    SessionPerson session;
    Password kept;
    bool found, has;
    Str hash = secret_hash(r->arena, "millet.session", req_cookie(r, SESSION_COOKIE));
    TRY(session_by_token(&r->db, hash, &session, &found));
    TRY(password_of(&r->db, r->who, &kept, &has));
    *first = !has || (found && session.id == r->session && session.may_reset);
    return NULL;
}

Err *show_password(Req *r)
{
    PasswordForm form = {0};
    bool first;
    TRY(is_first(r, &first));
    PageHead head = {.title = tr(r->lang, N_("Password")), .place = "/me", .back = STR("/me")};
    Page *page = page_begin(r, &head);
    identity_password(page, &(PasswordView){&form, first});
    return page_end(page);
}

typedef struct NewPassword {
    Id person, session;
    Str hash;
    Time now;
} NewPassword;

/* Whoever else was signed in with the old one is not any more. */
static Err *write_password(Tx *tx, void *arg)
{
    const NewPassword *change = arg;
    int64_t count;
    TRY(password_set(tx, change->now, change->person, change->hash));
    TRY(session_drop_all(tx, change->person, change->session, &count));
    return session_proved(tx, change->session, change->now, &count);
}

static Err *password_by(Req *r, const PasswordForm *form, bool first)
{
    Person me;
    NewPassword change = {.person = r->who, .session = r->session, .now = r->now};
    TRY(person_must(&r->db, r->who, &me));
    if (!first)
        TRY(password_again(&r->db, r->now, r->who, form->old));
    PasswordFor whose = {me.name, me.sign_name, me.phone, me.email, r->village.name};
    TRY(password_check(r->arena, form->password, &whose, "password"));
    TRY(password_hash(r->arena, form->password, &change.hash));
    return db_write(r->store, r->arena, write_password, &change);
}

Err *change_password(Req *r)
{
    PasswordForm form = {0};
    bool first;
    TRY(is_first(r, &first));
    Err *err = take(r, first ? &password_new_form : &password_form, &form);
    if (!err)
        err = password_by(r, &form, first);
    if (err_is(err, "sign_in.wrong_again"))
        err = err_field(r->arena, "sign_in.wrong_again", "old");
    if (err)
        return reply_form_again(r, err, show_password);
    reply_notice(r, N_("Your new password is set. Other devices are signed out."));
    return reply_see(r, "/me");
}

/* ---- devices ---- */

Err *show_devices(Req *r)
{
    SessionList rows;
    TRY(session_list_by_person(&r->db, r->who, &rows));
    DeviceLineList lines = {NEW_ARRAY(r->arena, DeviceLine, rows.len + 1), rows.len};
    Date today = time_date(r->now, r->village.zone);
    for (size_t i = 0; i < rows.len; i++) {
        const Session *row = &rows.at[i];
        Date seen = time_date(row->seen_at, r->village.zone);
        Str device = row->device.len ? row->device : tr(r->lang, N_("Unknown device"));
        lines.at[i] = (DeviceLine){device,
                                   row->id,
                                   time_date(row->made_at, r->village.zone),
                                   seen,
                                   seen.days == today.days,
                                   row->id == r->session};
    }
    PageHead head = {.title = tr(r->lang, N_("Devices")), .place = "/me", .back = STR("/me")};
    Page *page = page_begin(r, &head);
    identity_devices(page, &(DevicesView){lines, rows.len > 1});
    return page_end(page);
}

typedef struct Drop {
    Id person, session;
    bool but;
    Time now;
} Drop;

static Err *write_drop(Tx *tx, void *arg)
{
    const Drop *drop = arg;
    int64_t count;
    TRY(drop->but ? session_drop_all(tx, drop->person, drop->session, &count)
                  : session_drop(tx, drop->session, drop->person, &count));
    return audit(tx, drop->now, drop->person, drop->but ? "session.end_others" : "session.end", drop->person, (Str){0});
}

Err *sign_out_device(Req *r)
{
    Drop drop = {.person = r->who, .now = r->now};
    TRY(take_id(r, 0, &drop.session));
    TRY(db_write(r->store, r->arena, write_drop, &drop));
    reply_notice(r, N_("That device is signed out."));
    return reply_see(r, "/me/devices");
}

Err *sign_out_others(Req *r)
{
    Drop drop = {.person = r->who, .session = r->session, .but = true, .now = r->now};
    TRY(db_write(r->store, r->arena, write_drop, &drop));
    reply_notice(r, N_("All other devices are signed out."));
    return reply_see(r, "/me/devices");
}

/* ---- recovery codes ---- */

static Err *show_codes_page(Req *r, StrList codes)
{
    Total left;
    TRY(recovery_code_left(&r->db, r->who, &left));
    CodesView view = {codes, left.total, r->who_name, r->village.name, time_date(r->now, r->village.zone)};
    PageHead head = {.title = tr(r->lang, N_("Recovery codes")), .place = "/me", .back = STR("/me")};
    Page *page = page_begin(r, &head);
    identity_codes(page, &view);
    return page_end(page);
}

Err *show_codes(Req *r)
{
    return show_codes_page(r, (StrList){0});
}

typedef struct NewCodes {
    Id person;
    StrList codes;
    Time now;
} NewCodes;

static Err *write_codes(Tx *tx, void *arg)
{
    const NewCodes *made = arg;
    return recovery_put(tx, made->now, made->person, made->codes);
}

/* The codes are in this one answer and nowhere else. */
Err *make_codes(Req *r)
{
    NewCodes made = {.person = r->who, .now = r->now};
    TRY(need_fresh(r));
    recovery_mint(r->arena, &made.codes);
    TRY(db_write(r->store, r->arena, write_codes, &made));
    return show_codes_page(r, made.codes);
}
