/* Vault of schemas/wire/vault.cddl, read and written. */
#include <string.h>

#include "codec/cbr.h"
#include "codec/cbw.h"
#include "core/array.h"
#include "cose/key.h"
#include "crypto/token.h"
#include "wallet/parts.h"
#include "wallet/wallet.h"

enum { VERSION = 2, VERSION_OLDEST = 1 };

static void read_challenge(struct cbr *r, struct wallet_pending *pending)
{
    struct bytes challenge = cbr_bstr(r);

    if (!cbr_ok(r))
        return;
    if (challenge.n < MDOC_CHALLENGE_MIN || challenge.n > MDOC_CHALLENGE_MAX) {
        cbr_fail(r, OC_SHAPE, "the challenge is not 16 to 64 bytes long");
        return;
    }
    memcpy(pending->challenge, challenge.p, challenge.n);
    pending->challenge_n = challenge.n;
}

/* TokenKey of schemas/wire/vault.cddl. */
static void read_token(struct cbr *r, struct private_key **out)
{
    enum { URI = 1, PUBLIC = 2, ALL = 3 };
    struct public_key *public = NULL;
    struct bytes uri = { 0 };
    unsigned seen = 0;
    enum oc_err e;

    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (bytes_is(k, "uri")) {
            uri = cbr_tstr(r);
            seen |= URI;
        } else if (bytes_is(k, "public")) {
            cose_key_read(r, &public);
            seen |= PUBLIC;
        } else {
            cbr_fail(r, OC_SHAPE, WALLET_UNKNOWN_KEY);
        }
    }
    if (seen != ALL)
        cbr_fail(r, OC_SHAPE, "a key in a token is missing a part");
    if (cbr_ok(r) && (e = token_key_new(out, uri, public)) != OC_OK)
        cbr_fail(r, e, e == OC_MEMORY ? "out of memory" : "not the URI of a key in a token");
    public_key_free(&public);
}

/* PendingKey of schemas/wire/vault.cddl. */
static void read_key(struct cbr *r, struct wallet_pending *pending)
{
    enum { KEY = 1, CHALLENGE = 2, MADE = 4, ALL = 7 };
    unsigned seen = 0;

    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (bytes_is(k, "key") && pending->key == NULL) {
            cose_key_read_deferred(r, &pending->key);
            seen |= KEY;
        } else if (bytes_is(k, "token") && pending->key == NULL) {
            read_token(r, &pending->key);
            seen |= KEY;
        } else if (bytes_is(k, "challenge")) {
            read_challenge(r, pending);
            seen |= CHALLENGE;
        } else if (bytes_is(k, "made")) {
            pending->made = cbr_tdate(r);
            seen |= MADE;
        } else if (bytes_is(k, "card")) {
            pending->card = cbr_uint(r);
        } else if (bytes_is(k, "fromBackup")) {
            pending->from_backup = cbr_bool(r);
        } else {
            cbr_fail(r, OC_SHAPE, WALLET_UNKNOWN_KEY);
        }
    }
    if (seen != ALL)
        cbr_fail(r, OC_SHAPE, "a pending key is missing a part");
}

static void read_keys(struct cbr *r, struct wallet *w)
{
    size_t n = cbr_array(r);

    if (!array_extend((void **)&w->keys, 0, n, sizeof *w->keys)) {
        cbr_fail(r, OC_MEMORY, "out of memory");
        return;
    }
    while (w->keys_n < n && cbr_ok(r))
        read_key(r, &w->keys[w->keys_n++]);
}

/* The message is kept in a buffer of its own, into which the parsed form points. */
static void read_issuer_signed(struct cbr *r, struct wallet_copy *copy)
{
    struct bytes message = cbr_bstr(r);
    struct oc_fault fault = { 0 };
    enum oc_err e;

    if (!cbr_ok(r))
        return;
    buf_init(&copy->issuer_signed, MDOC_BYTES_MAX);
    buf_add(&copy->issuer_signed, message);
    e = buf_err(&copy->issuer_signed);
    if (e == OC_OK)
        e = mdoc_issuer_signed_init(&copy->parsed, buf_view(&copy->issuer_signed), &fault);
    if (e != OC_OK)
        cbr_fail(r, e, fault.reason != NULL ? fault.reason : "issuerSigned cannot be kept");
}

static enum wallet_state read_state(struct cbr *r)
{
    uint64_t state = cbr_uint(r);

