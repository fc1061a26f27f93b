#include "issuer/wrong.h"

#include "cli/exit.h"
#include "mdoc/limits.h"

enum oc_err wrong_init(struct wrong *out, const struct command_line *cl)
{
    const char *name = opt(cl, "defect");

    *out = (struct wrong){ .defect = NULL };
    if (name == NULL)
        return OC_OK;
    out->defect = defect_find(name);
    if (out->defect == NULL) {
        fail_print(OC_USAGE, "--defect %s: there is no such defect", name);
        hint_print("owncard-issuer issue --list-defects names them");
        return OC_USAGE;
    }
    if (out->defect->stage == DEFECT_CERTIFICATE) {
        enum oc_err e;

        if (opt_given(cl, "signer-key"))
            e = fail_print(OC_USAGE, "--defect %s is one of the folder's own signer, not of "
                                     "--signer-key's", name);
        else
            e = authority_init(&out->iaca, cl, "iaca");
        if (e != OC_OK) {
            out->defect = NULL;
            return e;
        }
    }
    warn_print("this card is wrong on purpose: %s", out->defect->text);
    return OC_OK;
}

void wrong_cleanup(struct wrong *wrong)
{
    authority_cleanup(&wrong->iaca);
    wrong->defect = NULL;
}

enum oc_err wrong_issue(struct buf *out, const struct wrong *wrong,
                        const struct mdoc_issue_spec *spec, const char **reason)
{
    const struct defect_signer signer = {
        .now = spec->now, .key = spec->signer, .chain = spec->chain, .chain_n = spec->chain_n,
        .iaca = wrong->iaca.certificate, .iaca_key = wrong->iaca.key,
    };
    struct buf right;
    enum oc_err e;

    if (wrong->defect == NULL)
        return mdoc_issue(out, spec, reason);
    buf_init(&right, MDOC_BYTES_MAX);
    if ((e = mdoc_issue(&right, spec, reason)) == OC_OK)
        e = defect_write(out, buf_view(&right), wrong->defect, &signer, reason);
    buf_cleanup(&right);
    return e;
}

int wrong_list(void)
{
    const struct defect *d;

    for (size_t i = 0; (d = defect_at(i)) != NULL; i++)
        wrong_print(d->name, d->check, d->also, d->text, d->verdict);
    return STATUS_DONE;
}
