/* The driver's phone: my rounds today, the next stop, what happened there. Reports come by a form or by a queue on the phone that
   was without network: each (device, number) counts once. */
#include "market/market.h"
#include "rounds/handlers.h"
#include "rounds/templates.h"

#include <sodium.h>

static bool may_drive(const Req *r, bool has_driver, Id driver)
{
    return (has_driver && driver == r->who) || has_role(r, r->village.org, PLANNERS);
}

Err *list_drives(Req *r)
{
    DriveView view = {0};
    RoundList rows;
    Date today = time_date(r->now, r->village.zone);
    Time from = time_of(r->village.zone, today, 0, 0), until = time_of(r->village.zone, (Date){today.days + 3}, 0, 0);
    TRY(round_of_driver(&r->db, r->who, from, until, &rows));
    view.rounds.at = NEW_ARRAY(r->arena, RoundView, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        RoundStopList stops;
        TRY(rounds_round_read(r, &rows.at[i], (int64_t)i + 1, &view.rounds.at[view.rounds.len], &stops));
        view.rounds.len++;
    }
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("My rounds")), .place = "/drive", .script = "drive.js"});
    rounds_drive(page, &view);
    return page_end(page);
}

Err *show_drive(Req *r)
{
    Id id;
    bool found;
    Round row;
    RoundStopList stops;
    DriveRoundView view = {.who = r->who};
    TRY(take_id(r, 0, &id));
    TRY(round_by_id(&r->db, id, &row, &found));
    if (!found || !may_drive(r, row.has_driver, row.driver))
        return err_new(r->arena, ERR_MISSING, "round.missing");
    TRY(rounds_round_read(r, &row, 1, &view.round, &stops));
    TRY(rounds_hands_read(r, &view.round));
    ConsignmentList cargo;
    TRY(consignment_list(&r->db, row.plan, str_of(lang_tag(r->lang)), &cargo));
    rounds_goods_fill(r, &cargo, &view.round);
    for (size_t i = 0; i < view.round.stops.len; i++) {
        StopView *stop = &view.round.stops.at[i];
        if (stop->done || stop->failed)
            continue;
        view.left++;
        if (!view.has_next) {
            stop->next = view.has_next = true;
            view.next = *stop;
        }
    }
    view.all_done = !view.has_next;
    Roads *roads;
    TRY(roads_if_there(r->arena, &roads));
    RoundList one = {&row, 1};
    view.map = rounds_map(r->arena, roads, &one, &stops, tr(r->lang, N_("Map of this round")));
    Page *page = page_begin(r, &(PageHead){.title = view.round.vehicle, .place = "/drive", .back = STR("/drive"), .script = "drive.js"});
    rounds_drive_round(page, &view);
    return page_end(page);
}

/* ---- reports ---- */

/* Numbers, commas, spaces and semicolons: nothing else is a drawing. */
static bool is_drawing(Str strokes)
{
    for (size_t i = 0; i < strokes.len; i++) {
        char c = strokes.at[i], before = i ? strokes.at[i - 1] : ';';
        bool mark = c == ',' || c == ' ' || c == ';';
        if (!(c >= '0' && c <= '9') && !mark)
            return false;
        if (mark && !(before >= '0' && before <= '9'))
            return false;
    }
    return true;
}

typedef struct Reporting {
    Req *r;
    ReportForm form;
    RoundStopBrief stop;
    Str state, photo; /* photo: its key */
} Reporting;

static const struct {
    const char *verb, *state;
} verbs[] = {{"arrived", "arrived"}, {"done", "done"}, {"failed", "failed"}, {"undo", "planned"}};

/* Goods before a door have nobody else to say that they are there: delivered, the order is handed over as at a pickup place, with all
   that follows from it. What somebody handed over or cancelled before stays as it is; only what a report handed over is taken back. */
