/* init: the key that signs requests, and the request for its certificate. */
#include <stdio.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "cli/state.h"
#include "cli/term.h"
#include "crypto/x509.h"
#include "verifier/folder.h"
#include "verifier/verbs.h"

enum { NAME_MAX_BYTES = 64 };   /* ub-common-name of RFC 5280, in bytes to be safe */

const struct command_option verifier_init_options[] = {
    { "dir", 'd', "DIR", "the verifier's folder", false },
    { "name", 'n', "NAME", "who asks, as holders will see it (default: Test verifier)", false },
    { "curve", 0, "CURVE", "curve of the key (default: P-256)", false },
    { .name = NULL },
};

struct paths {
    struct buf key, request, certificate;
};

static void paths_cleanup(struct paths *p)
{
    buf_cleanup(&p->key);
    buf_cleanup(&p->request);
    buf_cleanup(&p->certificate);
}

static enum oc_err refuse_existing(struct buf *path)
{
    if (!state_exists(buf_text(path)))
        return OC_OK;
    fail_print(OC_IO, "%s: exists already", buf_text(path));
    hint_print("--dir names a folder for another reader");
    return OC_IO;
}

static enum oc_err paths_init(struct paths *p, const struct command_line *cl)
{
    enum oc_err e;

    *p = (struct paths){ 0 };
    if ((opt(cl, "dir") != NULL && (e = state_folder(opt(cl, "dir"))) != OC_OK) ||
        (e = verifier_path(&p->key, cl, "reader.key")) != OC_OK ||
        (e = verifier_path(&p->request, cl, "reader.csr")) != OC_OK ||
        (e = verifier_path(&p->certificate, cl, "reader.pem")) != OC_OK ||
        (e = refuse_existing(&p->key)) != OC_OK ||
        (e = refuse_existing(&p->request)) != OC_OK ||
        (e = refuse_existing(&p->certificate)) != OC_OK)
        return e;
    return OC_OK;
}

/* NULL when there is no such curve, or it does not sign. */
static const struct curve_info *read_curve(const struct command_line *cl)
{
    const char *name = opt(cl, "curve") != NULL ? opt(cl, "curve") : "P-256";
    const struct curve_info *curve = curve_by_name(name);

    if (curve != NULL && curve->signature_n > 0)
        return curve;
    fail_print(OC_USAGE, "--curve %s: no curve that signs", name);
    return NULL;
}

static enum oc_err read_name(struct x509_spec *spec, const struct command_line *cl)
{
    struct bytes name;

    spec->common_name = opt(cl, "name") != NULL ? opt(cl, "name") : "Test verifier";
    name = bytes_str(spec->common_name);
    if (name.n == 0 || name.n > NAME_MAX_BYTES || !bytes_are_utf8(name))
        return fail_print(OC_USAGE, "--name: expected 1 to %d bytes of UTF-8", NAME_MAX_BYTES);
    return OC_OK;
}

static enum oc_err make(struct paths *paths, const struct curve_info *curve,
                        const struct x509_spec *spec)
{
    struct io_output output = { .n = 0 };
    struct private_key *key = NULL;
    struct secret *key_pem = NULL;
    struct buf request;
    enum oc_err e;

    buf_init(&request, CERTIFICATES_FILE_MAX);
    if ((e = private_key_generate(&key, curve->curve)) != OC_OK ||
        (e = private_key_to_pem(&key_pem, key)) != OC_OK ||
        (e = x509_request_make(&request, spec, key)) != OC_OK) {
        fail_print(e, "%s key: %s", curve->name, oc_err_text(e));
        goto out;
    }
    if ((e = io_output_add(&output, buf_text(&paths->key), secret_view(key_pem),
                           IO_SECRET)) != OC_OK ||
        (e = io_output_add(&output, buf_text(&paths->request), buf_view(&request),
                           IO_TEXT)) != OC_OK)
        goto out;
    e = io_output_commit(&output);
out:
    io_output_abandon(&output);
    buf_cleanup(&request);
    secret_free(&key_pem);
    private_key_free(&key);
    return e;
}

int verifier_init(const struct command_line *cl)
{
    const struct curve_info *curve = read_curve(cl);
    struct x509_spec spec = { 0 };
    struct paths paths = { 0 };
    enum oc_err e;

    if (curve == NULL)
        return exit_status(OC_USAGE);
    if ((e = read_name(&spec, cl)) == OC_OK && (e = paths_init(&paths, cl)) == OC_OK &&
        (e = make(&paths, curve, &spec)) == OC_OK) {
        fputs("Made ", stderr);
        term_print(stderr, buf_view(&paths.key));
        fputs(".\nNext, the issuing authority signs the request for its certificate:\n"
              "  owncard-issuer reader-cert ", stderr);
        term_print(stderr, buf_view(&paths.request));
        fputs(" -o ", stderr);
        term_print(stderr, buf_view(&paths.certificate));
        fputc('\n', stderr);
    }
    paths_cleanup(&paths);
    return exit_status(e);
}
