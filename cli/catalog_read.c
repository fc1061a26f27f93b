#include "cli/catalog_read.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/term.h"

bool reading_goes_on(const struct reading *r)
{
    return r->err == OC_OK || (r->lines != NULL && r->err != OC_MEMORY);
}

const char *reading_found(struct reading *r, const json_t *value)
{
    struct buf text;

    buf_init(&text, sizeof r->found - 1);
    json_describe(&text, value);
    snprintf(r->found, sizeof r->found, "%s", buf_text(&text));
    buf_cleanup(&text);
    return r->found;
}

const char *reading_guess(struct reading *r, const struct guess *g)
{
    const char *guess = guess_end(g);

    r->guess[0] = '\0';
    if (guess != NULL)
        snprintf(r->guess, sizeof r->guess, "; did you mean \"%s\"?", guess);
    return r->guess;
}

void reading_refuse(struct reading *r, enum oc_err e, const char *format, ...)
{
    struct catalog_fault fault;
    va_list args;

    if (!reading_goes_on(r))
        return;
    if (r->err == OC_OK || e == OC_MEMORY)
        r->err = e;
    int n = snprintf(fault.text, sizeof fault.text, "%s%s", r->path, r->path[0] != '\0' ? ": " : "");
    va_start(args, format);
    vsnprintf(fault.text + n, sizeof fault.text - (size_t)n, format, args);
    va_end(args);
    if (r->fault != NULL && r->refused_n == 0)
        *r->fault = fault;
    r->refused_n++;
    if (r->lines != NULL) {
        term_escape(r->lines, bytes_str(fault.text));
        buf_add_byte(r->lines, '\n');
    }
}

size_t reading_enter(struct reading *r, const char *name)
{
    size_t n = strlen(r->path);

    snprintf(r->path + n, sizeof r->path - n, "%s%s", n > 0 ? "/" : "", name);
    return n;
}

void reading_leave(struct reading *r, size_t place)
{
    r->path[place] = '\0';
}

void *reading_allocate(struct reading *r, size_t n, size_t size)
{
    void *p = reading_goes_on(r) ? calloc(n > 0 ? n : 1, size) : NULL;

    if (p == NULL)
        reading_refuse(r, OC_MEMORY, "out of memory");
    return p;
}

static void refuse_unknown(struct reading *r, const char *unknown, const char *const known[])
{
    struct guess g = guess_start(unknown, strlen(unknown));

    for (; *known != NULL; known++)
        guess_offer(&g, *known);
    reading_refuse(r, OC_SHAPE, "unknown member \"%.60s\"%s", unknown, reading_guess(r, &g));
}

static bool is_known(const char *name, const char *const known[])
{
    while (*known != NULL && strcmp(*known, name) != 0)
        known++;
    return *known != NULL;
}

bool reading_only(struct reading *r, json_t *object, const char *const known[])
{
    const char *name;
    json_t *value;

    if (!json_is_object(object)) {
        if (object != NULL)
            reading_refuse(r, OC_SHAPE, "must be an object, not %s", reading_found(r, object));
        else
            reading_refuse(r, OC_SHAPE, "must be an object");
        return false;
    }
    json_object_foreach(object, name, value)
        if (!is_known(name, known))
            refuse_unknown(r, name, known);
    return reading_goes_on(r);
}

json_t *reading_member(struct reading *r, json_t *object, const char *key, json_type type, bool required)
{
    static const char *const type_names[] = {
        [JSON_OBJECT] = "an object", [JSON_ARRAY] = "an array", [JSON_STRING] = "text",
        [JSON_INTEGER] = "an integer", [JSON_REAL] = "a number", [JSON_TRUE] = "true",
    };
    json_t *value = json_object_get(object, key);

    if (value == NULL) {
        if (required)
            reading_refuse(r, OC_SHAPE, "needs \"%s\"", key);
        return NULL;
    }
    if (json_typeof(value) != type) {
        size_t place = reading_enter(r, key);
        reading_refuse(r, OC_SHAPE, "must be %s, not %s", type_names[type], reading_found(r, value));
        reading_leave(r, place);
        return NULL;
    }
    return value;
}

const char *reading_text(struct reading *r, json_t *object, const char *key)
{
    const char *text = json_string_value(reading_member(r, object, key, JSON_STRING, true));

    if (text != NULL && text[0] == '\0')
        reading_refuse(r, OC_SHAPE, "\"%s\" must not be empty", key);
    return text;
}

void reading_label(struct reading *r, json_t *object, const char *key, bool required, struct label *out)
{
    static const char *const known[] = { "en", "zh", NULL };
    json_t *label = reading_member(r, object, key, JSON_OBJECT, required);

    if (label == NULL)
        return;
    size_t place = reading_enter(r, key);
    if (reading_only(r, label, known)) {
        out->en = reading_text(r, label, "en");
        out->zh = reading_text(r, label, "zh");
    }
    reading_leave(r, place);
}
