/*
 * Before the flow: init.     here  →  issuer/issue.c (1), issuer/reader_cert.c
 *   in    who the issuer is: a country, perhaps a state, a name
 *   out   an IACA root, its document signer and its signer of status lists, and a reader CA; all to
 *         profile
 */
#include <stdio.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "cli/state.h"
#include "issuer/authority.h"
#include "issuer/own_key.h"
#include "issuer/verbs.h"
#include "trust/profile.h"

static const struct {
    const char *name, *title;
    enum trust_role role;
    size_t issuer;              /* index into this table; its own: self-signed */
} made[] = {
    { "iaca", "IACA", TRUST_IACA, 0 },
    { "ds", "Document Signer", TRUST_DOCUMENT_SIGNER, 0 },
    { "status", "Status Signer", TRUST_STATUS_SIGNER, 0 },
    { "reader-ca", "Reader CA", TRUST_READER_CA, 3 },
};

enum { MADE_N = sizeof made / sizeof made[0] };

/* What the command line says, and what becomes of it. */
struct init {
    const struct command_line *cl;
    struct x509_spec spec;      /* what all have in common */
    const char *dir, *name, *issuer_uri, *crl_uri;
    int64_t now;
    const struct curve_info *curve;
    struct authority authorities[MADE_N];
};

static const char *text_or(const struct command_line *cl, const char *option, const char *otherwise)
{
    return opt_given(cl, option) ? opt(cl, option) : otherwise;
}

static enum oc_err read_options(struct init *in, const struct command_line *cl)
{
    const char *curve = text_or(cl, "curve", "P-256");
    static const char *const names[] = { "iaca", "ds", "status", "reader-ca", NULL };
    enum oc_err e;

    if ((e = own_keys_check(cl, names)) != OC_OK)
        return e;
    in->cl = cl;
    in->dir = opt(cl, "dir");
    in->name = text_or(cl, "name", "Owncard Test");
    in->issuer_uri = text_or(cl, "issuer-uri", "https://issuer.example/");
    in->crl_uri = text_or(cl, "crl-uri", "https://issuer.example/iaca.crl");
    in->spec.country = text_or(cl, "country", "CN");
    in->spec.state = opt(cl, "state");
    in->spec.organization = in->name;
    in->curve = curve_by_name(curve);
    if (in->curve == NULL || in->curve->alg == COSE_ALG_NONE)
        return fail_print(OC_USAGE, "--curve %s: not a curve that we sign on", curve);
    return opt_time(cl, "at", &in->now);
}

/* The profile judges what was made, not what was meant. */
static enum oc_err check_profile(const struct init *in, size_t i)
{
    struct trust_finding findings[TRUST_FINDINGS_MAX];
    struct x509_facts facts, issuer;

    x509_describe(in->authorities[i].certificate, &facts);
    x509_describe(in->authorities[made[i].issuer].certificate, &issuer);
    if (trust_profile_check(findings, made[i].role, &facts, &issuer) == 0)
        return OC_OK;
    return fail_print(OC_USAGE, "the %s certificate would break %s: %s", made[i].title,
                      findings[0].rule, findings[0].text);
}

static enum oc_err make(struct init *in, size_t i)
{
    struct authority *own = &in->authorities[i];
    const struct authority *issuer = &in->authorities[made[i].issuer];
    struct x509_spec spec = in->spec;
    char common_name[256];
    enum oc_err e = own_key(&own->key, in->cl, made[i].name);

    if (e != OC_OK)
        return e;
    if (own->key == NULL && (e = private_key_generate(&own->key, in->curve->curve)) != OC_OK)
        return fail_print(e, "a key on %s: %s", in->curve->name, oc_err_text(e));
    snprintf(common_name, sizeof common_name, "%s %s", in->name, made[i].title);
    spec.common_name = common_name;
    trust_profile_spec(&spec, made[i].role, in->now);
    if (made[i].issuer == 0) {
        spec.issuer_alt_uri = in->issuer_uri;
        spec.crl_uri = in->crl_uri;
    }
    e = x509_make(&own->certificate, &spec, private_key_public(own->key), issuer->certificate,
                  issuer->key);
    if (e == OC_USAGE) {
        fail_print(e, "the %s certificate cannot be made of these names and addresses",
                   made[i].title);
        hint_print("a name with its title may have 64 characters, a country has two letters, "
                   "an address is plain ASCII");
        return e;
    }
    return e == OC_OK ? check_profile(in, i) : fail_print(e, "%s", oc_err_text(e));
}

/* All eight files, or none. */
static enum oc_err write_files(const struct init *in)
{
    struct io_output output = { 0 };
    enum oc_err e = OC_OK;

    for (size_t i = 0; i < MADE_N && e == OC_OK; i++)
        e = authority_output(&output, &in->authorities[i], in->dir, made[i].name);
    if (e == OC_OK)
        return io_output_commit(&output);
    io_output_abandon(&output);
    return e;
}

/* Locked, so that of two runs neither writes over the other's files. */
static enum oc_err write_locked(const struct init *in, const char *folder)
{
    struct state_lock lock = { 0 };
    struct buf path = { 0 };
    enum oc_err e;

    if ((e = state_folder(folder)) == OC_OK &&
        (e = folder_path(&path, in->dir, "iaca.pem")) == OC_OK &&
        (e = state_lock(&lock, buf_text(&path))) == OC_OK)
        e = write_files(in);
    state_unlock(&lock);
    buf_cleanup(&path);
    return e;
}

int init_run(const struct command_line *cl)
{
    struct buf folder = { 0 };
    struct init in = { 0 };
    enum oc_err e = read_options(&in, cl);

    for (size_t i = 0; i < MADE_N && e == OC_OK; i++)
        e = make(&in, i);
    if (e == OC_OK && (e = folder_path(&folder, in.dir, "")) == OC_OK)
        e = write_locked(&in, buf_text(&folder));
    if (e == OC_OK)
        fprintf(stderr,
                "Made iaca, ds, status and reader-ca, each .pem and .key, in %s\n"
                "iaca.key signs the signers of cards and of status lists, nothing else: keep it "
                "offline.\n"
                "Verifiers and holders trust iaca.pem; holders trust readers by reader-ca.pem.\n",
                buf_text(&folder));
    for (size_t i = 0; i < MADE_N; i++)
        authority_cleanup(&in.authorities[i]);
    buf_cleanup(&folder);
    return exit_status(e);
}
