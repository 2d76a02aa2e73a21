/* What editors do: writing, reviewing, publishing, withdrawing; channels. */
#include "learn/handlers.h"
#include "learn/templates.h"
#include "learn/view.h"

static Str typed_or(Str a, Str b)
{
    return a.len ? a : b;
}

/* ---- the list of work ---- */

static Err *channels_of_editor(Req *r, LearnLinkList *out)
{
    ChannelList rows;
    TRY(channel_list_all(&r->db, reader_lang(r), r->now, &rows));
    *out = (LearnLinkList){NEW_ARRAY(r->arena, LearnLink, rows.len + 1), 0};
    for (size_t i = 0; i < rows.len; i++)
        if (edits_channel(r, rows.at[i].org, rows.at[i].has_person ? rows.at[i].person : 0))
            out->at[out->len++] = (LearnLink){.href = str_format(r->arena, "/learn/%.*s", STR_ARG(rows.at[i].slug)), .label = rows.at[i].title,
                                              .note = str_format(r->arena, "/editor/new?channel=%.*s", STR_ARG(id_text(r->arena, rows.at[i].id)))};
    return NULL;
}

Err *show_editor(Req *r)
{
    EditorView view = {.may_channels = edits_any(r)};
    ItemWorkList rows;
    CourseCardList courses, mine = {0};
    TRY(channels_of_editor(r, &view.channels));
    TRY(item_work_list(&r->db, reader_lang(r), 200, &rows));
    view.items.at = NEW_ARRAY(r->arena, WorkView, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        const ItemWork *row = &rows.at[i];
        if (!edits_channel(r, row->org, row->has_person ? row->person : 0))
            continue;
        bool waits = str_eq(row->state, STR("published")) && row->has_visible_at && row->visible_at.ms > r->now.ms;
        view.items.at[view.items.len++] = (WorkView){
            .path = str_format(r->arena, "/editor/items/%.*s", STR_ARG(id_text(r->arena, row->id))), .title = row->title,
            .channel = row->channel_title, .state = waits ? tr(r->lang, N_("Scheduled")) : state_word(r, row->state),
            .badge = waits ? STR("wait") : state_badge(row->state), .note = row->reason, .at = waits ? row->visible_at : row->changed_at};
    }
    TRY(course_list_all(&r->db, reader_lang(r), 200, &courses));
    mine.at = NEW_ARRAY(r->arena, CourseCard, courses.len + 1);
    for (size_t i = 0; i < courses.len; i++)
        if (edits_channel(r, courses.at[i].org, courses.at[i].has_person ? courses.at[i].person : 0))
            mine.at[mine.len++] = courses.at[i];
    course_cards_view(r, &mine, 200, true, &view.courses);
    Page *p = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Editor")), .place = "/editor"});
    learn_editor(p, &view);
    return page_end(p);
}

/* ---- writing ---- */

static Err *channel_to_write(Req *r, Id id, Channel *out)
{
    bool found;
    TRY(channel_by_id(&r->db, id, reader_lang(r), r->now, out, &found));
    if (!found)
        return err_new(r->arena, ERR_MISSING, "channel.missing");
    return edits_channel(r, out->org, out->has_person ? out->person : 0) ? NULL : denied(r);
}

Err *show_new_item(Req *r)
{
    EditQuery query = {0};
    Channel channel;
    ItemForm form = {0};
    if (r->method == METHOD_GET)
        TRY(take_query(r, &edit_query, &query));
    else
        id_parse(take_typed(r, "channel"), &query.channel);
    TRY(channel_to_write(r, query.channel, &channel));
    ItemEditView view = {.channel = channel.id, .channel_title = channel.title, .fresh = true,
                         .form = r->form_shape == &item_form ? r->form_values : &form};
    Page *p = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Write")), .place = "/editor", .back = STR("/editor")});
    learn_item_edit(p, &view);
    return page_end(p);
}

