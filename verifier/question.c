#include "verifier/question.h"

#include <stdlib.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/help.h"
#include "cli/io.h"
#include "cli/term.h"
#include "cli/value.h"
#include "core/date.h"
#include "mdoc/age.h"

enum { PURPOSE_BYTES_MAX = 512, EXPLAIN_BYTES_MAX = 1 << 20 };

static enum oc_err allocate(struct question *q, size_t n)
{
    q->elements = calloc(n, sizeof *q->elements);
    return q->elements != NULL ? OC_OK : fail_print(OC_MEMORY, "%s", oc_err_text(OC_MEMORY));
}

static enum oc_err unknown_request(const struct catalog *catalog, const char *name)
{
    fail_print(OC_USAGE, "%s: no such request, nor a file by a '/' or \".json\" in its name", name);
    for (const struct request_type *r = catalog->requests; r != NULL; r = r->next)
        hint_print("%s: %s", r->name, r->purpose.en);
    return OC_USAGE;
}

static const struct request_card *find_card(const struct request_type *type, const char *doc_type)
{
    for (size_t i = 0; i < type->n_cards; i++)
        if (doc_type == NULL || strcmp(type->cards[i].doc_type, doc_type) == 0)
            return &type->cards[i];
    fail_print(OC_USAGE, "%s: not to be asked of %s", type->name, doc_type);
    for (size_t i = 0; i < type->n_cards; i++)
        hint_print("--card %s", type->cards[i].doc_type);
    return NULL;
}

static bool is_file(const char *name)
{
    size_t n = strlen(name);

    return strchr(name, '/') != NULL || (n > 5 && strcmp(name + n - 5, ".json") == 0);
}

/* What is added comes first in the catalogue. */
static enum oc_err find_request(const struct request_type **out, struct catalog *catalog,
                                const char *name)
{
    struct catalog_fault fault = { "" };
    struct buf json;
    enum oc_err e;

    if (!is_file(name)) {
        *out = catalog_request(catalog, name);
        return *out != NULL ? OC_OK : unknown_request(catalog, name);
    }
    if ((e = io_read(&json, name, JSON_BYTES_MAX)) != OC_OK)
        return e;
    e = catalog_add_request(catalog, buf_view(&json), &fault);
    buf_cleanup(&json);
    *out = catalog->requests;
    return e == OC_OK ? OC_OK : fail_print(e, "%s: %s", name, fault.text);
}

static enum oc_err from_catalog(struct question *q, const struct command_line *cl,
                                struct catalog *catalog)
{
    const struct request_type *type;
    const struct request_card *card;
    enum oc_err e = find_request(&type, catalog, argument(cl, 0));

    if (e != OC_OK)
        return e;
    card = find_card(type, opt(cl, "card"));
    if (card == NULL)
        return OC_USAGE;
    if ((e = allocate(q, card->n_items)) != OC_OK)
        return e;
    for (size_t i = 0; i < card->n_items; i++)
        q->elements[q->elements_n++] = (struct mdoc_requested){
            .name_space = bytes_str(card->items[i].name_space),
            .name = bytes_str(card->items[i].element),
            .intent_to_retain = card->items[i].retain,
        };
    q->doc_type = card->doc_type;
    q->purpose = type->name;
    return OC_OK;
}

/* NS/EL or NS/EL,retain; the last slash divides, since an element has none. */
static enum oc_err read_element(struct mdoc_requested *out, const char *text)
{
    struct bytes all = bytes_str(text);
    static const char keep[] = ",retain";
    const size_t keep_n = sizeof keep - 1;
    const char *slash = strrchr(text, '/');

    *out = (struct mdoc_requested){ .intent_to_retain = false };
    if (all.n > keep_n && strcmp(text + all.n - keep_n, keep) == 0) {
        out->intent_to_retain = true;
        all.n -= keep_n;
    }
    if (slash != NULL) {
        out->name_space = (struct bytes){ all.p, (size_t)(slash - text) };
        out->name = (struct bytes){ all.p + out->name_space.n + 1, all.n - out->name_space.n - 1 };
    }
    if (out->name_space.n > 0 && out->name.n > 0 && bytes_are_utf8(all) &&
        memchr(out->name.p, ',', out->name.n) == NULL)
        return OC_OK;
    return fail_print(OC_USAGE, "--element %s: expected NAMESPACE/ELEMENT, or that and \",retain\"",
                      text);
}

/* Behind the others of its namespace, or at the end. */
static enum oc_err insert(struct question *q, const struct mdoc_requested *element)
{
    size_t at = q->elements_n;

