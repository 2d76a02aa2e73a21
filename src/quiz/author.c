/* Questions and quizzes as authors make them: immutable revisions. */
#include "quiz/inside.h"

#include "base/text.h"

static Err *skill_at(Tx *tx, Time now, Id org, Str path, Id *out)
{
    QuizId row;
    bool found;
    path = str_trim(path);
    *out = 0;
    if (!path.len)
        return NULL;
    TRY(skill_by_path(&tx->db, org, path, &row, &found));
    *out = found ? row.id : id_mint();
    return found ? NULL : skill_insert(tx, *out, org, path, now);
}

Err *quiz_skill_name(Tx *tx, Time now, Id org, Str path, Str lang, Str name)
{
    Id skill;
    TRY(skill_at(tx, now, org, path, &skill));
    return skill ? skill_text_put(tx, skill, lang, name) : NULL;
}

static Id *or_null(Id *id)
{
    return *id ? id : NULL;
}

static Err *words_check(Arena *arena, const QuestionWords *texts, size_t len)
{
    if (!len || len > QUIZ_LANGS_MAX)
        return err_new(arena, ERR_INVALID, "quiz.language");
    for (size_t i = 0; i < len; i++) {
        if (!lang_find(texts[i].lang))
            return err_new(arena, ERR_INVALID, "quiz.language");
        if (!str_eq(texts[i].question.type, texts[0].question.type))
            return err_new(arena, ERR_INVALID, "quiz.type_differs");
        TRY(question_check(arena, &texts[i].question));
    }
    return NULL;
}

static Err *words_put(Tx *tx, Id rev, const QuestionWords *texts, size_t len)
{
    for (size_t i = 0; i < len; i++)
        TRY(question_text_insert(tx, rev, str_of(lang_tag(lang_find(texts[i].lang))), question_json(tx->db.arena, &texts[i].question)));
    return NULL;
}

Err *quiz_question_add(Tx *tx, Time now, Id by, const NewQuestion *new, Id *rev)
{
    Id skill, id = id_mint();
    TRY(words_check(tx->db.arena, new->texts, new->len));
    *rev = id_mint();
    TRY(skill_at(tx, now, new->org, new->texts[0].question.skill, &skill));
    TRY(question_insert(tx, &(QuestionInsertArgs){.id = id, .org = new->org, .skill = or_null(&skill), .months = new->months,
                                                  .origin = str_of(new->origin), .now = now}));
    TRY(question_rev_insert(tx, *rev, id, 1, or_null(&by), now));
    TRY(words_put(tx, *rev, new->texts, new->len));
    return audit(tx, now, by, "quiz.question_add", id, STR(""));
}

Err *quiz_question_revise(Tx *tx, Time now, Id by, Id rev, const QuestionWords *texts, size_t len, Id *out)
{
    QuestionRow row;
    int64_t count;
    bool found;
    TRY(words_check(tx->db.arena, texts, len));
    TRY(question_by_rev(&tx->db, rev, &row, &found));
    if (!found)
        return err_new(tx->db.arena, ERR_MISSING, "quiz.position");
    *out = id_mint();
    TRY(question_rev_insert(tx, *out, row.id, row.rev + 1, or_null(&by), now));
    TRY(words_put(tx, *out, texts, len));
    TRY(question_change(tx, row.id, row.has_skill ? &row.skill : NULL, row.rev + 1, now, &count));
    return audit(tx, now, by, "quiz.question_revise", row.id, str_format(tx->db.arena, "rev %lld", (long long)row.rev + 1));
}

/* ---- quizzes ---- */

QuizRules quiz_rules(Str mode)
{
    static const struct { const char *mode; QuizRules rules; } usual[] = {
        {"daily", {.selection = STR("due"), .draw = 5, .attempts = 1, .feedback = STR("immediate"), .shuffle = true, .grace_s = 30, .marks = STR("me")}},
        {"weekly", {.selection = STR("draw"), .draw = 10, .attempts = 1, .feedback = STR("after"), .shuffle = true, .grace_s = 30, .marks = STR("me")}},
        {"special", {.selection = STR("fixed"), .feedback = STR("after"), .pass_ppm = 600000, .shuffle = true, .grace_s = 30, .marks = STR("me")}},
        {"challenge", {.selection = STR("draw"), .question_s = 45, .feedback = STR("immediate"), .shuffle = true, .grace_s = 10, .marks = STR("me")}},
        {"match", {.selection = STR("draw"), .draw = 10, .feedback = STR("after"), .shuffle = true, .grace_s = 30, .marks = STR("me")}},
        {"exam", {.selection = STR("fixed"), .time_s = 1800, .attempts = 1, .feedback = STR("after"), .pass_ppm = 600000, .shuffle = true,
                  .grace_s = 120, .marks = STR("coach")}},
    };
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (str_eq(mode, str_of(usual[i].mode))) {
            QuizRules rules = usual[i].rules;
            rules.mode = str_of(usual[i].mode);
            return rules;
        }
    return (QuizRules){.mode = STR("practice"), .selection = STR("fixed"), .feedback = STR("immediate"), .shuffle = true, .grace_s = 30,
                       .marks = STR("me")};
}

