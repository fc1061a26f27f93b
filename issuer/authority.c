#include "issuer/authority.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "cli/key_file.h"

enum { PATH_BYTES_MAX = 4096, CERTIFICATE_BYTES_MAX = 65536 };

enum oc_err folder_path(struct buf *path, const char *dir, const char *name)
{
    const char *slash = *name == '\0' ? "" : "/";
    char under[128];
    enum oc_err e;

    if (dir == NULL) {
        snprintf(under, sizeof under, "issuer%s%s", slash, name);
        return state_where(path, under);
    }
    buf_init(path, PATH_BYTES_MAX);
    buf_printf(path, "%s%s%s", dir, slash, name);
    e = buf_err(path);
    if (e == OC_LIMIT)
        fail_print(e, "--dir: the path is too long");
    else if (e != OC_OK)
        fail_print(e, "%s", oc_err_text(e));
    if (e != OC_OK)
        buf_cleanup(path);
    return e;
}

static enum oc_err read_certificate(struct x509_cert **out, const char *path)
{
    struct buf pem;
    enum oc_err e = io_read(&pem, path, CERTIFICATE_BYTES_MAX);

    if (e == OC_OK && (e = x509_from_pem(out, buf_view(&pem), 0)) != OC_OK)
        fail_print(e, "%s: not a certificate in PEM", path);
    buf_cleanup(&pem);
    return e;
}

static enum oc_err check_pair(const struct authority *a, const char *certificate)
{
    const struct public_key *certified = x509_public_key(a->certificate);

    if (certified != NULL && public_key_equal(certified, private_key_public(a->key)))
        return OC_OK;
    return fail_print(OC_SHAPE, "%s: not the certificate of the key beside it", certificate);
}

/* Other names are of the person's own. */
static void hint_who_makes(const char *name)
{
    static const char *const by_init[] = { "iaca", "ds", "status", "reader-ca" };

    if (strcmp(name, "list-signer") == 0)
        hint_print("owncard-issuer vical init first: it makes the signer of lists");
    for (size_t i = 0; i < sizeof by_init / sizeof by_init[0]; i++)
        if (strcmp(name, by_init[i]) == 0)
            hint_print("owncard-issuer init first: it makes the certificates and keys");
}

enum oc_err authority_exists(const char *dir, const char *name)
{
    struct buf path;
    char file[64];
    enum oc_err e;

    snprintf(file, sizeof file, "%s.pem", name);
    if ((e = folder_path(&path, dir, file)) != OC_OK)
        return e;
    if (!state_exists(buf_text(&path))) {
        e = fail_print(OC_IO, "%s: there is no such file", buf_text(&path));
        hint_who_makes(name);
    }
    buf_cleanup(&path);
    return e;
}

enum oc_err authority_init(struct authority *out, const struct command_line *cl, const char *name)
{
    const char *dir = opt(cl, "dir");
    struct buf certificate = { 0 }, key = { 0 };
    char file[64];
    enum oc_err e;

    *out = (struct authority){ 0 };
    snprintf(file, sizeof file, "%s.pem", name);
    e = folder_path(&certificate, dir, file);
    snprintf(file, sizeof file, "%s.key", name);
    if (e != OC_OK || (e = folder_path(&key, dir, file)) != OC_OK)
        goto out;
    if ((e = authority_exists(dir, name)) != OC_OK ||
        (e = read_certificate(&out->certificate, buf_text(&certificate))) != OC_OK ||
        (e = key_file_signing(&out->key, buf_text(&key), cl)) != OC_OK ||
        (e = check_pair(out, buf_text(&certificate))) != OC_OK)
        goto out;
out:
    if (e != OC_OK)
        authority_cleanup(out);
    buf_cleanup(&key);
    buf_cleanup(&certificate);
    return e;
}

enum oc_err authority_certificate(struct authority *out, const char *dir, const char *name)
{
    struct buf path = { 0 };
    char file[64];
    enum oc_err e;

    *out = (struct authority){ 0 };
    snprintf(file, sizeof file, "%s.pem", name);
    if ((e = authority_exists(dir, name)) == OC_OK && (e = folder_path(&path, dir, file)) == OC_OK)
        e = read_certificate(&out->certificate, buf_text(&path));
    buf_cleanup(&path);
    return e;
}

/* NAME-0123abcd.pem */
static bool is_kept(const char *file, const char *name)
{
    enum { TAG_N = 8 };
    size_t n = strlen(name);

    return strncmp(file, name, n) == 0 && file[n] == '-' &&
           strspn(file + n + 1, "0123456789abcdef") == TAG_N &&
           strcmp(file + n + 1 + TAG_N, ".pem") == 0;
}

enum oc_err authority_kept(struct state_names *out, const char *dir, const char *name)
{
    struct buf folder;
    size_t n = 0;
    enum oc_err e;

    *out = (struct state_names){ 0 };
    if ((e = folder_path(&folder, dir, "")) != OC_OK)
        return e;
    e = state_names_init(out, buf_text(&folder), ".pem");
    for (size_t i = 0; i < out->n; i++) {
        char *file = out->name[i];

        if (!is_kept(file, name)) {
            free(file);
            continue;
        }
        *strrchr(file, '.') = '\0';
        out->name[n++] = file;
    }
    out->n = n;
    buf_cleanup(&folder);
    return e;
}

static enum oc_err add_file(struct io_output *output, const char *dir, const char *name,
                            const char *ending, struct bytes content, unsigned how)
{
    struct buf path;
    char file[64];
    enum oc_err e;

    snprintf(file, sizeof file, "%s%s", name, ending);
    if ((e = folder_path(&path, dir, file)) != OC_OK)
        return e;
    if (state_exists(buf_text(&path))) {
        e = fail_print(OC_IO, "%s: exists already, and is not replaced", buf_text(&path));
        hint_print("choose another folder by --dir; cards need the old keys to be verified");
    } else {
        e = io_output_add(output, buf_text(&path), content, how);
    }
    buf_cleanup(&path);
    return e;
}

enum oc_err authority_output(struct io_output *output, const struct authority *a, const char *dir,
                             const char *name)
{
    struct secret *key = NULL;
    struct buf pem;
    enum oc_err e;

    buf_init(&pem, CERTIFICATE_BYTES_MAX);
    x509_to_pem(&pem, a->certificate);
    if ((e = buf_err(&pem)) != OC_OK || (e = key_file_text(&key, a->key)) != OC_OK)
        fail_print(e, "%s", oc_err_text(e));
    else if ((e = add_file(output, dir, name, ".pem", buf_view(&pem), IO_TEXT)) == OC_OK)
        e = add_file(output, dir, name, ".key", secret_view(key), IO_TEXT | IO_SECRET);
    secret_free(&key);
    buf_cleanup(&pem);
    return e;
}

void authority_cleanup(struct authority *a)
{
    x509_free(&a->certificate);
    private_key_free(&a->key);
}
