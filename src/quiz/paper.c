/* The paper of an attempt: made again from its seed and revision whenever it is needed. What revisions hold is read and parsed once:
   they never change. */
#include <pthread.h>
#include <stdlib.h>

#include "quiz/inside.h"

enum { KEPT_MAX = 64, KEPT_BYTES_MAX = 8 * 1024 * 1024 };

/* All questions of a revision in one language. */
typedef struct Sheet {
    Arena *arena;
    Id quiz_rev;
    Str lang;
    PaperTextList rows;
    Question *questions; /* by position; rows.len of them */
    int users;           /* who holds it, the table of kept ones included */
    uint64_t used;       /* when, as a count of uses */
} Sheet;

static struct {
    pthread_mutex_t lock; /* guards all of it and Sheet.users, Sheet.used */
    Sheet *at[KEPT_MAX];
    uint64_t uses;
    size_t bytes;
} kept = {.lock = PTHREAD_MUTEX_INITIALIZER};

static Err *broken(Arena *arena, Id attempt)
{
    return err_detail(arena, ERR_BROKEN, "attempt.paper", "attempt %lld", (long long)attempt);
}

/* ---- sheets ---- */

static void sheet_leave_locked(Sheet *sheet)
{
    if (--sheet->users == 0)
        arena_free(sheet->arena);
}

static void sheet_leave(void *sheet)
{
    pthread_mutex_lock(&kept.lock);
    sheet_leave_locked(sheet);
    pthread_mutex_unlock(&kept.lock);
}

static Sheet *sheet_find(Id quiz_rev, Str lang)
{
    Sheet *found = NULL;
    pthread_mutex_lock(&kept.lock);
    for (int i = 0; i < KEPT_MAX && !found; i++)
        if (kept.at[i] && kept.at[i]->quiz_rev == quiz_rev && str_eq(kept.at[i]->lang, lang))
            found = kept.at[i];
    if (found) {
        found->users++;
        found->used = ++kept.uses;
    }
    pthread_mutex_unlock(&kept.lock);
    return found;
}

static int oldest_of(void)
{
    int oldest = -1;
    for (int i = 0; i < KEPT_MAX; i++)
        if (kept.at[i] && (oldest < 0 || kept.at[i]->used < kept.at[oldest]->used))
            oldest = i;
    return oldest;
}

static void drop(int i)
{
    kept.bytes -= arena_used(kept.at[i]->arena);
    sheet_leave_locked(kept.at[i]);
    kept.at[i] = NULL;
}

static int free_place(void)
{
    for (int i = 0; i < KEPT_MAX; i++)
        if (!kept.at[i])
            return i;
    return -1;
}

/* The least lately used give way. One that is too large is used and not kept. */
static void sheet_keep(Sheet *sheet)
{
    size_t bytes = arena_used(sheet->arena);
    if (bytes > KEPT_BYTES_MAX / 4)
        return;
    pthread_mutex_lock(&kept.lock);
    while (free_place() < 0 || kept.bytes + bytes > KEPT_BYTES_MAX)
        drop(oldest_of());
    kept.at[free_place()] = sheet;
    kept.bytes += bytes;
    sheet->users++;
    sheet->used = ++kept.uses;
    pthread_mutex_unlock(&kept.lock);
}

static Err *sheet_fill(Db *db, Sheet *sheet)
{
    Db own = {db->store, db->conn, sheet->arena};
    TRY(paper_texts(&own, sheet->quiz_rev, sheet->lang, &sheet->rows));
    sheet->questions = NEW_ARRAY(sheet->arena, Question, sheet->rows.len + 1);
    for (size_t i = 0; i < sheet->rows.len; i++)
        TRY(question_read(sheet->arena, sheet->rows.at[i].body, &sheet->questions[i]));
    return NULL;
}

