/* trust add, list, remove: the issuing authorities whose cards are believed. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "cli/state.h"
#include "cli/term.h"
#include "core/date.h"
#include "trust/profile.h"
#include "verifier/folder.h"
#include "verifier/verbs.h"

enum { PATH_BYTES_MAX = 4096, PREFIX_MIN = 4 };

const struct command_option verifier_trust_options[] = {
    { "dir", 'd', "DIR", "the verifier's folder", false },
    { .name = NULL },
};

const struct command_option verifier_trust_add_options[] = {
    { "dir", 'd', "DIR", "the verifier's folder", false },
    { "at", 0, "TIME", "the moment to look at validity (default: now)", false },
    { .name = NULL },
};

/* The path of a certificate by the name of its file, or of the folder for "". */
static enum oc_err trust_path(struct buf *path, const struct command_line *cl, const char *file)
{
    char name[256];

    snprintf(name, sizeof name, "trust%s%s", *file == '\0' ? "" : "/", file);
    return verifier_path(path, cl, name);
}

static enum oc_err refuse_no_authority(const char *file, const struct x509_facts *facts)
{
    const char *why = !facts->has_basic_constraints
                          ? "it has no basicConstraints, so it may not sign certificates"
                          : "its basicConstraints say that it may not sign certificates";

    fail_print(OC_UNTRUSTED, "%s: %s is not an authority: %s", file, facts->subject, why);
    hint_print("verify --signer takes the certificate of a document signer");
    return OC_UNTRUSTED;
}

static void warn_departures(const char *file, const struct x509_facts *facts, int64_t now)
{
    struct trust_finding findings[TRUST_FINDINGS_MAX];
    size_t n = trust_profile_check(findings, TRUST_IACA, facts, facts->self_issued ? facts : NULL);

    for (size_t i = 0; i < n; i++)
        warn_print("%s: departs from the profile of an issuing authority: %s: %s", file,
                   findings[i].rule, findings[i].text);
    if (now > facts->not_after)
        warn_print("%s: the certificate has expired", file);
    else if (now < facts->not_before)
        warn_print("%s: the certificate is not valid yet", file);
}

/* One certificate to trust/; one that is there already is left alone. */
static enum oc_err add_certificate(struct io_output *output, const struct command_line *cl,
                                   const char *file, const struct x509_cert *certificate,
                                   int64_t now)
{
    char fingerprint[FINGERPRINT_TEXT_N], name[64];
    struct x509_facts facts;
    struct buf path = { 0 }, pem;
    enum oc_err e;

    x509_describe(certificate, &facts);
    if (!facts.is_ca)
        return refuse_no_authority(file, &facts);
    warn_departures(file, &facts, now);
    if ((e = verifier_fingerprint(certificate, fingerprint)) != OC_OK)
        return e;
    snprintf(name, sizeof name, "%.*s.pem", FINGERPRINT_NAME_N, fingerprint);
    if ((e = trust_path(&path, cl, name)) != OC_OK)
        return e;
    buf_init(&pem, CERTIFICATES_FILE_MAX);
    x509_to_pem(&pem, certificate);
    if ((e = buf_err(&pem)) != OC_OK)
        fail_print(e, "%s: %s", file, oc_err_text(e));
    else if (state_exists(buf_text(&path)))
        warn_print("%s: trusted already", file);
    else
        e = io_output_add(output, buf_text(&path), buf_view(&pem), IO_TEXT);
    buf_cleanup(&pem);
    buf_cleanup(&path);
    return e;
}

static enum oc_err add_file(struct io_output *output, const struct command_line *cl,
                            const char *file, int64_t now)
{
    struct x509_cert *certificate;
    size_t n = 0;
    struct buf pem;
    enum oc_err e = io_read(&pem, file, CERTIFICATES_FILE_MAX);

    if (e != OC_OK)
        return e;
    while ((e = x509_from_pem(&certificate, buf_view(&pem), n)) == OC_OK) {
        e = add_certificate(output, cl, file, certificate, now);
        x509_free(&certificate);
        if (e != OC_OK)
            break;
        n++;
    }
    buf_cleanup(&pem);
    if (e == OC_TRUNCATED && n > 0)
        return OC_OK;
    return fail_print(e == OC_TRUNCATED ? OC_SHAPE : e, "%s: no certificates in PEM", file);
}

int verifier_trust_add(const struct command_line *cl)
{
    struct io_output output = { .n = 0 };
    struct buf folder = { 0 };
    int64_t now;
    enum oc_err e;

    if ((e = opt_time(cl, "at", &now)) == OC_OK && (e = trust_path(&folder, cl, "")) == OC_OK)
        e = state_folder(buf_text(&folder));
    for (size_t i = 0; e == OC_OK && i < cl->arguments_n; i++)
        e = add_file(&output, cl, argument(cl, i), now);
    if (e == OC_OK)
        e = io_output_commit(&output);
    io_output_abandon(&output);
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
    enum oc_err e = trust_path(&folder, cl, "");

    if (e == OC_OK)
        e = state_names_init(&names, buf_text(&folder), ".pem");
    for (size_t i = 0; e == OC_OK && i < names.n; i++) {
        char fingerprint[FINGERPRINT_TEXT_N];
        struct x509_cert *certificate = NULL;

        buf_init(&path, PATH_BYTES_MAX);
        buf_printf(&path, "%s/%s", buf_text(&folder), names.name[i]);
        if ((e = verifier_certificate(&certificate, buf_text(&path))) == OC_OK &&
            (e = verifier_fingerprint(certificate, fingerprint)) == OC_OK)
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
    size_t n = 0;
    enum oc_err e = for_each(cl, list_one, &n);

    if (e == OC_OK && n == 0)
        fputs("No authority is trusted yet: owncard-verifier trust add PEM\n", stderr);
    return exit_status(e);
}

struct search {
    char prefix[FINGERPRINT_TEXT_N];
    size_t found;
    struct buf path;            /* of the first that was found */
};

static enum oc_err match(void *with, const char *path, const char *fingerprint,
                         const struct x509_cert *certificate)
{
    struct search *search = with;

    (void)certificate;
    if (strncmp(fingerprint, search->prefix, strlen(search->prefix)) == 0 && search->found++ == 0)
        buf_add_str(&search->path, path);
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
               PREFIX_MIN, FINGERPRINT_TEXT_N - 1);
    hint_print("owncard-verifier trust list shows them");
    return OC_USAGE;
}

int verifier_trust_remove(const struct command_line *cl)
{
    const char *text = argument(cl, 0);
    struct search search = { .found = 0 };
    enum oc_err e;

    buf_init(&search.path, PATH_BYTES_MAX);
    if ((e = read_prefix(&search, text)) == OC_OK && (e = for_each(cl, match, &search)) == OC_OK) {
        if (search.found == 0)
            e = fail_print(OC_USAGE, "%s: no trusted authority has this fingerprint", text);
        else if (search.found > 1)
            e = fail_print(OC_USAGE, "%s: %zu authorities have such a fingerprint", text,
                           search.found);
        else
            e = state_remove(buf_text(&search.path));
    }
    buf_cleanup(&search.path);
    return exit_status(e);
}
