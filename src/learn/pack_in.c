/* Taking a course out of a pack: signature, objects by their hashes, then everything in one transaction. */
#include "learn/pack_inside.h"

#include <sodium.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "media/media.h"

typedef struct Taking {
    Arena *arena;
    PackManifest manifest;
    Str *bytes;    /* of each object; empty while it is missing */
    Str *pictures; /* keys of media, for objects that are pictures */
    Channel channel;
    Id course;
    Time now;
} Taking;

static bool hex_read(Str text, unsigned char *out, size_t len)
{
    size_t got;
    return text.len == 2 * len && sodium_hex2bin(out, len, text.at, text.len, NULL, &got, NULL) == 0 && got == len;
}

static Err *head_read(Arena *arena, Str bytes, Str wanted, Taking *taking, Str *rest, Str *key)
{
    unsigned char signature[crypto_sign_BYTES], public[crypto_sign_PUBLICKEYBYTES];
    Str manifest, line, sign;
    if (!str_starts(bytes, STR(PACK_MAGIC)) || !str_cut(str_slice(bytes, sizeof PACK_MAGIC - 1, bytes.len), '\n', &manifest, rest) ||
        !str_cut(*rest, '\n', &line, rest) || !str_cut(line, ' ', &sign, key) || !hex_read(sign, signature, sizeof signature) ||
        !hex_read(*key, public, sizeof public))
        return err_new(arena, ERR_INVALID, "pack.format");
    if (crypto_sign_verify_detached(signature, (const unsigned char *)manifest.at, manifest.len, public))
        return err_new(arena, ERR_INVALID, "pack.signature");
    if (wanted.len && !str_eq_nocase(wanted, *key))
        return err_new(arena, ERR_INVALID, "pack.key");
    Err *err = json_read(arena, manifest, &pack_manifest_shape, &taking->manifest);
    return err || !taking->manifest.objects.len ? err_new(arena, ERR_INVALID, "pack.format") : NULL;
}

static const char *kept_path(Arena *arena, Str sha)
{
    return str_z(arena, str_format(arena, "%.*s/packs/%.*s", STR_ARG(config_text("data")), STR_ARG(sha)));
}

static bool is_sha(Str text)
{
    unsigned char hash[SHA_LEN / 2];
    return hex_read(text, hash, sizeof hash);
}

/* Objects that are whole here are put on disk; those that came earlier are taken from there. */
static Err *objects_take(Taking *taking, Str rest, size_t *missing)
{
    Arena *arena = taking->arena;
    TRY(folder_make(arena, str_z(arena, str_format(arena, "%.*s/packs", STR_ARG(config_text("data")))), 0700));
    for (size_t i = 0; i < taking->manifest.objects.len; i++) {
        const PackObject *object = &taking->manifest.objects.at[i];
        size_t len = (size_t)object->bytes;
        if (!is_sha(object->sha256))
            return err_new(arena, ERR_INVALID, "pack.format");
        if (rest.len >= len) {
            Str bytes = str_slice(rest, 0, len);
            if (!str_eq(sha_hex(arena, bytes), object->sha256))
                return err_new(arena, ERR_INVALID, "pack.object");
            if (!file_exists(kept_path(arena, object->sha256)))
                TRY(file_write(arena, kept_path(arena, object->sha256), bytes, 0600));
            taking->bytes[i] = bytes;
        } else if (file_exists(kept_path(arena, object->sha256))) {
            TRY(file_read(arena, kept_path(arena, object->sha256), PACK_BYTES_MAX, &taking->bytes[i]));
            if (!str_eq(sha_hex(arena, taking->bytes[i]), object->sha256))
                return err_new(arena, ERR_INVALID, "pack.object");
        } else {
            ++*missing;
        }
        rest = str_slice(rest, len, rest.len);
    }
    return NULL;
}

static Str object_bytes(const Taking *taking, Str sha, const char *kind)
{
    for (size_t i = 0; i < taking->manifest.objects.len; i++)
        if (str_eq(taking->manifest.objects.at[i].sha256, sha) && str_eq(taking->manifest.objects.at[i].kind, str_of(kind)))
            return taking->bytes[i];
    return (Str){0};
}

static Str picture_key(const Taking *taking, Str sha)
{
    for (size_t i = 0; i < taking->manifest.objects.len; i++)
        if (sha.len && str_eq(taking->manifest.objects.at[i].sha256, sha))
            return taking->pictures[i];
    return (Str){0};
}

static NewItem words_of(const Taking *taking, const PackItem *item, const PackRevision *from)
{
    return (NewItem){.channel = taking->channel.id, .texts = from->texts, .picture = picture_key(taking, from->picture), .picture_alt = from->picture_alt,
                     .source_name = from->source_name, .source_url = from->source_url, .licence = from->licence, .guid = item->origin,
                     .note = from->note, .written_at = from->at};
}

/* Where to go on: behind the last revision that is here already. Nothing of it here but the piece itself: with what it says now. */
static Err *go_on_from(Tx *tx, const Taking *taking, const PackItem *item, const PackRevisionList *all, Id known, size_t *from)
{
    RevisionLineList rows;
    TRY(item_revisions(&tx->db, known, &rows));
    *from = all->len - 1;
    for (size_t i = all->len; i-- > 0;) {
        NewItem words = words_of(taking, item, &all->at[i]);
        Str hash = revision_hash(tx->db.arena, &words);
        for (size_t k = 0; k < rows.len; k++)
            if (str_eq(rows.at[k].hash, hash)) {
                *from = i + 1;
                return NULL;
            }
    }
    return NULL;
}

