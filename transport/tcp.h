/*
 * Messages over a TCP stream, for two programs on one machine or in one LAN. ISO/IEC 18013-5 has no
 * such carrier: this one is ours, for tests, kiosks made of several machines, and whoever has no
 * radio. It protects nothing; the session's own encryption does.
 *
 *   frame = length   4 bytes, big-endian, 1 to CARRIER_MESSAGE_MAX
 *           message  that many bytes
 *
 * The holder listens, the reader connects, one session a connection. The address is told to both
 * sides by whoever runs them and does not stand in the engagement: its retrieval methods are the
 * standard's to number, and a number of our own could come to mean something else.
 *
 * Addresses are numeric, since nobody is asked at a showing: "PORT" alone for this machine
 * (127.0.0.1), "HOST:PORT", "[HOST]:PORT" for IPv6.
 */
#ifndef OWNCARD_TRANSPORT_TCP_H
#define OWNCARD_TRANSPORT_TCP_H

#include "transport/carrier.h"

enum { TCP_ADDRESS_TEXT = 64, TCP_FRAME_HEADER = 4 };

/* Where a holder waits; all zero is nowhere. */
struct tcp_listener {
    bool is_open;
    int fd;
    char address[TCP_ADDRESS_TEXT];     /* with the port that was chosen where 0 was asked for */
};

/**
 * Wait at an address, whose port may be 0 for any that is free.
 *
 * @param out     all zero on error; release with tcp_listener_cleanup()
 * @param reason  set on error
 * @retval OC_USAGE  not such an address
 * @retval OC_IO     in use, not of this machine, not permitted
 */
enum oc_err tcp_listen(struct tcp_listener *out, const char *address,
                       const char **reason) OC_MUST_CHECK;
void tcp_listener_cleanup(struct tcp_listener *listener);

/** The first that connects. @param out  all zero but for the reason on error
 *  @retval OC_EXPIRED  nobody came  @retval OC_IO, OC_MEMORY */
enum oc_err tcp_accept(struct carrier *out, const struct tcp_listener *listener,
                       int64_t deadline) OC_MUST_CHECK;

/** Connect; as tcp_accept(). @retval OC_USAGE  not such an address
 *  @retval OC_IO  nobody listens there, no way there */
enum oc_err tcp_connect(struct carrier *out, const char *address, int64_t deadline) OC_MUST_CHECK;

/** A carrier of a stream socket that is connected, which it owns from now on, also on error.
 *  @retval OC_IO, OC_MEMORY */
enum oc_err tcp_carrier(struct carrier *out, int fd) OC_MUST_CHECK;

/** Connect a socket, for what speaks otherwise. @param fd  -1 on error; as tcp_connect() */
enum oc_err tcp_dial(int *fd, const char *address, int64_t deadline,
                     const char **reason) OC_MUST_CHECK;

#endif
