#include "issuer/claims.h"

#include <string.h>

#include "core/date.h"
#include "issuer/claims_sample.h"
#include "mdoc/value.h"
#include "tests/unit/tap.h"

#define VID "example.guangzhou.vid.1"
#define AGE "example.guangzhou.age.1"
#define MDL "org.iso.18013.5.1.mDL"
#define PHOTO "org.iso.23220.photoid.1"
#define PID "eu.europa.ec.eudi.pid.1"

/* Of 2000-02-29, male; the check characters follow from ISO/IEC 7064 MOD 11-2. */
#define NUMBER "440155200002290013"
#define REAL_BLOCK "440115200002290012"

#define ISO_PART(birth_date)                                                                     \
    "\"family_name\":\"\xe6\x9d\x8e\",\"given_name\":\"A\",\"birth_date\":\"" birth_date "\","   \
    "\"sex\":1,\"portrait\":\"_9j_4A\",\"issue_date\":\"2020-01-01\","                           \
    "\"expiry_date\":\"2030-01-01\",\"issuing_authority\":\"B\""
#define OWN_PART(number, ethnicity)                                                              \
    "\"citizen_number\":\"" number "\",\"ethnicity\":\"" ethnicity "\",\"registered_address\":\"C\""
#define CLAIMS(iso, own) "{\"org.iso.23220.1\":{" iso "},\"" VID "\":{" own "}}"
#define GOOD CLAIMS(ISO_PART("2000-02-29"), OWN_PART(NUMBER, "HA"))
#define WITH_NUMBER(number) CLAIMS(ISO_PART("2000-02-29"), OWN_PART(number, "HA"))

static struct catalog catalog;
static bool strict;

static int64_t day(const char *text)
{
    int64_t seconds = 0;

    if (!date_read(bytes_str(text), &seconds))
        abort();
    return seconds;
}

static enum oc_err make(struct claims *out, const char *doc_type, const char *text,
                        const char *issued, bool any)
{
    json_t *json = json_read(bytes_str(text), NULL);
    const struct claims_spec spec = {
        .card = catalog_card(&catalog, doc_type), .issued = day(issued), .valid_from = day(issued),
        .valid_until = day(issued) + 30 * (int64_t)DATE_DAY_S, .any_citizen_number = any,
        .strict = strict,
    };
    enum oc_err e;

    if (json == NULL || spec.card == NULL)
        abort();
    e = claims_init(out, json, &spec);
    json_decref(json);
    return e;
}

/* The element as text for people, "absent" when it is not on the card; until the next call. */
static const char *value_of(const struct claims *c, const char *name)
{
    static char text[256];
    struct buf value;

    for (size_t i = 0; i < c->n; i++) {
        if (strcmp(c->elements[i].name, name) != 0)
            continue;
        buf_init(&value, sizeof text - 1);
        if (mdoc_value_text(&value, c->elements[i].value) != OC_OK)
            buf_truncate(&value, 0);
        strcpy(text, buf_text(&value));
        buf_cleanup(&value);
        return text;
    }
    return "absent";
}

static void check_good(void)
{
    static const struct { const char *name, *want; } row[] = {
        { "family_name", "\xe6\x9d\x8e" }, { "birth_date", "2000-02-29" }, { "sex", "1" },
        { "portrait", "(4 bytes)" }, { "expiry_date", "2030-01-01" }, { "issuing_country", "CN" },
        { "citizen_number", NUMBER }, { "age_over_14", "true" }, { "age_over_16", "true" },
        { "age_over_18", "false" }, { "age_over_60", "false" }, { "family_name_latin1", "absent" },
    };
    struct claims c;
    enum oc_err e = make(&c, VID, GOOD, "2018-02-28", false);

    ok(e == OC_OK && c.n == 16 && c.faults_n == 0, "good claims: %s, %zu elements",
       oc_err_text(e), c.n);
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        ok(strcmp(value_of(&c, row[i].name), row[i].want) == 0, "%s is %s", row[i].name,
           row[i].want);
    for (size_t i = 1; i < c.n; i++)
        if (strcmp(c.elements[i].name_space, c.elements[i - 1].name_space) != 0)
            ok(i == 13, "the namespaces stand together");
    claims_cleanup(&c);
    ok(c.elements == NULL && c.n == 0, "cleanup leaves nothing");

    e = make(&c, VID, GOOD, "2018-03-01", false);
    ok(e == OC_OK && strcmp(value_of(&c, "age_over_18"), "true") == 0,
       "born on 29 February, 18 on 1 March");
    claims_cleanup(&c);
}

