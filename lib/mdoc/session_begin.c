/* How both sides of a session begin: engagement, handover, transcript, keys. */
#include <stdlib.h>

#include "mdoc/handover.h"
#include "mdoc/session_parts.h"

static bool is_limit(int64_t limit_s, int64_t min_s)
{
    return limit_s == 0 || (limit_s >= min_s && limit_s <= MDOC_SESSION_LIMIT_MAX_S);
}

static bool are_limits(const struct mdoc_session_limits *limits)
{
    return is_limit(limits->inactivity_s, MDOC_SESSION_INACTIVITY_MIN_S) &&
           is_limit(limits->engagement_s, MDOC_SESSION_ENGAGEMENT_MIN_S);
}

static enum oc_err begin(struct mdoc_session **out, enum session_sender self,
                         const struct mdoc_session_limits *limits, int64_t now)
{
    struct mdoc_session *s;

    *out = NULL;
    if (!are_limits(limits))
        return OC_USAGE;
    s = malloc(sizeof *s);
    if (s == NULL)
        return OC_MEMORY;
    *s = (struct mdoc_session){
        .self = self,
        .state = self == SESSION_READER ? MDOC_SESSION_TO_SEND : MDOC_SESSION_TO_RECEIVE,
        .limits = *limits,
        .active = now,
    };
    if (limits->inactivity_s == 0)
        s->limits.inactivity_s = MDOC_SESSION_INACTIVITY_MIN_S;
    if (limits->engagement_s == 0)
        s->limits.engagement_s = MDOC_SESSION_ENGAGEMENT_MIN_S;
    buf_init(&s->engagement, MDOC_ENGAGEMENT_MAX);
    buf_init(&s->nfc_select, MDOC_ENGAGEMENT_MAX);
    buf_init(&s->nfc_request, MDOC_ENGAGEMENT_MAX);
    buf_init(&s->reader_key_bytes, MDOC_ENGAGEMENT_MAX);
    buf_init(&s->transcript, MDOC_BYTES_MAX);
    *out = s;
    return OC_OK;
}

void mdoc_session_free(struct mdoc_session **s)
{
    if (*s == NULL)
        return;
    session_cipher_cleanup(&(*s)->ciphers[SESSION_READER]);
    session_cipher_cleanup(&(*s)->ciphers[SESSION_HOLDER]);
    private_key_free(&(*s)->own_key);
    public_key_free(&(*s)->peer_key);
    buf_cleanup(&(*s)->engagement);
    buf_cleanup(&(*s)->nfc_select);
    buf_cleanup(&(*s)->nfc_request);
    buf_cleanup(&(*s)->reader_key_bytes);
    buf_cleanup(&(*s)->transcript);
    free(*s);
    *s = NULL;
}

static struct private_key **given_or(struct private_key **given, struct private_key **fresh)
{
    return given != NULL && *given != NULL ? given : fresh;
}

enum oc_err mdoc_session_holder_new(struct mdoc_session **out,
                                    const struct mdoc_session_holder_spec *spec, int64_t now)
{
    struct private_key *fresh = NULL;
    struct private_key **key = given_or(spec->device_key, &fresh);
    struct mdoc_session *s;
    enum oc_err e = begin(&s, SESSION_HOLDER, &spec->limits, now);

    *out = NULL;
    if (e != OC_OK ||
        (*key == NULL && (e = private_key_generate(&fresh, spec->curve)) != OC_OK))
        goto out;
    mdoc_engagement_write(&s->engagement, &(struct mdoc_engagement_spec){
        .device_key = private_key_public(*key),
        .retrievals = spec->retrievals, .retrievals_n = spec->retrievals_n });
    if ((e = buf_err(&s->engagement)) != OC_OK)
        goto out;
    s->own_key = *key;
    *key = NULL;                        /* moved to the session */
    *out = s;
    s = NULL;
out:
    private_key_free(&fresh);
    mdoc_session_free(&s);
    return e;
}

enum oc_err mdoc_session_by_nfc(struct mdoc_session *s, struct bytes select, struct bytes request)
{
    struct mdoc_nfc_select parsed;
    enum oc_err e;

    if (s->self != SESSION_HOLDER || s->is_open || s->state == MDOC_SESSION_ENDED ||
        mdoc_nfc_select_read(&parsed, select, NULL) != OC_OK ||
        !bytes_eq(parsed.engagement, buf_view(&s->engagement)))
        return OC_USAGE;
    buf_truncate(&s->nfc_select, 0);
    buf_truncate(&s->nfc_request, 0);
    buf_add(&s->nfc_select, select);
    buf_add(&s->nfc_request, request);
    if ((e = buf_err(&s->nfc_select)) == OC_OK && (e = buf_err(&s->nfc_request)) == OC_OK)
        return OC_OK;
    buf_truncate(&s->nfc_select, 0);
    buf_truncate(&s->nfc_request, 0);
    return e;
}

