/* The pages and the API of garden, and what it offers to the house. */
#include "garden/garden.h"
#include "garden/pages.h"
#include "garden/templates.h"

enum { PAGE = 50 };

static const Field form_fields[] = {
    FIELD(GardenForm, name, FIELD_STR, .required = true, .max = 80, .label = N_("Name")),
};
const Shape garden_form = SHAPE(GardenForm, "GardenForm", form_fields);

static Err *show_things(Req *r)
{
    static const GardenForm empty;
    GardenView view = {.form = r->form_shape == &garden_form ? r->form_values : &empty, .may_add = r->who != 0};
    TRY(garden_thing_list(&r->db, INT64_MAX, PAGE, &view.things));
    const PageHead head = {.title = tr(r->lang, N_("Garden")), .place = "/garden"};
    Page *page = page_begin(r, &head);
    garden_things(page, &view);
    return page_end(page);
}

typedef struct NewThing {
    Req *r;
    Str name;
    Id made;
} NewThing;

static Err *write_thing(Tx *tx, void *arg)
{
    NewThing *thing = arg;
    return garden_add(tx, thing->r->now, thing->r->who, thing->name, &thing->made);
}

static Err *add_thing(Req *r)
{
    GardenForm form = {0};
    Err *err = take(r, &garden_form, &form);
    if (err)
        return reply_form_again(r, err, show_things);
    NewThing thing = {.r = r, .name = form.name};
    TRY(db_write(r->store, r->arena, write_thing, &thing));
    return reply_see(r, "/garden");
}

static Err *list_things(Req *r)
{
    GardenThingList things;
    TRY(garden_thing_list(&r->db, INT64_MAX, PAGE, &things));
    return reply_json_list(r, &GardenThing_shape, things.at, things.len, (Str){0});
}

static Err *check_one(void *arg, const GardenThing *thing)
{
    Findings *findings = arg;
    findings->checked++;
    if (thing->name.len == 0 || thing->name.len > 80)
        finding(findings, "a thing of garden has a name of %zu bytes", thing->name.len);
    return NULL;
}

static Err *check_names(Db *db, Findings *findings)
{
    return garden_thing_each(db, check_one, findings);
}

static const Route routes[] = {
    GET("/garden", show_things, ANYONE, "The things, newest first."),
    POST("/garden", add_thing, SIGNED_IN, "Write a thing down.", .takes = &garden_form),
    GET("/api/v1/garden", list_things, ANYONE, "The things, newest first.", .gives = &GardenThing_shape, .gives_list = true),
};
static const Check checks[] = {{.name = "garden.names", .run = check_names}, {0}};
const Module garden_module = MODULE("garden", routes, .checks = checks);
