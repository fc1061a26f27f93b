#include "cli/message.h"

#include <string.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "core/text.h"

#define PICTURE "a picture; --request-image and --response-image read the codes in one"

static struct bytes without_line_end(struct bytes text)
{
    while (text.n > 0 && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
        text.n--;
    return text;
}

/* By how such files begin, the longer beginnings first. */
static const struct { struct bytes start; const char *what; } kinds[] = {
    { BYTES("\x89PNG\r\n\x1a\n"), PICTURE },
    { BYTES("\xff\xd8\xff"), PICTURE },
    { BYTES("<svg"), "a picture in SVG" },
    { BYTES("<?xml"), "a picture in SVG, or other XML" },
    { BYTES("-----BEGIN CERTIFICATE REQUEST"), "a certificate request in PEM" },
    { BYTES("-----BEGIN CERTIFICATE"), "a certificate in PEM" },
    { BYTES("-----BEGIN X509 CRL"), "a revocation list of certificates in PEM" },
    { BYTES("-----BEGIN PUBLIC KEY"), "a public key in PEM" },
    { BYTES("-----BEGIN PRIVATE KEY"), "a private key in PEM" },
    { BYTES("-----BEGIN EC PRIVATE KEY"), "a private key in PEM" },
    { BYTES("-----BEGIN "), "PEM" },
    { BYTES("mdoc:"), "the engagement of a session, \"mdoc:\" text" },
    { BYTES("OC1:"), "the text of one QR code, a frame of a message" },
    { BYTES("{"), "JSON" },
    { BYTES("["), "JSON" },
};

static bool begins(struct bytes file, struct bytes start)
{
    return file.n >= start.n && memcmp(file.p, start.p, start.n) == 0;
}

const char *message_text_kind(struct bytes file)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (begins(file, kinds[i].start))
            return kinds[i].what;
    return NULL;
}

enum oc_err message_decode(struct buf *out, struct bytes file, const char *path, size_t max)
{
    struct oc_fault fault = { 0, "neither CBOR nor hexadecimal nor base45 text" };
    enum oc_err e;

    buf_init(out, max);
    if (begins(file, kinds[0].start) || begins(file, kinds[1].start)) {
        e = OC_SYNTAX;              /* though it begins like CBOR */
    } else if (file.n == 0 || file.p[0] > 0x7f) {
        buf_add(out, file);
        e = buf_err(out);
    } else {
        e = hex_read(out, file);
        if (e == OC_SYNTAX) {       /* as a QR code carries it */
            buf_truncate(out, 0);
            e = base45_read(out, without_line_end(file));
        }
    }
    if (e == OC_LIMIT)
        fault.reason = "longer than any message here";
    if (e != OC_OK) {
        buf_cleanup(out);
        fail_fault(e, path, e == OC_MEMORY ? NULL : &fault);
        if (e == OC_SYNTAX && message_text_kind(file) != NULL)
            hint_print("this looks like %s", message_text_kind(file));
    }
    return e;
}

enum oc_err message_read(struct buf *out, const char *path, size_t max)
{
    struct buf file;
    enum oc_err e = io_read(&file, path, MESSAGE_TEXT_PER_BYTE * max);

    *out = (struct buf){ 0 };
    if (e == OC_OK)
        e = message_decode(out, buf_view(&file), path, max);
    buf_cleanup(&file);
    return e;
}
