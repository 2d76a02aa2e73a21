/* The co-operative itself: where goods are collected, and who works and buys there. */
#include "demo/content.h"
#include "web/access.h"

const Pickup pickups[] = {
    {"Co-operative house", "合作社大院", "1 Threshing Yard, Green Ear", "青穗村晒谷场1号", "Ring at the blue door. We have boxes, but yours is better.", "按蓝门门铃。有纸箱，自带更好。",
     {2, 4, 6, 7}, 8 * 60, 12 * 60, 28.4512, 119.4821},
    {"School gate", "小学门口", "Old Street 40, in front of the school", "老街40号，小学门口", "When the children come out. Meixiang sits under the plane tree.", "放学时分，美香在梧桐树下等您。",
     {2, 3, 5}, 16 * 60, 18 * 60, 28.4470, 119.4868},
    {"Bus station kiosk", "车站小卖部", "County bus station, kiosk 3", "县汽车站3号小卖部", "Good when you come home from work. Fresh goods wait in the fridge.", "下班顺路取，鲜货在冰柜里。",
     {1, 3, 4, 5}, 17 * 60, 20 * 60, 28.4603, 119.4755},
    {"Twin Rivers shop", "双河村小店", "Twin Rivers, by the bridge", "双河村桥头", "For the lower valley. Knock if the shutter is down.", "方便下游的乡亲。卷帘门关着就敲敲。",
     {1, 6, 7}, 9 * 60, 11 * 60, 28.4389, 119.5012},
    {0},
};

const Helper helpers[] = {
    {"linmei", "林梅 Lin Mei", "13800000001", "en", ROLE_ADMIN | ROLE_MEMBER, "administrator"},
    {"zhouqiang", "周强 Zhou Qiang", "13800000002", "zh-CN", ROLE_PACKER | ROLE_MEMBER, "packs and hands over"},
    {"hejing", "何静 He Jing", "13800000003", "zh-CN", ROLE_CASHIER | ROLE_TREASURER | ROLE_MEMBER, "cashier and treasurer"},
    {"suwen", "苏文 Su Wen", "13800000004", "en", ROLE_EDITOR | ROLE_MODERATOR | ROLE_COACH | ROLE_MEMBER, "writes, moderates, coaches"},
    {"dengfei", "邓飞 Deng Fei", "13800000005", "zh-CN", ROLE_DISPATCHER | ROLE_DRIVER | ROLE_MEMBER, "plans and drives the rounds"},
    {"xiaoyu", "王小雨 Wang Xiaoyu", "13800000011", "zh-CN", ROLE_MEMBER, "buys"},
    {"anna", "Anna Berger", "13800000012", "en", ROLE_MEMBER, "buys"},
    {"zhaolei", "赵磊 Zhao Lei", "13800000013", "zh-CN", ROLE_MEMBER, NULL},
    {"liuyang", "刘洋 Liu Yang", "13800000014", "zh-CN", ROLE_DRIVER | ROLE_MEMBER, "drives the cargo trike"},
    {0},
};
