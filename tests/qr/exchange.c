/*
 * How many exchanges by QR come to an end: messages as looped frames before a bad camera.
 *
 *   exchange CAMERA DEGREES,PERSPECTIVE,BLUR,NOISE FRAME-BYTES ATTEMPTS FILE…
 *
 * CAMERA is "model", "convert" (tests/qr/camera.h), or "both", which has every frame looked at by
 * the one and the other and asks whether the model is kinder. Each attempt has a tilt of its own,
 * each look at a frame its own noise. A frame is looked at once in each loop. The looks are counted
 * for three senders: without parity, with one frame of it for four of data, and ours, one for two.
 *
 * Prints TAP: with ours, within three loops, 95 of 100 must be complete.
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
enum { SENDERS = 3, OURS = 2, PARITY_MAX_PERCENT = 50 };

static const size_t parity_percent[SENDERS] = { 0, 25, PARITY_MAX_PERCENT };

/* How much more of the frames the model may read than ImageMagick's, in points of a hundred. */
enum { KINDNESS = 5 };

typedef enum oc_err look(struct picture *out, struct camera *c, const struct picture *code);

/* What became of the attempts at one message, by one sender. */
struct outcome {
    size_t complete[LOOPS];     /* within one loop, two, three */
    size_t shown, ended;        /* frames shown by those that came to an end; how many did */
};

struct exchange {
    look *look;
    size_t attempts;
    struct damage damage;
    const struct frames *frames;
    struct picture *codes;
    struct bytes message;
    struct camera camera;
    struct assembly assembly;
    struct buf received;
    bool is_read;               /* the frame looked at */
    bool read[LOOPS][ERASURE_ALL_MAX];
    size_t looks, reads;
    double reading_s;
    struct outcome outcome[SENDERS];
};

static double cpu_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(enum oc_err e)
{
    if (e != OC_OK)
        abort();
}

static bool take(void *context, struct bytes text)
{
    struct exchange *x = context;

    x->is_read = assembly_add(&x->assembly, &x->received, text, NULL) == OC_OK;
    return x->is_read;
}

/* What was put together is the message; then it begins anew. */
static void check_received(struct exchange *x)
{
    if (x->received.n > 0 && !bytes_eq(buf_view(&x->received), x->message))
        abort();
    buf_truncate(&x->received, 0);
}

static bool look_by(struct exchange *x, look *camera, size_t i)
{
    struct picture seen;
    double before;

    must(camera(&seen, &x->camera, &x->codes[i]));
    x->is_read = false;
    before = cpu_s();
    must(scan_codes(&seen, take, x));
    x->reading_s += cpu_s() - before;
    x->looks++;
    x->reads += x->is_read;
    picture_cleanup(&seen);
    check_received(x);
    return x->is_read;
}

/* Frames of a sender's loop, and how many it had shown when enough were read; 0: never. */
static size_t loop_of(const struct exchange *x, size_t sender)
{
    size_t data = x->frames->data;

    return data == 1 ? 1 : data + (data * parity_percent[sender] + 99) / 100;
}

static size_t shown_to_end(const struct exchange *x, size_t sender, size_t loops)
{
    size_t n = loop_of(x, sender), have = 0;
    bool seen[ERASURE_ALL_MAX] = { false };

    for (size_t shown = 0; shown < loops * n; shown++)
        if (x->read[shown / n][shown % n] && !seen[shown % n]) {
            seen[shown % n] = true;
            if (++have == x->frames->data)
                return shown + 1;
        }
    return 0;
}

static void attempt(struct exchange *x)
{
    size_t loops = 0;

    camera_tilt(&x->camera);
    memset(x->read, 0, sizeof x->read);
    /* Without parity each frame is needed, so that then the others have come to their end too. */
    while (loops < LOOPS && shown_to_end(x, 0, loops) == 0) {
        for (size_t i = 0; i < x->frames->all; i++)
            x->read[loops][i] = look_by(x, x->look, i);
        loops++;
    }
    for (size_t s = 0; s < SENDERS; s++) {
        size_t shown = shown_to_end(x, s, LOOPS);

        for (size_t loop = 0; loop < LOOPS; loop++)
            x->outcome[s].complete[loop] += shown > 0 && shown <= (loop + 1) * loop_of(x, s);
        x->outcome[s].shown += shown;
        x->outcome[s].ended += shown > 0;
    }
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
        must(qr_init(&qr, buf_view(&text), QR_M));
        must(qr_picture(&codes[i], &qr, SCALE));
        *side = qr.side;
        qr_cleanup(&qr);
        buf_cleanup(&text);
    }
    return codes;
}

