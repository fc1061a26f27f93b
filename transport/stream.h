/* A connected stream socket, read and written whole and in time: what transport/tcp.c and
 * transport/vpcd.c have in common. Errors come with a static reason. */
#ifndef OWNCARD_TRANSPORT_STREAM_H
#define OWNCARD_TRANSPORT_STREAM_H

#include "core/buf.h"

/** Make a socket non-blocking, as the functions below want it. @retval OC_IO */
enum oc_err stream_prepare(int fd, const char **reason) OC_MUST_CHECK;

/** Wait until `fd` is ready for `events` of poll(). @retval OC_EXPIRED, OC_IO */
enum oc_err stream_wait(int fd, short events, int64_t deadline, const char **reason) OC_MUST_CHECK;

/** Write all of it. @retval OC_EXPIRED  the other side takes nothing  @retval OC_IO */
enum oc_err stream_write(int fd, struct bytes data, int64_t deadline,
                         const char **reason) OC_MUST_CHECK;

/**
 * Read `n` bytes to `to`.
 * @param got  how many came; also on error, so that an end before the first is told from one later
 * @retval OC_EXPIRED, OC_IO
 */
enum oc_err stream_read(int fd, uint8_t *to, size_t n, size_t *got, int64_t deadline,
                        const char **reason) OC_MUST_CHECK;

/** Whether the other side is still there, and has said something that is to be read, as far as can
 *  be told without waiting. @retval OC_IO  it hung up */
enum oc_err stream_check(int fd, bool *speaks, const char **reason) OC_MUST_CHECK;

#endif
