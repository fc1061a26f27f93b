#include "holder/rules.h"

#include <string.h>

#include "tests/unit/tap.h"

#define SPACE "org.iso.23220.1"
#define TYPE "example.guangzhou.vid.1"

/* A file of one rule. */
#define RULE(members) "{ \"rules\": [ { " members " } ] }"

static enum oc_err read_text(struct rules *rules, const char *json)
{
    struct catalog_fault fault = { "" };
    enum oc_err e = rules_read(rules, bytes_str(json), &fault);

    if (e != OC_OK && (fault.text[0] == '\0' || rules->source != NULL))
        ok(false, "%s: refused without a reason, or not emptied", json);
    return e;
}

/* A slip must not make a rule say more than it was meant to. */
static void faults(void)
{
    static const char *const row[] = {
        "", "[]", "{}", "{ \"rules\": {} }", "{ \"rules\": [ 1 ] }", "{ \"rules\": [], \"more\": 1 }",
        RULE("\"show\": [ \"a/b\" ]"),
        RULE("\"reader\": \"everyone\", \"show\": [ \"a/b\" ]"),
        RULE("\"reader\": true, \"show\": [ \"a/b\" ]"),
        RULE("\"reader\": { \"name\": \"\" }, \"show\": [ \"a/b\" ]"),
        RULE("\"reader\": { \"names\": \"x\" }, \"show\": [ \"a/b\" ]"),
        RULE("\"reader\": \"anyone\""),
        RULE("\"reader\": \"anyone\", \"show\": []"),
        RULE("\"reader\": \"anyone\", \"show\": \"a/b\""),
        RULE("\"reader\": \"anyone\", \"show\": [ \"b\" ]"),
        RULE("\"reader\": \"anyone\", \"show\": [ \"/b\" ]"),
        RULE("\"reader\": \"anyone\", \"show\": [ \"a/\" ]"),
        RULE("\"reader\": \"anyone\", \"show\": [ 1 ]"),
        RULE("\"reader\": \"anyone\", \"show\": [ \"a/b\" ], \"purpose\": \"\""),
        RULE("\"reader\": \"anyone\", \"show\": [ \"a/b\" ], \"doctype\": \"x\""),
        RULE("\"reader\": \"anyone\", \"show\": [ \"a/b\" ], \"docType\": [ \"x\" ]"),
        RULE("\"reader\": \"anyone\", \"reader\": \"trusted\", \"show\": [ \"a/b\" ]"),
    };
    struct rules rules;

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        ok(read_text(&rules, row[i]) != OC_OK, "refused: %s", row[i]);
}

static void many(void)
{
    char text[8192] = "{ \"rules\": [ ";
    struct rules rules;

    for (int i = 0; i < RULES_MAX; i++)
        strcat(text, "{ \"reader\": \"anyone\", \"show\": [ \"a/b\" ] }, ");
    strcpy(text + strlen(text) - 2, " ] }");
    ok(read_text(&rules, text) == OC_OK, "%d rules", RULES_MAX);
    rules_cleanup(&rules);
    strcpy(text + strlen(text) - 4, ", { \"reader\": \"anyone\", \"show\": [ \"a/b\" ] } ] }");
    ok(read_text(&rules, text) == OC_LIMIT, "and one more");
}

/* What is asked: up to three elements; "!" before one that would be kept, "-" before one that the
 * card has not. */
struct asked {
    const char *purpose, *names[4];
    enum mdoc_reader_standing standing;
    const char *reader;
};

static size_t covered(const char *json, const struct asked *a)
{
    static const struct mdoc_item item;
    struct mdoc_requested requested[4];
    struct consent_element elements[4];
    struct consent consent = { .elements = elements };
    struct mdoc_doc_request doc = { .doc_type = BYTES(TYPE) };
    struct mdoc_device_request request = { .docs = &doc, .docs_n = 1, .elements = requested };
    struct mdoc_reader reader = { .standing = a->standing };
    struct rules rules;
    size_t rule;

    if (a->purpose != NULL)
        doc.purpose = bytes_str(a->purpose);
    if (a->reader != NULL)
        strcpy(reader.name, a->reader);
    for (; a->names[consent.n] != NULL; consent.n++) {
        const char *name = a->names[consent.n];
        bool missing = name[0] == '-', kept = name[0] == '!';
        struct bytes plain = bytes_str(name + (missing || kept));

        requested[consent.n] = (struct mdoc_requested){ BYTES(SPACE), plain, kept };
        elements[consent.n] = (struct consent_element){
            .name_space = BYTES(SPACE), .name = plain, .intent_to_retain = kept,
            .item = missing ? NULL : &item };
    }
    request.elements_n = doc.n = consent.n;
    if (read_text(&rules, json) != OC_OK)
        return 99;
    rule = rules_cover(&rules, &(struct rules_asked){ .request = &request, .reader = &reader,
                                                      .consent = &consent });
    rules_cleanup(&rules);
    return rule;
}

