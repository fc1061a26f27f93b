#include "trust/status_list.h"

#include "codec/zip.h"
#include "core/text.h"
#include "tests/unit/parser.h"
#include "tests/unit/status_world.h"
#include "tests/unit/vectors.h"
#include "trust/status_token.h"

static struct status_world w;

static enum oc_err verify(struct bytes token, struct oc_fault *fault)
{
    struct trust_status_list_in in = status_in(&w, token);
    struct trust_status_list *list;
    enum oc_err e = trust_status_list_verify(&list, &in, fault);

    if ((e == OC_OK) != (list != NULL))
        ok(false, "a list if and only if it is verified");
    trust_status_list_free(&list);
    return e;
}

/* Refused with this error, for a reason that is said. */
static void refused(const struct trust_status_list_in *in, enum oc_err want, const char *name)
{
    struct oc_fault fault = { 0 };
    struct trust_status_list *list;
    enum oc_err e = trust_status_list_verify(&list, in, &fault);

    ok(e == want && list == NULL && fault.reason != NULL, "%s: %s, %s", name, oc_err_name(e),
       fault.reason != NULL ? fault.reason : "");
    trust_status_list_free(&list);
}

static void refused_token(struct bytes token, enum oc_err want, const char *name)
{
    struct trust_status_list_in in = status_in(&w, token);

    refused(&in, want, name);
}

static void test_round_trip(void)
{
    for (unsigned bits = 1; bits <= 8; bits *= 2) {
        uint8_t array[32] = { 0 };
        struct trust_status_list_spec spec = status_spec(&w, BYTES_OF(array), bits);
        const struct trust_status_list_facts *f;
        struct trust_status_list *list;
        uint64_t n = 8 * sizeof array / bits, wrong = 0;
        unsigned value;

        for (uint64_t i = 0; i < n; i++)
            trust_status_put(array, bits, i, 0xff);
        for (uint64_t i = 0; i < n; i++)
            trust_status_put(array, bits, i, (unsigned)(i * 7) & ((1U << bits) - 1));
        list = status_list(&w, &spec);
        f = trust_status_list_facts(list);
        for (uint64_t i = 0; i < n; i++)
            wrong += trust_status_list_entry(list, i, &value) != OC_OK ||
                     value != ((unsigned)(i * 7) & ((1U << bits) - 1));
        ok(f->bits == bits && f->entries == n && wrong == 0, "%u bits: %d entries read back", bits,
           (int)n);
        ok(trust_status_list_entry(list, n, &value) == OC_LIMIT && value == 0 &&
           trust_status_list_entry(list, UINT64_MAX, &value) == OC_LIMIT,
           "%u bits: nothing past the end", bits);
        ok(f->mechanism == TRUST_STATUS_LIST && bytes_is(f->uri, STATUS_URI) &&
           f->issued_at == spec.issued_at && f->has_expires && f->expires == spec.expires &&
           f->ttl_s == spec.ttl_s && f->broken_rule == NULL &&
           bytes_eq(x509_der(f->anchor), x509_der(w.f.iaca)), "%u bits: and what it says of itself",
           bits);
        ok(!trust_status_list_names(list, BYTES("\x01")), "%u bits: no identifiers in it", bits);
        trust_status_list_free(&list);
    }
}

