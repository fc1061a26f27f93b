/*
 * PKCS #11 by OpenSSL's engine of that name, the one way to a token that Debian 12 has. Engines are
 * deprecated; this file alone uses them.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/token.h"

#include <openssl/engine.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/internal.h"

enum { PIN_MAX = 256 };

#define SCHEME "pkcs11:"

static bool has(struct bytes text, const char *word)
{
    size_t n = strlen(word);

    for (size_t i = 0; n <= text.n && i <= text.n - n; i++)
        if (memcmp(text.p + i, word, n) == 0)
            return true;
    return false;
}

static enum oc_err check_uri(struct bytes uri, const char **reason)
{
    size_t scheme = strlen(SCHEME);

    *reason = "expected pkcs11:token=…;object=…";
    if (uri.n <= scheme || uri.n > TOKEN_URI_MAX || memcmp(uri.p, SCHEME, scheme) != 0)
        return OC_USAGE;
    for (size_t i = 0; i < uri.n; i++)
        if (uri.p[i] <= ' ' || uri.p[i] > '~')
            return OC_USAGE;
    *reason = "a PIN does not belong in the URI";
    return has(uri, "pin-value") || has(uri, "pin-source") ? OC_USAGE : OC_OK;
}

static char *copy_text(struct bytes text)
{
    char *copy = malloc(text.n + 1);

    if (copy == NULL)
        return NULL;
    memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    return copy;
}

enum oc_err token_key_new(struct private_key **out, struct bytes uri,
                          const struct public_key *public)
{
    const char *reason;
    enum oc_err e = check_uri(uri, &reason);

    *out = NULL;
    if (e != OC_OK)
        return e;
    *out = calloc(1, sizeof **out);
    if (*out == NULL)
        return OC_MEMORY;
    (*out)->sign = &(*out)->place;
    (*out)->uri = copy_text(uri);
    (*out)->public = public_key_share(public);
    if ((*out)->uri == NULL || (*out)->public == NULL) {
        public_key_free(&(*out)->public);
        free((*out)->uri);
        free(*out);
        *out = NULL;
        return OC_MEMORY;
    }
    return OC_OK;
}

const char *private_key_uri(const struct private_key *key)
{
    return key->uri;
}

/* The engine knows no queries, so that the path to the module goes its own way. */
static bool split_uri(char *uri, const char **module)
{
    static const char path[] = "module-path=";
    char *query = strchr(uri, '?');

    *module = NULL;
    if (query == NULL)
        return true;
    *query++ = '\0';
    if (strncmp(query, path, strlen(path)) != 0 || strpbrk(query, "&%") != NULL)
        return false;
    *module = query + strlen(path);
    return true;
}

/* The engine gives PKCS #11's own words for what went wrong. */
static enum oc_err why_not_loaded(const char **reason)
{
    static const struct { const char *text, *reason; enum oc_err e; } known[] = {
        { "PIN incorrect", "a wrong PIN", OC_IO },
        { "PIN locked", "the PIN is locked", OC_IO },
        { "Unable to load PKCS#11 module", "its module cannot be loaded", OC_UNAVAILABLE },
        { "General Error", "its module does not work", OC_UNAVAILABLE },
    };
    enum oc_err e = OC_IO;
    unsigned long error;

    *reason = "no such token, or no such key in it";
    while ((error = ERR_get_error()) != 0) {
        const char *text = ERR_reason_error_string(error);

        for (size_t i = 0; text != NULL && i < sizeof known / sizeof known[0]; i++)
            if (strcmp(text, known[i].text) == 0) {
                *reason = known[i].reason;
                e = known[i].e;
            }
    }
    return e;
}

static bool give_pin(ENGINE *engine, const struct secret *pin)
{
    struct bytes view = secret_view(pin);
    struct secret *text = view.n <= PIN_MAX ? secret_new(view.n + 1) : NULL;
    bool done = false;

    if (text != NULL) {
        memcpy(secret_fill(text), view.p, view.n);
        done = ENGINE_ctrl_cmd_string(engine, "PIN", (const char *)secret_fill(text), 0) == 1;
    }
    secret_free(&text);
    return done;
}

