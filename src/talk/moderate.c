/* Taking comments away, giving them back, appeals. Nothing is hidden without its decision in the same transaction. */
#include "talk/inside.h"

#include <sodium.h>

#include "base/text.h"

static bool is(Str text, const char *word)
{
    return str_eq(text, str_of(word));
}

bool moderates(const Req *r, Id org)
{
    return r->who && has_role(r, org, ROLE_MODERATOR | ROLE_ADMIN);
}

static void hash_part(crypto_hash_sha256_state *state, Str part)
{
    unsigned char len[8];
    for (int i = 0; i < 8; i++)
        len[i] = (unsigned char)((uint64_t)part.len >> (8 * i));
    crypto_hash_sha256_update(state, len, sizeof len);
    if (part.len)
        crypto_hash_sha256_update(state, (const unsigned char *)part.at, part.len);
}

Str talk_hash(Arena *arena, Str a, Str b)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char *text = arena_alloc(arena, 2 * sizeof hash + 1);
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    hash_part(&state, a);
    hash_part(&state, b);
    crypto_hash_sha256_final(&state, hash);
    sodium_bin2hex(text, 2 * sizeof hash + 1, hash, sizeof hash);
    return str_of(text);
}

static Err *reason_check(Arena *arena, Str reason)
{
    return !str_trim(reason).len || utf8_count(reason) > REASON_MAX ? err_field(arena, "talk.reason", "reason") : NULL;
}

Err *comment_remove(Tx *tx, Time now, const Hiding *hiding)
{
    Arena *arena = tx->db.arena;
    Comment row;
    TalkRule rule;
    TalkCount reports;
    bool found;
    int64_t count;
    TRY(comment_must(&tx->db, hiding->comment, &row));
    TRY(reason_check(arena, hiding->reason));
    TRY(talk_rule_by_id(&tx->db, hiding->rule, &rule, &found));
    if (!found)
        return err_field(arena, "talk.rule", "rule");
    TRY(comment_report_open_count(&tx->db, hiding->comment, &reports));
    TRY(talk_notice_insert(tx, hiding->notice, row.has_author ? &row.author : NULL, STR("removed"), now));
    TRY(talk_decision_insert(tx, &(TalkDecisionInsertArgs){
                                     .id = hiding->decision, .comment = hiding->comment, .act = STR("hide"),
                                     .visibility = STR("CONTENT_REMOVED"), .ground = STR("INCOMPATIBLE_CONTENT"), .rule = hiding->rule,
                                     .rule_hash = talk_hash(arena, rule.title_en, rule.text_en), .reason = str_trim(hiding->reason),
                                     .source = reports.total ? STR("notice") : STR("own_initiative"), .automated = is(row.held, "word"),
                                     .moderator = hiding->moderator, .role = str_of(hiding->role), .notice = hiding->notice,
                                     .payload_hash = talk_hash(arena, row.body, STR("")), .now = now,
                                     .appeal_until = {now.ms + APPEAL_DAYS * (int64_t)DAY_MS}}));
    TRY(comment_hide(tx, hiding->comment, hiding->decision, now, &count));
    if (!count)
        return err_new(arena, ERR_CONFLICT, "talk.not_now");
    TRY(comment_report_done(tx, hiding->comment, now, &count));
    return audit(tx, now, hiding->moderator, "talk.comment_hide", hiding->comment, STR(""));
}

Err *comment_approve(Tx *tx, Time now, Id moderator, Id comment)
{
    Comment row;
    int64_t count, reports;
    TRY(comment_must(&tx->db, comment, &row));
    bool waited = is(row.state, "pending");
    if (!waited && !is(row.state, "visible"))
        return err_new(tx->db.arena, ERR_CONFLICT, "talk.not_now");
    TRY(comment_report_done(tx, comment, now, &reports));
    if (waited)
        TRY(comment_state_put(tx, comment, STR("visible"), now, &count));
    TRY(audit(tx, now, moderator, "talk.comment_approve", comment, STR("")));
    return waited ? announce(tx, "comment.shown", comment, now) : NULL;
}

