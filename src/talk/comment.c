/* Writing comments: who may, how fast, and which wait for a moderator. */
#include "talk/inside.h"

#include "base/search.h"
#include "base/text.h"

static bool is(Str text, const char *word)
{
    return str_eq(text, str_of(word));
}

Err *talk_place_put(Tx *tx, Time now, const TalkPlace *place)
{
    return talk_place_write(tx, &(TalkPlaceWriteArgs){.subject = place->subject, .kind = str_of(place->kind), .org = place->org,
                                                      .mode = place->mode, .members = place->members, .path = place->path,
                                                      .title = place->title, .now = now});
}

Err *talk_trust(Db *db, Id person, Time now, TrustLevel *out)
{
    TalkTrust row;
    TRY(comment_trust(db, person, (Time){now.ms - TRUST_FORGETS_DAYS * (int64_t)DAY_MS}, &row));
    *out = row.removed || row.shown < TRUST_KNOWN ? TRUST_NEW : row.shown < TRUST_TRUSTED ? TRUST_IS_KNOWN : TRUST_IS_TRUSTED;
    return NULL;
}

/* Whole words only: " bad " is found in " not bad at all ". */
static Err *has_listed_word(Db *db, Str body, bool *has)
{
    TalkWordList list;
    TRY(talk_word_list(db, &list));
    Str words = str_format(db->arena, " %.*s ", STR_ARG(search_index(db->arena, body)));
    *has = false;
    for (size_t i = 0; i < list.len && !*has; i++)
        *has = str_find(words, str_format(db->arena, " %.*s ", STR_ARG(list.at[i].words))) != SIZE_MAX;
    return NULL;
}

/* Why it waits; empty when it does not. Moderators know what they do. */
static Err *why_held(Tx *tx, const NewComment *fresh, Str mode, Time now, Str *held)
{
    TrustLevel trust;
    bool listed;
    *held = STR("");
    if (fresh->moderator)
        return NULL;
    TRY(talk_trust(&tx->db, fresh->author, now, &trust));
    TRY(has_listed_word(&tx->db, fresh->body, &listed));
    if (listed)
        *held = STR("word");
    else if (is(mode, "all"))
        *held = STR("all");
    else if (trust == TRUST_NEW)
        *held = str_find(fresh->body, STR("://")) != SIZE_MAX ? STR("link") : STR("first");
    return NULL;
}

static Err *rate_check(Tx *tx, const NewComment *fresh, Time now)
{
    TalkCount burst, day;
    TRY(comment_recent(&tx->db, fresh->author, (Time){now.ms - BURST_MS}, &burst));
    TRY(comment_recent(&tx->db, fresh->author, (Time){now.ms - DAY_MS}, &day));
    TrustLevel trust;
    TRY(talk_trust(&tx->db, fresh->author, now, &trust));
    int64_t most = trust == TRUST_IS_TRUSTED ? 4 * BURST : BURST;
    /* what was written without a network comes all at once: only the day counts */
    bool fast = !fresh->device.len && burst.total >= most;
    return !fresh->moderator && (fast || day.total >= A_DAY) ? err_new(tx->db.arena, ERR_BUSY, "limit.comments") : NULL;
}

/* An answer to an answer stands under the same comment. */
static Err *parent_find(Tx *tx, const NewComment *fresh, Id *parent)
{
    Comment row;
    bool found;
    *parent = 0;
    if (!fresh->parent)
        return NULL;
    TRY(comment_by_id(&tx->db, fresh->parent, &row, &found));
    if (!found || row.subject != fresh->subject || !is(row.state, "visible"))
        return err_field(tx->db.arena, "talk.parent", "parent");
    *parent = row.has_parent ? row.parent : row.id;
    return NULL;
}

static Err *words_check(Arena *arena, const NewComment *fresh, Str *body)
{
    *body = str_trim(fresh->body);
    if (!body->len)
        return err_field(arena, "talk.empty", "body");
    return utf8_count(*body) > COMMENT_MAX ? err_field(arena, "talk.too_long", "body") : NULL;
}

Err *comment_write(Tx *tx, Time now, const NewComment *fresh, Id *out)
{
    Arena *arena = tx->db.arena;
    TalkSpot spot;
    TalkId twin;
    Str body, held;
    Id parent;
    bool found;
    if (fresh->device.len) {
        TRY(comment_by_device(&tx->db, fresh->author, fresh->device, fresh->seq, &twin, &found));
        *out = twin.id;
        if (found)
            return NULL;
    }
    TRY(words_check(arena, fresh, &body));
    TRY(talk_place_by_subject(&tx->db, fresh->subject, &spot, &found));
    if (!found || (spot.members && !fresh->member))
        return err_new(arena, ERR_MISSING, "talk.missing");
    if (is(spot.mode, "none"))
        return err_new(arena, ERR_CONFLICT, "talk.closed");
    TRY(parent_find(tx, fresh, &parent));
    TRY(rate_check(tx, fresh, now));
    TRY(why_held(tx, fresh, spot.mode, now, &held));
    TRY(comment_insert(tx, &(CommentInsertArgs){.id = fresh->id, .subject = fresh->subject, .parent = parent ? &parent : NULL,
                                                .author = fresh->author, .body = body,
                                                .state = held.len ? STR("pending") : STR("visible"), .held = held,
                                                .device = fresh->device.len ? &fresh->device : NULL,
                                                .seq = fresh->device.len ? &fresh->seq : NULL, .now = now}));
    *out = fresh->id;
    TRY(audit(tx, now, fresh->author, "talk.comment_write", fresh->id, STR("")));
    return held.len ? NULL : announce(tx, "comment.shown", fresh->id, now);
}

Err *comment_must(Db *db, Id id, Comment *out)
{
    bool found;
    TRY(comment_by_id(db, id, out, &found));
    return found ? NULL : err_new(db->arena, ERR_MISSING, "talk.missing");
}

Err *talk_author(Db *db, Id comment, Id *person)
{
    Comment row;
    TRY(comment_must(db, comment, &row));
    *person = row.has_author ? row.author : 0;
    return NULL;
}

Err *comment_take_back(Tx *tx, Time now, Id who, Id comment)
{
    Comment row;
    int64_t count;
    TRY(comment_must(&tx->db, comment, &row));
    if (!row.has_author || row.author != who)
        return err_new(tx->db.arena, ERR_MISSING, "talk.missing");
    TRY(comment_delete(tx, comment, now, &count));
    if (!count)
        return err_new(tx->db.arena, ERR_CONFLICT, "talk.not_now");
    return audit(tx, now, who, "talk.comment_delete", comment, STR(""));
}
