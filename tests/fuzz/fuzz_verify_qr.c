/* The QR handover: the input is what a holder encrypts, or, where it is a DeviceResponse, what
 * is sent. */
#include "tests/fuzz/mutator_signed.h"
#include "tests/fuzz/verdict.h"

/* Encrypted by the message's own writer, which wants Documents, so beneath it. */
static void encrypt(struct buf *out, const struct fixture *f, struct bytes plaintext)
{
    struct node *root = tree_read(plaintext), *documents = node_get(root, "documents");
    struct buf each = fuzz_buf();

    for (size_t i = 0; documents != NULL && i < documents->n; i++)
        tree_write(&each, documents->items[i]);
    if (documents != NULL && documents->kind == NODE_ARRAY && each.n <= MDOC_BYTES_MAX / 2)
        fixture_seal(out, f, &f->request, buf_view(&each), documents->n);
    node_free(root);
    buf_cleanup(&each);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static struct mdoc_report report;
    const struct fixture *f = fuzz_world();
    struct buf message = fuzz_buf();
    struct mdoc_device_response response;
    struct mdoc_verify_in in = { .now = f->now, .anchors = &f->iacas, .request = &f->request,
                                 .recipient = f->once_key };
    struct mdoc_claims *claims;
    enum oc_err e = mdoc_device_response_init(&response, (struct bytes){ p, n }, NULL);

    mdoc_device_response_cleanup(&response);
    if (e != OC_OK)
        encrypt(&message, f, (struct bytes){ p, n });
    in.message = message.n > 0 ? buf_view(&message) : (struct bytes){ p, n };
    e = mdoc_verify(&claims, &report, &in);
    hold_report(e, &report, claims != NULL, in.message);
    if (claims != NULL) {
        size_t cards_n;
        const struct mdoc_card *cards = mdoc_claims_cards(claims, &cards_n);

        hold(report.checks[MDOC_CHECK_RESPONSE_DECRYPTION].outcome == MDOC_PASS);
        hold_cards(cards, cards_n, report.documents_n);
    }
    mdoc_claims_free(&claims);
    buf_cleanup(&message);
    return 0;
}
