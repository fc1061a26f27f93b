/*
 * Beside step 5: verify --diagnose.
 *   in    DeviceResponse, and what is known of the session
 *   out   which known handover its device signatures or MACs were made for; no verdict
 */
#include "verifier/diagnose.h"

#include <stdio.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "cli/message.h"
#include "cli/term.h"
#include "mdoc/transcript.h"
#include "verbs/mistaken.h"
#include "verifier/report.h"
#include "verifier/session.h"

enum { NAME_COLUMNS = 20, TEXT_COLUMNS_MAX = 100 };

/* Everything read for one diagnosis. */
struct case_file {
    struct session session;
    struct buf transcript_bytes, message;
    struct mdoc_diagnose_in in;
};

static void case_cleanup(struct case_file *c)
{
    session_cleanup(&c->session);
    buf_cleanup(&c->transcript_bytes);
    buf_cleanup(&c->message);
}

static enum oc_err read_transcript(struct case_file *c, const char *path)
{
    struct oc_fault fault = { 0 };
    enum oc_err e;

    if (path == NULL)
        return OC_OK;
    if ((e = message_read(&c->transcript_bytes, path, MDOC_BYTES_MAX)) == OC_OK) {
        e = mdoc_transcript_read(&c->in.transcript, buf_view(&c->transcript_bytes), &fault);
        if (e != OC_OK)
            mistaken_message(e, path, buf_view(&c->transcript_bytes), "SessionTranscript", &fault);
    }
    return exit_status(e) == STATUS_NOT_A_MESSAGE ? OC_IO : e;
}

/* The response is read last, so that its faults are the only ones with status 3. */
static enum oc_err case_read(struct case_file *c, const struct command_line *cl)
{
    enum oc_err e;

    if ((e = session_init(&c->session, cl)) != OC_OK ||
        (e = read_transcript(c, opt(cl, "transcript"))) != OC_OK ||
        (e = message_read(&c->message, argument(cl, 0), MDOC_BYTES_MAX)) != OC_OK)
        return e;
    c->in.facts = c->session.facts;
    c->in.reader_key = c->session.reader_key;
    c->in.response = buf_view(&c->message);
    return OC_OK;
}

/* Why nothing could be tried on any document, for the end of "not tried: "; NULL: something could. */
static const char *nothing_to_try(const struct mdoc_diagnosis *d)
{
    if (d->documents_n == 0)
        return d->encrypted_n > 0 ? "the documents are encrypted" : "there are no documents";
    for (size_t i = 0; i < d->documents_n; i++)
        if (!d->documents[i].needs_reader_key)
            return NULL;
    return "a device MAC needs --reader-key";
}

/* Whether any form could be made of the facts. */
static bool was_any_tried(const struct mdoc_diagnosis *d)
{
    for (int i = 0; i < MDOC_HANDOVERS_N; i++)
        if (d->forms[i].missing == 0 && d->forms[i].err == OC_OK)
            return true;
    return false;
}

static bool has_slip(const struct mdoc_diagnosis *d, enum mdoc_handover form)
{
    for (size_t i = 0; i < d->documents_n; i++)
        if (d->documents[i].found && d->documents[i].form == form)
            return d->documents[i].slips_n > 0;
    return false;
}

const char *diagnosis_outcome(const struct mdoc_diagnosis *d, enum mdoc_handover form)
{
    const struct mdoc_form_trial *trial = &d->forms[form];

    if (trial->missing != 0 || nothing_to_try(d) != NULL)
        return "not_tried";
    if (trial->err != OC_OK)
        return "unusable";
    if (trial->fits == 0)
        return "does_not";
    return has_slip(d, form) ? "verifies_with_slip" : "verifies";
}

