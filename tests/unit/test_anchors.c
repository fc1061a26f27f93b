#include "trust/anchors.h"

#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"

static void test_add(const struct fixture *f)
{
    struct trust_anchors a = { 0 };

    ok(trust_anchors_add(&a, f->iaca) == OC_OK && a.n == 1, "an IACA");
    ok(trust_anchors_add(&a, f->iaca) == OC_OK && a.n == 1, "the same again: there already");
    ok(trust_anchors_add(&a, f->signer) == OC_UNTRUSTED && a.n == 1, "a document signer is none");
    ok(trust_anchors_add(&a, f->reader_ca) == OC_OK && a.n == 2, "a second one");
    ok(bytes_eq(x509_der(a.certificates[0]), x509_der(f->iaca)) &&
       bytes_eq(x509_der(a.certificates[1]), x509_der(f->reader_ca)), "in the order added");
    trust_anchors_cleanup(&a);
    ok(a.n == 0 && a.certificates == NULL, "all zero after cleanup");
    trust_anchors_cleanup(&a);
    ok(x509_der(f->iaca).n > 0, "certificates are shared, not moved");
}

static void test_pem(const struct fixture *f)
{
    struct trust_anchors a = { 0 };
    struct buf both = new_buf(), mixed = new_buf();
    size_t added = 99;

    x509_to_pem(&both, f->iaca);
    x509_to_pem(&both, f->reader_ca);
    must(trust_anchors_add(&a, f->iaca));
    ok(trust_anchors_add_pem(&a, buf_view(&both), &added) == OC_OK && added == 1 && a.n == 2,
       "two in a PEM text, one of them new");
    ok(trust_anchors_add_pem(&a, buf_view(&both), NULL) == OC_OK && a.n == 2, "none new");
    ok(trust_anchors_add_pem(&a, BYTES("nothing here\n"), &added) == OC_SHAPE && added == 0 &&
       a.n == 2, "no certificate in it");
    trust_anchors_cleanup(&a);

    x509_to_pem(&mixed, f->iaca);
    x509_to_pem(&mixed, f->signer);
    ok(trust_anchors_add_pem(&a, buf_view(&mixed), &added) == OC_UNTRUSTED && added == 0 &&
       a.n == 0, "all or none: the second is not a CA");
    buf_truncate(&mixed, 0);
    x509_to_pem(&mixed, f->iaca);
    buf_add_str(&mixed, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    ok(trust_anchors_add_pem(&a, buf_view(&mixed), &added) == OC_SHAPE && added == 0 && a.n == 0,
       "all or none: the second is broken");
    trust_anchors_cleanup(&a);
    buf_cleanup(&both);
    buf_cleanup(&mixed);
}

static void test_doc_types(const struct fixture *f)
{
    const struct bytes one = BYTES("a.1"), other = BYTES("b.1"), both[] = { other, one };
    struct trust_anchors a = { 0 };

    ok(trust_anchors_add_for(&a, f->iaca, &one, 1) == OC_OK && trust_anchors_allow(&a, 0, one) &&
       !trust_anchors_allow(&a, 0, other) && !trust_anchors_allow(&a, 0, BYTES("")),
       "believed for one docType");
    ok(trust_anchors_add_for(&a, f->iaca, both, 2) == OC_OK && a.n == 1 &&
       trust_anchors_allow(&a, 0, other) && trust_anchors_allow(&a, 0, one) &&
       a.doc_types[0].n == 2, "the same again for another: for both, each once");
    ok(trust_anchors_add_for(&a, f->reader_ca, &one, 0) == OC_USAGE && a.n == 1, "for none");
    ok(trust_anchors_add_for(&a, f->signer, &one, 1) == OC_UNTRUSTED && a.n == 1, "not a CA");
    must(trust_anchors_add_for(&a, f->reader_ca, &other, 1));
    trust_anchors_remove(&a, 0);
    ok(a.n == 1 && trust_anchors_allow(&a, 0, other) && !trust_anchors_allow(&a, 0, one),
       "a restriction moves with its anchor");
    ok(trust_anchors_add(&a, f->reader_ca) == OC_OK && a.n == 1 && trust_anchors_allow(&a, 0, one),
       "the same again for any: restricted no more");
    ok(trust_anchors_add_for(&a, f->reader_ca, &other, 1) == OC_OK &&
       trust_anchors_allow(&a, 0, one), "and not again by a list");
    trust_anchors_cleanup(&a);
}

static void test_links(const struct fixture *f)
{
    struct trust_anchors a = { 0 };

    ok(trust_anchors_add_link(&a, f->iaca) == OC_OK &&
       trust_anchors_add_link(&a, f->iaca) == OC_OK && a.links_n == 1 && a.n == 0, "a link is no anchor, and there once");
    ok(trust_anchors_add_link(&a, f->signer) == OC_UNTRUSTED && a.links_n == 1, "nor a signer");
    trust_anchors_cleanup(&a);
    ok(a.links_n == 0 && a.links == NULL, "all zero after cleanup");
}

int main(void)
{
    struct fixture f;

    must(secret_pool_init());
    fixture_init(&f, CURVE_P256, CURVE_P256);
    test_add(&f);
    test_pem(&f);
    test_doc_types(&f);
    test_links(&f);
    fixture_cleanup(&f);
    return done();
}
