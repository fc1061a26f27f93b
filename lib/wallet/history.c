/* Showing and Shown of schemas/wire/vault.cddl. */
#include "wallet/history.h"

#include <stdlib.h>
#include <string.h>

#include "codec/cbw.h"
#include "core/array.h"
#include "crypto/hash.h"
#include "wallet/parts.h"

enum { SHOWN_BYTES_MAX = 1 << 20 };

static void showing_cleanup(struct wallet_showing *showing)
{
    free(showing->elements);
    buf_cleanup(&showing->encoded);
    *showing = (struct wallet_showing){ 0 };
}

void wallet_history_cleanup(struct wallet_history *history)
{
    wallet_history_drop(history, history->n);
    free(history->showings);
    *history = (struct wallet_history){ 0 };
}

void wallet_history_drop(struct wallet_history *history, size_t n)
{
    while (n-- > 0 && history->n > 0)
        showing_cleanup(&history->showings[--history->n]);
}

static void read_elements(struct cbr *r, struct wallet_showing *showing)
{
    size_t n = cbr_array(r);

    if (!array_extend((void **)&showing->elements, 0, n, sizeof *showing->elements)) {
        cbr_fail(r, OC_MEMORY, "out of memory");
        return;
    }
    while (showing->n < n && cbr_ok(r)) {
        struct wallet_shown *shown = &showing->elements[showing->n++];

        cbr_array_of(r, 2, "expected [namespace, element]");
        shown->name_space = cbr_tstr(r);
        shown->name = cbr_tstr(r);
    }
}

static void read_shown(struct cbr *r, struct wallet_showing *showing)
{
    enum { READER = 1, TRUSTED = 2, CARD = 4, DOC_TYPE = 8, COPY = 16, ELEMENTS = 32, ALL = 63 };
    unsigned seen = 0;

    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (bytes_is(k, "reader")) {
            showing->reader = cbr_tstr(r);
            seen |= READER;
        } else if (bytes_is(k, "trusted")) {
            showing->is_trusted = cbr_bool(r);
            seen |= TRUSTED;
        } else if (bytes_is(k, "card")) {
            showing->card = cbr_uint(r);
            seen |= CARD;
        } else if (bytes_is(k, "docType")) {
            showing->doc_type = cbr_tstr(r);
            seen |= DOC_TYPE;
        } else if (bytes_is(k, "copy")) {
            showing->copy = cbr_bstr(r);
            seen |= COPY;
        } else if (bytes_is(k, "elements")) {
            read_elements(r, showing);
            seen |= ELEMENTS;
        } else {
            cbr_fail(r, OC_SHAPE, WALLET_UNKNOWN_KEY);
        }
    }
    if (seen != ALL)
        cbr_fail(r, OC_SHAPE, "what was shown is missing a part");
    if (showing->copy.n != WALLET_COPY_ID_N)
        cbr_fail(r, OC_SHAPE, "the name of a copy is not 8 bytes long");
}

/* Views are into the showing's own bytes. */
static enum oc_err parse_shown(struct wallet_showing *showing, struct oc_fault *fault)
{
    struct cbr r;
    enum oc_err e = buf_err(&showing->encoded);

    if (e != OC_OK)
        return e;
    cbr_init(&r, buf_view(&showing->encoded));
    read_shown(&r, showing);
    return cbr_end(&r, fault);
}

static void read_encoded(struct cbr *r, struct wallet_showing *showing)
{
    struct oc_fault fault = { 0 };
    struct bytes shown = cbr_any(r);
    enum oc_err e;

    if (!cbr_ok(r))
        return;
    buf_cleanup(&showing->encoded);
    buf_init(&showing->encoded, SHOWN_BYTES_MAX);
    buf_add(&showing->encoded, shown);
    if ((e = parse_shown(showing, &fault)) != OC_OK)
        cbr_fail(r, e, fault.reason != NULL ? fault.reason : "a showing cannot be kept");
}

static void read_showing(struct cbr *r, struct wallet_showing *showing)
{
    enum { AT = 1, SENT = 2, SHOWN = 4, ALL = 7 };
    unsigned seen = 0;

    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (bytes_is(k, "at")) {
            showing->at = cbr_tdate(r);
            seen |= AT;
        } else if (bytes_is(k, "sent")) {
            showing->sent = cbr_bool(r);
            seen |= SENT;
        } else if (bytes_is(k, "shown")) {
            read_encoded(r, showing);
            seen |= SHOWN;
        } else {
            cbr_fail(r, OC_SHAPE, WALLET_UNKNOWN_KEY);
        }
    }
    if (seen != ALL)
        cbr_fail(r, OC_SHAPE, "a showing is missing a part");
}

