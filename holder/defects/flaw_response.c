/* Flaws of DeviceResponse itself, and of its encoding. */
#include "holder/defects/response.h"
#include "wrong/patch.h"

static void set(struct wrong_response *r, const struct flaw *flaw)
{
    patch_set(&r->response, flaw->path, flaw->with);
}

static void add(struct wrong_response *r, const struct flaw *flaw)
{
    patch_add(&r->response, flaw->path, flaw->with);
}

static void drop(struct wrong_response *r, const struct flaw *flaw)
{
    patch_remove(&r->response, flaw->path);
}

static void append(struct wrong_response *r, const struct flaw *flaw)
{
    buf_add(&r->response, flaw->with);
}

static void cut(struct wrong_response *r, const struct flaw *flaw)
{
    (void)flaw;
    buf_truncate(&r->response, r->response.n - 1);
}

/* The map's head becomes that of an indefinite length, and the map ends with a break. */
static void make_indefinite(struct wrong_response *r, const struct flaw *flaw)
{
    patch_bytes(&r->response, (struct bytes){ r->response.p, 1 }, flaw->with);
    buf_add_byte(&r->response, 0xff);
}

const struct flaw flaws_response[] = {
    { .name = "response-version-other", .text = "the response's version is 2.0",
      .check = "response.version", .stage = FLAW_RESPONSE, .make = set, .path = "version",
      .with = BYTES("\x63" "2.0") },
    { .name = "response-version-missing", .text = "the response has no version",
      .check = "message", .stage = FLAW_RESPONSE, .make = drop, .path = "version" },
    { .name = "response-status-error",
      .text = "the status is 10, a general error, and the documents are there all the same",
      .check = "response.status", .stage = FLAW_RESPONSE, .make = set, .path = "status",
      .with = BYTES("\x0a") },
    { .name = "response-status-missing", .text = "the response has no status",
      .check = "message", .stage = FLAW_RESPONSE, .make = drop, .path = "status" },
    { .name = "response-status-text", .text = "the status is text, not a number",
      .check = "message", .stage = FLAW_RESPONSE, .make = set, .path = "status",
      .with = BYTES("\x61" "0") },
    { .name = "response-key-twice", .text = "a key stands twice in the response",
      .check = "message", .stage = FLAW_RESPONSE, .make = add, .path = "",
      .with = BYTES("\x66" "status" "\x00") },
    { .name = "response-key-twice-encoded",
      .text = "a key stands twice in the response, the second time encoded in another way",
      .check = "message", .stage = FLAW_RESPONSE, .make = add, .path = "",
      .with = BYTES("\x78\x06" "status" "\x00") },
    { .name = "response-indefinite-length",
      .text = "the response is a map of indefinite length",
      .check = "message", .stage = FLAW_RESPONSE, .make = make_indefinite,
      .with = BYTES("\xbf") },
    { .name = "response-trailing-byte", .text = "a byte follows the response",
      .check = "message", .stage = FLAW_RESPONSE, .make = append, .with = BYTES("\0") },
    { .name = "response-truncated", .text = "the last byte of the response is missing",
      .check = "message", .stage = FLAW_RESPONSE, .make = cut },
    { 0 },
};
