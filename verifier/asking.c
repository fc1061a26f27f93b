#include "verifier/asking.h"

#include "cli/exit.h"
#include "cli/io.h"
#include "verifier/folder.h"

void asking_reader_cleanup(struct asking_reader *r)
{
    private_key_free(&r->key);
    for (size_t i = 0; i < r->chain_n; i++)
        x509_free(&r->chain[i]);
    *r = (struct asking_reader){ 0 };
}

/* The root is left out: whoever trusts it has it. */
static enum oc_err read_chain(struct asking_reader *r, const char *path)
{
    struct x509_facts facts;
    struct buf pem;
    enum oc_err e = io_read(&pem, path, CERTIFICATES_FILE_MAX);

    for (size_t i = 0; e == OC_OK && r->chain_n < X509_CHAIN_MAX; i++) {
        e = x509_from_pem(&r->chain[r->chain_n], buf_view(&pem), i);
        if (e != OC_OK)
            break;
        x509_describe(r->chain[r->chain_n], &facts);
        if (i > 0 && facts.self_issued)
            x509_free(&r->chain[r->chain_n]);
        else
            r->chain_n++;
    }
    buf_cleanup(&pem);
    if (e == OC_TRUNCATED && r->chain_n > 0)
        return OC_OK;
    return e == OC_OK ? OC_OK : fail_print(OC_SHAPE, "%s: no certificates in PEM", path);
}

static enum oc_err check_reader(const struct asking_reader *r, const char *path, int64_t now)
{
    const struct public_key *certified = x509_public_key(r->chain[0]);
    struct x509_facts facts;

    if (certified == NULL || !public_key_equal(certified, private_key_public(r->key)))
        return fail_print(OC_USAGE, "%s: not the certificate of this reader's key", path);
    x509_describe(r->chain[0], &facts);
    if (now < facts.not_before || now > facts.not_after)
        warn_print("%s: not valid at this time; holders will not know who asks", path);
    return OC_OK;
}

enum oc_err asking_reader_init(struct asking_reader *r, const struct command_line *cl, int64_t now)
{
    struct buf key = { 0 }, certificate = { 0 };
    enum oc_err e;

    *r = (struct asking_reader){ 0 };
    if (opt_given(cl, "unsigned"))
        return OC_OK;
    if ((e = verifier_path(&key, cl, "reader.key")) != OC_OK ||
        (e = verifier_path(&certificate, cl, "reader.pem")) != OC_OK)
        goto out;
    if ((e = verifier_private_key(&r->key, buf_text(&key), false)) != OC_OK) {
        hint_print("owncard-verifier init makes the key; --unsigned asks without one");
        goto out;
    }
    if ((e = read_chain(r, buf_text(&certificate))) != OC_OK) {
        hint_print("owncard-issuer reader-cert makes it; --unsigned asks without one");
        goto out;
    }
    e = check_reader(r, buf_text(&certificate), now);
out:
    buf_cleanup(&key);
    buf_cleanup(&certificate);
    if (e != OC_OK)
        asking_reader_cleanup(r);
    return e;
}

enum oc_err asking_write(struct buf *out, const struct question *question,
                         const struct asking_reader *reader, const struct asking_session *session)
{
    const struct mdoc_doc_request_spec doc = {
        .doc_type = question->doc_type,
        .elements = question->elements,
        .elements_n = question->elements_n,
        .encryption = session->encryption,
        .expires = session->expires,
        .purpose = question->purpose,
    };
    const struct mdoc_request_spec spec = {
        .docs = &doc, .docs_n = 1,
        .transcript = session->transcript,
        .reader = reader->key, .chain = reader->chain, .chain_n = reader->chain_n,
    };
    enum oc_err e;

    mdoc_device_request_write(out, &spec);
    e = buf_err(out);
    return e == OC_OK ? OC_OK : fail_print(e, "request: %s", oc_err_text(e));
}

enum oc_err asking_parse(struct mdoc_device_request *out, struct bytes request)
{
    struct oc_fault fault = { 0 };
    enum oc_err e = mdoc_device_request_init(out, request, &fault);

    return e == OC_OK ? OC_OK : fail_fault(e, "request", &fault);
}
