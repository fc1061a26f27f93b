/*
 * Beside the flow: revoke-cert, crl.     init  →  here  →  verifiers' trust update
 *   in    a certificate that one of our authorities has signed
 *   out   a note of it, and a revocation list for everybody alike
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "cli/state.h"
#include "cli/token.h"
#include "core/array.h"
#include "core/date.h"
#include "issuer/authority.h"
#include "issuer/revoked.h"
#include "issuer/verbs.h"

enum { PATH_BYTES_MAX = 4096, PEM_BYTES_MAX = 65536, DAYS_MAX = 90, DAYS = 30 };

const struct command_option revoke_cert_options[] = {
    { "reason", 0, "WORD", "keyCompromise, superseded, cessationOfOperation, certificateHold, … as "
                           "RFC 5280 has them; by default unspecified", false },
    { "dir", 0, "DIR", "the issuer's folder, by default $XDG_DATA_HOME/owncard/issuer", false },
    { "at", 0, "TIME", "the moment to work at, RFC 3339, by default now", false },
    { 0 },
};

const struct command_option crl_options[] = {
    { "authority", 0, "NAME", "whose list: iaca (the default), reader-ca, or an old one's name in "
                              "the folder", false },
    { "days", 0, "N", "until the next one, by default 30, at most 90", false },
    { "dir", 0, "DIR", "the issuer's folder, by default $XDG_DATA_HOME/owncard/issuer", false },
    { "at", 0, "TIME", "the moment to work at, RFC 3339, by default now", false },
    { "output", 'o', "FILE", "where the list goes, by default standard output", false },
    TOKEN_PIN_OPTIONS,
    { 0 },
};

static enum oc_err read_certificate(struct x509_cert **out, const char *path)
{
    struct buf pem;
    enum oc_err e = io_read(&pem, path, PEM_BYTES_MAX);

    *out = NULL;
    if (e != OC_OK)
        return e;
    e = x509_from_pem(out, buf_view(&pem), 0);
    buf_cleanup(&pem);
    return e == OC_OK ? OC_OK : fail_print(OC_SHAPE, "%s: not a certificate in PEM", path);
}

/* Whether the certificate in `path` is the CA that signed `cert`; then its key identifier. */
static enum oc_err try_authority(struct buf *id, const char *path, const struct x509_cert *cert)
{
    struct x509_facts facts;
    struct x509_cert *ca;
    enum oc_err e = read_certificate(&ca, path);

    if (e != OC_OK)
        return e;
    x509_describe(ca, &facts);
    if (facts.is_ca && x509_signed_by(cert, ca) == OC_OK)
        buf_add(id, facts.ski);
    x509_free(&ca);
    return buf_err(id);
}

static enum oc_err find_authority(struct buf *id, const char *dir, const struct x509_cert *cert,
                                  const char *file)
{
    struct state_names names = { 0 };
    struct buf folder, path;
    enum oc_err e = folder_path(&folder, dir, "");

    buf_init(id, PATH_BYTES_MAX);
    if (e == OC_OK)
        e = state_names_init(&names, buf_text(&folder), ".pem");
    for (size_t i = 0; e == OC_OK && id->n == 0 && i < names.n; i++) {
        if ((e = folder_path(&path, dir, names.name[i])) == OC_OK)
            e = try_authority(id, buf_text(&path), cert);
        buf_cleanup(&path);
    }
    if (e == OC_OK && id->n == 0)
        e = fail_print(OC_UNTRUSTED, "%s: none of the authorities in %s has signed it", file,
                       buf_text(&folder));
    state_names_cleanup(&names);
    buf_cleanup(&folder);
    return e;
}

static enum oc_err read_reason(int *reason, const struct command_line *cl)
{
    const char *word = opt_given(cl, "reason") ? opt(cl, "reason") : "unspecified";

    for (*reason = 0; *reason < X509_REASONS_N; (*reason)++) {
        const char *known = x509_reason_word(*reason);

        if (known != NULL && strcmp(known, word) == 0)
            return OC_OK;
    }
    return fail_print(OC_USAGE, "--reason %s: no reason of RFC 5280, section 5.3.1", word);
}

static enum oc_err note_it(const struct command_line *cl, const char *path, int64_t now, int reason)
{
    const char *file = argument(cl, 0);
    struct revoked revoked = { 0 };
    struct x509_cert *cert = NULL;
    struct buf id = { 0 };
    struct x509_facts facts;
    enum oc_err e;

