/* cli/catalog: the shipped card types and requests fit together, and what is not the format is
 * refused by name and place. */
#include <string.h>

#include "cli/catalog.h"
#include "cli/embedded.h"
#include "tests/unit/tap.h"

static const struct element *find(const struct catalog *c, const char *doc_type, const char *ns, const char *name)
{
    return card_element(catalog_card(c, doc_type), bytes_str(ns), bytes_str(name));
}

static void shipped_cards(const struct catalog *c)
{
    const char *vid = "example.guangzhou.vid.1", *iso = "org.iso.23220.1";
    int n = 0;

    for (const struct card_type *card = c->cards; card != NULL; card = card->next)
        n++;
    ok(n == 5, "five card types");
    for (const struct embedded_file *f = embedded_cards; f->name != NULL; f++)
        ok(catalog_card(c, f->name) != NULL, "%s: file name and docType agree", f->name);
    ok(catalog_card(c, "example.guangzhou.vid") == NULL, "no such docType");

    const struct element *e = find(c, vid, iso, "sex");
    ok(e != NULL && e->kind == ELEMENT_UINT && e->required && e->n_codes == 4 &&
       strcmp(element_code_of_number(e, 2)->label.zh, "女") == 0 && element_code_of_number(e, 3) == NULL,
       "sex is one of four codes with labels");
    e = find(c, vid, vid, "ethnicity");
    ok(e != NULL && e->n_codes == 56 && strcmp(element_code_of_text(e, BYTES("BN"))->label.en, "Bonan") == 0 &&
       element_code_of_text(e, BYTES("XX")) == NULL, "56 ethnicities");
    e = find(c, vid, vid, "citizen_number");
    ok(e != NULL && e->rule == RULE_CN_CITIZEN_NUMBER && e->min == 18 && e->max == 18, "citizen number: rule, length");
    e = find(c, vid, iso, "age_over_60");
    ok(e != NULL && e->source == FROM_AGE && e->age == 60 && strcmp(e->from, "birth_date") == 0,
       "an age comes from the birth date");
    e = find(c, vid, iso, "issuing_country");
    ok(e != NULL && e->source == FROM_CARD_TYPE && strcmp(json_string_value(e->value), "CN") == 0, "a fixed value");
    ok(find(c, vid, vid, "sex") == NULL && find(c, vid, "nowhere", "sex") == NULL && find(c, "none", iso, "sex") == NULL,
       "an element belongs to its namespace and card");
}

static void shipped_age_card(const struct catalog *c)
{
    const char *age = "example.guangzhou.age.1", *iso = "org.iso.23220.1";
    const struct card_type *card = catalog_card(c, age);

    ok(card->n_inputs == 1 && card->inputs[0].n_elements == 1 &&
       strcmp(card->inputs[0].elements[0].name, "birth_date") == 0, "the age card takes a birth date");
    ok(find(c, age, iso, "birth_date") == NULL, "and does not carry it");
    ok(find(c, age, iso, "issue_date")->source == FROM_ISSUE_DATE &&
       find(c, age, iso, "expiry_date")->source == FROM_EXPIRY_DATE, "its dates are those of the copy");
    ok(find(c, age, iso, "issuing_authority")->source == FROM_CARD_TYPE, "its authority is the same for everybody");
}

static void shipped_mdl(const struct catalog *c)
{
    const struct element *e = find(c, "org.iso.18013.5.1.mDL", "org.iso.18013.5.1", "driving_privileges");

    ok(e != NULL && e->kind == ELEMENT_ARRAY && e->min == 0 && e->n_parts == 1, "driving privileges: an array");
    const struct element *privilege = e->parts;
    ok(privilege->kind == ELEMENT_MAP && privilege->name == NULL && privilege->n_parts == 4, "of maps");
    const struct element *codes = element_field(privilege, BYTES("codes"));
    ok(codes != NULL && !codes->required && codes->min == 1, "codes, if there, are at least one");
    const struct element *code = element_field(codes->parts, BYTES("code"));
    ok(code != NULL && code->required && code->kind == ELEMENT_TEXT && code->max == 150, "each with its code");
    ok(element_field(codes, BYTES("code")) == NULL, "an array has no fields");
}

