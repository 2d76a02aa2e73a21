/* The quizzes of the demo village: five topics of forty questions in both languages, and the ways to play them. */
#include "learn/learn.h"
#include "quiz/inside.h"

#include <string.h>

#include "core/demo.h"
#include "quiz/demo_rows.h"

enum { TOPICS = 5, ROWS_MAX = 60 };

typedef struct Topic {
    const char *path, *en, *zh, *about_en, *about_zh;
    const DemoQuestion *rows;
} Topic;
static const Topic topics[TOPICS] = {
    {"soil", "Living soil", "养好土壤", "Compost, cover, acid soil, rotation: forty questions in your own time.", "堆肥、覆盖、酸碱、轮作：四十题，慢慢做。", demo_soil},
    {"poultry", "Healthy hens", "养好鸡", "Water, feed, eggs, chicks and the hen house.", "饮水、饲料、鸡蛋、雏鸡和鸡舍。", demo_poultry},
    {"food", "Safe food", "食品安全", "Clean hands, cold, heat, labels and the store.", "洗手、冷藏、加热、标签和储存。", demo_food},
    {"phone", "Selling by phone", "用手机卖货", "Photos, words, prices, answers, packing, and how not to be cheated.", "拍照、文案、定价、回复、包装和防骗。", demo_phone},
    {"saving", "Saving and small money", "攒钱和小账", "A plan, a reserve, interest, savings groups, keeping books.", "计划、备用金、利息、互助储蓄和记账。", demo_saving},
};

typedef struct DemoQuizzes {
    Demo *demo;
    Id org, by;
    Time now;
    Id revs[TOPICS][ROWS_MAX];
    size_t len[TOPICS];
} DemoQuizzes;

static Question question_of(Arena *arena, const Topic *topic, const DemoQuestion *row, bool chinese)
{
    const char *const *words = chinese ? row->zh : row->en;
    Question q = {.prompt = str_of(words[0]), .format = STR("plain"), .skill = str_format(arena, "%s/%s", topic->path, row->skill)};
    size_t len = row->kind == 'c' ? 3 : row->kind == 'b' ? 2 : 1;
    q.options.at = NEW_ARRAY(arena, Option, len);
    q.options.len = len;
    q.type = row->kind == 'c' ? STR("single") : row->kind == 'b' ? STR("truefalse") : STR("numeric");
    for (size_t i = 0; i < len; i++) {
        Option *o = &q.options.at[i];
        o->text = row->kind == 'c' ? str_of(words[i + 1]) : row->kind == 'b' ? (i ? STR("false") : STR("true")) : (Str){0};
        o->share = row->kind == 'b' ? (row->truth == !i ? SHARE_FULL : 0) : i ? 0 : SHARE_FULL;
        o->value = row->value;
        o->tolerance = row->tolerance;
    }
    return q;
}

/* Skills read "Living soil: compost" in English and the topic's name in Chinese. */
static Err *skill_names(Tx *tx, const DemoQuizzes *d, const Topic *topic, const DemoQuestion *row)
{
    static const struct { const char *skill, *zh; } names[] = {
        {"compost", "堆肥"}, {"life", "土里的生物"}, {"cover", "覆盖"}, {"acid", "酸碱"}, {"feeding", "施肥"}, {"rotation", "轮作"}, {"water", "水"},
        {"feed", "饲料"}, {"eggs", "鸡蛋"}, {"chicks", "雏鸡"}, {"health", "防病"}, {"house", "鸡舍"}, {"heat", "热"}, {"hands", "洗手"}, {"cold", "冷藏"},
        {"clean", "清洁"}, {"label", "标签"}, {"store", "储存"}, {"photo", "拍照"}, {"words", "文案"}, {"price", "定价"}, {"answer", "回复"},
        {"packing", "包装"}, {"safety", "防骗"}, {"plan", "计划"}, {"reserve", "备用金"}, {"interest", "利息"}, {"group", "储蓄小组"}, {"account", "记账"},
        {"risk", "风险"}};
    Arena *arena = tx->db.arena;
    Str path = str_format(arena, "%s/%s", topic->path, row->skill);
    TRY(quiz_skill_name(tx, d->now, d->org, path, STR("en"), str_format(arena, "%s: %s", topic->en, row->skill)));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].skill, row->skill) == 0)
            return quiz_skill_name(tx, d->now, d->org, path, STR("zh-CN"), str_format(arena, "%s：%s", topic->zh, names[i].zh));
    return NULL;
}

