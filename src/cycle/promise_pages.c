/* Buyers: harvests that can be ordered before they are there, and buying together. */
#include "cycle/handlers.h"
#include "cycle/templates.h"

static Str unit_word(Str priced_unit)
{
    const Unit *unit = unit_find(priced_unit);
    return unit && unit->kind != UNIT_COUNT ? priced_unit : STR("");
}

static PromiseRow harvest_row(const Forecast *f)
{
    return (PromiseRow){.id = f->id, .title = f->title, .seller = f->org_name, .unit = unit_word(f->priced_unit), .price = f->price,
                        .until = f->closes_at, .day = f->day, .low = {f->low, f->sold_unit, f->sold_scale},
                        .likely = {f->likely, f->sold_unit, f->sold_scale}, .promised = {f->promised, f->sold_unit, f->sold_scale},
                        .least = {f->min_steps, f->sold_unit, f->sold_scale},
                        .left = {f->likely - f->promised, f->sold_unit, f->sold_scale}};
}

static PromiseRow together_row(const GroupBuy *g)
{
    return (PromiseRow){.id = g->id, .title = g->title, .seller = g->org_name, .unit = unit_word(g->priced_unit), .price = g->normal_price,
                        .until = g->deadline, .promised = {g->pledged, g->sold_unit, g->sold_scale},
                        .least = {g->min_steps, g->sold_unit, g->sold_scale}};
}

Err *list_promises(Req *r)
{
    PromisesView view = {.seller = (r->roles & (ROLE_SELLER | ROLE_ADMIN)) != 0};
    ForecastList harvests;
    GroupBuyList together;
    TRY(forecast_list_open(&r->db, lang_now(r), r->now, &harvests));
    TRY(group_buy_list_open(&r->db, lang_now(r), r->now, &together));
    view.harvests.at = NEW_ARRAY(r->arena, PromiseRow, harvests.len + 1);
    view.together.at = NEW_ARRAY(r->arena, PromiseRow, together.len + 1);
    for (size_t i = 0; i < harvests.len; i++)
        view.harvests.at[view.harvests.len++] = harvest_row(&harvests.at[i]);
    for (size_t i = 0; i < together.len; i++)
        view.together.at[view.together.len++] = together_row(&together.at[i]);
    Page *page = cycle_page_begin(r, tr(r->lang, N_("Harvests to come")), "/promises", STR(""));
    cycle_promises(page, &view);
    return page_end(page);
}

static Err *places_fill(Req *r, CyclePlaceList *out)
{
    CyclePickupList pickups;
    TRY(cycle_pickups(&r->db, lang_now(r), &pickups));
    out->at = NEW_ARRAY(r->arena, CyclePlaceView, pickups.len + 1);
    for (size_t i = 0; i < pickups.len; i++)
        out->at[out->len++] = (CyclePlaceView){pickups.at[i].id, pickups.at[i].name, false};
    return NULL;
}

/* ---- a harvest ---- */

static Err *take_harvest(Req *r, Forecast *out)
{
    Id id;
    bool found;
    TRY(take_id(r, 0, &id));
    TRY(forecast_by_id(&r->db, id, lang_now(r), out, &found));
    return found ? NULL : err_new(r->arena, ERR_MISSING, "forecast.missing");
}

static const char *rule_word(Str rule)
{
    static const char *const words[][2] = {{"first_come", N_("Who came first")}, {"pro_rata", N_("Everybody in proportion")},
                                           {"members_first", N_("Members first")}, {"lottery", N_("A lottery")}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(rule, str_of(words[i][0])))
            return words[i][1];
    return "";
}

/* Numbers, never names. */
static Err *shares_read(Req *r, const Forecast *f, PromiseView *view)
{
    PreorderList rows;
    TRY(preorder_list(&r->db, f->id, &rows));
    view->shares.at = NEW_ARRAY(r->arena, ShareRow, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        const Preorder *p = &rows.at[i];
        view->shares.at[view->shares.len++] =
            (ShareRow){id_text(r->arena, p->id), p->at, {p->wanted, f->sold_unit, f->sold_scale},
                       {p->has_got ? p->got : 0, f->sold_unit, f->sold_scale}, r->who && p->buyer == r->who, p->has_got};
    }
    return NULL;
}

