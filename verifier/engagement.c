#include "verifier/engagement.h"

#include <stdio.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "cli/message.h"
#include "transport/nfc.h"
#include "transport/tcp.h"
#include "verbs/qr_in.h"

enum { FILE_MAX = 4 * MDOC_ENGAGEMENT_MAX, NAMES_MAX = 8192, LIST_MS = 2000 };

#define SCHEME "mdoc:"

/* What was received, by one way or the other. */
struct engagement {
    const char *name;               /* for what is said */
    struct buf bytes;               /* DeviceEngagement; empty: by NFC */
    struct buf nfc_select;
    struct nfc_link *link;          /* NULL: not by NFC */
};

static void engagement_cleanup(struct engagement *g)
{
    buf_cleanup(&g->bytes);
    buf_cleanup(&g->nfc_select);
    nfc_free(&g->link);
}

/* "No such message" is said of the response alone. */
static enum oc_err unusable(enum oc_err e)
{
    return exit_status(e) == STATUS_NOT_A_MESSAGE ? OC_IO : e;
}

enum oc_err engagement_check_options(const struct command_line *cl)
{
    bool is_given = opt_given(cl, "engagement") || opt_given(cl, "engagement-image");
    enum oc_err e;

    if ((e = opt_not_both(cl, "engagement", "engagement-image")) != OC_OK ||
        (e = opt_not_both(cl, "tcp", "nfc")) != OC_OK)
        return e;
    if (!opt_given(cl, "nfc") && (opt_given(cl, "nfc-reader") || opt_given(cl, "nfc-short")))
        return fail_print(OC_USAGE, "--nfc-reader and --nfc-short go with --nfc");
    if (opt_given(cl, "tcp") && !is_given)
        return fail_print(OC_USAGE, "--tcp needs what the holder shows: --engagement or"
                                    " --engagement-image");
    if (opt_given(cl, "tcp") || opt_given(cl, "nfc"))
        return OC_OK;
    return fail_print(OC_USAGE, "where is the holder? --tcp ADDRESS or --nfc");
}

static enum oc_err read_uri(struct engagement *g, struct bytes text)
{
    struct oc_fault fault = { 0 };
    enum oc_err e;

    while (text.n > 0 && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
        text.n--;
    e = mdoc_engagement_uri_read(&g->bytes, text, &fault);
    return e == OC_OK ? OC_OK : unusable(fail_fault(e, g->name, &fault));
}

static bool is_uri(struct bytes text)
{
    return text.n >= sizeof SCHEME - 1 && memcmp(text.p, SCHEME, sizeof SCHEME - 1) == 0;
}

static enum oc_err read_file(struct engagement *g, const char *path)
{
    struct buf file, cbor = { 0 };
    enum oc_err e = io_read(&file, path, FILE_MAX);

    if (e == OC_OK && is_uri(buf_view(&file))) {
        e = read_uri(g, buf_view(&file));
    } else if (e == OC_OK &&
               (e = message_decode(&cbor, buf_view(&file), path, MDOC_ENGAGEMENT_MAX)) == OC_OK) {
        buf_add(&g->bytes, buf_view(&cbor));
        e = buf_err(&g->bytes);
    }
    buf_cleanup(&cbor);
    buf_cleanup(&file);
    return unusable(e);
}

static enum oc_err read_given(struct engagement *g, const struct command_line *cl)
{
    const char *text = opt(cl, "engagement"), *picture = opt(cl, "engagement-image");
    struct buf found;
    enum oc_err e;

