/* cli/json: what is refused, where, and that what is written reads back the same. */
#include <string.h>

#include "cli/json.h"
#include "tests/unit/tap.h"

static void refused(void)
{
    const struct {
        const char *name;
        struct bytes text;
        int line;
    } row[] = {
        { "nothing", BYTES(""), 1 },
        { "white space alone", BYTES(" \n"), 2 },
        { "a key twice", BYTES("{\"a\": 1,\n \"a\": 2}"), 2 },
        { "a key twice, once escaped", BYTES("{\"a\": 1, \"\\u0061\": 2}"), 1 },
        { "a second value", BYTES("{} {}"), 1 },
        { "a comma after the last", BYTES("[1,]"), 1 },
        { "a raw NUL inside a string", BYTES("\"a\0b\""), 1 },
        { "an escaped NUL", BYTES("\"a\\u0000b\""), 1 },
        { "a NUL after the value", BYTES("{}\0"), 1 },
        { "not UTF-8", BYTES("\"\xc3\x28\""), 1 },
        { "a surrogate in UTF-8", BYTES("\"\xed\xa0\x80\""), 1 },
        { "an integer past int64_t", BYTES("9223372036854775808"), 1 },
        { "a byte order mark", BYTES("\xef\xbb\xbf{}"), 1 },
        { "a comment", BYTES("{} // no"), 1 },
        { "single quotes", BYTES("{'a': 1}"), 1 },
        { "NaN", BYTES("NaN"), 1 },
        { "an open object", BYTES("{\"a\": [1, 2"), 1 },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct json_fault fault = { 0 };
        json_t *value = json_read(row[i].text, &fault);
        ok(value == NULL && fault.line == row[i].line && fault.text[0] != '\0' &&
           fault.offset <= row[i].text.n,
           "%s: line %d, byte %zu: %s", row[i].name, fault.line, fault.offset, fault.text);
        json_decref(value);
        ok(json_read(row[i].text, NULL) == NULL, "%s: also without a fault", row[i].name);
    }
}

static void bounded(void)
{
    char text[2 * JSON_DEPTH_MAX + 3];
    struct json_fault fault;

    memset(text, '[', JSON_DEPTH_MAX);
    memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
    json_t *value = json_read((struct bytes){ (uint8_t *)text, 2 * JSON_DEPTH_MAX }, &fault);
    ok(value != NULL, "nesting up to the limit is read");
    json_decref(value);

    memset(text, '[', JSON_DEPTH_MAX + 1);
    value = json_read((struct bytes){ (uint8_t *)text, JSON_DEPTH_MAX + 1 }, &fault);
    ok(value == NULL && fault.offset == JSON_DEPTH_MAX, "one deeper is refused, at its bracket");

    value = json_read(BYTES("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[\""), &fault);
    ok(json_is_string(value), "brackets inside a string are no nesting");
    json_decref(value);
}

static void round_trip(void)
{
    struct bytes text = BYTES("{\n  \"z\": \"\xe5\xb9\xbf\xe5\xb7\x9e\",\n  \"a\": [\n    1,\n    true\n  ]\n}\n");
    struct bytes line = BYTES("{\"z\":\"\xe5\xb9\xbf\xe5\xb7\x9e\",\"a\":[1,true]}\n");
    struct buf out;
    json_t *value = json_read(text, NULL);

    buf_init(&out, 1000);
    ok(json_write(&out, value) == OC_OK && bytes_eq(buf_view(&out), text),
       "pretty: order and UTF-8 kept, line end last");
    buf_truncate(&out, 0);
    ok(json_write_line(&out, value) == OC_OK && bytes_eq(buf_view(&out), line), "one line");
    buf_cleanup(&out);

    buf_init(&out, 10);
    ok(json_write(&out, value) == OC_LIMIT, "a buffer too small says so");
    buf_cleanup(&out);
    buf_init(&out, 10);
    ok(json_write(&out, NULL) == OC_BUG, "nothing is not a value");
    buf_cleanup(&out);
    json_decref(value);
}

static void getters(void)
{
    json_t *object = json_read(BYTES("{\"name\": \"x\", \"n\": -7, \"other\": []}"), NULL);
    int64_t n = 1;

    ok(strcmp(json_get_text(object, "name"), "x") == 0, "text");
    ok(json_get_text(object, "n") == NULL && json_get_text(object, "none") == NULL, "no text");
    ok(json_get_int(object, "n", &n) && n == -7, "integer");
    ok(!json_get_int(object, "name", &n) && !json_get_int(object, "none", &n) && n == -7,
       "no integer leaves the variable alone");
    ok(json_get(object, "other", JSON_ARRAY) != NULL && json_get(object, "other", JSON_OBJECT) == NULL,
       "member of a type");
    ok(json_get_text(NULL, "name") == NULL, "a missing object has no members");
    json_decref(object);
}

int main(void)
{
    refused();
    bounded();
    round_trip();
    getters();
    return done();
}
