/*
 * Beside the flow: roll.     init  →  here  →  verifiers' trust update
 *   in    the issuer's folder
 *   out   a new IACA with the link certificate that the old one signs, or a new document signer,
 *         with a signer of status lists where that is under an older IACA; the old ones stay, under
 *         names of their own
 */
#include <stdio.h>

#include "cli/exit.h"
#include "cli/state.h"
#include "issuer/certify.h"
#include "issuer/own_key.h"
#include "issuer/verbs.h"

enum { KEPT_N = 64, SAID_BYTES_MAX = 4096 };

const struct command_option roll_options[] = {
    { "ds", 0, NULL, "new signers of cards, and of status lists, instead of a new "
                       "IACA", false },
    { "issuer-uri", 0, "URI", "how to reach the issuer: a URI or an e-mail address, by default "
                              "as before", false },
    { "crl-uri", 0, "URI", "where the IACA's revocation list would be, by default as before",
      false },
    OWN_KEY_OPTION,
    TOKEN_PIN_OPTIONS,
    { "dir", 0, "DIR", "the issuer's folder, by default $XDG_DATA_HOME/owncard/issuer", false },
    { "at", 0, "TIME", "the moment to work at, RFC 3339, by default now", false },
    { 0 },
};

/* What a certificate says that its successor says again. */
struct likeness {
    struct x509_facts facts;
    char issuer_uri[X509_ADDRESS_N], crl_uri[X509_ADDRESS_N];
};

/* The names of `old`, and its addresses where the command line has no others. The spec points into
 * `of`. */
static enum oc_err spec_like(struct x509_spec *out, struct likeness *of,
                             const struct x509_cert *old, const struct command_line *cl)
{
    enum oc_err e = x509_addresses(old, of->issuer_uri, of->crl_uri);

    if (e != OC_OK)
        return fail_print(e, "%s", oc_err_text(e));
    x509_describe(old, &of->facts);
    *out = (struct x509_spec){
        .country = of->facts.country, .state = of->facts.state,
        .organization = of->facts.organization, .common_name = of->facts.common_name,
        .issuer_alt_uri = opt_given(cl, "issuer-uri") ? opt(cl, "issuer-uri") : of->issuer_uri,
        .crl_uri = opt_given(cl, "crl-uri") ? opt(cl, "crl-uri") : of->crl_uri,
    };
    return OC_OK;
}

/* The successor's key as --key names it, or NULL: one that is yet to be made. No key in a token is
 * followed by one in a file unless that is said. */
static enum oc_err next_key(struct private_key **out, const struct command_line *cl,
                            const char *name, const struct authority *old)
{
    enum oc_err e = own_key(out, cl, name);

    if (e != OC_OK)
        return e;
    if (*out != NULL && public_key_equal(private_key_public(*out), private_key_public(old->key)))
        return fail_print(OC_USAGE, "--key %s: the key of the old certificate, which a new one "
                                    "does not follow", name);
    if (*out != NULL || private_key_uri(old->key) == NULL)
        return OC_OK;
    fail_print(OC_USAGE, "the key of %s is in a token, and --key names no other to follow it", name);
    hint_print("make one there (pkcs11-tool --keypairgen), and name it by "
               "--key '%s=pkcs11:token=…;object=…'", name);
    return OC_USAGE;
}

/* The old files to NAME-TAG, then the new ones in their place, so that a run that fails halfway has
 * lost nothing. */
static enum oc_err replace(struct io_output *output, char kept[KEPT_N], const char *dir,
                           const char *name, const struct authority *old,
                           const struct authority *new)
{
    char tag[9];
    enum oc_err e = certify_tag(old->certificate, tag);

    if (e != OC_OK)
        return e;
    snprintf(kept, KEPT_N, "%s-%s", name, tag);
    if ((e = certify_add(output, dir, kept, old, 0)) != OC_OK)
        return e;
    return certify_add(output, dir, name, new, IO_REPLACE);
}

/* A new document signer, prepared and told. */
static enum oc_err roll_ds(struct io_output *output, struct buf *said, const char *dir,
                           const struct command_line *cl, const struct authority *iaca,
                           int64_t now)
{
    struct authority old = { 0 }, new = { 0 };
    char kept[KEPT_N];
    struct likeness like;
    struct x509_spec spec;
    enum oc_err e;

    if ((e = authority_init(&old, cl, "ds")) == OC_OK &&
        (e = next_key(&new.key, cl, "ds", &old)) == OC_OK &&
        (e = spec_like(&spec, &like, old.certificate, cl)) == OC_OK &&
        (e = certify(&new, TRUST_DOCUMENT_SIGNER, &spec, iaca, like.facts.curve, now,
                     "document signer")) == OC_OK &&
        (e = replace(output, kept, dir, "ds", &old, &new)) == OC_OK)
        buf_printf(said, "Made a new ds.pem and ds.key; the old ones stay as %s.pem and %s.key.\n"
                         "Cards of the old one are good as before.\n", kept, kept);
    authority_cleanup(&old);
    authority_cleanup(&new);
    return e;
}

/* Under an older IACA than the cards that come, a signer of status lists says nothing of them. */
static enum oc_err status_is_older(bool *older, const char *dir, const struct authority *iaca)
{
    struct authority status = { 0 };
    struct buf path;
    enum oc_err e = folder_path(&path, dir, "status.pem");

