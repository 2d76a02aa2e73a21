/* millet solve recommend fit | score | evaluate. */
#include "base/command.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "solve/recommend/baskets.h"

enum { INPUT_MAX = 1 << 30 };
static const char magic[8] = "MILREC1";

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool read_number(Args *args, const char *name, double least, double most, double *out)
{
    const char *text = args_option(args, name);
    if (!text)
        return true;
    if (str_to_real(str_of(text), out) && *out >= least && *out <= most)
        return true;
    fprintf(args->err, "millet: --%s takes a number from %g to %g\n", name, least, most);
    return false;
}

static bool read_options(Args *args, RecommendOptions *o, bool *chosen)
{
    double neighbours = (double)o->neighbours, dense = (double)o->dense_max, ridge = -1;
    if (!read_number(args, "user-power", 0, 2, &o->user_power) || !read_number(args, "dropout", 0, 0.95, &o->dropout) ||
        !read_number(args, "ridge", 0.001, 1e9, &ridge) || !read_number(args, "neighbours", 1, 2000, &neighbours) ||
        !read_number(args, "dense", 0, 12000, &dense) || !read_number(args, "popularity", -1, 1, &o->popularity))
        return false;
    *chosen = ridge > 0;
    if (*chosen)
        o->ridge = ridge;
    o->neighbours = (size_t)neighbours;
    o->dense_max = (size_t)dense;
    return true;
}

/* Adds to refused how many lines were not taken: each file's first ones are named. */
static Err *read_baskets(Args *args, const char *path, NameBook *users, NameBook *items, Baskets *out, size_t *all_refused)
{
    Str text, first;
    size_t refused;
    TRY(args_read(args, path, INPUT_MAX, &text));
    TRY(baskets_read(args->arena, text, users, items, out, &refused, &first));
    if (refused)
        fprintf(args->err, "millet: %zu lines refused in %s:\n%.*s\n", refused, path, STR_ARG(first));
    *all_refused += refused;
    return NULL;
}

static void say_tried(void *arg, const RecommendOptions *o, double ndcg20)
{
    fprintf(((Args *)arg)->err, "ridge %g, user power %g, dropout %g, popularity %g: NDCG@20 %.4f on the cut\n", o->ridge, o->user_power, o->dropout,
            o->popularity, ndcg20);
}

static Err *choose(Args *args, const Baskets *all, RecommendOptions *o)
{
    Arena *arena = arena_new();
    Err *err = err_copy(args->arena, recommend_choose(arena, all, o, say_tried, args));
    arena_free(arena);
    return err;
}

/* Which farm each item is of: CSV item,farm; items without one stand alone. */
static Err *read_farms(Args *args, const char *path, NameBook *items, size_t items_len, uint32_t **farm, size_t *farms)
{
    Str text, line;
    NameBook *names = names_new(args->arena);
    TRY(args_read(args, path, INPUT_MAX, &text));
    *farm = NEW_ARRAY(args->arena, uint32_t, items_len + 1);
    for (size_t i = 0; i < items_len; i++)
        (*farm)[i] = UINT32_MAX;
    while (text.len) {
        Str item, name;
        str_cut(text, '\n', &line, &text);
        if (!str_cut(str_trim(line), ',', &item, &name))
            continue;
        size_t number = names_number(items, str_trim(item), false);
        if (number < items_len)
            (*farm)[number] = (uint32_t)names_number(names, str_trim(name), true);
    }
    *farms = names_len(names);
    return NULL;
}

static Err *print_floor(Args *args, const RecommendModel *model, const Baskets *train, NameBook *items, const char *path, double floor)
{
    uint32_t *farm;
    size_t farms;
    FloorShares shares;
    TRY(read_farms(args, path, items, model->items, &farm, &farms));
    recommend_floor(args->arena, model, train, farm, farms, floor, 20, &shares);
    fprintf(args->out, "farms %zu, floor %.2f of an equal share: Gini of exposure %.4f without, %.4f with; %.1f %% of the farms shown, %zu below the floor\n",
            farms, floor, shares.gini_before, shares.gini_after, shares.coverage * 100, shares.below);
    return NULL;
}

typedef struct Evaluation {
    const char *train, *test, *farms; /* farms may be NULL */
    double floor;
    bool chosen;
} Evaluation;

