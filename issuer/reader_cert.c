/*
 * Before the flow: reader-cert.     verifier/init.c  →  here  →  verifier/request.c (3)
 *   in    a certificate request that proves possession of a reader's key, the reader CA
 *   out   a reader certificate to profile
 */
#include <stdio.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "core/date.h"
#include "issuer/authority.h"
#include "issuer/verbs.h"
#include "trust/profile.h"

enum { REQUEST_BYTES_MAX = 65536, DAYS_MAX = 1187 };

static enum oc_err read_request(struct public_key **key, char common_name[128], const char *path)
{
    struct buf pem;
    enum oc_err e = io_read(&pem, path, REQUEST_BYTES_MAX);

    if (e != OC_OK)
        return e;
    e = x509_request_read(key, common_name, buf_view(&pem));
    buf_cleanup(&pem);
    if (e == OC_SIGNATURE)
        fail_print(e, "%s: the request is not signed by the key it names", path);
    else if (e == OC_SHAPE)
        fail_print(e, "%s: not a certificate request (PKCS #10, PEM) for a key on a curve we know",
                   path);
    else if (e != OC_OK)
        fail_print(e, "%s: %s", path, oc_err_text(e));
    return e;
}

static enum oc_err set_validity(struct x509_spec *spec, const struct x509_facts *ca,
                                const struct command_line *cl)
{
    uint64_t days;
    int64_t now;
    enum oc_err e;

    if ((e = opt_uint(cl, "days", 1, DAYS_MAX, 0, &days)) != OC_OK ||
        (e = opt_time(cl, "at", &now)) != OC_OK)
        return e;
    trust_profile_spec(spec, TRUST_READER, now);
    if (days > 0)
        spec->not_after = spec->not_before + (int64_t)days * DATE_DAY_S;
    if (spec->not_before >= ca->not_before && spec->not_after <= ca->not_after)
        return OC_OK;
    fail_print(OC_USAGE, "the reader CA is not valid for as long as this certificate would be");
    hint_print("choose fewer --days, or another moment by --at");
    return OC_USAGE;
}

static enum oc_err check_profile(const struct x509_cert *cert, const struct x509_facts *ca)
{
    struct trust_finding findings[TRUST_FINDINGS_MAX];
    struct x509_facts facts;

    x509_describe(cert, &facts);
    if (trust_profile_check(findings, TRUST_READER, &facts, ca) == 0)
        return OC_OK;
    return fail_print(OC_USAGE, "the certificate would break %s: %s", findings[0].rule,
                      findings[0].text);
}

static enum oc_err make(struct x509_cert **out, const struct public_key *key,
                        const char *common_name, const struct authority *ca,
                        const struct command_line *cl)
{
    struct x509_spec spec = { .common_name = common_name };
    struct x509_facts facts;
    enum oc_err e;

    x509_describe(ca->certificate, &facts);
    spec.country = facts.country;
    if (*common_name == '\0') {
        fail_print(OC_SHAPE, "the request names nobody");
        hint_print("give the verifier's name by --name");
        return OC_SHAPE;
    }
    if ((e = set_validity(&spec, &facts, cl)) != OC_OK)
        return e;
    e = x509_make(out, &spec, key, ca->certificate, ca->key);
    if (e == OC_USAGE)
        return fail_print(e, "%s: not a name of at most 64 characters", common_name);
    return e == OC_OK ? check_profile(*out, &facts) : fail_print(e, "%s", oc_err_text(e));
}

static void report(const struct x509_cert *cert)
{
    char until[DATE_TEXT_N] = "";
    struct x509_facts facts;

    x509_describe(cert, &facts);
    if (date_write(facts.not_after, until))
        fprintf(stderr, "Reader certificate valid until %s\n", until);
}

int reader_cert_run(const struct command_line *cl)
{
    struct authority ca = { 0 };
    struct public_key *key = NULL;
    struct x509_cert *cert = NULL;
    const char *name = opt(cl, "name");
    char common_name[128];
    struct buf pem;
    enum oc_err e;

    buf_init(&pem, REQUEST_BYTES_MAX);
    if ((e = authority_init(&ca, cl, "reader-ca")) != OC_OK ||
        (e = read_request(&key, common_name, argument(cl, 0))) != OC_OK ||
        (e = make(&cert, key, name != NULL ? name : common_name, &ca, cl)) != OC_OK)
        goto out;
    x509_to_pem(&pem, cert);
    if ((e = buf_err(&pem)) != OC_OK)
        fail_print(e, "%s", oc_err_text(e));
    else if ((e = io_write(opt(cl, "output"), buf_view(&pem), IO_TEXT)) == OC_OK)
        report(cert);
out:
    buf_cleanup(&pem);
    x509_free(&cert);
    public_key_free(&key);
    authority_cleanup(&ca);
    return exit_status(e);
}
