/* Pages of signing in and out: by password, recovery code, slip; proving it again. */
#include "identity/handlers.h"

#include "identity/enter.h"
#include "identity/secret.h"
#include "identity/sign_in.h"
#include "identity/templates.h"

static const SignInForm *form_of(Req *r, const Shape *shape)
{
    return r->form_shape == shape ? r->form_values : NULL;
}

static SignIn try_of(Req *r, Str typed, Str password)
{
    return (SignIn){typed, password, r->address, req_cookie(r, DEVICE_COOKIE)};
}

/* ---- by password ---- */

Err *show_sign_in(Req *r)
{
    const SignInForm *typed = form_of(r, &sign_in_form);
    BackQuery query = {0};
    if (!typed)
        TRY(take_query(r, &back_query, &query));
    SignInForm form = typed ? *typed : (SignInForm){.back = query.back};
    form.password = (Str){0};
    Str joining;
    TRY(setting_get(&r->db, "joining", STR("request"), &joining));
    SignInView view = {.form = &form,
                       .away = form.back.len > 1,
                       .may_join = !str_eq(joining, STR("invitation")),
                       .village = r->village.name};
    PageHead head = {.title = tr(r->lang, N_("Sign in")), .place = "/me"};
    Page *page = page_begin(r, &head);
    identity_sign_in(page, &view);
    return page_end(page);
}

static Err *sign_in_by(Req *r, const SignInForm *form)
{
    Person person;
    bool outdated;
    SignIn in = try_of(r, form->name, form->password);
    TRY(sign_in_check(&r->db, r->now, &in, &person, &outdated));
    Entry entry = {.person = person.id, .proved = true};
    if (outdated)
        TRY(password_hash(r->arena, form->password, &entry.rehash));
    return identity_enter(r, &entry);
}

Err *sign_in(Req *r)
{
    SignInForm form = {0};
    Err *err = take(r, &sign_in_form, &form);
    if (!err)
        err = sign_in_by(r, &form);
    if (err)
        return reply_form_again(r, err, show_sign_in);
    return reply_see(r, "%.*s", STR_ARG(back_safe(form.back, "/")));
}

typedef struct Out {
    Id session, person;
    Time now;
} Out;

static Err *write_out(Tx *tx, void *arg)
{
    const Out *out = arg;
    int64_t count;
    TRY(session_drop(tx, out->session, out->person, &count));
    return audit(tx, out->now, out->person, "session.end", out->person, (Str){0});
}

Err *sign_out(Req *r)
{
    Out out = {r->session, r->who, r->now};
    if (r->session)
        TRY(db_write(r->store, r->arena, write_out, &out));
    reply_cookie(r, SESSION_COOKIE, (Str){0}, -1);
    reply_notice(r, N_("You are signed out."));
    return reply_see(r, "/");
}

/* ---- by a recovery code ---- */

typedef struct CodeUse {
    Id person;
    Str code;
} CodeUse;

static Err *use_code(Tx *tx, Time now, void *what)
{
    const CodeUse *use = what;
    return recovery_take(tx, now, use->person, use->code);
}

Err *show_sign_in_code(Req *r)
{
    CodeForm form = r->form_shape == &code_form ? *(const CodeForm *)r->form_values : (CodeForm){0};
    PageHead head = {.title = tr(r->lang, N_("Sign in with a recovery code")), .place = "/me", .back = STR("/sign-in")};
    Page *page = page_begin(r, &head);
    identity_sign_in_code(page, &(CodeView){&form});
    return page_end(page);
}

static Err *code_by(Req *r, const CodeForm *form)
{
    Person person;
    bool found;
    TRY(person_find(&r->db, form->name, &person, &found));
    CodeUse use = {found ? person.id : 0, form->code};
    if (!found) /* the same answer as for a wrong code */
        return err_field(r->arena, "sign_in.code_wrong", "code");
    Entry entry = {.person = person.id, .may_reset = true, .also = use_code, .what = &use};
    return identity_enter(r, &entry);
}