static Err *evaluate(Args *args, const Evaluation *e, RecommendOptions *o, size_t *refused)
{
    NameBook *users = names_new(args->arena), *items = names_new(args->arena);
    Baskets train, test;
    RecommendModel model;
    RecommendScores s;
    struct rusage usage;
    TRY(read_baskets(args, e->train, users, items, &train, refused));
    TRY(read_baskets(args, e->test, users, items, &test, refused));
    train.items = test.items; /* items seen only in the test can be held out, though not suggested */
    double begin = cpu_seconds();
    if (!e->chosen)
        TRY(choose(args, &train, o));
    double choosing = cpu_seconds() - begin;
    begin = cpu_seconds();
    TRY(recommend_fit(args->arena, &train, o, &model));
    double fitting = cpu_seconds() - begin;
    recommend_evaluate(args->arena, &model, &train, &test, &s);
    getrusage(RUSAGE_SELF, &usage);
    fprintf(args->out, "users %zu items %zu pairs %zu\n", s.users, train.items, train.start[train.users]);
    fprintf(args->out, "Recall@20 %.4f\nNDCG@20 %.4f\nNDCG@100 %.4f\n", s.recall20, s.ndcg20, s.ndcg100);
    fprintf(args->out, "coverage %.4f Gini of exposure %.4f\n", s.coverage, s.gini);
    fprintf(args->out, "ridge %g, user power %g, dropout %g, popularity %g, neighbours %zu\n", o->ridge, o->user_power, o->dropout, o->popularity,
            o->neighbours);
    fprintf(args->out, "fit %.2f CPU-s, choosing %.2f CPU-s, score %.1f CPU-us a user, peak %ld MiB\n", fitting, choosing, s.score_us,
            usage.ru_maxrss / 1024);
    return e->farms ? print_floor(args, &model, &train, items, e->farms, e->floor) : NULL;
}

static int run_evaluate(Args *args)
{
    RecommendOptions options = recommend_defaults();
    Evaluation e = {.train = args_option(args, "train"), .test = args_option(args, "test"), .farms = args_option(args, "farms"), .floor = 0.5};
    if (!read_options(args, &options, &e.chosen) || !read_number(args, "floor", 0, 1, &e.floor) || !args_done(args, 0, 0))
        return EXIT_USAGE;
    if (!e.train || !e.test) {
        fputs("millet: --train FILE and --test FILE are needed\n", args->err);
        return EXIT_USAGE;
    }
    size_t refused = 0;
    Err *err = evaluate(args, &e, &options, &refused);
    return err ? args_failed(args, err) : refused ? EXIT_PARTLY : EXIT_DONE;
}

/* A model file: magic, items, weights, then starts, targets, weights, sold, and the names with their lengths. */
static Str model_bytes(Arena *arena, const RecommendModel *m, const NameBook *items)
{
    Buf out = buf_new(arena, SIZE_MAX / 4);
    uint64_t head[2] = {m->items, m->start[m->items]};
    buf_add(&out, (Str){magic, sizeof magic});
    buf_add(&out, (Str){(const char *)head, sizeof head});
    buf_add(&out, (Str){(const char *)m->start, (m->items + 1) * sizeof *m->start});
    buf_add(&out, (Str){(const char *)m->to, head[1] * sizeof *m->to});
    buf_add(&out, (Str){(const char *)m->weight, head[1] * sizeof *m->weight});
    buf_add(&out, (Str){(const char *)m->sold, m->items * sizeof *m->sold});
    for (size_t i = 0; i < m->items; i++) {
        buf_add(&out, names_at(items, i));
        buf_add_char(&out, '\n');
    }
    return buf_str(&out);
}

static bool cut(Str *rest, size_t bytes, void **out, Arena *arena)
{
    if (rest->len < bytes)
        return false;
    *out = arena_copy(arena, rest->at, bytes);
    *rest = str_slice(*rest, bytes, rest->len);
    return true;
}

static Err *model_open(Arena *arena, Str bytes, RecommendModel *m, StrList *names)
{
    Err *broken = err_detail(arena, ERR_INVALID, "recommend.model", "this is no model that \"millet solve recommend fit\" wrote, or it was cut off");
    uint64_t *head;
    void *start, *to, *weight, *sold;
    if (!str_starts(bytes, (Str){magic, sizeof magic}))
        return broken;
    bytes = str_slice(bytes, sizeof magic, bytes.len);
    if (!cut(&bytes, 16, (void **)&head, arena) || head[0] > bytes.len || head[1] > bytes.len ||
        !cut(&bytes, (head[0] + 1) * sizeof(size_t), &start, arena) || !cut(&bytes, head[1] * 4, &to, arena) ||
        !cut(&bytes, head[1] * 4, &weight, arena) || !cut(&bytes, head[0] * 4, &sold, arena))
        return broken;
    *m = (RecommendModel){.items = head[0], .start = start, .to = to, .weight = weight, .sold = sold};
    for (size_t i = 0; i < m->items; i++)
        if (m->start[i] > m->start[i + 1] || m->start[i + 1] > head[1])
            return broken;
    for (size_t k = 0; k < head[1]; k++)
        if (m->to[k] >= m->items)
            return broken;
    recommend_dense(arena, m);
    *names = (StrList){NEW_ARRAY(arena, Str, m->items + 1), m->items};
    for (size_t i = 0; i < m->items; i++)
        str_cut(bytes, '\n', &names->at[i], &bytes);
    return NULL;
}

static Err *fit(Args *args, const char *input, const char *output, RecommendOptions *o, bool chosen, size_t *refused)
{
    NameBook *users = names_new(args->arena), *items = names_new(args->arena);
    Baskets train;
    RecommendModel model;
    TRY(read_baskets(args, input, users, items, &train, refused));
    if (!chosen)
        TRY(choose(args, &train, o));
    TRY(recommend_fit(args->arena, &train, o, &model));
    TRY(args_write(args, output, model_bytes(args->arena, &model, items), 0644));
    fprintf(args->err, "%zu users, %zu items, %zu weights, ridge %g\n", train.users, train.items, model.start[model.items], o->ridge);
    return NULL;
}

