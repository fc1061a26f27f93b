#include "trust/vical.h"

#include <string.h>

#include "tests/unit/list_world.h"
#include "tests/unit/parser.h"
#include "tests/unit/vectors.h"

static struct list_world w;

static enum oc_err verify(struct bytes message, struct oc_fault *fault)
{
    struct trust_list_in in = list_in(&w, message);
    struct trust_vical vical;
    enum oc_err e = trust_vical_verify(&vical, &in, fault);

    if (e != OC_OK && (vical.list.entries != NULL || vical.list.skipped != NULL ||
                       vical.list.bytes.p != NULL || vical.list.root != NULL))
        ok(false, "all zero on error");
    trust_vical_cleanup(&vical);
    return e;
}

static void refused(const struct trust_list_in *in, enum oc_err want, const char *name)
{
    struct oc_fault fault = { 0 };
    struct trust_vical vical;
    enum oc_err e = trust_vical_verify(&vical, in, &fault);

    ok(e == want && fault.reason != NULL, "%s: %s, %s", name, oc_err_name(e),
       fault.reason != NULL ? fault.reason : "");
    trust_vical_cleanup(&vical);
}

static void test_round_trip(void)
{
    struct trust_list_spec spec = list_spec(&w);
    struct trust_anchors anchors = { 0 };
    struct buf message = new_buf();
    struct trust_list_in in;
    struct trust_vical v;

    must(trust_vical_write(&message, &spec));
    in = list_in(&w, buf_view(&message));
    ok(trust_vical_verify(&v, &in, NULL) == OC_OK && v.list.entries_n == 2 &&
       v.list.skipped_n == 0 && v.list.broken_rule == NULL, "two authorities, none skipped");
    ok(bytes_is(v.list.provider, "Test provider") && v.list.date == w.f.now &&
       v.list.has_issue_id && v.list.issue_id == 7 && v.list.has_next_update &&
       v.list.next_update == spec.next_update && !v.list.has_not_after, "what it says of itself");
    ok(bytes_eq(x509_der(v.list.root), x509_der(w.root)) &&
       strstr(v.list.signer, "Test list signer") != NULL, "who signed, and under which root");
    must(trust_vical_add_to(&anchors, &v));
    ok(anchors.n == 2 && trust_anchors_allow(&anchors, 0, BYTES(FIXTURE_TYPE)) &&
       trust_anchors_allow(&anchors, 0, BYTES("org.iso.18013.5.1.mDL")) &&
       !trust_anchors_allow(&anchors, 1, BYTES(FIXTURE_TYPE)) &&
       trust_anchors_allow(&anchors, 1, BYTES("org.iso.18013.5.1.mDL")),
       "as anchors, each for its docTypes");
    trust_vical_cleanup(&v);
    ok(trust_anchors_allow(&anchors, 0, BYTES(FIXTURE_TYPE)), "which hold copies");
    trust_anchors_cleanup(&anchors);
    parser_bounds(verify, buf_view(&message), "our own");
    buf_cleanup(&message);
}

static void test_write_refuses(void)
{
    static const char *const none[] = { NULL };
    struct trust_list_item item = { w.f.iaca, none };
    struct trust_list_spec spec = list_spec(&w), bad = spec;
    struct buf out = new_buf();

    bad.provider = "";
    ok(trust_vical_write(&out, &bad) == OC_USAGE, "no provider");
    bad = spec;
    bad.items = &item;
    bad.items_n = 1;
    ok(trust_vical_write(&out, &bad) == OC_USAGE, "an authority for no docType");
    bad = spec;
    bad.next_update = bad.date;
    ok(trust_vical_write(&out, &bad) == OC_USAGE, "a next update that is not after the date");
    bad = spec;
    bad.signer = w.root_key;
    ok(trust_vical_write(&out, &bad) == OC_USAGE && out.n == 0, "a key that is not the signer's");
    buf_cleanup(&out);
}

