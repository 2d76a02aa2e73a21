/* Whole files, bounded, and writing them so that a power cut leaves the old or the new one. */
#pragma once
#include "base/err.h"

/* Codes: file.missing, file.too_large, file.unreadable. path "-" reads standard input. */
Err *file_read(Arena *arena, const char *path, size_t max_bytes, Str *out);
/* Writes path.tmp, fsyncs, renames, fsyncs the folder. Codes: disk.full, file.unwritable. mode e.g. 0600. */
Err *file_write(Arena *arena, const char *path, Str content, unsigned mode);
/* The same for a descriptor, which is closed in any case; path is only for the message. */
Err *file_read_fd(Arena *arena, int fd, const char *path, size_t max_bytes, Str *out);
Err *file_write_fd(Arena *arena, int fd, const char *path, Str content);
bool file_exists(const char *path);
Err *folder_make(Arena *arena, const char *path, unsigned mode); /* with parents; there already is fine */

/* Through interruptions and short counts. fd_read: what was read; less than len only at the end or on an error. fd_write: false with errno. */
size_t fd_read(int fd, void *into, size_t len);
bool fd_write(int fd, Str content);