Err *sign_in_code(Req *r)
{
    CodeForm form = {0};
    Err *err = take(r, &code_form, &form);
    if (!err)
        err = code_by(r, &form);
    if (err)
        return reply_form_again(r, err, show_sign_in_code);
    reply_notice(r, N_("Welcome back. Choose a new password now, so that you can sign in tomorrow."));
    return reply_see(r, "/me/password");
}

/* ---- by a slip ---- */

static Err *use_slip(Tx *tx, Time now, void *what)
{
    return slip_take(tx, now, what);
}

static Err *enter_by_slip(Req *r, SlipPerson *slip)
{
    Entry entry = {.person = slip->person, .may_reset = true, .also = use_slip, .what = slip};
    TRY(identity_enter(r, &entry));
    reply_notice(r, N_("Welcome. Choose a password now, so that you can sign in tomorrow."));
    return reply_see(r, "/me/password");
}

/* Opening the link alone does not use it up: messengers open links to show a preview. */
Err *show_slip(Req *r)
{
    SlipPerson slip;
    TRY(slip_find(&r->db, r->now, take_param(r, 0), &slip));
    SlipView view = {slip.name, str_format(r->arena, "/slip/%.*s", STR_ARG(secret_typed(r->arena, take_param(r, 0))))};
    PageHead head = {.title = tr(r->lang, N_("Sign in with your slip")), .place = "/me"};
    Page *page = page_begin(r, &head);
    identity_slip(page, &view);
    return page_end(page);
}

Err *sign_in_slip_link(Req *r)
{
    SlipPerson slip;
    TRY(slip_find(&r->db, r->now, take_param(r, 0), &slip));
    return enter_by_slip(r, &slip);
}

Err *show_sign_in_slip(Req *r)
{
    CodeForm form = r->form_shape == &slip_form ? *(const CodeForm *)r->form_values : (CodeForm){0};
    PageHead head = {.title = tr(r->lang, N_("Sign in with your slip")), .place = "/me", .back = STR("/sign-in")};
    Page *page = page_begin(r, &head);
    identity_slip_digits(page, &(CodeView){&form});
    return page_end(page);
}

Err *sign_in_slip_digits(Req *r)
{
    CodeForm form = {0};
    SlipPerson slip;
    Err *err = take(r, &slip_form, &form);
    SignIn in = try_of(r, form.name, form.code);
    if (!err)
        err = slip_check(&r->db, r->now, &in, &slip);
    if (err)
        return reply_form_again(r, err, show_sign_in_slip);
    return enter_by_slip(r, &slip);
}

/* ---- once more, before something that cannot be undone, or when staff rights have fallen asleep ---- */

Err *show_confirm(Req *r)
{
    BackQuery query = {0};
    const ConfirmForm *typed = r->form_shape == &confirm_form ? r->form_values : NULL;
    if (!typed)
        TRY(take_query(r, &back_query, &query));
    ConfirmForm form = {.back = typed ? typed->back : query.back};
    PageHead head = {.title = tr(r->lang, N_("Is it you?")), .place = "/me"};
    Page *page = page_begin(r, &head);
    identity_confirm(page, &(ConfirmView){&form, r->who_name});
    return page_end(page);
}

static Err *write_proved(Tx *tx, void *arg)
{
    const Out *out = arg;
    int64_t count;
    return session_proved(tx, out->session, out->now, &count);
}

Err *confirm_password(Req *r)
{
    ConfirmForm form = {0};
    Out out = {r->session, r->who, r->now};
    Err *err = take(r, &confirm_form, &form);
    if (!err)
        err = password_again(&r->db, r->now, r->who, form.password);
    if (!err && r->session)
        err = db_write(r->store, r->arena, write_proved, &out);
    if (err)
        return reply_form_again(r, err, show_confirm);
    return reply_see(r, "%.*s", STR_ARG(back_safe(form.back, "/me")));
}