static void check_small_card(void)
{
    struct claims c;
    enum oc_err e = make(&c, AGE, GOOD, "2026-05-31", false);

    ok(e == OC_OK && strcmp(value_of(&c, "birth_date"), "absent") == 0 &&
       strcmp(value_of(&c, "age_over_18"), "true") == 0, "an input is used, not put on the card");
    ok(strcmp(value_of(&c, "issue_date"), "2026-05-31") == 0 &&
       strcmp(value_of(&c, "expiry_date"), "2026-06-29") == 0, "dates follow the validity");
    ok(strstr(value_of(&c, "issuing_authority"), "B") == NULL, "the card type's value stands");
    ok(strstr(buf_text(&c.unused), VID "/citizen_number") != NULL &&
       strstr(buf_text(&c.unused), "org.iso.23220.1/issuing_authority") != NULL &&
       strstr(buf_text(&c.unused), "birth_date") == NULL &&
       strstr(buf_text(&c.unused), "portrait") == NULL, "what is not taken is named");
    claims_cleanup(&c);
}

#define PID_CLAIMS(place, nationality)                                                           \
    "{\"" PID "\":{\"family_name\":\"A\",\"given_name\":\"B\",\"birth_date\":\"1990-01-01\","    \
    "\"place_of_birth\":{" place "},\"nationality\":[" nationality "],"                          \
    "\"expiry_date\":\"2030-01-01\",\"issuing_authority\":\"C\",\"issuing_country\":\"FR\"}}"

static void check_nested(void)
{
    static const char good[] =
        PID_CLAIMS("\"locality\":\"X\",\"country\":\"CN\"", "\"CN\",\"FR\"");
    static const char bad[] = PID_CLAIMS("\"town\":\"X\",\"country\":7", "\"CN\",\"FRA\"");
    static const char no_category[] =
        "{\"org.iso.18013.5.1\":{\"driving_privileges\":[{\"codes\":[{\"sign\":\"=\"}]},"
        "{\"vehicle_category_code\":\"B\",\"issue_date\":\"soon\"}],"
        "\"portrait_capture_date\":\"2020-01-01\"}}";
    struct claims c;
    enum oc_err e = make(&c, PID, good, "2026-01-01", false);
    const char *faults;

    ok(e == OC_OK && strcmp(value_of(&c, "place_of_birth"),
                            "{\"country\":\"CN\",\"locality\":\"X\"}") == 0, "a map");
    ok(strcmp(value_of(&c, "nationality"), "[\"CN\",\"FR\"]") == 0, "an array");
    claims_cleanup(&c);
    e = make(&c, PID, bad, "2026-01-01", false);
    faults = buf_text(&c.faults);
    ok(e == OC_SHAPE && c.faults_n == 3 && c.n == 0, "three faults inside: %zu", c.faults_n);
    ok(strstr(faults, PID "/place_of_birth/town: there is no such field\n") != NULL &&
       strstr(faults, PID "/place_of_birth/country: must be text, not 7\n") != NULL &&
       strstr(faults, PID "/nationality/1: must be exactly 2 bytes of text, not 3\n") != NULL,
       "each at its place");
    claims_cleanup(&c);
    e = make(&c, MDL, no_category, "2026-01-01", false);
    faults = buf_text(&c.faults);
    ok(e == OC_SHAPE &&
       strstr(faults, "/driving_privileges/0/vehicle_category_code: is missing\n") != NULL &&
       strstr(faults, "/driving_privileges/0/codes/0/code: is missing\n") != NULL &&
       strstr(faults, "/driving_privileges/1/issue_date: must be a date") != NULL &&
       strstr(faults, "/portrait_capture_date: must be a moment") != NULL, "deeper places too");
    claims_cleanup(&c);
}

