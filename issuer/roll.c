/*
 * Beside the flow: roll.     init  →  here  →  verifiers' trust update
 *   in    the issuer's folder
 *   out   a new IACA with the link certificate that the old one signs, or a new document signer;
 *         the old ones stay, under names of their own
 */
#include <stdio.h>

#include "cli/exit.h"
#include "cli/state.h"
#include "issuer/certify.h"
#include "issuer/verbs.h"

enum { KEPT_N = 64 };

const struct command_option roll_options[] = {
    { "ds", 0, NULL, "a new document signer instead of a new IACA", false },
    { "issuer-uri", 0, "URI", "how to reach the issuer: a URI or an e-mail address, by default "
                              "https://issuer.example/", false },
    { "crl-uri", 0, "URI", "where the IACA's revocation list would be, by default "
                           "https://issuer.example/iaca.crl", false },
    { "dir", 0, "DIR", "the issuer's folder, by default $XDG_DATA_HOME/owncard/issuer", false },
    { "at", 0, "TIME", "the moment to work at, RFC 3339, by default now", false },
    { 0 },
};

/* The names of `facts`, and addresses as the command line has them. */
static struct x509_spec spec_like(const struct x509_facts *facts, const struct command_line *cl)
{
    return (struct x509_spec){
        .country = facts->country, .state = facts->state, .organization = facts->organization,
        .common_name = facts->common_name,
        .issuer_alt_uri = opt_given(cl, "issuer-uri") ? opt(cl, "issuer-uri")
                                                      : "https://issuer.example/",
        .crl_uri = opt_given(cl, "crl-uri") ? opt(cl, "crl-uri")
                                            : "https://issuer.example/iaca.crl",
    };
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

static enum oc_err roll_signer(const char *dir, const struct command_line *cl, int64_t now)
{
    struct authority iaca = { 0 }, old = { 0 }, new = { 0 };
    struct io_output output = { 0 };
    char kept[KEPT_N];
    struct x509_facts facts;
    struct x509_spec spec;
    enum oc_err e;

    if ((e = authority_init(&iaca, dir, "iaca")) != OC_OK ||
        (e = authority_init(&old, dir, "ds")) != OC_OK)
        goto out;
    x509_describe(old.certificate, &facts);
    spec = spec_like(&facts, cl);
    if ((e = certify(&new, TRUST_DOCUMENT_SIGNER, &spec, &iaca, facts.curve, now,
                     "document signer")) == OC_OK &&
        (e = replace(&output, kept, dir, "ds", &old, &new)) == OC_OK)
        e = io_output_commit(&output);
    if (e == OC_OK)
        fprintf(stderr,
                "Made a new ds.pem and ds.key; the old ones stay as %s.pem and %s.key.\n"
                "Cards of the old one are good as before.\n", kept, kept);
out:
    io_output_abandon(&output);
    authority_cleanup(&iaca);
    authority_cleanup(&old);
    authority_cleanup(&new);
    return e;
}

static enum oc_err roll_iaca(const char *dir, const struct command_line *cl, int64_t now)
{
    struct authority old = { 0 }, new = { 0 }, link = { 0 };
    struct io_output output = { 0 };
    char tag[9], name[64], kept[KEPT_N];
    struct x509_facts facts;
    struct x509_spec spec;
    enum oc_err e;

    if ((e = authority_init(&old, dir, "iaca")) != OC_OK)
        goto out;
    x509_describe(old.certificate, &facts);
    spec = spec_like(&facts, cl);
    spec.crl_uri = NULL;
    if ((e = certify(&new, TRUST_IACA, &spec, NULL, facts.curve, now, "IACA")) != OC_OK ||
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
                "Next: owncard-issuer roll --ds, so that cards are signed under the new one.\n",
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
    const char *dir = opt(cl, "dir");
    struct state_lock lock = { 0 };
    struct buf path = { 0 };
    int64_t now;
    enum oc_err e;

    if ((e = opt_time(cl, "at", &now)) == OC_OK && (e = authority_exists(dir, "iaca")) == OC_OK &&
        (e = folder_path(&path, dir, "iaca.pem")) == OC_OK &&
        (e = state_lock(&lock, buf_text(&path))) == OC_OK)
        e = opt_given(cl, "ds") ? roll_signer(dir, cl, now) : roll_iaca(dir, cl, now);
    state_unlock(&lock);
    buf_cleanup(&path);
    return exit_status(e);
}