/* Whoever loads the engine loses some hundred bytes, so that a process does it once, and keeps it. */
static ENGINE *pkcs11;

static void load_engine(void)
{
    pkcs11 = ENGINE_by_id("pkcs11");
}

static ENGINE *the_engine(void)
{
    static CRYPTO_ONCE once = CRYPTO_ONCE_STATIC_INIT;

    return CRYPTO_THREAD_run_once(&once, load_engine) == 1 ? pkcs11 : NULL;
}

/* The module of the first key serves for all that a process opens. */
static enum oc_err load(EVP_PKEY **out, const char *uri, const char *module,
                        const struct secret *pin, const char **reason)
{
    ENGINE *engine = the_engine();
    enum oc_err e = OC_UNAVAILABLE;

    *reason = "this OpenSSL has no engine for PKCS #11";
    if (engine == NULL)
        return openssl_failure(OC_UNAVAILABLE);
    ENGINE_ctrl_cmd_string(engine, "QUIET", NULL, 1);     /* what it would print, we say */
    if (module != NULL && ENGINE_ctrl_cmd_string(engine, "MODULE_PATH", module, 0) != 1)
        return e;
    *reason = "the module of PKCS #11 cannot be loaded";
    if (ENGINE_init(engine) != 1)
        return e;
    *reason = "the PIN cannot be given";
    if (give_pin(engine, pin)) {
        *out = ENGINE_load_private_key(engine, uri, NULL, NULL);
        e = *out == NULL ? why_not_loaded(reason) : OC_OK;
    }
    if (*out == NULL)
        ENGINE_ctrl_cmd_string(engine, "PIN", "", 0);     /* it keeps the last it was given */
    ENGINE_finish(engine);
    return e;
}

/* The private key of a URI and its public part. */
static enum oc_err find(EVP_PKEY **pkey, struct public_key **public, struct bytes uri,
                        const struct secret *pin, const char **reason)
{
    char *text;
    const char *module;
    enum oc_err e = check_uri(uri, reason);

    *pkey = NULL;
    *public = NULL;
    if (e != OC_OK)
        return e;
    text = copy_text(uri);
    if (text == NULL)
        return OC_MEMORY;
    *reason = "after \"?\" expected module-path=PATH alone";
    ERR_clear_error();
    e = split_uri(text, &module) ? load(pkey, text, module, pin, reason) : OC_USAGE;
    free(text);
    if (e == OC_OK && (e = public_key_from_pkey(public, *pkey)) != OC_OK) {
        *reason = "not an EC key on a curve that we know";
        EVP_PKEY_free(*pkey);
        *pkey = NULL;
    }
    return e;
}

enum oc_err token_key_find(struct private_key **out, struct bytes uri, const struct secret *pin,
                           const char **reason)
{
    struct public_key *public;
    EVP_PKEY *pkey;
    enum oc_err e = find(&pkey, &public, uri, pin, reason);

    *out = NULL;
    if (e == OC_OK)
        e = token_key_new(out, uri, public);
    if (e == OC_OK)
        (*out)->pkey = pkey;
    else
        EVP_PKEY_free(pkey);
    public_key_free(&public);
    return e;
}

enum oc_err token_key_open(struct private_key *key, const struct secret *pin, const char **reason)
{
    struct public_key *public;
    EVP_PKEY *pkey;
    enum oc_err e = find(&pkey, &public, bytes_str(key->uri), pin, reason);

    if (e == OC_OK && !public_key_equal(public, key->public)) {
        *reason = "the token holds another key under this URI";
        e = OC_REFUSED;
    }
    if (e == OC_OK) {
        EVP_PKEY_free(key->pkey);
        key->pkey = pkey;
    } else {
        EVP_PKEY_free(pkey);
    }
    public_key_free(&public);
    return e;
}
