#include "verbs/cert_lint.h"

#include <stdio.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "cli/json.h"
#include "cli/term.h"
#include "trust/profile.h"

enum { FILE_BYTES_MAX = 1 << 20, TEXT_BYTES_MAX = 1 << 20, RULE_COLUMNS = 28 };

const struct command_option cert_lint_options[] = {
    { "role", 'r', "ROLE", "iaca, ds, reader-ca, reader, vical-signer, status-signer or iaca-link; "
                           "by default what it seems made for", false },
    { "issuer", 0, "PEM", "the certificate that issued it, for the rules that compare", false },
    { "json", 0, NULL, "the same for programs", false },
    { .name = NULL },
};

const char *const cert_lint_examples[] = {
    "cert lint reader.pem",
    "cert lint --role ds --issuer iaca.pem ds.pem",
    NULL,
};

/* What one run has found, in the form it was asked for. */
struct lint {
    const struct command_line *cl;
    struct x509_cert *issuer;   /* NULL: unknown */
    struct x509_facts issuer_facts;
    bool has_role, as_json, colour;
    enum trust_role role;
    size_t broken;              /* certificates that do not conform */
    struct buf text;
    json_t *json;
};

/* PEM or DER, the first certificate of a file. */
static enum oc_err read_certificate(struct x509_cert **out, const char *path)
{
    struct buf file;
    enum oc_err e = io_read(&file, path, FILE_BYTES_MAX);

    *out = NULL;
    if (e != OC_OK)
        return e;
    e = file.n > 0 && file.p[0] == 0x30 ? x509_new(out, buf_view(&file))
                                        : x509_from_pem(out, buf_view(&file), 0);
    buf_cleanup(&file);
    if (e == OC_OK || e == OC_MEMORY)
        return e == OC_OK ? OC_OK : fail_print(e, "%s", oc_err_text(e));
    return fail_print(OC_SHAPE, "%s: not a certificate, in PEM or DER", path);
}

static void print_rule(struct lint *l, enum trust_role role, const struct trust_rule *rule)
{
    const char *hint = trust_rule_hint(role, rule->rule);

    buf_add_str(&l->text, "  ");
    term_styled(&l->text, rule->holds ? TERM_GOOD : TERM_BAD,
                rule->holds ? BYTES("pass") : BYTES("FAIL"), l->colour);
    buf_add_str(&l->text, "  ");
    term_pad(&l->text, bytes_str(rule->rule), RULE_COLUMNS);
    buf_printf(&l->text, "%s\n", rule->text);
    if (!rule->holds && hint[0] != '\0')
        buf_printf(&l->text, "        to mend it: %s\n", hint);
}

static void print_all(struct lint *l, const char *file, const struct x509_facts *facts,
                      enum trust_role role, const char *why, const struct trust_rule *rules,
                      size_t n, size_t broken)
{
    term_escape(&l->text, bytes_str(file));
    buf_add_str(&l->text, ": ");
    term_escape(&l->text, bytes_str(facts->subject));
    buf_printf(&l->text, "\n  role  %s", trust_role_word(role));
    if (why != NULL)
        buf_printf(&l->text, ", guessed: %s", why);
    if (l->issuer == NULL && !facts->self_issued)
        buf_add_str(&l->text, "\n  its issuer is not given, so nothing is compared with it");
    buf_add_byte(&l->text, '\n');
    for (size_t i = 0; i < n; i++)
        print_rule(l, role, &rules[i]);
    if (broken == 0)
        buf_printf(&l->text, "  conforms: %zu rules\n", n);
    else
        buf_printf(&l->text, "  does not conform: %zu of %zu rules broken\n", broken, n);
}