static void coverage(void)
{
    static const char ages[] = RULE("\"reader\": \"anyone\", \"show\": [ \"" SPACE "/age_over_NN\" ]");
    static const char hotel[] = RULE(
        "\"reader\": { \"name\": \"Pearl Inn\" }, \"purpose\": \"hotel-check-in\", \"docType\": \""
        TYPE "\", \"show\": [ \"" SPACE "/portrait\" ], \"keep\": [ \"" SPACE "/sex\" ]");
    static const char trusted[] = RULE("\"reader\": \"trusted\", \"show\": [ \"" SPACE "/sex\" ]");
    static const char other[] = RULE("\"reader\": \"anyone\", \"docType\": \"x\", \"show\": [ \""
                                     SPACE "/sex\" ]");
    static const char space[] = RULE("\"reader\": \"anyone\", \"show\": [ \"org.example/sex\" ]");
    static const struct { const char *what, *json; struct asked asked; size_t want; } row[] = {
        { "an age check by anyone", ages, { NULL, { "age_over_18" }, MDOC_READER_UNSIGNED, NULL }, 1 },
        { "any age", ages, { NULL, { "age_over_65" }, MDOC_READER_UNKNOWN, "x" }, 1 },
        { "two ages", ages, { NULL, { "age_over_18", "age_over_65" }, MDOC_READER_UNSIGNED, NULL }, 1 },
        { "three ages close in on the birthday", ages,
          { NULL, { "age_over_18", "age_over_60", "age_over_65" }, MDOC_READER_UNSIGNED, NULL }, 0 },
        { "nor three of which the card has two", ages,
          { NULL, { "age_over_18", "age_over_60", "-age_over_65" }, MDOC_READER_UNSIGNED, NULL }, 0 },
        { "a forged reader", ages, { NULL, { "age_over_18" }, MDOC_READER_FORGED, NULL }, 0 },
        { "an age that would be kept", ages, { NULL, { "!age_over_18" }, MDOC_READER_UNSIGNED, NULL }, 0 },
        { "an age and more", ages, { NULL, { "age_over_18", "sex" }, MDOC_READER_UNSIGNED, NULL }, 0 },
        { "more that the card has not", ages,
          { NULL, { "age_over_18", "-sex" }, MDOC_READER_UNSIGNED, NULL }, 1 },
        { "nothing that the card has", ages, { NULL, { "-age_over_18" }, MDOC_READER_UNSIGNED, NULL }, 0 },
        { "no age by its name", ages, { NULL, { "age_over_7" }, MDOC_READER_UNSIGNED, NULL }, 0 },
        { "a hotel by name, for its purpose", hotel,
          { "hotel-check-in", { "portrait", "!sex" }, MDOC_READER_TRUSTED, "Pearl Inn" }, 1 },
        { "what may be kept may be shown", hotel,
          { "hotel-check-in", { "sex" }, MDOC_READER_TRUSTED, "Pearl Inn" }, 1 },
        { "what may be shown may not be kept", hotel,
          { "hotel-check-in", { "!portrait" }, MDOC_READER_TRUSTED, "Pearl Inn" }, 0 },
        { "another purpose", hotel, { "age-over-18", { "sex" }, MDOC_READER_TRUSTED, "Pearl Inn" }, 0 },
        { "no purpose", hotel, { NULL, { "sex" }, MDOC_READER_TRUSTED, "Pearl Inn" }, 0 },
        { "another name", hotel, { "hotel-check-in", { "sex" }, MDOC_READER_TRUSTED, "Pearl Inns" }, 0 },
        { "a name that nobody backs", hotel,
          { "hotel-check-in", { "sex" }, MDOC_READER_UNKNOWN, "Pearl Inn" }, 0 },
        { "a trusted reader", trusted, { NULL, { "sex" }, MDOC_READER_TRUSTED, "x" }, 1 },
        { "an unknown one", trusted, { NULL, { "sex" }, MDOC_READER_UNKNOWN, "x" }, 0 },
        { "another card", other, { NULL, { "sex" }, MDOC_READER_TRUSTED, "x" }, 0 },
        { "another namespace", space, { NULL, { "sex" }, MDOC_READER_TRUSTED, "x" }, 0 },
    };
    const struct asked sex = { NULL, { "sex" }, MDOC_READER_TRUSTED, "x" };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        ok(covered(row[i].json, &row[i].asked) == row[i].want, "%s: %s", row[i].what,
           row[i].want ? "covered" : "not covered");
    ok(covered("{ \"rules\": [ { \"reader\": \"anyone\", \"show\": [ \"" SPACE "/portrait\" ] }, "
               "{ \"reader\": \"trusted\", \"keep\": [ \"" SPACE "/sex\" ] } ] }", &sex) == 2,
       "the first rule that covers is named");
    ok(covered("{ \"rules\": [] }", &sex) == 0, "no rules cover nothing");
}

int main(void)
{
    faults();
    many();
    coverage();
    return done();
}
