#include "cli/json.h"
#include "verifier/diagnose.h"
#include "verifier/session.h"

static json_t *options(mdoc_fact_set facts)
{
    json_t *list = json_array();

    for (int i = 0; i < MDOC_FACTS_N; i++)
        if ((facts & 1u << i) != 0)
            json_array_append_new(list, json_string(session_option((enum mdoc_fact)i)));
    return list;
}

static json_t *forms(const struct mdoc_diagnosis *d)
{
    json_t *list = json_array();

    for (int i = 0; i < MDOC_HANDOVERS_N; i++) {
        const struct mdoc_handover_info *info = mdoc_handover_info((enum mdoc_handover)i);

        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:s, s:o, s:I}", "handover", info->name, "title",
                            info->title, "source", info->source, "outcome",
                            diagnosis_outcome(d, (enum mdoc_handover)i), "missing",
                            options(d->forms[i].missing), "documents",
                            (json_int_t)d->forms[i].fits));
    }
    return list;
}

static json_t *slips(const struct mdoc_finding *finding)
{
    json_t *list = json_array();

    for (size_t i = 0; i < finding->slips_n; i++) {
        const struct mdoc_slip *slip = mdoc_slip_at(finding->slips[i]);

        json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "id", slip->id, "sentence",
                                              slip->sentence, "remedy", slip->remedy));
    }
    return list;
}

static json_t *documents(const struct mdoc_diagnosis *d)
{
    json_t *list = json_array();

    for (size_t i = 0; i < d->documents_n; i++) {
        const struct mdoc_finding *f = &d->documents[i];
        const char *name = !f->found ? NULL
                           : f->form == MDOC_HANDOVERS_N ? "transcript"
                                                         : mdoc_handover_info(f->form)->name;

        json_array_append_new(list, json_pack("{s:b, s:s?, s:o, s:b}", "fits", f->found,
                                              "handover", name, "slips", slips(f),
                                              "needs_reader_key", f->needs_reader_key));
    }
    return list;
}

static json_t *transcript(const struct diagnosis_report *report)
{
    if (report->in->transcript.n == 0)
        return json_null();
    if (!report->differs)
        return json_pack("{s:I, s:n}", "documents",
                         (json_int_t)report->diagnosis->given_fits, "first_difference");
    return json_pack("{s:I, s:{s:I, s:s}}", "documents",
                     (json_int_t)report->diagnosis->given_fits, "first_difference", "offset",
                     (json_int_t)report->difference, "part", report->part);
}

enum oc_err diagnosis_json(struct buf *out, const struct diagnosis_report *report)
{
    const struct mdoc_diagnosis *d = report->diagnosis;
    json_t *object = json_pack("{s:s, s:n, s:b, s:o, s:o, s:o, s:I, s:b}", "kind", "diagnosis",
                               "verdict", "fits", mdoc_diagnosis_fits(d), "forms", forms(d),
                               "documents", documents(d), "transcript", transcript(report),
                               "encrypted_documents", (json_int_t)d->encrypted_n, "exhausted",
                               d->exhausted);
    enum oc_err e = object != NULL ? json_write(out, object) : OC_MEMORY;

    json_decref(object);
    return e;
}
