/* Decodes one picture, turns it upright, drops all it says about place and camera, and writes it at several widths. */
#include <string.h>

#include "media/child.h"

enum {
    BOX_WIDTH = 1280,
    QUALITY_BEST = 80,
    QUALITY_WORST = 12,
    TRIES = 5,
    EFFORT_PHOTO = 4,
    EFFORT_DRAWING = 2 /* flat colours: half the time for a few hundred bytes */
};

/* What a file of each width should weigh at most: the list shows 320, and 20 of those must not hurt. */
static size_t budget_of(int width)
{
    return width <= 160 ? 5000 : width <= 320 ? 12000 : width <= 640 ? 42000 : 130000;
}

static Err *damaged(const Vips *vips, Arena *arena)
{
    Err *err = err_detail(arena, ERR_INVALID, "media.damaged", "%s", vips->error_buffer());
    vips->error_clear();
    return err;
}

Err *child_check(const Vips *vips, Arena *arena, Str bytes, PictureInfo *info, bool *profile)
{
    if (picture_kind(bytes) == KIND_UNKNOWN)
        return err_new(arena, ERR_INVALID, "media.kind");
    VipsImage *image = vips->new_from_buffer(bytes.at, bytes.len, "", (void *)NULL);
    if (!image)
        return damaged(vips, arena);
    int64_t width = vips->width(image), height = vips->height(image);
    bool lies = vips->orientation(image) >= 5; /* EXIF 5 to 8: a quarter turn */
    *info = (PictureInfo){.width = (uint32_t)(lies ? height : width),
                          .height = (uint32_t)(lies ? width : height),
                          .alpha = vips->has_alpha(image) != 0};
    *profile = vips->get_typeof(image, "icc-profile-data") != 0;
    vips->unref(image);
    if (width < 1 || height < 1)
        return err_new(arena, ERR_INVALID, "media.damaged");
    return width * height > PIXELS_MAX ? err_new(arena, ERR_INVALID, "media.too_large") : NULL;
}

/* Only the pixels go on: place, camera, names, comments and profiles stay behind with the old image. */
static VipsImage *pixels_only(const Vips *vips, VipsImage *plain)
{
    VipsImage *bare = NULL, *out = NULL;
    size_t len = 0, pixels = (size_t)vips->width(plain) * (size_t)vips->height(plain);
    void *at = vips->write_to_memory(plain, &len);
    if (at && (len == pixels * 3 || len == pixels * 4))
        bare = vips->new_from_memory_copy(at, len, vips->width(plain), vips->height(plain), (int)(len / pixels),
                                          VIPS_UCHAR);
    vips->free(at);
    if (bare && vips->copy(bare, &out, "interpretation", VIPS_SRGB, (void *)NULL))
        out = NULL;
    if (bare)
        vips->unref(bare);
    return out;
}

/* in is given away; *out is plain sRGB in memory */
static Err *settle(const Vips *vips, Arena *arena, VipsImage *in, VipsImage **out)
{
    VipsImage *plain = NULL;
    int failed = vips->colourspace(in, &plain, VIPS_SRGB, (void *)NULL);
    vips->unref(in);
    if (failed)
        return damaged(vips, arena);
    *out = pixels_only(vips, plain);
    vips->unref(plain);
    return *out ? NULL : damaged(vips, arena);
}

static int flatten(const Vips *vips, VipsImage *in, VipsImage **out)
{
    const double paper[] = {255, 255, 255};
    void *background = vips->array_double_new(paper, 3);
    int failed = vips->flatten(in, out, "background", background, (void *)NULL);
    vips->area_unref(background);
    return failed;
}

typedef struct Encoding {
    const Vips *vips;
    uint32_t format;
    int effort; /* of WebP, 0 to 6 */
} Encoding;

static int encode(const Encoding *how, VipsImage *image, int quality, void **at, size_t *len)
{
    if (how->format == FORMAT_WEBP)
        return how->vips->webpsave_buffer(image, at, len, "Q", quality, "effort", how->effort, "strip", 1,
                                          (void *)NULL);
    return how->vips->jpegsave_buffer(image, at, len, "Q", quality, "strip", 1, "optimize_coding", 1, (void *)NULL);
}

