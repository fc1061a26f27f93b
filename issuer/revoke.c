/*
 * After step 1: revoke, suspend, reinstate.     issuer/issue.c (1)  →  here  →  status publish
 *   in    whose cards: a holder's, a batch's, or those that a copy belongs to
 *   out   the state of all their copies in the registry; verifiers learn of it by the next list
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "core/date.h"
#include "issuer/authority.h"
#include "issuer/registry.h"
#include "issuer/verbs.h"
#include "mdoc/issuer_signed.h"
#include "mdoc/verify.h"
#include "verbs/mistaken.h"

enum { COPIES_BYTES_MAX = 64 << 20 };

/* What became of the batches. */
struct tally {
    size_t batches;             /* changed */
    uint64_t changed;           /* copies */
    uint64_t already;           /* were so before */
    uint64_t revoked;           /* for good, and left alone */
    uint64_t without;           /* carry no status */
    int64_t without_until;      /* when the last of those ends */
};

/* The IACA, and those before it. */
static enum oc_err read_iacas(struct trust_anchors *out, const char *dir)
{
    struct authority iaca;
    struct state_names kept;
    enum oc_err e = authority_kept(&kept, dir, "iaca");

    for (size_t i = 0; e == OC_OK && i <= kept.n; i++) {
        e = authority_certificate(&iaca, dir, i < kept.n ? kept.name[i] : "iaca");
        if (e == OC_OK && (e = trust_anchors_add(out, iaca.certificate)) != OC_OK)
            fail_print(e, "%s", oc_err_text(e));
        authority_cleanup(&iaca);
    }
    state_names_cleanup(&kept);
    return e;
}

static enum oc_err verify_ours(const struct mdoc_issuer_signed *card, struct bytes message,
                               const char *dir, const char *path)
{
    struct trust_anchors anchors = { 0 };
    struct mdoc_issuer_claims *claims = NULL;
    struct mdoc_report *report = calloc(1, sizeof *report);
    struct mdoc_verify_in in = {
        .message = message, .now = card->mso.valid_from, .anchors = &anchors,
        .accept_profile = true, .accept_unchecked_status = true,
    };
    enum oc_err e;

    if (report == NULL)
        e = fail_print(OC_MEMORY, "%s", oc_err_text(OC_MEMORY));
    else if ((e = read_iacas(&anchors, dir)) == OC_OK &&
             (e = mdoc_verify_issuer(&claims, report, &in)) != OC_OK)
        fail_print(e, "%s: not a card of ours: %s", path, oc_err_text(e));
    mdoc_issuer_claims_free(&claims);
    trust_anchors_cleanup(&anchors);
    free(report);
    return e;
}

/* The batch of a copy. A file of several copies counts by its first: they are of one batch. */
static enum oc_err find_card(struct registry_batches *out, struct registry *r, const char *path,
                             const char *dir)
{
    struct mdoc_issuer_signed card = { 0 };
    struct trust_status_refs refs = { 0 };
    struct oc_fault fault = { 0 };
    char uri[REGISTRY_URI_MAX + 1] = "";
    struct bytes first;
    struct buf file;
    size_t n = 0;
    enum oc_err e = io_read(&file, path, COPIES_BYTES_MAX);

    if (e != OC_OK)
        return e;
    if ((e = mdoc_sequence_next(buf_view(&file), &n, &fault)) != OC_OK ||
        (first = (struct bytes){ file.p, n },
         e = mdoc_issuer_signed_init(&card, first, &fault)) != OC_OK ||
        (card.mso.status.p != NULL &&
         (e = trust_status_refs_read(&refs, card.mso.status, &fault)) != OC_OK)) {
        mistaken_message(e, path, buf_view(&file), "IssuerSigned", &fault);
        goto out;
    }
    if ((e = verify_ours(&card, first, dir, path)) != OC_OK)
        goto out;
    if (refs.n == 0 || refs.ref[0].mechanism != TRUST_STATUS_LIST ||
        refs.ref[0].uri.n > REGISTRY_URI_MAX) {
        e = fail_print(OC_REFUSED, "%s: the card carries no status: it is good until it ends",
                       path);
        goto out;
    }
    memcpy(uri, refs.ref[0].uri.p, refs.ref[0].uri.n);
    e = registry_find_index(out, r, uri, refs.ref[0].index);
out:
    mdoc_issuer_signed_cleanup(&card);
    buf_cleanup(&file);
    return e;
}

