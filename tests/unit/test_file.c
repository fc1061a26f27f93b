#include "trust/file.h"

#include "crypto/x509_crl.h"
#include "tests/unit/list_world.h"
#include "tests/unit/tap.h"
#include "trust/profile.h"
#include "trust/status_list.h"

static void looks(struct bytes src, enum trust_file_kind want, int64_t date, const char *name)
{
    struct trust_file f;

    trust_file_look(&f, src);
    ok(f.kind == want && f.has_date == (date != 0) && f.date == date, "%s: %s", name,
       trust_file_word(f.kind));
}

static void typed(struct buf *out, const struct list_world *w, const char *type)
{
    buf_truncate(out, 0);
    cose_sign1_write(out, &(struct cose_sign1_spec){ .key = w->key, .payload = BYTES("\xa0"),
                                                     .type = type });
    must(buf_err(out));
}

int main(void)
{
    struct x509_spec link_spec;
    struct trust_list_spec spec;
    struct buf out = new_buf(), tagged = new_buf();
    struct x509_cert *link;
    struct list_world w;

    must(secret_pool_init());
    list_world_init(&w);
    link_spec = certificate_spec(TRUST_IACA_LINK, w.f.now);
    link = new_certificate(&link_spec, w.key, w.f.iaca, w.f.iaca_key);
    spec = list_spec(&w);

    looks(x509_der(w.f.iaca), TRUST_FILE_CERTIFICATE, 0, "an IACA in DER");
    x509_to_pem(&out, link);
    looks(buf_view(&out), TRUST_FILE_LINK, 0, "a link in PEM");
    buf_truncate(&out, 0);
    must(x509_crl_make(&out, &(struct x509_crl_spec){ .this_update = w.f.now,
                                                      .next_update = w.f.now + 1 },
                       w.f.iaca, w.f.iaca_key));
    looks(buf_view(&out), TRUST_FILE_CRL, w.f.now, "a revocation list");
    buf_truncate(&out, 0);
    must(trust_vical_write(&out, &spec));
    looks(buf_view(&out), TRUST_FILE_VICAL, w.f.now, "a VICAL");
    buf_add_byte(&tagged, 0xd2);
    buf_add(&tagged, buf_view(&out));
    looks(buf_view(&tagged), TRUST_FILE_VICAL, w.f.now, "a tagged one");
    buf_truncate(&tagged, 0);
    out.n--;
    looks(buf_view(&out), TRUST_FILE_UNKNOWN, 0, "one cut short");
    buf_truncate(&out, 0);
    must(trust_rical_write(&out, &spec));
    looks(buf_view(&out), TRUST_FILE_RICAL, w.f.now, "a RICAL");
    must(trust_status_list_write(&tagged, &(struct trust_status_list_spec){
        .uri = "https://issuer.example/1", .issued_at = w.f.now, .expires = w.f.now + 1, .bits = 1,
        .array = BYTES("\0"), .signer = w.key, .chain = (struct x509_cert *const *)&w.signer,
        .chain_n = 1 }));
    looks(buf_view(&tagged), TRUST_FILE_STATUS_LIST, w.f.now, "a status list");
    typed(&out, &w, "application/statuslist+cwt");
    looks(buf_view(&out), TRUST_FILE_STATUS_LIST, 0, "one that cannot be read");
    typed(&out, &w, "identifierlist+cwt");
    looks(buf_view(&out), TRUST_FILE_IDENTIFIER_LIST, 0, "an identifier list");
    typed(&out, &w, "application/other+cwt");
    looks(buf_view(&out), TRUST_FILE_UNKNOWN, 0, "another type");
    looks(BYTES(""), TRUST_FILE_UNKNOWN, 0, "nothing");
    looks(BYTES("\x84\x40\xa0\x41\xff\x40"), TRUST_FILE_UNKNOWN, 0, "a payload that is no CBOR");
    looks(buf_view(&w.f.card_bytes), TRUST_FILE_UNKNOWN, 0, "a card");

    x509_free(&link);
    buf_cleanup(&out);
    buf_cleanup(&tagged);
    list_world_cleanup(&w);
    return done();
}