/* Lives until db->arena is reset. */
static Err *sheet_of(Db *db, Id quiz_rev, Str lang, Sheet **out)
{
    Sheet *sheet = sheet_find(quiz_rev, lang);
    if (!sheet) {
        Arena *arena = arena_new();
        sheet = NEW(arena, Sheet);
        *sheet = (Sheet){.arena = arena, .quiz_rev = quiz_rev, .lang = str_copy(arena, lang), .users = 1};
        Err *err = sheet_fill(db, sheet);
        if (err) {
            err = err_copy(db->arena, err);
            arena_free(arena);
            return err;
        }
        if (sheet->rows.len)
            sheet_keep(sheet);
    }
    arena_on_reset(db->arena, sheet_leave, sheet);
    *out = sheet;
    return NULL;
}

/* ---- papers ---- */

Err *paper_slots(Arena *arena, const Attempt *a, int64_t *slots, size_t *len)
{
    *len = 0;
    if (a->questions < 0 || a->questions > PAPER_QUESTIONS_MAX)
        return broken(arena, a->id);
    if (!a->paper.len) {
        *len = paper_draw((uint64_t)a->seed, (size_t)a->questions, (size_t)a->asked, a->shuffle, slots);
        return *len == (size_t)a->asked ? NULL : broken(arena, a->id);
    }
    for (Str one, rest, text = a->paper; text.len; text = rest) {
        str_cut(text, ',', &one, &rest);
        if (*len >= PAPER_QUESTIONS_MAX || !str_to_int(one, &slots[*len]) || slots[*len] < 0 || slots[*len] >= a->questions)
            return broken(arena, a->id);
        ++*len;
    }
    return *len == (size_t)a->asked ? NULL : broken(arena, a->id);
}

static void fill(const Attempt *a, int64_t position, const Sheet *sheet, int64_t slot, PaperQuestion *out)
{
    const PaperText *row = &sheet->rows.at[slot];
    out->position = position;
    out->slot = row->position;
    out->question_id = row->question;
    out->question_rev = row->question_rev;
    out->skill = row->has_skill ? row->skill : 0;
    out->lang = row->lang;
    out->question = sheet->questions[slot];
    question_show(&out->question, (uint64_t)a->seed, (uint64_t)position, a->shuffle, &out->shown);
}

static Err *open_sheet(Db *db, const Attempt *a, int64_t *slots, size_t *len, Sheet **sheet)
{
    TRY(paper_slots(db->arena, a, slots, len));
    TRY(sheet_of(db, a->quiz_rev, a->lang, sheet));
    for (size_t i = 0; i < *len; i++)
        if (slots[i] >= (int64_t)(*sheet)->rows.len)
            return broken(db->arena, a->id);
    return NULL;
}

Err *paper_load(Db *db, const Attempt *a, Paper *out)
{
    int64_t slots[PAPER_QUESTIONS_MAX];
    size_t len;
    Sheet *sheet;
    TRY(open_sheet(db, a, slots, &len, &sheet));
    *out = (Paper){NEW_ARRAY(db->arena, PaperQuestion, len + 1), len};
    for (size_t i = 0; i < len; i++)
        fill(a, (int64_t)i, sheet, slots[i], &out->at[i]);
    return NULL;
}

Err *paper_question(Db *db, const Attempt *a, int64_t position, PaperQuestion *out)
{
    int64_t slots[PAPER_QUESTIONS_MAX];
    size_t len;
    Sheet *sheet;
    TRY(open_sheet(db, a, slots, &len, &sheet));
    if (position < 0 || position >= (int64_t)len)
        return err_field(db->arena, "attempt.position", "position");
    fill(a, position, sheet, slots[position], out);
    return NULL;
}

Err *paper_skills(Db *db, const Attempt *a, PaperSkills *out)
{
    int64_t slots[PAPER_QUESTIONS_MAX];
    Sheet *sheet;
    TRY(open_sheet(db, a, slots, &out->len, &sheet));
    for (size_t i = 0; i < out->len; i++)
        out->at[i] = sheet->rows.at[slots[i]].has_skill ? sheet->rows.at[slots[i]].skill : 0;
    return NULL;
}
