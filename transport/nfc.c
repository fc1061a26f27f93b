#include "transport/nfc.h"

#include <stdlib.h>

#include "transport/nfc_reader.h"
#include "transport/pcsc.h"

/* Some drivers have 16 bits for the length of a command with all its parts. */
enum { PIECE_MAX = 65000 };

struct nfc_link {
    struct pcsc *card;
    struct nfc_reader reader;
    struct buf answer;              /* that came with what was sent last */
};

enum oc_err nfc_open(struct nfc_link **out, const char *reader, int64_t deadline,
                     const char **reason)
{
    struct nfc_link *link = calloc(1, sizeof *link);
    enum oc_err e;

    *out = NULL;
    if (link == NULL) {
        *reason = oc_err_text(OC_MEMORY);
        return OC_MEMORY;
    }
    nfc_reader_init(&link->reader);
    buf_init(&link->answer, CARRIER_MESSAGE_MAX);
    if ((e = pcsc_open(&link->card, reader, deadline, reason)) != OC_OK)
        nfc_free(&link);
    *out = link;
    return e;
}

void nfc_free(struct nfc_link **link)
{
    if (*link == NULL)
        return;
    pcsc_close(&(*link)->card);
    nfc_reader_cleanup(&(*link)->reader);
    buf_cleanup(&(*link)->answer);
    free(*link);
    *link = NULL;
}

enum oc_err nfc_readers(struct buf *names, int64_t deadline, const char **reason)
{
    return pcsc_readers(names, deadline, reason);
}

/* Give the card a command. @param whole  until when what is under way must be; set where the
 * command is the first inside a message, CARRIER_NEVER between messages */
static enum oc_err transmit(struct nfc_link *link, struct buf *response, struct bytes command,
                            int64_t deadline, int64_t *whole, const char **reason)
{
    if (!nfc_reader_is_inside(&link->reader))
        *whole = CARRIER_NEVER;
    else if (*whole == CARRIER_NEVER)
        *whole = carrier_now() + CARRIER_MESSAGE_MS;
    if (carrier_left(*whole) == 0)
        return carrier_fail(reason, OC_EXPIRED, "the holder's device is too slow with a message");
    return pcsc_transmit(link->card, response, command, carrier_sooner(deadline, *whole), reason);
}

/* All commands of what the reader has begun. */
static enum oc_err run(struct nfc_link *link, int64_t deadline, const char **reason)
{
    struct oc_fault fault = { 0 };
    struct buf command, response;
    int64_t whole = CARRIER_NEVER;
    enum oc_err e = OC_OK;

    buf_init(&command, APDU_DATA_MAX + 16);
    buf_init(&response, APDU_ANSWER_MAX + 2);
    while (e == OC_OK && nfc_reader_next(&link->reader, &command)) {
        if ((e = buf_err(&command)) != OC_OK) {
            *reason = oc_err_text(e);
        } else if ((e = transmit(link, &response, buf_view(&command), deadline, &whole,
                                 reason)) == OC_OK) {
            e = nfc_reader_take(&link->reader, buf_view(&response), &fault);
            if (e != OC_OK)
                *reason = fault.reason;
        }
        buf_truncate(&command, 0);
        buf_truncate(&response, 0);
    }
    buf_cleanup(&command);
    buf_cleanup(&response);
    return e;
}

enum oc_err nfc_handover(struct nfc_link *link, struct buf *select, int64_t deadline,
                         const char **reason)
{
    enum oc_err e;

    nfc_reader_handover(&link->reader);
    if ((e = run(link, deadline, reason)) != OC_OK)
        return e;
    buf_add(select, nfc_reader_result(&link->reader));
    if ((e = buf_err(select)) != OC_OK)
        *reason = oc_err_text(e);
    return e;
}

static enum oc_err nfc_send(void *self, struct bytes message, int64_t deadline,
                            const char **reason)
{
    struct nfc_link *link = self;
    enum oc_err e = nfc_reader_send(&link->reader, message);

    buf_truncate(&link->answer, 0);
    if (e != OC_OK) {
        *reason = oc_err_text(e);
        return e;
    }
    if ((e = run(link, deadline, reason)) != OC_OK)
        return e == OC_REFUSED ? OC_IO : e;
    buf_add(&link->answer, nfc_reader_result(&link->reader));
    if ((e = buf_err(&link->answer)) != OC_OK)
        *reason = oc_err_text(e);
    return e;
}

static enum oc_err nfc_receive(void *self, struct buf *message, int64_t deadline,
                               const char **reason)
{
    struct nfc_link *link = self;
    size_t start = message->n;
    enum oc_err e;

    (void)deadline;
    if (link->answer.n == 0) {
        *reason = "the holder's device gave no answer";
        return OC_IO;
    }
    buf_add(message, buf_view(&link->answer));
    buf_truncate(&link->answer, 0);
    if ((e = buf_err(message)) != OC_OK) {
        *reason = oc_err_text(e);
        buf_truncate(message, start);
    }
    return e;
}

/* A card cannot be asked whether it is there without being asked something. */
static enum oc_err nfc_check(void *self, bool *speaks, const char **reason)
{
    const struct nfc_link *link = self;

    (void)reason;
    *speaks = link->answer.n > 0;
    return OC_OK;
}

static void nfc_close(void *self)
{
    struct nfc_link *link = self;

    nfc_free(&link);
}

static const struct carrier_kind nfc_kind = { nfc_send, nfc_receive, nfc_check, nfc_close };

enum oc_err nfc_carrier(struct carrier *out, struct nfc_link **link, size_t max_command,
                        size_t max_response, int64_t deadline)
{
    enum oc_err e = nfc_reader_limits(&(*link)->reader,
                                      max_command < PIECE_MAX ? max_command : PIECE_MAX,
                                      max_response < PIECE_MAX ? max_response : PIECE_MAX);

    *out = (struct carrier){ .kind = NULL };
    if (e != OC_OK) {
        out->reason = "lengths of commands that no card has";
        return e;
    }
    nfc_reader_open(&(*link)->reader);
    if ((e = run(*link, deadline, &out->reason)) != OC_OK)
        return e;
    *out = (struct carrier){ .kind = &nfc_kind, .self = *link };
    *link = NULL;
    return OC_OK;
}
