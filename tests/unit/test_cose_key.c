/* cose/key: what a COSE_Key must hold, and every curve there and back. */
#include "codec/cbw.h"
#include "cose/key.h"
#include "tests/unit/guard.h"
#include "tests/unit/tap.h"
#include "tests/unit/vectors.h"

/* The P-256 key of RFC 9052's examples ("11"), in hexadecimal. */
#define X "bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff"
#define Y "20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e"
#define D "57c92077664146e876760c9520d054aa93c3afb04e306705db6090308507b4d3"
#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"
#define X_OF_OTHER "65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d"
#define Y_OF_OTHER "1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c"

static enum oc_err read_public(struct bytes in, struct public_key **key, struct oc_fault *fault)
{
    struct guard g;
    struct cbr r;
    enum oc_err e;

    cbr_init(&r, guard_copy(&g, in));
    cose_key_read(&r, key);
    e = cbr_end(&r, fault);
    guard_free(&g);
    return e;
}

static enum oc_err read_private(struct bytes in, struct private_key **key, struct oc_fault *fault)
{
    struct cbr r;

    cbr_init(&r, in);
    cose_key_read_private(&r, key);
    return cbr_end(&r, fault);
}

static void refused_public(void)
{
    const struct {
        const char *name, *hex;
        enum oc_err want;
        size_t at;
    } row[] = {
        { "not a map", "80", OC_SHAPE, 0 },
        { "empty", "a0", OC_SHAPE, 0 },
        { "kty is text", "a401634543322001215820" X "225820" Y, OC_SHAPE, 2 },
        { "kty symmetric", "a301042001215820" X, OC_SHAPE, 6 },
        { "no kty", "a32001215820" X "225820" Y, OC_SHAPE, 39 },
        { "no crv", "a30102215820" X "225820" Y, OC_SHAPE, 39 },
        { "crv unknown (secp256k1)", "a401022008215820" X "225820" Y, OC_SHAPE, 41 },
        { "crv of 2^32 + 1", "a40102201b0000000100000001215820" X "225820" Y, OC_SHAPE, 49 },
        { "EC2 on an OKP curve", "a401022006215820" X "225820" Y, OC_SHAPE, 41 },
        { "OKP on an EC2 curve", "a401012001215820" X "225820" Y, OC_SHAPE, 41 },
        { "no x", "a301022001225820" Y, OC_SHAPE, 6 },
        { "no y", "a301022001215820" X, OC_SHAPE, 6 },
        { "empty y", "a401022001215820" X "2240", OC_SHAPE, 41 },
        { "empty x", "a4010220012140225820" Y, OC_SHAPE, 7 },
        { "x one byte short", "a40102200121581f" "bac5b11cad8f99f9c72b05cf4b9e26d244dc189f74522825"
          "5a219a86d6a09e" "225820" Y, OC_SHAPE, 8 },
        { "y text", "a401022001215820" X "2260", OC_SHAPE, 41 },
        { "off the curve", "a401022001215820" X "225820" X, OC_SHAPE, 8 },
        { "of nothing but zeros", "a4010220012158200000000000000000000000000000000000000000000000"
          "000000000000000000225820000000000000000000000000000000000000000000000000000000"
          "0000000000", OC_SHAPE, 8 },
        { "x twice", "a401022001215820" X "215820" Y, OC_SHAPE, 40 },
        { "private", "a501022001215820" X "225820" Y "235820" D, OC_SHAPE, 78 },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct public_key *key = (struct public_key *)(uintptr_t)&row;
        struct oc_fault f = { 0 };
        struct buf in;

        unhex(row[i].hex, &in);
        enum oc_err e = read_public(buf_view(&in), &key, &f);
        ok(e == row[i].want && f.offset == row[i].at && key == NULL, "%s: %s at %zu: %s",
           row[i].name, oc_err_name(e), f.offset, f.reason != NULL ? f.reason : "");
        buf_cleanup(&in);
    }
}

