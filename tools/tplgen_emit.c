/* Turns the tokens of one template into one C function: branches, loops, wraps. #line makes the compiler name the template's
   own line when a field is misspelt or has a type that cannot be written. */
#include "tools/tplgen.h"

/* ---- control ---- */

static Block *open_block(Maker *m, BlockKind kind)
{
    if (m->blocks_len == DEPTH_MAX)
        complain(m->t->file, m->token->line, "blocks are nested deeper than %d. Use {{ include }}.", DEPTH_MAX);
    html_control(&m->html, m->token->line);
    Block *block = &m->blocks[m->blocks_len++];
    *block = (Block){.kind = kind, .line = m->token->line, .start = m->html.s};
    return block;
}

static Str condition(Maker *m)
{
    const char *usage = "{{ if v.field }}, {{ if !v.field }}, {{ if v.count > 3 }} or {{ if v.state == \"open\" }}. Logic belongs in the view struct.";
    Arena *arena = m->t->arena;
    bool negated = is_word(m, 1, WORD_MARK, "!");
    size_t at = negated ? 2 : 1;
    Str left = expression(m, name_at(m, at, usage));
    const Word *mark = word(m, at + 1), *right = word(m, at + 2);
    if (mark->kind == WORD_END)
        return str_format(arena, "%sTPL_TRUE(%.*s)", negated ? "!" : "", STR_ARG(left));
    if (negated || mark->kind != WORD_MARK || str_eq(mark->text, STR("!")) || str_eq(mark->text, STR("=")))
        wrong(m, usage);
    no_more(m, at + 3, usage);
    bool equality = str_eq(mark->text, STR("==")) || str_eq(mark->text, STR("!="));
    if (right->kind == WORD_NUMBER)
        return str_format(arena, "(%.*s) %.*s %.*s", STR_ARG(left), STR_ARG(mark->text), STR_ARG(right->text));
    if (right->kind == WORD_NAME) {
        Str c = expression(m, right->text);
        return str_format(arena, "(%.*s) %.*s (%.*s)", STR_ARG(left), STR_ARG(mark->text), STR_ARG(c));
    }
    if (right->kind != WORD_TEXT || !equality)
        wrong(m, usage);
    Buf text = buf_new(arena, 65536);
    c_text(&text, right->text);
    return str_format(arena, "%sstr_eq(tpl_as_str(%.*s), STR(%.*s))", mark->text.at[0] == '!' ? "!" : "", STR_ARG(left), STR_ARG(buf_str(&text)));
}

static void do_if(Maker *m)
{
    Str c = condition(m);
    open_block(m, BLOCK_IF);
    buf_addf(statement(m), "if (%.*s) {\n", STR_ARG(c));
}

static void end_branch(Maker *m, Block *block)
{
    html_control(&m->html, m->token->line);
    write_literal(m);
    if (block->has_merged)
        html_join(&m->html, &block->merged, &m->html.s, m->token->line);
    else
        block->merged = m->html.s;
    block->has_merged = true;
    HtmlState start = block->start; /* also a first branch must end where it began */
    html_join(&m->html, &start, &m->html.s, m->token->line);
    m->html.s = block->start;
}

static void do_elif(Maker *m)
{
    Block *block = m->blocks_len ? &m->blocks[m->blocks_len - 1] : NULL;
    if (!block || block->kind != BLOCK_IF || block->saw_else)
        complain(m->t->file, m->token->line, "{{ elif }} without an open {{ if }}. Open one, or use {{ else }} once, at the end.");
    end_branch(m, block);
    Str c = condition(m);
    buf_addf(statement(m), "} else if (%.*s) {\n", STR_ARG(c));
}

static void do_else(Maker *m)
{
    Block *block = m->blocks_len ? &m->blocks[m->blocks_len - 1] : NULL;
    no_more(m, 1, "{{ else }}; with a condition it is {{ elif v.field }}.");
    if (!block || block->kind == BLOCK_WRAP || block->saw_else)
        complain(m->t->file, m->token->line, "{{ else }} without an open {{ if }} or {{ for }}. Open one, or remove it.");
    end_branch(m, block);
    block->saw_else = true;
    Buf *out = statement(m);
    if (block->kind == BLOCK_FOR)
        buf_addf(out, "}\n    if (!%.*s_len) {\n", STR_ARG(block->name));
    else
        buf_add(out, STR("} else {\n"));
}

