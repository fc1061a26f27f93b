#include "verifier/trust_lists.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/state.h"
#include "cli/term.h"
#include "core/date.h"
#include "verifier/folder.h"
#include "verifier/verbs.h"

enum { PATH_BYTES_MAX = 4096 };

static const char *const endings[] = { ".vical-root", ".vical", ".link", ".crl", ".status" };
enum { ENDINGS_N = sizeof endings / sizeof endings[0] };

const struct command_option verifier_trust_update_options[] = {
    { "dir", 'd', "DIR", "the verifier's folder", false },
    { "dry-run", 0, NULL, "only say what would become of each file", false },
    { "at", 0, "TIME", "the moment to work at (default: now)", false },
    { .name = NULL },
};

/* The path of each name, allocated. */
static enum oc_err make_paths(char **paths, const struct state_names *names, const char *folder)
{
    for (size_t i = 0; i < names->n; i++) {
        struct buf path;

        buf_init(&path, PATH_BYTES_MAX);
        buf_printf(&path, "%s/%s", folder, names->name[i]);
        if (buf_err(&path) == OC_OK)
            paths[i] = strdup(buf_text(&path));
        buf_cleanup(&path);
        if (paths[i] == NULL)
            return fail_print(OC_IO, "%s: a path that is too long, or no memory", folder);
    }
    return OC_OK;
}

static enum oc_err import_names(const struct command_line *cl, const struct state_names *names,
                                const char *folder, int64_t now)
{
    char **paths = calloc(names->n + 1, sizeof *paths);
    enum oc_err e;

    if (paths == NULL)
        return fail_print(OC_MEMORY, "%s", oc_err_text(OC_MEMORY));
    if ((e = make_paths(paths, names, folder)) == OC_OK)
        e = trusted_import(cl, NULL, (const char *const *)paths, names->n, now,
                           opt_given(cl, "dry-run"));
    for (size_t i = 0; i < names->n; i++)
        free(paths[i]);
    free(paths);
    return e;
}

static enum oc_err import_folder(const struct command_line *cl, const char *folder, int64_t now)
{
    struct state_names names = { 0 };
    enum oc_err e;

    if (!state_exists(folder))
        return fail_print(OC_IO, "%s: there is no such folder", folder);
    if ((e = state_names_init(&names, folder, "")) == OC_OK) {
        if (names.n == 0)
            warn_print("%s: an empty folder", folder);
        e = import_names(cl, &names, folder, now);
    }
    state_names_cleanup(&names);
    return e;
}

int verifier_trust_update(const struct command_line *cl)
{
    struct state_lock lock = { 0 };
    struct buf folder = { 0 };
    int64_t now;
    enum oc_err e;

    if ((e = opt_time(cl, "at", &now)) == OC_OK && (e = trusted_path(&folder, cl, "")) == OC_OK &&
        (e = state_folder(buf_text(&folder))) == OC_OK &&
        (e = state_lock(&lock, buf_text(&folder))) == OC_OK)
        e = import_folder(cl, argument(cl, 0), now);
    state_unlock(&lock);
    buf_cleanup(&folder);
    return exit_status(e);
}

static void print_id(const char *name)
{
    printf("\n  file         trust/%s\n", name);
}

static void print_age(int64_t date, bool has_next, int64_t next, int64_t now)
{
    char issued[DATE_TEXT_N] = "?", due[DATE_TEXT_N] = "?";
    int64_t days = (now - date) / DATE_DAY_S;

    date_write(date, issued);
    printf("  issued       %s, %lld day%s ago\n", issued, (long long)days, days == 1 ? "" : "s");
    if (!has_next)
        return;
    date_write(next, due);
    printf("  next update  %s%s\n", due, now > next ? ", overdue" : "");
}

static void print_vicals(const struct verifier_trust *t, int64_t now)
{
    for (size_t i = 0; i < t->vicals_n; i++) {
        const struct verifier_vical *v = &t->vicals[i];
        const struct trust_list *list = &v->vical.list;

        fputs("VICAL of ", stdout);
        term_print(stdout, list->provider);
        printf(", %zu %s", list->entries_n, list->entries_n == 1 ? "authority" : "authorities");
        if (list->skipped_n > 0)
            printf(", %zu skipped", list->skipped_n);
        print_id(v->name);
        print_age(list->date, list->has_next_update, list->next_update, now);
        printf("  %s\n", v->fresh.verdict == TRUST_STATUS_VALID ? "used" : "stale, not used");
    }
}

