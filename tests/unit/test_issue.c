#include "mdoc/issue.h"

#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"

/* A batch of claims, one namespace. */
static const struct mdoc_claim claims[] = {
    { FIXTURE_SPACE, "age_over_18", BYTES("\xf5") },
    { FIXTURE_SPACE, "age_over_60", BYTES("\xf4") },
};

static struct mdoc_issue_spec spec_of(const struct fixture *f)
{
    return (struct mdoc_issue_spec){
        .doc_type = "example.guangzhou.age.1", .claims = claims, .claims_n = 2,
        .digest = DIGEST_SHA256, .device_key = private_key_public(f->device_key), .now = f->now,
        .valid_until = f->now + 30 * DATE_DAY_S, .signer = f->signer_key, .chain = &f->signer,
        .chain_n = 1,
    };
}

/* Issue and parse; `bytes` must outlive `card`. */
static void issue(struct buf *bytes, struct mdoc_issuer_signed *card,
                  const struct mdoc_issue_spec *spec)
{
    *bytes = new_buf();
    must(mdoc_issue(bytes, spec, NULL));
    must(mdoc_issuer_signed_init(card, buf_view(bytes), NULL));
}

static bool has_bytes(struct bytes where, struct bytes what)
{
    for (size_t i = 0; i + what.n <= where.n; i++)
        if (memcmp(where.p + i, what.p, what.n) == 0)
            return true;
    return false;
}

/* The keys of the next map, in order. */
static bool keys_are(struct cbr *r, const char *const *names, size_t n)
{
    bool same = cbr_map(r) == n;

    for (size_t i = 0; same && i < n; i++) {
        same = bytes_is(cbr_key(r), names[i]);
        cbr_skip(r);
    }
    return same;
}

/* The shape that zero-knowledge circuits expect, byte for byte. */
static void test_shape(const struct fixture *f)
{
    static const char *const mso_keys[] = { "version", "digestAlgorithm", "valueDigests",
                                            "deviceKeyInfo", "docType", "validityInfo" };
    struct mdoc_issue_spec spec = spec_of(f);
    struct mdoc_issuer_signed card;
    struct coordinates c;
    struct buf bytes, key = new_buf();
    struct cbr r, mso;

    issue(&bytes, &card, &spec);
    ok(bytes_eq(card.auth.protected_header, BYTES("\xa1\x01\x26")), "protected header {1: -7}");
    ok(bytes.p[0] == 0xa2 && !card.auth.is_detached && card.auth_cbor.p[0] == 0x84 &&
       card.auth.x5chain_n == 1 && bytes_eq(card.auth.x5chain[0], x509_der(f->signer)),
       "untagged, one certificate, no root");
    ok(card.auth.payload.n < 2213, "the tagged MSO has %zu bytes", card.auth.payload.n);
    cbr_init(&r, card.auth.payload);
    cbr_init(&mso, cbr_embedded(&r, NULL));
    ok(keys_are(&mso, mso_keys, 6), "the six keys of the MSO in order, nothing optional");
    public_key_coordinates(private_key_public(f->device_key), &c);
    buf_add(&key, BYTES("\x6d" "deviceKeyInfo" "\xa1\x69" "deviceKey"
                        "\xa4\x01\x02\x20\x01\x21\x58\x20"));
    buf_add(&key, (struct bytes){ c.x, 32 });
    buf_add(&key, BYTES("\x22\x58\x20"));
    buf_add(&key, (struct bytes){ c.y, 32 });
    ok(has_bytes(card.auth.payload, buf_view(&key)),
       "deviceKeyInfo is { deviceKey: 1, -1, -2, -3 }");
    ok(bytes_is(card.mso.version, "1.0") && card.mso.digest == DIGEST_SHA256 &&
       card.mso.status.p == NULL && card.mso.key_authorizations.p == NULL &&
       !card.mso.has_expected_update, "version 1.0, SHA-256");
    ok(card.items_n == 2 && card.items[0].random.n == 16 &&
       bytes_is(card.items[0].name, "age_over_18"), "salts of 16 bytes");
    mdoc_issuer_signed_cleanup(&card);
    buf_cleanup(&bytes);
    buf_cleanup(&key);
}

