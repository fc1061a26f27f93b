#include "transport/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include "transport/carrier.h"

enum oc_err stream_prepare(int fd, const char **reason)
{
    int flags = fcntl(fd, F_GETFL);

    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ||
        fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
        return carrier_fail(reason, OC_IO, "the socket cannot be set up");
    return OC_OK;
}

enum oc_err stream_wait(int fd, short events, int64_t deadline, const char **reason)
{
    for (;;) {
        struct pollfd poll_fd = { .fd = fd, .events = events };
        int n = poll(&poll_fd, 1, carrier_left(deadline));

        if (n > 0)
            return OC_OK;
        if (n == 0)
            return carrier_fail(reason, OC_EXPIRED, "nothing came in time");
        if (errno != EINTR)
            return carrier_fail(reason, OC_IO, "waiting failed");
    }
}

enum oc_err stream_write(int fd, struct bytes data, int64_t deadline, const char **reason)
{
    while (data.n > 0) {
        /* A peer that hung up is an error here, not a signal. */
        ssize_t n = send(fd, data.p, data.n, MSG_NOSIGNAL);

        if (n >= 0) {
            data.p += n;
            data.n -= (size_t)n;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (stream_wait(fd, POLLOUT, deadline, reason) != OC_OK)
                return carrier_fail(reason, OC_EXPIRED, "does not take what is sent");
        } else if (errno != EINTR) {
            return carrier_fail(reason, OC_IO, "hung up before it had the whole message");
        }
    }
    return OC_OK;
}

enum oc_err stream_read(int fd, uint8_t *to, size_t n, size_t *got, int64_t deadline,
                        const char **reason)
{
    *got = 0;
    while (*got < n) {
        enum oc_err e = stream_wait(fd, POLLIN, deadline, reason);
        ssize_t more;

        if (e != OC_OK)
            return e;
        more = recv(fd, to + *got, n - *got, 0);
        if (more > 0)
            *got += (size_t)more;
        else if (more == 0 || errno == ECONNRESET)
            return carrier_fail(reason, OC_IO, "hung up");
        else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
            return carrier_fail(reason, OC_IO, "reading failed");
    }
    return OC_OK;
}

enum oc_err stream_check(int fd, bool *speaks, const char **reason)
{
    uint8_t byte;
    ssize_t n = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

    *speaks = n > 0;
    if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)))
        return OC_OK;
    return carrier_fail(reason, OC_IO, "hung up");
}