static void put_form(struct buf *out, const struct mdoc_diagnosis *d, enum mdoc_handover form)
{
    const struct mdoc_form_trial *trial = &d->forms[form];

    buf_add_str(out, "  ");
    term_pad(out, bytes_str(mdoc_handover_info(form)->name), NAME_COLUMNS);
    if (trial->missing != 0) {
        buf_add_str(out, "not tried: needs ");
        session_options_text(out, trial->missing);
    } else if (trial->err != OC_OK) {
        buf_printf(out, "not tried: cannot be made of these facts: %s", oc_err_text(trial->err));
    } else if (nothing_to_try(d) != NULL) {
        buf_printf(out, "not tried: %s", nothing_to_try(d));
    } else if (trial->fits == 0) {
        buf_add_str(out, "does not");
    } else {
        buf_add_str(out, "verifies");
        if (d->documents_n > 1)
            buf_printf(out, " for %zu of %zu documents", trial->fits, d->documents_n);
        if (has_slip(d, form))
            buf_add_str(out, ", with a slip");
    }
    buf_add_str(out, "\n");
}

static void put_given(struct buf *out, const struct diagnosis_report *r)
{
    const struct mdoc_diagnosis *d = r->diagnosis;
    bool fits = d->documents_n > 0 && d->given_fits == d->documents_n;

    if (r->in->transcript.n == 0)
        return;
    buf_printf(out, "  %-*s", NAME_COLUMNS, "--transcript");
    buf_add_str(out, fits ? "verifies" : "does not");
    if (r->differs)
        buf_printf(out, "; it first differs from the one that fits at byte %zu, in %s",
                   r->difference, r->part);
    buf_add_str(out, "\n");
}

static void put_finding(struct buf *out, const struct mdoc_diagnosis *d, size_t i, size_t columns)
{
    const struct mdoc_finding *f = &d->documents[i];
    struct buf text;

    buf_init(&text, REPORT_BYTES_MAX);
    buf_printf(&text, "Document %zu: ", i + 1);
    if (f->needs_reader_key)
        buf_add_str(&text, "a device MAC, which nothing was tried on: needs --reader-key.");
    else if (!f->found && !was_any_tried(d) && d->given_fits == 0)
        buf_add_str(&text, "nothing could be tried with these facts.");
    else if (!f->found)
        buf_add_str(&text, "nothing that was tried fits.");
    else if (f->form == MDOC_HANDOVERS_N)
        buf_add_str(&text, "made for the transcript given");
    else
        buf_printf(&text, "made for %s (%s)", mdoc_handover_info(f->form)->name,
                   mdoc_handover_info(f->form)->title);
    for (size_t j = 0; j < f->slips_n; j++)
        buf_printf(&text, "%s%s", j == 0 ? "; " : ", and ", mdoc_slip_at(f->slips[j])->sentence);
    if (f->found)
        buf_add_str(&text, ".");
    term_wrap(out, buf_view(&text), 4, columns);
    buf_add_str(out, "\n");
    buf_fail(out, buf_err(&text));
    buf_cleanup(&text);
}

static const struct mdoc_finding *first_found(const struct mdoc_diagnosis *d)
{
    for (size_t i = 0; i < d->documents_n; i++)
        if (d->documents[i].found)
            return &d->documents[i];
    return NULL;
}

static bool lacks_reader_key(const struct mdoc_diagnosis *d)
{
    for (size_t i = 0; i < d->documents_n; i++)
        if (d->documents[i].needs_reader_key)
            return true;
    return false;
}

static void put_remedy(struct buf *text, const struct mdoc_diagnosis *d)
{
    const struct mdoc_finding *f = first_found(d);

    buf_add_str(text, "What to change: ");
    if (d->documents_n == 0 && d->encrypted_n > 0)
        buf_add_str(text, "nothing can be tried on encrypted documents; verify --request tells"
                          " whether they were encrypted to that request's key");
    else if (d->documents_n == 0)
        buf_add_str(text, "the response holds no documents; ask the wallet why");
    else if (f == NULL && lacks_reader_key(d))
        buf_add_str(text, "give the reader's private session key by --reader-key");
    else if (f == NULL)
        buf_add_str(text, "check the facts against the wallet's log, --reader-key too if there is"
                          " a device MAC, give those that the lines above miss, and make sure that"
                          " the device key of this very card signed");
    else if (f->slips_n > 0)
        for (size_t i = 0; i < f->slips_n; i++)
            buf_printf(text, "%s%s", i > 0 ? "; and " : "", mdoc_slip_at(f->slips[i])->remedy);
    else if (f->form == MDOC_HANDOVERS_N)
        buf_add_str(text, "nothing; the device signed the transcript given");
    else
        buf_printf(text, "nothing in the wallet; verify with the transcript that"
                         " \"transcript --handover %s\" writes from these facts",
                   mdoc_handover_info(f->form)->name);
    buf_add_str(text, ".");
    if (d->exhausted)
        buf_add_str(text, " Not everything was tried: the response costs too much to check.");
}

