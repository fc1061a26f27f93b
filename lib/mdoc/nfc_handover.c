#include "mdoc/nfc_handover.h"

#include "mdoc/engagement.h"
#include "mdoc/ndef.h"

#define ENGAGEMENT_TYPE "iso.org:18013:deviceengagement"
#define ENGAGEMENT_ID "mdoc"
#define NFC_TYPE "iso.org:18013:nfc"
#define NFC_ID "nfc"

enum { VERSION = 0x15, POWER_MASK = 3 };
enum { NFC_VERSION = 1, NFC_COMMAND_FIELD = 1, NFC_RESPONSE_FIELD = 2 };

/* A payload in fields that say how long they are; sticky through the reader of the message. */
struct fields {
    struct ndef_reader *r;
    struct bytes left;
};

static struct bytes field(struct fields *f, size_t n)
{
    struct bytes taken = { f->left.p, n };

    if (f->r->err != OC_OK || n > f->left.n) {
        ndef_fail_at(f->r, f->left, OC_SHAPE, "a record of a handover that ends within a field");
        return (struct bytes){ 0 };
    }
    f->left = (struct bytes){ f->left.p + n, f->left.n - n };
    return taken;
}

static uint8_t field_byte(struct fields *f)
{
    struct bytes b = field(f, 1);

    return b.n > 0 ? b.p[0] : 0;
}

static void fields_end(struct fields *f)
{
    if (f->left.n > 0)
        ndef_fail_at(f->r, f->left, OC_SHAPE, "a record of a handover that goes on too long");
}

/* Length, field number, and the value's bytes, the highest first. */
static uint32_t read_length(struct fields *f, uint8_t number, uint32_t min, uint32_t max)
{
    struct bytes value = field(f, field_byte(f));
    uint64_t n = 0;

    if (value.n < 2 || value.n > 5 || value.p[0] != number) {
        ndef_fail_at(f->r, f->left, OC_SHAPE, "an NFC carrier without its two maximal lengths");
        return 0;
    }
    for (size_t i = 1; i < value.n; i++)
        n = n << 8 | value.p[i];
    if (n < min || n > max)
        ndef_fail_at(f->r, value, OC_SHAPE, "a maximal length of NFC data that is out of bounds");
    return (uint32_t)n;
}

static void read_nfc(struct ndef_reader *r, struct mdoc_nfc_carrier *c)
{
    struct fields f = { r, c->data };

    if (field_byte(&f) != NFC_VERSION)
        ndef_fail_at(r, c->data, OC_SHAPE, "an NFC carrier of a version that we do not know");
    c->max_command = read_length(&f, NFC_COMMAND_FIELD, MDOC_NFC_COMMAND_MIN, MDOC_NFC_COMMAND_MAX);
    c->max_response = read_length(&f, NFC_RESPONSE_FIELD, MDOC_NFC_RESPONSE_MIN,
                                  MDOC_NFC_RESPONSE_MAX);
    fields_end(&f);
}

/* The configuration is the one record of that id. */
static void find_configuration(struct ndef_reader *r, struct bytes source,
                               struct mdoc_nfc_carrier *c)
{
    struct ndef_reader all;
    struct ndef_record record;
    size_t found = 0;

    ndef_init(&all, source, source);
    while (ndef_next(&all, &record))
        if (record.id.n > 0 && bytes_eq(record.id, c->id)) {
            c->format = record.format;
            c->type = record.type;
            c->data = record.payload;
            found++;
        }
    if (found != 1)
        ndef_fail_at(r, c->id, OC_SHAPE,
                     "a carrier whose configuration is not exactly one record");
    else if (c->format == NDEF_EXTERNAL && bytes_is(c->type, NFC_TYPE))
        read_nfc(r, c);
}

/* "ac": power, the carrier's id, and the ids of what belongs to it. */
static void read_alternative(struct ndef_reader *r, struct bytes source, struct bytes payload,
                             struct mdoc_nfc_carrier *c)
{
    struct fields f = { r, payload };

