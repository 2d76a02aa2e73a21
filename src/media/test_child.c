/* The picture child, asked as the server asks it. */
#include "harness.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "media/inside.h"
#include "media/vips.h"
#include "pictures.h"

enum { RED, GREEN, BLUE, YELLOW };

static Decoded decode(Arena *arena, Str bytes)
{
    Decoded *decoded = NEW(arena, Decoded);
    assert_fine(picture_decode(arena, ASK_PICTURE, bytes, decoded));
    return *decoded;
}

static Str jpeg_of(Arena *arena, Str png)
{
    Decoded decoded = decode(arena, png);
    return decoded.files[decoded.len - 1].bytes;
}

static void assert_kind_refused(Arena *arena, Str bytes, const char *code)
{
    Decoded decoded;
    assert_err(picture_decode(arena, ASK_PICTURE, bytes, &decoded), code);
}

/* The test looks at our own output with libvips too; started once, and never for what strangers send. */
static const Vips *eyes(void)
{
    static const Vips *vips;
    setenv("VIPSHOME", "/nonexistent", 1);
    if (!vips)
        vips = vips_open();
    assert_non_null(vips);
    return vips;
}

static int nearest(const unsigned char *rgb)
{
    static const unsigned char colours[4][3] = {
        {0xE0, 0x20, 0x20}, {0x20, 0xC0, 0x20}, {0x20, 0x20, 0xE0}, {0xE0, 0xE0, 0x20}};
    int best = 0, best_far = 1 << 30;
    for (int i = 0; i < 4; i++) {
        int far = abs(rgb[0] - colours[i][0]) + abs(rgb[1] - colours[i][1]) + abs(rgb[2] - colours[i][2]);
        if (far < best_far) {
            best = i;
            best_far = far;
        }
    }
    return best;
}

/* Which colours stand top left, top right, bottom left, bottom right. */
static void corners(Str bytes, int out[4])
{
    const Vips *vips = eyes();
    VipsImage *image = vips->new_from_buffer(bytes.at, bytes.len, "", (void *)NULL);
    assert_non_null(image);
    size_t len, width = (size_t)vips->width(image), height = (size_t)vips->height(image);
    unsigned char *pixels = vips->write_to_memory(image, &len);
    assert_non_null(pixels);
    assert_int_equal(len, width * height * 3);
    for (size_t i = 0; i < 4; i++) {
        size_t x = i % 2 ? width - 1 - width / 8 : width / 8, y = i / 2 ? height - 1 - height / 8 : height / 8;
        out[i] = nearest(pixels + (y * width + x) * 3);
    }
    vips->free(pixels);
    vips->unref(image);
}

static void assert_upright(Str bytes)
{
    int seen[4];
    corners(bytes, seen);
    assert_int_equal(seen[0], RED);
    assert_int_equal(seen[1], GREEN);
    assert_int_equal(seen[2], BLUE);
    assert_int_equal(seen[3], YELLOW);
}

/* ---- kinds ---- */

static void a_png_becomes_webp_and_jpeg_at_all_widths(void **state)
{
    Arena *arena = test_arena(state);
    Decoded decoded = decode(arena, png_make(arena, 2000, 1500, paint_corners));
    static const uint32_t widths[] = {160, 320, 640, 1280};
    assert_int_equal(decoded.len, 8);
    assert_int_equal(decoded.info.width, 2000);
    assert_int_equal(decoded.info.height, 1500);
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(decoded.files[i].head.width, widths[i / 2]);
        assert_int_equal(decoded.files[i].head.height, widths[i / 2] * 3 / 4);
        assert_upright(decoded.files[i].bytes);
    }
}

static void a_small_picture_is_never_enlarged(void **state)
{
    Arena *arena = test_arena(state);
    Decoded decoded = decode(arena, png_make(arena, 200, 100, paint_corners));
    assert_int_equal(decoded.len, 4);
    assert_int_equal(decoded.files[0].head.width, 160);
    assert_int_equal(decoded.files[2].head.width, 200);
    decoded = decode(arena, png_make(arena, 1, 1, paint_corners));
    assert_int_equal(decoded.len, 2);
    assert_int_equal(decoded.widest.width, 1);
}

static void webp_and_jpeg_are_read(void **state)
{
    Arena *arena = test_arena(state);
    Decoded first = decode(arena, png_make(arena, 400, 300, paint_corners));
    Decoded webp = decode(arena, first.files[first.len - 2].bytes),
            jpeg = decode(arena, first.files[first.len - 1].bytes);
    assert_upright(webp.files[0].bytes);
    assert_upright(jpeg.files[1].bytes);
}

