/* From rows to what pages show, and who may do what. */
#pragma once
#include "cycle/inside.h"
#include "cycle/pages.h"
#include "cycle/rrule.h"

#define HUB_ROLES (ROLE_ADMIN | ROLE_SELLER | ROLE_PACKER)
bool runs_hub(const Req *r, Id org);     /* may plan and run its cycles */
bool works_at(const Req *r, Id org);     /* may see its day: packers too */
bool supplies(const Req *r, Id org);     /* speaks for this producer */
Str lang_now(const Req *r);
/* The organisation asked for, or this person's first with such a role; links to the others. */
Err *org_choose(Req *r, Id asked, unsigned roles, const char *path, Id *org, CycleLinkList *others);
const char *cycle_word(const char *state);  /* for people, marked for translation */
Err *cycle_row(Req *r, const Cycle *cycle, CycleRow *out);
Err *cycle_rows(Req *r, const CycleList *cycles, CycleRowList *out);
Err *slot_views(Req *r, const Cycle *cycle, CycleSlotViewList *out);
SheetRow sheet_row(Req *r, const Sheet *sheet);
Str pickup_word(const CyclePickupList *pickups, Id id);
/* "Every second Saturday, in April and May": for people; first is the rule's first day. */
Str rrule_say(Arena *arena, const Lang *lang, const Rrule *rule, Date first);
Page *cycle_page_begin(Req *r, Str title, const char *place, Str back);
/* The cycle of the path's first {id}, for who runs its hub. */
Err *hub_cycle_take(Req *r, Cycle *out);