static void shipped_requests(const struct catalog *c)
{
    int n = 0, unknown = 0, identifying = 0;

    for (const struct request_type *request = c->requests; request != NULL; request = request->next, n++) {
        for (size_t i = 0; i < request->n_cards; i++) {
            const struct request_card *card = &request->cards[i];
            bool number = false, portrait = false;
            for (size_t j = 0; j < card->n_items; j++) {
                const struct request_item *item = &card->items[j];
                if (find(c, card->doc_type, item->name_space, item->element) == NULL)
                    unknown++;
                number |= strcmp(item->element, "citizen_number") == 0;
                portrait |= strcmp(item->element, "portrait") == 0;
                ok(!item->retain || strcmp(item->element, "portrait") != 0, "%s does not keep the portrait", request->name);
            }
            if (number) {
                identifying++;
                ok(portrait, "%s identifies and so asks for the portrait", request->name);
            }
        }
    }
    ok(n == 4 && identifying == 3, "four requests, three of them identify");
    ok(unknown == 0, "every element asked for is on its card");
    for (const struct embedded_file *f = embedded_requests; f->name != NULL; f++)
        ok(catalog_request(c, f->name) != NULL, "%s: file name and name agree", f->name);

    const struct request_type *age = catalog_request(c, "age-over-18");
    ok(age->n_cards == 5 && strcmp(age->cards[0].doc_type, "example.guangzhou.age.1") == 0 &&
       age->cards[0].n_items == 1 && !age->cards[0].items[0].retain, "an age check asks one thing and keeps nothing");
    const struct request_type *full = catalog_request(c, "full-identity");
    const struct card_type *vid = catalog_card(c, "example.guangzhou.vid.1");
    ok(full->cards[0].n_items == vid->namespaces[0].n_elements + vid->namespaces[1].n_elements,
       "full identity asks for all of the card");
    ok(catalog_request(c, "none") == NULL, "no such request");
}

/* A card type with one element "e", described by `text`. */
static enum oc_err add_element(struct catalog *c, const char *text, struct catalog_fault *fault)
{
    struct buf json;
    enum oc_err e;

    buf_init(&json, 10000);
    buf_printf(&json, "{\"docType\": \"x\", \"title\": {\"en\": \"x\", \"zh\": \"x\"}, \"validityDays\": 1, "
                      "\"namespaces\": {\"n\": {\"e\": %s, \"born\": {\"type\": \"full-date\", \"required\": true, "
                      "\"label\": {\"en\": \"b\", \"zh\": \"b\"}}}}}", text);
    e = catalog_add_card(c, buf_view(&json), fault);
    buf_cleanup(&json);
    return e;
}

#define LABEL "\"label\": {\"en\": \"e\", \"zh\": \"e\"}"

