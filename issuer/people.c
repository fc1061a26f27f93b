#include "issuer/people.h"

#include <stdio.h>

#include "core/text.h"
#include "issuer/names.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum {
    MALE = 9866005,             /* of PEOPLE_RESIDENTS */
    ELSEWHERE = 9378825,        /* of PEOPLE_RESIDENTS: the floating population */
    TEST_OFFSET = 40,           /* from a district's code to the unassigned one */
    OLDEST = 94,
    SHORTEST_LIFE_D = 5 * 365,
};

const struct district people_districts[PEOPLE_DISTRICTS] = {
    { "荔湾区", 440103, 1238305 }, { "越秀区", 440104, 1038643 }, { "海珠区", 440105, 1819037 },
    { "天河区", 440106, 2241826 }, { "白云区", 440111, 3742991 }, { "黄埔区", 440112, 1264447 },
    { "番禺区", 440113, 2658397 }, { "花都区", 440114, 1642360 }, { "南沙区", 440115, 846584 },
    { "从化区", 440117, 717684 },  { "增城区", 440118, 1466331 },
};

/* Who lives here is nearly all Han; the others are the larger groups of the province. */
static const struct {
    const char *code;
    unsigned per_mille;
} ethnicities[] = {
    { "HA", 966 }, { "ZH", 12 }, { "TJ", 5 }, { "MH", 5 }, { "YA", 4 }, { "DO", 3 }, { "MA", 3 }, { "HU", 2 },
};

struct splitmix {
    uint64_t state;
};

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

static uint64_t next(struct splitmix *g)
{
    return mix(g->state += 0x9e3779b97f4a7c15U);
}

/* 0 to n - 1; the bias of 2^-32 · n does not matter to test data. */
static uint32_t below(struct splitmix *g, uint32_t n)
{
    return (uint32_t)(((next(g) >> 32) * n) >> 32);
}

/* The same day `years` later; 29 February becomes the 28th where it must. */
static int64_t years_after(int64_t day, int years)
{
    struct date d = date_of(day);

    d.year += years;
    bool leap = (d.year % 4 == 0 && d.year % 100 != 0) || d.year % 400 == 0;
    if (d.month == 2 && d.day == 29 && !leap)
        d.day = 28;
    return date_start(d);
}

static int draw_district(struct splitmix *g)
{
    int left = (int)below(g, PEOPLE_RESIDENTS), i = 0;

    while (left >= people_districts[i].residents)
        left -= people_districts[i++].residents;
    return i;
}

static int64_t draw_birth(struct splitmix *g, int64_t today)
{
    static const struct {
        uint32_t share;         /* of 10,000 */
        int youngest, oldest;
    } band[] = { { 1387, 0, 14 }, { 7472, 15, 59 }, { 1141, 60, OLDEST } };
    uint32_t left = below(g, 10000);
    size_t i = 0;

    while (left >= band[i].share)
        left -= band[i++].share;
    int64_t first = years_after(today, -band[i].oldest - 1) + DATE_DAY_S;
    int64_t last = years_after(today, -band[i].youngest);
    return first + DATE_DAY_S * (int64_t)below(g, (uint32_t)((last - first) / DATE_DAY_S) + 1);
}

static void draw_name(struct splitmix *g, struct person *p)
{
    struct name_part family = name_surname(next(g));
    struct name_part one = name_given(p->sex, next(g));
    struct name_part two = name_given(p->sex, next(g));
    bool single = below(g, 100) < 12 || two.hanzi == one.hanzi;
    /* Pinyin sets an apostrophe before a syllable that begins with a vowel. */
    bool apart = two.pinyin[0] == 'a' || two.pinyin[0] == 'e' || two.pinyin[0] == 'o';

    p->family = family.hanzi;
    p->family_latin = family.pinyin;
    snprintf(p->given, sizeof p->given, "%s%s", one.hanzi, single ? "" : two.hanzi);
    snprintf(p->given_latin, sizeof p->given_latin, "%s%s%s", one.pinyin, single || !apart ? "" : "'",
             single ? "" : two.pinyin);
}

/* Card lives by age at issue, Resident Identity Card Law, article 5: 5 years below 16, 10 up to
 * 25, 20 up to 45, then for good. */
static void draw_dates(struct splitmix *g, struct person *p, int64_t today)
{
    int64_t lived = (today - p->born) / DATE_DAY_S;
    int64_t most = lived < SHORTEST_LIFE_D ? lived : SHORTEST_LIFE_D;

    p->issued = today - DATE_DAY_S * (int64_t)below(g, (uint32_t)most + 1);
    int age = date_age(p->born, p->issued);
    if (age > 45)
        p->expires = date_start((struct date){ 9999, 12, 31 });
    else
        p->expires = years_after(p->issued, age < 16 ? 5 : age < 26 ? 10 : 20);
}

