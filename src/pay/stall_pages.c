/* The payment code of a stall: a static one to print and hang up, or one for an amount, to show on the phone. */
#include "identity/identity.h"
#include "pay/pages.h"
#include "pay/templates.h"
#include "web/qr.h"

static const Field fields[] = {
    FIELD(StallQuery, amount, FIELD_MONEY, .min = 0, .max = INT64_C(1000000000000), .label = N_("Amount, if it is known")),
    FIELD(StallQuery, org, FIELD_ID),
};
const Shape stall_query = SHAPE(StallQuery, "StallQuery", fields);

/* The seller's organisations; a cashier or treasurer stands for the co-operative. */
static Err *stall_org(Req *r, Id asked, StallView *view)
{
    view->orgs.at = NEW_ARRAY(r->arena, OrgChoice, r->grants.len + 2);
    if (has_role(r, r->village.org, ROLE_CASHIER) || has_role(r, r->village.org, ROLE_TREASURER))
        view->orgs.at[view->orgs.len++] = (OrgChoice){r->village.org, r->village.name, false};
    for (size_t i = 0; i < r->grants.len; i++)
        if (r->grants.at[i].roles & ROLE_SELLER)
            view->orgs.at[view->orgs.len++] = (OrgChoice){r->grants.at[i].org, org_name(r, r->grants.at[i].org), false};
    if (!view->orgs.len)
        return denied(r);
    size_t here = 0;
    for (size_t i = 0; i < view->orgs.len; i++)
        if (view->orgs.at[i].id == asked)
            here = i;
    if (asked && view->orgs.at[here].id != asked)
        return denied(r);
    view->orgs.at[here].here = true;
    view->org = view->orgs.at[here].id;
    view->name = view->orgs.at[here].name;
    return NULL;
}

Err *show_stall(Req *r)
{
    StallQuery *query = NEW(r->arena, StallQuery);
    StallView view = {.village = r->village.name, .form = query};
    Err *err;
    TRY(take_query(r, &stall_query, query));
    TRY(stall_org(r, query->org, &view));
    view.amount = query->amount;
    const MerchantAsk ask = {.amount = query->amount, .name = view.name, .reference = id_text(r->arena, view.org)};
    view.code = merchant_code(r, &ask, &err);
    TRY(err);
    if (view.code.len)
        view.qr = qr_svg(r->arena, view.code, tr(r->lang, N_("Payment code")));
    view.treasurer = has_role(r, r->village.org, ROLE_TREASURER);
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Payment code of a stall")), .place = "/wallet", .back = STR("/wallet")});
    pay_stall(page, &view);
    return page_end(page);
}
