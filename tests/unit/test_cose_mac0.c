/* cose/mac0: the COSE working group's examples, the fault table, and every bit flipped. */
#include "codec/cbw.h"
#include "cose/mac0.h"
#include "cose/parts.h"
#include "tests/unit/cose_vectors.h"
#include "tests/unit/guard.h"
#include "tests/unit/tap.h"

static const struct bytes none = { 0 };

static enum oc_err read_from(struct bytes in, struct cose_mac0 *msg, enum cose_tagging tagging,
                             struct oc_fault *fault)
{
    struct cbr r;

    cbr_init(&r, in);
    cose_mac0_read(&r, msg, tagging);
    return cbr_end(&r, fault);
}

static bool is_zero(const struct cose_mac0 *msg)
{
    return msg->protected_header.p == NULL && msg->alg == COSE_ALG_NONE && !msg->is_detached &&
           msg->payload.p == NULL && msg->tag.p == NULL;
}

/* The headers have their table in test_cose_sign1: one reader serves both. */
static void refused(void)
{
    const struct {
        const char *name;
        struct bytes in;
        enum cose_tagging tagging;
        enum oc_err want;
        size_t at;
    } row[] = {
        { "an empty array", BYTES("\x80"), COSE_UNTAGGED, OC_SHAPE, 0 },
        { "a tag where none may be", BYTES("\xd1\x84\x43\xa1\1\5\xa0\xf6\x40"), COSE_UNTAGGED,
          OC_SHAPE, 0 },
        { "no tag where one must be", BYTES("\x84\x43\xa1\1\5\xa0\xf6\x40"), COSE_TAGGED,
          OC_SHAPE, 0 },
        { "COSE_Sign1's tag", BYTES("\xd2\x84\x43\xa1\1\5\xa0\xf6\x40"), COSE_EITHER,
          OC_SHAPE, 0 },
        { "alg not protected", BYTES("\x84\x40\xa1\1\5\xf6\x40"), COSE_UNTAGGED, OC_SHAPE, 3 },
        { "no tag at all", BYTES("\x84\x43\xa1\1\5\xa0\xf6\xf6"), COSE_UNTAGGED, OC_SHAPE, 7 },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct oc_fault f = { 0 };
        struct cose_mac0 msg;
        enum oc_err e = read_from(row[i].in, &msg, row[i].tagging, &f);
        ok(e == row[i].want && f.offset == row[i].at && is_zero(&msg), "%s: %s at %zu: %s",
           row[i].name, oc_err_name(e), f.offset, f.reason != NULL ? f.reason : "");
    }
}

static void there_and_back(const struct secret *key, const struct secret *other)
{
    struct cose_mac0 msg;
    struct buf out;

    buf_init(&out, 1000);
    cose_mac0_write(&out, key, BYTES("payload"));
    ok(buf_err(&out) == OC_OK && read_from(buf_view(&out), &msg, COSE_UNTAGGED, NULL) == OC_OK &&
       msg.is_detached && msg.alg == COSE_HMAC_256 && msg.tag.n == 32 &&
       bytes_eq(msg.protected_header, BYTES("\xa1\1\5")), "written and read back");
    ok(cose_mac0_verify(&msg, key, BYTES("payload"), none) == OC_OK, "its tag holds");
    ok(cose_mac0_verify(&msg, key, BYTES("payloaD"), none) == OC_SIGNATURE, "another payload");
    ok(cose_mac0_verify(&msg, key, BYTES("payload"), BYTES("x")) == OC_SIGNATURE, "another aad");
    ok(cose_mac0_verify(&msg, other, BYTES("payload"), none) == OC_SIGNATURE, "another key");
    msg.tag.n = 31;
    ok(cose_mac0_verify(&msg, key, BYTES("payload"), none) == OC_SIGNATURE, "a tag cut short");
    msg.tag.n = 0;
    ok(cose_mac0_verify(&msg, key, BYTES("payload"), none) == OC_SIGNATURE, "an empty tag");
    msg.tag.n = 32;
    msg.alg = COSE_ALG_NONE;
    ok(cose_mac0_verify(&msg, key, BYTES("payload"), none) == OC_SHAPE, "no algorithm");
    msg.alg = 4;                /* HMAC 256/64 */
    ok(cose_mac0_verify(&msg, key, BYTES("payload"), none) == OC_SHAPE, "another algorithm");
    buf_cleanup(&out);

    buf_init(&out, 20);
    cose_mac0_write(&out, key, BYTES("payload"));
    ok(buf_err(&out) == OC_LIMIT, "a message larger than its buffer");
    buf_cleanup(&out);
}

/* As for COSE_Sign1. One mutant is as good: null and undefined both stand for a payload that is
 * elsewhere. */
