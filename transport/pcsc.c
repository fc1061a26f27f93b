#include "transport/pcsc.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <winscard.h>

#include "transport/apdu.h"
#include "transport/carrier.h"

enum { READERS_MAX = 16, NAMES_MAX = 4096, SLICE_MS = 1000, SETTLE_MS = 300 };

struct pcsc {
    SCARDCONTEXT context;
    SCARDHANDLE card;
    bool is_connected;
    bool is_stuck;                  /* a thread was left behind with it */
};

/* What several threads see of one command. */
struct exchange {
    pthread_mutex_t lock;
    pthread_cond_t done;
    bool is_done, is_left;          /* LEFT: nobody waits for it any more */
    SCARDHANDLE card;
    struct buf command;
    LONG result;
    DWORD n;
    uint8_t response[MAX_BUFFER_SIZE_EXTENDED];
};

static enum oc_err fail(const char **reason, enum oc_err e, const char *text)
{
    *reason = text;
    return e;
}

static const char *reason_of(LONG result)
{
    static const struct { LONG result; const char *text; } row[] = {
        { SCARD_E_NO_SERVICE,           "no smart card service is running (pcscd)" },
        { SCARD_E_SERVICE_STOPPED,      "the smart card service was stopped" },
        { SCARD_E_NO_READERS_AVAILABLE, "no NFC reader is plugged in" },
        { SCARD_E_UNKNOWN_READER,       "the NFC reader was unplugged" },
        { SCARD_E_READER_UNAVAILABLE,   "the NFC reader was unplugged" },
        { SCARD_E_SHARING_VIOLATION,    "another program uses the card" },
        { SCARD_E_NO_SMARTCARD,         "the card was taken away" },
        { SCARD_W_REMOVED_CARD,         "the card was taken away" },
        { SCARD_E_NOT_TRANSACTED,       "the card was taken away, or does not understand" },
        { SCARD_W_RESET_CARD,           "another program reset the card" },
        { SCARD_W_UNRESPONSIVE_CARD,    "the card does not answer" },
        { SCARD_W_UNPOWERED_CARD,       "the card does not answer" },
        { SCARD_E_PROTO_MISMATCH,       "a card of another kind" },
        { SCARD_W_UNSUPPORTED_CARD,     "a card of another kind" },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        if (row[i].result == result)
            return row[i].text;
    return "the NFC reader failed";
}

/* Names one after the other, each with a NUL, a further NUL at the end; none is an empty list. */
static enum oc_err list(SCARDCONTEXT context, char names[NAMES_MAX], const char **reason)
{
    DWORD n = NAMES_MAX;
    LONG result = SCardListReaders(context, NULL, names, &n);

    if (result == SCARD_S_SUCCESS)
        return OC_OK;
    names[0] = '\0';
    if (result == SCARD_E_NO_READERS_AVAILABLE)
        return OC_OK;
    return fail(reason, OC_IO, reason_of(result));
}

enum oc_err pcsc_readers(struct buf *names, const char **reason)
{
    char list_of_names[NAMES_MAX];
    SCARDCONTEXT context;
    LONG result = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context);
    enum oc_err e;

    if (result != SCARD_S_SUCCESS)
        return fail(reason, OC_IO, reason_of(result));
    e = list(context, list_of_names, reason);
    for (const char *name = list_of_names; e == OC_OK && *name != '\0'; name += strlen(name) + 1) {
        buf_add_str(names, name);
        buf_add_byte(names, '\n');
    }
    SCardReleaseContext(context);
    return e == OC_OK ? buf_err(names) : e;
}

/* The readers to watch. */
static enum oc_err choose(SCARD_READERSTATE states[READERS_MAX], size_t *n, const char *names,
                          const char *reader, const char **reason)
{
    bool is_any = *names != '\0';

    *n = 0;
    for (const char *name = names; *name != '\0' && *n < READERS_MAX; name += strlen(name) + 1)
        if (reader == NULL || strstr(name, reader) != NULL)
            states[(*n)++] = (SCARD_READERSTATE){ .szReader = name };
    if (*n > 0)
        return OC_OK;
    return is_any ? fail(reason, OC_USAGE, "no NFC reader of this name is plugged in")
                  : fail(reason, OC_IO, reason_of(SCARD_E_NO_READERS_AVAILABLE));
}