void wallet_history_read(struct cbr *r, struct wallet_history *history)
{
    size_t n = cbr_array(r);

    if (n > WALLET_HISTORY_MAX) {
        cbr_fail(r, OC_LIMIT, "more than 1000 showings");
        return;
    }
    if (!array_extend((void **)&history->showings, 0, n, sizeof *history->showings)) {
        cbr_fail(r, OC_MEMORY, "out of memory");
        return;
    }
    while (history->n < n && cbr_ok(r))
        read_showing(r, &history->showings[history->n++]);
}

/* A name that was cut to fit may end within a character. */
static struct bytes whole_characters(struct bytes text)
{
    while (text.n > 0 && !bytes_are_utf8(text))
        text.n--;
    return text;
}

static void put_shown(struct buf *out, const struct wallet_showing *showing)
{
    cbw_map(out, 6);
    cbw_str(out, "reader");
    cbw_tstr(out, whole_characters(showing->reader));
    cbw_str(out, "trusted");
    cbw_bool(out, showing->is_trusted);
    cbw_str(out, "card");
    cbw_uint(out, showing->card);
    cbw_str(out, "docType");
    cbw_tstr(out, showing->doc_type);
    cbw_str(out, "copy");
    cbw_bstr(out, showing->copy);
    cbw_str(out, "elements");
    cbw_array(out, showing->n);
    for (size_t i = 0; i < showing->n; i++) {
        cbw_array(out, 2);
        cbw_tstr(out, showing->elements[i].name_space);
        cbw_tstr(out, showing->elements[i].name);
    }
}

void wallet_history_write(struct buf *out, const struct wallet_history *history)
{
    size_t first = history->n > WALLET_HISTORY_MAX ? history->n - WALLET_HISTORY_MAX : 0;

    cbw_array(out, history->n - first);
    for (size_t i = first; i < history->n; i++) {
        cbw_map(out, 3);
        cbw_str(out, "at");
        cbw_tdate(out, history->showings[i].at);
        cbw_str(out, "sent");
        cbw_bool(out, history->showings[i].sent);
        cbw_str(out, "shown");
        put_shown(out, &history->showings[i]);
    }
}

/* What a spec says, as views into it. */
static enum oc_err describe(struct wallet_showing *out, const struct wallet_showing_spec *spec,
                            struct bytes copy)
{
    const struct consent *consent = spec->consent;

    *out = (struct wallet_showing){
        .reader = bytes_str(spec->reader->name), .card = spec->card, .copy = copy,
        .is_trusted = spec->reader->standing == MDOC_READER_TRUSTED,
        .doc_type = spec->parsed->mso.doc_type,
    };
    if (!array_extend((void **)&out->elements, 0, consent->n, sizeof *out->elements))
        return OC_MEMORY;
    for (size_t i = 0; i < consent->n; i++)
        if (consent_is_shown(&consent->elements[i]))
            out->elements[out->n++] = (struct wallet_shown){ consent->elements[i].name_space,
                                                             consent->elements[i].item->name };
    return OC_OK;
}

/* Into bytes of its own. */
static enum oc_err keep(struct wallet_showing *out, const struct wallet_showing_spec *spec)
{
    struct wallet_showing views;
    uint8_t digest[DIGEST_MAX];
    enum oc_err e = digest_of(DIGEST_SHA256, spec->issuer_signed, digest);

    *out = (struct wallet_showing){ .at = spec->at };
    if (e != OC_OK ||
        (e = describe(&views, spec, (struct bytes){ digest, WALLET_COPY_ID_N })) != OC_OK)
        return e;
    buf_init(&out->encoded, SHOWN_BYTES_MAX);
    put_shown(&out->encoded, &views);
    free(views.elements);
    return parse_shown(out, NULL);
}

enum oc_err wallet_history_add(struct wallet_history *history,
                               const struct wallet_showing_spec *spec)
{
    struct wallet_showing showing;
    enum oc_err e;

    if (history->is_off)
        return OC_USAGE;
    e = keep(&showing, spec);
    if (e == OC_OK &&
        !array_extend((void **)&history->showings, history->n, 1, sizeof *history->showings))
        e = OC_MEMORY;
    if (e != OC_OK) {
        showing_cleanup(&showing);
        return e;
    }
    history->showings[history->n++] = showing;      /* moved into the history */
    return OC_OK;
}
