/*
 * Step 4 of 5: present.       verifier/request.c (3)  →  here  →  verifier/verify.c (5)
 *   in    DeviceRequest, the vault, the holder's consent
 *   out   DeviceResponse holding only the elements consented to
 *
 * A copy is marked "maybe sent" in the saved vault before the first byte leaves, and destroyed
 * after: a crash in between loses a copy, never shows one twice.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/key_file.h"
#include "cli/lang.h"
#include "cli/message.h"
#include "cli/term.h"
#include "core/date.h"
#include "holder/ask.h"
#include "holder/flawed.h"
#include "holder/token.h"
#include "holder/vault.h"
#include "holder/verbs.h"
#include "mdoc/describe.h"
#include "mdoc/encryption.h"
#include "mdoc/transcript.h"
#include "verbs/qr_in.h"
#include "verbs/qr_out.h"

const struct command_option holder_present_options[] = {
    { "request", 'r', "FILE", "what the verifier asks (default: standard input)", false },
    { "request-image", 0, "PICTURE", "the request as PNG or JPEG of its QR codes; more of them as "
                                     "arguments", true },
    { "output", 'o', "FILE", "the answer", false },
    QR_OUT_OPTIONS,
    { "consent", 'c', "EL,EL", "show these elements, or \"all\" (default: ask)", false },
    { "card", 0, "N", "answer from this card", false },
    { "accept-unknown-reader", 0, NULL, "answer though nobody vouches for the reader", false },
    { "reuse", 0, NULL, "show the last copy again, which makes showings linkable", false },
    { "per-verifier", 0, NULL, "show a reader that you trust the copy it saw before", false },
    { "no-history", 0, NULL, "do not note this showing down", false },
    { "transcript", 0, "FILE", "for a session of another kind: its transcript; no encryption", false },
    { "reader-key", 0, "KEY", "with --transcript: MAC for this public key, do not sign; PEM, JWK "
                            "or COSE_Key", false },
    { "at", 0, "TIME", "the moment to answer at (default: now)", false },
    TOKEN_PIN_OPTIONS,
    FLAWED_OPTIONS,
    LANG_OPTION,
    VAULT_OPTIONS,
    { .name = NULL },
};

/* One docRequest that is being answered. */
struct answer {
    size_t index;                   /* of the docRequest */
    struct wallet_copy *copy;
    enum wallet_state before;
    bool was_bound;
    struct mdoc_reader reader;      /* who asks */
    struct consent consent;
};

struct presentation {
    const struct command_line *cl;
    int64_t now;
    bool chinese;
    uint64_t card;                  /* --card; 0: not given */
    const struct flaw *flaw;        /* --defect; NULL: none */
    struct buf message;
    struct mdoc_device_request request;
    bool is_encrypted;
    struct mdoc_encryption_parameters encryption;
    struct public_key *reader_key;  /* for a device MAC */
    struct buf transcript_file, transcript;
    struct catalog catalog;
    struct vault vault;
    struct answer answers[MDOC_DOCUMENTS_MAX];
    size_t answers_n;
    struct buf documents;           /* encoded, one after the other */
    const struct answer *first;     /* whose document comes first */
    struct buf response;
    size_t noted;                   /* showings in the history that are these */
    struct qr_out qr;
};

/* Where the request came from; NULL: standard input. */
static const char *request_name(const struct presentation *p)
{
    const char *picture = opt(p->cl, "request-image");

    return picture != NULL ? picture : opt(p->cl, "request");
}

static enum oc_err read_reader_key(struct presentation *p)
{
    const char *path = opt(p->cl, "reader-key");

    return path == NULL ? OC_OK : key_file_public(&p->reader_key, path);
}

/* A transcript given, or the one that follows from our own handover. */
static enum oc_err find_transcript(struct presentation *p)
{
    const char *path = opt(p->cl, "transcript");
    struct oc_fault fault = { 0 };
    struct bytes array;
    enum oc_err e;

    if (path != NULL) {
        if ((e = message_read(&p->transcript_file, path, MDOC_BYTES_MAX)) != OC_OK)
            return e;
        e = mdoc_transcript_read(&array, buf_view(&p->transcript_file), &fault);
        if (e != OC_OK)
            return fail_fault(e, path, &fault);
        buf_add(&p->transcript, array);
        return read_reader_key(p);
    }
    if (opt_given(p->cl, "reader-key"))
        return fail_print(OC_USAGE, "--reader-key goes with --transcript");
    e = mdoc_encryption_parameters_init(&p->encryption, &p->request, &fault);
    if (e != OC_OK) {
        fail_fault(e, request_name(p), &fault);
        hint_print("a request from another kind of session needs --transcript FILE");
        return e;
    }
    p->is_encrypted = true;
    mdoc_transcript_qr(&p->transcript, p->encryption.tagged);
    return buf_err(&p->transcript);
}