static void test_signer(void)
{
    struct trust_list_spec spec = list_spec(&w);
    struct x509_spec made = certificate_spec(TRUST_VICAL_SIGNER, w.f.now);
    struct trust_anchors others = { 0 };
    struct buf message = new_buf();
    struct trust_list_in in;
    struct x509_cert *other;

    must(trust_vical_write(&message, &spec));
    in = list_in(&w, buf_view(&message));
    in.roots = &others;
    refused(&in, OC_UNTRUSTED, "no root");
    in.roots = &w.f.iacas;
    refused(&in, OC_UNTRUSTED, "another root");
    in = list_in(&w, buf_view(&message));
    in.now += INT64_C(1096) * DATE_DAY_S;
    refused(&in, OC_EXPIRED, "after the signer's certificate");
    in.now = w.f.now - 1;
    refused(&in, OC_REFUSED, "a second before its date");
    in.skew_s = 1;
    ok(verify(buf_view(&message), NULL) == OC_OK, "on its date");

    made.eku[0] = "1.0.18013.5.1.2";
    made.eku[1] = NULL;
    other = new_certificate(&made, w.key, w.root, w.root_key);
    spec.chain = &other;
    buf_truncate(&message, 0);
    must(trust_vical_write(&message, &spec));
    in = list_in(&w, buf_view(&message));
    in.accept_profile = true;
    refused(&in, OC_REFUSED, "a document signer, whatever is accepted");
    x509_free(&other);

    made = certificate_spec(TRUST_VICAL_SIGNER, w.f.now);
    made.crl_uri = NULL;
    other = new_certificate(&made, w.key, w.root, w.root_key);
    buf_truncate(&message, 0);
    must(trust_vical_write(&message, &spec));
    in = list_in(&w, buf_view(&message));
    refused(&in, OC_REFUSED, "a signer that departs from the profile");
    in.accept_profile = true;
    {
        struct trust_vical v;

        ok(trust_vical_verify(&v, &in, NULL) == OC_OK &&
           strcmp(v.list.broken_rule, "vical.crl") == 0, "accepted where asked for, and said");
        trust_vical_cleanup(&v);
    }
    x509_free(&other);
    buf_cleanup(&message);
}

/* { version, vicalProvider, date, certificateInfos } with `infos` as the entries. */
static void put_list(struct buf *out, struct bytes infos, size_t n)
{
    buf_truncate(out, 0);
    cbw_map(out, 5);
    cbw_str(out, "version");
    cbw_str(out, "1.0");
    cbw_str(out, "vicalProvider");
    cbw_str(out, "P");
    cbw_str(out, "date");
    cbw_tdate(out, w.f.now);
    cbw_str(out, "Extensions");
    cbw_map(out, 0);
    cbw_str(out, "certificateInfos");
    cbw_array(out, n);
    cbw_raw(out, infos);
}

struct odd_entry {
    const char *name;
    struct bytes certificate, serial, ski;
    bool small_serial, no_doc_type, empty_doc_type;
    const char *reason;         /* NULL: used */
};

static void put_entry(struct buf *out, const struct odd_entry *o)
{
    cbw_map(out, o->no_doc_type ? 3 : 4);
    cbw_str(out, "certificate");
    cbw_bstr(out, o->certificate);
    cbw_str(out, "serialNumber");
    if (o->small_serial) {
        cbw_uint(out, 1);
    } else {
        cbw_tag(out, 2);
        cbw_bstr(out, o->serial);
    }
    cbw_str(out, "ski");
    cbw_bstr(out, o->ski);
    if (o->no_doc_type)
        return;
    cbw_str(out, "docType");
    cbw_array(out, !o->empty_doc_type);
    if (!o->empty_doc_type)
        cbw_str(out, "a.1");
}

