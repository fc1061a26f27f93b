#include "issuer/defects/certificate.h"

#include "codec/cbw.h"
#include "crypto/ecdsa_der.h"

enum { LONG_LENGTH = 0x80 };

struct bytes der_next(struct bytes *rest, struct bytes *content)
{
    struct bytes all = *rest, whole = { 0 };
    size_t head = 2, n;

    if (all.n < 2)
        return whole;
    n = all.p[1];
    if (n >= LONG_LENGTH) {
        size_t octets = n - LONG_LENGTH;

        if (octets == 0 || octets > 2 || all.n < 2 + octets)
            return whole;
        head += octets;
        n = 0;
        for (size_t i = 2; i < head; i++)
            n = n << 8 | all.p[i];
    }
    if (n > all.n - head)
        return whole;
    whole = (struct bytes){ all.p, head + n };
    if (content != NULL)
        *content = (struct bytes){ all.p + head, n };
    *rest = (struct bytes){ all.p + whole.n, all.n - whole.n };
    return whole;
}

void der_put(struct buf *out, uint8_t tag, struct bytes content)
{
    buf_add_byte(out, tag);
    if (content.n > UINT16_MAX)
        buf_fail(out, OC_LIMIT);
    if (content.n > UINT8_MAX)
        buf_add_byte(out, LONG_LENGTH + 2);
    else if (content.n >= LONG_LENGTH)
        buf_add_byte(out, LONG_LENGTH + 1);
    if (content.n > UINT8_MAX)
        buf_add_byte(out, (uint8_t)(content.n >> 8));
    buf_add_byte(out, (uint8_t)content.n);
    buf_add(out, content);
}

void certificate_take_apart(struct wrong_certificate *c, const struct x509_cert *certificate)
{
    struct bytes der = x509_der(certificate), whole = { 0 }, tbs = { 0 }, explicit = { 0 };
    struct bytes extensions = { 0 }, one;

    *c = (struct wrong_certificate){ 0 };
    der_next(&der, &whole);
    der_next(&whole, &tbs);
    for (size_t i = 0; i < TBS_FIELDS_N; i++) {
        buf_init(&c->fields[i], X509_DER_MAX);
        buf_add(&c->fields[i], der_next(&tbs, NULL));
        if (c->fields[i].n == 0)
            c->err = OC_BUG;
    }
    der_next(&tbs, &explicit);
    der_next(&explicit, &extensions);
    while ((one = der_next(&extensions, NULL)).p != NULL)
        certificate_put(c, one);
    if (c->extensions_n == 0)
        c->err = OC_BUG;
}

void certificate_cleanup(struct wrong_certificate *c)
{
    for (size_t i = 0; i < TBS_FIELDS_N; i++)
        buf_cleanup(&c->fields[i]);
    for (size_t i = 0; i < c->extensions_n; i++)
        buf_cleanup(&c->extensions[i]);
    *c = (struct wrong_certificate){ 0 };
}

static void write_tbs(struct buf *out, struct wrong_certificate *c)
{
    struct buf list, sequence, content;

    buf_init(&list, X509_DER_MAX);
    buf_init(&sequence, X509_DER_MAX);
    buf_init(&content, X509_DER_MAX);
    for (size_t i = 0; i < c->extensions_n; i++) {
        buf_fail(&list, c->extensions[i].err);
        buf_add(&list, buf_view(&c->extensions[i]));
    }
    der_put(&sequence, DER_SEQUENCE, buf_view(&list));
    for (size_t i = 0; i < TBS_FIELDS_N; i++) {
        buf_fail(&content, c->fields[i].err);
        buf_add(&content, buf_view(&c->fields[i]));
    }
    der_put(&content, DER_EXTENSIONS, buf_view(&sequence));
    der_put(out, DER_SEQUENCE, buf_view(&content));
    buf_fail(out, list.err);
    buf_fail(out, sequence.err);
    buf_fail(out, content.err);
    buf_cleanup(&content);
    buf_cleanup(&sequence);
    buf_cleanup(&list);
}

