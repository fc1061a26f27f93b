#include "holder/token.h"

#include "cli/exit.h"
#include "cli/prompt.h"

static enum oc_err read_pin(struct secret **out, const struct command_line *cl)
{
    return prompt_secret(out, cl, &(struct prompt_secret){
        .what = "PIN", .file = "pin-file", .fd = "pin-fd", .question = "PIN of the token:" });
}

/* A URI that is refused may hold what no URI should, such as a PIN. */
static enum oc_err say(enum oc_err e, const char *uri, const char *reason)
{
    return e == OC_OK ? OC_OK
         : fail_print(e, "%s: %s", e == OC_USAGE ? "the key's URI" : uri,
                      e == OC_MEMORY ? oc_err_text(e) : reason);
}

/* A key that is damaged is the vault's fault, not the message's. */
static enum oc_err open_own(struct private_key *key)
{
    enum oc_err e = private_key_open(key);

    return e == OC_OK ? OC_OK
         : fail_print(e == OC_SHAPE ? OC_IO : e, "the vault: %s",
                      e == OC_MEMORY ? oc_err_text(e) : "the private key of this copy is not its own");
}

enum oc_err token_find(struct private_key **out, const char *uri, const struct command_line *cl)
{
    struct secret *pin;
    const char *reason;
    enum oc_err e = read_pin(&pin, cl);

    *out = NULL;
    if (e != OC_OK)
        return e;
    e = token_key_find(out, bytes_str(uri), pin, &reason);
    secret_free(&pin);
    return say(e, uri, reason);
}

enum oc_err token_open(struct private_key *key, const struct command_line *cl)
{
    struct secret *pin;
    const char *reason;
    enum oc_err e;

    if (private_key_is_open(key))
        return OC_OK;
    if (private_key_uri(key) == NULL)
        return open_own(key);
    if ((e = read_pin(&pin, cl)) != OC_OK)
        return e;
    e = token_key_open(key, pin, &reason);
    secret_free(&pin);
    return say(e, private_key_uri(key), reason);
}