static void test_rounding(const struct fixture *f)
{
    int64_t day = date_floor(f->now, DATE_DAY_S), hour = date_floor(f->now + 1234, DATE_HOUR_S);
    const struct {
        const char *name;
        int64_t now, from, until;
        enum oc_err want;
        int64_t signed_at, valid_from, valid_until;
    } row[] = {
        { "thirty days: to the day", f->now + 1234, 0, f->now + 1234 + 30 * DATE_DAY_S, OC_OK, day,
          day, day + 30 * DATE_DAY_S },
        { "a week: to the day", f->now, 0, f->now + 7 * DATE_DAY_S, OC_OK, day, day,
          day + 7 * DATE_DAY_S },
        { "under a week: to the hour", f->now + 1234, 0, f->now + 1234 + 6 * DATE_DAY_S, OC_OK,
          hour, hour, hour + 6 * DATE_DAY_S },
        { "an hour", f->now + 1234, 0, f->now + 1234 + 3600, OC_OK, hour, hour, hour + 3600 },
        { "under an hour", f->now, 0, f->now + 3599, OC_USAGE, 0, 0, 0 },
        { "from tomorrow", f->now, f->now + DATE_DAY_S, f->now + 30 * DATE_DAY_S, OC_OK, day,
          day + DATE_DAY_S, day + 30 * DATE_DAY_S },
        { "from yesterday", f->now, f->now - DATE_DAY_S, f->now + 30 * DATE_DAY_S, OC_USAGE, 0, 0,
          0 },
        { "until before from", f->now, f->now + DATE_DAY_S, f->now, OC_USAGE, 0, 0, 0 },
        { "longer than the signer", f->now, 0, f->now + 500 * DATE_DAY_S, OC_EXPIRED, 0, 0, 0 },
        { "before the signer", f->now - 3 * DATE_DAY_S, 0, f->now + 30 * DATE_DAY_S, OC_EXPIRED, 0,
          0, 0 },
        { "after the signer", f->now + 460 * DATE_DAY_S, 0, f->now + 490 * DATE_DAY_S, OC_EXPIRED,
          0, 0, 0 },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct mdoc_issue_spec spec = spec_of(f);
        struct mdoc_issuer_signed card;
        struct buf bytes = new_buf();
        const char *reason = NULL;
        enum oc_err e;

        spec.now = row[i].now;
        spec.valid_from = row[i].from;
        spec.valid_until = row[i].until;
        e = mdoc_issue(&bytes, &spec, &reason);
        ok(e == row[i].want && (e == OC_OK) == (reason == NULL), "%s: %s", row[i].name,
           reason != NULL ? reason : oc_err_name(e));
        if (e == OC_OK) {
            must(mdoc_issuer_signed_init(&card, buf_view(&bytes), NULL));
            ok(card.mso.signed_at == row[i].signed_at && card.mso.valid_from == row[i].valid_from &&
               card.mso.valid_until == row[i].valid_until, "%s: its times", row[i].name);
            mdoc_issuer_signed_cleanup(&card);
        }
        buf_cleanup(&bytes);
    }
}

/* Two copies of one card for two device keys: nothing in them is the same by chance. */
static void test_copies(const struct fixture *f)
{
    struct private_key *second = new_key(CURVE_P256);
    struct mdoc_issue_spec spec = spec_of(f);
    struct mdoc_issuer_signed a, b;
    struct buf ba, bb;
    struct coordinates c;
    bool shared = false;

    issue(&ba, &a, &spec);
    spec.device_key = private_key_public(second);
    issue(&bb, &b, &spec);
    for (size_t i = 0; i < a.items_n; i++)
        shared |= has_bytes(buf_view(&bb), a.items[i].random);
    for (size_t i = 0; i < a.mso.digests_n; i++)
        shared |= has_bytes(buf_view(&bb), a.mso.digests[i].value);
    public_key_coordinates(private_key_public(f->device_key), &c);
    shared |= has_bytes(buf_view(&bb), (struct bytes){ c.x, 32 }) ||
              has_bytes(buf_view(&bb), (struct bytes){ c.y, 32 }) ||
              has_bytes(buf_view(&bb), a.auth.signature);
    ok(!shared, "no salt, digest, key or signature in common");
    ok(a.mso.signed_at == b.mso.signed_at && a.mso.valid_until == b.mso.valid_until &&
       ba.n == bb.n, "times and length in common");
    mdoc_issuer_signed_cleanup(&a);
    mdoc_issuer_signed_cleanup(&b);
    private_key_free(&second);
    buf_cleanup(&ba);
    buf_cleanup(&bb);
}