static void accepted_public(void)
{
    const struct {
        const char *name, *hex;
    } row[] = {
        { "as we write it", "a401022001215820" X "225820" Y },
        { "compressed", "a401022001215820" X "22f4" },
        { "other labels beside it",
          "a9010202413103260481022001215820" X "225820" Y "616ba01904d2f5" },
        { "undefined in place of d, null of kid", "a6010202f62001215820" X "225820" Y "23f7" },
        { "in another order, heads too long",
          "b9000422590020" Y "215820" X "38001801180102" },
    };
    struct public_key *first = NULL, *key;
    struct oc_fault f;

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct buf in;

        unhex(row[i].hex, &in);
        enum oc_err e = read_public(buf_view(&in), &key, &f);
        if (i == 0) {
            ok(e == OC_OK && key != NULL, "%s", row[i].name);
            first = key;
        } else {
            ok(e == OC_OK && public_key_equal(first, key), "%s: the same key", row[i].name);
            public_key_free(&key);
        }
        buf_cleanup(&in);
    }
    public_key_free(&first);
}

static void cut_and_lengthened(void)
{
    struct public_key *key;
    struct buf in;
    size_t wrong = 0;

    unhex("a401022001215820" X "225820" Y "00", &in);
    for (size_t n = 0; n < in.n - 1; n++)
        wrong += read_public((struct bytes){ in.p, n }, &key, NULL) == OC_OK || key != NULL;
    ok(wrong == 0, "every prefix is refused");
    ok(read_public(buf_view(&in), &key, NULL) == OC_TRAILING && key == NULL, "so is a longer one");
    buf_cleanup(&in);
}

static void private_keys(void)
{
    const struct {
        const char *name, *hex;
        enum oc_err want;
    } row[] = {
        { "as we write it", "a501022001215820" X "225820" Y "235820" D, OC_OK },
        { "without its public part", "a301022001235820" D, OC_OK },
        { "without d", "a401022001215820" X "225820" Y, OC_SHAPE },
        { "beside another public part", "a501022001215820" X_OF_OTHER "225820" Y_OF_OTHER
          "235820" D, OC_SHAPE },
        { "beside the other y", "a501022001215820" X "22f5" "235820" D, OC_SHAPE },
        { "beside an x without y", "a401022001215820" X "235820" D, OC_SHAPE },
        { "d too long", "a30102200123582100" D, OC_SHAPE },
        { "d zero", "a3010220012358200000000000000000000000000000000000000000000000000000000000"
          "000000", OC_SHAPE },
        { "d the group's order", "a301022001235820ffffffff00000000ffffffffffffffffbce6faada7179e"
          "84f3b9cac2fc632551", OC_SHAPE },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct private_key *key = NULL;
        struct oc_fault f = { 0 };
        struct buf in;

        unhex(row[i].hex, &in);
        enum oc_err e = read_private(buf_view(&in), &key, &f);
        ok(e == row[i].want && (key != NULL) == (e == OC_OK), "%s: %s: %s", row[i].name,
           oc_err_name(e), f.reason != NULL ? f.reason : "");
        private_key_free(&key);
        buf_cleanup(&in);
    }
}

/* Shape and public part are looked at now, whether the two belong together when it is opened. */
static void deferred_keys(void)
{
    const struct { const char *name, *hex; enum oc_err read, open; } row[] = {
        { "both parts", "a501022001215820" X "225820" Y "235820" D, OC_OK, OC_OK },
        { "another's d", "a501022001215820" X "225820" Y "235820" X, OC_OK, OC_SHAPE },
        { "d is 0", "a501022001215820" X "225820" Y "235820" ZERO, OC_OK, OC_SHAPE },
        { "d too short", "a501022001215820" X "225820" Y "234101", OC_SHAPE, OC_OK },
        { "no d", "a401022001215820" X "225820" Y, OC_SHAPE, OC_OK },
        { "no public part", "a301022001235820" D, OC_SHAPE, OC_OK },
        { "a point off the curve", "a501022001215820" X "225820" X "235820" D, OC_SHAPE, OC_OK },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct private_key *key;
        struct oc_fault f = { 0 };
        struct buf in;
        struct cbr r;
        enum oc_err e;

        unhex(row[i].hex, &in);
        cbr_init(&r, buf_view(&in));
        cose_key_read_deferred(&r, &key);
        e = cbr_end(&r, &f);
        ok(e == row[i].read && (key != NULL) == (e == OC_OK), "deferred, %s: %s: %s", row[i].name,
           oc_err_name(e), f.reason != NULL ? f.reason : "");
        if (key != NULL)
            ok(!private_key_is_open(key) && private_key_open(key) == row[i].open &&
               private_key_is_open(key) == (row[i].open == OC_OK), "opened, %s", row[i].name);
        private_key_free(&key);
        buf_cleanup(&in);
    }
}

