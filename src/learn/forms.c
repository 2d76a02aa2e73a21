/* The shapes of learning's forms. */
#include "learn/forms.h"

#include "learn/inside.h"

static const char *const kinds[] = {N_("News"), N_("Training"), N_("Market and prices"), N_("One person's own")};
static const char *const readers[] = {N_("Everybody"), N_("Only people of the co-operative")};
static const char *const modes[] = {N_("Nobody comments"), N_("New authors wait for a moderator"), N_("Every comment waits for a moderator")};

static const Field channel_fields[] = {
    FIELD(ChannelForm, title, FIELD_STR, .required = true, .max = TITLE_MAX, .label = N_("Name")),
    FIELD(ChannelForm, about, FIELD_STR, .max = SUMMARY_MAX, .label = N_("What is it about?"), .input = "textarea"),
    FIELD(ChannelForm, title_other, FIELD_STR, .max = TITLE_MAX, .label = N_("Name in the other language")),
    FIELD(ChannelForm, about_other, FIELD_STR, .max = SUMMARY_MAX, .label = N_("The same in the other language"), .input = "textarea"),
    FIELD(ChannelForm, kind, FIELD_STR, .required = true, .one_of = "news|training|market|person", .one_of_labels = kinds, .label = N_("What for?")),
    FIELD(ChannelForm, visibility, FIELD_STR, .required = true, .one_of = "public|members", .one_of_labels = readers, .label = N_("Who reads it?")),
    FIELD(ChannelForm, comment_mode, FIELD_STR, .required = true, .one_of = "none|first|all", .one_of_labels = modes, .label = N_("Comments")),
    FIELD(ChannelForm, closed, FIELD_BOOL, .label = N_("Closed: not listed any more")),
};
const Shape channel_form = SHAPE(ChannelForm, "ChannelForm", channel_fields);

static const Field item_fields[] = {
    FIELD(ItemForm, channel, FIELD_ID, .input = "hidden"),
    FIELD(ItemForm, title, FIELD_STR, .required = true, .max = TITLE_MAX, .label = N_("Headline")),
    FIELD(ItemForm, summary, FIELD_STR, .max = SUMMARY_MAX, .label = N_("In short"), .input = "textarea",
          .help = N_("One or two sentences for lists.")),
    FIELD(ItemForm, body, FIELD_STR, .max = BODY_MAX, .label = N_("Text"), .input = "textarea",
          .help = N_("Leave an empty line between paragraphs. ## makes a heading, - a list, **bold** is bold.")),
    FIELD(ItemForm, title_other, FIELD_STR, .max = TITLE_MAX, .label = N_("Headline in the other language")),
    FIELD(ItemForm, summary_other, FIELD_STR, .max = SUMMARY_MAX, .label = N_("In short, in the other language"), .input = "textarea"),
    FIELD(ItemForm, body_other, FIELD_STR, .max = BODY_MAX, .label = N_("Text in the other language"), .input = "textarea"),
    FIELD(ItemForm, picture_alt, FIELD_STR, .max = 300, .label = N_("What the picture shows"), .help = N_("For people who cannot see it.")),
    FIELD(ItemForm, source_name, FIELD_STR, .max = 200, .label = N_("Source")),
    FIELD(ItemForm, source_url, FIELD_STR, .max = 1000, .label = N_("Address of the source"), .input = "url"),
    FIELD(ItemForm, licence, FIELD_STR, .max = 100, .label = N_("Licence"), .help = N_("CC BY-SA 4.0, for example. Empty: others must ask.")),
    FIELD(ItemForm, note, FIELD_STR, .max = 200, .label = N_("What have you changed?")),
};
const Shape item_form = SHAPE(ItemForm, "ItemForm", item_fields);

static const Field act_fields[] = {
    FIELD(ActForm, verb, FIELD_STR, .required = true, .one_of = "submit|return|publish|withdraw|restore"),
    FIELD(ActForm, reason, FIELD_STR, .max = 500, .label = N_("Why"), .input = "textarea"),
    FIELD(ActForm, when, FIELD_STR, .max = 16, .label = N_("Show it from"), .input = "datetime-local"),
    FIELD(ActForm, embargo_until, FIELD_STR, .max = 16, .label = N_("Embargo: never before"), .input = "datetime-local"),
};
const Shape act_form = SHAPE(ActForm, "ItemAct", act_fields);

static const Field learn_query_fields[] = {
    FIELD(LearnQuery, search, FIELD_STR, .max = 200),
    FIELD(LearnQuery, after, FIELD_STR, .max = 60),
    FIELD(LearnQuery, mine, FIELD_BOOL),
};
const Shape learn_query = SHAPE(LearnQuery, "LearnQuery", learn_query_fields);

static const Field edit_query_fields[] = {
    FIELD(EditQuery, channel, FIELD_ID),
    FIELD(EditQuery, course, FIELD_ID),
    FIELD(EditQuery, from, FIELD_INT, .min = 1, .max = 100000),
    FIELD(EditQuery, to, FIELD_INT, .min = 1, .max = 100000),
};
const Shape edit_query = SHAPE(EditQuery, "EditQuery", edit_query_fields);
