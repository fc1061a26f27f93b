#include "tests/bench/world.h"

/* Elements of a licence, ten short ones beside birth date and portrait. */
static const struct { const char *name; struct bytes value; } elements[] = {
    { "family_name", BYTES("\x63" "Lin") },
    { "given_name", BYTES("\x67" "Xiaoyun") },
    { "birth_date", BYTES("\xd9\x03\xec\x6a" "1990-05-01") },
    { "issue_date", BYTES("\xd9\x03\xec\x6a" "2026-10-01") },
    { "expiry_date", BYTES("\xd9\x03\xec\x6a" "2031-10-01") },
    { "issuing_country", BYTES("\x62" "CN") },
    { "issuing_authority", BYTES("\x6b" "Test bureau") },
    { "document_number", BYTES("\x69" "CN-123456") },
    { "portrait", { NULL, 0 } },
    { "un_distinguishing_sign", BYTES("\x62" "CN") },
    { "age_over_18", BYTES("\xf5") },
    { "age_over_21", BYTES("\xf5") },
};
_Static_assert(sizeof elements / sizeof elements[0] == WORLD_ELEMENTS, "twelve elements");

static void describe_card(struct world *w)
{
    const uint8_t head[3] = { 0x59, WORLD_PORTRAIT_N >> 8, WORLD_PORTRAIT_N & 0xff };

    for (size_t i = 0; i < sizeof w->portrait; i++)
        w->portrait[i] = i < sizeof head ? head[i] : (uint8_t)(i * 31);
    for (size_t i = 0; i < WORLD_ELEMENTS; i++) {
        bool is_portrait = elements[i].value.p == NULL;

        w->claims[i] = (struct mdoc_claim){ WORLD_SPACE, elements[i].name,
            is_portrait ? BYTES_OF(w->portrait) : elements[i].value };
        w->asked[i] = (struct mdoc_requested){ BYTES(WORLD_SPACE), bytes_str(elements[i].name),
                                               false };
    }
}

struct mdoc_issue_spec world_issue_spec(const struct world *w, size_t i)
{
    return (struct mdoc_issue_spec){
        .doc_type = WORLD_TYPE, .claims = w->claims, .claims_n = WORLD_ELEMENTS,
        .digest = DIGEST_SHA256,
        .device_key = w->device_keys[i % WORLD_COPIES],
        .now = w->s.f.now, .valid_until = w->s.f.now + 30 * DATE_DAY_S,
        .signer = w->s.f.signer_key, .chain = &w->s.f.signer, .chain_n = 1,
        .status = &w->places[i % WORLD_COPIES],
    };
}

struct mdoc_verify_in world_verify_in(const struct world *w, size_t i)
{
    return (struct mdoc_verify_in){
        .message = buf_view(&w->copies[i % WORLD_COPIES].response), .now = w->s.f.now,
        .anchors = &w->s.f.iacas, .request = &w->request,
        .transcript = buf_view(&w->s.f.transcript), .status_lists = &w->lists, .crls = &w->crls,
        .newest_list = w->s.f.now - DATE_HOUR_S, .policy = &w->policy,
    };
}

void world_must_check_all(const struct world *w)
{
    static struct mdoc_report report;
    const struct mdoc_verify_in in = world_verify_in(w, 0);
    struct mdoc_claims *claims;

    must(mdoc_verify(&claims, &report, &in));
    mdoc_claims_free(&claims);
    for (int i = 0; i < MDOC_CHECKS_N; i++) {
        const struct mdoc_check *c = i < MDOC_FIRST_DOCUMENT_CHECK
                                         ? &report.checks[i] : &report.documents[0].checks[i];

        must_at(c->outcome == MDOC_PASS || i == MDOC_CHECK_RESPONSE_DECRYPTION ? OC_OK : OC_BUG,
                __FILE__, __LINE__, mdoc_check_info((enum mdoc_check_id)i)->id);
    }
}

