/* Opens libvips and zbar: the only file that knows their names. */
#include "media/vips.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

typedef struct Symbol {
    const char *name;
    size_t offset;
} Symbol;

static const Symbol vips_symbols[] = {
    {"vips_init", offsetof(Vips, init)},
    {"vips_version", offsetof(Vips, version)},
    {"vips_error_buffer", offsetof(Vips, error_buffer)},
    {"vips_error_clear", offsetof(Vips, error_clear)},
    {"vips_concurrency_set", offsetof(Vips, concurrency_set)},
    {"vips_cache_set_max", offsetof(Vips, cache_set_max)},
    {"vips_vector_set_enabled", offsetof(Vips, vector_set_enabled)},
    {"vips_operation_block_set", offsetof(Vips, operation_block_set)},
    {"vips_image_new_from_buffer", offsetof(Vips, new_from_buffer)},
    {"vips_image_get_width", offsetof(Vips, width)},
    {"vips_image_get_height", offsetof(Vips, height)},
    {"vips_image_get_orientation", offsetof(Vips, orientation)},
    {"vips_image_hasalpha", offsetof(Vips, has_alpha)},
    {"vips_image_get_typeof", offsetof(Vips, get_typeof)},
    {"vips_image_new_from_memory_copy", offsetof(Vips, new_from_memory_copy)},
    {"vips_copy", offsetof(Vips, copy)},
    {"vips_image_write_to_memory", offsetof(Vips, write_to_memory)},
    {"vips_thumbnail_buffer", offsetof(Vips, thumbnail_buffer)},
    {"vips_thumbnail_image", offsetof(Vips, thumbnail_image)},
    {"vips_colourspace", offsetof(Vips, colourspace)},
    {"vips_flatten", offsetof(Vips, flatten)},
    {"vips_svgload_buffer", offsetof(Vips, svgload_buffer)},
    {"vips_webpsave_buffer", offsetof(Vips, webpsave_buffer)},
    {"vips_jpegsave_buffer", offsetof(Vips, jpegsave_buffer)},
    {"vips_array_double_new", offsetof(Vips, array_double_new)},
    {"vips_area_unref", offsetof(Vips, area_unref)},
    {"g_object_unref", offsetof(Vips, unref)},
    {"g_free", offsetof(Vips, free)},
};

static const Symbol zbar_symbols[] = {
    {"zbar_image_scanner_create", offsetof(Zbar, scanner_create)},
    {"zbar_image_scanner_set_config", offsetof(Zbar, scanner_set)},
    {"zbar_scan_image", offsetof(Zbar, scan)},
    {"zbar_image_scanner_destroy", offsetof(Zbar, scanner_destroy)},
    {"zbar_image_create", offsetof(Zbar, image_create)},
    {"zbar_image_set_format", offsetof(Zbar, image_format)},
    {"zbar_image_set_size", offsetof(Zbar, image_size)},
    {"zbar_image_set_data", offsetof(Zbar, image_data)},
    {"zbar_image_destroy", offsetof(Zbar, image_destroy)},
    {"zbar_image_first_symbol", offsetof(Zbar, image_first)},
    {"zbar_symbol_next", offsetof(Zbar, next)},
    {"zbar_symbol_get_type", offsetof(Zbar, type)},
    {"zbar_symbol_get_data", offsetof(Zbar, data)},
    {"zbar_symbol_get_data_length", offsetof(Zbar, data_length)},
};

static void *library_open(const char *file, const Symbol *symbols, size_t len, void *into)
{
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    for (size_t i = 0; library && i < len; i++) {
        void *at = dlsym(library, symbols[i].name);
        if (!at)
            return NULL;
        memcpy((char *)into + symbols[i].offset, &at, sizeof at);
    }
    return library;
}

/* libvips would load all of its plug-ins (PDF, ImageMagick, slides ...); VIPSHOME, set by the parent, points it astray,
   and only the one for HEIC is opened here. */
static void open_heif(const Vips *vips, void *library)
{
    Dl_info where;
    void *(*module_open)(const char *, int) = NULL;
    void (*module_keep)(void *) = NULL;
    void *at = dlsym(library, "g_module_open"), *keep = dlsym(library, "g_module_make_resident");
    memcpy(&module_open, &at, sizeof at);
    memcpy(&module_keep, &keep, sizeof keep);
    void *init = dlsym(library, "vips_init");
    if (!at || !keep || !dladdr(init, &where) || !where.dli_fname)
        return;
    const char *slash = strrchr(where.dli_fname, '/');
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%.*s/vips-modules-%d.%d/vips-heif.so", (int)(slash ? slash - where.dli_fname : 0),
             where.dli_fname, vips->version(0), vips->version(1));
    void *module = module_open(path, 0);
    if (module)
        module_keep(module);
}

const Vips *vips_open(void)
{
    static Vips vips;
    void *library = library_open("libvips.so.42", vips_symbols, sizeof vips_symbols / sizeof *vips_symbols, &vips);
    if (!library || vips.init("millet") != 0)
        return NULL;
    open_heif(&vips, library);
    vips.concurrency_set(1);
    vips.cache_set_max(0);
    vips.vector_set_enabled(0); /* it would compile code at run time, which the sandbox forbids */
    vips.operation_block_set("VipsForeignLoad", 1);
    const char *const wanted[] = {"VipsForeignLoadJpeg",  "VipsForeignLoadPng",  "VipsForeignLoadWebp",
                                  "VipsForeignLoadNsgif", "VipsForeignLoadHeif", "VipsForeignLoadSvg"};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        vips.operation_block_set(wanted[i], 0);
    return &vips;
}

const Zbar *zbar_open(void)
{
    static Zbar zbar;
    return library_open("libzbar.so.0", zbar_symbols, sizeof zbar_symbols / sizeof *zbar_symbols, &zbar) ? &zbar : NULL;
}
