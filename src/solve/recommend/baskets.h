/* Reading interactions: CSV "user,item[,weight,time]" or lines "user item item ...". */
#pragma once
#include "solve/recommend/recommend.h"

/* Names of users and items in the order of their numbers; both files of an evaluation share one book. */
typedef struct NameBook NameBook;
NameBook *names_new(Arena *arena);
size_t names_len(const NameBook *book);
Str names_at(const NameBook *book, size_t number);
size_t names_number(NameBook *book, Str name, bool add); /* SIZE_MAX when it is not there and not added */

/* Repeated pairs count once. Lines that cannot be read are counted; the first twenty are named, a line each. Codes: baskets.format,
   baskets.empty, baskets.too_large (200 million pairs). */
Err *baskets_read(Arena *arena, Str text, NameBook *users, NameBook *items, Baskets *out, size_t *refused, Str *first_refused);
/* The last share of each user's items (in the order of the file) held out: for choosing parameters on training data. */
void baskets_split(Arena *arena, const Baskets *all, double share, Baskets *train, Baskets *held);
