/* Commands about people: millet user ..., millet token. */
#include <string.h>

#include "base/command.h"
#include "identity/people.h"
#include "identity/secret.h"

/* What a script gets that adds people to an empty data folder. */
static const Founding DEFAULT_VILLAGE = {
    .name = STR("Millet"), .place = {0}, .lang = STR("en"), .currency = STR("CNY"), .zone = STR("Asia/Shanghai")};

typedef struct Work {
    Args *args;
    Time now;
    Id org, person, founding;
    bool founded; /* the founding co-operative was made just now */
    unsigned roles[16];
    size_t roles_len;
    NewPerson fresh;
    Str hash;
    bool take;
    const char *state; /* "disabled" or "active" */
} Work;

/* ---- finding ---- */

static Err *person_called(Db *db, Str name, Person *out)
{
    bool found;
    Id id;
    TRY(person_find(db, name, out, &found));
    if (!found && id_parse(name, &id))
        TRY(person_by_id(db, id, out, &found));
    if (!found || str_eq(out->state, STR("erased")))
        return err_arg(db->arena, err_new(db->arena, ERR_MISSING, "user.missing"), "name", name);
    return NULL;
}

static Err *founding_of(Db *db, Id *founding)
{
    Str text;
    *founding = 0;
    TRY(setting_get(db, "village.org", (Str){0}, &text));
    id_parse(text, founding);
    return NULL;
}

static Err *org_called(Db *db, Str name, Id *out)
{
    OrgList orgs;
    OrgCard card;
    if (!org_card_by_slug(db, name, &card) || (id_parse(name, out) && !org_card(db, *out, &card))) {
        *out = card.id;
        return NULL;
    }
    TRY(org_list(db, 1000, &orgs));
    for (size_t i = 0; i < orgs.len; i++)
        if (str_eq(sign_key_of(db->arena, orgs.at[i].name), sign_key_of(db->arena, name))) {
            *out = orgs.at[i].id;
            return NULL;
        }
    return err_new(db->arena, ERR_MISSING, "org.missing");
}

/* "seller,packer" */
static bool roles_read(Work *work, const char *text)
{
    Str rest = str_of(text), word;
    while (rest.len && work->roles_len < 16) {
        str_cut(rest, ',', &word, &rest);
        unsigned role = role_find(str_trim(word));
        if (!role) {
            fprintf(work->args->err, "millet: there is no role \"%.*s\". Roles are:", STR_ARG(word));
            for (const RoleName *row = role_names; row->name; row++)
                fprintf(work->args->err, " %s", row->name);
            fprintf(work->args->err, "\n");
            return false;
        }
        work->roles[work->roles_len++] = role;
    }
    return work->roles_len > 0;
}

/* A password of the console: whoever sits there owns the data, so what everybody uses is warned of, not refused. */
static Err *password_read(Args *args, const PasswordFor *whose, Str *hash)
{
    Str password;
    TRY(args_line(args, "Password: ", true, &password));
    Err *err = password_check(args->arena, password, whose, "password");
    if (err_is(err, "password.common") || err_is(err, "password.own"))
        fprintf(args->err, "millet: warning: %s\n",
                str_z(args->arena, err_say(args->arena, lang_find(STR("en")), err)));
    else
        TRY(err);
    return password_hash(args->arena, password, hash);
}

/* ---- user add ---- */

static Err *write_add(Tx *tx, void *arg)
{
    Work *work = arg;
    TRY(founding_of(&tx->db, &work->founding));
    work->founded = !work->founding;
    if (work->founded)
        TRY(village_found(tx, work->now, &DEFAULT_VILLAGE, &work->founding));
    TRY(person_add(tx, work->now, 0, &work->fresh, &work->person));
    TRY(password_set(tx, work->now, work->person, work->hash));
    TRY(grant_add(tx, work->now, 0, work->person, work->founding, ROLE_MEMBER));
    for (size_t i = 0; i < work->roles_len; i++)
        TRY(grant_add(tx, work->now, 0, work->person, work->org ? work->org : work->founding, (Role)work->roles[i]));
    return NULL;
}

static Err *add_checked(Work *work, const char *org)
{
    Args *args = work->args;
    Db db;
    if (org) {
        TRY(db_read(args->store, args->arena, &db));
        TRY(org_called(&db, str_of(org), &work->org));
    }
    PasswordFor whose = {.name = work->fresh.name, .phone = work->fresh.phone, .email = work->fresh.email};
    TRY(password_read(args, &whose, &work->hash));
    return db_write(args->store, args->arena, write_add, work);
}

