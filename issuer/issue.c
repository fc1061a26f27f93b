/*
 * Step 1 of 5: issue.      holder/keys.c  →  here  →  holder/store.c (2)
 *   in    what a person's card shall say, a card type, device keys with proof of possession
 *   out   IssuerSigned × N, one for each key: the same claims, but no salt, digest or signature
 *         in common; where there is a status list, a place in it and an entry in the registry
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/card_types.h"
#include "cli/exit.h"
#include "cli/io.h"
#include "core/date.h"
#include "issuer/challenges.h"
#include "issuer/claims.h"
#include "issuer/entry.h"
#include "issuer/signer.h"
#include "issuer/verbs.h"
#include "issuer/wrong.h"
#include "mdoc/issuer_signed.h"
#include "mdoc/key_proof.h"
#include "mdoc/limits.h"
#include "verbs/mistaken.h"

enum { COPIES_BYTES_MAX = 64 << 20 };

struct issue {
    const struct command_line *cl;
    int64_t now, valid_from, valid_until;
    uint64_t days;              /* 0: not given */
    enum digest digest;
    struct issuer_signer signer;
    struct wrong wrong;
    struct catalog catalog;
    const struct card_type *card;
    json_t *json;               /* the claims as read */
    struct claims claims;
    struct buf proofs;          /* what `keys` points into */
    struct mdoc_proven_keys keys;
    struct entry entry;         /* in the registry */
    struct buf copies;
    size_t first_n;             /* bytes of the first copy */
};

static enum oc_err read_card_type(struct issue *in)
{
    enum oc_err e;

    if ((e = card_types_init(&in->catalog)) != OC_OK ||
        (e = card_types_find(&in->card, &in->catalog, "--type", opt(in->cl, "type"))) != OC_OK)
        return e;
    if (in->days == 0 && !opt_given(in->cl, "valid-until"))
        in->valid_until = in->valid_from + in->card->validity_days * (int64_t)DATE_DAY_S;
    return OC_OK;
}

/* The moment that an option names; *out stays as it is when it was not given. */
static enum oc_err read_time(const struct command_line *cl, const char *option, int64_t *out)
{
    return opt_given(cl, option) ? opt_time(cl, option, out) : OC_OK;
}

static enum oc_err need_options(const struct command_line *cl)
{
    static const struct { const char *name, *what, *hint; } needed[] = {
        { "type", "which card type to issue", "such as --type example.guangzhou.vid.1" },
        { "claims", "the file of claims", "owncard-issuer people makes one to try" },
        { "keys", "the file of key proofs", "owncard-holder keys makes it" },
    };

    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        if (opt_given(cl, needed[i].name))
            continue;
        fail_print(OC_USAGE, "--%s is missing: %s", needed[i].name, needed[i].what);
        hint_print("%s", needed[i].hint);
        return OC_USAGE;
    }
    return OC_OK;
}

static enum oc_err read_times(struct issue *in)
{
    enum oc_err e;

    if ((e = opt_not_both(in->cl, "days", "valid-until")) != OC_OK ||
        (e = opt_uint(in->cl, "days", 1, CATALOG_VALIDITY_DAYS_MAX, 0, &in->days)) != OC_OK ||
        (e = opt_time(in->cl, "at", &in->now)) != OC_OK)
        return e;
    in->valid_from = in->now;
    if ((e = read_time(in->cl, "valid-from", &in->valid_from)) != OC_OK)
        return e;
    in->valid_until = in->valid_from + (int64_t)in->days * DATE_DAY_S;
    if ((e = read_time(in->cl, "valid-until", &in->valid_until)) != OC_OK)
        return e;
    if (opt_given(in->cl, "valid-until") && in->valid_until <= in->valid_from)
        return fail_print(OC_USAGE, "--valid-until %s: the validity ends before it begins",
                          opt(in->cl, "valid-until"));
    return OC_OK;
}