/* Each revision in its turn, published as it once was, so that readers here compare them too. */
static Err *item_put(Tx *tx, Taking *taking, Str sha, Id *out)
{
    PackItem item;
    LearnId known;
    bool found, changed;
    size_t from = 0;
    TRY(json_read(tx->db.arena, object_bytes(taking, sha, "item"), &pack_item_shape, &item));
    PackRevisionList all = {NEW_ARRAY(tx->db.arena, PackRevision, item.before.len + 1), item.before.len + 1};
    for (size_t i = 0; i < item.before.len; i++)
        all.at[i] = item.before.at[i];
    all.at[item.before.len] = (PackRevision){item.picture, item.picture_alt, item.source_name, item.source_url, item.licence, item.note, item.at, item.texts};
    TRY(item_by_guid(&tx->db, taking->channel.id, item.origin, &known, &found));
    *out = known.id;
    if (found)
        TRY(go_on_from(tx, taking, &item, &all, known.id, &from));
    for (size_t i = from; i < all.len; i++) {
        NewItem words = words_of(taking, &item, &all.at[i]);
        changed = true;
        if (found)
            TRY(item_revise(tx, taking->now, 0, *out, &words, &changed));
        else
            TRY(item_add(tx, taking->now, 0, &words, out));
        found = true;
        if (changed)
            TRY(item_act(tx, &(ItemAct){.item = *out, .verb = "publish"}, taking->now));
    }
    return NULL;
}

static Err *step_put(Tx *tx, Taking *taking, const PackStep *from, NewStep *to)
{
    *to = (NewStep){.kind = str_z(tx->db.arena, from->kind), .texts = from->texts};
    if (str_eq(from->kind, STR("article")))
        return item_put(tx, taking, from->object, &to->item);
    if (!str_eq(from->kind, STR("quiz")))
        return NULL;
    if (!quiz_seam()->unpack)
        return err_new(tx->db.arena, ERR_CONFLICT, "pack.no_quizzes");
    return quiz_seam()->unpack(tx, taking->now, 0, taking->channel.id, object_bytes(taking, from->object, "quiz"), &to->quiz);
}

static Err *lesson_put(Tx *tx, Taking *taking, const PackLesson *from, int64_t position, bool fresh)
{
    NewLesson lesson = {.texts = from->texts, .after_before = from->after_before, .steps = NEW_ARRAY(tx->db.arena, NewStep, from->steps.len + 1),
                        .steps_len = from->steps.len};
    Id id;
    for (size_t i = 0; i < from->steps.len; i++)
        TRY(step_put(tx, taking, &from->steps.at[i], &lesson.steps[i]));
    return fresh ? lesson_add(tx, taking->course, position, &lesson, &id) : NULL;
}

static Err *course_put(Tx *tx, void *arg)
{
    Taking *taking = arg;
    PackCourse from;
    LearnId known;
    bool found;
    TRY(json_read(tx->db.arena, object_bytes(taking, taking->manifest.course, "course"), &pack_course_shape, &from));
    TRY(course_by_origin(&tx->db, from.origin, &known, &found));
    taking->course = known.id;
    NewCourse course = {.channel = taking->channel.id, .slug = from.slug, .texts = from.texts, .picture = picture_key(taking, from.picture),
                        .picture_alt = from.picture_alt, .licence = from.licence, .origin = from.origin, .certificate = from.certificate};
    if (!found)
        TRY(course_add(tx, taking->now, 0, &course, &taking->course));
    for (size_t i = 0; found && i < from.texts.len; i++)
        TRY(course_text_put(tx, taking->course, from.texts.at[i].lang, from.texts.at[i].title, from.texts.at[i].summary));
    for (size_t i = 0; i < from.lessons.len; i++)
        TRY(lesson_put(tx, taking, &from.lessons.at[i], (int64_t)i + 1, !found));
    return found ? NULL : course_act(tx, taking->now, 0, taking->course, "publish", STR(""));
}

/* Decoding pictures takes seconds: before the transaction. */
static Err *pictures_take(Store *store, Taking *taking)
{
    for (size_t i = 0; i < taking->manifest.objects.len; i++)
        if (str_eq(taking->manifest.objects.at[i].kind, STR("picture")))
            TRY(media_take_bytes(store, taking->arena, taking->bytes[i], taking->now, &taking->pictures[i]));
    return NULL;
}

Err *pack_read(Store *store, Arena *arena, Str bytes, Str channel, Str key, Time now, PackTaken *out)
{
    Taking taking = {.arena = arena, .now = now};
    Course made;
    Str rest;
    Db db;
    bool found;
    TRY(db_read(store, arena, &db));
    TRY(channel_must(&db, channel, STR("en"), now, &taking.channel));
    TRY(head_read(arena, bytes, key, &taking, &rest, &out->key));
    out->objects = taking.manifest.objects.len;
    taking.bytes = NEW_ARRAY(arena, Str, out->objects);
    taking.pictures = NEW_ARRAY(arena, Str, out->objects);
    TRY(objects_take(&taking, rest, &out->missing));
    if (out->missing)
        return NULL;
    TRY(pictures_take(store, &taking));
    TRY(db_write(store, arena, course_put, &taking));
    for (size_t i = 0; i < out->objects; i++)
        unlink(kept_path(arena, taking.manifest.objects.at[i].sha256));
    TRY(course_by_id(&db, taking.course, STR("en"), &made, &found));
    out->course = made.slug;
    return NULL;
}
