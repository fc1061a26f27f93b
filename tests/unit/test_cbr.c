/* codec/cbr: what is refused before anything is read, what reading refuses, and where. */
#include <time.h>

#include "codec/cbr.h"
#include "codec/cbw.h"
#include "tests/unit/guard.h"
#include "tests/unit/tap.h"
#include "tests/unit/vectors.h"

/* Read `src` as one item of no interest, from memory that ends where it does. */
static enum oc_err look_over(struct bytes src, struct oc_fault *fault)
{
    struct guard g;
    struct cbr r;
    enum oc_err e;

    cbr_init(&r, guard_copy(&g, src));
    cbr_skip(&r);
    e = cbr_end(&r, fault);
    guard_free(&g);
    return e;
}

static void refused_at_once(void)
{
    const struct {
        const char *name;
        struct bytes in;
        enum oc_err want;
        size_t at;
    } row[] = {
        { "nothing", BYTES(""), OC_TRUNCATED, 0 },
        { "2^30 items claimed in 9 bytes", BYTES("\x9b\0\0\0\0\x40\0\0\0"), OC_LIMIT, 0 },
        { "2^64 - 1 pairs claimed", BYTES("\xbb\xff\xff\xff\xff\xff\xff\xff\xff"), OC_LIMIT, 0 },
        { "2^63 pairs claimed", BYTES("\xbb\x80\0\0\0\0\0\0\0\0"), OC_LIMIT, 0 },
        { "three items, two bytes", BYTES("\x83\0\0"), OC_LIMIT, 0 },
        { "two pairs, three bytes, inside", BYTES("\x81\xa2\0\0\0"), OC_LIMIT, 1 },
        { "an inner array took the last byte", BYTES("\x82\x81\0"), OC_TRUNCATED, 3 },
        { "a tag of nothing", BYTES("\xc0"), OC_TRUNCATED, 1 },
        { "tag 18 of nothing", BYTES("\xd2"), OC_TRUNCATED, 1 },
        { "head cut", BYTES("\x82\0\x19\1"), OC_TRUNCATED, 2 },
        { "string cut", BYTES("\x81\x43\1\2"), OC_TRUNCATED, 1 },
        { "string of 2^64 - 1 bytes", BYTES("\x5b\xff\xff\xff\xff\xff\xff\xff\xff\0"),
          OC_TRUNCATED, 0 },
        { "a second item", BYTES("\0\0"), OC_TRAILING, 1 },
        { "bytes after an array", BYTES("\x81\0\0"), OC_TRAILING, 2 },
        { "reserved head", BYTES("\x81\x1c"), OC_SYNTAX, 1 },
        { "simple value nothing assigns", BYTES("\xf0"), OC_SYNTAX, 0 },
        { "simple value in two bytes", BYTES("\xf8\xff"), OC_SYNTAX, 0 },
        { "break alone", BYTES("\xff"), OC_SYNTAX, 0 },
        { "array without a length", BYTES("\x81\x9f\xff"), OC_SHAPE, 1 },
        { "map without a length", BYTES("\xbf\xff"), OC_SHAPE, 0 },
        { "byte string without a length", BYTES("\x5f\xff"), OC_SHAPE, 0 },
        { "text without a length", BYTES("\x7f\xff"), OC_SHAPE, 0 },
        { "text not UTF-8", BYTES("\x81\x62\xc3\x28"), OC_SYNTAX, 1 },
        { "a surrogate in text", BYTES("\x63\xed\xa0\x80"), OC_SYNTAX, 0 },
        { "a key not UTF-8", BYTES("\xa1\x61\xff\0"), OC_SYNTAX, 1 },
        { "an array as key", BYTES("\xa1\x80\0"), OC_SHAPE, 1 },
        { "null as key", BYTES("\xa1\xf6\0"), OC_SHAPE, 1 },
        { "a tag as key", BYTES("\xa1\xc0\x60\0"), OC_SHAPE, 1 },
        { "a float as key", BYTES("\xa1\xf9\0\0\0"), OC_SHAPE, 1 },
        { "true as second key", BYTES("\xa2\0\0\xf5\0"), OC_SHAPE, 3 },
        { "a key twice", BYTES("\xa2\1\2\1\3"), OC_SHAPE, 3 },
        { "a text key twice, heads differ", BYTES("\xa2\x61\x61\0\x78\1\x61\0"), OC_SHAPE, 4 },
        { "an integer key twice, heads differ", BYTES("\xa2\x05\0\x1b\0\0\0\0\0\0\0\5\0"),
          OC_SHAPE, 3 },
        { "a negative key twice, heads differ", BYTES("\xa2\x39\0\0\0\x20\0"), OC_SHAPE, 5 },
        { "a byte string key twice", BYTES("\xa2\x59\0\0\0\x40\0"), OC_SHAPE, 5 },
        { "a key twice inside a value", BYTES("\xa2\1\xa2\3\0\3\0\2\0"), OC_SHAPE, 5 },
        { "a key twice around a value", BYTES("\xa2\1\xa1\3\0\1\0"), OC_SHAPE, 5 },
        { "a key twice, others out of order", BYTES("\xa4\3\0\1\0\2\0\1\0"), OC_SHAPE, 7 },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct oc_fault f = { 0 };
        enum oc_err e = look_over(row[i].in, &f);
        ok(e == row[i].want && f.offset == row[i].at && f.reason != NULL, "%s: %s at %zu: %s",
           row[i].name, oc_err_name(e), f.offset, f.reason != NULL ? f.reason : "");
    }
}