/* Early, so that nothing is asked of a holder in vain. io_output_add() tells for sure, but only
 * once there is something to write. */
static enum oc_err check_output(const char *path)
{
    struct stat st;
    char *folder, *slash;
    enum oc_err e = OC_OK;

    if (path == NULL || strcmp(path, "-") == 0)
        return OC_OK;
    if (stat(path, &st) == 0)
        return S_ISDIR(st.st_mode) ? fail_print(OC_IO, "%s: %s", path, strerror(EISDIR)) : OC_OK;
    folder = strdup(path);
    if (folder == NULL)
        return fail_print(OC_MEMORY, "%s", oc_err_text(OC_MEMORY));
    slash = strrchr(folder, '/');
    if (slash != NULL)
        slash[slash == folder] = '\0';
    if (access(slash != NULL ? folder : ".", W_OK | X_OK) != 0)
        e = fail_errno(path);
    free(folder);
    return e;
}

static enum oc_err read_options(struct issue *in)
{
    const char *digest = opt_given(in->cl, "digest") ? opt(in->cl, "digest") : "SHA-256";
    enum oc_err e;

    if ((e = need_options(in->cl)) != OC_OK || (e = read_times(in)) != OC_OK)
        return e;
    in->digest = digest_by_name(bytes_str(digest));
    if (in->digest == DIGEST_NONE)
        return fail_print(OC_USAGE, "--digest %s: not SHA-256, SHA-384 or SHA-512", digest);
    return check_output(opt(in->cl, "output"));
}

static enum oc_err refuse_json(const char *path, struct bytes text, const struct json_fault *fault)
{
    const uint8_t *end = text.n > 0 ? memchr(text.p, '\n', text.n) : NULL;
    json_t *first = NULL;

    if (end != NULL)
        first = json_read((struct bytes){ text.p, (size_t)(end - text.p) }, NULL);
    if (json_is_object(first)) {
        fail_print(OC_SYNTAX, "%s: more than one line of JSON; claims are about one person",
                   path);
        hint_print("take one line at a time: head -n 1 %s", path);
    } else {
        fail_print(OC_SYNTAX, "%s: %s (line %d, column %d)", path, fault->text, fault->line,
                   fault->column);
        mistaken_hint(text, "JSON");
    }
    json_decref(first);
    return OC_SYNTAX;
}

static enum oc_err read_json(json_t **out, const char *path)
{
    struct json_fault fault;
    struct buf text;
    enum oc_err e = io_read(&text, path, JSON_BYTES_MAX);

    if (e == OC_OK && (*out = json_read(buf_view(&text), &fault)) == NULL)
        e = refuse_json(path, buf_view(&text), &fault);
    buf_cleanup(&text);
    return e;
}

static void warn_unused(struct issue *in)
{
    if (in->claims.unused.n > 0)
        warn_print("%s has no place for %s", in->card->doc_type, buf_text(&in->claims.unused));
}

/* One line that counts, then one for each fault. */
static enum oc_err refuse_claims(struct issue *in, const char *path)
{
    fail_print(OC_SHAPE, "%s: not what %s asks for, in %zu place%s", path, in->card->doc_type,
               in->claims.faults_n, in->claims.faults_n == 1 ? "" : "s");
    fwrite(in->claims.faults.p, 1, in->claims.faults.n, stderr);
    warn_unused(in);
    return OC_SHAPE;
}

static enum oc_err read_claims(struct issue *in)
{
    const char *path = opt(in->cl, "claims");
    const struct claims_spec spec = {
        .card = in->card, .issued = in->now,
        .valid_from = in->valid_from, .valid_until = in->valid_until,
        .any_citizen_number = opt_given(in->cl, "i-know"), .strict = opt_given(in->cl, "strict"),
    };
    enum oc_err e;

