/* What is said when libzbar fails, and of pictures that no code fits into. In the place of its
 * scanner stands one of ours. */
#include "transport/scan.h"

#include <zbar.h>

#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"

static struct {
    bool has_memory;
    int finds;                      /* what zbar_scan_image() returns */
    size_t scans;
} scanner;

zbar_image_scanner_t *zbar_image_scanner_create(void)
{
    return scanner.has_memory ? (zbar_image_scanner_t *)&scanner : NULL;
}

/* libzbar's own does not look whether there is one. */
void zbar_image_scanner_destroy(zbar_image_scanner_t *s)
{
    must((void *)s == &scanner ? OC_OK : OC_BUG);
}

int zbar_image_scanner_set_config(zbar_image_scanner_t *s, zbar_symbol_type_t symbology,
                                  zbar_config_t config, int value)
{
    (void)s, (void)symbology, (void)config, (void)value;
    return 0;
}

int zbar_scan_image(zbar_image_scanner_t *s, zbar_image_t *image)
{
    (void)s, (void)image;
    scanner.scans++;
    return scanner.finds;
}

static bool ignore(void *context, struct bytes text)
{
    (void)context, (void)text;
    return false;
}

static enum oc_err scan(size_t width, size_t height)
{
    struct picture picture = { width, height, calloc(width, height) };
    enum oc_err e = scan_codes(&picture, ignore, NULL);

    picture_cleanup(&picture);
    return e;
}

int main(void)
{
    static const size_t sides[][2] = { { 2001, 1 }, { 1, 2001 }, { 100000, 3 }, { 1, 1 } };

    ok(scan(100, 100) == OC_MEMORY && scanner.scans == 0, "no scanner");
    scanner.has_memory = true;
    ok(scan(100, 100) == OC_OK && scanner.scans > 1, "nothing found");
    for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++)
        ok(scan(sides[i][0], sides[i][1]) == OC_OK, "nothing in %zu by %zu pixels", sides[i][0],
           sides[i][1]);
    scanner.finds = -1;
    scanner.scans = 0;
    ok(scan(100, 100) == OC_MEMORY && scanner.scans == 1, "a scan that fails ends it");
    return done();
}
