/* Renders good.html with values that must be escaped, for the golden test. */
#include <stdio.h>

#include "case/templates.h"

int main(void)
{
    Arena *arena = arena_new();
    time_fake(time_of(STR("Asia/Shanghai"), date_of(2026, 11, 21), 12, 0));
    Req r = {.arena = arena, .csrf = STR("token"), .lang = lang_find(STR("en"))};
    Buf out = buf_new(arena, 1 << 20);
    Page p = {.out = &out, .r = &r, .arena = arena, .lang = r.lang, .currency = STR("CNY"), .zone = STR("Asia/Shanghai")};
    Str marks[] = {STR("a<b"), STR("c")};
    CaseOffer offers[] = {
        {.id = 1, .title = STR("Brown \"eggs\""), .unit = "KGM", .price = {1250}, .marks = {marks, 2}},
        {.id = 2, .title = STR("Rice's"), .unit = "C62", .price = {300}, .state = CASE_SOLD},
    };
    CaseView view = {
        .title = STR("Eggs & more"), .url = STR("javascript:alert(1)"), .query = STR("a b&c=d/é"), .phone = STR("+254 (0) 722-1"),
        .count = 1234, .body = {STR("<em>raw</em>")}, .at = time_of(STR("Asia/Shanghai"), date_of(2026, 12, 5), 9, 30),
        .day = date_of(2026, 12, 5), .left = {1250, STR("KGM"), 3}, .offers = {offers, 2}, .best = &offers[0], .first = offers[1],
    };
    case_good(&p, &view);
    buf_add_char(&out, '\n');
    view.offers.len = 0;
    view.count = 0;
    view.open = true;
    view.url = STR("/a?b=1&c=2");
    case_good(&p, &view);
    fwrite(out.at, 1, out.len, stdout);
    arena_free(arena);
    return 0;
}
