/* issuer/people: repeatable, inside the unassigned blocks, distributed as the census, and fit
 * for the card type they are made for. */
#include <string.h>

#include "cli/catalog.h"
#include "issuer/claims.h"
#include "issuer/people.h"
#include "tests/unit/tap.h"

enum { MANY = 60000, TODAY_YEAR = 2026 };

static int64_t today(void)
{
    return date_start((struct date){ TODAY_YEAR, 2, 28 }) + 12 * DATE_HOUR_S;
}

static void repeatable(void)
{
    struct person a, b;
    struct buf one, two;
    int same_number = 0;

    buf_init(&one, 10000);
    buf_init(&two, 10000);
    person_make(&a, 7, 1000, today());
    person_write(&one, &a, BYTES(""));
    for (uint64_t i = 0; i < 10; i++)
        person_make(&b, 7, i, today());
    person_make(&b, 7, 1000, today() + DATE_HOUR_S);
    person_write(&two, &b, BYTES(""));
    ok(bytes_eq(buf_view(&one), buf_view(&two)), "a resident is the same whatever came before");
    for (uint64_t i = 0; i < 1000; i++) {
        person_make(&a, 7, i, today());
        person_make(&b, 8, i, today());
        same_number += strcmp(a.citizen_number, b.citizen_number) == 0;
    }
    ok(same_number == 0, "another seed, other residents");
    person_make(&a, 0, 0, today());
    ok(a.family != NULL && a.look != 0, "seed 0, index 0 is somebody too");
    buf_cleanup(&one);
    buf_cleanup(&two);
}

struct tally {
    int male, elsewhere, young, old, broken, han;
    int district[PEOPLE_DISTRICTS];
};

/* What must hold for everyone; counts those for whom it does not. */
static void look_at(struct tally *t, const struct person *p)
{
    struct citizen_number number;
    int age = date_age(p->born, today());

    t->male += p->sex == 1;
    t->elsewhere += p->registered_elsewhere;
    t->young += age <= 14;
    t->old += age >= 60;
    t->han += strcmp(p->ethnicity, "HA") == 0;
    t->district[p->district]++;
    if (citizen_number_read(bytes_str(p->citizen_number), &number, NULL) != OC_OK || number.born != p->born ||
        number.sex != p->sex || !address_code_is_unassigned(number.address_code) ||
        (number.address_code / 10000 == 44) == p->registered_elsewhere ||
        (!p->registered_elsewhere && number.address_code != people_districts[p->district].address_code + 40) ||
        p->born > today() || age > 94 || p->issued < p->born || p->issued > today() || p->expires <= today())
        t->broken++;
}

/* Within five standard deviations of the share: the draw is fixed, so this never flickers. */
static bool near(int count, double share)
{
    double off = count - MANY * share;

    return off * off < 5 * 5 * MANY * share * (1 - share);
}

static void distributions(void)
{
    struct tally t = { 0 };
    struct person p;
    int sum = 0, far = 0;

    for (uint64_t i = 0; i < MANY; i++) {
        person_make(&p, 2020, i, today());
        look_at(&t, &p);
    }
    ok(t.broken == 0, "number, birth date, sex, block and dates of %d people agree", MANY);
    ok(near(t.male, 0.5283), "%d male", t.male);
    ok(near(t.elsewhere, 0.5022), "%d registered elsewhere", t.elsewhere);
    ok(near(t.young, 0.1387), "%d up to 14 years", t.young);
    ok(near(t.old, 0.1141), "%d from 60 years on", t.old);
    ok(near(t.han, 0.966), "%d Han", t.han);
    for (int i = 0; i < PEOPLE_DISTRICTS; i++) {
        sum += people_districts[i].residents;
        far += !near(t.district[i], people_districts[i].residents / (double)PEOPLE_RESIDENTS);
    }
    ok(sum == PEOPLE_RESIDENTS, "the districts add up to the city");
    ok(far == 0, "every district has its share");
}

/* 29 February, as the reference day and as a day of issue. */
static void leap_days(void)
{
    struct person p;
    int broken = 0;

    for (uint64_t i = 0; i < 3000; i++) {
        int64_t day = date_start((struct date){ 2024, 2, 29 });
        struct citizen_number number;
        person_make(&p, 3, i, day);
        broken += citizen_number_read(bytes_str(p.citizen_number), &number, NULL) != OC_OK || p.expires <= day ||
                  p.born > day || date_age(p.born, day) > 94;
    }
    ok(broken == 0, "people as of 29 February");
}

