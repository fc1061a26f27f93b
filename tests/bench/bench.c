/*
 * How fast the card is, as a share of what OpenSSL itself can do in the same process. Prints a
 * table; with BENCH=tsv in the environment lines for programs:
 *
 *   bench<TAB>name<TAB>ops_per_s<TAB>bound_per_s<TAB>ratio
 *
 * Names with "_two_threads" count by the wall clock, all others by the CPU time of one thread. The
 * bound of "status_lookup" is no measurement but its limit, 20 us; that of "vault_open" is its, 50 ms.
 * usage: bench [NAME…]     only these; "status_lookup", "vault_open", "memory" and "breakdown" name
 *                          parts too
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mdoc/reader.h"
#include "tests/bench/lookup.h"
#include "tests/bench/measure.h"
#include "tests/bench/vault.h"
#include "tests/bench/world.h"
#include "trust/signer.h"
#include "wallet/consent.h"

static const struct turns turns = { 0.12, 15 };

/* One thread's part in a measurement. */
struct runner {
    struct world *world;
    struct trust_signers *signers;      /* NULL: nothing is remembered */
    struct mdoc_batch *batch;           /* that the copies issued make up */
    struct buf copy;                    /* where each is written */
    struct bound_keys *keys;
    const struct bound *bound;
    struct mdoc_report *report;
};

static bool bound_op(void *with, size_t i)
{
    struct runner *r = with;

    (void)i;
    return bound_run(r->keys, r->bound);
}

static bool verify_op(void *with, size_t i)
{
    struct runner *r = with;
    struct mdoc_verify_in in = world_verify_in(r->world, i);
    struct mdoc_claims *claims;
    enum oc_err e;

    in.signers = r->signers;
    e = mdoc_verify(&claims, r->report, &in);
    mdoc_claims_free(&claims);
    return e == OC_OK;
}

static bool issue(struct runner *r, size_t i, const struct public_key *proven)
{
    struct mdoc_issue_spec spec = world_issue_spec(r->world, i);

    spec.batch = r->batch;
    if (proven != NULL)
        spec.device_key = proven;
    buf_truncate(&r->copy, 0);
    return mdoc_issue(&r->copy, &spec, NULL) == OC_OK;
}

static bool issue_op(void *with, size_t i)
{
    return issue(with, i, NULL);
}

static bool issue_with_proof_op(void *with, size_t i)
{
    struct runner *r = with;
    struct mdoc_proven_keys proven;
    bool done = mdoc_key_proofs_check(&proven, buf_view(&r->world->copies[i % WORLD_COPIES].proof),
                                      NULL) == OC_OK &&
                issue(r, i, proven.keys[0]);

    mdoc_proven_keys_cleanup(&proven);
    return done;
}

/* The steps of presenting, from request bytes to response bytes, with the vault open. */
struct presenting {
    struct runner *runner;
    size_t i;
    struct mdoc_device_request request;
    struct mdoc_encryption_parameters parameters;
    struct buf transcript, document, response;
    struct consent consent;
    struct private_key *key;
};

static enum oc_err read_request(struct presenting *p)
{
    enum oc_err e;

    e = mdoc_device_request_init(&p->request, buf_view(&p->runner->world->request_bytes), NULL);
    if (e == OC_OK)
        e = mdoc_encryption_parameters_init(&p->parameters, &p->request, NULL);
    if (e == OC_OK) {
        mdoc_transcript_qr(&p->transcript, p->parameters.tagged);
        e = buf_err(&p->transcript);
    }
    return e;
}

static enum oc_err look_who_asks(struct presenting *p)
{
    const struct world *w = p->runner->world;
    struct mdoc_reader reader;
    enum oc_err e = mdoc_reader_check(&reader, &p->request, 0, buf_view(&p->transcript),
                                      &w->s.f.readers, w->s.f.now);

    return e == OC_OK && reader.standing != MDOC_READER_TRUSTED ? OC_UNTRUSTED : e;
}

static enum oc_err agree(struct presenting *p)
{
    enum oc_err e = consent_init(&p->consent, &p->request, 0,
                                 &p->runner->world->copies[p->i % WORLD_COPIES].card);

