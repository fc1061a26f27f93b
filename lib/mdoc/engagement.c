#include "mdoc/engagement.h"

#include "codec/cbw.h"
#include "core/text.h"
#include "cose/key.h"
#include "mdoc/parse.h"
#include "mdoc/version.h"

#define SCHEME "mdoc:"

enum { KEY_VERSION = 0, KEY_SECURITY = 1, KEY_RETRIEVALS = 2, KEY_ORIGIN_INFOS = 5,
       KEY_CAPABILITIES = 6, KEY_OTHER = -1 };
enum { CIPHER_SUITE = 1 };
enum { NFC_MAX_COMMAND = 0, NFC_MAX_RESPONSE = 1 };

/* Security = [ 1, EDeviceKeyBytes ] */
static void read_security(struct cbr *r, struct mdoc_engagement *g)
{
    struct cbr key;

    cbr_array_of(r, 2, "expected Security, an array of two");
    if (cbr_int(r) != CIPHER_SUITE)
        cbr_fail(r, OC_SHAPE, "a cipher suite that we do not know");
    mdoc_parse_embedded(&key, r, &g->device_key_bytes);
    cose_key_read(&key, &g->device_key);
    if (g->device_key != NULL && !curve_info(public_key_curve(g->device_key))->agrees)
        cbr_fail(&key, OC_SHAPE, "EDeviceKey is on a curve without key agreement");
    cbr_adopt(r, &key);
}

static uint32_t read_length(struct cbr *r, uint64_t min, uint64_t max)
{
    uint64_t n = cbr_uint(r);

    if (cbr_ok(r) && (n < min || n > max))
        cbr_fail(r, OC_SHAPE, "a maximal length of NFC data that is out of bounds");
    return cbr_ok(r) ? (uint32_t)n : 0;
}

/* NfcOptions = { 0: max command, 1: max response } */
static void read_nfc_options(struct cbr *r, struct mdoc_retrieval *m)
{
    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct cbr_label k = cbr_label(r);

        switch (k.is_int ? k.i : KEY_OTHER) {
        case NFC_MAX_COMMAND:
            m->max_command = read_length(r, MDOC_NFC_COMMAND_MIN, MDOC_NFC_COMMAND_MAX);
            break;
        case NFC_MAX_RESPONSE:
            m->max_response = read_length(r, MDOC_NFC_RESPONSE_MIN, MDOC_NFC_RESPONSE_MAX);
            break;
        default:
            cbr_skip(r);
            break;
        }
    }
    if (m->max_command == 0 || m->max_response == 0)
        cbr_fail(r, OC_SHAPE, "the options of NFC are missing a maximal length");
}

/* DeviceRetrievalMethod = [ type, version, options ] */
static void read_retrieval(struct cbr *r, struct mdoc_retrieval *m)
{
    struct cbr options;

    cbr_array_of(r, 3, "expected a retrieval method, an array of three");
    m->type = cbr_uint(r);
    m->version = cbr_uint(r);
    options = *r;
    m->options = cbr_any(r);
    if (m->type == MDOC_RETRIEVAL_NFC && m->version == 1) {
        read_nfc_options(&options, m);
        cbr_adopt(r, &options);
    }
}

static void read_retrievals(struct cbr *r, struct mdoc_engagement *g)
{
    size_t n = cbr_array(r);

    if (n > MDOC_RETRIEVALS_MAX)
        cbr_fail(r, OC_LIMIT, "more than 16 retrieval methods");
    else if (n == 0)
        cbr_fail(r, OC_SHAPE, "the list of retrieval methods is empty");
    for (; n > 0 && cbr_ok(r); n--)
        read_retrieval(r, &g->retrievals[g->retrievals_n++]);
}

static void read_engagement(struct cbr *r, struct mdoc_engagement *g)
{
    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct cbr_label k = cbr_label(r);

        if (cbr_absent(r))
            continue;
        switch (k.is_int ? k.i : KEY_OTHER) {
        case KEY_VERSION:
            g->version = cbr_tstr(r);
            if (cbr_ok(r) && !mdoc_version_is_1(g->version))
                cbr_fail(r, OC_SHAPE, "a version of DeviceEngagement that we do not know");
            break;
        case KEY_SECURITY:      read_security(r, g);              break;
        case KEY_RETRIEVALS:    read_retrievals(r, g);            break;
        case KEY_ORIGIN_INFOS:  g->origin_infos = cbr_any(r);     break;
        case KEY_CAPABILITIES:  g->capabilities = cbr_any(r);     break;
        default:                cbr_skip(r);                      break;
        }
    }
    if (g->version.p == NULL || g->device_key == NULL)
        cbr_fail(r, OC_SHAPE, "DeviceEngagement is missing its version or its key");
}

enum oc_err mdoc_engagement_init(struct mdoc_engagement *out, struct bytes src,
                                 struct oc_fault *fault)
{
    struct cbr r;
    enum oc_err e;