static void accepted(void)
{
    const struct {
        const char *name;
        struct bytes in;
    } row[] = {
        { "an integer in nine bytes", BYTES("\x1b\0\0\0\0\0\0\0\0") },
        { "a map head in three bytes", BYTES("\xb9\0\1\0\0") },
        { "a string head in five bytes", BYTES("\x5a\0\0\0\1\0") },
        { "a tag in nine bytes", BYTES("\xdb\0\0\0\0\0\0\0\x18\x40") },
        { "tags 6, 17, 18 and 20 in one byte", BYTES("\x84\xc6\0\xd1\0\xd2\0\xd4\0") },
        { "tags 5, 21 and 23 in one byte", BYTES("\x83\xc5\0\xd5\0\xd7\0") },
        { "an empty map and array", BYTES("\x82\xa0\x80") },
        { "keys 1, -2, h'01' and \"\\u0001\"", BYTES("\xa4\1\0\x21\0\x41\1\0\x61\1\0") },
        { "keys h'' and \"\"", BYTES("\xa2\x40\0\x60\0") },
        { "the same key in two maps", BYTES("\x82\xa1\1\0\xa1\1\0") },
        { "the same key inside and outside", BYTES("\xa1\1\xa1\1\0") },
        { "the same value twice", BYTES("\xa2\1\5\2\5") },
        { "a key that equals a value", BYTES("\xa2\1\2\2\1") },
        { "undefined and floats", BYTES("\x84\xf7\xf9\x7e\0\xfa\0\0\0\0\xfb\0\0\0\0\0\0\0\0") },
        { "text beyond the basic plane", BYTES("\x64\xf0\x9f\x82\xa1") },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct oc_fault f;
        ok(look_over(row[i].in, &f) == OC_OK && f.reason == NULL, "%s is accepted", row[i].name);
    }
}

/* One byte that is not UTF-8, or one character that is, at every place in ASCII text. */
static void text_anywhere(void)
{
    size_t wrong = 0;

    for (size_t at = 0; at < 20; at++) {
        uint8_t in[21] = { 0x74 };
        struct oc_fault f;

        memset(in + 1, 'x', 20);
        in[1 + at] = 0xc3;
        wrong += look_over(BYTES_OF(in), &f) != OC_SYNTAX;
        if (at < 19) {
            in[2 + at] = 0xa9;
            wrong += look_over(BYTES_OF(in), &f) != OC_OK;
        }
    }
    ok(wrong == 0, "UTF-8 is looked at in every place");
}

