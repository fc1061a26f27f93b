/* cli/jwk: the RFCs' own keys, every curve there and back, and what a JWK must not be. */
#include "cli/jwk.h"
#include "core/text.h"
#include "tests/unit/fixture.h"
#include "tests/unit/guard.h"
#include "tests/unit/tap.h"

/* RFC 7517, appendices A.1 and A.2. */
#define X "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"
#define Y "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"
#define D "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"
#define EC "{\"kty\":\"EC\",\"crv\":\"P-256\","
#define XY "\"x\":\"" X "\",\"y\":\"" Y "\""
/* RFC 8037, appendix A.1. */
#define ED_X "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
#define ED_D "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"

static void standard_keys(void)
{
    struct bytes public_text = BYTES(EC XY ",\"use\":\"enc\",\"kid\":\"1\"}");
    struct bytes private_text = BYTES(EC XY ",\"d\":\"" D "\",\"use\":\"enc\",\"kid\":\"1\"}");
    struct bytes ed = BYTES("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":\"" ED_D "\",\"x\":\"" ED_X "\"}");
    struct public_key *public = NULL;
    struct private_key *private = NULL;
    const char *reason;

    ok(jwk_read(&public, public_text, &reason) == OC_OK && public_key_curve(public) == CURVE_P256,
       "the public key of RFC 7517");
    ok(jwk_read_private(&private, private_text, &reason) == OC_OK && public != NULL &&
       public_key_equal(public, private_key_public(private)), "its private key, of the same point");
    private_key_free(&private);
    ok(jwk_read_private(&private, ed, &reason) == OC_OK &&
       private_key_curve(private) == CURVE_ED25519, "the private key of RFC 8037");
    private_key_free(&private);
    public_key_free(&public);
}

static void refused(void)
{
    const struct { const char *name; struct bytes text; enum oc_err want; } row[] = {
        { "nothing", BYTES(""), OC_SYNTAX },
        { "an array", BYTES("[]"), OC_SHAPE },
        { "an empty object", BYTES("{}"), OC_SHAPE },
        { "a key twice", BYTES(EC "\"crv\":\"P-256\"," XY "}"), OC_SYNTAX },
        { "kty RSA", BYTES("{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}"), OC_SHAPE },
        { "kty in small letters", BYTES("{\"kty\":\"ec\",\"crv\":\"P-256\"," XY "}"), OC_SHAPE },
        { "crv in small letters", BYTES("{\"kty\":\"EC\",\"crv\":\"p-256\"," XY "}"), OC_SHAPE },
        { "crv of no curve of ours", BYTES("{\"kty\":\"EC\",\"crv\":\"secp256k1\"," XY "}"), OC_SHAPE },
        { "no crv", BYTES("{\"kty\":\"EC\"," XY "}"), OC_SHAPE },
        { "an OKP curve in EC", BYTES("{\"kty\":\"EC\",\"crv\":\"Ed25519\"," XY "}"), OC_SHAPE },
        { "no x", BYTES(EC "\"y\":\"" Y "\"}"), OC_SHAPE },
        { "no y", BYTES(EC "\"x\":\"" X "\"}"), OC_SHAPE },
        { "y with OKP", BYTES("{\"kty\":\"OKP\",\"crv\":\"Ed25519\"," XY "}"), OC_SHAPE },
        { "x a number", BYTES(EC "\"x\":1,\"y\":\"" Y "\"}"), OC_SHAPE },
        { "x padded", BYTES(EC "\"x\":\"" X "=\",\"y\":\"" Y "\"}"), OC_SYNTAX },
        { "x in plain base64", BYTES(EC "\"x\":\"+" X "\",\"y\":\"" Y "\"}"), OC_SYNTAX },
        { "x with a zero byte in front", BYTES(EC "\"x\":\"AD" X "A\",\"y\":\"" Y "\"}"), OC_SHAPE },
        { "x one byte short", BYTES(EC "\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7A\",\"y\":\"" Y "\"}"),
          OC_SHAPE },
        { "off the curve", BYTES(EC "\"x\":\"" X "\",\"y\":\"" X "\"}"), OC_SHAPE },
        { "private", BYTES(EC XY ",\"d\":\"" D "\"}"), OC_SHAPE },
    };
    const struct { const char *name; struct bytes text; } private_row[] = {
        { "no d", BYTES(EC XY "}") },
        { "d of another key", BYTES(EC XY ",\"d\":\"" X "\"}") },
        { "d of zero", BYTES(EC XY ",\"d\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}") },
        { "d too long", BYTES(EC XY ",\"d\":\"AAAA" D "\"}") },
        { "d without the public part", BYTES(EC "\"d\":\"" D "\"}") },
        { "d null", BYTES(EC XY ",\"d\":null}") },
    };
    struct private_key *private;
    struct public_key *public;

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        const char *reason = NULL;
        enum oc_err e = jwk_read(&public, row[i].text, &reason);

        ok(e == row[i].want && public == NULL && reason != NULL, "%s: %s: %s", row[i].name,
           oc_err_name(e), reason);
    }
    for (size_t i = 0; i < sizeof private_row / sizeof private_row[0]; i++) {
        const char *reason = NULL;
        enum oc_err e = jwk_read_private(&private, private_row[i].text, &reason);

        ok(e == OC_SHAPE && private == NULL && reason != NULL, "private, %s: %s",
           private_row[i].name, reason);
    }
}

