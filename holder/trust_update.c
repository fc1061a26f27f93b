/* trust update: the CAs that RICALs list, for readers to be known by name. */
#include <stdio.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/state.h"
#include "cli/term.h"
#include "core/date.h"
#include "holder/vault.h"
#include "holder/verbs.h"
#include "trust/file.h"
#include "trust/rical.h"
#include "verbs/mistaken.h"

enum { PEM_FILE_MAX = 1 << 20, FILE_MAX = 16 << 20, PATH_BYTES_MAX = 4096, SKEW_S = 300,
       GRACE_S = 30 * DATE_DAY_S };

const struct command_option holder_trust_update_options[] = {
    { "rical-root", 0, "PEM", "believe the RICALs under this root, in this run", true },
    { "dry-run", 0, NULL, "only say what would become of each file", false },
    { "at", 0, "TIME", "the moment to work at (default: now)", false },
    VAULT_OPTIONS,
    { .name = NULL },
};

struct update {
    struct trust_anchors roots;
    struct trust_anchors *readers;      /* of the vault */
    int64_t now;
    size_t taken, held, refused;
};

static void settle(const char *fate, const char *path, const char *detail)
{
    printf("%-8s  ", fate);
    term_print(stdout, bytes_str(path));
    fputs("  ", stdout);
    term_print(stdout, bytes_str(detail));
    putchar('\n');
}

static enum oc_err take_rical(struct update *u, const char *path, struct bytes content)
{
    const struct trust_list_limits limits = { .grace_s = GRACE_S, .skew_s = SKEW_S };
    struct trust_list_in in = { .message = content, .roots = &u->roots, .now = u->now,
                                .skew_s = SKEW_S };
    struct oc_fault fault = { 0 };
    struct trust_rical rical;
    struct trust_status fresh;
    size_t before = u->readers->n;
    char detail[64];
    enum oc_err e = trust_rical_verify(&rical, &in, &fault);

    if (e == OC_MEMORY)
        return fail_print(e, "%s", oc_err_text(e));
    if (e != OC_OK) {
        settle("refused", path, fault.reason);
        u->refused++;
        return OC_OK;
    }
    fresh = trust_list_freshness(&rical.list, u->now, limits);
    if (fresh.verdict != TRUST_STATUS_VALID) {
        settle("refused", path, fresh.reason);
        u->refused++;
    } else if ((e = trust_rical_add_to(u->readers, &rical)) != OC_OK) {
        fail_print(e, "%s: %s", path, oc_err_text(e));
    } else {
        bool is_new = u->readers->n > before;

        snprintf(detail, sizeof detail, "%zu %s, %zu of them new", rical.list.entries_n,
                 rical.list.entries_n == 1 ? "authority" : "authorities", u->readers->n - before);
        settle(is_new ? "taken" : "held", path, detail);
        u->taken += is_new;
        u->held += !is_new;
    }
    for (size_t i = 0; i < rical.list.skipped_n; i++)
        printf("          entry %zu skipped: %s\n", rical.list.skipped[i].index,
               rical.list.skipped[i].reason);
    trust_rical_cleanup(&rical);
    return e;
}

static enum oc_err import_file(struct update *u, const char *folder, const char *name)
{
    struct buf path, content = { 0 };
    struct trust_file look;
    enum oc_err e;

    buf_init(&path, PATH_BYTES_MAX);
    buf_printf(&path, "%s/%s", folder, name);
    if ((e = io_read(&content, buf_text(&path), FILE_MAX)) == OC_OK) {
        trust_file_look(&look, buf_view(&content));
        if (look.kind == TRUST_FILE_RICAL)
            e = take_rical(u, buf_text(&path), buf_view(&content));
        else
            settle("left", buf_text(&path), trust_file_word(look.kind));
    }
    buf_cleanup(&content);
    buf_cleanup(&path);
    return e;
}

static enum oc_err read_roots(struct update *u, const struct command_line *cl)
{
    const char *path;

    if (!opt_given(cl, "rical-root"))
        return fail_print(OC_USAGE, "trust update needs --rical-root PEM, the provider's root");
    for (size_t i = 0; (path = opt_nth(cl, "rical-root", i)) != NULL; i++) {
        struct buf pem;
        enum oc_err e = io_read(&pem, path, PEM_FILE_MAX);

        if (e != OC_OK)
            return e;
        e = trust_anchors_add_pem(&u->roots, buf_view(&pem), NULL);
        if (e == OC_UNTRUSTED)
            fail_print(e, "%s: not a CA certificate", path);
        else if (e != OC_OK)
            mistaken_certificate(e, path, buf_view(&pem));
        buf_cleanup(&pem);
        if (e != OC_OK)
            return e;
    }
    return OC_OK;
}

static enum oc_err import_folder(struct update *u, const char *folder)
{
    struct state_names names = { 0 };
    enum oc_err e;

    if (!state_exists(folder))
        return fail_print(OC_IO, "%s: there is no such folder", folder);
    e = state_names_init(&names, folder, "");
    for (size_t i = 0; e == OC_OK && i < names.n; i++)
        e = import_file(u, folder, names.name[i]);
    state_names_cleanup(&names);
    if (e == OC_OK && u->refused > 0 && u->taken + u->held == 0)
        e = fail_print(OC_REFUSED, "nothing was fit to be taken");
    else if (e == OC_OK && u->held > 0 && u->taken == 0)
        fputs("Nothing newer than what is held.\n", stderr);
    return e;
}

int holder_trust_update(const struct command_line *cl)
{
    struct vault vault = { .is_new = false };
    struct update u = { .readers = &vault.wallet.readers };
    enum oc_err e;

    if ((e = opt_time(cl, "at", &u.now)) == OC_OK && (e = read_roots(&u, cl)) == OC_OK &&
        (e = vault_open(&vault, cl, VAULT_CREATE)) == OC_OK &&
        (e = import_folder(&u, argument(cl, 0))) == OC_OK && u.taken > 0 &&
        !opt_given(cl, "dry-run"))
        e = vault_save(&vault);
    vault_close(&vault);
    trust_anchors_cleanup(&u.roots);
    return exit_status(e);
}
