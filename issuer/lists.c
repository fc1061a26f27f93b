/*
 * Beside the flow: vical init, vical, rical.     init  →  here  →  trust update
 *   in    certificates of authorities
 *   out   a signed list of them, to be fetched by everybody alike
 */
#include <stdio.h>
#include <stdlib.h>

#include "cli/card_types.h"
#include "cli/exit.h"
#include "cli/io.h"
#include "cli/state.h"
#include "cli/token.h"
#include "core/date.h"
#include "issuer/certify.h"
#include "issuer/verbs.h"
#include "trust/rical.h"
#include "trust/vical.h"
#include "verbs/departures.h"

enum { PEM_BYTES_MAX = 1 << 20, DAYS = 30, DAYS_MAX = 366, TYPES_MAX = TRUST_LIST_DOC_TYPES_MAX };

#define DIR_OPTION                                                                              \
    { "dir", 0, "DIR", "the issuer's folder, by default $XDG_DATA_HOME/owncard/issuer", false }
#define AT_OPTION { "at", 0, "TIME", "the moment to work at, RFC 3339, by default now", false }
#define LIST_OPTIONS                                                                            \
    { "provider", 0, "NAME", "who gives the list out, by default Owncard Test", false },        \
    { "issue", 0, "N", "its number, by default none", false },                                  \
    { "next-update", 0, "DAYS", "until the next one, by default 30", false }, DIR_OPTION,       \
    AT_OPTION, { "output", 'o', "FILE", "where the list goes, by default standard output", false }, \
    TOKEN_PIN_OPTIONS

const struct command_option vical_init_options[] = {
    { "country", 0, "CN", "two capital letters, by default CN", false },
    { "name", 0, "NAME", "the organisation, by default Owncard Test", false },
    DIR_OPTION,
    AT_OPTION,
    { 0 },
};

const struct command_option vical_options[] = {
    { "doc-type", 't', "TYPE", "what the authorities are believed for, by default every card type "
                               "that we know", true },
    LIST_OPTIONS,
    { 0 },
};

const struct command_option rical_options[] = { LIST_OPTIONS, { 0 } };

static enum oc_err make_signers(const char *dir, const struct command_line *cl, int64_t now)
{
    const char *name = opt_given(cl, "name") ? opt(cl, "name") : "Owncard Test";
    struct x509_spec spec = {
        .country = opt_given(cl, "country") ? opt(cl, "country") : "CN", .organization = name,
        .crl_uri = "https://issuer.example/list-ca.crl",
    }, root = { .country = spec.country, .organization = name };
    struct authority ca = { 0 }, signer = { 0 };
    struct io_output output = { 0 };
    char ca_name[128], signer_name[128];
    enum oc_err e;

    snprintf(ca_name, sizeof ca_name, "%s List CA", name);
    snprintf(signer_name, sizeof signer_name, "%s List Signer", name);
    root.common_name = ca_name;
    spec.common_name = signer_name;
    if ((e = certify(&ca, TRUST_READER_CA, &root, NULL, CURVE_P256, now, "list CA")) == OC_OK &&
        (e = certify(&signer, TRUST_VICAL_SIGNER, &spec, &ca, CURVE_P256, now,
                     "list signer")) == OC_OK &&
        (e = certify_add(&output, dir, "list-ca", &ca, 0)) == OC_OK &&
        (e = certify_add(&output, dir, "list-signer", &signer, 0)) == OC_OK)
        e = io_output_commit(&output);
    io_output_abandon(&output);
    authority_cleanup(&ca);
    authority_cleanup(&signer);
    return e;
}

int vical_init_run(const struct command_line *cl)
{
    const char *dir = opt(cl, "dir");
    struct state_lock lock = { 0 };
    struct buf folder = { 0 }, path = { 0 };
    int64_t now;
    enum oc_err e;

    if ((e = opt_time(cl, "at", &now)) == OC_OK && (e = folder_path(&folder, dir, "")) == OC_OK &&
        (e = state_folder(buf_text(&folder))) == OC_OK &&
        (e = folder_path(&path, dir, "list-ca.pem")) == OC_OK &&
        (e = state_lock(&lock, buf_text(&path))) == OC_OK &&
        (e = make_signers(dir, cl, now)) == OC_OK)
        fputs("Made list-ca and list-signer, each .pem and .key.\n"
              "Verifiers: owncard-verifier trust add --vical-root list-ca.pem\n", stderr);
    state_unlock(&lock);
    buf_cleanup(&folder);
    buf_cleanup(&path);
    return exit_status(e);
}

/* What is to be listed. */
struct listing {
    struct trust_anchors authorities;
    const char *doc_types[TYPES_MAX + 1];   /* NULL ends */
    struct catalog catalog;
    struct trust_list_item *items;
};

