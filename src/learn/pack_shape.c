/* The JSON of a pack's objects. */
#include "learn/pack_inside.h"

#include <sodium.h>

static const Field text_fields[] = {
    FIELD(LearnText, lang, FIELD_STR, .required = true, .max = 20),
    FIELD(LearnText, title, FIELD_STR, .max = TITLE_MAX),
    FIELD(LearnText, summary, FIELD_STR, .max = 4 * SUMMARY_MAX),
    FIELD(LearnText, body, FIELD_STR, .max = BODY_MAX),
};
static const Shape text_shape = SHAPE(LearnText, "PackText", text_fields);

#define TEXTS(Type) FIELD(Type, texts, FIELD_LIST, .shape = &text_shape, .max = LANGS_MAX)
static const Field revision_fields[] = {
    FIELD(PackRevision, picture, FIELD_STR, .max = SHA_LEN),
    FIELD(PackRevision, picture_alt, FIELD_STR, .max = 300),
    FIELD(PackRevision, source_name, FIELD_STR, .max = 200),
    FIELD(PackRevision, source_url, FIELD_STR, .max = 1000),
    FIELD(PackRevision, licence, FIELD_STR, .max = 100),
    FIELD(PackRevision, note, FIELD_STR, .max = 200),
    FIELD(PackRevision, at, FIELD_TIME),
    TEXTS(PackRevision),
};
const Shape pack_revision_shape = SHAPE(PackRevision, "PackRevision", revision_fields);
static const Field item_fields[] = {
    FIELD(PackItem, origin, FIELD_STR, .required = true, .max = 500),
    FIELD(PackItem, picture, FIELD_STR, .max = SHA_LEN),
    FIELD(PackItem, picture_alt, FIELD_STR, .max = 300),
    FIELD(PackItem, source_name, FIELD_STR, .max = 200),
    FIELD(PackItem, source_url, FIELD_STR, .max = 1000),
    FIELD(PackItem, licence, FIELD_STR, .max = 100),
    FIELD(PackItem, note, FIELD_STR, .max = 200),
    FIELD(PackItem, at, FIELD_TIME),
    TEXTS(PackItem),
    FIELD(PackItem, before, FIELD_LIST, .shape = &pack_revision_shape, .max = PACK_REVISIONS_MAX),
};
const Shape pack_item_shape = SHAPE(PackItem, "PackItem", item_fields);

static const Field step_fields[] = {
    FIELD(PackStep, kind, FIELD_STR, .required = true, .one_of = "article|quiz|task|media"),
    FIELD(PackStep, object, FIELD_STR, .max = SHA_LEN),
    TEXTS(PackStep),
};
static const Shape step_shape = SHAPE(PackStep, "PackStep", step_fields);
static const Field lesson_fields[] = {
    TEXTS(PackLesson),
    FIELD(PackLesson, after_before, FIELD_BOOL),
    FIELD(PackLesson, steps, FIELD_LIST, .shape = &step_shape, .max = 50),
};
static const Shape lesson_shape = SHAPE(PackLesson, "PackLesson", lesson_fields);
static const Field course_fields[] = {
    FIELD(PackCourse, origin, FIELD_STR, .required = true, .max = 500),
    FIELD(PackCourse, slug, FIELD_STR, .max = 100),
    FIELD(PackCourse, picture, FIELD_STR, .max = SHA_LEN),
    FIELD(PackCourse, picture_alt, FIELD_STR, .max = 300),
    FIELD(PackCourse, licence, FIELD_STR, .max = 100),
    FIELD(PackCourse, certificate, FIELD_BOOL),
    TEXTS(PackCourse),
    FIELD(PackCourse, lessons, FIELD_LIST, .shape = &lesson_shape, .max = 100),
};
const Shape pack_course_shape = SHAPE(PackCourse, "PackCourse", course_fields);

static const Field object_fields[] = {
    FIELD(PackObject, sha256, FIELD_STR, .required = true, .min = SHA_LEN, .max = SHA_LEN),
    FIELD(PackObject, kind, FIELD_STR, .required = true, .one_of = "course|item|quiz|picture"),
    FIELD(PackObject, bytes, FIELD_INT, .min = 1, .max = PACK_BYTES_MAX),
};
static const Shape object_shape = SHAPE(PackObject, "PackObject", object_fields);
static const Field manifest_fields[] = {
    FIELD(PackManifest, course, FIELD_STR, .required = true, .min = SHA_LEN, .max = SHA_LEN),
    FIELD(PackManifest, by, FIELD_STR, .max = 300),
    FIELD(PackManifest, made_at, FIELD_TIME),
    FIELD(PackManifest, objects, FIELD_LIST, .shape = &object_shape, .max = PACK_OBJECTS_MAX),
};
const Shape pack_manifest_shape = SHAPE(PackManifest, "PackManifest", manifest_fields);

Str sha_hex(Arena *arena, Str bytes)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char *text = arena_alloc(arena, SHA_LEN + 1);
    crypto_hash_sha256(hash, (const unsigned char *)bytes.at, bytes.len);
    sodium_bin2hex(text, SHA_LEN + 1, hash, sizeof hash);
    return str_of(text);
}