/* What the forecast expected when it was announced: for the farmer, to compare. */
static Err *hint_view(Req *r, const Forecast *f, PromiseView *view)
{
    ForecastHint hint;
    TRY(forecast_hint_of(&r->db, f->id, &hint, &view->hinted));
    if (!view->hinted)
        return NULL;
    view->hint_low = (Quantity){hint.low, f->sold_unit, f->sold_scale};
    view->hint_likely = (Quantity){hint.likely, f->sold_unit, f->sold_scale};
    view->hint_high = (Quantity){hint.high, f->sold_unit, f->sold_scale};
    view->hint_reason = hint.reason;
    return NULL;
}

Err *show_harvest(Req *r)
{
    static const AmountForm empty;
    PromiseView view = {0};
    Forecast f;
    Preorder mine;
    TRY(take_harvest(r, &f));
    view.row = harvest_row(&f);
    view.rule = tr(r->lang, rule_word(f.rule));
    view.lottery = str_eq(f.rule, STR("lottery"));
    view.shared = str_eq(f.state, STR("shared"));
    view.open = str_eq(f.state, STR("open")) && f.closes_at.ms > r->now.ms;
    view.seed = view.shared ? f.seed : STR("");
    view.seed_hash = f.seed_hash;
    view.harvest = (Quantity){f.has_harvest ? f.harvest : 0, f.sold_unit, f.sold_scale};
    view.signed_in = r->who != 0;
    view.mine = supplies(r, f.org);
    if (r->who)
        TRY(preorder_of(&r->db, f.id, r->who, &mine, &view.joined));
    if (view.joined) {
        view.wanted = (Quantity){mine.wanted, f.sold_unit, f.sold_scale};
        view.sure = (Quantity){mine.sure, f.sold_unit, f.sold_scale};
    }
    if (view.mine)
        TRY(hint_view(r, &f, &view));
    TRY(shares_read(r, &f, &view));
    TRY(places_fill(r, &view.places));
    view.form = r->form_shape == &amount_form || r->form_shape == &harvest_form ? r->form_values : &empty;
    Page *page = cycle_page_begin(r, f.title, "/promises", STR("/promises"));
    cycle_harvest(page, &view);
    return page_end(page);
}

typedef struct Promising {
    NewPreorder preorder;
    NewPledge pledge;
    Id id, who, made;
    int64_t steps;
    Time now;
} Promising;

static Err *preorder_write(Tx *tx, void *arg)
{
    Promising *p = arg;
    return preorder_add(tx, &p->preorder, p->now, &p->made);
}

static Err *amount_take(Req *r, const Shape *shape, int64_t scale, AmountForm *form, int64_t *steps)
{
    TRY(take(r, shape, form));
    return quantity_parse(form->amount, scale, steps) ? NULL : err_field(r->arena, "group_buy.amount", "amount");
}

static Err *preorder_try(Req *r, const Forecast *f)
{
    AmountForm form = {0};
    Promising p = {.now = r->now, .preorder = {.forecast = f->id, .buyer = r->who, .member = (r->roles & ROLE_MEMBER) != 0}};
    TRY(amount_take(r, &amount_form, f->sold_scale, &form, &p.preorder.steps));
    p.preorder.pickup = form.pickup;
    return db_write(r->store, r->arena, preorder_write, &p);
}

Err *preorder_harvest(Req *r)
{
    Forecast f;
    TRY(take_harvest(r, &f));
    Err *err = preorder_try(r, &f);
    if (err)
        return reply_form_again(r, err, show_harvest);
    reply_notice(r, N_("Pre-ordered. You hear when the harvest is shared."));
    return reply_see(r, "/promises/%.*s", STR_ARG(id_text(r->arena, f.id)));
}

static Err *leave_write(Tx *tx, void *arg)
{
    const Promising *p = arg;
    return preorder_drop(tx, p->id, p->who, p->now);
}