/* Both languages as typed, the page's own first; texts of third languages stay. */
static void words_of(Req *r, const ItemForm *form, const ItemTextList *before, NewItem *out)
{
    size_t room = 2 + (before ? before->len : 0);
    out->texts.at = NEW_ARRAY(r->arena, LearnText, room);
    out->texts.len = 0;
    out->texts.at[out->texts.len++] = (LearnText){reader_lang(r), str_trim(form->title), form->summary, form->body};
    if (form->title_other.len)
        out->texts.at[out->texts.len++] = (LearnText){other_tongue(r), form->title_other, form->summary_other, form->body_other};
    for (size_t i = 0; before && i < before->len; i++)
        if (!str_eq(before->at[i].lang, reader_lang(r)) && !str_eq(before->at[i].lang, other_tongue(r)))
            out->texts.at[out->texts.len++] = (LearnText){before->at[i].lang, before->at[i].title, before->at[i].summary, before->at[i].body};
    out->picture_alt = form->picture_alt;
    out->source_name = form->source_name;
    out->source_url = form->source_url;
    out->licence = form->licence;
    out->note = form->note;
}

typedef struct Writing {
    NewItem item;
    ItemAct act;
    Id id, who;
    Time now;
    bool changed;
} Writing;

static Err *add_write(Tx *tx, void *arg)
{
    Writing *w = arg;
    return item_add(tx, w->now, w->who, &w->item, &w->id);
}

static Err *make_try(Req *r)
{
    ItemForm form = {0};
    Channel channel;
    Writing w = {.who = r->who, .now = r->now};
    TRY(take(r, &item_form, &form));
    TRY(channel_to_write(r, form.channel, &channel));
    words_of(r, &form, NULL, &w.item);
    w.item.channel = channel.id;
    const Upload *upload = take_upload(r, "photo");
    if (upload && upload->bytes)
        TRY(media_take(r, upload, &w.item.picture));
    TRY(db_write(r->store, r->arena, add_write, &w));
    reply_notice(r, N_("The draft is saved. Nobody but editors sees it yet."));
    return reply_see(r, "/editor/items/%.*s", STR_ARG(id_text(r->arena, w.id)));
}

Err *make_item(Req *r)
{
    Err *err = make_try(r);
    return err ? reply_form_again(r, err, show_new_item) : NULL;
}

static Err *item_to_write(Req *r, Item *out)
{
    Id id;
    TRY(take_id(r, 0, &id));
    TRY(item_must(&r->db, id, out));
    bool author = out->has_author && out->author == r->who;
    return author || edits_channel(r, out->org, out->has_person ? out->person : 0) ? NULL : denied(r);
}

static Err *form_of(Req *r, const Item *item, const ItemWords *words, ItemForm *form)
{
    ItemTextList texts;
    TRY(item_texts(&r->db, words->id, &texts));
    *form = (ItemForm){.channel = item->channel, .picture_alt = words->picture_alt, .source_name = words->source_name,
                       .source_url = words->source_url, .licence = words->licence};
    for (size_t i = 0; i < texts.len; i++) {
        if (str_eq(texts.at[i].lang, reader_lang(r)))
            form->title = texts.at[i].title, form->summary = texts.at[i].summary, form->body = texts.at[i].body;
        else if (str_eq(texts.at[i].lang, other_tongue(r)))
            form->title_other = texts.at[i].title, form->summary_other = texts.at[i].summary, form->body_other = texts.at[i].body;
    }
    return NULL;
}

Err *show_edit_item(Req *r)
{
    Item item;
    ItemWords words;
    ItemForm form;
    ActForm act = {0};
    Channel channel;
    bool found;
    TRY(item_to_write(r, &item));
    TRY(channel_must(&r->db, item.slug, reader_lang(r), r->now, &channel));
    TRY(item_words(&r->db, item.id, item.newest, reader_lang(r), &words, &found));
    TRY(form_of(r, &item, &words, &form));
    bool boss = edits_channel(r, item.org, item.has_person ? item.person : 0), draft = str_eq(item.state, STR("draft"));
    bool review = str_eq(item.state, STR("review")), out = str_eq(item.state, STR("published")), gone = str_eq(item.state, STR("withdrawn"));
    ItemEditView view = {.id = item.id, .channel = item.channel, .channel_title = channel.title, .state = state_word(r, item.state),
                         .badge = state_badge(item.state), .reason = item.reason, .view_path = item_path(r->arena, item.slug, item.id),
                         .form = r->form_shape == &item_form ? r->form_values : &form,
                         .act = r->form_shape == &act_form ? r->form_values : &act,
                         .picture = picture_of(r->arena, words.picture, words.picture_alt, SIZES_CARD), .may_submit = draft,
                         .may_return = review && boss, .may_publish = (draft || review) && boss, .may_withdraw = (out || item.shown) && !gone && boss,
                         .may_restore = gone && boss, .revision = item.newest};
    if (item.has_visible_at && item.visible_at.ms > r->now.ms)
        view.visible = tr_fill(r->arena, tr(r->lang, N_("Readers see it from {when}")),
                               &(TextArg){"when", say_time(r->arena, r->lang, item.visible_at, r->village.zone)}, 1);
    Page *p = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Edit")), .place = "/editor", .back = STR("/editor")});
    learn_item_edit(p, &view);
    return page_end(p);
}

