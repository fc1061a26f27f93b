/*
 * Before step 1: people.     here  →  issuer/issue.c (1)
 *   out   claims of synthetic residents of Guangzhou, one JSON object a line
 */
#include <stdio.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "issuer/people.h"
#include "issuer/portrait.h"
#include "issuer/verbs.h"

enum {
    PORTRAIT_BYTES_MAX = 4096,      /* the smallest bound of a card type, the age card's */
    FILE_BYTES_MAX = 256 << 20,
    FLUSH_BYTES = 1 << 20,
};

static enum oc_err add_person(struct buf *out, uint64_t seed, uint64_t index, int64_t today,
                              bool with_portrait)
{
    struct person p;
    struct buf portrait;
    enum oc_err e = OC_OK;

    person_make(&p, seed, index, today);
    buf_init(&portrait, PORTRAIT_BYTES_MAX);
    if (with_portrait)
        e = portrait_draw(&portrait, &(struct portrait_look){
            .seed = p.look, .sex = p.sex, .age = date_age(p.born, today) }, PORTRAIT_BYTES_MAX);
    if (e == OC_OK) {
        person_write(out, &p, buf_view(&portrait));
        e = buf_err(out);
    }
    buf_cleanup(&portrait);
    return e;
}

/* A whole city does not fit into memory: to standard output it flows. */
static void flush(struct buf *out)
{
    fwrite(out->p, 1, out->n, stdout);      /* command_main() checks the stream */
    buf_truncate(out, 0);
}

int people_run(const struct command_line *cl)
{
    const char *output = opt(cl, "output");
    bool flows = output == NULL, with_portrait = !opt_given(cl, "no-portrait");
    uint64_t count, seed;
    int64_t today;
    struct buf out;
    enum oc_err e;

    buf_init(&out, FILE_BYTES_MAX);
    if ((e = opt_uint(cl, "count", 1, PEOPLE_RESIDENTS, 1, &count)) != OC_OK ||
        (e = opt_uint(cl, "seed", 0, UINT64_MAX, 1, &seed)) != OC_OK ||
        (e = opt_time(cl, "at", &today)) != OC_OK)
        return exit_status(e);
    for (uint64_t i = 0; i < count && e == OC_OK; i++) {
        e = add_person(&out, seed, i, today, with_portrait);
        if (flows && out.n >= FLUSH_BYTES)
            flush(&out);
    }
    if (e == OC_LIMIT) {
        fail_print(e, "more people than fit into one file of %d bytes", FILE_BYTES_MAX);
        hint_print("leave --output away, and standard output takes any number");
    } else if (e != OC_OK) {
        fail_print(e, "%s", oc_err_text(e));
    } else if (flows) {
        flush(&out);
    } else {
        e = io_write(output, buf_view(&out), IO_TEXT);
    }
    buf_cleanup(&out);
    return exit_status(e);
}
