#include "holder/flawed.h"

#include "cli/exit.h"

enum oc_err flawed_init(const struct flaw **out, const struct command_line *cl)
{
    const char *name = opt(cl, "defect");

    *out = NULL;
    if (name == NULL)
        return OC_OK;
    *out = flaw_find(name);
    if (*out == NULL) {
        fail_print(OC_USAGE, "--defect %s: there is no such defect", name);
        hint_print("owncard-holder present --list-defects names them");
        return OC_USAGE;
    }
    warn_print("THIS ANSWER IS WRONG ON PURPOSE: %s", (*out)->text);
    return OC_OK;
}

enum oc_err flawed_write(struct buf *out, const struct flaw *flaw,
                         const struct flaw_showing *showing)
{
    const char *reason = NULL;
    enum oc_err e = flaw_write(out, flaw, showing, &reason);

    if (e == OC_OK)
        return OC_OK;
    return fail_print(e, "--defect %s: %s", flaw->name,
                      reason != NULL ? reason : oc_err_text(e));
}

int flawed_list(void)
{
    const struct flaw *f;

    for (size_t i = 0; (f = flaw_at(i)) != NULL; i++)
        wrong_print(f->name, f->check, f->also, f->text, f->verdict);
    return STATUS_DONE;
}