    for (size_t i = 0; i < q->elements_n; i++) {
        if (!bytes_eq(q->elements[i].name_space, element->name_space))
            continue;
        if (bytes_eq(q->elements[i].name, element->name))
            return fail_print(OC_USAGE, "--element %.*s was given twice", (int)element->name.n,
                              (const char *)element->name.p);
        at = i + 1;
    }
    memmove(&q->elements[at + 1], &q->elements[at], (q->elements_n - at) * sizeof *q->elements);
    q->elements[at] = *element;
    q->elements_n++;
    return OC_OK;
}

static enum oc_err from_options(struct question *q, const struct command_line *cl)
{
    size_t n = opt_count(cl, "element");
    struct mdoc_requested element;
    enum oc_err e;

    if (n == 0)
        return fail_print(OC_USAGE, "--type needs at least one --element");
    q->doc_type = opt(cl, "type");
    if (*q->doc_type == '\0' || !bytes_are_utf8(bytes_str(q->doc_type)))
        return fail_print(OC_USAGE, "--type: expected a document type");
    if ((e = allocate(q, n)) != OC_OK)
        return e;
    for (size_t i = 0; i < n; i++)
        if ((e = read_element(&element, opt_nth(cl, "element", i))) != OC_OK ||
            (e = insert(q, &element)) != OC_OK)
            return e;
    return OC_OK;
}

static enum oc_err check_combination(const struct command_line *cl)
{
    bool named = argument(cl, 0) != NULL, typed = opt_given(cl, "type");

    if (named && (typed || opt_given(cl, "element")))
        return fail_print(OC_USAGE, "a NAME asks for its own elements: no --type or --element");
    if (!named && opt_given(cl, "card"))
        return fail_print(OC_USAGE, "--card chooses among the cards of a NAME");
    if (!named && !typed) {
        fail_print(OC_USAGE, "what is asked? a NAME, or --type and --element");
        hint_print("for example: owncard-verifier request -o ask.cbor age-over-18");
        return OC_USAGE;
    }
    return OC_OK;
}

/* The same name in another namespace, else the nearest one. */
static void guess_element(const struct card_type *card, struct bytes name)
{
    struct guess g = guess_start((const char *)name.p, name.n);
    const struct card_namespace *best = NULL;

    for (size_t i = 0; i < card->n_namespaces; i++)
        for (size_t j = 0; j < card->namespaces[i].n_elements; j++) {
            const char *before = g.best;

            guess_offer(&g, card->namespaces[i].elements[j].name);
            if (g.best != before)
                best = &card->namespaces[i];
        }
    if (best != NULL)
        hint_print("did you mean %s/%s?", best->name, guess_end(&g));
}

/* Ages are left out: a card may answer one that it does not have by another. */
static void warn_unknown_elements(const struct question *q, const struct catalog *catalog)
{
    const struct card_type *card = catalog_card(catalog, q->doc_type);

    for (size_t i = 0; card != NULL && i < q->elements_n; i++) {
        struct bytes space = q->elements[i].name_space, name = q->elements[i].name;

        if (card_element(card, space, name) != NULL || mdoc_age_limit(name) >= 0)
            continue;
        warn_print("%s has no element %.*s/%.*s", card->doc_type, (int)space.n,
                   (const char *)space.p, (int)name.n, (const char *)name.p);
        guess_element(card, name);
    }
}

/* The cards of a request from the `from`-th on: "A, B or C". */
static void add_cards(struct buf *out, const struct request_type *type, size_t from)
{
    for (size_t i = from; i < type->n_cards; i++) {
        if (i > from)
            buf_add_str(out, i + 1 < type->n_cards ? ", " : " or ");
        term_escape(out, bytes_str(type->cards[i].doc_type));
    }
}

void question_list(FILE *to, const struct catalog *catalog)
{
    struct buf out;

    buf_init(&out, EXPLAIN_BYTES_MAX);
    for (const struct request_type *r = catalog->requests; r != NULL; r = r->next) {
        term_escape(&out, bytes_str(r->name));
        buf_add_str(&out, "\n  ");
        term_escape(&out, bytes_str(r->purpose.en));
        buf_add_str(&out, "\n  of ");
        add_cards(&out, r, 0);
        buf_add_byte(&out, '\n');
    }
    fwrite(out.p, 1, out.n, to);
    buf_cleanup(&out);
}

enum oc_err question_init(struct question *out, const struct command_line *cl,
                          struct catalog *catalog)
{
    const char *purpose = opt(cl, "purpose");
    enum oc_err e;