    if (state > WALLET_QUARANTINED) {
        cbr_fail(r, OC_SHAPE, "a state of a copy that we do not know");
        return WALLET_MAYBE_SENT;
    }
    return (enum wallet_state)state;
}

static void read_verifier(struct cbr *r, struct wallet_copy *copy)
{
    struct bytes verifier = cbr_bstr(r);

    if (cbr_ok(r) && verifier.n != sizeof copy->verifier)
        cbr_fail(r, OC_SHAPE, "the identity of a verifier is not 32 bytes long");
    if (!cbr_ok(r))
        return;
    memcpy(copy->verifier, verifier.p, sizeof copy->verifier);
    copy->is_bound = true;
}

/* Copy of schemas/wire/vault.cddl. */
static void read_copy(struct cbr *r, struct wallet_copy *copy)
{
    enum { CARD = 1, STATE = 2, STORED = 4, ISSUER_SIGNED = 8, KEY = 16, ALL = 31 };
    unsigned seen = 0;

    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (bytes_is(k, "card")) {
            copy->card = cbr_uint(r);
            seen |= CARD;
        } else if (bytes_is(k, "state")) {
            copy->state = read_state(r);
            seen |= STATE;
        } else if (bytes_is(k, "stored")) {
            copy->stored = cbr_tdate(r);
            seen |= STORED;
        } else if (bytes_is(k, "issuerSigned")) {
            read_issuer_signed(r, copy);
            seen |= ISSUER_SIGNED;
        } else if (bytes_is(k, "key") && copy->key == NULL) {
            cose_key_read_deferred(r, &copy->key);
            seen |= KEY;
        } else if (bytes_is(k, "token") && copy->key == NULL) {
            read_token(r, &copy->key);
            seen |= KEY;
        } else if (bytes_is(k, "verifier")) {
            read_verifier(r, copy);
        } else {
            cbr_fail(r, OC_SHAPE, WALLET_UNKNOWN_KEY);
        }
    }
    if (seen != ALL)
        cbr_fail(r, OC_SHAPE, "a copy is missing a part");
    else if (cbr_ok(r) &&
             !public_key_equal(private_key_public(copy->key), copy->parsed.mso.device_key))
        cbr_fail(r, OC_SHAPE, "the key of a copy is not its device key");
}

static void read_copies(struct cbr *r, struct wallet *w)
{
    size_t n = cbr_array(r);

    if (!array_extend((void **)&w->copies, 0, n, sizeof *w->copies)) {
        cbr_fail(r, OC_MEMORY, "out of memory");
        return;
    }
    while (w->copies_n < n && cbr_ok(r))
        read_copy(r, &w->copies[w->copies_n++]);
}

static void read_anchors(struct cbr *r, struct trust_anchors *anchors)
{
    for (size_t n = cbr_array(r); n > 0 && cbr_ok(r); n--) {
        struct bytes der = cbr_bstr(r);
        struct x509_cert *certificate = NULL;
        enum oc_err e;

        if (!cbr_ok(r))
            return;
        e = x509_new(&certificate, der);
        if (e == OC_OK)
            e = trust_anchors_add(anchors, certificate);
        x509_free(&certificate);
        if (e != OC_OK)
            cbr_fail(r, e, "expected the certificate of a CA");
    }
}

static void read_version(struct cbr *r)
{
    uint64_t version = cbr_uint(r);

    if (version > VERSION)
        cbr_fail(r, OC_UNAVAILABLE, "the wallet was written by a newer version");
    else if (version < VERSION_OLDEST)
        cbr_fail(r, OC_SHAPE, "not a wallet of version 1 or 2");
}

/* A number that is given twice would mix two cards. */
static void check_numbers(struct cbr *r, const struct wallet *w)
{
    if (w->next_card == 0)
        cbr_fail(r, OC_SHAPE, "nextCard is 0");
    for (size_t i = 0; i < w->copies_n; i++)
        if (w->copies[i].card == 0 || w->copies[i].card >= w->next_card)
            cbr_fail(r, OC_SHAPE, "the number of a card is not below nextCard");
    for (size_t i = 0; i < w->keys_n; i++)
        if (w->keys[i].card >= w->next_card)
            cbr_fail(r, OC_SHAPE, "a key refills a card whose number is not below nextCard");
}