/* What is said about a fault, and how many there are. */
static void check_faults(void)
{
    static const struct { const char *what, *text; size_t n; const char *want; } row[] = {
        { "a day that is none", CLAIMS(ISO_PART("2001-02-29"), OWN_PART("1", "HA")), 2,
          "org.iso.23220.1/birth_date: must be a date such as \"2000-01-31\", not \"2001-02-29\"\n"
          VID "/citizen_number: must be exactly 18 bytes of text, not 1\n" },
        { "a wrong check character", WITH_NUMBER("440155200002290014"), 1,
          VID "/citizen_number: \"440155200002290014\": the citizen number's check character is "
          "wrong\n" },
        { "a real district", WITH_NUMBER(REAL_BLOCK), 1,
          VID "/citizen_number: 440115\xe2\x80\xa6 may be a real person's number" },
        { "the birth date of another", WITH_NUMBER("44015520000301001X"), 1,
          VID "/citizen_number: says born on 2000-03-01, but org.iso.23220.1/birth_date is "
          "another day" },
        { "the sex of another", WITH_NUMBER("440155200002290021"), 1,
          VID "/citizen_number: says female (sex 2), but org.iso.23220.1/sex is 1\n" },
        { "a control character", CLAIMS(ISO_PART("2000-02-29"), OWN_PART(NUMBER, "\\u001b[2J")), 1,
          VID "/ethnicity: must be one of HA, MG, HU, ZA, UG, MH, YI, ZH, BY, CS, MA, DO or 44 "
          "more, not \"\\u{001B}[2J\"\n" },
        { "no object", "[1,2]", 1, "must be an object of namespaces, not an array of 2\n" },
        { "a namespace that is none", "{\"org.iso.23220.1\":7}", 1,
          "org.iso.23220.1: must be an object of elements, not 7\n" },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct claims c;
        enum oc_err e = make(&c, VID, row[i].text, "2026-01-01", false);

        ok(e == OC_SHAPE && c.n == 0 && c.faults_n == row[i].n &&
           strncmp(buf_text(&c.faults), row[i].want, strlen(row[i].want)) == 0, "%s: %.*s",
           row[i].what, (int)strcspn(buf_text(&c.faults), "\n"), buf_text(&c.faults));
        claims_cleanup(&c);
    }
}

static void check_all_at_once(void)
{
    static const char text[] =
        "{\"org.iso.23220.1\":{\"family_name\":5,\"given_name\":\"\",\"sex\":3,"
        "\"birth_date\":\"2030-01-01\",\"portrait\":\"_9j/4A==\"}}";
    static const char *const want[] = {
        "/family_name: must be text, not 5\n",
        "/given_name: must be 1 to 150 bytes of text, not 0\n",
        "/sex: must be one of 0, 1, 2, 9, not 3\n",
        "/birth_date: must not be after the day of issue",
        "/portrait: must be bytes as base64url text without padding",
        "/issue_date: is missing\n", "/expiry_date: is missing\n",
        "/issuing_authority: is missing\n", "/citizen_number: is missing\n",
        "/ethnicity: is missing\n", "/registered_address: is missing\n",
    };
    struct claims c;
    enum oc_err e = make(&c, VID, text, "2026-01-01", false);

    ok(e == OC_SHAPE && c.faults_n == sizeof want / sizeof want[0], "all faults are counted: %zu",
       c.faults_n);
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++)
        ok(strstr(buf_text(&c.faults), want[i]) != NULL, "listed: %.*s",
           (int)strcspn(want[i], "\n"), want[i]);
    claims_cleanup(&c);
}

static void check_bounds(void)
{
    struct buf text;
    struct claims c;
    enum oc_err e;

    for (size_t n = 4096; n <= 4098; n += 2) {      /* the age card takes at most 4096 bytes */
        buf_init(&text, 1 << 16);
        buf_add_str(&text, "{\"org.iso.23220.1\":{\"birth_date\":\"2000-01-01\",\"portrait\":\"_9j_");
        for (size_t i = 4; i < (n * 4 + 2) / 3; i++)
            buf_add_byte(&text, 'A');
        buf_add_str(&text, "\"}}");
        e = make(&c, AGE, buf_text(&text), "2026-01-01", false);
        ok(e == (n == 4096 ? OC_OK : OC_SHAPE), "a portrait of %zu bytes: %s", n, oc_err_text(e));
        claims_cleanup(&c);
        buf_cleanup(&text);
    }
    e = make(&c, VID, WITH_NUMBER(REAL_BLOCK), "2026-01-01", true);
    ok(e == OC_OK, "a real district when it is asked for");
    claims_cleanup(&c);
}

/* A photo ID with one claim more or another than usual. */
#define PHOTO_ID(claim)                                                                          \
    "{\"org.iso.23220.1\":{\"family_name\":\"A\",\"given_name\":\"B\",\"issuing_authority\":\"C\"," claim "}}"
#define BORN "\"birth_date\":\"2000-02-29\","
#define DATES "\"issue_date\":\"2020-01-01\",\"expiry_date\":\"2030-01-01\","
#define PORTRAIT "\"portrait\":\"_9j_4A\","
#define COUNTRY "\"issuing_country\":\"CN\""
#define IMAGE(base64url) PHOTO_ID(BORN DATES COUNTRY ",\"portrait\":\"" base64url "\"")
#define LIFE(issue, expiry)                                                                      \
    PHOTO_ID(BORN PORTRAIT COUNTRY ",\"issue_date\":\"" issue "\",\"expiry_date\":\"" expiry "\"")

