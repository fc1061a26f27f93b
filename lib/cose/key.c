#include "cose/key.h"

#include "codec/cbw.h"

/* IANA "COSE Key Common Parameters" and "COSE Key Type Parameters": EC2 and OKP agree. */
enum { LABEL_KTY = 1, LABEL_CRV = -1, LABEL_X = -2, LABEL_Y = -3, LABEL_D = -4 };
enum { KTY_OKP = 1, KTY_EC2 = 2 };

/* A COSE_Key as it stands there; views point into the input. */
struct parsed_key {
    const struct curve_info *curve;
    struct bytes x, y, d;       /* p is NULL: absent */
    bool has_y_sign, y_odd;     /* a sign bit in the place of y */
};

static void read_y(struct cbr *r, struct parsed_key *key)
{
    key->has_y_sign = cbr_peek(r) == CBR_BOOL;
    if (key->has_y_sign) {
        key->y_odd = cbr_bool(r);
        return;
    }
    key->y = cbr_bstr(r);
    if (key->y.n == 0)
        cbr_fail(r, OC_SHAPE, "a COSE_Key with an empty y");
}

/* Of other key types, RSA's too, -1 is a byte string. */
static int64_t read_curve(struct cbr *r)
{
    if (cbr_peek(r) == CBR_BSTR) {
        cbr_skip(r);
        cbr_fail(r, OC_SHAPE, "a COSE_Key that is neither EC2 nor OKP");
        return 0;
    }
    return cbr_int(r);
}

static void check_key(struct cbr *r, const struct parsed_key *key, int64_t kty)
{
    if (kty != KTY_OKP && kty != KTY_EC2)
        cbr_fail(r, OC_SHAPE, "a COSE_Key that is neither EC2 nor OKP");
    else if (key->curve == NULL)
        cbr_fail(r, OC_SHAPE, "a COSE_Key on no curve we know");
    else if (key->curve->is_okp != (kty == KTY_OKP))
        cbr_fail(r, OC_SHAPE, "a COSE_Key whose curve is not of its type");
}

/* False when the reader has failed; otherwise the curve is known. */
static bool read_map(struct cbr *r, struct parsed_key *key)
{
    int64_t kty = 0, crv = 0;

    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct cbr_label label = cbr_label(r);

        if (cbr_absent(r))
            continue;
        switch (label.is_int ? label.i : 0) {
        case LABEL_KTY: kty = cbr_int(r);       break;
        case LABEL_CRV: crv = read_curve(r);    break;
        case LABEL_X:   key->x = cbr_bstr(r);   break;
        case LABEL_Y:   read_y(r, key);         break;
        case LABEL_D:   key->d = cbr_bstr(r);   break;
        default:        cbr_skip(r);            break;
        }
    }
    if (crv > CURVE_NONE && crv <= CURVE_BP512)
        key->curve = curve_info((enum curve)crv);
    check_key(r, key, kty);
    return cbr_ok(r) && key->curve != NULL;
}

static void fail_import(struct cbr *r, struct bytes where, enum oc_err e)
{
    const char *reason = "the COSE_Key could not be imported";

    if (e == OC_SHAPE)
        reason = "a COSE_Key whose numbers do not fit its curve";
    else if (e == OC_UNAVAILABLE)
        reason = "this OpenSSL does not offer the curve of a COSE_Key";
    cbr_fail_at(r, where, e, reason);
}

/* The public part, when there is an x. */
static void import_public(struct cbr *r, const struct parsed_key *key, struct public_key **out)
{
    enum oc_err e;

    if (!key->curve->is_okp && key->y.p == NULL && !key->has_y_sign) {
        cbr_fail(r, OC_SHAPE, "a COSE_Key without y");
        return;
    }
    e = public_key_new(out, key->curve->curve, key->x, key->y, key->y_odd);
    if (e != OC_OK)
        fail_import(r, key->x, e);
}

void cose_key_read(struct cbr *r, struct public_key **out)
{
    struct parsed_key key = { 0 };

    *out = NULL;
    if (!read_map(r, &key))
        return;
    if (key.d.p != NULL)
        cbr_fail_at(r, key.d, OC_SHAPE, "a private key where a public one belongs");
    else if (key.x.p == NULL)
        cbr_fail(r, OC_SHAPE, "a COSE_Key without x");
    else
        import_public(r, &key, out);
}