Err *decision_appeal(Tx *tx, Time now, Id author, Id decision, Str words)
{
    Arena *arena = tx->db.arena;
    Decision row;
    bool found;
    int64_t count;
    TRY(talk_decision_by_id(&tx->db, decision, &row, &found));
    if (!found || !row.has_author || row.author != author || !is(row.act, "hide"))
        return err_new(arena, ERR_MISSING, "talk.missing");
    TRY(reason_check(arena, words));
    if (row.appeal_until.ms < now.ms)
        return err_new(arena, ERR_CONFLICT, "talk.appeal_late");
    TRY(talk_appeal_insert(tx, decision, str_trim(words), now, &count));
    if (!count)
        return err_new(arena, ERR_CONFLICT, "talk.appealed");
    return audit(tx, now, author, "talk.appeal", decision, STR(""));
}

/* Somebody else looks at an appeal, where there is somebody else. */
static Err *other_check(Tx *tx, const Decision *row, Id moderator, Time now)
{
    TalkCount others;
    if (!row->has_moderator || row->moderator != moderator)
        return NULL;
    TRY(talk_other_moderators(&tx->db, row->org, moderator, now, &others));
    return others.total ? err_new(tx->db.arena, ERR_CONFLICT, "talk.same_moderator") : NULL;
}

static Err *give_back(Tx *tx, Time now, const AppealEnd *end, const Decision *row)
{
    Arena *arena = tx->db.arena;
    TalkRule rule;
    bool found;
    int64_t count;
    TRY(talk_rule_by_id(&tx->db, row->rule, &rule, &found));
    TRY(talk_decision_insert(tx, &(TalkDecisionInsertArgs){
                                     .id = end->fresh, .comment = row->comment, .act = STR("restore"),
                                     .visibility = STR("CONTENT_RESTORED"), .ground = STR("APPEAL"), .rule = row->rule,
                                     .rule_hash = talk_hash(arena, rule.title_en, rule.text_en), .reason = str_trim(end->reason),
                                     .source = STR("appeal"), .moderator = end->moderator, .role = str_of(end->role),
                                     .notice = end->notice, .payload_hash = STR(""), .now = now, .appeal_until = now}));
    TRY(comment_state_put(tx, row->comment, STR("visible"), now, &count));
    return announce(tx, "comment.shown", row->comment, now);
}

Err *appeal_decide(Tx *tx, Time now, const AppealEnd *end)
{
    Arena *arena = tx->db.arena;
    Decision row;
    bool found;
    int64_t count;
    TRY(talk_decision_by_id(&tx->db, end->decision, &row, &found));
    if (!found)
        return err_new(arena, ERR_MISSING, "talk.missing");
    TRY(reason_check(arena, end->reason));
    TRY(other_check(tx, &row, end->moderator, now));
    TRY(talk_appeal_decide(tx, end->decision, end->reversed ? STR("reversed") : STR("upheld"), end->moderator, str_trim(end->reason), now,
                           &count));
    if (!count)
        return err_new(arena, ERR_CONFLICT, "talk.not_now");
    if (row.has_author || end->reversed)
        TRY(talk_notice_insert(tx, end->notice, row.has_author ? &row.author : NULL, end->reversed ? STR("restored") : STR("upheld"), now));
    if (end->reversed && is(row.state, "hidden"))
        TRY(give_back(tx, now, end, &row));
    return audit(tx, now, end->moderator, "talk.appeal_decide", end->decision, end->reversed ? STR("reversed") : STR("upheld"));
}

Err *comment_report_file(Tx *tx, Time now, Id person, Id comment, Id rule, Str words)
{
    Arena *arena = tx->db.arena;
    Comment row;
    TalkRule row_rule;
    TalkCount day;
    bool found;
    int64_t count;
    TRY(comment_must(&tx->db, comment, &row));
    if (!is(row.state, "visible"))
        return err_new(arena, ERR_CONFLICT, "talk.not_now");
    TRY(talk_rule_by_id(&tx->db, rule, &row_rule, &found));
    if (!found)
        return err_field(arena, "talk.rule", "rule");
    TRY(comment_report_recent(&tx->db, person, (Time){now.ms - DAY_MS}, &day));
    if (day.total >= REPORTS_A_DAY)
        return err_new(arena, ERR_BUSY, "limit.reports");
    return comment_report_add(tx, comment, person, rule, utf8_cut(str_trim(words), REASON_MAX), now, &count);
}
