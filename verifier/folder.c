#include "verifier/folder.h"

#include <stdio.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "cli/key_file.h"
#include "cli/state.h"
#include "verbs/mistaken.h"

enum { PATH_BYTES_MAX = 4096 };

enum oc_err verifier_path(struct buf *path, const struct command_line *cl, const char *name)
{
    const char *folder = opt(cl, "dir");
    char in_data[128];
    enum oc_err e;

    if (folder == NULL) {
        snprintf(in_data, sizeof in_data, "verifier/%s", name);
        return state_path(path, in_data);
    }
    buf_init(path, PATH_BYTES_MAX);
    buf_printf(path, "%s/%s", folder, name);
    e = buf_err(path);
    if (e != OC_OK) {
        buf_cleanup(path);
        fail_print(OC_IO, "%s: the path is too long", folder);
    }
    return e;
}

enum oc_err verifier_certificate(struct x509_cert **out, const char *path)
{
    struct buf pem;
    enum oc_err e = io_read(&pem, path, CERTIFICATES_FILE_MAX);

    *out = NULL;
    if (e != OC_OK)
        return e;
    e = x509_from_pem(out, buf_view(&pem), 0);
    if (e == OC_TRUNCATED)
        e = OC_SHAPE;
    if (e != OC_OK)
        mistaken_certificate(e, path, buf_view(&pem));
    buf_cleanup(&pem);
    return e;
}

enum oc_err verifier_private_key(struct private_key **out, const char *path, bool spent)
{
    enum oc_err e = key_file_private(out, path, spent);

    return exit_status(e) == STATUS_NOT_A_MESSAGE ? OC_IO : e;
}

enum oc_err verifier_no_authority(const char *path, const struct x509_cert *certificate)
{
    struct x509_facts facts;

    x509_describe(certificate, &facts);
    fail_print(OC_UNTRUSTED, "%s: %s is not an authority: %s", path, facts.subject,
               facts.has_basic_constraints
                   ? "its basicConstraints say that it may not sign certificates"
                   : "it has no basicConstraints, so it may not sign certificates");
    hint_print("verify --signer takes the certificate of a document signer");
    return OC_UNTRUSTED;
}

static enum oc_err add_file(struct trust_anchors *out, const char *path)
{
    struct x509_cert *certificate;
    size_t n = 0;
    struct buf pem;
    enum oc_err e = io_read(&pem, path, CERTIFICATES_FILE_MAX);

    if (e != OC_OK)
        return e;
    while ((e = x509_from_pem(&certificate, buf_view(&pem), n)) == OC_OK) {
        e = trust_anchors_add(out, certificate);
        if (e == OC_UNTRUSTED)
            verifier_no_authority(path, certificate);
        x509_free(&certificate);
        if (e != OC_OK)
            break;
        n++;
    }
    if (e == OC_TRUNCATED)
        e = n > 0 ? OC_OK : OC_SHAPE;
    if (e != OC_OK)
        mistaken_certificate(e, path, buf_view(&pem));
    buf_cleanup(&pem);
    return e;
}

enum oc_err verifier_folder_anchors(struct trust_anchors *out, const struct command_line *cl)
{
    struct state_names names = { 0 };
    struct buf folder, file;
    enum oc_err e = verifier_path(&folder, cl, "trust");

    if (e == OC_OK)
        e = state_names_init(&names, buf_text(&folder), ".pem");
    for (size_t i = 0; i < names.n && e == OC_OK; i++) {
        buf_init(&file, PATH_BYTES_MAX);
        buf_printf(&file, "%s/%s", buf_text(&folder), names.name[i]);
        e = add_file(out, buf_text(&file));
        buf_cleanup(&file);
    }
    state_names_cleanup(&names);
    buf_cleanup(&folder);
    return e;
}

enum oc_err verifier_anchors(struct trust_anchors *out, const struct command_line *cl)
{
    const char *path;
    enum oc_err e = OC_OK;

    *out = (struct trust_anchors){ 0 };
    if (!opt_given(cl, "anchor"))
        e = verifier_folder_anchors(out, cl);
    for (size_t i = 0; e == OC_OK && (path = opt_nth(cl, "anchor", i)) != NULL; i++)
        e = add_file(out, path);
    if (e != OC_OK)
        trust_anchors_cleanup(out);
    return e;
}
