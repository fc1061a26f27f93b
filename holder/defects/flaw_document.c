/* Flaws of the document around the elements, and of how many documents there are. */
#include "holder/defects/response.h"
#include "wrong/patch.h"

static void set(struct wrong_response *r, const struct flaw *flaw)
{
    patch_set(&r->document, flaw->path, flaw->with);
}

static void add(struct wrong_response *r, const struct flaw *flaw)
{
    patch_add(&r->document, flaw->path, flaw->with);
}

static void drop(struct wrong_response *r, const struct flaw *flaw)
{
    patch_remove(&r->document, flaw->path);
}

static void document_twice(struct wrong_response *r, const struct flaw *flaw)
{
    (void)flaw;
    buf_add(&r->documents, buf_view(&r->document));
    r->documents_n++;
}

static void document_missing(struct wrong_response *r, const struct flaw *flaw)
{
    (void)flaw;
    if (r->documents_n < 2) {
        wrong_response_fail(r, OC_USAGE, "this defect is one of responses of several documents; ask "
                                         "for two types");
        return;
    }
    buf_truncate(&r->documents, 0);
    buf_add(&r->documents, r->others);
    r->documents_n--;
}

static void no_documents(struct wrong_response *r, const struct flaw *flaw)
{
    (void)flaw;
    r->documents_n = 0;
}

static void set_content(struct wrong_response *r, const struct flaw *flaw)
{
    patch_set(&r->content, flaw->path, flaw->with);
}

/* COSE_Mac0 with HMAC 256/256 and a tag of one byte. */
#define MAC "\x69" "deviceMac" "\x84\x43\xa1\x01\x05\xa0\xf6\x41\x00"

const struct flaw flaws_document[] = {
    { .name = "document-type-other",
      .text = "the document is of another type than the card was signed as",
      .check = "mso.doc_type", .also = "response.documents document.requested",
      .stage = FLAW_ELEMENTS, .make = set, .path = "docType",
      .with = BYTES("\x71" "org.example.other") },
    { .name = "document-type-missing", .text = "the document has no type",
      .check = "message", .stage = FLAW_DOCUMENT, .make = drop, .path = "docType" },
    { .name = "document-key-twice", .text = "a key stands twice in the document",
      .check = "message", .stage = FLAW_DOCUMENT, .make = add, .path = "",
      .with = BYTES("\x6c" "deviceSigned" "\xa0") },
    { .name = "device-signed-missing", .text = "the document has no deviceSigned",
      .check = "message", .stage = FLAW_DOCUMENT, .make = drop, .path = "deviceSigned" },
    { .name = "device-auth-missing", .text = "the document has no deviceAuth",
      .check = "message", .stage = FLAW_DOCUMENT, .make = drop,
      .path = "deviceSigned/deviceAuth" },
    { .name = "device-auth-empty", .text = "deviceAuth holds neither signature nor MAC",
      .check = "message", .stage = FLAW_DOCUMENT, .make = set,
      .path = "deviceSigned/deviceAuth", .with = BYTES("\xa0") },
    { .name = "device-auth-both", .text = "deviceAuth holds a signature and a MAC",
      .check = "message", .stage = FLAW_DOCUMENT, .need = FLAW_SIGNED, .make = add,
      .path = "deviceSigned/deviceAuth", .with = BYTES(MAC) },
    { .name = "device-name-spaces-missing", .text = "deviceSigned has no nameSpaces",
      .check = "message", .stage = FLAW_DOCUMENT, .make = drop,
      .path = "deviceSigned/nameSpaces" },
    { .name = "device-name-spaces-bare",
      .text = "the device's nameSpaces stand without tag 24 around them",
      .check = "message", .stage = FLAW_DOCUMENT, .make = set,
      .path = "deviceSigned/nameSpaces", .with = BYTES("\xa0") },
    { .name = "document-twice", .text = "a document is shown more often than it was asked for",
      .check = "document.requested", .stage = FLAW_DOCUMENTS, .make = document_twice },
    { .name = "document-missing", .text = "of several documents asked for the first is left out",
      .check = "response.documents", .stage = FLAW_DOCUMENTS, .make = document_missing },
    { .name = "documents-missing", .text = "there are no documents, and the status is 0",
      .check = "response.documents", .stage = FLAW_DOCUMENTS, .make = no_documents },
    { .name = "documents-empty", .text = "the list of documents is there, and empty",
      .check = "response.documents", .stage = FLAW_CONTENT, .make = set_content,
      .path = "documents", .with = BYTES("\x80") },
    { 0 },
};
