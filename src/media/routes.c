/* Serves pictures to everybody, for ever: what a name stands for never changes. Takes them from members and programs.
 */
#include <string.h>

#include "base/file.h"
#include "media/inside.h"

/* "<40 digits>-320.webp", and nothing that could name another file. */
static bool file_name_read(Str name, Str *hash, int64_t *width, const char **format)
{
    Str rest, digits, ending;
    KeyParts parts;
    if (!str_cut(name, '-', hash, &rest) || !str_cut(rest, '.', &digits, &ending) || hash->len != HASH_TEXT)
        return false;
    *format = str_eq(ending, STR("webp")) ? "webp" : str_eq(ending, STR("jpg")) ? "jpg" : NULL;
    bool plain = digits.len > 0 && digits.len <= 4 && digits.at[0] >= '1' && digits.at[0] <= '9';
    Arena *arena = arena_new();
    Str key = str_format(arena, "%.*s-1x1-000000", STR_ARG(*hash)); /* borrows the key's own check of the hash */
    bool fine = key_parse(key, &parts);
    arena_free(arena);
    return fine && plain && *format && str_to_int(digits, width);
}

static bool saves_data(const Req *r)
{
    return str_eq_nocase(str_trim(req_header(r, "Save-Data")), STR("on"));
}

static Err *show_picture(Req *r)
{
    enum { YEAR_S = 365 * 86400, SMALL = 160 };
    Str hash;
    int64_t width;
    const char *format;
    if (!file_name_read(take_param(r, 0), &hash, &width, &format))
        return err_new(r->arena, ERR_MISSING, "web.missing");
    Str path = picture_file(r->arena, hash, width, format);
    Str small = picture_file(r->arena, hash, SMALL, format);
    if (saves_data(r) && width > SMALL && file_exists(small.at))
        path = small;
    if (!file_exists(path.at))
        return err_new(r->arena, ERR_MISSING, "web.missing");
    TRY(reply_path(r, strcmp(format, "webp") == 0 ? "image/webp" : "image/jpeg", path.at, YEAR_S));
    reply_header(r, "Cache-Control", STR("public, max-age=31536000, immutable"));
    reply_header(r, "Vary", STR("Save-Data"));
    return NULL;
}

typedef struct PictureOut {
    Str key, url;
    int64_t width, height;
} PictureOut;

static const Field picture_fields[] = {
    FIELD(PictureOut, key, FIELD_STR, .label = N_("Names the picture in other calls")),
    FIELD(PictureOut, url, FIELD_STR, .label = N_("Where it can be seen")),
    FIELD(PictureOut, width, FIELD_INT, .label = N_("Pixels of the widest rendition")),
    FIELD(PictureOut, height, FIELD_INT, .label = N_("Pixels of the widest rendition")),
};
static const Shape picture_shape = SHAPE(PictureOut, "Picture", picture_fields);

static Err *take_picture(Req *r)
{
    PictureOut out = {0};
    KeyParts parts;
    const Upload *upload = take_upload(r, "picture");
    if (!upload)
        return err_field(r->arena, "field.required", "picture");
    TRY(media_take(r, upload, &out.key));
    if (key_parse(out.key, &parts)) {
        out.width = parts.width;
        out.height = parts.height;
    }
    out.url = media_url(r->arena, out.key, BOX_WIDTH, "jpg");
    return reply_json(r, 201, &picture_shape, &out);
}

static const ErrText errors[] = {
    {"media.kind", N_("This is not a picture we can read. Send a JPEG, PNG, WebP, HEIC or GIF.")},
    {"media.damaged", N_("This picture is damaged or was cut short on its way. Please send it again.")},
    {"media.too_large", N_("This picture is too large. Up to 50 megapixels and 32 MB are fine.")},
    {"media.encode", N_("This picture could not be made smaller. Save it as JPEG and send it again.")},
    {"media.missing", N_("This picture is not there any more. Please send it again.")},
    {"media.no_code", N_("No code could be found in this photo. Go closer, keep it sharp, or type the code.")},
    {"media.no_scanner", N_("Codes cannot be read from photos here. Please type the code.")},
    {"worker.busy", N_("Several pictures are being read just now. Please try again in a moment.")},
    {"worker.timeout", N_("This file took too long to read. Save it as a smaller JPEG and send it again.")},
    {"worker.crashed", N_("This file could not be read. Save it as JPEG and send it again.")},
    {"worker.broken", N_("Pictures cannot be read on this server at the moment. It has been written down.")},
    {0},
};

static const Job jobs[] = {
    {.name = "media.sweep",
     .every_ms = HOUR_MS,
     .run = sweep_pictures,
     .about = N_("Deletes pictures that nothing has used for a day.")},
    {0},
};

static const Check checks[] = {
    {.name = "media.files", .run = check_pictures},
    {0},
};

static const Route routes[] = {
    GET("/media/{file}", show_picture, ANYONE, "A picture at one width, as WebP or JPEG.", .shared = true),
    POST("/api/v1/pictures", take_picture, SIGNED_IN,
         "Takes a picture in (multipart field \"picture\"); its key goes into other calls within a day.",
         .scope = "offers", .gives = &picture_shape, .status = 201, .upload = true),
};

const Module media_module = MODULE("media", routes, .errors = errors, .jobs = jobs, .checks = checks);
