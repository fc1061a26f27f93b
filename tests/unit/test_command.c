#include "cli/command.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/exit.h"
#include "core/buf.h"
#include "tests/unit/tap.h"

/* A verb that prints what it was given. */
static int run_show(const struct command_line *cl)
{
    const char *text;
    uint64_t copies;
    int64_t at;
    enum oc_err e;

    if ((e = opt_uint(cl, "copies", 1, 100, 7, &copies)) != OC_OK ||
        (e = opt_time(cl, "at", &at)) != OC_OK || (e = opt_not_both(cl, "json", "text")) != OC_OK)
        return exit_status(e);
    printf("out=%s json=%d copies=%d", opt(cl, "output") == NULL ? "none" : opt(cl, "output"),
           opt_given(cl, "json"), (int)copies);
    for (size_t i = 0; (text = opt_nth(cl, "anchor", i)) != NULL; i++)
        printf(" anchor%zu=%s", i, text);
    printf(" anchors=%zu", opt_count(cl, "anchor"));
    if (opt_given(cl, "at"))
        printf(" at=%lld", (long long)at);
    for (size_t i = 0; (text = argument(cl, i)) != NULL; i++)
        printf(" arg%zu=%s", i, text);
    return STATUS_DONE;
}

static int run_second(const struct command_line *cl)
{
    printf("%s", cl->verb->name);
    return STATUS_NO;
}

static int run_failing(const struct command_line *cl)
{
    const struct oc_fault fault = { 41, "random is shorter than 16 bytes" };

    (void)cl;
    fail_fault(OC_SHAPE, "req\033.cbor", &fault);
    return exit_status(fail_print(OC_SHAPE, "and so nothing was kept"));
}

static const struct command_option options[] = {
    { "output", 'o', "FILE", "where the result goes, standard output when it is not given or -", false },
    { "json", 'j', NULL, "print JSON", false },
    { "text", 0, NULL, "print text", false },
    { "anchor", 'a', "PEM", "a root to trust", true },
    { "copies", 'n', "N", "how many", false },
    { "at", 0, "TIME", "the moment to judge by, as an RFC 3339 date-time or as a date in UTC", false },
    { "a-rather-long-option-name", 0, "PLACEHOLDER", "something rare", false },
    { 0 },
};

static const char *const examples[] = { "show -o out.cbor card.cbor", "trust add root.pem", NULL };

static const struct command_verb verbs[] = {
    { "show", "print what is in a message", "FILE [FILE]", 1, 2, options, examples, run_show },
    { "trust add", "trust one more root", "PEM", 0, COMMAND_ANY, NULL, NULL, run_second },
    { "trust list", "print the roots that are trusted", NULL, 0, 0, NULL, NULL, run_second },
    { "fail", "never work", NULL, 0, 0, NULL, NULL, run_failing },
    { 0 },
};

static const struct command_tool tool = {
    "owncard-test", "keeps nothing and shows everything that it is asked to show, over and over again",
    verbs, examples,
};

struct outcome {
    int status;
    char out[8192], err[1024];
};

static void slurp(const char *path, char *text, size_t size)
{
    FILE *f = fopen(path, "r");

    text[f == NULL ? 0 : fread(text, 1, size - 1, f)] = '\0';
    if (f != NULL)
        fclose(f);
    unlink(path);
}

/* Run the tool on words separated by blanks, in a process of its own. */
static const struct outcome *run(const char *words)
{
    static struct outcome o;
    char line[512], *argv[64] = { strdup("owncard-test") };
    int argc = 1, status = 0;
    pid_t child;

    memset(&o, 0, sizeof o);
    snprintf(line, sizeof line, "%s", words);
    for (char *word = strtok(line, " "); word != NULL; word = strtok(NULL, " "))
        argv[argc++] = word;
    fflush(stdout);
    child = fork();
    if (child == 0) {
        if (freopen("out", "w", stdout) == NULL || freopen("err", "w", stderr) == NULL)
            _exit(99);
        status = command_main(&tool, argc, argv);
        fflush(stderr);
        _exit(status);
    }
    waitpid(child, &status, 0);
    free(argv[0]);
    o.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    slurp("out", o.out, sizeof o.out);
    slurp("err", o.err, sizeof o.err);
    return &o;
}

