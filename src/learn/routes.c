/* The routes of learning and its Module record. */
#include "learn/handlers.h"
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

static const Route routes[] = {
    GET("/api/v1/channels", list_channels_json, ANYONE, "The channels there are.", .query = &channels_query_shape,
        .gives = &channel_json_shape, .gives_list = true, .shared = true),
    GET("/api/v1/items", list_items_json, ANYONE, "Pieces to read, newest first, or those that have the words.",
        .query = &items_query_shape, .gives = &item_brief_shape, .gives_list = true, .limit = LIMIT_SEARCH, .shared = true),
    GET("/api/v1/items/{id}", show_item_json, ANYONE, "One piece in the reader's language.", .gives = &item_json_shape, .shared = true),
};
const Module learn_module = MODULE("learn", routes, .errors = learn_errors, .hears = hears, .checks = learn_checks,
                                   .start = start, .erase_person = learn_erase_person, .export_person = learn_export_person);