static bool one_of(Str word, const char *words)
{
    Str rest = str_of(words), one, more;
    for (; rest.len; rest = more) {
        str_cut(rest, '|', &one, &more);
        if (str_eq(one, word))
            return true;
    }
    return false;
}

static Err *rules_check(Arena *arena, const QuizRules *rules)
{
    bool fine = one_of(rules->mode, "practice|daily|weekly|special|challenge|match|exam") && one_of(rules->selection, "fixed|draw|due") &&
                one_of(rules->feedback, "immediate|after|never") && one_of(rules->marks, "me|coach") && rules->draw >= 0 &&
                rules->draw <= PAPER_QUESTIONS_MAX && rules->time_s >= 0 && rules->time_s <= 86400 && rules->question_s >= 0 &&
                rules->question_s <= 3600 && rules->grace_s >= 0 && rules->grace_s <= 3600 && rules->attempts >= 0 && rules->attempts <= 1000 &&
                rules->pass_ppm >= 0 && rules->pass_ppm <= 1000000;
    /* who learns the answers in the middle could give them to the others */
    bool told = str_eq(rules->mode, STR("exam")) && str_eq(rules->feedback, STR("immediate"));
    return fine && !told ? NULL : err_new(arena, ERR_INVALID, "quiz.rules");
}

static Err *new_check(Arena *arena, const NewQuiz *new)
{
    TRY(rules_check(arena, &new->rules));
    if (new->questions_len > PAPER_QUESTIONS_MAX)
        return err_new(arena, ERR_INVALID, "quiz.too_many");
    if (!new->texts_len || new->texts_len > QUIZ_LANGS_MAX)
        return err_new(arena, ERR_INVALID, "quiz.language");
    for (size_t i = 0; i < new->texts_len; i++) {
        const QuizText *t = &new->texts[i];
        if (!lang_find(t->lang))
            return err_new(arena, ERR_INVALID, "quiz.language");
        if (!str_trim(t->title).len || t->title.len > QUIZ_TITLE_MAX || t->about.len > QUIZ_ABOUT_MAX)
            return err_field(arena, "quiz.title", "title");
    }
    return new->open_at.ms && new->close_at.ms && new->close_at.ms <= new->open_at.ms ? err_field(arena, "quiz.window", "close_at") : NULL;
}

static Err *rev_add(Tx *tx, Time now, Id by, Id quiz, int64_t number, const NewQuiz *new, Id rev)
{
    const QuizRules *rules = &new->rules;
    TRY(quiz_rev_insert(tx, &(QuizRevInsertArgs){.id = rev, .quiz = quiz, .rev = number, .selection = rules->selection,
                                                 .questions = (int64_t)new->questions_len, .draw = rules->draw, .time_s = rules->time_s,
                                                 .question_s = rules->question_s, .grace_s = rules->grace_s, .attempts = rules->attempts,
                                                 .feedback = rules->feedback, .pass_ppm = rules->pass_ppm, .shuffle = rules->shuffle,
                                                 .marks = rules->marks, .made_by = or_null(&by), .now = now}));
    for (size_t i = 0; i < new->texts_len; i++)
        TRY(quiz_text_insert(tx, rev, str_of(lang_tag(lang_find(new->texts[i].lang))), str_trim(new->texts[i].title), str_trim(new->texts[i].about)));
    for (size_t i = 0; i < new->questions_len; i++)
        TRY(quiz_question_insert(tx, rev, (int64_t)i, new->question_revs[i]));
    return NULL;
}

static const Time *time_or_null(const Time *time)
{
    return time->ms ? time : NULL;
}

static Err *quiz_settle(Tx *tx, Time now, Id quiz, const NewQuiz *new)
{
    int64_t changed;
    return quiz_change(tx, &(QuizChangeArgs){.id = quiz, .mode = new->rules.mode, .channel = new->channel, .open_at = time_or_null(&new->open_at),
                                             .close_at = time_or_null(&new->close_at), .now = now}, &changed);
}

