/* The first start: makes the co-operative and its first administrator, once. Whoever does that owns the server, so
   anybody but the person in front of it must know the code that was printed where it was started. */
#include "identity/start.h"

#include <stdio.h>
#include <string.h>

#include "identity/enter.h"
#include "identity/handlers.h"
#include "identity/secret.h"
#include "identity/templates.h"

enum { SETUP_DIGITS = 8 };

static char code[SETUP_DIGITS + 1]; /* written once, before the first request */

Str setup_code(void)
{
    return str_of(code);
}

Err *start_announce(Store *store, Arena *arena)
{
    if (village(store, arena).org || code[0])
        return NULL;
    memcpy(code, secret_digits(arena, SETUP_DIGITS).at, SETUP_DIGITS);
    fprintf(stderr,
            "This is a first start: open /start in a browser to set up your co-operative.\n"
            "From another device it asks for the setup code: %.4s %s\n",
            code, code + 4);
    return NULL;
}

/* This machine itself, with no proxy in between that would make the whole world look like it. */
static bool is_in_front(const Req *r)
{
    bool loopback = str_starts(r->address, STR("127.")) || str_eq(r->address, STR("::1"));
    return loopback && !req_header(r, "x-forwarded-for").len && !req_header(r, "forwarded").len &&
           !req_header(r, "via").len && !req_header(r, "x-real-ip").len;
}

static OptionViewList currencies(Req *r, Str chosen)
{
    static const char *const known[][2] = {{"CNY", N_("Chinese yuan")},      {"EUR", N_("Euro")},
                                           {"USD", N_("US dollar")},         {"GBP", N_("Pound sterling")},
                                           {"INR", N_("Indian rupee")},      {"KES", N_("Kenyan shilling")},
                                           {"IDR", N_("Indonesian rupiah")}, {"VND", N_("Vietnamese dong")},
                                           {"PHP", N_("Philippine peso")},   {"BRL", N_("Brazilian real")},
                                           {"MXN", N_("Mexican peso")},      {"ZAR", N_("South African rand")},
                                           {"NGN", N_("Nigerian naira")},    {"JPY", N_("Japanese yen")},
                                           {"THB", N_("Thai baht")},         {"AUD", N_("Australian dollar")}};
    size_t len = sizeof known / sizeof *known;
    OptionViewList list = {NEW_ARRAY(r->arena, OptionView, len), len};
    for (size_t i = 0; i < len; i++) {
        Str label = str_format(r->arena, "%s · %.*s", known[i][0], STR_ARG(tr(r->lang, known[i][1])));
        list.at[i] = (OptionView){str_of(known[i][0]), label, str_eq_nocase(chosen, str_of(known[i][0]))};
    }
    return list;
}

static StartForm first_guess(Req *r, Str setup)
{
    bool chinese = strcmp(lang_tag(r->lang), "zh-CN") == 0;
    return (StartForm){.lang = str_of(lang_tag(r->lang)),
                       .currency = chinese ? STR("CNY") : STR("EUR"),
                       .zone = chinese ? STR("Asia/Shanghai") : STR("Europe/Berlin"),
                       .code = setup};
}

static const Shape *shape_for(const Req *r)
{
    return is_in_front(r) ? &start_form : &start_code_form;
}

Err *show_start(Req *r)
{
    if (r->village.org)
        return err_new(r->arena, ERR_CONFLICT, "start.done");
    const StartForm *typed = r->form_shape == shape_for(r) ? r->form_values : NULL;
    BackQuery query = {0};
    if (!typed)
        TRY(take_query(r, &back_query, &query));
    StartForm form = typed ? *typed : first_guess(r, query.code);
    form.password = (Str){0};
    StartView view = {.form = &form,
                      .needs_code = !is_in_front(r),
                      .lang = field_of_choices(r, shape_for(r), "lang", choices_of_langs(r, form.lang), "choices"),
                      .currency = field_of_choices(r, shape_for(r), "currency", currencies(r, form.currency), "select"),
                      .zone = field_of_choices(r, shape_for(r), "zone", choices_of_zones(r, form.zone), "select")};
    PageHead head = {.title = tr(r->lang, N_("Set up your co-operative"))};
    Page *page = page_begin(r, &head);
    identity_start(page, &view);
    return page_end(page);
}

/* ---- doing it ---- */

static bool currency_ok(Str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] < 'A' || text.at[i] > 'Z')
            return false;
    return text.len == 3;
}

static Err *code_check(Req *r, Str typed)
{
    Str key = STR("setup"); /* one count for everybody: there is one code */
    if (is_in_front(r))
        return NULL;
    int64_t wait = tries_wait(TRY_SETUP, key, r->now);
    if (wait)
        return err_arg(r->arena, err_new(r->arena, ERR_BUSY, "limit.sign_in"), "minutes",
                       str_format(r->arena, "%lld", (long long)((wait + MINUTE_MS - 1) / MINUTE_MS)));
    if (code[0] && secret_same(secret_typed(r->arena, typed), str_of(code)))
        return NULL;
    tries_wrong(TRY_SETUP, key, r->now);
    return err_field(r->arena, "start.code_wrong", "code");
}

typedef struct Start {
    const StartForm *form;
    Str hash;
    Id org, person;
} Start;

static Err *write_start(Tx *tx, Time now, void *what)
{
    Start *start = what;
    const StartForm *form = start->form;
    Founding founding = {form->village, form->place, form->lang, form->currency, form->zone};
    NewPerson admin = {
        .name = form->name, .phone = form->phone, .email = form->email, .lang = form->lang, .state = "active"};
    TRY(village_found(tx, now, &founding, &start->org));
    TRY(person_add(tx, now, 0, &admin, &start->person));
    TRY(password_set(tx, now, start->person, start->hash));
    TRY(grant_add(tx, now, start->person, start->person, start->org, ROLE_MEMBER));
    return grant_add(tx, now, start->person, start->person, start->org, ROLE_ADMIN);
}

static Err *start_by(Req *r, StartForm *form)
{
    TRY(code_check(r, form->code));
    form->currency = str_trim(form->currency);
    if (!currency_ok(form->currency))
        return err_field(r->arena, "start.currency_bad", "currency");
    if (!zone_valid(form->zone))
        return err_field(r->arena, "start.zone_bad", "zone");
    PasswordFor whose = {.name = form->name, .phone = form->phone, .email = form->email, .village = form->village};
    TRY(password_check(r->arena, form->password, &whose, "password"));
    Start start = {.form = form};
    TRY(password_hash(r->arena, form->password, &start.hash));
    Entry entry = {.proved = true, .also = write_start, .what = &start, .person_made = &start.person};
    return identity_enter(r, &entry);
}

Err *start_village(Req *r)
{
    StartForm form = {0};
    if (r->village.org)
        return err_new(r->arena, ERR_CONFLICT, "start.done");
    Err *err = take(r, shape_for(r), &form);
    if (!err)
        err = start_by(r, &form);
    if (err_is(err, "start.done"))
        return err;
    if (err)
        return reply_form_again(r, err, show_start);
    reply_notice(r, N_("Your co-operative is set up. Welcome!"));
    return reply_see(r, "/today");
}
