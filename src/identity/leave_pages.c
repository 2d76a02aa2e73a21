/* Pages of one's data: take it along, leave, change one's mind. */
#include "identity/handlers.h"

#include "identity/enter.h"
#include "identity/leave.h"
#include "identity/templates.h"

Err *show_my_data(Req *r)
{
    Person me;
    TRY(person_must(&r->db, r->who, &me));
    DataView view = {me.name, str_eq(me.state, STR("leaving")), me.leave_at, LEAVE_AFTER_MS / DAY_MS};
    PageHead head = {.title = tr(r->lang, N_("Your data")), .place = "/me", .back = STR("/me")};
    Page *page = page_begin(r, &head);
    identity_data(page, &view);
    return page_end(page);
}

Err *export_me(Req *r)
{
    Str json;
    TRY(person_export(&r->db, r->now, r->who, r->village.name, &json));
    Str day = date_text(r->arena, time_date(r->now, r->village.zone));
    return reply_file(r, "application/json", str_format(r->arena, "millet-%.*s.json", STR_ARG(day)), json);
}

typedef struct Leaving {
    Id person, founding;
    Time now;
} Leaving;

static Err *write_leaving(Tx *tx, void *arg)
{
    const Leaving *leaving = arg;
    return person_leave(tx, leaving->now, leaving->person, leaving->founding);
}

static Err *write_staying(Tx *tx, void *arg)
{
    const Leaving *leaving = arg;
    return person_stay(tx, leaving->now, leaving->person);
}

Err *leave_village(Req *r)
{
    Leaving leaving = {r->who, r->village.org, r->now};
    TRY(need_fresh(r));
    TRY(db_write(r->store, r->arena, write_leaving, &leaving));
    reply_notice(r, N_("Your account will be erased. Until then you can change your mind here."));
    return reply_see(r, "/me");
}

Err *stay_in_village(Req *r)
{
    Leaving leaving = {r->who, r->village.org, r->now};
    TRY(db_write(r->store, r->arena, write_staying, &leaving));
    reply_notice(r, N_("Good that you stay. Nothing was erased."));
    return reply_see(r, "/me");
}
