/* The routes of learning and its Module record. */
#include "learn/handlers.h"
#include "learn/demo.h"
#include "learn/feed_job.h"
#include "learn/forms.h"
#include "learn/points.h"
#include "talk/talk.h"

static Err *start(Store *store, Arena *arena)
{
    return points_start(store, arena);
}

/* Somebody's comment can be read: a point for its author. */
static Err *comment_heard(Tx *tx, Id comment, Time now)
{
    Id person;
    TRY(talk_author(&tx->db, comment, &person));
    return person ? points_award(tx, now, person, "comment", comment) : NULL;
}

static const Hear hears[] = {
    {"comment.shown", comment_heard},
    {0},
};

static const Job jobs[] = {
    {.name = "learn.feeds", .every_ms = MINUTE_MS, .run = feeds_job, .about = N_("Asks feeds of other sites that are due and takes over what is new.")},
    {0},
};

#define EDITORS ROLE_EDITOR | ROLE_ADMIN
#define COACHES ROLE_COACH | ROLE_ADMIN

static const Place places[] = {
    {.path = "/learn", .label = N_("Learn"), .icon = "learn", .order = 30, .main = true},
    {.path = "/editor", .label = N_("Editor"), .icon = "edit", .order = 60, .roles = EDITORS, .kind = PLACE_LEARNING},
    {.path = "/coach", .label = N_("Coach"), .icon = "clipboard", .order = 61, .roles = COACHES, .kind = PLACE_LEARNING},
    {0},
};