/* In the QR handover a request must end, or a photograph of it would live for ever. */
static enum oc_err check_expiry(const struct presentation *p)
{
    for (size_t i = 0; i < p->request.docs_n; i++) {
        const struct mdoc_doc_request *doc = &p->request.docs[i];
        char text[DATE_TIME_TEXT_N];

        if (!doc->has_expires && p->is_encrypted)
            return fail_print(OC_REFUSED, "the request names no end, which this handover demands");
        if (doc->has_expires && p->now > doc->expires)
            return fail_print(OC_EXPIRED, "the request expired %s",
                              date_time_write(doc->expires, text) ? text : "long ago");
    }
    return OC_OK;
}

/* The card to answer docRequest `index` from: that of --card if it is of the type, else the only
 * one; *number 0: none in the vault. */
static enum oc_err choose_card(uint64_t *number, const struct presentation *p, size_t index)
{
    struct wallet_card card = { 0 };
    size_t n = 0;
    enum oc_err e;

    *number = 0;
    while (wallet_next_card(&p->vault.wallet, &card)) {
        if (!bytes_eq(card.doc_type, p->request.docs[index].doc_type))
            continue;
        *number = card.number;
        if (card.number == p->card)
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
static enum oc_err check_card(const struct presentation *p)
{
    struct wallet_card card;

    if (p->card == 0)
        return OC_OK;
    for (size_t i = 0; i < p->answers_n; i++)
        if (p->answers[i].copy->card == p->card)
            return OC_OK;
    if (!wallet_card_get(&p->vault.wallet, p->card, &card))
        return fail_print(OC_USAGE, "--card %llu: there is no card of this number",
                          (unsigned long long)p->card);
    return fail_print(OC_USAGE, "--card %llu is of type %.*s, which is not asked for",
                      (unsigned long long)p->card, (int)card.doc_type.n,
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
static struct wallet_copy *find_copy(struct presentation *p, const struct mdoc_reader *reader,
                                     uint64_t card)
{
    bool bind = opt_given(p->cl, "per-verifier") && reader->standing == MDOC_READER_TRUSTED;
    struct wallet_copy *copy = NULL;

    if (bind)
        copy = wallet_bound_copy(&p->vault.wallet, card, reader->identity, p->now);
    if (copy == NULL)
        copy = wallet_next_copy(&p->vault.wallet, card, opt_given(p->cl, "reuse"), p->now);
    return copy;
}

static void bind_copy(struct presentation *p, struct answer *answer)
{
    if (!opt_given(p->cl, "per-verifier") || answer->before != WALLET_FRESH ||
        answer->reader.standing != MDOC_READER_TRUSTED)
        return;
    memcpy(answer->copy->verifier, answer->reader.identity, sizeof answer->copy->verifier);
    answer->copy->is_bound = true;
}

static enum oc_err choose_copy(struct answer *answer, struct presentation *p, uint64_t card)
{
    struct wallet_card facts;
    enum oc_err e;

    answer->copy = find_copy(p, &answer->reader, card);
    if (answer->copy != NULL) {
        answer->before = answer->copy->state;
        answer->was_bound = answer->copy->is_bound;
        answer->copy->state = WALLET_MAYBE_SENT;    /* so that no other docRequest takes it */
        return OC_OK;
    }
    e = fail_print(OC_REFUSED, "card %llu has no copy left that is valid and was not shown",
                   (unsigned long long)card);
    if (wallet_card_get(&p->vault.wallet, card, &facts) && facts.quarantined > 0)
        hint_print("%zu out of a backup may have been shown; owncard-holder accept offers them",
                   facts.quarantined);
    else
        hint_print("ask the issuer for more (owncard-holder refill, then store); --reuse shows the "
                   "last one again, which lets verifiers link the showings");
    return e;
}

/* Who asks, what for, and yes or no, for one docRequest. */
static enum oc_err answer_one(struct presentation *p, size_t index)
{
    struct answer *answer = &p->answers[p->answers_n];
    struct ask ask = { .request = &p->request, .index = index, .reader = &answer->reader,
                       .catalog = &p->catalog, .chinese = p->chinese,
                       .consent = &answer->consent };
    uint64_t card;
    enum oc_err e = choose_card(&card, p, index);

    if (e == OC_OK && card == 0 && p->request.docs_n > 1)
        say_unanswered(&p->request.docs[index]);
    if (e != OC_OK || card == 0)
        return e;
    e = mdoc_reader_check(&answer->reader, &p->request, index, buf_view(&p->transcript),
                          &p->vault.wallet.readers, p->now);
    if (e != OC_OK)
        return fail_print(e, "%s", oc_err_text(e));
    if ((e = choose_copy(answer, p, card)) != OC_OK)
        return e;
    e = consent_init(&answer->consent, &p->request, index, &answer->copy->parsed);
    if (e != OC_OK)
        return fail_print(e, "%s", oc_err_text(e));
    answer->index = index;
    p->answers_n++;
    if ((e = ask_explain(&ask)) != OC_OK || (e = ask_reader(p->cl, &ask)) != OC_OK)
        return e;
    return ask_elements(p->cl, &ask);
}

/* One Document for what was agreed to; none when it was nothing. */
static enum oc_err add_document(struct presentation *p, const struct answer *answer, size_t *n)
{
    const struct mdoc_issuer_signed *card = &answer->copy->parsed;
    bool *keep = calloc(card->items_n + 1, sizeof *keep);
    enum oc_err e = OC_OK;

    if (keep == NULL)
        return OC_MEMORY;
    if (consent_keep(keep, &answer->consent, card) > 0 &&
        (e = token_open(answer->copy->key, p->cl)) == OC_OK) {
        e = mdoc_document_write(&p->documents, &(struct mdoc_document_spec){
            .card = card, .keep = keep, .transcript = buf_view(&p->transcript),
            .device_key = answer->copy->key, .reader_key = p->reader_key,
        });
        if ((*n)++ == 0)
            p->first = answer;
    }
    free(keep);
    return e;
}

static enum oc_err make_response(struct presentation *p)
{
    size_t n = 0;
    enum oc_err e = OC_OK;

    for (size_t i = 0; i < p->answers_n && e == OC_OK; i++)
        e = add_document(p, &p->answers[i], &n);
    if (e == OC_OK && n == 0)
        return fail_print(OC_REFUSED, "nothing was agreed to, so nothing is sent");
    if (e == OC_OK && p->flaw != NULL)
        return flawed_write(&p->response, p->flaw, &(struct flaw_showing){
            .documents = buf_view(&p->documents), .documents_n = n,
            .card = &p->first->copy->parsed, .device_key = p->first->copy->key,
            .reader_key = p->reader_key, .transcript = buf_view(&p->transcript),
            .encryption = p->is_encrypted ? &p->encryption : NULL,
            .doc_request = p->first->index,
        });
    if (e == OC_OK && p->is_encrypted) {
        e = mdoc_response_encrypt(&p->response, buf_view(&p->documents), n, &p->encryption,
                                  buf_view(&p->transcript), p->first->index);
    } else if (e == OC_OK) {
        mdoc_device_response_write(&p->response, buf_view(&p->documents), n);
        e = buf_err(&p->response);
    }
    return e == OC_OK ? OC_OK : fail_print(e, "the answer: %s", oc_err_text(e));
}

static bool is_used(const struct answer *answer)
{
    for (size_t i = 0; i < answer->consent.n; i++)
        if (answer->consent.elements[i].agreed)
            return true;
    return false;
}

/* Every copy as it was, or, with `leaving`, those that are used as "maybe sent". One that was shown
 * before has nothing more to lose. */
static void set_states(struct presentation *p, bool leaving)
{
    for (size_t i = 0; i < p->answers_n; i++) {
        struct answer *answer = &p->answers[i];

        answer->copy->state = answer->before;
        answer->copy->is_bound = answer->was_bound;
        if (!leaving || !is_used(answer))
            continue;
        if (answer->before != WALLET_SHOWN)
            answer->copy->state = WALLET_MAYBE_SENT;
        bind_copy(p, answer);
    }
}

/* Into the history, as perhaps sent. */
static enum oc_err note_down(struct presentation *p)
{
    struct wallet_history *history = &p->vault.wallet.history;

    if (history->is_off || opt_given(p->cl, "no-history"))
        return OC_OK;
    for (size_t i = 0; i < p->answers_n; i++) {
        const struct answer *answer = &p->answers[i];
        enum oc_err e;

        if (!is_used(answer))
            continue;
        e = wallet_history_add(history, &(struct wallet_showing_spec){
            .at = p->now, .reader = &answer->reader, .card = answer->copy->card,
            .parsed = &answer->copy->parsed, .consent = &answer->consent,
            .issuer_signed = buf_view(&answer->copy->issuer_signed) });
        if (e != OC_OK)
            return fail_print(e, "the history: %s", oc_err_text(e));
        p->noted++;
    }
    return OC_OK;
}

static void note_sent(struct presentation *p)
{
    struct wallet_history *history = &p->vault.wallet.history;

    for (size_t i = history->n - p->noted; i < history->n; i++)
        history->showings[i].sent = true;
}

/* Pointers to copies end with each wallet_copy_sent(); what stays is where their bytes are. */
static void mark_sent(struct presentation *p)
{
    struct bytes sent[MDOC_DOCUMENTS_MAX];
    size_t n = 0;

    for (size_t i = 0; i < p->answers_n; i++)
        if (is_used(&p->answers[i]))
            sent[n++] = buf_view(&p->answers[i].copy->issuer_signed);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < p->vault.wallet.copies_n; j++)
            if (p->vault.wallet.copies[j].issuer_signed.p == sent[i].p) {
                wallet_copy_sent(&p->vault.wallet, &p->vault.wallet.copies[j], p->now);
                break;
            }
}

/* What left, and what is left. */
static void say_sent(const struct presentation *p, const uint64_t *cards)
{
    for (size_t i = 0; i < p->answers_n; i++) {
        const struct consent *consent = &p->answers[i].consent;
        struct wallet_card card;
        size_t shown = 0;

        for (size_t j = 0; j < consent->n; j++)
            shown += consent->elements[j].agreed;
        if (shown == 0)
            continue;
        fprintf(stderr, "Shown: %zu of %zu elements asked for.", shown, consent->n);
        if (wallet_card_get(&p->vault.wallet, cards[i], &card))
            fprintf(stderr, " Card %llu has %zu unused %s left.", (unsigned long long)cards[i],
                    card.fresh, card.fresh == 1 ? "copy" : "copies");
        fputc('\n', stderr);
        if (shown < consent->n)
            fputs("A verifier that needs all of them will refuse this answer.\n", stderr);
    }
}

/* A plain answer is nobody else's business on this machine; one that is wrong may be plain. */
static unsigned output_kind(const struct presentation *p)
{
    return p->is_encrypted && p->flaw == NULL ? IO_BINARY : IO_BINARY | IO_SECRET;
}

/* As a file, unless QR codes are all that was asked for, and as QR codes. */
static enum oc_err add_outputs(struct io_output *output, struct presentation *p)
{
    const char *path = opt(p->cl, "output");
    enum oc_err e = OC_OK;

    if (path != NULL || !qr_out_wanted(p->cl))
        e = io_output_add(output, path, buf_view(&p->response), output_kind(p));
    return e == OC_OK ? qr_out_add(&p->qr, output, buf_view(&p->response)) : e;
}

/* Whether the output can be written at all, found out before a copy is touched. */
static enum oc_err try_output(struct presentation *p)
{
    struct io_output nothing = { .n = 0 };
    enum oc_err e = qr_out_init(&p->qr, p->cl);

    if (e == OC_OK)
        e = add_outputs(&nothing, p);
    io_output_abandon(&nothing);
    qr_out_cleanup(&p->qr);
    return e == OC_OK ? qr_out_init(&p->qr, p->cl) : e;
}

static enum oc_err send(struct presentation *p)
{
    struct io_output output = { .n = 0 };
    uint64_t cards[MDOC_DOCUMENTS_MAX] = { 0 };
    enum oc_err e;

    for (size_t i = 0; i < p->answers_n; i++)
        cards[i] = p->answers[i].copy->card;
    if ((e = try_output(p)) != OC_OK)
        return e;
    set_states(p, true);
    if ((e = note_down(p)) != OC_OK || (e = vault_save(&p->vault)) != OC_OK)
        return e;
    if ((e = add_outputs(&output, p)) != OC_OK) {
        set_states(p, false);       /* nothing left yet */
        wallet_history_drop(&p->vault.wallet.history, p->noted);
        if (vault_save(&p->vault) != OC_OK)
            warn_print("the vault counts the copy as perhaps sent");
        goto out;
    }
    if ((e = io_output_commit(&output)) != OC_OK || (e = qr_out_show(&p->qr)) != OC_OK) {
        hint_print("the answer may have left, so its copy is not offered again");
        goto out;
    }
    mark_sent(p);
    note_sent(p);
    if (vault_save(&p->vault) != OC_OK)
        warn_print("the answer left; the vault still counts its copy as perhaps sent");
    say_sent(p, cards);
out:
    io_output_abandon(&output);
    return e;
}

static enum oc_err read_request(struct presentation *p)
{
    const char *path = request_name(p);
    struct oc_fault fault = { 0 };
    enum oc_err e;

    if (opt_given(p->cl, "request-image"))
        e = qr_in_read(&p->message, p->cl, "request-image");
    else if (argument(p->cl, 0) != NULL)
        e = fail_print(OC_USAGE, "\"%s\": only pictures after --request-image are arguments",
                       argument(p->cl, 0));
    else
        e = message_read(&p->message, path, MDOC_BYTES_MAX);
    if (e != OC_OK)
        return e;
    e = mdoc_device_request_init(&p->request, buf_view(&p->message), &fault);
    if (e == OC_OK)
        return OC_OK;
    fail_fault(e, path, &fault);
    if (e == OC_SHAPE)
        hint_print("this looks like: %s", mdoc_message_name(buf_view(&p->message)));
    return e;
}

static enum oc_err answer_all(struct presentation *p)
{
    struct catalog_fault fault;
    enum oc_err e = catalog_init(&p->catalog, &fault);

    if (e != OC_OK)
        return fail_print(e, "%s", fault.text);
    e = ask_check_words(p->cl, &p->request);
    for (size_t i = 0; i < p->request.docs_n && e == OC_OK; i++)
        e = answer_one(p, i);
    if (e == OC_OK)
        e = check_card(p);
    if (e == OC_OK && p->answers_n == 0)
        e = fail_print(OC_REFUSED, "the vault holds no card of the type asked for (%.*s)",
                       (int)p->request.docs[0].doc_type.n,
                       (const char *)p->request.docs[0].doc_type.p);
    return e;
}

static void presentation_cleanup(struct presentation *p)
{
    for (size_t i = 0; i < p->answers_n; i++)
        consent_cleanup(&p->answers[i].consent);
    vault_close(&p->vault);
    catalog_cleanup(&p->catalog);
    mdoc_encryption_parameters_cleanup(&p->encryption);
    public_key_free(&p->reader_key);
    mdoc_device_request_cleanup(&p->request);
    qr_out_cleanup(&p->qr);
    buf_cleanup(&p->response);
    buf_cleanup(&p->documents);
    buf_cleanup(&p->transcript);
    buf_cleanup(&p->transcript_file);
    buf_cleanup(&p->message);
}

int holder_present(const struct command_line *cl)
{
    struct presentation p = { .cl = cl };
    enum oc_err e;

    if (opt_given(cl, "list-defects"))
        return flawed_list();
    buf_init(&p.transcript, MDOC_BYTES_MAX);
    buf_init(&p.documents, MDOC_BYTES_MAX);
    buf_init(&p.response, MDOC_BYTES_MAX);
    if ((e = opt_not_both(cl, "request", "request-image")) != OC_OK ||
        (e = opt_time(cl, "at", &p.now)) != OC_OK ||
        (e = opt_uint(cl, "card", 1, UINT32_MAX, 0, &p.card)) != OC_OK ||
        (e = lang_read(&p.chinese, cl)) != OC_OK ||
        (e = flawed_init(&p.flaw, cl)) != OC_OK ||
        (e = read_request(&p)) != OC_OK ||
        (e = find_transcript(&p)) != OC_OK ||
        (e = check_expiry(&p)) != OC_OK ||
        (e = vault_open(&p.vault, cl, VAULT_CHANGE)) != OC_OK ||
        (e = answer_all(&p)) != OC_OK ||
        (e = make_response(&p)) != OC_OK ||
        (e = opt_time(cl, "at", &p.now)) != OC_OK ||    /* questions take time */
        (e = check_expiry(&p)) != OC_OK)
        goto out;
    e = send(&p);
out:
    presentation_cleanup(&p);
    return exit_status(e);
}