static void there_and_back(const struct curve_info *curve)
{
    struct private_key *key, *private_back;
    struct public_key *back;
    struct buf out, again;

    enum oc_err e = private_key_generate(&key, curve->curve);
    if (e == OC_UNAVAILABLE) {
        skip("%s: not in this OpenSSL", curve->name);
        return;
    }
    buf_init(&out, 300);
    buf_init(&again, 300);
    cose_key_write(&out, private_key_public(key));
    ok(e == OC_OK && read_public(buf_view(&out), &back, NULL) == OC_OK &&
       public_key_equal(back, private_key_public(key)), "%s: public, there and back", curve->name);
    public_key_free(&back);

    buf_truncate(&out, 0);
    cose_key_write_private(&out, key);
    e = read_private(buf_view(&out), &private_back, NULL);
    if (e == OC_OK)
        cose_key_write_private(&again, private_back);
    ok(e == OC_OK && bytes_eq(buf_view(&out), buf_view(&again)) && out.n > curve->n,
       "%s: private, there and back to the same bytes", curve->name);
    private_key_free(&private_back);
    private_key_free(&key);
    buf_cleanup(&out);
    buf_cleanup(&again);
}

/* What the design promises to others: these labels, in this order, and nothing else. */
static void written_form(void)
{
    struct public_key *key;
    struct buf in, out;

    unhex("a401022001215820" X "225820" Y, &in);
    buf_init(&out, 100);
    ok(read_public(buf_view(&in), &key, NULL) == OC_OK, "a key");
    cose_key_write(&out, key);
    ok(bytes_eq(buf_view(&in), buf_view(&out)), "is written as {1: 2, -1: 1, -2: x, -3: y}");
    public_key_free(&key);
    buf_cleanup(&in);
    buf_cleanup(&out);
}

/* The same for those who read no CBOR: exactly one key, and nothing left on failure. */
static void standing_alone(void)
{
    const struct { const char *name, *hex; enum oc_err public, private; } row[] = {
        { "public", "a401022001215820" X "225820" Y, OC_OK, OC_SHAPE },
        { "private", "a501022001215820" X "225820" Y "235820" D, OC_SHAPE, OC_OK },
        { "public and a byte", "a401022001215820" X "225820" Y "00", OC_TRAILING, OC_TRAILING },
        { "private and a byte", "a501022001215820" X "225820" Y "235820" D "00", OC_TRAILING, OC_TRAILING },
        { "cut", "a401022001", OC_LIMIT, OC_LIMIT },
        { "nothing", "", OC_TRUNCATED, OC_TRUNCATED },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct oc_fault fault = { 0 }, private_fault = { 0 };
        struct private_key *private;
        struct public_key *public;
        struct buf in;
        enum oc_err e, private_e;

        unhex(row[i].hex, &in);
        e = cose_key_decode(&public, buf_view(&in), &fault);
        private_e = cose_key_decode_private(&private, buf_view(&in), &private_fault);
        ok(e == row[i].public && (public != NULL) == (e == OC_OK) &&
           (fault.reason != NULL) == (e != OC_OK), "%s as public: %s", row[i].name, oc_err_name(e));
        ok(private_e == row[i].private && (private != NULL) == (private_e == OC_OK) &&
           (private_fault.reason != NULL) == (private_e != OC_OK), "%s as private: %s", row[i].name,
           oc_err_name(private_e));
        public_key_free(&public);
        private_key_free(&private);
        buf_cleanup(&in);
    }
}

int main(void)
{
    const struct curve_info *curve;

    if (secret_pool_init() != OC_OK)
        return EXIT_FAILURE;
    refused_public();
    accepted_public();
    cut_and_lengthened();
    private_keys();
    deferred_keys();
    for (size_t i = 0; (curve = curve_at(i)) != NULL; i++)
        there_and_back(curve);
    written_form();
    standing_alone();
    return done();
}
