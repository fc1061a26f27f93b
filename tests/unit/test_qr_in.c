/* Messages read from pictures, among frames that are of no message: whoever shows those shuts out
 * nobody, and makes nothing of them either. */
#include "verbs/qr_in.h"

#include <sys/wait.h>

#include "cli/exit.h"
#include "tests/unit/fixture.h"
#include "tests/unit/scratch.h"
#include "tests/unit/tap.h"
#include "transport/frames.h"
#include "transport/qr_image.h"

enum { MESSAGE_N = 120, FRAMES_N = 2, PICTURES_MAX = 4, STATUS_OTHER = 50 };

static uint8_t right[MESSAGE_N], wrong[MESSAGE_N];

static int run_read(const struct command_line *cl)
{
    struct buf got;
    enum oc_err e = qr_in_read(&got, cl, "picture");
    bool is_right = bytes_eq(buf_view(&got), BYTES_OF(right));

    buf_cleanup(&got);
    return e == OC_OK && !is_right ? STATUS_OTHER : exit_status(e);
}

static const struct command_option options[] = {
    { "picture", 0, "PICTURE", "one of several", true }, { .name = NULL },
};
static const struct command_verb verbs[] = {
    { "read", "read", NULL, 0, COMMAND_ANY, options, NULL, run_read }, { .name = NULL },
};
static const struct command_tool tool = { "test_qr_in", "reads pictures", verbs, NULL };

static void picture_path(char path[128], const char *name, size_t i)
{
    snprintf(path, 128, "%s/%s-%zu.png", scratch_folder, name, i);
}

/* A picture of each frame that is needed. */
static void draw(const char *name, const struct frames *frames)
{
    must(frames->data == FRAMES_N ? OC_OK : OC_BUG);
    for (size_t i = 0; i < FRAMES_N; i++) {
        struct buf text = new_buf(), png = new_buf();
        char path[128];
        struct qr qr;
        FILE *f;

        frames_text(&text, frames, i);
        must(qr_init(&qr, buf_view(&text), QR_M));
        must(qr_png(&png, &qr, 4));
        picture_path(path, name, i);
        f = fopen(path, "wb");
        must(f != NULL && fwrite(png.p, 1, png.n, f) == png.n && fclose(f) == 0 ? OC_OK : OC_IO);
        qr_cleanup(&qr);
        buf_cleanup(&text);
        buf_cleanup(&png);
    }
}

/* "right", its frames; "other", those of another message; "false", frames that name what they do not
 * make up; "forged", frames of another message that name the right one. */
static void prepare(void)
{
    struct frames frames, others;

    for (size_t i = 0; i < MESSAGE_N; i++) {
        right[i] = (uint8_t)(i * i);
        wrong[i] = (uint8_t)(i * 3);
    }
    must(frames_init(&frames, BYTES_OF(right), 100));
    draw("right", &frames);
    must(frames_init(&others, BYTES_OF(wrong), 100));
    draw("other", &others);
    memcpy(others.header.id, frames.header.id, FRAME_ID);
    draw("forged", &others);
    others.header.id[0] ^= 1;
    draw("false", &others);
    frames_cleanup(&frames);
    frames_cleanup(&others);
}

/* Read pictures of these names. @param said  the error, if any */
static int read_pictures(const char *const names[2], char *said, size_t said_max)
{
    char name[] = "test_qr_in", verb[] = "read", paths[PICTURES_MAX][128];
    char *argv[3 + PICTURES_MAX] = { name, verb };
    int argc = 2, status, fds[2];
    ssize_t n;
    pid_t child;

    for (size_t i = 0; i < PICTURES_MAX; i++)
        if (names[i / FRAMES_N] != NULL) {
            picture_path(paths[i], names[i / FRAMES_N], i % FRAMES_N);
            argv[argc++] = paths[i];
        }
    must(pipe(fds) == 0 ? OC_OK : OC_IO);
    fflush(stdout);
    child = fork();
    if (child == 0) {
        dup2(fds[1], STDERR_FILENO);
        _exit(command_main(&tool, argc, argv));
    }
    close(fds[1]);
    must(waitpid(child, &status, 0) == child ? OC_OK : OC_IO);
    n = read(fds[0], said, said_max - 1);
    said[n > 0 ? n : 0] = '\0';
    close(fds[0]);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(void)
{
    static const struct { const char *name, *pictures[2]; int want; const char *said; } row[] = {
        { "a message", { "right" }, STATUS_DONE, "" },
        { "twice", { "right", "right" }, STATUS_DONE, "" },
        { "after frames of none", { "false", "right" }, STATUS_DONE, "" },
        { "before frames of none", { "right", "false" }, STATUS_DONE, "" },
        { "after frames forged in its name", { "forged", "right" }, STATUS_DONE, "" },
        { "before frames forged in its name", { "right", "forged" }, STATUS_DONE, "" },
        { "two messages", { "right", "other" }, STATUS_BAD_COMMAND,
          "frames of 2 messages in these pictures, of which 2 are complete" },
        { "frames of none alone", { "false" }, STATUS_NOT_A_MESSAGE, "do not make up the message" },
        { "frames forged alone", { "forged" }, STATUS_NOT_A_MESSAGE, "do not make up the message" },
    };

    must(scratch_make() ? OC_OK : OC_IO);
    prepare();
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        char said[512];
        int status = read_pictures(row[i].pictures, said, sizeof said);

        ok(status == row[i].want && (*row[i].said == '\0' ? *said == '\0'
                                                          : strstr(said, row[i].said) != NULL),
           "%s: status %d", row[i].name, status);
    }
    for (size_t i = 0; i < FRAMES_N; i++)
        for (size_t j = 0; j < 4; j++) {
            char path[128];

            picture_path(path, (const char *const[]){ "right", "other", "false", "forged" }[j], i);
            unlink(path);
        }
    ok(rmdir(scratch_folder) == 0, "nothing else was written");
    return done();
}