static void of_a_moving_gif_the_first_picture_is_taken(void **state)
{
    Arena *arena = test_arena(state);
    Decoded decoded = decode(arena, gif_make(arena, 64, 48, 3));
    int seen[4];
    assert_int_equal(decoded.info.height, 48);
    corners(decoded.files[1].bytes, seen);
    for (int i = 0; i < 4; i++)
        assert_int_equal(seen[i], RED);
}

static void a_heic_of_a_phone_is_read(void **state)
{
    Arena *arena = test_arena(state);
    char folder[] = "/tmp/millet-heic-XXXXXX";
    assert_non_null(mkdtemp(folder));
    const char *png = str_z(arena, str_format(arena, "%s/a.png", folder)),
               *heic = str_z(arena, str_format(arena, "%s/a.heic", folder));
    assert_fine(file_write(arena, png, png_make(arena, 640, 480, paint_corners), 0600));
    int status = system(str_z(arena, str_format(arena, "heif-enc -q 60 -o %s %s >/dev/null 2>&1", heic, png)));
    assert_int_equal(status, 0); /* from libheif-examples, see tools/packages/test */
    Str bytes;
    assert_fine(file_read(arena, heic, 1 << 20, &bytes));
    assert_int_equal(picture_kind(bytes), KIND_HEIC);
    Decoded decoded = decode(arena, bytes);
    assert_upright(decoded.files[0].bytes);
    assert_int_equal(system(str_z(arena, str_format(arena, "rm -r %s", folder))), 0);
}

