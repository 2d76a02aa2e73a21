/* Forms from Shapes: what each field looks like, what was typed into it, and the error beside it. */
#include <string.h>

#include "web/pages.h"
#include "web/templates.h"
#include "web/tpl.h"

/* Is this the form that was refused and comes back? A page with one form need not have been read by take(). */
static bool is_refused(const Page *p, const Shape *shape)
{
    return p->r->form_error && (p->r->form_shape == shape || !p->r->form_shape);
}

static const void *member(const void *values, size_t offset)
{
    return (const char *)values + offset;
}

/* The value as a person would type it. */
static Str value_text(const Page *p, const Field *field, const void *values)
{
    if (!values || (field->has_offset && !*(const bool *)member(values, field->has_offset)))
        return (Str){0};
    const void *at = member(values, field->offset);
    switch (field->type) {
    case FIELD_STR:
        return *(const Str *)at;
    case FIELD_INT:
        if (!*(const int64_t *)at && !field->has_offset && !field->min)
            return (Str){0};
        return str_format(p->arena, "%lld", (long long)*(const int64_t *)at);
    case FIELD_REAL:
        return str_format(p->arena, "%.15g", *(const double *)at);
    case FIELD_ID:
        return *(const Id *)at ? id_text(p->arena, *(const Id *)at) : (Str){0};
    case FIELD_MONEY:
        if (!((const Money *)at)->minor && !field->has_offset)
            return (Str){0};
        return money_plain(p->arena, *(const Money *)at, currency_places(p->currency));
    case FIELD_TIME:
        return ((const Time *)at)->ms ? time_text(p->arena, *(const Time *)at) : (Str){0};
    case FIELD_DATE:
        return ((const Date *)at)->days ? date_text(p->arena, *(const Date *)at) : (Str){0};
    case FIELD_BOOL:
    case FIELD_STRS:
    case FIELD_ONE:
    case FIELD_LIST:
        break;
    }
    return (Str){0};
}

static bool holds(const StrList *list, Str value)
{
    for (size_t i = 0; i < list->len; i++)
        if (str_eq(list->at[i], value))
            return true;
    return false;
}

static OptionViewList options(const Page *p, const Field *field, Str chosen, const StrList *ticked)
{
    OptionViewList list = {0};
    Str rest = field->one_of ? str_of(field->one_of) : (Str){0}, word;
    size_t count = 1;
    for (size_t i = 0; i < rest.len; i++)
        count += rest.at[i] == '|';
    list.at = NEW_ARRAY(p->arena, OptionView, count);
    while (rest.len) {
        str_cut(rest, '|', &word, &rest);
        Str label = field->one_of_labels ? tr(p->lang, field->one_of_labels[list.len]) : word;
        bool here = ticked ? holds(ticked, word) : str_eq(word, chosen);
        list.at[list.len++] = (OptionView){word, label, here};
    }
    return list;
}

static const char *input_type(const Field *field)
{
    if (field->input && strcmp(field->input, "number") != 0)
        return field->input;
    switch (field->type) {
    case FIELD_BOOL:
        return "checkbox";
    case FIELD_STRS:
        return field->one_of ? "ticks" : "textarea";
    case FIELD_DATE:
        return "date";
    case FIELD_ID:
        return "hidden";
    case FIELD_STR:
        if (field->one_of)
            return strlen(field->one_of) > 60 ? "select" : "choices";
        return field->max > 300 ? "textarea" : "text";
    case FIELD_INT:
    case FIELD_REAL:
    case FIELD_MONEY:
    case FIELD_TIME:
    case FIELD_ONE:
    case FIELD_LIST:
        break;
    }
    return "text";
}

static const char *input_mode(const Field *field)
{
    if (field->type == FIELD_INT)
        return "numeric";
    if (field->type == FIELD_REAL || field->type == FIELD_MONEY || (field->input && !strcmp(field->input, "number")))
        return "decimal";
    return NULL;
}

/* The bytes a Shape allows are an upper bound for the characters a browser counts. */
static int64_t longest(const Field *field)
{
    bool text = field->type == FIELD_STR && !field->one_of;
    return text && field->max ? field->max : 0;
}

