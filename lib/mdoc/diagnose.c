#include "mdoc/diagnose.h"

#include "codec/cbr.h"
#include "codec/cbw.h"
#include "mdoc/auth.h"
#include "mdoc/slips.h"

enum { SLOW_CURVE_COST = 8, BYTES_PER_COST = 16 * 1024 };

/* One guess at what a wallet did: a transcript, and how it was put under the signature. */
struct guess {
    enum mdoc_handover form;            /* MDOC_HANDOVERS_N: the transcript given */
    size_t slips_n;
    size_t slips[MDOC_SLIPS_MAX];
    struct buf transcript;
    bool wrapped, untagged;
};

struct search {
    struct mdoc_diagnosis *out;
    const struct mdoc_diagnose_in *in;
    const struct mdoc_device_response *response;
    size_t cost;
};

static bool is_used(enum mdoc_handover form, enum mdoc_fact fact)
{
    const struct mdoc_handover_info *info;

    if (fact == MDOC_FACTS_N)
        return true;
    if (form == MDOC_HANDOVERS_N)
        return false;
    info = mdoc_handover_info(form);
    return ((info->needs | info->may_use) & 1u << fact) != 0;
}

/* Fill in the transcript, if the slips apply; an error where it cannot be written. */
static enum oc_err guess_write(struct guess *g, const struct mdoc_diagnose_in *in, bool *applies)
{
    struct mdoc_session_facts facts = in->facts;
    struct buf store[MDOC_SLIPS_MAX] = { 0 };
    enum oc_err e = OC_OK;

    *applies = true;
    g->wrapped = g->untagged = false;
    buf_init(&g->transcript, MDOC_BYTES_MAX);
    for (size_t i = 0; i < g->slips_n && *applies; i++) {
        const struct slip *slip = slip_at(g->slips[i]);

        *applies = is_used(g->form, slip->fact);
        if (*applies)
            e = slip_make(slip, &facts, &store[i], applies);
        g->wrapped |= slip->kind == SLIP_SIGN_WRAPPED;
        g->untagged |= slip->kind == SLIP_SIGN_UNTAGGED;
    }
    if (*applies) {
        if (g->form == MDOC_HANDOVERS_N)
            buf_add(&g->transcript, in->transcript);
        else
            mdoc_handover_write(&g->transcript, g->form, &facts);
        e = buf_err(&g->transcript);
    }
    for (size_t i = 0; i < MDOC_SLIPS_MAX; i++)
        buf_cleanup(&store[i]);
    return e;
}

/* Examined or not: what could not be must not look as if it did not fit. */
static bool is_unexamined(enum oc_err e)
{
    return e == OC_MEMORY || e == OC_UNAVAILABLE;
}

/* What the device would have signed. */
static void put_authentication(struct buf *out, const struct guess *g,
                               const struct mdoc_document *doc)
{
    struct bytes transcript = buf_view(&g->transcript), inner;
    struct buf wrapped, tagged;
    struct cbr r;

    buf_init(&wrapped, MDOC_SIGNED_MAX);
    buf_init(&tagged, MDOC_SIGNED_MAX);
    if (g->wrapped) {
        cbw_embedded(&wrapped, transcript);
        buf_fail(out, buf_err(&wrapped));
        transcript = buf_view(&wrapped);
    }
    mdoc_device_authentication(&tagged, transcript, doc->doc_type, doc->device_name_spaces);
    buf_fail(out, buf_err(&tagged));
    cbr_init(&r, buf_view(&tagged));
    inner = cbr_embedded(&r, NULL);
    cbw_raw(out, g->untagged ? inner : buf_view(&tagged));
    buf_cleanup(&tagged);
    buf_cleanup(&wrapped);
}

