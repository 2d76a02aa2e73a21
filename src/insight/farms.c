/* How often each farm is seen in suggestions, with its floor: for the co-operative, so that nobody is forgotten by a formula. */
#include <math.h>

#include "insight/handlers.h"
#include "insight/templates.h"
#include "solve/recommend/recommend.h"

enum { BAR = 200 };

static Str percent_say(Req *r, double share)
{
    const TextArg arg = {"n", str_format(r->arena, "%.1f", share * 100)};
    return tr_fill(r->arena, tr(r->lang, NP_("share", "{n} %")), &arg, 1);
}

static void rows_view(Req *r, const FarmShownList *farms, FarmsView *view)
{
    double *before = NEW_ARRAY(r->arena, double, farms->len + 1), *after = NEW_ARRAY(r->arena, double, farms->len + 1), most = 0;
    double floor = farms->len ? INSIGHT_FLOOR / (double)farms->len : 0;
    view->rows.at = NEW_ARRAY(r->arena, FarmRow, farms->len + 1);
    for (size_t i = 0; i < farms->len; i++)
        most = fmax(most, fmax(farms->at[i].share_before, farms->at[i].share_after));
    for (size_t i = 0; i < farms->len; i++) {
        const FarmShown *farm = &farms->at[i];
        before[i] = farm->share_before;
        after[i] = farm->share_after;
        view->shown += farm->share_after > 0;
        view->rows.at[view->rows.len++] =
            (FarmRow){.org = farm->org, .name = farm->name, .goods = farm->goods, .before = percent_say(r, farm->share_before),
                      .after = percent_say(r, farm->share_after), .below = farm->share_after < floor - 0.0005,
                      .lift = farm->lift > 1.005 ? str_format(r->arena, "× %.2f", farm->lift) : STR(""),
                      .bar = most > 0 ? llround(BAR * farm->share_after / most) : 0,
                      .bar_before = most > 0 ? llround(BAR * farm->share_before / most) : 0};
    }
    view->farms = (int64_t)farms->len;
    view->gini_before = str_format(r->arena, "%.2f", recommend_gini(before, farms->len));
    view->gini_after = str_format(r->arena, "%.2f", recommend_gini(after, farms->len));
    view->equal = percent_say(r, farms->len ? 1 / (double)farms->len : 0);
    view->floor = percent_say(r, floor);
    view->floor_x = most > 0 ? llround(BAR * floor / most) : 0;
}

Err *show_farms(Req *r)
{
    FarmShownList farms;
    FarmsView view = {0};
    InsightModel model;
    TRY(goods_lifts(&r->db, str_of(lang_tag(r->lang)), &farms));
    rows_view(r, &farms, &view);
    TRY(insight_model_newest(&r->db, STR("goods"), &model, &view.fitted));
    if (view.fitted) {
        view.sentence = insight_sentence(r->arena, r->lang, &model);
        view.parameters = model.parameters;
        view.from = model.from_day;
        view.until = model.to_day;
        view.fitted_at = model.fitted_at;
    }
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("How farms are seen")), .place = "/outlook", .back = STR("/outlook?org=all")});
    insight_farms(page, &view);
    return page_end(page);
}
