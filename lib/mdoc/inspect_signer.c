/* Who signed a card, and what others say of it: all that rests on certificates and lists. */
#include <stdio.h>

#include "core/date.h"
#include "mdoc/inspect.h"

/* The one named by the caller, else whom the card's own chain names; in `room` unless remembered. */
static enum oc_err find_signer(const struct trust_signer **out, struct trust_signer *room,
                               const struct mdoc_verify_in *in, const struct cose_sign1 *auth)
{
    if (in->signer != NULL)
        return trust_signer_pin(room, TRUST_DOCUMENT_SIGNER, in->signer);
    if (in->signers != NULL)
        return trust_signers_find(out, in->signers, TRUST_DOCUMENT_SIGNER, auth->x5chain,
                                  auth->x5chain_n, in->anchors, in->now);
    return trust_signer_init(room, TRUST_DOCUMENT_SIGNER, auth->x5chain, auth->x5chain_n,
                             in->anchors, in->now);
}

static void check_chain(struct mdoc_check *checks, const struct trust_signer *signer, bool pinned,
                        int64_t now)
{
    struct mdoc_check *chain = &checks[MDOC_CHECK_SIGNER_CHAIN];
    struct mdoc_check *country = &checks[MDOC_CHECK_SIGNER_COUNTRY];

    if (pinned) {
        if (now < signer->facts.not_before || now > signer->facts.not_after)
            mdoc_check_fail(chain, OC_EXPIRED, "the signer that the caller named is not valid now");
        else
            mdoc_check_skip(chain, false, "the document signer was named by the caller");
        mdoc_check_moot(country, false, "no chain, so no issuer to compare with");
        return;
    }
    if (signer->chain != OC_OK) {
        mdoc_check_fail(chain, signer->chain == OC_EXPIRED ? OC_EXPIRED : OC_UNTRUSTED, "%s",
                        mdoc_check_words(chain, signer->chain_reason));
        chain->remedy = signer->wants_anchor ? MDOC_REMEDY_TRUST : MDOC_REMEDY_OWN;
        mdoc_check_moot(country, true, "no chain, so no issuer to compare with");
        return;
    }
    mdoc_check_pass(chain, "%.90s, under %.90s", signer->facts.subject, signer->anchor.subject);
    if (signer->country_fault != NULL)
        mdoc_check_fail(country, OC_UNTRUSTED, "%s (%s under %s)",
                        mdoc_check_words(country, signer->country_fault), signer->facts.country,
                        signer->anchor.country);
    else
        mdoc_check_pass(country, "%s", signer->facts.country);
}

static void check_profile(struct mdoc_check *c, const struct trust_signer *signer, bool accept)
{
    char text[sizeof c->detail] = "";
    size_t n = 0;

    if (signer->certificate == NULL) {
        mdoc_check_moot(c, true, "there is no certificate to look at");
        return;
    }
    for (size_t i = 0; i < signer->findings_n && n < sizeof text - 1; i++)
        n += (size_t)snprintf(text + n, sizeof text - n,
                              mdoc_check_words(c, "%s%s is not kept: %s"), i > 0 ? "; " : "",
                              signer->findings[i].rule,
                              mdoc_check_words(c, signer->findings[i].text));
    if (signer->findings_n == 0)
        mdoc_check_pass(c, "conforms");
    else if (signer->is_for_another_use)
        mdoc_check_fail(c, OC_REFUSED, "made for another use: %.190s", text);
    else if (accept) {
        mdoc_check_warn(c, "accepted by option: %.190s", text);
        c->remedy = MDOC_REMEDY_NONE;
    } else
        mdoc_check_fail(c, OC_UNTRUSTED, "%s", text);
}