    *older = false;
    if (e != OC_OK)
        return e;
    if (state_exists(buf_text(&path)) &&
        (e = authority_certificate(&status, dir, "status")) == OC_OK) {
        e = x509_signed_by(status.certificate, iaca->certificate);
        *older = e == OC_SIGNATURE;
        if (e == OC_SIGNATURE)
            e = OC_OK;
        else if (e != OC_OK)
            fail_print(e, "%s: %s", buf_text(&path), oc_err_text(e));
    }
    authority_cleanup(&status);
    buf_cleanup(&path);
    return e;
}

static enum oc_err roll_status(struct io_output *output, struct buf *said, const char *dir,
                               const struct command_line *cl, const struct authority *iaca,
                               int64_t now)
{
    struct authority old = { 0 }, new = { 0 };
    char kept[KEPT_N];
    struct likeness like;
    struct x509_spec spec;
    enum oc_err e;

    if ((e = authority_init(&old, cl, "status")) == OC_OK &&
        (e = next_key(&new.key, cl, "status", &old)) == OC_OK &&
        (e = spec_like(&spec, &like, old.certificate, cl)) == OC_OK &&
        (e = certify(&new, TRUST_STATUS_SIGNER, &spec, iaca, like.facts.curve, now,
                     "status signer")) == OC_OK &&
        (e = replace(output, kept, dir, "status", &old, &new)) == OC_OK)
        buf_printf(said, "Made a new status.pem and status.key; the old ones stay as %s.pem and\n"
                         "%s.key, and sign for the cards that there are: keep both.\n"
                         "Next: owncard-issuer status init, for the cards that come.\n", kept,
                   kept);
    authority_cleanup(&old);
    authority_cleanup(&new);
    return e;
}

static enum oc_err roll_signers(const char *dir, const struct command_line *cl, int64_t now)
{
    struct authority iaca = { 0 };
    struct io_output output = { 0 };
    bool older;
    struct buf said;
    enum oc_err e;

    buf_init(&said, SAID_BYTES_MAX);
    if ((e = authority_init(&iaca, cl, "iaca")) == OC_OK &&
        (e = roll_ds(&output, &said, dir, cl, &iaca, now)) == OC_OK &&
        (e = status_is_older(&older, dir, &iaca)) == OC_OK &&
        (!older || (e = roll_status(&output, &said, dir, cl, &iaca, now)) == OC_OK) &&
        (e = io_output_commit(&output)) == OC_OK)
        fputs(buf_text(&said), stderr);
    io_output_abandon(&output);
    authority_cleanup(&iaca);
    buf_cleanup(&said);
    return e;
}

static enum oc_err roll_iaca(const char *dir, const struct command_line *cl, int64_t now)
{
    struct authority old = { 0 }, new = { 0 }, link = { 0 };
    struct io_output output = { 0 };
    char tag[9], name[64], kept[KEPT_N];
    struct likeness like;
    struct x509_spec spec;
    enum oc_err e;

    if ((e = authority_init(&old, cl, "iaca")) != OC_OK ||
        (e = next_key(&new.key, cl, "iaca", &old)) != OC_OK ||
        (e = spec_like(&spec, &like, old.certificate, cl)) != OC_OK ||
        (e = certify(&new, TRUST_IACA, &spec, NULL, like.facts.curve, now, "IACA")) != OC_OK ||
        (e = certify_link(&link, &spec, &old, &new, now)) != OC_OK ||
        (e = certify_tag(new.certificate, tag)) != OC_OK)
        goto out;
    snprintf(name, sizeof name, "iaca-link-%s", tag);
    if ((e = certify_add(&output, dir, name, &link, 0)) == OC_OK &&
        (e = replace(&output, kept, dir, "iaca", &old, &new)) == OC_OK &&
        (e = io_output_commit(&output)) == OC_OK)
        fprintf(stderr,
                "Made a new iaca.pem and iaca.key; the old ones stay as %s.pem and %s.key.\n"
                "Made %s.pem, the new key signed by the old one: a verifier that trusts the old\n"
                "IACA believes the new one by it.\n"
                "Next: owncard-issuer roll --ds, so that cards and status lists are signed under\n"
                "the new one.\n",
                kept, kept, name);
out:
    io_output_abandon(&output);
    authority_cleanup(&old);
    authority_cleanup(&new);
    authority_cleanup(&link);
    return e;
}

int roll_run(const struct command_line *cl)
{
    static const char *const signers[] = { "ds", "status", NULL }, *const root[] = { "iaca", NULL };
    const char *dir = opt(cl, "dir");
    struct state_lock lock = { 0 };
    struct buf path = { 0 };
    int64_t now;
    enum oc_err e;

    if ((e = opt_time(cl, "at", &now)) == OC_OK &&
        (e = own_keys_check(cl, opt_given(cl, "ds") ? signers : root)) == OC_OK &&
        (e = authority_exists(dir, "iaca")) == OC_OK &&
        (e = folder_path(&path, dir, "iaca.pem")) == OC_OK &&
        (e = state_lock(&lock, buf_text(&path))) == OC_OK)
        e = opt_given(cl, "ds") ? roll_signers(dir, cl, now) : roll_iaca(dir, cl, now);
    state_unlock(&lock);
    buf_cleanup(&path);
    return exit_status(e);
}
