#include "transport/carrier.h"

#include <limits.h>
#include <time.h>

int64_t carrier_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int carrier_left(int64_t deadline)
{
    int64_t left;

    if (deadline == CARRIER_NEVER)
        return -1;
    left = deadline - carrier_now();
    if (left < 0)
        return 0;
    return left < INT_MAX ? (int)left : INT_MAX;
}

int64_t carrier_sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

enum oc_err carrier_send(struct carrier *c, struct bytes message, int64_t deadline)
{
    if (c->kind == NULL || message.n == 0 || message.n > CARRIER_MESSAGE_MAX) {
        c->reason = "not a message that can be carried";
        return OC_USAGE;
    }
    return c->kind->send(c->self, message, deadline, &c->reason);
}

enum oc_err carrier_receive(struct carrier *c, struct buf *message, int64_t deadline)
{
    if (c->kind == NULL) {
        c->reason = "nothing carries messages here";
        return OC_USAGE;
    }
    return c->kind->receive(c->self, message, deadline, &c->reason);
}

enum oc_err carrier_check(struct carrier *c, bool *speaks)
{
    *speaks = false;
    if (c->kind == NULL) {
        c->reason = "nothing carries messages here";
        return OC_USAGE;
    }
    return c->kind->check(c->self, speaks, &c->reason);
}

void carrier_close(struct carrier *c)
{
    if (c->kind != NULL)
        c->kind->close(c->self);
    c->kind = NULL;
    c->self = NULL;
}
