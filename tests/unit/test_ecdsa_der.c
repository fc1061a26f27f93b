#include "crypto/ecdsa_der.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <string.h>

#include "crypto/random.h"
#include "tests/unit/tap.h"
#include "tests/unit/vectors.h"

/* OpenSSL's own conversion, as the second opinion. */
static size_t openssl_der(uint8_t *der, size_t n, const uint8_t *pair)
{
    ECDSA_SIG *parts = ECDSA_SIG_new();
    unsigned char *p = der;
    int length;

    ECDSA_SIG_set0(parts, BN_bin2bn(pair, (int)n, NULL), BN_bin2bn(pair + n, (int)n, NULL));
    length = i2d_ECDSA_SIG(parts, &p);
    ECDSA_SIG_free(parts);
    return length < 0 ? 0 : (size_t)length;
}

/* Numbers with leading zeros and high bits among them, of every size that a curve has. */
static void same_as_openssl(void)
{
    static const size_t sizes[] = { 32, 40, 48, 64, 66 };
    size_t tried = 0, wrong = 0;

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (size_t zeros = 0; zeros <= sizes[i]; zeros++) {
            uint8_t pair[SIGNATURE_MAX], back[SIGNATURE_MAX], der[ECDSA_DER_MAX], want[200];
            size_t n = sizes[i], der_n, want_n;

            if (random_bytes(pair, 2 * n) != OC_OK)
                wrong++;
            memset(pair + (zeros % 2) * n, 0, zeros);
            want_n = openssl_der(want, n, pair);
            der_n = ecdsa_to_der(der, n, pair);
            tried++;
            if (!bytes_eq((struct bytes){ der, der_n }, (struct bytes){ want, want_n }) ||
                !ecdsa_from_der(back, n, (struct bytes){ der, der_n }) ||
                memcmp(back, pair, 2 * n) != 0)
                wrong++;
        }
    ok(wrong == 0 && tried == 255, "%zu signatures as OpenSSL writes them, and back", tried);
}

static void refused(void)
{
    const struct { const char *name, *hex; } row[] = {
        { "nothing", "" },
        { "only a head", "30" },
        { "no numbers", "3000" },
        { "another kind", "3106020101020101" },
        { "one number", "3003020101" },
        { "a third number", "3009020101020101020101" },
        { "a byte more", "300602010102010100" },
        { "a byte less", "30060201010201" },
        { "a length beyond the end", "3007020101020101" },
        { "a negative number", "3006020181020101" },
        { "a zero too many", "300702020001020101" },
        { "a number of no bytes", "30050200020101" },
        { "not an integer", "3006040101020101" },
        { "a long length that need not be", "308106020101020101" },
        { "more than fits", "3007020300ffff020101" },
        { "a number longer than what is left", "3006020101020501" },
    };
    uint8_t pair[2];

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct buf der;

        ok(unhex(row[i].hex, &der) && !ecdsa_from_der(pair, 1, buf_view(&der)), "%s",
           row[i].name);
        buf_cleanup(&der);
    }
    ok(ecdsa_from_der(pair, 1, BYTES("\x30\x06\x02\x01\x01\x02\x01\x02")) && pair[0] == 1 &&
       pair[1] == 2, "the same without a fault is read");
    ok(ecdsa_from_der(pair, 1, BYTES("\x30\x07\x02\x02\x00\xff\x02\x01\x00")) &&
       pair[0] == 0xff && pair[1] == 0, "a high bit and zero");
}

int main(void)
{
    same_as_openssl();
    refused();
    return done();
}
