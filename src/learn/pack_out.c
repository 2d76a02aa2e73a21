/* Writing a course into a pack. */
#include "learn/pack_inside.h"

#include <sodium.h>

#include "base/file.h"
#include "base/json.h"
#include "media/media.h"

typedef struct Packing {
    Db *db;
    Arena *arena;
    PackObject objects[PACK_OBJECTS_MAX];
    Str bytes[PACK_OBJECTS_MAX];
    size_t len, total;
} Packing;

/* The same bytes once. */
static Err *object_add(Packing *p, const char *kind, Str bytes, Str *sha)
{
    *sha = sha_hex(p->arena, bytes);
    for (size_t i = 0; i < p->len; i++)
        if (str_eq(p->objects[i].sha256, *sha))
            return NULL;
    p->total += bytes.len;
    if (p->len == PACK_OBJECTS_MAX || p->total > PACK_BYTES_MAX / 2)
        return err_new(p->arena, ERR_CONFLICT, "pack.too_large");
    p->objects[p->len] = (PackObject){*sha, str_of(kind), (int64_t)bytes.len};
    p->bytes[p->len++] = bytes;
    return NULL;
}

static Err *json_add(Packing *p, const char *kind, const Shape *shape, const void *value, Str *sha)
{
    Buf out = buf_new(p->arena, 8u << 20);
    json_write(&out, shape, value, STR("CNY"));
    if (out.overflowed)
        return err_new(p->arena, ERR_CONFLICT, "pack.too_large");
    return object_add(p, kind, buf_str(&out), sha);
}

/* The widest JPEG that is kept of a picture. */
static Err *picture_add(Packing *p, Str key, Str *sha)
{
    Str bytes;
    *sha = STR("");
    TRY(media_bytes(p->arena, key, &bytes));
    if (!bytes.len)
        return NULL;
    return object_add(p, "picture", bytes, sha);
}

static Str origin_of(Packing *p, Str known, Id id)
{
    return known.len ? known : str_format(p->arena, "millet:%.*s:%.*s", STR_ARG(id_text(p->arena, village_at(p->db).org)), STR_ARG(id_text(p->arena, id)));
}

static Err *revision_pack(Packing *p, Id id, int64_t number, PackRevision *out)
{
    ItemWords words;
    ItemTextList texts;
    bool found;
    TRY(item_words(p->db, id, number, STR("en"), &words, &found));
    if (!found)
        return err_new(p->arena, ERR_MISSING, "item.missing");
    TRY(item_texts(p->db, words.id, &texts));
    *out = (PackRevision){.picture_alt = words.picture_alt, .source_name = words.source_name, .source_url = words.source_url, .licence = words.licence,
                          .note = words.note, .at = words.at, .texts = {NEW_ARRAY(p->arena, LearnText, texts.len + 1), 0}};
    for (size_t pass = 0; pass < 2; pass++) /* its own language first */
        for (size_t i = 0; i < texts.len; i++)
            if (str_eq(texts.at[i].lang, words.lang) == (pass == 0))
                out->texts.at[out->texts.len++] = (LearnText){texts.at[i].lang, texts.at[i].title, texts.at[i].summary, texts.at[i].body};
    return picture_add(p, words.picture, &out->picture);
}

/* What readers could see before: the revisions that were published, the newest hundred of them. Drafts stay at home. */
static Err *earlier_pack(Packing *p, Id id, int64_t shown, PackRevisionList *out)
{
    ItemEventList events;
    enum { BYTES_MAX = 3 << 20 }; /* of their texts */
    int64_t last = 0;
    size_t begin = 0, len = 0, bytes = 0;
    TRY(item_events(p->db, id, &events));
    int64_t *numbers = NEW_ARRAY(p->arena, int64_t, events.len + 1);
    for (size_t i = 0; i < events.len; i++)
        if (str_eq(events.at[i].verb, STR("publish")) && events.at[i].revision > last && events.at[i].revision < shown)
            numbers[len++] = last = events.at[i].revision;
    begin = len > PACK_REVISIONS_MAX ? len - PACK_REVISIONS_MAX : 0;
    PackRevision *all = NEW_ARRAY(p->arena, PackRevision, len + 1);
    size_t first = len;
    while (first > begin && bytes < BYTES_MAX) { /* backwards: what is nearest matters most */
        TRY(revision_pack(p, id, numbers[first - 1], &all[first - 1]));
        first--;
        for (size_t i = 0; i < all[first].texts.len; i++)
            bytes += all[first].texts.at[i].body.len;
    }
    *out = (PackRevisionList){all + first, len - first};
    return NULL;
}