static void tell(const struct exchange *x, const char *name, size_t side)
{
    const struct outcome *ours = &x->outcome[OURS];

    printf("# %s: %zu bytes in %zu frames of %zu bytes, %zu modules; %.0f %% of frames read, "
           "%.0f ms of CPU a frame\n",
           name, x->message.n, x->frames->data, FRAME_HEADER + frame_block_size(&x->frames->header),
           side, 100.0 * (double)x->reads / (double)x->looks,
           1000 * x->reading_s / (double)x->looks);
    for (size_t s = 0; s < SENDERS; s++) {
        const struct outcome *o = &x->outcome[s];

        printf("#   parity %2zu %%, %2zu frames: within 1, 2, 3 loops %zu, %zu, %zu of %zu; "
               "%.1f shown\n", parity_percent[s], loop_of(x, s), o->complete[0], o->complete[1],
               o->complete[2], x->attempts,
               o->ended > 0 ? (double)o->shown / (double)o->ended : 0.0);
    }
    ok(ours->complete[LOOPS - 1] * 100 >= x->attempts * 95, "%s: %zu of %zu within three loops",
       name, ours->complete[LOOPS - 1], x->attempts);
}

/* Each frame once for each tilt, by both. */
static void compare(struct exchange *x, const char *name)
{
    size_t model = 0, convert = 0, frames = 0;

    for (size_t i = 0; i < x->attempts; i++, frames++) {
        size_t which = i % x->frames->all;

        camera_tilt(&x->camera);
        model += look_by(x, camera_look, which);
        convert += look_by(x, convert_look, which);
        assembly_cleanup(&x->assembly);
    }
    ok(model * 100 <= convert * 100 + frames * KINDNESS,
       "%s: of %zu frames the model reads %zu, ImageMagick's camera %zu", name, frames, model,
       convert);
}

static void exchange(struct exchange *x, const char *name, size_t frame_bytes)
{
    struct frames frames;
    size_t side = 0;

    x->camera = (struct camera){ .width = WIDTH, .height = HEIGHT, .damage = x->damage,
                                 .random = 2017 };
    if (frames_init(&frames, x->message, frame_bytes) != OC_OK ||
        (x->codes = draw_codes(&frames, &side)) == NULL) {
        ok(false, "%s: frames", name);
        return;
    }
    x->frames = &frames;
    buf_init(&x->received, FRAME_MESSAGE_MAX);
    if (x->look == NULL) {
        compare(x, name);
    } else {
        for (size_t i = 0; i < x->attempts; i++)
            attempt(x);
        tell(x, name, side);
    }
    for (size_t i = 0; i < frames.all; i++)
        picture_cleanup(&x->codes[i]);
    free(x->codes);
    buf_cleanup(&x->received);
    frames_cleanup(&frames);
}

int main(int argc, char **argv)
{
    static uint8_t message[FRAME_MESSAGE_MAX];
    struct damage d;

    if (argc < 6 || secret_pool_init() != OC_OK ||
        sscanf(argv[2], "%lf,%lf,%lf,%lf", &d.degrees, &d.perspective, &d.blur, &d.noise) != 4)
        return EXIT_FAILURE;
    for (int i = 5; i < argc; i++) {
        struct exchange x = {
            .look = strcmp(argv[1], "model") == 0 ? camera_look
                  : strcmp(argv[1], "convert") == 0 ? convert_look : NULL,
            .attempts = strtoul(argv[4], NULL, 10), .damage = d,
        };
        FILE *f = fopen(argv[i], "rb");

        x.message = (struct bytes){ message, f == NULL ? 0 : fread(message, 1, sizeof message, f) };
        if (f != NULL)
            fclose(f);
        exchange(&x, argv[i], strtoul(argv[3], NULL, 10));
        fflush(stdout);
    }
    return done();
}