    c->power = (enum mdoc_nfc_power)(field_byte(&f) & POWER_MASK);
    c->id = field(&f, field_byte(&f));
    for (size_t n = field_byte(&f); n > 0 && r->err == OC_OK; n--)
        c->is_for_mdoc |= bytes_is(field(&f, field_byte(&f)), ENGAGEMENT_ID);
    fields_end(&f);
    if (r->err == OC_OK)
        find_configuration(r, source, c);
}

/* "Hs": the version, and a message of alternative carriers. Other records in it are passed over. */
static void read_select(struct ndef_reader *r, struct bytes payload, struct mdoc_nfc_select *s)
{
    struct fields f = { r, payload };
    struct ndef_reader inner;
    struct ndef_record record;

    s->version = field_byte(&f);
    if (r->err == OC_OK && s->version >> 4 != VERSION >> 4)
        ndef_fail_at(r, payload, OC_SHAPE, "a version of Connection Handover that we do not know");
    if (f.left.n == 0)
        ndef_fail_at(r, payload, OC_SHAPE, "a Handover Select that names no carrier");
    ndef_init(&inner, f.left, s->source);
    while (r->err == OC_OK && ndef_next(&inner, &record)) {
        if (record.format != NDEF_WELL_KNOWN || !bytes_is(record.type, "ac"))
            continue;
        if (s->carriers_n == MDOC_NFC_CARRIERS_MAX)
            ndef_fail_at(r, record.type, OC_LIMIT, "more than 8 carriers");
        else
            read_alternative(r, s->source, record.payload, &s->carriers[s->carriers_n++]);
    }
    if (r->err == OC_OK && inner.err != OC_OK) {
        r->err = inner.err == OC_SYNTAX ? OC_SYNTAX : OC_SHAPE;
        r->fault = inner.fault;
    }
    if (s->carriers_n == 0)
        ndef_fail_at(r, payload, OC_SHAPE, "a Handover Select that names no carrier");
}

static void read_engagement(struct ndef_reader *r, const struct ndef_record *record,
                            struct mdoc_nfc_select *s)
{
    if (record->format != NDEF_EXTERNAL || !bytes_is(record->type, ENGAGEMENT_TYPE) ||
        !bytes_is(record->id, ENGAGEMENT_ID))
        return;
    if (s->engagement.p != NULL)
        ndef_fail_at(r, record->type, OC_SHAPE, "a second DeviceEngagement in one handover");
    s->engagement = record->payload;
}

static bool is_select(const struct ndef_record *record)
{
    return record->format == NDEF_WELL_KNOWN && bytes_is(record->type, "Hs");
}

/* The frame first, so that what the carriers refer to is known to be well-formed. */
static void read_message(struct ndef_reader *r, struct mdoc_nfc_select *s)
{
    struct ndef_record first, record;

    if (!ndef_next(r, &first))
        return;
    while (ndef_next(r, &record))
        read_engagement(r, &record, s);
    if (!is_select(&first))
        ndef_fail_at(r, s->source, OC_SHAPE, "an NDEF message that is no Handover Select");
    else if (s->engagement.p == NULL)
        ndef_fail_at(r, s->source, OC_SHAPE, "a Handover Select without a DeviceEngagement");
    if (r->err == OC_OK)
        read_select(r, first.payload, s);
}

enum oc_err mdoc_nfc_select_read(struct mdoc_nfc_select *out, struct bytes src,
                                 struct oc_fault *fault)
{
    struct ndef_reader r;

    *out = (struct mdoc_nfc_select){ .source = src };
    ndef_init(&r, src, src);
    if (src.n > MDOC_ENGAGEMENT_MAX)
        ndef_fail_at(&r, src, OC_LIMIT, "a handover of more than 16 KiB");
    read_message(&r, out);
    if (r.err == OC_OK)
        return OC_OK;
    *out = (struct mdoc_nfc_select){ 0 };
    if (fault != NULL)
        *fault = r.fault;
    return r.err;
}

static bool is_nfc(const struct mdoc_nfc_carrier *c)
{
    return c->type.n == 0;
}