static Err *item_pack(Packing *p, Id id, Str *sha)
{
    Item row;
    PackRevision now;
    TRY(item_must(p->db, id, &row));
    int64_t number = row.shown ? row.shown : row.newest;
    TRY(revision_pack(p, id, number, &now));
    PackItem item = {.origin = origin_of(p, row.has_guid ? row.guid : STR(""), id), .picture = now.picture, .picture_alt = now.picture_alt,
                     .source_name = now.source_name, .source_url = now.source_url, .licence = now.licence, .note = now.note, .at = now.at, .texts = now.texts};
    TRY(earlier_pack(p, id, number, &item.before));
    return json_add(p, "item", &pack_item_shape, &item, sha);
}

static Err *quiz_pack(Packing *p, Id quiz, Str *sha)
{
    Buf out = buf_new(p->arena, 8u << 20);
    if (!quiz_seam()->pack)
        return err_new(p->arena, ERR_CONFLICT, "pack.no_quizzes");
    TRY(quiz_seam()->pack(p->db, quiz, &out));
    return object_add(p, "quiz", buf_str(&out), sha);
}

static Err *step_pack(Packing *p, const Step *step, PackStep *out)
{
    StepTextList texts;
    *out = (PackStep){.kind = step->kind};
    TRY(step_texts(p->db, step->id, &texts));
    out->texts.at = NEW_ARRAY(p->arena, LearnText, texts.len + 1);
    for (size_t i = 0; i < texts.len; i++)
        out->texts.at[out->texts.len++] = (LearnText){texts.at[i].lang, texts.at[i].title, STR(""), texts.at[i].body};
    if (step->has_item)
        return item_pack(p, step->item, &out->object);
    return step->has_quiz ? quiz_pack(p, step->quiz, &out->object) : NULL;
}

static Err *lessons_pack(Packing *p, const Course *course, PackLessonList *out)
{
    LessonList lessons;
    StepList steps;
    TRY(lesson_list(p->db, course->id, course->lang, course->lang, &lessons));
    TRY(step_list(p->db, course->id, course->lang, course->lang, 0, &steps));
    out->at = NEW_ARRAY(p->arena, PackLesson, lessons.len + 1);
    for (size_t i = 0; i < lessons.len; i++) {
        PackLesson *lesson = &out->at[out->len++];
        LessonTextList texts;
        TRY(lesson_texts(p->db, lessons.at[i].id, &texts));
        lesson->after_before = lessons.at[i].after_before;
        lesson->texts.at = NEW_ARRAY(p->arena, LearnText, texts.len + 1);
        for (size_t k = 0; k < texts.len; k++)
            lesson->texts.at[lesson->texts.len++] = (LearnText){.lang = texts.at[k].lang, .title = texts.at[k].title};
        lesson->steps.at = NEW_ARRAY(p->arena, PackStep, steps.len + 1);
        for (size_t k = 0; k < steps.len; k++)
            if (steps.at[k].lesson == lessons.at[i].id)
                TRY(step_pack(p, &steps.at[k], &lesson->steps.at[lesson->steps.len++]));
    }
    return NULL;
}

static Err *course_pack(Packing *p, Str slug, Str *sha)
{
    Course row;
    CourseTextList texts;
    TRY(course_must(p->db, slug, STR("en"), &row));
    TRY(course_texts(p->db, row.id, &texts));
    PackCourse course = {.origin = origin_of(p, row.has_origin ? row.origin : STR(""), row.id), .slug = row.slug, .picture_alt = row.picture_alt,
                         .licence = row.licence, .certificate = row.certificate};
    course.texts.at = NEW_ARRAY(p->arena, LearnText, texts.len + 1);
    for (size_t pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < texts.len; i++)
            if (str_eq(texts.at[i].lang, row.lang) == (pass == 0))
                course.texts.at[course.texts.len++] = (LearnText){.lang = texts.at[i].lang, .title = texts.at[i].title, .summary = texts.at[i].about};
    TRY(picture_add(p, row.picture, &course.picture));
    TRY(lessons_pack(p, &row, &course.lessons));
    return json_add(p, "course", &pack_course_shape, &course, sha);
}