/* Every kind of head in one message; its bytes point into static storage. */
static struct bytes good_message(void)
{
    return BYTES("\xa4"
                 "\x61" "a" "\x83\x01\x38\x63\x1a\x00\x01\x00\x00"
                 "\x01" "\xd8\x18\x44\x82\x01\x61" "x"
                 "\x41\x07" "\xc0\x74" "2026-01-31T12:00:00Z"
                 "\x20" "\xa2\x61" "k" "\xf5\x62" "kk" "\xfb\x3f\xf0\x00\x00\x00\x00\x00\x00");
}

static void cut_and_lengthened(void)
{
    struct bytes good = good_message();
    uint8_t longer[128] = { 0 };
    size_t accepted_prefixes = 0;
    struct oc_fault f;

    ok(look_over(good, &f) == OC_OK, "the good message is accepted");
    for (size_t n = 0; n < good.n; n++) {
        enum oc_err e = look_over((struct bytes){ good.p, n }, &f);
        accepted_prefixes += (e != OC_TRUNCATED && e != OC_LIMIT) || f.offset > n;
    }
    ok(accepted_prefixes == 0, "each of %zu prefixes is refused as too short", good.n);

    memcpy(longer, good.p, good.n);
    ok(look_over((struct bytes){ longer, good.n + 1 }, &f) == OC_TRAILING && f.offset == good.n,
       "one byte appended is refused, at that byte");
}

static void nested(void)
{
    uint8_t in[10001];
    struct oc_fault f;

    memset(in, 0x81, sizeof in);
    in[CBR_DEPTH_MAX] = 0;
    ok(look_over((struct bytes){ in, CBR_DEPTH_MAX + 1 }, &f) == OC_OK,
       "%d arrays around an item are accepted", CBR_DEPTH_MAX);
    in[CBR_DEPTH_MAX] = 0x81;
    in[CBR_DEPTH_MAX + 1] = 0;
    ok(look_over((struct bytes){ in, CBR_DEPTH_MAX + 2 }, &f) == OC_LIMIT &&
       f.offset == CBR_DEPTH_MAX, "one more is refused, at its head");

    memset(in, 0x81, sizeof in);
    in[sizeof in - 1] = 0;
    ok(look_over(BYTES_OF(in), &f) == OC_LIMIT && f.offset == CBR_DEPTH_MAX,
       "10,000 arrays are refused at the same place");
    memset(in, 0xc1, sizeof in - 1);
    ok(look_over(BYTES_OF(in), &f) == OC_LIMIT && f.offset == CBR_DEPTH_MAX, "10,000 tags too");
}

/* A map of `pairs`, keys counting down from `pairs` in four bytes, the key `twice` also last. */
static void write_map(struct buf *out, size_t pairs, uint64_t twice)
{
    buf_init(out, 1 << 20);
    cbw_map(out, pairs);
    for (size_t i = 0; i < pairs; i++) {
        cbw_uint(out, i + 1 == pairs && twice != 0 ? twice : 100000 + pairs - i);
        cbw_null(out);
    }
}

static void many_keys(void)
{
    static const size_t sizes[] = { 2, 3, 8, 9, 10, 63, 64, 65, 66, 129, CBR_ENTRIES_MAX };
    struct buf map;
    struct oc_fault f;

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t n = sizes[i];
        write_map(&map, n, 0);
        ok(look_over(buf_view(&map), &f) == OC_OK, "%zu different keys are accepted", n);
        buf_cleanup(&map);
        write_map(&map, n, 100000 + n);
        ok(look_over(buf_view(&map), &f) == OC_SHAPE && f.offset == map.n - 6,
           "of %zu keys the last repeats the first, and is named", n);
        buf_cleanup(&map);
    }
    write_map(&map, CBR_ENTRIES_MAX + 1, 0);
    ok(look_over(buf_view(&map), &f) == OC_LIMIT && f.offset == 0, "one pair more is too many");
    buf_cleanup(&map);

    buf_init(&map, 1 << 20);
    cbw_array(&map, CBR_ENTRIES_MAX + 1);
    for (size_t i = 0; i <= CBR_ENTRIES_MAX; i++)
        cbw_null(&map);
    ok(look_over(buf_view(&map), &f) == OC_LIMIT && f.offset == 0, "and one item more");
    buf_cleanup(&map);
}

