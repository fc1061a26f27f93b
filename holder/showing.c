#include "holder/showing.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/card_types.h"
#include "cli/exit.h"
#include "cli/term.h"
#include "core/date.h"
#include "mdoc/describe.h"

enum oc_err showing_init(struct showing *s, const struct command_line *cl)
{
    const char *standing = opt(cl, "consent-file");
    enum oc_err e;

    *s = (struct showing){ .cl = cl };
    buf_init(&s->documents, MDOC_BYTES_MAX);
    buf_init(&s->response, MDOC_BYTES_MAX);
    if ((e = opt_not_both(cl, "consent", "consent-file")) != OC_OK ||
        (e = opt_time(cl, "at", &s->now)) != OC_OK ||
        (e = opt_uint(cl, "card", 1, UINT32_MAX, 0, &s->card)) != OC_OK ||
        (e = lang_read(&s->chinese, cl)) != OC_OK ||
        (e = flawed_init(&s->flaw, cl)) != OC_OK)
        return e;
    if ((e = card_types_init(&s->catalog)) != OC_OK)
        return e;
    return standing != NULL ? rules_init(&s->rules, standing, &s->catalog) : OC_OK;
}

void showing_cleanup(struct showing *s)
{
    for (size_t i = 0; i < s->answers_n; i++)
        consent_cleanup(&s->answers[i].consent);
    vault_close(&s->vault);
    catalog_cleanup(&s->catalog);
    rules_cleanup(&s->rules);
    buf_cleanup(&s->response);
    buf_cleanup(&s->documents);
    *s = (struct showing){ .cl = NULL };
}

enum oc_err showing_open(struct showing *s)
{
    return vault_open(&s->vault, s->cl, VAULT_CHANGE);
}

static enum oc_err check_expiry(const struct showing *s, const struct showing_asked *asked)
{
    for (size_t i = 0; i < asked->request->docs_n; i++) {
        const struct mdoc_doc_request *doc = &asked->request->docs[i];
        char text[DATE_TIME_TEXT_N];

        if (!doc->has_expires && asked->encryption != NULL)
            return fail_print(OC_REFUSED, "the request names no end, which this handover demands");
        if (doc->has_expires && s->now > doc->expires)
            return fail_print(OC_EXPIRED, "the request expired %s",
                              date_time_write(doc->expires, text) ? text : "long ago");
    }
    return OC_OK;
}

enum oc_err showing_check(const struct showing *s, const struct showing_asked *asked)
{
    enum oc_err e = check_expiry(s, asked);

    return e == OC_OK ? ask_check_words(s->cl, asked->request) : e;
}

/* The card to answer docRequest `index` from: that of --card if it is of the type, else the only
 * one; *number 0: none in the vault. */
static enum oc_err choose_card(uint64_t *number, const struct showing *s, size_t index)
{
    struct wallet_card card = { 0 };
    size_t n = 0;
    enum oc_err e;

    *number = 0;
    while (wallet_next_card(&s->vault.wallet, &card)) {
        if (!bytes_eq(card.doc_type, s->asked.request->docs[index].doc_type))
            continue;
        *number = card.number;
        if (card.number == s->card)
            return OC_OK;
        n++;
    }
    if (n <= 1)
        return OC_OK;
    e = fail_print(OC_USAGE, "more than one card could answer");
    hint_print("choose with --card N; owncard-holder list shows them");
    return e;
}

/* --card must have answered something. */
static enum oc_err check_card(const struct showing *s)
{
    struct wallet_card card;

    if (s->card == 0)
        return OC_OK;
    for (size_t i = 0; i < s->answers_n; i++)
        if (s->answers[i].card == s->card)
            return OC_OK;
    if (!wallet_card_get(&s->vault.wallet, s->card, &card))
        return fail_print(OC_USAGE, "--card %llu: there is no card of this number",
                          (unsigned long long)s->card);
    return fail_print(OC_USAGE, "--card %llu is of type %.*s, which is not asked for",
                      (unsigned long long)s->card, (int)card.doc_type.n,
                      (const char *)card.doc_type.p);
}

static void say_unanswered(const struct mdoc_doc_request *doc)
{
    fputs("The vault holds no card of type ", stderr);
    term_print(stderr, doc->doc_type);
    fputs(", which is asked for too.\n", stderr);
}

