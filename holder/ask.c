#include "holder/ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/lang.h"
#include "cli/prompt.h"
#include "cli/term.h"
#include "cli/value.h"
#include "holder/words.h"
#include "mdoc/words.h"

enum { TEXT_BYTES_MAX = 1 << 20, NAME_COLUMNS = 30, HEAD_COLUMNS = 11 };

static const struct mdoc_doc_request *asked_doc(const struct ask *a)
{
    return &a->request->docs[a->index];
}

static const char *say(const struct ask *a, const char *english, const char *chinese)
{
    return a->chinese ? chinese : english;
}

/* The words before a line of the explanation, in a column of their own. */
static void head(struct buf *out, const struct ask *a, const char *english, const char *chinese)
{
    term_pad(out, bytes_str(say(a, english, chinese)), HEAD_COLUMNS);
}

static void explain_reader(struct buf *out, const struct ask *a)
{
    const struct mdoc_reader *reader = a->reader;
    bool colour = term_has_colour(stderr);

    head(out, a, "Asked by:", "请求方：");
    if (reader->standing == MDOC_READER_TRUSTED) {
        term_styled(out, TERM_GOOD, bytes_str(reader->name), colour);
        buf_add_str(out, say(a, " (certified by a CA that you trust)\n", "（由您信任的机构认证）\n"));
        return;
    }
    term_styled(out, TERM_BAD, bytes_str(say(a, "AN UNKNOWN READER", "！身份不明的读取方！")), colour);
    buf_printf(out, "%s%s%s\n", say(a, " - ", "——"),
               mdoc_words(a->chinese ? MDOC_CHINESE : MDOC_ENGLISH, reader->reason), say(a, ".", "。"));
    if (reader->standing == MDOC_READER_UNKNOWN && reader->name[0] != '\0') {
        term_pad(out, BYTES(""), HEAD_COLUMNS);
        buf_add_str(out, say(a, "It calls itself \"", "它自称“"));
        term_escape(out, bytes_str(reader->name));
        buf_add_str(out, say(a, "\"; nothing backs that up.\n", "”，但无任何证明。\n"));
    }
}

/* The ready-made request of the same purpose and card, or NULL. */
static const struct request_card *usual_request(const struct ask *a,
                                                const struct request_type **type)
{
    const struct mdoc_doc_request *doc = asked_doc(a);

    *type = doc->purpose.p == NULL ? NULL : catalog_request_of(a->catalog, doc->purpose);
    for (size_t i = 0; *type != NULL && i < (*type)->n_cards; i++)
        if (bytes_is(doc->doc_type, (*type)->cards[i].doc_type))
            return &(*type)->cards[i];
    return NULL;
}

/* A purpose that is known and never asks for this card needs none of it. */
static bool is_beyond(const struct request_type *purpose, const struct request_card *usual,
                      const struct consent_element *element)
{
    for (size_t i = 0; usual != NULL && i < usual->n_items; i++) {
        const struct mdoc_requested one = {
            .name_space = bytes_str(usual->items[i].name_space),
            .name = bytes_str(usual->items[i].element),
        };

        if (!consent_is_beyond(element, &one, 1))
            return false;
    }
    return purpose != NULL;
}

static void explain_element(struct buf *out, const struct ask *a, const struct card_type *type,
                            const struct consent_element *element)
{
    struct buf label;

    buf_init(&label, TEXT_BYTES_MAX);
    value_label(&label, type, element->name_space, element->name, a->chinese);
    buf_fail(out, buf_err(&label));
    buf_add_str(out, "  ");
    buf_add(out, buf_view(&label));
    for (size_t width = term_width(buf_view(&label)); width < NAME_COLUMNS; width++)
        buf_add_byte(out, ' ');
    buf_cleanup(&label);
    if (element->item == NULL) {
        buf_add_str(out, say(a, " - not on this card", " - 此证无此项"));
        return;
    }
    buf_add_byte(out, ' ');
    words_value(out, element->item->value,
                card_element(type, element->name_space, element->item->name), a->chinese);
    if (!bytes_eq(element->item->name, element->name)) {
        buf_add_str(out, say(a, ", answered by ", "，以此项回答："));
        term_escape(out, element->item->name);
    }
}

static void explain_purpose(struct buf *out, const struct ask *a, const struct request_type *purpose)
{
    struct bytes said = asked_doc(a)->purpose;

    head(out, a, "Purpose:", "用途：");
    if (purpose != NULL) {
        buf_add_str(out, lang_text(&purpose->purpose, a->chinese));
    } else if (said.p != NULL) {
        term_escape(out, said);
        buf_add_str(out, say(a, " (unknown here, so nothing tells what it needs)",
                             "（未知用途，无从判断所需信息）"));
    } else {
        buf_add_str(out, say(a, "not said", "未说明"));
    }
    buf_add_byte(out, '\n');
}

enum oc_err ask_explain(const struct ask *a)
{
    const struct mdoc_doc_request *doc = asked_doc(a);
    const struct card_type *type = catalog_card_of(a->catalog, doc->doc_type);
    const struct request_type *purpose;
    const struct request_card *usual = usual_request(a, &purpose);
    struct buf out;
    enum oc_err e;

    buf_init(&out, TEXT_BYTES_MAX);
    explain_reader(&out, a);
    explain_purpose(&out, a, purpose);
    head(&out, a, "From:", "证件：");
    buf_add_str(&out, type != NULL ? lang_text(&type->title, a->chinese)
                                   : say(a, "a card of type ", "类型为 "));
    if (type == NULL)
        term_escape(&out, doc->doc_type);
    buf_add_byte(&out, '\n');
    for (size_t i = 0; i < a->consent->n; i++) {
        const struct consent_element *element = &a->consent->elements[i];

        explain_element(&out, a, type, element);
        if (element->intent_to_retain)
            buf_add_str(&out, say(a, "  [will be kept]", "  [对方将留存]"));
        if (is_beyond(purpose, usual, element))
            buf_add_str(&out, say(a, "  [more than this purpose needs]", "  [超出该用途所需]"));
        buf_add_byte(&out, '\n');
    }
    e = buf_err(&out);
    if (e == OC_OK)
        fwrite(out.p, 1, out.n, stderr);
    else
        fail_print(e, "the request asks for more than can be explained");
    buf_cleanup(&out);
    return e;
}

