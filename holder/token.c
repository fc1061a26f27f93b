#include "holder/token.h"

#include "cli/exit.h"
#include "cli/prompt.h"

static enum oc_err read_pin(struct secret **out, const struct command_line *cl)
{
    return prompt_secret(out, cl, &(struct prompt_secret){
        .what = "PIN", .file = "pin-file", .fd = "pin-fd", .question = "PIN of the token:" });
}

static enum oc_err say(enum oc_err e, const char *uri, const char *reason)
{
    return e == OC_OK ? OC_OK
         : fail_print(e, "%s: %s", uri, e == OC_MEMORY ? oc_err_text(e) : reason);
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
        return say(private_key_open(key), "the vault", "the private key of this copy is not its own");
    if ((e = read_pin(&pin, cl)) != OC_OK)
        return e;
    e = token_key_open(key, pin, &reason);
    secret_free(&pin);
    return say(e, private_key_uri(key), reason);
}
