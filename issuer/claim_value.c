#include "issuer/claim_value.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/term.h"
#include "core/date.h"
#include "core/text.h"
#include "issuer/citizen_number.h"
#include "mdoc/value.h"

enum { LINE_BYTES_MAX = 4096, CODES_SHOWN_MAX = 12 };

size_t claims_enter(struct making *m, const char *name)
{
    size_t n = strlen(m->path);

    snprintf(m->path + n, sizeof m->path - n, "%s%s", n == 0 ? "" : "/", name);
    return n;
}

static size_t enter_index(struct making *m, size_t i)
{
    char name[24];

    snprintf(name, sizeof name, "%zu", i);
    return claims_enter(m, name);
}

void claims_leave(struct making *m, size_t place)
{
    m->path[place] = '\0';
}

void claims_refuse(struct making *m, json_t *found, const char *rule, ...)
{
    char text[512];
    struct buf line;
    va_list args;

    va_start(args, rule);
    vsnprintf(text, sizeof text, rule, args);
    va_end(args);
    buf_init(&line, LINE_BYTES_MAX);
    buf_printf(&line, "%s%s%s", m->path, *m->path == '\0' ? "" : ": ", text);
    if (found != NULL) {
        buf_add_str(&line, ", not ");
        json_describe(&line, found);
    }
    term_escape(&m->out->faults, buf_view(&line));
    buf_add_byte(&m->out->faults, '\n');
    m->out->faults_n++;
    buf_cleanup(&line);
}

static bool is_within(const struct element *el, int64_t n)
{
    return n >= el->min && n <= el->max;
}

static void refuse_size(struct making *m, const struct element *el, const char *what, size_t n)
{
    if (el->min == el->max)
        claims_refuse(m, NULL, "must be exactly %" PRId64 " %s, not %zu", el->min, what, n);
    else if (el->max == INT64_MAX)
        claims_refuse(m, NULL, "must be at least %" PRId64 " %s, not %zu", el->min, what, n);
    else
        claims_refuse(m, NULL, "must be %" PRId64 " to %" PRId64 " %s, not %zu", el->min, el->max, what,
               n);
}

/* "must be one of 0, 1, 2, 9, not 3"; a long list is cut. */
static void refuse_code(struct making *m, json_t *found, const struct element *el)
{
    struct buf list;

    buf_init(&list, 512);
    for (size_t i = 0; i < el->n_codes && i < CODES_SHOWN_MAX; i++) {
        if (i > 0)
            buf_add_str(&list, ", ");
        if (el->kind == ELEMENT_TEXT)
            buf_add_str(&list, el->codes[i].text);
        else
            buf_printf(&list, "%" PRId64, el->codes[i].number);
    }
    if (el->n_codes > CODES_SHOWN_MAX)
        buf_printf(&list, " or %zu more", el->n_codes - CODES_SHOWN_MAX);
    claims_refuse(m, found, "must be one of %s", buf_text(&list));
    buf_cleanup(&list);
}

static bool has_code(const struct element *el, const char *text, int64_t number)
{
    for (size_t i = 0; i < el->n_codes; i++)
        if (text != NULL ? strcmp(el->codes[i].text, text) == 0 : el->codes[i].number == number)
            return true;
    return el->n_codes == 0;
}

/* Every birth_date and sex among the claims, whatever the namespace, must be the number's. */
static void check_agreement(struct making *m, const struct citizen_number *number)
{
    const char *sex = number->sex == 1 ? "male" : "female";
    char born[DATE_TEXT_N] = "";
    const char *name_space;
    json_t *elements;

    if (!date_write(number->born, born))
        return;
    json_object_foreach(m->json, name_space, elements) {
        json_t *date = json_get(elements, "birth_date", JSON_STRING);
        int64_t code;

        if (date != NULL && strcmp(json_string_value(date), born) != 0)
            claims_refuse(m, date, "says born on %s, but %s/birth_date is another day", born,
                   name_space);
        if (json_get_int(elements, "sex", &code) && code != number->sex)
            claims_refuse(m, NULL, "says %s (sex %d), but %s/sex is %" PRId64, sex, number->sex,
                   name_space, code);
    }
}

