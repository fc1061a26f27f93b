/*
 * Before the flow: types check.     a file of one's own  →  here  →  issuer/issue.c (1)
 *   out   of each file, whether it is a card type, and everything that is wrong with it
 */
#include <stdio.h>

#include "cli/card_types.h"
#include "cli/exit.h"
#include "cli/io.h"
#include "cli/term.h"
#include "issuer/verbs.h"

enum { TEXT_BYTES_MAX = 64 << 20 };

static void tell_faults(struct buf *out, const struct catalog_faults *all)
{
    const char *at = (const char *)all->lines.p, *end = at + all->lines.n;

    buf_printf(out, "not a card type, in %zu place%s\n", all->n, all->n == 1 ? "" : "s");
    while (at < end) {
        const char *next = at;

        while (next < end && *next++ != '\n')
            ;
        buf_add_str(out, "  ");
        buf_add(out, (struct bytes){ (const uint8_t *)at, (size_t)(next - at) });
        at = next;
    }
}

static void tell_good(struct buf *out, const struct card_type *card)
{
    size_t n = 0;

    for (size_t i = 0; i < card->n_namespaces; i++)
        n += card->namespaces[i].n_elements;
    term_escape(out, bytes_str(card->doc_type));
    buf_printf(out, ", %zu element%s, good\n", n, n == 1 ? "" : "s");
}

/* One file into `out`; *good is false once one was none. */
static enum oc_err check(struct buf *out, bool *good, const char *path)
{
    struct catalog_faults all = { .n = 0 };
    struct catalog one = { 0 };
    struct buf json;
    enum oc_err e = io_read(&json, path, JSON_BYTES_MAX);

    if (e == OC_OK) {
        term_escape(out, bytes_str(path));
        buf_add_str(out, ": ");
        e = catalog_check_card(&one, buf_view(&json), &all);
        if (e == OC_OK)
            tell_good(out, one.cards);
        else if (e == OC_SYNTAX || e == OC_SHAPE)
            tell_faults(out, &all);
        else
            fail_print(e, "%s: %s", path, oc_err_text(e));
    }
    if (e == OC_SYNTAX || e == OC_SHAPE) {
        *good = false;
        e = OC_OK;
    }
    catalog_cleanup(&one);
    buf_cleanup(&all.lines);
    buf_cleanup(&json);
    return e;
}

int types_check_run(const struct command_line *cl)
{
    bool good = true;
    struct buf out;
    enum oc_err e = OC_OK;

    buf_init(&out, TEXT_BYTES_MAX);
    for (size_t i = 0; e == OC_OK && i < cl->arguments_n; i++)
        e = check(&out, &good, argument(cl, i));
    if (e == OC_OK && (e = buf_err(&out)) != OC_OK)
        fail_print(e, "%s", oc_err_text(e));
    if (e == OC_OK)
        e = io_write(NULL, buf_view(&out), IO_TEXT);
    buf_cleanup(&out);
    return exit_status(e == OC_OK && !good ? OC_REFUSED : e);
}