/* Halves the interval of quality until the best that fits the budget is found, or gives the smallest. */
static Err *write_within(const Encoding *how, WorkerReply *answer, VipsImage *image)
{
    const Vips *vips = how->vips;
    RenditionHead head = {how->format, (uint32_t)vips->width(image), (uint32_t)vips->height(image)};
    size_t budget = budget_of((int)head.width), best_len = 0;
    void *best = NULL;
    int low = QUALITY_WORST, high = QUALITY_BEST, quality = QUALITY_BEST;
    for (int i = 0; i < TRIES && low <= high; i++) {
        void *at = NULL;
        size_t len = 0;
        if (encode(how, image, quality, &at, &len)) {
            vips->free(best);
            vips->error_clear();
            return err_new(answer->arena, ERR_INVALID, "media.encode");
        }
        bool fits = len <= budget;
        if (!best || (fits ? best_len > budget || len > best_len : len < best_len)) {
            vips->free(best);
            best = at;
            best_len = len;
        } else
            vips->free(at);
        if (fits)
            low = quality + 1;
        else
            high = quality - 1;
        quality = i == TRIES - 2 && best_len > budget ? QUALITY_WORST : (low + high) / 2;
    }
    Str file = {best, best_len};
    if (how->format == FORMAT_WEBP)
        file = webp_bare(answer->arena, file);
    Buf body = buf_new(answer->arena, sizeof head + best_len);
    buf_add(&body, (Str){(const char *)&head, sizeof head});
    buf_add(&body, file);
    vips->free(best);
    worker_reply(answer, TELL_RENDITION, buf_str(&body));
    return NULL;
}

static Err *write_both(const Vips *vips, WorkerReply *answer, VipsImage *image, int effort)
{
    const Encoding webp = {vips, FORMAT_WEBP, effort}, jpeg = {vips, FORMAT_JPEG, 0};
    TRY(write_within(&webp, answer, image));
    VipsImage *whole = NULL;
    if (!vips->has_alpha(image))
        return write_within(&jpeg, answer, image);
    if (flatten(vips, image, &whole))
        return damaged(vips, answer->arena);
    Err *err = write_within(&jpeg, answer, whole);
    vips->unref(whole);
    return err;
}

/* The mean of the commonest of 64 coarse colours: a page is painted in it until the picture comes. */
static void main_colour(const unsigned char *at, size_t pixels, size_t bands, PictureInfo *info)
{
    struct {
        size_t count, sum[3];
    } bins[64] = {0};
    for (size_t i = 0; i < pixels; i++) {
        const unsigned char *pixel = at + i * bands;
        unsigned char rgb[3] = {pixel[0], pixel[bands >= 3 ? 1 : 0], pixel[bands >= 3 ? 2 : 0]};
        size_t bin = (size_t)(rgb[0] >> 6 << 4 | rgb[1] >> 6 << 2 | rgb[2] >> 6);
        bins[bin].count++;
        for (int c = 0; c < 3; c++)
            bins[bin].sum[c] += rgb[c];
    }
    size_t best = 0;
    for (size_t i = 1; i < 64; i++)
        if (bins[i].count > bins[best].count)
            best = i;
    size_t count = bins[best].count ? bins[best].count : 1;
    info->red = (uint8_t)(bins[best].sum[0] / count);
    info->green = (uint8_t)(bins[best].sum[1] / count);
    info->blue = (uint8_t)(bins[best].sum[2] / count);
}

static Err *find_colour(const Vips *vips, Arena *arena, VipsImage *image, PictureInfo *info)
{
    VipsImage *small = NULL, *whole = NULL;
    if (vips->thumbnail_image(image, &small, 64, "height", 64, "size", VIPS_DIRECTION_DOWN, (void *)NULL))
        return damaged(vips, arena);
    int failed = vips->has_alpha(small) ? flatten(vips, small, &whole) : 0;
    size_t len = 0;
    unsigned char *at = failed ? NULL : vips->write_to_memory(whole ? whole : small, &len);
    size_t pixels = (size_t)vips->width(small) * (size_t)vips->height(small);
    if (at)
        main_colour(at, pixels, len / pixels, info);
    vips->free(at);
    vips->unref(small);
    if (whole)
        vips->unref(whole);
    return at ? NULL : damaged(vips, arena);
}

