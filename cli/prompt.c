#include "cli/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <termios.h>
#include <unistd.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "cli/term.h"

static enum oc_err terminal_open(int *tty, const char *instead)
{
    bool first = !fail_said();

    *tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*tty >= 0 && *tty < FD_SETSIZE)
        return OC_OK;
    if (*tty >= 0)
        close(*tty);
    fail_print(OC_IO, "there is no terminal to ask on");
    if (first)
        hint_print("%s", instead);
    return OC_IO;
}

static void ask(int tty, const char *question)
{
    struct buf text;
    struct bytes left;
    ssize_t put;

    buf_init(&text, PROMPT_LINE_MAX);
    term_escape(&text, bytes_str(question));
    buf_add_byte(&text, ' ');
    left = buf_view(&text);
    while (left.n > 0 && (put = write(tty, left.p, left.n)) > 0) {
        left.p += put;
        left.n -= (size_t)put;
    }
    buf_cleanup(&text);
}

/* After an answer without one, so that what follows begins a line. */
static void end_line(int tty)
{
    ssize_t put = write(tty, "\n", 1);

    (void)put;
}

enum oc_err prompt_line(struct buf *answer, const char *question, const char *instead)
{
    ssize_t got = 0;
    uint8_t byte;
    enum oc_err e;
    int tty;

    buf_init(answer, PROMPT_LINE_MAX);
    if ((e = terminal_open(&tty, instead)) != OC_OK)
        return e;
    ask(tty, question);
    while (buf_err(answer) == OC_OK && (got = read(tty, &byte, 1)) == 1 && byte != '\n')
        buf_add_byte(answer, byte);
    if (got == 0)
        end_line(tty);
    if (got < 0)
        e = fail_errno("/dev/tty");
    else if (got == 0)
        e = fail_print(OC_IO, "no answer was given");
    else if (buf_err(answer) != OC_OK)
        e = fail_print(buf_err(answer), "the answer: %s", oc_err_text(buf_err(answer)));
    close(tty);
    if (e != OC_OK)
        buf_cleanup(answer);
    return e;
}

enum oc_err prompt_yes_no(bool *yes, const char *question, const char *instead)
{
    static const char *const words[] = { "y", "yes", "Y", "\xe6\x98\xaf",
                                         "n", "no", "N", "\xe5\x90\xa6" };
    struct buf answer, full;
    enum oc_err e = OC_OK;
    bool understood = false;

    *yes = false;
    buf_init(&full, PROMPT_LINE_MAX);
    buf_printf(&full, "%s [y/n]", question);
    for (int tries = 0; tries < 3 && !understood && e == OC_OK; tries++) {
        if ((e = prompt_line(&answer, buf_text(&full), instead)) != OC_OK)
            break;
        for (size_t i = 0; i < 8 && !understood; i++) {
            understood = bytes_is(buf_view(&answer), words[i]);
            *yes = understood && i < 4;
        }
        buf_cleanup(&answer);
    }
    buf_cleanup(&full);
    return e;
}

/* The signals that end or stop a program at a terminal, held back while echo is off. */
static const int watched[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };
enum { WATCHED = sizeof watched / sizeof watched[0] };

static volatile sig_atomic_t caught;

static void on_signal(int number)
{
    caught = number;
}

struct quiet {
    int tty;
    struct termios settings;
    struct sigaction action[WATCHED];
    sigset_t mask;
};

static enum oc_err quiet_begin(struct quiet *q, int tty)
{
    struct sigaction catch = { .sa_handler = on_signal };
    struct termios silent;
    sigset_t block;

    q->tty = tty;
    if (tcgetattr(tty, &q->settings) != 0)
        return fail_errno("/dev/tty");
    caught = 0;
    sigemptyset(&catch.sa_mask);
    sigemptyset(&block);
    for (int i = 0; i < WATCHED; i++)
        sigaddset(&block, watched[i]);
    sigprocmask(SIG_BLOCK, &block, &q->mask);
    for (int i = 0; i < WATCHED; i++) {
        sigaction(watched[i], NULL, &q->action[i]);
        if (q->action[i].sa_handler != SIG_IGN)
            sigaction(watched[i], &catch, NULL);
    }
    silent = q->settings;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    silent.c_lflag |= ICANON | ECHONL;
    tcsetattr(tty, TCSAFLUSH, &silent);
    return OC_OK;
}

/* Puts everything back; a signal that came meanwhile then does what it would have done. */
static void quiet_end(struct quiet *q)
{
    tcsetattr(q->tty, TCSAFLUSH, &q->settings);
    for (int i = 0; i < WATCHED; i++)
        sigaction(watched[i], &q->action[i], NULL);
    sigprocmask(SIG_SETMASK, &q->mask, NULL);
    if (caught != 0)
        raise(caught);
}

/* One line into `room`, which holds `max` bytes. Signals come through only while waiting.
 * @param n  its length without the newline
 * @retval OC_USAGE  longer
 * @retval OC_IO     end of input, an error, or a signal, which is `caught` then; nothing is said */
static enum oc_err read_line(const struct quiet *q, uint8_t *room, size_t max, size_t *n)
{
    ssize_t got;
    fd_set set;