static enum oc_err check(const struct search *s, const struct guess *g,
                         const struct mdoc_document *doc)
{
    const struct public_key *device_key = doc->issuer_signed.mso.device_key;
    struct secret *key = NULL;
    struct buf signed_bytes;
    enum oc_err e;

    buf_init(&signed_bytes, MDOC_SIGNED_MAX);
    put_authentication(&signed_bytes, g, doc);
    if ((e = buf_err(&signed_bytes)) != OC_OK)
        goto out;
    if (!doc->has_mac) {
        e = cose_sign1_verify(&doc->signature, device_key, buf_view(&signed_bytes),
                              (struct bytes){ 0 });
        goto out;
    }
    e = mdoc_emac_key(&key, s->in->reader_key, device_key, buf_view(&g->transcript));
    if (e == OC_OK)
        e = cose_mac0_verify(&doc->mac, key, buf_view(&signed_bytes), (struct bytes){ 0 });
out:
    secret_free(&key);
    buf_cleanup(&signed_bytes);
    return e;
}

static bool may_spend(struct search *s, const struct guess *g, const struct mdoc_document *doc)
{
    enum curve curve = public_key_curve(doc->issuer_signed.mso.device_key);
    size_t bytes = g->transcript.n + doc->device_name_spaces.n;
    size_t cost = (curve == CURVE_P256 ? 1 : SLOW_CURVE_COST) + bytes / BYTES_PER_COST;

    if (s->cost + cost > MDOC_DIAGNOSE_COST_MAX) {
        s->out->exhausted = true;
        return false;
    }
    s->cost += cost;
    return true;
}

static enum oc_err try_document(struct search *s, const struct guess *g, size_t i, bool *holds)
{
    const struct mdoc_document *doc = &s->response->documents[i];
    enum oc_err e;

    *holds = false;
    if (s->out->documents[i].needs_reader_key || !may_spend(s, g, doc))
        return OC_OK;
    e = check(s, g, doc);
    *holds = e == OC_OK;
    return is_unexamined(e) || e == OC_LIMIT ? e : OC_OK;
}

static enum oc_err try_guess(struct search *s, struct guess *g)
{
    enum oc_err e = OC_OK;
    bool holds;

    for (size_t i = 0; i < s->response->documents_n && e == OC_OK; i++) {
        struct mdoc_finding *finding = &s->out->documents[i];

        if (finding->found)
            continue;
        e = try_document(s, g, i, &holds);
        if (!holds)
            continue;
        finding->found = true;
        finding->form = g->form;
        finding->slips_n = g->slips_n;
        for (size_t j = 0; j < g->slips_n; j++)
            finding->slips[j] = g->slips[j];
        if (g->form != MDOC_HANDOVERS_N)
            s->out->forms[g->form].fits++;
    }
    return e;
}

static enum oc_err try_form(struct search *s, enum mdoc_handover form, size_t slips_n,
                            const size_t *slips)
{
    struct guess g = { .form = form, .slips_n = slips_n };
    enum oc_err e, written;
    bool applies;

    for (size_t i = 0; i < slips_n; i++)
        g.slips[i] = slips[i];
    written = guess_write(&g, s->in, &applies);
    if (written == OC_OK)
        e = applies ? try_guess(s, &g) : OC_OK;
    else
        e = is_unexamined(written) ? written : OC_OK;   /* else these facts give no transcript */
    if (slips_n == 0 && form != MDOC_HANDOVERS_N)
        s->out->forms[form].err = written;
    buf_cleanup(&g.transcript);
    return e;
}

/* Two slips about the same thing are one slip or none. */
static enum oc_err try_pairs(struct search *s, enum mdoc_handover form)
{
    enum oc_err e = OC_OK;

    for (size_t i = 0; slip_at(i) != NULL; i++)
        for (size_t j = i + 1; slip_at(j) != NULL && e == OC_OK; j++)
            if (slip_at(i)->fact != slip_at(j)->fact && is_used(form, slip_at(i)->fact) &&
                is_used(form, slip_at(j)->fact))
                e = try_form(s, form, 2, (size_t[]){ i, j });
    return e;
}

