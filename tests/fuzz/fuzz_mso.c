/* MobileSecurityObject, with the elements it authorises and the digests it knows. */
#include "tests/fuzz/contract.h"
#include "tests/fuzz/mutator.h"

static void check_digests(const struct mdoc_mso *m)
{
    for (size_t i = 0; i < m->spaces_n; i++)
        for (size_t j = 0; j < m->spaces[i].n && j < 64; j++) {
            const struct mdoc_digest *digest = &m->digests[m->spaces[i].first + j];
            bool known = false;
            struct bytes found = mdoc_mso_digest(m, m->spaces[i].name, digest->id, &known);

            hold(known && found.p == digest->value.p && found.n == digest->value.n);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct bytes src = { p, n };
    struct oc_fault fault = { 0 };
    struct mdoc_mso m;
    struct cbr r;
    bool read;
    enum oc_err e;

    cbr_init(&r, src);
    mdoc_mso_read(&r, &m);
    read = cbr_ok(&r);
    e = cbr_end(&r, &fault);
    if (!read) {
        hold_fault(e, &fault, src);
        hold_zero(m);
        return 0;
    }
    hold_mso(&m, src);
    check_digests(&m);
    mdoc_mso_cleanup(&m);
    hold_zero(m);
    return 0;
}
