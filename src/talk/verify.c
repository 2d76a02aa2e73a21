/* What must always be true of the talk; `millet verify` and the test harness ask. */
#include "talk/inside.h"

static Err *comment_check(void *arg, const CommentCheck *c)
{
    Findings *f = arg;
    bool hidden = str_eq(c->state, STR("hidden"));
    f->checked++;
    if (hidden && (!c->has_decided || c->decided != c->id || !str_eq(c->act, STR("hide")) || !c->has_notice))
        finding(f, "comment %lld is hidden without a decision about it", (long long)c->id);
    if (!hidden && c->has_decision)
        finding(f, "comment %lld is not hidden, yet carries a decision", (long long)c->id);
    return NULL;
}

static Err *decision_check(void *arg, const DecisionCheck *d)
{
    Findings *f = arg;
    f->checked++;
    if (!d->has_there)
        finding(f, "decision %lld is about no comment", (long long)d->id);
    if (!d->reason.len)
        finding(f, "decision %lld has no reason", (long long)d->id);
    if (str_eq(d->act, STR("hide")) && d->appeal_until.ms < d->at.ms + APPEAL_DAYS * (int64_t)DAY_MS)
        finding(f, "decision %lld leaves no time to appeal", (long long)d->id);
    return NULL;
}

static Err *check_removals(Db *db, Findings *findings)
{
    TRY(verify_comments(db, comment_check, findings));
    return verify_decisions(db, decision_check, findings);
}

const Check talk_checks[] = {
    {.name = "talk.removals", .run = check_removals},
    {0},
};
