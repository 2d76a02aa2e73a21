/* A fingerprint as words, so that two people can compare it aloud: each byte is one of 256 everyday things, the same
   thing in every language. The lists are our own; their order is for ever. */
#include "tls/tls.h"

static const struct Word {
    const char *en, *zh;
} words[256] = {
    {"apple", "苹果"},     {"apricot", "杏子"}, {"arch", "拱门"},    {"arrow", "箭头"},     {"ash", "灰烬"},
    {"autumn", "秋天"},    {"axe", "斧头"},     {"baby", "婴儿"},    {"bag", "袋子"},       {"ball", "皮球"},
    {"bamboo", "竹子"},    {"barn", "谷仓"},    {"basket", "篮子"},  {"bat", "蝙蝠"},       {"beach", "沙滩"},
    {"bean", "豆子"},      {"bear", "狗熊"},    {"bed", "床铺"},     {"bee", "蜜蜂"},       {"bell", "铃铛"},
    {"belt", "腰带"},      {"bench", "长凳"},   {"bicycle", "单车"}, {"bird", "小鸟"},      {"boat", "小船"},
    {"bone", "骨头"},      {"book", "书本"},    {"boot", "靴子"},    {"bottle", "瓶子"},    {"bowl", "大碗"},
    {"box", "箱子"},       {"branch", "树枝"},  {"bread", "面包"},   {"brick", "砖块"},     {"bridge", "桥梁"},
    {"broom", "扫帚"},     {"brush", "刷子"},   {"bucket", "水桶"},  {"buffalo", "水牛"},   {"butter", "黄油"},
    {"butterfly", "蝴蝶"}, {"button", "纽扣"},  {"cabbage", "白菜"}, {"cake", "蛋糕"},      {"camel", "骆驼"},
    {"candle", "蜡烛"},    {"canal", "运河"},   {"cap", "帽子"},     {"carp", "鲤鱼"},      {"carrot", "萝卜"},
    {"cart", "板车"},      {"castle", "城堡"},  {"cat", "小猫"},     {"cave", "山洞"},      {"chain", "链条"},
    {"chair", "椅子"},     {"chalk", "粉笔"},   {"cherry", "樱桃"},  {"chestnut", "栗子"},  {"chicken", "小鸡"},
    {"chimney", "烟囱"},   {"chisel", "凿子"},  {"circle", "圆圈"},  {"clay", "泥土"},      {"cliff", "悬崖"},
    {"clock", "时钟"},     {"cloud", "云朵"},   {"cloth", "布匹"},   {"coat", "大衣"},      {"coin", "硬币"},
    {"comb", "梳子"},      {"copper", "铜板"},  {"coral", "珊瑚"},   {"corn", "玉米"},      {"cotton", "棉花"},
    {"cow", "母牛"},       {"crab", "螃蟹"},    {"crane", "仙鹤"},   {"cricket", "蟋蟀"},   {"crow", "乌鸦"},
    {"crown", "王冠"},     {"cup", "杯子"},     {"curtain", "窗帘"}, {"daisy", "雏菊"},     {"dawn", "黎明"},
    {"deer", "小鹿"},      {"desert", "沙漠"},  {"desk", "书桌"},    {"dew", "露水"},       {"diamond", "钻石"},
    {"dog", "小狗"},       {"dolphin", "海豚"}, {"donkey", "毛驴"},  {"door", "大门"},      {"dove", "鸽子"},
    {"dragon", "飞龙"},    {"drum", "大鼓"},    {"duck", "鸭子"},    {"dust", "尘土"},      {"eagle", "老鹰"},
    {"ear", "耳朵"},       {"earth", "大地"},   {"egg", "鸡蛋"},     {"elbow", "手肘"},     {"elephant", "大象"},
    {"engine", "马达"},    {"eye", "眼睛"},     {"falcon", "猎隼"},  {"fan", "扇子"},       {"feather", "羽毛"},
    {"fence", "篱笆"},     {"fern", "蕨菜"},    {"field", "田野"},   {"fiddle", "胡琴"},    {"finger", "手指"},
    {"fire", "火焰"},      {"fish", "鲜鱼"},    {"flag", "旗帜"},    {"flame", "火苗"},     {"flood", "洪水"},
    {"flour", "面粉"},     {"flower", "花朵"},  {"flute", "笛子"},   {"fog", "大雾"},       {"foot", "脚掌"},
    {"forest", "森林"},    {"fork", "叉子"},    {"fox", "狐狸"},     {"frog", "青蛙"},      {"frost", "寒霜"},
    {"garden", "花园"},    {"garlic", "大蒜"},  {"gate", "栅门"},    {"ginger", "生姜"},    {"glass", "玻璃"},
    {"glove", "手套"},     {"goat", "山羊"},    {"gold", "黄金"},    {"goose", "白鹅"},     {"grape", "葡萄"},
    {"grass", "青草"},     {"hail", "冰雹"},    {"hammer", "锤子"},  {"hand", "手掌"},      {"harp", "竖琴"},
    {"hat", "草帽"},       {"hawk", "苍鹰"},    {"hay", "干草"},     {"heart", "心脏"},     {"hedgehog", "刺猬"},
    {"heron", "白鹭"},     {"hill", "小山"},    {"hoe", "锄头"},     {"honey", "蜂蜜"},     {"hook", "钩子"},
    {"horn", "号角"},      {"horse", "骏马"},   {"house", "房子"},   {"ice", "冰块"},       {"ink", "墨水"},
    {"iron", "铁块"},      {"island", "岛屿"},  {"ivy", "藤蔓"},     {"jade", "玉石"},      {"jar", "罐子"},
    {"kettle", "水壶"},    {"key", "钥匙"},     {"kite", "风筝"},    {"knee", "膝盖"},      {"knife", "菜刀"},
    {"knot", "绳结"},      {"ladder", "梯子"},  {"lake", "湖泊"},    {"lamb", "羊羔"},      {"lamp", "台灯"},
    {"lantern", "灯笼"},   {"leaf", "树叶"},    {"leek", "韭菜"},    {"lemon", "柠檬"},     {"lily", "百合"},
    {"lion", "狮子"},      {"lock", "铁锁"},    {"loom", "织机"},    {"lotus", "莲花"},     {"magnet", "磁铁"},
    {"maple", "枫树"},     {"market", "集市"},  {"meadow", "草地"},  {"medal", "奖牌"},     {"melon", "甜瓜"},
    {"milk", "牛奶"},      {"mill", "磨坊"},    {"millet", "小米"},  {"mint", "薄荷"},      {"mirror", "镜子"},
    {"monkey", "猴子"},    {"moon", "月亮"},    {"mortar", "石臼"},  {"moss", "青苔"},      {"mountain", "高山"},
    {"mouse", "老鼠"},     {"mouth", "嘴巴"},   {"mud", "泥巴"},     {"mule", "骡子"},      {"mushroom", "蘑菇"},
    {"nail", "钉子"},      {"needle", "针线"},  {"nest", "鸟窝"},    {"net", "渔网"},       {"noon", "中午"},
    {"nut", "坚果"},       {"oak", "橡树"},     {"oar", "船桨"},     {"oat", "燕麦"},       {"ocean", "海洋"},
    {"olive", "橄榄"},     {"onion", "洋葱"},   {"orchard", "果园"}, {"orchid", "兰花"},    {"otter", "水獭"},
    {"ox", "黄牛"},        {"oyster", "牡蛎"},  {"paint", "油漆"},   {"palm", "棕榈"},      {"pan", "平锅"},
    {"panda", "熊猫"},     {"paper", "纸张"},   {"parrot", "鹦鹉"},  {"path", "小路"},      {"pea", "豌豆"},
    {"peach", "桃子"},     {"peacock", "孔雀"}, {"peanut", "花生"},  {"pear", "梨子"},      {"pearl", "珍珠"},
    {"pebble", "卵石"},    {"pencil", "铅笔"},  {"pepper", "辣椒"},  {"persimmon", "柿子"}, {"pig", "小猪"},
    {"pigeon", "信鸽"},    {"pillow", "枕头"},  {"pine", "松树"},    {"pipe", "管子"},      {"plate", "盘子"},
    {"plough", "犁头"},    {"plum", "李子"},    {"pond", "池塘"},    {"poplar", "杨树"},    {"potato", "土豆"},
    {"pumpkin", "南瓜"},   {"quilt", "棉被"},   {"rabbit", "兔子"},  {"rain", "雨水"},      {"raft", "木筏"},
    {"rice", "稻米"},
};

Str fingerprint_words(Arena *arena, const unsigned char *fingerprint, bool chinese)
{
    Buf buf = buf_new(arena, 512);
    for (int i = 0; i < FINGERPRINT_WORDS; i++) {
        const struct Word *word = &words[fingerprint[i]];
        buf_addf(&buf, "%s%s", i ? " " : "", chinese ? word->zh : word->en);
    }
    return buf_str(&buf);
}

Str fingerprint_hex(Arena *arena, const unsigned char *fingerprint)
{
    Buf buf = buf_new(arena, 128);
    for (int i = 0; i < 32; i++)
        buf_addf(&buf, "%s%02X", i ? ":" : "", fingerprint[i]);
    return buf_str(&buf);
}