static double milliseconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Bound far above what is measured, far below what anything quadratic would take. */
static void took(const char *what, struct bytes in, enum oc_err want)
{
    struct oc_fault f;
    double start = milliseconds();
    enum oc_err e = look_over(in, &f);
    double ms = milliseconds() - start;

    ok(e == want && ms < 2000, "%s: %zu bytes in %.1f ms, %s", what, in.n, ms, oc_err_name(e));
}

static void hostile_megabyte(void)
{
    enum { SIZE = 1 << 20 };
    uint8_t *in = malloc(SIZE);
    struct buf b;

    for (unsigned byte = 0; byte < 256; byte++) {
        struct oc_fault f;
        memset(in, (int)byte, SIZE);
        if (look_over((struct bytes){ in, SIZE }, &f) == OC_OK)
            ok(false, "a megabyte of %02x is no message", byte);
    }
    free(in);

    /* As many keys of one length as fit, differing in their last bytes alone. */
    buf_init(&b, SIZE);
    cbw_map(&b, CBR_ENTRIES_MAX);
    for (unsigned i = 0; i < CBR_ENTRIES_MAX; i++) {
        char key[240];
        snprintf(key, sizeof key, "%0230u", CBR_ENTRIES_MAX - i);
        cbw_str(&b, key);
        cbw_null(&b);
    }
    took("long keys in falling order", buf_view(&b), OC_OK);
    buf_cleanup(&b);

    /* Small maps, each just under and just over the size at which keys are sorted. */
    for (unsigned keys = 8; keys <= 9; keys++) {
        buf_init(&b, SIZE);
        cbw_array(&b, CBR_ENTRIES_MAX);
        for (unsigned i = 0; i < CBR_ENTRIES_MAX; i++) {
            cbw_array(&b, 12);
            for (unsigned j = 0; j < 12; j++) {
                cbw_map(&b, keys);
                for (unsigned k = 0; k < keys; k++) {
                    cbw_uint(&b, keys - k);
                    cbw_null(&b);
                }
            }
        }
        took("small maps", buf_view(&b), OC_OK);
        buf_cleanup(&b);
    }
}

static void reading(void)
{
    struct bytes good = good_message(), whole;
    struct oc_fault f;
    struct cbr r, inner;

    cbr_init(&r, good);
    ok(cbr_peek(&r) == CBR_MAP && cbr_map(&r) == 4, "a map of four");
    ok(bytes_is(cbr_key(&r), "a") && cbr_array_of(&r, 3, "three"), "a text key, three items");
    ok(cbr_uint(&r) == 1 && cbr_int(&r) == -100 && cbr_int(&r) == 65536, "integers");
    struct cbr_label label = cbr_label(&r);
    ok(label.is_int && label.i == 1, "an integer label");
    size_t tag_at = r.at;
    cbr_init_inside(&inner, cbr_embedded(&r, &whole), &r);
    ok(whole.p == good.p + tag_at && whole.n == 7, "embedded CBOR, whole from the tag on");
    ok(cbr_array(&inner) == 2 && cbr_uint(&inner) == 1, "reading inside");
    ok(cbr_bstr(&inner).p == NULL && !cbr_ok(&inner), "a wrong type inside");
    ok(cbr_end(&inner, &f) == OC_SHAPE && f.offset == tag_at + 5,
       "is told by its place in the outermost input");
    ok(cbr_key(&r).p == NULL && cbr_ok(&r), "a byte string key equals nothing");
    ok(cbr_peek(&r) == CBR_TAG && cbr_tdate(&r) == 1769860800, "a date-time");
    label = cbr_label(&r);
    ok(label.is_int && label.i == -1, "a negative label");
    ok(cbr_map(&r) == 2, "a map");
    label = cbr_label(&r);
    ok(!label.is_int && bytes_is(label.text, "k") && cbr_bool(&r), "a text label, true");
    ok(bytes_is(cbr_tstr(&r), "kk") && cbr_peek(&r) == CBR_FLOAT, "text, a float next");
    ok(!cbr_absent(&r), "which is not absent");
    ok(cbr_any(&r).n == 9 && cbr_peek(&r) == CBR_NONE, "any item, then none");
    ok(cbr_end(&r, &f) == OC_OK && f.reason == NULL, "all read");
}