/* Where this person is registered; returns the address code. */
static int draw_registration(struct splitmix *g, struct person *p)
{
    static const int provinces[] = { 47, 48, 49, 55, 56 };
    static const char *const streets[] = { "样例路", "示范街", "测试大道", "虚构巷" };
    const struct district *here = &people_districts[p->district];
    const char *street = streets[below(g, COUNT(streets))];
    unsigned house = 1 + below(g, 480), room = 101 + 100 * below(g, 30) + below(g, 8);

    if (!p->registered_elsewhere) {
        snprintf(p->address, sizeof p->address, "广东省广州市%s%s%u号%u房", here->name, street, house, room);
        snprintf(p->authority, sizeof p->authority, "广州市公安局%s分局（测试）", here->name);
        return here->address_code + TEST_OFFSET;
    }
    /* 5 × 20 × 28 = 2,800 counties, the first ones sending more people than the last. */
    uint32_t a = below(g, 2800), b = below(g, 2800), county = a < b ? a : b;
    unsigned city = 1 + county / 28 % 20, number = 1 + county % 28;
    int province = provinces[county / 560];
    snprintf(p->address, sizeof p->address, "示例省%d第%u市第%u县%s%u号", province, city, number, street, house);
    snprintf(p->authority, sizeof p->authority, "示例省%d第%u市第%u县公安局（测试）", province, city, number);
    return province * 10000 + (int)city * 100 + (int)number;
}

static void draw_number(struct splitmix *g, struct person *p, int address_code)
{
    struct date born = date_of(p->born);
    /* Odd for men, even for women; 000 is left out. */
    unsigned sequence = p->sex == 1 ? 1 + 2 * below(g, 500) : 2 + 2 * below(g, 499);

    snprintf(p->citizen_number, sizeof p->citizen_number, "%06u%04u%02u%02u%03u", (unsigned)address_code % 1000000,
             (unsigned)born.year % 10000, (unsigned)born.month % 100, (unsigned)born.day % 100, sequence % 1000);
    p->citizen_number[CITIZEN_NUMBER_N - 1] = citizen_number_check(p->citizen_number);
    p->citizen_number[CITIZEN_NUMBER_N] = '\0';
}

static const char *draw_ethnicity(struct splitmix *g)
{
    unsigned left = below(g, 1000);
    size_t i = 0;

    while (left >= ethnicities[i].per_mille)
        left -= ethnicities[i++].per_mille;
    return ethnicities[i].code;
}

void person_make(struct person *p, uint64_t seed, uint64_t index, int64_t today)
{
    struct splitmix g = { mix(seed ^ mix(index + 1)) };
    int64_t day = date_floor(today, DATE_DAY_S);

    *p = (struct person){ 0 };
    p->district = draw_district(&g);
    p->sex = below(&g, PEOPLE_RESIDENTS) < MALE ? 1 : 2;
    p->registered_elsewhere = below(&g, PEOPLE_RESIDENTS) < ELSEWHERE;
    p->born = draw_birth(&g, day);
    draw_name(&g, p);
    draw_dates(&g, p, day);
    draw_number(&g, p, draw_registration(&g, p));
    p->ethnicity = draw_ethnicity(&g);
    p->look = next(&g);
}

static void write_latin(struct buf *out, const char *key, const char *pinyin)
{
    buf_printf(out, ",\"%s\":\"%c%s\"", key, pinyin[0] - 'a' + 'A', pinyin + 1);
}

/* Written by hand for speed: nothing here needs escaping in JSON. */
void person_write(struct buf *out, const struct person *p, struct bytes portrait)
{
    char born[DATE_TEXT_N] = "", issued[DATE_TEXT_N] = "", expires[DATE_TEXT_N] = "";

    if (!date_write(p->born, born) || !date_write(p->issued, issued) || !date_write(p->expires, expires))
        buf_fail(out, OC_BUG);
    buf_printf(out, "{\"org.iso.23220.1\":{\"family_name\":\"%s\",\"given_name\":\"%s\"", p->family, p->given);
    write_latin(out, "family_name_latin1", p->family_latin);
    write_latin(out, "given_name_latin1", p->given_latin);
    buf_printf(out, ",\"birth_date\":\"%s\",\"sex\":%d", born, p->sex);
    if (portrait.n > 0) {
        buf_add_str(out, ",\"portrait\":\"");
        base64url_write(out, portrait);
        buf_add_str(out, "\"");
    }
    buf_printf(out, ",\"issue_date\":\"%s\",\"expiry_date\":\"%s\",\"issuing_authority\":\"%s\"}", issued, expires,
               p->authority);
    buf_printf(out, ",\"example.guangzhou.vid.1\":{\"citizen_number\":\"%s\",\"ethnicity\":\"%s\"", p->citizen_number,
               p->ethnicity);
    buf_printf(out, ",\"registered_address\":\"%s\"}}\n", p->address);
}
