/* Archives as POSIX ustar has them (IEEE 1003.1, pax): the little of it that a backup needs, so that any tar can open
 * one. */
#pragma once
#include "base/base.h"

enum { TAR_BLOCK = 512, TAR_NAME_MAX = 99 };

/* A regular file of so many bytes, read from file. Codes: backup.name, disk.full, file.unwritable, file.unreadable (it
   shrank meanwhile). */
Err *tar_add(Arena *arena, int out, const char *name, int file, int64_t size, Time changed);
Err *tar_end(Arena *arena, int out);

typedef struct TarEntry {
    char name[TAR_NAME_MAX + 1];
    int64_t size;
} TarEntry;

/* A header block: false when it is damaged, names no regular file, or its name would lead out of a folder. */
bool tar_header(const char block[TAR_BLOCK], TarEntry *out);
bool tar_name_safe(const char *name);
/* Writes every file of the archive under folder. Codes: backup.damaged, backup.cut (its end is missing), and of files.
 */
Err *tar_extract(Arena *arena, int in, const char *folder, int64_t *files);