/* "9 days", "30 hours": of these units at least two; else in minutes. */
static const char *duration(char out[32], const struct mdoc_check *c, int64_t seconds)
{
    long long s = seconds;

    if (s >= 2LL * DATE_DAY_S)
        snprintf(out, 32, mdoc_check_words(c, "%lld days"), s / DATE_DAY_S);
    else if (s >= 2LL * DATE_HOUR_S)
        snprintf(out, 32, mdoc_check_words(c, "%lld hours"), s / DATE_HOUR_S);
    else
        snprintf(out, 32, mdoc_check_words(c, "%lld minutes"), s / 60);
    return out;
}

/* How old a list is, and may be, for the end of a sentence; "" when there is none. */
static const char *age_of(char out[96], const struct mdoc_check *c,
                          const struct trust_status *status)
{
    char age[32], limit[32];

    out[0] = '\0';
    if (status->has_list && status->limit_s >= 0)
        snprintf(out, 96, mdoc_check_words(c, " (list %s old, limit %s)"),
                 duration(age, c, status->age_s), duration(limit, c, status->limit_s));
    else if (status->has_list)
        snprintf(out, 96, mdoc_check_words(c, " (list %s old)"), duration(age, c, status->age_s));
    return out;
}

/* What nobody knows, for want of a list or whatever else. */
static void judge_unknown(struct mdoc_check *c, const char *whose, const struct trust_status *status,
                          enum mdoc_reaction reaction, const char *age)
{
    const char *reason = mdoc_check_words(c, status->reason);

    if (status->is_beyond)
        mdoc_check_fail(c, OC_REFUSED, "unknown, nobody can say whether %s is revoked: %s%s",
                        whose, reason, age);
    else
        mdoc_check_skip(c, reaction == MDOC_REFUSE,
                        "unknown, nobody can say whether %s is revoked: %s%s", whose, reason, age);
    c->remedy = status->wants_list ? MDOC_REMEDY_TRUST : MDOC_REMEDY_NONE;
}

/* What a verdict makes of a check; `what` is "the card" or "the signer's certificate". The detail
 * has trust_status_word() in it. What is not known shows as not checked, whether that is let pass
 * or not. */
static void judge(struct mdoc_check *c, const char *what, const struct trust_status *status,
                  enum mdoc_reaction stale, enum mdoc_reaction unknown)
{
    const char *whose = mdoc_check_words(c, what);
    char age[96];

    age_of(age, c, status);
    switch (status->verdict) {
    case TRUST_STATUS_VALID:
        mdoc_check_pass(c, "valid, not revoked%s", age);
        break;
    case TRUST_STATUS_REVOKED:
        mdoc_check_fail(c, OC_REFUSED, "%s is revoked%s", whose, age);
        break;
    case TRUST_STATUS_SUSPENDED:
        mdoc_check_fail(c, OC_REFUSED, "%s is suspended%s", whose, age);
        break;
    case TRUST_STATUS_STALE:
        mdoc_check_react(c, stale, "stale, nobody can say whether %s is revoked: %s%s", whose,
                         mdoc_check_words(c, status->reason), age);
        c->remedy = MDOC_REMEDY_TRUST;
        break;
    case TRUST_STATUS_UNKNOWN:
        judge_unknown(c, whose, status, unknown, age);
        break;
    }
}