static void test_accepted(void)
{
    const struct { const char *words; int status; const char *out; } row[] = {
        { "show f", 0, "out=none json=0 copies=7 anchors=0 arg0=f" },
        { "show -o x --json f g", 0, "out=x json=1 copies=7 anchors=0 arg0=f arg1=g" },
        { "show -jox -n 12 f", 0, "out=x json=1 copies=12 anchors=0 arg0=f" },
        { "show --output=x -a 1 --anchor 2 -a3 f", 0,
          "out=x json=0 copies=7 anchor0=1 anchor1=2 anchor2=3 anchors=3 arg0=f" },
        { "show --at 1970-01-02 -", 0, "out=none json=0 copies=7 anchors=0 at=86400 arg0=-" },
        { "show --at 1970-01-01T00:00:05Z f", 0, "out=none json=0 copies=7 anchors=0 at=5 arg0=f" },
        { "show f --json g -o x", 0, "out=x json=1 copies=7 anchors=0 arg0=f arg1=g" },
        { "show f -- --json", 0, "out=none json=0 copies=7 anchors=0 arg0=f arg1=--json" },
        { "show -- --json", 0, "out=none json=0 copies=7 anchors=0 arg0=--json" },
        { "show -o - f", 0, "out=- json=0 copies=7 anchors=0 arg0=f" },
        { "trust add a b c d", 1, "trust add" },
        { "trust list", 1, "trust list" },
        { "--version", 0, "owncard-test " OWNCARD_VERSION "\n" },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        const struct outcome *o = run(row[i].words);

        ok(o->status == row[i].status && strcmp(o->out, row[i].out) == 0 && *o->err == '\0',
           "%s: %d", row[i].words, o->status);
    }
}

/* The first word alone of verbs of two, with --help or without. */
static void test_group(void)
{
    static const char list[] = "Verbs that begin with trust:\n  trust add ";
    const struct outcome *o = run("trust");
    const char *second = strchr(o->err, '\n');

    ok(o->status == 2 && *o->out == '\0' && second != NULL &&
       strncmp(o->err, "owncard-test: error: trust needs a second word\n",
               (size_t)(second + 1 - o->err)) == 0 &&
       strncmp(second + 1, list, strlen(list)) == 0, "trust: refused, and the verbs are listed");
    o = run("trust --help");
    ok(o->status == 0 && *o->err == '\0' && strncmp(o->out, list, strlen(list)) == 0 &&
       strstr(o->out, "\n  trust list ") != NULL && strstr(o->out, "  show ") == NULL,
       "trust --help: the verbs of this word alone");
    ok(run("trust -h")->status == 0, "trust -h");
    ok(run("tru --help")->status == 2, "tru --help: no such word");
}

/* Every refusal is one line of error and at most one of hint, and nothing ran. */
static void test_refused(void)
{
    const struct { const char *words, *error, *hint; } row[] = {
        { "", "a verb is missing", "owncard-test --help" },
        { "shwo f", "unknown verb shwo", "did you mean owncard-test show?" },
        { "sho f", "unknown verb sho", "did you mean owncard-test show?" },
        { "frobnicate", "unknown verb frobnicate", "--help lists the verbs" },
        { "--verison", "unknown option --verison", "--help lists the verbs" },
        { "trust lsit", "unknown verb trust lsit", "did you mean owncard-test trust list?" },
        { "show", "show needs FILE [FILE]", "owncard-test show --help" },
        { "show a b c", "one argument too many: c", "owncard-test show --help" },
        { "trust list x", "one argument too many: x", "owncard-test trust list --help" },
        { "show --outptu x f", "unknown option --outptu", "did you mean --output?" },
        { "show --out x f", "unknown option --out", "did you mean --output?" },
        { "show --out=x f", "unknown option --out", "did you mean --output?" },
        { "show --zzz f", "unknown option --zzz", "owncard-test show --help" },
        { "show -jz f", "unknown option -z", "owncard-test show --help" },
        { "show --output", "--output needs a value", "--output FILE: where" },
        { "show -o", "--output needs a value", "--output FILE: where" },
        { "show --json=1 f", "--json takes no value", NULL },
        { "show -o a -o b f", "--output was given twice", NULL },
        { "show -jj f", "--json was given twice", NULL },
        { "show --json --text f", "--json and --text exclude each other", NULL },
        { "show -n 0 f", "--copies 0: not a number from 1 to 100", NULL },
        { "show -n 101 f", "--copies 101:", NULL },
        { "show -n +5 f", "--copies +5:", NULL },
        { "show -n 05 f", "--copies 05:", NULL },
        { "show -n 5x f", "--copies 5x:", NULL },
        { "show -n 0x5 f", "--copies 0x5:", NULL },
        { "show --copies= f", "--copies :", NULL },
        { "show -n 18446744073709551617 f", "--copies 18446744073709551617:", NULL },
        { "show --at yesterday f", "--at yesterday: not a moment", "write it as 2026-01-31" },
        { "show --at 2026-02-30 f", "--at 2026-02-30: not a moment", "write it as" },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        const struct outcome *o = run(row[i].words);
        const char *second = strchr(o->err, '\n');
        size_t lines = 0;

        for (const char *p = o->err; (p = strchr(p, '\n')) != NULL; p++)
            lines++;
        ok(o->status == 2 && *o->out == '\0' && lines == (row[i].hint == NULL ? 1 : 2) &&
           strncmp(o->err, "owncard-test: error: ", 21) == 0 &&
           strncmp(o->err + 21, row[i].error, strlen(row[i].error)) == 0 &&
           (row[i].hint == NULL || (strncmp(second + 1, "owncard-test: hint: ", 20) == 0 &&
                                    strstr(second, row[i].hint) != NULL)),
           "%s: %.*s", row[i].words, (int)strcspn(o->err, "\n"), o->err);
    }
}

