/* The demo village's channels, pieces and courses. */
#include "learn/demo.h"

typedef struct DemoChannel {
    const char *slug, *kind, *mode, *en, *en_about, *zh, *zh_about;
} DemoChannel;
static const DemoChannel channels[] = {
    {"soil", "training", "first", "Soil and field", "How to keep the ground alive.", "土壤与田间", "怎样让地越种越好。"},
    {"poultry", "training", "first", "Poultry", "Hens and ducks, healthy and laying.", "养鸡养鸭", "养得健康，下蛋勤快。"},
    {"food", "training", "first", "Safe food", "From the field to the plate without harm.", "食品安全", "从田头到饭桌，吃得放心。"},
    {"market", "market", "first", "Selling by phone", "Photos, prices, messages, and what to beware of.", "用手机卖货", "照片、定价、发消息，还有防骗。"},
    {"saving", "training", "all", "Money at home", "Saving, accounts, borrowing.", "家里的钱", "存钱、记账、借钱。"},
    {"news", "news", "first", "Green Ear news", "What is new in the co-operative.", "青穗新闻", "合作社的新鲜事。"},
};

typedef struct DemoLesson {
    const char *en, *zh;
    const char *pieces[4];
    const char *task_en, *task_en_body, *task_zh, *task_zh_body;
} DemoLesson;
typedef struct DemoCourse {
    const char *slug, *channel, *en, *en_about, *zh, *zh_about;
    DemoLesson lessons[4];
} DemoCourse;
static const DemoCourse courses[] = {
    {"living-soil", "soil", "Living soil in four weeks", "Afterwards you know your soil, make hot compost and keep the ground covered.", "四周养活土", "学完会认土、会堆热肥、会护地。",
     {{"Know it", "认土", {"soil-feel", "lime"}, "Do the jar test", "Fill a jar with soil of your field and water, shake it, and photograph the layers after a day. Write down what you think it is.", "做瓶子试验", "取自家地里的土装瓶加水摇匀，一天后拍下分层，写写您看是什么土。"},
      {"Feed it", "养土", {"compost"}, "Build a heap", "Build a heap of at least one metre. Photograph it on the first day and say what is in it.", "堆一堆肥", "堆一个至少一米的肥堆，第一天拍张照，说说放了什么。"},
      {"Protect it", "护土", {"cover", "water-drip"}, NULL, NULL, NULL, NULL}}},
    {"fifty-hens", "poultry", "Fifty healthy hens", "Afterwards you build, feed and care for a small flock, and know when to call the vet.", "五十只健康鸡", "学完会建舍、配料、照看，知道什么时候找兽医。",
     {{"House and water", "鸡舍和水", {"hen-house", "hen-water"}, "Show your drinkers", "Photograph a drinker after you have cleaned it, at the height your hens drink from.", "看看您的水槽", "刷干净后拍一张水槽，高度要看得出来。"},
      {"Feed", "饲料", {"hen-feed", "dry"}, NULL, NULL, NULL, NULL},
      {"Health and eggs", "健康和鸡蛋", {"hen-sick", "eggs-safe"}, NULL, NULL, NULL, NULL}}},
    {"sell-and-save", "market", "Sell well, save well", "Afterwards you show, price and describe your goods, know the tricks of cheats, and keep a cash book.", "会卖会存", "学完会拍照、定价、发消息，看得穿骗术，记得清账。",
     {{"Show and price", "拍照定价", {"photo", "price"}, "A photo of your goods", "Photograph something you sell, as the piece says, and write your price and how you came to it.", "拍一张您的货", "照文章说的拍一样您卖的东西，写上价钱和怎么算出来的。"},
      {"Talk and beware", "沟通和防骗", {"message", "label", "fraud"}, NULL, NULL, NULL, NULL},
      {"Keep it", "存下来", {"save-first", "book", "loan"}, NULL, NULL, NULL, NULL}}},
};

static Err *channel_make(Tx *tx, Demo *demo, const DemoChannel *c)
{
    LearnText texts[] = {{STR("en"), str_of(c->en), str_of(c->en_about), STR("")}, {STR("zh-CN"), str_of(c->zh), str_of(c->zh_about), STR("")}};
    NewChannel fresh = {.org = demo_id(demo, "village"), .slug = str_of(c->slug), .kind = c->kind, .visibility = "public", .comment_mode = c->mode, .texts = {texts, 2}};
    Id id;
    TRY(channel_add(tx, demo->now, 0, &fresh, &id));
    demo_name(demo, id, "channel:%s", c->slug);
    return NULL;
}