static const Route routes[] = {
    GET("/learn", show_learn, ANYONE, "What there is to read and learn.", .query = &learn_query, .shared = true, .limit = LIMIT_SEARCH),
    GET("/learn/{channel}", show_channel, ANYONE, "One channel.", .query = &learn_query, .shared = true),
    GET("/learn/{channel}/rss.xml", show_rss, ANYONE, "A channel as RSS 2.0.", .shared = true),
    GET("/learn/{channel}/atom.xml", show_atom, ANYONE, "A channel as Atom.", .shared = true),
    POST("/learn/{channel}/subscribe", subscribe, SIGNED_IN, "Follows a channel."),
    POST("/learn/{channel}/leave", leave_channel, SIGNED_IN, "Follows it no more."),
    GET("/learn/{channel}/{item}", show_item, ANYONE, "One piece to read, with its comments.", .shared = true),
    GET("/learn/{channel}/{item}/revisions", show_revisions, ANYONE, "Its revisions, and what changed.", .query = &edit_query, .shared = true),
    POST("/learn/{channel}/{item}/read", tick_read, SIGNED_IN, "The reader ticks it as read.", .takes = &read_form),
    POST("/api/v1/items/{id}/read", tick_read_json, SIGNED_IN, "The reader ticks it as read.", .takes = &read_form, .status = 204),
    GET("/editor", show_editor, SIGNED_IN, "What editors work on."),
    GET("/editor/new", show_new_item, SIGNED_IN, "Writing a piece.", .query = &edit_query),
    POST("/editor/new", make_item, SIGNED_IN, "Saves a draft.", .takes = &item_form, .upload = true),
    GET("/editor/items/{id}", show_edit_item, SIGNED_IN, "One piece in the editor."),
    POST("/editor/items/{id}", change_item, SIGNED_IN, "Saves a new revision.", .takes = &item_form, .upload = true),
    POST("/editor/items/{id}/act", act_on_item, SIGNED_IN, "Gives to review, publishes, withdraws, brings back.", .takes = &act_form),
    GET("/editor/channels/new", show_new_channel, HAS_ROLE, "A new channel.", .roles = EDITORS),
    POST("/editor/channels/new", make_channel, HAS_ROLE, "Makes it.", .roles = EDITORS, .takes = &channel_form),
    GET("/editor/channels/{channel}", show_edit_channel, SIGNED_IN, "A channel's name and rules."),
    POST("/editor/channels/{channel}", change_channel, SIGNED_IN, "Changes them.", .takes = &channel_form),
    GET("/editor/channels/{channel}/feed", show_feed, SIGNED_IN, "A feed of another site that the channel takes over, and how that went."),
    POST("/editor/channels/{channel}/feed", change_feed, SIGNED_IN, "Sets its address, asks it now, stops it.", .takes = &feed_form),
    GET("/courses", show_courses, ANYONE, "The courses.", .shared = true),
    GET("/courses/{course}", show_course, ANYONE, "One course: its lessons and steps.", .shared = true),
    POST("/courses/{course}/join", join_group, SIGNED_IN, "Learns with a group.", .takes = &tick_form),
    GET("/courses/{course}/certificate", show_certificate, SIGNED_IN, "My certificate, for paper."),
    GET("/courses/{course}/{step}", show_task, ANYONE, "A task."),
    POST("/courses/{course}/{step}/tick", tick_step, SIGNED_IN, "Ticks a step.", .takes = &tick_form),
    POST("/courses/{course}/{step}/task", send_task, SIGNED_IN, "Hands in a task.", .takes = &task_form, .upload = true),
    POST("/api/v1/steps/{step}/tick", tick_step_json, SIGNED_IN, "Ticks a step.", .takes = &tick_form, .status = 204),
    POST("/api/v1/steps/{step}/task", send_task_json, SIGNED_IN, "Hands in a task; the same device and seq again changes nothing.",
         .takes = &task_form, .status = 204),
    GET("/certificates", check_certificate, ANYONE, "Checks a certificate by its code.", .query = &tick_form, .limit = LIMIT_SEARCH),
    GET("/coach", show_coach, HAS_ROLE, "Tasks to look at, and groups.", .roles = COACHES),
    POST("/coach/tasks/{task}", judge_task, HAS_ROLE, "Approves a task, or asks for it again.", .roles = COACHES, .takes = &judge_form),
    POST("/coach/groups", open_group, HAS_ROLE, "Opens a group.", .roles = COACHES, .takes = &cohort_form),
    GET("/coach/groups/{group}", show_group, HAS_ROLE, "How far a group is, in counts that name nobody.", .roles = COACHES),
    POST("/coach/groups/{group}", change_group, HAS_ROLE, "Closes or opens it.", .roles = COACHES, .takes = &points_form),
    GET("/editor/courses/new", show_new_course, SIGNED_IN, "A new course."),
    POST("/editor/courses/new", make_course, SIGNED_IN, "Makes it.", .takes = &course_form),
    GET("/editor/courses/{course}", show_edit_course, SIGNED_IN, "A course in the editor."),
    POST("/editor/courses/{course}/lessons", add_lesson, SIGNED_IN, "Adds a lesson.", .takes = &lesson_form),
    POST("/editor/courses/{course}/steps", add_step, SIGNED_IN, "Adds a step.", .takes = &step_form),
    POST("/editor/courses/{course}/steps/{step}/remove", remove_step, SIGNED_IN, "Takes a step out."),
    POST("/editor/courses/{course}/needs", change_need, SIGNED_IN, "Says which course comes first, or that it need not.", .takes = &course_need_form),
    POST("/editor/courses/{course}/act", act_on_course, SIGNED_IN, "Publishes or withdraws a course.", .takes = &course_act_form),
    GET("/points", show_points, SIGNED_IN, "My points, seen by nobody else."),
    POST("/points", change_points, SIGNED_IN, "Switches points off or on.", .takes = &points_form),
    GET("/points/export", export_points, SIGNED_IN, "All of them as a file that anybody can check."),
    GET("/kept", show_kept, SIGNED_IN, "What this phone keeps for reading without a network."),
    GET("/api/v1/kept", list_kept, SIGNED_IN, "What a phone should keep: subscribed pieces, courses, quizzes.", .gives = &kept_json_shape,
        .gives_list = true),
    GET("/api/v1/channels", list_channels_json, ANYONE, "The channels there are.", .query = &channels_query_shape,
        .gives = &channel_json_shape, .gives_list = true, .shared = true),
    GET("/api/v1/items", list_items_json, ANYONE, "Pieces to read, newest first, or those that have the words.",
        .query = &items_query_shape, .gives = &item_brief_shape, .gives_list = true, .limit = LIMIT_SEARCH, .shared = true),
    GET("/api/v1/items/{id}", show_item_json, ANYONE, "One piece in the reader's language.", .gives = &item_json_shape, .shared = true),
};
const Module learn_module = MODULE("learn", routes, .errors = learn_errors, .hears = hears, .jobs = jobs, .checks = learn_checks, .places = places,
                                   .start = start, .today = learn_today, .demo = learn_demo, .erase_person = learn_erase_person, .export_person = learn_export_person);
