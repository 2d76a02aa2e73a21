/* QR codes drawn as one SVG path of horizontal runs. */
#include "web/qr.h"

#include <qrencode.h>

enum { QUIET = 4, SVG_BYTES_MAX = 256 * 1024 };

static void add_attribute(Buf *out, Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '"' || c == '&' || c == '<' || c == '>')
            buf_addf(out, "&#%d;", c);
        else
            buf_add_char(out, c);
    }
}

static void add_runs(Buf *out, const QRcode *code)
{
    for (int y = 0; y < code->width; y++)
        for (int x = 0; x < code->width;) {
            int from = x;
            while (x < code->width && code->data[y * code->width + x] & 1)
                x++;
            if (x > from)
                buf_addf(out, "M%d %dh%dv1h-%dz", from + QUIET, y + QUIET, x - from, x - from);
            else
                x++;
        }
}

Html qr_svg(Arena *arena, Str text, Str label)
{
    if (!text.len || text.len > QR_TEXT_BYTES_MAX)
        return (Html){0};
    QRcode *code = QRcode_encodeData((int)text.len, (const unsigned char *)text.at, 0, QR_ECLEVEL_M);
    if (!code)
        return (Html){0};
    Buf out = buf_new(arena, SVG_BYTES_MAX);
    int side = code->width + 2 * QUIET;
    buf_addf(&out, "<svg class=\"qr\" viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\" role=\"img\" aria-label=\"",
             side, side);
    add_attribute(&out, label);
    buf_addf(&out, "\"><path fill=\"#fff\" d=\"M0 0h%dv%dh-%dz\"/><path fill=\"#000\" d=\"", side, side, side);
    add_runs(&out, code);
    buf_add(&out, STR("\"/></svg>"));
    QRcode_free(code);
    return (Html){buf_str(&out)};
}