/* How many claims of a namespace are not of the card type's shape. */
static int misfits(const struct card_type *card, const char *name_space, json_t *claims)
{
    const char *name;
    json_t *value;
    int bad = 0;

    json_object_foreach(claims, name, value) {
        const struct element *e = card_element(card, bytes_str(name_space), bytes_str(name));
        if (e == NULL || e->source != FROM_CLAIMS) {
            bad++;
            continue;
        }
        const char *text = json_string_value(value);
        int64_t day;
        if (e->kind == ELEMENT_TEXT || e->kind == ELEMENT_BYTES)
            bad += text == NULL || (int64_t)strlen(text) < e->min || (e->n_codes == 0 && (int64_t)strlen(text) > e->max) ||
                   (e->n_codes > 0 && element_code_of_text(e, bytes_str(text)) == NULL);
        else if (e->kind == ELEMENT_FULL_DATE)
            bad += text == NULL || !date_read(bytes_str(text), &day);
        else if (e->kind == ELEMENT_UINT)
            bad += !json_is_integer(value) || element_code_of_number(e, json_integer_value(value)) == NULL;
        else
            bad++;
    }
    return bad;
}

static void fit_the_card(void)
{
    struct catalog catalog;
    struct person p;
    struct buf line;
    int bad = 0, missing = 0;

    if (!ok(catalog_init(&catalog, NULL) == OC_OK, "catalogue"))
        return;
    const struct card_type *card = catalog_card(&catalog, "example.guangzhou.vid.1");
    for (uint64_t i = 0; i < 2000; i++) {
        buf_init(&line, 10000);
        person_make(&p, 1, i, today());
        person_write(&line, &p, BYTES("not a picture"));
        json_t *claims = json_read(buf_view(&line), NULL);
        for (size_t j = 0; j < card->n_namespaces; j++) {
            const struct card_namespace *space = &card->namespaces[j];
            json_t *given = json_object_get(claims, space->name);
            bad += misfits(card, space->name, given);
            for (size_t k = 0; k < space->n_elements; k++)
                missing += space->elements[k].required && json_object_get(given, space->elements[k].name) == NULL;
        }
        bad += json_object_size(claims) != 2 || buf_view(&line).p[line.n - 1] != '\n';
        json_decref(claims);
        buf_cleanup(&line);
    }
    ok(bad == 0, "every claim of 2,000 people is of its type");
    ok(missing == 0, "none that the card requires is missing");

    buf_init(&line, 10000);
    person_write(&line, &p, BYTES(""));
    json_t *claims = json_read(buf_view(&line), NULL);
    const json_t *given = json_object_get(claims, "org.iso.23220.1");
    ok(json_object_get(given, "birth_date") != NULL && json_object_get(given, "portrait") == NULL,
       "without a portrait there is none");
    json_decref(claims);
    buf_cleanup(&line);
    buf_init(&line, 50);
    person_write(&line, &p, BYTES(""));
    ok(buf_err(&line) == OC_LIMIT, "a buffer too small says so");
    buf_cleanup(&line);
    catalog_cleanup(&catalog);
}

/* The rules that go beyond types: no resident is impossible, on the day they are made for. */
static void can_be_issued(void)
{
    struct catalog catalog;
    struct person p;
    int refused = 0;

    if (!ok(catalog_init(&catalog, NULL) == OC_OK, "catalogue"))
        return;
    const struct claims_spec spec = {
        .card = catalog_card(&catalog, "example.guangzhou.vid.1"), .issued = today(), .valid_from = today(),
        .valid_until = today() + 30 * (int64_t)DATE_DAY_S, .strict = true,
    };
    for (uint64_t i = 0; i < 2000; i++) {
        struct claims made;
        struct buf line;
        buf_init(&line, 10000);
        person_make(&p, 5, i, today());
        person_write(&line, &p, BYTES("\xff\xd8\xff\xe0"));
        json_t *json = json_read(buf_view(&line), NULL);
        refused += claims_init(&made, json, &spec) != OC_OK;
        claims_cleanup(&made);
        json_decref(json);
        buf_cleanup(&line);
    }
    ok(refused == 0, "2,000 people can have a card, %d cannot", refused);
    catalog_cleanup(&catalog);
}

int main(void)
{
    repeatable();
    distributions();
    leap_days();
    fit_the_card();
    can_be_issued();
    return done();
}
