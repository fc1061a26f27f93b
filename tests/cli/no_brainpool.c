/*
 * An OpenSSL without the brainpool curves, as some distributions build it: preloaded before the
 * tools, these take the places of the calls by which one asks for a curve.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

static int is_brainpool(const char *group)
{
    return strncmp(group, "brainpool", strlen("brainpool")) == 0;
}

int EVP_PKEY_CTX_set_group_name(EVP_PKEY_CTX *ctx, const char *name)
{
    int (*real)(EVP_PKEY_CTX *, const char *);

    *(void **)&real = dlsym(RTLD_NEXT, "EVP_PKEY_CTX_set_group_name");
    return is_brainpool(name) ? 0 : real(ctx, name);
}

/* A certificate whose key cannot be decoded has none. */
EVP_PKEY *X509_get0_pubkey(const X509 *x)
{
    EVP_PKEY *(*real)(const X509 *);
    char group[64] = "";
    EVP_PKEY *key;

    *(void **)&real = dlsym(RTLD_NEXT, "X509_get0_pubkey");
    key = real(x);
    if (key != NULL && EVP_PKEY_get_group_name(key, group, sizeof group, NULL) == 1 &&
        is_brainpool(group))
        return NULL;
    return key;
}
