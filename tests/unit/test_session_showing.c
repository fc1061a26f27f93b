/* A whole showing over a session in memory: asked, signed by the reader, answered, verified. */
#include "mdoc/reader.h"
#include "tests/unit/session_world.h"

/* A card whose device key is on the curve given. */
struct card {
    struct private_key *device_key;
    struct buf bytes;
    struct mdoc_issuer_signed parsed;
};

static struct card card_on(const struct fixture *f, enum curve curve)
{
    struct card c = { .device_key = new_key(curve), .bytes = new_buf() };

    fixture_issue(&c.bytes, f, f->now + 30 * DATE_DAY_S, private_key_public(c.device_key));
    must(mdoc_issuer_signed_init(&c.parsed, buf_view(&c.bytes), NULL));
    return c;
}

static void card_cleanup(struct card *c)
{
    mdoc_issuer_signed_cleanup(&c->parsed);
    private_key_free(&c->device_key);
    buf_cleanup(&c->bytes);
}

/* What the reader sends and the holder receives, who checks who asks. */
static bool ask(const struct fixture *f, struct pair *p, struct buf *request)
{
    struct buf wire = new_buf(), received = new_buf(), none = new_buf();
    struct mdoc_device_request parsed = { 0 };
    struct mdoc_reader reader;
    bool well;

    fixture_request(request, f, fixture_asked, 2, (struct bytes){ 0 },
                    mdoc_session_transcript(p->reader), 0);
    must(mdoc_session_send(p->reader, &wire, buf_view(request), false, SESSION_START));
    must(mdoc_session_receive(p->holder, &received, &none, buf_view(&wire), SESSION_START));
    must(mdoc_device_request_init(&parsed, buf_view(&received), NULL));
    must(mdoc_reader_check(&reader, &parsed, 0, mdoc_session_transcript(p->holder), &f->readers,
                           f->now));
    well = reader.standing == MDOC_READER_TRUSTED && parsed.docs_n == 1;
    mdoc_device_request_cleanup(&parsed);
    buf_cleanup(&wire);
    buf_cleanup(&received);
    buf_cleanup(&none);
    return well;
}

/* The response as the reader decrypts it, the last message of the session. */
static void answer(struct pair *p, const struct card *card, bool with_mac, struct buf *response)
{
    struct buf document = new_buf(), message = new_buf(), wire = new_buf(), none = new_buf();
    bool *keep = calloc(card->parsed.items_n, sizeof *keep);

    must(keep != NULL ? OC_OK : OC_MEMORY);
    for (size_t i = 0; i < card->parsed.items_n; i++)
        for (size_t j = 0; j < 2; j++)
            keep[i] |= bytes_is(card->parsed.items[i].name, fixture_shown[j]);
    must(mdoc_document_write(&document, &(struct mdoc_document_spec){
        .card = &card->parsed, .keep = keep, .transcript = mdoc_session_transcript(p->holder),
        .device_key = card->device_key,
        .reader_key = with_mac ? mdoc_session_peer_key(p->holder) : NULL }));
    mdoc_device_response_write(&message, buf_view(&document), 1);
    must(mdoc_session_send(p->holder, &wire, buf_view(&message), true, SESSION_START + 5));
    must(mdoc_session_receive(p->reader, response, &none, buf_view(&wire), SESSION_START + 5));
    free(keep);
    buf_cleanup(&document);
    buf_cleanup(&message);
    buf_cleanup(&wire);
    buf_cleanup(&none);
}

static enum oc_err verify(const struct fixture *f, const struct mdoc_session *reader,
                          const struct buf *request, const struct buf *response)
{
    static struct mdoc_report report;
    struct mdoc_device_request asked;
    struct mdoc_claims *claims;
    enum oc_err e;

    must(mdoc_device_request_init(&asked, buf_view(request), NULL));
    e = mdoc_verify(&claims, &report, &(struct mdoc_verify_in){
        .message = buf_view(response), .now = f->now, .anchors = &f->iacas, .request = &asked,
        .transcript = mdoc_session_transcript(reader),
        .reader_key = mdoc_session_reader_key(reader) });
    mdoc_claims_free(&claims);
    mdoc_device_request_cleanup(&asked);
    return e;
}

static void show(const struct fixture *f, enum curve curve, const struct card *card, bool with_mac)
{
    const char *name = curve_info(curve)->name, *how = with_mac ? "MAC" : "signature";
    struct pair p = pair_on(curve), another = pair_on(curve);
    struct buf request = new_buf(), response = new_buf();
    enum oc_err e;

    ok(ask(f, &p, &request), "%s: the holder knows who asks", name);
    answer(&p, card, with_mac, &response);
    e = verify(f, p.reader, &request, &response);
    ok(e == OC_OK, "%s, device %s: verified, %s", name, how, oc_err_name(e));
    e = verify(f, another.reader, &request, &response);
    ok(e == OC_SIGNATURE, "%s, device %s: in another session %s", name, how, oc_err_name(e));
    pair_free(&p);
    pair_free(&another);
    buf_cleanup(&request);
    buf_cleanup(&response);
}

int main(void)
{
    const enum curve curves[] = { CURVE_P256, CURVE_P521, CURVE_X25519, CURVE_X448, CURVE_BP256,
                                  CURVE_BP512 };
    struct fixture f;
    struct card signing;

    must(secret_pool_init());
    fixture_init(&f, CURVE_P256, CURVE_P256);
    signing = card_on(&f, CURVE_P256);
    for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++) {
        struct card agreeing = card_on(&f, curves[i]);

        show(&f, curves[i], &signing, false);
        show(&f, curves[i], &agreeing, true);
        card_cleanup(&agreeing);
    }
    card_cleanup(&signing);
    fixture_cleanup(&f);
    return done();
}