/* A loop over `day` could not write its own value: {{ day }} is a directive. */
static bool reserved(Arena *arena, Str name)
{
    static const char words[] = " v p in t tn money span id date day clock when iso plain unit if elif else end for wrap content view asset "
                                "csrf errors field form icon icons include ";
    return str_find(str_of(words), str_format(arena, " %.*s ", STR_ARG(name))) != SIZE_MAX;
}

static void do_for(Maker *m)
{
    const char *usage = "{{ for o in v.offers }}.";
    Str name = name_at(m, 1, usage);
    if (!is_word(m, 2, WORD_NAME, "in"))
        wrong(m, usage);
    Str list = expression(m, name_at(m, 3, usage));
    no_more(m, 4, usage);
    if (reserved(m->t->arena, name) || loop_known(m, name) || str_find(name, STR(".")) != SIZE_MAX)
        complain(m->t->file, m->token->line, "`%.*s` cannot name a loop here: it is taken or not one plain word. Choose another.", STR_ARG(name));
    Block *block = open_block(m, BLOCK_FOR);
    block->name = name;
    Buf *out = statement(m);
    const char *n = str_z(m->t->arena, name);
    buf_addf(out, "{ const size_t %s_len = (%.*s).len;\n", n, STR_ARG(list));
    buf_addf(out, "#line %d \"%s\"\n    ", m->token->line, m->t->file);
    buf_addf(out, "for (size_t %s_index = 0; %s_index < %s_len; %s_index++) {\n", n, n, n, n);
    buf_addf(out, "#line %d \"%s\"\n    ", m->token->line, m->t->file);
    buf_addf(out, "const __typeof__(*(%.*s).at) *const %s = &(%.*s).at[%s_index]; (void)%s;\n", STR_ARG(list), n, STR_ARG(list), n, n);
}

static void do_end(Maker *m)
{
    no_more(m, 1, "{{ end }}");
    if (!m->blocks_len)
        complain(m->t->file, m->token->line, "{{ end }} without an open {{ if }}, {{ for }} or {{ wrap }}. Remove it.");
    Block *block = &m->blocks[m->blocks_len - 1];
    if (block->kind == BLOCK_WRAP) {
        html_control(&m->html, m->token->line);
        write_literal(m);
        html_join(&m->html, &block->start, &m->html.s, m->token->line);
        buf_add(statement(m), block->close);
    } else {
        end_branch(m, block);
        m->html.s = block->merged;
        if (!block->saw_else)
            html_join(&m->html, &m->html.s, &block->start, m->token->line);
        buf_addf(statement(m), block->kind == BLOCK_FOR ? "}}\n" : "}\n");
    }
    if (m->html.s.place == IN_TAG)
        m->html.s.space = true;
    m->blocks_len--;
}

static void do_wrap(Maker *m)
{
    const char *usage = "{{ wrap panel o }} ... {{ end }}; the template named has {{ content }}.";
    between_tags(m, "wrap");
    Str begin = part_call(m, usage, "_begin");
    Str close = part_call(m, usage, "_end");
    Block *block = open_block(m, BLOCK_WRAP);
    block->close = close;
    buf_add(statement(m), begin);
    m->html.s.after_block = true;
}

static void function_head(Template *t, Buf *out, const char *ending)
{
    buf_addf(out, "void %.*s_%.*s%s(Page *p, const %.*s *v)", STR_ARG(t->module), STR_ARG(t->name), ending, STR_ARG(t->view));
}