/* Cards that cannot be are not signed. `want` NULL: this one can. */
static void check_rules(void)
{
    static const struct { const char *text, *want; } row[] = {
        { PHOTO_ID(BORN DATES PORTRAIT COUNTRY), NULL },
        { PHOTO_ID(BORN DATES PORTRAIT COUNTRY ",\"nationality\":\"CHN\""), NULL },
        { PHOTO_ID(BORN DATES PORTRAIT "\"issuing_country\":\"cn\""),
          "/issuing_country: must be a country's code in capital letters, such as \"CN\", not \"cn\"\n" },
        { PHOTO_ID(BORN DATES PORTRAIT COUNTRY ",\"nationality\":\"C1\""), "/nationality: must be a country" },
        { PHOTO_ID(BORN DATES PORTRAIT COUNTRY ",\"resident_country\":\"CHN\""),
          "/resident_country: must be exactly 2 bytes" },
        { IMAGE("_0__UQ"), NULL },                              /* a codestream of JPEG 2000 */
        { IMAGE("AAAADGpQICANCocKAAAAAA"), NULL },              /* a JP2 file */
        { IMAGE("_9g"), "/portrait: must be an image, JPEG or JPEG 2000, not 2 bytes that begin ffd8\n" },
        { IMAGE("iVBORw0KGgo"), "/portrait: must be an image" },    /* PNG */
        { LIFE("2000-02-29", "2026-01-01"), NULL },             /* issued at birth, expires today */
        { LIFE("2000-02-28", "2026-01-01"),
          "/issue_date: must not be before birth_date, 2000-02-29, not \"2000-02-28\"\n" },
        { LIFE("2020-01-01", "2025-12-31"),
          "/expiry_date: must not be before the day of issue, not \"2025-12-31\"\n" },
        { LIFE("2030-01-02", "2030-01-01"), "/expiry_date: must not be before issue_date, 2030-01-02" },
        { PHOTO_ID(BORN DATES PORTRAIT COUNTRY ",\"portrait_capture_date\":\"2000-02-28T23:59:59Z\""),
          "/portrait_capture_date: must not be before birth_date, 2000-02-29" },
    };
    static const char privilege[] =
        "{\"org.iso.18013.5.1\":{\"driving_privileges\":[{\"vehicle_category_code\":\"B\","
        "\"issue_date\":\"2020-01-02\",\"expiry_date\":\"2020-01-01\"}]}}";
    struct claims c;
    enum oc_err e;

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        e = make(&c, PHOTO, row[i].text, "2026-01-01", false);
        if (row[i].want == NULL)
            ok(e == OC_OK && c.faults_n == 0, "row %zu is accepted", i);
        else
            ok(e == OC_SHAPE && c.faults_n == 1 && strstr(buf_text(&c.faults), row[i].want) != NULL,
               "refused once: %.*s", (int)strcspn(buf_text(&c.faults), "\n"), buf_text(&c.faults));
        claims_cleanup(&c);
    }
    e = make(&c, MDL, privilege, "2026-01-01", false);
    ok(e == OC_SHAPE && strstr(buf_text(&c.faults), "/driving_privileges/0/expiry_date: must not be "
                                                    "before issue_date, 2020-01-02") != NULL,
       "dates inside a map are in order too");
    claims_cleanup(&c);
}

static void check_derived(void)
{
    static const char lies[] =
        PHOTO_ID(BORN DATES PORTRAIT COUNTRY ",\"age_in_years\":99,\"age_birth_year\":1900");
    struct claims c;
    enum oc_err e = make(&c, PHOTO, lies, "2026-02-28", false);

    ok(e == OC_OK && strcmp(value_of(&c, "age_in_years"), "25") == 0 &&
       strcmp(value_of(&c, "age_birth_year"), "2000") == 0, "ages are counted, not believed");
    ok(strcmp(buf_text(&c.unused), "org.iso.23220.1/age_in_years, org.iso.23220.1/age_birth_year") == 0,
       "and what was said is named: %s", buf_text(&c.unused));
    claims_cleanup(&c);
}