/* One whose card shows signs of life. */
static const char *find_card(SCARD_READERSTATE *states, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        DWORD state = states[i].dwEventState;

        states[i].dwCurrentState = state & ~(DWORD)SCARD_STATE_CHANGED;
        if ((state & SCARD_STATE_PRESENT) != 0 && (state & SCARD_STATE_MUTE) == 0)
            return states[i].szReader;
    }
    return NULL;
}

/* Wait in slices, so that the deadline is kept and what is gone is noticed. */
static enum oc_err wait_for_card(const char **found, SCARDCONTEXT context,
                                 SCARD_READERSTATE *states, size_t n, int64_t deadline,
                                 const char **reason)
{
    for (*found = NULL; *found == NULL;) {
        int left = carrier_left(deadline);
        DWORD slice = left >= 0 && left < SLICE_MS ? (DWORD)left : SLICE_MS;
        LONG result = SCardGetStatusChange(context, slice, states, (DWORD)n);

        if (result != SCARD_S_SUCCESS && result != SCARD_E_TIMEOUT)
            return fail(reason, OC_IO, reason_of(result));
        if (result == SCARD_S_SUCCESS)
            *found = find_card(states, n);
        if (*found == NULL && left == 0)
            return fail(reason, OC_EXPIRED, "no card came");
    }
    return OC_OK;
}

/* A card that has just come may not be ready, or be one that is just going. */
static bool may_settle(LONG result)
{
    return result == SCARD_W_UNRESPONSIVE_CARD || result == SCARD_W_UNPOWERED_CARD ||
           result == SCARD_W_REMOVED_CARD || result == SCARD_E_NO_SMARTCARD ||
           result == SCARD_W_RESET_CARD;
}

static enum oc_err connect_card(struct pcsc *p, SCARD_READERSTATE *states, size_t n,
                                int64_t deadline, const char **reason)
{
    for (;;) {
        const struct timespec pause = { 0, SETTLE_MS * 1000000L };
        const char *name;
        DWORD protocol;
        LONG result;
        enum oc_err e = wait_for_card(&name, p->context, states, n, deadline, reason);

        if (e != OC_OK)
            return e;
        result = SCardConnect(p->context, name, SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T1, &p->card,
                              &protocol);
        if (result == SCARD_S_SUCCESS) {
            p->is_connected = true;
            return OC_OK;
        }
        if (!may_settle(result) || carrier_left(deadline) == 0)
            return fail(reason, OC_IO, reason_of(result));
        nanosleep(&pause, NULL);
        for (size_t i = 0; i < n; i++)
            states[i].dwCurrentState = SCARD_STATE_UNAWARE;
    }
}

enum oc_err pcsc_open(struct pcsc **out, const char *reader, int64_t deadline,
                      const char **reason)
{
    SCARD_READERSTATE states[READERS_MAX];
    struct pcsc *p = calloc(1, sizeof *p);
    char names[NAMES_MAX];
    LONG result;
    size_t n;
    enum oc_err e;

    *out = NULL;
    if (p == NULL)
        return fail(reason, OC_MEMORY, oc_err_text(OC_MEMORY));
    result = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &p->context);
    if (result != SCARD_S_SUCCESS) {
        free(p);
        return fail(reason, OC_IO, reason_of(result));
    }
    if ((e = list(p->context, names, reason)) != OC_OK ||
        (e = choose(states, &n, names, reader, reason)) != OC_OK ||
        (e = connect_card(p, states, n, deadline, reason)) != OC_OK) {
        pcsc_close(&p);
        return e;
    }
    *out = p;
    return OC_OK;
}