static Err *piece_make(Tx *tx, Demo *demo, const DemoPiece *p, int64_t age_hours)
{
    LearnText texts[] = {{STR("en"), str_of(p->en), str_of(p->en_short), str_of(p->en_body)}, {STR("zh-CN"), str_of(p->zh), str_of(p->zh_short), str_of(p->zh_body)}};
    NewItem fresh = {.channel = demo_id(demo, "channel:%s", p->channel), .texts = {texts, 2}, .licence = STR("CC BY-SA 4.0")};
    Id id, by = demo_id(demo, "person:suwen");
    TRY(item_add(tx, demo->now, by, &fresh, &id));
    TRY(item_act(tx, &(ItemAct){.item = id, .by = by, .verb = "publish", .publish_at = {demo->now.ms - age_hours * HOUR_MS}, .dated = true}, demo->now));
    demo_name(demo, id, "piece:%s", p->name);
    return NULL;
}

/* Where the room of quizzes puts its practice. */
static void name_for_quiz(Demo *demo, Id lesson, const char *course, int64_t position)
{
    static const struct {
        const char *course, *topic;
        int64_t position;
    } places[] = {{"living-soil", "soil", 2}, {"fifty-hens", "poultry", 2}, {"fifty-hens", "food", 3}, {"sell-and-save", "phone", 2}, {"sell-and-save", "saving", 3}};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (str_eq(str_of(places[i].course), str_of(course)) && places[i].position == position)
            demo_name(demo, lesson, "lesson:%s", places[i].topic);
}

static Err *lesson_make(Tx *tx, Demo *demo, Id course, const char *slug, int64_t position, const DemoLesson *l)
{
    LearnText titles[] = {{STR("en"), str_of(l->en), STR(""), STR("")}, {STR("zh-CN"), str_of(l->zh), STR(""), STR("")}};
    LearnText words[] = {{STR("en"), str_of(l->task_en), STR(""), str_of(l->task_en_body)}, {STR("zh-CN"), str_of(l->task_zh), STR(""), str_of(l->task_zh_body)}};
    NewStep steps[5];
    NewLesson lesson = {.texts = {titles, 2}, .after_before = position > 1, .steps = steps};
    Id id;
    for (size_t i = 0; i < 4 && l->pieces[i]; i++)
        steps[lesson.steps_len++] = (NewStep){.kind = "article", .item = demo_id(demo, "piece:%s", l->pieces[i])};
    if (l->task_en)
        steps[lesson.steps_len++] = (NewStep){.kind = "task", .texts = {words, 2}};
    TRY(lesson_add(tx, course, position, &lesson, &id));
    name_for_quiz(demo, id, slug, position);
    return NULL;
}

static Err *course_make(Tx *tx, Demo *demo, const DemoCourse *c)
{
    LearnText texts[] = {{STR("en"), str_of(c->en), str_of(c->en_about), STR("")}, {STR("zh-CN"), str_of(c->zh), str_of(c->zh_about), STR("")}};
    NewCourse fresh = {.channel = demo_id(demo, "channel:%s", c->channel), .slug = str_of(c->slug), .texts = {texts, 2}, .licence = STR("CC BY-SA 4.0"), .certificate = true};
    Id id, by = demo_id(demo, "person:suwen");
    TRY(course_add(tx, demo->now, by, &fresh, &id));
    for (size_t i = 0; i < 4 && c->lessons[i].en; i++)
        TRY(lesson_make(tx, demo, id, c->slug, (int64_t)i + 1, &c->lessons[i]));
    demo_name(demo, id, "course:%s", c->slug);
    return course_act(tx, demo->now, by, id, "publish", STR(""));
}

static Err *demo_write(Tx *tx, void *arg)
{
    Demo *demo = arg;
    const DemoPiece *const tables[] = {demo_land, demo_kitchen, demo_money};
    int64_t age = 30;
    for (size_t i = 0; i < sizeof channels / sizeof *channels; i++)
        TRY(channel_make(tx, demo, &channels[i]));
    for (size_t t = 0; t < 3; t++)
        for (const DemoPiece *p = tables[t]; p->name; p++, age += 26)
            TRY(piece_make(tx, demo, p, age));
    for (size_t i = 0; i < sizeof courses / sizeof *courses; i++)
        TRY(course_make(tx, demo, &courses[i]));
    return NULL;
}

Err *learn_demo(Demo *demo)
{
    return db_write(demo->store, demo->arena, demo_write, demo);
}
