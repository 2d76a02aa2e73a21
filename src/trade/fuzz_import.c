/* Any bytes as an export file: every program's reader in turn, and the text of descriptions. */
#include "trade/trade.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const formats[] = {NULL, "woocommerce", "shopify", "google", "dfc"};
    static Arena *arena;
    if (!arena)
        arena = arena_new();
    Str file = {(const char *)data, size};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        TradeBook book = {.arena = arena, .places = 2, .currency = STR("CNY"), .now = {1795000000000}};
        if (!trade_read(file, formats[i], &book))
            (void)trade_kept(&book);
    }
    Str text = html_text(arena, file, 500);
    if (text.len > 500)
        __builtin_trap();
    arena_reset(arena);
    return 0;
}