/* Which digestID an element gets differs from copy to copy. */
static void test_shuffled(const struct fixture *f)
{
    enum { N = 20, COPIES = 10 };
    static char names[N][4];
    struct mdoc_claim many[N];
    struct mdoc_issue_spec spec = spec_of(f);
    uint64_t first[N];
    size_t moved = 0;
    bool distinct = true;

    for (size_t i = 0; i < N; i++) {
        snprintf(names[i], sizeof names[i], "e%zu", i);
        many[i] = (struct mdoc_claim){ "a", names[i], BYTES("\xf5") };
    }
    spec.claims = many;
    spec.claims_n = N;
    for (int copy = 0; copy < COPIES; copy++) {
        struct mdoc_issuer_signed card;
        struct buf bytes;
        bool seen[N] = { false };

        issue(&bytes, &card, &spec);
        for (size_t i = 0; i < N; i++) {
            uint64_t id = card.items[i].digest_id;

            distinct &= id < N && !seen[id < N ? id : 0];
            seen[id < N ? id : 0] = true;
            moved += copy > 0 && id != first[i];
            if (copy == 0)
                first[i] = id;
        }
        mdoc_issuer_signed_cleanup(&card);
        buf_cleanup(&bytes);
    }
    ok(distinct, "digestIDs are 0 to 19, each once");
    ok(moved > N * (COPIES - 1) / 2, "and shuffled: %zu of %d moved", moved, N * (COPIES - 1));
}

/* Every card of a type has as many digests as every other, however much stands on it. */
static void test_padding(const struct fixture *f)
{
    const struct mdoc_space_size sizes[] = { { claims[0].name_space, 9 }, { "org.example.more", 4 } };
    struct mdoc_issue_spec spec = spec_of(f);
    struct mdoc_issuer_signed card;
    struct buf bytes;

    spec.sizes = sizes;
    spec.sizes_n = 2;
    issue(&bytes, &card, &spec);
    ok(card.mso.spaces_n == 2 && card.mso.spaces[0].n == 9 && card.mso.spaces[1].n == 4 &&
       card.spaces_n == 1 && card.items_n == spec.claims_n,
       "random digests fill up, in a namespace without claims too");
    for (size_t i = 0; i < card.mso.digests_n; i++)
        if (card.mso.digests[i].value.n != 32 ||
            (i > 0 && bytes_eq(card.mso.digests[i].value, card.mso.digests[i - 1].value)))
            ok(false, "digest %zu is no digest", i);
    mdoc_issuer_signed_cleanup(&card);
    buf_cleanup(&bytes);
}

static void test_refusals(const struct fixture *f)
{
    const struct mdoc_claim twice[] = { claims[0], claims[0] };
    const struct mdoc_claim apart[] = { claims[0], { "b", "x", BYTES("\xf5") }, claims[1] };
    const struct mdoc_claim spaces[] = { claims[0], { "b", "age_over_18", BYTES("\xf5") } };
    struct mdoc_issue_spec spec;
    struct buf bytes = new_buf();
    const char *reason;
    enum oc_err e;

    spec = spec_of(f);
    spec.claims_n = 0;
    e = mdoc_issue(&bytes, &spec, &reason);
    ok(e == OC_USAGE && reason != NULL, "no claims: %s", reason);
    spec.claims = twice;
    spec.claims_n = 2;
    e = mdoc_issue(&bytes, &spec, &reason);
    ok(e == OC_USAGE && strstr(reason, "twice") != NULL, "a name twice: %s", reason);
    spec.claims = apart;
    spec.claims_n = 3;
    e = mdoc_issue(&bytes, &spec, &reason);
    ok(e == OC_USAGE && strstr(reason, "together") != NULL, "a namespace apart: %s", reason);
    spec = spec_of(f);
    spec.signer = f->iaca_key;
    e = mdoc_issue(&bytes, &spec, &reason);
    ok(e == OC_USAGE && strstr(reason, "key") != NULL, "another's key: %s", reason);
    spec = spec_of(f);
    spec.chain_n = 0;
    ok(mdoc_issue(&bytes, &spec, NULL) == OC_USAGE, "no certificate");
    spec = spec_of(f);
    spec.claims = spaces;
    ok(mdoc_issue(&bytes, &spec, NULL) == OC_OK, "one name in two namespaces is fine");
    buf_cleanup(&bytes);
}

