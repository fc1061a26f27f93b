#include "verifier/trusted.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/exit.h"
#include "cli/state.h"
#include "crypto/x509_crl.h"
#include "tests/unit/status_world.h"
#include "tests/unit/tap.h"

/* What a verb says when all went well: how many lists of each kind are held. */
enum { HELD = 100, HELD_STATUS = 10 };

static const struct command_option options[] = {
    { "anchor", 'a', "PEM", "believe", true },
    { "status-list", 0, "FILE", "status list", true },
    { "crl", 0, "FILE", "revocation list", true },
    { "accept-profile", 0, NULL, "accept departures", false },
    { "at", 0, "TIME", "the moment", false },
    { "dir", 'd', "DIR", "the folder", false },
    { .name = NULL },
};

static int held(enum oc_err e, struct verifier_trust *trust)
{
    int status = e == OC_OK ? HELD + HELD_STATUS * (int)trust->status_lists.n + (int)trust->crls.n
                            : exit_status(e);

    verifier_trust_cleanup(trust);
    return status;
}

static int run_hold(const struct command_line *cl)
{
    struct verifier_trust trust = { 0 };
    int64_t now;
    enum oc_err e;

    if ((e = opt_time(cl, "at", &now)) == OC_OK &&
        (e = verifier_trust_init(&trust, cl, now)) == OC_OK &&
        (e = verifier_trust_add_status_files(&trust, cl, now)) == OC_OK)
        e = verifier_trust_add_crl_files(&trust, cl, now);
    return held(e, &trust);
}

static int run_import(const struct command_line *cl)
{
    const char *paths[] = { argument(cl, 0), argument(cl, 1) };
    int64_t now;
    enum oc_err e = opt_time(cl, "at", &now);

    if (e == OC_OK)
        e = trusted_import(cl, NULL, paths, cl->arguments_n, now, false);
    return exit_status(e);
}

static const struct command_verb verbs[] = {
    { "hold", "hold lists", NULL, 0, 0, options, NULL, run_hold },
    { "import", "import lists", "FILE [FILE]", 1, 2, options, NULL, run_import },
    { .name = NULL },
};

static const struct command_tool tool = { "owncard-test", "holds lists", verbs, NULL };

static char said[2048];

