/* COSE_Key, public and private. What is accepted is written back, and means the same. */
#include "cose/key.h"
#include "tests/fuzz/mutator.h"

static enum oc_err read_public(struct public_key **key, struct bytes src, struct oc_fault *fault)
{
    struct cbr r;

    cbr_init(&r, src);
    cose_key_read(&r, key);
    return cbr_end(&r, fault);
}

static enum oc_err read_private(struct private_key **key, struct bytes src, struct oc_fault *fault)
{
    struct cbr r;

    cbr_init(&r, src);
    cose_key_read_private(&r, key);
    return cbr_end(&r, fault);
}

static void check_public(const struct public_key *key)
{
    struct buf out = fuzz_buf();
    struct public_key *again = NULL;
    struct private_key *none = NULL;
    struct coordinates c;

    public_key_coordinates(key, &c);
    hold(curve_info(c.curve) != NULL && c.n == curve_info(c.curve)->n);
    cose_key_write(&out, key);
    hold(read_public(&again, buf_view(&out), NULL) == OC_OK && public_key_equal(key, again));
    hold(read_private(&none, buf_view(&out), NULL) == OC_SHAPE && none == NULL);
    public_key_free(&again);
    buf_cleanup(&out);
}

static void check_private(const struct private_key *key)
{
    struct buf out = fuzz_buf();
    struct private_key *again = NULL;
    struct public_key *none = NULL;

    check_public(private_key_public(key));
    cose_key_write_private(&out, key);
    hold(read_private(&again, buf_view(&out), NULL) == OC_OK &&
         public_key_equal(private_key_public(key), private_key_public(again)));
    hold(read_public(&none, buf_view(&out), NULL) == OC_SHAPE && none == NULL);
    private_key_free(&again);
    buf_cleanup(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct bytes src = { p, n };
    struct oc_fault fault = { 0 };
    struct public_key *public = NULL;
    struct private_key *private = NULL;
    enum oc_err e;

    fuzz_pool();
    e = read_public(&public, src, &fault);
    hold((public != NULL) == (e == OC_OK));
    if (e == OC_OK)
        check_public(public);
    else
        hold_fault(e, &fault, src);
    e = read_private(&private, src, &fault);
    hold((private != NULL) == (e == OC_OK));
    if (e == OC_OK)
        check_private(private);
    else
        hold_fault(e, &fault, src);
    public_key_free(&public);
    private_key_free(&private);
    return 0;
}
