/*
 * Before step 1: status init.     here  →  issuer/issue.c (1), issuer/status_publish.c
 *   in    the URI that a status list will be published at
 *   out   an empty list in the registry, and the signer of lists where there is none yet
 */
#include <stdio.h>
#include <string.h>

#include "cli/exit.h"
#include "issuer/registry.h"
#include "issuer/status_signer.h"
#include "issuer/verbs.h"

/* It goes into every card as it is, so what no other reader would take is not taken here. */
static enum oc_err check_uri(const char *uri)
{
    const char *colon = uri == NULL ? NULL : strstr(uri, "://");

    if (uri == NULL) {
        fail_print(OC_USAGE, "--uri is missing: where the list will be published");
        hint_print("such as --uri https://issuer.example/status/1");
        return OC_USAGE;
    }
    if (strlen(uri) > REGISTRY_URI_MAX)
        return fail_print(OC_USAGE, "--uri: longer than %d characters", REGISTRY_URI_MAX);
    for (const char *p = uri; *p != '\0'; p++)
        if (*p <= ' ' || *p > '~')
            return fail_print(OC_USAGE, "--uri %s: not plain ASCII without blanks", uri);
    return colon != NULL && colon > uri && colon[3] != '\0'
               ? OC_OK
               : fail_print(OC_USAGE, "--uri %s: not a URI such as https://issuer.example/status/1",
                            uri);
}

/* Where the registry is, is kept before a list is in it, and not when none could be. */
static enum oc_err make_list(const struct command_line *cl, unsigned bits, uint64_t size)
{
    const char *dir = opt(cl, "dir"), *registry = opt(cl, "registry");
    struct registry r;
    enum oc_err e = registry_init(&r, dir, registry, true);

    if (e == OC_OK && (e = registry_begin(&r)) == OC_OK &&
        (e = registry_list_make(&r, opt(cl, "uri"), bits, size)) == OC_OK &&
        (registry == NULL || (e = registry_remember(dir, registry)) == OC_OK))
        e = registry_commit(&r);
    registry_cleanup(&r);
    return e;
}

int status_init_run(const struct command_line *cl)
{
    const char *uri = opt(cl, "uri");
    uint64_t bits, size;
    bool made = false;
    int64_t now;
    enum oc_err e;

    if ((e = check_uri(uri)) == OC_OK && (e = opt_uint(cl, "bits", 1, 2, 1, &bits)) == OC_OK &&
        (e = opt_uint(cl, "size", REGISTRY_SIZE_MIN, REGISTRY_SIZE_MAX, REGISTRY_SIZE, &size)) ==
            OC_OK &&
        (e = opt_time(cl, "at", &now)) == OC_OK &&
        (e = status_signer_ensure(&made, cl, now)) == OC_OK &&
        (e = make_list(cl, (unsigned)bits, size)) == OC_OK)
        fprintf(stderr, "%sMade the status list %s of %llu entries: its cards can be revoked%s\n",
                made ? "Made status.pem and status.key, which sign status lists\n" : "", uri,
                (unsigned long long)size, bits == 2 ? " and suspended" : ", not suspended");
    return exit_status(e);
}
