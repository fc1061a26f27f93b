#include "wallet/seal.h"

#include <string.h>
#include <sys/mman.h>

#include "tests/unit/guard.h"
#include "tests/unit/tap.h"

/* The cheapest cost there is: what is tested here is the file, not Argon2. */
static const struct argon2_cost cheap = { 1, ARGON2_MEMORY_KIB_MIN, 1 };

/* Where the parts stand in a file sealed at that cost. */
enum { AT_COUNT = 0, AT_MAGIC = 2, AT_VERSION = 14, AT_PASSES = 32, AT_MEMORY = 33, AT_LANES = 36,
       AT_NONCE = 38, HEADER_N = 50, CIPHERTEXT_HEAD_N = 3, TAG_N = 16 };

static struct secret *right, *wrong;

static enum oc_err open_as(struct bytes file, const struct secret *passphrase,
                           struct oc_fault *fault)
{
    struct buf content;
    struct wallet_key *key;
    enum oc_err e;

    buf_init(&content, 16);
    e = wallet_unseal(&content, &key, file, passphrase, fault);
    if (e != OC_OK && (key != NULL || content.n != 0))
        e = OC_BUG;
    wallet_key_free(&key);
    buf_cleanup(&content);
    return e;
}

static void seal(struct buf *file, struct bytes content, const struct wallet_key *key)
{
    buf_cleanup(file);
    buf_init(file, WALLET_FILE_MAX);
    if (wallet_seal(file, content, key) != OC_OK)
        ok(false, "sealing %zu bytes", content.n);
}

static void test_round_trip(const struct wallet_key *key)
{
    struct buf file = { 0 }, again = { 0 }, content;
    struct wallet_key *kept;

    buf_init(&content, 16);
    seal(&file, BYTES("one card"), key);
    ok(wallet_unseal(&content, &kept, buf_view(&file), right, NULL) == OC_OK &&
       bytes_is(buf_view(&content), "one card"), "what was sealed comes back");
    seal(&again, BYTES("one card"), kept);
    ok(memcmp(file.p, again.p, AT_NONCE) == 0 &&
       memcmp(file.p + AT_NONCE, again.p + AT_NONCE, HEADER_N - AT_NONCE) != 0,
       "a second save has the same salt and another nonce");
    ok(open_as(buf_view(&again), right, NULL) == OC_OK, "and opens");
    wallet_key_free(&kept);
    ok(kept == NULL, "a freed key is NULL");
    wallet_key_free(&kept);

    seal(&file, BYTES(""), key);
    ok(wallet_unseal(&content, &kept, buf_view(&file), right, NULL) == OC_OK && content.n == 0,
       "so does nothing at all");
    wallet_key_free(&kept);
    seal(&file, BYTES("ends in padding\x80\0\0"), key);
    ok(wallet_unseal(&content, &kept, buf_view(&file), right, NULL) == OC_OK &&
       bytes_eq(buf_view(&content), BYTES("ends in padding\x80\0\0")),
       "content that looks like padding is kept whole");
    wallet_key_free(&kept);
    buf_cleanup(&content);
    buf_cleanup(&again);
    buf_cleanup(&file);
}

static void test_sizes(const struct wallet_key *key)
{
    static uint8_t content[2 * WALLET_CLASS_MIN];
    const struct { size_t content, padded; } row[] = {
        { 200, WALLET_CLASS_MIN }, { 5 * 200, WALLET_CLASS_MIN },
        { WALLET_CLASS_MIN - 1, WALLET_CLASS_MIN }, { WALLET_CLASS_MIN, 2 * WALLET_CLASS_MIN },
        { 2 * WALLET_CLASS_MIN - 1, 2 * WALLET_CLASS_MIN },
    };
    struct buf file = { 0 };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        size_t head_n = row[i].padded + TAG_N < 65536 ? 3 : 5;

        seal(&file, (struct bytes){ content, row[i].content }, key);
        ok(file.n == HEADER_N + head_n + row[i].padded + TAG_N, "%zu bytes are padded to %zu",
           row[i].content, row[i].padded);
    }
    buf_cleanup(&file);
}

