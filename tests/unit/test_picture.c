/* Pictures that are hostile, damaged or cut: refused, or read within bounded time and memory. */
#include "transport/picture.h"

#include <zlib.h>

#include "tests/unit/guard.h"
#include "tests/unit/measured.h"
#include "tests/unit/picture_files.h"
#include "tests/unit/tap.h"
#include "transport/png.h"
#include "transport/scan.h"

enum { KIB_MAX = 4096, MIB = 1 << 20 };

static const struct jpeg_kind grey_jpeg = { .components = 1, .quality = 60 };

/* Stripes and squares, so that there is something to compress. */
static struct picture drawing(size_t side)
{
    struct picture p = { side, side, malloc(side * side) };

    for (size_t i = 0; i < side * side; i++)
        p.luma[i] = (i / side / 7 + i % side / 5) % 2 == 0 ? 20 : 235;
    return p;
}

static enum oc_err decode(struct bytes file)
{
    struct picture picture;
    enum oc_err e = picture_init(&picture, file);

    if (e != OC_OK && (picture.luma != NULL || picture.width != 0 || picture.height != 0))
        e = OC_BUG;
    picture_cleanup(&picture);
    return e;
}

/* Cut anywhere, a file is refused; of a JPEG the last bytes say only that it ends. */
static void test_cut(struct buf file, size_t end, const char *name)
{
    size_t wrong = 0, cuts = 0;

    for (size_t n = 0; n + end < file.n; n += 1 + file.n / 300, cuts++) {
        struct guard guard;
        struct bytes cut = guard_copy(&guard, (struct bytes){ file.p, n });
        enum oc_err e = decode(cut);

        wrong += e != OC_SYNTAX && e != OC_SHAPE;
        guard_free(&guard);
    }
    ok(wrong == 0 && cuts > 100, "%s, cut in %zu places", name, cuts);
    buf_cleanup(&file);
}

/* Each byte changed: decoded or refused, and nothing else. */
static void test_changed(struct buf file, const char *name)
{
    size_t wrong = 0, refused = 0;

    for (size_t i = 0; i < file.n; i++) {
        enum oc_err e;

        file.p[i] ^= 0x81;
        e = decode(buf_view(&file));
        file.p[i] ^= 0x81;
        refused += e != OC_OK;
        wrong += e != OC_OK && e != OC_SYNTAX && e != OC_SHAPE && e != OC_LIMIT;
    }
    ok(wrong == 0 && refused > 0, "%s: of %zu bytes changed, %zu are noticed", name, file.n,
       refused);
    buf_cleanup(&file);
}

static void test_damaged(void)
{
    struct picture drawn = drawing(60);

    ok(decode(BYTES("")) == OC_SYNTAX && decode(BYTES("GIF89a")) == OC_SYNTAX,
       "neither PNG nor JPEG");
    test_cut(png_file(&drawn, &(struct png_kind){ PNG_COLOR_TYPE_RGB, 8, true, false }), 0,
             "a PNG");
    test_cut(jpeg_file(&drawn, &grey_jpeg), 16, "a JPEG");
    test_cut(jpeg_file(&drawn, &(struct jpeg_kind){ 3, 60, true, 6, NULL, 0 }), 16,
             "a progressive JPEG");
    test_changed(png_file(&drawn, &(struct png_kind){ PNG_COLOR_TYPE_PALETTE, 4, true, true }),
                 "a PNG");
    test_changed(jpeg_file(&drawn, &(struct jpeg_kind){ 3, 60, true, 6, NULL, 0 }),
                 "a JPEG");
    picture_cleanup(&drawn);
}