static void damaged(const struct secret *key)
{
    struct cose_mac0 msg;
    struct guard g;
    struct buf out;
    size_t wrong = 0, bits = 0;

    buf_init(&out, 1000);
    cose_mac0_write(&out, key, BYTES("payload"));
    for (size_t n = 0; n < out.n; n++) {
        wrong += read_from(guard_copy(&g, (struct bytes){ out.p, n }), &msg, COSE_UNTAGGED,
                           NULL) == OC_OK;
        guard_free(&g);
    }
    ok(wrong == 0, "each of %zu prefixes is refused", out.n);
    buf_add_byte(&out, 0);
    ok(read_from(buf_view(&out), &msg, COSE_UNTAGGED, NULL) == OC_TRAILING && is_zero(&msg),
       "one byte appended is refused");
    buf_truncate(&out, out.n - 1);

    const size_t payload_at = out.n - 35;     /* null, a head of two bytes, the tag */
    for (size_t i = 0; i < out.n; i++) {
        for (int bit = 0; bit < 8; bit++, bits++) {
            out.p[i] ^= (uint8_t)(1 << bit);
            struct bytes in = guard_copy(&g, buf_view(&out));
            if (read_from(in, &msg, COSE_EITHER, NULL) == OC_OK &&
                !(i == payload_at && out.p[i] == 0xf7))
                wrong += cose_mac0_verify(&msg, key, BYTES("payload"), none) == OC_OK;
            guard_free(&g);
            out.p[i] ^= (uint8_t)(1 << bit);
        }
    }
    ok(wrong == 0 && bits > 300, "each of %zu single flipped bits is refused", bits);
    buf_cleanup(&out);
}

static enum oc_err try_vector(const struct cose_vector *v, struct bytes k, bool *same_structure)
{
    struct secret *key = secret_copy(k);
    struct cose_mac0 msg;
    struct bytes parts[2];
    struct buf structure;
    enum oc_err e = read_from(buf_view(&v->cbor), &msg, COSE_EITHER, NULL);

    if (e == OC_OK) {
        if (cose_structure(&structure, parts, "MAC0", msg.protected_header, buf_view(&v->external),
                           msg.payload) == OC_OK)
            *same_structure = are_joined(parts, buf_view(&v->structure));
        buf_cleanup(&structure);
        e = cose_mac0_verify(&msg, key, msg.payload, buf_view(&v->external));
    }
    secret_free(&key);
    return e;
}

/* The COSE working group's examples. All three named mac-pass leave the algorithm unprotected,
 * which is not for us, as are other MACs than HMAC 256/256. */
static void standard_vectors(void)
{
    static const struct {
        const char *name;
        enum oc_err want;
    } row[] = {
        { "mac0-tests/HMac-01", OC_OK },
        { "mac0-tests/mac-pass-01", OC_SHAPE },
        { "mac0-tests/mac-pass-02", OC_SHAPE },
        { "mac0-tests/mac-pass-03", OC_SHAPE },
        { "mac0-tests/mac-fail-01", OC_SHAPE },         /* another tag */
        { "mac0-tests/mac-fail-02", OC_SIGNATURE },
        { "mac0-tests/mac-fail-03", OC_SHAPE },         /* alg -999 */
        { "mac0-tests/mac-fail-04", OC_SHAPE },         /* alg is text */
        { "mac0-tests/mac-fail-06", OC_SIGNATURE },
        { "mac0-tests/mac-fail-07", OC_SIGNATURE },
        { "hmac-examples/HMac-enc-01", OC_OK },
        { "hmac-examples/HMac-enc-02", OC_SHAPE },      /* HMAC 384/384 */
        { "hmac-examples/HMac-enc-03", OC_SHAPE },      /* HMAC 512/512 */
        { "hmac-examples/HMac-enc-04", OC_SIGNATURE },
        { "hmac-examples/HMac-enc-05", OC_SHAPE },      /* HMAC 256/64 */
        { "RFC8152/Appendix_C_6_1", OC_SHAPE },         /* AES-MAC */
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct cose_vector v;
        struct buf k;
        bool same = false;

        bool read = cose_vector_read(&v, row[i].name, "mac0", "ToMac_hex");
        const json_t *recipient = json_array_get(json_object_get(v.input, "recipients"), 0);
        read = cose_vector_number(json_object_get(recipient, "key"), "k", &k) && read;
        enum oc_err e = read ? try_vector(&v, buf_view(&k), &same) : OC_BUG;
        ok(e == row[i].want && !(v.must_fail && e == OC_OK) && (e != OC_OK || same), "%s: %s",
           row[i].name, oc_err_name(e));
        buf_cleanup(&k);
        cose_vector_cleanup(&v);
    }
    skip("COSE_Mac, with recipients (HMac-01 to -05), is not for us");
}

int main(void)
{
    if (secret_pool_init() != OC_OK)
        return EXIT_FAILURE;
    struct secret *key = secret_copy(BYTES("0123456789abcdef0123456789abcdef"));
    struct secret *other = secret_copy(BYTES("0123456789abcdef0123456789abcdeg"));
    if (key == NULL || other == NULL)
        return EXIT_FAILURE;
    refused();
    there_and_back(key, other);
    damaged(key);
    if (vectors_present())
        standard_vectors();
    else
        skip("no vectors here");
    secret_free(&key);
    secret_free(&other);
    return done();
}
