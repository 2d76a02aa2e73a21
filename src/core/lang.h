/* How a language is held in the program: the tables pogen makes from the .po files. Modules use the functions in core.h. */
#pragma once
#include "base/base.h"

enum { PLURALS_MAX = 6 };

typedef struct Message {
    const char *key; /* the English text; with a context "context\004text"; of a plural its singular. NULL: empty slot */
    uint32_t key_len, hash;
    Str text;
    const Str *plurals; /* NULL, or one text for each form */
} Message;

struct Lang {
    const char *tag;  /* "zh-CN" */
    const char *name; /* in itself: "简体中文" */
    const Message *messages; /* open addressing; slot = hash & mask, then the next ones */
    uint32_t mask;           /* slots - 1; the table is never full */
    size_t (*plural)(uint64_t n);
    size_t plurals_len;
    bool right_to_left;
};

extern const struct Lang house_languages[]; /* generated; English first; ends with tag NULL */

/* FNV-1a, 32 bits: the hash of the tables. */
static inline uint32_t lang_hash(const char *text, size_t len)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    return hash;
}