/* A public part beside `d` need not be there, but may not be another key's. */
static void check_public(struct cbr *r, const struct parsed_key *parsed,
                         const struct private_key *key)
{
    struct public_key *public = NULL;

    if (parsed->x.p == NULL)
        return;
    import_public(r, parsed, &public);
    if (public != NULL && !public_key_equal(public, private_key_public(key)))
        cbr_fail_at(r, parsed->x, OC_SHAPE, "a COSE_Key whose two parts do not match");
    public_key_free(&public);
}

void cose_key_read_private(struct cbr *r, struct private_key **out)
{
    struct parsed_key key = { 0 };
    struct secret *d;
    enum oc_err e;

    *out = NULL;
    if (!read_map(r, &key))
        return;
    if (key.d.p == NULL) {
        cbr_fail(r, OC_SHAPE, "a COSE_Key without its private part");
        return;
    }
    d = secret_copy(key.d);
    e = d == NULL ? OC_MEMORY : private_key_new(out, key.curve->curve, d);
    secret_free(&d);
    if (e != OC_OK) {
        fail_import(r, key.d, e);
        return;
    }
    check_public(r, &key, *out);
    if (!cbr_ok(r))
        private_key_free(out);
}

void cose_key_read_deferred(struct cbr *r, struct private_key **out)
{
    struct public_key *public = NULL;
    struct parsed_key key = { 0 };
    struct secret *d;
    enum oc_err e;

    *out = NULL;
    if (!read_map(r, &key))
        return;
    if (key.d.p == NULL || key.x.p == NULL) {
        cbr_fail(r, OC_SHAPE, "a COSE_Key without one of its two parts");
        return;
    }
    import_public(r, &key, &public);
    if (public == NULL)
        return;
    d = secret_copy(key.d);
    e = d == NULL ? OC_MEMORY : private_key_defer(out, d, public);
    secret_free(&d);
    public_key_free(&public);
    if (e != OC_OK)
        fail_import(r, key.d, e);
}

enum oc_err cose_key_decode(struct public_key **out, struct bytes src, struct oc_fault *fault)
{
    struct cbr r;
    enum oc_err e;

    cbr_init(&r, src);
    cose_key_read(&r, out);
    if ((e = cbr_end(&r, fault)) != OC_OK)
        public_key_free(out);
    return e;
}

enum oc_err cose_key_decode_private(struct private_key **out, struct bytes src,
                                    struct oc_fault *fault)
{
    struct cbr r;
    enum oc_err e;

    cbr_init(&r, src);
    cose_key_read_private(&r, out);
    if ((e = cbr_end(&r, fault)) != OC_OK)
        private_key_free(out);
    return e;
}

static void write_members(struct buf *out, const struct public_key *key, bool with_private)
{
    const struct curve_info *curve = curve_info(public_key_curve(key));
    struct coordinates point;

    if (curve == NULL) {
        buf_fail(out, OC_BUG);
        return;
    }
    public_key_coordinates(key, &point);
    cbw_map(out, (curve->is_okp ? 3U : 4U) + with_private);
    cbw_int(out, LABEL_KTY);
    cbw_int(out, curve->is_okp ? KTY_OKP : KTY_EC2);
    cbw_int(out, LABEL_CRV);
    cbw_int(out, curve->curve);
    cbw_int(out, LABEL_X);
    cbw_bstr(out, (struct bytes){ point.x, point.n });
    if (!curve->is_okp) {
        cbw_int(out, LABEL_Y);
        cbw_bstr(out, (struct bytes){ point.y, point.n });
    }
}

void cose_key_write(struct buf *out, const struct public_key *key)
{
    write_members(out, key, false);
}

void cose_key_write_private(struct buf *out, const struct private_key *key)
{
    struct secret *d = private_key_secret(key);

    if (d == NULL) {
        buf_fail(out, OC_MEMORY);
        return;
    }
    write_members(out, private_key_public(key), true);
    cbw_int(out, LABEL_D);
    cbw_bstr(out, secret_view(d));
    secret_free(&d);
}