static void check_revocation(struct mdoc_check *c, const struct trust_signer *signer,
                             const struct inspection *what)
{
    const struct trust_status_limits limits = {
        .max_age_s = what->policy->crl_max_age_s, .skew_s = what->policy->skew_s,
    };
    struct trust_revocation found;
    char at[DATE_TIME_TEXT_N];

    if (what->in->signer != NULL || signer->chain != OC_OK) {
        mdoc_check_moot(c, what->in->signer == NULL || what->policy->crl_unknown == MDOC_REFUSE,
                          "no chain, so no authority to revoke it");
        return;
    }
    /* Lists of authorities in between are not kept; the profile allows none. */
    if (signer->by_link || !bytes_eq(signer->facts.issuer_der, signer->anchor.subject_der)) {
        mdoc_check_moot(c, what->policy->crl_unknown == MDOC_REFUSE,
                        "its path has certificates that no revocation list is held of");
        return;
    }
    if (what->in->crls == NULL || what->in->crls->n == 0) {
        mdoc_check_skip(c, what->policy->crl_unknown == MDOC_REFUSE,
                        "no revocation list of any authority is held");
        c->remedy = MDOC_REMEDY_TRUST;
        return;
    }
    found = trust_crls_check(what->in->crls, signer->certificate, signer->anchor_certificate,
                             what->in->now, limits);
    if (found.status.verdict == TRUST_STATUS_REVOKED && date_time_write(found.at, at))
        mdoc_check_fail(c, OC_REFUSED, "the signer's certificate was revoked %s: %s", at,
                        mdoc_check_words(c, found.why != NULL ? found.why : "unspecified"));
    else
        judge(c, "the signer's certificate", &found.status, what->policy->crl_stale,
              what->policy->crl_unknown);
}

/* A list of authorities may believe one for some types of card alone. */
static void check_doc_type_of_anchor(struct mdoc_check *c, const struct trust_signer *signer,
                                     const struct inspection *what)
{
    struct bytes doc_type = what->document->issuer_signed.mso.doc_type;

    if (what->in->signer != NULL || signer->chain != OC_OK)
        mdoc_check_moot(c, what->in->signer == NULL, "no chain, so no authority to ask");
    else if (trust_anchors_allow(what->in->anchors, signer->anchor_index, doc_type))
        mdoc_check_pass(c, "%.*s", SHORT(doc_type));
    else
        mdoc_check_fail(c, OC_UNTRUSTED, "its authority is not believed for %.*s", SHORT(doc_type));
}

enum oc_err mdoc_inspect_signer(struct mdoc_check *checks, const struct trust_signer **signer,
                                struct trust_signer *room, const struct inspection *what)
{
    bool pinned = what->in->signer != NULL;
    enum oc_err e;

    *signer = room;
    e = find_signer(signer, room, what->in, &what->document->issuer_signed.auth);
    if (e != OC_OK) {
        what->fault->reason = (*signer)->chain_reason;
        return e;
    }
    check_chain(checks, *signer, pinned, what->in->now);
    check_profile(&checks[MDOC_CHECK_SIGNER_PROFILE], *signer, what->in->accept_profile);
    check_revocation(&checks[MDOC_CHECK_SIGNER_REVOCATION], *signer, what);
    check_doc_type_of_anchor(&checks[MDOC_CHECK_SIGNER_DOC_TYPE], *signer, what);
    return OC_OK;
}

/* By the anchor's country, or by the anchor itself, whose digest costs more. */
static enum oc_err is_issuer_allowed(bool *allowed, const struct trust_signer *signer,
                                     const struct mdoc_policy *p)
{
    char fingerprint[X509_FINGERPRINT_TEXT_N];
    enum oc_err e;

    *allowed = p->issuers_n == 0;
    if (*allowed || signer->anchor_certificate == NULL)
        return OC_OK;
    *allowed = mdoc_policy_allows(p->issuers, p->issuers_n, bytes_str(signer->anchor.country));
    if (*allowed)
        return OC_OK;
    e = x509_fingerprint_text(signer->anchor_certificate, fingerprint);
    *allowed = e == OC_OK && mdoc_policy_allows(p->issuers, p->issuers_n, bytes_str(fingerprint));
    return e;
}

/* The name of an algorithm, of the issuer or the device, that the policy does not name; or NULL. */
static const char *refused_algorithm(const struct inspection *what)
{
    const struct mdoc_policy *p = what->policy;
    const struct mdoc_document *doc = what->document;
    const int used[] = { doc->issuer_signed.auth.alg,
                         doc->has_mac ? doc->mac.alg : doc->signature.alg };

    for (int i = 0; i < (what->issuer_only ? 1 : 2) && p->algorithms_n > 0; i++) {
        const char *name = algorithm_name(used[i]);

        if (name == NULL)
            return "(unknown)";
        if (!mdoc_policy_allows(p->algorithms, p->algorithms_n, bytes_str(name)))
            return name;
    }
    return NULL;
}