Err *leave_harvest(Req *r)
{
    Forecast f;
    TRY(take_harvest(r, &f));
    Promising p = {.id = f.id, .who = r->who, .now = r->now};
    TRY(db_write(r->store, r->arena, leave_write, &p));
    return reply_see(r, "/promises/%.*s", STR_ARG(id_text(r->arena, f.id)));
}

static Err *share_write(Tx *tx, void *arg)
{
    const Promising *p = arg;
    return forecast_share_out(tx, p->id, p->steps, p->who, p->now);
}

Err *share_harvest(Req *r)
{
    Forecast f;
    AmountForm form = {0};
    TRY(take_harvest(r, &f));
    if (!supplies(r, f.org))
        return denied(r);
    Promising p = {.id = f.id, .who = r->who, .now = r->now};
    Err *err = amount_take(r, &harvest_form, f.sold_scale, &form, &p.steps);
    if (!err)
        err = db_write(r->store, r->arena, share_write, &p);
    if (err)
        return reply_form_again(r, err, show_harvest);
    return reply_see(r, "/promises/%.*s", STR_ARG(id_text(r->arena, f.id)));
}

/* ---- buying together ---- */

static Err *take_together(Req *r, GroupBuy *out)
{
    Id id;
    bool found;
    TRY(take_id(r, 0, &id));
    TRY(group_buy_by_id(&r->db, id, lang_now(r), out, &found));
    return found ? NULL : err_new(r->arena, ERR_MISSING, "group_buy.missing");
}

Err *show_together(Req *r)
{
    static const AmountForm empty;
    PromiseView view = {0};
    GroupBuy g;
    GroupTierList tiers;
    GroupPledge mine;
    TRY(take_together(r, &g));
    TRY(group_tiers(&r->db, g.id, &tiers));
    view.row = together_row(&g);
    view.open = str_eq(g.state, STR("open")) && g.deadline.ms > r->now.ms;
    view.shared = str_eq(g.state, STR("bought"));
    view.signed_in = r->who != 0;
    view.tiers.at = NEW_ARRAY(r->arena, TierRow, tiers.len + 1);
    for (size_t i = 0; i < tiers.len; i++)
        view.tiers.at[view.tiers.len++] = (TierRow){{tiers.at[i].from_steps, g.sold_unit, g.sold_scale}, tiers.at[i].price,
                                                    g.pledged >= tiers.at[i].from_steps};
    if (r->who)
        TRY(group_pledge_of(&r->db, g.id, r->who, &mine, &view.joined));
    if (view.joined)
        view.wanted = (Quantity){mine.steps, g.sold_unit, g.sold_scale};
    TRY(places_fill(r, &view.places));
    view.form = r->form_shape == &amount_form ? r->form_values : &empty;
    Page *page = cycle_page_begin(r, g.title, "/promises", STR("/promises"));
    cycle_together(page, &view);
    return page_end(page);
}

static Err *join_write(Tx *tx, void *arg)
{
    Promising *p = arg;
    return group_buy_join(tx, &p->pledge, p->now, &p->made);
}

Err *join_together(Req *r)
{
    GroupBuy g;
    AmountForm form = {0};
    TRY(take_together(r, &g));
    Promising p = {.now = r->now, .pledge = {.group_buy = g.id, .buyer = r->who}};
    Err *err = amount_take(r, &amount_form, g.sold_scale, &form, &p.pledge.steps);
    p.pledge.pickup = form.pickup;
    if (!err)
        err = db_write(r->store, r->arena, join_write, &p);
    if (err)
        return reply_form_again(r, err, show_together);
    reply_notice(r, N_("You take part."));
    return reply_see(r, "/together/%.*s", STR_ARG(id_text(r->arena, g.id)));
}

static Err *unjoin_write(Tx *tx, void *arg)
{
    const Promising *p = arg;
    return group_buy_leave(tx, p->id, p->who, p->now);
}

Err *leave_together(Req *r)
{
    GroupBuy g;
    TRY(take_together(r, &g));
    Promising p = {.id = g.id, .who = r->who, .now = r->now};
    TRY(db_write(r->store, r->arena, unjoin_write, &p));
    return reply_see(r, "/together/%.*s", STR_ARG(id_text(r->arena, g.id)));
}