    if ((e = read_json(&in->json, path)) != OC_OK)
        return e;
    e = claims_init(&in->claims, in->json, &spec);
    if (e == OC_SHAPE)
        return refuse_claims(in, path);
    if (e == OC_LIMIT)
        return fail_print(e, "%s: more than a card may hold (%d bytes)", path, MDOC_BYTES_MAX);
    if (e != OC_OK)
        return fail_print(e, "%s", oc_err_text(e));
    warn_unused(in);
    return OC_OK;
}

static enum oc_err read_keys(struct issue *in)
{
    const char *path = opt(in->cl, "keys");
    struct oc_fault fault = { 0 };
    enum oc_err e;

    if ((e = io_read(&in->proofs, path, MDOC_BYTES_MAX)) != OC_OK)
        return e;
    e = mdoc_key_proofs_check(&in->keys, buf_view(&in->proofs), &fault);
    return e == OC_OK ? OC_OK
                      : mistaken_message(e, path, buf_view(&in->proofs), "KeyProofs", &fault);
}

/* As many digests as the type has elements, so that no card of it tells how much it holds. */
static struct mdoc_space_size *sizes_of(const struct card_type *card)
{
    struct mdoc_space_size *sizes = calloc(card->n_namespaces + 1, sizeof *sizes);

    for (size_t i = 0; sizes != NULL && i < card->n_namespaces; i++)
        sizes[i] = (struct mdoc_space_size){ card->namespaces[i].name,
                                             card->namespaces[i].n_elements };
    return sizes;
}

/* Early, so that a list that cannot serve is told before anything is made. */
static enum oc_err open_entry(struct issue *in)
{
    return entry_init(&in->entry, &(struct entry_spec){
        .dir = opt(in->cl, "dir"), .registry = opt(in->cl, "registry"),
        .holder = opt(in->cl, "holder"),
        .uri = opt(in->cl, "status-list"), .doc_type = in->card->doc_type,
        .valid_from = in->valid_from, .valid_until = in->valid_until, .copies = in->keys.n,
    });
}

/* Where the signer's certificate is not valid for as long as a copy would be. */
static void hint_signer_life(const struct issue *in)
{
    char last[DATE_TEXT_N] = "";
    int64_t from, until;

    x509_validity(in->signer.chain[0], &from, &until);
    if (in->now < from || date_floor(in->now, DATE_DAY_S) < from) {
        hint_print("times are rounded down to 00:00 UTC of the day, so that copies are not told"
                   " apart: the certificate must be valid then already");
        return;
    }
    if (in->now <= until && date_write(until, last))
        hint_print("copies of this signer may end with it: --valid-until %s", last);
    hint_print("owncard-issuer roll --ds makes a new signer, for copies that live longer");
}

static enum oc_err make_copies(struct issue *in)
{
    struct mdoc_space_size *sizes = sizes_of(in->card);
    enum oc_err e = sizes != NULL ? OC_OK : fail_print(OC_MEMORY, "%s", oc_err_text(OC_MEMORY));
    struct mdoc_batch batch = { .random = { .left = 0 } };
    struct mdoc_issue_spec spec = {
        .doc_type = in->card->doc_type, .batch = &batch,
        .claims = in->claims.elements, .claims_n = in->claims.n,
        .sizes = sizes, .sizes_n = in->card->n_namespaces, .digest = in->digest,
        .now = in->now, .valid_from = in->valid_from, .valid_until = in->valid_until,
        .signer = in->signer.key, .chain = in->signer.chain, .chain_n = in->signer.chain_n,
    };

    buf_init(&in->copies, COPIES_BYTES_MAX);
    for (size_t i = 0; i < in->keys.n && e == OC_OK; i++) {
        const char *reason = NULL;
        struct trust_status_ref ref;

        spec.device_key = in->keys.keys[i];
        if ((e = entry_place(&spec.status, &ref, &in->entry, i)) == OC_OK &&
            (e = wrong_issue(&in->copies, &in->wrong, &spec, &reason)) != OC_OK)
            fail_print(e, "%s", reason != NULL ? reason : oc_err_text(e));
        if (e == OC_EXPIRED)
            hint_signer_life(in);
        if (i == 0)
            in->first_n = in->copies.n;
    }
    mdoc_batch_cleanup(&batch);
    free(sizes);
    return e;
}