static void ask(struct world *w)
{
    const struct mdoc_doc_request_spec doc = {
        .doc_type = WORLD_TYPE, .elements = w->asked, .elements_n = WORLD_ELEMENTS,
        .encryption = buf_view(&w->s.f.parameters), .expires = w->s.f.now + 300,
        .purpose = "to measure",
    };

    w->request_bytes = new_buf();
    mdoc_device_request_write(&w->request_bytes, &(struct mdoc_request_spec){
        .docs = &doc, .docs_n = 1, .transcript = buf_view(&w->s.f.transcript),
        .reader = w->s.f.reader_key, .chain = &w->s.f.reader, .chain_n = 1,
    });
    must(buf_err(&w->request_bytes));
    must(mdoc_device_request_init(&w->request, buf_view(&w->request_bytes), NULL));
}

/* Every eighth entry revoked, none of them a copy's. */
static void publish_statuses(struct world *w)
{
    struct buf array = new_buf();

    must(buf_extend(&array, WORLD_ENTRIES / 8) != NULL ? OC_OK : OC_MEMORY);
    memset(array.p, 0x01, array.n);
    for (size_t i = 0; i < WORLD_COPIES; i++)
        w->places[i] = (struct trust_status_ref){ .mechanism = TRUST_STATUS_LIST,
                                                  .uri = BYTES(STATUS_URI), .index = i * 1000 + 1 };
    status_keep(&w->lists, &w->s, buf_view(&array));
    buf_cleanup(&array);
}

/* Certificates that nobody has. */
static void publish_revoked_signers(struct world *w)
{
    uint8_t serials[WORLD_REVOKED][20];
    struct x509_revoked revoked[WORLD_REVOKED];
    const struct x509_crl_spec spec = {
        .this_update = w->s.f.now - DATE_DAY_S, .next_update = w->s.f.now + 7 * (int64_t)DATE_DAY_S,
        .number = 1, .revoked = revoked, .revoked_n = WORLD_REVOKED,
    };
    struct trust_crl *crl;
    struct buf der = new_buf();
    const char *reason;

    for (size_t i = 0; i < WORLD_REVOKED; i++) {
        memset(serials[i], (int)i + 1, sizeof serials[i]);
        revoked[i] = (struct x509_revoked){ .serial = BYTES_OF(serials[i]),
                                            .at = w->s.f.now - 2 * (int64_t)DATE_DAY_S };
    }
    must(x509_crl_make(&der, &spec, w->s.f.iaca, w->s.f.iaca_key));
    must(trust_crl_verify(&crl, buf_view(&der), &w->s.f.iacas, w->s.f.now, 0, &reason));
    must(trust_crls_add(&w->crls, &crl));
    buf_cleanup(&der);
}

static void set_policy(struct world *w)
{
    static const char *const types[] = { FIXTURE_TYPE, WORLD_TYPE };
    static const char *const issuers[] = { "UT", "CN" };
    static const char *const algorithms[] = { "ES256", "HMAC 256/256" };

    w->policy = *mdoc_policy_default();
    w->policy.doc_types = types;
    w->policy.issuers = issuers;
    w->policy.algorithms = algorithms;
    w->policy.doc_types_n = w->policy.issuers_n = w->policy.algorithms_n = 2;
    w->policy.status_max_age_s = w->policy.crl_max_age_s = 2 * (int64_t)DATE_DAY_S;
}