static void check_citizen_number(struct making *m, json_t *value)
{
    struct citizen_number number;
    const char *reason;

    if (citizen_number_read(bytes_str(json_string_value(value)), &number, &reason) != OC_OK) {
        claims_refuse(m, NULL, "\"%s\": %s", json_string_value(value), reason);
        return;
    }
    if (!m->spec->any_citizen_number && !address_code_is_unassigned(number.address_code))
        claims_refuse(m, NULL,
               "%06d… may be a real person's number; test cards need an address code that was "
               "never assigned (--i-know issues it all the same)", number.address_code);
    check_agreement(m, &number);
}

static bool is_capitals(const char *text)
{
    return text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] == '\0';
}

static void put_text(struct making *m, const struct element *el, json_t *value)
{
    size_t n = json_string_length(value);

    if (!json_is_string(value)) {
        claims_refuse(m, value, "must be text");
        return;
    }
    if (el->n_codes > 0) {
        if (!has_code(el, json_string_value(value), 0))
            refuse_code(m, value, el);
    } else if (!is_within(el, (int64_t)n)) {
        refuse_size(m, el, "bytes of text", n);
    } else if (el->rule == RULE_CN_CITIZEN_NUMBER) {
        check_citizen_number(m, value);
    } else if (el->rule == RULE_COUNTRY && !is_capitals(json_string_value(value))) {
        claims_refuse(m, value, "must be a country's code in capital letters, such as \"CN\"");
    }
    mdoc_put_text(&m->out->values, bytes_str(json_string_value(value)));
}

static void put_integer(struct making *m, const struct element *el, json_t *value)
{
    int64_t number = json_integer_value(value);

    if (!json_is_integer(value))
        claims_refuse(m, value, "must be an integer");
    else if (!has_code(el, NULL, number))
        refuse_code(m, value, el);
    else if (number < el->min)
        claims_refuse(m, value, "must be at least %" PRId64, el->min);
    else if (number > el->max)
        claims_refuse(m, value, "must be at most %" PRId64, el->max);
    mdoc_put_integer(&m->out->values, number);
}

/* ITU-T T.81, start of image; ITU-T T.800, a codestream or the signature box of a JP2 file. */
static bool is_portrait(struct bytes image)
{
    const struct bytes begin[] = {
        BYTES("\xff\xd8\xff"), BYTES("\xff\x4f\xff\x51"),
        BYTES("\0\0\0\x0cjP  \r\n\x87\n"),
    };

    for (size_t i = 0; i < sizeof begin / sizeof begin[0]; i++)
        if (image.n >= begin[i].n && memcmp(image.p, begin[i].p, begin[i].n) == 0)
            return true;
    return false;
}

static void refuse_image(struct making *m, struct bytes image)
{
    enum { SHOWN_MAX = 4 };
    struct buf begin;

    buf_init(&begin, (size_t)2 * SHOWN_MAX);
    hex_write(&begin, (struct bytes){ image.p, image.n < SHOWN_MAX ? image.n : SHOWN_MAX });
    claims_refuse(m, NULL, "must be an image, JPEG or JPEG 2000, not %zu bytes that begin %s",
                  image.n, buf_text(&begin));
    buf_cleanup(&begin);
}

static void put_bytes(struct making *m, const struct element *el, json_t *value)
{
    struct buf decoded;
    enum oc_err e;

    if (!json_is_string(value)) {
        claims_refuse(m, value, "must be bytes as base64url text");
        return;
    }
    buf_init(&decoded, json_string_length(value));
    e = base64url_read(&decoded, bytes_str(json_string_value(value)));
    if (e == OC_SYNTAX)
        claims_refuse(m, value, "must be bytes as base64url text without padding");
    else if (e != OC_OK)
        buf_fail(&m->out->values, e);
    else if (!is_within(el, (int64_t)decoded.n))
        refuse_size(m, el, "bytes", decoded.n);
    else if (el->rule == RULE_PORTRAIT && !is_portrait(buf_view(&decoded)))
        refuse_image(m, buf_view(&decoded));
    mdoc_put_bytes(&m->out->values, buf_view(&decoded));
    buf_cleanup(&decoded);
}

static void put_full_date(struct making *m, const struct element *el, json_t *value)
{
    int64_t day = 0;

    if (!json_is_string(value) || !date_read(bytes_str(json_string_value(value)), &day))
        claims_refuse(m, value, "must be a date such as \"2000-01-31\"");
    else if (el->rule == RULE_UNEXPIRED && day < date_floor(m->spec->issued, DATE_DAY_S))
        claims_refuse(m, value, "must not be before the day of issue");
    mdoc_put_full_date(&m->out->values, day);
}