static bool add_json(struct lint *l, const char *file, const struct x509_facts *facts,
                     enum trust_role role, const char *why, const struct trust_rule *rules,
                     size_t n, size_t broken)
{
    json_t *list = json_array(), *one;
    bool done = list != NULL;

    for (size_t i = 0; i < n && done; i++)
        done = json_array_append_new(list, json_pack("{s:s, s:b, s:s, s:s}", "rule", rules[i].rule,
                                     "pass", (int)rules[i].holds, "text", rules[i].text, "hint",
                                     trust_rule_hint(role, rules[i].rule))) == 0;
    one = json_pack("{s:s, s:s, s:s, s:b, s:s?, s:b, s:b, s:o}", "file", file, "subject",
                    facts->subject, "role", trust_role_word(role), "role_guessed",
                    (int)(why != NULL), "role_guessed_by", why, "issuer_compared",
                    (int)(l->issuer != NULL), "conforms", (int)(broken == 0), "rules", list);
    return json_array_append_new(l->json, one) == 0 && done;
}

/* Not of the profile, but what all of it rests on: who issued it, if known, made its signature. */
static size_t add_signature(struct trust_rule *rule, const struct lint *l,
                            const struct x509_cert *cert, const struct x509_facts *facts)
{
    const struct x509_cert *signer = l->issuer != NULL ? l->issuer
                                     : facts->self_issued ? cert : NULL;

    if (signer == NULL)
        return 0;
    *rule = (struct trust_rule){
        "certificate.signed",
        x509_public_key(signer) == NULL
            ? "the issuer's key is EC or EdDSA, so that the signature upon it can be looked at"
            : "the issuer's key made the signature upon it",
        x509_signed_by(cert, signer) == OC_OK,
    };
    return 1;
}

static enum oc_err lint_file(struct lint *l, const char *file)
{
    struct trust_rule rules[TRUST_FINDINGS_MAX + 1];
    const struct x509_facts *issuer = l->issuer == NULL ? NULL : &l->issuer_facts;
    enum trust_role role = l->role;
    struct x509_facts facts;
    struct x509_cert *cert;
    const char *why = NULL;
    size_t n, broken = 0;
    enum oc_err e = read_certificate(&cert, file);

    if (e != OC_OK)
        return e;
    x509_describe(cert, &facts);
    if (!l->has_role)
        role = trust_role_guess(&facts, &why);
    n = trust_profile_rules(rules, role, &facts, issuer);
    n += add_signature(&rules[n], l, cert, &facts);
    for (size_t i = 0; i < n; i++)
        broken += !rules[i].holds;
    l->broken += broken > 0;
    if (!l->as_json)
        print_all(l, file, &facts, role, why, rules, n, broken);
    else if (!add_json(l, file, &facts, role, why, rules, n, broken))
        e = fail_print(OC_MEMORY, "%s", oc_err_text(OC_MEMORY));
    x509_free(&cert);
    return e;
}

static enum oc_err read_options(struct lint *l)
{
    const struct command_line *cl = l->cl;
    enum oc_err e;

    l->has_role = opt_given(cl, "role");
    l->as_json = opt_given(cl, "json");
    l->colour = term_has_colour(stdout);
    if (l->has_role && !trust_role_by_word(opt(cl, "role"), &l->role))
        return fail_print(OC_USAGE, "--role %s: no role that we know", opt(cl, "role"));
    if (!opt_given(cl, "issuer"))
        return OC_OK;
    if ((e = read_certificate(&l->issuer, opt(cl, "issuer"))) == OC_OK)
        x509_describe(l->issuer, &l->issuer_facts);
    return e;
}

int cert_lint_run(const struct command_line *cl)
{
    struct lint l = { .cl = cl, .json = json_array() };
    enum oc_err e = read_options(&l);

    buf_init(&l.text, TEXT_BYTES_MAX);
    for (size_t i = 0; e == OC_OK && i < cl->arguments_n; i++)
        e = lint_file(&l, argument(cl, i));
    if (e == OC_OK && l.as_json)
        e = json_write(&l.text, l.json);
    if (e == OC_OK && (e = buf_err(&l.text)) != OC_OK)
        fail_print(e, "%s", oc_err_text(e));
    if (e == OC_OK)
        e = io_write(NULL, buf_view(&l.text), IO_TEXT);
    json_decref(l.json);
    buf_cleanup(&l.text);
    x509_free(&l.issuer);
    return e == OC_OK && l.broken > 0 ? STATUS_NO : exit_status(e);
}
