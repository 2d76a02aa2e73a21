/* Finds a QR code or a bar code in a photo. */
#include "media/child.h"

enum {
    ZBAR_ENABLE = 0,
    ZBAR_ALL = 0,
    ZBAR_EAN8 = 8,
    ZBAR_EAN13 = 13,
    ZBAR_QRCODE = 64,
    Y800 = 'Y' | '8' << 8 | '0' << 16 | '0' << 24,
    CODES_MAX = 8,
    CODE_BYTES_MAX = 4096,
};

/* A phone's photo is sharper than the code needs and noisier than it likes: a few sizes, the likeliest first. */
static const int scan_widths[] = {1000, 2000, 500};

static int tell_codes(const Zbar *zbar, WorkerReply *answer, const void *image)
{
    int told = 0;
    for (const void *symbol = zbar->image_first(image); symbol && told < CODES_MAX; symbol = zbar->next(symbol)) {
        unsigned len = zbar->data_length(symbol);
        Buf body = buf_new(answer->arena, CODE_BYTES_MAX + 1);
        buf_add_char(&body, (char)zbar->type(symbol));
        buf_add(&body, (Str){zbar->data(symbol), len});
        if (body.overflowed)
            continue;
        worker_reply(answer, TELL_CODE, buf_str(&body));
        told++;
    }
    return told;
}

static int scan(const Zbar *zbar, WorkerReply *answer, const void *grey, size_t len, int width, int height)
{
    void *scanner = zbar->scanner_create(), *image = zbar->image_create();
    zbar->scanner_set(scanner, ZBAR_ALL, ZBAR_ENABLE, 0);
    zbar->scanner_set(scanner, ZBAR_QRCODE, ZBAR_ENABLE, 1);
    zbar->scanner_set(scanner, ZBAR_EAN13, ZBAR_ENABLE, 1);
    zbar->scanner_set(scanner, ZBAR_EAN8, ZBAR_ENABLE, 1);
    zbar->image_format(image, Y800);
    zbar->image_size(image, (unsigned)width, (unsigned)height);
    zbar->image_data(image, grey, len, NULL);
    int told = zbar->scan(scanner, image) > 0 ? tell_codes(zbar, answer, image) : 0;
    zbar->image_destroy(image);
    zbar->scanner_destroy(scanner);
    return told;
}

/* in is given away */
static int scan_image(const Vips *vips, const Zbar *zbar, WorkerReply *answer, VipsImage *in)
{
    VipsImage *whole = NULL, *grey = NULL;
    const double paper[] = {255};
    void *background = vips->array_double_new(paper, 1);
    int told = 0;
    size_t len = 0;
    if (!vips->has_alpha(in) || !vips->flatten(in, &whole, "background", background, (void *)NULL)) {
        if (!vips->colourspace(whole ? whole : in, &grey, VIPS_BW, (void *)NULL)) {
            void *at = vips->write_to_memory(grey, &len);
            int width = vips->width(grey), height = vips->height(grey);
            if (at && len == (size_t)width * (size_t)height)
                told = scan(zbar, answer, at, len, width, height);
            vips->free(at);
            vips->unref(grey);
        }
    }
    vips->area_unref(background);
    if (whole)
        vips->unref(whole);
    vips->unref(in);
    vips->error_clear();
    return told;
}

Err *child_code(const Vips *vips, const Zbar *zbar, WorkerReply *answer, Str bytes)
{
    PictureInfo info;
    bool profile;
    if (!zbar)
        return err_new(answer->arena, ERR_INVALID, "media.no_scanner");
    vips->operation_block_set("VipsForeignLoadSvg", 1);
    TRY(child_check(vips, answer->arena, bytes, &info, &profile));
    for (size_t i = 0; i < sizeof scan_widths / sizeof *scan_widths; i++) {
        VipsImage *image = NULL;
        if (vips->thumbnail_buffer((void *)(uintptr_t)bytes.at, bytes.len, &image, scan_widths[i], "height",
                                   scan_widths[i], "size", VIPS_DIRECTION_DOWN, (void *)NULL)) {
            vips->error_clear();
            return err_new(answer->arena, ERR_INVALID, "media.damaged");
        }
        if (scan_image(vips, zbar, answer, image) > 0)
            return NULL;
    }
    return err_new(answer->arena, ERR_INVALID, "media.no_code");
}
