/* What the tests of trade share: their day, a village of demo people and goods, and finding a note. */
#pragma once
#include "ask.h"

#include "demo/inside.h"
#include "identity/identity.h"
#include "trade/trade.h"

static const Time now = {1795000000000}; /* 2026-11-18 */

static inline const TradeNote *note_of(const TradeBook *book, const char *code)
{
    for (size_t i = 0; i < book->notes_len; i++)
        if (err_is(book->notes[i].why, code))
            return &book->notes[i];
    return NULL;
}

static inline App *village_app(void **state, Id *farm)
{
    App *app = app_of(state);
    Demo demo = {.store = app_store(app), .arena = app_arena(app), .now = now, .seed = 1};
    DemoPictures none = {NEW_ARRAY(demo.arena, Str, demo_goods_len()), NEW_ARRAY(demo.arena, Str, demo_growers_len())};
    demo_name(&demo, app_org(app), "village");
    assert_fine(demo_people(&demo));
    assert_fine(demo_goods(&demo, &none));
    *farm = demo_id(&demo, "org:%s", growers[0].slug);
    assert_true(*farm != 0);
    return app;
}

static inline Err *put(void *arg, Str piece)
{
    buf_add(arg, piece);
    return NULL;
}
