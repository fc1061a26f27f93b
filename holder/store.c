/*
 * Step 2 of 5: store.       issuer/issue.c (1)  →  here  →  verifier/request.c (3)
 *   in    copies of a card, a CBOR sequence of IssuerSigned; whom to believe
 *   out   the vault, with every copy verified, or none of them
 */
#include <stdio.h>
#include <stdlib.h>

#include "cli/exit.h"
#include "cli/message.h"
#include "cli/term.h"
#include "holder/vault.h"
#include "holder/verbs.h"
#include "mdoc/verify.h"
#include "verbs/mistaken.h"

enum { COPIES_FILE_MAX = 64 << 20, PEM_FILE_MAX = 1 << 20 };

const struct command_option holder_store_options[] = {
    { "anchor", 'a', "PEM", "believe the cards of this authority, this time", true },
    { "signer", 0, "PEM", "believe this document signer; no chain is checked", false },
    { "card", 'c', "N", "refill this card (default: a new one)", false },
    { "accept-profile", 0, NULL, "accept certificates that depart from the ISO profile", false },
    { "at", 0, "TIME", "the moment to verify at (default: now)", false },
    VAULT_OPTIONS,
    { .name = NULL },
};

static enum oc_err read_anchors(struct trust_anchors *out, const struct command_line *cl)
{
    enum oc_err e = OC_OK;

    for (size_t i = 0; i < opt_count(cl, "anchor") && e == OC_OK; i++) {
        const char *path = opt_nth(cl, "anchor", i);
        struct buf pem;

        if ((e = io_read(&pem, path, PEM_FILE_MAX)) != OC_OK)
            break;
        e = trust_anchors_add_pem(out, buf_view(&pem), NULL);
        if (e == OC_UNTRUSTED)
            fail_print(e, "%s: not a CA certificate", path);
        else if (e != OC_OK)
            mistaken_certificate(e, path, buf_view(&pem));
        buf_cleanup(&pem);
    }
    return e;
}

/* Whom to believe: a signer that is named, or authorities. */
struct belief {
    struct trust_anchors anchors;
    struct x509_cert *signer;
};

static enum oc_err read_belief(struct belief *out, const struct command_line *cl)
{
    const char *path = opt(cl, "signer");
    struct buf pem;
    enum oc_err e;

    if (path == NULL)
        return read_anchors(&out->anchors, cl);
    if ((e = io_read(&pem, path, PEM_FILE_MAX)) != OC_OK)
        return e;
    e = x509_from_pem(&out->signer, buf_view(&pem), 0);
    if (e == OC_TRUNCATED)
        e = OC_SHAPE;
    if (e != OC_OK)
        mistaken_certificate(e, path, buf_view(&pem));
    buf_cleanup(&pem);
    return e;
}

/* The vault's issuers are believed beside those of --anchor. */
static enum oc_err add_known(struct belief *b, struct mdoc_verify_in *how,
                             const struct wallet *wallet)
{
    enum oc_err e = OC_OK;

    if (b->signer != NULL) {
        how->signer = b->signer;
        return OC_OK;
    }
    how->anchors = &b->anchors;
    for (size_t i = 0; i < wallet->issuers.n && e == OC_OK; i++)
        e = trust_anchors_add(&b->anchors, wallet->issuers.certificates[i]);
    if (e != OC_OK)
        return fail_print(e, "the vault's issuers: %s", oc_err_text(e));
    if (b->anchors.n > 0)
        return OC_OK;
    fail_print(OC_USAGE, "no issuing authority is trusted");
    hint_print("--anchor PEM names one; owncard-holder trust add --issuer PEM remembers it;"
               " --signer PEM believes one document signer");
    return OC_USAGE;
}

static void belief_cleanup(struct belief *b)
{
    trust_anchors_cleanup(&b->anchors);
    x509_free(&b->signer);
}

static enum oc_err say_refused(const struct mdoc_report *report, enum oc_err e, size_t number,
                               const char *path, size_t at)
{
    enum mdoc_check_id id;
    const struct mdoc_check *block = mdoc_report_first_block(report, &id, NULL);
    struct oc_fault fault = report->fault;

    if (fault.reason != NULL) {
        fault.offset += at;
        return fail_fault(e, path, &fault);
    }
    if (block == NULL)
        return fail_print(e, "copy %zu: %s", number, oc_err_text(e));
    fail_print(e, "copy %zu refused: %s: %s", number, mdoc_check_info(id)->title, block->detail);
    if (id == MDOC_CHECK_VALIDITY)
        hint_print("--at TIME verifies it at another moment, such as when a later card begins");
    if (id == MDOC_CHECK_SIGNER_PROFILE)
        hint_print("--accept-profile stores it all the same");
    return e;
}