/* image is given away; *out is at most so wide, and in memory: a picture that is still to be computed would be computed
   again by each try of each format */
static Err *narrow(const Vips *vips, Arena *arena, VipsImage *image, int width, VipsImage **out)
{
    VipsImage *small = NULL;
    int failed = vips->thumbnail_image(image, &small, width, "height", width * TALL_MAX, "size", VIPS_DIRECTION_DOWN,
                                       (void *)NULL);
    vips->unref(image);
    return failed ? damaged(vips, arena) : settle(vips, arena, small, out);
}

/* image is given away. The widest goes first and each is made of the one before; what is told about the picture last.
 */
static Err *tell_all(const Vips *vips, WorkerReply *answer, VipsImage *image, int effort, PictureInfo *info)
{
    TRY(write_both(vips, answer, image, effort));
    for (int i = RENDITION_WIDTHS - 1; i >= 0; i--) {
        if (rendition_widths[i] >= vips->width(image))
            continue;
        TRY(narrow(vips, answer->arena, image, rendition_widths[i], &image));
        TRY(write_both(vips, answer, image, effort));
    }
    Err *err = find_colour(vips, answer->arena, image, info);
    vips->unref(image);
    if (!err)
        worker_reply(answer, TELL_INFO, (Str){(const char *)info, sizeof *info});
    return err;
}

/* A picture with a profile of its own (phones: Display P3) is turned into sRGB by it. One without is sRGB already:
   libvips 8.14 would shift its colours. */
static int shrink(const Vips *vips, Str bytes, bool profile, VipsImage **out)
{
    void *at = (void *)(uintptr_t)bytes.at;
    const char *whole = "fail-on=truncated"; /* an upload that was cut short is told so, not shown half grey */
    if (profile)
        return vips->thumbnail_buffer(at, bytes.len, out, BOX_WIDTH, "height", BOX_WIDTH * TALL_MAX, "size",
                                      VIPS_DIRECTION_DOWN, "option_string", whole, "export_profile", "srgb",
                                      (void *)NULL);
    return vips->thumbnail_buffer(at, bytes.len, out, BOX_WIDTH, "height", BOX_WIDTH * TALL_MAX, "size",
                                  VIPS_DIRECTION_DOWN, "option_string", whole, (void *)NULL);
}

Err *child_picture(const Vips *vips, WorkerReply *answer, Str bytes)
{
    PictureInfo info;
    bool profile;
    VipsImage *shrunk = NULL, *big = NULL;
    vips->operation_block_set("VipsForeignLoadSvg", 1);
    TRY(child_check(vips, answer->arena, bytes, &info, &profile));
    if (shrink(vips, bytes, profile, &shrunk))
        return damaged(vips, answer->arena);
    TRY(settle(vips, answer->arena, shrunk, &big));
    return tell_all(vips, answer, big, EFFORT_PHOTO, &info);
}

Err *child_drawing(const Vips *vips, WorkerReply *answer, Str svg)
{
    VipsImage *drawn = NULL, *whole = NULL, *big = NULL;
    vips->operation_block_set("VipsForeignLoadSvg", 0);
    int failed =
        vips->svgload_buffer((void *)(uintptr_t)svg.at, svg.len, &drawn, (void *)NULL) || flatten(vips, drawn, &whole);
    if (drawn)
        vips->unref(drawn);
    if (failed)
        return damaged(vips, answer->arena);
    TRY(settle(vips, answer->arena, whole, &big));
    PictureInfo info = {.width = (uint32_t)vips->width(big), .height = (uint32_t)vips->height(big)};
    return tell_all(vips, answer, big, EFFORT_DRAWING, &info);
}