enum oc_err mdoc_inspect_policy(struct mdoc_check *c, const struct trust_signer *signer,
                                const struct inspection *what)
{
    struct bytes doc_type = what->document->issuer_signed.mso.doc_type;
    const struct mdoc_policy *p = what->policy;
    const char *algorithm = refused_algorithm(what);
    bool issuer_allowed;
    enum oc_err e = is_issuer_allowed(&issuer_allowed, signer, p);

    if (e != OC_OK)
        return e;
    if (!mdoc_policy_allows(p->doc_types, p->doc_types_n, doc_type))
        mdoc_check_fail(c, OC_REFUSED, "cards of this type are not accepted here");
    else if (!issuer_allowed)
        mdoc_check_fail(c, OC_REFUSED, "cards of this issuer are not accepted here");
    else if (algorithm != NULL)
        mdoc_check_fail(c, OC_REFUSED, "the algorithm %s is not accepted here", algorithm);
    else if (p->doc_types_n + p->issuers_n + p->algorithms_n == 0)
        mdoc_check_pass(c, "any type, issuer and algorithm");
    else
        mdoc_check_pass(c, "type, issuer and algorithms");
    return OC_OK;
}

/* The card's status under the authority that vouches for its signer. */
static struct trust_status look_up(const struct trust_status_refs *refs,
                                   const struct trust_signer *signer, const struct inspection *what)
{
    static const struct trust_status_lists none;
    const struct trust_status_lists *lists =
        what->in->status_lists != NULL ? what->in->status_lists : &none;
    const struct trust_status_limits limits = {
        .max_age_s = what->policy->status_max_age_s, .skew_s = what->policy->skew_s,
    };

    if (signer->anchor_certificate == NULL)
        return (struct trust_status){ .verdict = TRUST_STATUS_UNKNOWN,
                                      .reason = "no chain, so no authority whose list it is" };
    return trust_status_lookup_all(lists, refs, signer->anchor_certificate, what->in->now, limits);
}

enum oc_err mdoc_inspect_status(struct mdoc_check *c, const struct trust_signer *signer,
                                const struct inspection *what)
{
    bool accept = what->in->accept_unchecked_status;
    struct bytes cbor = what->document->issuer_signed.mso.status;
    enum mdoc_reaction stale = accept ? MDOC_WARN : what->policy->status_stale;
    enum mdoc_reaction unknown = accept ? MDOC_WARN : what->policy->status_unknown;
    struct trust_status_refs refs;
    struct trust_status *status = &what->report->status;
    enum oc_err e;

    if (cbor.p == NULL) {
        mdoc_check_skip(c, what->policy->status_none == MDOC_REFUSE, "the card names no status list");
        c->remedy = c->blocks ? MDOC_REMEDY_POLICY : MDOC_REMEDY_NONE;
        return OC_OK;
    }
    e = trust_status_refs_read(&refs, cbor, NULL);
    if (e == OC_MEMORY)
        return e;
    if (e != OC_OK) {
        mdoc_check_fail(c, OC_REFUSED, "the place of its status cannot be read");
        c->remedy = MDOC_REMEDY_NONE;
        return OC_OK;
    }
    *status = look_up(&refs, signer, what);
    what->report->has_status = signer->anchor_certificate != NULL;
    judge(c, "the card", status, stale, unknown);
    /* The card names a list, so that to pass without one is a concession. */
    if (c->outcome == MDOC_NOT_CHECKED && !c->blocks)
        c->outcome = MDOC_WARNING;
    return OC_OK;
}
