/* Two people, one paper: the first one tells the other a code. */
#include "quiz/inside.h"

Err *match_make(Tx *tx, const MatchMake *make, Time now)
{
    Quiz quiz;
    TRY(quiz_read(&tx->db, make->quiz, STR("en"), &quiz));
    if (!str_eq(quiz.state, STR("published")))
        return err_new(tx->db.arena, ERR_MISSING, "quiz.missing");
    if (!str_eq(quiz.mode, STR("match")))
        return err_new(tx->db.arena, ERR_CONFLICT, "quiz.not_match");
    return match_insert(tx, &(MatchInsertArgs){.id = make->id, .quiz = quiz.id, .quiz_rev = quiz.rev, .seed = (int64_t)make->seed, .code = make->code,
                                               .host = make->person, .now = now});
}

Err *match_find(Db *db, Str code, Time now, QuizMatch *out)
{
    QuizMatchList rows;
    TRY(match_by_code(db, str_trim(code), (Time){now.ms - MATCH_HOURS * (int64_t)HOUR_MS}, &rows));
    if (!rows.len)
        return err_field(db->arena, "match.missing", "code");
    *out = rows.at[0];
    return NULL;
}

Err *match_enter(Tx *tx, Id id, Id person)
{
    QuizMatch m;
    bool found;
    int64_t joined;
    TRY(match_by_id(&tx->db, id, &m, &found));
    if (!found)
        return err_new(tx->db.arena, ERR_MISSING, "match.missing");
    if (m.host == person)
        return NULL;
    TRY(match_join(tx, id, person, &joined));
    return joined ? NULL : err_new(tx->db.arena, ERR_CONFLICT, "match.full");
}
