/* Attempts that are being answered now: what never changes of them, kept in memory, so that an answer of an exam reads nothing from the
   database. Whether the attempt is still open is asked by the insertion itself (attempt_event_insert), never here. */
#include <pthread.h>
#include <string.h>

#include "quiz/inside.h"

enum { SETS = 2048, WAYS = 4, LANG_MAX = 24 };

typedef struct Running {
    Id id; /* 0: a free place */
    uint64_t used;
    Id quiz, quiz_rev, person;
    int64_t seed, asked, questions, grace_s, events;
    Time started_at, due_at;
    bool has_due_at, shuffle;
    const char *mode, *feedback;
    char lang[LANG_MAX];
} Running;

static struct {
    pthread_mutex_t lock;
    uint64_t uses;
    Running at[SETS][WAYS]; /* by id; in a full set the least lately used gives way */
} running = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* The place of this attempt, or the one of its set to be used for it. */
static Running *place_of(Id id)
{
    Running *set = running.at[((uint64_t)id * 0x9E3779B97F4A7C15u >> 32) % SETS], *oldest = set;
    for (int i = 0; i < WAYS; i++) {
        if (set[i].id == id)
            return &set[i];
        if (set[i].used < oldest->used)
            oldest = &set[i];
    }
    return oldest;
}

static const char *word_of(Str word, const char *const *words)
{
    for (; *words; words++)
        if (str_eq(word, str_of(*words)))
            return *words;
    return NULL;
}

/* Only papers that come from their seed and are handed in as a whole: what comes next never depends on what was answered. */
static bool simple(const Attempt *a)
{
    return !a->has_ended_at && !a->question_s && !a->paper.len && a->person && a->lang.len < LANG_MAX;
}

void running_keep(const Attempt *a)
{
    static const char *const modes[] = {"exam", "practice", "weekly", "special", "match", NULL}, *const feedbacks[] = {"after", "never", NULL};
    Running out = {.id = a->id, .quiz = a->quiz, .quiz_rev = a->quiz_rev, .person = a->person, .seed = a->seed, .asked = a->asked,
                   .questions = a->questions, .grace_s = a->grace_s, .events = a->events, .started_at = a->started_at, .due_at = a->due_at,
                   .has_due_at = a->has_due_at, .shuffle = a->shuffle, .mode = word_of(a->mode, modes), .feedback = word_of(a->feedback, feedbacks)};
    if (!simple(a) || !out.mode || !out.feedback)
        return;
    memcpy(out.lang, a->lang.at, a->lang.len);
    pthread_mutex_lock(&running.lock);
    out.used = ++running.uses;
    *place_of(a->id) = out;
    pthread_mutex_unlock(&running.lock);
}

bool running_find(Arena *arena, Id id, int64_t more, Attempt *out)
{
    pthread_mutex_lock(&running.lock);
    Running *place = place_of(id);
    bool found = id && place->id == id && place->events + more <= EVENTS_MAX; /* past the bound the database counts anew */
    Running a = *place;
    if (found) {
        place->events += more;
        place->used = ++running.uses;
    }
    pthread_mutex_unlock(&running.lock);
    if (found)
        *out = (Attempt){.id = a.id, .quiz = a.quiz, .quiz_rev = a.quiz_rev, .person = a.person, .seed = a.seed, .asked = a.asked,
                         .questions = a.questions, .grace_s = a.grace_s, .events = a.events, .started_at = a.started_at, .due_at = a.due_at,
                         .has_due_at = a.has_due_at, .shuffle = a.shuffle, .mode = str_of(a.mode), .feedback = str_of(a.feedback),
                         .lang = str_copy(arena, str_of(a.lang))};
    return found;
}