static Err *add_topic(Tx *tx, DemoQuizzes *d, size_t t)
{
    const DemoQuestion *before = NULL;
    for (const DemoQuestion *row = topics[t].rows; row->skill && d->len[t] < ROWS_MAX; row++) {
        QuestionWords words[] = {{STR("en"), question_of(tx->db.arena, &topics[t], row, false)}, {STR("zh-CN"), question_of(tx->db.arena, &topics[t], row, true)}};
        NewQuestion new = {.org = d->org, .texts = words, .len = 2, .origin = "demo", .months = row->months};
        TRY(quiz_question_add(tx, d->now, d->by, &new, &d->revs[t][d->len[t]++]));
        if (!before || strcmp(before->skill, row->skill) != 0)
            TRY(skill_names(tx, d, &topics[t], row));
        before = row;
    }
    return NULL;
}

static Err *add_quiz(Tx *tx, const DemoQuizzes *d, const char *mode, const QuizText texts[2], const Id *revs, size_t len, int64_t draw, Id *out)
{
    NewQuiz quiz = {.org = d->org, .rules = quiz_rules(str_of(mode)), .texts = texts, .texts_len = 2, .question_revs = revs, .questions_len = len};
    Id id;
    if (draw) {
        quiz.rules.draw = draw;
        quiz.rules.selection = str_eq(quiz.rules.selection, STR("due")) ? STR("due") : STR("draw");
    }
    if (str_eq(quiz.rules.mode, STR("exam"))) {
        quiz.rules.attempts = 0; /* in the demo anybody may try it again */
        quiz.rules.time_s = 20 * 60;
    }
    TRY(quiz_add(tx, d->now, d->by, &quiz, &id));
    *out = id;
    return quiz_show(tx, d->now, d->by, id, STR("published"));
}

/* All two hundred, topic by topic. */
static Err *add_games(Tx *tx, const DemoQuizzes *d)
{
    static const struct { const char *mode; int64_t draw; QuizText texts[2]; } games[] = {
        {"daily", 5, {{STR("en"), STR("Five for today"), STR("What is due for you comes first.")}, {STR("zh-CN"), STR("今天的五道题"), STR("该复习的排在前面。")}}},
        {"weekly", 10, {{STR("en"), STR("Ten of the week"), STR("The same ten for everybody, once a week.")}, {STR("zh-CN"), STR("本周十题"), STR("每周一次，大家题目相同。")}}},
        {"challenge", 0, {{STR("en"), STR("How far do you get?"), STR("45 seconds a question; the first mistake ends it.")}, {STR("zh-CN"), STR("看你能闯几关"), STR("每题 45 秒，答错一题就结束。")}}},
        {"match", 10, {{STR("en"), STR("Ten questions for two"), STR("Both get the same ones.")}, {STR("zh-CN"), STR("双人十题"), STR("两人题目相同。")}}},
        {"exam", 20, {{STR("en"), STR("Exam: ready for the market"), STR("Twenty questions from all topics, twenty minutes. Coaches see the marks.")},
                      {STR("zh-CN"), STR("考试：上市准备"), STR("从各专题抽二十题，二十分钟。辅导员能看到成绩。")}}},
    };
    Id all[PAPER_QUESTIONS_MAX], made;
    size_t len = 0;
    for (size_t t = 0; t < TOPICS; t++)
        for (size_t i = 0; i < d->len[t] && len < PAPER_QUESTIONS_MAX; i++)
            all[len++] = d->revs[t][i];
    for (size_t i = 0; i < sizeof games / sizeof *games; i++)
        TRY(add_quiz(tx, d, games[i].mode, games[i].texts, all, len, games[i].draw, &made));
    return NULL;
}

static Err *demo_write(Tx *tx, void *arg)
{
    DemoQuizzes *d = arg;
    Id quiz;
    memset(d->len, 0, sizeof d->len);
    for (size_t t = 0; t < TOPICS; t++) {
        QuizText practice[] = {{STR("en"), str_of(topics[t].en), str_of(topics[t].about_en)}, {STR("zh-CN"), str_of(topics[t].zh), str_of(topics[t].about_zh)}};
        TRY(add_topic(tx, d, t));
        TRY(add_quiz(tx, d, "practice", practice, d->revs[t], d->len[t], 10, &quiz));
        Id lesson = demo_id(d->demo, "lesson:%s", topics[t].path);
        if (lesson) /* a course has a place for it */
            TRY(learn_add_quiz(tx, lesson, quiz));
    }
    return add_games(tx, d);
}

Err *quiz_demo(Demo *demo)
{
    DemoQuizzes d = {.demo = demo, .org = demo_id(demo, "village"), .by = demo_id(demo, "person:linmei"), .now = demo->now};
    if (!d.org)
        d.org = village(demo->store, demo->arena).org;
    return db_write(demo->store, demo->arena, demo_write, &d);
}