/* The challenge is used up last, when nothing but the renaming of a file is left to fail. */
static enum oc_err write_output(struct issue *in)
{
    struct io_output output = { 0 };
    enum oc_err e;

    if ((e = io_output_add(&output, opt(in->cl, "output"), buf_view(&in->copies),
                           IO_BINARY | IO_SECRET)) != OC_OK ||
        (e = challenge_claim(in->keys.challenge, opt(in->cl, "dir"))) != OC_OK) {
        io_output_abandon(&output);
        return e;
    }
    e = io_output_commit(&output);
    if (e != OC_OK)
        hint_print("the challenge is used up; the holder needs a new one");
    return e;
}

static enum oc_err hand_out(struct issue *in)
{
    enum oc_err e = entry_commit(&in->entry);

    if (e == OC_OK && (e = write_output(in)) != OC_OK)
        entry_withdraw(&in->entry);
    return e;
}

/* Early enough for the next copies, which are to be had before these end. */
static void hint_renewal(const struct issue *in)
{
    enum { AHEAD_S = 30 * DATE_DAY_S };
    int64_t from, until, life = in->valid_until - in->valid_from;
    char day[DATE_TEXT_N] = "";

    x509_validity(in->signer.chain[0], &from, &until);
    if (until - in->valid_until < (life < AHEAD_S ? life : AHEAD_S) && date_write(until, day))
        hint_print("the signer's certificate ends on %s, soon after these copies: owncard-issuer "
                   "roll --ds makes a new one", day);
}

/* As it stands in the copies, rounded. */
static void report(const struct issue *in)
{
    char until[DATE_TIME_TEXT_N] = "";
    const struct bytes first = { in->copies.p, in->first_n };
    struct mdoc_issuer_signed copy;
    enum oc_err e = mdoc_issuer_signed_init(&copy, first, NULL);

    if (e == OC_OK && date_time_write(copy.mso.valid_until, until))
        fprintf(stderr, "Issued %s: %zu %s, valid until %s\n", in->card->doc_type, in->keys.n,
                in->keys.n == 1 ? "copy" : "copies", until);
    if (in->entry.is_open)
        fprintf(stderr, "Holder %s, batch %lld%s\n", in->entry.batch.holder,
                (long long)in->entry.batch.id,
                in->entry.list.id == 0 ? ", without a status: it cannot be revoked" : "");
    hint_renewal(in);
    mdoc_issuer_signed_cleanup(&copy);
}

int issue_run(const struct command_line *cl)
{
    struct issue in = { .cl = cl };
    enum oc_err e;

    if (opt_given(cl, "list-defects"))
        return wrong_list();
    if ((e = read_options(&in)) == OC_OK && (e = read_card_type(&in)) == OC_OK &&
        (e = issuer_signer_init(&in.signer, cl)) == OC_OK &&
        (e = wrong_init(&in.wrong, cl)) == OC_OK &&
        (e = read_claims(&in)) == OC_OK && (e = read_keys(&in)) == OC_OK &&
        (e = open_entry(&in)) == OC_OK && (e = make_copies(&in)) == OC_OK &&
        (e = challenge_check(in.keys.challenge, opt(cl, "dir"), in.now)) == OC_OK &&
        (e = hand_out(&in)) == OC_OK)
        report(&in);
    buf_cleanup(&in.copies);
    entry_cleanup(&in.entry);
    mdoc_proven_keys_cleanup(&in.keys);
    buf_cleanup(&in.proofs);
    claims_cleanup(&in.claims);
    json_decref(in.json);
    catalog_cleanup(&in.catalog);
    wrong_cleanup(&in.wrong);
    issuer_signer_cleanup(&in.signer);
    return exit_status(e);
}
