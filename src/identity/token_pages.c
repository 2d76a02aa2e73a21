/* Pages of tokens for programs. */
#include "identity/handlers.h"

#include <string.h>

#include "identity/enter.h"
#include "identity/templates.h"

enum { SCOPES_MAX = 64 };

static void scope_add(StrList *scopes, const char *name)
{
    Str scope = str_of(name);
    for (size_t i = 0; i < scopes->len; i++)
        if (str_eq(scopes->at[i], scope))
            return;
    if (scopes->len < SCOPES_MAX)
        scopes->at[scopes->len++] = scope;
}

/* The scopes that the house knows are those its routes ask for. */
StrList scopes_known(Arena *arena)
{
    StrList scopes = {NEW_ARRAY(arena, Str, SCOPES_MAX), 0};
    scope_add(&scopes, "read");
    scope_add(&scopes, "write");
    for (const Module *const *module = house_modules; *module; module++)
        for (size_t i = 0; i < (*module)->routes_len; i++)
            if ((*module)->routes[i].scope)
                scope_add(&scopes, (*module)->routes[i].scope);
    return scopes;
}

Err *scopes_check(Arena *arena, StrList wanted, Str *joined)
{
    StrList known = scopes_known(arena);
    Buf out = buf_new(arena, 4096);
    for (size_t i = 0; i < wanted.len; i++) {
        bool found = str_eq(wanted.at[i], STR("*"));
        for (size_t k = 0; k < known.len && !found; k++)
            found = str_eq(wanted.at[i], known.at[k]);
        if (!found)
            return err_arg(arena, err_field(arena, "token.scope_unknown", "scopes"), "scope", wanted.at[i]);
        if (i)
            buf_add_char(&out, ' ');
        buf_add(&out, wanted.at[i]);
    }
    *joined = buf_str(&out);
    return joined->len ? NULL : err_field(arena, "token.scope_none", "scopes");
}

static Str scope_label(Req *r, Str scope)
{
    if (str_eq(scope, STR("read")))
        return tr(r->lang, N_("Read what you may read"));
    if (str_eq(scope, STR("write")))
        return tr(r->lang, N_("Change what you may change, except what is listed here by itself"));
    return scope;
}

static bool contains(StrList list, Str word)
{
    for (size_t i = 0; i < list.len; i++)
        if (str_eq(list.at[i], word))
            return true;
    return false;
}

static Err *show_tokens_page(Req *r, Str fresh)
{
    TokenForm form = r->form_shape == &token_form ? *(const TokenForm *)r->form_values : (TokenForm){.days = 365};
    StrList known = scopes_known(r->arena);
    OptionViewList scopes = {NEW_ARRAY(r->arena, OptionView, known.len), known.len};
    for (size_t i = 0; i < known.len; i++)
        scopes.at[i] = (OptionView){known.at[i], scope_label(r, known.at[i]), contains(form.scopes, known.at[i])};
    TokensView view = {
        .fresh = fresh, .form = &form, .scopes = field_of_choices(r, &token_form, "scopes", scopes, "ticks")};
    TRY(api_token_list_by_person(&r->db, r->who, &view.tokens));
    PageHead head = {.title = tr(r->lang, N_("Tokens for programs")), .place = "/me", .back = STR("/me")};
    Page *page = page_begin(r, &head);
    identity_tokens(page, &view);
    return page_end(page);
}

Err *show_tokens(Req *r)
{
    return show_tokens_page(r, (Str){0});
}

static Err *write_token(Tx *tx, void *arg)
{
    const NewToken *token = arg;
    return token_start(tx, (Time){id_time_ms(token->id)}, token);
}

static Err *token_by(Req *r, const TokenForm *form, NewToken *token)
{
    Str scopes;
    TRY(scopes_check(r->arena, form->scopes, &scopes));
    token_mint(r->arena, r->who, form->name, scopes, token);
    if (form->days > 0)
        token->until = (Time){r->now.ms + form->days * DAY_MS};
    return db_write(r->store, r->arena, write_token, token);
}

Err *make_token(Req *r)
{
    TokenForm form = {0};
    NewToken token;
    TRY(need_fresh(r));
    Err *err = take(r, &token_form, &form);
    if (!err)
        err = token_by(r, &form, &token);
    if (err)
        return reply_form_again(r, err, show_tokens);
    r->form_shape = NULL;
    return show_tokens_page(r, token.token);
}

typedef struct End {
    Id token, person;
    Time now;
} End;

static Err *write_end(Tx *tx, void *arg)
{
    const End *end = arg;
    int64_t count;
    TRY(api_token_end(tx, end->token, end->person, end->now, &count));
    return count ? audit(tx, end->now, end->person, "token.end", end->token, (Str){0}) : NULL;
}

Err *end_token(Req *r)
{
    End end = {.person = r->who, .now = r->now};
    TRY(take_id(r, 0, &end.token));
    TRY(db_write(r->store, r->arena, write_end, &end));
    reply_notice(r, N_("The token is taken back. It no longer works."));
    return reply_see(r, "/me/tokens");
}
