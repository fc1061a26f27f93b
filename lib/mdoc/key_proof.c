#include "mdoc/key_proof.h"

#include <stdlib.h>

#include "codec/cbr.h"
#include "codec/cbw.h"
#include "cose/key.h"
#include "cose/sign1.h"
#include "mdoc/limits.h"
#include "mdoc/parse.h"

#define CONTEXT "OwncardKeyProof"

void mdoc_key_proofs_write(struct buf *out, struct bytes challenge,
                           struct private_key *const *keys, size_t n)
{
    cbw_array(out, n);
    for (size_t i = 0; i < n; i++) {
        struct buf payload;

        buf_init(&payload, MDOC_BYTES_MAX);
        cbw_array(&payload, 3);
        cbw_str(&payload, CONTEXT);
        cbw_bstr(&payload, challenge);
        cose_key_write(&payload, private_key_public(keys[i]));
        buf_fail(out, buf_err(&payload));
        cose_sign1_write(out, &(struct cose_sign1_spec){
            .key = keys[i], .payload = buf_view(&payload) });
        buf_cleanup(&payload);
    }
}

/* One proof: its key, checked, and its challenge. */
static void read_proof(struct cbr *r, struct public_key **key, struct bytes *challenge)
{
    struct cose_sign1 proof;
    struct cbr payload;

    cose_sign1_read(r, &proof, COSE_UNTAGGED);
    if (!cbr_ok(r))
        return;
    if (proof.is_detached) {
        cbr_fail(r, OC_SHAPE, "a key proof has no payload");
        return;
    }
    cbr_init_inside(&payload, proof.payload, r);
    cbr_array_of(&payload, 3, "expected [\"" CONTEXT "\", challenge, COSE_Key]");
    if (!bytes_is(cbr_tstr(&payload), CONTEXT))
        cbr_fail(&payload, OC_SHAPE, "expected \"" CONTEXT "\"");
    *challenge = cbr_bstr(&payload);
    if (challenge->n < MDOC_CHALLENGE_MIN || challenge->n > MDOC_CHALLENGE_MAX)
        cbr_fail(&payload, OC_SHAPE, "the challenge is not 16 to 64 bytes long");
    cose_key_read(&payload, key);
    cbr_adopt(r, &payload);
    if (cbr_ok(r)) {
        enum oc_err e = cose_sign1_verify(&proof, *key, proof.payload, (struct bytes){ 0 });

        if (e == OC_SIGNATURE || e == OC_SHAPE)
            cbr_fail(r, OC_SIGNATURE, "a key proof is not signed by the key it names");
        else if (e != OC_OK)
            cbr_fail(r, e, oc_err_text(e));
    }
}

/* Points are compared by x coordinate after sorting, so that a thousand keys stay cheap. */
static int by_coordinates(const void *a, const void *b)
{
    struct coordinates ca, cb;

    public_key_coordinates(*(struct public_key *const *)a, &ca);
    public_key_coordinates(*(struct public_key *const *)b, &cb);
    if (ca.curve != cb.curve)
        return ca.curve < cb.curve ? -1 : 1;
    return bytes_cmp((struct bytes){ ca.x, ca.n }, (struct bytes){ cb.x, cb.n });
}

static enum oc_err check_distinct(const struct mdoc_proven_keys *keys)
{
    struct public_key **sorted = calloc(keys->n, sizeof *sorted);
    enum oc_err e = OC_OK;

    if (sorted == NULL)
        return OC_MEMORY;
    for (size_t i = 0; i < keys->n; i++)
        sorted[i] = keys->keys[i];
    qsort(sorted, keys->n, sizeof *sorted, by_coordinates);
    for (size_t i = 1; i < keys->n && e == OC_OK; i++)
        if (by_coordinates(&sorted[i - 1], &sorted[i]) == 0)
            e = OC_SHAPE;
    free(sorted);
    return e;
}

static void read_proofs(struct cbr *r, struct mdoc_proven_keys *keys)
{
    keys->n =
        mdoc_parse_array(r, (void **)&keys->keys, sizeof(struct public_key *), MDOC_PROOFS_MAX,
                         "more than 1000 key proofs");
    if (keys->n == 0) {
        cbr_fail(r, OC_SHAPE, "expected at least one key proof");
        return;
    }
    for (size_t i = 0; i < keys->n && cbr_ok(r); i++) {
        struct bytes challenge = { 0 };

        read_proof(r, &keys->keys[i], &challenge);
        if (i == 0)
            keys->challenge = challenge;
        else if (cbr_ok(r) && !bytes_eq(challenge, keys->challenge))
            cbr_fail(r, OC_SHAPE, "two key proofs answer different challenges");
    }
    if (cbr_ok(r)) {
        enum oc_err e = check_distinct(keys);

        if (e != OC_OK)
            cbr_fail(r, e, e == OC_SHAPE ? "the same key stands in two key proofs"
                                         : oc_err_text(e));
    }
}

enum oc_err mdoc_key_proofs_check(struct mdoc_proven_keys *out, struct bytes src,
                                  struct oc_fault *fault)
{
    struct cbr r;
    enum oc_err e;

    *out = (struct mdoc_proven_keys){ 0 };
    cbr_init(&r, src);
    read_proofs(&r, out);
    e = cbr_end(&r, fault);
    if (e != OC_OK)
        mdoc_proven_keys_cleanup(out);
    return e;
}

void mdoc_proven_keys_cleanup(struct mdoc_proven_keys *keys)
{
    for (size_t i = 0; i < keys->n; i++)
        public_key_free(&keys->keys[i]);
    free(keys->keys);
    *keys = (struct mdoc_proven_keys){ 0 };
}
