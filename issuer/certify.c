#include "issuer/certify.h"

#include <stdio.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/key_file.h"
#include "cli/state.h"

enum { PEM_BYTES_MAX = 65536 };

static enum oc_err check_profile(const struct x509_cert *made, enum trust_role role,
                                 const struct x509_facts *issuer, const char *title)
{
    struct trust_finding findings[TRUST_FINDINGS_MAX];
    struct x509_facts facts;

    x509_describe(made, &facts);
    if (trust_profile_check(findings, role, &facts, issuer) == 0)
        return OC_OK;
    return fail_print(OC_USAGE, "the %s certificate would break %s: %s", title, findings[0].rule,
                      findings[0].text);
}

/* A certificate of `own` to profile, signed by `issuer` or, where that is NULL, by itself. */
static enum oc_err make(struct x509_cert **out, enum trust_role role, struct x509_spec *spec,
                        const struct private_key *own, const struct authority *issuer, int64_t now,
                        const char *title)
{
    struct x509_facts facts;
    enum oc_err e;

    trust_profile_spec(spec, role, now);
    if (issuer != NULL) {
        x509_describe(issuer->certificate, &facts);
        if (spec->not_after > facts.not_after)
            spec->not_after = facts.not_after;
    }
    e = x509_make(out, spec, private_key_public(own), issuer == NULL ? NULL : issuer->certificate,
                  issuer == NULL ? own : issuer->key);
    if (e != OC_OK)
        return fail_print(e, "the %s certificate cannot be made of these names and addresses: %s",
                          title, oc_err_text(e));
    return check_profile(*out, role, issuer == NULL ? NULL : &facts, title);
}

enum oc_err certify(struct authority *out, enum trust_role role, struct x509_spec *spec,
                    const struct authority *issuer, enum curve curve, int64_t now,
                    const char *title)
{
    enum oc_err e = out->key != NULL ? OC_OK : private_key_generate(&out->key, curve);

    if (e != OC_OK)
        return fail_print(e, "a key for the %s certificate: %s", title, oc_err_text(e));
    return make(&out->certificate, role, spec, out->key, issuer, now, title);
}

enum oc_err certify_link(struct authority *out, struct x509_spec *spec,
                         const struct authority *old, const struct authority *new, int64_t now)
{
    return make(&out->certificate, TRUST_IACA_LINK, spec, new->key, old, now, "link");
}

static enum oc_err add_file(struct io_output *output, const char *dir, const char *name,
                            const char *ending, struct bytes content, unsigned how)
{
    char file[128];
    struct buf path;
    enum oc_err e;

    snprintf(file, sizeof file, "%s%s", name, ending);
    if ((e = folder_path(&path, dir, file)) != OC_OK)
        return e;
    if ((how & IO_REPLACE) == 0 && state_exists(buf_text(&path)))
        e = fail_print(OC_IO, "%s: exists already, and is not replaced", buf_text(&path));
    else
        e = io_output_add(output, buf_text(&path), content, how);
    buf_cleanup(&path);
    return e;
}

enum oc_err certify_add(struct io_output *output, const char *dir, const char *name,
                        const struct authority *a, unsigned how)
{
    struct secret *key = NULL;
    struct buf pem;
    enum oc_err e;

    buf_init(&pem, PEM_BYTES_MAX);
    x509_to_pem(&pem, a->certificate);
    if ((e = buf_err(&pem)) != OC_OK ||
        (a->key != NULL && (e = key_file_text(&key, a->key)) != OC_OK))
        fail_print(e, "%s", oc_err_text(e));
    else if ((e = add_file(output, dir, name, ".pem", buf_view(&pem), IO_TEXT | how)) == OC_OK &&
             a->key != NULL)
        e = add_file(output, dir, name, ".key", secret_view(key), IO_TEXT | IO_SECRET | how);
    secret_free(&key);
    buf_cleanup(&pem);
    return e;
}

enum oc_err certify_tag(const struct x509_cert *certificate, char out[9])
{
    char fingerprint[X509_FINGERPRINT_TEXT_N];
    enum oc_err e = x509_fingerprint_text(certificate, fingerprint);

    if (e != OC_OK)
        return fail_print(e, "%s", oc_err_text(e));
    memcpy(out, fingerprint, 8);
    out[8] = '\0';
    return OC_OK;
}
