/*
 * The SessionTranscript of a known handover, from the facts of a session.
 *   in    the handover's name, and the facts it is made of
 *   out   SessionTranscript, for present --transcript and verify --transcript
 */
#include "cli/exit.h"
#include "cli/io.h"
#include "mdoc/limits.h"
#include "verifier/session.h"
#include "verifier/verbs.h"

const struct command_option verifier_transcript_options[] = {
    { "handover", 0, "NAME", "which handover; --list names them", false },
    { "list", 0, NULL, "list the handovers and what they are made of", false },
    SESSION_OPTIONS,
    { "reader-key", 0, "PEM", "the reader's private session key, in place of --ereader-key",
      false },
    { "request", 'r', "FILE", "for owncard-qr: the request", false },
    { "output", 'o', "FILE", "where to write it", false },
    { .name = NULL },
};

static void put_form(struct buf *out, const struct mdoc_handover_info *info)
{
    buf_printf(out, "%s\n    %s\n    %s\n    needs ", info->name, info->title, info->source);
    session_options_text(out, info->needs);
    if (info->may_use != 0) {
        buf_add_str(out, "; may use ");
        session_options_text(out, info->may_use);
    }
    buf_add_str(out, "\n");
}

static enum oc_err list(const struct command_line *cl)
{
    struct buf text;
    enum oc_err e;

    buf_init(&text, MDOC_BYTES_MAX);
    for (int i = 0; i < MDOC_HANDOVERS_N; i++)
        put_form(&text, mdoc_handover_info((enum mdoc_handover)i));
    e = buf_err(&text);
    if (e == OC_OK)
        e = io_write(opt(cl, "output"), buf_view(&text), IO_TEXT);
    else
        fail_print(e, "%s", oc_err_text(e));
    buf_cleanup(&text);
    return e;
}

static enum oc_err say_missing(enum mdoc_handover form, mdoc_fact_set missing)
{
    struct buf text;

    buf_init(&text, MDOC_BYTES_MAX);
    session_options_text(&text, missing);
    fail_print(OC_USAGE, "%s needs %s", mdoc_handover_info(form)->name, buf_text(&text));
    buf_cleanup(&text);
    return OC_USAGE;
}

static enum oc_err write(const struct session *s, enum mdoc_handover form, const char *path)
{
    mdoc_fact_set missing = mdoc_handover_missing(form, &s->facts);
    struct buf transcript;
    enum oc_err e;

    if (missing != 0)
        return say_missing(form, missing);
    buf_init(&transcript, MDOC_BYTES_MAX);
    mdoc_handover_write(&transcript, form, &s->facts);
    if ((e = buf_err(&transcript)) == OC_OK)
        e = io_write(path, buf_view(&transcript), IO_BINARY);
    else
        fail_print(e, "%s cannot be made of this: %s", mdoc_handover_info(form)->name,
                   oc_err_text(e));
    buf_cleanup(&transcript);
    return e;
}

static enum oc_err run(const struct command_line *cl)
{
    const char *name = opt(cl, "handover");
    enum mdoc_handover form;
    struct session s;
    enum oc_err e;

    if ((e = opt_not_both(cl, "handover", "list")) != OC_OK)
        return e;
    if (opt_given(cl, "list"))
        return list(cl);
    form = name != NULL ? mdoc_handover_by_name(name) : MDOC_HANDOVERS_N;
    if (form == MDOC_HANDOVERS_N) {
        if (name == NULL)
            fail_print(OC_USAGE, "which handover?");
        else
            fail_print(OC_USAGE, "--handover %s: no such handover", name);
        hint_print("--list names them");
        return OC_USAGE;
    }
    if ((e = session_init(&s, cl)) == OC_OK)
        e = write(&s, form, opt(cl, "output"));
    session_cleanup(&s);
    return e;
}

int verifier_transcript(const struct command_line *cl)
{
    return exit_status(run(cl));
}