    for (size_t i = 0; i < p->consent.n; i++)
        p->consent.elements[i].agreed = true;
    return e;
}

/* A vault that was read holds its keys deferred. */
static enum oc_err open_key(struct presenting *p)
{
    const struct private_key *kept = p->runner->world->copies[p->i % WORLD_COPIES].device_key;
    struct secret *d = private_key_secret(kept);
    enum oc_err e;

    e = d == NULL ? OC_MEMORY : private_key_defer(&p->key, d, private_key_public(kept));
    secret_free(&d);
    return e == OC_OK ? private_key_open(p->key) : e;
}

static enum oc_err sign_document(struct presenting *p)
{
    const struct world_copy *copy = &p->runner->world->copies[p->i % WORLD_COPIES];
    bool keep[WORLD_ELEMENTS];

    if (consent_keep(keep, &p->consent, &copy->card) != WORLD_ELEMENTS)
        return OC_BUG;
    return mdoc_document_write(&p->document, &(struct mdoc_document_spec){
        .card = &copy->card, .keep = keep, .transcript = buf_view(&p->transcript),
        .device_key = p->key });
}

static enum oc_err encrypt(struct presenting *p)
{
    return mdoc_response_encrypt(&p->response, buf_view(&p->document), 1, &p->parameters,
                                 buf_view(&p->transcript), 0);
}

static const struct { const char *name; enum oc_err (*run)(struct presenting *); } steps[] = {
    { "read the request", read_request },
    { "look who asks", look_who_asks },
    { "match with the card", agree },
    { "import the device key", open_key },
    { "write and sign", sign_document },
    { "encrypt", encrypt },
};
enum { STEPS_N = sizeof steps / sizeof steps[0] };

/* Microseconds of CPU that each step took are added to `us`, unless that is NULL. */
static bool present(struct runner *r, size_t i, double *us)
{
    struct presenting p = {
        .runner = r, .i = i, .transcript = new_buf(), .document = new_buf(),
        .response = new_buf(),
    };
    enum oc_err e = OC_OK;

    for (size_t step = 0; step < STEPS_N && e == OC_OK; step++) {
        double begin = us != NULL ? measure_clock_us() : 0;

        e = steps[step].run(&p);
        if (us != NULL)
            us[step] += measure_clock_us() - begin;
    }
    private_key_free(&p.key);
    consent_cleanup(&p.consent);
    mdoc_encryption_parameters_cleanup(&p.parameters);
    mdoc_device_request_cleanup(&p.request);
    buf_cleanup(&p.response);
    buf_cleanup(&p.document);
    buf_cleanup(&p.transcript);
    return e == OC_OK;
}

static bool present_op(void *with, size_t i)
{
    return present(with, i, NULL);
}

struct benchmark {
    const char *name;
    measured *op;
    bool remembers;                 /* the document signer */
    struct bound bound;
};

static void runner_init(struct runner *r, struct world *world, const struct benchmark *b)
{
    *r = (struct runner){
        .world = world, .copy = new_buf(), .bound = &b->bound, .keys = bound_keys_new(),
        .signers = b->remembers ? trust_signers_new() : NULL,
        .report = calloc(1, sizeof *r->report), .batch = calloc(1, sizeof *r->batch),
    };
    must(r->keys != NULL && r->batch != NULL && r->report != NULL &&
         (r->signers != NULL || !b->remembers) ? OC_OK : OC_MEMORY);
}

static void runner_cleanup(struct runner *r)
{
    trust_signers_free(&r->signers);
    bound_keys_free(&r->keys);
    buf_cleanup(&r->copy);
    mdoc_batch_cleanup(r->batch);
    free(r->batch);
    free(r->report);
}

static bool is_for_programs(void)
{
    const char *form = getenv("BENCH");

    return form != NULL && strcmp(form, "tsv") == 0;
}

