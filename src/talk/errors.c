/* The sentences of the talk's errors. */
#include "talk/inside.h"

const ErrText talk_errors[] = {
    {"talk.missing", N_("This comment is not here, or not any more.")},
    {"talk.closed", N_("Nobody can comment here just now.")},
    {"talk.empty", N_("Write something first.")},
    {"talk.too_long", N_("At most 2,000 characters. Please say it shorter.")},
    {"talk.parent", N_("The comment you answer to is gone. Write yours as a new one.")},
    {"talk.not_now", N_("This cannot be done now: the comment has changed meanwhile.")},
    {"talk.rule", N_("Choose the rule it is about.")},
    {"talk.reason", N_("Say why, in at most 500 characters. The author and everybody can read it.")},
    {"talk.appeal_late", N_("The time to appeal, 14 days, is over.")},
    {"talk.appealed", N_("You have appealed already. One appeal is looked at by somebody else; there is no second.")},
    {"talk.same_moderator", N_("You took this comment away yourself. Another moderator must look at the appeal.")},
    {"talk.words", N_("Write a word or a few, at most 100 characters.")},
    {"limit.comments", N_("That is a lot at once. Please wait a few minutes.")},
    {"limit.reports", N_("Thank you, that is enough for today. A moderator looks at your reports.")},
    {0},
};