static void elements(struct catalog *c)
{
    const struct {
        const char *text, *where;       /* where: NULL when it is accepted */
    } row[] = {
        { "{\"type\": \"text\", \"max\": 10, " LABEL "}", NULL },
        { "{\"type\": \"int\", \"min\": -5, \"max\": 5, " LABEL "}", NULL },
        { "{\"type\": \"uint\", \"values\": [1, {\"code\": 2, " LABEL "}], " LABEL "}", NULL },
        { "{\"type\": \"bool\", \"derive\": {\"age_over\": 18, \"from\": \"born\"}, " LABEL "}", NULL },
        { "{\"type\": \"uint\", \"derive\": {\"years_since\": \"born\"}, " LABEL "}", NULL },
        { "{\"type\": \"uint\", \"derive\": {\"year_of\": \"born\"}, " LABEL "}", NULL },
        { "{\"type\": \"text\", \"max\": 2, \"rule\": \"country\", " LABEL "}", NULL },
        { "{\"type\": \"bytes\", \"max\": 2, \"rule\": \"portrait\", " LABEL "}", NULL },
        { "{\"type\": \"full-date\", \"rule\": \"unexpired\", \"after\": \"born\", " LABEL "}", NULL },
        { "{\"type\": \"tdate\", \"after\": \"born\", " LABEL "}", NULL },
        { "{\"type\": \"map\", \"fields\": {\"f\": {\"type\": \"bool\", " LABEL "}}, " LABEL "}", NULL },
        { "7", "namespaces/n/e: must be an object" },
        { "{\"type\": \"text\", \"max\": 10}", "namespaces/n/e: needs \"label\"" },
        { "{\"type\": \"text\", \"max\": 10, \"label\": {\"en\": \"e\"}}", "namespaces/n/e/label: needs \"zh\"" },
        { "{\"type\": \"text\", \"max\": 10, \"label\": {\"en\": \"e\", \"zh\": \"\"}}", "namespaces/n/e/label: \"zh\"" },
        { "{\"type\": \"string\", \"max\": 10, " LABEL "}", "namespaces/n/e: there is no type \"string\"" },
        { "{\"max\": 10, " LABEL "}", "namespaces/n/e: needs \"type\"" },
        { "{\"type\": \"text\", " LABEL "}", "namespaces/n/e: needs \"max\"" },
        { "{\"type\": \"text\", \"max\": \"10\", " LABEL "}", "namespaces/n/e/max: must be an integer" },
        { "{\"type\": \"text\", \"max\": 1, \"min\": 2, " LABEL "}", "namespaces/n/e: \"min\"" },
        { "{\"type\": \"uint\", \"min\": -1, " LABEL "}", "namespaces/n/e: \"min\"" },
        { "{\"type\": \"bool\", \"max\": 1, " LABEL "}", "namespaces/n/e: a bool has no bounds" },
        { "{\"type\": \"text\", \"max\": 10, \"maximum\": 10, " LABEL "}", "namespaces/n/e: unknown member \"maximum\"" },
        { "{\"type\": \"text\", \"values\": [], " LABEL "}", "namespaces/n/e: \"values\"" },
        { "{\"type\": \"text\", \"values\": [\"a\", 1], " LABEL "}", "namespaces/n/e/values/1: must be a code" },
        { "{\"type\": \"uint\", \"values\": [-1], " LABEL "}", "namespaces/n/e/values/0: must be a code" },
        { "{\"type\": \"text\", \"max\": 10, \"required\": 1, " LABEL "}", "namespaces/n/e: \"required\"" },
        { "{\"type\": \"text\", \"max\": 10, \"rule\": \"luhn\", " LABEL "}",
          "namespaces/n/e: there is no rule \"luhn\" for text" },
        { "{\"type\": \"uint\", \"rule\": \"cn-citizen-number\", " LABEL "}",
          "namespaces/n/e: there is no rule \"cn-citizen-number\" for uint" },
        { "{\"type\": \"text\", \"max\": 10, \"rule\": \"portrait\", " LABEL "}",
          "namespaces/n/e: there is no rule \"portrait\" for text" },
        { "{\"type\": \"text\", \"value\": \"CN\", \"rule\": \"country\", " LABEL "}",
          "namespaces/n/e: \"rule\" and \"after\"" },
        { "{\"type\": \"full-date\", \"after\": \"gone\", " LABEL "}", "namespaces/n: e: \"after\" is for dates" },
        { "{\"type\": \"full-date\", \"after\": \"e\", " LABEL "}", "namespaces/n: e: \"after\" is for dates" },
        { "{\"type\": \"text\", \"max\": 10, \"after\": \"born\", " LABEL "}",
          "namespaces/n: e: \"after\" is for dates" },
        { "{\"type\": \"array\", \"max\": 1, \"items\": {\"type\": \"full-date\", \"after\": \"born\"}, " LABEL "}",
          "namespaces/n/e/items: \"after\" has no date" },
        { "{\"type\": \"text\", \"value\": \"\", " LABEL "}", "namespaces/n/e: \"value\"" },
        { "{\"type\": \"text\", \"value\": \"a\", \"required\": true, " LABEL "}", "namespaces/n/e: is given by only one" },
        { "{\"type\": \"bool\", \"derive\": {\"age_over\": 100, \"from\": \"born\"}, " LABEL "}",
          "namespaces/n/e/derive: \"age_over\"" },
        { "{\"type\": \"bool\", \"derive\": {\"age_over\": 18, \"from\": \"e\"}, " LABEL "}", "namespaces/n/e: \"derive\"" },
        { "{\"type\": \"bool\", \"derive\": {\"age_over\": 18, \"from\": \"gone\"}, " LABEL "}", "namespaces/n/e: \"derive\"" },
        { "{\"type\": \"uint\", \"derive\": {\"years_since\": \"gone\"}, " LABEL "}", "namespaces/n/e: \"derive\"" },
        { "{\"type\": \"uint\", \"derive\": {\"years_since\": \"born\", \"year_of\": \"born\"}, " LABEL "}",
          "namespaces/n/e/derive: must be" },
        { "{\"type\": \"bool\", \"derive\": {\"year_of\": \"born\"}, " LABEL "}", "namespaces/n/e/derive: must be" },
        { "{\"type\": \"bool\", \"derive\": {\"date\": \"issue\"}, " LABEL "}", "namespaces/n/e/derive: must be" },
        { "{\"type\": \"full-date\", \"derive\": {\"date\": \"today\"}, " LABEL "}", "namespaces/n/e/derive: must be" },
        { "{\"type\": \"array\", \"max\": 1, " LABEL "}", "namespaces/n/e: needs \"items\"" },
        { "{\"type\": \"map\", " LABEL "}", "namespaces/n/e: needs \"fields\"" },
        { "{\"type\": \"map\", \"fields\": {}, " LABEL "}", "namespaces/n/e/fields: must not be empty" },
        { "{\"type\": \"bool\", \"items\": {\"type\": \"bool\"}, " LABEL "}", "namespaces/n/e: \"items\"" },
        { "{\"type\": \"array\", \"max\": 1, \"items\": {\"type\": \"text\"}, " LABEL "}", "namespaces/n/e/items: needs \"max\"" },
        { "{\"type\": \"array\", \"max\": 1, \"items\": {\"type\": \"text\", \"value\": \"a\"}, " LABEL "}",
          "namespaces/n/e/items: \"derive\" and \"value\"" },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct catalog_fault fault = { "" };
        enum oc_err e = add_element(c, row[i].text, &fault);
        if (row[i].where == NULL)
            ok(e == OC_OK, "accepted: %s", row[i].text);
        else
            ok(e == OC_SHAPE && strncmp(fault.text, row[i].where, strlen(row[i].where)) == 0, "%s", fault.text);
    }
}