enum oc_err session_derive(struct mdoc_session *s, struct bytes reader_key_bytes,
                           const struct public_key *theirs)
{
    struct mdoc_session_facts facts = { .of = {
        [MDOC_FACT_ENGAGEMENT] = buf_view(&s->engagement),
        [MDOC_FACT_EREADER_KEY] = reader_key_bytes,
        [MDOC_FACT_NFC_SELECT] = buf_view(&s->nfc_select),
        [MDOC_FACT_NFC_REQUEST] = buf_view(&s->nfc_request),
    } };
    enum oc_err e;

    mdoc_handover_write(&s->transcript,
                        s->nfc_select.n > 0 ? MDOC_HANDOVER_ISO_NFC : MDOC_HANDOVER_ISO_QR, &facts);
    if ((e = buf_err(&s->transcript)) != OC_OK)
        return e;
    return session_ciphers_init(s->ciphers, s->own_key, theirs, buf_view(&s->transcript));
}

/* The engagement within what the reader was given. */
static enum oc_err find_engagement(struct bytes *engagement,
                                   const struct mdoc_session_reader_spec *spec,
                                   struct oc_fault *fault)
{
    struct mdoc_nfc_select select;
    enum oc_err e;

    *engagement = spec->engagement;
    if ((spec->engagement.n == 0) == (spec->nfc_select.n == 0) ||
        (spec->nfc_select.n == 0 && spec->nfc_request.n > 0))
        return OC_USAGE;
    if (spec->nfc_select.n == 0)
        return OC_OK;
    if ((e = mdoc_nfc_select_read(&select, spec->nfc_select, fault)) == OC_OK)
        *engagement = select.engagement;
    return e;
}

/* What was received is kept, as the transcript takes it, and a key on the engagement's curve. */
static enum oc_err take_engagement(struct mdoc_session *s, struct private_key **key,
                                   const struct mdoc_engagement *g,
                                   const struct mdoc_session_reader_spec *spec)
{
    enum curve curve = public_key_curve(g->device_key);
    enum oc_err e = OC_OK;

    if (*key == NULL)
        e = private_key_generate(key, curve);
    else if (private_key_curve(*key) != curve)
        e = OC_USAGE;
    if (e != OC_OK)
        return e;
    buf_add(&s->engagement, g->source);
    buf_add(&s->nfc_select, spec->nfc_select);
    buf_add(&s->nfc_request, spec->nfc_request);
    mdoc_ereader_key_write(&s->reader_key_bytes, private_key_public(*key));
    if ((e = buf_err(&s->engagement)) != OC_OK || (e = buf_err(&s->nfc_select)) != OC_OK ||
        (e = buf_err(&s->nfc_request)) != OC_OK)
        return e;
    return buf_err(&s->reader_key_bytes);
}

/* The key moves to the session, unless it agrees on nothing with the holder's. */
static enum oc_err agree(struct mdoc_session *s, struct private_key **key,
                         const struct mdoc_engagement *g, struct oc_fault *fault)
{
    enum oc_err e;

    s->own_key = *key;
    e = session_derive(s, buf_view(&s->reader_key_bytes), g->device_key);
    if (e == OC_OK) {
        *key = NULL;
        return OC_OK;
    }
    s->own_key = NULL;
    if (e == OC_SHAPE && fault != NULL)
        *fault = (struct oc_fault){ (size_t)(g->device_key_bytes.p - g->source.p),
                                    "EDeviceKey does not agree with EReaderKey" };
    return e;
}

enum oc_err mdoc_session_reader_new(struct mdoc_session **out,
                                    const struct mdoc_session_reader_spec *spec, int64_t now,
                                    struct oc_fault *fault)
{
    struct private_key *fresh = NULL;
    struct private_key **key = given_or(spec->reader_key, &fresh);
    struct mdoc_engagement g = { 0 };
    struct bytes engagement;
    struct mdoc_session *s;
    enum oc_err e = begin(&s, SESSION_READER, &spec->limits, now);

    *out = NULL;
    if (e != OC_OK || (e = find_engagement(&engagement, spec, fault)) != OC_OK)
        goto out;
    if ((e = mdoc_engagement_init(&g, engagement, fault)) != OC_OK ||
        (e = take_engagement(s, key, &g, spec)) != OC_OK ||
        (e = agree(s, key, &g, fault)) != OC_OK) {
        if (fault != NULL && spec->nfc_select.n > 0)
            fault->offset += (size_t)(engagement.p - spec->nfc_select.p);
        goto out;
    }
    *out = s;
    s = NULL;
out:
    private_key_free(&fresh);
    mdoc_engagement_cleanup(&g);
    mdoc_session_free(&s);
    return e;
}
