/* Seeds of what says whom to believe: lists of authorities, status lists, revocation lists. */
#include "codec/zip.h"
#include "tests/fuzz/seeds.h"
#include "tests/fuzz/trust_world.h"
#include "trust/crl.h"

/* Lists of authorities: whole, of nothing but what must be there, and with entries that are
 * skipped. */
static void lists(void)
{
    static const struct bytes odd_payload =
        BYTES("\xa5\x67" "version\x63" "1.0\x6d" "vicalProvider\x61x\x64" "date"
              "\xc0\x74" "2026-11-24T00:00:00Z\x70" "certificateInfos\x82\xa0\xa1\x63ski\x41x"
              "\x6a" "extensions\xa0");
    const struct list_world *w = fuzz_list_world();
    struct trust_list_spec spec = list_spec(w);
    struct buf out = new_buf();

    must(trust_vical_write(&out, &spec));
    put("list", "vical", buf_view(&out));
    put("describe", "vical", buf_view(&out));
    list_sign(&out, w, odd_payload, false);
    put("list", "skipped", buf_view(&out));
    buf_truncate(&out, 0);
    must(trust_rical_write(&out, &spec));
    put("list", "rical", buf_view(&out));
    spec.issue_id = 0;
    spec.next_update = 0;
    spec.not_after = spec.date + DATE_DAY_S;
    spec.items_n = 1;
    buf_truncate(&out, 0);
    must(trust_vical_write(&out, &spec));
    put("list", "short", buf_view(&out));
    buf_cleanup(&out);
}

static void status_lists(void)
{
    static const struct bytes ids[] = { BYTES("\x01"), BYTES("\x09\x01"),
                                        BYTES("0123456789abcdef") };
    static uint8_t array[200] = { 0x1b, 0xff, [150] = 0x02 };
    const struct status_world *w = fuzz_status_world();
    struct trust_status_list_spec spec = status_spec(w, BYTES_OF(array), 1);
    struct buf out = new_buf(), packed = new_buf();

    for (spec.bits = 1; spec.bits <= 8; spec.bits *= 2) {
        const char name[] = { (char)('0' + spec.bits), '\0' };

        buf_truncate(&out, 0);
        must(trust_status_list_write(&out, &spec));
        put("status_list", name, buf_view(&out));
    }
    spec.mechanism = TRUST_IDENTIFIER_LIST;
    spec.identifiers = ids;
    spec.identifiers_n = 3;
    spec.ttl_s = 0;
    buf_truncate(&out, 0);
    must(trust_status_list_write(&out, &spec));
    put("status_list", "identifiers", buf_view(&out));
    put("describe", "identifiers", buf_view(&out));
    must(zip_deflate(&packed, BYTES_OF(array)));
    put("zip", "array", buf_view(&packed));
    buf_cleanup(&out);
    buf_cleanup(&packed);
}

/* A stream that would inflate to more than its target has room for. */
static void bomb(void)
{
    struct buf zeros = new_buf(), packed = new_buf();

    must(buf_extend(&zeros, (1 << 20) + 1) != NULL ? OC_OK : OC_MEMORY);
    memset(zeros.p, 0, zeros.n);
    must(zip_deflate(&packed, buf_view(&zeros)));
    put("zip", "bomb", buf_view(&packed));
    buf_cleanup(&zeros);
    buf_cleanup(&packed);
}

static void status_refs(void)
{
    static const struct trust_status_ref list = { .uri = BYTES(STATUS_URI), .index = 7 };
    static const struct trust_status_ref identifiers = {
        .mechanism = TRUST_IDENTIFIER_LIST, .uri = BYTES(STATUS_URI), .id = BYTES("\x09\x01"),
        .certificate = BYTES("0123456789") };
    struct buf out = new_buf();

    trust_status_ref_write(&out, &list);
    put("status_ref", "list", buf_view(&out));
    buf_truncate(&out, 0);
    trust_status_ref_write(&out, &identifiers);
    put("status_ref", "identifiers", buf_view(&out));
    buf_truncate(&out, 0);
    cbw_raw(&out, BYTES("\xa3\x6b" "status_list\xa2\x63idx\x07\x63uri\x61u\x6f" "identifier_list"
                        "\xa2\x62id\x41\x01\x63uri\x61u\x63new\x01"));
    put("status_ref", "both", buf_view(&out));
    buf_cleanup(&out);
}

/* One revokes somebody and puts the fixture's signer on hold, the other says nothing of anybody. */
static void crls(void)
{
    const struct fixture *f = fuzz_world();
    struct x509_revoked revoked[] = { { .serial = BYTES("\x05"), .at = f->now,
                                        .reason = X509_KEY_COMPROMISE },
                                      { .at = f->now, .reason = X509_HOLD } };
    struct x509_crl_spec spec = { .this_update = f->now, .next_update = f->now + DATE_DAY_S,
                                  .number = 300, .revoked = revoked, .revoked_n = 2 };
    struct x509_facts signer;
    struct buf der = new_buf();

    x509_describe(f->signer, &signer);
    revoked[1].serial = signer.serial;
    must(x509_crl_make(&der, &spec, f->iaca, f->iaca_key));
    put("crl", "two", buf_view(&der));
    buf_truncate(&der, 0);
    spec.revoked_n = 0;
    must(x509_crl_make(&der, &spec, f->iaca, f->iaca_key));
    put("crl", "none", buf_view(&der));
    buf_cleanup(&der);
}

void trust_seeds(void)
{
    lists();
    status_lists();
    status_refs();
    crls();
    bomb();
}