    *out = (struct question){ 0 };
    if ((e = check_combination(cl)) != OC_OK)
        return e;
    e = argument(cl, 0) != NULL ? from_catalog(out, cl, catalog) : from_options(out, cl);
    if (e == OC_OK && purpose != NULL) {
        struct bytes text = bytes_str(purpose);

        out->purpose = purpose;
        if (text.n == 0 || text.n > PURPOSE_BYTES_MAX || !bytes_are_utf8(text))
            e = fail_print(OC_USAGE, "--purpose: expected 1 to %d bytes of UTF-8",
                           PURPOSE_BYTES_MAX);
    }
    if (e == OC_OK)
        warn_unknown_elements(out, catalog);
    else
        question_cleanup(out);
    return e;
}

void question_cleanup(struct question *q)
{
    free(q->elements);
    *q = (struct question){ 0 };
}

static void label_init(struct buf *out, const struct card_type *card,
                       const struct mdoc_requested *one)
{
    buf_init(out, EXPLAIN_BYTES_MAX);
    value_label(out, card, one->name_space, one->name, false);
}

static void explain_card(struct buf *out, const struct mdoc_device_request *q,
                         const struct mdoc_doc_request *doc, const struct catalog *catalog)
{
    const struct mdoc_requested *elements = &q->elements[doc->first];
    const struct card_type *card = catalog_card_of(catalog, doc->doc_type);
    struct buf label;
    size_t width = 0;

    buf_add_str(out, "Asks of ");
    buf_add_str(out, card != NULL ? card->title.en : "a card of type");
    buf_add_str(out, card != NULL ? " (" : " ");
    term_escape(out, doc->doc_type);
    buf_add_str(out, card != NULL ? "):\n" : ":\n");
    for (size_t i = 0; i < doc->n; i++) {
        size_t label_width;

        label_init(&label, card, &elements[i]);
        label_width = term_width(buf_view(&label));
        width = label_width > width ? label_width : width;
        buf_cleanup(&label);
    }
    for (size_t i = 0; i < doc->n; i++) {
        buf_add_str(out, "  ");
        label_init(&label, card, &elements[i]);
        term_pad(out, buf_view(&label), width + 2);
        buf_cleanup(&label);
        buf_add_str(out, elements[i].intent_to_retain ? "kept      " : "not kept  ");
        term_escape(out, elements[i].name_space);
        buf_add_byte(out, '/');
        term_escape(out, elements[i].name);
        buf_add_byte(out, '\n');
    }
}

static void explain_purpose(struct buf *out, struct bytes purpose, const struct catalog *catalog)
{
    const struct request_type *known = catalog_request_of(catalog, purpose);

    buf_add_str(out, "Purpose: ");
    if (known != NULL)
        buf_add_str(out, known->purpose.en);
    else
        term_escape(out, purpose);
    buf_add_byte(out, '\n');
}

/* One card is asked for, by default the first: who has another cannot answer. */
static void explain_others(struct buf *out, const struct mdoc_doc_request *doc,
                           const struct catalog *catalog)
{
    const struct request_type *known = catalog_request_of(catalog, doc->purpose);

    if (known == NULL || known->n_cards < 2 || !bytes_is(doc->doc_type, known->cards[0].doc_type))
        return;
    buf_add_str(out, "Cards:   of this type alone; --card asks the same of ");
    add_cards(out, known, 1);
    buf_add_byte(out, '\n');
}

void question_explain(FILE *to, const struct mdoc_device_request *request,
                      const struct catalog *catalog, const struct x509_cert *reader)
{
    const struct mdoc_doc_request *first = &request->docs[0];
    char until[DATE_TIME_TEXT_N];
    struct buf out;
    struct bytes text;

    buf_init(&out, EXPLAIN_BYTES_MAX);
    for (size_t i = 0; i < request->docs_n; i++)
        explain_card(&out, request, &request->docs[i], catalog);
    if (first->purpose.p != NULL)
        explain_purpose(&out, first->purpose, catalog);
    if (first->purpose.p != NULL && request->docs_n == 1)
        explain_others(&out, first, catalog);
    if (reader != NULL) {
        struct x509_facts facts;

        x509_describe(reader, &facts);
        buf_add_str(&out, "Signed:  by ");
        term_escape(&out, bytes_str(facts.has_common_name ? facts.common_name : facts.subject));
    } else {
        buf_add_str(&out, "Signed:  NO, the holder cannot tell who asks");
    }
    if (first->has_expires && date_time_write(first->expires, until))
        buf_printf(&out, "\nUntil:   %s", until);
    buf_add_byte(&out, '\n');
    text = buf_view(&out);
    fwrite(text.p, 1, text.n, to);
    buf_cleanup(&out);
}