/* With --per-verifier a reader that is known for certain has the copy that it saw before, else one
 * that is kept for it from now on; others have one that is nobody's. */
static struct wallet_copy *find_copy(struct showing *s, const struct mdoc_reader *reader,
                                     uint64_t card)
{
    bool bind = opt_given(s->cl, "per-verifier") && reader->standing == MDOC_READER_TRUSTED;
    struct wallet_copy *copy = NULL;

    if (bind)
        copy = wallet_bound_copy(&s->vault.wallet, card, reader->identity, s->now);
    if (copy == NULL)
        copy = wallet_next_copy(&s->vault.wallet, card, opt_given(s->cl, "reuse"), s->now);
    return copy;
}

static enum oc_err choose_copy(struct showing_answer *answer, struct showing *s, uint64_t card)
{
    struct wallet_card facts;
    enum oc_err e;

    answer->card = card;
    answer->copy = find_copy(s, &answer->reader, card);
    if (answer->copy != NULL) {
        answer->before = answer->copy->state;
        answer->was_bound = answer->copy->is_bound;
        answer->copy->state = WALLET_MAYBE_SENT;    /* so that no other docRequest takes it */
        return OC_OK;
    }
    e = fail_print(OC_REFUSED, "card %llu has no copy left that is valid and was not shown",
                   (unsigned long long)card);
    if (wallet_card_get(&s->vault.wallet, card, &facts) && facts.quarantined > 0)
        hint_print("%zu out of a backup may have been shown; owncard-holder accept offers them",
                   facts.quarantined);
    else
        hint_print("ask the issuer for more (owncard-holder refill, then store); --reuse shows the "
                   "last one again, which lets verifiers link the showings");
    return e;
}

/* Card, reader and copy for one docRequest; none when the vault has no such card. */
static enum oc_err choose_one(struct showing *s, size_t index)
{
    struct showing_answer *answer = &s->answers[s->answers_n];
    uint64_t card;
    enum oc_err e = choose_card(&card, s, index);

    if (e == OC_OK && card == 0 && s->asked.request->docs_n > 1)
        say_unanswered(&s->asked.request->docs[index]);
    if (e != OC_OK || card == 0)
        return e;
    e = mdoc_reader_check(&answer->reader, s->asked.request, index, s->asked.transcript,
                          &s->vault.wallet.readers, s->now);
    if (e != OC_OK)
        return fail_print(e, "%s", oc_err_text(e));
    if ((e = choose_copy(answer, s, card)) != OC_OK)
        return e;
    e = consent_init(&answer->consent, s->asked.request, index, &answer->copy->parsed);
    if (e != OC_OK)
        return fail_print(e, "%s", oc_err_text(e));
    answer->index = index;
    s->answers_n++;
    return OC_OK;
}

/* Who asks, what for, and yes or no. */
static enum oc_err ask_one(struct showing *s, struct showing_answer *answer)
{
    const struct ask ask = {
        .request = s->asked.request, .index = answer->index, .reader = &answer->reader,
        .catalog = &s->catalog, .chinese = s->chinese,
        .rules = &s->rules, .consent = &answer->consent,
    };
    enum oc_err e = ask_explain(&ask);

    return e == OC_OK ? ask_consent(s->cl, &ask) : e;
}

/* A key that is damaged is the vault's fault, not the message's. */
static enum oc_err open_key(struct private_key *key, const struct command_line *cl)
{
    enum oc_err e;

    if (private_key_is_open(key))
        return OC_OK;
    if (private_key_uri(key) != NULL)
        return token_open(key, cl);
    e = private_key_open(key);
    return e == OC_OK ? OC_OK
         : fail_print(e == OC_SHAPE ? OC_IO : e, "the vault: %s",
                      e == OC_MEMORY ? oc_err_text(e) : "the private key of this copy is not its own");
}

/* One Document for what was agreed to; none when it was nothing. */
static enum oc_err add_document(struct showing *s, const struct showing_answer *answer, size_t *n)
{
    const struct mdoc_issuer_signed *card = &answer->copy->parsed;
    bool *keep = calloc(card->items_n + 1, sizeof *keep);
    enum oc_err e = OC_OK;

