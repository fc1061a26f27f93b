#include "mdoc/inspect.h"

#include <stdio.h>
#include <string.h>

#include "core/date.h"
#include "cose/sign1.h"
#include "mdoc/auth.h"
#include "mdoc/authorizations.h"
#include "mdoc/version.h"

static const char *time_text(char out[DATE_TIME_TEXT_N], int64_t seconds)
{
    return date_time_write(seconds, out) ? out : "?";
}

/* Returns whether the issuer's signature holds: nothing in the MSO means anything without. */
static enum oc_err check_issuer_signature(struct mdoc_check *checks, bool *holds,
                                          const struct trust_signer *signer,
                                          const struct cose_sign1 *auth)
{
    struct mdoc_check *algorithm = &checks[MDOC_CHECK_ISSUER_ALGORITHM];
    struct mdoc_check *signature = &checks[MDOC_CHECK_ISSUER_SIGNATURE];
    const struct public_key *key =
        signer->certificate != NULL ? x509_public_key(signer->certificate) : NULL;
    const struct curve_info *curve;
    enum oc_err e;

    *holds = false;
    if (key == NULL) {
        mdoc_check_skip(algorithm, true, "the signer has no key that we accept (EC or EdDSA)");
        mdoc_check_moot(signature, true, "the signer has no key that we accept (EC or EdDSA)");
        return OC_OK;
    }
    curve = curve_info(public_key_curve(key));
    if (curve == NULL || auth->alg == COSE_ALG_NONE || (int)curve->alg != auth->alg) {
        mdoc_check_fail(algorithm, OC_SIGNATURE, "algorithm %d does not go with curve %s",
                        auth->alg, curve != NULL ? curve->name : "?");
        mdoc_check_moot(signature, true, "the algorithm does not go with the signer's key");
        return OC_OK;
    }
    mdoc_check_pass(algorithm, "%s on %s", algorithm_name(auth->alg), curve->name);
    e = cose_sign1_verify(auth, key, auth->payload, (struct bytes){ 0 });
    if (e == OC_OK) {
        mdoc_check_pass(signature, "holds");
        *holds = true;
    } else if (e == OC_SIGNATURE || e == OC_SHAPE) {
        mdoc_check_fail(signature, OC_SIGNATURE,
                        "the card was changed, or not signed by the certificate it carries");
        e = OC_OK;
    }
    return e;
}

static void check_mso_version(struct mdoc_check *c, const struct mdoc_mso *mso)
{
    if (mdoc_version_is_1(mso->version))
        mdoc_check_pass(c, "%.*s", SHORT(mso->version));
    else
        mdoc_check_fail(c, OC_REFUSED, "version \"%.*s\" is not known here", SHORT(mso->version));
}

/* Compare one element with its digest; *fault is static text when it is not what was signed. */
static enum oc_err check_digest(const char **fault, const struct mdoc_mso *mso,
                                struct bytes name_space, const struct mdoc_item *item,
                                struct hasher *hasher)
{
    uint8_t actual[DIGEST_MAX];
    bool known;
    struct bytes digest = mdoc_mso_digest(mso, name_space, item->digest_id, &known);
    enum oc_err e;

    *fault = known ? "the issuer signed no digest of this number"
                   : "the issuer signed nothing in its namespace";
    if (digest.p == NULL)
        return OC_OK;
    e = hasher_of(hasher, mso->digest, item->tagged, actual);
    if (e != OC_OK)
        return e;
    *fault = digest_equal(digest, (struct bytes){ actual, digest_size(mso->digest) })
                 ? NULL
                 : "not the value that the issuer signed";
    return OC_OK;
}

static enum oc_err check_digests(struct mdoc_check *c, const struct mdoc_issuer_signed *card)
{
    struct hasher hasher = { NULL };
    const char *fault = NULL;
    enum oc_err e = OC_OK;

    if (card->mso.digest == DIGEST_NONE) {
        mdoc_check_fail(c, OC_REFUSED, "a digest algorithm that is not known here");
        return OC_OK;
    }
    for (size_t i = 0; i < card->spaces_n && fault == NULL && e == OC_OK; i++) {
        const struct mdoc_item_space *space = &card->spaces[i];

        for (size_t j = space->first; j < space->first + space->n && fault == NULL && e == OC_OK;
             j++) {
            const struct mdoc_item *item = &card->items[j];

            e = check_digest(&fault, &card->mso, space->name, item, &hasher);
            if (fault != NULL)
                mdoc_check_fail(c, OC_DIGEST, "%.*s: %s", SHORT(item->name),
                                mdoc_check_words(c, fault));
        }
    }
    if (e == OC_OK && fault == NULL)
        mdoc_check_pass(c, card->items_n == 1 ? "%zu element, %s" : "%zu elements, %s",
                        card->items_n, digest_name(card->mso.digest));
    hasher_cleanup(&hasher);
    return e;
}