    if (text != NULL) {
        bool typed = is_uri(bytes_str(text));

        g->name = typed ? "--engagement" : text;
        return typed ? read_uri(g, bytes_str(text)) : read_file(g, text);
    }
    if (picture == NULL)
        return OC_OK;
    g->name = picture;
    if ((e = qr_in_text(&found, picture, SCHEME)) != OC_OK)
        return unusable(e);
    e = read_uri(g, buf_view(&found));
    buf_cleanup(&found);
    return e;
}

static enum oc_err fail_carrier(enum oc_err e, const char *name, const char *reason)
{
    return unusable(proximity_fail(e, name, reason));
}

/* A name that fits no reader was most often misspelt. */
static void hint_at_readers(void)
{
    const char *reason;
    struct buf names;

    buf_init(&names, NAMES_MAX);
    if (nfc_readers(&names, carrier_now() + LIST_MS, &reason) == OC_OK && names.n > 0) {
        for (size_t i = 0; i < names.n; i++)
            if (names.p[i] == '\n')
                names.p[i] = ';';
        names.p[names.n - 1] = '.';
        hint_print("there are: %s", buf_text(&names));
    }
    buf_cleanup(&names);
}

static enum oc_err wait_for_card(struct engagement *g, const struct command_line *cl,
                                 int64_t deadline)
{
    const char *reason = NULL;
    enum oc_err e;

    fputs("Waiting for a device on the NFC reader.\n", stderr);
    if ((e = nfc_open(&g->link, opt(cl, "nfc-reader"), deadline, &reason)) != OC_OK) {
        fail_carrier(e, "NFC", reason);
        if (e == OC_USAGE)
            hint_at_readers();
        return e == OC_EXPIRED ? OC_IO : e;
    }
    if (g->bytes.n > 0)
        return OC_OK;
    g->name = "the NFC handover";
    e = nfc_handover(g->link, &g->nfc_select, deadline, &reason);
    if (e == OC_OK)
        return OC_OK;
    return fail_carrier(e == OC_REFUSED ? OC_IO : e, g->name, reason);
}

/* What the holder's device takes and gives at a time: as its handover says, else its engagement. */
static enum oc_err find_lengths(size_t *max_command, size_t *max_response,
                                const struct engagement *g)
{
    struct mdoc_nfc_select select = { .carriers_n = 0 };
    struct mdoc_engagement engagement = { .retrievals_n = 0 };
    enum oc_err e;

    *max_command = MDOC_NFC_COMMAND_MIN;
    *max_response = MDOC_NFC_RESPONSE_MIN;
    if (g->nfc_select.n > 0)
        e = mdoc_nfc_select_read(&select, buf_view(&g->nfc_select), NULL);
    else
        e = mdoc_engagement_init(&engagement, buf_view(&g->bytes), NULL);
    for (size_t i = 0; e == OC_OK && i < select.carriers_n; i++)
        if (select.carriers[i].max_command > 0) {
            *max_command = select.carriers[i].max_command;
            *max_response = select.carriers[i].max_response;
        }
    for (size_t i = 0; e == OC_OK && i < engagement.retrievals_n; i++)
        if (engagement.retrievals[i].max_command > 0) {
            *max_command = engagement.retrievals[i].max_command;
            *max_response = engagement.retrievals[i].max_response;
        }
    mdoc_engagement_cleanup(&engagement);
    return e;
}

static enum oc_err begin_session(struct proximity *p, const struct engagement *g)
{
    struct oc_fault fault = { 0 };
    enum oc_err e = mdoc_session_reader_new(&p->session, &(struct mdoc_session_reader_spec){
        .engagement = buf_view(&g->bytes), .nfc_select = buf_view(&g->nfc_select),
        .limits = proximity_limits(p),
    }, proximity_now(), &fault);

    return e == OC_OK ? OC_OK : unusable(fail_fault(e, g->name, &fault));
}

static enum oc_err open_nfc(struct proximity *p, struct engagement *g,
                            const struct command_line *cl, int64_t deadline)
{
    size_t max_command, max_response;
    enum oc_err e = find_lengths(&max_command, &max_response, g);

    if (e == OC_OK && opt_given(cl, "nfc-short"))
        e = nfc_carrier(&p->carrier, &g->link, MDOC_NFC_COMMAND_MIN, MDOC_NFC_RESPONSE_MIN,
                        deadline);
    else if (e == OC_OK)
        e = nfc_carrier(&p->carrier, &g->link, max_command, max_response, deadline);
    if (e == OC_OK)
        return OC_OK;
    return fail_carrier(e == OC_REFUSED ? OC_IO : e, "NFC", p->carrier.reason);
}

static enum oc_err meet(struct proximity *p, struct engagement *g, const struct command_line *cl)
{
    const char *tcp = opt(cl, "tcp");
    int64_t deadline;
    enum oc_err e = read_given(g, cl);

    if (e != OC_OK)
        return e;
    deadline = proximity_deadline(p);
    if (tcp == NULL && (e = wait_for_card(g, cl, deadline)) != OC_OK)
        return e;
    if ((e = begin_session(p, g)) != OC_OK)
        return e;
    if (tcp == NULL)
        return open_nfc(p, g, cl, deadline);
    e = tcp_connect(&p->carrier, tcp, deadline);
    return e == OC_OK ? OC_OK : fail_carrier(e, tcp, p->carrier.reason);
}

enum oc_err engagement_meet(struct proximity *p, const struct command_line *cl)
{
    struct engagement g = { .name = "the engagement" };
    enum oc_err e;

    buf_init(&g.bytes, MDOC_ENGAGEMENT_MAX);
    buf_init(&g.nfc_select, MDOC_ENGAGEMENT_MAX);
    e = meet(p, &g, cl);
    engagement_cleanup(&g);
    return e;
}