static void do_content(Maker *m)
{
    no_more(m, 1, "{{ content }}");
    if (m->blocks_len || m->t->splits || m->html.s.place != IN_TEXT)
        complain(m->t->file, m->token->line, "{{ content }} stands once, outside of {{ if }}, {{ for }} and tags. Move it.");
    html_control(&m->html, m->token->line);
    write_literal(m);
    m->t->splits = true;
    buf_add(&m->t->code, STR("}\n"));
    function_head(m->t, &m->t->code, "_end");
    buf_add(&m->t->code, STR("\n{\n    (void)p, (void)v;\n"));
    m->html.s.after_block = true;
}

static void do_view(Maker *m)
{
    complain(m->t->file, m->token->line, "{{ view }} stands once, in the first line. Remove this one.");
}

static void do_directive(Maker *m)
{
    static const struct {
        const char *name;
        void (*run)(Maker *m);
    } directives[] = {
        {"if", do_if}, {"elif", do_elif}, {"else", do_else}, {"end", do_end}, {"for", do_for}, {"wrap", do_wrap},
        {"content", do_content}, {"view", do_view},
    };
    const Word *first = word(m, 0);
    if (first->kind != WORD_NAME)
        complain(m->t->file, m->token->line, "a directive begins with a word. Texts are written {{ t \"...\" }}.");
    for (size_t i = 0; i < sizeof directives / sizeof *directives; i++)
        if (str_eq(first->text, str_of(directives[i].name))) {
            directives[i].run(m);
            return;
        }
    if (!part_directive(m) && !value_directive(m))
        complain(m->t->file, m->token->line, "unknown directive `%.*s`. docs/house.md, Pages, lists them.", STR_ARG(first->text));
}

/* The first directive names the struct: {{ view OfferListView "market/pages.h" }} or {{ view void }}. */
static void read_view(Template *t, const TokenList *tokens)
{
    size_t i = 0;
    while (i < tokens->len && !tokens->at[i].directive && !str_trim(tokens->at[i].text).len)
        i++;
    const Token *token = i < tokens->len && tokens->at[i].directive ? &tokens->at[i] : NULL;
    if (!token || !str_eq(token->words[0].text, STR("view")) || token->words[1].kind != WORD_NAME)
        complain(t->file, token ? token->line : 1, "the first line names the struct this page shows. Write {{ view OfferView \"%.*s/pages.h\" }}, or {{ view void }}.",
                 STR_ARG(t->module));
    t->view = token->words[1].text;
    if (token->words[2].kind == WORD_TEXT)
        t->view_header = token->words[2].text;
    else if (!str_eq(t->view, STR("void")))
        complain(t->file, token->line, "{{ view %.*s }} does not say where the struct is declared. Write {{ view %.*s \"%.*s/pages.h\" }}.",
                 STR_ARG(t->view), STR_ARG(t->view), STR_ARG(t->module));
}

void template_compile(Template *t, Str source)
{
    TokenList tokens = template_tokens(t->arena, t->file, source);
    read_view(t, &tokens);
    t->code = buf_new(t->arena, 64u << 20);
    Maker m = {.t = t, .html = {.file = t->file, .out = buf_new(t->arena, 16u << 20)}, .blocks = NEW_ARRAY(t->arena, Block, DEPTH_MAX + 1)};
    m.html.s.after_block = true;
    bool seen_view = false;
    int line = 1;
    for (size_t i = 0; i < tokens.len; i++) {
        m.token = &tokens.at[i];
        line = m.token->line;
        if (!m.token->directive)
            html_read(&m.html, m.token->text, line);
        else if (seen_view)
            do_directive(&m);
        else
            seen_view = true;
    }
    if (m.blocks_len)
        complain(t->file, m.blocks[m.blocks_len - 1].line, "this block is never closed. Write {{ end }}.");
    html_finish(&m.html, line);
    write_literal(&m);
    Buf body = t->code;
    t->code = buf_new(t->arena, 64u << 20);
    function_head(t, &t->code, t->splits ? "_begin" : "");
    buf_add(&t->code, STR("\n{\n    (void)p, (void)v;\n"));
    buf_add(&t->code, buf_str(&body));
    buf_add(&t->code, STR("}\n\n"));
}
