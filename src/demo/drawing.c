/* Puts motifs into their scene and paints them. */
#include "demo/drawing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SVG_BYTES_MAX = 32 * 1024, WIDTH = 800, HEIGHT = 600 };

/* ---- colours ---- */

static int hex_byte(const char *at)
{
    const char text[3] = {at[0], at[1], 0};
    return (int)strtol(text, NULL, 16);
}

/* percent of the way from colour to the grey-green ink (darker) or to white (lighter) */
static void add_mixed(Buf *out, const char *colour, int percent, bool darker)
{
    static const int ink[3] = {0x2A, 0x2C, 0x22}, white[3] = {255, 255, 255};
    const int *to = darker ? ink : white;
    buf_add_char(out, '#');
    for (int i = 0; i < 3; i++) {
        int from = hex_byte(colour + 1 + 2 * i);
        buf_addf(out, "%02x", from + (to[i] - from) * percent / 100);
    }
}

static void add_colour(Buf *out, const char *colour, char how)
{
    if (how == '-')
        add_mixed(out, colour, 18, true);
    else if (how == '+')
        add_mixed(out, colour, 38, false);
    else
        buf_add(out, str_of(colour));
}

/* {a} {a-} {a+} ... {d}: the ground */
static void add_painted(Buf *out, const char *svg, const char *const colours[4])
{
    for (const char *at = svg; *at; at++) {
        bool named = at[0] == '{' && at[1] >= 'a' && at[1] <= 'd' && (at[2] == '}' || (at[2] && at[3] == '}'));
        if (!named) {
            buf_add_char(out, *at);
            continue;
        }
        const char *colour = colours[at[1] - 'a'];
        add_colour(out, colour && *colour ? colour : "#808080", at[2]);
        at += at[2] == '}' ? 2 : 3;
    }
}

static void begin(Buf *out)
{
    buf_addf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 320 240\">",
             WIDTH, HEIGHT);
}

/* ---- goods ---- */

static const char scene[] = "<rect width=\"320\" height=\"240\" fill=\"{d}\"/>"
                            "<circle cx=\"160\" cy=\"116\" r=\"112\" fill=\"#fff\" opacity=\".3\"/>"
                            "<path d=\"M0 184Q160 164 320 184V240H0Z\" fill=\"{d-}\" opacity=\".42\"/>"
                            "<g transform=\"translate(160 132) scale(1.16) translate(-160 -136)\">"
                            "<ellipse cx=\"160\" cy=\"201\" rx=\"96\" ry=\"10\" fill=\"{d-}\" opacity=\".75\"/>";

static const char sky[] = "<rect width=\"320\" height=\"240\" fill=\"{d}\"/>";

Str drawing_paint(Arena *arena, const char *svg, const char *const colours[4], bool table)
{
    Buf out = buf_new(arena, SVG_BYTES_MAX);
    begin(&out);
    add_painted(&out, table ? scene : sky, colours);
    add_painted(&out, svg, colours);
    buf_add(&out, table ? STR("</g></svg>") : STR("</svg>"));
    return buf_str(&out);
}

Str drawing_svg(Arena *arena, const Drawing *drawing)
{
    const Motif *motif = motifs;
    while (motif->name && strcmp(motif->name, drawing->motif) != 0)
        motif++;
    if (!motif->name) {
        fprintf(stderr, "no motif is called %s\n", drawing->motif);
        abort();
    }
    return drawing_paint(arena, motif->svg, (const char *[4]){drawing->a, drawing->b, drawing->c, drawing->ground},
                         true);
}