/* Every kind of key an issuer or a device may have, and every digest. */
static void test_keys(void)
{
    const struct {
        enum curve signer, device;
        enum digest digest;
        struct bytes protected_header;
    } row[] = {
        { CURVE_P256, CURVE_P384, DIGEST_SHA256, BYTES("\xa1\x01\x26") },
        { CURVE_P384, CURVE_P521, DIGEST_SHA384, BYTES("\xa1\x01\x38\x22") },
        { CURVE_P521, CURVE_ED25519, DIGEST_SHA512, BYTES("\xa1\x01\x38\x23") },
        { CURVE_ED25519, CURVE_P256, DIGEST_SHA256, BYTES("\xa1\x01\x27") },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        static struct mdoc_report report;
        struct fixture f;
        struct mdoc_issue_spec spec;
        struct mdoc_issuer_signed card;
        struct mdoc_issuer_claims *issued;
        struct mdoc_verify_in in;
        struct buf bytes;

        fixture_init(&f, row[i].signer, row[i].device);
        spec = spec_of(&f);
        spec.digest = row[i].digest;
        issue(&bytes, &card, &spec);
        in = (struct mdoc_verify_in){ .message = buf_view(&bytes), .now = f.now,
                                      .anchors = &f.iacas };
        ok(mdoc_verify_issuer(&issued, &report, &in) == OC_OK &&
           bytes_eq(card.auth.protected_header, row[i].protected_header) &&
           public_key_equal(card.mso.device_key, private_key_public(f.device_key)),
           "signer on %s, device on %s, %s", curve_info(row[i].signer)->name,
           curve_info(row[i].device)->name, digest_name(row[i].digest));
        mdoc_issuer_claims_free(&issued);
        mdoc_issuer_signed_cleanup(&card);
        buf_cleanup(&bytes);
        fixture_cleanup(&f);
    }
}

/* A status stands last, as written, and changes nothing else. */
static void test_status(const struct fixture *f)
{
    static const struct trust_status_ref ref = {
        .mechanism = TRUST_STATUS_LIST, .uri = BYTES("https://issuer.example/1"), .index = 412,
    };
    struct mdoc_issue_spec spec = spec_of(f);
    struct mdoc_issuer_signed card;
    struct trust_status_refs refs;
    struct bytes content, keys[7];
    struct buf bytes;
    struct cbr r, mso;
    size_t n;

    spec.status = &ref;
    issue(&bytes, &card, &spec);
    ok(trust_status_refs_read(&refs, card.mso.status, NULL) == OC_OK && refs.n == 1 &&
       refs.ref[0].index == 412 && bytes_eq(refs.ref[0].uri, ref.uri), "a card with a status");
    cbr_init(&r, card.auth.payload);
    content = cbr_embedded(&r, NULL);
    cbr_init(&mso, content);
    n = cbr_map(&mso);
    for (size_t i = 0; i < 7; i++) {
        keys[i] = cbr_key(&mso);
        cbr_skip(&mso);
    }
    ok(n == 7 && cbr_end(&mso, NULL) == OC_OK && bytes_is(keys[6], "status") &&
       bytes_is(keys[5], "validityInfo"), "which stands last");
    mdoc_issuer_signed_cleanup(&card);
    buf_cleanup(&bytes);
}

int main(void)
{
    struct fixture f;

    must(secret_pool_init());
    fixture_init(&f, CURVE_P256, CURVE_P256);
    test_shape(&f);
    test_rounding(&f);
    test_copies(&f);
    test_shuffled(&f);
    test_padding(&f);
    test_status(&f);
    test_refusals(&f);
    fixture_cleanup(&f);
    test_keys();
    return done();
}