static void nested(struct catalog *c)
{
    struct catalog_fault fault;
    struct buf text;

    for (int depth = CATALOG_NESTING_MAX; depth <= CATALOG_NESTING_MAX + 1; depth++) {
        buf_init(&text, 10000);
        buf_printf(&text, "{\"type\": \"array\", \"max\": 1, " LABEL ", \"items\": ");
        for (int i = 1; i < depth; i++)
            buf_printf(&text, "{\"type\": \"array\", \"max\": 1, \"items\": ");
        buf_printf(&text, "{\"type\": \"bool\"}");
        for (int i = 0; i < depth; i++)
            buf_add_byte(&text, '}');
        enum oc_err e = add_element(c, buf_text(&text), &fault);
        ok(e == (depth <= CATALOG_NESTING_MAX ? OC_OK : OC_SHAPE), "%d arrays in one another: %s", depth, oc_err_name(e));
        buf_cleanup(&text);
    }
}

static void whole_files(struct catalog *c)
{
    const struct {
        bool request;
        enum oc_err want;
        const char *text, *where;
    } row[] = {
        { false, OC_SYNTAX, "{\"docType\": \"x\",\n \"docType\": \"y\"}", "line 2, column " },
        { false, OC_SHAPE, "[]", "must be an object" },
        { false, OC_SHAPE, "{\"org.example.1\": {\"holder\": \"A\"}}", "these are claims of a person" },
        { false, OC_SHAPE, "{\"docType\": 7}", "docType: must be text" },
        { false, OC_SHAPE, "{\"docType\": \"x\", \"extra\": 1}", "unknown member \"extra\"" },
        { false, OC_SHAPE, "{\"docType\": \"x\", \"title\": {\"en\": \"x\", \"zh\": \"x\"}, \"validityDays\": 0, "
          "\"namespaces\": {}}", "\"validityDays\" must be" },
        { false, OC_SHAPE, "{\"docType\": \"x\", \"title\": {\"en\": \"x\", \"zh\": \"x\"}, \"validityDays\": 1, "
          "\"namespaces\": {}}", "namespaces: must not be empty" },
        { true, OC_SHAPE, "{\"name\": \"\"}", "\"name\" must not be empty" },
        { true, OC_SHAPE, "{\"name\": \"x\", \"purpose\": {\"en\": \"x\", \"zh\": \"x\"}, \"cards\": []}", "\"cards\"" },
        { true, OC_SHAPE, "{\"name\": \"x\", \"purpose\": {\"en\": \"x\", \"zh\": \"x\"}, \"cards\": [{\"docType\": \"d\", "
          "\"namespaces\": {\"n\": {\"e\": 1}}}]}", "cards/0: namespaces/n/e: must be true" },
        { true, OC_SHAPE, "{\"name\": \"x\", \"purpose\": {\"en\": \"x\", \"zh\": \"x\"}, \"cards\": [{\"docType\": \"d\", "
          "\"namespaces\": {\"n\": {}}}]}", "cards/0: namespaces/n: must be" },
        { true, OC_SHAPE, "{\"name\": \"x\", \"purpose\": {\"en\": \"x\", \"zh\": \"x\"}, \"cards\": [{\"docType\": \"d\", "
          "\"namespaces\": {}}]}", "cards/0: asks for nothing" },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct catalog_fault fault = { "" };
        struct bytes text = bytes_str(row[i].text);
        enum oc_err e = row[i].request ? catalog_add_request(c, text, &fault) : catalog_add_card(c, text, &fault);
        ok(e == row[i].want && strncmp(fault.text, row[i].where, strlen(row[i].where)) == 0, "%s", fault.text);
        e = row[i].request ? catalog_add_request(c, text, NULL) : catalog_add_card(c, text, NULL);
        ok(e == row[i].want, "the same without a fault");
    }
}

