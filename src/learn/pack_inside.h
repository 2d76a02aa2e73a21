/* Inside the pack: what its objects say. */
#pragma once
#include "learn/pack.h"

enum { SHA_LEN = 64, PACK_REVISIONS_MAX = 100 };

typedef struct PackRevision { /* what a piece said at one time */
    Str picture, picture_alt, source_name, source_url, licence, note; /* picture: the SHA-256 of its object, or empty */
    Time at;
    LearnTextList texts;
} PackRevision;
extern const Shape pack_revision_shape;
typedef struct PackRevisionList {
    PackRevision *at;
    size_t len;
} PackRevisionList;

typedef struct PackItem {
    Str origin;
    Str picture, picture_alt, source_name, source_url, licence, note; /* as it is now */
    Time at;
    LearnTextList texts;
    PackRevisionList before; /* published earlier, the oldest first; packs of old programs have none */
} PackItem;
extern const Shape pack_item_shape;

typedef struct PackStep {
    Str kind, object; /* SHA-256 of a piece or quiz; empty for a task */
    LearnTextList texts;
} PackStep;
typedef struct PackStepList {
    PackStep *at;
    size_t len;
} PackStepList;
typedef struct PackLesson {
    LearnTextList texts;
    bool after_before;
    PackStepList steps;
} PackLesson;
typedef struct PackLessonList {
    PackLesson *at;
    size_t len;
} PackLessonList;
typedef struct PackCourse {
    Str origin, slug, picture, picture_alt, licence;
    bool certificate;
    LearnTextList texts;
    PackLessonList lessons;
} PackCourse;
extern const Shape pack_course_shape;

typedef struct PackObject {
    Str sha256, kind; /* "course", "item", "quiz", "picture" */
    int64_t bytes;
} PackObject;
typedef struct PackObjectList {
    PackObject *at;
    size_t len;
} PackObjectList;
typedef struct PackManifest {
    Str course, by;
    Time made_at;
    PackObjectList objects;
} PackManifest;
extern const Shape pack_manifest_shape;

Str sha_hex(Arena *arena, Str bytes);
#define PACK_MAGIC "millet-pack 1\n"