static void check_doc_type(struct mdoc_check *c, const struct inspection *what)
{
    struct bytes outer = what->document->doc_type;
    struct bytes inner = what->document->issuer_signed.mso.doc_type;

    if (what->doc_type_is_own)
        mdoc_check_skip(c, false, "the issuer's part alone names no other type");
    else if (bytes_eq(outer, inner))
        mdoc_check_pass(c, "%.*s", SHORT(inner));
    else
        mdoc_check_fail(c, OC_REFUSED, "shown as %.*s, signed as %.*s", SHORT(outer), SHORT(inner));
}

static void check_times(struct mdoc_check *checks, const struct mdoc_mso *mso,
                        const struct trust_signer *signer, int64_t now,
                        const struct mdoc_policy *policy)
{
    struct mdoc_check *inside = &checks[MDOC_CHECK_SIGNED_IN_SIGNER];
    struct mdoc_check *validity = &checks[MDOC_CHECK_VALIDITY];
    struct mdoc_check *end = &checks[MDOC_CHECK_SIGNER_END];
    const struct x509_facts *ds = &signer->facts;
    char a[DATE_TIME_TEXT_N], b[DATE_TIME_TEXT_N];

    if (mso->signed_at >= ds->not_before && mso->signed_at <= ds->not_after)
        mdoc_check_pass(inside, "signed %s", time_text(a, mso->signed_at));
    else
        mdoc_check_fail(inside, OC_REFUSED,
                        "signed %s, when the signer's certificate was not valid",
                        time_text(a, mso->signed_at));

    if (mso->valid_from < mso->signed_at || mso->valid_until <= mso->valid_from)
        mdoc_check_fail(validity, OC_REFUSED, "the card's own times contradict each other");
    else if (now < mso->valid_from)
        mdoc_check_fail(validity, OC_EXPIRED, "not valid before %s", time_text(a, mso->valid_from));
    else if (now > mso->valid_until)
        mdoc_check_fail(validity, OC_EXPIRED, "expired %s", time_text(a, mso->valid_until));
    else
        mdoc_check_pass(validity, "until %s", time_text(a, mso->valid_until));

    if (mso->valid_until <= ds->not_after)
        mdoc_check_pass(end, "signer until %s", time_text(a, ds->not_after));
    else
        mdoc_check_react(end, policy->outlives_signer,
                         "the card runs until %s, its signer's certificate only until %s",
                         time_text(a, mso->valid_until), time_text(b, ds->not_after));
}

static void judge_device_items(struct mdoc_check *c, const struct mdoc_document *doc,
                               const struct mdoc_authorizations *authorized)
{
    if (doc->device_items_n == 0)
        mdoc_check_pass(c, "the device says nothing of its own");
    else
        mdoc_check_pass(c, doc->device_items_n == 1 ? "%zu element authorised"
                                                    : "%zu elements authorised",
                        doc->device_items_n);
    for (size_t i = 0; i < doc->device_items_n; i++) {
        const struct mdoc_device_item *item = &doc->device_items[i];

        if (mdoc_authorizations_have(authorized, item->name_space, item->name))
            continue;
        mdoc_check_fail(c, OC_REFUSED, "%.*s: the issuer does not let the device say this",
                        SHORT(item->name));
        return;
    }
}

/* An MSO that contradicts itself is refused whatever the device says, and without it too. */
static enum oc_err check_device_authorized(struct mdoc_check *c, const struct inspection *what)
{
    struct mdoc_authorizations authorized;
    enum oc_err e = mdoc_authorizations_init(&authorized, &what->document->issuer_signed.mso);

    if (e != OC_OK)
        return e;
    if (authorized.twice.p != NULL)
        mdoc_check_fail(c, OC_REFUSED, "%.*s: authorised both as a whole and by its elements",
                        SHORT(authorized.twice));
    else if (what->issuer_only)
        mdoc_check_moot(c, false, "only the issuer's part was asked to be checked");
    else
        judge_device_items(c, what->document, &authorized);
    mdoc_authorizations_cleanup(&authorized);
    return OC_OK;
}

static enum oc_err verify_mac(const struct inspection *what, struct bytes authentication)
{
    const struct mdoc_document *doc = what->document;
    struct secret *key = NULL;
    enum oc_err e = mdoc_emac_key(&key, what->in->reader_key, doc->issuer_signed.mso.device_key,
                                  what->transcript);

    if (e == OC_OK)
        e = cose_mac0_verify(&doc->mac, key, authentication, (struct bytes){ 0 });
    secret_free(&key);
    return e;
}

