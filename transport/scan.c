#include "transport/scan.h"

#include <zbar.h>

enum {
    SMALL_PIXELS = 512 * 1024,      /* of a picture that is enlarged */
    ENLARGED = 3,
    TILTED_SIDE = 1000,             /* tilted copies are no wider or higher than this */
};

/* One search: through copies of a picture, until something was enough. */
struct search {
    zbar_image_scanner_t *scanner;
    scan_found *found;
    void *context;
    size_t codes;
    bool enough;
};

/* QR only, which halves the time, and bytes as they are: zbar would guess an encoding. */
static zbar_image_scanner_t *new_scanner(void)
{
    zbar_image_scanner_t *scanner = zbar_image_scanner_create();

    if (scanner == NULL)
        return NULL;
    zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
    zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
    zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
    return scanner;
}

static enum oc_err look(struct search *s, const struct picture *picture)
{
    zbar_image_t *image = zbar_image_create();
    const zbar_symbol_t *symbol;
    enum oc_err e = OC_OK;

    if (image == NULL)
        return OC_MEMORY;
    zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
    zbar_image_set_size(image, (unsigned)picture->width, (unsigned)picture->height);
    zbar_image_set_data(image, picture->luma, picture->width * picture->height, NULL);
    /* An image of this format has no other reason to fail. */
    if (zbar_scan_image(s->scanner, image) < 0)
        e = OC_MEMORY;
    for (symbol = zbar_image_first_symbol(image); symbol != NULL;
         symbol = zbar_symbol_next(symbol)) {
        struct bytes text = { (const uint8_t *)zbar_symbol_get_data(symbol),
                              zbar_symbol_get_data_length(symbol) };

        if (zbar_symbol_get_type(symbol) != ZBAR_QRCODE)
            continue;
        s->codes++;
        if (s->found(s->context, text))
            s->enough = true;
    }
    zbar_image_destroy(image);
    return e;
}

/* A side that would shrink to nothing is too short for a code anyway. */
static bool is_too_small(const struct picture *picture, size_t n)
{
    return picture->width < n || picture->height < n;
}

static enum oc_err look_smaller(struct search *s, const struct picture *picture, size_t n)
{
    struct picture copy;
    enum oc_err e;

    if (is_too_small(picture, n))
        return OC_OK;
    e = picture_shrink(&copy, picture, n);
    if (e == OC_OK)
        e = look(s, &copy);
    picture_cleanup(&copy);
    return e;
}

static enum oc_err look_larger(struct search *s, const struct picture *picture)
{
    struct picture copy;
    enum oc_err e;

    if (picture->width * picture->height > SMALL_PIXELS)
        return OC_OK;
    e = picture_enlarge(&copy, picture, ENLARGED);
    if (e == OC_OK)
        e = look(s, &copy);
    picture_cleanup(&copy);
    return e;
}

static enum oc_err look_tilted(struct search *s, const struct picture *picture)
{
    static const double way[][2] = {
        { -0.1, 0 }, { 0.07, 0.07 }, { 0, 0.1 }, { -0.07, 0.07 },
        { 0.1, 0 }, { 0, -0.1 }, { 0.07, -0.07 }, { -0.07, -0.07 },
    };
    size_t longer = picture->width > picture->height ? picture->width : picture->height;
    size_t n = (longer + TILTED_SIDE - 1) / TILTED_SIDE;
    struct picture small, copy;
    enum oc_err e;

    if (is_too_small(picture, n))
        return OC_OK;
    e = picture_shrink(&small, picture, n);
    for (size_t i = 0; i < sizeof way / sizeof way[0] && e == OC_OK && !s->enough; i++) {
        e = picture_tilt(&copy, &small, way[i][0], way[i][1]);
        if (e == OC_OK)
            e = look(s, &copy);
        picture_cleanup(&copy);
    }
    picture_cleanup(&small);
    return e;
}

enum oc_err scan_codes(const struct picture *picture, scan_found *found, void *context)
{
    struct search s = { .scanner = new_scanner(), .found = found, .context = context };
    enum oc_err e = s.scanner != NULL ? OC_OK : OC_MEMORY;

    for (size_t n = 2; n <= 4 && e == OC_OK && !s.enough; n++)
        e = look_smaller(&s, picture, n);
    if (e == OC_OK && !s.enough)
        e = look(&s, picture);
    if (e == OC_OK && !s.enough)
        e = look_larger(&s, picture);
    if (e == OC_OK && s.codes == 0)
        e = look_tilted(&s, picture);
    if (s.scanner != NULL)
        zbar_image_scanner_destroy(s.scanner);
    return e;
}