/* Verify one copy, then put it into the wallet (in memory). */
static enum oc_err store_copy(struct wallet *wallet, uint64_t *card, struct bytes copy,
                              const struct mdoc_verify_in *how, size_t number, const char *path,
                              size_t at)
{
    struct mdoc_issuer_claims *claims;
    struct mdoc_verify_in in = *how;
    struct mdoc_report *report = calloc(1, sizeof *report);
    struct oc_fault fault = { 0 };
    enum oc_err e;

    if (report == NULL)
        return fail_print(OC_MEMORY, "%s", oc_err_text(OC_MEMORY));
    in.message = copy;
    e = mdoc_verify_issuer(&claims, report, &in);
    if (e != OC_OK) {
        say_refused(report, e, number, path, at);
    } else if ((e = wallet_store(wallet, copy, card, in.now, &fault)) != OC_OK) {
        fail_print(e, "copy %zu: %s", number,
                   fault.reason != NULL ? fault.reason : oc_err_text(e));
    }
    mdoc_issuer_claims_free(&claims);
    free(report);
    return e;
}

/* What is no card is told before the vault is opened. */
static enum oc_err check_copies(struct bytes copies, const char *path)
{
    struct mdoc_issuer_signed copy;
    struct oc_fault fault = { 0, "expected an IssuerSigned" };
    size_t at = 0, n = 0;
    enum oc_err e = copies.n > 0 ? OC_OK : OC_TRUNCATED;

    for (; e == OC_OK && at < copies.n; at += n) {
        fault.offset = 0;
        e = mdoc_sequence_next((struct bytes){ copies.p + at, copies.n - at }, &n, &fault);
        if (e == OC_OK)
            e = mdoc_issuer_signed_init(&copy, (struct bytes){ copies.p + at, n }, &fault);
        if (e != OC_OK)
            break;
        mdoc_issuer_signed_cleanup(&copy);
    }
    fault.offset += at;
    return e == OC_OK ? OC_OK : mistaken_message(e, path, copies, "IssuerSigned", &fault);
}

static enum oc_err store_all(struct wallet *wallet, uint64_t *card, size_t *stored,
                             struct bytes copies, const struct mdoc_verify_in *how,
                             const char *path)
{
    size_t at = 0;

    *stored = 0;
    while (at < copies.n) {
        struct bytes rest = { copies.p + at, copies.n - at };
        struct oc_fault fault = { 0 };
        size_t n;
        enum oc_err e = mdoc_sequence_next(rest, &n, &fault);

        if (e != OC_OK) {
            fault.offset += at;
            return fail_fault(e, path, &fault);
        }
        e = store_copy(wallet, card, (struct bytes){ rest.p, n }, how, *stored + 1, path, at);
        if (e != OC_OK)
            return e;
        at += n;
        (*stored)++;
    }
    return OC_OK;
}

static void say_stored(const struct wallet *wallet, uint64_t number, size_t stored)
{
    struct wallet_card card;

    if (!wallet_card_get(wallet, number, &card))
        return;
    fprintf(stderr, "Verified and stored: %zu %s of card %llu, ", stored,
            stored == 1 ? "copy" : "copies", (unsigned long long)number);
    term_print(stderr, card.doc_type);
    fprintf(stderr, ".\n");
}

int holder_store(const struct command_line *cl)
{
    struct belief belief = { .signer = NULL };
    struct mdoc_verify_in how = { .accept_profile = opt_given(cl, "accept-profile") };
    struct buf copies = { 0 };
    struct vault vault = { .is_new = false };
    const char *path = argument(cl, 0);
    uint64_t card;
    size_t stored;
    enum oc_err e;

    how.accept_unchecked_status = true;     /* what was just issued is not revoked */
    if ((e = opt_not_both(cl, "signer", "anchor")) != OC_OK ||
        (e = opt_time(cl, "at", &how.now)) != OC_OK ||
        (e = opt_uint(cl, "card", 1, UINT32_MAX, 0, &card)) != OC_OK ||
        (e = message_read(&copies, path, COPIES_FILE_MAX)) != OC_OK ||
        (e = check_copies(buf_view(&copies), path)) != OC_OK ||
        (e = read_belief(&belief, cl)) != OC_OK ||
        (e = vault_open(&vault, cl, VAULT_CHANGE)) != OC_OK ||
        (e = add_known(&belief, &how, &vault.wallet)) != OC_OK ||
        (e = store_all(&vault.wallet, &card, &stored, buf_view(&copies), &how, path)) != OC_OK)
        goto out;
    e = vault_save(&vault);
    if (e == OC_OK)
        say_stored(&vault.wallet, card, stored);
out:
    belief_cleanup(&belief);
    vault_close(&vault);
    buf_cleanup(&copies);
    return exit_status(e);
}
