/* Messages cut into frames, and frames given to an assembly one by one. */
#ifndef OWNCARD_TESTS_FRAMES_GIVEN_H
#define OWNCARD_TESTS_FRAMES_GIVEN_H

#include "tests/unit/fixture.h"
#include "transport/assembly.h"

static inline struct bytes sample(uint8_t *room, size_t n, uint8_t start)
{
    for (size_t i = 0; i < n; i++)
        room[i] = (uint8_t)(start + i * i % 251);
    return (struct bytes){ room, n };
}

static inline struct buf text_of(const struct frames *f, size_t number)
{
    struct buf text = new_buf();

    frames_text(&text, f, number);
    must(buf_err(&text));
    return text;
}

/* @return what assembly_add() says; whether the message is there and right is told by *complete */
static inline enum oc_err give(struct assembly *a, struct bytes text, struct bytes want,
                               bool *complete)
{
    struct buf message = new_buf();
    enum oc_err e = assembly_add(a, &message, text, NULL);

    *complete = message.n > 0 && bytes_eq(buf_view(&message), want);
    if (message.n > 0 && !*complete)
        e = OC_BUG;
    buf_cleanup(&message);
    return e;
}

static inline enum oc_err give_frame(struct assembly *a, const struct frames *f, size_t number,
                                     struct bytes want, bool *complete)
{
    struct buf text = text_of(f, number);
    enum oc_err e = give(a, buf_view(&text), want, complete);

    buf_cleanup(&text);
    return e;
}

#endif