static void test_identifiers(void)
{
    static const struct bytes ids[] = { BYTES("\x09\x01"), BYTES("\x01"), BYTES("\x09"),
                                        BYTES("") };
    struct trust_status_list_spec spec = status_spec(&w, BYTES(""), 0);
    struct trust_status_list *list;
    unsigned value;

    spec.mechanism = TRUST_IDENTIFIER_LIST;
    spec.identifiers = ids;
    spec.identifiers_n = 4;
    list = status_list(&w, &spec);
    ok(trust_status_list_facts(list)->entries == 4 && trust_status_list_facts(list)->bits == 0 &&
       trust_status_list_entry(list, 0, &value) == OC_USAGE, "an identifier list of four");
    for (size_t i = 0; i < 4; i++)
        ok(trust_status_list_names(list, ids[i]), "identifier %zu is named", i);
    ok(!trust_status_list_names(list, BYTES("\x09\x02")) &&
       !trust_status_list_names(list, BYTES("\x09\x01\x00")), "others are not");
    trust_status_list_free(&list);

    spec.identifiers_n = 0;
    list = status_list(&w, &spec);
    ok(trust_status_list_facts(list)->entries == 0 && !trust_status_list_names(list, ids[0]),
       "and one of none");
    trust_status_list_free(&list);
}

static void test_bounds(void)
{
    struct trust_status_list_spec spec = status_spec(&w, BYTES("\x05"), 1);
    struct buf token = new_buf();

    must(trust_status_list_write(&token, &spec));
    parser_bounds(verify, buf_view(&token), "a signed list");
    buf_cleanup(&token);
}

