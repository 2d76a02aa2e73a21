/* Who may do what with an order, and finding it for somebody. */
#pragma once
#include "market/inside.h"
#include "web/web.h"

typedef struct OrderSeen {
    OrderGroup group;
    SellerOrderList parts;
    bool buyer;   /* the member who bought, or somebody with the guest's link */
    bool packer;  /* may hand it over: staff of the pickup place or packers of the co-operative */
    bool seller;  /* sells some part */
} OrderSeen;

/* The buyer's own link, for those without an account: "/o/" and the order's id with its secret. */
#define ORDER_LINK "/o/"
enum { ORDER_LINK_KEY_LEN = ID_TEXT_LEN + ORDER_SECRET_LEN };
Str order_link(Arena *arena, Id order, Str secret);

/* key: an order's id for those who have a right to it, or what follows "/o/" in its link, which makes anybody the buyer.
   ERR_MISSING "order.missing" for everybody else: whether it exists is nobody's business. */
Err *order_look(Req *r, Str key, OrderSeen *out);
/* In one transaction, then announced; part 0: every part the verb fits. */
Err *order_act_for(Req *r, const OrderSeen *seen, Id part, const char *verb);
/* A buyer takes back all of it while nothing is packed; a packer all of it; a seller its own part. */
Err *order_cancel_by(Req *r, const OrderSeen *seen);
/* One word for the whole: "placed", "packed", "completed", "cancelled", "expired". */
const char *order_state_word(const SellerOrderList *parts);
Id seller_org(const Req *r); /* the organisation this person sells for, when none is named */
bool sells(const Req *r, Id org);   /* seller of this organisation, or an admin of the co-operative */
/* Packers, cashiers and admins of the pickup place or of the co-operative; at a farm's own gate its sellers too. */
bool hands_over(const Req *r, const Pickup *pickup);
Str lang_of(const Req *r);          /* "en", "zh-CN" */

/* ---- partners.c: what others allowed the organisations this person works for ---- */
Err *allowed(Req *r, Id from, const char *permission, unsigned roles, Id *to); /* to: which of mine; 0: none */
Err *allowers(Req *r, const char *permission, unsigned roles, IdList *out);
Err *may_sell(Req *r, Id org, const char *permission); /* sells for it, or was allowed so; else denied */
/* Buyers this person may not know although they see the order; order 0: of all open ones. */
Err *buyers_hidden(Req *r, Id seller, Id order, HiddenBuyerList *out);
void buyer_hide(const Req *r, const HiddenBuyerList *hidden, Id order, Str *name, Str *phone, Str *address);
Err *order_buyer_hide(Req *r, const OrderSeen *seen, Str *name, Str *phone, Str *address);
Err *certificates_of(Req *r, Id org, Id product, CertifiedList *out);