static enum oc_err check_device_auth(struct mdoc_check *c, const struct inspection *what)
{
    const struct mdoc_document *doc = what->document;
    struct buf authentication;
    enum oc_err e;

    if (doc->has_mac && what->in->reader_key == NULL) {
        mdoc_check_skip(c, true, "a device MAC, and no reader key was given to check it with");
        return OC_OK;
    }
    buf_init(&authentication, MDOC_SIGNED_MAX);
    mdoc_device_authentication(&authentication, what->transcript, doc->doc_type,
                               doc->device_name_spaces);
    e = buf_err(&authentication);
    if (e == OC_OK && doc->has_mac)
        e = verify_mac(what, buf_view(&authentication));
    else if (e == OC_OK)
        e = cose_sign1_verify(&doc->signature, doc->issuer_signed.mso.device_key,
                              buf_view(&authentication), (struct bytes){ 0 });
    buf_cleanup(&authentication);
    switch ((int)e) {
    case OC_OK:
        if (doc->has_mac)
            mdoc_check_pass(c, "device MAC holds");
        else
            mdoc_check_pass(c, "device signature holds");
        return OC_OK;
    case OC_SIGNATURE:
        mdoc_check_fail(c, OC_SIGNATURE,
                        "not made by this card's device for this session: replayed, or another key");
        return OC_OK;
    case OC_SHAPE:
        mdoc_check_fail(c, OC_SIGNATURE, "its algorithm or key does not fit the device key");
        return OC_OK;
    default:
        return e;
    }
}

static void check_requested(struct mdoc_check *c, const struct inspection *what)
{
    if (what->in->request == NULL)
        mdoc_check_skip(c, false, "nothing in particular was asked for");
    else if (what->asked == NULL)
        mdoc_check_fail(c, OC_REFUSED, "it was not asked for, or shown more often than asked");
    else
        mdoc_check_pass(c, "%.*s", SHORT(what->document->doc_type));
}

/* Everything that rests on the MSO being genuine. */
static enum oc_err inspect_content(struct mdoc_check *checks, const struct inspection *what,
                                   const struct trust_signer *signer)
{
    const struct mdoc_issuer_signed *card = &what->document->issuer_signed;
    enum oc_err e;

    check_mso_version(&checks[MDOC_CHECK_MSO_VERSION], &card->mso);
    if ((e = check_digests(&checks[MDOC_CHECK_DIGESTS], card)) != OC_OK)
        return e;
    check_doc_type(&checks[MDOC_CHECK_DOC_TYPE], what);
    mdoc_inspect_issuing(&checks[MDOC_CHECK_ISSUING_COUNTRY], signer, what);
    check_times(checks, &card->mso, signer, what->in->now, what->policy);
    if ((e = mdoc_inspect_status(&checks[MDOC_CHECK_STATUS], signer, what)) != OC_OK)
        return e;
    e = check_device_authorized(&checks[MDOC_CHECK_DEVICE_AUTHORIZED], what);
    if (e != OC_OK)
        return e;
    if (what->issuer_only) {
        mdoc_check_moot(&checks[MDOC_CHECK_DEVICE_AUTH], false,
                        "only the issuer's part was asked to be checked");
        return OC_OK;
    }
    return check_device_auth(&checks[MDOC_CHECK_DEVICE_AUTH], what);
}

enum oc_err mdoc_inspect_document(struct mdoc_check *checks, struct mdoc_card *card,
                             const struct inspection *what)
{
    const struct mdoc_issuer_signed *issued = &what->document->issuer_signed;
    struct trust_signer room = { 0 };
    const struct trust_signer *signer = &room;
    bool genuine = false;
    enum oc_err e;

    check_requested(&checks[MDOC_CHECK_DOCUMENT_REQUESTED], what);
    if ((e = mdoc_inspect_signer(checks, &signer, &room, what)) != OC_OK ||
        (e = mdoc_inspect_policy(&checks[MDOC_CHECK_POLICY], signer, what)) != OC_OK ||
        (e = check_issuer_signature(checks, &genuine, signer, &issued->auth)) != OC_OK)
        goto out;
    if (genuine) {
        e = inspect_content(checks, what, signer);
    } else {
        for (int i = MDOC_CHECK_MSO_VERSION; i <= MDOC_CHECK_DEVICE_AUTH; i++)
            mdoc_check_moot(&checks[i], true, "means nothing without the issuer's signature");
    }
    card->doc_type = issued->mso.doc_type;
    card->signed_at = issued->mso.signed_at;
    card->valid_from = issued->mso.valid_from;
    card->valid_until = issued->mso.valid_until;
    memcpy(card->issuer, signer->facts.subject, sizeof card->issuer);
out:
    trust_signer_cleanup(&room);
    return e;
}