static void field_state(const Page *p, const Shape *shape, const Field *field, const void *values, FieldView *view)
{
    bool refused = is_refused(p, shape), secret = !strcmp(view->type, "password");
    bool typed = refused && p->r->form_shape == shape;
    if (typed && !secret)
        view->value = take_typed(p->r, field->name);
    else if (!secret)
        view->value = value_text(p, field, values);
    const void *from = typed ? p->r->form_values : values;
    if (field->type == FIELD_BOOL && from)
        view->checked = *(const bool *)member(from, field->offset);
    static const StrList none = {0};
    const StrList *ticked = field->type == FIELD_STRS ? (from ? member(from, field->offset) : &none) : NULL;
    if (field->one_of)
        view->options = options(p, field, view->value, ticked);
    if (refused && str_eq(p->r->form_error->field, str_of(field->name)))
        view->error = err_say(p->arena, p->lang, p->r->form_error);
}

static void field_words(const Page *p, const Field *field, FieldView *view)
{
    view->label = field->label ? tr(p->lang, field->label) : str_of(field->name);
    view->help = field->help ? tr(p->lang, field->help) : (Str){0};
    if (field->type == FIELD_MONEY)
        view->before = str_trim(currency_symbol(p->arena, p->currency));
    Buf described = buf_new(p->arena, 1024);
    if (view->help.len)
        buf_addf(&described, "%.*s-help", STR_ARG(view->anchor));
    if (view->error.len)
        buf_addf(&described, "%s%.*s-error", view->help.len ? " " : "", STR_ARG(view->anchor));
    view->described = buf_str(&described);
}

static FieldView field_view(const Page *p, const Shape *shape, const Field *field, const void *values)
{
    FieldView view = {
        .anchor = p->forms > 1 ? str_format(p->arena, "f%d-%s", p->forms, field->name) : str_format(p->arena, "f-%s", field->name),
        .name = str_of(field->name),
        .type = input_type(field),
        .mode = input_mode(field),
        .complete = field->complete,
        .required = field->required && field->type != FIELD_STRS,
        .max = longest(field),
    };
    field_state(p, shape, field, values, &view);
    field_words(p, field, &view);
    return view;
}

void tpl_field(Page *p, const Shape *shape, const char *name, const void *values)
{
    const Field *field = shape_field(shape, str_of(name));
    if (!field) {
        log_line("error", "missing_field=%s shape=%s", name, shape->name);
        return;
    }
    FieldView view = field_view(p, shape, field, values);
    web_field(p, &view);
}

static const ErrorsView *errors_view(const Page *p, const Shape *shape)
{
    const Err *err = p->r->form_error;
    if (!is_refused(p, shape))
        return NULL;
    ErrorsView *view = NEW(p->arena, ErrorsView);
    view->sentence = err_say(p->arena, p->lang, err);
    const Field *field = err->field.len ? shape_field(shape, err->field) : NULL;
    if (!field)
        return view;
    view->label = field->label ? tr(p->lang, field->label) : str_of(field->name);
    view->target = p->forms > 1 ? str_format(p->arena, "f%d-%s", p->forms, field->name) : str_format(p->arena, "f-%s", field->name);
    return view;
}

void tpl_errors(Page *p, const Shape *shape)
{
    const ErrorsView *view = errors_view(p, shape);
    if (view)
        web_errors(p, view);
}

void tpl_form(Page *p, Str action, const Shape *shape, const void *values, const char *label)
{
    p->forms++;
    FormView view = {.action = action, .errors = errors_view(p, shape), .button = tr(p->lang, label ? label : N_("Save"))};
    view.fields.at = NEW_ARRAY(p->arena, FieldView, shape->len);
    for (size_t i = 0; i < shape->len; i++) {
        const Field *field = &shape->fields[i];
        if (field->type == FIELD_ONE || field->type == FIELD_LIST)
            continue;
        view.fields.at[view.fields.len++] = field_view(p, shape, field, values);
        view.upload = view.upload || (field->input && !strcmp(field->input, "file"));
    }
    web_form(p, &view);
}