static void print_rate(const char *name, const char *suffix, const struct rate *rate)
{
    if (is_for_programs())
        printf("bench\t%s%s\t%.0f\t%.0f\t%.3f\n", name, suffix, rate->ops_per_s,
               rate->bound_per_s, rate->ratio);
    else
        printf("%-18s%-14s %10.0f %10.0f %8.3f %10.1f %8.1f\n", name, suffix, rate->ops_per_s,
               rate->bound_per_s, rate->ratio, 1e6 / rate->ops_per_s,
               1e6 / rate->ops_per_s - 1e6 / rate->bound_per_s);
    fflush(stdout);
}

static bool run(struct world *world, const struct benchmark *b)
{
    struct runner runners[2];
    void *const both[2] = { &runners[0], &runners[1] };
    struct rate rate = { 0 };
    bool done;

    runner_init(&runners[0], world, b);
    runner_init(&runners[1], world, b);
    done = measure(&rate, turns, b->op, &runners[0], bound_op, &runners[0]);
    if (done)
        print_rate(b->name, "", &rate);
    if (done) {
        rate.ops_per_s = measure_two_threads(turns.seconds * 8, b->op, both);
        rate.bound_per_s = measure_two_threads(turns.seconds * 8, bound_op, both);
        done = rate.ops_per_s > 0 && rate.bound_per_s > 0;
        rate.ratio = done ? rate.ops_per_s / rate.bound_per_s : 0;
        if (done)
            print_rate(b->name, "_two_threads", &rate);
    }
    runner_cleanup(&runners[0]);
    runner_cleanup(&runners[1]);
    if (!done)
        fprintf(stderr, "bench: %s failed\n", b->name);
    return done;
}

static bool break_down(struct world *world)
{
    enum { TIMES = 5000, LIMIT_US = 1000 };
    const struct benchmark plain = { .name = "present" };
    double us[STEPS_N] = { 0 }, all = 0;
    bool done = true;
    struct runner r;

    runner_init(&r, world, &plain);
    for (size_t i = 0; i < TIMES && done; i++)
        done = present(&r, i, us);
    runner_cleanup(&r);
    puts("\nWhat presenting consists of, microseconds of CPU");
    for (size_t i = 0; i < STEPS_N; i++) {
        printf("  %-24s%8.1f\n", steps[i].name, us[i] / TIMES);
        all += us[i] / TIMES;
    }
    printf("  %-24s%8.1f (at most %d)\n", "all of it", all, LIMIT_US);
    return done;
}

/* Highest resident memory of this process so far, in KiB. */
static long peak_kib(void)
{
    char line[256];
    long kib = 0;
    FILE *f = fopen("/proc/self/status", "r");

    while (f != NULL && fgets(line, sizeof line, f) != NULL)
        if (sscanf(line, "VmHWM: %ld", &kib) == 1)
            break;
    if (f != NULL)
        fclose(f);
    return kib;
}