static void odd_values(void)
{
    struct cbr r;

    cbr_init(&r, BYTES("\x83\xf7\xf6\x80"));
    ok(cbr_array(&r) == 3 && cbr_peek(&r) == CBR_UNDEFINED && cbr_absent(&r) &&
       cbr_peek(&r) == CBR_NULL && cbr_absent(&r) && !cbr_absent(&r) && cbr_array(&r) == 0 &&
       cbr_end(&r, NULL) == OC_OK, "undefined and null are absent, an empty array is not");

    cbr_init(&r, BYTES("\x3b\x7f\xff\xff\xff\xff\xff\xff\xff"));
    ok(cbr_int(&r) == INT64_MIN && cbr_end(&r, NULL) == OC_OK, "the least int64_t");
    cbr_init(&r, BYTES("\x1b\xff\xff\xff\xff\xff\xff\xff\xff"));
    ok(cbr_uint(&r) == UINT64_MAX && cbr_end(&r, NULL) == OC_OK, "the greatest uint64_t");

    cbr_init(&r, BYTES("\xd9\x03\xec\x6a" "1971-09-01"));
    ok(cbr_full_date(&r) == 52531200 && cbr_end(&r, NULL) == OC_OK, "a full-date");

    cbr_init(&r, BYTES("\x82\x60\x40"));
    ok(cbr_array(&r) == 2, "two empty strings");
    struct bytes text = cbr_tstr(&r), bstr = cbr_bstr(&r);
    ok(text.p != NULL && text.n == 0 && bstr.p != NULL && bstr.n == 0, "which are not nothing");
}

/* Readers as a parser would use them, each on input of another shape. */
enum read { UINT, INT, BOOL, BSTR, TSTR, ARRAY, ARRAY_OF_2, MAP, KEY, LABEL, TAG, TAG_18, TDATE,
            FULL_DATE, EMBEDDED, ANY };

static bool reads_zero(struct cbr *r, enum read what)
{
    struct bytes whole = { 0 };
    struct cbr_label label;

    switch (what) {
    case UINT:       return cbr_uint(r) == 0;
    case INT:        return cbr_int(r) == 0;
    case BOOL:       return !cbr_bool(r);
    case BSTR:       return cbr_bstr(r).p == NULL;
    case TSTR:       return cbr_tstr(r).p == NULL;
    case ARRAY:      return cbr_array(r) == 0;
    case ARRAY_OF_2: return !cbr_array_of(r, 2, "expected two");
    case MAP:        return cbr_map(r) == 0;
    case KEY:        return cbr_key(r).p == NULL;
    case LABEL:      label = cbr_label(r); return label.i == 0 && label.text.p == NULL;
    case TAG:        return cbr_tag(r) == 0;
    case TAG_18:     cbr_tag_is(r, 18, "expected tag 18"); return true;
    case TDATE:      return cbr_tdate(r) == 0;
    case FULL_DATE:  return cbr_full_date(r) == 0;
    case EMBEDDED:   return cbr_embedded(r, &whole).p == NULL && whole.p == NULL;
    case ANY:        return cbr_any(r).p == NULL;
    }
    return false;
}

