/* Flaws of EncryptedDocuments, which the QR handover demands. */
#include "holder/defects/response.h"
#include "wrong/patch.h"

static void other_recipient(struct wrong_response *r, const struct flaw *flaw)
{
    enum oc_err e = private_key_generate(&r->own_recipient, public_key_curve(r->recipient));

    (void)flaw;
    if (e == OC_OK)
        r->recipient = private_key_public(r->own_recipient);
    else
        wrong_response_fail(r, e, NULL);
}

static void set_info(struct wrong_response *r, const struct flaw *flaw)
{
    r->info = flaw->with;
}

static void append(struct wrong_response *r, const struct flaw *flaw)
{
    buf_add(&r->content, flaw->with);
}

static void set(struct wrong_response *r, const struct flaw *flaw)
{
    patch_set(&r->encrypted, flaw->path, flaw->with);
}

static void drop(struct wrong_response *r, const struct flaw *flaw)
{
    patch_remove(&r->encrypted, flaw->path);
}

static void flip(struct wrong_response *r, const struct flaw *flaw)
{
    struct bytes sealed = patch_get(buf_view(&r->encrypted), flaw->path);
    uint8_t last;

    if (sealed.n == 0) {
        wrong_response_fail(r, OC_BUG, NULL);
        return;
    }
    last = sealed.p[sealed.n - 1] ^ 1;
    patch_bytes(&r->encrypted, (struct bytes){ sealed.p + sealed.n - 1, 1 },
                (struct bytes){ &last, 1 });
}

static void in_plain(struct wrong_response *r, const struct flaw *flaw)
{
    (void)flaw;
    buf_truncate(&r->response, 0);
    wrong_response_plain(&r->response, buf_view(&r->content));
}

/* The one member of the content beside those of the response. */
static void beside_plain(struct wrong_response *r, const struct flaw *flaw)
{
    struct bytes content = buf_view(&r->content);

    (void)flaw;
    patch_add(&r->response, "", (struct bytes){ content.p + 1, content.n - 1 });
}

static void twice(struct wrong_response *r, const struct flaw *flaw)
{
    struct buf both;

    (void)flaw;
    buf_init(&both, MDOC_BYTES_MAX);
    buf_add(&both, buf_view(&r->encrypted));
    buf_add(&both, buf_view(&r->encrypted));
    buf_fail(&r->response, buf_err(&both));
    buf_truncate(&r->response, 0);
    wrong_response_sealed(&r->response, buf_view(&both), 2);
    buf_cleanup(&both);
}

const struct flaw flaws_encryption[] = {
    { .name = "encryption-missing", .text = "the documents are in plain, not encrypted as asked",
      .check = "response.decryption", .stage = FLAW_RESPONSE, .need = FLAW_SEALED,
      .make = in_plain },
    { .name = "encryption-beside-plain",
      .text = "the documents are encrypted, and stand beside it in plain",
      .check = "response.decryption", .stage = FLAW_RESPONSE, .need = FLAW_SEALED,
      .make = beside_plain },
    { .name = "encryption-twice", .text = "the encrypted documents stand there twice",
      .check = "response.decryption", .stage = FLAW_RESPONSE, .need = FLAW_SEALED,
      .make = twice },
    { .name = "encryption-key-other", .text = "the documents are encrypted to another key",
      .check = "response.decryption", .stage = FLAW_CONTENT, .need = FLAW_SEALED,
      .make = other_recipient },
    { .name = "encryption-session-other",
      .text = "the documents are encrypted for the transcript of another session",
      .check = "response.decryption", .stage = FLAW_CONTENT, .need = FLAW_SEALED,
      .make = set_info, .with = BYTES("\x83\xf6\xf6\xf6") },
    { .name = "encryption-info-missing",
      .text = "the documents are encrypted with no info, not with the transcript",
      .check = "response.decryption", .stage = FLAW_CONTENT, .need = FLAW_SEALED,
      .make = set_info, .with = BYTES("") },
    { .name = "encryption-trailing-byte", .text = "a byte follows the map that is encrypted",
      .check = "message", .stage = FLAW_CONTENT, .need = FLAW_SEALED, .make = append,
      .with = BYTES("\0") },
    { .name = "encryption-changed", .text = "a bit of the ciphertext is changed",
      .check = "response.decryption", .stage = FLAW_ENCRYPTED, .need = FLAW_SEALED,
      .make = flip, .path = "cipherText" },
    { .name = "encryption-request-other", .text = "docRequestID is that of no docRequest",
      .check = "response.decryption", .stage = FLAW_ENCRYPTED, .need = FLAW_SEALED, .make = set,
      .path = "docRequestID", .with = BYTES("\x18\x63") },
    { .name = "encryption-request-missing", .text = "EncryptedDocuments has no docRequestID",
      .check = "message", .stage = FLAW_ENCRYPTED, .need = FLAW_SEALED, .make = drop,
      .path = "docRequestID" },
    { .name = "encryption-enc-missing", .text = "EncryptedDocuments has no encapsulated key",
      .check = "message", .stage = FLAW_ENCRYPTED, .need = FLAW_SEALED, .make = drop,
      .path = "enc" },
    { .name = "encryption-enc-not-a-point",
      .text = "the encapsulated key is bytes that are no point",
      .check = "response.decryption", .stage = FLAW_ENCRYPTED, .need = FLAW_SEALED, .make = set,
      .path = "enc", .with = BYTES("\x45" "point") },
    { 0 },
};
