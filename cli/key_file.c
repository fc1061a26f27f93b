#include "cli/key_file.h"

#include <string.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "cli/jwk.h"
#include "cli/token.h"
#include "core/text.h"
#include "cose/key.h"
#include "crypto/x509.h"

enum { KEY_FILE_MAX = 16384 };

enum key_form { FORM_PEM, FORM_JWK, FORM_COSE };

static bool contains(struct bytes text, const char *part)
{
    size_t n = strlen(part);

    for (size_t i = 0; i + n <= text.n; i++)
        if (memcmp(text.p + i, part, n) == 0)
            return true;
    return false;
}

static enum key_form form_of(struct bytes file)
{
    size_t at = 0;

    while (at < file.n && strchr(" \t\r\n", file.p[at]) != NULL && file.p[at] != '\0')
        at++;
    if (at < file.n && file.p[at] == '{')
        return FORM_JWK;
    return contains(file, "-----BEGIN ") ? FORM_PEM : FORM_COSE;
}

/* The CBOR in `file`, or in `decoded`, to be freed; every COSE_Key is a map, and so begins above
 * ASCII. */
static enum oc_err find_cbor(struct bytes *cbor, struct secret **decoded, struct bytes file,
                             const char **reason)
{
    enum oc_err e;

    *cbor = file;
    *decoded = NULL;
    if (file.n > 0 && file.p[0] > 0x7f)
        return OC_OK;
    if ((e = hex_read_secret(decoded, file)) == OC_OK)
        *cbor = secret_view(*decoded);
    if (e != OC_MEMORY)
        *reason = "neither PEM nor JWK nor COSE_Key";
    return e == OC_OK && cbor->n == 0 ? OC_SHAPE : e;
}

static enum oc_err read_cose(struct private_key **private, struct public_key **public,
                             struct bytes file, const char **reason)
{
    struct oc_fault fault = { 0 };
    struct secret *decoded;
    struct bytes cbor;
    enum oc_err e = find_cbor(&cbor, &decoded, file, reason);

    if (e == OC_OK) {
        e = private != NULL ? cose_key_decode_private(private, cbor, &fault)
                            : cose_key_decode(public, cbor, &fault);
        *reason = fault.reason;
    }
    secret_free(&decoded);
    return e;
}

static enum oc_err read_private_pem(struct private_key **out, struct bytes pem,
                                    const char **reason)
{
    enum oc_err e = private_key_from_pem(out, pem);

    if (e == OC_SHAPE && contains(pem, "ENCRYPTED"))
        *reason = "the PEM is under a passphrase; take it off first";
    else if (e == OC_SHAPE)
        *reason = "PEM without a private key on a curve we know";
    return e;
}

/* The key that a certificate names, imported anew. */
static enum oc_err certified_key(struct public_key **out, struct bytes pem)
{
    const struct public_key *named;
    struct coordinates point;
    struct x509_cert *certificate;
    enum oc_err e = x509_from_pem(&certificate, pem, 0);

    if (e != OC_OK)
        return e == OC_TRUNCATED ? OC_SHAPE : e;
    named = x509_public_key(certificate);
    if (named != NULL) {
        public_key_coordinates(named, &point);
        e = public_key_new(out, point.curve, (struct bytes){ point.x, point.n },
                           (struct bytes){ point.y, point.n }, false);
    } else {
        e = OC_SHAPE;
    }
    x509_free(&certificate);
    return e;
}

static enum oc_err read_public_pem(struct public_key **out, struct bytes pem, const char **reason)
{
    enum oc_err e;

    *reason = "a private key where a public one belongs";
    if (contains(pem, "PRIVATE KEY-----"))
        return OC_SHAPE;
    *reason = "PEM without a public key on a curve we know";
    e = public_key_from_pem(out, pem);
    return e == OC_SHAPE ? certified_key(out, pem) : e;
}

enum oc_err key_file_read_private(struct private_key **out, struct bytes file, const char **reason)
{
    enum oc_err e = OC_BUG;

    *out = NULL;
    *reason = NULL;
    switch (form_of(file)) {
    case FORM_PEM:  e = read_private_pem(out, file, reason); break;
    case FORM_JWK:  e = jwk_read_private(out, file, reason); break;
    case FORM_COSE: e = read_cose(out, NULL, file, reason);  break;
    }
    return e;
}

enum oc_err key_file_read_public(struct public_key **out, struct bytes file, const char **reason)
{
    enum oc_err e = OC_BUG;

    *out = NULL;
    *reason = NULL;
    switch (form_of(file)) {
    case FORM_PEM:  e = read_public_pem(out, file, reason); break;
    case FORM_JWK:  e = jwk_read(out, file, reason);        break;
    case FORM_COSE: e = read_cose(NULL, out, file, reason); break;
    }
    return e;
}

static enum oc_err refuse(enum oc_err e, const char *path, const char *kind, const char *reason)
{
    const char *name = path == NULL || strcmp(path, "-") == 0 ? "standard input" : path;

    if (e == OC_SYNTAX || e == OC_TRUNCATED || e == OC_TRAILING)
        e = OC_SHAPE;
    return fail_print(e, "%s: not a %s key that is usable here: %s", name, kind,
                      reason != NULL ? reason : oc_err_text(e));
}

enum oc_err key_file_private(struct private_key **out, const char *path, bool spent)
{
    const char *reason;
    struct secret *file;
    enum oc_err e = spent ? io_read_spent_secret(&file, path, KEY_FILE_MAX)
                          : io_read_secret(&file, path, KEY_FILE_MAX);

    *out = NULL;
    if (e != OC_OK)
        return e;
    e = key_file_read_private(out, secret_view(file), &reason);
    secret_free(&file);
    return e == OC_OK ? OC_OK : refuse(e, path, "private", reason);
}

/* The line without its end. */
static struct bytes one_line(struct bytes text)
{
    while (text.n > 0 && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
        text.n--;
    return text;
}

enum oc_err key_file_signing(struct private_key **out, const char *from,
                             const struct command_line *cl)
{
    const char *reason;
    struct secret *file;
    enum oc_err e;

    *out = NULL;
    if (token_is_uri(bytes_str(from)))
        return token_find(out, bytes_str(from), cl);
    if ((e = io_read_secret(&file, from, KEY_FILE_MAX)) != OC_OK)
        return e;
    if (token_is_uri(secret_view(file)))
        e = token_find(out, one_line(secret_view(file)), cl);
    else if ((e = key_file_read_private(out, secret_view(file), &reason)) != OC_OK)
        e = refuse(e, from, "private", reason);
    secret_free(&file);
    return e;
}

enum oc_err key_file_text(struct secret **out, const struct private_key *key)
{
    const char *uri = private_key_uri(key);
    size_t n;

    if (uri == NULL)
        return private_key_to_pem(out, key);
    n = strlen(uri);
    *out = secret_new(n + 1);
    if (*out == NULL)
        return OC_MEMORY;
    memcpy(secret_fill(*out), uri, n);
    secret_fill(*out)[n] = '\n';
    return OC_OK;
}

enum oc_err key_file_public(struct public_key **out, const char *path)
{
    const char *reason;
    struct buf file;
    enum oc_err e = io_read(&file, path, KEY_FILE_MAX);

    *out = NULL;
    if (e != OC_OK)
        return e;
    e = key_file_read_public(out, buf_view(&file), &reason);
    buf_cleanup(&file);
    return e == OC_OK ? OC_OK : refuse(e, path, "public", reason);
}
