/* Every part of a page on one page, for those who make pages and for the pictures that are compared. */
#include "web/style.h"

#include "web/pages.h"
#include "web/templates.h"

static const char *const kinds[] = {"By the piece", "By weight", NULL};
static const char *const marks[] = {"Organic", "From our own seed", "No plastic", NULL};

static const Field form_fields[] = {
    FIELD(StyleForm, title, FIELD_STR, .required = true, .max = 120, .label = "Name", .help = "As it stands on the label."),
    FIELD(StyleForm, kind, FIELD_STR, .required = true, .one_of = "piece|weight", .one_of_labels = kinds, .label = "How it is sold"),
    FIELD(StyleForm, price, FIELD_MONEY, .required = true, .min = 1, .max = 1000000, .label = "Price", .help = "For one piece or one kilogram."),
    FIELD(StyleForm, until, FIELD_DATE, HAS(StyleForm, until), .label = "Until"),
    FIELD(StyleForm, phone, FIELD_STR, .max = 30, .input = "tel", .complete = "tel", .label = "Phone"),
    FIELD(StyleForm, story, FIELD_STR, .max = 2000, .label = "Story"),
    FIELD(StyleForm, marks, FIELD_STRS, .one_of = "organic|seed|bare", .one_of_labels = marks, .label = "Marks"),
    FIELD(StyleForm, secret, FIELD_STR, .max = 100, .input = "password", .complete = "new-password", .label = "Password"),
    FIELD(StyleForm, shown, FIELD_BOOL, .label = "Show it at once"),
};
const Shape style_form = SHAPE(StyleForm, "StyleForm", form_fields);

static StyleGood good(const char *title, const char *producer, const char *unit, int64_t minor, bool few)
{
    return (StyleGood){str_of(title), str_of(producer), str_of(unit), {minor}, few};
}

static StyleGoodList goods(const Req *r)
{
    bool zh = !strcmp(lang_tag(r->lang), "zh-CN");
    StyleGood *list = NEW_ARRAY(r->arena, StyleGood, 4);
    list[0] = zh ? good("散养土鸡蛋", "马家坡家庭农场", "C62", 250, true) : good("Brown eggs from hens on grass", "Ma Slope Farm", "C62", 250, true);
    list[1] = zh ? good("新小米", "北山合作社", "KGM", 1250, false) : good("New millet", "North Hill Co-operative", "KGM", 1250, false);
    list[2] = zh ? good("高山大白菜", "李秀兰", "KGM", 380, false) : good("Mountain cabbage", "Li Xiulan", "KGM", 380, false);
    list[3] = zh ? good("野生槐花蜜，今年春天第一批，玻璃罐装", "王蜂农", "C62", 5800, false)
                 : good("Wild acacia honey, first of this spring, in a glass jar", "Wang the beekeeper", "C62", 5800, false);
    return (StyleGoodList){list, 4};
}

Err *show_style(Req *r)
{
    if (!config_bool("style"))
        return err_new(r->arena, ERR_MISSING, "web.missing");
    StyleView view = {
        .ink = STR("ink"),
        .saved = str_of(!strcmp(lang_tag(r->lang), "zh-CN") ? "已保存。" : "Saved."),
        .day = say_span(r->arena, r->lang, (Time){1796432400000}, (Time){1796439600000}, r->village.zone),
        .goods = goods(r),
        .form = {.title = STR("Brown eggs"), .kind = STR("piece"), .price = {250}},
    };
    Page *p = page_begin(r, &(PageHead){.title = STR("Style guide"), .place = "/market", .back = STR("/")});
    web_style(p, &view);
    return page_end(p);
}

/* Nothing is kept: the form is there to see how a refused one comes back. */
Err *try_style(Req *r)
{
    StyleForm form;
    Err *err = take(r, &style_form, &form);
    if (err)
        return reply_form_again(r, err, show_style);
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/style");
}