static bool is_writable(struct bytes engagement, const struct mdoc_nfc_carrier *carriers, size_t n)
{
    if (engagement.n == 0 || n == 0 || n > MDOC_NFC_CARRIERS_MAX)
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct mdoc_nfc_carrier *c = &carriers[i];

        if (is_nfc(c) ? c->max_command < MDOC_NFC_COMMAND_MIN ||
                            c->max_command > MDOC_NFC_COMMAND_MAX ||
                            c->max_response < MDOC_NFC_RESPONSE_MIN ||
                            c->max_response > MDOC_NFC_RESPONSE_MAX
                      : c->id.n == 0 || c->id.n > UINT8_MAX)
            return false;
    }
    return true;
}

static void add_counted(struct buf *out, struct bytes value)
{
    buf_add_byte(out, (uint8_t)value.n);
    buf_add(out, value);
}

static void write_alternatives(struct buf *out, const struct mdoc_nfc_carrier *carriers, size_t n)
{
    buf_add_byte(out, VERSION);
    for (size_t i = 0; i < n; i++) {
        const struct mdoc_nfc_carrier *c = &carriers[i];
        struct buf payload;

        buf_init(&payload, MDOC_ENGAGEMENT_MAX);
        buf_add_byte(&payload, (uint8_t)c->power);
        add_counted(&payload, is_nfc(c) ? BYTES(NFC_ID) : c->id);
        buf_add_byte(&payload, c->is_for_mdoc ? 1 : 0);
        if (c->is_for_mdoc)
            add_counted(&payload, BYTES(ENGAGEMENT_ID));
        buf_fail(out, buf_err(&payload));
        ndef_write(out, &(struct ndef_record){ NDEF_WELL_KNOWN, BYTES("ac"), { 0 },
                                               buf_view(&payload) }, i == 0, i == n - 1);
        buf_cleanup(&payload);
    }
}

/* In as few bytes as hold it. */
static void add_length(struct buf *out, uint8_t number, uint32_t value)
{
    int bytes = value > 0xffff ? 3 : value > 0xff ? 2 : 1;

    buf_add_byte(out, (uint8_t)(bytes + 1));
    buf_add_byte(out, number);
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
        buf_add_byte(out, (uint8_t)(value >> shift));
}

static void write_configuration(struct buf *out, const struct mdoc_nfc_carrier *c)
{
    struct buf data;

    if (!is_nfc(c)) {
        ndef_write(out, &(struct ndef_record){ c->format, c->type, c->id, c->data }, false, false);
        return;
    }
    buf_init(&data, MDOC_ENGAGEMENT_MAX);
    buf_add_byte(&data, NFC_VERSION);
    add_length(&data, NFC_COMMAND_FIELD, c->max_command);
    add_length(&data, NFC_RESPONSE_FIELD, c->max_response);
    buf_fail(out, buf_err(&data));
    ndef_write(out, &(struct ndef_record){ NDEF_EXTERNAL, BYTES(NFC_TYPE), BYTES(NFC_ID),
                                           buf_view(&data) }, false, false);
    buf_cleanup(&data);
}

void mdoc_nfc_select_write(struct buf *out, struct bytes engagement,
                           const struct mdoc_nfc_carrier *carriers, size_t n)
{
    struct buf select;

    if (!is_writable(engagement, carriers, n)) {
        buf_fail(out, OC_USAGE);
        return;
    }
    buf_init(&select, MDOC_ENGAGEMENT_MAX);
    write_alternatives(&select, carriers, n);
    buf_fail(out, buf_err(&select));
    ndef_write(out, &(struct ndef_record){ NDEF_WELL_KNOWN, BYTES("Hs"), { 0 },
                                           buf_view(&select) }, true, false);
    for (size_t i = 0; i < n; i++)
        write_configuration(out, &carriers[i]);
    ndef_write(out, &(struct ndef_record){ NDEF_EXTERNAL, BYTES(ENGAGEMENT_TYPE),
                                           BYTES(ENGAGEMENT_ID), engagement }, false, true);
    buf_cleanup(&select);
}
