/*
 * Beside the flow: show.
 *   in    any message, certificate or certificate request, in whatever state it is
 *   out   what stands in it, for people; nothing is checked
 */
#include <stdio.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "cli/message.h"
#include "cli/term.h"
#include "crypto/x509.h"
#include "issuer/verbs.h"
#include "mdoc/describe.h"

/* What is longer is cut short, and says so. */
enum { FILE_BYTES_MAX = 16 << 20, TEXT_BYTES_MAX = 4 << 20 };

static enum oc_err show_certificate(struct buf *out, const struct x509_cert *cert)
{
    char fingerprint[X509_FINGERPRINT_TEXT_N];
    enum oc_err e = x509_fingerprint_text(cert, fingerprint);

    if (e != OC_OK)
        return e;
    buf_printf(out, "X.509 certificate, SHA-256 %s\n", fingerprint);
    return x509_text(out, cert);
}

static enum oc_err show_certificates(struct buf *out, struct bytes pem)
{
    enum oc_err e = OC_OK;

    for (size_t i = 0; e == OC_OK; i++) {
        struct x509_cert *cert = NULL;

        e = x509_from_pem(&cert, pem, i);
        if (e == OC_TRUNCATED && i > 0)
            return buf_err(out);
        if (e == OC_OK)
            e = show_certificate(out, cert);
        x509_free(&cert);
    }
    return e;
}

static enum oc_err show_request(struct buf *out, struct bytes pem)
{
    struct public_key *key = NULL;
    char common_name[128];
    enum oc_err e = x509_request_read(&key, common_name, pem);
    const struct curve_info *curve;

    if (e != OC_OK)
        return e;
    curve = curve_info(public_key_curve(key));
    buf_printf(out, "certificate request (PKCS #10)\ncommon name: %s\nkey: %s\n", common_name,
               curve->name);
    public_key_free(&key);
    return buf_err(out);
}

static enum oc_err show_pem(struct buf *out, const char *text, const char *path)
{
    struct bytes pem = bytes_str(text);
    enum oc_err e = OC_SHAPE;

    if (strstr(text, "PRIVATE KEY-----") != NULL)
        return fail_print(OC_SHAPE, "%s: a private key, which is not for showing", path);
    if (strstr(text, "-----BEGIN CERTIFICATE-----") != NULL)
        e = show_certificates(out, pem);
    else if (strstr(text, "-----BEGIN CERTIFICATE REQUEST-----") != NULL)
        e = show_request(out, pem);
    if (e == OC_SHAPE || e == OC_TRUNCATED)
        fail_print(e, "%s: PEM, but no certificate or certificate request that can be read", path);
    else if (e == OC_SIGNATURE)
        fail_print(e, "%s: the request is not signed by the key it names", path);
    else if (e != OC_OK)
        fail_print(e, "%s: %s", path, oc_err_text(e));
    return e;
}

/* A DER certificate begins like a small negative integer in CBOR, so it is asked first. */
static enum oc_err show_binary(struct buf *out, struct bytes content, const char *path)
{
    struct x509_cert *cert = NULL;
    struct oc_fault fault = { 0 };
    enum oc_err e;

    if (x509_new(&cert, content) != OC_OK)
        return (e = mdoc_describe(out, content, &fault)) == OC_OK ? e : fail_fault(e, path, &fault);
    if ((e = show_certificate(out, cert)) != OC_OK)
        fail_print(e, "%s: %s", path, oc_err_text(e));
    x509_free(&cert);
    return e;
}

static enum oc_err show(struct buf *out, struct buf *file, const char *path)
{
    struct bytes content = buf_view(file);
    bool is_der = content.n > 1 && content.p[0] == 0x30 && content.p[1] > 0x7f;
    struct buf message;
    enum oc_err e;

    /* Our messages begin above ASCII, so PEM inside one is not mistaken for a PEM file. */
    if (content.n > 0 && content.p[0] < 0x80 && strstr(buf_text(file), "-----BEGIN ") != NULL)
        return show_pem(out, buf_text(file), path);
    if (is_der)
        return show_binary(out, content, path);
    if ((e = message_decode(&message, content, path, FILE_BYTES_MAX)) == OC_OK)
        e = show_binary(out, buf_view(&message), path);
    buf_cleanup(&message);
    return e;
}

/* Escaped line by line: whatever others wrote stays harmless. */
static void print_lines(struct bytes text)
{
    while (text.n > 0) {
        const uint8_t *end = memchr(text.p, '\n', text.n);
        size_t n = end == NULL ? text.n : (size_t)(end - text.p);

        term_print(stdout, (struct bytes){ text.p, n });
        putchar('\n');
        n += end != NULL;
        text = (struct bytes){ text.p + n, text.n - n };
    }
}

int show_run(const struct command_line *cl)
{
    const char *path = argument(cl, 0);
    struct buf file, out;
    enum oc_err e;

    buf_init(&out, TEXT_BYTES_MAX);
    if ((e = io_read(&file, path, (size_t)MESSAGE_TEXT_PER_BYTE * FILE_BYTES_MAX)) == OC_OK &&
        (e = show(&out, &file, path != NULL ? path : "standard input")) == OC_OK) {
        puts("UNVERIFIED: nothing below has been checked");
        print_lines(buf_view(&out));
    }
    buf_cleanup(&out);
    buf_cleanup(&file);
    return exit_status(e);
}
