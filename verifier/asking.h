/*
 * The request as a message, signed by the verifier's reader key. For request and for ask. Every
 * error has been said.
 */
#ifndef OWNCARD_VERIFIER_ASKING_H
#define OWNCARD_VERIFIER_ASKING_H

#include "cli/command.h"
#include "crypto/keys.h"
#include "crypto/x509.h"
#include "mdoc/device_request.h"
#include "verifier/question.h"

/* Rows of the option table of a verb that asks; the verb must also have --dir. */
#define ASKING_OPTIONS \
    { "card", 'c', "DOCTYPE", "with NAME or FILE.json: the card to ask it of", false }, \
    { "type", 't', "DOCTYPE", "without NAME: the card to ask", false }, \
    { "element", 'e', "NS/EL", "with --type: an element; NS/EL,retain to keep it", true }, \
    { "purpose", 'p', "TEXT", "why it is asked (default: NAME)", false }, \
    { "unsigned", 0, NULL, "do not say who asks", false }

/** Who signs. */
struct asking_reader {
    struct private_key *key;        /* NULL: unsigned */
    struct x509_cert *chain[X509_CHAIN_MAX];
    size_t chain_n;
};

/**
 * Read the reader's key and certificate from the verifier's folder; nothing with --unsigned. A
 * certificate that is not valid at `now` is warned of.
 *
 * @param r  all zero on error; release with asking_reader_cleanup()
 * @retval OC_USAGE  the certificate is another key's
 * @retval OC_IO, OC_SHAPE, OC_LIMIT, OC_MEMORY, OC_UNAVAILABLE
 */
enum oc_err asking_reader_init(struct asking_reader *r, const struct command_line *cl,
                               int64_t now) OC_MUST_CHECK;
void asking_reader_cleanup(struct asking_reader *r);

/** What ties the answer to the request. */
struct asking_session {
    struct bytes transcript;        /* signed over */
    struct bytes encryption;        /* EncryptionParametersBytes; empty: none */
    int64_t expires;                /* 0: no end of its own */
};

/** Append the DeviceRequest. @retval OC_LIMIT, OC_MEMORY, OC_UNAVAILABLE */
enum oc_err asking_write(struct buf *out, const struct question *question,
                         const struct asking_reader *reader,
                         const struct asking_session *session) OC_MUST_CHECK;

/** What goes out is what a holder's parser takes. @param out  release with
 *  mdoc_device_request_cleanup(); its views point into `request` */
enum oc_err asking_parse(struct mdoc_device_request *out, struct bytes request) OC_MUST_CHECK;

#endif
