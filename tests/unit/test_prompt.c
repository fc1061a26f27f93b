#define _XOPEN_SOURCE 700       /* posix_openpt() */
#include "cli/prompt.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "cli/exit.h"
#include "tests/unit/tap.h"

/* The status tells what was read: 0 "open sesame" or yes, 11 something else or no. */
enum { OTHER = 11 };

static int run_passphrase(const struct command_line *cl)
{
    struct secret *s = NULL;
    enum oc_err e = prompt_passphrase(&s, cl, "Passphrase:", opt_given(cl, "new"));
    int status = e != OC_OK ? exit_status(e) : secret_equal(s, BYTES("open sesame")) ? 0 : OTHER;

    if (e != OC_OK && s != NULL)
        return 99;
    secret_free(&s);
    return status;
}

static int run_yes(const struct command_line *cl)
{
    bool yes = true;
    enum oc_err e = prompt_yes_no(&yes, "Show\033 it?", "say --consent");

    (void)cl;
    return e != OC_OK ? exit_status(e) : yes ? 0 : OTHER;
}

static const struct command_option options[] = {
    PROMPT_PASSPHRASE_OPTIONS,
    { "new", 0, NULL, "ask twice", false },
    { 0 },
};

static const struct command_verb verbs[] = {
    { "unlock", "ask for a passphrase", NULL, 0, 0, options, NULL, run_passphrase },
    { "agree", "ask yes or no", NULL, 0, 0, NULL, NULL, run_yes },
    { 0 },
};

static const struct command_tool tool = { "owncard-test", "asks", verbs, NULL };

struct outcome {
    int status;             /* exit status, or 1000 and the signal's number */
    char screen[2048];      /* what the terminal showed, standard error too */
    bool echo;              /* whether the terminal echoes again */
};

/* In the child: the terminal `slave` becomes ours, or none when it is NULL. */
static void child_run(const char *slave, int err, char *verb, char *option)
{
    char name[] = "owncard-test", *argv[] = { name, verb, option, NULL };
    int fd;

    alarm(20);          /* a prompt that waits for ever fails instead */
    signal(SIGINT, SIG_DFL);    /* which a shell's background would have ignored */
    signal(SIGQUIT, SIG_DFL);
    setsid();
    fd = slave == NULL ? -1 : open(slave, O_RDWR);      /* takes it as controlling terminal */
    dup2(fd >= 0 ? fd : err, STDERR_FILENO);
    _exit(command_main(&tool, option == NULL ? 2 : 3, argv));
}

/* Collect what is shown; type one of `keys` each time a prompt, ending in a blank, is shown. */
static void converse(int master, pid_t child, const char *const *keys, struct outcome *o)
{
    size_t n = 0;
    int status = 0;

    while (waitpid(child, &status, WNOHANG) == 0) {
        struct pollfd p = { .fd = master, .events = POLLIN };
        ssize_t got = poll(&p, 1, 20) > 0 ? read(master, o->screen + n, sizeof o->screen - 1 - n) : 0;

        n += got > 0 ? (size_t)got : 0;
        if (got > 0 && o->screen[n - 1] == ' ' && *keys != NULL) {
            if (write(master, *keys, strlen(*keys)) < 0)
                break;
            keys++;
        }
    }
    for (;;) {
        struct pollfd p = { .fd = master, .events = POLLIN };
        ssize_t got = poll(&p, 1, 20) > 0 ? read(master, o->screen + n, sizeof o->screen - 1 - n) : 0;

        if (got <= 0)
            break;
        n += (size_t)got;
    }
    o->status = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static struct outcome at_terminal(char *verb, char *option, const char *const *keys)
{
    struct outcome o = { .status = -1 };
    struct termios settings;
    int master = posix_openpt(O_RDWR | O_NOCTTY), slave;
    pid_t child;

    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0)
        return o;
    slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    fflush(stdout);
    child = fork();
    if (child == 0)
        child_run(ptsname(master), -1, verb, option);
    converse(master, child, keys, &o);
    o.echo = tcgetattr(slave, &settings) == 0 && (settings.c_lflag & ECHO);
    close(slave);
    close(master);
    return o;
}

static struct outcome without_terminal(char *verb, char *option)
{
    struct outcome o = { .status = -1 };
    int ends[2], status = 0;
    ssize_t got;
    size_t n = 0;
    pid_t child;

    if (pipe(ends) != 0)
        return o;
    fflush(stdout);
    child = fork();
    if (child == 0)
        child_run(NULL, ends[1], verb, option);
    close(ends[1]);
    while ((got = read(ends[0], o.screen + n, sizeof o.screen - 1 - n)) > 0)
        n += (size_t)got;
    close(ends[0]);
    waitpid(child, &status, 0);
    o.status = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
    return o;
}

/* 1,025 bytes. */
#define LONG_32 "................................"
#define LONG_256 LONG_32 LONG_32 LONG_32 LONG_32 LONG_32 LONG_32 LONG_32 LONG_32
#define LONG LONG_256 LONG_256 LONG_256 LONG_256 "."

