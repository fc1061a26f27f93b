#include "cli/jwk.h"

#include <string.h>

#include "cli/json.h"
#include "core/text.h"

/* Numbers are of the curve's length exactly. */
struct jwk {
    const struct curve_info *curve;
    struct buf x, y;            /* empty: not there */
    struct secret *d;           /* NULL: not there */
};

static void jwk_cleanup(struct jwk *key)
{
    buf_cleanup(&key->x);
    buf_cleanup(&key->y);
    secret_free(&key->d);
}

static enum oc_err refuse(enum oc_err e, const char *why, const char **reason)
{
    *reason = why;
    return e;
}

/* A number's text; its p is NULL when it is not there. */
static enum oc_err number_text(struct bytes *out, const json_t *object, const char *name,
                               const char **reason)
{
    const json_t *value = json_object_get(object, name);

    *out = (struct bytes){ 0 };
    if (value == NULL)
        return OC_OK;
    if (!json_is_string(value))
        return refuse(OC_SHAPE, "a JWK whose numbers are no text", reason);
    *out = (struct bytes){ (const uint8_t *)json_string_value(value), json_string_length(value) };
    return OC_OK;
}

/* What became of reading a number that has `n` bytes, and should have as many as its curve. */
static enum oc_err fit(enum oc_err e, size_t n, const struct jwk *key, const char **reason)
{
    if (e == OC_SYNTAX)
        return refuse(e, "a JWK whose numbers are not base64url", reason);
    if (e == OC_OK && n != key->curve->n)
        return refuse(OC_SHAPE, "a JWK whose numbers do not fit its curve", reason);
    return e;
}

static enum oc_err read_coordinate(struct buf *out, const struct jwk *key, const json_t *object,
                                   const char *name, const char **reason)
{
    struct bytes text;
    enum oc_err e = number_text(&text, object, name, reason);

    buf_init(out, JWK_BYTES_MAX);
    if (e != OC_OK || text.p == NULL)
        return e;
    e = base64url_read(out, text);
    return fit(e, out->n, key, reason);
}

static enum oc_err read_d(struct jwk *out, const json_t *object, const char **reason)
{
    struct bytes text;
    enum oc_err e = number_text(&text, object, "d", reason);

    if (e != OC_OK || text.p == NULL)
        return e;
    e = base64url_read_secret(&out->d, text);
    return fit(e, e == OC_OK ? secret_view(out->d).n : 0, out, reason);
}

static enum oc_err read_curve(struct jwk *out, const json_t *object, const char **reason)
{
    const char *kty = json_get_text(object, "kty"), *crv = json_get_text(object, "crv");

    if (!json_is_object(object))
        return refuse(OC_SHAPE, "JSON that is no object, and so no JWK", reason);
    if (kty == NULL || (strcmp(kty, "EC") != 0 && strcmp(kty, "OKP") != 0))
        return refuse(OC_SHAPE, "a JWK whose kty is neither EC nor OKP", reason);
    out->curve = crv != NULL ? curve_by_name(crv) : NULL;
    if (out->curve == NULL || strcmp(out->curve->name, crv) != 0)
        return refuse(OC_SHAPE, "a JWK on no curve we know", reason);
    if (out->curve->is_okp != (strcmp(kty, "OKP") == 0))
        return refuse(OC_SHAPE, "a JWK whose curve is not of its kty", reason);
    return OC_OK;
}

static enum oc_err read_object(struct jwk *out, const json_t *object, const char **reason)
{
    enum oc_err e = read_curve(out, object, reason);

    if (e != OC_OK || (e = read_coordinate(&out->x, out, object, "x", reason)) != OC_OK ||
        (e = read_coordinate(&out->y, out, object, "y", reason)) != OC_OK ||
        (e = read_d(out, object, reason)) != OC_OK)
        return e;
    if (out->x.n == 0)
        return refuse(OC_SHAPE, "a JWK without x", reason);
    if ((out->y.n > 0) == out->curve->is_okp)
        return refuse(OC_SHAPE, out->curve->is_okp ? "an OKP JWK with y" : "an EC JWK without y",
                      reason);
    return OC_OK;
}

/* `out` is to be released whatever comes back. */
static enum oc_err jwk_init(struct jwk *out, struct bytes text, const char **reason)
{
    struct json_fault fault;
    json_t *object;
    enum oc_err e;

    *out = (struct jwk){ 0 };
    *reason = "a JWK that could not be imported";
    if (text.n > JWK_BYTES_MAX)
        return refuse(OC_LIMIT, "longer than any JWK here", reason);
    json_in_secret_pool(true);
    object = json_read(text, &fault);
    if (object != NULL)
        e = read_object(out, object, reason);
    else if (fault.err == OC_SYNTAX)
        e = refuse(OC_SYNTAX, "it begins like a JWK but is not JSON", reason);
    else
        e = refuse(fault.err, oc_err_text(fault.err), reason);
    json_decref(object);
    json_in_secret_pool(false);
    return e;
}

static enum oc_err import_public(struct public_key **out, const struct jwk *key,
                                 const char **reason)
{
    enum oc_err e = public_key_new(out, key->curve->curve, buf_view(&key->x),
                                   buf_view(&key->y), false);

    if (e == OC_SHAPE)
        *reason = "a JWK whose point is not on its curve";
    else if (e == OC_UNAVAILABLE)
        *reason = "this OpenSSL does not offer the curve of a JWK";
    return e;
}

enum oc_err jwk_read(struct public_key **out, struct bytes text, const char **reason)
{
    struct jwk key;
    enum oc_err e = jwk_init(&key, text, reason);

    *out = NULL;
    if (e == OC_OK && key.d != NULL)
        e = refuse(OC_SHAPE, "a private key where a public one belongs", reason);
    if (e == OC_OK)
        e = import_public(out, &key, reason);
    jwk_cleanup(&key);
    return e;
}

static enum oc_err import_private(struct private_key **out, const struct jwk *key,
                                  const char **reason)
{
    enum oc_err e = private_key_new(out, key->curve->curve, key->d);

    if (e == OC_SHAPE)
        *reason = "a JWK whose d is no key of its curve";
    else if (e == OC_UNAVAILABLE)
        *reason = "this OpenSSL does not offer the curve of a JWK";
    return e;
}

enum oc_err jwk_read_private(struct private_key **out, struct bytes text, const char **reason)
{
    struct public_key *public = NULL;
    struct jwk key;
    enum oc_err e = jwk_init(&key, text, reason);

    *out = NULL;
    if (e == OC_OK && key.d == NULL)
        e = refuse(OC_SHAPE, "a JWK without its private part", reason);
    if (e == OC_OK && (e = import_public(&public, &key, reason)) == OC_OK &&
        (e = import_private(out, &key, reason)) == OC_OK &&
        !public_key_equal(public, private_key_public(*out))) {
        private_key_free(out);
        e = refuse(OC_SHAPE, "a JWK whose two parts do not match", reason);
    }
    public_key_free(&public);
    jwk_cleanup(&key);
    return e;
}
