/* Everything that is handed around as PEM: keys, certificate requests, sets of anchors. */
#include "tests/fuzz/fuzz.h"
#include "trust/anchors.h"

static void check_private(struct bytes src)
{
    struct private_key *key = NULL, *again = NULL;
    struct secret *pem = NULL;
    enum oc_err e = private_key_from_pem(&key, src);

    hold((key != NULL) == (e == OC_OK));
    if (key == NULL)
        return;
    hold(private_key_to_pem(&pem, key) == OC_OK);
    hold(private_key_from_pem(&again, secret_view(pem)) == OC_OK);
    hold(public_key_equal(private_key_public(key), private_key_public(again)));
    secret_free(&pem);
    private_key_free(&again);
    private_key_free(&key);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct bytes src = { p, n };
    struct public_key *public = NULL;
    struct trust_anchors anchors = { 0 };
    char name[128] = "before";
    size_t added = 7;
    enum oc_err e;

    fuzz_pool();
    check_private(src);
    e = public_key_from_pem(&public, src);
    hold((public != NULL) == (e == OC_OK));
    public_key_free(&public);
    e = x509_request_read(&public, name, src);
    hold((public != NULL) == (e == OC_OK) && memchr(name, '\0', sizeof name) != NULL);
    public_key_free(&public);
    e = trust_anchors_add_pem(&anchors, src, &added);
    hold(e == OC_OK ? anchors.n >= 1 && added == anchors.n : anchors.n == 0);
    trust_anchors_cleanup(&anchors);
    hold_zero(anchors);
    return 0;
}