/* The last day of a copy that ends at any moment, however it is rounded down. */
static void check_last_day(void)
{
    static const struct { const char *what; int64_t from, life; const char *want; } row[] = {
        { "30 days from midnight", 0, 30 * (int64_t)DATE_DAY_S, "2026-01-30" },
        { "30 days from noon", DATE_DAY_S / 2, 30 * (int64_t)DATE_DAY_S, "2026-01-30" },
        { "one day from midnight", 0, DATE_DAY_S, "2026-01-01" },
        { "two hours from noon", DATE_DAY_S / 2, 2 * DATE_HOUR_S, "2026-01-01" },
        { "a day from noon", DATE_DAY_S / 2, DATE_DAY_S, "2026-01-01" },
    };
    json_t *json = json_read(BYTES("{\"org.iso.23220.1\":{\"birth_date\":\"2000-01-01\"}}"), NULL);

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        int64_t from = day("2026-01-01") + row[i].from;
        const struct claims_spec spec = { .card = catalog_card(&catalog, AGE), .issued = from,
                                          .valid_from = from, .valid_until = from + row[i].life };
        struct claims c;
        enum oc_err e = claims_init(&c, json, &spec);

        ok(e == OC_OK && strcmp(value_of(&c, "expiry_date"), row[i].want) == 0, "%s: %s", row[i].what,
           value_of(&c, "expiry_date"));
        claims_cleanup(&c);
    }
    json_decref(json);
}

static void check_strict(void)
{
    static const char text[] =
        PHOTO_ID(BORN DATES PORTRAIT "\"issuing_country\":\"?\",\"hobby\":\"D\"");
    struct claims c;
    enum oc_err e = make(&c, PHOTO, text, "2026-01-01", false);

    ok(e == OC_SHAPE && c.faults_n == 1 && strcmp(buf_text(&c.unused), "org.iso.23220.1/hobby") == 0,
       "what is not taken is named beside the faults");
    claims_cleanup(&c);
    strict = true;
    e = make(&c, PHOTO, text, "2026-01-01", false);
    ok(e == OC_SHAPE && c.faults_n == 2 && c.unused.n == 0 &&
       strstr(buf_text(&c.faults), "org.iso.23220.1/hobby: the card type has no place for it\n") != NULL,
       "strict: it is a fault");
    claims_cleanup(&c);
    strict = false;
}

/* The small one and the full one, of every built-in card type, leave nothing to be said. */
static void check_samples(void)
{
    for (const struct card_type *card = catalog.cards; card != NULL; card = card->next)
        for (int all = 0; all < 2; all++) {
            const struct claims_spec spec = {
                .card = card, .issued = day("2026-02-28"), .valid_from = day("2026-02-28"),
                .valid_until = day("2026-03-28"), .strict = true,
            };
            json_t *json = claims_sample(card, spec.issued, all == 1);
            struct claims c;
            size_t n = 0, given = 0;
            enum oc_err e = claims_init(&c, json, &spec);

            for (size_t i = 0; i < card->n_namespaces; i++)
                n += card->namespaces[i].n_elements;
            given = c.n;
            ok(e == OC_OK && given <= n && (all == 0 || given == n), "%s: %zu of %zu elements%s%s",
               card->doc_type, given, n, c.faults_n > 0 ? ", but " : "", buf_text(&c.faults));
            claims_cleanup(&c);
            json_decref(json);
        }
}

/* A name that was misspelt is told from one that has no place at all. */
static void check_misspelt(void)
{
    static const char text[] = "{\"org.iso.23220.1\":{\"birth_date\":\"2000-01-01\",\"portrat\":\"_9j_4A\","
                               "\"hobby\":\"tea\",\"birthdate\":\"2000-01-01\"}}";
    struct claims c;
    enum oc_err e = make(&c, AGE, text, "2026-01-01", false);

    ok(e == OC_OK && strcmp(buf_text(&c.unused), "org.iso.23220.1/portrat (did you mean portrait?), "
       "org.iso.23220.1/hobby, org.iso.23220.1/birthdate") == 0, "%s", buf_text(&c.unused));
    claims_cleanup(&c);
    strict = true;
    e = make(&c, AGE, text, "2026-01-01", false);
    strict = false;
    ok(e == OC_SHAPE && c.faults_n == 3 &&
       strstr(buf_text(&c.faults), "/portrat: the card type has no place for it; did you mean portrait?\n") != NULL,
       "strictly an error, with what was meant");
    claims_cleanup(&c);
}

int main(void)
{
    struct catalog_fault fault;

    if (catalog_init(&catalog, &fault) != OC_OK)
        abort();
    check_good();
    check_small_card();
    check_nested();
    check_faults();
    check_all_at_once();
    check_bounds();
    check_rules();
    check_derived();
    check_last_day();
    check_strict();
    check_samples();
    check_misspelt();
    catalog_cleanup(&catalog);
    return done();
}