/* Interlaced, so that some passes are of no rows or columns. */
static void test_thin(void)
{
    size_t wrong = 0, sizes = 0;

    for (size_t width = 1; width <= 9; width++)
        for (size_t height = 1; height <= 9; height++, sizes++) {
            struct picture drawn = drawing(9), back = { 0 };
            struct buf png;

            drawn.width = width;
            drawn.height = height;
            png = png_file(&drawn, &(struct png_kind){ PNG_COLOR_TYPE_GRAY, 8, true, false });
            wrong += picture_init(&back, buf_view(&png)) != OC_OK || back.width != width ||
                     back.height != height || memcmp(back.luma, drawn.luma, width * height) != 0;
            picture_cleanup(&back);
            picture_cleanup(&drawn);
            buf_cleanup(&png);
        }
    ok(wrong == 0, "%zu sizes of small interlaced PNGs, %zu wrong", sizes, wrong);
}

/* Refused or read as `want` says, in little memory beyond the picture itself and in little time. */
static void test_cost(struct bytes file, enum oc_err want, long kib_max, long ms_max,
                      const char *name)
{
    struct cost cost = cost_of(decode, file);

    ok(cost.returned && cost.err == want &&
       (!MEASURED || (cost.peak_kib - cost.before_kib <= kib_max && cost.ms <= ms_max)),
       "%s: %s, %zu bytes, %ld ms, %ld KiB", name, oc_err_name(cost.err), file.n, cost.ms,
       cost.peak_kib - cost.before_kib);
}

static void put_be32(struct buf *out, size_t value)
{
    const uint8_t bytes[] = { (uint8_t)(value >> 24), (uint8_t)(value >> 16),
                              (uint8_t)(value >> 8), (uint8_t)value };

    buf_add(out, BYTES_OF(bytes));
}

static void put_chunk(struct buf *out, const char *type, struct bytes content)
{
    uLong crc = crc32(crc32(0, (const Bytef *)type, 4), content.p, (uInt)content.n);

    put_be32(out, content.n);
    buf_add_str(out, type);
    buf_add(out, content);
    put_be32(out, crc);
}

/* `n` zeros, deflated to a thousandth. */
static struct buf deflated_zeros(size_t n)
{
    static uint8_t zeros[64 << 10];
    struct buf out = { 0 };
    z_stream z = { 0 };

    buf_init(&out, PICTURE_FILE_BYTES_MAX);
    must(deflateInit(&z, 9) == Z_OK ? OC_OK : OC_MEMORY);
    for (size_t done = 0; done < n; done += sizeof zeros) {
        uint8_t room[64 << 10];
        int status;

        z.next_in = zeros;
        z.avail_in = sizeof zeros;
        do {
            z.next_out = room;
            z.avail_out = sizeof room;
            status = deflate(&z, done + sizeof zeros >= n ? Z_FINISH : Z_NO_FLUSH);
            buf_add(&out, (struct bytes){ room, sizeof room - z.avail_out });
        } while (status == Z_OK && z.avail_out == 0);
    }
    deflateEnd(&z);
    must(buf_err(&out));
    return out;
}

/* A grey PNG of one byte a pixel that says it has this size. */
static void begin_png(struct buf *out, size_t width, size_t height)
{
    struct buf header = new_buf();

    buf_init(out, PICTURE_FILE_BYTES_MAX);
    buf_add(out, BYTES("\x89PNG\r\n\x1a\n"));
    put_be32(&header, width);
    put_be32(&header, height);
    buf_add(&header, BYTES("\x08\0\0\0\0"));
    put_chunk(out, "IHDR", buf_view(&header));
    buf_cleanup(&header);
}

static void end_png(struct buf *out, struct bytes data)
{
    put_chunk(out, "IDAT", data);
    put_chunk(out, "IEND", BYTES(""));
    must(buf_err(out));
}

/* Data for a gigabyte where the header speaks of a few rows, and data for half of them. */
static void test_other_data(void)
{
    struct buf png, more = deflated_zeros(1 << 30), less = deflated_zeros(64 << 10);

    begin_png(&png, 100, 100);
    end_png(&png, buf_view(&more));
    test_cost(buf_view(&png), OC_OK, KIB_MAX, 100, "a PNG with 1 GiB where 10,100 bytes belong");
    buf_cleanup(&png);
    begin_png(&png, 256, 512);
    end_png(&png, buf_view(&less));
    test_cost(buf_view(&png), OC_SHAPE, KIB_MAX, 100, "a PNG with half of its data");
    buf_cleanup(&png);
    buf_cleanup(&more);
    buf_cleanup(&less);
}

