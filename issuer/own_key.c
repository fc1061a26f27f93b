#include "issuer/own_key.h"

#include <string.h>

#include "cli/exit.h"
#include "cli/key_file.h"

/* What follows "NAME=" in the value, or NULL. */
static const char *value_for(const char *given, const char *name)
{
    size_t n = strlen(name);

    return strncmp(given, name, n) == 0 && given[n] == '=' ? given + n + 1 : NULL;
}

static const char *find(const struct command_line *cl, const char *name, size_t *times)
{
    const char *found = NULL;

    *times = 0;
    for (size_t i = 0; i < opt_count(cl, "key"); i++) {
        const char *value = value_for(opt_nth(cl, "key", i), name);

        if (value != NULL && (*times)++ == 0)
            found = value;
    }
    return found;
}

/* The value may be a URI with a secret in it that does not belong there: it is not repeated. */
static enum oc_err refuse_name(const char *const names[])
{
    fail_print(OC_USAGE, "--key: expected NAME=KEY");
    for (; *names != NULL; names++)
        hint_print("--key %s=FILE, or --key '%s=pkcs11:token=…;object=…'", *names, *names);
    return OC_USAGE;
}

enum oc_err own_keys_check(const struct command_line *cl, const char *const names[])
{
    size_t known = 0, times;

    for (size_t i = 0; names[i] != NULL; i++) {
        const char *value = find(cl, names[i], &times);

        if (times > 1)
            return fail_print(OC_USAGE, "--key: twice for %s", names[i]);
        if (value != NULL && *value == '\0')
            return refuse_name(names);
        known += times;
    }
    return known == opt_count(cl, "key") ? OC_OK : refuse_name(names);
}

enum oc_err own_key(struct private_key **out, const struct command_line *cl, const char *name)
{
    const struct curve_info *curve;
    size_t times;
    const char *from = find(cl, name, &times);
    enum oc_err e;

    *out = NULL;
    if (from == NULL)
        return OC_OK;
    if ((e = key_file_signing(out, from, cl)) != OC_OK)
        return e;
    curve = curve_info(private_key_curve(*out));
    if (curve->alg != COSE_ALG_NONE)
        return OC_OK;
    private_key_free(out);
    return fail_print(OC_USAGE, "--key %s: on %s, which does not sign", name, curve->name);
}
