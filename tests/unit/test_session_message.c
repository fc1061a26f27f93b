#include "mdoc/session_message.h"

#include "mdoc/handover.h"
#include "tests/unit/parser.h"
#include "tests/unit/vectors.h"

static const struct mdoc_session_establishment no_establishment;
static const struct mdoc_session_data no_data;

static enum oc_err parse_establishment(struct bytes src, struct oc_fault *fault)
{
    struct mdoc_session_establishment m;
    enum oc_err e = mdoc_session_establishment_init(&m, src, fault);

    if (e == OC_OK && (!bytes_within(m.reader_key_bytes, src) || !bytes_within(m.data, src)))
        return OC_BUG;
    if (e != OC_OK && memcmp(&m, &no_establishment, sizeof m) != 0)
        return OC_BUG;
    mdoc_session_establishment_cleanup(&m);
    return memcmp(&m, &no_establishment, sizeof m) == 0 ? e : OC_BUG;
}

static enum oc_err parse_data(struct bytes src, struct oc_fault *fault)
{
    struct mdoc_session_data m;
    enum oc_err e = mdoc_session_data_read(&m, src, fault);

    if (e == OC_OK)
        return m.data.p == NULL || bytes_within(m.data, src) ? OC_OK : OC_BUG;
    return memcmp(&m, &no_data, sizeof m) == 0 ? e : OC_BUG;
}

#define DATA "\x64" "data"
#define STATUS "\x66" "status"

static void test_data_faults(void)
{
    const struct parser_row row[] = {
        { "data", BYTES("\xa1" DATA "\x41x"), OC_OK, 0 },
        { "termination", BYTES("\xa1" STATUS "\x14"), OC_OK, 0 },
        { "data and termination", BYTES("\xa2" STATUS "\x14" DATA "\x41x"), OC_OK, 0 },
        { "an unknown key beside it", BYTES("\xa2\x61x\x80" STATUS "\x0a"), OC_OK, 0 },
        { "undefined in the place of a status", BYTES("\xa2" DATA "\x41x" STATUS "\xf7"), OC_OK,
          0 },
        { "neither", BYTES("\xa0"), OC_SHAPE, 0 },
        { "data beside an encryption error", BYTES("\xa2" DATA "\x41x" STATUS "\x0a"), OC_SHAPE,
          15 },
        { "data beside a CBOR error", BYTES("\xa2" STATUS "\x0b" DATA "\x40"), OC_SHAPE, 14 },
        { "status 0", BYTES("\xa1" STATUS "\x00"), OC_SHAPE, 8 },
        { "status 12", BYTES("\xa1" STATUS "\x0c"), OC_SHAPE, 8 },
        { "status 2^32 + 20", BYTES("\xa1" STATUS "\x1b\0\0\0\1\0\0\0\x14"), OC_SHAPE, 8 },
        { "a status as text", BYTES("\xa1" STATUS "\x62" "20"), OC_SHAPE, 8 },
        { "data as text", BYTES("\xa1" DATA "\x61x"), OC_SHAPE, 6 },
        { "data twice", BYTES("\xa2" DATA "\x41x" DATA "\x41y"), OC_SHAPE, 8 },
        { "no map", BYTES("\x80"), OC_SHAPE, 0 },
        { "no CBOR", BYTES("\xff"), OC_SYNTAX, 0 },
    };

    parser_table(parse_data, row, sizeof row / sizeof row[0]);
    parser_bounds(parse_data, row[2].in, "SessionData");
}

static void test_data_writer(void)
{
    const struct { struct mdoc_session_data m; struct bytes want; } row[] = {
        { { BYTES("x"), MDOC_SESSION_NO_STATUS }, BYTES("\xa1" DATA "\x41x") },
        { { BYTES("x"), MDOC_SESSION_TERMINATION }, BYTES("\xa2" DATA "\x41x" STATUS "\x14") },
        { { { 0 }, MDOC_SESSION_ENCRYPTION_ERROR }, BYTES("\xa1" STATUS "\x0a") },
        { { { 0 }, MDOC_SESSION_CBOR_ERROR }, BYTES("\xa1" STATUS "\x0b") },
        { { { 0 }, MDOC_SESSION_TERMINATION }, BYTES("\xa1" STATUS "\x14") },
        { { { 0 }, MDOC_SESSION_NO_STATUS }, { 0 } },
        { { BYTES("x"), MDOC_SESSION_ENCRYPTION_ERROR }, { 0 } },
        { { BYTES("x"), MDOC_SESSION_CBOR_ERROR }, { 0 } },
        { { BYTES("x"), (enum mdoc_session_status)12 }, { 0 } },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct buf out = new_buf();

        mdoc_session_data_write(&out, &row[i].m);
        ok(bytes_eq(buf_view(&out), row[i].want) &&
           buf_err(&out) == (row[i].want.n > 0 ? OC_OK : OC_USAGE), "status %d, %s, %s data",
           row[i].m.status, row[i].want.n > 0 ? "written" : "refused",
           row[i].m.data.p != NULL ? "with" : "without");
        buf_cleanup(&out);
    }
}

