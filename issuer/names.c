#include "issuer/names.h"

#include <stddef.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Weights are rough shares in a thousand; the list is what remains comfortable to read. */
static const struct {
    struct name_part name;
    unsigned weight;
} surnames[] = {
    { { "陈", "chen" }, 106 },  { { "李", "li" }, 72 },     { { "黄", "huang" }, 68 },  { { "张", "zhang" }, 48 },
    { { "梁", "liang" }, 46 },  { { "林", "lin" }, 44 },    { { "刘", "liu" }, 43 },    { { "吴", "wu" }, 33 },
    { { "罗", "luo" }, 28 },    { { "杨", "yang" }, 27 },   { { "王", "wang" }, 27 },   { { "何", "he" }, 25 },
    { { "周", "zhou" }, 22 },   { { "谢", "xie" }, 20 },    { { "郑", "zheng" }, 19 },  { { "叶", "ye" }, 18 },
    { { "邓", "deng" }, 18 },   { { "朱", "zhu" }, 17 },    { { "钟", "zhong" }, 16 },  { { "曾", "zeng" }, 16 },
    { { "谭", "tan" }, 13 },    { { "冯", "feng" }, 13 },   { { "赖", "lai" }, 12 },    { { "郭", "guo" }, 12 },
    { { "徐", "xu" }, 11 },     { { "许", "xu" }, 11 },     { { "彭", "peng" }, 10 },   { { "蔡", "cai" }, 10 },
    { { "赵", "zhao" }, 9 },    { { "胡", "hu" }, 9 },      { { "苏", "su" }, 9 },      { { "潘", "pan" }, 8 },
    { { "江", "jiang" }, 8 },   { { "曹", "cao" }, 7 },     { { "廖", "liao" }, 8 },    { { "余", "yu" }, 7 },
    { { "蒋", "jiang" }, 6 },   { { "卢", "lu" }, 7 },      { { "孙", "sun" }, 7 },     { { "欧阳", "ouyang" }, 3 },
    { { "温", "wen" }, 6 },     { { "莫", "mo" }, 6 },      { { "冼", "xian" }, 3 },    { { "麦", "mai" }, 4 },
    { { "关", "guan" }, 4 },    { { "区", "ou" }, 4 },      { { "霍", "huo" }, 3 },     { { "简", "jian" }, 3 },
    { { "唐", "tang" }, 6 },    { { "韦", "wei" }, 5 },     { { "高", "gao" }, 5 },     { { "马", "ma" }, 5 },
    { { "宋", "song" }, 4 },    { { "丁", "ding" }, 4 },    { { "吕", "lyu" }, 4 },     { { "邱", "qiu" }, 5 },
    { { "程", "cheng" }, 4 },   { { "袁", "yuan" }, 4 },    { { "沈", "shen" }, 3 },    { { "方", "fang" }, 4 },
    { { "姚", "yao" }, 4 },     { { "杜", "du" }, 3 },      { { "魏", "wei" }, 3 },     { { "司徒", "situ" }, 1 },
};

static const struct name_part male[] = {
    { "伟", "wei" },    { "强", "qiang" },  { "杰", "jie" },    { "俊", "jun" },   { "志", "zhi" },   { "勇", "yong" },
    { "军", "jun" },    { "斌", "bin" },    { "浩", "hao" },    { "涛", "tao" },   { "明", "ming" },  { "辉", "hui" },
    { "鹏", "peng" },   { "飞", "fei" },    { "宇", "yu" },     { "轩", "xuan" },  { "子", "zi" },    { "博", "bo" },
    { "文", "wen" },    { "国", "guo" },    { "建", "jian" },   { "华", "hua" },   { "锋", "feng" },  { "健", "jian" },
    { "凯", "kai" },    { "嘉", "jia" },    { "豪", "hao" },    { "耀", "yao" },   { "荣", "rong" },  { "达", "da" },
    { "永", "yong" },   { "祥", "xiang" },  { "安", "an" },     { "泽", "ze" },    { "晨", "chen" },  { "思", "si" },
    { "庆", "qing" },   { "家", "jia" },    { "一", "yi" },     { "恒", "heng" },
};

static const struct name_part female[] = {
    { "芳", "fang" },   { "娜", "na" },     { "敏", "min" },    { "静", "jing" },  { "丽", "li" },    { "艳", "yan" },
    { "娟", "juan" },   { "霞", "xia" },    { "燕", "yan" },    { "婷", "ting" },  { "雪", "xue" },   { "琳", "lin" },
    { "欣", "xin" },    { "怡", "yi" },     { "佳", "jia" },    { "慧", "hui" },   { "玲", "ling" },  { "秀", "xiu" },
    { "英", "ying" },   { "梅", "mei" },    { "兰", "lan" },    { "晓", "xiao" },  { "颖", "ying" },  { "诗", "shi" },
    { "雨", "yu" },     { "梓", "zi" },     { "涵", "han" },    { "思", "si" },    { "嘉", "jia" },   { "美", "mei" },
    { "凤", "feng" },   { "月", "yue" },    { "清", "qing" },   { "文", "wen" },   { "安", "an" },    { "洁", "jie" },
    { "莹", "ying" },   { "可", "ke" },     { "彤", "tong" },   { "瑶", "yao" },
};

struct name_part name_surname(uint64_t draw)
{
    unsigned total = 0;

    for (size_t i = 0; i < COUNT(surnames); i++)
        total += surnames[i].weight;

    unsigned left = (unsigned)(draw % total);
    size_t i = 0;
    while (left >= surnames[i].weight)
        left -= surnames[i++].weight;
    return surnames[i].name;
}

struct name_part name_given(int sex, uint64_t draw)
{
    return sex == 1 ? male[draw % COUNT(male)] : female[draw % COUNT(female)];
}
