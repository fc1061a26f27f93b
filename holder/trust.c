/* trust add, list, remove: CAs whose readers are known by name, authorities whose cards are stored. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli/exit.h"
#include "cli/lang.h"
#include "cli/term.h"
#include "core/date.h"
#include "holder/vault.h"
#include "holder/verbs.h"
#include "verbs/mistaken.h"

enum { PEM_FILE_MAX = 1 << 20, PREFIX_MIN = 4, LINE_BYTES_MAX = 4096, TITLE_COLUMNS = 8,
       WHAT_COLUMNS = 13 };

const struct command_option holder_trust_add_options[] = {
    { "issuer", 'i', NULL, "an issuing authority, for store (default: a CA of readers)", false },
    VAULT_OPTIONS,
    { .name = NULL },
};

static void say_added(const struct x509_cert *certificate, bool issuer)
{
    char fingerprint[X509_FINGERPRINT_TEXT_N];
    struct x509_facts facts;

    x509_describe(certificate, &facts);
    if (x509_fingerprint_text(certificate, fingerprint) != OC_OK)
        return;
    fputs(issuer ? "Cards are believed from " : "Readers are known by name if certified by ",
          stderr);
    term_print(stderr, bytes_str(facts.subject));
    fprintf(stderr, "\n  fingerprint  %s\n", fingerprint);
}

static enum oc_err read_file(struct trust_anchors *out, const char *path)
{
    struct buf pem;
    enum oc_err e = io_read(&pem, path, PEM_FILE_MAX);

    if (e != OC_OK)
        return e;
    e = trust_anchors_add_pem(out, buf_view(&pem), NULL);
    if (e == OC_UNTRUSTED)
        fail_print(e, "%s: not a CA certificate, so it vouches for nobody", path);
    else if (e != OC_OK)
        mistaken_certificate(e, path, buf_view(&pem));
    buf_cleanup(&pem);
    return e;
}

static enum oc_err add_one(struct trust_anchors *to, const struct x509_cert *certificate)
{
    size_t before = to->n;
    struct x509_facts facts;
    enum oc_err e = trust_anchors_add(to, certificate);

    if (e != OC_OK)
        return fail_print(e, "%s", oc_err_text(e));
    x509_describe(certificate, &facts);
    if (to->n == before)
        warn_print("%s: trusted already", facts.subject);
    return OC_OK;
}

int holder_trust_add(const struct command_line *cl)
{
    bool issuer = opt_given(cl, "issuer");
    struct vault vault = { .is_new = false };
    struct trust_anchors given = { .n = 0 };
    struct trust_anchors *to = issuer ? &vault.wallet.issuers : &vault.wallet.readers;
    size_t before = 0;
    enum oc_err e = OC_OK;

    for (size_t i = 0; e == OC_OK && i < cl->arguments_n; i++)
        e = read_file(&given, argument(cl, i));
    if (e == OC_OK && (e = vault_open(&vault, cl, VAULT_CREATE)) == OC_OK)
        before = to->n;
    for (size_t i = 0; e == OC_OK && i < given.n; i++)
        e = add_one(to, given.certificates[i]);
    if (e == OC_OK)
        e = vault_save(&vault);
    for (size_t i = before; e == OC_OK && i < to->n; i++)
        say_added(to->certificates[i], issuer);
    trust_anchors_cleanup(&given);
    vault_close(&vault);
    return exit_status(e);
}

/* A line "what  text", its first word in a column of its own. */
static void print_line(const char *indent, const char *what, size_t columns, const char *text)
{
    struct buf line;

    buf_init(&line, LINE_BYTES_MAX);
    buf_add_str(&line, indent);
    term_pad(&line, bytes_str(what), columns);
    term_escape(&line, bytes_str(text));
    puts(buf_text(&line));
    buf_cleanup(&line);
}

static enum oc_err list(const char *title, const struct trust_anchors *anchors, bool chinese)
{
    for (size_t i = 0; i < anchors->n; i++) {
        char until[DATE_TEXT_N], fingerprint[X509_FINGERPRINT_TEXT_N];
        struct x509_facts facts;
        enum oc_err e = x509_fingerprint_text(anchors->certificates[i], fingerprint);

        if (e != OC_OK)
            return fail_print(e, "%s", oc_err_text(e));
        x509_describe(anchors->certificates[i], &facts);
        print_line("", title, TITLE_COLUMNS, facts.subject);
        print_line("        ", lang_say(chinese, "until", "有效至"), WHAT_COLUMNS,
                   date_write(facts.not_after, until) ? until : "?");
        print_line("        ", lang_say(chinese, "fingerprint", "指纹"), WHAT_COLUMNS, fingerprint);
    }
    return OC_OK;
}

int holder_trust_list(const struct command_line *cl)
{
    struct vault vault = { .is_new = false };
    bool chinese;
    enum oc_err e = lang_read(&chinese, cl);

    if (e == OC_OK && (e = vault_open(&vault, cl, VAULT_READ)) == OC_OK &&
        (e = list(lang_say(chinese, "reader", "读取方"), &vault.wallet.readers, chinese)) == OC_OK)
        e = list(lang_say(chinese, "issuer", "签发者"), &vault.wallet.issuers, chinese);
    if (e == OC_OK && vault.wallet.readers.n + vault.wallet.issuers.n == 0)
        fputs(lang_say(chinese, "Nobody is trusted yet: owncard-holder trust add PEM\n",
                       "尚未信任任何机构：owncard-holder trust add PEM\n"), stderr);
    vault_close(&vault);
    return exit_status(e);
}

/* Remove whatever begins with `prefix`; how many there were. */
static enum oc_err remove_matching(size_t *removed, struct trust_anchors *anchors,
                                   const char *prefix)
{
    for (size_t i = 0; i < anchors->n;) {
        char fingerprint[X509_FINGERPRINT_TEXT_N];
        enum oc_err e = x509_fingerprint_text(anchors->certificates[i], fingerprint);

        if (e != OC_OK)
            return fail_print(e, "%s", oc_err_text(e));
        if (strncasecmp(fingerprint, prefix, strlen(prefix)) == 0) {
            trust_anchors_remove(anchors, i);
            (*removed)++;
        } else {
            i++;
        }
    }
    return OC_OK;
}

int holder_trust_remove(const struct command_line *cl)
{
    const char *prefix = argument(cl, 0);
    struct vault vault = { .is_new = false };
    size_t removed = 0;
    enum oc_err e;

    if (strlen(prefix) < PREFIX_MIN || strspn(prefix, "0123456789abcdefABCDEF") != strlen(prefix)) {
        e = fail_print(OC_USAGE, "%s: expected at least %d digits of a fingerprint", prefix,
                       PREFIX_MIN);
        hint_print("owncard-holder trust list shows them");
    } else if ((e = vault_open(&vault, cl, VAULT_CHANGE)) == OC_OK &&
               (e = remove_matching(&removed, &vault.wallet.readers, prefix)) == OC_OK &&
               (e = remove_matching(&removed, &vault.wallet.issuers, prefix)) == OC_OK) {
        if (removed == 0)
            e = fail_print(OC_USAGE, "%s: nobody trusted has this fingerprint", prefix);
        else if (removed > 1)
            e = fail_print(OC_USAGE, "%s: %zu have such a fingerprint", prefix, removed);
        else
            e = vault_save(&vault);
        if (e == OC_OK)
            fputs("No longer trusted.\n", stderr);
    }
    vault_close(&vault);
    return exit_status(e);
}
