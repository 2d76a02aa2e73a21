/* Friendly faces for the demo's producers: one head, a few ways to wear hair and hats. */
#include "demo/drawing.h"

#include <string.h>

/* {a} skin, {b} hair, {c} clothes, {d} ground: painted by drawing_svg through a motif of this file's own. */
static const char behind_long[] = "<path d='M112 108Q104 190 122 200H198Q216 190 208 108Z' fill='{b}'/>";
static const char behind_braid[] = "<path d='M200 128Q226 160 212 206' stroke='{b}' stroke-width='17' fill='none' stroke-linecap='round'/><circle cx='211' cy='206' r='9' fill='{c}'/>";
static const char behind_bun[] = "<circle cx='160' cy='54' r='22' fill='{b}'/>";
static const char behind_curls[] = "<g fill='{b}'><circle cx='116' cy='100' r='20'/><circle cx='114' cy='126' r='17'/><circle cx='204' cy='100' r='20'/><circle cx='206' cy='126' r='17'/><circle cx='130' cy='74' r='20'/><circle cx='190' cy='74' r='20'/><circle cx='160' cy='64' r='22'/></g>";

static const char body[] = "<path d='M70 240Q74 186 128 176H192Q246 186 250 240Z' fill='{c}'/><path d='M70 240Q74 186 128 176Q104 194 104 240Z' fill='{c+}'/>"
                           "<path d='M142 148H178V180Q160 200 142 180Z' fill='{a-}'/><path d='M128 176L142 170Q146 196 160 200Q174 196 178 170L192 176Q184 214 160 216Q136 214 128 176Z' fill='{c-}'/>"
                           "<circle cx='116' cy='118' r='10' fill='{a-}'/><circle cx='204' cy='118' r='10' fill='{a-}'/><path d='M116 104Q116 58 160 58T204 104Q204 168 160 168T116 104Z' fill='{a}'/>";

static const char face[] = "<ellipse cx='133' cy='130' rx='9' ry='6' fill='#E0705A' opacity='.35'/><ellipse cx='187' cy='130' rx='9' ry='6' fill='#E0705A' opacity='.35'/>"
                           "<circle cx='143' cy='115' r='4.5' fill='#2B2620'/><circle cx='177' cy='115' r='4.5' fill='#2B2620'/><path d='M135 103q8-5 15-1M170 102q8-4 15 1' stroke='{b}' stroke-width='3.5' fill='none' stroke-linecap='round'/>"
                           "<path d='M160 118q-5 11 1 13' stroke='{a-}' stroke-width='3.5' fill='none' stroke-linecap='round'/><path d='M145 142Q160 155 175 142Q160 149 145 142Z' fill='#fff' stroke='#8E3B2E' stroke-width='2.5' stroke-linejoin='round'/>";

static const char hair_short[] = "<path d='M113 112Q108 54 160 50Q212 54 207 112Q202 88 188 82Q160 92 128 80Q116 92 113 112Z' fill='{b}'/>";
static const char hair_parted[] = "<path d='M113 114Q106 52 160 50Q214 52 207 114Q204 92 178 76Q170 84 152 76Q120 90 113 114Z' fill='{b}'/>";
static const char hair_bald[] = "<path d='M112 108Q114 92 120 88Q118 100 119 118Q112 118 112 108ZM208 108Q206 92 200 88Q202 100 201 118Q208 118 208 108Z' fill='{b}'/><path d='M134 70Q146 62 160 63' stroke='#fff' stroke-width='5' stroke-linecap='round' opacity='.5' fill='none'/>";

static const char extra_hat[] = "<path d='M78 86Q120 66 160 66T242 86Q206 98 160 98T78 86Z' fill='#E2B85C'/><path d='M116 82Q120 38 160 34Q200 38 204 82Q160 94 116 82Z' fill='#EFCB7A'/><path d='M116 82Q120 38 160 34Q138 50 138 87Q126 86 116 82Z' fill='#F6DC9C'/><path d='M115 74Q160 86 205 74L205 84Q160 96 115 84Z' fill='{c-}'/>";
static const char extra_cap[] = "<path d='M114 90Q114 46 160 44Q206 46 206 90Q160 78 114 90Z' fill='{c-}'/><path d='M114 90Q160 76 206 90Q226 92 232 100Q200 96 160 94T114 90Z' fill='{c}'/>";
static const char extra_scarf[] = "<path d='M108 116Q104 48 160 46Q216 48 212 116Q204 84 160 80T108 116Z' fill='{c-}'/><g fill='{c+}'><circle cx='136' cy='66' r='4'/><circle cx='160' cy='58' r='4'/><circle cx='184' cy='66' r='4'/><circle cx='120' cy='84' r='4'/><circle cx='200' cy='84' r='4'/></g>";
static const char extra_glasses[] = "<g fill='#fff' fill-opacity='.25' stroke='#3A352C' stroke-width='3.5'><circle cx='143' cy='115' r='14'/><circle cx='177' cy='115' r='14'/></g><path d='M157 113q3-3 6 0M129 112L117 108M191 112L203 108' stroke='#3A352C' stroke-width='3.5' fill='none'/>";
static const char extra_beard[] = "<path d='M122 128Q122 182 160 184Q198 182 198 128Q190 144 176 136Q160 130 144 136Q130 144 122 128Z' fill='{b}'/><path d='M145 146Q160 156 175 146Q160 151 145 146Z' fill='#fff'/>";
static const char hills[] = "<path d='M0 150Q50 104 104 138Q150 92 214 134Q266 104 320 140V240H0Z' fill='{d-}' opacity='.55'/><circle cx='262' cy='58' r='24' fill='#F4D27A'/>";

static const char *pick(const char *name, const char *const table[][2])
{
    for (; (*table)[0]; table++)
        if (strcmp((*table)[0], name) == 0)
            return (*table)[1];
    return "";
}

Str portrait_svg(Arena *arena, const Portrait *portrait)
{
    static const char *const back[][2] = {{"long", behind_long}, {"braid", behind_braid}, {"bun", behind_bun}, {"curls", behind_curls}, {NULL, NULL}};
    static const char *const front[][2] = {{"short", hair_short}, {"long", hair_parted}, {"braid", hair_parted}, {"bun", hair_parted}, {"curls", hair_short}, {"bald", hair_bald}, {NULL, NULL}};
    static const char *const worn[][2] = {{"hat", extra_hat}, {"cap", extra_cap}, {"scarf", extra_scarf}, {"glasses", extra_glasses}, {"beard", extra_beard}, {NULL, NULL}};
    const char *parts[] = {hills, pick(portrait->style, back), body, face, pick(portrait->style, front), pick(portrait->extra, worn)};
    Buf all = buf_new(arena, 16 * 1024);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        buf_add(&all, str_of(parts[i]));
    return drawing_paint(arena, str_z(arena, buf_str(&all)), (const char *[4]){portrait->skin, portrait->hair, portrait->clothes, portrait->ground}, false);
}
