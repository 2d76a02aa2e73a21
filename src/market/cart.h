/* A visitor's basket: found by the person when signed in, else by a cookie; the cookie's basket joins the person's. */
#pragma once
#include "market/inside.h"
#include "web/web.h"

#define CART_COOKIE "basket"

/* 0 when this visitor has none yet. Reads only. */
Err *cart_find(Req *r, Id *cart);
/* What lies in it, in one statement: nothing when there is none. */
Err *cart_read(Req *r, CartAskList *out);
/* Finds or makes it, and after signing in gives the cookie's basket to the person, or merges the two. Sets the cookie. */
Err *cart_must(Req *r, Id *cart);
/* Puts the amount of an offer; 0 takes it out. At most ORDER_LINES_MAX lines: cart.full. */
Err *cart_put(Req *r, Id cart, Id offer, int64_t steps);
