#include "verbs/qr_loop.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "cli/exit.h"
#include "cli/term.h"

enum { DRAWING_MAX = 1 << 20 };

/* A screen of its own without a cursor, and back to what stood there before. */
#define SCREEN_ON "\033[?1049h\033[?25l\033[2J"
#define SCREEN_OFF "\033[?25h\033[?1049l"

static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };
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

/* `left_s`: seconds until it ends by itself; negative: it does not. */
static enum oc_err put(const struct qr *code, size_t number, size_t n, int64_t left_s)
{
    struct buf text;
    enum oc_err e;

    buf_init(&text, DRAWING_MAX);
    buf_add_str(&text, "\033[H");
    qr_draw(&text, code, term_has_colour(stdout));
    buf_printf(&text, "%zu of %zu. Any key ends this", number, n);
    if (left_s >= 0)
        buf_printf(&text, "; it expires in %lld:%02lld", (long long)left_s / 60,
                   (long long)left_s % 60);
    buf_add_str(&text, ".\033[K");
    e = buf_err(&text);
    if (e == OC_OK && (fwrite(text.p, 1, text.n, stdout) != text.n || fflush(stdout) != 0))
        e = OC_IO;
    buf_cleanup(&text);
    return e;
}

enum oc_err qr_loop(const struct qr *codes, size_t n, uint64_t loops, uint64_t lasts_s)
{
    time_t end = time(NULL) + (time_t)lasts_s;
    struct screen screen;
    enum oc_err e = OC_OK;
    bool ended = false, expired = false;

    screen_begin(&screen);
    for (uint64_t shown = 0; e == OC_OK && !ended && (loops == 0 || shown < loops * n); shown++) {
        int64_t left_s = lasts_s > 0 ? (int64_t)(end - time(NULL)) : -1;

        expired = lasts_s > 0 && left_s <= 0;
        if (expired)
            break;
        e = put(&codes[shown % n], shown % n + 1, n, left_s);
        ended = stand(&screen);
    }
    screen_end(&screen);
    if (expired)
        warn_print("the request expired, so its codes are not shown any more");
    return e == OC_OK ? OC_OK : fail_print(e, "the terminal: %s", oc_err_text(e));
}