/* Each bad entry between two good ones: skipped with its index and reason. */
static void test_bad_entries(void)
{
    struct x509_cert *rsa = new_rsa_certificate();
    struct x509_facts f, signer, other;
    struct buf infos = new_buf(), payload = new_buf(), message = new_buf(), zeros = new_buf(),
               extension = new_buf();

    x509_describe(w.f.iaca, &f);
    x509_describe(w.f.signer, &signer);
    x509_describe(rsa, &other);
    buf_add_byte(&zeros, 0);
    buf_add(&zeros, f.serial);
    buf_add(&extension, BYTES("\x04\x16\x04\x14"));
    buf_add(&extension, f.ski);

    const struct bytes der = x509_der(w.f.iaca);
    const struct odd_entry good = { "good", der, f.serial, f.ski, false, false, false, NULL };
    const struct odd_entry row[] = {
        { "a zero before the serial", der, buf_view(&zeros), f.ski, false, false, false, NULL },
        { "the extension's value as ski", der, f.serial, buf_view(&extension), false, false, false,
          NULL },
        { "no certificate", BYTES("\x30\x00"), f.serial, f.ski, false, false, false, "parsed" },
        { "a certificate cut short", { der.p, der.n - 1 }, f.serial, f.ski, false, false, false,
          "parsed" },
        { "another serial", der, signer.serial, f.ski, false, false, false, "serialNumber" },
        { "a small serial", der, { NULL, 0 }, f.ski, true, false, false, "serialNumber" },
        { "another's ski", der, f.serial, signer.ski, false, false, false, "ski" },
        { "an empty ski", der, f.serial, BYTES(""), false, false, false, "ski" },
        { "a document signer", x509_der(w.f.signer), signer.serial, signer.ski, false, false, false,
          "not a CA's" },
        { "no docType", der, f.serial, f.ski, false, true, false, "docType" },
        { "an empty docType", der, f.serial, f.ski, false, false, true, "docType" },
        { "an RSA key", x509_der(rsa), other.serial, other.ski, false, false, false, "" },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct trust_list_in in;
        struct trust_vical v;

        buf_truncate(&infos, 0);
        put_entry(&infos, &good);
        put_entry(&infos, &row[i]);
        put_entry(&infos, &good);
        put_list(&payload, buf_view(&infos), 3);
        list_sign(&message, &w, buf_view(&payload), false);
        in = list_in(&w, buf_view(&message));
        must(trust_vical_verify(&v, &in, NULL));
        if (row[i].reason == NULL)
            ok(v.list.entries_n == 3 && v.list.skipped_n == 0, "%s: used", row[i].name);
        else
            ok(v.list.entries_n == 2 && v.list.entries[1].index == 2 && v.list.skipped_n == 1 &&
               v.list.skipped[0].index == 1 &&
               strstr(v.list.skipped[0].reason, row[i].reason) != NULL, "%s: skipped, %s",
               row[i].name, v.list.skipped_n > 0 ? v.list.skipped[0].reason : "not at all");
        if (i == 1)
            ok(v.list.entries[1].ski_is_extension && !v.list.entries[0].ski_is_extension,
               "and said of that entry alone");
        trust_vical_cleanup(&v);
    }
    x509_free(&rsa);
    buf_cleanup(&infos);
    buf_cleanup(&payload);
    buf_cleanup(&message);
    buf_cleanup(&zeros);
    buf_cleanup(&extension);
}

#define DATE_AND_INFOS "\x64" "date\xc0\x74" "2026-11-24T00:00:00Z\x70" "certificateInfos\x80"
#define PROVIDER "\x6d" "vicalProvider\x61P"