/* As a person writes it who has not read the format: each slip once, and nothing that only follows
 * from one. */
static void every_fault(struct catalog *c)
{
    const struct card_type *before = c->cards;
    struct bytes text = bytes_str(
        "{\"docTyp\": \"x\", \"docType\": \"x\", \"title\": {\"en\": \"x\"}, \"validityDays\": 0, \"namespaces\": {"
        "\"n\": {"
        "\"born\": {\"type\": \"full_date\", \"requierd\": true, " LABEL "}, "
        "\"adult\": {\"type\": \"bool\", \"derive\": {\"age_over\": 18, \"from\": \"born\"}, " LABEL "}, "
        "\"teen\": {\"type\": \"bool\", \"derive\": {\"age_over\": 13, \"from\": \"birthday\"}, " LABEL "}, "
        "\"end\": {\"type\": \"full-date\", \"after\": \"born\", " LABEL "}, "
        "\"photo\": {\"type\": \"bytes\", \"rule\": \"portrat\", \"min\": \"1\", " LABEL "}, "
        "\"level\": {\"type\": \"uint\", \"values\": [\"a\", 1, \"\\u001b[2J\"], " LABEL "}}, "
        "\"m\": []}}");
    static const char *const line[] = {
        "unknown member \"docTyp\"; did you mean \"docType\"?", "title: needs \"zh\"",
        "\"validityDays\" must be 1 to 3650",
        "namespaces/n/born: unknown member \"requierd\"; did you mean \"required\"?",
        "namespaces/n/born: there is no type \"full_date\"; did you mean \"full-date\"?",
        "namespaces/n/photo/min: must be an integer, not \"1\"", "namespaces/n/photo: needs \"max\"",
        "namespaces/n/photo: there is no rule \"portrat\" for bytes; did you mean \"portrait\"?",
        "namespaces/n/level/values/0: must be a code of type uint",
        "namespaces/n/level/values/2: must be a code of type uint", "namespaces/m: must be an object, not an array of 0",
        "namespaces/n/teen: \"derive\" must name a required full-date beside it or among the inputs",
    };
    struct catalog_faults all;
    const char *at;

    ok(catalog_check_card(c, text, &all) == OC_SHAPE && c->cards == before, "refused: nothing is added");
    at = buf_text(&all.lines);
    for (size_t i = 0; i < sizeof line / sizeof line[0]; i++) {
        bool is_next = strncmp(at, line[i], strlen(line[i])) == 0;
        const char *end = strchr(at, '\n');

        if (!ok(is_next && end != NULL, "%s", line[i]))
            printf("# found: %.120s\n", at);
        at = end != NULL ? end + 1 : at;
    }
    ok(*at == '\0' && all.n == sizeof line / sizeof line[0], "and no other: %zu", all.n);
    buf_cleanup(&all.lines);

    ok(catalog_check_card(c, BYTES("{\n 7"), &all) == OC_SYNTAX && all.n == 1, "%s", buf_text(&all.lines));
    buf_cleanup(&all.lines);
    for (const struct embedded_file *f = embedded_cards; f->name != NULL; f++) {
        ok(catalog_check_card(c, (struct bytes){ f->data, f->n }, &all) == OC_OK && all.n == 0 && all.lines.n == 0,
           "%s has none", f->name);
        buf_cleanup(&all.lines);
    }
}

