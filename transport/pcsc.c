#include "transport/pcsc.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <winscard.h>

#include "transport/carrier.h"

enum { READERS_MAX = 16, NAMES_MAX = 4096, SLICE_MS = 1000, SETTLE_MS = 300,
       GRACE_MS = 1000, CLOSE_MS = 2000 };

/* What a thread of its own does; what it works on is in the struct. */
typedef enum oc_err task(struct pcsc *p);

/* Seen by the caller and by the thread of one task. Whoever of the two comes last frees it. */
struct pcsc {
    pthread_mutex_t lock;
    pthread_cond_t done;
    bool is_busy, is_left;          /* LEFT: the caller waits for it no more */
    task *task;
    enum oc_err result;
    const char *reason;

    SCARDCONTEXT context;
    SCARDHANDLE card;
    bool has_context, is_connected;
    bool has_name;                  /* else any reader will do */
    char name[NAMES_MAX];
    char names[NAMES_MAX];          /* of the readers, each with a NUL; a further NUL ends them */
    int64_t deadline;
    uint8_t command[MAX_BUFFER_SIZE_EXTENDED], response[MAX_BUFFER_SIZE_EXTENDED];
    DWORD command_n, response_n;
};

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

static void pcsc_free(struct pcsc *p)
{
    pthread_cond_destroy(&p->done);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

static struct pcsc *pcsc_new(const char *name, int64_t deadline)
{
    struct pcsc *p = calloc(1, sizeof *p);
    pthread_condattr_t by_monotonic;

    if (p == NULL)
        return NULL;
    pthread_mutex_init(&p->lock, NULL);
    pthread_condattr_init(&by_monotonic);
    pthread_condattr_setclock(&by_monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&p->done, &by_monotonic);
    pthread_condattr_destroy(&by_monotonic);
    p->deadline = deadline;
    p->has_name = name != NULL;
    if (name != NULL)
        strncpy(p->name, name, sizeof p->name - 1);
    return p;
}

static void *thread(void *argument)
{
    struct pcsc *p = argument;
    enum oc_err e = p->task(p);
    bool is_left;

    pthread_mutex_lock(&p->lock);
    p->result = e;
    p->is_busy = false;
    is_left = p->is_left;
    pthread_cond_signal(&p->done);
    pthread_mutex_unlock(&p->lock);
    if (is_left)
        pcsc_free(p);
    return NULL;
}

/* Wait for the thread. False: the deadline came first. */
static bool await(struct pcsc *p, int64_t deadline)
{
    const struct timespec until = { deadline / 1000, (long)(deadline % 1000) * 1000000L };
    bool is_done;
    int error = 0;

    pthread_mutex_lock(&p->lock);
    while (p->is_busy && error == 0)
        error = deadline == CARRIER_NEVER ? pthread_cond_wait(&p->done, &p->lock)
                                          : pthread_cond_timedwait(&p->done, &p->lock, &until);
    is_done = !p->is_busy;
    pthread_mutex_unlock(&p->lock);
    return is_done;
}

/* Do it within the time, or leave it behind: then only pcsc_close() may follow. */
static enum oc_err run(struct pcsc *p, task *what, int64_t deadline, const char **reason)
{
    pthread_t id;

    p->task = what;
    p->is_busy = true;
    if (pthread_create(&id, NULL, thread, p) != 0) {
        p->is_busy = false;
        return carrier_fail(reason, OC_MEMORY, oc_err_text(OC_MEMORY));
    }
    pthread_detach(id);
    if (!await(p, deadline))
        return carrier_fail(reason, OC_EXPIRED, "the card does not answer");
    *reason = p->reason;
    return p->result;
}

static enum oc_err establish(struct pcsc *p)
{
    LONG result = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &p->context);

    p->has_context = result == SCARD_S_SUCCESS;
    return p->has_context ? OC_OK : carrier_fail(&p->reason, OC_IO, reason_of(result));
}

static enum oc_err list(struct pcsc *p)
{
    DWORD n = sizeof p->names;
    LONG result;
    enum oc_err e = establish(p);

    if (e != OC_OK)
        return e;
    result = SCardListReaders(p->context, NULL, p->names, &n);
    if (result == SCARD_S_SUCCESS)
        return OC_OK;
    p->names[0] = '\0';
    if (result == SCARD_E_NO_READERS_AVAILABLE)
        return OC_OK;
    return carrier_fail(&p->reason, OC_IO, reason_of(result));
}

enum oc_err pcsc_readers(struct buf *names, int64_t deadline, const char **reason)
{
    struct pcsc *p = pcsc_new(NULL, deadline);
    enum oc_err e;

    if (p == NULL)
        return carrier_fail(reason, OC_MEMORY, oc_err_text(OC_MEMORY));
    e = run(p, list, deadline, reason);
    if (e == OC_OK) {
        for (const char *name = p->names; *name != '\0'; name += strlen(name) + 1) {
            buf_add_str(names, name);
            buf_add_byte(names, '\n');
        }
        if ((e = buf_err(names)) != OC_OK)
            *reason = oc_err_text(e);
    }
    pcsc_close(&p);
    return e;
}