static size_t longest_line(const char *text)
{
    size_t longest = 0;

    while (*text != '\0') {
        size_t n = strcspn(text, "\n");

        longest = n > longest ? n : longest;
        text += n + (text[n] == '\n');
    }
    return longest;
}

static void test_help(void)
{
    const struct outcome *o = run("--help");

    ok(o->status == 0 && *o->err == '\0' && longest_line(o->out) <= 80, "the tool's help fits 80 columns");
    for (const struct command_verb *v = verbs; v->name != NULL; v++)
        ok(strstr(o->out, v->name) != NULL && strstr(o->out, v->summary) != NULL,
           "it lists %s", v->name);
    ok(strstr(o->out, "  owncard-test trust add root.pem\n") != NULL, "it has an example");

    o = run("show --help");
    ok(o->status == 0 && *o->err == '\0' && longest_line(o->out) <= 80, "a verb's help fits 80 columns");
    ok(strstr(o->out, "Usage: owncard-test show [OPTION]... FILE [FILE]\n") != NULL, "it has the usage");
    ok(strstr(o->out, "  -o, --output FILE  where the result goes") != NULL, "it lists an option");
    ok(strstr(o->out, "      --at TIME      the moment") != NULL, "options without a letter are aligned");
    ok(strstr(o->out, "a root to trust (may be repeated)") != NULL, "it says what may be repeated");
    ok(strstr(o->out, "PLACEHOLDER\n                     something rare\n") != NULL,
       "a long option has its text below");
    o = run("show -h");
    ok(o->status == 0 && strstr(o->out, "Usage:") != NULL, "-h is --help");
    o = run("trust add --help");
    ok(o->status == 0 && strstr(o->out, "-h, --help") != NULL, "a verb without options has help too");
}

static void test_failure(void)
{
    const struct outcome *o = run("fail");

    ok(o->status == 3 && strcmp(o->err, "owncard-test: error: req\\u{001B}.cbor: random is shorter "
                                        "than 16 bytes (at byte 41)\n") == 0,
       "the first failure is said once, with its place");
}

static void test_exit_status(void)
{
    const struct { enum oc_err e; int want; } row[] = {
        { OC_OK, 0 }, { OC_USAGE, 2 }, { OC_SYNTAX, 3 }, { OC_TRUNCATED, 3 }, { OC_TRAILING, 3 },
        { OC_SHAPE, 3 }, { OC_LIMIT, 3 }, { OC_SIGNATURE, 1 }, { OC_DIGEST, 1 }, { OC_UNTRUSTED, 1 },
        { OC_EXPIRED, 1 }, { OC_REFUSED, 1 }, { OC_IO, 4 }, { OC_MEMORY, 4 }, { OC_UNAVAILABLE, 4 },
        { OC_BUG, 4 },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        ok(exit_status(row[i].e) == row[i].want, "%s: %d", oc_err_name(row[i].e), exit_status(row[i].e));
}

int main(void)
{
    char folder[] = "/tmp/owncard-command-XXXXXX";

    if (mkdtemp(folder) == NULL || chdir(folder) != 0)
        return EXIT_FAILURE;
    test_accepted();
    test_group();
    test_refused();
    test_help();
    test_failure();
    test_exit_status();
    ok(chdir("/") == 0 && rmdir(folder) == 0, "cleaned up");
    return done();
}
