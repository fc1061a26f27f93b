/*
 * Before the flow: types list, types show.     schemas/cards/  →  here  →  issuer/issue.c (1)
 *   out   the card types that can be issued, and what each has on its cards
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/card_types.h"
#include "cli/exit.h"
#include "cli/io.h"
#include "cli/lang.h"
#include "cli/term.h"
#include "issuer/verbs.h"

enum { TEXT_BYTES_MAX = 16 << 20, CELL_MAX = 400, INDENT = 2 };

const struct command_option types_list_options[] = {
    { "json", 0, NULL, "the same for programs", false },
    LANG_OPTION,
    { .name = NULL },
};

const struct command_option types_show_options[] = {
    { "json", 0, NULL, "the card type's file", false },
    LANG_OPTION,
    { .name = NULL },
};

/* What stands in the columns, in both languages. */
static const struct label
    word_required = { "required", "必填" }, word_optional = { "optional", "选填" },
    word_over = { "", "满" }, word_by = { " years since ", "周岁，按 " },
    word_years_since = { "years since ", "周岁数，按 " }, word_year_of = { "year of ", "年份，按 " },
    word_after = { "not before ", "不早于 " },
    word_issue = { "day of issue", "签发当日" }, word_expiry = { "last valid day", "有效期最后一日" },
    word_always = { "always ", "固定为 " },
    word_bytes = { "bytes", "字节" }, word_items = { "items", "项" },
    word_fields = { "fields", "个字段" },
    word_to = { " to ", " 至 " }, word_at_most = { ", at most ", "，至多 " },
    word_at_least = { ", at least ", "，至少 " }, word_codes = { "codes", "个代码" },
    word_inputs = { "asked for, and not on the card", "签发时需要，不写入卡片" },
    word_valid = { ", valid for ", "，有效期 " }, word_days = { " days", " 天" },
    word_heads[] = { { "TYPE", "类型" }, { "ELEMENTS", "数据项" }, { "REQUIRED", "必填" },
                     { "DAYS", "天数" }, { "FROM", "来源" }, { "TITLE", "名称" } },
    word_built_in = { "built in", "内置" }, word_own = { "file", "文件" };

/* Columns as wide as their widest cell; the last one is free. */
enum { COLUMNS_MAX = 6 };

struct table {
    struct buf *out;            /* NULL: only measure */
    size_t width[COLUMNS_MAX];
};

static void put_cell(struct table *t, size_t column, bool is_last, const char *text)
{
    struct buf cell;
    size_t width;

    if (t->out != NULL) {
        term_pad(t->out, bytes_str(text), is_last ? 0 : t->width[column] + 2);
        return;
    }
    buf_init(&cell, TEXT_BYTES_MAX);
    term_escape(&cell, bytes_str(text));
    width = term_width(buf_view(&cell));
    if (width > t->width[column])
        t->width[column] = width;
    buf_cleanup(&cell);
}

