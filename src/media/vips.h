/* The few functions of libvips and zbar that the child uses, opened at run time so that `serve` links neither.
   Prototypes are of libvips 8.14 (Debian 12) and zbar 0.23. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

typedef struct VipsImage VipsImage;

enum { VIPS_DIRECTION_DOWN = 2 /* VIPS_SIZE_DOWN: never enlarge */, VIPS_SRGB = 22, VIPS_BW = 1, VIPS_UCHAR = 0 };

typedef struct Vips {
    int (*init)(const char *name);
    int (*version)(int part);
    const char *(*error_buffer)(void);
    void (*error_clear)(void);
    void (*concurrency_set)(int threads);
    void (*cache_set_max)(int operations);
    void (*vector_set_enabled)(int on);
    void (*operation_block_set)(const char *name, int blocked);
    VipsImage *(*new_from_buffer)(const void *at, size_t len, const char *options, ...);
    int (*width)(const VipsImage *image);
    int (*height)(const VipsImage *image);
    int (*orientation)(VipsImage *image);
    int (*has_alpha)(VipsImage *image);
    unsigned long (*get_typeof)(const VipsImage *image, const char *name); /* a GType; 0: absent */
    VipsImage *(*new_from_memory_copy)(const void *at, size_t len, int width, int height, int bands, int format);
    int (*copy)(VipsImage *in, VipsImage **out, ...);
    void *(*write_to_memory)(VipsImage *image, size_t *len);
    int (*thumbnail_buffer)(void *at, size_t len, VipsImage **out, int width, ...);
    int (*thumbnail_image)(VipsImage *in, VipsImage **out, int width, ...);
    int (*colourspace)(VipsImage *in, VipsImage **out, int space, ...);
    int (*flatten)(VipsImage *in, VipsImage **out, ...);
    int (*svgload_buffer)(void *at, size_t len, VipsImage **out, ...);
    int (*webpsave_buffer)(VipsImage *in, void **at, size_t *len, ...);
    int (*jpegsave_buffer)(VipsImage *in, void **at, size_t *len, ...);
    void *(*array_double_new)(const double *at, int len);
    void (*area_unref)(void *area);
    void (*unref)(void *object);
    void (*free)(void *memory);
} Vips;

/* Opens, starts and narrows libvips to JPEG, PNG, WebP, GIF, HEIC and SVG. NULL when it is not installed. */
const Vips *vips_open(void);

typedef struct Zbar {
    void *(*scanner_create)(void);
    int (*scanner_set)(void *scanner, int symbology, int config, int value);
    int (*scan)(void *scanner, void *image);
    void (*scanner_destroy)(void *scanner);
    void *(*image_create)(void);
    void (*image_format)(void *image, unsigned long fourcc);
    void (*image_size)(void *image, unsigned width, unsigned height);
    void (*image_data)(void *image, const void *data, unsigned long len, void (*cleanup)(void *));
    void (*image_destroy)(void *image);
    const void *(*image_first)(const void *image);
    const void *(*next)(const void *symbol);
    int (*type)(const void *symbol);
    const char *(*data)(const void *symbol);
    unsigned (*data_length)(const void *symbol);
} Zbar;

/* NULL when it is not installed. */
const Zbar *zbar_open(void);
