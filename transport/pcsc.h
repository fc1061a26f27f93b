/*
 * Cards on NFC readers, by PC/SC (libpcsclite; the only file that knows it). Nothing here knows
 * what commands mean.
 *
 * PC/SC itself has no time limit where a card, a reader or its driver does not answer: nothing but
 * waiting for a card has one. So everything is asked of it in a thread of its own, and where the
 * deadline comes first that thread is left behind, with the connection: the program is expected to
 * end soon.
 */
#ifndef OWNCARD_TRANSPORT_PCSC_H
#define OWNCARD_TRANSPORT_PCSC_H

#include "core/buf.h"

struct pcsc;

/** Append the names of the readers, one a line. None is no error.
 *  @retval OC_IO, OC_EXPIRED  no service (pcscd) answers  @retval OC_MEMORY, OC_LIMIT */
enum oc_err pcsc_readers(struct buf *names, int64_t deadline, const char **reason) OC_MUST_CHECK;

/**
 * Wait for a card and connect to it, so that nobody else uses it.
 *
 * @param out     NULL on error; release with pcsc_close()
 * @param reader  a part of the reader's name; NULL: any reader, the first that has a card
 * @param reason  set on error; static
 * @retval OC_USAGE    no reader of that name
 * @retval OC_EXPIRED  no card came, or it does not answer
 * @retval OC_IO       no reader, no service, a card that another program uses
 * @retval OC_MEMORY
 */
enum oc_err pcsc_open(struct pcsc **out, const char *reader, int64_t deadline,
                      const char **reason) OC_MUST_CHECK;

/**
 * Give the card a command and append its response, which has two bytes at least.
 *
 * @retval OC_EXPIRED  the card does not answer; the connection is of no use any more
 * @retval OC_IO       the card was taken away, the reader unplugged, the service stopped
 * @retval OC_LIMIT, OC_MEMORY
 */
enum oc_err pcsc_transmit(struct pcsc *p, struct buf *response, struct bytes command,
                          int64_t deadline, const char **reason) OC_MUST_CHECK;

/** Take the card's power away and let go of it. */
void pcsc_close(struct pcsc **p);

#endif
