/* Leaving: what a person takes along (everything, as JSON) and how they are forgotten. */
#include "identity/leave.h"

#include "base/json.h"
#include "identity/people.h"

enum { EXPORT_BYTES_MAX = 64 * 1024 * 1024 };

/* ---- what a person takes along ---- */

static void member(Buf *out, const char *name, Str value)
{
    buf_addf(out, "%s\"%s\":", out->len && out->at[out->len - 1] != '{' ? "," : "", name);
    json_write_str(out, value);
}

Err *identity_export_person(Db *db, Id person, Buf *out)
{
    Person p;
    bool found;
    GrantRowList grants;
    SessionList sessions;
    Household household;
    bool in_household = false;
    TRY(person_by_id(db, person, &p, &found));
    if (!found)
        return NULL;
    TRY(grant_list_by_person(db, person, time_now(), &grants));
    TRY(session_list_by_person(db, person, &sessions));
    if (p.has_household)
        TRY(household_by_id(db, p.household, &household, &in_household));
    Buf body = buf_new(db->arena, EXPORT_BYTES_MAX);
    buf_add_char(&body, '{');
    member(&body, "id", id_text(db->arena, p.id));
    member(&body, "name", p.name);
    member(&body, "sign_in_name", p.sign_name);
    member(&body, "phone", p.phone);
    member(&body, "email", p.email);
    member(&body, "language", p.lang);
    member(&body, "household", in_household ? household.name : (Str){0});
    member(&body, "since", time_text(db->arena, p.made_at));
    buf_add(&body, STR(",\"roles\":["));
    for (size_t i = 0; i < grants.len; i++) {
        buf_add(&body, i ? STR(",{") : STR("{"));
        member(&body, "organisation", grants.at[i].org_name);
        member(&body, "role", grants.at[i].role);
        member(&body, "since", time_text(db->arena, grants.at[i].since));
        buf_add_char(&body, '}');
    }
    buf_add(&body, STR("],\"devices\":["));
    for (size_t i = 0; i < sessions.len; i++) {
        buf_add(&body, i ? STR(",{") : STR("{"));
        member(&body, "device", sessions.at[i].device);
        member(&body, "since", time_text(db->arena, sessions.at[i].made_at));
        buf_add_char(&body, '}');
    }
    buf_add(&body, STR("]}"));
    buf_addf(out, "\"identity\":%.*s", STR_ARG(buf_str(&body)));
    return NULL;
}

Err *person_export(Db *db, Time now, Id person, Str village_name, Str *json)
{
    Buf out = buf_new(db->arena, EXPORT_BYTES_MAX);
    buf_add_char(&out, '{');
    member(&out, "made", time_text(db->arena, now));
    member(&out, "by", village_name);
    for (const Module *const *module = house_modules; *module; module++) {
        if (!(*module)->export_person)
            continue;
        Buf part = buf_new(db->arena, EXPORT_BYTES_MAX);
        TRY((*module)->export_person(db, person, &part));
        if (part.len) {
            buf_add_char(&out, ',');
            buf_add(&out, buf_str(&part));
        }
    }
    buf_add(&out, STR("}\n"));
    *json = buf_str(&out);
    return out.overflowed ? err_new(db->arena, ERR_BROKEN, "export.too_large") : NULL;
}

/* ---- how a person is forgotten ---- */

Err *person_erase_everywhere(Tx *tx, Time now, Id person)
{
    for (const Module *const *module = house_modules; *module; module++)
        if ((*module)->erase_person)
            TRY((*module)->erase_person(tx, person, now));
    return audit(tx, now, 0, "person.erase", person, (Str){0});
}

typedef struct Due {
    Id person;
    Time now;
} Due;

static Err *write_erase(Tx *tx, void *arg)
{
    const Due *due = arg;
    return person_erase_everywhere(tx, due->now, due->person);
}

/* One transaction a person: who cannot be erased yet (a module refuses: an open order, money owed) does not hold up the
   others, and is tried again the next time. */
Err *identity_erase_due(JobContext *context)
{
    Db db;
    PersonNameList due;
    TRY(db_read(context->store, context->arena, &db));
    TRY(person_list_due(&db, context->now, &due));
    for (size_t i = 0; i < due.len; i++) {
        Due one = {due.at[i].id, context->now};
        Err *err = db_write(context->store, context->arena, write_erase, &one);
        if (err && err->kind != ERR_CONFLICT)
            return err;
        log_line("identity.erase", "person=%.*s result=%s", STR_ARG(id_text(context->arena, one.person)),
                 err ? err->code : "done");
    }
    return NULL;
}

/* Sessions, slips and notes that are over. */
static Err *write_sweep(Tx *tx, void *arg)
{
    const Time now = *(const Time *)arg;
    int64_t count;
    Time seen = {now.ms - config_int("session_idle_days") * DAY_MS},
         made = {now.ms - config_int("session_days") * DAY_MS};
    TRY(session_drop_old(tx, seen, made, &count));
    TRY(slip_drop_old(tx, now, &count));
    return invitation_forget_old(tx, now, &count);
}

Err *identity_sweep(JobContext *context)
{
    return db_write(context->store, context->arena, write_sweep, &context->now);
}