    if (keep == NULL)
        return OC_MEMORY;
    if (consent_keep(keep, &answer->consent, card) > 0 &&
        (e = open_key(answer->copy->key, s->cl)) == OC_OK) {
        e = mdoc_document_write(&s->documents, &(struct mdoc_document_spec){
            .card = card, .keep = keep, .transcript = s->asked.transcript,
            .device_key = answer->copy->key, .reader_key = s->asked.reader_key,
        });
        if ((*n)++ == 0)
            s->first = answer;
    }
    free(keep);
    return e;
}

static enum oc_err make_response(struct showing *s)
{
    size_t n = 0;
    enum oc_err e = OC_OK;

    for (size_t i = 0; i < s->answers_n && e == OC_OK; i++)
        e = add_document(s, &s->answers[i], &n);
    if (e == OC_OK && n == 0)
        return fail_print(OC_REFUSED, "nothing was agreed to, so nothing is sent");
    if (e == OC_OK && s->flaw != NULL)
        return flawed_write(&s->response, s->flaw, &(struct flaw_showing){
            .documents = buf_view(&s->documents), .documents_n = n,
            .card = &s->first->copy->parsed, .device_key = s->first->copy->key,
            .reader_key = s->asked.reader_key, .transcript = s->asked.transcript,
            .encryption = s->asked.encryption,
            .doc_request = s->first->index,
        });
    if (e == OC_OK && s->asked.encryption != NULL) {
        e = mdoc_response_encrypt(&s->response, buf_view(&s->documents), n, s->asked.encryption,
                                  s->asked.transcript, s->first->index);
    } else if (e == OC_OK) {
        mdoc_device_response_write(&s->response, buf_view(&s->documents), n);
        e = buf_err(&s->response);
    }
    return e == OC_OK ? OC_OK : fail_print(e, "the answer: %s", oc_err_text(e));
}

/* A card in the vault that the same request could be made of, if the verifier chose. */
static void hint_at_others(const struct showing *s)
{
    struct bytes purpose = s->asked.request->docs[0].purpose;
    const struct request_type *type = catalog_request_of(&s->catalog, purpose);
    struct wallet_card card = { 0 };

    while (type != NULL && wallet_next_card(&s->vault.wallet, &card))
        for (size_t i = 0; i < type->n_cards; i++)
            if (bytes_is(card.doc_type, type->cards[i].doc_type))
                hint_print("card %llu could answer %s as well, where the verifier asks with "
                           "--card %s", (unsigned long long)card.number, type->name,
                           type->cards[i].doc_type);
}

static enum oc_err say_no_card(const struct showing *s)
{
    struct bytes type = s->asked.request->docs[0].doc_type;

    fail_print(OC_REFUSED, "the vault holds no card of the type asked for (%.*s)", (int)type.n,
               (const char *)type.p);
    hint_at_others(s);
    return OC_REFUSED;
}

enum oc_err showing_choose(struct showing *s, const struct showing_asked *asked)
{
    const struct mdoc_device_request *request = asked->request;
    enum oc_err e;

    s->asked = *asked;
    if ((e = opt_time(s->cl, "at", &s->now)) != OC_OK || (e = showing_check(s, asked)) != OC_OK)
        return e;
    for (size_t i = 0; i < request->docs_n && e == OC_OK; i++)
        e = choose_one(s, i);
    if (e == OC_OK)
        e = check_card(s);
    if (e == OC_OK && s->answers_n == 0)
        e = say_no_card(s);
    return e;
}

/* What the issuer signed goes out with whatever is shown of a card. */
size_t showing_least(const struct showing *s)
{
    size_t least = SIZE_MAX;

    for (size_t i = 0; i < s->answers_n; i++) {
        size_t n = s->answers[i].copy->parsed.auth_cbor.n;

        least = n < least ? n : least;
    }
    return least;
}

enum oc_err showing_answer(struct showing *s)
{
    enum oc_err e = OC_OK;

    for (size_t i = 0; i < s->answers_n && e == OC_OK; i++)
        e = ask_one(s, &s->answers[i]);
    if (e != OC_OK || (e = make_response(s)) != OC_OK ||
        (e = opt_time(s->cl, "at", &s->now)) != OC_OK)      /* questions take time */
        return e;
    return check_expiry(s, &s->asked);
}
