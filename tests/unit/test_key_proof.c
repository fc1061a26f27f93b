#include "mdoc/key_proof.h"

#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"

static const struct bytes challenge = BYTES("a challenge of 24 bytes.");

/* One proof by `key` for `named`, with the context and challenge given. */
static void put_proof(struct buf *out, const struct private_key *key,
                      const struct public_key *named, const char *context, struct bytes answered,
                      bool detached)
{
    struct buf payload = new_buf();

    cbw_array(&payload, 3);
    cbw_str(&payload, context);
    cbw_bstr(&payload, answered);
    cose_key_write(&payload, named);
    cose_sign1_write(out, &(struct cose_sign1_spec){ .key = key, .payload = buf_view(&payload),
                                                     .detached = detached });
    must(buf_err(out));
    buf_cleanup(&payload);
}

static enum oc_err check(struct bytes src, const char **reason)
{
    struct oc_fault fault = { 0 };
    struct mdoc_proven_keys keys;
    enum oc_err e = mdoc_key_proofs_check(&keys, src, &fault);

    *reason = fault.reason != NULL ? fault.reason : "";
    if (e != OC_OK)
        ok(keys.keys == NULL && keys.n == 0 && fault.reason != NULL, "all zero on error");
    mdoc_proven_keys_cleanup(&keys);
    return e;
}

static void refuse(const struct buf *proofs, enum oc_err want, const char *name)
{
    const char *reason;
    enum oc_err e = check(buf_view(proofs), &reason);

    ok(e == want, "%s: %s, %s", name, oc_err_name(e), reason);
}

static void test_round_trip(void)
{
    const enum curve curves[] = { CURVE_P256, CURVE_P384, CURVE_P521, CURVE_ED25519, CURVE_P256 };
    enum { N = sizeof curves / sizeof curves[0] };
    struct private_key *keys[N];
    struct mdoc_proven_keys proven;
    struct buf out = new_buf(), longer = new_buf();
    const char *reason;
    bool same = true;
    size_t cut = 0;

    for (size_t i = 0; i < N; i++)
        keys[i] = new_key(curves[i]);
    mdoc_key_proofs_write(&out, challenge, keys, N);
    ok(mdoc_key_proofs_check(&proven, buf_view(&out), NULL) == OC_OK && proven.n == N &&
       bytes_eq(proven.challenge, challenge) && bytes_within(proven.challenge, buf_view(&out)),
       "five keys on four curves");
    for (size_t i = 0; i < proven.n; i++)
        same &= public_key_equal(proven.keys[i], private_key_public(keys[i]));
    ok(same, "the very keys, in order");
    mdoc_proven_keys_cleanup(&proven);
    ok(proven.keys == NULL && proven.n == 0, "all zero after cleanup");

    for (size_t n = 0; n < out.n; n++) {
        struct mdoc_proven_keys none;

        cut += mdoc_key_proofs_check(&none, (struct bytes){ out.p, n }, NULL) != OC_OK &&
               none.n == 0;
        mdoc_proven_keys_cleanup(&none);
    }
    ok(cut == out.n, "cut at every byte");
    buf_add(&longer, buf_view(&out));
    buf_add_byte(&longer, 0);
    ok(check(buf_view(&longer), &reason) == OC_TRAILING, "a byte appended");
    for (size_t i = 0; i < N; i++)
        private_key_free(&keys[i]);
    buf_cleanup(&out);
    buf_cleanup(&longer);
}

static void test_refusals(void)
{
    struct private_key *a = new_key(CURVE_P256), *b = new_key(CURVE_P256);
    const struct public_key *pa = private_key_public(a), *pb = private_key_public(b);
    struct private_key *twice[2] = { a, a };
    struct buf out = new_buf();

    cbw_array(&out, 1);
    put_proof(&out, b, pa, "OwncardKeyProof", challenge, false);
    refuse(&out, OC_SIGNATURE, "another's key named");
    buf_truncate(&out, 0);
    mdoc_key_proofs_write(&out, challenge, twice, 2);
    refuse(&out, OC_SHAPE, "one key twice");
    buf_truncate(&out, 0);
    cbw_array(&out, 2);
    put_proof(&out, a, pa, "OwncardKeyProof", challenge, false);
    put_proof(&out, b, pb, "OwncardKeyProof", BYTES("another challenge"), false);
    refuse(&out, OC_SHAPE, "two challenges");
    buf_truncate(&out, 0);
    cbw_array(&out, 1);
    put_proof(&out, a, pa, "DeviceAuthentication", challenge, false);
    refuse(&out, OC_SHAPE, "another context");
    buf_truncate(&out, 0);
    cbw_array(&out, 1);
    put_proof(&out, a, pa, "OwncardKeyProof", BYTES("fifteen bytes.."), false);
    refuse(&out, OC_SHAPE, "a challenge of 15 bytes");
    buf_truncate(&out, 0);
    cbw_array(&out, 1);
    put_proof(&out, a, pa, "OwncardKeyProof", challenge, true);
    refuse(&out, OC_SHAPE, "a detached payload");
    buf_truncate(&out, 0);
    cbw_array(&out, 0);
    refuse(&out, OC_SHAPE, "none");
    buf_truncate(&out, 0);
    cbw_array(&out, MDOC_PROOFS_MAX + 1);
    for (int i = 0; i <= MDOC_PROOFS_MAX; i++)
        cbw_uint(&out, 0);
    refuse(&out, OC_LIMIT, "1,001 proofs");
    private_key_free(&a);
    private_key_free(&b);
    buf_cleanup(&out);
}

/* A flipped bit is refused, or stands where nothing is signed and changes no key. */
static void test_flips(void)
{
    struct private_key *key = new_key(CURVE_P256);
    struct mdoc_proven_keys proven;
    struct buf out = new_buf();
    size_t accepted = 0, changed = 0;

    mdoc_key_proofs_write(&out, challenge, &key, 1);
    for (size_t bit = 0; bit < 8 * out.n; bit++) {
        out.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (mdoc_key_proofs_check(&proven, buf_view(&out), NULL) == OC_OK) {
            accepted++;
            changed += proven.n != 1 || !bytes_eq(proven.challenge, challenge) ||
                       !public_key_equal(proven.keys[0], private_key_public(key));
        }
        mdoc_proven_keys_cleanup(&proven);
        out.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    ok(accepted == 0 && changed == 0, "of %zu flips none is accepted", 8 * out.n);
    private_key_free(&key);
    buf_cleanup(&out);
}

int main(void)
{
    must(secret_pool_init());
    test_round_trip();
    test_refusals();
    test_flips();
    return done();
}