/* This Millet's own key: 32 bytes in data/pack.key, made when first needed. */
static Err *key_load(Arena *arena, unsigned char public[crypto_sign_PUBLICKEYBYTES], unsigned char secret[crypto_sign_SECRETKEYBYTES])
{
    const char *path = str_z(arena, str_format(arena, "%.*s/pack.key", STR_ARG(config_text("data"))));
    unsigned char seed[crypto_sign_SEEDBYTES];
    Str kept;
    if (file_exists(path)) {
        TRY(file_read(arena, path, 1024, &kept));
        if (kept.len != sizeof seed)
            return err_detail(arena, ERR_BROKEN, "file.unreadable", "%s: not 32 bytes", path);
        for (size_t i = 0; i < sizeof seed; i++)
            seed[i] = (unsigned char)kept.at[i];
    } else {
        randombytes_buf(seed, sizeof seed);
        TRY(file_write(arena, path, (Str){(const char *)seed, sizeof seed}, 0600));
    }
    crypto_sign_seed_keypair(public, secret, seed);
    sodium_memzero(seed, sizeof seed);
    return NULL;
}

static Err *sign(Arena *arena, Str manifest, Str *line, Str *key)
{
    unsigned char public[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES], signature[crypto_sign_BYTES];
    char *hex = arena_alloc(arena, 2 * sizeof signature + 1), *key_hex = arena_alloc(arena, 2 * sizeof public + 1);
    TRY(key_load(arena, public, secret));
    crypto_sign_detached(signature, NULL, (const unsigned char *)manifest.at, manifest.len, secret);
    sodium_memzero(secret, sizeof secret);
    sodium_bin2hex(hex, 2 * sizeof signature + 1, signature, sizeof signature);
    sodium_bin2hex(key_hex, 2 * sizeof public + 1, public, sizeof public);
    *key = str_of(key_hex);
    *line = str_format(arena, "%s %s\n", hex, key_hex);
    return NULL;
}

/* What goes into a pack carries its name from now on, so that the same pack taken here again is known again. */
typedef struct Naming {
    Id course, org;
} Naming;

static Err *names_write(Tx *tx, void *arg)
{
    const Naming *naming = arg;
    Arena *arena = tx->db.arena;
    StepList steps;
    int64_t count;
    Str org = id_text(arena, naming->org);
    TRY(course_origin_put(tx, naming->course, str_format(arena, "millet:%.*s:%.*s", STR_ARG(org), STR_ARG(id_text(arena, naming->course))), &count));
    TRY(step_list(&tx->db, naming->course, STR("en"), STR("en"), 0, &steps));
    for (size_t i = 0; i < steps.len; i++)
        if (steps.at[i].has_item)
            TRY(item_guid_put(tx, steps.at[i].item, str_format(arena, "millet:%.*s:%.*s", STR_ARG(org), STR_ARG(id_text(arena, steps.at[i].item))), &count));
    return NULL;
}

Err *pack_write(Store *store, Arena *arena, Str course, Time now, PackMade *out)
{
    Course row;
    Naming naming;
    Packing *p = NEW(arena, Packing);
    Db db;
    Str signature;
    TRY(db_read(store, arena, &db));
    p->db = &db;
    p->arena = arena;
    TRY(course_must(&db, course, STR("en"), &row));
    naming = (Naming){row.id, village_at(&db).org};
    TRY(db_write(store, arena, names_write, &naming));
    PackManifest manifest = {.by = village_at(&db).name, .made_at = now};
    TRY(course_pack(p, course, &manifest.course));
    manifest.objects = (PackObjectList){p->objects, p->len};
    Buf json = buf_new(arena, 4u << 20), all = buf_new(arena, PACK_BYTES_MAX);
    json_write(&json, &pack_manifest_shape, &manifest, STR("CNY"));
    TRY(sign(arena, buf_str(&json), &signature, &out->key));
    buf_add(&all, STR(PACK_MAGIC));
    buf_add(&all, buf_str(&json));
    buf_add_char(&all, '\n');
    buf_add(&all, signature);
    for (size_t i = 0; i < p->len; i++)
        buf_add(&all, p->bytes[i]);
    if (all.overflowed)
        return err_new(arena, ERR_CONFLICT, "pack.too_large");
    out->bytes = buf_str(&all);
    out->objects = p->len;
    return NULL;
}
