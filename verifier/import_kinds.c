/* What each kind of signed file is held to before it is taken into the trust folder. */
#include <stdio.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/state.h"
#include "core/date.h"
#include "trust/signer.h"
#include "verifier/import.h"

/* Far enough ahead that a list which verifies can tell our clock that it is wrong. */
static const int64_t ANY_SKEW_S = INT64_C(1) << 40;

/* The list of the same provider under the same root that the folder has; NULL: none. */
static const struct trust_list *held_vical(const struct import *in, const char *name)
{
    for (size_t i = 0; i < in->held.vicals_n; i++)
        if (strcmp(in->held.vicals[i].name, name) == 0)
            return &in->held.vicals[i].vical.list;
    return NULL;
}

static void say_vical(char *out, size_t out_n, const struct trust_list *list)
{
    char date[DATE_TEXT_N] = "?";

    date_write(list->date, date);
    snprintf(out, out_n, "of %.*s, %s, %zu %s, %zu skipped", (int)list->provider.n,
             (const char *)list->provider.p, date, list->entries_n,
             list->entries_n == 1 ? "authority" : "authorities", list->skipped_n);
}

static enum oc_err take_vical(struct import *in, struct candidate *c, const struct trust_list *list)
{
    const struct trust_list *held;
    struct x509_facts root;
    char name[TRUSTED_NAME_N], detail[512];
    enum oc_err e;

    x509_describe(list->root, &root);
    if ((e = trusted_name(name, list->provider, root.subject_der, ".vical")) != OC_OK ||
        (e = import_check_clock(in, c->path, list->date)) != OC_OK)
        return e;
    held = held_vical(in, name);
    say_vical(detail, sizeof detail, list);
    if (held != NULL && bytes_eq(buf_view(&held->bytes), buf_view(&c->content)))
        import_hold(in, c, "the same as the one we hold");
    else if (held != NULL && !trust_list_is_newer(list, held))
        import_hold(in, c, "not newer than the one we hold");
    else
        e = import_take(in, c, name, buf_view(&c->content), detail);
    for (size_t i = 0; i < list->skipped_n; i++)
        printf("          entry %zu skipped: %s\n", list->skipped[i].index,
               list->skipped[i].reason);
    return e;
}

enum oc_err import_vical(struct import *in, struct candidate *c)
{
    struct trust_list_in verify = { .message = buf_view(&c->content), .roots = &in->held.roots,
                                    .now = in->now, .skew_s = ANY_SKEW_S };
    struct oc_fault fault = { 0 };
    struct trust_vical vical;
    enum oc_err e = trust_vical_verify(&vical, &verify, &fault);

    if (e != OC_OK)
        return import_refuse(in, c, e, fault.reason);
    e = take_vical(in, c, &vical.list);
    /* What it lists may vouch for links, and sign revocation lists, of this very import. */
    if (e == OC_OK && trust_vical_add_to(&in->held.anchors, &vical) != OC_OK)
        e = fail_print(OC_LIMIT, "more authorities than we accept");
    trust_vical_cleanup(&vical);
    return e;
}

/* One link, when an anchor or a link taken before vouches for it. */
static enum oc_err import_link(struct import *in, struct candidate *c, const char **reason)
{
    char name[TRUSTED_NAME_N];
    struct x509_cert *link;
    size_t before;
    struct buf pem;
    enum oc_err e;

    *reason = "not a certificate in PEM or DER";
    e = c->content.p[0] == 0x30 ? x509_new(&link, buf_view(&c->content))
                                : x509_from_pem(&link, buf_view(&c->content), 0);
    if (e != OC_OK || (e = trust_link_check(&in->held.anchors, link, in->now, reason)) != OC_OK) {
        x509_free(&link);
        return e;
    }
    before = in->held.anchors.links_n;
    buf_init(&pem, TRUSTED_FILE_MAX);
    x509_to_pem(&pem, link);
    if ((e = trust_anchors_add_link(&in->held.anchors, link)) == OC_OK &&
        (e = buf_err(&pem)) == OC_OK &&
        (e = trusted_name(name, x509_der(link), BYTES(""), ".link")) == OC_OK) {
        if (in->held.anchors.links_n == before)
            import_hold(in, c, NULL);
        else
            e = import_take(in, c, name, buf_view(&pem), NULL);
    }
    buf_cleanup(&pem);
    x509_free(&link);
    return e;
}

/* Links lean on links: go on as long as one more is taken. */
enum oc_err import_links(struct import *in)
{
    size_t before;

    do {
        before = in->taken;
        for (size_t i = 0; i < in->n; i++) {
            struct candidate *c = &in->candidates[i];
            const char *reason;
            enum oc_err e;

            if (c->look.kind != TRUST_FILE_LINK || c->settled)
                continue;
            e = import_link(in, c, &reason);
            if (exit_status(e) == STATUS_UNFINISHED)
                return fail_print(e, "%s", oc_err_text(e));
        }
    } while (in->taken > before);
    return OC_OK;
}

