#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "tests/qr/camera.h"

extern char **environ;

static const char before[] = "before.pgm", after[] = "after.pgm";

static enum oc_err put_pgm(const struct picture *picture)
{
    FILE *f = fopen(before, "wb");
    size_t n = picture->width * picture->height;
    bool wrote;

    if (f == NULL)
        return OC_IO;
    wrote = fprintf(f, "P5\n%zu %zu\n255\n", picture->width, picture->height) > 0 &&
            fwrite(picture->luma, 1, n, f) == n;
    return fclose(f) == 0 && wrote ? OC_OK : OC_IO;
}

static enum oc_err get_pgm(struct picture *out, const struct camera *c)
{
    size_t n = c->width * c->height, width, height;
    FILE *f = fopen(after, "rb");
    enum oc_err e = OC_SHAPE;

    *out = (struct picture){ c->width, c->height, malloc(n) };
    if (f == NULL || out->luma == NULL)
        e = f == NULL ? OC_IO : OC_MEMORY;
    else if (fscanf(f, "P5 %zu %zu 255%*c", &width, &height) == 2 && width == c->width &&
             height == c->height && fread(out->luma, 1, n, f) == n)
        e = OC_OK;
    if (f != NULL)
        fclose(f);
    return e;
}

static enum oc_err run(char *const *arguments)
{
    int status;
    pid_t child;

    if (posix_spawnp(&child, arguments[0], NULL, NULL, arguments, environ) != 0 ||
        waitpid(child, &status, 0) != child)
        return OC_IO;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? OC_OK : OC_IO;
}

enum oc_err convert_look(struct picture *out, struct camera *c, const struct picture *code)
{
    char seed[16], side[32], corners[256], turn[32], extent[32], blur[32], noise[32];
    const double (*to)[2] = (const double (*)[2])c->corner;
    const char *arguments[] = {
        "convert", "-seed", seed, before, "-filter", "triangle", "-resize", side,
        "-virtual-pixel", "background", "-background", "gray66", "-distort", "Perspective", corners,
        "-distort", "SRT", turn, "-gravity", "center", "-extent", extent, "-blur", blur,
        "-attenuate", noise, "+noise", "Gaussian", "-colorspace", "Gray", "-depth", "8", after, NULL
    };
    enum oc_err e;

    *out = (struct picture){ 0 };
    snprintf(seed, sizeof seed, "%u", (unsigned)(camera_draw(c) * 1e9));
    snprintf(side, sizeof side, "%.0fx%.0f!", c->side, c->side);
    snprintf(corners, sizeof corners,
             "0,0 %.1f,%.1f %.0f,0 %.1f,%.1f %.0f,%.0f %.1f,%.1f 0,%.0f %.1f,%.1f", to[0][0],
             to[0][1], c->side, to[1][0], to[1][1], c->side, c->side, to[2][0], to[2][1], c->side,
             to[3][0], to[3][1]);
    snprintf(turn, sizeof turn, "%.6f", c->degrees);
    snprintf(extent, sizeof extent, "%zux%zu", c->width, c->height);
    snprintf(blur, sizeof blur, "0x%g", c->damage.blur);
    snprintf(noise, sizeof noise, "%g", c->damage.noise);
    e = put_pgm(code);
    if (e == OC_OK)
        e = run((char *const *)(const void *)arguments);
    return e == OC_OK ? get_pgm(out, c) : e;
}
