#include "crypto/ff1.h"

#include <string.h>

#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"

/* NIST's key of 32 bytes; those of 16 and 24 are its beginning. */
static const uint8_t longest[32] = {
    0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c,
    0xef, 0x43, 0x59, 0xd8, 0xd5, 0x80, 0xaa, 0x4f, 0x7f, 0x03, 0x6d, 0x6f, 0x04, 0xfc, 0x6a, 0x94,
};

static const char alphabet[] = "0123456789abcdefghijklmnopqrstuvwxyz";

static struct secret *key_of(size_t n)
{
    struct secret *key = secret_copy((struct bytes){ longest, n });

    must(key != NULL ? OC_OK : OC_MEMORY);
    return key;
}

static size_t read_numerals(uint16_t *out, const char *text)
{
    size_t n = strlen(text);

    for (size_t i = 0; i < n; i++)
        out[i] = (uint16_t)(strchr(alphabet, text[i]) - alphabet);
    return n;
}

static void write_numerals(char *out, const uint16_t *numerals, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = alphabet[numerals[i] % 36];
    out[n] = '\0';
}

/* The samples that NIST publishes for FF1. */
static void test_samples(void)
{
    static const struct bytes none = BYTES(""), ten = BYTES("9876543210"),
                              eleven = BYTES("7777pqrs777");
    static const char digits[] = "0123456789", letters[] = "0123456789abcdefghi";
    const struct {
        size_t key_n;
        uint32_t radix;
        struct bytes tweak;
        const char *plain, *want;
    } row[] = {
        { 16, 10, none, digits, "2433477484" },
        { 16, 10, ten, digits, "6124200773" },
        { 16, 36, eleven, letters, "a9tv40mll9kdu509eum" },
        { 24, 10, none, digits, "2830668132" },
        { 24, 10, ten, digits, "2496655549" },
        { 24, 36, eleven, letters, "xbj3kv35jrawxv32ysr" },
        { 32, 10, none, digits, "6657667009" },
        { 32, 10, ten, digits, "1001623463" },
        { 32, 36, eleven, letters, "xs8a0azh2avyalyzuwd" },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct secret *key = key_of(row[i].key_n);
        uint16_t numerals[FF1_NUMERALS_MAX];
        size_t n = read_numerals(numerals, row[i].plain);
        char text[FF1_NUMERALS_MAX + 1];
        enum oc_err e = ff1_encrypt(key, row[i].tweak, row[i].radix, numerals, n);

        write_numerals(text, numerals, n);
        ok(e == OC_OK && strcmp(text, row[i].want) == 0, "sample %zu: %s", i + 1, text);
        e = ff1_decrypt(key, row[i].tweak, row[i].radix, numerals, n);
        write_numerals(text, numerals, n);
        ok(e == OC_OK && strcmp(text, row[i].plain) == 0, "and back: %s", text);
        secret_free(&key);
    }
}

static void test_refusals(void)
{
    static const struct {
        const char *name;
        size_t key_n;
        uint32_t radix;
        size_t tweak_n, n;
        enum oc_err want;
    } row[] = {
        { "a key of 8 bytes", 8, 10, 0, 10, OC_USAGE },
        { "radix 1", 16, 1, 0, 20, OC_USAGE },
        { "radix 65537", 16, 65537, 0, 4, OC_USAGE },
        { "100,000 texts", 16, 10, 0, 5, OC_USAGE },
        { "a million texts", 16, 10, 0, 6, OC_OK },
        { "one numeral", 16, 65536, 0, 1, OC_USAGE },
        { "halves of 2^55", 16, 2, 0, 64, OC_OK },
        { "halves over it", 16, 16, 0, 28, OC_USAGE },
        { "the longest tweak", 16, 10, FF1_TWEAK_MAX, 10, OC_OK },
        { "a longer one", 16, 10, FF1_TWEAK_MAX + 1, 10, OC_USAGE },
    };
    static const uint8_t tweak[FF1_TWEAK_MAX + 1];

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct secret *key = key_of(row[i].key_n);
        uint16_t numerals[FF1_NUMERALS_MAX] = { 1 };

        ok(ff1_encrypt(key, (struct bytes){ tweak, row[i].tweak_n }, row[i].radix, numerals,
                       row[i].n) == row[i].want, "%s: %s", row[i].name, oc_err_name(row[i].want));
        secret_free(&key);
    }
    struct secret *key = key_of(16);
    uint16_t numerals[10] = { 1, 10 };

    ok(ff1_encrypt(key, BYTES(""), 10, numerals, 10) == OC_USAGE, "a numeral that is the radix");
    secret_free(&key);
}

/* Every number of a domain once, for a size that is a power of two and for one that is not. */
static void test_permutation(void)
{
    static const uint64_t sizes[] = { 1 << 20, FF1_DOMAIN_MIN };
    struct secret *key = key_of(16), *other = key_of(32);

    for (size_t s = 0; s < 2; s++) {
        uint8_t *seen = calloc(sizes[s], 1);
        size_t wrong = 0, neighbours = 0, fixed = 0;
        uint64_t before = UINT64_MAX - 1, there, back;

        must(seen != NULL ? OC_OK : OC_MEMORY);
        for (uint64_t i = 0; i < sizes[s]; i++) {
            wrong += ff1_permute(key, sizes[s], i, &there) != OC_OK || there >= sizes[s] ||
                     seen[there]++ != 0;
            neighbours += there == before + 1 || there + 1 == before;
            fixed += there == i;
            before = there;
            if (i % 97 == 0)
                wrong += ff1_unpermute(key, sizes[s], there, &back) != OC_OK || back != i;
        }
        ok(wrong == 0, "a permutation of %zu, and its inverse", (size_t)sizes[s]);
        ok(neighbours < 20 && fixed < 20, "%zu neighbours stay so, %zu stay where they are",
           neighbours, fixed);
        free(seen);
    }
    uint64_t a = 0, b = 0;

    ok(ff1_permute(key, 1 << 20, 1, &a) == OC_OK && ff1_permute(other, 1 << 20, 1, &b) == OC_OK &&
       a != b, "another key, another place");
    ok(ff1_permute(key, FF1_DOMAIN_MIN - 1, 1, &a) == OC_USAGE, "a size too small");
    ok(ff1_permute(key, (UINT64_C(1) << 32) + 1, 1, &a) == OC_USAGE, "one too large");
    ok(ff1_permute(key, 1 << 20, 1 << 20, &a) == OC_USAGE, "a number past the size");
    ok(ff1_permute(key, UINT64_C(1) << 32, UINT32_MAX, &a) == OC_OK &&
       ff1_unpermute(key, UINT64_C(1) << 32, a, &b) == OC_OK && b == UINT32_MAX, "the largest");
    secret_free(&key);
    secret_free(&other);
}

int main(void)
{
    must(secret_pool_init());
    test_samples();
    test_refusals();
    test_permutation();
    return done();
}