/* Whether one word of --consent means this element. */
static bool names(struct bytes word, struct bytes space, struct bytes name)
{
    if (bytes_eq(word, name))
        return true;
    return word.n == space.n + 1 + name.n && word.p[space.n] == '/' &&
           memcmp(word.p, space.p, space.n) == 0 &&
           memcmp(word.p + space.n + 1, name.p, name.n) == 0;
}

/* The next word of a list divided by commas; false at its end. */
static bool next_word(struct bytes *word, const char **list)
{
    if (*list == NULL)
        return false;
    *word = (struct bytes){ (const uint8_t *)*list, strcspn(*list, ",") };
    *list = (*list)[word->n] == ',' ? *list + word->n + 1 : NULL;
    return true;
}

static void agree_by_option(struct consent *consent, const char *list)
{
    struct bytes word;

    while (next_word(&word, &list))
        for (size_t i = 0; i < consent->n; i++) {
            struct consent_element *element = &consent->elements[i];

            if (bytes_is(word, "all") || names(word, element->name_space, element->name))
                element->agreed = element->item != NULL;
        }
}

enum oc_err ask_check_words(const struct command_line *cl, const struct mdoc_device_request *q)
{
    const char *list = opt(cl, "consent");
    struct bytes word;

    while (next_word(&word, &list)) {
        bool found = bytes_is(word, "all");

        for (size_t i = 0; i < q->elements_n && !found; i++)
            found = names(word, q->elements[i].name_space, q->elements[i].name);
        if (!found) {
            fail_print(OC_USAGE, "--consent: \"%.*s\" is not asked for", (int)word.n,
                       (const char *)word.p);
            hint_print("names are separated by commas; \"all\" means everything asked for");
            return OC_USAGE;
        }
    }
    return OC_OK;
}

static enum oc_err check_reader(const struct command_line *cl, const struct ask *a)
{
    bool yes = false;
    enum oc_err e;

    if (a->reader->standing == MDOC_READER_TRUSTED || opt_given(cl, "accept-unknown-reader"))
        return OC_OK;
    if (opt_given(cl, "consent")) {
        e = fail_print(OC_REFUSED, "unknown reader: %s", a->reader->reason);
        hint_print("--accept-unknown-reader answers all the same; owncard-holder trust add makes "
                   "readers known");
        return e;
    }
    e = prompt_yes_no(&yes, say(a, "Nobody you trust vouches for this reader. Go on all the same?",
                                "您信任的机构均未为此读取方作证。仍要继续吗？"),
                      "say so with --accept-unknown-reader");
    if (e == OC_OK && !yes)
        e = fail_print(OC_REFUSED, "not answered: the reader is unknown");
    return e;
}

static enum oc_err agree_one(const struct ask *a, struct consent_element *element)
{
    const struct card_type *type = catalog_card_of(a->catalog, asked_doc(a)->doc_type);
    struct buf question;
    enum oc_err e;

    buf_init(&question, TEXT_BYTES_MAX);
    buf_add_str(&question, say(a, "Show ", "出示"));
    value_label(&question, type, element->name_space, element->name, a->chinese);
    if (element->intent_to_retain)
        buf_add_str(&question, say(a, " (will be kept)", "（对方将留存）"));
    buf_add_str(&question, say(a, "?", "？"));
    e = buf_err(&question);
    if (e == OC_OK)
        e = prompt_yes_no(&element->agreed, buf_text(&question),
                          "say what to show with --consent NAME,NAME");
    buf_cleanup(&question);
    return e;
}

static enum oc_err agree_each(const struct ask *a)
{
    enum oc_err e = OC_OK;

    if (a->consent->n > 1)
        fputs(say(a, "A verifier may refuse an answer that leaves something out.\n",
                  "若略去某项，核验方可能拒绝。\n"), stderr);
    for (size_t i = 0; i < a->consent->n && e == OC_OK; i++)
        if (a->consent->elements[i].item != NULL)
            e = agree_one(a, &a->consent->elements[i]);
    return e;
}

static bool agree_by_rule(const struct ask *a)
{
    size_t rule = rules_cover(a->rules, &(struct rules_asked){
        .request = a->request, .index = a->index, .reader = a->reader, .consent = a->consent });

    if (rule == 0 && a->rules->source != NULL)
        fputs(say(a, "No standing rule covers all of this.\n", "没有常设规则涵盖全部请求。\n"), stderr);
    if (rule == 0)
        return false;
    fprintf(stderr, "%s %zu%s\n", say(a, "Agreed to by standing rule", "依常设规则"), rule,
            say(a, ".", " 同意。"));
    agree_by_option(a->consent, "all");
    return true;
}

enum oc_err ask_consent(const struct command_line *cl, const struct ask *a)
{
    enum oc_err e;

    if (a->reader->standing == MDOC_READER_FORGED)
        return fail_print(OC_REFUSED, "the request claims to be signed, but %s", a->reader->reason);
    if (agree_by_rule(a))
        return OC_OK;
    if ((e = check_reader(cl, a)) != OC_OK)
        return e;
    if (!opt_given(cl, "consent"))
        return agree_each(a);
    agree_by_option(a->consent, opt(cl, "consent"));
    return OC_OK;
}
