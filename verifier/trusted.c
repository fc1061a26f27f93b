#include "verifier/trusted.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "cli/state.h"
#include "core/array.h"
#include "crypto/hash.h"
#include "trust/file.h"
#include "verifier/folder.h"

const struct trust_list_limits trusted_limits = {
    .grace_s = TRUSTED_GRACE_S, .skew_s = TRUSTED_SKEW_S,
};

enum oc_err trusted_path(struct buf *path, const struct command_line *cl, const char *file)
{
    char name[256];

    snprintf(name, sizeof name, "trust%s%s", *file == '\0' ? "" : "/", file);
    return verifier_path(path, cl, name);
}

enum oc_err trusted_name(char out[TRUSTED_NAME_N], struct bytes part, struct bytes other,
                         const char *ending)
{
    uint8_t digest[DIGEST_MAX];
    struct buf both;
    enum oc_err e;

    buf_init(&both, part.n + other.n + 1);
    buf_add(&both, part);
    buf_add_byte(&both, 0);
    buf_add(&both, other);
    if ((e = buf_err(&both)) == OC_OK)
        e = digest_of(DIGEST_SHA256, buf_view(&both), digest);
    buf_cleanup(&both);
    if (e != OC_OK)
        return fail_print(e, "%s", oc_err_text(e));
    for (size_t i = 0; i < FINGERPRINT_NAME_N / 2; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
    snprintf(out + FINGERPRINT_NAME_N, TRUSTED_NAME_N - FINGERPRINT_NAME_N, "%s", ending);
    return OC_OK;
}

enum oc_err trusted_crl_name(char out[TRUSTED_NAME_N], const struct trust_crl *crl)
{
    struct x509_facts issuer;

    x509_describe(trust_crl_issuer(crl), &issuer);
    return trusted_name(out, issuer.subject_der, issuer.ski, ".crl");
}

enum oc_err trusted_status_name(char out[TRUSTED_NAME_N],
                                const struct trust_status_list_facts *facts)
{
    const struct public_key *key = x509_public_key(facts->anchor);
    struct coordinates point;
    struct x509_facts ca;
    struct buf who;
    enum oc_err e;

    x509_describe(facts->anchor, &ca);
    buf_init(&who, X509_DER_MAX + sizeof point.x + 1);
    buf_add_byte(&who, (uint8_t)facts->mechanism);
    if (key == NULL) {
        buf_add(&who, x509_der(facts->anchor));
    } else {
        public_key_coordinates(key, &point);
        buf_add(&who, ca.subject_der);
        buf_add(&who, (struct bytes){ point.x, point.n });
    }
    e = buf_err(&who);
    e = e == OC_OK ? trusted_name(out, facts->uri, buf_view(&who), ".status")
                   : fail_print(e, "%s", oc_err_text(e));
    buf_cleanup(&who);
    return e;
}

/* What becomes of one file of the folder; only what ends the run is an error. */
typedef enum oc_err take_file(struct verifier_trust *t, const char *name, struct bytes content,
                              int64_t now);

static void not_used(const char *name, const char *reason)
{
    warn_print("trust/%s: not used: %s", name, reason);
}

static void note_date(struct verifier_trust *t, const char *name, struct bytes content)
{
    struct trust_file file;

    trust_file_look(&file, content);
    if (!file.has_date || file.date <= t->newest)
        return;
    t->newest = file.date;
    snprintf(t->newest_name, sizeof t->newest_name, "%s", name);
}

static enum oc_err take_root(struct verifier_trust *t, const char *name, struct bytes content,
                             int64_t now)
{
    enum oc_err e = trust_anchors_add_pem(&t->roots, content, NULL);

    (void)now;
    return e == OC_OK ? OC_OK : fail_print(e, "trust/%s: no CA certificate in PEM", name);
}

static enum oc_err take_vical(struct verifier_trust *t, const char *name, struct bytes content,
                              int64_t now)
{
    struct trust_list_in in = { .message = content, .roots = &t->roots, .now = now,
                                .skew_s = TRUSTED_SKEW_S };
    struct verifier_vical *v;
    struct oc_fault fault = { 0 };

    note_date(t, name, content);
    if (!array_extend((void **)&t->vicals, t->vicals_n, 1, sizeof *t->vicals))
        return fail_print(OC_MEMORY, "%s", oc_err_text(OC_MEMORY));
    v = &t->vicals[t->vicals_n];
    if (trust_vical_verify(&v->vical, &in, &fault) != OC_OK) {
        not_used(name, fault.reason);
        return OC_OK;
    }
    t->vicals_n++;
    snprintf(v->name, sizeof v->name, "%s", name);
    v->fresh = trust_list_freshness(&v->vical.list, now, trusted_limits);
    if (v->fresh.verdict != TRUST_STATUS_VALID) {
        not_used(name, v->fresh.reason);
        return OC_OK;
    }
    return trust_vical_add_to(&t->anchors, &v->vical);
}

static enum oc_err take_link(struct verifier_trust *t, const char *name, struct bytes content,
                             int64_t now)
{
    struct x509_cert *link;
    enum oc_err e = x509_from_pem(&link, content, 0);

    (void)now;
    if (e == OC_OK)
        e = trust_anchors_add_link(&t->anchors, link);
    x509_free(&link);
    if (e == OC_MEMORY)
        return fail_print(e, "%s", oc_err_text(e));
    if (e != OC_OK)
        not_used(name, "not a link certificate in PEM");
    return OC_OK;
}

/* Why a list that verifies was not added to those we hold. */
static const char *add_fault(enum oc_err e)
{
    return e == OC_REFUSED ? "there is a newer one of the same kind and authority"
                           : "more lists than we hold";
}

static enum oc_err take_crl(struct verifier_trust *t, const char *name, struct bytes content,
                            int64_t now)
{
    struct trust_crl *crl;
    const char *reason;
    enum oc_err e;

    note_date(t, name, content);
    e = trust_crl_verify(&crl, content, &t->anchors, now, TRUSTED_SKEW_S, &reason);
    if (e == OC_OK && (e = trust_crls_add(&t->crls, &crl)) != OC_OK)
        reason = add_fault(e);
    trust_crl_free(&crl);
    if (e == OC_MEMORY)
        return fail_print(e, "%s", oc_err_text(e));
    if (e != OC_OK)
        not_used(name, reason);
    return OC_OK;
}

static enum oc_err take_status(struct verifier_trust *t, const char *name, struct bytes content,
                               int64_t now)
{
    struct trust_status_list_in in = { .token = content, .anchors = &t->anchors, .now = now,
                                       .skew_s = TRUSTED_SKEW_S };
    struct trust_status_list *list;
    struct oc_fault fault = { 0 };
    enum oc_err e;

    note_date(t, name, content);
    e = trust_status_list_verify(&list, &in, &fault);
    if (e == OC_OK && (e = trust_status_lists_add(&t->status_lists, &list)) != OC_OK)
        fault.reason = add_fault(e);
    trust_status_list_free(&list);
    if (e == OC_MEMORY)
        return fail_print(e, "%s", oc_err_text(e));
    if (e != OC_OK)
        not_used(name, fault.reason);
    return OC_OK;
}

static enum oc_err load(struct verifier_trust *t, const struct command_line *cl,
                        const char *ending, take_file *take, int64_t now)
{
    struct state_names names = { 0 };
    struct buf folder, path, content;
    enum oc_err e = trusted_path(&folder, cl, "");

    if (e == OC_OK)
        e = state_names_init(&names, buf_text(&folder), ending);
    for (size_t i = 0; e == OC_OK && i < names.n; i++) {
        if ((e = trusted_path(&path, cl, names.name[i])) != OC_OK)
            break;
        if ((e = io_read(&content, buf_text(&path), TRUSTED_FILE_MAX)) == OC_OK)
            e = take(t, names.name[i], buf_view(&content), now);
        buf_cleanup(&content);
        buf_cleanup(&path);
    }
    state_names_cleanup(&names);
    buf_cleanup(&folder);
    return e;
}

enum oc_err trusted_load(struct verifier_trust *out, const struct command_line *cl, int64_t now)
{
    enum oc_err e;

    *out = (struct verifier_trust){ 0 };
    if ((e = verifier_folder_anchors(&out->anchors, cl)) != OC_OK ||
        (e = load(out, cl, ".vical-root", take_root, now)) != OC_OK ||
        (e = load(out, cl, ".vical", take_vical, now)) != OC_OK ||
        (e = load(out, cl, ".link", take_link, now)) != OC_OK ||
        (e = load(out, cl, ".crl", take_crl, now)) != OC_OK ||
        (e = load(out, cl, ".status", take_status, now)) != OC_OK)
        verifier_trust_cleanup(out);
    return e;
}

enum oc_err verifier_trust_init(struct verifier_trust *out, const struct command_line *cl,
                                int64_t now)
{
    if (!opt_given(cl, "anchor"))
        return trusted_load(out, cl, now);
    *out = (struct verifier_trust){ 0 };
    return verifier_anchors(&out->anchors, cl);
}

void verifier_trust_cleanup(struct verifier_trust *trust)
{
    for (size_t i = 0; i < trust->vicals_n; i++)
        trust_vical_cleanup(&trust->vicals[i].vical);
    free(trust->vicals);
    trust_crls_cleanup(&trust->crls);
    trust_status_lists_cleanup(&trust->status_lists);
    trust_anchors_cleanup(&trust->roots);
    trust_anchors_cleanup(&trust->anchors);
    *trust = (struct verifier_trust){ 0 };
}