static Err *revise_write(Tx *tx, void *arg)
{
    Writing *w = arg;
    return item_revise(tx, w->now, w->who, w->id, &w->item, &w->changed);
}

static Err *change_try(Req *r)
{
    Item item;
    ItemWords words;
    ItemTextList texts;
    ItemForm form = {0};
    bool found;
    TRY(item_to_write(r, &item));
    TRY(take(r, &item_form, &form));
    TRY(item_words(&r->db, item.id, item.newest, reader_lang(r), &words, &found));
    TRY(item_texts(&r->db, words.id, &texts));
    Writing w = {.id = item.id, .who = r->who, .now = r->now};
    words_of(r, &form, &texts, &w.item);
    w.item.picture = words.picture;
    const Upload *upload = take_upload(r, "photo");
    if (upload && upload->bytes)
        TRY(media_take(r, upload, &w.item.picture));
    TRY(db_write(r->store, r->arena, revise_write, &w));
    reply_notice(r, w.changed ? N_("Saved as a new revision.") : N_("Nothing was changed."));
    return reply_see(r, "/editor/items/%.*s", STR_ARG(id_text(r->arena, item.id)));
}

Err *change_item(Req *r)
{
    Err *err = change_try(r);
    return err ? reply_form_again(r, err, show_edit_item) : NULL;
}

/* "2026-12-05T09:30" of the village's clock. */
static Err *moment_read(Req *r, Str typed, const char *field, Time *out)
{
    Str day, clock, hour, minute;
    Date date;
    int64_t h, m;
    *out = (Time){0};
    if (!typed.len)
        return NULL;
    if (!str_cut(typed, 'T', &day, &clock) || !date_parse(day, &date) || !str_cut(clock, ':', &hour, &minute) || !str_to_int(hour, &h) ||
        !str_to_int(str_slice(minute, 0, 2), &m) || h < 0 || h > 23 || m < 0 || m > 59)
        return err_field(r->arena, "field.not_time", field);
    *out = time_of(r->village.zone, date, (int)h, (int)m);
    return NULL;
}

static Err *act_write(Tx *tx, void *arg)
{
    const Writing *w = arg;
    return item_act(tx, &w->act, w->now);
}

static Err *act_try(Req *r)
{
    Item item;
    ActForm form = {0};
    TRY(item_to_write(r, &item));
    TRY(take(r, &act_form, &form));
    bool boss = edits_channel(r, item.org, item.has_person ? item.person : 0);
    if (!boss && !str_eq(form.verb, STR("submit")))
        return denied(r);
    Writing w = {.act = {.item = item.id, .by = r->who, .verb = str_z(r->arena, form.verb), .reason = form.reason}, .now = r->now};
    TRY(moment_read(r, form.when, "when", &w.act.publish_at));
    TRY(moment_read(r, form.embargo_until, "embargo_until", &w.act.embargo));
    TRY(db_write(r->store, r->arena, act_write, &w));
    reply_notice(r, N_("Done."));
    return reply_see(r, "/editor/items/%.*s", STR_ARG(id_text(r->arena, item.id)));
}

Err *act_on_item(Req *r)
{
    Err *err = act_try(r);
    return err ? reply_form_again(r, err, show_edit_item) : NULL;
}

/* ---- channels ---- */