static void test_ceiling(const struct wallet_key *key)
{
    size_t n = WALLET_CONTENT_MAX + (size_t)1;
    uint8_t *content = mmap(NULL, n, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct buf file;
    struct oc_fault fault = { 0 };

    if (content == MAP_FAILED) {
        skip("no memory for 64 MiB");
        return;
    }
    buf_init(&file, 2 * (size_t)WALLET_FILE_MAX);
    ok(wallet_seal(&file, (struct bytes){ content, n }, key) == OC_LIMIT && file.n == 0,
       "64 MiB of content are refused");
    ok(wallet_seal(&file, (struct bytes){ content, n - 1 }, key) == OC_OK &&
       open_as(buf_view(&file), right, NULL) == OC_OK, "one byte less is sealed and opened");
    buf_extend(&file, WALLET_FILE_MAX + (size_t)1 - file.n);
    ok(open_as(buf_view(&file), right, &fault) == OC_LIMIT && fault.reason != NULL,
       "a longer file is refused unread");
    buf_cleanup(&file);
    munmap(content, n);
}

/* Every byte of the header and the tag, and a ciphertext byte every so often: AES-GCM knows no
 * difference between those, and each costs an Argon2. */
static void test_flips(struct buf *file)
{
    size_t accepted = 0, flipped = 0, body = HEADER_N + CIPHERTEXT_HEAD_N;

    for (size_t at = 0; at < file->n; at += at >= body && at < file->n - 200 ? 131 : 1) {
        file->p[at] ^= 1;
        accepted += open_as(buf_view(file), right, NULL) == OC_OK;
        file->p[at] ^= 1;
        flipped++;
    }
    ok(accepted == 0 && flipped > 300, "none of %zu flipped files opens", flipped);
    file->p[body] ^= 0x10;
    ok(open_as(buf_view(file), right, NULL) == OC_SIGNATURE, "a damaged file");
    file->p[body] ^= 0x10;
    file->p[AT_NONCE] ^= 0x10;
    ok(open_as(buf_view(file), right, NULL) == OC_SIGNATURE, "a damaged nonce");
    file->p[AT_NONCE] ^= 0x10;
    ok(open_as(buf_view(file), wrong, NULL) == OC_SIGNATURE, "and another passphrase look alike");
    ok(open_as(buf_view(file), right, NULL) == OC_OK, "the file as it was opens");
}

static void test_lengths(struct buf *file)
{
    size_t opened = 0;

    for (size_t n = 0; n < file->n; n++) {
        struct guard guard;
        enum oc_err e = open_as(guard_copy(&guard, (struct bytes){ file->p, n }), right, NULL);

        /* Up to the ninth byte the array claims more items than there are bytes. */
        opened += e != OC_TRUNCATED && !(e == OC_LIMIT && n <= 8);
        guard_free(&guard);
    }
    ok(opened == 0, "each of %zu prefixes is refused as cut short", file->n);
    buf_add_byte(file, 0);
    ok(open_as(buf_view(file), right, NULL) == OC_TRAILING, "one byte appended is refused");
    buf_truncate(file, file->n - 1);
}

static void test_faults(struct buf *file)
{
    const struct { const char *name; size_t at; uint8_t byte; enum oc_err want; } row[] = {
        { "other magic",              AT_MAGIC,      'o',  OC_SHAPE },
        { "version 0",                AT_VERSION,    0,    OC_SHAPE },
        { "version 2",                AT_VERSION,    2,    OC_UNAVAILABLE },
        { "seven items",              AT_COUNT,      0x87, OC_TRAILING },
        { "passes 0",                 AT_PASSES,     0,    OC_LIMIT },
        { "passes 17",                AT_PASSES,     17,   OC_LIMIT },
        { "less than 8 MiB",          AT_MEMORY + 1, 0x1f, OC_LIMIT },
        { "no lanes",                 AT_LANES,      0,    OC_LIMIT },
        { "five lanes",               AT_LANES,      5,    OC_LIMIT },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        uint8_t was = file->p[row[i].at];
        struct oc_fault fault = { 0 };
        enum oc_err e;

        file->p[row[i].at] = row[i].byte;
        e = open_as(buf_view(file), right, &fault);
        ok(e == row[i].want && fault.reason != NULL, "%s: %s, %s", row[i].name, oc_err_name(e),
           fault.reason != NULL ? fault.reason : "no reason");
        file->p[row[i].at] = was;
    }
    file->p[HEADER_N + 2]++;
    buf_add_byte(file, 0);
    ok(open_as(buf_view(file), right, NULL) == OC_SHAPE, "a ciphertext of no size class");
}

/* Built by hand, so that the shape is held to the CDDL and not to our own writer. */
static void test_costs(void)
{
    static const char start[] = "\x88\x6cOwncardVault\x01\x50" "0123456789abcdef";
    const struct { const char *name; struct bytes costs; enum oc_err want; } row[] = {
        { "2^32 + 1 passes", BYTES("\x1b\0\0\0\1\0\0\0\1\x19\x20\x00\x01"), OC_LIMIT },
        { "more than a GiB", BYTES("\x01\x1a\x00\x10\x00\x01\x01"), OC_LIMIT },
        { "2^64 - 1 KiB", BYTES("\x01\x1b\xff\xff\xff\xff\xff\xff\xff\xff\x01"), OC_LIMIT },
        { "what the writer makes", BYTES("\x01\x19\x20\x00\x01"), OC_SIGNATURE },
        { "longer heads than needed", BYTES("\x01\x1a\x00\x00\x20\x00\x01"), OC_SIGNATURE },
    };
    struct buf file;

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        enum oc_err e;

        buf_init(&file, WALLET_FILE_MAX);
        buf_add(&file, (struct bytes){ (const uint8_t *)start, sizeof start - 1 });
        buf_add(&file, row[i].costs);
        buf_add(&file, BYTES("\x4c" "nonce nonce " "\x59\x40\x10"));
        buf_extend(&file, WALLET_CLASS_MIN + TAG_N);
        e = open_as(buf_view(&file), right, NULL);
        ok(e == row[i].want, "%s: %s", row[i].name, oc_err_name(e));
        buf_cleanup(&file);
    }
    ok(open_as(BYTES("\x83\x6cOwncardVault\x02\xa0"), right, NULL) == OC_UNAVAILABLE,
       "a newer version is told apart whatever else it holds");
    ok(open_as(BYTES(""), right, NULL) == OC_TRUNCATED, "an empty file");
    ok(open_as(BYTES("\xa0"), right, NULL) == OC_SHAPE, "something else");
}

int main(void)
{
    struct wallet_key *key, *other;
    struct buf file = { 0 };

    if (secret_pool_init() != OC_OK)
        return 1;
    right = secret_copy(BYTES("correct horse"));
    wrong = secret_copy(BYTES("correct house"));
    ok(wallet_key_new(&key, right, (struct argon2_cost){ 1, ARGON2_MEMORY_KIB_MIN - 1, 1 }) ==
       OC_LIMIT && key == NULL, "a cost under the floor makes no key");
    if (!ok(wallet_key_new(&key, right, cheap) == OC_OK, "a key from a passphrase"))
        return done();
    test_round_trip(key);
    test_sizes(key);
    test_ceiling(key);
    seal(&file, BYTES("a person's cards"), key);
    test_flips(&file);
    test_lengths(&file);
    test_faults(&file);
    test_costs();

    ok(wallet_key_new(&other, right, WALLET_COST) == OC_OK, "a key at the usual cost");
    seal(&file, BYTES("a person's cards"), other);
    ok(open_as(buf_view(&file), right, NULL) == OC_OK, "opens what it sealed");
    wallet_key_free(&other);
    wallet_key_free(&key);
    secret_free(&right);
    secret_free(&wrong);
    buf_cleanup(&file);
    return done();
}
