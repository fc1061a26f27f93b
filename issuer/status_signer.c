#include "issuer/status_signer.h"

#include <stdio.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "cli/state.h"
#include "issuer/authority.h"
#include "trust/profile.h"

enum { COMMON_NAME_MAX = 64 };

/* As init names it: the IACA's name with another title, where that fits. */
static void name_it(char out[COMMON_NAME_MAX + 1], const char *iaca)
{
    static const char title[] = " IACA";
    size_t n = strlen(iaca), cut = sizeof title - 1;

    if (n > cut && strcmp(iaca + n - cut, title) == 0)
        n -= cut;
    if (snprintf(out, COMMON_NAME_MAX + 1, "%.*s Status Signer", (int)n, iaca) > COMMON_NAME_MAX)
        snprintf(out, COMMON_NAME_MAX + 1, "Status Signer");
}

static enum oc_err make(struct authority *out, const struct authority *iaca, int64_t now)
{
    struct trust_finding findings[TRUST_FINDINGS_MAX];
    char common_name[COMMON_NAME_MAX + 1];
    struct x509_spec spec = { .common_name = common_name };
    struct x509_facts facts, made;
    enum oc_err e;

    x509_describe(iaca->certificate, &facts);
    name_it(common_name, facts.common_name);
    spec.country = facts.country;
    spec.state = facts.state;
    trust_profile_spec(&spec, TRUST_STATUS_SIGNER, now);
    if (spec.not_after > facts.not_after)
        spec.not_after = facts.not_after;
    if ((e = private_key_generate(&out->key, facts.curve)) != OC_OK ||
        (e = x509_make(&out->certificate, &spec, private_key_public(out->key), iaca->certificate,
                       iaca->key)) != OC_OK)
        return fail_print(e, "the status signer's certificate: %s", oc_err_text(e));
    x509_describe(out->certificate, &made);
    if (trust_profile_check(findings, TRUST_STATUS_SIGNER, &made, &facts) == 0)
        return OC_OK;
    return fail_print(OC_USAGE, "the status signer's certificate would break %s: %s",
                      findings[0].rule, findings[0].text);
}

static enum oc_err write_files(const struct authority *a, const char *dir)
{
    struct io_output output = { 0 };
    enum oc_err e = authority_output(&output, a, dir, "status");

    if (e == OC_OK)
        return io_output_commit(&output);
    io_output_abandon(&output);
    return e;
}

enum oc_err status_signer_ensure(bool *made, const struct command_line *cl, int64_t now)
{
    const char *dir = opt(cl, "dir");
    struct authority iaca = { 0 }, signer = { 0 };
    struct state_lock lock = { 0 };
    struct buf root = { 0 }, path = { 0 };
    enum oc_err e;

    *made = false;
    if ((e = authority_exists(dir, "iaca")) == OC_OK &&
        (e = folder_path(&root, dir, "iaca.pem")) == OC_OK &&
        (e = folder_path(&path, dir, "status.pem")) == OC_OK &&
        !state_exists(buf_text(&path)) &&
        (e = state_lock(&lock, buf_text(&root))) == OC_OK &&
        (e = authority_init(&iaca, cl, "iaca")) == OC_OK &&
        (e = make(&signer, &iaca, now)) == OC_OK && (e = write_files(&signer, dir)) == OC_OK)
        *made = true;
    state_unlock(&lock);
    authority_cleanup(&iaca);
    authority_cleanup(&signer);
    buf_cleanup(&root);
    buf_cleanup(&path);
    return e;
}