/* The signature as X.509 has it, a BIT STRING; ECDSA's is DER inside. */
static enum oc_err write_signature(struct buf *out, const struct private_key *key,
                                   struct bytes tbs)
{
    uint8_t der[1 + ECDSA_DER_MAX] = { 0 };     /* no unused bits, then the signature */
    struct buf pair;
    enum oc_err e;

    buf_init(&pair, SIGNATURE_MAX);
    e = key_sign(&pair, key, tbs);
    if (e == OC_OK && curve_info(private_key_curve(key))->is_okp)
        e = OC_USAGE;
    if (e == OC_OK)
        der_put(out, DER_BIT_STRING,
                (struct bytes){ der, 1 + ecdsa_to_der(der + 1, pair.n / 2, pair.p) });
    buf_cleanup(&pair);
    return e;
}

enum oc_err certificate_put_together(struct buf *out, struct wrong_certificate *c)
{
    struct buf content;
    enum oc_err e = c->err;

    buf_init(&content, X509_DER_MAX);
    write_tbs(&content, c);
    if (e == OC_OK)
        e = buf_err(&content);
    if (e == OC_OK) {
        struct bytes tbs = buf_view(&content);
        struct buf signature;

        buf_init(&signature, X509_DER_MAX);
        e = write_signature(&signature, c->by, tbs);
        buf_add(&content, buf_view(&c->fields[TBS_ALGORITHM]));
        buf_add(&content, buf_view(&signature));
        buf_cleanup(&signature);
    }
    der_put(out, DER_SEQUENCE, buf_view(&content));
    if (e == OC_OK)
        e = buf_err(&content);
    buf_cleanup(&content);
    return e == OC_OK ? buf_err(out) : e;
}

void certificate_set(struct wrong_certificate *c, int field, struct bytes der)
{
    struct buf made;

    buf_init(&made, X509_DER_MAX);
    buf_add(&made, der);
    buf_take(&c->fields[field], &made);
}

/* The object identifier that an Extension begins with. */
static struct bytes identifier(struct bytes extension)
{
    struct bytes content = { 0 }, oid = { 0 };

    der_next(&extension, &content);
    der_next(&content, &oid);
    return oid;
}

struct buf *certificate_extension(struct wrong_certificate *c, struct bytes oid)
{
    for (size_t i = 0; i < c->extensions_n; i++)
        if (bytes_eq(identifier(buf_view(&c->extensions[i])), oid))
            return &c->extensions[i];
    return NULL;
}

void certificate_drop(struct wrong_certificate *c, struct bytes oid)
{
    struct buf *extension = certificate_extension(c, oid);

    if (extension == NULL)
        c->err = OC_BUG;
    else
        buf_truncate(extension, 0);
}

void certificate_put(struct wrong_certificate *c, struct bytes extension)
{
    struct buf *place = certificate_extension(c, identifier(extension)), made;

    if (place == NULL && c->extensions_n == TBS_EXTENSIONS_MAX) {
        c->err = OC_LIMIT;
        return;
    }
    if (place == NULL)
        place = &c->extensions[c->extensions_n++];
    buf_init(&made, X509_DER_MAX);
    buf_add(&made, extension);
    buf_take(place, &made);
}

bool wrong_certificate_open(struct wrong_card *card, struct wrong_certificate *c)
{
    if (card->signer->iaca_key == NULL || card->signer->chain_n != 1) {
        wrong_card_fail(card, OC_USAGE,
                        "a certificate that is wrong on purpose is the folder's own signer's");
        return false;
    }
    certificate_take_apart(c, card->signer->chain[0]);
    c->by = card->signer->iaca_key;
    return true;
}

void wrong_certificate_close(struct wrong_card *card, struct wrong_certificate *c)
{
    struct buf der;
    enum oc_err e;

    buf_init(&der, X509_DER_MAX);
    e = certificate_put_together(&der, c);
    if (e != OC_OK)
        wrong_card_fail(card, e, NULL);
    cbw_bstr(&card->x5chain, buf_view(&der));
    buf_cleanup(&der);
    certificate_cleanup(c);
}
