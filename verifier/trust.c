/* trust add, list, remove: the issuing authorities whose cards are believed. Signed files go to
 * verifier/import.c, what the folder holds of them is shown by verifier/trust_lists.c. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "cli/state.h"
#include "cli/term.h"
#include "core/date.h"
#include "trust/file.h"
#include "verbs/departures.h"
#include "verbs/mistaken.h"
#include "verifier/folder.h"
#include "verifier/trust_lists.h"
#include "verifier/trusted.h"
#include "verifier/verbs.h"

enum { PATH_BYTES_MAX = 4096, PREFIX_MIN = 4, SAID_BYTES_MAX = 1 << 16 };

const struct command_option verifier_trust_options[] = {
    { "dir", 'd', "DIR", "the verifier's folder", false },
    { .name = NULL },
};

const struct command_option verifier_trust_add_options[] = {
    { "dir", 'd', "DIR", "the verifier's folder", false },
    { "vical-root", 0, "PEM", "believe the VICALs under this root from now on", true },
    { "at", 0, "TIME", "the moment to look at validity (default: now)", false },
    { .name = NULL },
};

const struct command_option verifier_trust_list_options[] = {
    { "dir", 'd', "DIR", "the verifier's folder", false },
    { "at", 0, "TIME", "the moment to tell ages at (default: now)", false },
    { .name = NULL },
};

static void warn_dates(const char *file, const struct x509_facts *facts, int64_t now)
{
    if (now > facts->not_after)
        warn_print("%s: the certificate has expired", file);
    else if (now < facts->not_before)
        warn_print("%s: the certificate is not valid yet", file);
}

/* What trust add is about to do. */
struct adding {
    const struct command_line *cl;
    int64_t now;
    struct trusted_addition added;
    struct buf said;            /* whom, for when it is done */
    const char **signed_files;  /* owned array */
    size_t signed_n;
};

static void describe(struct buf *out, const char *subject, const char *fingerprint)
{
    term_escape(out, bytes_str(subject));
    buf_printf(out, "\n  fingerprint  %s\n", fingerprint);
}

/* One certificate to trust/; one that is there already is left alone. */
static enum oc_err add_certificate(struct adding *adding, const char *file,
                                   const struct x509_cert *certificate)
{
    char fingerprint[X509_FINGERPRINT_TEXT_N], name[64];
    struct x509_facts facts;
    struct buf path = { 0 }, pem;
    size_t before;
    enum oc_err e;

    x509_describe(certificate, &facts);
    if (!facts.is_ca)
        return verifier_no_authority(file, certificate);
    before = adding->added.anchors.n;
    if ((e = trust_anchors_add(&adding->added.anchors, certificate)) != OC_OK)
        return fail_print(e, "%s: %s", file, oc_err_text(e));
    if (adding->added.anchors.n == before)
        return OC_OK;
    departures_warn(file, TRUST_IACA, certificate, NULL);
    warn_dates(file, &facts, adding->now);
    if ((e = x509_fingerprint_text(certificate, fingerprint)) != OC_OK)
        return fail_print(e, "%s: %s", file, oc_err_text(e));
    snprintf(name, sizeof name, "%.*s.pem", FINGERPRINT_NAME_N, fingerprint);
    if ((e = trusted_path(&path, adding->cl, name)) != OC_OK)
        return e;
    buf_init(&pem, CERTIFICATES_FILE_MAX);
    x509_to_pem(&pem, certificate);
    if ((e = buf_err(&pem)) != OC_OK) {
        fail_print(e, "%s: %s", file, oc_err_text(e));
    } else if (state_exists(buf_text(&path))) {
        warn_print("%s: trusted already", file);
    } else {
        buf_add_str(&adding->said, "Trusted from now on: ");
        describe(&adding->said, facts.subject, fingerprint);
        e = io_output_add(&adding->added.output, buf_text(&path), buf_view(&pem), IO_TEXT);
    }
    buf_cleanup(&pem);
    buf_cleanup(&path);
    return e;
}

/* What is signed as a list, or is a link, is left for trusted_import(). */
static enum oc_err add_file(struct adding *adding, const char *file)
{
    struct x509_cert *certificate;
    struct trust_file look;
    size_t n = 0;
    struct buf pem;
    enum oc_err e = io_read(&pem, file, TRUSTED_FILE_MAX);

