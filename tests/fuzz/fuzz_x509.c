/* A certificate, in DER or PEM: read, described, held against every profile, printed, checked. */
#include "tests/fuzz/world.h"
#include "trust/signer.h"

static void check_facts(const struct x509_facts *f, struct bytes der)
{
    hold_text(f->subject, sizeof f->subject);
    hold_text(f->country, sizeof f->country);
    hold_text(f->state, sizeof f->state);
    hold_text(f->common_name, sizeof f->common_name);
    hold_text(f->unknown_critical, sizeof f->unknown_critical);
    hold_text(f->forbidden, sizeof f->forbidden);
    hold(f->eku_n <= X509_OIDS_MAX && f->subject_der.n <= der.n && f->issuer_der.n <= der.n);
    for (size_t i = 0; i < f->eku_n; i++)
        hold_text(f->eku[i], sizeof f->eku[i]);
    for (int role = TRUST_IACA; role <= TRUST_READER; role++) {
        struct trust_finding findings[TRUST_FINDINGS_MAX];

        hold(trust_profile_check(findings, (enum trust_role)role, f, NULL) <= TRUST_FINDINGS_MAX);
        hold(trust_profile_check(findings, (enum trust_role)role, f, f) <= TRUST_FINDINGS_MAX);
    }
}

/* Nothing that the fixture's root did not sign leads to it. */
static void check_chain(const struct x509_cert *cert)
{
    const struct fixture *f = fuzz_world();
    struct bytes der = x509_der(cert);
    const char *reason = NULL;
    size_t anchor;
    struct x509_cert *chain[] = { x509_copy(cert) };
    enum oc_err e = x509_chain_check(chain, 1, f->iacas.certificates, f->iacas.n, f->now, &anchor,
                                     &reason);

    if (e == OC_OK)
        hold(x509_signed_by(cert, f->iaca) == OC_OK || bytes_eq(der, x509_der(f->iaca)));
    else
        hold(reason != NULL);
    x509_free(&chain[0]);
}

static void check_certificate(const struct x509_cert *cert)
{
    struct x509_cert *again = NULL;
    struct buf text = fuzz_buf();
    struct x509_facts facts;

    x509_describe(cert, &facts);
    check_facts(&facts, x509_der(cert));
    hold(x509_text(&text, cert) == OC_OK && bytes_are_utf8(buf_view(&text)));
    buf_truncate(&text, 0);
    x509_to_pem(&text, cert);
    hold(x509_from_pem(&again, buf_view(&text), 0) == OC_OK &&
         bytes_eq(x509_der(cert), x509_der(again)));
    check_chain(cert);
    x509_free(&again);
    buf_cleanup(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct bytes src = { p, n };
    struct x509_cert *cert = NULL;
    enum oc_err e;

    fuzz_world();
    e = x509_new(&cert, src);
    hold((cert != NULL) == (e == OC_OK) && (e == OC_OK || e == OC_SHAPE || e == OC_LIMIT));
    if (e != OC_OK)
        e = x509_from_pem(&cert, src, 0);
    hold((cert != NULL) == (e == OC_OK));
    if (cert != NULL)
        check_certificate(cert);
    x509_free(&cert);
    return 0;
}
