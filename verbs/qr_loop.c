#include "verbs/qr_loop.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include "cli/exit.h"
#include "cli/term.h"

enum { DRAWING_MAX = 1 << 20 };

/* A screen of its own without a cursor, and back to what stood there before. */
#define SCREEN_ON "\033[?1049h\033[?25l\033[2J"
#define SCREEN_OFF "\033[?25h\033[?1049l"

static const int ending[] = { SIGINT, SIGTERM, SIGHUP };
enum { ENDING = sizeof ending / sizeof ending[0] };

static volatile sig_atomic_t caught;

static void on_signal(int number)
{
    caught = number;
}

struct screen {
    int keys;                       /* the terminal, for keys; -1: none */
    struct termios settings;
    struct sigaction action[ENDING];
};

static void screen_begin(struct screen *s)
{
    struct sigaction catch = { .sa_handler = on_signal };
    struct termios keywise;

    caught = 0;
    sigemptyset(&catch.sa_mask);
    for (size_t i = 0; i < ENDING; i++)
        sigaction(ending[i], &catch, &s->action[i]);
    s->keys = open("/dev/tty", O_RDONLY | O_CLOEXEC);
    if (s->keys >= 0 && tcgetattr(s->keys, &s->settings) == 0) {
        keywise = s->settings;
        keywise.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
        tcsetattr(s->keys, TCSAFLUSH, &keywise);
    } else if (s->keys >= 0) {
        close(s->keys);
        s->keys = -1;
    }
    fputs(SCREEN_ON, stdout);
}

static void screen_end(struct screen *s)
{
    fputs(SCREEN_OFF, stdout);
    fflush(stdout);
    if (s->keys >= 0) {
        tcsetattr(s->keys, TCSAFLUSH, &s->settings);    /* keys pressed are for nobody else */
        close(s->keys);
    }
    for (size_t i = 0; i < ENDING; i++)
        sigaction(ending[i], &s->action[i], NULL);
}

/* @return whether a key or a signal ends it */
static bool stand(const struct screen *s)
{
    struct pollfd key = { .fd = s->keys, .events = POLLIN };

    return poll(&key, 1, QR_LOOP_MS) > 0 || caught != 0;
}

static enum oc_err put(const struct qr *code, size_t number, size_t n)
{
    struct buf text;
    enum oc_err e;

    buf_init(&text, DRAWING_MAX);
    buf_add_str(&text, "\033[H");
    qr_draw(&text, code, term_has_colour(stdout));
    buf_printf(&text, "%zu of %zu. Any key ends this.\033[K", number, n);
    e = buf_err(&text);
    if (e == OC_OK && (fwrite(text.p, 1, text.n, stdout) != text.n || fflush(stdout) != 0))
        e = OC_IO;
    buf_cleanup(&text);
    return e;
}

enum oc_err qr_loop(const struct qr *codes, size_t n, uint64_t loops)
{
    struct screen screen;
    enum oc_err e = OC_OK;
    bool ended = false;

    screen_begin(&screen);
    for (uint64_t loop = 0; (loops == 0 || loop < loops) && e == OC_OK && !ended; loop++)
        for (size_t i = 0; i < n && e == OC_OK && !ended; i++) {
            e = put(&codes[i], i + 1, n);
            ended = stand(&screen);
        }
    screen_end(&screen);
    return e == OC_OK ? OC_OK : fail_print(e, "the terminal: %s", oc_err_text(e));
}