static void refused_by_readers(void)
{
    const struct {
        enum read what;
        struct bytes in;
        enum oc_err want;
        size_t at;
    } row[] = {
        { UINT, BYTES("\x20"), OC_SHAPE, 0 },
        { INT, BYTES("\x60"), OC_SHAPE, 0 },
        { INT, BYTES("\x1b\x80\0\0\0\0\0\0\0"), OC_LIMIT, 0 },
        { INT, BYTES("\x3b\x80\0\0\0\0\0\0\0"), OC_LIMIT, 0 },
        { BOOL, BYTES("\xf6"), OC_SHAPE, 0 },
        { BSTR, BYTES("\x60"), OC_SHAPE, 0 },
        { TSTR, BYTES("\x40"), OC_SHAPE, 0 },
        { ARRAY, BYTES("\xa0"), OC_SHAPE, 0 },
        { ARRAY_OF_2, BYTES("\x83\0\0\0"), OC_SHAPE, 0 },
        { ARRAY_OF_2, BYTES("\x80"), OC_SHAPE, 0 },
        { MAP, BYTES("\x80"), OC_SHAPE, 0 },
        { KEY, BYTES("\x80"), OC_SHAPE, 0 },
        { LABEL, BYTES("\x40"), OC_SHAPE, 0 },
        { LABEL, BYTES("\x1b\xff\xff\xff\xff\xff\xff\xff\xff"), OC_LIMIT, 0 },
        { TAG, BYTES("\0"), OC_SHAPE, 0 },
        { TAG_18, BYTES("\xd1\0"), OC_SHAPE, 0 },
        { TAG_18, BYTES("\0"), OC_SHAPE, 0 },
        { TDATE, BYTES("\x74" "2026-01-31T12:00:00Z"), OC_SHAPE, 0 },
        { TDATE, BYTES("\xc0\x6a" "2026-01-31"), OC_SHAPE, 1 },
        { TDATE, BYTES("\xc0\x40"), OC_SHAPE, 1 },
        { FULL_DATE, BYTES("\xc0\x6a" "2026-01-31"), OC_SHAPE, 0 },
        { FULL_DATE, BYTES("\xd9\x03\xec\x6a" "2026-02-30"), OC_SHAPE, 3 },
        { EMBEDDED, BYTES("\x40"), OC_SHAPE, 0 },
        { EMBEDDED, BYTES("\xd8\x18\x60"), OC_SHAPE, 2 },
        { EMBEDDED, BYTES("\xd8\x19\x40"), OC_SHAPE, 0 },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct oc_fault f = { 0 };
        struct cbr r;

        cbr_init(&r, row[i].in);
        bool zero = reads_zero(&r, row[i].what);
        size_t stopped = r.at;
        for (enum read what = UINT; what <= ANY; what++)
            zero = zero && reads_zero(&r, what);
        enum oc_err e = cbr_end(&r, &f);
        ok(zero && r.at == stopped && e == row[i].want && f.offset == row[i].at &&
           f.reason != NULL, "reader %zu: %s at %zu: %s; zero from then on", i, oc_err_name(e),
           f.offset, f.reason != NULL ? f.reason : "");
    }
}

