/* Members: what they want in every cycle. */
#include "cycle/handlers.h"
#include "cycle/templates.h"

static Err *standing_row(Req *r, const Standing *s, const CyclePickupList *pickups, StandingRow *out)
{
    StandingLineList lines;
    StandingRunList runs;
    Buf words = buf_new(r->arena, 4000);
    TRY(standing_lines(&r->db, s->id, lang_now(r), &lines));
    TRY(standing_runs(&r->db, s->id, &runs));
    for (size_t i = 0; i < lines.len; i++) {
        buf_add(&words, i ? tr(r->lang, N_(", ")) : STR(""));
        buf_add(&words, lines.at[i].title);
        buf_add_char(&words, ' ');
        buf_add(&words, say_quantity(r->arena, r->lang, (Quantity){lines.at[i].steps, lines.at[i].sold_unit, lines.at[i].sold_scale}));
    }
    *out = (StandingRow){.id = s->id, .hub = s->org_name, .place = pickup_word(pickups, s->pickup), .lines = buf_str(&words),
                         .running = str_eq(s->state, STR("running"))};
    if (runs.len) {
        TextArg args[] = {{"cycle", runs.at[0].name}, {"day", say_date(r->arena, r->lang, runs.at[0].day)}};
        Str pattern = runs.at[0].has_order_group ? tr(r->lang, N_("Ordered for {day} in {cycle}"))
                                                 : tr(r->lang, N_("Rested on {day}: nothing of it was to be had"));
        out->last = tr_fill(r->arena, pattern, args, 2);
    }
    return NULL;
}

Err *list_standing(Req *r)
{
    StandingView view = {0};
    StandingList rows;
    CyclePickupList pickups;
    TRY(standing_list_by_buyer(&r->db, r->who, &rows));
    TRY(cycle_pickups(&r->db, lang_now(r), &pickups));
    view.rows = (StandingRowList){NEW_ARRAY(r->arena, StandingRow, rows.len + 1), rows.len};
    for (size_t i = 0; i < rows.len; i++)
        TRY(standing_row(r, &rows.at[i], &pickups, &view.rows.at[i]));
    Page *page = cycle_page_begin(r, tr(r->lang, N_("Standing orders")), "/cycles", STR("/orders"));
    cycle_standing(page, &view);
    return page_end(page);
}

typedef struct Keeping {
    Id order, id, who, hub, pickup, made;
    Str verb;
    Time now;
} Keeping;

static Err *add_write(Tx *tx, void *arg)
{
    Keeping *k = arg;
    return standing_add(tx, k->order, k->who, k->hub, k->pickup, k->now, &k->made);
}

Err *make_standing(Req *r)
{
    StandingForm form = {0};
    StandingSource source;
    bool found;
    TRY(take(r, &standing_form, &form));
    TRY(standing_order_source(&r->db, form.order, &source, &found));
    if (!found || !source.has_buyer || source.buyer != r->who)
        return err_new(r->arena, ERR_MISSING, "standing.missing");
    Keeping k = {.order = form.order, .who = r->who, .hub = source.hub, .pickup = source.pickup, .now = r->now};
    TRY(db_write(r->store, r->arena, add_write, &k));
    reply_notice(r, N_("From now on it is ordered in each cycle. Pause it whenever you like."));
    return reply_see(r, "/standing");
}

static Err *act_write(Tx *tx, void *arg)
{
    const Keeping *k = arg;
    return standing_act(tx, k->id, k->verb, k->who, k->now);
}

Err *act_on_standing(Req *r)
{
    StandingForm form = {0};
    Keeping k = {.who = r->who, .now = r->now};
    TRY(take(r, &standing_form, &form));
    TRY(take_id(r, 0, &k.id));
    k.verb = form.verb;
    TRY(db_write(r->store, r->arena, act_write, &k));
    return reply_see(r, "/standing");
}

Err *cycle_erase_person(Tx *tx, Id person, Time now)
{
    int64_t count;
    return standing_end_all(tx, person, now, &count);
}