static enum oc_err find(struct registry_batches *out, struct registry *r,
                        const struct command_line *cl)
{
    bool by_holder = opt_given(cl, "holder"), by_card = opt_given(cl, "card");
    uint64_t batch;
    enum oc_err e;

    if (by_holder + by_card + opt_given(cl, "batch") != 1) {
        fail_print(OC_USAGE, "whose cards? one of --holder, --card and --batch");
        hint_print("issue prints holder and batch; a person's every card goes by --holder");
        return OC_USAGE;
    }
    if ((e = opt_uint(cl, "batch", 1, INT64_MAX, 0, &batch)) != OC_OK)
        return e;
    return by_card ? find_card(out, r, opt(cl, "card"), opt(cl, "dir"))
                   : registry_find(out, r, opt(cl, "holder"), (int64_t)batch);
}

/* Why a batch may not be suspended; NULL: it may. */
static const char *suspension_fault(const struct registry_batch *b)
{
    if (strcmp(b->doc_type, MDOC_MDL_TYPE) == 0)
        return "an ISO mDL knows valid and revoked, and nothing between";
    if (b->list == 0)
        return "its copies carry no status";
    if (b->bits < 2)
        return "its status list has one bit for a copy, which says valid or revoked; suspending "
               "needs a list made with --bits 2 before the card is issued";
    return NULL;
}

static enum oc_err change(struct registry *r, const struct registry_batch *b,
                          enum registry_state state, struct tally *t)
{
    const char *fault = state == REGISTRY_SUSPENDED ? suspension_fault(b) : NULL;

    if (b->state == state) {
        t->already += b->copies;
        return OC_OK;
    }
    if (b->state == REGISTRY_REVOKED) {
        t->revoked += b->copies;
        return OC_OK;
    }
    if (fault != NULL)
        return fail_print(OC_REFUSED, "batch %lld (%s) cannot be suspended: %s", (long long)b->id,
                          b->doc_type, fault);
    if (b->list == 0) {
        t->without += b->copies;
        if (b->valid_until > t->without_until)
            t->without_until = b->valid_until;
        return OC_OK;
    }
    t->batches++;
    t->changed += b->copies;
    return registry_set(r, b, state);
}

/* Nothing was changed: whether that is what was wanted, and else why not. */
static enum oc_err explain(const struct tally *t, enum registry_state state)
{
    if (t->revoked > 0)
        return fail_print(OC_REFUSED, "revoked is for good: a new card is issued instead");
    if (t->already > 0 && state == REGISTRY_VALID)
        return fail_print(OC_REFUSED, "not suspended, so there is nothing to reinstate");
    if (t->already > 0) {
        fprintf(stderr, "Nothing to do: %llu %s %s already\n", (unsigned long long)t->already,
                t->already == 1 ? "copy is" : "copies are",
                state == REGISTRY_REVOKED ? "revoked" : "suspended");
        return OC_OK;
    }
    return fail_print(OC_REFUSED, "the copies carry no status: they are good until they end");
}

static void report(const struct tally *t, const char *done)
{
    char until[DATE_TEXT_N] = "";

    fprintf(stderr, "%s %llu %s in %zu %s\n", done, (unsigned long long)t->changed,
            t->changed == 1 ? "copy" : "copies", t->batches, t->batches == 1 ? "batch" : "batches");
    if (t->changed > 1)
        fprintf(stderr, "One publication changes all %llu entries, which links what these copies "
                        "showed before: to one person, for those who kept it.\n",
                (unsigned long long)t->changed);
    fprintf(stderr, "Verifiers learn of it from the next owncard-issuer status publish.\n");
    if (t->without > 0 && date_write(t->without_until, until))
        warn_print("%llu %s until %s", (unsigned long long)t->without,
                   t->without == 1 ? "copy carries no status, and stays good"
                                   : "copies carry no status, and stay good", until);
}

static int run(const struct command_line *cl, enum registry_state state, const char *done)
{
    struct registry_batches batches = { 0 };
    struct tally tally = { 0 };
    struct registry r;
    enum oc_err e;

    if ((e = registry_init(&r, opt(cl, "dir"), opt(cl, "registry"), false)) == OC_OK &&
        (e = registry_begin(&r)) == OC_OK)
        e = find(&batches, &r, cl);
    for (size_t i = 0; i < batches.n && e == OC_OK; i++)
        e = change(&r, &batches.batch[i], state, &tally);
    if (e == OC_OK && tally.changed == 0)
        e = explain(&tally, state);
    else if (e == OC_OK && (e = registry_commit(&r)) == OC_OK)
        report(&tally, done);
    registry_batches_cleanup(&batches);
    registry_cleanup(&r);
    return exit_status(e);
}

int revoke_run(const struct command_line *cl)
{
    return run(cl, REGISTRY_REVOKED, "Revoked");
}

int suspend_run(const struct command_line *cl)
{
    return run(cl, REGISTRY_SUSPENDED, "Suspended");
}

int reinstate_run(const struct command_line *cl)
{
    return run(cl, REGISTRY_VALID, "Reinstated");
}
