#include "issuer/signer.h"

#include "cli/exit.h"
#include "cli/io.h"
#include "cli/key_file.h"
#include "issuer/authority.h"
#include "issuer/revoked.h"
#include "verbs/departures.h"

enum { CERTIFICATES_FILE_MAX = 1 << 18 };

static enum oc_err add_certificates(struct issuer_signer *out, const char *path, struct bytes pem)
{
    size_t before = out->chain_n;
    enum oc_err e;

    for (;;) {
        struct x509_cert *certificate;

        e = x509_from_pem(&certificate, pem, out->chain_n - before);
        if (e == OC_TRUNCATED && out->chain_n > before)
            return OC_OK;
        if (e != OC_OK)
            return fail_print(e == OC_TRUNCATED ? OC_SHAPE : e, "%s: not a certificate in PEM",
                              path);
        if (out->chain_n == X509_CHAIN_MAX) {
            x509_free(&certificate);
            return fail_print(OC_LIMIT, "--signer-cert: more than %d certificates",
                              X509_CHAIN_MAX);
        }
        out->chain[out->chain_n++] = certificate;
    }
}

static enum oc_err read_chain(struct issuer_signer *out, const struct command_line *cl)
{
    enum oc_err e = OC_OK;

    for (size_t i = 0; i < opt_count(cl, "signer-cert") && e == OC_OK; i++) {
        const char *path = opt_nth(cl, "signer-cert", i);
        struct buf pem;

        e = io_read(&pem, path, CERTIFICATES_FILE_MAX);
        if (e == OC_OK)
            e = add_certificates(out, path, buf_view(&pem));
        buf_cleanup(&pem);
    }
    return e;
}

static enum oc_err check_chain(const struct issuer_signer *s)
{
    const struct public_key *certified = x509_public_key(s->chain[0]);
    struct x509_facts facts;

    if (certified == NULL || !public_key_equal(certified, private_key_public(s->key)))
        return fail_print(OC_SHAPE, "--signer-cert: the first is not the certificate of --signer-key");
    for (size_t i = 0; i < s->chain_n; i++) {
        x509_describe(s->chain[i], &facts);
        if (facts.self_issued)
            return fail_print(OC_SHAPE, "--signer-cert: %s is a root, which a card leaves out",
                              facts.subject);
        if (i > 0 && x509_signed_by(s->chain[i - 1], s->chain[i]) != OC_OK)
            return fail_print(OC_SHAPE, "--signer-cert: %s did not sign the certificate before it",
                              facts.subject);
    }
    return OC_OK;
}

/* A signer of something else, or an authority: no verifier takes its cards. */
static enum oc_err check_role(const struct authority *own, const char *name)
{
    struct trust_finding findings[TRUST_FINDINGS_MAX];
    struct x509_facts facts;

    x509_describe(own->certificate, &facts);
    if (trust_profile_check(findings, TRUST_DOCUMENT_SIGNER, &facts, NULL) == 0)
        return OC_OK;
    return fail_print(OC_USAGE, "--signer %s: no document signer: %s (%s)", name, findings[0].text,
                      findings[0].rule);
}

/* What revoke-cert has noted, everybody learns by the next list. */
static enum oc_err check_revoked(const struct authority *own, const struct command_line *cl,
                                 const char *name)
{
    struct revoked revoked = { 0 };
    struct x509_facts facts;
    struct buf path;
    enum oc_err e = folder_path(&path, opt(cl, "dir"), "revoked");

    x509_describe(own->certificate, &facts);
    if (e == OC_OK && (e = revoked_init(&revoked, buf_text(&path))) == OC_OK &&
        revoked_has(&revoked, facts.aki, facts.serial)) {
        e = fail_print(OC_REFUSED, "%s.pem is revoked: no verifier who knows takes its cards", name);
        hint_print("owncard-issuer roll --ds makes a new signer");
    }
    revoked_cleanup(&revoked);
    buf_cleanup(&path);
    return e;
}

static enum oc_err from_folder(struct issuer_signer *out, const struct command_line *cl)
{
    const char *name = opt_given(cl, "signer") ? opt(cl, "signer") : "ds";
    struct authority own;
    enum oc_err e = authority_init(&own, cl, name);

    if (e != OC_OK)
        return e;
    if ((opt_given(cl, "signer") && (e = check_role(&own, name)) != OC_OK) ||
        (e = check_revoked(&own, cl, name)) != OC_OK) {
        authority_cleanup(&own);
        return e;
    }
    *out = (struct issuer_signer){ own.key, { own.certificate }, 1 };     /* moved */
    return OC_OK;
}

enum oc_err issuer_signer_init(struct issuer_signer *out, const struct command_line *cl)
{
    const char *key = opt(cl, "signer-key");
    enum oc_err e;

    *out = (struct issuer_signer){ 0 };
    if (opt_given(cl, "signer-key") != opt_given(cl, "signer-cert"))
        return fail_print(OC_USAGE, "--signer-key and --signer-cert go together");
    if ((e = opt_not_both(cl, "signer", "signer-key")) != OC_OK)
        return e;
    if (key == NULL)
        return from_folder(out, cl);
    if ((e = key_file_signing(&out->key, key, cl)) != OC_OK ||
        (e = read_chain(out, cl)) != OC_OK || (e = check_chain(out)) != OC_OK)
        issuer_signer_cleanup(out);
    else
        departures_warn(opt(cl, "signer-cert"), TRUST_DOCUMENT_SIGNER, out->chain[0],
                        out->chain_n > 1 ? out->chain[1] : NULL);
    return e;
}

void issuer_signer_cleanup(struct issuer_signer *s)
{
    private_key_free(&s->key);
    for (size_t i = 0; i < s->chain_n; i++)
        x509_free(&s->chain[i]);
    *s = (struct issuer_signer){ 0 };
}
