/*
 * After step 1: status list.     issuer/issue.c (1)  →  here
 *   out   the issuer's status lists, and how much of them is used, revoked and suspended
 */
#include "cli/exit.h"
#include "cli/io.h"
#include "issuer/registry.h"
#include "issuer/verbs.h"

enum { TEXT_MAX = 1 << 20 };

static enum oc_err describe(struct buf *text, struct registry *r, const struct registry_list *list)
{
    uint64_t revoked, suspended;
    enum oc_err e = registry_list_count(r, list, &revoked, &suspended);

    if (e != OC_OK)
        return e;
    buf_printf(text, "%lld  %s\n", (long long)list->id, list->uri);
    buf_printf(text, "   bits %u, entries %llu, used %llu, revoked %llu, suspended %llu\n",
               list->bits, (unsigned long long)list->size, (unsigned long long)list->used,
               (unsigned long long)revoked, (unsigned long long)suspended);
    return OC_OK;
}

int status_list_run(const struct command_line *cl)
{
    struct registry_list list = { 0 };
    struct registry r;
    struct buf text;
    enum oc_err e;

    buf_init(&text, TEXT_MAX);
    if ((e = registry_init(&r, opt(cl, "dir"), opt(cl, "registry"), false)) == OC_OK) {
        buf_printf(&text, "Registry %s\n", r.name);
        e = registry_list_next(&list, &r);
    }
    while (e == OC_OK && list.id != 0)
        if ((e = describe(&text, &r, &list)) == OC_OK)
            e = registry_list_next(&list, &r);
    if (e == OC_OK && (e = buf_err(&text)) != OC_OK)
        fail_print(e, "%s", oc_err_text(e));
    if (e == OC_OK)
        e = io_write(NULL, buf_view(&text), IO_TEXT);
    registry_list_cleanup(&list);
    registry_cleanup(&r);
    buf_cleanup(&text);
    return exit_status(e);
}