enum oc_err import_link_refused(struct import *in, struct candidate *c)
{
    const char *reason;
    enum oc_err e = import_link(in, c, &reason);

    return e == OC_OK ? OC_OK : import_refuse(in, c, e, reason);
}

static enum oc_err take_crl(struct import *in, struct candidate *c, struct trust_crl **crl)
{
    const struct x509_crl_facts *facts = trust_crl_facts(*crl);
    char name[TRUSTED_NAME_N], detail[320], date[DATE_TEXT_N] = "?";
    enum oc_err e = import_check_clock(in, c->path, facts->this_update);

    if (e != OC_OK)
        return e;
    for (size_t i = 0; i < in->held.crls.n; i++)
        if (bytes_eq(trust_crl_der(in->held.crls.crls[i]), trust_crl_der(*crl))) {
            import_hold(in, c, "the same as the one we hold");
            return OC_OK;
        }
    date_write(facts->this_update, date);
    snprintf(detail, sizeof detail, "of %s, %s, %zu revoked", facts->issuer, date,
             facts->revoked_n);
    if ((e = trusted_crl_name(name, *crl)) != OC_OK)
        return e;
    e = trust_crls_add(&in->held.crls, crl);
    if (e == OC_REFUSED) {
        import_hold(in, c, "older than the one we hold");
        return OC_OK;
    }
    if (e != OC_OK)
        return import_refuse(in, c, e, NULL);
    return import_take(in, c, name, buf_view(&c->content), detail);
}

enum oc_err import_crl(struct import *in, struct candidate *c)
{
    struct trust_crl *crl;
    const char *reason;
    enum oc_err e = trust_crl_verify(&crl, buf_view(&c->content), &in->held.anchors, in->now,
                                     ANY_SKEW_S, &reason);

    e = e == OC_OK ? take_crl(in, c, &crl) : import_refuse(in, c, e, reason);
    trust_crl_free(&crl);
    return e;
}

static void say_status(char *out, size_t out_n, const struct trust_status_list_facts *f)
{
    char date[DATE_TIME_TEXT_N] = "?", until[DATE_TIME_TEXT_N] = "no known date";
    int64_t limit_s = trust_status_list_limit(f, 0);

    date_time_write(f->issued_at, date);
    if (limit_s >= 0)
        date_time_write(f->issued_at + limit_s, until);
    snprintf(out, out_n, "%.*s, %s, %llu entries, good until %s", (int)f->uri.n,
             (const char *)f->uri.p, date, (unsigned long long)f->entries, until);
}

/* Whether the folder has these very bytes under this name. */
static enum oc_err is_held(bool *held, const struct import *in, const char *name,
                           const struct candidate *c)
{
    struct buf path, content = { 0 };
    enum oc_err e = trusted_path(&path, in->cl, name);

    *held = false;
    if (e == OC_OK && state_exists(buf_text(&path)) &&
        (e = io_read(&content, buf_text(&path), TRUSTED_FILE_MAX)) == OC_OK)
        *held = bytes_eq(buf_view(&content), buf_view(&c->content));
    buf_cleanup(&content);
    buf_cleanup(&path);
    return e;
}

static enum oc_err take_status(struct import *in, struct candidate *c,
                               struct trust_status_list **list)
{
    const struct trust_status_list_facts *facts = trust_status_list_facts(*list);
    char name[TRUSTED_NAME_N], detail[TRUST_STATUS_URI_MAX + 128];
    bool held;
    enum oc_err e;

    if ((e = import_check_clock(in, c->path, facts->issued_at)) != OC_OK ||
        (e = trusted_status_name(name, facts)) != OC_OK ||
        (e = is_held(&held, in, name, c)) != OC_OK)
        return e;
    if (held) {
        import_hold(in, c, "the same as the one we hold");
        return OC_OK;
    }
    say_status(detail, sizeof detail, facts);
    e = trust_status_lists_add(&in->held.status_lists, list);
    if (e == OC_REFUSED) {
        import_hold(in, c, "older than the one we hold, or of its date and revoking less");
        return OC_OK;
    }
    if (e != OC_OK)
        return import_refuse(in, c, e, NULL);
    return import_take(in, c, name, buf_view(&c->content), detail);
}

enum oc_err import_status(struct import *in, struct candidate *c)
{
    struct trust_status_list_in verify = { .token = buf_view(&c->content),
                                           .anchors = &in->held.anchors, .now = in->now,
                                           .skew_s = ANY_SKEW_S };
    struct trust_status_list *list;
    struct oc_fault fault = { 0 };
    enum oc_err e = trust_status_list_verify(&list, &verify, &fault);

    if (e == OC_UNTRUSTED)
        fault.reason = "no authority we trust vouches for its signer; a list of a CA that cards "
                       "name themselves is not kept here";
    e = e == OC_OK ? take_status(in, c, &list) : import_refuse(in, c, e, fault.reason);
    trust_status_list_free(&list);
    return e;
}