    if (e != OC_OK)
        return e;
    trust_file_look(&look, buf_view(&pem));
    if (look.kind != TRUST_FILE_CERTIFICATE && look.kind != TRUST_FILE_UNKNOWN) {
        buf_cleanup(&pem);
        adding->signed_files[adding->signed_n++] = file;
        return OC_OK;
    }
    while ((e = x509_from_pem(&certificate, buf_view(&pem), n)) == OC_OK) {
        e = add_certificate(adding, file, certificate);
        x509_free(&certificate);
        if (e != OC_OK)
            break;
        n++;
    }
    if (e == OC_TRUNCATED)
        e = n > 0 ? OC_OK : OC_SHAPE;
    if (e != OC_OK)
        mistaken_certificate(e, file, buf_view(&pem));
    buf_cleanup(&pem);
    return e;
}

/* A root of VICALs to trust/. */
static enum oc_err add_root(struct adding *adding, const char *file)
{
    char fingerprint[X509_FINGERPRINT_TEXT_N], name[64];
    struct x509_facts facts;
    struct x509_cert *root;
    struct buf path = { 0 }, pem;
    enum oc_err e = verifier_certificate(&root, file);

    if (e != OC_OK)
        return e;
    buf_init(&pem, CERTIFICATES_FILE_MAX);
    x509_describe(root, &facts);
    x509_to_pem(&pem, root);
    if (!facts.is_ca)
        e = verifier_no_authority(file, root);
    else if ((e = buf_err(&pem)) != OC_OK ||
             (e = x509_fingerprint_text(root, fingerprint)) != OC_OK ||
             (e = trust_anchors_add(&adding->added.roots, root)) != OC_OK)
        fail_print(e, "%s: %s", file, oc_err_text(e));
    if (e == OC_OK) {
        snprintf(name, sizeof name, "%.*s.vical-root", FINGERPRINT_NAME_N, fingerprint);
        if ((e = trusted_path(&path, adding->cl, name)) == OC_OK && !state_exists(buf_text(&path)))
            e = io_output_add(&adding->added.output, buf_text(&path), buf_view(&pem), IO_TEXT);
        buf_add_str(&adding->said, "VICALs are believed under: ");
        describe(&adding->said, facts.subject, fingerprint);
    }
    buf_cleanup(&path);
    buf_cleanup(&pem);
    x509_free(&root);
    return e;
}

static enum oc_err add_all(struct adding *adding)
{
    const struct command_line *cl = adding->cl;
    const char *root;
    enum oc_err e = OC_OK;

    if (cl->arguments_n == 0 && !opt_given(cl, "vical-root"))
        return fail_print(OC_USAGE, "trust add needs FILE... or --vical-root PEM");
    adding->signed_files = calloc(cl->arguments_n + 1, sizeof *adding->signed_files);
    if (adding->signed_files == NULL)
        return fail_print(OC_MEMORY, "%s", oc_err_text(OC_MEMORY));
    for (size_t i = 0; e == OC_OK && (root = opt_nth(cl, "vical-root", i)) != NULL; i++)
        e = add_root(adding, root);
    for (size_t i = 0; e == OC_OK && i < cl->arguments_n; i++)
        e = add_file(adding, argument(cl, i));
    if (e == OC_OK)
        e = adding->signed_n == 0 ? io_output_commit(&adding->added.output)
                                  : trusted_import(cl, &adding->added, adding->signed_files,
                                                   adding->signed_n, adding->now, false);
    if (e == OC_OK)
        fputs(buf_text(&adding->said), stderr);
    return e;
}

int verifier_trust_add(const struct command_line *cl)
{
    struct adding adding = { .cl = cl };
    struct buf folder = { 0 };
    enum oc_err e;

    buf_init(&adding.said, SAID_BYTES_MAX);
    if ((e = opt_time(cl, "at", &adding.now)) == OC_OK &&
        (e = trusted_path(&folder, cl, "")) == OC_OK)
        e = state_folder(buf_text(&folder));
    if (e == OC_OK)
        e = add_all(&adding);
    free(adding.signed_files);
    trusted_addition_cleanup(&adding.added);
    buf_cleanup(&adding.said);
    buf_cleanup(&folder);
    return exit_status(e);
}

/* Called for every trusted certificate. */
typedef enum oc_err visit(void *with, const char *path, const char *fingerprint,
                          const struct x509_cert *certificate);

static enum oc_err for_each(const struct command_line *cl, visit *call, void *with)
{
    struct state_names names = { 0 };
    struct buf folder = { 0 }, path;
    enum oc_err e = trusted_path(&folder, cl, "");

