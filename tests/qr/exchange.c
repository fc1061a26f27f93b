/*
 * How many exchanges by QR come to an end: messages as looped frames before a bad camera.
 *
 *   exchange DEGREES,PERSPECTIVE,BLUR,NOISE FRAME-BYTES ATTEMPTS FILE…
 *
 * Each attempt has a tilt of its own, each look at a frame its own noise. A frame is looked at once
 * in each loop. Prints a line of TAP for each file: within three loops 95 of 100 must be complete.
 */
#include <math.h>
#include <time.h>

#include "core/secret.h"
#include "tests/qr/camera.h"
#include "tests/unit/tap.h"
#include "transport/assembly.h"
#include "transport/qr_image.h"
#include "transport/scan.h"

enum { WIDTH = 1280, HEIGHT = 720, LOOPS = 3, SCALE = 10, TEXT_MAX = 4096 };

/* What became of the attempts at one message. */
struct outcome {
    size_t complete[LOOPS];     /* within one loop, two, three */
    size_t looks, reads, looks_to_end, ended;
    double reading_s;
};

struct exchange {
    const struct frames *frames;
    struct picture *codes;
    struct bytes message;
    struct camera camera;
    struct assembly assembly;
    struct buf received;
    bool is_read;               /* the frame looked at */
};

static double cpu_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool take(void *context, struct bytes text)
{
    struct exchange *x = context;

    x->is_read = assembly_add(&x->assembly, &x->received, text, NULL) == OC_OK;
    return x->is_read;
}

/* @return whether it is complete */
static bool look(struct exchange *x, size_t i, struct outcome *outcome)
{
    struct picture seen;
    double before;

    if (camera_look(&seen, &x->camera, &x->codes[i]) != OC_OK)
        abort();
    x->is_read = false;
    before = cpu_s();
    if (scan_codes(&seen, take, x) != OC_OK)
        abort();
    outcome->reading_s += cpu_s() - before;
    outcome->looks++;
    outcome->reads += x->is_read;
    picture_cleanup(&seen);
    return x->received.n > 0;
}

static void attempt(struct exchange *x, struct outcome *outcome)
{
    size_t looks = 0;
    bool complete = false;

    camera_tilt(&x->camera);
    buf_init(&x->received, FRAME_MESSAGE_MAX);
    for (size_t loop = 0; loop < LOOPS; loop++) {
        for (size_t i = 0; i < x->frames->all && !complete; i++, looks++)
            complete = look(x, i, outcome);
        outcome->complete[loop] += complete;
    }
    if (complete) {
        outcome->ended++;
        outcome->looks_to_end += looks;
        if (!bytes_eq(buf_view(&x->received), x->message))
            abort();
    }
    buf_cleanup(&x->received);
    assembly_cleanup(&x->assembly);
}

static struct picture *draw_codes(const struct frames *frames, size_t *side)
{
    struct picture *codes = calloc(frames->all, sizeof *codes);
    struct buf text;
    struct qr qr;

    for (size_t i = 0; codes != NULL && i < frames->all; i++) {
        buf_init(&text, TEXT_MAX);
        frames_text(&text, frames, i);
        if (qr_init(&qr, buf_view(&text), QR_M) != OC_OK ||
            qr_picture(&codes[i], &qr, SCALE) != OC_OK)
            abort();
        *side = qr.side;
        qr_cleanup(&qr);
        buf_cleanup(&text);
    }
    return codes;
}

static void exchange(const char *name, struct bytes message, size_t frame_bytes, size_t attempts,
                     const struct damage *damage)
{
    struct outcome o = { .looks = 0 };
    struct frames frames;
    size_t side = 0;
    struct exchange x = {
        .frames = &frames, .message = message,
        .camera = { .width = WIDTH, .height = HEIGHT, .damage = *damage, .random = 2017 },
    };

    if (frames_init(&frames, message, frame_bytes) != OC_OK ||
        (x.codes = draw_codes(&frames, &side)) == NULL) {
        ok(false, "%s: frames", name);
        return;
    }
    for (size_t i = 0; i < attempts; i++)
        attempt(&x, &o);
    ok(o.complete[LOOPS - 1] * 100 >= attempts * 95,
       "%s: %zu bytes, %zu of %zu frames of %zu bytes, %zu modules: complete within 1, 2, 3 loops "
       "%zu, %zu, %zu of %zu; %.1f frames looked at, %.0f %% of frames read, %.0f ms a frame",
       name, message.n, frames.data, frames.all, FRAME_HEADER + frame_block_size(&frames.header),
       side, o.complete[0], o.complete[1], o.complete[2], attempts,
       o.ended > 0 ? (double)o.looks_to_end / (double)o.ended : 0.0,
       100.0 * (double)o.reads / (double)o.looks, 1000 * o.reading_s / (double)o.looks);
    for (size_t i = 0; i < frames.all; i++)
        picture_cleanup(&x.codes[i]);
    free(x.codes);
    frames_cleanup(&frames);
}

int main(int argc, char **argv)
{
    static uint8_t message[FRAME_MESSAGE_MAX];
    struct damage d;

    if (argc < 5 || secret_pool_init() != OC_OK ||
        sscanf(argv[1], "%lf,%lf,%lf,%lf", &d.degrees, &d.perspective, &d.blur, &d.noise) != 4)
        return EXIT_FAILURE;
    for (int i = 4; i < argc; i++) {
        FILE *f = fopen(argv[i], "rb");
        size_t n = f == NULL ? 0 : fread(message, 1, sizeof message, f);

        if (f != NULL)
            fclose(f);
        exchange(argv[i], (struct bytes){ message, n }, strtoul(argv[2], NULL, 10),
                 strtoul(argv[3], NULL, 10), &d);
    }
    return done();
}