static int user_add(Args *args)
{
    Work work = {.args = args, .now = time_now()};
    const char *role = args_option(args, "role"), *org = args_option(args, "org"), *phone = args_option(args, "phone"),
               *email = args_option(args, "email"), *lang = args_option(args, "lang");
    if (!args_done(args, 1, 1))
        return EXIT_USAGE;
    if (!roles_read(&work, role ? role : "member"))
        return EXIT_USAGE;
    work.fresh = (NewPerson){.name = str_of(args->argv[0]),
                             .phone = str_of(phone),
                             .email = str_of(email),
                             .lang = str_of(lang),
                             .state = "active"};
    Err *err = add_checked(&work, org);
    if (err)
        return args_failed(args, err);
    if (work.founded)
        fprintf(
            args->err,
            "millet: there was no co-operative yet: made one called \"Millet\" (CNY, Asia/Shanghai). Rename it under "
            "/village.\n");
    fprintf(args->out, "%s\n", str_z(args->arena, id_text(args->arena, work.person)));
    return EXIT_DONE;
}

/* ---- user list ---- */

static Err *list_state(Args *args, Db *db, const char *state)
{
    Id before = INT64_MAX;
    for (;;) {
        PersonList rows;
        TRY(person_list_in_state(db, str_of(state), before, 500, &rows));
        for (size_t i = 0; i < rows.len; i++) {
            GrantRowList grants;
            TRY(grant_list_by_person(db, rows.at[i].id, time_now(), &grants));
            fprintf(args->out, "%s\t%.*s\t%s\t", str_z(args->arena, id_text(args->arena, rows.at[i].id)),
                    STR_ARG(rows.at[i].sign_name), state);
            for (size_t k = 0; k < grants.len; k++)
                fprintf(args->out, "%s%.*s:%.*s", k ? ", " : "", STR_ARG(grants.at[k].org_name),
                        STR_ARG(grants.at[k].role));
            fprintf(args->out, "\n");
        }
        if (rows.len < 500 || args_gone(args))
            return NULL;
        before = rows.at[rows.len - 1].id;
    }
}

static int user_list(Args *args)
{
    static const char *const states[] = {"waiting", "active", "leaving", "disabled"};
    Db db;
    if (!args_done(args, 0, 0))
        return EXIT_USAGE;
    Err *err = db_read(args->store, args->arena, &db);
    for (size_t i = 0; !err && i < sizeof states / sizeof *states; i++)
        err = list_state(args, &db, states[i]);
    return err ? args_failed(args, err) : EXIT_DONE;
}

/* ---- user disable, enable, approve ---- */

static Err *write_state(Tx *tx, void *arg)
{
    const Work *work = arg;
    if (strcmp(work->state, "disabled") == 0)
        return person_disable(tx, work->now, 0, work->person, work->founding);
    if (strcmp(work->state, "member") == 0)
        return person_approve(tx, work->now, 0, work->person, work->founding);
    return person_enable(tx, work->now, 0, work->person);
}

static Err *state_by(Work *work, Str name)
{
    Db db;
    Person person;
    TRY(db_read(work->args->store, work->args->arena, &db));
    TRY(founding_of(&db, &work->founding));
    TRY(person_called(&db, name, &person));
    work->person = person.id;
    return db_write(work->args->store, work->args->arena, write_state, work);
}

static int set_state(Args *args, const char *state)
{
    Work work = {.args = args, .now = time_now(), .state = state};
    if (!args_done(args, 1, 1))
        return EXIT_USAGE;
    Err *err = state_by(&work, str_of(args->argv[0]));
    return err ? args_failed(args, err) : EXIT_DONE;
}

static int user_disable(Args *args)
{
    return set_state(args, "disabled");
}
static int user_enable(Args *args)
{
    return set_state(args, "active");
}
static int user_approve(Args *args)
{
    return set_state(args, "member");
}

/* ---- user password ---- */

static Err *write_password(Tx *tx, void *arg)
{
    const Work *work = arg;
    int64_t dropped;
    TRY(password_set(tx, work->now, work->person, work->hash));
    return session_drop_all(tx, work->person, 0, &dropped);
}

static Err *password_by(Work *work, Str name)
{
    Db db;
    Person person;
    TRY(db_read(work->args->store, work->args->arena, &db));
    TRY(person_called(&db, name, &person));
    PasswordFor whose = {
        .name = person.name, .sign_name = person.sign_name, .phone = person.phone, .email = person.email};
    TRY(password_read(work->args, &whose, &work->hash));
    work->person = person.id;
    return db_write(work->args->store, work->args->arena, write_password, work);
}

static int user_password(Args *args)
{
    Work work = {.args = args, .now = time_now()};
    if (!args_done(args, 1, 1))
        return EXIT_USAGE;
    Err *err = password_by(&work, str_of(args->argv[0]));
    return err ? args_failed(args, err) : EXIT_DONE;
}

/* ---- user role ---- */

static Err *write_roles(Tx *tx, void *arg)
{
    const Work *work = arg;
    for (size_t i = 0; i < work->roles_len; i++) {
        Role role = (Role)work->roles[i];
        TRY(work->take ? grant_take(tx, work->now, 0, work->person, work->org, role)
                       : grant_add(tx, work->now, 0, work->person, work->org, role));
    }
    return NULL;
}

