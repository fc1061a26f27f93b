#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

#include "crypto/internal.h"

/* One block: OC_TRUNCATED after the last, OC_SHAPE when it is broken. */
static enum oc_err next_block(BIO *bio, char **label, unsigned char **der, long *n)
{
    char *header = NULL;
    int reason;

    ERR_clear_error();
    if (PEM_read_bio(bio, label, &header, der, n) == 1) {
        OPENSSL_free(header);
        return OC_OK;
    }
    if (ERR_peek_error() == 0)      /* without a word: that is memory */
        return OC_MEMORY;
    reason = ERR_GET_REASON(ERR_peek_last_error());
    return openssl_failure(reason == PEM_R_NO_START_LINE ? OC_TRUNCATED : OC_SHAPE);
}

enum oc_err pem_read(struct buf *der, struct bytes pem, const char *label, size_t index)
{
    enum oc_err e;
    BIO *bio;

    if (pem.n > INT_MAX)
        return OC_LIMIT;
    if (pem.n == 0)
        return OC_TRUNCATED;
    bio = BIO_new_mem_buf(pem.p, (int)pem.n);
    if (bio == NULL)
        return OC_MEMORY;
    for (bool found = false; !found;) {
        unsigned char *content = NULL;
        char *name = NULL;
        long n = 0;

        e = next_block(bio, &name, &content, &n);
        if (e != OC_OK)
            break;
        found = strcmp(name, label) == 0 && index-- == 0;
        if (found) {
            buf_add(der, (struct bytes){ content, (size_t)n });
            e = buf_err(der);
        }
        OPENSSL_free(name);
        OPENSSL_clear_free(content, (size_t)n);
    }
    BIO_free(bio);
    return e;
}

void pem_write(struct buf *pem, const char *label, struct bytes der)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *text;
    long n;

    if (bio == NULL || PEM_write_bio(bio, label, "", der.p, (long)der.n) <= 0) {
        buf_fail(pem, OC_MEMORY);
    } else {
        n = BIO_get_mem_data(bio, &text);
        buf_add(pem, (struct bytes){ (const uint8_t *)text, (size_t)n });
    }
    BIO_free(bio);
}
