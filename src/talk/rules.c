/* The rules of the talk, as every co-operative begins with them. */
#include "talk/inside.h"

typedef struct FirstRule {
    const char *title_en, *title_zh, *text_en, *text_zh;
} FirstRule;

static const FirstRule first_rules[] = {
    {"Be kind", "待人和气", "Speak about the matter. No insults, no threats, nobody is shamed for where they come from or what they believe.",
     "对事不对人。不骂人，不威胁，不拿出身、信仰羞辱人。"},
    {"Nothing private about others", "不说别人的私事", "No phone numbers, addresses, debts, illnesses or pictures of others without their consent.",
     "未经本人同意，不发别人的电话、住址、欠债、病情和照片。"},
    {"Nothing that does harm", "不发有害的做法", "No advice that can poison or injure people, animals or soil, such as banned pesticides or wrong doses.",
     "不教会毒害或伤害人、牲畜、土地的做法，比如禁用农药、乱加药量。"},
    {"No cheating", "不骗人", "No fake offers, no loans that sound too good, no links to such pages.", "不发假买卖、来钱太容易的借贷，也不发这类链接。"},
    {"To the matter", "不跑题", "Advertising and the same words again and again belong elsewhere.", "广告和反复刷屏请到别处。"},
};

static Err *rules_write(Tx *tx, void *arg)
{
    (void)arg;
    TalkCount count;
    TRY(talk_rule_count(&tx->db, &count));
    if (count.total)
        return NULL;
    int64_t position = 0;
    for (size_t i = 0; i < sizeof first_rules / sizeof *first_rules; i++) {
        const FirstRule *rule = &first_rules[i];
        TRY(talk_rule_insert(tx, &(TalkRuleInsertArgs){.id = id_mint(), .position = ++position, .title_en = str_of(rule->title_en),
                                                       .title_zh = str_of(rule->title_zh), .text_en = str_of(rule->text_en),
                                                       .text_zh = str_of(rule->text_zh), .now = time_now()}));
    }
    return NULL;
}

Err *talk_start(Store *store, Arena *arena)
{
    TalkCount count;
    Db db;
    TRY(db_read(store, arena, &db));
    TRY(talk_rule_count(&db, &count));
    return count.total ? NULL : db_write(store, arena, rules_write, NULL);
}

Str rule_title(const Lang *lang, Str en, Str zh)
{
    return str_starts(str_of(lang_tag(lang)), STR("zh")) && zh.len ? zh : en;
}
