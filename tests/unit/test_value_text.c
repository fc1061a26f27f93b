/* cli/value: values and labels as people read them, by the shipped card types. */
#include <string.h>

#include "cli/value.h"
#include "tests/unit/tap.h"

static const struct card_type *card_of(const struct catalog *c, const char *doc_type)
{
    return catalog_card(c, doc_type);
}

/* The text of a value given as JSON. */
static void is_text(const char *json, const struct element *type, bool chinese, const char *want)
{
    json_t *value = json_read(bytes_str(json), NULL);
    struct buf out;

    buf_init(&out, 4096);
    value_text(&out, value, type, chinese);
    ok(value != NULL && strcmp(buf_text(&out), want) == 0, "%.60s: %s", json, buf_text(&out));
    buf_cleanup(&out);
    json_decref(value);
}

static void is_label(const struct card_type *card, const char *name_space, const char *name,
                     bool chinese, const char *want)
{
    struct buf out;

    buf_init(&out, 4096);
    value_label(&out, card, bytes_str(name_space), bytes_str(name), chinese);
    ok(strcmp(buf_text(&out), want) == 0, "%s/%s: %s", name_space, name, buf_text(&out));
    buf_cleanup(&out);
}

static void known_values(const struct catalog *c)
{
    const char *iso = "org.iso.23220.1", *mdl = "org.iso.18013.5.1";
    const struct card_type *vid = card_of(c, "example.guangzhou.vid.1");
    const struct card_type *licence = card_of(c, "org.iso.18013.5.1.mDL");
    const struct element *sex = card_element(vid, bytes_str(iso), BYTES("sex"));
    const struct element *portrait = card_element(vid, bytes_str(iso), BYTES("portrait"));
    const struct element *driving =
        card_element(licence, bytes_str(mdl), BYTES("driving_privileges"));

    is_text("2", sex, false, "2 (female)");
    is_text("2", sex, true, "2 (女)");
    is_text("3", sex, false, "3");
    is_text("\"2\"", sex, false, "2");
    is_text("\"_9j_4A\"", portrait, false, "(4 bytes)");
    is_text("\"_9j_4A\"", portrait, true, "(4 字节)");
    is_text("[{\"vehicle_category_code\":\"A\",\"issue_date\":\"2018-08-09\","
            "\"codes\":[{\"code\":\"01\",\"sign\":\"=\"},{\"code\":\"02\"}]},"
            "{\"vehicle_category_code\":\"B\"}]", driving, false,
            "Category: A, Date of issue: 2018-08-09, Conditions: (Code: 01, Sign: =; Code: 02); "
            "Category: B");
    is_text("[{\"vehicle_category_code\":\"A\"}]", driving, true, "车型代号: A");
    is_text("[]", driving, false, "(none)");
    is_text("{\"vehicle_category_code\":[1]}", driving, false, "vehicle_category_code: (1)");
}

static void unknown_values(void)
{
    char deep[2 * JSON_DEPTH_MAX + 1] = "", want[3 * JSON_DEPTH_MAX] = "";

    is_text("[\"CN\",\"FR\"]", NULL, false, "CN; FR");
    is_text("{\"country\":\"FR\",\"place\":{\"city\":\"Lyon\"}}", NULL, false,
            "country: FR, place: (city: Lyon)");
    is_text("[[1,2],[3]]", NULL, false, "(1; 2); (3)");
    is_text("true", NULL, false, "yes");
    is_text("false", NULL, true, "否");
    is_text("null", NULL, false, "(none)");
    is_text("1.5", NULL, false, "1.5");
    is_text("-7", NULL, false, "-7");
    is_text("\"a\\nb\"", NULL, false, "a\\u{000A}b");
    is_text("{\"a\\u202eb\":\"\\u001b[2J\"}", NULL, false, "a\\u{202E}b: \\u{001B}[2J");
    memset(deep, '[', JSON_DEPTH_MAX);
    memset(deep + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
    memset(want, '(', JSON_DEPTH_MAX - 2);
    strcat(want, "(none)");
    memset(want + strlen(want), ')', JSON_DEPTH_MAX - 2);
    is_text(deep, NULL, false, want);
}

static void labels(const struct catalog *c)
{
    const char *vid = "example.guangzhou.vid.1";
    const struct card_type *pid = card_of(c, "eu.europa.ec.eudi.pid.1");

    is_label(card_of(c, vid), vid, "ethnicity", false, "Ethnicity");
    is_label(card_of(c, vid), vid, "ethnicity", true, "民族");
    is_label(card_of(c, vid), vid, "sex", false, "sex");
    is_label(pid, "eu.europa.ec.eudi.pid.1", "age_over_37", false, "37 or older");
    is_label(pid, "eu.europa.ec.eudi.pid.1", "age_over_37", true, "年满37周岁");
    is_label(pid, "eu.europa.ec.eudi.pid.1", "age_over_1", false, "age_over_1");
    is_label(pid, "eu.europa.ec.eudi.pid.1", "age_over_1x", false, "age_over_1x");
    is_label(pid, "org.example.1", "age_over_18", false, "18 or older");
    is_label(NULL, "org.example.1", "a\tb", false, "a\\u{0009}b");
}

static void is_sentence(const struct card_type *card, const char *sentence, bool chinese,
                        const char *want)
{
    struct buf out;

    buf_init(&out, 1024);
    value_sentence(&out, card, bytes_str(sentence), chinese);
    ok(bytes_is(buf_view(&out), want), "%s: %s", sentence, buf_text(&out));
    buf_cleanup(&out);
}

static void sentences(const struct catalog *c)
{
    const struct card_type *vid = card_of(c, "example.guangzhou.vid.1");

    is_sentence(vid, "sex, ethnicity were asked for and not shown", false,
                "Sex (sex), Ethnicity (ethnicity) were asked for and not shown");
    is_sentence(vid, "已请求但未出示：sex", true, "已请求但未出示：性别（sex）");
    is_sentence(vid, "sexes, age_over_37 and a\033b", false, "sexes, age_over_37 and a\\u{001B}b");
    is_sentence(NULL, "sex stands twice", false, "sex stands twice");
    is_sentence(vid, "", false, "");
}

int main(void)
{
    struct catalog_fault fault = { "" };
    struct catalog c = { 0 };

    if (!ok(catalog_init(&c, &fault) == OC_OK, "the catalogue: %s", fault.text))
        return done();
    known_values(&c);
    unknown_values();
    labels(&c);
    sentences(&c);
    catalog_cleanup(&c);
    return done();
}