#define KEYS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static char unlock[] = "unlock", agree[] = "agree", is_new[] = "--new";

static void test_terminal(void)
{
    const struct {
        const char *name;
        char *option;
        const char *const *keys;
        int want;
        const char *shown;
    } row[] = {
        { "typed once", NULL, KEYS("open sesame\n"), 0, "Passphrase: " },
        { "another", NULL, KEYS("open\n"), OTHER, "Passphrase: " },
        { "new, typed twice", is_new, KEYS("open sesame\n", "open sesame\n"), 0, "Once more: " },
        { "new, with a slip", is_new, KEYS("open sesame\n", "open sesane\n"), 2, "differ" },
        { "empty", NULL, KEYS("\n"), 2, "the passphrase is empty" },
        { "Ctrl-D", NULL, KEYS("\004"), 4, "no passphrase was given" },
        { "Ctrl-D in its middle", NULL, KEYS("open\004\004"), 4, "no passphrase was given" },
        { "new, Ctrl-D at the second", is_new, KEYS("open sesame\n", "\004"), 4,
          "no passphrase was given" },
        { "new, Ctrl-C at the second", is_new, KEYS("open sesame\n", "open\003"), 1000 + SIGINT,
          "Once more: " },
        { "too long", NULL, KEYS(LONG "\n"), 2, "longer than 1024 bytes" },
        { "Ctrl-C", NULL, KEYS("open\003"), 1000 + SIGINT, "Passphrase: " },
        { "Ctrl-\\", NULL, KEYS("open\034"), 1000 + SIGQUIT, "Passphrase: " },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct outcome o = at_terminal(unlock, row[i].option, row[i].keys);

        ok(o.status == row[i].want && strstr(o.screen, row[i].shown) != NULL, "passphrase %s: %d",
           row[i].name, o.status);
        ok(strstr(o.screen, "open") == NULL && o.echo, "passphrase %s: never shown, echo restored",
           row[i].name);
    }
}

static void test_yes_no(void)
{
    const struct { const char *name; const char *const *keys; int want; } row[] = {
        { "y", KEYS("y\n"), 0 },
        { "yes", KEYS("yes\n"), 0 },
        { "yes in Chinese", KEYS("\xe6\x98\xaf\n"), 0 },
        { "no", KEYS("no\n"), OTHER },
        { "nonsense, then yes", KEYS("maybe\n", "y\n"), 0 },
        { "nothing thrice is no", KEYS("\n", "\n", "\n"), OTHER },
        { "Ctrl-D", KEYS("\004"), 4 },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct outcome o = at_terminal(agree, NULL, row[i].keys);

        ok(o.status == row[i].want && strstr(o.screen, "Show\\u{001B} it? [y/n] ") != NULL,
           "answer %s: %d", row[i].name, o.status);
    }
}

static void test_without(void)
{
    char folder[] = "/tmp/owncard-prompt-XXXXXX", option[128], path[64];
    const struct { const char *text; mode_t mode; int want; } row[] = {
        { "open sesame", 0600, 0 },
        { "open sesame\n", 0600, 0 },
        { "open sesame\n\n", 0600, OTHER },
        { "\n", 0600, 2 },
        { "open sesame\n", 0640, 4 },
    };
    struct outcome o = without_terminal(unlock, NULL);

    ok(o.status == 4 && strstr(o.screen, "no terminal") != NULL &&
       strstr(o.screen, "--passphrase-file") != NULL, "no terminal: the options are named");
    o = without_terminal(agree, NULL);
    ok(o.status == 4 && strstr(o.screen, "hint: say --consent\n") != NULL, "no terminal for yes or no");

    if (!ok(mkdtemp(folder) != NULL, "a folder"))
        return;
    snprintf(path, sizeof path, "%s/pass", folder);
    snprintf(option, sizeof option, "--passphrase-file=%s", path);
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        FILE *f = fopen(path, "w");

        fputs(row[i].text, f);
        fclose(f);
        chmod(path, row[i].mode);
        o = without_terminal(unlock, option);
        ok(o.status == row[i].want, "from a file, row %zu: %d", i, o.status);
    }
    unlink(path);
    rmdir(folder);
}

static void test_descriptor(void)
{
    char option[32];
    struct outcome o;
    int ends[2];

    if (!ok(pipe(ends) == 0 && write(ends[1], "open sesame\n", 12) == 12, "a pipe"))
        return;
    close(ends[1]);
    snprintf(option, sizeof option, "--passphrase-fd=%d", ends[0]);
    o = without_terminal(unlock, option);
    ok(o.status == 0, "from a descriptor: %d", o.status);
    close(ends[0]);
    snprintf(option, sizeof option, "--passphrase-fd=999");
    o = without_terminal(unlock, option);
    ok(o.status == 4 && strstr(o.screen, "Bad file descriptor") != NULL, "a closed descriptor");
}

int main(void)
{
    if (secret_pool_init() != OC_OK)
        return EXIT_FAILURE;
    test_terminal();
    test_yes_no();
    test_without();
    test_descriptor();
    return done();
}