/* A process that does nothing but make one card, and verify it if `verify`. */
static int one_verification(bool verify)
{
    struct fixture f;
    struct mdoc_claims *claims = NULL;
    static struct mdoc_report report;
    enum oc_err e = OC_OK;

    fixture_init(&f, CURVE_P256, CURVE_P256);
    if (verify) {
        struct mdoc_verify_in in = fixture_verify_in(&f);

        e = mdoc_verify(&claims, &report, &in);
    }
    mdoc_claims_free(&claims);
    fixture_cleanup(&f);
    printf("%ld", peak_kib());
    return e == OC_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

static long peak_of(const char *self, const char *what)
{
    char command[4096];
    long kib = 0;
    FILE *f;

    snprintf(command, sizeof command, "'%s' --one %s", self, what);
    f = popen(command, "r");
    if (f == NULL)
        return 0;
    if (fscanf(f, "%ld", &kib) != 1)
        kib = 0;
    return pclose(f) == 0 ? kib : 0;
}

static bool measure_memory(const char *self)
{
    long without = peak_of(self, "nothing"), with = peak_of(self, "verify");

    if (is_for_programs())
        printf("memory\tverify_peak_kib\t%ld\n", with);
    else
        printf("\nPeak memory of a process that verifies once: %.1f MB, of which the verification "
               "added %.1f\n", (double)with / 1024, (double)(with - without) / 1024);
    return with > 0 && without > 0;
}

static bool measure_lookup(void)
{
    struct lookup l;
    bool done = lookup_measure(&l, turns);

    if (!done)
        fprintf(stderr, "bench: status_lookup failed\n");
    else if (is_for_programs())
        printf("bench\tstatus_lookup\t%.0f\t%.0f\t%.3f\nmemory\tstatus_list_kib\t%zu\n",
               1e6 / l.us, 1e6 / LOOKUP_LIMIT_US, LOOKUP_LIMIT_US / l.us, l.held_bytes / 1024);
    else
        printf("\nstatus_lookup: %.3f us for one of %d entries (at most %d us), in a list that "
               "takes %.2f MB\n", l.us, LOOKUP_ENTRIES, LOOKUP_LIMIT_US,
               (double)l.held_bytes / (1 << 20));
    return done;
}

static bool measure_vault(const struct world *world)
{
    struct vault_times t;
    bool done = vault_measure(&t, world, turns);
    double beyond_ms = t.unseal_ms + t.read_ms;

    if (!done)
        fprintf(stderr, "bench: vault_open failed\n");
    else if (is_for_programs())
        printf("bench\tvault_open\t%.1f\t%.1f\t%.3f\n", 1e3 / beyond_ms,
               1e3 / VAULT_OPEN_LIMIT_MS, VAULT_OPEN_LIMIT_MS / beyond_ms);
    else
        printf("\nvault_open: %.1f ms beyond Argon2 (at most %d ms; Argon2 %.0f ms) for %d copies in "
               "%.1f MB\n  decrypting %.1f ms, parsing copies %.1f, all else %.1f; sealing them anew "
               "%.1f\n", beyond_ms, VAULT_OPEN_LIMIT_MS, t.argon2_ms, WORLD_COPIES,
               (double)t.bytes / (1 << 20), t.unseal_ms, t.parse_ms, t.read_ms - t.parse_ms,
               t.save_ms);
    return done;
}

static bool is_wanted(int argc, char **argv, const char *name)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return true;
    return argc == 1;
}

int main(int argc, char **argv)
{
    struct benchmark all[] = {
        { .name = "verify_warm", .op = verify_op, .remembers = true,
          .bound = { .verifies = 2, .imports = 1 } },
        { .name = "verify_cold", .op = verify_op, .bound = { .verifies = 3, .imports = 1 } },
        { .name = "issue", .op = issue_op, .bound = { .signs = 1 } },
        { .name = "issue_with_proof", .op = issue_with_proof_op,
          .bound = { .signs = 1, .verifies = 1, .imports = 1 } },
        { .name = "present", .op = present_op,
          .bound = { .signs = 1, .agreements = 1, .generations = 1 } },
    };
    struct world *world;
    bool done = true;

    must(secret_pool_init());
    if (argc == 3 && strcmp(argv[1], "--one") == 0)
        return one_verification(strcmp(argv[2], "verify") == 0);
    world = world_new();
    world_must_check_all(world);
    world_hashes_verify(&all[0].bound, world, false);
    world_hashes_verify(&all[1].bound, world, true);
    world_hashes_issue(&all[2].bound, world, false);
    world_hashes_issue(&all[3].bound, world, true);
    world_hashes_present(&all[4].bound, world);
    if (!is_for_programs())
        printf("%-32s %10s %10s %8s %10s %8s\n", "", "a second", "bound", "ratio", "us each",
               "us over");
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (is_wanted(argc, argv, all[i].name))
            done = run(world, &all[i]) && done;
    if (!is_for_programs() && is_wanted(argc, argv, "breakdown"))
        done = break_down(world) && done;
    if (is_wanted(argc, argv, "status_lookup"))
        done = measure_lookup() && done;
    if (is_wanted(argc, argv, "vault_open"))
        done = measure_vault(world) && done;
    if (is_wanted(argc, argv, "memory"))
        done = measure_memory(argv[0]) && done;
    world_free(&world);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
