#include "issuer/claims_sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/date.h"
#include "core/text.h"
#include "issuer/citizen_number.h"

#define BORN "1990-01-01"
#define NUMBER_BEGIN "44015519900101001"    /* a man's of that day, of a district that nobody has */

enum { SEX_MALE = 1 };

struct sampling {
    int64_t issued;
    bool all;
};

static json_t *sample(const struct sampling *s, const struct element *el,
                      const struct element *beside, size_t n);

static const struct element *find(const struct element *parts, size_t n, const char *name)
{
    for (size_t i = 0; name != NULL && i < n; i++)
        if (parts[i].name != NULL && strcmp(parts[i].name, name) == 0)
            return &parts[i];
    return NULL;
}

/* `n` times one letter. */
static json_t *letters(size_t n, char letter)
{
    char *text = malloc(n + 1);
    json_t *out;

    if (text == NULL)
        return NULL;
    memset(text, letter, n);
    text[n] = '\0';
    out = json_string(text);
    free(text);
    return out;
}

static json_t *sample_text(const struct element *el)
{
    const char *label = el->label.en != NULL ? el->label.en : "text";
    int64_t n = (int64_t)strlen(label);
    char number[CITIZEN_NUMBER_N + 1];

    if (el->n_codes > 0)
        return json_string(el->codes[0].text);
    if (el->rule == RULE_CN_CITIZEN_NUMBER) {
        snprintf(number, sizeof number, "%s%c", NUMBER_BEGIN, citizen_number_check(NUMBER_BEGIN));
        return json_string(number);
    }
    if (el->rule == RULE_COUNTRY)
        return el->min <= 2 && el->max >= 2 ? json_string("CN") : letters((size_t)el->min, 'C');
    return n >= el->min && n <= el->max ? json_string(label) : letters((size_t)el->min, 'x');
}

static json_t *sample_integer(const struct element *el)
{
    for (size_t i = 0; i < el->n_codes; i++)
        if (strcmp(el->name != NULL ? el->name : "", "sex") == 0 && el->codes[i].number == SEX_MALE)
            return json_integer(SEX_MALE);
    if (el->n_codes > 0)
        return json_integer(el->codes[0].number);
    return json_integer(el->min <= 1 && el->max >= 1 ? 1 : el->min > 1 ? el->min : el->max);
}

static json_t *sample_bytes(const struct element *el)
{
    static const uint8_t image[] = { 0xff, 0xd8, 0xff, 0xe0 };
    size_t least = el->rule == RULE_PORTRAIT ? sizeof image : 0;
    size_t n = el->min > (int64_t)least ? (size_t)el->min : least;
    struct buf bytes, text;
    json_t *out = NULL;
    uint8_t *room;

    buf_init(&bytes, n);
    buf_init(&text, 2 * n + 4);
    if ((room = buf_extend(&bytes, n)) != NULL || n == 0) {
        if (room != NULL && least > 0)
            memcpy(room, image, least);
        base64url_write(&text, buf_view(&bytes));
        if (buf_err(&text) == OC_OK)
            out = json_string(buf_text(&text));
    }
    buf_cleanup(&bytes);
    buf_cleanup(&text);
    return out;
}

/* A date in the past, or in the future where it, or the one that it is not before, must be. */
static json_t *sample_date(const struct sampling *s, const struct element *el,
                           const struct element *beside, size_t n)
{
    const struct element *earlier = find(beside, n, el->after);
    char day[DATE_TEXT_N] = BORN, moment[DATE_TIME_TEXT_N];

    if (el->rule == RULE_UNEXPIRED || (earlier != NULL && earlier->rule == RULE_UNEXPIRED))
        date_write(s->issued + 366 * (int64_t)DATE_DAY_S, day);
    if (el->kind == ELEMENT_FULL_DATE)
        return json_string(day);
    snprintf(moment, sizeof moment, "%.10sT12:00:00Z", day);
    return json_string(moment);
}

static json_t *sample_array(const struct sampling *s, const struct element *el)
{
    json_t *out = json_array();
    int64_t n = el->min > 1 || el->max < 1 ? el->min : 1;

    for (int64_t i = 0; out != NULL && i < n; i++)
        if (json_array_append_new(out, sample(s, &el->parts[0], NULL, 0)) != 0) {
            json_decref(out);
            return NULL;
        }
    return out;
}

/* Those that must be there, then others as long as they are wanted. */
static bool add_parts(json_t *out, const struct sampling *s, const struct element *parts, size_t n,
                      int64_t min, int64_t max)
{
    for (int required = 1; required >= 0; required--)
        for (size_t i = 0; i < n; i++) {
            int64_t have = (int64_t)json_object_size(out);

            if (parts[i].source != FROM_CLAIMS || parts[i].required != (required == 1) ||
                (required == 0 && have >= (s->all ? max : min)))
                continue;
            if (json_object_set_new(out, parts[i].name, sample(s, &parts[i], parts, n)) != 0)
                return false;
        }
    return true;
}

static json_t *sample_map(const struct sampling *s, const struct element *el)
{
    json_t *out = json_object();

    if (out != NULL && !add_parts(out, s, el->parts, el->n_parts, el->min, el->max)) {
        json_decref(out);
        return NULL;
    }
    return out;
}

static json_t *sample(const struct sampling *s, const struct element *el,
                      const struct element *beside, size_t n)
{
    switch (el->kind) {
    case ELEMENT_TEXT:
        return sample_text(el);
    case ELEMENT_UINT:
    case ELEMENT_INT:
        return sample_integer(el);
    case ELEMENT_BOOL:
        return json_true();
    case ELEMENT_BYTES:
        return sample_bytes(el);
    case ELEMENT_FULL_DATE:
    case ELEMENT_TDATE:
        return sample_date(s, el, beside, n);
    case ELEMENT_ARRAY:
        return sample_array(s, el);
    case ELEMENT_MAP:
        return sample_map(s, el);
    }
    return NULL;
}

/* Inputs and elements of one namespace come together. */
static bool add_spaces(json_t *out, const struct sampling *s, const struct card_namespace *spaces,
                       size_t n)
{
    for (size_t i = 0; i < n; i++) {
        json_t *space = json_object_get(out, spaces[i].name), *made = NULL;
        bool done;

        if (space == NULL)
            space = made = json_object();
        done = space != NULL && add_parts(space, s, spaces[i].elements, spaces[i].n_elements, 0,
                                          INT64_MAX);
        if (done && made != NULL && json_object_size(made) > 0)
            done = json_object_set(out, spaces[i].name, made) == 0;
        json_decref(made);
        if (!done)
            return false;
    }
    return true;
}

json_t *claims_sample(const struct card_type *card, int64_t issued, bool all)
{
    const struct sampling s = { issued, all };
    json_t *out = json_object();

    if (out != NULL && (!add_spaces(out, &s, card->inputs, card->n_inputs) ||
                        !add_spaces(out, &s, card->namespaces, card->n_namespaces))) {
        json_decref(out);
        return NULL;
    }
    return out;
}