static enum oc_err read_authorities(struct listing *l, const struct command_line *cl)
{
    for (size_t i = 0; i < cl->arguments_n; i++) {
        struct buf pem;
        enum oc_err e = io_read(&pem, argument(cl, i), PEM_BYTES_MAX);

        if (e != OC_OK)
            return e;
        e = trust_anchors_add_pem(&l->authorities, buf_view(&pem), NULL);
        buf_cleanup(&pem);
        if (e == OC_UNTRUSTED)
            return fail_print(e, "%s: not a CA certificate", argument(cl, i));
        if (e != OC_OK)
            return fail_print(e, "%s: no certificate in PEM", argument(cl, i));
    }
    return OC_OK;
}

static enum oc_err read_doc_types(struct listing *l, const struct command_line *cl)
{
    size_t n = opt_count(cl, "doc-type");
    enum oc_err e;

    if (n > TYPES_MAX)
        return fail_print(OC_USAGE, "--doc-type: at most %d of them", TYPES_MAX);
    for (size_t i = 0; i < n; i++)
        l->doc_types[i] = opt_nth(cl, "doc-type", i);
    if (n > 0)
        return OC_OK;
    if ((e = card_types_init(&l->catalog)) != OC_OK)
        return e;
    for (const struct card_type *type = l->catalog.cards; type != NULL && n < TYPES_MAX;
         type = type->next)
        l->doc_types[n++] = type->doc_type;
    return OC_OK;
}

static enum oc_err fill_spec(struct trust_list_spec *spec, struct listing *l,
                             const struct command_line *cl)
{
    uint64_t days;
    enum oc_err e;

    if ((e = opt_uint(cl, "next-update", 1, DAYS_MAX, DAYS, &days)) != OC_OK ||
        (e = opt_uint(cl, "issue", 1, UINT64_MAX, 0, &spec->issue_id)) != OC_OK ||
        (e = opt_time(cl, "at", &spec->date)) != OC_OK)
        return e;
    spec->provider = opt_given(cl, "provider") ? opt(cl, "provider") : "Owncard Test";
    spec->next_update = spec->date + (int64_t)days * DATE_DAY_S;
    l->items = calloc(l->authorities.n + 1, sizeof *l->items);
    if (l->items == NULL)
        return fail_print(OC_MEMORY, "%s", oc_err_text(OC_MEMORY));
    for (size_t i = 0; i < l->authorities.n; i++)
        l->items[i] = (struct trust_list_item){ l->authorities.certificates[i], l->doc_types };
    spec->items = l->items;
    spec->items_n = l->authorities.n;
    return OC_OK;
}

typedef enum oc_err write_list(struct buf *out, const struct trust_list_spec *spec);

static enum oc_err sign(struct listing *l, write_list *write, const struct command_line *cl)
{
    struct trust_list_spec spec = { 0 };
    struct authority signer = { 0 };
    struct buf message;
    enum oc_err e;

    buf_init(&message, TRUST_LIST_BYTES_MAX);
    if ((e = fill_spec(&spec, l, cl)) == OC_OK &&
        (e = authority_init(&signer, cl, "list-signer")) == OC_OK) {
        spec.signer = signer.key;
        spec.chain = &signer.certificate;
        spec.chain_n = 1;
        if ((e = write(&message, &spec)) != OC_OK)
            fail_print(e, "the list: %s", oc_err_text(e));
        else
            e = io_write(opt(cl, "output"), buf_view(&message), IO_BINARY);
    }
    buf_cleanup(&message);
    authority_cleanup(&signer);
    return e;
}

/* A list may hold what its provider has looked at; its readers will look too. */
static void warn_departures(const struct listing *l, enum trust_role role)
{
    for (size_t i = 0; i < l->authorities.n; i++) {
        struct x509_facts facts;

        x509_describe(l->authorities.certificates[i], &facts);
        departures_warn(facts.subject, role, l->authorities.certificates[i], NULL);
    }
}

static int run(const struct command_line *cl, write_list *write, bool has_doc_types)
{
    struct listing l = { .items = NULL };
    enum oc_err e = read_authorities(&l, cl);

    if (e == OC_OK)
        warn_departures(&l, has_doc_types ? TRUST_IACA : TRUST_READER_CA);
    if (e == OC_OK &&
        (!has_doc_types || (e = read_doc_types(&l, cl)) == OC_OK) &&
        (e = sign(&l, write, cl)) == OC_OK)
        fprintf(stderr, "Signed a list of %zu %s.\n", l.authorities.n,
                l.authorities.n == 1 ? "authority" : "authorities");
    free(l.items);
    catalog_cleanup(&l.catalog);
    trust_anchors_cleanup(&l.authorities);
    return exit_status(e);
}

int vical_run(const struct command_line *cl)
{
    return run(cl, trust_vical_write, true);
}

int rical_run(const struct command_line *cl)
{
    return run(cl, trust_rical_write, false);
}