Err *quiz_add(Tx *tx, Time now, Id by, const NewQuiz *new, Id *out)
{
    Id rev = id_mint();
    TRY(new_check(tx->db.arena, new));
    *out = new->known ? new->known : id_mint();
    TRY(quiz_insert(tx, &(QuizInsertArgs){.id = *out, .org = new->org, .channel = new->channel, .mode = new->rules.mode, .rev = rev,
                                          .made_by = or_null(&by), .now = now}));
    TRY(quiz_settle(tx, now, *out, new));
    TRY(rev_add(tx, now, by, *out, 1, new, rev));
    return audit(tx, now, by, "quiz.add", *out, STR(""));
}

Err *quiz_read(Db *db, Id quiz, Str lang, Quiz *out)
{
    bool found;
    TRY(quiz_by_id(db, quiz, lang, out, &found));
    return found ? NULL : err_new(db->arena, ERR_MISSING, "quiz.missing");
}

Err *quiz_revise(Tx *tx, Time now, Id by, Id quiz, const NewQuiz *new)
{
    Quiz before;
    int64_t changed;
    Id rev = id_mint();
    TRY(quiz_read(&tx->db, quiz, STR("en"), &before));
    TRY(new_check(tx->db.arena, new));
    if (!new->questions_len && str_eq(before.state, STR("published")))
        return err_new(tx->db.arena, ERR_INVALID, "quiz.empty");
    TRY(rev_add(tx, now, by, quiz, before.number + 1, new, rev));
    TRY(quiz_rev_put(tx, quiz, rev, now, &changed));
    TRY(quiz_settle(tx, now, quiz, new));
    if (str_eq(before.state, STR("published")))
        TRY(question_places_put(tx, now, quiz));
    return audit(tx, now, by, "quiz.revise", quiz, str_format(tx->db.arena, "rev %lld", (long long)before.number + 1));
}

Err *quiz_show(Tx *tx, Time now, Id by, Id quiz, Str state)
{
    Quiz before;
    int64_t changed;
    TRY(quiz_read(&tx->db, quiz, STR("en"), &before));
    if (!before.questions && str_eq(state, STR("published")))
        return err_new(tx->db.arena, ERR_CONFLICT, "quiz.empty");
    TRY(quiz_state_put(tx, quiz, state, now, &changed));
    if (str_eq(state, STR("published")))
        TRY(question_places_put(tx, now, quiz));
    return changed ? audit(tx, now, by, "quiz.show", quiz, state) : NULL;
}

Err *quiz_edit(Db *db, Id quiz, NewQuiz *out)
{
    Quiz q;
    QuizWordsList words;
    QuizSlotList slots;
    TRY(quiz_read(db, quiz, STR("en"), &q));
    TRY(quiz_texts(db, q.rev, &words));
    TRY(quiz_question_revs(db, q.rev, &slots));
    QuizText *texts = NEW_ARRAY(db->arena, QuizText, words.len + 1);
    for (size_t i = 0; i < words.len; i++)
        texts[i] = (QuizText){words.at[i].lang, words.at[i].title, words.at[i].about};
    Id *revs = NEW_ARRAY(db->arena, Id, slots.len + 1);
    for (size_t i = 0; i < slots.len; i++)
        revs[i] = slots.at[i].question_rev;
    *out = (NewQuiz){.org = q.org, .channel = q.channel, .texts = texts, .texts_len = words.len, .question_revs = revs, .questions_len = slots.len,
                     .open_at = q.has_open_at ? q.open_at : (Time){0}, .close_at = q.has_close_at ? q.close_at : (Time){0}};
    out->rules = (QuizRules){.mode = q.mode, .selection = q.selection, .draw = q.draw, .time_s = q.time_s, .question_s = q.question_s,
                             .grace_s = q.grace_s, .attempts = q.attempts, .feedback = q.feedback, .pass_ppm = q.pass_ppm,
                             .shuffle = q.shuffle, .marks = q.marks};
    return NULL;
}

bool quiz_authors(const Req *r, Id org)
{
    return r->who && has_role(r, org, ROLE_EDITOR | ROLE_COACH | ROLE_ADMIN);
}

bool quiz_coaches(const Req *r, Id org)
{
    return r->who && has_role(r, org, ROLE_COACH | ROLE_ADMIN);
}