static void make_copy(struct world *w, size_t i)
{
    const bool keep[WORLD_ELEMENTS] = { true, true, true, true, true, true,
                                        true, true, true, true, true, true };
    struct world_copy *copy = &w->copies[i];
    struct buf document = new_buf();
    struct mdoc_issue_spec spec;

    copy->device_key = new_key(CURVE_P256);
    w->device_keys[i] = private_key_public(copy->device_key);
    copy->proof = copy->issued = copy->response = new_buf();
    mdoc_key_proofs_write(&copy->proof, BYTES("0123456789abcdef"), &copy->device_key, 1);
    must(buf_err(&copy->proof));
    spec = world_issue_spec(w, i);
    must(mdoc_issue(&copy->issued, &spec, NULL));
    must(mdoc_issuer_signed_init(&copy->card, buf_view(&copy->issued), NULL));
    must(mdoc_document_write(&document, &(struct mdoc_document_spec){
        .card = &copy->card, .keep = keep, .transcript = buf_view(&w->s.f.transcript),
        .device_key = copy->device_key }));
    mdoc_device_response_write(&copy->response, buf_view(&document), 1);
    must(buf_err(&copy->response));
    buf_cleanup(&document);
}

struct world *world_new(void)
{
    struct world *w = calloc(1, sizeof *w);

    must(w != NULL ? OC_OK : OC_MEMORY);
    status_world_init(&w->s);
    describe_card(w);
    publish_statuses(w);
    publish_revoked_signers(w);
    set_policy(w);
    ask(w);
    for (size_t i = 0; i < WORLD_COPIES; i++)
        make_copy(w, i);
    return w;
}

void world_free(struct world **world)
{
    struct world *w = *world;

    for (size_t i = 0; i < WORLD_COPIES; i++) {
        mdoc_issuer_signed_cleanup(&w->copies[i].card);
        private_key_free(&w->copies[i].device_key);
        buf_cleanup(&w->copies[i].proof);
        buf_cleanup(&w->copies[i].issued);
        buf_cleanup(&w->copies[i].response);
    }
    mdoc_device_request_cleanup(&w->request);
    buf_cleanup(&w->request_bytes);
    trust_status_lists_cleanup(&w->lists);
    trust_crls_cleanup(&w->crls);
    status_world_cleanup(&w->s);
    free(w);
    *world = NULL;
}

static void add(struct bound *b, struct bytes data)
{
    must(b->hashes_n < BOUND_HASHES_MAX ? OC_OK : OC_LIMIT);
    b->hashes[b->hashes_n++] = data;
}

/* Sig_structure = ["Signature1", h'a10126', h'', payload]: heads and constants before it. */
static void add_signed(struct bound *b, size_t payload_n)
{
    enum { BEFORE_PAYLOAD = 1 + 11 + 4 + 1 + 3 };
    static uint8_t zeros[1 << 16];

    must(payload_n + BEFORE_PAYLOAD <= sizeof zeros ? OC_OK : OC_LIMIT);
    add(b, (struct bytes){ zeros, payload_n + BEFORE_PAYLOAD });
}

static void add_items(struct bound *b, const struct mdoc_issuer_signed *card)
{
    for (size_t i = 0; i < card->items_n; i++)
        add(b, card->items[i].tagged);
}

static void add_device_authentication(struct bound *b, const struct world *w)
{
    struct buf authentication = new_buf();

    mdoc_device_authentication(&authentication, buf_view(&w->s.f.transcript), BYTES(WORLD_TYPE),
                               BYTES("\xd8\x18\x41\xa0"));
    must(buf_err(&authentication));
    add_signed(b, authentication.n);
    buf_cleanup(&authentication);
}

void world_hashes_verify(struct bound *b, const struct world *w, bool with_certificate)
{
    const struct mdoc_issuer_signed *card = &w->copies[0].card;

    add_items(b, card);
    add_signed(b, card->auth.payload.n);
    add_device_authentication(b, w);
    if (with_certificate)
        add(b, card->auth.x5chain[0]);
}

void world_hashes_issue(struct bound *b, const struct world *w, bool with_proof)
{
    const struct mdoc_issuer_signed *card = &w->copies[0].card;

    add_items(b, card);
    add_signed(b, card->auth.payload.n);
    if (with_proof)
        add_signed(b, w->copies[0].proof.n - 64);
}

void world_hashes_present(struct bound *b, const struct world *w)
{
    add_device_authentication(b, w);
}