static void cut_and_extended(void)
{
    struct bytes whole = BYTES(EC XY ",\"d\":\"" D "\"}");
    struct private_key *key;
    const char *reason;
    size_t taken = 0;
    uint8_t longer[512], too_long[JWK_BYTES_MAX + 1];

    for (size_t n = 0; n < whole.n; n++) {
        struct guard g;

        taken += jwk_read_private(&key, guard_copy(&g, (struct bytes){ whole.p, n }), &reason) == OC_OK;
        guard_free(&g);
    }
    ok(taken == 0, "every proper prefix is refused");
    memcpy(longer, whole.p, whole.n);
    longer[whole.n] = '}';
    ok(jwk_read_private(&key, (struct bytes){ longer, whole.n + 1 }, &reason) == OC_SYNTAX,
       "one byte more is refused");
    memset(too_long, ' ', sizeof too_long);
    memcpy(too_long, whole.p, whole.n);
    ok(jwk_read_private(&key, BYTES_OF(too_long), &reason) == OC_LIMIT && key == NULL,
       "longer than any JWK");
}

static void put(struct buf *out, const char *name, struct bytes value)
{
    buf_printf(out, ",\"%s\":\"", name);
    base64url_write(out, value);
    buf_add_str(out, "\"");
}

static void every_curve(void)
{
    const struct curve_info *info;

    for (size_t i = 0; (info = curve_at(i)) != NULL; i++) {
        struct private_key *key = new_key(info->curve), *read = NULL;
        struct secret *d = private_key_secret(key);
        struct buf text = new_buf();
        struct coordinates point;
        const char *reason = NULL;

        public_key_coordinates(private_key_public(key), &point);
        buf_printf(&text, "{\"kty\":\"%s\",\"crv\":\"%s\"", info->is_okp ? "OKP" : "EC", info->name);
        put(&text, "x", (struct bytes){ point.x, point.n });
        if (!info->is_okp)
            put(&text, "y", (struct bytes){ point.y, point.n });
        put(&text, "d", secret_view(d));
        buf_add_str(&text, "}");
        ok(jwk_read_private(&read, buf_view(&text), &reason) == OC_OK &&
           public_key_equal(private_key_public(read), private_key_public(key)), "%s", info->name);
        secret_free(&d);
        buf_cleanup(&text);
        private_key_free(&read);
        private_key_free(&key);
    }
}

/* Take what the pool still has, in ever smaller pieces. */
static size_t exhaust_pool(struct secret **taken, size_t max)
{
    size_t n = 0;

    for (size_t size = 1 << 18; size > 0; size /= 2)
        while (n < max && (taken[n] = secret_new(size)) != NULL)
            n++;
    return n;
}

static void without_memory(void)
{
    struct bytes text = BYTES(EC XY ",\"d\":\"" D "\"}");
    static struct secret *taken[4096];
    struct private_key *key;
    const char *reason;
    size_t full = exhaust_pool(taken, 4096), left = full;
    enum oc_err e;

    /* From a pool that is full to one with room for all: want of room is never bad JSON. */
    do {
        e = jwk_read_private(&key, text, &reason);
        if (e != OC_MEMORY || key != NULL)
            break;
        if (left > 0)
            secret_free(&taken[--left]);
    } while (left > 0);
    ok(e == OC_OK && key != NULL && left < full && left > 0,
       "a pool without room is told from bad JSON, %zu times", full - left);
    private_key_free(&key);
    while (left > 0)
        secret_free(&taken[--left]);
}

int main(void)
{
    if (secret_pool_init() != OC_OK)
        return EXIT_FAILURE;
    standard_keys();
    refused();
    cut_and_extended();
    every_curve();
    without_memory();
    return done();
}
