/* Inside learning: a course as one text file. */
#pragma once
#include "learn/course.h"

enum { COURSE_FILE_MAX = 4 << 20, FILE_LESSONS_MAX = 100, FILE_STEPS_MAX = 1000 };

typedef struct FileStep {
    size_t line;
    bool task;
    Str title, body;
} FileStep;

typedef struct FileLesson {
    Str title;
    FileStep *steps;
    size_t steps_len;
} FileLesson;

typedef struct FileRefusal {
    size_t line;
    Err *why;
} FileRefusal;

typedef struct CourseFile {
    Str title, about, lang, slug, licence;
    bool certificate;
    FileLesson *lessons;
    size_t lessons_len, steps_len, kept;
    FileRefusal *refusals;
    size_t refusals_len;
} CourseFile;

/* Codes for the whole: course.file (no title), course.text (no UTF-8), course.empty. */
Err *course_file_read(Arena *arena, Str text, CourseFile *out);
/* All in one transaction; a course of the same file (origin) gets its pieces revised instead of a second one. */
Err *course_file_write(Store *store, Arena *arena, CourseFile *file, Id channel, Time now, Id *course);