static void failing(void)
{
    static const uint8_t in[] = { 0x82, 0x61, 'a', 0x81, 0x00 };
    struct oc_fault f;
    struct cbr r, inner;

    cbr_init(&r, BYTES_OF(in));
    cbr_array(&r);
    struct bytes text = cbr_tstr(&r);
    cbr_skip(&r);
    cbr_fail(&r, OC_DIGEST, "first");
    cbr_fail(&r, OC_SHAPE, "second");
    ok(cbr_end(&r, &f) == OC_DIGEST && f.offset == 3 && strcmp(f.reason, "first") == 0,
       "the first failure wins, at the item read last");

    cbr_init(&r, BYTES_OF(in));
    cbr_skip(&r);
    cbr_fail_at(&r, text, OC_LIMIT, "there");
    ok(cbr_end(&r, &f) == OC_LIMIT && f.offset == 2, "a failure at the place of a view");

    cbr_init(&r, BYTES_OF(in));
    cbr_array(&r);
    ok(cbr_end(&r, &f) == OC_TRAILING && f.offset == 1, "items left over");

    cbr_init(&r, BYTES_OF(in));
    cbr_skip(&r);
    ok(cbr_uint(&r) == 0 && cbr_end(&r, &f) == OC_TRUNCATED && f.offset == sizeof in,
       "one read too many");

    cbr_init(&r, BYTES("\x43\x82\0\x1c"));
    cbr_init_inside(&inner, cbr_bstr(&r), &r);
    cbr_adopt(&r, &inner);
    ok(cbr_end(&r, &f) == OC_SYNTAX && f.offset == 3, "a failure inside becomes the outer one's");

    cbr_init(&r, BYTES("\x60"));
    cbr_init_inside(&inner, cbr_bstr(&r), &r);
    ok(!cbr_ok(&inner) && cbr_end(&inner, &f) == OC_SHAPE && f.offset == 0 &&
       strcmp(f.reason, "expected a byte string") == 0, "an outer failure is the inner one's");
}

static void sequences(void)
{
    struct bytes sequence = BYTES("\x82\x01\x02\x61\x61\x18");
    struct oc_fault f;
    size_t n = 0;

    ok(cbr_item_length(sequence, &n, &f) == OC_OK && n == 3, "the first item of a sequence");
    sequence.p += n, sequence.n -= n;
    ok(cbr_item_length(sequence, &n, &f) == OC_OK && n == 2, "the second");
    sequence.p += n, sequence.n -= n;
    ok(cbr_item_length(sequence, &n, &f) == OC_TRUNCATED && n == 0, "a broken third");
    ok(cbr_item_length(BYTES(""), &n, NULL) == OC_TRUNCATED, "none");
}

static void standard_vectors(void)
{
    json_t *bad = vector_json("cbor/not_well_formed_qcbor.json");
    json_t *good = vector_json("cbor/rfc8949_appendix_a.json");
    size_t i, wrong = 0, read = 0;
    json_t *row;

    json_array_foreach(bad, i, row) {
        struct buf in;
        struct oc_fault f;
        bool is_hex = unhex(json_get_text(row, "hex"), &in);
        if (!is_hex || look_over(buf_view(&in), &f) == OC_OK || f.offset > in.n) {
            note("accepted: %s", json_get_text(row, "what"));
            wrong++;
        }
        buf_cleanup(&in);
    }
    ok(wrong == 0 && json_array_size(bad) > 100, "%zu inputs that are not well-formed, all refused",
       json_array_size(bad));

    wrong = 0;
    json_array_foreach(good, i, row) {
        struct buf in;
        struct oc_fault f;
        const char *hex = json_get_text(row, "hex");
        const char *diagnostic = json_get_text(row, "diagnostic");
        bool is_hex = unhex(hex, &in);
        bool simple = diagnostic != NULL && strncmp(diagnostic, "simple(", 7) == 0;
        enum oc_err e = look_over(buf_view(&in), &f);
        /* Indefinite lengths and unassigned simple values are not for us. */
        enum oc_err want = simple ? OC_SYNTAX : strstr(hex, "ff") != NULL && e == OC_SHAPE
                                  ? OC_SHAPE : OC_OK;
        if (!is_hex || e != want) {
            note("%s: %s", hex, oc_err_name(e));
            wrong++;
        }
        read += e == OC_OK;
        buf_cleanup(&in);
    }
    ok(wrong == 0 && read >= 60, "%zu examples of RFC 8949, Appendix A, read", read);
    json_decref(bad);
    json_decref(good);
}

int main(void)
{
    refused_at_once();
    accepted();
    text_anywhere();
    cut_and_lengthened();
    nested();
    many_keys();
    hostile_megabyte();
    reading();
    odd_values();
    refused_by_readers();
    failing();
    sequences();
    if (vectors_present())
        standard_vectors();
    else
        skip("no vectors here");
    return done();
}