static void exchange_free(struct exchange *x)
{
    buf_cleanup(&x->command);
    pthread_cond_destroy(&x->done);
    pthread_mutex_destroy(&x->lock);
    free(x);
}

static struct exchange *exchange_new(SCARDHANDLE card, struct bytes command)
{
    struct exchange *x = calloc(1, sizeof *x);
    pthread_condattr_t by_monotonic;

    if (x == NULL)
        return NULL;
    x->card = card;
    x->n = sizeof x->response;
    pthread_mutex_init(&x->lock, NULL);
    pthread_condattr_init(&by_monotonic);
    pthread_condattr_setclock(&by_monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&x->done, &by_monotonic);
    pthread_condattr_destroy(&by_monotonic);
    buf_init(&x->command, sizeof x->response);
    buf_add(&x->command, command);
    if (buf_err(&x->command) == OC_OK)
        return x;
    exchange_free(x);
    return NULL;
}

/* The thread of one command; whoever of the two comes last cleans up. */
static void *give(void *argument)
{
    struct exchange *x = argument;
    bool is_left;

    x->result = SCardTransmit(x->card, SCARD_PCI_T1, x->command.p, (DWORD)x->command.n, NULL,
                              x->response, &x->n);
    pthread_mutex_lock(&x->lock);
    x->is_done = true;
    is_left = x->is_left;
    pthread_cond_signal(&x->done);
    pthread_mutex_unlock(&x->lock);
    if (is_left)
        exchange_free(x);
    return NULL;
}

/* False: the deadline came first, and the exchange is the thread's alone. */
static bool await(struct exchange *x, int64_t deadline)
{
    const struct timespec until = { deadline / 1000, (long)(deadline % 1000) * 1000000L };
    bool is_done;
    int error = 0;

    pthread_mutex_lock(&x->lock);
    while (!x->is_done && error == 0)
        error = deadline == CARRIER_NEVER ? pthread_cond_wait(&x->done, &x->lock)
                                          : pthread_cond_timedwait(&x->done, &x->lock, &until);
    is_done = x->is_done;
    x->is_left = !is_done;
    pthread_mutex_unlock(&x->lock);
    return is_done;
}

/* pcscd may call it a success, of no bytes, when a card is pulled out. */
static enum oc_err take(const struct exchange *x, struct buf *response, const char **reason)
{
    enum oc_err e;

    if (x->result != SCARD_S_SUCCESS)
        return fail(reason, OC_IO, reason_of(x->result));
    if (x->n < 2)
        return fail(reason, OC_IO, reason_of(SCARD_W_REMOVED_CARD));
    buf_add(response, (struct bytes){ x->response, x->n });
    e = buf_err(response);
    return e == OC_OK ? OC_OK : fail(reason, e, oc_err_text(e));
}

enum oc_err pcsc_transmit(struct pcsc *p, struct buf *response, struct bytes command,
                          int64_t deadline, const char **reason)
{
    struct exchange *x;
    pthread_t thread;
    enum oc_err e;

    if (p->is_stuck)
        return fail(reason, OC_EXPIRED, "the card does not answer");
    x = exchange_new(p->card, command);
    if (x == NULL || pthread_create(&thread, NULL, give, x) != 0) {
        if (x != NULL)
            exchange_free(x);
        return fail(reason, OC_MEMORY, oc_err_text(OC_MEMORY));
    }
    pthread_detach(thread);
    if (!await(x, deadline)) {
        p->is_stuck = true;
        return fail(reason, OC_EXPIRED, "the card does not answer");
    }
    e = take(x, response, reason);
    exchange_free(x);
    return e;
}

/* With a thread that still uses it a connection cannot be given back. */
void pcsc_close(struct pcsc **p)
{
    if (*p == NULL)
        return;
    if (!(*p)->is_stuck) {
        if ((*p)->is_connected)
            SCardDisconnect((*p)->card, SCARD_UNPOWER_CARD);
        SCardReleaseContext((*p)->context);
    }
    free(*p);
    *p = NULL;
}