static void test_faults(void)
{
    static const struct {
        const char *name;
        struct bytes payload;
        enum oc_err want;
        const char *reason;
    } row[] = {
        { "not a map", BYTES("\x80"), OC_SHAPE, "" },
        { "no CBOR", BYTES("\xff"), OC_SYNTAX, "" },
        { "nothing", BYTES(""), OC_TRUNCATED, "" },
        { "nothing in it", BYTES("\xa0"), OC_SHAPE, "missing" },
        { "no version", BYTES("\xa3" PROVIDER DATE_AND_INFOS), OC_SHAPE, "missing" },
        { "version 2.0", BYTES("\xa4\x67" "version\x63" "2.0" PROVIDER DATE_AND_INFOS), OC_SHAPE,
          "version" },
        { "no provider", BYTES("\xa3\x67" "version\x63" "1.0" DATE_AND_INFOS), OC_SHAPE,
          "missing" },
        { "a date twice", BYTES("\xa5\x67" "version\x63" "1.0" PROVIDER
                                "\x64" "date\xc0\x74" "2026-11-24T00:00:00Z" DATE_AND_INFOS),
          OC_SHAPE, "" },
        { "a date that is none", BYTES("\xa2\x67" "version\x63" "1.0\x64" "date\x61x"), OC_SHAPE,
          "" },
        { "entries that are no array",
          BYTES("\xa1\x70" "certificateInfos\xa0"), OC_SHAPE, "" },
        { "bytes after it", BYTES("\xa0\x00"), OC_TRAILING, "" },
        { "2^32 entries claimed", BYTES("\xa1\x70" "certificateInfos\x9a\xff\xff\xff\xff"),
          OC_LIMIT, "" },
        { "all that is mandatory, and no entry",
          BYTES("\xa4\x67" "version\x63" "1.3" PROVIDER DATE_AND_INFOS), OC_OK, "" },
    };
    struct buf message = new_buf();

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct oc_fault fault = { 0 };
        enum oc_err e;

        list_sign(&message, &w, row[i].payload, false);
        e = verify(buf_view(&message), &fault);
        ok(e == row[i].want && (e == OC_OK || (fault.reason != NULL &&
           strstr(fault.reason, row[i].reason) != NULL)), "%s: %s, %s", row[i].name, oc_err_name(e),
           fault.reason != NULL ? fault.reason : "");
    }
    buf_truncate(&message, 0);
    cose_sign1_write(&message, &(struct cose_sign1_spec){
        .key = w.key, .payload = BYTES("\xa0"), .detached = true });
    ok(verify(buf_view(&message), NULL) == OC_SHAPE, "a payload that stands elsewhere");
    buf_cleanup(&message);
}

static void test_mutation(void)
{
    struct trust_list_spec spec = list_spec(&w);
    struct buf message = new_buf();

    spec.items_n = 1;
    must(trust_vical_write(&message, &spec));
    ok(parser_flips_accepted(verify, &message) == 0, "%zu bits flipped one by one: none accepted", 8 * message.n);
    buf_cleanup(&message);
}

static void test_freshness(void)
{
    enum { WEEK = 7 * DATE_DAY_S };
    struct trust_list list = { .date = 1000000, .has_next_update = true,
                               .next_update = 1000000 + DATE_DAY_S };
    struct trust_list bare = { .date = 1000000 }, later = { .date = 1000001 },
                      numbered = { .date = 1000000, .has_issue_id = true, .issue_id = 2 };
    static const struct {
        const char *name;
        int64_t after;
        struct trust_list_limits limits;
        enum trust_status_verdict want;
        int64_t limit_s;
    } row[] = {
        { "on the last moment", DATE_DAY_S, { 0, 0, 0 }, TRUST_STATUS_VALID, DATE_DAY_S },
        { "a second past nextUpdate", DATE_DAY_S + 1, { 0, 0, 0 }, TRUST_STATUS_STALE, DATE_DAY_S },
        { "within the grace", DATE_DAY_S + WEEK, { 0, WEEK, 0 }, TRUST_STATUS_VALID,
          DATE_DAY_S + WEEK },
        { "past the grace", DATE_DAY_S + WEEK + 1, { 0, WEEK, 0 }, TRUST_STATUS_STALE,
          DATE_DAY_S + WEEK },
        { "older than we accept", 3601, { 3600, WEEK, 0 }, TRUST_STATUS_STALE, 3600 },
        { "dated in the future", -2, { 0, 0, 1 }, TRUST_STATUS_UNKNOWN, DATE_DAY_S },
        { "within the skew", -1, { 0, 0, 1 }, TRUST_STATUS_VALID, DATE_DAY_S },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct trust_status s = trust_list_freshness(&list, list.date + row[i].after,
                                                     row[i].limits);

        ok(s.verdict == row[i].want && s.limit_s == row[i].limit_s &&
           s.age_s == (row[i].after > 0 ? row[i].after : 0) &&
           (s.reason == NULL) == (s.verdict == TRUST_STATUS_VALID), "%s: %s", row[i].name,
           trust_status_word(s.verdict));
    }
    ok(trust_list_freshness(&bare, bare.date, (struct trust_list_limits){ 0 }).verdict ==
       TRUST_STATUS_STALE, "nothing limits it: stale");
    list.has_not_after = true;
    list.not_after = list.date + 60;
    ok(trust_list_freshness(&list, list.date + 61, (struct trust_list_limits){ 0, WEEK, 0 })
       .verdict == TRUST_STATUS_STALE, "notAfter has no grace");
    ok(trust_list_is_newer(&later, &numbered) && !trust_list_is_newer(&numbered, &later) &&
       trust_list_is_newer(&numbered, &bare) && !trust_list_is_newer(&bare, &numbered) &&
       !trust_list_is_newer(&bare, &bare), "newer: by date, then by issue");
}