/* Every proper prefix of a shipped file is refused, and none leaves anything behind. */
static void prefixes(struct catalog *c)
{
    const struct embedded_file *f = &embedded_requests[0];
    const struct request_type *before = c->requests;
    size_t n = f->n, accepted = 0;

    while (n > 0 && f->data[n - 1] != '}')
        n--;
    for (size_t i = 0; i < n; i++)
        if (catalog_add_request(c, (struct bytes){ f->data, i }, NULL) == OC_OK)
            accepted++;
    ok(accepted == 0 && c->requests == before, "%zu prefixes refused", n);
}

int main(void)
{
    struct catalog c;
    struct catalog_fault fault = { "" };

    if (!ok(catalog_init(&c, &fault) == OC_OK, "the built-in files are of the format %s", fault.text))
        return done();
    shipped_cards(&c);
    shipped_age_card(&c);
    shipped_mdl(&c);
    shipped_requests(&c);
    elements(&c);
    nested(&c);
    whole_files(&c);
    prefixes(&c);
    ok(catalog_card(&c, "x") == c.cards, "of two card types with one docType the later is found");
    every_fault(&c);
    catalog_cleanup(&c);
    catalog_cleanup(&c);
    ok(c.cards == NULL && c.requests == NULL, "cleaned up, twice");
    return done();
}