static void what_is_no_picture_is_refused_by_its_content(void **state)
{
    Arena *arena = test_arena(state);
    static const char *const files[] = {
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><script>alert(1)</script></svg>",
        "%PDF-1.7\n1 0 obj\n",
        "<!doctype html><script>1</script>",
        "II*\0",
        "BM",
        "\177ELF",
        "PK\x03\x04",
        "hello",
        "GIF88a"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        assert_kind_refused(arena, str_of(files[i]), "media.kind");
    assert_kind_refused(arena, (Str){0}, "media.kind");
    assert_kind_refused(arena,
                        (Str){"\0\0\0\x1c"
                              "ftypavif\0\0\0\0mif1avifmiaf",
                              28},
                        "media.kind");
}

static void a_picture_that_hides_an_svg_is_not_drawn(void **state)
{
    Arena *arena = test_arena(state);
    assert_kind_refused(arena,
                        STR("\x89PNG\r\n\x1A\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>"),
                        "media.damaged");
    assert_kind_refused(arena, STR("GIF89a<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"></svg>"),
                        "media.damaged");
}

/* ---- EXIF ---- */

static void every_exif_orientation_comes_upright(void **state)
{
    /* what stands in the corners once the orientation of TIFF 6.0 is applied to red, green / blue, yellow */
    static const int expected[9][4] = {{0},
                                       {RED, GREEN, BLUE, YELLOW},
                                       {GREEN, RED, YELLOW, BLUE},
                                       {YELLOW, BLUE, GREEN, RED},
                                       {BLUE, YELLOW, RED, GREEN},
                                       {RED, BLUE, GREEN, YELLOW},
                                       {BLUE, RED, YELLOW, GREEN},
                                       {YELLOW, GREEN, BLUE, RED},
                                       {GREEN, YELLOW, RED, BLUE}};
    Arena *arena = test_arena(state);
    Str jpeg = jpeg_of(arena, png_make(arena, 320, 240, paint_corners));
    for (int orientation = 1; orientation <= 8; orientation++) {
        Decoded decoded = decode(arena, jpeg_exif(arena, jpeg, orientation));
        int seen[4];
        corners(decoded.files[decoded.len - 1].bytes, seen);
        assert_memory_equal(seen, expected[orientation], sizeof seen);
        assert_int_equal(decoded.info.width, orientation >= 5 ? 240 : 320);
        assert_int_equal(decoded.info.height, orientation >= 5 ? 320 : 240);
    }
}

static void place_and_camera_are_gone(void **state)
{
    Arena *arena = test_arena(state);
    Str jpeg = jpeg_exif(arena, jpeg_of(arena, png_make(arena, 320, 240, paint_corners)), 6);
    assert_true(str_find(jpeg, STR("SecretCamera")) != SIZE_MAX);
    Decoded decoded = decode(arena, jpeg);
    static const char *const traces[] = {"SecretCamera", "Exif", "EXIF", "ICC", "http", "XMP"};
    for (size_t i = 0; i < decoded.len; i++)
        for (size_t k = 0; k < sizeof traces / sizeof *traces; k++)
            assert_int_equal(str_find(decoded.files[i].bytes, str_of(traces[k])), SIZE_MAX);
}

/* ---- weight ---- */

static void a_list_thumbnail_weighs_at_most_12_kb_whatever_it_shows(void **state)
{
    Arena *arena = test_arena(state);
    Decoded decoded = decode(arena, png_make(arena, 1600, 1200, paint_noise));
    for (size_t i = 0; i < decoded.len; i++)
        if (decoded.files[i].head.width <= 320)
            assert_true(decoded.files[i].bytes.len <= 12000);
}

static void a_very_tall_picture_is_bounded(void **state)
{
    Arena *arena = test_arena(state);
    Decoded decoded = decode(arena, png_make(arena, 40, 8000, paint_corners));
    assert_true(decoded.widest.height <= 1280 * TALL_MAX);
    assert_int_equal(decoded.info.height, 8000);
}

static void the_main_colour_is_found(void **state)
{
    Arena *arena = test_arena(state);
    Decoded decoded = decode(arena, gif_make(arena, 32, 32, 1));
    assert_int_equal(decoded.info.red, 0xE0);
    assert_int_equal(decoded.info.green, 0x20);
    assert_int_equal(decoded.info.blue, 0x20);
}

/* ---- hostile ---- */

static void a_bomb_is_refused_at_its_header(void **state)
{
    Arena *arena = test_arena(state);
    assert_kind_refused(arena, png_bomb(arena, 65000, 65000, false), "media.too_large");
    assert_kind_refused(arena, png_bomb(arena, 8000, 6251, true), "media.too_large");
    Str gif = gif_make(arena, 8, 8, 1);
    memcpy((char *)(uintptr_t)gif.at + 6, "\xFF\xFF\xFF\xFF", 4);  /* the screen */
    memcpy((char *)(uintptr_t)gif.at + 30, "\xFF\xFF\xFF\xFF", 4); /* the frame */
    assert_kind_refused(arena, gif, "media.too_large");
}

static void fifty_megapixels_are_read(void **state)
{
    Arena *arena = test_arena(state);
    Decoded decoded = decode(arena, png_bomb(arena, 8000, 6250, true));
    assert_int_equal(decoded.info.width, 8000);
    assert_int_equal(decoded.widest.width, 1280);
}

static bool clean_code(const Err *err)
{
    return !err || err_is(err, "media.damaged") || err_is(err, "media.too_large") || err_is(err, "media.kind") ||
           err_is(err, "media.encode");
}

/* Cut anywhere, a file gives a picture or a clear no; the child lives on. */
static void a_file_cut_short_is_refused_clearly(void **state)
{
    Arena *arena = test_arena(state);
    Str png = png_make(arena, 300, 200, paint_noise), jpeg = jpeg_of(arena, png), gif = gif_make(arena, 40, 40, 2);
    Decoded first = decode(arena, png);
    Str files[] = {png, jpeg, gif, first.files[first.len - 2].bytes};
    for (size_t i = 0; i < 4; i++)
        for (size_t cut = 1; cut <= 12; cut++) {
            Decoded decoded;
            Err *err = picture_decode(arena, ASK_PICTURE, str_slice(files[i], 0, files[i].len * cut / 13), &decoded);
            assert_true(clean_code(err));
        }
    Decoded decoded;
    assert_err(picture_decode(arena, ASK_PICTURE, str_slice(jpeg, 0, jpeg.len / 2), &decoded), "media.damaged");
    assert_err(picture_decode(arena, ASK_PICTURE, str_slice(png, 0, png.len / 2), &decoded), "media.damaged");
}

static void a_file_with_wrong_bytes_is_read_or_refused_clearly(void **state)
{
    Arena *arena = test_arena(state);
    Str png = png_make(arena, 120, 90, paint_corners), jpeg = jpeg_exif(arena, jpeg_of(arena, png), 3);
    Decoded first = decode(arena, png);
    Str files[] = {jpeg, gif_make(arena, 20, 20, 2), first.files[first.len - 2].bytes};
    uint32_t seed = 1;
    for (size_t i = 0; i < 3; i++)
        for (int round = 0; round < 60; round++) {
            char *copy = arena_copy(arena, files[i].at, files[i].len);
            for (int k = 0; k < 8; k++) {
                seed = seed * 1664525u + 1013904223u;
                copy[12 + (seed >> 8) % (files[i].len - 12)] = (char)seed;
            }
            Decoded decoded;
            assert_true(clean_code(picture_decode(arena, ASK_PICTURE, (Str){copy, files[i].len}, &decoded)));
        }
}

/* What fuzzing and life have found; each must give a picture or a clear no. */
static void the_kept_corpus_is_read_or_refused_clearly(void **state)
{
    Arena *arena = test_arena(state);
    DIR *dir = opendir("tests/fuzz/corpus/media");
    assert_non_null(dir);
    int seen = 0;
    for (struct dirent *entry; (entry = readdir(dir));) {
        Str bytes;
        Decoded decoded;
        if (entry->d_name[0] == '.')
            continue;
        assert_fine(file_read(arena, str_z(arena, str_format(arena, "tests/fuzz/corpus/media/%s", entry->d_name)),
                              1 << 24, &bytes));
        Err *err = picture_decode(arena, ASK_PICTURE, bytes, &decoded);
        if (!clean_code(err))
            fail_msg("%s: %s", entry->d_name, err->code);
        seen++;
    }
    closedir(dir);
    assert_true(seen >= 5);
}

/* ---- codes ---- */

static uint32_t (*module_at)(int x, int y);
static uint32_t paint_module(int x, int y, int width, int height)
{
    (void)width;
    (void)height;
    return module_at(x, y);
}

/* EAN-13 4006381333931, as GS1 draws it: L, G and R codes, 95 modules, here 4 pixels each */
static uint32_t ean_pixel(int x, int y)
{
    static const char modules[] = "101"
                                  "0001101"
                                  "0100111"
                                  "0101111"
                                  "0111101"
                                  "0001001"
                                  "0110011"
                                  "01010"
                                  "1000010"
                                  "1000010"
                                  "1000010"
                                  "1110100"
                                  "1000010"
                                  "1100110"
                                  "101";
    int at = (x - 60) / 4;
    return x >= 60 && at < 95 && y > 20 && y < 180 && modules[at] == '1' ? 0x101010 : 0xF0F0F0;
}

static void a_bar_code_in_a_photo_is_read(void **state)
{
    Arena *arena = test_arena(state);
    Code code;
    module_at = ean_pixel;
    assert_fine(code_decode(arena, png_make(arena, 500, 200, paint_module), &code));
    assert_str(code.text, "4006381333931");
    assert_false(code.qr);
}

static void a_photo_without_a_code_says_so(void **state)
{
    Arena *arena = test_arena(state);
    Code code;
    assert_err(code_decode(arena, png_make(arena, 300, 200, paint_corners), &code), "media.no_code");
    assert_err(code_decode(arena, png_bomb(arena, 65000, 65000, false), &code), "media.too_large");
}

/* ---- the house ---- */

static void the_program_itself_links_no_picture_library(void **state)
{
    Arena *arena = test_arena(state);
    char path[4096] = "";
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
    assert_true(len > 0);
    strcpy(strstr(path, "/test/"), "/millet");
    Str command = str_format(arena, "ldd %s | grep -E 'vips|glib|heif|zbar|libjpeg|webp|avcodec|openblas'", path);
    assert_int_not_equal(system(str_z(arena, command)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_png_becomes_webp_and_jpeg_at_all_widths),
        TEST(a_small_picture_is_never_enlarged),
        TEST(webp_and_jpeg_are_read),
        TEST(of_a_moving_gif_the_first_picture_is_taken),
        TEST(a_heic_of_a_phone_is_read),
        TEST(what_is_no_picture_is_refused_by_its_content),
        TEST(a_picture_that_hides_an_svg_is_not_drawn),
        TEST(every_exif_orientation_comes_upright),
        TEST(place_and_camera_are_gone),
        TEST(a_list_thumbnail_weighs_at_most_12_kb_whatever_it_shows),
        TEST(a_very_tall_picture_is_bounded),
        TEST(the_main_colour_is_found),
        TEST(a_bomb_is_refused_at_its_header),
        TEST(fifty_megapixels_are_read),
        TEST(a_file_cut_short_is_refused_clearly),
        TEST(a_file_with_wrong_bytes_is_read_or_refused_clearly),
        TEST(the_kept_corpus_is_read_or_refused_clearly),
        TEST(a_bar_code_in_a_photo_is_read),
        TEST(a_photo_without_a_code_says_so),
        TEST(the_program_itself_links_no_picture_library),
    };
    return cmocka_run_group_tests_name("media_child", tests, NULL, NULL);
}