/* Vault of schemas/wire/vault.cddl. */
static void read_vault(struct cbr *r, struct wallet *w)
{
    enum { THE_VERSION = 1, NEXT = 2, KEYS = 4, COPIES = 8, ISSUERS = 16, READERS = 32, ALL = 63 };
    unsigned seen = 0;

    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (bytes_is(k, "version")) {
            read_version(r);
            seen |= THE_VERSION;
        } else if (bytes_is(k, "nextCard")) {
            w->next_card = cbr_uint(r);
            seen |= NEXT;
        } else if (bytes_is(k, "keys")) {
            read_keys(r, w);
            seen |= KEYS;
        } else if (bytes_is(k, "copies")) {
            read_copies(r, w);
            seen |= COPIES;
        } else if (bytes_is(k, "issuers")) {
            read_anchors(r, &w->issuers);
            seen |= ISSUERS;
        } else if (bytes_is(k, "readers")) {
            read_anchors(r, &w->readers);
            seen |= READERS;
        } else if (bytes_is(k, "history")) {
            wallet_history_read(r, &w->history);
        } else if (bytes_is(k, "historyOff")) {
            w->history.is_off = cbr_bool(r);
        } else {
            cbr_fail(r, OC_SHAPE, WALLET_UNKNOWN_KEY);
        }
    }
    if (seen != ALL)
        cbr_fail(r, OC_SHAPE, "the wallet is missing a part");
    if (cbr_ok(r))
        check_numbers(r, w);
}

enum oc_err wallet_read(struct wallet *out, struct bytes src, struct oc_fault *fault)
{
    struct cbr r;
    enum oc_err e;

    *out = (struct wallet){ 0 };
    cbr_init(&r, src);
    read_vault(&r, out);
    e = cbr_end(&r, fault);
    if (e != OC_OK)
        wallet_cleanup(out);
    return e;
}

static void put_private(struct buf *out, const struct private_key *key)
{
    const char *uri = private_key_uri(key);

    if (uri == NULL) {
        cbw_str(out, "key");
        cose_key_write_private(out, key);
        return;
    }
    cbw_str(out, "token");
    cbw_map(out, 2);
    cbw_str(out, "uri");
    cbw_str(out, uri);
    cbw_str(out, "public");
    cose_key_write(out, private_key_public(key));
}

static void put_key(struct buf *out, const struct wallet_pending *pending)
{
    cbw_map(out, 3U + (pending->card != 0) + pending->from_backup);
    put_private(out, pending->key);
    cbw_str(out, "challenge");
    cbw_bstr(out, (struct bytes){ pending->challenge, pending->challenge_n });
    cbw_str(out, "made");
    cbw_tdate(out, pending->made);
    if (pending->card != 0) {
        cbw_str(out, "card");
        cbw_uint(out, pending->card);
    }
    if (pending->from_backup) {
        cbw_str(out, "fromBackup");
        cbw_bool(out, true);
    }
}

static void put_copy(struct buf *out, const struct wallet_copy *copy)
{
    cbw_map(out, 5U + copy->is_bound);
    cbw_str(out, "card");
    cbw_uint(out, copy->card);
    cbw_str(out, "state");
    cbw_uint(out, copy->state);
    cbw_str(out, "stored");
    cbw_tdate(out, copy->stored);
    cbw_str(out, "issuerSigned");
    cbw_bstr(out, buf_view(&copy->issuer_signed));
    put_private(out, copy->key);
    if (copy->is_bound) {
        cbw_str(out, "verifier");
        cbw_bstr(out, (struct bytes){ copy->verifier, sizeof copy->verifier });
    }
}

static void put_anchors(struct buf *out, const struct trust_anchors *anchors)
{
    cbw_array(out, anchors->n);
    for (size_t i = 0; i < anchors->n; i++)
        cbw_bstr(out, x509_der(anchors->certificates[i]));
}

void wallet_write(struct buf *out, const struct wallet *w)
{
    cbw_map(out, 7U + w->history.is_off);
    cbw_str(out, "version");
    cbw_uint(out, VERSION);
    cbw_str(out, "nextCard");
    cbw_uint(out, w->next_card);
    cbw_str(out, "keys");
    cbw_array(out, w->keys_n);
    for (size_t i = 0; i < w->keys_n; i++)
        put_key(out, &w->keys[i]);
    cbw_str(out, "copies");
    cbw_array(out, w->copies_n);
    for (size_t i = 0; i < w->copies_n; i++)
        put_copy(out, &w->copies[i]);
    cbw_str(out, "issuers");
    put_anchors(out, &w->issuers);
    cbw_str(out, "readers");
    put_anchors(out, &w->readers);
    cbw_str(out, "history");
    wallet_history_write(out, &w->history);
    if (w->history.is_off) {
        cbw_str(out, "historyOff");
        cbw_bool(out, true);
    }
}