    for (*n = 0; *n < max; *n += (size_t)got) {
        FD_ZERO(&set);
        FD_SET(q->tty, &set);
        do
            got = pselect(q->tty + 1, &set, NULL, NULL, NULL, &q->mask);
        while (got < 0 && errno == EINTR && caught == 0);
        if (got < 0 || (got = read(q->tty, room + *n, max - *n)) <= 0)
            return OC_IO;
        if (room[*n + (size_t)got - 1] == '\n') {
            *n += (size_t)got - 1;
            return OC_OK;
        }
    }
    return OC_USAGE;
}

static enum oc_err too_long(const char *what)
{
    return fail_print(OC_USAGE, "the %s is longer than %d bytes", what, PROMPT_PASSPHRASE_MAX);
}

static enum oc_err empty(const char *what)
{
    return fail_print(OC_USAGE, "the %s is empty", what);
}

static enum oc_err read_hidden(struct secret **out, int tty, const char *question,
                               const char *what)
{
    struct secret *room = secret_new(PROMPT_PASSPHRASE_MAX + 1);
    enum oc_err e = OC_OK, line = OC_IO;
    struct quiet q;
    size_t n = 0;

    *out = NULL;
    if (room == NULL)
        return fail_print(OC_MEMORY, "%s", oc_err_text(OC_MEMORY));
    do {
        if ((e = quiet_begin(&q, tty)) != OC_OK)
            break;
        ask(tty, question);
        line = read_line(&q, secret_fill(room), PROMPT_PASSPHRASE_MAX + 1, &n);
        if (line == OC_IO)
            end_line(tty);
        quiet_end(&q);
    } while (line != OC_OK && caught == SIGTSTP);       /* stopped and continued: ask again */
    if (e == OC_OK && line == OC_USAGE)
        e = too_long(what);
    else if (e == OC_OK && line != OC_OK)
        e = fail_print(line, "no %s was given", what);
    else if (e == OC_OK && n == 0)
        e = empty(what);
    else if (e == OC_OK && (*out = secret_copy((struct bytes){ secret_view(room).p, n })) == NULL)
        e = fail_print(OC_MEMORY, "%s", oc_err_text(OC_MEMORY));
    secret_free(&room);
    return e;
}

static enum oc_err from_terminal(struct secret **out, const struct prompt_secret *from)
{
    struct secret *again = NULL;
    char instead[128];
    enum oc_err e;
    int tty;

    snprintf(instead, sizeof instead, "give the %s with --%s FILE or --%s N", from->what,
             from->file, from->fd);
    if ((e = terminal_open(&tty, instead)) != OC_OK)
        return e;
    e = read_hidden(out, tty, from->question, from->what);
    if (e == OC_OK && from->is_new)
        e = read_hidden(&again, tty, "Once more:", from->what);
    if (e == OC_OK && from->is_new && !secret_equal(again, secret_view(*out)))
        e = fail_print(OC_USAGE, "the two %ss differ", from->what);
    secret_free(&again);
    close(tty);
    return e;
}

/* From a file or descriptor comes one more byte than typed: the newline. */
static enum oc_err drop_newline(struct secret **s)
{
    struct bytes view = secret_view(*s);
    struct secret *shorter;

    if (view.n == 0 || view.p[view.n - 1] != '\n')
        return OC_OK;
    shorter = secret_copy((struct bytes){ view.p, view.n - 1 });
    if (shorter == NULL)
        return fail_print(OC_MEMORY, "%s", oc_err_text(OC_MEMORY));
    secret_free(s);
    *s = shorter;
    return OC_OK;
}

enum oc_err prompt_secret(struct secret **out, const struct command_line *cl,
                          const struct prompt_secret *from)
{
    enum { MAX = PROMPT_PASSPHRASE_MAX + 1 };
    const char *file = opt(cl, from->file);
    char descriptor[64];
    uint64_t fd = 0;
    enum oc_err e;

    *out = NULL;
    if ((e = opt_not_both(cl, from->file, from->fd)) != OC_OK ||
        (e = opt_uint(cl, from->fd, 0, 1023, 0, &fd)) != OC_OK)
        return e;
    snprintf(descriptor, sizeof descriptor, "%s descriptor", from->what);
    if (file != NULL)
        e = io_read_secret(out, file, MAX);
    else if (opt_given(cl, from->fd))
        e = io_read_secret_fd(out, (int)fd, descriptor, MAX);
    else
        e = from_terminal(out, from);
    if (e == OC_OK && (file != NULL || opt_given(cl, from->fd)))
        e = drop_newline(out);
    if (e == OC_OK && secret_view(*out).n == 0)
        e = empty(from->what);
    if (e == OC_OK && secret_view(*out).n > PROMPT_PASSPHRASE_MAX)
        e = too_long(from->what);
    if (e != OC_OK)
        secret_free(out);
    return e;
}

enum oc_err prompt_passphrase(struct secret **out, const struct command_line *cl,
                              const char *question, bool is_new)
{
    return prompt_secret(out, cl, &(struct prompt_secret){
        .what = "passphrase", .file = "passphrase-file", .fd = "passphrase-fd",
        .question = question, .is_new = is_new });
}
