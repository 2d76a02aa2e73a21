/* The page Today: what needs me now, gathered from every module. */
#include "identity/handlers.h"

#include <stdlib.h>
#include <string.h>

#include "identity/enter.h"
#include "identity/templates.h"

enum { TODAY_ITEMS_MAX = 100 };

enum { WORK_MAX = 64 };

struct Today {
    TodayItem items[TODAY_ITEMS_MAX];
    size_t len;
};

void today_add(Today *today, TodayItem item)
{
    if (today->len < TODAY_ITEMS_MAX)
        today->items[today->len++] = item;
}

static int by_order(const void *a, const void *b)
{
    const TodayItem *x = a, *y = b;
    return (x->order > y->order) - (x->order < y->order);
}

/* Kind by kind, so that somebody with many tasks finds each; a kind without a place is left out. */
static void work_show(Req *r, TodayView *view)
{
    static const char *const titles[PLACE_KINDS] = {
        [PLACE_GOODS] = N_("Goods and orders"),
        [PLACE_MONEY] = N_("Money"),
        [PLACE_LEARNING] = N_("Learning and talk"),
        [PLACE_VILLAGE] = N_("The village"),
    };
    const Place *work[WORK_MAX];
    size_t len = page_work(r, work, WORK_MAX);
    view->work.at = NEW_ARRAY(r->arena, WorkView, PLACE_KINDS);
    for (int kind = 0; kind < PLACE_KINDS; kind++) {
        WorkView *one = &view->work.at[view->work.len];
        *one = (WorkView){.title = tr(r->lang, titles[kind]), .places.at = NEW_ARRAY(r->arena, TodayItem, len + 1)};
        for (size_t i = 0; i < len; i++)
            if ((int)work[i]->kind == kind && strcmp(work[i]->path, "/today") != 0)
                one->places.at[one->places.len++] =
                    (TodayItem){.text = tr(r->lang, work[i]->label), .path = work[i]->path, .icon = work[i]->icon};
        view->work.len += one->places.len > 0;
    }
}

Err *show_today(Req *r)
{
    Today *today = NEW(r->arena, Today);
    for (const Module *const *module = house_modules; *module; module++)
        if ((*module)->today)
            TRY((*module)->today(r, today));
    qsort(today->items, today->len, sizeof *today->items, by_order);
    TodayView view = {.name = r->who_name,
                      .today = time_date(r->now, r->village.zone),
                      .admin = has_role(r, r->village.org, ROLE_ADMIN)};
    work_show(r, &view);
    view.items.at = today->items;
    view.items.len = today->len;
    PageHead head = {.title = tr(r->lang, N_("Today")), .place = "/today"};
    Page *page = page_begin(r, &head);
    identity_today(page, &view);
    return page_end(page);
}

/* What identity itself has to say there. */
Err *identity_today_items(Req *r, Today *today)
{
    if (has_role(r, r->village.org, ROLE_ADMIN)) {
        Total waiting;
        TRY(person_count_in_state(&r->db, STR("waiting"), &waiting));
        TextArg n = {"n", say_int(r->arena, r->lang, waiting.total)};
        if (waiting.total)
            today_add(today, (TodayItem){.text = tr_fill(r->arena,
                                                         tr_plural(r->lang, "{n} person asks to join",
                                                                   "{n} people ask to join", waiting.total),
                                                         &n, 1),
                                         .path = "/people",
                                         .icon = "user-plus",
                                         .order = 40});
    }
    Total codes;
    TRY(recovery_code_left(&r->db, r->who, &codes));
    if (codes.total == 0 && (r->roles & ~(unsigned)ROLE_MEMBER))
        today_add(today, (TodayItem){.text = tr(r->lang,
                                                N_("Print your recovery codes, so that a lost password is no trouble")),
                                     .path = "/me/codes",
                                     .icon = "key",
                                     .order = 900});
    return NULL;
}