    *out = (struct mdoc_engagement){ .source = src };
    mdoc_parse_begin(&r, src);
    if (src.n > MDOC_ENGAGEMENT_MAX)
        cbr_fail(&r, OC_LIMIT, "a DeviceEngagement of more than 16 KiB");
    read_engagement(&r, out);
    e = cbr_end(&r, fault);
    if (e != OC_OK)
        mdoc_engagement_cleanup(out);
    return e;
}

void mdoc_engagement_cleanup(struct mdoc_engagement *g)
{
    public_key_free(&g->device_key);
    *g = (struct mdoc_engagement){ 0 };
}

static bool are_nfc_lengths(const struct mdoc_retrieval *m)
{
    return m->max_command >= MDOC_NFC_COMMAND_MIN && m->max_command <= MDOC_NFC_COMMAND_MAX &&
           m->max_response >= MDOC_NFC_RESPONSE_MIN && m->max_response <= MDOC_NFC_RESPONSE_MAX;
}

static bool is_writable(const struct mdoc_engagement_spec *spec)
{
    for (size_t i = 0; i < spec->retrievals_n; i++) {
        const struct mdoc_retrieval *m = &spec->retrievals[i];

        if (m->options.n == 0 && (m->type != MDOC_RETRIEVAL_NFC || !are_nfc_lengths(m)))
            return false;
    }
    return spec->retrievals_n <= MDOC_RETRIEVALS_MAX &&
           (spec->capabilities.n == 0 || spec->origin_infos.n > 0) &&
           curve_info(public_key_curve(spec->device_key))->agrees;
}

static void write_retrieval(struct buf *out, const struct mdoc_retrieval *m)
{
    cbw_array(out, 3);
    cbw_uint(out, m->type);
    cbw_uint(out, m->version);
    if (m->options.n > 0) {
        cbw_raw(out, m->options);
        return;
    }
    cbw_map(out, 2);
    cbw_uint(out, NFC_MAX_COMMAND);
    cbw_uint(out, m->max_command);
    cbw_uint(out, NFC_MAX_RESPONSE);
    cbw_uint(out, m->max_response);
}

static void write_optional(struct buf *out, int key, struct bytes item)
{
    if (item.n == 0)
        return;
    cbw_int(out, key);
    cbw_raw(out, item);
}

void mdoc_engagement_write(struct buf *out, const struct mdoc_engagement_spec *spec)
{
    bool is_second_edition = spec->origin_infos.n > 0;
    size_t start;

    if (!is_writable(spec)) {
        buf_fail(out, OC_USAGE);
        return;
    }
    cbw_map(out, 2U + (spec->retrievals_n > 0) + is_second_edition + (spec->capabilities.n > 0));
    cbw_int(out, KEY_VERSION);
    cbw_str(out, is_second_edition ? "1.1" : "1.0");
    cbw_int(out, KEY_SECURITY);
    cbw_array(out, 2);
    cbw_int(out, CIPHER_SUITE);
    start = out->n;
    cose_key_write(out, spec->device_key);
    cbw_embed(out, start);
    if (spec->retrievals_n > 0) {
        cbw_int(out, KEY_RETRIEVALS);
        cbw_array(out, spec->retrievals_n);
    }
    for (size_t i = 0; i < spec->retrievals_n; i++)
        write_retrieval(out, &spec->retrievals[i]);
    write_optional(out, KEY_ORIGIN_INFOS, spec->origin_infos);
    write_optional(out, KEY_CAPABILITIES, spec->capabilities);
}

void mdoc_engagement_uri_write(struct buf *out, struct bytes engagement)
{
    buf_add_str(out, SCHEME);
    base64url_write(out, engagement);
}

static enum oc_err refuse_text(struct oc_fault *fault, size_t at, const char *reason)
{
    if (fault != NULL)
        *fault = (struct oc_fault){ at, reason };
    return OC_SYNTAX;
}

enum oc_err mdoc_engagement_uri_read(struct buf *out, struct bytes text, struct oc_fault *fault)
{
    enum { SCHEME_N = sizeof SCHEME - 1 };
    struct bytes rest;
    enum oc_err e;

    if (text.n < SCHEME_N || !bytes_is((struct bytes){ text.p, SCHEME_N }, SCHEME))
        return refuse_text(fault, 0, "no text that begins with \"mdoc:\"");
    rest = (struct bytes){ text.p + SCHEME_N, text.n - SCHEME_N };
    if (rest.n == 0)
        return refuse_text(fault, SCHEME_N, "nothing follows \"mdoc:\"");
    if (rest.p[0] == '/')
        return refuse_text(fault, SCHEME_N,
                           "\"mdoc://\" is how a reader engages, not a holder");
    e = base64url_read(out, rest);
    if (e == OC_SYNTAX)
        return refuse_text(fault, SCHEME_N, "not base64url without padding after \"mdoc:\"");
    return e;
}