/* The readers to watch. */
static enum oc_err choose(SCARD_READERSTATE states[READERS_MAX], size_t *n, struct pcsc *p)
{
    *n = 0;
    for (const char *name = p->names; *name != '\0' && *n < READERS_MAX; name += strlen(name) + 1)
        if (!p->has_name || strstr(name, p->name) != NULL)
            states[(*n)++] = (SCARD_READERSTATE){ .szReader = name };
    if (*n > 0)
        return OC_OK;
    if (p->names[0] != '\0')
        return carrier_fail(&p->reason, OC_USAGE, "no NFC reader of this name is plugged in");
    return carrier_fail(&p->reason, OC_IO, reason_of(SCARD_E_NO_READERS_AVAILABLE));
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
static enum oc_err wait_for_card(const char **found, struct pcsc *p, SCARD_READERSTATE *states,
                                 size_t n)
{
    for (*found = NULL; *found == NULL;) {
        int left = carrier_left(p->deadline);
        DWORD slice = left >= 0 && left < SLICE_MS ? (DWORD)left : SLICE_MS;
        LONG result = SCardGetStatusChange(p->context, slice, states, (DWORD)n);

        if (result != SCARD_S_SUCCESS && result != SCARD_E_TIMEOUT)
            return carrier_fail(&p->reason, OC_IO, reason_of(result));
        if (result == SCARD_S_SUCCESS)
            *found = find_card(states, n);
        if (*found == NULL && left == 0)
            return carrier_fail(&p->reason, OC_EXPIRED, "no card came");
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

static enum oc_err connect_card(struct pcsc *p, SCARD_READERSTATE *states, size_t n)
{
    for (;;) {
        const struct timespec pause = { 0, SETTLE_MS * 1000000L };
        const char *name;
        DWORD protocol;
        LONG result;
        enum oc_err e = wait_for_card(&name, p, states, n);

        if (e != OC_OK)
            return e;
        result = SCardConnect(p->context, name, SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T1, &p->card,
                              &protocol);
        if (result == SCARD_S_SUCCESS) {
            p->is_connected = true;
            return OC_OK;
        }
        if (!may_settle(result) || carrier_left(p->deadline) == 0)
            return carrier_fail(&p->reason, OC_IO, reason_of(result));
        nanosleep(&pause, NULL);
        for (size_t i = 0; i < n; i++)
            states[i].dwCurrentState = SCARD_STATE_UNAWARE;
    }
}

static enum oc_err open_card(struct pcsc *p)
{
    SCARD_READERSTATE states[READERS_MAX];
    size_t n;
    enum oc_err e;

    if ((e = list(p)) != OC_OK || (e = choose(states, &n, p)) != OC_OK)
        return e;
    return connect_card(p, states, n);
}

enum oc_err pcsc_open(struct pcsc **out, const char *reader, int64_t deadline,
                      const char **reason)
{
    struct pcsc *p = pcsc_new(reader, deadline);
    int64_t limit = deadline < CARRIER_NEVER - GRACE_MS ? deadline + GRACE_MS : CARRIER_NEVER;
    enum oc_err e;

    *out = NULL;
    if (p == NULL)
        return carrier_fail(reason, OC_MEMORY, oc_err_text(OC_MEMORY));
    if ((e = run(p, open_card, limit, reason)) == OC_OK)
        *out = p;
    else
        pcsc_close(&p);
    return e;
}

/* pcscd may call it a success, of no bytes, when a card is pulled out. */
static enum oc_err transmit(struct pcsc *p)
{
    LONG result;

    p->response_n = sizeof p->response;
    result = SCardTransmit(p->card, SCARD_PCI_T1, p->command, p->command_n, NULL, p->response,
                           &p->response_n);
    if (result == SCARD_S_SUCCESS && p->response_n < 2)
        result = SCARD_W_REMOVED_CARD;
    return result == SCARD_S_SUCCESS ? OC_OK : carrier_fail(&p->reason, OC_IO, reason_of(result));
}

enum oc_err pcsc_transmit(struct pcsc *p, struct buf *response, struct bytes command,
                          int64_t deadline, const char **reason)
{
    enum oc_err e;

    if (!await(p, 0))
        return carrier_fail(reason, OC_EXPIRED, "the card does not answer");
    if (command.n > sizeof p->command)
        return carrier_fail(reason, OC_LIMIT, oc_err_text(OC_LIMIT));
    memcpy(p->command, command.p, command.n);
    p->command_n = (DWORD)command.n;
    if ((e = run(p, transmit, deadline, reason)) != OC_OK)
        return e;
    buf_add(response, (struct bytes){ p->response, p->response_n });
    e = buf_err(response);
    return e == OC_OK ? OC_OK : carrier_fail(reason, e, oc_err_text(e));
}

static enum oc_err let_go(struct pcsc *p)
{
    if (p->is_connected)
        SCardDisconnect(p->card, SCARD_UNPOWER_CARD);
    if (p->has_context)
        SCardReleaseContext(p->context);
    return OC_OK;
}

void pcsc_close(struct pcsc **p)
{
    const char *reason;
    bool is_busy;

    if (*p == NULL)
        return;
    if (await(*p, 0) && run(*p, let_go, carrier_now() + CLOSE_MS, &reason) == OC_MEMORY)
        (*p)->is_connected = false;     /* the end of the program lets go */
    pthread_mutex_lock(&(*p)->lock);
    is_busy = (*p)->is_busy;
    (*p)->is_left = is_busy;
    pthread_mutex_unlock(&(*p)->lock);
    if (!is_busy)
        pcsc_free(*p);
    *p = NULL;
}