static void put_text(struct buf *out, const struct diagnosis_report *r, size_t columns)
{
    const struct mdoc_diagnosis *d = r->diagnosis;
    struct buf remedy;

    if (columns > TEXT_COLUMNS_MAX)
        columns = TEXT_COLUMNS_MAX;
    buf_add_str(out, "DIAGNOSIS, not a verdict: which session the device signed, not whether to"
                     " believe it\n\n");
    for (int i = 0; i < MDOC_HANDOVERS_N; i++)
        put_form(out, d, (enum mdoc_handover)i);
    put_given(out, r);
    buf_add_str(out, "\n");
    for (size_t i = 0; i < d->documents_n; i++)
        put_finding(out, d, i, columns);
    buf_init(&remedy, REPORT_BYTES_MAX);
    put_remedy(&remedy, d);
    buf_fail(out, buf_err(&remedy));
    term_wrap(out, buf_view(&remedy), 0, columns);
    buf_add_str(out, "\n");
    buf_cleanup(&remedy);
}

/* Where the transcript given first differs from one that fits. */
static enum oc_err compare(struct diagnosis_report *r)
{
    const struct mdoc_finding *f = first_found(r->diagnosis);
    struct buf fits;
    enum oc_err e;

    if (r->in->transcript.n == 0 || f == NULL || f->form == MDOC_HANDOVERS_N)
        return OC_OK;
    buf_init(&fits, MDOC_BYTES_MAX);
    mdoc_diagnose_transcript(&fits, r->in, f);
    e = buf_err(&fits);
    if (e == OC_OK && !bytes_eq(buf_view(&fits), r->in->transcript)) {
        r->differs = true;
        r->difference = mdoc_transcript_difference(r->in->transcript, buf_view(&fits), &r->part);
    }
    buf_cleanup(&fits);
    return e;
}

static enum oc_err report(const struct mdoc_diagnose_in *in, const struct mdoc_diagnosis *d,
                          bool json)
{
    struct diagnosis_report r = { .in = in, .diagnosis = d };
    struct buf text;
    enum oc_err e;

    buf_init(&text, REPORT_BYTES_MAX);
    if ((e = compare(&r)) == OC_OK) {
        if (json)
            e = diagnosis_json(&text, &r);
        else
            put_text(&text, &r, term_columns(stdout));
    }
    if (e == OC_OK)
        e = buf_err(&text);
    if (e != OC_OK)
        fail_print(e, "diagnosis: %s", oc_err_text(e));
    else if ((e = io_write(NULL, buf_view(&text), IO_TEXT)) == OC_OK)
        e = mdoc_diagnosis_fits(d) ? OC_OK : OC_SIGNATURE;
    buf_cleanup(&text);
    return e;
}

static enum oc_err check_options(const struct command_line *cl)
{
    static const char *const others[] = {
        "issuer-signed", "anchor", "signer", "copy", "accept-profile", "accept-unchecked-status",
        "portrait", "at", "brief",
    };
    enum oc_err e = OC_OK;

    for (size_t i = 0; i < sizeof others / sizeof others[0] && e == OC_OK; i++)
        e = opt_not_both(cl, "diagnose", others[i]);
    return e;
}

enum oc_err verifier_diagnose(const struct command_line *cl)
{
    struct case_file c = { .in = { .reader_key = NULL } };
    struct mdoc_diagnosis diagnosis;
    struct oc_fault fault = { 0 };
    enum oc_err e;

    if ((e = check_options(cl)) == OC_OK && (e = case_read(&c, cl)) == OC_OK) {
        e = mdoc_diagnose(&diagnosis, &c.in, &fault);
        if (e == OC_OK) {
            e = report(&c.in, &diagnosis, opt_given(cl, "json"));
        } else {
            mistaken_message(e, argument(cl, 0), c.in.response, "DeviceResponse", &fault);
        }
    }
    case_cleanup(&c);
    return e;
}