/* A thousand texts and a profile, each of which inflates to 7 MiB. */
static void test_texts(void)
{
    struct buf png, text = new_buf(), profile = new_buf(), zeros = deflated_zeros(7 * MIB);
    struct buf rows = deflated_zeros(16 << 10);

    buf_add(&text, BYTES("Comment\0\0"));
    buf_add(&text, buf_view(&zeros));
    buf_add(&profile, BYTES("Profile\0\0"));
    buf_add(&profile, buf_view(&zeros));
    begin_png(&png, 100, 100);
    put_chunk(&png, "iCCP", buf_view(&profile));
    for (size_t i = 0; i < 1000; i++)
        put_chunk(&png, "zTXt", buf_view(&text));
    end_png(&png, buf_view(&rows));
    test_cost(buf_view(&png), OC_OK, KIB_MAX, 500, "a PNG with 7 GiB of texts");
    buf_cleanup(&png);
    buf_cleanup(&text);
    buf_cleanup(&profile);
    buf_cleanup(&zeros);
    buf_cleanup(&rows);
}

static void test_png_sizes(void)
{
    static const struct { size_t width, height; enum oc_err want; } row[] = {
        { 100000, 100000, OC_LIMIT }, { 0x7fffffff, 0x7fffffff, OC_LIMIT },
        { 1, 0x7fffffff, OC_LIMIT }, { 0x7fffffff, 1, OC_LIMIT },
        { 0, 100, OC_SHAPE }, { 0xffffffff, 1, OC_SHAPE }, { 8192, 8192, OC_SHAPE },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct buf png;
        char name[64];

        begin_png(&png, row[i].width, row[i].height);
        end_png(&png, BYTES("\x78\x9c"));
        snprintf(name, sizeof name, "a PNG of %zu x %zu with no data", row[i].width, row[i].height);
        test_cost(buf_view(&png), row[i].want, KIB_MAX, 200, name);
        buf_cleanup(&png);
    }
}

/* Make a JPEG say that it has another size. */
static void resize(struct buf *jpeg, unsigned width, unsigned height)
{
    const uint8_t size[] = { (uint8_t)(height >> 8), (uint8_t)height, (uint8_t)(width >> 8),
                             (uint8_t)width };

    for (size_t i = 0; i + 9 < jpeg->n; i++)    /* SOF0 or SOF2 */
        if (jpeg->p[i] == 0xff && (jpeg->p[i + 1] == 0xc0 || jpeg->p[i + 1] == 0xc2))
            memcpy(jpeg->p + i + 5, size, sizeof size);
}

static void test_jpegs(void)
{
    static const struct jpeg_kind progressive = { 3, 60, true, 0, NULL, 0 };
    struct picture drawn = drawing(60);
    struct buf cmyk = jpeg_file(&drawn, &(struct jpeg_kind){ .components = 4, .quality = 60 });
    struct buf jpeg = jpeg_file(&drawn, &grey_jpeg), scans = jpeg_file(&drawn, &progressive);

    ok(decode(buf_view(&cmyk)) == OC_SHAPE, "CMYK is not read");
    resize(&jpeg, 65500, 65500);
    test_cost(buf_view(&jpeg), OC_LIMIT, KIB_MAX, 100, "a JPEG of 65,500 x 65,500");
    resize(&scans, 65500, 65500);
    test_cost(buf_view(&scans), OC_LIMIT, KIB_MAX, 100, "the same, progressive");
    resize(&scans, 8192, 8192);
    test_cost(buf_view(&scans), OC_SHAPE, 6 * 65536 + KIB_MAX, 5000,
              "a progressive JPEG of 64 megapixels with no data");
    resize(&jpeg, 60, 0);
    test_cost(buf_view(&jpeg), OC_SHAPE, KIB_MAX, 100, "a JPEG without a height");
    picture_cleanup(&drawn);
    buf_cleanup(&cmyk);
    buf_cleanup(&jpeg);
    buf_cleanup(&scans);
}