static enum oc_err try_singles(struct search *s, enum mdoc_handover form)
{
    enum oc_err e = OC_OK;

    for (size_t i = 0; slip_at(i) != NULL && e == OC_OK; i++)
        if (is_used(form, slip_at(i)->fact))
            e = try_form(s, form, 1, &i);
    return e;
}

static enum oc_err try_plain(struct search *s, enum mdoc_handover form)
{
    return try_form(s, form, 0, NULL);
}

/* The likelier first: every form as it should be, then with one slip, then with two. */
static enum oc_err try_forms(struct search *s)
{
    static enum oc_err (*const rounds[])(struct search *s, enum mdoc_handover form) = {
        try_plain, try_singles, try_pairs,
    };
    enum oc_err e = OC_OK;

    for (size_t round = 0; round < sizeof rounds / sizeof rounds[0]; round++)
        for (int i = 0; i <= MDOC_HANDOVERS_N && e == OC_OK; i++) {
            bool possible = i == MDOC_HANDOVERS_N ? s->in->transcript.n > 0
                                                  : s->out->forms[i].missing == 0;

            if (possible && !mdoc_diagnosis_fits(s->out))
                e = rounds[round](s, (enum mdoc_handover)i);
        }
    return e;
}

static enum oc_err try_given(struct search *s)
{
    struct guess g = { .form = MDOC_HANDOVERS_N };
    bool holds, applies;
    enum oc_err e;

    if (s->in->transcript.n == 0)
        return OC_OK;
    e = guess_write(&g, s->in, &applies);
    for (size_t i = 0; i < s->response->documents_n && e == OC_OK; i++) {
        e = try_document(s, &g, i, &holds);
        s->out->given_fits += holds;
    }
    buf_cleanup(&g.transcript);
    return e;
}

enum oc_err mdoc_diagnose(struct mdoc_diagnosis *out, const struct mdoc_diagnose_in *in,
                          struct oc_fault *fault)
{
    struct mdoc_device_response response;
    struct search s = { .out = out, .in = in, .response = &response };
    enum oc_err e;

    *out = (struct mdoc_diagnosis){ 0 };
    if ((e = mdoc_device_response_init(&response, in->response, fault)) != OC_OK)
        return e;
    out->documents_n = response.documents_n;
    out->encrypted_n = response.encrypted_n;
    for (size_t i = 0; i < response.documents_n; i++)
        out->documents[i].needs_reader_key = response.documents[i].has_mac &&
                                             in->reader_key == NULL;
    for (int i = 0; i < MDOC_HANDOVERS_N; i++)
        out->forms[i].missing = mdoc_handover_missing((enum mdoc_handover)i, &in->facts);
    if ((e = try_given(&s)) == OC_OK)
        e = try_forms(&s);
    mdoc_device_response_cleanup(&response);
    if (e != OC_OK)
        *out = (struct mdoc_diagnosis){ 0 };
    return e;
}

bool mdoc_diagnosis_fits(const struct mdoc_diagnosis *diagnosis)
{
    for (size_t i = 0; i < diagnosis->documents_n; i++)
        if (!diagnosis->documents[i].found)
            return false;
    return diagnosis->documents_n > 0;
}

void mdoc_diagnose_transcript(struct buf *out, const struct mdoc_diagnose_in *in,
                              const struct mdoc_finding *finding)
{
    struct guess g = { .form = finding->form, .slips_n = finding->slips_n };
    enum oc_err e;
    bool applies;

    for (size_t i = 0; i < g.slips_n; i++)
        g.slips[i] = finding->slips[i];
    e = guess_write(&g, in, &applies);
    if (e == OC_OK && applies)
        buf_add(out, buf_view(&g.transcript));
    else
        buf_fail(out, e != OC_OK ? e : OC_BUG);
    buf_cleanup(&g.transcript);
}
