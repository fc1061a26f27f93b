#include "cli/catalog_read.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/help.h"

void reading_refuse(struct reading *r, enum oc_err e, const char *format, ...)
{
    va_list args;

    if (r->err != OC_OK)
        return;
    r->err = e;
    if (r->fault == NULL)
        return;
    int n = snprintf(r->fault->text, sizeof r->fault->text, "%s%s", r->path, r->path[0] != '\0' ? ": " : "");
    va_start(args, format);
    vsnprintf(r->fault->text + n, sizeof r->fault->text - (size_t)n, format, args);
    va_end(args);
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
    void *p = r->err == OC_OK ? calloc(n > 0 ? n : 1, size) : NULL;

    if (p == NULL)
        reading_refuse(r, OC_MEMORY, "out of memory");
    return p;
}

static void refuse_unknown(struct reading *r, const char *unknown, const char *const known[])
{
    struct guess g = guess_start(unknown, strlen(unknown));
    const char *guess;

    for (; *known != NULL; known++)
        guess_offer(&g, *known);
    guess = guess_end(&g);
    reading_refuse(r, OC_SHAPE, "unknown member \"%.60s\"%s%s%s", unknown,
                   guess != NULL ? "; did you mean \"" : "", guess != NULL ? guess : "",
                   guess != NULL ? "\"?" : "");
}

bool reading_only(struct reading *r, json_t *object, const char *const known[])
{
    if (!json_is_object(object)) {
        reading_refuse(r, OC_SHAPE, "must be an object");
        return false;
    }
    const char *unknown = json_unknown_key(object, known);
    if (unknown != NULL)
        refuse_unknown(r, unknown, known);
    return r->err == OC_OK;
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
        reading_refuse(r, OC_SHAPE, "must be %s", type_names[type]);
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