/* { "eReaderKey": key, "data": … } */
static struct buf establishment(struct bytes key)
{
    struct buf out = new_buf();

    mdoc_session_establishment_write(&out, key, BYTES("ciphertext"));
    must(buf_err(&out));
    return out;
}

static void test_establishment(void)
{
    const enum curve curves[] = { CURVE_P256, CURVE_P521, CURVE_X25519, CURVE_X448, CURVE_BP320 };
    struct oc_fault fault = { 0 };
    struct buf signs = new_buf(), message;

    for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++) {
        struct private_key *key = new_key(curves[i]);
        struct mdoc_session_establishment m;
        struct buf bytes = new_buf();

        mdoc_ereader_key_write(&bytes, private_key_public(key));
        message = establishment(buf_view(&bytes));
        parser_bounds(parse_establishment, buf_view(&message), curve_info(curves[i])->name);
        ok(mdoc_session_establishment_init(&m, buf_view(&message), NULL) == OC_OK &&
           public_key_equal(m.reader_key, private_key_public(key)) &&
           bytes_eq(m.reader_key_bytes, buf_view(&bytes)) && bytes_is(m.data, "ciphertext"),
           "its key, as it stands there and as one");
        mdoc_session_establishment_cleanup(&m);
        buf_cleanup(&message);
        buf_cleanup(&bytes);
        private_key_free(&key);
    }
    struct private_key *key = new_key(CURVE_ED448);

    mdoc_ereader_key_write(&signs, private_key_public(key));
    message = establishment(buf_view(&signs));
    ok(parse_establishment(buf_view(&message), &fault) == OC_SHAPE, "%s", fault.reason);
    private_key_free(&key);
    buf_cleanup(&message);
    buf_cleanup(&signs);
}

static void test_establishment_faults(void)
{
    const struct parser_row row[] = {
        { "no key", BYTES("\xa1" DATA "\x41x"), OC_SHAPE, 6 },
        { "a key that is none", BYTES("\xa1\x6a" "eReaderKey" "\xd8\x18\x41\xa0"), OC_SHAPE, 15 },
        { "a key without its tag", BYTES("\xa1\x6a" "eReaderKey" "\xa0"), OC_SHAPE, 12 },
        { "no map", BYTES("\x80"), OC_SHAPE, 0 },
        { "no CBOR", BYTES("\x1c"), OC_SYNTAX, 0 },
    };
    struct private_key *key = new_key(CURVE_P256);
    struct buf message = new_buf(), bytes = new_buf();
    struct oc_fault fault = { 0 };

    parser_table(parse_establishment, row, sizeof row / sizeof row[0]);
    mdoc_ereader_key_write(&bytes, private_key_public(key));
    cbw_map(&message, 1);
    cbw_str(&message, "eReaderKey");
    cbw_raw(&message, buf_view(&bytes));
    ok(parse_establishment(buf_view(&message), &fault) == OC_SHAPE, "no data: %s", fault.reason);
    buf_truncate(&message, 0);
    bytes.p[bytes.n - 1] ^= 1;
    mdoc_session_establishment_write(&message, buf_view(&bytes), BYTES("x"));
    ok(parse_establishment(buf_view(&message), &fault) == OC_SHAPE, "off the curve: %s",
       fault.reason);
    private_key_free(&key);
    buf_cleanup(&message);
    buf_cleanup(&bytes);
}

static void test_vectors(void)
{
    struct buf first, later, end;
    bool read = vector_hex("annex-d/D.5.1_session_establishment.hex", &first);

    read = vector_hex("annex-d/D.5.1_session_data.hex", &later) && read;
    read = vector_hex("annex-d/D.5.1_session_termination.hex", &end) && read;
    if (ok(read, "Annex D")) {
        parser_bounds(parse_establishment, buf_view(&first), "SessionEstablishment");
        parser_bounds(parse_data, buf_view(&later), "SessionData");
        parser_bounds(parse_data, buf_view(&end), "its termination");
    }
    buf_cleanup(&first);
    buf_cleanup(&later);
    buf_cleanup(&end);
}

int main(void)
{
    must(secret_pool_init());
    test_data_faults();
    test_data_writer();
    test_establishment();
    test_establishment_faults();
    if (vectors_present())
        test_vectors();
    else
        skip("no vectors in %s", vectors_folder());
    return done();
}
