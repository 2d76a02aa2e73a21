/* Handlers that routes.c names and other files hold. */
#pragma once
#include "web/web.h"

extern const Shape dfc_query_shape, dfc_taken_shape;
Err *show_dfc_catalogue(Req *r);
Err *show_dfc_good(Req *r);
Err *show_dfc_product(Req *r);
Err *show_dfc_offer(Req *r);
Err *take_dfc_catalogue(Req *r);
Str dfc_base(const Req *r); /* "https://shop.example.org", as this server is reached */
Err *show_import(Req *r);