/* Every bit of a small list: refused, or in the unprotected header, and then the same list. */
static void test_mutation(void)
{
    struct trust_status_list_spec spec = status_spec(&w, BYTES("\x05"), 1);
    struct buf token = new_buf();
    size_t accepted = 0, flips = 0, stride = 1;
    const char *asked = getenv("OWNCARD_FLIP_STRIDE");

    if (asked != NULL && atoi(asked) > 0)
        stride = (size_t)atoi(asked);
    must(trust_status_list_write(&token, &spec));
    for (size_t bit = 0; bit < 8 * token.n; bit += stride, flips++) {
        token.p[bit / 8] ^= (uint8_t)(1U << bit % 8);
        if (verify(buf_view(&token), NULL) == OC_OK) {
            note("accepted with bit %zu flipped", bit);
            accepted++;
        }
        token.p[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    ok(verify(buf_view(&token), NULL) == OC_OK && accepted == 0 && flips >= 8 * token.n / stride,
       "%zu flips of a list of %zu bytes are refused", flips, token.n);
    buf_cleanup(&token);
}

/* {2: "u", 6: 1, 65533: {"bits": 1, "lst": the draft's 16 entries}}, and what is wrong. */
#define SUB "\x02\x61u"
#define IAT "\x06\x01"
#define LST "\x63lst\x4a\x78\xda\xdb\xb9\x18\x00\x02\x17\x01\x5d"
#define LIST "\x19\xff\xfd\xa2\x64" "bits\x01" LST
#define TYPE "application/statuslist+cwt"
#define ID_TYPE "application/identifierlist+cwt"

static void test_claims(void)
{
    static const struct {
        const char *name, *type;
        struct bytes claims;
        enum oc_err want;
    } row[] = {
        { "the least", TYPE, BYTES("\xa3" SUB IAT LIST), OC_OK },
        { "the short type", "statuslist+cwt", BYTES("\xa3" SUB IAT LIST), OC_OK },
        { "undefined where exp, ttl and aggregation could stand", TYPE,
          BYTES("\xa5" SUB IAT "\x04\xf7\x19\xff\xfe\xf7\x19\xff\xfd\xa3\x64" "bits\x01" LST
                "\x6f" "aggregation_uri\xf7"), OC_OK },
        { "claims unknown to us", TYPE, BYTES("\xa5" SUB IAT LIST "\x01\x61i\x61x\x01"), OC_OK },
        { "an identifier list", ID_TYPE,
          BYTES("\xa3" SUB IAT "\x19\xff\xfa\xa1\x6bidentifiers\xa1\x41\x01\xa0"), OC_OK },
        { "its short type", "identifierlist+cwt",
          BYTES("\xa3" SUB IAT "\x19\xff\xfa\xa1\x6bidentifiers\xa0"), OC_OK },

        { "no type", NULL, BYTES("\xa3" SUB IAT LIST), OC_SHAPE },
        { "a JWT's type", "application/statuslist+jwt", BYTES("\xa3" SUB IAT LIST), OC_SHAPE },
        { "nothing but the prefix", "application/", BYTES("\xa3" SUB IAT LIST), OC_SHAPE },
        { "the other list than the type says", ID_TYPE, BYTES("\xa3" SUB IAT LIST), OC_SHAPE },
        { "no subject", TYPE, BYTES("\xa2" IAT LIST), OC_SHAPE },
        { "an empty subject", TYPE, BYTES("\xa3\x02\x60" IAT LIST), OC_SHAPE },
        { "no time of issue", TYPE, BYTES("\xa2" SUB LIST), OC_SHAPE },
        { "a time of issue before 1970", TYPE, BYTES("\xa3" SUB "\x06\x20" LIST), OC_SHAPE },
        { "a time of issue after 9999", TYPE,
          BYTES("\xa3" SUB "\x06\x1b\x7f\xff\xff\xff\xff\xff\xff\xff" LIST), OC_LIMIT },
        { "no list", TYPE, BYTES("\xa2" SUB IAT), OC_SHAPE },
        { "a ttl of 0", TYPE, BYTES("\xa4" SUB IAT LIST "\x19\xff\xfe\x00"), OC_SHAPE },
        { "exp at iat", TYPE, BYTES("\xa4" SUB IAT "\x04\x01" LIST), OC_SHAPE },
        { "exp just after it", TYPE, BYTES("\xa4" SUB IAT "\x04\x02" LIST), OC_OK },
        { "a claim twice", TYPE, BYTES("\xa4" SUB IAT IAT LIST), OC_SHAPE },
        { "claims that are no map", TYPE, BYTES("\x80"), OC_SHAPE },
        { "a byte after the claims", TYPE, BYTES("\xa3" SUB IAT LIST "\x00"), OC_TRAILING },
        { "3 bits", TYPE, BYTES("\xa3" SUB IAT "\x19\xff\xfd\xa2\x64" "bits\x03" LST), OC_SHAPE },
        { "0 bits", TYPE, BYTES("\xa3" SUB IAT "\x19\xff\xfd\xa2\x64" "bits\x00" LST), OC_SHAPE },
        { "no bits", TYPE, BYTES("\xa3" SUB IAT "\x19\xff\xfd\xa1" LST), OC_SHAPE },
        { "no lst", TYPE, BYTES("\xa3" SUB IAT "\x19\xff\xfd\xa1\x64" "bits\x01"), OC_SHAPE },
        { "lst not zlib", TYPE,
          BYTES("\xa3" SUB IAT "\x19\xff\xfd\xa2\x64" "bits\x01\x63lst\x41\x78"), OC_TRUNCATED },
        { "a byte after the zlib stream", TYPE,
          BYTES("\xa3" SUB IAT "\x19\xff\xfd\xa2\x64" "bits\x01\x63lst\x4b\x78\xda\xdb\xb9\x18\x00"
                "\x02\x17\x01\x5d\x00"), OC_TRAILING },
        { "an identifier that is text", ID_TYPE,
          BYTES("\xa3" SUB IAT "\x19\xff\xfa\xa1\x6bidentifiers\xa1\x61i\xa0"), OC_SHAPE },
        { "no identifiers", ID_TYPE, BYTES("\xa3" SUB IAT "\x19\xff\xfa\xa0"), OC_SHAPE },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct oc_fault fault = { 0 };
        struct buf token = new_buf();
        enum oc_err e;

        status_sign(&token, &w, row[i].claims, row[i].type);
        e = verify(buf_view(&token), &fault);
        ok(e == row[i].want && (e == OC_OK || (fault.reason != NULL && fault.offset <= token.n)),
           "%s: %s at %zu, %s", row[i].name, oc_err_name(e), fault.offset,
           fault.reason != NULL ? fault.reason : "");
        buf_cleanup(&token);
    }
}

static const struct bytes claims = BYTES("\xa3" SUB IAT LIST);

static void test_envelope(void)
{
    struct cose_sign1_spec spec = {
        .key = w.key, .payload = claims, .type = TYPE, .x5chain = &w.certificate, .x5chain_n = 1,
        .protect_x5chain = true };
    struct buf good = new_buf(), odd = new_buf();

    status_sign(&good, &w, claims, TYPE);
    refused_token((struct bytes){ good.p + 1, good.n - 1 }, OC_SHAPE, "untagged");
    buf_add(&odd, BYTES("\xd8\x3d"));
    buf_add(&odd, buf_view(&good));
    refused_token(buf_view(&odd), OC_SHAPE, "with tag 61 around it");

    buf_truncate(&odd, 0);
    cbw_tag(&odd, CBOR_TAG_SIGN1);
    spec.protect_x5chain = false;
    cose_sign1_write(&odd, &spec);
    refused_token(buf_view(&odd), OC_SHAPE, "chain not protected");

    buf_truncate(&odd, 0);
    cbw_tag(&odd, CBOR_TAG_SIGN1);
    spec.x5chain_n = 0;
    cose_sign1_write(&odd, &spec);
    refused_token(buf_view(&odd), OC_SHAPE, "no chain");

    buf_truncate(&odd, 0);
    cbw_tag(&odd, CBOR_TAG_SIGN1);
    spec.detached = true;
    cose_sign1_write(&odd, &spec);
    refused_token(buf_view(&odd), OC_SHAPE, "detached");
    buf_cleanup(&good);
    buf_cleanup(&odd);
}

/* What the signer may be: `change` makes its certificate. */
static void test_signer(void)
{
    static const struct {
        const char *name;
        enum trust_role role;
        unsigned key_usage;
        const char *country;
        bool accept_profile;
        enum oc_err want;
    } row[] = {
        { "to profile", TRUST_STATUS_SIGNER, X509_NON_REPUDIATION, "CN", false, OC_OK },
        { "off profile", TRUST_STATUS_SIGNER, X509_DIGITAL_SIGNATURE, "CN", false, OC_REFUSED },
        { "off profile, accepted", TRUST_STATUS_SIGNER, X509_DIGITAL_SIGNATURE, "CN", true, OC_OK },
        { "of another country", TRUST_STATUS_SIGNER, X509_NON_REPUDIATION, "DE", true,
          OC_REFUSED },
        { "a document signer", TRUST_DOCUMENT_SIGNER, X509_DIGITAL_SIGNATURE, "CN", true,
          OC_REFUSED },
        { "a reader", TRUST_READER, X509_DIGITAL_SIGNATURE, "CN", true, OC_REFUSED },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct x509_spec spec = certificate_spec(row[i].role, w.f.now);
        struct status_world other = w;
        struct trust_status_list_in in;
        struct trust_status_list *list;
        struct oc_fault fault = { 0 };
        struct buf token = new_buf();
        enum oc_err e;

        spec.key_usage = row[i].key_usage;
        spec.country = row[i].country;
        other.certificate = new_certificate(&spec, w.key, w.f.iaca, w.f.iaca_key);
        status_sign(&token, &other, claims, TYPE);
        in = status_in(&w, buf_view(&token));
        in.accept_profile = row[i].accept_profile;
        e = trust_status_list_verify(&list, &in, &fault);
        ok(e == row[i].want && (e == OC_OK || fault.reason != NULL) &&
           (e != OC_OK || (trust_status_list_facts(list)->broken_rule != NULL) ==
                              row[i].accept_profile),
           "signer %s: %s, %s", row[i].name, oc_err_name(e), fault.reason ? fault.reason : "");
        trust_status_list_free(&list);
        buf_cleanup(&token);
        x509_free(&other.certificate);
    }
}

static void test_chain_and_time(void)
{
    struct trust_status_list_spec spec = status_spec(&w, BYTES("\x05"), 1);
    struct buf token = new_buf();
    struct trust_status_list_in in;
    struct trust_status_list *list;

    must(trust_status_list_write(&token, &spec));
    in = status_in(&w, buf_view(&token));
    in.anchors = &w.f.readers;
    refused(&in, OC_UNTRUSTED, "under nobody we trust");
    in.anchors = &w.f.iacas;
    in.now = w.f.now + 1200 * DATE_DAY_S;
    refused(&in, OC_EXPIRED, "the signer has expired");
    in.now = w.f.now + 30 * DATE_DAY_S;
    ok(trust_status_list_verify(&list, &in, NULL) == OC_OK,
       "an expired list is verified all the same");
    trust_status_list_free(&list);
    in.now = spec.issued_at - in.skew_s;
    ok(trust_status_list_verify(&list, &in, NULL) == OC_OK, "ahead by the skew allowed");
    trust_status_list_free(&list);
    in.now--;
    refused(&in, OC_REFUSED, "ahead by a second more");
    buf_cleanup(&token);
}

static void test_algorithm(void)
{
    struct trust_status_list_spec spec = status_spec(&w, BYTES("\x05"), 1);
    struct buf token = new_buf();

    must(trust_status_list_write(&token, &spec));
    /* d2 84 59nnnn a3 01 26: the algorithm, -7, becomes -8. */
    token.p[7] = 0x27;
    refused_token(buf_view(&token), OC_SHAPE, "EdDSA with a P-256 key");
    buf_cleanup(&token);
}

/* A signed bomb: the ceiling holds although the signature does. */
static void test_bomb(void)
{
    struct buf zeros, packed = new_buf(), body = new_buf(), token = new_buf();
    struct trust_status_list_spec spec = status_spec(&w, BYTES(""), 1);

    buf_init(&zeros, TRUST_STATUS_ARRAY_MAX + 1);
    must(buf_extend(&zeros, TRUST_STATUS_ARRAY_MAX + 1) != NULL ? OC_OK : OC_MEMORY);
    spec.array = buf_view(&zeros);
    ok(trust_status_list_write(&token, &spec) == OC_LIMIT && token.n == 0,
       "an array over 64 MiB is not written");
    must(zip_deflate(&packed, buf_view(&zeros)));
    buf_cleanup(&zeros);
    buf_add(&body, BYTES("\xa3" SUB IAT "\x19\xff\xfd\xa2\x64" "bits\x01\x63lst"));
    cbw_bstr(&body, buf_view(&packed));
    status_sign(&token, &w, buf_view(&body), TYPE);
    refused_token(buf_view(&token), OC_LIMIT, "and not read");
    buf_cleanup(&packed);
    buf_cleanup(&body);
    buf_cleanup(&token);
}

static void test_write_refusals(void)
{
    struct trust_status_list_spec good = status_spec(&w, BYTES("\x05"), 1), s;
    struct buf out = new_buf();

    s = good, s.bits = 3;
    ok(trust_status_list_write(&out, &s) == OC_USAGE, "3 bits");
    s = good, s.expires = s.issued_at;
    ok(trust_status_list_write(&out, &s) == OC_USAGE, "expired when issued");
    s = good, s.chain_n = 0;
    ok(trust_status_list_write(&out, &s) == OC_USAGE, "no chain");
    s = good, s.signer = w.f.signer_key;
    ok(trust_status_list_write(&out, &s) == OC_USAGE, "another's key");
    ok(out.n == 0 && trust_status_list_write(&out, &good) == OC_OK, "and the good one");
    buf_cleanup(&out);
}

/* The draft's arrays, signed by our signer: every value it lists, and no other bit set. */
static void test_vectors(void)
{
    json_t *file = vector_json("token-status-list/status_lists.json"), *one;
    size_t i;

    ok(json_array_size(file) >= 6, "the draft's arrays");
    json_array_foreach(file, i, one) {
        struct buf list_cbor, body = new_buf(), token = new_buf();
        struct trust_status_list_in in;
        struct trust_status_list *list = NULL;
        int64_t entries = 0, bits = 0;
        size_t good = 0, set = 0, listed_set = 0;
        const char *index;
        json_t *value, *values = json_object_get(one, "nonzero_or_set");
        unsigned got;

        buf_add(&body, BYTES("\xa3" SUB IAT "\x19\xff\xfd"));
        bool read = unhex(json_get_text(one, "status_list_cbor"), &list_cbor) &&
                    json_get_int(one, "entries", &entries) && json_get_int(one, "bits", &bits);
        buf_add(&body, buf_view(&list_cbor));
        status_sign(&token, &w, buf_view(&body), TYPE);
        in = status_in(&w, buf_view(&token));
        if (!ok(read && trust_status_list_verify(&list, &in, NULL) == OC_OK &&
                trust_status_list_facts(list)->entries == (uint64_t)entries &&
                trust_status_list_facts(list)->bits == (unsigned)bits, "%s is read",
                json_get_text(one, "name")))
            goto next;
        json_object_foreach(values, index, value) {
            good += trust_status_list_entry(list, strtoull(index, NULL, 10), &got) == OC_OK &&
                    got == (unsigned)json_integer_value(value);
            listed_set += json_integer_value(value) != 0;
        }
        for (uint64_t j = 0; j < (uint64_t)entries; j++)
            set += trust_status_list_entry(list, j, &got) == OC_OK && got != 0;
        ok(good == json_object_size(values) && set == listed_set, "all its %zu values, no others",
           good);
next:
        trust_status_list_free(&list);
        buf_cleanup(&list_cbor);
        buf_cleanup(&body);
        buf_cleanup(&token);
    }
    json_decref(file);
}

/* The draft's signed example has no certificate, so it stays unverified here but for its key. */
static void test_signed_vector(void)
{
    json_t *file = vector_json("token-status-list/status_list_token_cwt.json");
    const json_t *jwk = json_object_get(file, "key");
    struct public_key *key = NULL;
    struct status_token t;
    struct buf token, x = new_buf(), y = new_buf();

    ok(unhex(json_get_text(file, "status_list_token_cwt"), &token) &&
       base64url_read(&x, bytes_str(json_get_text(jwk, "x"))) == OC_OK &&
       base64url_read(&y, bytes_str(json_get_text(jwk, "y"))) == OC_OK &&
       public_key_new(&key, CURVE_P256, buf_view(&x), buf_view(&y), false) == OC_OK,
       "the draft's signed list and its key");
    ok(status_token_read(&t, buf_view(&token), NULL) == OC_OK &&
       bytes_is(t.uri, "https://example.com/statuslists/1") && t.issued_at == 1686920170 &&
       t.expires == 2291720170 && t.ttl_s == 43200 && t.bits == 1 && t.packed.n == 10,
       "its claims");
    ok(cose_sign1_verify(&t.message, key, t.message.payload, BYTES("")) == OC_OK, "its signature");
    refused_token(buf_view(&token), OC_SHAPE, "as a list we would use");
    public_key_free(&key);
    buf_cleanup(&token);
    buf_cleanup(&x);
    buf_cleanup(&y);
    json_decref(file);
}

int main(void)
{
    must(secret_pool_init());
    status_world_init(&w);
    test_round_trip();
    test_identifiers();
    test_bounds();
    test_mutation();
    test_claims();
    test_envelope();
    test_signer();
    test_chain_and_time();
    test_algorithm();
    test_bomb();
    test_write_refusals();
    if (vectors_present()) {
        test_vectors();
        test_signed_vector();
    } else {
        skip("no vectors here");
    }
    status_world_cleanup(&w);
    return done();
}