/* Every coefficient in a scan of its own, and then once more for its last bit. */
static void test_scans(void)
{
    enum { SCANS = 1 + 2 * (DCTSIZE2 - 1) };
    jpeg_scan_info scan[SCANS] = { { .comps_in_scan = 1 } };
    struct picture drawn = drawing(400);
    struct buf jpeg;

    for (int i = 1; i < SCANS; i++) {
        int coefficient = 1 + (i - 1) % (DCTSIZE2 - 1);
        bool again = i > DCTSIZE2 - 1;

        scan[i] = (jpeg_scan_info){ .comps_in_scan = 1, .Ss = coefficient, .Se = coefficient,
                                    .Ah = again, .Al = !again };
    }
    jpeg = jpeg_file(&drawn, &(struct jpeg_kind){ .components = 1, .quality = 60, .scans = scan,
                                                  .scans_n = PICTURE_SCANS_MAX });
    test_cost(buf_view(&jpeg), OC_OK, KIB_MAX, 2000, "a JPEG of 100 scans");
    buf_cleanup(&jpeg);
    jpeg = jpeg_file(&drawn, &(struct jpeg_kind){ .components = 1, .quality = 60, .scans = scan,
                                                  .scans_n = SCANS });
    test_cost(buf_view(&jpeg), OC_LIMIT, KIB_MAX, 2000, "a JPEG of 127 scans");
    buf_cleanup(&jpeg);
    picture_cleanup(&drawn);
}

static bool find_nothing(void *context, struct bytes text)
{
    (void)text;
    ++*(size_t *)context;
    return false;
}

/* Decoded, and looked through for codes, as a tool does. */
static enum oc_err read_all(struct bytes file)
{
    struct picture picture;
    size_t codes = 0;
    enum oc_err e = picture_init(&picture, file);

    if (e == OC_OK)
        e = scan_codes(&picture, find_nothing, &codes);
    picture_cleanup(&picture);
    return e == OC_OK && codes > 0 ? OC_BUG : e;
}

/* The three squares that every code has, without end and without a code. */
static struct picture squares(size_t side, size_t module)
{
    struct picture p = { side, side, malloc(side * side) };

    for (size_t i = 0; i < side * side; i++) {
        size_t x = i % side / module % 9, y = i / side / module % 9, across, down, ring;

        across = x > 4 ? x - 4 : 4 - x;
        down = y > 4 ? y - 4 : 4 - y;
        ring = across > down ? across : down;
        p.luma[i] = ring == 3 || ring <= 1 ? 0 : 255;
    }
    return p;
}

static struct picture noise(size_t side)
{
    struct picture p = { side, side, malloc(side * side) };
    uint32_t z = 1;

    for (size_t i = 0; i < side * side; i++) {
        z = z * 1664525 + 1013904223;
        p.luma[i] = z >> 31 ? 255 : 0;
    }
    return p;
}

static void test_search(struct picture picture, const char *name)
{
    struct buf png;
    struct cost cost;

    buf_init(&png, PICTURE_FILE_MAX);
    must(png_write(&png, &picture));
    picture_cleanup(&picture);
    cost = cost_of(read_all, buf_view(&png));
    ok(cost.returned && cost.err == OC_OK &&
       (!MEASURED || (cost.ms < 60000 && cost.peak_kib - cost.before_kib < 256 << 10)),
       "%s, looked through: %ld ms, %ld KiB", name, cost.ms, cost.peak_kib - cost.before_kib);
    buf_cleanup(&png);
}

int main(void)
{
    test_damaged();
    test_thin();
    test_other_data();
    test_texts();
    test_png_sizes();
    test_jpegs();
    test_scans();
    test_search(squares(900, 5), "a hundred times the squares that codes have");
    test_search(noise(1000), "a megapixel of noise");
    return done();
}