/* A real one, of 18 November 2025: 24-byte ski, "Extensions", a nextUpdate of the next day. */
static void test_aamva(void)
{
    struct buf message, pem;
    struct trust_anchors roots = { 0 }, anchors = { 0 };
    struct oc_fault fault = { 0 };
    struct trust_vical v;
    struct trust_list_in in = { .roots = &roots, .accept_profile = true };
    enum oc_err e;

    if (!vectors_present()) {
        skip("no vectors here");
        return;
    }
    if (!ok(vector_read("vical/aamva_2025-11-18.cbor", &message) &&
            vector_read("vical/aamva_ca_root.crt", &pem) &&
            trust_anchors_add_pem(&roots, buf_view(&pem), NULL) == OC_OK, "AAMVA: list and root"))
        return;
    in.message = buf_view(&message);
    in.now = date_start((struct date){ 2025, 11, 19 });
    e = trust_vical_verify(&v, &in, &fault);
    ok(e == OC_OK, "AAMVA: verifies: %s, %s", oc_err_name(e), fault.reason ? fault.reason : "");
    note("AAMVA: %zu used, %zu skipped, signer breaks %s", v.list.entries_n, v.list.skipped_n,
         v.list.broken_rule ? v.list.broken_rule : "nothing");
    for (size_t i = 0; i < v.list.skipped_n; i++)
        note("skipped %zu: %s", v.list.skipped[i].index, v.list.skipped[i].reason);
    ok(v.list.entries_n > 0 && v.list.entries[0].ski_is_extension &&
       bytes_is(v.list.provider, "AAMVA"), "AAMVA: ski is the extension's value");
    ok(trust_list_freshness(&v.list, in.now, (struct trust_list_limits){ 0 }).verdict ==
       TRUST_STATUS_VALID &&
       trust_list_freshness(&v.list, in.now + DATE_DAY_S, (struct trust_list_limits){ 0 })
       .verdict == TRUST_STATUS_STALE, "AAMVA: fresh for a day");
    must(trust_vical_add_to(&anchors, &v));
    ok(anchors.n > 0 && trust_anchors_allow(&anchors, 0, BYTES("org.iso.18013.5.1.mDL")) &&
       !trust_anchors_allow(&anchors, 0, BYTES(FIXTURE_TYPE)), "AAMVA: for driving licences");
    trust_vical_cleanup(&v);
    in.now = date_start((struct date){ 2025, 11, 18 });
    ok(trust_vical_verify(&v, &in, &fault) == OC_REFUSED, "AAMVA: not before its date: %s",
       fault.reason);
    trust_anchors_cleanup(&anchors);
    trust_anchors_cleanup(&roots);
    buf_cleanup(&message);
    buf_cleanup(&pem);
}

int main(void)
{
    must(secret_pool_init());
    list_world_init(&w);
    test_round_trip();
    test_write_refuses();
    test_signer();
    test_bad_entries();
    test_faults();
    test_mutation();
    test_freshness();
    test_aamva();
    list_world_cleanup(&w);
    return done();
}
