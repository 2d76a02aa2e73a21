/* The questions of the demo village: a row each, in both languages. */
#pragma once
#include "quiz/quiz.h"

typedef struct DemoQuestion {
    const char *skill;         /* behind the topic: "compost" */
    char kind;                 /* 'c' one of three, 'b' true or false, 'n' a number */
    bool truth;                /* b */
    double value, tolerance;   /* n */
    const char *en[4], *zh[4]; /* the question, then the right choice and two wrong ones */
    int months;                /* bits: when it is of the season */
} DemoQuestion;

#define C(skill_, en_, right_en, wrong1_en, wrong2_en, zh_, right_zh, wrong1_zh, wrong2_zh) \
    {.skill = (skill_), .kind = 'c', .en = {(en_), (right_en), (wrong1_en), (wrong2_en)}, .zh = {(zh_), (right_zh), (wrong1_zh), (wrong2_zh)}}
#define B(skill_, truth_, en_, zh_) {.skill = (skill_), .kind = 'b', .truth = (truth_), .en = {(en_)}, .zh = {(zh_)}}
#define N(skill_, value_, tolerance_, en_, zh_) \
    {.skill = (skill_), .kind = 'n', .value = (value_), .tolerance = (tolerance_), .en = {(en_)}, .zh = {(zh_)}}

extern const DemoQuestion demo_soil[], demo_poultry[], demo_food[], demo_phone[], demo_saving[]; /* each ends with an empty row */
