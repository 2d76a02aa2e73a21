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

/* ---- courses ---- */

static const Field course_form_fields[] = {
    FIELD(CourseForm, channel, FIELD_ID, .required = true, .label = N_("Channel")),
    FIELD(CourseForm, title, FIELD_STR, .required = true, .max = TITLE_MAX, .label = N_("Title")),
    FIELD(CourseForm, about, FIELD_STR, .max = 4 * SUMMARY_MAX, .label = N_("What can one do afterwards?"), .input = "textarea"),
    FIELD(CourseForm, title_other, FIELD_STR, .max = TITLE_MAX, .label = N_("Title in the other language")),
    FIELD(CourseForm, about_other, FIELD_STR, .max = 4 * SUMMARY_MAX, .label = N_("The same in the other language"), .input = "textarea"),
    FIELD(CourseForm, licence, FIELD_STR, .max = 100, .label = N_("Licence")),
    FIELD(CourseForm, certificate, FIELD_BOOL, .label = N_("Whoever finishes gets a certificate")),
};
const Shape course_form = SHAPE(CourseForm, "CourseForm", course_form_fields);

static const Field lesson_fields[] = {
    FIELD(LessonForm, title, FIELD_STR, .required = true, .max = TITLE_MAX, .label = N_("Title")),
    FIELD(LessonForm, title_other, FIELD_STR, .max = TITLE_MAX, .label = N_("Title in the other language")),
    FIELD(LessonForm, after_before, FIELD_BOOL, .label = N_("Opens when the lesson before is done")),
};
const Shape lesson_form = SHAPE(LessonForm, "LessonForm", lesson_fields);

static const char *const step_kinds[] = {N_("A piece to read"), N_("A quiz"), N_("A task with a photo")};
static const Field step_fields[] = {
    FIELD(LessonForm, lesson, FIELD_ID, .required = true),
    FIELD(LessonForm, kind, FIELD_STR, .required = true, .one_of = "article|quiz|task", .one_of_labels = step_kinds, .label = N_("What is it?")),
    FIELD(LessonForm, item, FIELD_ID),
    FIELD(LessonForm, quiz, FIELD_ID),
    FIELD(LessonForm, title, FIELD_STR, .max = TITLE_MAX, .label = N_("Title")),
    FIELD(LessonForm, body, FIELD_STR, .max = BODY_MAX, .label = N_("What is to be done?"), .input = "textarea"),
    FIELD(LessonForm, title_other, FIELD_STR, .max = TITLE_MAX, .label = N_("Title in the other language")),
    FIELD(LessonForm, body_other, FIELD_STR, .max = BODY_MAX, .label = N_("The same in the other language"), .input = "textarea"),
};
const Shape step_form = SHAPE(LessonForm, "StepForm", step_fields);

static const Field course_act_fields[] = {
    FIELD(LearnActForm, verb, FIELD_STR, .required = true, .one_of = "publish|withdraw"),
    FIELD(LearnActForm, reason, FIELD_STR, .max = 500, .label = N_("Why")),
};
const Shape course_act_form = SHAPE(LearnActForm, "CourseAct", course_act_fields);

static const Field course_need_fields[] = {
    FIELD(LearnActForm, course, FIELD_ID, .required = true, .label = N_("Course")),
    FIELD(LearnActForm, done, FIELD_BOOL),
};
const Shape course_need_form = SHAPE(LearnActForm, "CourseNeedForm", course_need_fields);

static const Field cohort_fields[] = {
    FIELD(LearnActForm, course, FIELD_ID, .required = true, .label = N_("Course")),
    FIELD(LearnActForm, name, FIELD_STR, .required = true, .max = 100, .label = N_("Name of the group")),
};
const Shape cohort_form = SHAPE(LearnActForm, "CohortForm", cohort_fields);

static const Field points_fields[] = {FIELD(LearnActForm, used, FIELD_BOOL)};
const Shape points_form = SHAPE(LearnActForm, "PointsForm", points_fields);
static const Field tick_fields[] = {
    FIELD(LearnActForm, done, FIELD_BOOL),
    FIELD(LearnActForm, code, FIELD_STR, .max = 20, .label = N_("Code of the group")),
};
const Shape tick_form = SHAPE(LearnActForm, "TickForm", tick_fields);

static const Field task_fields[] = {
    FIELD(TaskForm, words, FIELD_STR, .max = 4000, .label = N_("What did you do, what did you see?"), .input = "textarea"),
    FIELD(TaskForm, device, FIELD_STR, .max = 64),
    FIELD(TaskForm, seq, FIELD_INT, .min = 0, .max = INT64_MAX),
};
const Shape task_form = SHAPE(TaskForm, "TaskForm", task_fields);
static const Field judge_fields[] = {
    FIELD(TaskForm, verdict, FIELD_STR, .required = true, .one_of = "good|again"),
    FIELD(TaskForm, remark, FIELD_STR, .max = 1000, .label = N_("A word to the learner"), .input = "textarea"),
};
const Shape judge_form = SHAPE(TaskForm, "JudgeForm", judge_fields);

static const char *const feed_langs[] = {N_("As the feed says"), "English", "简体中文"};
static const Field feed_fields[] = {
    FIELD(FeedForm, verb, FIELD_STR, .required = true, .one_of = "save|now|stop|start"),
    FIELD(FeedForm, url, FIELD_STR, .max = 1000, .label = N_("Address of the feed"), .input = "url",
          .help = N_("RSS, Atom or JSON Feed. Copy the address of the feed, not of the page that shows it.")),
    FIELD(FeedForm, in_lang, FIELD_STR, .one_of = "auto|en|zh-CN", .one_of_labels = feed_langs, .label = N_("Language of its pieces"), .input = "select"),
};
const Shape feed_form = SHAPE(FeedForm, "FeedForm", feed_fields);
