/* Keys as people hand them over: PEM, JWK, COSE_Key or its hexadecimal; what is private is never
 * taken for public. */
#include "cli/key_file.h"
#include "cose/key.h"
#include "tests/fuzz/fuzz.h"

static enum oc_err check_public(struct bytes src)
{
    struct public_key *key = NULL, *again = NULL;
    const char *reason = NULL;
    struct buf cbor = fuzz_buf();
    enum oc_err e = key_file_read_public(&key, src, &reason);

    hold((key != NULL) == (e == OC_OK) && e != OC_BUG && e != OC_USAGE);
    if (key != NULL) {
        cose_key_write(&cbor, key);
        hold(key_file_read_public(&again, buf_view(&cbor), &reason) == OC_OK &&
             public_key_equal(key, again));
        public_key_free(&again);
    }
    public_key_free(&key);
    buf_cleanup(&cbor);
    return e;
}

static enum oc_err check_private(struct bytes src)
{
    struct private_key *key = NULL, *again = NULL;
    struct secret *pem = NULL;
    const char *reason = NULL;
    enum oc_err e = key_file_read_private(&key, src, &reason);

    hold((key != NULL) == (e == OC_OK) && e != OC_BUG && e != OC_USAGE);
    if (key != NULL) {
        hold(private_key_to_pem(&pem, key) == OC_OK);
        hold(key_file_read_private(&again, secret_view(pem), &reason) == OC_OK &&
             public_key_equal(private_key_public(key), private_key_public(again)));
        private_key_free(&again);
        secret_free(&pem);
    }
    private_key_free(&key);
    return e;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct bytes src = { p, n };

    fuzz_pool();
    hold(check_public(src) != OC_OK || check_private(src) != OC_OK);
    return 0;
}