static enum oc_err print_crls(const struct verifier_trust *t, int64_t now)
{
    for (size_t i = 0; i < t->crls.n; i++) {
        const struct x509_crl_facts *facts = trust_crl_facts(t->crls.crls[i]);
        char name[TRUSTED_NAME_N];
        enum oc_err e = trusted_crl_name(name, t->crls.crls[i]);

        if (e != OC_OK)
            return e;
        fputs("Revocation list of ", stdout);
        term_print(stdout, bytes_str(facts->issuer));
        printf(", %zu revoked", facts->revoked_n);
        print_id(name);
        print_age(facts->this_update, facts->has_next_update, facts->next_update, now);
    }
    return OC_OK;
}

static void print_limit(const struct trust_status_list_facts *f, int64_t now)
{
    int64_t limit_s = trust_status_list_limit(f, 0);
    char until[DATE_TIME_TEXT_N] = "?";

    if (limit_s < 0) {
        fputs("  good until   nothing says until when, so it is stale\n", stdout);
        return;
    }
    date_time_write(f->issued_at + limit_s, until);
    printf("  good until   %s%s\n", until,
           now - f->issued_at > limit_s ? ", stale: it tells who is revoked, and no more" : "");
}

static enum oc_err print_statuses(const struct verifier_trust *t, int64_t now)
{
    for (size_t i = 0; i < t->status_lists.n; i++) {
        const struct trust_status_list_facts *f = trust_status_list_facts(t->status_lists.lists[i]);
        bool is_array = f->mechanism == TRUST_STATUS_LIST;
        char name[TRUSTED_NAME_N];
        struct x509_facts ca;
        enum oc_err e = trusted_status_name(name, f);

        if (e != OC_OK)
            return e;
        x509_describe(f->anchor, &ca);
        fputs(is_array ? "Status list " : "Identifier list ", stdout);
        term_print(stdout, f->uri);
        printf(", %llu %s", (unsigned long long)f->entries, f->entries == 1 ? "entry" : "entries");
        print_id(name);
        fputs("  authority    ", stdout);
        term_print(stdout, bytes_str(ca.subject));
        putchar('\n');
        print_age(f->issued_at, false, 0, now);
        print_limit(f, now);
    }
    return OC_OK;
}

/* Certificates of one kind. */
static enum oc_err print_certificates(const struct command_line *cl, const char *ending,
                                      const char *title, size_t *n)
{
    struct state_names names = { 0 };
    struct buf folder, path;
    enum oc_err e = trusted_path(&folder, cl, "");

    if (e == OC_OK)
        e = state_names_init(&names, buf_text(&folder), ending);
    for (size_t i = 0; e == OC_OK && i < names.n; i++) {
        struct x509_cert *cert = NULL;
        struct x509_facts facts;

        if ((e = trusted_path(&path, cl, names.name[i])) != OC_OK)
            break;
        if ((e = verifier_certificate(&cert, buf_text(&path))) == OC_OK) {
            x509_describe(cert, &facts);
            printf("%s ", title);
            term_print(stdout, bytes_str(facts.subject));
            print_id(names.name[i]);
            (*n)++;
        }
        x509_free(&cert);
        buf_cleanup(&path);
    }
    state_names_cleanup(&names);
    buf_cleanup(&folder);
    return e;
}

enum oc_err trust_lists_print(const struct command_line *cl, int64_t now, size_t *n)
{
    struct verifier_trust t;
    enum oc_err e = trusted_load(&t, cl, now);

    if (e != OC_OK)
        return e;
    if ((e = print_certificates(cl, ".vical-root", "Root of VICALs", n)) == OC_OK &&
        (e = print_certificates(cl, ".link", "Link to", n)) == OC_OK) {
        print_vicals(&t, now);
        if ((e = print_crls(&t, now)) == OC_OK)
            e = print_statuses(&t, now);
        *n += t.vicals_n + t.crls.n + t.status_lists.n;
    }
    verifier_trust_cleanup(&t);
    return e;
}

enum oc_err trust_lists_find(struct buf *path, const struct command_line *cl, const char *prefix)
{
    struct buf folder;
    enum oc_err e = trusted_path(&folder, cl, "");

    for (size_t i = 0; e == OC_OK && i < ENDINGS_N; i++) {
        struct state_names names = { 0 };

        e = state_names_init(&names, buf_text(&folder), endings[i]);
        for (size_t j = 0; e == OC_OK && j < names.n; j++) {
            if (strncmp(names.name[j], prefix, strlen(prefix)) != 0)
                continue;
            if (path->n > 0)
                e = fail_print(OC_USAGE, "%s: several files begin with it", prefix);
            buf_printf(path, "%s/%s", buf_text(&folder), names.name[j]);
        }
        state_names_cleanup(&names);
    }
    buf_cleanup(&folder);
    return e;
}