static Err *channel_form_page(Req *r, const ChannelForm *form, Str action, bool fresh)
{
    ChannelEditView view = {r->form_shape == &channel_form ? r->form_values : form, action, fresh};
    Page *p = page_begin(r, &(PageHead){.title = tr(r->lang, fresh ? N_("New channel") : N_("Change the channel")), .place = "/editor",
                                        .back = STR("/editor")});
    learn_channel_edit(p, &view);
    return page_end(p);
}

Err *show_new_channel(Req *r)
{
    return channel_form_page(r, &(ChannelForm){.kind = STR("training"), .visibility = STR("public"), .comment_mode = STR("first")},
                             STR("/editor/channels/new"), true);
}

typedef struct Channelling {
    NewChannel channel;
    LearnText texts[2];
    Id id, who;
    Time now;
    bool open;
} Channelling;

static void channel_words(Req *r, const ChannelForm *form, Channelling *out)
{
    out->texts[0] = (LearnText){reader_lang(r), form->title, form->about, STR("")};
    out->texts[1] = (LearnText){other_tongue(r), typed_or(form->title_other, form->title), form->about_other, STR("")};
    out->channel.texts = (LearnTextList){out->texts, form->title_other.len ? 2 : 1};
    out->channel.kind = str_z(r->arena, form->kind);
    out->channel.visibility = str_z(r->arena, form->visibility);
    out->channel.comment_mode = str_z(r->arena, form->comment_mode);
    out->open = !form->closed;
    out->who = r->who;
    out->now = r->now;
}

static Err *channel_write(Tx *tx, void *arg)
{
    const Channelling *c = arg;
    return channel_edit(tx, c->now, c->who, c->id, &c->channel, c->open);
}

/* The organisation in which this person is an editor: the founding one first. */
static Id editing_org(const Req *r)
{
    if (has_role(r, r->village.org, ROLE_EDITOR | ROLE_ADMIN))
        return r->village.org;
    for (size_t i = 0; i < r->grants.len; i++)
        if (r->grants.at[i].roles & (ROLE_EDITOR | ROLE_ADMIN))
            return r->grants.at[i].org;
    return 0;
}

static Err *channel_make_write(Tx *tx, void *arg)
{
    Channelling *c = arg;
    Id made;
    return channel_add(tx, c->now, c->who, &c->channel, &made);
}

static Err *channel_make_try(Req *r)
{
    ChannelForm form = {0};
    Channelling c = {0};
    TRY(take(r, &channel_form, &form));
    channel_words(r, &form, &c);
    c.channel.org = editing_org(r);
    c.channel.person = str_eq(form.kind, STR("person")) ? r->who : 0;
    TRY(db_write(r->store, r->arena, channel_make_write, &c));
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/editor");
}

Err *make_channel(Req *r)
{
    Err *err = channel_make_try(r);
    return err ? reply_form_again(r, err, show_new_channel) : NULL;
}

Err *channel_mine(Req *r, Channel *out)
{
    TRY(channel_must(&r->db, take_param(r, 0), reader_lang(r), r->now, out));
    return edits_channel(r, out->org, out->has_person ? out->person : 0) ? NULL : denied(r);
}

Err *show_edit_channel(Req *r)
{
    Channel channel;
    ChannelTextList texts;
    TRY(channel_mine(r, &channel));
    TRY(channel_texts(&r->db, channel.id, &texts));
    ChannelForm form = {.title = channel.title, .about = channel.about, .kind = channel.kind, .visibility = channel.visibility,
                        .comment_mode = channel.comment_mode, .closed = !channel.open};
    for (size_t i = 0; i < texts.len; i++)
        if (str_eq(texts.at[i].lang, other_tongue(r)))
            form.title_other = texts.at[i].title, form.about_other = texts.at[i].about;
    return channel_form_page(r, &form, str_format(r->arena, "/editor/channels/%.*s", STR_ARG(channel.slug)), false);
}

static Err *channel_change_try(Req *r)
{
    Channel channel;
    ChannelForm form = {0};
    Channelling c = {0};
    TRY(channel_mine(r, &channel));
    TRY(take(r, &channel_form, &form));
    channel_words(r, &form, &c);
    c.id = channel.id;
    TRY(db_write(r->store, r->arena, channel_write, &c));
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/editor");
}

Err *change_channel(Req *r)
{
    Err *err = channel_change_try(r);
    return err ? reply_form_again(r, err, show_edit_channel) : NULL;
}
