/* A basket with its prices of this moment: for its page and for the checkout. */
#pragma once
#include "market/cart.h"
#include "market/handlers.h"

typedef struct CartState {
    CartLineList lines;
    CartView view;
    OrderAskLine *asks;    /* one a line */
    Id *sellers;           /* distinct */
    size_t sellers_len;
} CartState;
/* coupon: a code to reckon with; codes coupon.* (field "coupon"). Fees and discounts are in the total, delivery is not. */
Err *cart_state(Req *r, Id cart, Str coupon, CartState *out);