static void put_tdate(struct making *m, json_t *value)
{
    int64_t moment = 0;

    if (!json_is_string(value) || !date_time_read(bytes_str(json_string_value(value)), &moment))
        claims_refuse(m, value, "must be a moment such as \"2000-01-31T12:00:00Z\"");
    mdoc_put_tdate(&m->out->values, moment);
}

static void put_array(struct making *m, const struct element *el, json_t *value)
{
    size_t n = json_array_size(value);

    if (!json_is_array(value)) {
        claims_refuse(m, value, "must be an array");
        return;
    }
    if (!is_within(el, (int64_t)n)) {
        refuse_size(m, el, "items", n);
        return;
    }
    mdoc_put_array(&m->out->values, n);
    for (size_t i = 0; i < n; i++) {
        size_t place = enter_index(m, i);

        claims_put_value(m, &el->parts[0], json_array_get(value, i));
        claims_leave(m, place);
    }
}

const struct element *claims_part(const struct element *parts, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(parts[i].name, name) == 0)
            return &parts[i];
    return NULL;
}

static bool read_moment(const json_t *value, int64_t *moment)
{
    return json_is_string(value) && (date_read(bytes_str(json_string_value(value)), moment) ||
                                     date_time_read(bytes_str(json_string_value(value)), moment));
}

/* Which of the two is wrong cannot be told; a date that is none is refused where it stands. */
void claims_check_after(struct making *m, const struct element *el, json_t *value,
                        const json_t *beside)
{
    const json_t *earlier = el->after != NULL ? json_object_get(beside, el->after) : NULL;
    int64_t begin, end;

    if (read_moment(earlier, &begin) && read_moment(value, &end) && end < begin)
        claims_refuse(m, value, "must not be before %s, %s", el->after,
                      json_string_value(earlier));
}

static void refuse_unknown_fields(struct making *m, const struct element *el, json_t *value)
{
    const char *name;
    json_t *field;

    json_object_foreach(value, name, field) {
        size_t place = claims_enter(m, name);

        if (claims_part(el->parts, el->n_parts, name) == NULL)
            claims_refuse(m, NULL, "there is no such field");
        claims_leave(m, place);
    }
}

static void put_map(struct making *m, const struct element *el, json_t *value)
{
    size_t n = json_object_size(value);

    if (!json_is_object(value)) {
        claims_refuse(m, value, "must be an object");
        return;
    }
    refuse_unknown_fields(m, el, value);
    if (!is_within(el, (int64_t)n))
        refuse_size(m, el, "fields", n);
    mdoc_put_map(&m->out->values, n);
    for (size_t i = 0; i < el->n_parts; i++) {
        json_t *field = json_object_get(value, el->parts[i].name);
        size_t place = claims_enter(m, el->parts[i].name);

        if (field != NULL) {
            mdoc_put_text(&m->out->values, bytes_str(el->parts[i].name));
            claims_put_value(m, &el->parts[i], field);
            claims_check_after(m, &el->parts[i], field, value);
        } else if (el->parts[i].required) {
            claims_refuse(m, NULL, "is missing");
        }
        claims_leave(m, place);
    }
}

void claims_put_value(struct making *m, const struct element *el, json_t *value)
{
    switch (el->kind) {
    case ELEMENT_TEXT:
        put_text(m, el, value);
        break;
    case ELEMENT_UINT:
    case ELEMENT_INT:
        put_integer(m, el, value);
        break;
    case ELEMENT_BOOL:
        if (!json_is_boolean(value))
            claims_refuse(m, value, "must be true or false");
        mdoc_put_boolean(&m->out->values, json_is_true(value));
        break;
    case ELEMENT_BYTES:
        put_bytes(m, el, value);
        break;
    case ELEMENT_FULL_DATE:
        put_full_date(m, el, value);
        break;
    case ELEMENT_TDATE:
        put_tdate(m, value);
        break;
    case ELEMENT_ARRAY:
        put_array(m, el, value);
        break;
    case ELEMENT_MAP:
        put_map(m, el, value);
        break;
    }
}