static Err *door_follow(Tx *tx, const Reporting *reporting)
{
    const Req *r = reporting->r;
    bool there = str_eq(reporting->state, STR("done"));
    RoundDoorPartList parts;
    int64_t count;
    TRY(round_door_parts(&tx->db, reporting->form.stop, &parts));
    for (size_t i = 0; i < parts.len; i++) {
        const RoundDoorPart *part = &parts.at[i];
        bool open = str_eq(part->placement, STR("placed")) || str_eq(part->placement, STR("confirmed"));
        bool handed = part->handed && str_eq(part->placement, STR("completed"));
        if (there ? open : handed)
            TRY(order_act(tx, &(OrderAct){.order = part->order, .part = part->part, .verb = there ? "collect" : "uncollect", .who = r->who}, r->now));
        if (there ? open : part->handed)
            TRY(round_part_handed(tx, part->part, there, &count));
    }
    return NULL;
}

static Err *report_write(Tx *tx, void *arg)
{
    Reporting *reporting = arg;
    const ReportForm *form = &reporting->form;
    Req *r = reporting->r;
    int64_t count;
    Time said = form->has_said_at && form->said_at.ms <= r->now.ms ? form->said_at : r->now; /* a phone's clock may run ahead */
    RoundReportAddArgs row = {.device = form->device, .seq = form->seq, .stop = form->stop, .verb = form->verb, .person = r->who, .said_at = said, .now = r->now};
    TRY(round_report_add(tx, &row, &count));
    if (!count) { /* heard before: nothing happens twice */
        reporting->state = reporting->stop.state;
        return NULL;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (str_eq(form->verb, str_of(verbs[i].verb)))
            reporting->state = str_of(verbs[i].state);
    bool undo = str_eq(form->verb, STR("undo"));
    bool keeps = !undo && !reporting->photo.len; /* a later word without a photo keeps the one that is there */
    Str photo = undo ? STR("") : keeps ? reporting->stop.photo : reporting->photo;
    if (!keeps)
        TRY(media_drop(tx, reporting->stop.photo, r->now));
    if (reporting->photo.len && !undo)
        TRY(media_keep(tx, photo));
    RoundStopStateArgs now = {form->stop, reporting->state, form->note, form->signature, photo, form->drawn, said};
    TRY(round_stop_state(tx, &now, &count));
    TRY(door_follow(tx, reporting));
    return audit(tx, r->now, r->who, "rounds.report", form->stop, form->verb);
}

/* From the phone's queue as base64, or as a file of the form. */
static Err *photo_take(Req *r, Reporting *reporting)
{
    Str coded = reporting->form.photo;
    const Upload *upload = take_upload(r, "photo");
    if (upload)
        return media_take(r, upload, &reporting->photo);
    if (!coded.len)
        return NULL;
    unsigned char *bytes = arena_alloc(r->arena, coded.len);
    size_t len = 0;
    if (sodium_base642bin(bytes, coded.len, coded.at, coded.len, NULL, &len, NULL, sodium_base64_VARIANT_ORIGINAL))
        return err_field(r->arena, "round.photo", "photo");
    return media_take_bytes(r->store, r->arena, (Str){(const char *)bytes, len}, r->now, &reporting->photo);
}

static Err *report_take(Req *r, Reporting *reporting)
{
    bool found;
    *reporting = (Reporting){.r = r};
    TRY(take(r, &round_report_form, &reporting->form));
    TRY(round_stop_by_id(&r->db, reporting->form.stop, &reporting->stop, &found));
    if (!found || !may_drive(r, reporting->stop.has_driver, reporting->stop.driver))
        return err_new(r->arena, ERR_MISSING, "round.missing");
    if (!str_eq(reporting->stop.plan_state, STR("locked")))
        return err_new(r->arena, ERR_CONFLICT, "round.open");
    if (!is_drawing(reporting->form.drawn))
        return err_field(r->arena, "round.drawing", "drawn");
    TRY(photo_take(r, reporting));
    return db_write(r->store, r->arena, report_write, reporting);
}

Err *post_round_form(Req *r)
{
    Reporting reporting;
    TRY(report_take(r, &reporting));
    return reply_see(r, "/drive/%.*s", STR_ARG(id_text(r->arena, reporting.stop.round)));
}

Err *post_round_report(Req *r)
{
    Reporting reporting;
    TRY(report_take(r, &reporting));
    ReportAnswer answer = {reporting.form.stop, reporting.state};
    return reply_json(r, 200, &round_report_answer, &answer);
}