    if (e == OC_OK)
        e = state_names_init(&names, buf_text(&folder), ".pem");
    for (size_t i = 0; e == OC_OK && i < names.n; i++) {
        char fingerprint[X509_FINGERPRINT_TEXT_N];
        struct x509_cert *certificate = NULL;

        buf_init(&path, PATH_BYTES_MAX);
        buf_printf(&path, "%s/%s", buf_text(&folder), names.name[i]);
        if ((e = verifier_certificate(&certificate, buf_text(&path))) == OC_OK &&
            (e = x509_fingerprint_text(certificate, fingerprint)) == OC_OK)
            e = call(with, buf_text(&path), fingerprint, certificate);
        x509_free(&certificate);
        buf_cleanup(&path);
    }
    state_names_cleanup(&names);
    buf_cleanup(&folder);
    return e;
}

static enum oc_err list_one(void *with, const char *path, const char *fingerprint,
                            const struct x509_cert *certificate)
{
    char from[DATE_TEXT_N], until[DATE_TEXT_N];
    struct x509_facts facts;
    size_t *n = with;

    (void)path;
    x509_describe(certificate, &facts);
    term_print(stdout, bytes_str(facts.subject));
    printf("\n  valid        %s to %s\n  fingerprint  %s\n",
           date_write(facts.not_before, from) ? from : "?",
           date_write(facts.not_after, until) ? until : "?", fingerprint);
    (*n)++;
    return OC_OK;
}

int verifier_trust_list(const struct command_line *cl)
{
    int64_t now;
    size_t n = 0;
    enum oc_err e;

    if ((e = opt_time(cl, "at", &now)) == OC_OK && (e = for_each(cl, list_one, &n)) == OC_OK)
        e = trust_lists_print(cl, now, &n);
    if (e == OC_OK && n == 0)
        fputs("No authority is trusted yet: owncard-verifier trust add PEM\n", stderr);
    return exit_status(e);
}

struct search {
    char prefix[X509_FINGERPRINT_TEXT_N];
    size_t found;
    struct buf path, who;       /* of the first that was found */
};

static enum oc_err match(void *with, const char *path, const char *fingerprint,
                         const struct x509_cert *certificate)
{
    struct search *search = with;
    struct x509_facts facts;

    if (strncmp(fingerprint, search->prefix, strlen(search->prefix)) != 0 || search->found++ > 0)
        return OC_OK;
    x509_describe(certificate, &facts);
    buf_add_str(&search->path, path);
    describe(&search->who, facts.subject, fingerprint);
    return buf_err(&search->path);
}

static enum oc_err read_prefix(struct search *search, const char *text)
{
    size_t n = strlen(text);

    for (size_t i = 0; i < n && n < sizeof search->prefix; i++) {
        if (!isxdigit((unsigned char)text[i]))
            n = 0;
        else
            search->prefix[i] = (char)tolower((unsigned char)text[i]);
    }
    if (n >= PREFIX_MIN && n < sizeof search->prefix)
        return OC_OK;
    fail_print(OC_USAGE, "%s: expected %d to %d hexadecimal digits of a fingerprint", text,
               PREFIX_MIN, X509_FINGERPRINT_TEXT_N - 1);
    hint_print("owncard-verifier trust list shows them");
    return OC_USAGE;
}

/* The certificate, or the list, that the digits name. */
static enum oc_err find_one(struct search *search, const struct command_line *cl)
{
    enum oc_err e = for_each(cl, match, search);

    if (e != OC_OK || search->found > 0)
        return e;
    if ((e = trust_lists_find(&search->path, cl, search->prefix)) == OC_OK && search->path.n > 0) {
        buf_printf(&search->who, "%s\n", buf_text(&search->path));
        search->found = 1;
    }
    return e;
}

int verifier_trust_remove(const struct command_line *cl)
{
    const char *text = argument(cl, 0);
    struct search search = { .found = 0 };
    enum oc_err e;

    buf_init(&search.path, PATH_BYTES_MAX);
    buf_init(&search.who, SAID_BYTES_MAX);
    if ((e = read_prefix(&search, text)) == OC_OK && (e = find_one(&search, cl)) == OC_OK) {
        if (search.found == 0)
            e = fail_print(OC_USAGE, "%s: no trusted authority or list has this fingerprint", text);
        else if (search.found > 1)
            e = fail_print(OC_USAGE, "%s: %zu authorities have such a fingerprint", text,
                           search.found);
        else if ((e = state_remove(buf_text(&search.path))) == OC_OK)
            fprintf(stderr, "No longer trusted: %s", buf_text(&search.who));
    }
    buf_cleanup(&search.path);
    buf_cleanup(&search.who);
    return exit_status(e);
}
