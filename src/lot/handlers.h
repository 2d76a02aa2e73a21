/* Handlers of the lots' routes, and what they share. */
#pragma once
#include "lot/pages.h"

#define KEEPERS (ROLE_SELLER | ROLE_ADMIN)
#define PACKERS (ROLE_SELLER | ROLE_ADMIN | ROLE_PACKER)

typedef struct LotQuery {
    Id org, offer, after;
} LotQuery;
extern const Shape lot_query;

Str lot_lang(const Req *r);
/* The organisation asked for, or this person's first one that sells; links to the others. */
Err *lot_org_choose(Req *r, Id asked, const char *path, Id *org, LotLinkList *others);
Str lot_name(Req *r, bool dated, Date day, Str field, Str code);
Str store_name(Req *r, Str name); /* the first one has none of its own */

Err *list_lots(Req *r);
Err *show_lot(Req *r);
Err *spoil_lot(Req *r);
Err *recall_lot(Req *r);
Err *print_lot(Req *r);
Err *list_stores(Req *r);
Err *add_store(Req *r);
Err *rename_store(Req *r);
Err *show_carry(Req *r);
Err *carry_goods(Req *r);
