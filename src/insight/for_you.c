/* What a member may like, why, and the way to switch it off. */
#include "insight/handlers.h"
#include "insight/templates.h"

enum { MOST = 8 }; /* of each kind: a page that is read to its end */

static Err *name_of(Req *r, Id product, Str *out)
{
    InsightText text;
    bool found;
    TRY(insight_product_name(&r->db, product, str_of(lang_tag(r->lang)), &text, &found));
    *out = found ? text.words : STR("");
    return NULL;
}

static Err *tip_add(Req *r, const Suggested *from, Str reason, TipViewList *out)
{
    InsightCardList cards;
    TRY(insight_card(&r->db, from->product, str_of(lang_tag(r->lang)), &cards));
    if (!cards.len)
        return NULL; /* not on sale any more */
    const InsightCard *card = &cards.at[0];
    out->at[out->len++] = (TipView){.product = card->product, .title = card->title, .pack = card->pack, .producer = card->producer_name,
                                    .reason = reason, .price = card->price, .unit = str_eq(card->priced_unit, STR("C62")) ? STR("") : card->priced_unit,
                                    .picture = picture_of(r->arena, card->photo, STR(""), SIZES_SMALL), .sold_out = card->free <= 0};
    return NULL;
}

static Err *because_say(Req *r, const Suggested *tip, Str *out)
{
    Str first = {0}, second = {0};
    if (tip->because[0])
        TRY(name_of(r, tip->because[0], &first));
    if (tip->because[1])
        TRY(name_of(r, tip->because[1], &second));
    const TextArg args[] = {{"first", first}, {"second", second}};
    *out = second.len ? tr_fill(r->arena, tr(r->lang, N_("Because you bought {first} and {second}")), args, 2)
           : first.len ? tr_fill(r->arena, tr(r->lang, N_("Because you bought {first}")), args, 2)
                       : STR("");
    return NULL;
}

static bool among(const SuggestedList *list, Id product)
{
    for (size_t i = 0; i < list->len; i++)
        if (list->at[i].product == product)
            return true;
    return false;
}

static Err *tips_view(Req *r, const Suggestions *known, ForYouView *view)
{
    view->again.at = NEW_ARRAY(r->arena, TipView, known->again.len + 1);
    view->fresh.at = NEW_ARRAY(r->arena, TipView, known->fresh.len + 1);
    view->near.at = NEW_ARRAY(r->arena, TipView, known->near.len + 1);
    for (size_t i = 0; i < known->again.len; i++) {
        const Suggested *tip = &known->again.at[i];
        const TextArg args[] = {{"days", say_int(r->arena, r->lang, tip->days)}, {"n", say_int(r->arena, r->lang, tip->since)}};
        TRY(tip_add(r, tip, tr_fill(r->arena, tr_plural(r->lang, "Last bought {n} day ago; usually again after about {days} days", "Last bought {n} days ago; usually again after about {days} days", tip->since), args, 2), &view->again));
    }
    for (size_t i = 0; i < known->fresh.len; i++) {
        Str reason;
        TRY(because_say(r, &known->fresh.at[i], &reason));
        TRY(tip_add(r, &known->fresh.at[i], reason, &view->fresh));
    }
    for (size_t i = 0; i < known->near.len; i++) {
        if (among(&known->again, known->near.at[i].product))
            continue;
        int64_t orders = known->near.at[i].days;
        const TextArg n = {"n", say_int(r->arena, r->lang, orders)};
        Str reason = orders ? tr_fill(r->arena, tr_plural(r->lang, "In {n} order in the last four weeks", "In {n} orders in the last four weeks", orders), &n, 1)
                            : tr(r->lang, N_("Was bought in these weeks last year"));
        TRY(tip_add(r, &known->near.at[i], reason, &view->near));
    }
    return NULL;
}

Err *show_for_you(Req *r)
{
    Suggestions known;
    InsightModel model;
    InsightText pickup;
    bool found;
    TRY(suggest_for(&r->db, r->who, r->now, MOST, &known));
    ForYouView view = {.wanted = known.wanted, .has_since = known.has_since, .since = known.since, .bought = known.bought};
    TRY(tips_view(r, &known, &view));
    if (known.pickup) {
        TRY(insight_pickup_name(&r->db, known.pickup, str_of(lang_tag(r->lang)), &pickup, &found));
        view.pickup = found ? pickup.words : STR("");
    }
    TRY(insight_model_newest(&r->db, STR("goods"), &model, &found));
    if (found)
        view.sentence = insight_sentence(r->arena, r->lang, &model);
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("For you")), .place = "/for-you"});
    insight_for_you(page, &view);
    return page_end(page);
}

typedef struct Choosing {
    Id person;
    bool wanted, forget;
    Time now;
} Choosing;

static Err *choice_write(Tx *tx, void *arg)
{
    const Choosing *c = arg;
    InsightChoice old;
    bool found;
    TRY(insight_choice_of(&tx->db, c->person, &old, &found));
    const Time *since = c->forget ? &c->now : found && old.has_since ? &old.since : NULL;
    TRY(insight_choice_put(tx, c->person, c->forget ? (!found || old.wanted) : c->wanted, since, c->now));
    return audit(tx, c->now, c->person, c->forget ? "insight.forget" : c->wanted ? "insight.on" : "insight.off", 0, STR(""));
}

Err *switch_for_you(Req *r)
{
    WantedForm form = {0};
    TRY(take(r, &wanted_form_shape, &form));
    Choosing c = {.person = r->who, .wanted = form.wanted, .now = r->now};
    TRY(db_write(r->store, r->arena, choice_write, &c));
    reply_notice(r, form.wanted ? N_("Suggestions are on.") : N_("Suggestions are off. What you buy teaches nothing from tonight on."));
    return reply_see(r, "/for-you");
}

Err *forget_for_you(Req *r)
{
    Choosing c = {.person = r->who, .forget = true, .now = r->now};
    TRY(db_write(r->store, r->arena, choice_write, &c));
    reply_notice(r, N_("Forgotten. Your orders stay in your account; suggestions begin anew."));
    return reply_see(r, "/for-you");
}

Err *take_for_you(Req *r)
{
    Buf out = buf_new(r->arena, 1 << 20);
    buf_add_char(&out, '{');
    TRY(insight_export_person(&r->db, r->who, &out));
    buf_add_char(&out, '}');
    return reply_file(r, "application/json", STR("millet-suggestions.json"), buf_str(&out));
}
