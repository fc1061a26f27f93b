/* Lists that the command line names, beside those of the trust folder. */
#include "cli/exit.h"
#include "cli/io.h"
#include "trust/file.h"
#include "verbs/mistaken.h"
#include "verifier/trusted.h"

/* "Examined: no" and "not such a message" are said of what was shown alone. */
static enum oc_err not_usable(enum oc_err e)
{
    return e == OC_OK || exit_status(e) == STATUS_UNFINISHED ? e : OC_IO;
}

static enum oc_err refuse(const char *path, struct bytes file, enum trust_file_kind kind,
                          enum oc_err e, const char *reason)
{
    fail_print(e, "%s: no %s to go by: %s", path, trust_file_word(kind),
               reason != NULL ? reason : oc_err_text(e));
    if (exit_status(e) == STATUS_NOT_A_MESSAGE)
        mistaken_hint(file, trust_file_word(kind));
    return e;
}

/* What came of adding a list that verifies. */
static enum oc_err added(const char *path, enum oc_err e)
{
    if (e == OC_REFUSED) {
        warn_print("%s: not used: there is a newer one of the same kind and authority", path);
        return OC_OK;
    }
    return e == OC_OK ? OC_OK : fail_print(e, "%s: %s", path, oc_err_text(e));
}

static enum oc_err add_status(struct verifier_trust *trust, const char *path, bool accept_profile,
                              int64_t now)
{
    struct trust_status_list_in in = { .anchors = &trust->anchors, .now = now,
                                       .skew_s = TRUSTED_SKEW_S,
                                       .accept_profile = accept_profile };
    struct trust_status_list *list;
    struct oc_fault fault = { 0 };
    struct buf content;
    enum oc_err e = io_read(&content, path, TRUST_STATUS_TOKEN_MAX);

    if (e != OC_OK)
        return e;
    in.token = buf_view(&content);
    e = trust_status_list_verify(&list, &in, &fault);
    e = e == OC_OK ? added(path, trust_status_lists_add(&trust->status_lists, &list))
                   : refuse(path, in.token, TRUST_FILE_STATUS_LIST, e, fault.reason);
    trust_status_list_free(&list);
    buf_cleanup(&content);
    return e;
}

static enum oc_err add_crl(struct verifier_trust *trust, const char *path, int64_t now)
{
    struct trust_crl *crl;
    const char *reason;
    struct buf content;
    enum oc_err e = io_read(&content, path, TRUSTED_FILE_MAX);

    if (e != OC_OK)
        return e;
    e = trust_crl_verify(&crl, buf_view(&content), &trust->anchors, now, TRUSTED_SKEW_S, &reason);
    e = e == OC_OK ? added(path, trust_crls_add(&trust->crls, &crl))
                   : refuse(path, buf_view(&content), TRUST_FILE_CRL, e, reason);
    trust_crl_free(&crl);
    buf_cleanup(&content);
    return e;
}

enum oc_err verifier_trust_add_status_files(struct verifier_trust *trust,
                                            const struct command_line *cl, int64_t now)
{
    bool accept_profile = opt_given(cl, "accept-profile");
    enum oc_err e = OC_OK;
    const char *path;

    for (size_t i = 0; e == OC_OK && (path = opt_nth(cl, "status-list", i)) != NULL; i++)
        e = add_status(trust, path, accept_profile, now);
    return not_usable(e);
}

enum oc_err verifier_trust_add_crl_files(struct verifier_trust *trust,
                                         const struct command_line *cl, int64_t now)
{
    enum oc_err e = OC_OK;
    const char *path;

    for (size_t i = 0; e == OC_OK && (path = opt_nth(cl, "crl", i)) != NULL; i++)
        e = add_crl(trust, path, now);
    return not_usable(e);
}
