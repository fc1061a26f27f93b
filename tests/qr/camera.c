#include "tests/qr/camera.h"

#include <math.h>
#include <stdlib.h>

static const double pi = 3.14159265358979323846;

enum {
    BACKGROUND = 168, DARK = 20, LIGHT = 235,   /* a wall, a screen */
    SAMPLES = 2,                                /* along each axis of a pixel */
    BLUR_REACH = 8,
};

double camera_draw(struct camera *c)
{
    uint64_t z = c->random += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    z ^= z >> 31;
    return ((double)(z >> 11) + 0.5) / 9007199254740992.0;
}

/* The projection that takes the unit square's corners to `to`, clockwise from the top left;
 * Heckbert, Fundamentals of Texture Mapping, 1989. */
static void square_to_quad(double m[9], double to[4][2])
{
    double dx1 = to[1][0] - to[2][0], dx2 = to[3][0] - to[2][0];
    double dy1 = to[1][1] - to[2][1], dy2 = to[3][1] - to[2][1];
    double sx = to[0][0] - to[1][0] + to[2][0] - to[3][0];
    double sy = to[0][1] - to[1][1] + to[2][1] - to[3][1];
    double area = dx1 * dy2 - dx2 * dy1;
    double g = (sx * dy2 - dx2 * sy) / area, h = (dx1 * sy - sx * dy1) / area;

    m[0] = to[1][0] - to[0][0] + g * to[1][0];
    m[1] = to[3][0] - to[0][0] + h * to[3][0];
    m[2] = to[0][0];
    m[3] = to[1][1] - to[0][1] + g * to[1][1];
    m[4] = to[3][1] - to[0][1] + h * to[3][1];
    m[5] = to[0][1];
    m[6] = g;
    m[7] = h;
    m[8] = 1;
}

/* The inverse but for a factor, which a projection does not notice. */
static void invert(double out[9], const double m[9])
{
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 3; j++) {
            size_t r = (j + 1) % 3, s = (j + 2) % 3, t = (i + 1) % 3, u = (i + 2) % 3;

            out[3 * i + j] = m[3 * r + t] * m[3 * s + u] - m[3 * r + u] * m[3 * s + t];
        }
}

void camera_tilt(struct camera *c)
{
    static const double square[4][2] = { { 0, 0 }, { 1, 0 }, { 1, 1 }, { 0, 1 } };
    double reach, m[9];

    c->side = floor((double)c->height * 0.8);
    reach = c->damage.perspective * c->side;
    for (size_t i = 0; i < 4; i++)
        for (size_t axis = 0; axis < 2; axis++)
            c->corner[i][axis] = square[i][axis] * c->side +
                                 (square[i][axis] > 0 ? -1 : 1) * reach * camera_draw(c);
    c->degrees = c->damage.degrees * (2 * camera_draw(c) - 1);
    square_to_quad(m, c->corner);
    invert(c->to_code, m);
}

/* What one ray meets; x and y count from the corner of the square that the code is drawn in. */
static double ray(const struct camera *c, const struct picture *code, double x, double y)
{
    const double *m = c->to_code;
    double half = c->side / 2, u = x - half, v = y - half, rx, ry, w;
    double cosine = cos(c->degrees * pi / 180), sine = sin(c->degrees * pi / 180);

    if (x < 0 || y < 0 || x >= c->side || y >= c->side)
        return BACKGROUND;
    rx = cosine * u + sine * v + half;
    ry = -sine * u + cosine * v + half;
    if (rx < 0 || ry < 0 || rx >= c->side || ry >= c->side)
        return BACKGROUND;
    w = m[6] * rx + m[7] * ry + m[8];
    u = (m[0] * rx + m[1] * ry + m[2]) / w;
    v = (m[3] * rx + m[4] * ry + m[5]) / w;
    if (!(u >= 0 && v >= 0 && u < 1 && v < 1))
        return BACKGROUND;
    return code->luma[(size_t)(v * (double)code->height) * code->width +
                      (size_t)(u * (double)code->width)] < 128 ? DARK : LIGHT;
}

static void project(double *light, const struct camera *c, const struct picture *code)
{
    double left = ((double)c->width - c->side) / 2, top = ((double)c->height - c->side) / 2;

    for (size_t y = 0; y < c->height; y++)
        for (size_t x = 0; x < c->width; x++) {
            double sum = 0;

            for (size_t i = 0; i < (size_t)SAMPLES * SAMPLES; i++)
                sum += ray(c, code, (double)x - left + ((double)(i % SAMPLES) + 0.5) / SAMPLES,
                           (double)y - top + ((double)(i / SAMPLES) + 0.5) / SAMPLES);
            light[y * c->width + x] = sum / (SAMPLES * SAMPLES);
        }
}

/* Along one axis: `n` lines of `length` points, `step` apart, lines `stride` apart. */
static void blur_axis(double *light, double *line, size_t n, size_t length, size_t step,
                      size_t stride, double sigma)
{
    double weight[BLUR_REACH + 1], total = 0;

    for (int i = 0; i <= BLUR_REACH; i++) {
        weight[i] = exp(-i * i / (2 * sigma * sigma));
        total += (i > 0 ? 2 : 1) * weight[i];
    }
    for (size_t l = 0; l < n; l++) {
        double *at = light + l * stride;

        for (size_t i = 0; i < length; i++)
            line[i] = at[i * step];
        for (size_t i = BLUR_REACH; i + BLUR_REACH < length; i++) {
            double sum = weight[0] * line[i];

            for (size_t j = 1; j <= BLUR_REACH && weight[j] > 1e-6; j++)
                sum += weight[j] * (line[i - j] + line[i + j]);
            at[i * step] = sum / total;
        }
    }
}

static uint8_t with_noise(struct camera *c, double light)
{
    double share = light / 255, sigma = 255 * c->damage.noise, normal;

    sigma *= sqrt(share / 64 / 64 + 20.0 / 256 * 20 / 256);
    normal = sigma > 0 ? sqrt(-2 * log(camera_draw(c))) * cos(2 * pi * camera_draw(c)) : 0;
    light += sigma * normal;
    return light < 0 ? 0 : light > 255 ? 255 : (uint8_t)(light + 0.5);
}

enum oc_err camera_look(struct picture *out, struct camera *c, const struct picture *code)
{
    size_t n = c->width * c->height, longest = c->width > c->height ? c->width : c->height;
    double *light = malloc((n + longest) * sizeof *light);

    *out = (struct picture){ c->width, c->height, malloc(n) };
    if (light == NULL || out->luma == NULL) {
        free(light);
        return OC_MEMORY;
    }
    project(light, c, code);
    if (c->damage.blur > 0) {
        blur_axis(light, light + n, c->height, c->width, 1, c->width, c->damage.blur);
        blur_axis(light, light + n, c->width, c->height, c->width, 1, c->damage.blur);
    }
    for (size_t i = 0; i < n; i++)
        out->luma[i] = with_noise(c, light[i]);
    free(light);
    return OC_OK;
}