    if ((e = read_certificate(&cert, file)) != OC_OK ||
        (e = find_authority(&id, opt(cl, "dir"), cert, file)) != OC_OK ||
        (e = revoked_init(&revoked, path)) != OC_OK)
        goto out;
    x509_describe(cert, &facts);
    if (revoked_has(&revoked, buf_view(&id), facts.serial))
        warn_print("%s: revoked already", file);
    else if ((e = revoked_append(&revoked, path, buf_view(&id), facts.serial, now,
                                 reason)) == OC_OK)
        fputs("Noted. Next, for everybody to know: owncard-issuer crl\n", stderr);
out:
    revoked_cleanup(&revoked);
    buf_cleanup(&id);
    x509_free(&cert);
    return e;
}

int revoke_cert_run(const struct command_line *cl)
{
    struct state_lock lock = { 0 };
    struct buf path = { 0 };
    int64_t now;
    int reason;
    enum oc_err e;

    if ((e = read_reason(&reason, cl)) == OC_OK && (e = opt_time(cl, "at", &now)) == OC_OK &&
        (e = authority_exists(opt(cl, "dir"), "iaca")) == OC_OK &&
        (e = folder_path(&path, opt(cl, "dir"), "revoked")) == OC_OK &&
        (e = state_lock(&lock, buf_text(&path))) == OC_OK)
        e = note_it(cl, buf_text(&path), now, reason);
    state_unlock(&lock);
    buf_cleanup(&path);
    return exit_status(e);
}

/* Those of this authority. The array is free()d by the caller. */
static enum oc_err select_entries(struct x509_crl_spec *spec, struct x509_revoked **out,
                                  const struct revoked *revoked, struct bytes authority)
{
    for (size_t i = 0; i < revoked->n; i++) {
        const struct revoked_entry *entry = &revoked->entries[i];

        if (!bytes_eq(buf_view(&entry->authority), authority))
            continue;
        if (!array_extend((void **)out, spec->revoked_n, 1, sizeof **out))
            return fail_print(OC_MEMORY, "%s", oc_err_text(OC_MEMORY));
        (*out)[spec->revoked_n++] = (struct x509_revoked){ buf_view(&entry->serial), entry->at,
                                                           entry->reason };
    }
    spec->revoked = *out;
    return OC_OK;
}

static enum oc_err write_list(const struct command_line *cl, const struct authority *ca,
                              const struct revoked *revoked, struct x509_crl_spec *spec)
{
    struct x509_revoked *entries = NULL;
    struct x509_facts facts;
    struct buf der;
    enum oc_err e;

    buf_init(&der, X509_CRL_BYTES_MAX);
    x509_describe(ca->certificate, &facts);
    if ((e = select_entries(spec, &entries, revoked, facts.ski)) == OC_OK) {
        e = x509_crl_make(&der, spec, ca->certificate, ca->key);
        if (e != OC_OK)
            fail_print(e, "the list: %s", oc_err_text(e));
    }
    if (e == OC_OK && (e = io_write(opt(cl, "output"), buf_view(&der), IO_BINARY)) == OC_OK)
        fprintf(stderr, "Signed a list of %zu revoked %s.\n", spec->revoked_n,
                spec->revoked_n == 1 ? "certificate" : "certificates");
    free(entries);
    buf_cleanup(&der);
    return e;
}

int crl_run(const struct command_line *cl)
{
    const char *dir = opt(cl, "dir");
    struct x509_crl_spec spec = { 0 };
    struct revoked revoked = { 0 };
    struct authority ca = { 0 };
    struct buf path = { 0 };
    uint64_t days;
    int64_t now;
    enum oc_err e;

    if ((e = opt_uint(cl, "days", 1, DAYS_MAX, DAYS, &days)) != OC_OK ||
        (e = opt_time(cl, "at", &now)) != OC_OK ||
        (e = authority_init(&ca, cl, opt_given(cl, "authority") ? opt(cl, "authority")
                                                                : "iaca")) != OC_OK ||
        (e = folder_path(&path, dir, "revoked")) != OC_OK ||
        (e = revoked_init(&revoked, buf_text(&path))) != OC_OK)
        goto out;
    spec.this_update = now;
    spec.next_update = now + (int64_t)days * DATE_DAY_S;
    spec.number = (uint64_t)now;        /* grows with the date, as it must */
    e = write_list(cl, &ca, &revoked, &spec);
out:
    revoked_cleanup(&revoked);
    buf_cleanup(&path);
    authority_cleanup(&ca);
    return exit_status(e);
}