static Err *roles_by(Work *work, Str name, const char *org)
{
    Db db;
    Person person;
    TRY(db_read(work->args->store, work->args->arena, &db));
    TRY(founding_of(&db, &work->org));
    if (org)
        TRY(org_called(&db, str_of(org), &work->org));
    if (!work->org)
        return err_new(work->args->arena, ERR_MISSING, "org.missing");
    TRY(person_called(&db, name, &person));
    work->person = person.id;
    return db_write(work->args->store, work->args->arena, write_roles, work);
}

static int user_role(Args *args)
{
    Work work = {.args = args, .now = time_now()};
    const char *org = args_option(args, "org");
    work.take = args_flag(args, "take");
    if (!args_done(args, 2, 2) || !roles_read(&work, args->argv[1]))
        return EXIT_USAGE;
    Err *err = roles_by(&work, str_of(args->argv[0]), org);
    return err ? args_failed(args, err) : EXIT_DONE;
}

/* ---- token ---- */

static Err *write_token(Tx *tx, void *arg)
{
    const NewToken *token = arg;
    return token_start(tx, (Time){id_time_ms(token->id)}, token);
}

static Err *token_by(Args *args, Str name, Str scopes, int64_t days, NewToken *token)
{
    Db db;
    Person person;
    TRY(db_read(args->store, args->arena, &db));
    TRY(person_called(&db, name, &person));
    if (!str_eq(person.state, STR("active")))
        return err_arg(args->arena, err_new(args->arena, ERR_CONFLICT, "user.not_active"), "name", name);
    token_mint(args->arena, person.id, STR("millet token"), scopes, token);
    if (days > 0)
        token->until = (Time){time_now().ms + days * DAY_MS};
    return db_write(args->store, args->arena, write_token, token);
}

static int token_command(Args *args)
{
    NewToken token;
    const char *scopes = args_option(args, "scopes"), *days_text = args_option(args, "days");
    int64_t days = 0;
    if (!args_done(args, 1, 1))
        return EXIT_USAGE;
    if (days_text && (!str_to_int(str_of(days_text), &days) || days < 1)) {
        fprintf(args->err, "millet: --days takes a number of days\n");
        return EXIT_USAGE;
    }
    Err *err = token_by(args, str_of(args->argv[0]), scopes ? str_of(scopes) : STR("*"), days, &token);
    if (err)
        return args_failed(args, err);
    fprintf(args->out, "%s\n", str_z(args->arena, token.token));
    return EXIT_DONE;
}

const Command identity_commands[] = {
    COMMAND("user add", N_("Add a person; the password is read from standard input."),
            N_("Usage: millet user add NAME --role ROLE [--org ORG] [--phone P] [--email E] [--lang TAG]\n\n"
               "Adds a member called NAME with these roles (several with commas; without --role: member) and prints "
               "the id.\n"
               "ORG is a slug, a name or an id; without it the founding co-operative. In an empty data folder a "
               "co-operative\n"
               "called Millet is made first.\n"
               "The first line of standard input is the password, of at least 8 characters."),
            user_add, .needs_store = true),
    COMMAND("user list", N_("List the people: id, sign-in name, state, roles."), N_("Usage: millet user list"),
            user_list, .needs_store = true),
    COMMAND("user role", N_("Give or take back roles."),
            N_("Usage: millet user role NAME ROLE[,ROLE] [--org ORG] [--take]\n\nNAME is a sign-in name, a phone, an "
               "e-mail address or an id."),
            user_role, .needs_store = true),
    COMMAND("user password", N_("Set a password, read from standard input; signs out everywhere."),
            N_("Usage: millet user password NAME\n\nNAME is a sign-in name, a phone, an e-mail address or an id."),
            user_password, .needs_store = true),
    COMMAND("user disable", N_("Block a person; can be undone."),
            N_("Usage: millet user disable NAME\n\nNAME is a sign-in name, a phone, an e-mail address or an id."),
            user_disable, .needs_store = true),
    COMMAND("user enable", N_("Unblock a person."),
            N_("Usage: millet user enable NAME\n\nNAME is a sign-in name, a phone, an e-mail address or an id."),
            user_enable, .needs_store = true),
    COMMAND("user approve", N_("Let in somebody who asked to join."),
            N_("Usage: millet user approve NAME\n\nNAME is a sign-in name, a phone, an e-mail address or an id."),
            user_approve, .needs_store = true),
    COMMAND("token", N_("Print a bearer token for programs of a person."),
            N_("Usage: millet token NAME [--scopes \"read orders\"] [--days N]\n\n"
               "Prints only the token. Without --scopes it may do all that the person may.\n"
               "NAME is a sign-in name, a phone, an e-mail address or an id."),
            token_command, .needs_store = true),
    {0},
};
