#include "transport/tcp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "transport/stream.h"

struct tcp {
    int fd;
};

static const char *reason_of(int number)
{
    static const struct { int number; const char *text; } row[] = {
        { ECONNREFUSED,  "nobody listens there" },
        { EADDRINUSE,    "in use by another program" },
        { EADDRNOTAVAIL, "not an address of this machine" },
        { EACCES,        "not permitted" },
        { ENETUNREACH,   "there is no way to that network" },
        { EHOSTUNREACH,  "there is no way to that machine" },
        { ETIMEDOUT,     "that machine does not answer" },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        if (row[i].number == number)
            return row[i].text;
    return "the connection failed";
}

/* "PORT", "HOST:PORT" or "[HOST]:PORT", in place: a host that is left out is this machine. */
static bool split(char *text, const char **host, const char **port)
{
    char *colon = strrchr(text, ':');
    size_t n;

    *host = "127.0.0.1";
    *port = text;
    if (colon == NULL)
        return *text != '\0';
    *colon = '\0';
    *host = text;
    *port = colon + 1;
    n = strlen(text);
    if (text[0] == '[' && n > 2 && text[n - 1] == ']') {
        text[n - 1] = '\0';
        *host = text + 1;
    } else if (strchr(text, ':') != NULL) {
        return false;       /* IPv6 without brackets: where would the port begin? */
    }
    return **host != '\0' && **port != '\0';
}

/* Decimal digits and nothing else; a service's name would have to be looked up. */
static bool is_port(const char *text)
{
    uint32_t port = 0;
    size_t n = strlen(text);

    for (size_t i = 0; i < n; i++) {
        if (n > 5 || text[i] < '0' || text[i] > '9')
            return false;
        port = port * 10 + (uint32_t)(text[i] - '0');
    }
    return n > 0 && port <= UINT16_MAX;
}

/* @param out  release with freeaddrinfo(); NULL on error */
static enum oc_err resolve(struct addrinfo **out, const char *address, const char **reason)
{
    const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM,
                                    .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
    char text[TCP_ADDRESS_TEXT];
    const char *host, *port;

    *out = NULL;
    if (strlen(address) >= sizeof text)
        return carrier_fail(reason, OC_USAGE, "too long for an address");
    memcpy(text, address, strlen(address) + 1);
    if (!split(text, &host, &port) || !is_port(port) ||
        getaddrinfo(host, port, &hints, out) != 0)
        return carrier_fail(reason, OC_USAGE, "not PORT, HOST:PORT or [HOST]:PORT in numbers");
    return OC_OK;
}

static void describe(char out[TCP_ADDRESS_TEXT], int fd)
{
    struct sockaddr_storage address;
    socklen_t n = sizeof address;
    char host[48], port[8];
    bool is_v6;

    out[0] = '\0';
    if (getsockname(fd, (struct sockaddr *)&address, &n) != 0 ||
        getnameinfo((struct sockaddr *)&address, n, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return;
    is_v6 = strchr(host, ':') != NULL;
    snprintf(out, TCP_ADDRESS_TEXT, "%s%s%s:%s", is_v6 ? "[" : "", host, is_v6 ? "]" : "", port);
}

enum oc_err tcp_listen(struct tcp_listener *out, const char *address, const char **reason)
{
    struct addrinfo *at;
    int one = 1, fd;
    enum oc_err e;

    *out = (struct tcp_listener){ .is_open = false };
    if ((e = resolve(&at, address, reason)) != OC_OK)
        return e;
    fd = socket(at->ai_family, SOCK_STREAM, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
        bind(fd, at->ai_addr, at->ai_addrlen) != 0 || listen(fd, 1) != 0)
        e = carrier_fail(reason, OC_IO, reason_of(errno));
    else
        e = stream_prepare(fd, reason);
    freeaddrinfo(at);
    if (e != OC_OK) {
        if (fd >= 0)
            close(fd);
        return e;
    }
    *out = (struct tcp_listener){ .is_open = true, .fd = fd };
    describe(out->address, fd);
    return OC_OK;
}

void tcp_listener_cleanup(struct tcp_listener *listener)
{
    if (listener->is_open)
        close(listener->fd);
    *listener = (struct tcp_listener){ .is_open = false };
}

enum oc_err tcp_accept(struct carrier *out, const struct tcp_listener *listener, int64_t deadline)
{
    *out = (struct carrier){ .kind = NULL };
    for (;;) {
        enum oc_err e = stream_wait(listener->fd, POLLIN, deadline, &out->reason);
        int fd;

        if (e == OC_EXPIRED)
            return carrier_fail(&out->reason, e, "nobody came");
        if (e != OC_OK)
            return e;
        fd = accept(listener->fd, NULL, NULL);
        if (fd >= 0)
            return tcp_carrier(out, fd);
        /* Whoever knocked may be gone again, which is no reason to stop waiting. */
        if (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK && errno != ECONNABORTED)
            return carrier_fail(&out->reason, OC_IO, reason_of(errno));
    }
}

/* A connection under way is there once the socket can be written to. */
static enum oc_err finish_dial(int fd, int64_t deadline, const char **reason)
{
    socklen_t n = sizeof(int);
    int number = 0;
    enum oc_err e = stream_wait(fd, POLLOUT, deadline, reason);

    if (e == OC_EXPIRED)
        return carrier_fail(reason, e, "that machine does not answer");
    if (e == OC_OK && (getsockopt(fd, SOL_SOCKET, SO_ERROR, &number, &n) != 0 || number != 0))
        e = carrier_fail(reason, OC_IO, reason_of(number));
    return e;
}

enum oc_err tcp_dial(int *fd, const char *address, int64_t deadline, const char **reason)
{
    struct addrinfo *to;
    enum oc_err e = resolve(&to, address, reason);

    *fd = -1;
    if (e != OC_OK)
        return e;
    *fd = socket(to->ai_family, SOCK_STREAM, 0);
    if (*fd < 0)
        e = carrier_fail(reason, OC_IO, reason_of(errno));
    else if ((e = stream_prepare(*fd, reason)) == OC_OK &&
             connect(*fd, to->ai_addr, to->ai_addrlen) != 0)
        e = errno == EINPROGRESS || errno == EINTR ? finish_dial(*fd, deadline, reason)
                                                   : carrier_fail(reason, OC_IO, reason_of(errno));
    freeaddrinfo(to);
    if (e != OC_OK && *fd >= 0) {
        close(*fd);
        *fd = -1;
    }
    return e;
}

enum oc_err tcp_connect(struct carrier *out, const char *address, int64_t deadline)
{
    int fd;
    enum oc_err e;

    *out = (struct carrier){ .kind = NULL };
    e = tcp_dial(&fd, address, deadline, &out->reason);
    return e == OC_OK ? tcp_carrier(out, fd) : e;
}

/* The length and the message in one piece, so that they leave together. */
static enum oc_err tcp_send(void *self, struct bytes message, int64_t deadline,
                            const char **reason)
{
    const struct tcp *t = self;
    uint8_t head[TCP_FRAME_HEADER] = { (uint8_t)(message.n >> 24), (uint8_t)(message.n >> 16),
                                       (uint8_t)(message.n >> 8), (uint8_t)message.n };
    struct buf frame;
    enum oc_err e;

    buf_init(&frame, CARRIER_MESSAGE_MAX + TCP_FRAME_HEADER);
    buf_add(&frame, BYTES_OF(head));
    buf_add(&frame, message);
    if ((e = buf_err(&frame)) != OC_OK)
        *reason = oc_err_text(e);
    else
        e = stream_write(t->fd, buf_view(&frame),
                         carrier_sooner(deadline, carrier_now() + CARRIER_MESSAGE_MS), reason);
    buf_cleanup(&frame);
    return e;
}

static enum oc_err in_the_middle(enum oc_err e, const char **reason)
{
    if (e == OC_EXPIRED)
        *reason = "began a message that came too slowly";
    else if (e == OC_IO)
        *reason = "hung up in the middle of a message";
    return e;
}

/* Room is made as bytes come, not as they are promised. */
static enum oc_err read_message(const struct tcp *t, struct buf *message, size_t n,
                                int64_t deadline, const char **reason)
{
    size_t start = message->n;
    enum oc_err e = OC_OK;

    while (e == OC_OK && n > 0) {
        uint8_t part[4096];
        size_t want = n < sizeof part ? n : sizeof part, got;

        e = stream_read(t->fd, part, want, &got, deadline, reason);
        if (e != OC_OK)
            break;
        buf_add(message, (struct bytes){ part, got });
        n -= got;
        if ((e = buf_err(message)) != OC_OK)
            *reason = oc_err_text(e);
    }
    if (e != OC_OK && message->n >= start)
        buf_truncate(message, start);
    return in_the_middle(e, reason);
}

static enum oc_err tcp_receive(void *self, struct buf *message, int64_t deadline,
                               const char **reason)
{
    const struct tcp *t = self;
    uint8_t head[TCP_FRAME_HEADER];
    size_t got, n;
    int64_t end;
    enum oc_err e = stream_read(t->fd, head, 1, &got, deadline, reason);

    if (e != OC_OK)
        return e;
    end = carrier_sooner(deadline, carrier_now() + CARRIER_MESSAGE_MS);
    e = stream_read(t->fd, head + 1, sizeof head - 1, &got, end, reason);
    if (e != OC_OK)
        return in_the_middle(e, reason);
    n = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
    if (n == 0)
        return carrier_fail(reason, OC_SHAPE, "a message of no bytes");
    if (n > CARRIER_MESSAGE_MAX)
        return carrier_fail(reason, OC_LIMIT,
                    "announces a message of more than 1 MiB: too long, or no message of a session");
    return read_message(t, message, n, end, reason);
}

static enum oc_err tcp_check(void *self, bool *speaks, const char **reason)
{
    const struct tcp *t = self;

    return stream_check(t->fd, speaks, reason);
}

static void tcp_close(void *self)
{
    struct tcp *t = self;

    close(t->fd);
    free(t);
}

static const struct carrier_kind tcp_kind = { tcp_send, tcp_receive, tcp_check, tcp_close };

enum oc_err tcp_carrier(struct carrier *out, int fd)
{
    struct tcp *t = malloc(sizeof *t);
    int one = 1;
    enum oc_err e;

    *out = (struct carrier){ .kind = NULL };
    e = t == NULL ? carrier_fail(&out->reason, OC_MEMORY, oc_err_text(OC_MEMORY))
                  : stream_prepare(fd, &out->reason);
    if (e != OC_OK) {
        free(t);
        close(fd);
        return e;
    }
    /* Only a matter of speed, and not to be had on every kind of stream. */
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    t->fd = fd;
    *out = (struct carrier){ .kind = &tcp_kind, .self = t };
    return OC_OK;
}
