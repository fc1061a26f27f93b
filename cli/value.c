#include "cli/value.h"

#include <ctype.h>
#include <string.h>

#include "cli/lang.h"
#include "cli/term.h"
#include "core/escape.h"

/* An array or a map that is being written. */
struct level {
    json_t *container;
    const struct element *type;     /* NULL when it is not known */
    size_t done;                    /* parts written */
    void *member;                   /* of a map: the next; NULL after the last */
    bool enclosed;                  /* in parentheses */
};

/* The levels are kept here, not on the C stack, since the value comes from outside. */
struct writing {
    struct buf *out;
    bool chinese;
    struct level levels[JSON_DEPTH_MAX];
    size_t depth;
};

static struct bytes text_of(const json_t *value)
{
    return (struct bytes){ (const uint8_t *)json_string_value(value), json_string_length(value) };
}

/* The value, and what its code stands for. */
static void write_scalar(struct writing *w, json_t *value, const struct element *type)
{
    const struct element_code *code = NULL;

    switch (json_typeof(value)) {
    case JSON_STRING:
        if (type != NULL && type->kind == ELEMENT_BYTES) {
            buf_printf(w->out, w->chinese ? "(%zu 字节)" : "(%zu bytes)", text_of(value).n * 3 / 4);
            break;
        }
        term_escape(w->out, text_of(value));
        if (type != NULL)
            code = element_code_of_text(type, text_of(value));
        break;
    case JSON_INTEGER:
        buf_printf(w->out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        if (type != NULL)
            code = element_code_of_number(type, json_integer_value(value));
        break;
    case JSON_REAL:
        buf_printf(w->out, "%.15g", json_real_value(value));
        break;
    case JSON_TRUE:
        buf_add_str(w->out, w->chinese ? "是" : "yes");
        break;
    case JSON_FALSE:
        buf_add_str(w->out, w->chinese ? "否" : "no");
        break;
    case JSON_NULL:
    case JSON_ARRAY:
    case JSON_OBJECT:
        buf_add_str(w->out, w->chinese ? "(无)" : "(none)");
        break;
    }
    if (code != NULL && code->label.en != NULL) {
        buf_add_str(w->out, " (");
        term_escape(w->out, bytes_str(lang_text(&code->label, w->chinese)));
        buf_add_byte(w->out, ')');
    }
}

/* Items of an array are told apart by their divider; whatever else is inside needs parentheses. */
static void write_value(struct writing *w, json_t *value, const struct element *type)
{
    const struct level *outer = w->depth > 0 ? &w->levels[w->depth - 1] : NULL;
    struct level level = { .container = value, .type = type };

    if (json_array_size(value) == 0 && json_object_size(value) == 0) {
        write_scalar(w, value, type);
        return;
    }
    if (w->depth == JSON_DEPTH_MAX) {
        buf_fail(w->out, OC_LIMIT);
        return;
    }
    level.member = json_object_iter(value);
    level.enclosed = outer != NULL && !(json_is_array(outer->container) && json_is_object(value));
    if (level.enclosed)
        buf_add_byte(w->out, '(');
    w->levels[w->depth++] = level;
}

static void write_item(struct writing *w, struct level *level)
{
    const struct element *type = level->type;

    if (level->done > 0)
        buf_add_str(w->out, "; ");
    write_value(w, json_array_get(level->container, level->done++),
                type != NULL && type->kind == ELEMENT_ARRAY ? &type->parts[0] : NULL);
}

static void write_field(struct writing *w, struct level *level)
{
    struct bytes name = bytes_str(json_object_iter_key(level->member));
    json_t *value = json_object_iter_value(level->member);
    const struct element *type = level->type, *field = NULL;

    if (type != NULL && type->kind == ELEMENT_MAP)
        field = element_field(type, name);
    if (level->done++ > 0)
        buf_add_str(w->out, ", ");
    term_escape(w->out, field != NULL ? bytes_str(lang_text(&field->label, w->chinese)) : name);
    buf_add_str(w->out, ": ");
    level->member = json_object_iter_next(level->container, level->member);
    write_value(w, value, field);
}

void value_text(struct buf *out, json_t *value, const struct element *type, bool chinese)
{
    struct writing w = { .out = out, .chinese = chinese, .depth = 0 };

    write_value(&w, value, type);
    while (w.depth > 0 && buf_err(out) == OC_OK) {
        struct level *level = &w.levels[w.depth - 1];

        if (level->done < json_array_size(level->container)) {
            write_item(&w, level);
        } else if (level->member != NULL) {
            write_field(&w, level);
        } else {
            if (level->enclosed)
                buf_add_byte(out, ')');
            w.depth--;
        }
    }
}

void value_words(struct buf *out, struct bytes json, struct bytes plain, bool is_bytes,
                 const struct element *type, bool chinese)
{
    static const struct element bytes_type = { .kind = ELEMENT_BYTES };
    json_t *value = json_read(json, NULL);

    if (value != NULL)
        value_text(out, value, is_bytes ? &bytes_type : type, chinese);
    else
        escape_add(out, plain);
    json_decref(value);
}

/* The two digits of age_over_NN, or NULL. */
static const char *age_digits(struct bytes name)
{
    const struct bytes start = BYTES("age_over_");
    const char *digits = (const char *)name.p + start.n;

    if (name.n != start.n + 2 || memcmp(name.p, start.p, start.n) != 0 ||
        !isdigit((unsigned char)digits[0]) || !isdigit((unsigned char)digits[1]))
        return NULL;
    return digits;
}

void value_label(struct buf *out, const struct card_type *card, struct bytes name_space,
                 struct bytes name, bool chinese)
{
    const struct element *known = card_element(card, name_space, name);
    const char *age = age_digits(name);

    if (known != NULL)
        term_escape(out, bytes_str(lang_text(&known->label, chinese)));
    else if (age != NULL)
        buf_printf(out, chinese ? "年满%.2s周岁" : "%.2s or older", age);
    else
        term_escape(out, name);
}

void value_label_and_name(struct buf *out, const struct card_type *card, struct bytes name_space,
                          struct bytes name, bool chinese)
{
    value_label(out, card, name_space, name, chinese);
    if (card_element(card, name_space, name) == NULL && age_digits(name) == NULL)
        return;
    buf_add_str(out, chinese ? "（" : " (");
    term_escape(out, name);
    buf_add_str(out, chinese ? "）" : ")");
}

/* The namespace of the card that has this element, or NULL. */
static const struct card_namespace *space_of(const struct card_type *card, struct bytes name)
{
    for (size_t i = 0; card != NULL && i < card->n_namespaces; i++)
        if (card_element(card, bytes_str(card->namespaces[i].name), name) != NULL)
            return &card->namespaces[i];
    return NULL;
}

static bool is_of_name(uint8_t c)
{
    return isalnum(c) || c == '_';
}

void value_sentence(struct buf *out, const struct card_type *card, struct bytes sentence,
                    bool chinese)
{
    while (sentence.n > 0) {
        bool is_word = is_of_name(sentence.p[0]);
        const struct card_namespace *space;
        struct bytes part = { sentence.p, 1 };

        while (part.n < sentence.n && is_of_name(sentence.p[part.n]) == is_word)
            part.n++;
        space = is_word ? space_of(card, part) : NULL;
        if (space != NULL)
            value_label_and_name(out, card, bytes_str(space->name), part, chinese);
        else
            term_escape(out, part);
        sentence = (struct bytes){ sentence.p + part.n, sentence.n - part.n };
    }
}