/* Run the tool on words separated by blanks, in a process of its own; the error goes to `said`. */
static int run(const char *words)
{
    char line[1024], *argv[32] = { line };
    int argc = 1, status = 0, ends[2];
    ssize_t n;
    pid_t child;

    snprintf(line, sizeof line, "owncard-test %s", words);
    strtok(line, " ");
    for (char *word; (word = strtok(NULL, " ")) != NULL;)
        argv[argc++] = word;
    fflush(stdout);
    if (pipe(ends) != 0 || (child = fork()) < 0)
        return -1;
    if (child == 0) {
        if (freopen("/dev/null", "w", stdout) == NULL || freopen("/dev/null", "w", stderr) == NULL)
            _exit(99);
        status = command_main(&tool, argc, argv);
        if (write(ends[1], fail_text(), strlen(fail_text())) < 0)
            _exit(99);
        _exit(status);
    }
    close(ends[1]);
    n = read(ends[0], said, sizeof said - 1);
    said[n > 0 ? n : 0] = '\0';
    close(ends[0]);
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void put(const char *path, struct bytes content)
{
    FILE *f = fopen(path, "w");

    if (f == NULL || fwrite(content.p, 1, content.n, f) != content.n || fclose(f) != 0)
        must(OC_IO);
}

static void put_list(const struct trust_status_list_spec *spec, const char *path)
{
    struct buf token = new_buf();

    must(trust_status_list_write(&token, spec));
    put(path, buf_view(&token));
    buf_cleanup(&token);
}

static void put_crl(const struct x509_cert *ca, const struct private_key *key, int64_t at,
                    const char *path)
{
    struct buf crl = new_buf();

    must(x509_crl_make(&crl, &(struct x509_crl_spec){ .this_update = at,
                                                      .next_update = at + DATE_DAY_S }, ca, key));
    put(path, buf_view(&crl));
    buf_cleanup(&crl);
}

static void put_pem(const struct x509_cert *certificate, const char *path)
{
    struct buf pem = new_buf();

    x509_to_pem(&pem, certificate);
    put(path, buf_view(&pem));
    buf_cleanup(&pem);
}

/* A list whose signer departs from the profile, in nothing but its long life. */
static void put_odd(const struct status_world *w, const char *path)
{
    struct x509_spec cert = certificate_spec(TRUST_STATUS_SIGNER, w->f.now);
    struct trust_status_list_spec spec = status_spec(w, BYTES("\0"), 1);
    struct x509_cert *odd;

    cert.not_after = cert.not_before + INT64_C(1300) * DATE_DAY_S;
    odd = new_certificate(&cert, w->key, w->f.iaca, w->f.iaca_key);
    spec.uri = "https://issuer.example/odd";
    spec.chain = &odd;
    put_list(&spec, path);
    x509_free(&odd);
}

static void put_files(const struct status_world *w)
{
    struct trust_status_list_spec spec = status_spec(w, BYTES("\0\0"), 1);
    struct bytes id = BYTES("an identifier");
    struct buf broken = new_buf();

    put_pem(w->f.iaca, "iaca.pem");
    put_pem(w->f.reader_ca, "reader-ca.pem");
    put_list(&spec, "list");
    spec.issued_at -= DATE_DAY_S;
    put_list(&spec, "older");
    spec = status_spec(w, BYTES(""), 1);
    spec.mechanism = TRUST_IDENTIFIER_LIST;
    spec.identifiers = &id;
    spec.identifiers_n = 1;
    put_list(&spec, "identifiers");
    put_odd(w, "odd");
    put_crl(w->f.iaca, w->f.iaca_key, w->f.now, "crl");
    put_crl(w->f.iaca, w->f.iaca_key, w->f.now - DATE_DAY_S, "older-crl");
    must(trust_status_list_write(&broken, &spec));
    broken.p[broken.n - 1] ^= 1;
    put("broken", buf_view(&broken));
    buf_truncate(&broken, broken.n - 1);
    put("cut", buf_view(&broken));
    buf_cleanup(&broken);
}

#define ANCHOR "hold --at 2026-11-24T12:00:00Z --anchor iaca.pem "
#define OTHER "hold --at 2026-11-24T12:00:00Z --anchor reader-ca.pem "
#define BEFORE "hold --at 2026-11-23T12:00:00Z --anchor iaca.pem "

/* What does not verify ends the run, as neither a verdict nor a message that was shown. */
static void test_named_files(void)
{
    const struct { const char *words; int status; const char *why; } row[] = {
        { ANCHOR, HELD, "" },
        { ANCHOR "--status-list list", HELD + HELD_STATUS, "" },
        { ANCHOR "--status-list identifiers --status-list list", HELD + 2 * HELD_STATUS, "" },
        { ANCHOR "--status-list older --status-list list", HELD + HELD_STATUS, "" },
        { ANCHOR "--status-list list --status-list older", HELD + HELD_STATUS, "" },
        { ANCHOR "--status-list list --crl crl --crl older-crl", HELD + HELD_STATUS + 1, "" },
        { ANCHOR "--accept-profile --status-list odd", HELD + HELD_STATUS, "" },
        { ANCHOR "--status-list odd", 4, "odd: no status list to go by: a signer of status lists is "
                                         "valid for at most 1187 days" },
        { ANCHOR "--status-list broken", 4, "broken: no status list to go by: " },
        { ANCHOR "--status-list cut", 4, "cut: no status list to go by: " },
        { ANCHOR "--status-list crl", 4, "crl: no status list to go by: " },
        { ANCHOR "--status-list list --status-list none", 4, "none: " },
        { OTHER "--status-list list", 4, "list: no status list to go by: no trust anchor" },
        { BEFORE "--status-list list", 4, "list: no status list to go by: the list is dated in the "
                                          "future" },
        { ANCHOR "--crl list", 4, "list: no revocation list to go by: " },
        { ANCHOR "--crl none", 4, "none: " },
        { OTHER "--crl crl", 4, "crl: no revocation list to go by: no authority we believe" },
        { BEFORE "--crl crl", 4, "crl: no revocation list to go by: the revocation list is dated in "
                                 "the future" },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        int status = run(row[i].words);

        ok(status == row[i].status && strncmp(said, row[i].why, strlen(row[i].why)) == 0 &&
               (*said == '\0') == (*row[i].why == '\0'),
           "%s: %d %s", row[i].words, status, said);
    }
}

#define FOLDER " --at 2026-11-24T12:00:00Z --dir folder "

/* Identifier lists as well as status lists are kept, each in a place of its own. */
static void test_folder(const struct status_world *w)
{
    ok(mkdir("folder", 0700) == 0 && mkdir("folder/trust", 0700) == 0, "a folder");
    put_pem(w->f.iaca, "folder/trust/iaca.pem");
    ok(run("import" FOLDER "list identifiers") == 0 &&
       run("hold" FOLDER) == HELD + 2 * HELD_STATUS, "both kinds are kept");
    ok(run("import" FOLDER "older") == 0 && run("hold" FOLDER) == HELD + 2 * HELD_STATUS,
       "an older one is not taken, which is no fault");
    ok(run("import" FOLDER "broken") == 1 && run("import" FOLDER "odd") == 1 &&
       run("hold" FOLDER "--accept-profile") == HELD + 2 * HELD_STATUS,
       "one that is broken, or whose signer departs from the profile, is refused");
    ok(run("hold" FOLDER "--status-list older --crl crl") == HELD + 2 * HELD_STATUS + 1,
       "named files come beside those of the folder, and older ones not in their place");
    ok(run("hold --at 2026-11-24T12:00:00Z --dir folder --anchor iaca.pem") == HELD,
       "with --anchor the folder is not looked at");
    ok(run("hold --at 2026-11-23T12:00:00Z --dir folder") == HELD,
       "nothing that is dated in the future is used");
}

/* One name for one URI, kind and authority: renewed with the same name and key it is the same. */
static void test_names(struct status_world *w)
{
    struct trust_status_list_facts facts = { .uri = BYTES(STATUS_URI), .anchor = w->f.iaca };
    struct x509_spec spec = certificate_spec(TRUST_IACA, w->f.now + DATE_DAY_S);
    struct x509_cert *renewed = new_certificate(&spec, w->f.iaca_key, NULL, NULL);
    struct x509_cert *rekeyed = new_certificate(&spec, w->key, NULL, NULL);
    char first[TRUSTED_NAME_N], same[TRUSTED_NAME_N], other[4][TRUSTED_NAME_N];

    must(trusted_status_name(first, &facts));
    facts.anchor = renewed;
    must(trusted_status_name(same, &facts));
    facts.anchor = rekeyed;
    must(trusted_status_name(other[0], &facts));
    facts.anchor = w->f.reader_ca;
    must(trusted_status_name(other[1], &facts));
    facts.anchor = w->f.iaca;
    facts.mechanism = TRUST_IDENTIFIER_LIST;
    must(trusted_status_name(other[2], &facts));
    facts.mechanism = TRUST_STATUS_LIST;
    facts.uri = BYTES(STATUS_URI "1");
    must(trusted_status_name(other[3], &facts));
    ok(strcmp(first, same) == 0 && strlen(first) == 16 + sizeof ".status" - 1, "%s", first);
    for (size_t i = 0; i < 4; i++)
        ok(strcmp(first, other[i]) != 0, "%s is another", other[i]);
    x509_free(&renewed);
    x509_free(&rekeyed);
}

/* Remove a folder of files. */
static bool clear(const char *folder)
{
    struct state_names names;
    bool cleared = state_names_init(&names, folder, "") == OC_OK;

    for (size_t i = 0; i < names.n; i++) {
        char path[256];

        snprintf(path, sizeof path, "%s/%s", folder, names.name[i]);
        cleared &= unlink(path) == 0;
    }
    state_names_cleanup(&names);
    return cleared && rmdir(folder) == 0;
}

int main(void)
{
    char folder[] = "/tmp/owncard-trusted-XXXXXX";
    struct status_world w;

    if (mkdtemp(folder) == NULL || chdir(folder) != 0)
        return EXIT_FAILURE;
    must(secret_pool_init());
    status_world_init(&w);
    put_files(&w);
    test_named_files();
    test_folder(&w);
    test_names(&w);
    status_world_cleanup(&w);
    ok(clear("folder/trust") && rmdir("folder") == 0 && chdir("/") == 0 && clear(folder),
       "cleaned up");
    return done();
}