static void put_row(struct table *t, const char *const cell[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        put_cell(t, i, i + 1 == n, cell[i]);
    if (t->out == NULL)
        return;
    while (t->out->n > 0 && t->out->p[t->out->n - 1] == ' ')
        buf_truncate(t->out, t->out->n - 1);
    buf_add_byte(t->out, '\n');
}

static void count_elements(const struct card_type *card, size_t *n, size_t *required)
{
    *n = *required = 0;
    for (size_t i = 0; i < card->n_namespaces; i++) {
        const struct card_namespace *space = &card->namespaces[i];

        *n += space->n_elements;
        for (size_t j = 0; j < space->n_elements; j++)
            *required += space->elements[j].required;
    }
}

static void put_type(struct table *t, const struct card_type *card, bool chinese)
{
    char elements[24], needed[24], days[24];
    size_t n, required;

    count_elements(card, &n, &required);
    snprintf(elements, sizeof elements, "%zu", n);
    snprintf(needed, sizeof needed, "%zu", required);
    snprintf(days, sizeof days, "%d", card->validity_days);
    put_row(t, (const char *const[]){
        card->doc_type, elements, needed, days,
        lang_text(card->is_built_in ? &word_built_in : &word_own, chinese),
        lang_text(&card->title, chinese) }, COLUMNS_MAX);
}

static void put_types(struct table *t, const struct catalog *c, bool chinese)
{
    const char *head[COLUMNS_MAX];

    for (size_t i = 0; i < COLUMNS_MAX; i++)
        head[i] = lang_text(&word_heads[i], chinese);
    put_row(t, head, COLUMNS_MAX);
    for (const struct card_type *card = c->cards; card != NULL; card = card->next)
        put_type(t, card, chinese);
}

static enum oc_err list_json(struct buf *out, const struct catalog *c)
{
    json_t *list = json_array();
    enum oc_err e = list != NULL ? OC_OK : OC_MEMORY;

    for (const struct card_type *card = c->cards; card != NULL && e == OC_OK; card = card->next) {
        size_t n, required;

        count_elements(card, &n, &required);
        if (json_array_append_new(list, json_pack(
                "{s:s, s:{s:s, s:s}, s:i, s:i, s:i, s:b}", "docType", card->doc_type, "title", "en",
                card->title.en, "zh", card->title.zh, "elements", (int)n, "required", (int)required,
                "validityDays", card->validity_days, "builtIn", (int)card->is_built_in)) != 0)
            e = OC_MEMORY;
    }
    if (e == OC_OK)
        e = json_write(out, list);
    json_decref(list);
    return e;
}

/* "text, 1 to 150 bytes" */
static void describe_kind(struct buf *out, const struct element *el, bool chinese)
{
    static const struct label none = { "", "" };
    const struct label *unit = el->kind == ELEMENT_TEXT || el->kind == ELEMENT_BYTES ? &word_bytes
                               : el->kind == ELEMENT_ARRAY ? &word_items
                               : el->kind == ELEMENT_MAP ? &word_fields : &none;
    const char *of = lang_text(unit, chinese);
    int64_t least = el->kind == ELEMENT_INT ? INT64_MIN
                    : unit == &none || unit == &word_fields ? 0 : 1;

    buf_add_str(out, element_kind_name(el->kind));
    if (el->source == FROM_CARD_TYPE)
        return;
    if (el->n_codes > 0)
        buf_printf(out, ", %zu %s", el->n_codes, lang_text(&word_codes, chinese));
    else if (el->min == el->max)
        buf_printf(out, ", %" PRId64 " %s", el->min, of);
    else if (el->max != INT64_MAX && el->min != INT64_MIN)
        buf_printf(out, ", %" PRId64 "%s%" PRId64 " %s", el->min, lang_text(&word_to, chinese),
                   el->max, of);
    else if (el->max != INT64_MAX)
        buf_printf(out, "%s%" PRId64 " %s", lang_text(&word_at_most, chinese), el->max, of);
    else if (el->min != least)
        buf_printf(out, "%s%" PRId64 " %s", lang_text(&word_at_least, chinese), el->min, of);
    while (out->n > 0 && out->p[out->n - 1] == ' ')
        buf_truncate(out, out->n - 1);
}

/* Where its value comes from. */
static void describe_source(struct buf *out, const struct element *el, bool chinese)
{
    switch (el->source) {
    case FROM_CLAIMS:
        buf_add_str(out, lang_text(el->required ? &word_required : &word_optional, chinese));
        break;
    case FROM_AGE:
        buf_printf(out, "%s%d%s%s", lang_text(&word_over, chinese), el->age,
                   lang_text(&word_by, chinese), el->from);
        break;
    case FROM_YEARS_SINCE:
        buf_printf(out, "%s%s", lang_text(&word_years_since, chinese), el->from);
        break;
    case FROM_YEAR_OF:
        buf_printf(out, "%s%s", lang_text(&word_year_of, chinese), el->from);
        break;
    case FROM_ISSUE_DATE:
        buf_add_str(out, lang_text(&word_issue, chinese));
        break;
    case FROM_EXPIRY_DATE:
        buf_add_str(out, lang_text(&word_expiry, chinese));
        break;
    case FROM_CARD_TYPE:
        buf_printf(out, "%s\"%s\"", lang_text(&word_always, chinese), json_string_value(el->value));
        break;
    }
}

static void describe_rules(struct buf *out, const struct element *el, bool chinese)
{
    if (el->rule != RULE_NONE)
        buf_printf(out, ", %s", element_rule_name(el->rule));
    if (el->after != NULL)
        buf_printf(out, ", %s%s", lang_text(&word_after, chinese), el->after);
}

/* Under the element, since a list may be long: "0 not known, 1 male". */
static void put_codes(struct buf *out, const struct element *el, bool chinese, size_t indent)
{
    struct buf line;

    buf_init(&line, TEXT_BYTES_MAX);
    for (size_t i = 0; i < el->n_codes; i++) {
        const struct element_code *code = &el->codes[i];

        buf_add_str(&line, i > 0 ? ", " : "");
        if (code->text != NULL)
            term_escape(&line, bytes_str(code->text));
        else
            buf_printf(&line, "%" PRId64, code->number);
        if (code->label.en != NULL) {
            buf_add_byte(&line, ' ');
            term_escape(&line, bytes_str(lang_text(&code->label, chinese)));
        }
    }
    buf_printf(out, "%*s", (int)indent, "");
    term_wrap(out, buf_view(&line), indent, term_columns(stdout));
    buf_add_byte(out, '\n');
    buf_cleanup(&line);
}

static void put_element(struct table *t, const struct element *el, bool chinese, int depth)
{
    enum { NAME, KIND, SOURCE, CELLS };
    const char *cell[CELLS + 1];
    struct buf text[CELLS];

    for (size_t i = 0; i < CELLS; i++)
        buf_init(&text[i], CELL_MAX);
    buf_printf(&text[NAME], "%*s%s", INDENT * depth, "", el->name != NULL ? el->name : "*");
    describe_kind(&text[KIND], el, chinese);
    if (el->name != NULL)
        describe_source(&text[SOURCE], el, chinese);
    describe_rules(&text[SOURCE], el, chinese);
    for (size_t i = 0; i < CELLS; i++)
        cell[i] = buf_text(&text[i]);
    cell[CELLS] = el->name != NULL ? lang_text(&el->label, chinese) : "";
    put_row(t, cell, CELLS + 1);
    for (size_t i = 0; i < CELLS; i++)
        buf_cleanup(&text[i]);
    if (t->out != NULL && el->n_codes > 0)
        put_codes(t->out, el, chinese, INDENT * ((size_t)depth + 1));
    for (size_t i = 0; i < el->n_parts; i++)
        put_element(t, &el->parts[i], chinese, depth + 1);
}

static void put_spaces(struct table *t, const struct card_namespace *spaces, size_t n, bool chinese,
                       const char *note)
{
    for (size_t i = 0; i < n; i++) {
        if (t->out != NULL) {
            buf_add_byte(t->out, '\n');
            term_escape(t->out, bytes_str(spaces[i].name));
            if (note != NULL)
                buf_printf(t->out, " (%s)", note);
            buf_add_byte(t->out, '\n');
        }
        for (size_t j = 0; j < spaces[i].n_elements; j++)
            put_element(t, &spaces[i].elements[j], chinese, 1);
    }
}

static void put_card(struct table *t, const struct card_type *card, bool chinese)
{
    put_spaces(t, card->inputs, card->n_inputs, chinese, lang_text(&word_inputs, chinese));
    put_spaces(t, card->namespaces, card->n_namespaces, chinese, NULL);
}

static void show_text(struct buf *out, const struct card_type *card, bool chinese)
{
    struct table t = { .out = NULL };

    term_escape(out, bytes_str(card->doc_type));
    buf_add_str(out, ": ");
    term_escape(out, bytes_str(lang_text(&card->title, chinese)));
    buf_printf(out, "%s%d%s\n", lang_text(&word_valid, chinese), card->validity_days,
               lang_text(&word_days, chinese));
    put_card(&t, card, chinese);
    t.out = out;
    put_card(&t, card, chinese);
}

static void list_text(struct buf *out, const struct catalog *c, bool chinese)
{
    struct table t = { .out = NULL };

    put_types(&t, c, chinese);
    t.out = out;
    put_types(&t, c, chinese);
}

static enum oc_err print(struct buf *out, enum oc_err e)
{
    if (e == OC_OK)
        e = buf_err(out);
    return e == OC_OK ? io_write(NULL, buf_view(out), IO_TEXT)
                      : fail_print(e, "%s", oc_err_text(e));
}

int types_list_run(const struct command_line *cl)
{
    struct catalog catalog = { 0 };
    struct buf out;
    bool chinese;
    enum oc_err e;

    buf_init(&out, TEXT_BYTES_MAX);
    if ((e = lang_read(&chinese, cl)) == OC_OK && (e = card_types_init(&catalog)) == OC_OK) {
        enum oc_err listed = OC_OK;

        if (opt_given(cl, "json"))
            listed = list_json(&out, &catalog);
        else
            list_text(&out, &catalog, chinese);
        e = print(&out, listed);
    }
    catalog_cleanup(&catalog);
    buf_cleanup(&out);
    return exit_status(e);
}

int types_show_run(const struct command_line *cl)
{
    struct catalog catalog = { 0 };
    const struct card_type *card;
    struct buf out;
    bool chinese;
    enum oc_err e;

    buf_init(&out, TEXT_BYTES_MAX);
    if ((e = lang_read(&chinese, cl)) == OC_OK && (e = card_types_init(&catalog)) == OC_OK &&
        (e = card_types_find(&card, &catalog, "", argument(cl, 0))) == OC_OK) {
        enum oc_err shown = OC_OK;

        if (opt_given(cl, "json"))
            shown = json_write(&out, card->source);
        else
            show_text(&out, card, chinese);
        e = print(&out, shown);
    }
    catalog_cleanup(&catalog);
    buf_cleanup(&out);
    return exit_status(e);
}