static int run_fit(Args *args)
{
    RecommendOptions options = recommend_defaults();
    const char *output = args_option(args, "out");
    bool chosen;
    if (!read_options(args, &options, &chosen) || !args_done(args, 0, 1))
        return EXIT_USAGE;
    if (!output) {
        fputs("millet: --out MODEL is needed\n", args->err);
        return EXIT_USAGE;
    }
    size_t refused = 0;
    Err *err = fit(args, args->argc ? args->argv[0] : "-", output, &options, chosen, &refused);
    return err ? args_failed(args, err) : refused ? EXIT_PARTLY : EXIT_DONE;
}

static uint32_t item_number(const StrList *names, Str name)
{
    for (size_t i = 0; i < names->len; i++)
        if (str_eq(names->at[i], name))
            return (uint32_t)i;
    return UINT32_MAX;
}

static Err *score(Args *args, const char *model_path, const char *input, size_t top)
{
    Str bytes, text, line, word;
    RecommendModel model;
    StrList names = {0};
    enum { OWNED_MAX = 10000, TOP_MAX = 1000 };
    TRY(args_read(args, model_path, INPUT_MAX, &bytes));
    TRY(model_open(args->arena, bytes, &model, &names));
    TRY(args_read(args, input, INPUT_MAX, &text));
    Scratch *scratch = recommend_scratch(args->arena, &model);
    uint32_t *owned = NEW_ARRAY(args->arena, uint32_t, OWNED_MAX);
    Suggestion *out = NEW_ARRAY(args->arena, Suggestion, TOP_MAX);
    fputs("user,item,score,because,because2\n", args->out);
    while (text.len) {
        str_cut(text, '\n', &line, &text);
        Str user = {0};
        size_t len = 0;
        for (Str rest = str_trim(line); rest.len && len < OWNED_MAX; rest = str_trim(rest)) {
            str_cut(rest, ' ', &word, &rest);
            if (!user.at)
                user = word;
            else if ((owned[len] = item_number(&names, word)) != UINT32_MAX)
                len++;
        }
        if (!user.at)
            continue;
        size_t found = recommend_score(&model, scratch, owned, len, out, top);
        recommend_reasons(&model, owned, len, out, found);
        for (size_t k = 0; k < found; k++)
            fprintf(args->out, "%.*s,%.*s,%.6g,%.*s,%.*s\n", STR_ARG(user), STR_ARG(names.at[out[k].item]), (double)out[k].score,
                    STR_ARG(out[k].because[0] < names.len ? names.at[out[k].because[0]] : (Str){0}),
                    STR_ARG(out[k].because[1] < names.len ? names.at[out[k].because[1]] : (Str){0}));
    }
    return NULL;
}

static int run_score(Args *args)
{
    const char *model = args_option(args, "model");
    double top = 20;
    if (!read_number(args, "top", 1, 1000, &top) || !args_done(args, 0, 1))
        return EXIT_USAGE;
    if (!model) {
        fputs("millet: --model MODEL is needed\n", args->err);
        return EXIT_USAGE;
    }
    Err *err = score(args, model, args->argc ? args->argv[0] : "-", (size_t)top);
    return err ? args_failed(args, err) : EXIT_DONE;
}

const Command solve_recommend_commands[];
const Command solve_recommend_commands[] = {
    COMMAND("solve recommend fit", N_("Learn which goods go together."),
            N_("Usage: millet solve recommend fit --out MODEL [options] [FILE] < baskets\n"
               "Input: lines \"user item item ...\" or CSV user,item[,weight,time].\n"
               "  --ridge L         strength; without it, and the next three, the best are chosen on a cut of this data\n"
               "  --user-power A    a user with n items counts n^-A (0.3)\n"
               "  --dropout P       of the regulariser (0.33)\n"
               "  --popularity C    goods with n buyers count (1 + n)^-C in the scores (0.2)\n"
               "  --neighbours K    candidates of an item in a large catalogue (200)\n"
               "  --dense N         up to N items are solved at once (4000)\n"
               "Exit status: 0 done, 1 failed, 2 wrong usage, 3 done but some lines were refused."),
            run_fit),
    COMMAND("solve recommend score", N_("Suggest goods for customers or baskets, with the reason."),
            N_("Usage: millet solve recommend score --model MODEL [--top 20] [FILE] < lines \"user item item ...\"\n"
               "Output: user,item,score,because,because2; score 0 and no reason: simply what sells most."),
            run_score),
    COMMAND("solve recommend evaluate", N_("Score suggestions against what was bought."),
            N_("Usage: millet solve recommend evaluate --train FILE --test FILE [options of fit]\n"
               "Prints Recall@20, NDCG@20, NDCG@100, coverage, Gini of exposure, time and memory. Parameters are chosen on a cut of the\n"
               "training file only.\n"
               "  --farms FILE     CSV item,farm: exposure of farms, without and with a floor\n"
               "  --floor F        share of an equal share that each farm gets at least (0.5)"),
            run_evaluate),
    {0},
};
