/* Inside learning: from rows to what pages show. */
#pragma once
#include "learn/course.h"
#include "learn/pages.h"

Str say_bytes(const Req *r, int64_t bytes); /* "12 KB", "1.4 MB" */
Str item_path(Arena *arena, Str slug, Id item);
void item_cards_view(Req *r, const ItemCardList *rows, ItemCardViewList *out);
Err *my_courses_view(Req *r, CourseCardViewList *out);
void course_cards_view(Req *r, const CourseCardList *rows, size_t most, bool states, CourseCardViewList *out);
Str state_word(const Req *r, Str state);
Str state_badge(Str state);
bool edits_any(const Req *r);
Str other_tongue(const Req *r); /* the language beside the page's own that forms offer */
Page *learn_page(Req *r, Str title, const char *back); /* with the script of learning */
Err *lessons_view(Req *r, const Course *course, LessonViewList *out);
