#include "trust/signers.h"

#include <string.h>

#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"

static const struct trust_signer *find(struct trust_signers *s, const struct fixture *f,
                                       struct bytes der, const struct trust_anchors *anchors,
                                       int64_t now)
{
    const struct trust_signer *found;

    (void)f;
    must(trust_signers_find(&found, s, TRUST_DOCUMENT_SIGNER, &der, 1, anchors, now));
    return found;
}

static void remembered(const struct fixture *f)
{
    struct trust_signers *s = trust_signers_new();
    struct bytes der = x509_der(f->signer);
    const struct trust_signer *first = find(s, f, der, &f->iacas, f->now), *again;
    const struct x509_cert *certificate = first->certificate;
    struct buf copy = new_buf();

    ok(first->chain == OC_OK && first->findings_n == 0 && first->country_fault == NULL,
       "a signer met for the first time is examined");
    buf_add(&copy, der);        /* the same bytes elsewhere */
    again = find(s, f, buf_view(&copy), &f->iacas, f->now + 60);
    ok(again == first && again->certificate == certificate,
       "met again, by content, it is the one examined before");
    ok(find(s, f, der, &f->iacas, first->valid_until + 1)->chain == OC_EXPIRED,
       "after its end it is looked at anew, and has expired");
    ok(find(s, f, der, &f->iacas, first->valid_from - 1)->chain == OC_EXPIRED,
       "so before its beginning");
    ok(find(s, f, der, &f->readers, f->now)->chain == OC_UNTRUSTED,
       "nor does it count where its anchor is not believed");
    again = find(s, f, der, &f->iacas, f->now);
    ok(again == first && again->chain == OC_OK, "all of which it survives");
    copy.p[copy.n - 1] ^= 1;    /* within its signature */
    ok(find(s, f, buf_view(&copy), &f->iacas, f->now)->chain == OC_UNTRUSTED,
       "one bit different is another signer");
    trust_signers_free(&s);
    ok(s == NULL, "freed");
    buf_cleanup(&copy);
}

/* The window is that of the narrowest certificate: here the anchor's. */
static void narrow_anchor(const struct fixture *f)
{
    struct x509_spec spec = certificate_spec(TRUST_IACA, f->now);
    struct trust_anchors anchors = { 0 };
    struct trust_signers *s = trust_signers_new();
    struct bytes der = x509_der(f->signer);
    struct x509_cert *ca;

    spec.not_after = f->now + DATE_DAY_S;
    ca = new_certificate(&spec, f->iaca_key, NULL, NULL);
    must(trust_anchors_add(&anchors, ca));
    ok(find(s, f, der, &anchors, f->now)->valid_until == spec.not_after,
       "a signer is good for as long as its anchor");
    ok(find(s, f, der, &anchors, spec.not_after + 1)->chain == OC_EXPIRED, "and no longer");
    must(trust_anchors_add(&anchors, f->iaca));
    trust_anchors_remove(&anchors, 0);
    ok(find(s, f, der, &anchors, f->now)->valid_until > spec.not_after &&
       find(s, f, der, &anchors, f->now)->anchor_index == 0,
       "an anchor taken out is believed no more; another may do");
    ok(find(s, f, der, &anchors, f->now) == find(s, f, der, &anchors, f->now + 1),
       "and is remembered in its turn");
    trust_anchors_remove(&anchors, 0);
    ok(find(s, f, der, &anchors, f->now)->chain == OC_UNTRUSTED, "until none is left");
    trust_signers_free(&s);
    trust_anchors_cleanup(&anchors);
    x509_free(&ca);
}

/* An anchor that moved within the set is found where it is now. */
static void moved_anchor(const struct fixture *f)
{
    struct trust_anchors anchors = { 0 };
    struct trust_signers *s = trust_signers_new();
    struct bytes der = x509_der(f->signer);

    must(trust_anchors_add(&anchors, f->reader_ca));
    must(trust_anchors_add(&anchors, f->iaca));
    ok(find(s, f, der, &anchors, f->now)->anchor_index == 1, "the second anchor");
    trust_anchors_remove(&anchors, 0);
    ok(find(s, f, der, &anchors, f->now)->anchor_index == 0, "is the first when that one is gone");
    trust_signers_free(&s);
    trust_anchors_cleanup(&anchors);
}

/* More signers than are remembered: each is still examined rightly. */
static void crowd(const struct fixture *f)
{
    enum { MANY = TRUST_SIGNERS_MAX + 8 };
    struct x509_spec spec = certificate_spec(TRUST_DOCUMENT_SIGNER, f->now);
    struct trust_signers *s = trust_signers_new();
    struct x509_cert *certificates[MANY];
    size_t right = 0;

    for (size_t i = 0; i < MANY; i++)
        certificates[i] = new_certificate(&spec, f->signer_key, f->iaca, f->iaca_key);
    for (size_t round = 0; round < 3; round++)
        for (size_t i = 0; i < MANY; i++) {
            struct bytes der = x509_der(certificates[i]);
            const struct trust_signer *found = find(s, f, der, &f->iacas, f->now);

            right += found->chain == OC_OK && bytes_eq(x509_der(found->certificate), der);
        }
    ok(right == 3 * (size_t)MANY, "%zu of %d right", right, 3 * MANY);
    for (size_t i = 0; i < MANY; i++)
        x509_free(&certificates[i]);
    trust_signers_free(&s);
}

int main(void)
{
    struct fixture f;

    must(secret_pool_init());
    fixture_init(&f, CURVE_P256, CURVE_P256);
    remembered(&f);
    narrow_anchor(&f);
    moved_anchor(&f);
    crowd(&f);
    fixture_cleanup(&f);
    return done();
}
