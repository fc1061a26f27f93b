#include "cli/token.h"

#include <string.h>

#include "cli/exit.h"
#include "cli/prompt.h"

#define SCHEME "pkcs11:"

static struct secret *the_pin;

static enum oc_err need_pin(const struct command_line *cl)
{
    if (the_pin != NULL)
        return OC_OK;
    return prompt_secret(&the_pin, cl, &(struct prompt_secret){
        .what = "PIN", .file = "pin-file", .fd = "pin-fd", .question = "PIN of the token:" });
}

/* A URI that is refused may hold what no URI should, such as a PIN. */
static enum oc_err say(enum oc_err e, struct bytes uri, const char *reason)
{
    if (e == OC_OK)
        return OC_OK;
    if (e == OC_MEMORY)
        reason = oc_err_text(e);
    return e == OC_USAGE ? fail_print(e, "the key's URI: %s", reason)
                         : fail_print(e, "%.*s: %s", (int)uri.n, (const char *)uri.p, reason);
}

bool token_is_uri(struct bytes text)
{
    size_t n = strlen(SCHEME);

    return text.n >= n && memcmp(text.p, SCHEME, n) == 0;
}

enum oc_err token_find(struct private_key **out, struct bytes uri, const struct command_line *cl)
{
    const char *reason;
    enum oc_err e = need_pin(cl);

    *out = NULL;
    if (e != OC_OK)
        return e;
    e = token_key_find(out, uri, the_pin, &reason);
    return say(e, uri, reason);
}

enum oc_err token_open(struct private_key *key, const struct command_line *cl)
{
    const char *reason;
    enum oc_err e = need_pin(cl);

    if (e != OC_OK)
        return e;
    e = token_key_open(key, the_pin, &reason);
    return say(e, bytes_str(private_key_uri(key)), reason);
}
