/* From rows to what pages show. */
#include "learn/view.h"

Str say_bytes(const Req *r, int64_t bytes)
{
    (void)r;
    if (bytes < 1000000)
        return str_format(r->arena, "%lld KB", (long long)((bytes + 999) / 1000));
    return str_format(r->arena, "%lld.%lld MB", (long long)(bytes / 1000000), (long long)(bytes / 100000 % 10));
}

Str item_path(Arena *arena, Str slug, Id item)
{
    return str_format(arena, "/learn/%.*s/%.*s", STR_ARG(slug), STR_ARG(id_text(arena, item)));
}

void item_cards_view(Req *r, const ItemCardList *rows, ItemCardViewList *out)
{
    *out = (ItemCardViewList){NEW_ARRAY(r->arena, ItemCardView, rows->len + 1), rows->len};
    for (size_t i = 0; i < rows->len; i++) {
        const ItemCard *c = &rows->at[i];
        out->at[i] = (ItemCardView){.path = item_path(r->arena, c->slug, c->id), .title = c->title, .summary = c->summary,
                                    .channel = c->channel_title, .bytes = say_bytes(r, c->bytes), .lang = c->said_in,
                                    .channel_path = str_format(r->arena, "/learn/%.*s", STR_ARG(c->slug)),
                                    .picture = picture_of(r->arena, c->picture, STR(""), SIZES_SMALL), .at = c->shown_at};
    }
}

Err *my_courses_view(Req *r, CourseCardViewList *out)
{
    MyCourseList rows;
    TRY(enrolment_list(&r->db, r->who, reader_lang(r), &rows));
    *out = (CourseCardViewList){NEW_ARRAY(r->arena, CourseCardView, rows.len + 1), rows.len};
    for (size_t i = 0; i < rows.len; i++)
        out->at[i] = (CourseCardView){.path = str_format(r->arena, "/courses/%.*s", STR_ARG(rows.at[i].slug)), .title = rows.at[i].title,
                                      .picture = picture_of(r->arena, rows.at[i].picture, rows.at[i].picture_alt, SIZES_CARD),
                                      .steps = rows.at[i].steps, .done = rows.at[i].done, .mine = true};
    return NULL;
}

void course_cards_view(Req *r, const CourseCardList *rows, size_t most, bool states, CourseCardViewList *out)
{
    size_t len = rows->len < most ? rows->len : most;
    *out = (CourseCardViewList){NEW_ARRAY(r->arena, CourseCardView, len + 1), len};
    for (size_t i = 0; i < len; i++)
        out->at[i] = (CourseCardView){.path = str_format(r->arena, states ? "/editor/courses/%.*s" : "/courses/%.*s", STR_ARG(rows->at[i].slug)),
                                      .title = rows->at[i].title, .about = rows->at[i].about,
                                      .state = states ? state_word(r, rows->at[i].state) : STR(""),
                                      .picture = picture_of(r->arena, rows->at[i].picture, rows->at[i].picture_alt, SIZES_CARD),
                                      .lessons = rows->at[i].lessons};
}

typedef struct StateWord {
    const char *state, *word, *badge;
} StateWord;
static const StateWord state_words[] = {
    {"draft", N_("Draft"), ""}, {"review", N_("In review"), "wait"}, {"published", N_("Published"), "ok"}, {"withdrawn", N_("Withdrawn"), "bad"},
};

Str state_word(const Req *r, Str state)
{
    for (size_t i = 0; i < sizeof state_words / sizeof *state_words; i++)
        if (str_eq(state, str_of(state_words[i].state)))
            return tr(r->lang, state_words[i].word);
    return state;
}

Str state_badge(Str state)
{
    for (size_t i = 0; i < sizeof state_words / sizeof *state_words; i++)
        if (str_eq(state, str_of(state_words[i].state)))
            return str_of(state_words[i].badge);
    return STR("");
}

bool edits_any(const Req *r)
{
    return r->who && (r->roles & (ROLE_EDITOR | ROLE_ADMIN));
}

Str other_tongue(const Req *r)
{
    return str_eq(reader_lang(r), STR("en")) ? STR("zh-CN") : STR("en");
}

Page *learn_page(Req *r, Str title, const char *back)
{
    return page_begin(r, &(PageHead){.title = title, .place = "/learn", .script = "learn.js", .back = str_of(back)});
}
